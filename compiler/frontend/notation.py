"""The three notations of a text: what ``${…}`` means, decided once and for all.

``${var.x}``, ``${local.x}``, ``${module.x.y}``, ``${data.t.n.a}`` and ``${type.name.attribute}`` are Terraform
references and are marked as such. ``${aws:PrincipalTag/team}`` (a colon), ``${*}``, ``${?}`` and ``${$}`` are IAM
policy variables and stay text. Everything else with ``${`` or ``%{`` is a problem: no Terraform function, operator
or directive ever runs because of a spec.
"""

from __future__ import annotations

from compiler.aws.reference import reference
from compiler.diagnostics.late import LatePattern
from compiler.diagnostics.value import record

_STEP = r"(?:\.[A-Za-z_][\w-]*|\[(?:[0-9]{1,6}|\"[\w./-]{1,128}\")\])"
_TERRAFORM = LatePattern(
    rf"(?:(?:var|local)\.[A-Za-z_][\w-]*{_STEP}*"
    rf"|module\.[A-Za-z_][\w-]*{_STEP}+"
    rf"|data\.[a-z][a-z0-9]*_\w+\.[A-Za-z_][\w-]*{_STEP}+"
    rf"|[a-z][a-z0-9]*_\w+\.[A-Za-z_][\w-]*{_STEP}+)"
)
# IAM User Guide, "IAM policy elements: Variables and tags": ${key} or ${key, 'default'}, and three escapes.
_IAM_VARIABLE = LatePattern(r"[A-Za-z][\w-]*:[^${}]+|[*?$]")
_OPENING = LatePattern(r"(\$+|%+|&)\{")


@record(frozen=True, slots=True)
class NotationProblem:
    """What is wrong with a piece of a text: ``piece`` is the exact text to underline."""

    piece: str
    message: str
    label: str
    help: tuple[str, ...] = ()


def parse_notation(text: str) -> str | NotationProblem:
    """The text with its Terraform references marked and IAM variables kept, or what is wrong with it.

    >>> parse_notation("home/${aws:username}")
    'home/${aws:username}'
    >>> from compiler.aws.reference import display
    >>> display(parse_notation("${aws_s3_bucket.a.arn}/*"))
    '${aws_s3_bucket.a.arn}/*'
    >>> parse_notation('${file("/etc/passwd")}').piece
    '${file("/etc/passwd")}'
    """
    if "{" not in text:
        return text
    parts: list[str] = []
    position = 0
    while match := _OPENING.search(text, position):
        parts.append(text[position : match.start()])
        close = _closing(text, match.end())
        piece = text[match.start() :] if close < 0 else text[match.start() : close + 1]
        inner = text[match.end() : close].strip() if close >= 0 else ""
        problem = _problem(match.group(1), piece, inner, closed=close >= 0)
        if problem:
            return problem
        is_reference = match.group(1) == "$" and _TERRAFORM.fullmatch(inner)
        parts.append(reference(inner) if is_reference else piece)
        position = close + 1
    parts.append(text[position:])
    return "".join(parts)


def _closing(text: str, start: int) -> int:
    """Where the brace opened before ``start`` closes (inner braces counted), or -1."""
    depth = 1
    for index in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[index], 0)
        if depth == 0:
            return index
    return text.find("}", start)


def _problem(opening: str, piece: str, inner: str, *, closed: bool) -> NotationProblem | None:
    if opening == "&":
        if _IAM_VARIABLE.fullmatch(inner):
            return NotationProblem(
                piece,
                "`&{…}` is an IAM variable in the notation of `aws_iam_policy_document`",
                "not a notation of this file",
                (f"write `${{{inner}}}`",),
            )
        return None
    if opening.startswith("%"):
        return NotationProblem(
            piece,
            "`%{` opens a Terraform directive, and none may stand in a spec",
            "Terraform would run this",
            ("use `{{ … }}` for what is decided when compiling",),
        )
    if len(opening) > 1:
        return NotationProblem(
            piece,
            f"`{opening}{{` is escaped for Terraform already",
            "the compiler escapes it once more",
            (f"write `${{{inner}}}`: what Terraform must not read is escaped for you",),
        )
    if not closed:
        return NotationProblem(piece, "`${` is never closed", "no `}` follows", ("close it with `}`",))
    if _TERRAFORM.fullmatch(inner) or _IAM_VARIABLE.fullmatch(inner):
        return None
    if not inner:
        return NotationProblem(piece, "`${}` names nothing", "empty", ("name a Terraform value or an IAM variable",))
    return NotationProblem(
        piece,
        f"`{piece}` is neither a Terraform reference nor an IAM variable",
        "expressions are refused",
        (
            "a reference is `${aws_s3_bucket.a.arn}`, `${var.x}`, `${local.x}`, `${module.x.y}` or `${data.t.n.a}`",
            "an IAM variable has a colon: `${aws:PrincipalTag/team}`",
            "what is known when compiling is written `{{ values.x }}`",
        ),
    )
