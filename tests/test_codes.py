"""Every diagnostic code: listed once, documented, its bad example gives it on the marked line, its good one nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from compiler.codes import ALL_CODES, find_code
from compiler.diagnostics import Code, Diagnostics, SourceText
from compiler.driver import Options, Source, check_documents, compile_sources
from compiler.frontend.project import read_project

WITH_SPEC = [code for code in ALL_CODES if code.bad]
_GUARDRAILS, _PROJECT, _SPEC = "# stackgrant-guardrails.yaml\n", "# .stackgrant.yaml\n", "# stackgrant.yaml\n"
_MARK = re.compile(r"#\s*(error|warning|note): (SG\d{3})")


def findings(text: str) -> list[tuple[str, str, int]]:
    """Severity, code and line of everything found in a spec (behind guardrails or a project file), or in a document."""
    options = Options()
    if text.startswith(_GUARDRAILS):
        before, mark, after = text.partition(_SPEC)
        options = Options(guardrails=(SourceText("stackgrant-guardrails.yaml", before),))
        text = "\n" * before.count("\n") + mark + after  # so that lines are those of the example
    diagnostics = Diagnostics()
    if text.startswith(_PROJECT):
        before, mark, after = text.partition(_SPEC)
        name = ".stackgrant.yaml"
        project = read_project(SourceText(name, before), Path(name), lambda: ALL_CODES, diagnostics)
        options = Options(project=project)
        text = "\n" * before.count("\n") + mark + after
    source = SourceText("spec.yaml", text)
    if re.search("^Statement:", text, re.MULTILINE):
        found = check_documents([(source, True)]).diagnostics
    else:
        found = compile_sources([Source(source, "spec.yaml")], options, diagnostics).diagnostics
    return [
        (item.level.value, item.code.id, item.span.source.position(item.span.start)[0] if item.span else 0)
        for item in found
    ]


def expected(text: str) -> list[tuple[str, str, int]]:
    """What the marks in a spec say."""
    lines = text.split("\n")
    return [(m.group(1), m.group(2), number) for number, line in enumerate(lines, 1) for m in _MARK.finditer(line)]


def test_ids_and_names_are_unique_and_well_formed() -> None:
    assert len({code.id for code in ALL_CODES}) == len(ALL_CODES)
    assert len({code.name for code in ALL_CODES}) == len(ALL_CODES)
    for code in ALL_CODES:
        assert re.fullmatch(r"SG[1-9]\d\d", code.id)
        assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", code.name)


@pytest.mark.parametrize("code", ALL_CODES, ids=lambda code: code.id)
def test_page_is_complete(code: Code) -> None:
    assert code.what.endswith((".", ":")), code.what
    assert code.why.endswith("."), code.why
    assert find_code(code.id.lower()) is code
    assert find_code(code.name) is code
    # Only codes about the command line, the output folder or Terraform itself cannot be shown by a spec.
    if not code.bad:
        assert code.id[2] in "89" or code.id in ("SG106",), code.id
    else:
        assert code.good


@pytest.mark.parametrize("code", WITH_SPEC, ids=lambda code: code.id)
def test_bad_example_gives_the_code_on_its_line(code: Code) -> None:
    marks = expected(code.bad)
    assert marks, "no mark"
    assert any(mark[1] == code.id for mark in marks)
    assert sorted(findings(code.bad)) == sorted(marks)


@pytest.mark.parametrize("code", WITH_SPEC, ids=lambda code: code.id)
def test_good_example_gives_nothing(code: Code) -> None:
    assert findings(code.good) == []
