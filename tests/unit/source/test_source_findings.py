"""What the reader says about mistakes: code, headline and the characters that are underlined."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from compiler.diagnostics import Diagnostics, SourceText
from compiler.source.codes import CODES
from compiler.source.yaml_reader import read_documents

if TYPE_CHECKING:
    from source_reading import Read

    from compiler.diagnostics import Diagnostic

SYNTAX = [
    ("a:\n\tb: 1\n", "a tab is used for indentation", "\t"),
    ("a: 1\n\tb: 2\n", "a tab is used for indentation", "\t"),
    ("a: 'x\nb: 1\n", "the quote ' is never closed", "'"),
    ('a: "x\n', 'the quote " is never closed', '"'),
    ("a: [1, 2\nb: 3\n", "the bracket `[` is never closed", "["),
    ("a: {b: c\n", "the bracket `{` is never closed", "{"),
    ("apps:\n  web: {apps: [a]\n  db: {}\n", "the bracket `{` is never closed", "{"),
    ("a: {b: x c: y}\n", "a comma is missing", "c"),
    ('{\n  "a": 1\n  "b": 2\n}', "a comma is missing", '"b"'),
    ("a: [x}\n", "`[` is closed by `}`", "}"),
    ("a: [x]]\n", "`]` closes nothing", "]"),
    ("a: [,]\n", "`,` stands where a value is expected", ","),
    ("a: [b] c\n", "something follows the closing `]`", "c"),
    ("a: b: c\n", "a text that contains `: ` needs quotes", "b: c"),
    ("a: b: c # why\n", "a text that contains `: ` needs quotes", "b: c"),
    ("region:eu\nb: 1\n", "there is no space after the colon of `region:`", "region:"),
    ("a\nb: 1\n", "there is no colon after `a`", "a"),
    ("a: 1\n  b: 2\n", "`b` is indented too far", "b"),
    ("a:\n    b: 1\n  c: 2\n", "the indentation of `c: 2` fits no line above", "c: 2"),
    ("- a: 1\n b: 2\n", "the indentation of `b: 2` fits no line above", "b: 2"),
    ("a: 1\n- b\n", "a list item stands among keys", "- b"),
    ("- a\nb: 1\n", "a key stands among list items", "b: 1"),
    ("a: - b\n", "a list item begins on the line of its key", "-"),
    ("a: x #\n: y\n", "a key is missing", ": y"),
    ("a: 'it's'\n", "the text goes on after its closing quote", "s'"),
    ('a: "C:\\path"\n', "`\\p` is not an escape of double-quoted text", "\\p"),
    ("a: *\n", "a text that begins with `*` needs quotes", "*"),
    ("a: *.example.com\n", "a text that begins with `*` needs quotes", "*.example.com"),
    ("a: *b c\n", "a text that begins with `*` needs quotes", "*b c"),
    ("a: @x\n", "a text that begins with `@` needs quotes", "@x"),
    ("a: `x`\n", "a text that begins with a backtick needs quotes", "`x`"),
    ("a: %x\n", "a text that begins with `%` needs quotes", "%x"),
    ("a: ? b\n", "a text that begins with `?` needs quotes", "?"),
    ("a: {{ x }}-y\n", "a text that begins with `{{` needs quotes", "{{ x }}-y"),
    ("a: |x\n", "text stands on the line of `|`", "x"),
    ("%YAML 2.0\n---\na: 1\n", "the file asks for another version of YAML", "%YAML 2.0"),
    ("a: 1\nb:2\nc: 3\n", "there is no space after the colon of `b:`", "b:"),
    ("a: 1\nb:\u00a02\nc: 3\n", "there is no space after the colon of `b:`", "b:"),
    ("a: 1\nb\nc: 3\n", "there is no colon after `b`", "b"),
    ("a: 1\nb 2 # why\nc: 3\n", "there is no colon after `b`", "b 2"),
    ("- a: 1\n  b c d\n  e: 1\n", "there is no colon after `b c d`", "b c d"),
    (f"a: 1\n{'k' * 1025}: 1\n", "a key is longer than 1,024 characters", f"{'k' * 1025}: 1"),
    ('a: "x\nb: "y"\n', "the text goes on after its closing quote", 'y"'),
    ('a: &x "x\nb: "y"\n', "the text goes on after its closing quote", 'y"'),
    ("a: {b: 'x}\nc: 'y'\n", "the text goes on after its closing quote", "y'"),
    ("a: [", "the bracket `[` is never closed", "["),
    ("a: {b: [c], \n", "the bracket `{` is never closed", "{"),
    ("a: {b: &x [c, \n", "the bracket `[` is never closed", "["),
    ("a:\n  b: 1\n\u00a0 c: 2\n  d: 3\n", "a line is indented with U+00A0 (NO-BREAK SPACE)", "\u00a0"),
    ("a: 1\n  \u3000b: 2\n", "a line is indented with U+3000 (IDEOGRAPHIC SPACE)", "\u3000"),
    ('a: {{ v["x"] }}-y\n', "a text that begins with `{{` needs quotes", '{{ v["x"] }}-y'),
    ("a: 1\n...\nb\n", "the text goes on after the end of the document", "b"),
    ("{a: 1}\nb: 2\n", "the text goes on after the end of the document", "b: 2"),
    ("  a: [1]\nb: 2\n", "the indentation of `b: 2` fits no line above", "b: 2"),
    ("--- a: 1\n", "a key stands on the line of `---`", "--- a: 1"),
]


@pytest.mark.parametrize(("text", "message", "underlined"), SYNTAX)
def test_syntax_in_plain_words(read: Read, text: str, message: str, underlined: str) -> None:
    _, found = read(text)
    assert [(item.code.id, item.message) for item in found] == [("SG101", message)]
    assert found[0].span is not None
    assert found[0].span.text == underlined


@pytest.mark.parametrize("text", ["a: {b:[x]}\n", "a: {b:}\n", "a: [b:{c: d}]\n", "a: {x: 1, b:{ y: 1 }}\n"])
def test_a_bracket_right_behind_a_colon(text: str) -> None:
    diagnostics = Diagnostics()
    read_documents(SourceText("spec.yaml", text), diagnostics)  # libyaml alone: PyYAML's own parser accepts it
    (found,) = diagnostics
    assert (found.code.id, found.message) == ("SG101", "there is no space after the colon of `b:`")
    assert found.span is not None
    assert found.span.text == "b:"


def test_an_error_that_nobody_explained_is_still_shown(read: Read) -> None:
    _, (found,) = read("a: |99\n  x\n")
    assert found.code.id == "SG101"
    assert found.span is not None


def test_documents_before_a_syntax_error_are_kept(read: Read) -> None:
    documents, found = read("a: 1\n---\nb: [\n")
    assert len(documents) == 1
    assert [item.code.id for item in found] == ["SG101"]


@pytest.mark.parametrize(
    ("text", "code", "message", "underlined"),
    [
        ("a: 1\nb: 2\na: 3\n", "SG102", "key `a` is defined twice", "a"),
        ("a: {x: 1, 'x': 2}\n", "SG102", "key `x` is defined twice", "'x'"),
        ("a: &a {x: 1}\nb: {<<: *a, <<: *a}\n", "SG102", "key `<<` is defined twice", "<<"),
        ("a: !Ref X\n", "SG103", "`!Ref` is a function of CloudFormation", "!Ref"),
        ("a: !!python/object/apply:os.system [x]\n", "SG103", None, "!!python/object/apply:os.system"),
        ("a: !!timestamp 2020-01-01\n", "SG103", "tag `!!timestamp` is not supported", "!!timestamp"),
        ("a: !mine {}\n", "SG103", "tag `!mine` is not supported", "!mine"),
        ("a: !e!x 1\n", "SG103", "tag `!e!x` is not supported", "!e!x"),
        ("a: &a [b]\nc: {<<: *a}\n", "SG108", "`<<` takes a mapping, or a list of mappings", "<<"),
        ("c: {<<: text}\n", "SG108", "`<<` takes a mapping, or a list of mappings", "<<"),
        ("a: &a {b: [*a]}\n", "SG109", "`*a` contains itself", "*a"),
        ("a: &a {<<: *a}\n", "SG109", "`*a` contains itself", "*a"),
        ("? [a]\n: b\n", "SG110", "a key cannot be a list", "[a]"),
        ("a: &a {x: 1}\n*a : 1\n", "SG110", "a key cannot be a mapping", "*a"),
        ("a: &a x\n*a : 1\nx: 2\n", "SG102", "key `x` is defined twice", "x"),
        ("a: {{ values.env }}\n", "SG110", "`{{ values.env }}` needs quotes", "{{ values.env }}"),
        ("a: *Object\n", "SG111", "no anchor `&Object` stands before `*Object`", "*Object"),
        ("- a\n", "SG112", "the document is a list, not a mapping", "-"),
        ("just text\n", "SG112", "the document is a text, not a mapping", "just text"),
    ],
)
def test_other_mistakes(read: Read, text: str, code: str, message: str | None, underlined: str) -> None:
    _, found = read(text)
    assert [item.code.id for item in found] == [code]
    assert message is None or found[0].message == message
    assert found[0].span is not None
    assert found[0].span.text == underlined


def test_the_other_place_is_shown(read: Read) -> None:
    _, (found,) = read("a: 1\nb: 2\na: 3\n")
    assert [(label.span.start, label.text) for label in found.secondary] == [(0, "first defined here")]


def test_the_place_of_an_alias_as_key_is_the_alias(read: Read) -> None:
    text = "a: &a x\n*a : 1\nx: 2\n"
    _, (found,) = read(text)
    assert [label.span.start for label in found.secondary] == [text.index("*a")]


def test_unknown_aliases_as_keys_are_no_duplicates(read: Read) -> None:
    _, found = read("*x : 1\n*y : 2\n*x : 3\n")
    assert [item.code.id for item in found] == ["SG111", "SG111", "SG111"]


def test_the_beginning_of_a_quote_that_was_closed_too_late_is_shown(read: Read) -> None:
    text = 'a: &x "x\nb: "y"\n'
    _, (found,) = read(text)
    assert [label.span.start for label in found.secondary] == [text.index('"')]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a: say "hi": there\n', "write `'say \"hi\": there'`"),
        ("a: {{ v['x'] }}\n", "write `\"{{ v['x'] }}\"`"),
        ('a: {{ v["it\'s"] }}-y\n', "write `'{{ v[\"it''s\"] }}-y'`"),
        ("a: 1\nb 2\nc: 3\n", "write `b: 2`"),
        ("a: 1\nb c d\ne: 3\n", "write `b c d:`"),
    ],
)
def test_what_help_says_to_type_is_yaml(read: Read, text: str, line: str) -> None:
    help_line = read(text)[1][0].help[0]
    assert help_line == line
    typed = help_line.removeprefix("write `").removesuffix("`")
    assert read(f"key: {typed}\n" if typed[0] in "'\"" else f"{typed}\n")[1] == ()


def test_the_first_value_of_a_duplicate_key_is_kept(read: Read) -> None:
    (document,), _ = read("a: 1\na: 2\n")
    value = document.get("a")
    assert value is not None
    assert value.span.text == "1"


def test_help_says_what_to_type(read: Read) -> None:
    assert read("a: &public x\nb: *publc\n")[1][0].help[0] == "did you mean `public`?"
    assert read("a: {{ x }}\n")[1][0].help == ('write `"{{ x }}"`',)
    assert read("version:1\n")[1][0].help == ("put a space after the colon: `version: 1`",)


def test_one_run_reports_all_aliases_and_tags(read: Read) -> None:
    documents, found = read("a: *x\nb: !Sub y\nc: *z\n")
    assert documents == ()
    assert [item.code.id for item in found] == ["SG111", "SG103", "SG111"]


def test_a_document_that_cannot_be_trusted_is_left_out(read: Read) -> None:
    documents, _ = read("a: *x\n---\nb: 1\n")
    assert [sorted(document.entries) for document in documents] == [["b"]]


@pytest.mark.parametrize("code", [code for code in CODES if code.bad], ids=lambda code: code.id)
def test_bad_and_good_examples(read: Read, code: object) -> None:
    from compiler.diagnostics import Code

    assert isinstance(code, Code)
    _, found = read(code.bad)
    marks = [(match, number) for number, line in enumerate(code.bad.split("\n"), 1) for match in _marks(line)]
    assert [(item.code.id, _line(item)) for item in found] == marks
    documents, found = read(code.good)
    assert found == ()
    assert len(documents) == 1


def _marks(line: str) -> list[str]:
    return re.findall(r"# error: (SG\d{3})", line)


def _line(item: Diagnostic) -> int:
    assert item.span is not None
    return item.span.source.position(item.span.start)[0]
