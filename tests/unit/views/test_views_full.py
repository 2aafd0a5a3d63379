from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.diagnostics import Code, Diagnostic, Label, Severity, SourceText, Span
from compiler.views import full
from compiler.views.cells import character_width, lay_out, width_of

ERROR = Code("SG203", "unknown-key", Severity.ERROR, "What.", "Why.", "", "")
WARNING = Code("SG601", "wide-grant", Severity.WARNING, "What.", "Why.", "", "")

SPEC = SourceText(
    "stacks/web.yaml",
    "version: 1\n"
    "stacks:\n"
    "  shop:\n"
    "    layers:\n"
    "\n"
    "      api:\n"
    "        apps: [api]\n"
    "        permisions: [a, 你好, b]\n"
    "\tpermissions: 1\n"
    "        tags: {}\n"
    "        permissions: 2\n",
)
LONG = SourceText("project.yaml", "prefix: acme-platform-\nkey: " + "x" * 300 + " here " + "y" * 500 + " end\n")
WIDE = SourceText("wide.yaml", "key: " + "x" * 45 + " here\n")


def place(source, text, occurrence=0):
    """The span of a text, the given occurrence of it."""
    start = [match.start() for match in re.finditer(re.escape(text), source.text)][occurrence]
    return Span(source, start, start + len(text))


SCREENS = {
    "everything": Diagnostic(
        ERROR,
        "unknown key `permisions` in layer `api`",
        place(SPEC, "permisions"),
        "not a key of a layer",
        expected="one of `apps`, `description`, `exclusive`, `permissions`, `profile` or `tags`",
        notes=("a layer that has none of these keys uses the default instance profile of its stack, as all layers do",),
        help=("did you mean `permissions`?", "write it like this:\n  permissions:\n    - s3: {bucket: assets}"),
    ),
    "secondary_in_the_same_file": Diagnostic(
        ERROR,
        "key `permissions` is there twice",
        place(SPEC, "permissions", 1),
        "defined again",
        secondary=(Label(place(SPEC, "permissions"), "first defined here"), Label(place(SPEC, "shop"), "in here")),
    ),
    "secondary_on_the_same_line": Diagnostic(
        ERROR,
        "two on one line",
        place(SPEC, "b]"),
        "this",
        secondary=(Label(place(SPEC, "你好"), "and this"), Label(place(SPEC, "permisions"))),
    ),
    "secondary_in_another_file": Diagnostic(
        WARNING,
        "role name is 71 characters",
        place(SPEC, "api"),
        "adds 44 characters",
        secondary=(
            Label(place(LONG, "acme-platform-"), "the prefix adds 14"),
            Label(place(LONG, "here"), "far to the right"),
        ),
        notes=("IAM allows 64",),
    ),
    "behind_a_tab": Diagnostic(ERROR, "a tab", place(SPEC, "permissions"), "after the tab"),
    "far_right_in_a_long_line": Diagnostic(
        ERROR, "cropped", place(LONG, "here"), "in the middle", (Label(place(LONG, "key"), "same line, far away"),)
    ),
    "longer_than_the_screen": Diagnostic(
        ERROR, "cropped", place(LONG, "x" * 300), "a label that needs more than one row of a screen that is so narrow"
    ),
    "at_the_end_of_a_long_line": Diagnostic(ERROR, "cropped", place(LONG, "end"), "last"),
    "label_beside_in_rows": Diagnostic(
        ERROR, "label", place(SPEC, "apps"), "a label that needs more than one row of a screen that is so narrow, yes"
    ),
    "label_below": Diagnostic(ERROR, "label", place(WIDE, "here"), "a label that cannot stand beside its mark"),
    "long_label_below": Diagnostic(
        ERROR, "label", place(WIDE, "here"), "a label that cannot stand beside its mark and takes more than one row"
    ),
    "several_lines": Diagnostic(ERROR, "a block", Span(SPEC, SPEC.text.index("api"), len(SPEC.text)), "all of this"),
    "end_of_file": Diagnostic(ERROR, "incomplete", Span(SPEC, len(SPEC.text), len(SPEC.text)), "nothing here"),
    "no_place": Diagnostic(
        ERROR, "no spec found", notes=("looked in `.`",), help=("`stackgrant init` makes one",), expected="a spec"
    ),
    "only_a_headline": Diagnostic(WARNING, "no place", severity=Severity.NOTE),
    "control_characters": Diagnostic(
        ERROR, "`a\x1b[31m` is not\na name", Span(SourceText("e\x1b.yaml", "k: a\x1b[31m\u202e\n"), 3, 9), "red\n\x07"
    ),
}


