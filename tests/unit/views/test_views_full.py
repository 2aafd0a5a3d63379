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


def excerpt(text, start, end, *others, width=80):
    """The rows of an excerpt without their gutter: the primary span, then secondary ones."""
    source = SourceText("spec.yaml", text)
    secondary = tuple(Label(Span(source, *other)) for other in others)
    screen = full.render(
        [Diagnostic(ERROR, "m", Span(source, start, end), secondary=secondary)], color=False, width=width
    )
    return [row.partition("|")[2].removeprefix(" ") or row for row in screen.split("\n")[3:]]


def test_a_combining_character_is_marked_with_the_one_before_it():
    assert excerpt("ke\u0301y: 1", 2, 3) == ["ke\u0301y: 1", " ^"]
    assert excerpt("ke\u0301y: 1", 1, 3) == ["ke\u0301y: 1", " ^"]
    assert excerpt("ke\u0301y: 1", 3, 4) == ["ke\u0301y: 1", "  ^"]


def test_a_block_is_marked_to_the_last_character_of_its_first_line():
    assert excerpt("a:   \n  b: 1\n", 0, 12) == ["a:", "^^"]
    assert excerpt("a:   \n  b: 1\n", 3, 12) == ["a:", "   ^"]


def test_one_line_between_is_shown_and_several_are_not():
    text = "a: 1\nb: 2\nc: 3\nd: 4\ne: 5\nf: 6\ng: 7\n"
    assert excerpt(text, 25, 26, (10, 11), (0, 1)) == [
        *("a: 1", "-", "b: 2", "c: 3", "-", "d: 4", "e: 5", "f: 6", "^"),
    ]
    assert excerpt(text, 30, 31, (5, 6)) == ["b: 2", "-", "...", "e: 5", "f: 6", "g: 7", "^"]


def test_a_mark_that_is_there_twice_is_shown_once():
    assert excerpt("a: 1", 0, 1, (3, 4), (3, 4)) == ["a: 1", "^", "   -"]


def test_a_long_line_is_shown_again_for_a_mark_that_would_not_be_seen():
    apart = excerpt("x" * 60 + " first " + "y" * 60 + " second " + "z" * 400, 61, 66, (128, 134))
    assert ["first" in row for row in apart] == [True, False, False, False]
    assert ["second" in row for row in apart] == [False, False, True, False]
    close = excerpt("x" * 100 + " first second " + "y" * 100, 101, 106, (107, 113))
    assert [row.strip("^- ") == "" for row in close] == [False, True, True]
    cut = excerpt("x" * 20 + "y" * 46 + " second " + "z" * 100, 0, 3, (67, 73), width=77)
    assert "seco" in cut[0]
    assert ["second" in row for row in cut] == [False, False, True, False]


def test_a_cropped_line_never_begins_with_a_combining_character():
    text = "a\u0301" * 200 + "here"
    for width in (60, 61, 62, 63):
        [row, marks] = excerpt(text, len(text) - 4, len(text), width=width)
        assert row.startswith("…a\u0301")
        assert under(row, marks.index("^"), 4) == "here"


def test_signs_of_cropping():
    row, marks = excerpt("x" * 150 + " here " + "y" * 100, 151, 155)
    assert row.startswith("…x")
    assert row.endswith("y…")
    assert under(row, marks.index("^"), 4) == "here"


def test_signs_of_cropping_in_a_huge_line():
    text = "a" * 10_000 + "here" + "b" * 10_000
    row, marks = excerpt(text, 10_000, 10_004)
    assert row.startswith("…a")
    assert row.endswith("b…")
    assert under(row, marks.index("^"), 4) == "here"
    row, _ = excerpt(text, 0, 3)
    assert row.startswith("aaa")
    assert row.endswith("a…")
