"""How full roles and policies are, as bars: fullest first, each number beside the quota that it counts against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from compiler.checks.role_size import Fill, PolicySize, RoleSize, shares
from compiler.diagnostics.value import record
from compiler.ir.program import StackProgram
from compiler.views.cells import clean, width_of, wrap
from compiler.views.paint import Paint, painter
from compiler.views.summary import counted

_NARROWEST, _WIDEST = 40, 120  # columns
_MARGIN, _GAP, _PERCENT = 2, 2, 6
_SHORTEST_BAR, _LONGEST_BAR = 6, 30
_ROOM_FOR_BARS = _SHORTEST_BAR + _GAP
_SHORTEST_NAME = 12
_GOOD_BAR, _GOOD_NAME = 16, 24

Sizes = Sequence[tuple[StackProgram, Sequence[RoleSize]]]


@record(frozen=True, slots=True)
class Look:
    """What the terminal can show."""

    paint: Paint
    unicode: bool
    columns: int

    @property
    def blocks(self) -> tuple[str, str]:
        """What a bar is made of: used and free."""
        return ("█", "░") if self.unicode else ("#", "-")


@record(frozen=True, slots=True)
class Row:
    """A line: a name with a fill, or with words in its place; ``details`` stand below it."""

    name: str
    fill: Fill | None
    words: str = ""
    details: tuple[str, ...] = ()
    is_over: bool = False


def fullest_first(sizes: Sequence[RoleSize]) -> list[RoleSize]:
    """The roles of a stack, those first that have least room."""
    return sorted(sizes, key=lambda size: (-_fullness(size), size.role.label))


def _fullness(size: RoleSize) -> float:
    fills = [size.attached, size.room, size.trust, size.in_line]
    return max(fill.used / fill.quota if fill.quota else 0 for fill in fills if fill is not None)


def policies_of(size: RoleSize) -> list[PolicySize]:
    """The policies of a role, largest first."""
    return sorted(
        (*size.managed, *size.inline), key=lambda item: (-item.characters / item.fill.quota, item.policy.label)
    )


def render(sizes: Sizes, *, color: bool, unicode: bool, width: int) -> str:
    """All roles of all stacks, then what there is in all and what is fullest."""
    look = Look(painter(color), unicode, min(max(width, _NARROWEST), _WIDEST))
    tables = [(stack, [(size, list(_rows(size))) for size in fullest_first(roles)]) for stack, roles in sizes]
    columns = _columns([row for _, roles in tables for _, rows in roles for row in rows], look)
    lines: list[str] = []
    for stack, roles in tables:
        lines += ["", _heading(f"stack {stack.name}", f"account {stack.account}, {stack.region}", look)]
        for size, rows in roles:
            lines += ["", _heading(f"role {size.role.name}", "made elsewhere" if size.role.existing else "", look)]
            for row in rows:
                lines += _lines(row, columns, look)
    return "\n".join([*lines[1:], "", *wrap(summary(sizes, look), look.columns)])


def _rows(size: RoleSize) -> Iterator[Row]:
    room, foreign = size.room.quota - size.room.used, len(size.role.managed)
    free = f"room for {room:,} characters more" if room >= 0 else f"{-room:,} characters too many"
    taken = f", {foreign} made elsewhere" if foreign else ""
    room_for = f"{free} in {counted(max(size.places - foreign, 0), 'place')} (1 stays free{taken})"
    yield Row("managed policies", size.attached, details=(room_for,), is_over=size.is_crowded)
    if size.trust is not None:
        yield Row("trust policy", size.trust)
    if size.in_line is not None:
        yield Row("inline policies", size.in_line)
    for item in policies_of(size):
        yield Row(item.policy.label, item.fill, details=tuple(_details(item)))
    for policy in size.role.managed:
        yield Row(policy.label, None, "made elsewhere")


def _details(item: PolicySize) -> Iterator[str]:
    found = shares(item.policy.statements)
    if found and item.fill.is_high:
        yield f"largest: {found[0].name} ({found[0].characters:,})"
    if item.references:
        yield "at least: a Terraform reference counts as one character"


def _columns(rows: Sequence[Row], look: Look) -> tuple[int, int, int]:
    """Widths of the names, the numbers and the bars (0: no bars)."""
    names = max((width_of(clean(row.name)) for row in rows), default=0)
    numbers = max((len(_numbers(row)) for row in rows), default=0)
    left = look.columns - _MARGIN - _GAP - numbers - _PERCENT
    if left < _SHORTEST_NAME + _ROOM_FOR_BARS:
        return min(names, max(left, 1)), numbers, 0
    # Bars are worth more than the middle of long names, and names more than long bars.
    name = min(names, max(left - _GOOD_BAR - _GAP, min(_GOOD_NAME, left - _ROOM_FOR_BARS)))
    return name, numbers, min(left - name - _GAP, _LONGEST_BAR)


def _numbers(row: Row) -> str:
    return f"{row.fill.used:,} / {row.fill.quota:,}" if row.fill else ""


def _heading(text: str, beside: str, look: Look) -> str:
    shown = shortened(text, look.columns, unicode=look.unicode)
    beside = f"  {beside}" if beside and width_of(shown) + 2 + len(beside) <= look.columns else ""
    return look.paint("strong", shown) + look.paint("faint", beside)


def _lines(row: Row, columns: tuple[int, int, int], look: Look) -> Iterator[str]:
    names, numbers, length = columns
    name = shortened(row.name, names, unicode=look.unicode)
    name = " " * _MARGIN + name + " " * (names - width_of(name) + _GAP)
    if row.fill is None:
        yield (name + look.paint("faint", shortened(row.words, look.columns - width_of(name), unicode=look.unicode)))
    else:
        style = _style(row.fill, over=row.is_over)
        drawn = " " * _GAP + look.paint(style, bar(row.fill, length, look)) if length else ""
        percent = look.paint(style if style != "added" else "plain", f"{row.fill.percent:>{_PERCENT - 1},}%")
        yield f"{name}{_numbers(row):>{numbers}}{drawn}{percent}"
    for detail in row.details:
        indent = 2 * _MARGIN
        for line in wrap(detail, look.columns - indent):
            yield " " * indent + look.paint("faint", shortened(line, look.columns - indent, unicode=look.unicode))


def _style(fill: Fill, *, over: bool) -> str:
    return "error" if over or fill.is_over else "warning" if fill.is_high else "added"


def bar(fill: Fill, length: int, look: Look) -> str:
    """A bar of this length: something is always shown of what is used, and something of what is free."""
    used, free = look.blocks
    count = min(length * fill.used // fill.quota, length) if fill.quota else length
    if fill.used and not count:
        count = 1
    return used * count + free * (length - count)


def shortened(text: str, width: int, *, unicode: bool) -> str:
    """A text in at most ``width`` columns: the middle is left out, because ends of names tell parts apart.

    >>> shortened("app-storefront--2", 12, unicode=True), shortened("app-web--2", 12, unicode=True)
    ('app-st…nt--2', 'app-web--2')
    """
    text = clean(text)
    if width_of(text) <= width:
        return text
    dots = "…" if unicode else "..."
    room = max(width - len(dots), 0)
    head, tail = text, ""
    while head and width_of(head) > (room + 1) // 2:
        head = head[:-1]
    tail = text[len(head) :]
    while tail and width_of(tail) > room - width_of(head):
        tail = tail[1:]
    return f"{head}{dots}{tail}"


@record(frozen=True, slots=True)
class Fullest:
    """What is fullest of all: a policy, the trust policy or the policies of a role."""

    stack: str
    role: str
    name: str
    fill: Fill


def fullest(sizes: Sizes) -> Fullest | None:
    """What has least room of all roles of all stacks; None where there is no role."""
    found = [
        Fullest(stack.name, size.role.name, row.name, row.fill)
        for stack, roles in sizes
        for size in fullest_first(roles)
        for row in _rows(size)
        if row.fill is not None
    ]
    return max(found, key=lambda item: (item.fill.percent, item.fill.used / max(item.fill.quota, 1)), default=None)


def summary(sizes: Sizes, look: Look) -> str:
    """``2 roles, 5 policies; fullest: app-web of shop-web, 99%``, with the stack where there are several."""
    policies = {
        (stack.name, item.policy.label) for stack, roles in sizes for size in roles for item in policies_of(size)
    }
    text = f"{counted(sum(len(roles) for _, roles in sizes), 'role')}, {counted(len(policies), 'policy')}"
    top = fullest(sizes)
    if top is None:
        return text
    where = f" of {top.role}" + (f" in stack {top.stack}" if len(sizes) > 1 else "") + f", {top.fill.percent}%"
    text += "; fullest: "
    room = max(look.columns - len(text) - width_of(where), _SHORTEST_NAME)
    return text + shortened(top.name, room, unicode=look.unicode) + where