@pytest.mark.parametrize("name", SCREENS)
def test_screens(name, snapshot):
    snapshot(f"full_{name}.txt", full.render([SCREENS[name]], color=False, width=64))


def test_screen_in_colour(snapshot):
    findings = [SCREENS["everything"], SCREENS["secondary_in_another_file"], SCREENS["only_a_headline"]]
    screen = full.render(findings, color=True, width=64)
    snapshot("full_in_colour.txt", screen.replace("\x1b", "ESC"))


def test_findings_are_separated_by_a_blank_line():
    one = full.render([SCREENS["behind_a_tab"]], color=False, width=80)
    assert full.render([SCREENS["behind_a_tab"]] * 2, color=False, width=80) == f"{one}\n\n{one}"
    assert full.render([], color=False, width=80) == ""


@pytest.mark.parametrize("name", SCREENS)
@pytest.mark.parametrize("width", [0, 40, 64, 200])
def test_colours_change_nothing_else(name, width):
    coloured = full.render([SCREENS[name]], color=True, width=width)
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == full.render([SCREENS[name]], color=False, width=width)


def test_a_very_long_line_is_fast_and_short():
    source = SourceText("big.yaml", "a" * 3_000_000 + "here" + "b" * 3_000_000)
    screen = full.render([Diagnostic(ERROR, "m", place(source, "here"), "l")], color=False, width=80)
    shown = screen.split("\n")[3]
    assert len(shown) <= 80
    assert "…a" in shown
    assert "aahereb" in shown


characters = st.one_of(
    st.sampled_from("ab :{}-\n\t\r你好é\u0301\u200d👩\x1b\x00\u202e\u2028\u200b\ufeff\x85\ue000"), st.characters()
)


@st.composite
def spans(draw):
    """A span anywhere in (and a little outside of) a text, and the width of a screen."""
    source = SourceText("spec.yaml", draw(st.text(characters, max_size=300)))
    start, end = sorted(draw(st.tuples(st.integers(0, 310), st.integers(0, 310))))
    return Span(source, start, end)


@given(spans(), st.lists(spans(), max_size=2), st.integers(0, 120), st.text(characters, max_size=40))
def test_no_span_makes_rendering_fail_or_the_screen_unsafe(span, others, width, label):
    secondary = tuple(Label(Span(span.source, other.start, other.end), label) for other in others)
    secondary += tuple(Label(other, "other file") for other in others)
    finding = Diagnostic(ERROR, label, span, label, secondary=secondary, expected=label, notes=(label,), help=(label,))
    screen = full.render([finding], color=False, width=width)
    screen.encode("utf-8")  # no lone surrogate is left
    assert not set(screen) & set("\x00\x07\x1b\r\t\x7f\x85\u2028\u2029\u202d\u202e\u2066\u2067")
    excerpt = [line for line in screen.split("\n") if re.match(r" *\d+ \|", line)]
    assert excerpt
    assert all(width_of(line) <= max(width, 40) for line in excerpt)


def with_width(text):
    """The characters that take room; the others are drawn onto their neighbours."""
    return "".join(character for character in text if character_width(character))


def under(row, start, count):
    """The characters of a row that stand in the given columns."""
    column, found = 0, ""
    for character in with_width(row):
        if start <= column < start + count:
            found += character
        column += character_width(character)
    return found


@given(spans(), st.sampled_from([40, 60, 80, 5000]))
def test_the_marks_stand_under_the_text_of_the_span(span, width):
    screen = full.render([Diagnostic(ERROR, "m", span)], color=False, width=width).split("\n")
    source_row, marks = screen[-2:]
    gutter = marks.index("|") + 2
    begin, count = marks.index("^") - gutter, marks.count("^")
    assert marks == " " * (gutter - 2) + "| " + " " * begin + "^" * count

    number, column = span.source.position(min(span.start, len(span.source.text)))
    line = span.source.line(number)
    cells, first = lay_out(line), column - 1
    last = min(first + span.end - span.start, len(line))
    while 0 < first < len(line) and cells.columns[first] == cells.columns[first + 1]:
        first -= 1  # what has no width of its own is shown with the character before it
    covered = with_width("".join(cells.pieces[first:last]))
    shown = under(source_row[gutter:], begin, count)
    if not covered:
        assert count == 1
    elif width == 5000:
        assert begin == cells.columns[first]
        assert shown.strip() == covered.strip()
    else:
        assert covered.startswith(shown.rstrip())
        assert shown.strip() or not covered[:10].strip()
