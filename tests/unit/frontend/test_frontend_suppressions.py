"""Comments that accept a finding: on its line or above, with a reason, and never for what has no output."""

from __future__ import annotations

from compiler.diagnostics import SourceText
from compiler.driver import Result, Source, compile_sources

SPEC = """\
version: 1
apps:
  web:
    permissions:
      - s3: {bucket: shop-assets, access: read}
        expires: 2020-01-31
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
"""
LINE = "        expires: 2020-01-31\n"


def compiled(text: str) -> Result:
    return compile_sources([Source(SourceText("spec.yaml", text), "spec.yaml")])


def codes(result: Result) -> list[str]:
    return [item.code.id for item in result.diagnostics]


def with_line(line: str) -> Result:
    return compiled(SPEC.replace(LINE, line))


def test_on_the_line_and_above() -> None:
    assert codes(compiled(SPEC)) == ["SG702"]
    for line in (
        f"{LINE[:-1]}  # stackgrant: ignore[SG702] until the audit\n",
        f"        # stackgrant: ignore[sg702] until the audit\n{LINE}",
        f"        #stackgrant:ignore [expiry, SG702] - until the audit\n\n        # and more\n{LINE}",
    ):
        result = with_line(line)
        assert [item for item in codes(result) if item != "SG703"] == [], line
        assert [item.reason for item in result.accepted] == ["until the audit"]
        assert result.files


def test_a_reason_is_required() -> None:
    for comment in ("ignore[SG702]", "ignore[SG702]   ", "ignore", "ignore why not", "ignore[] because"):
        assert sorted(codes(with_line(f"{LINE[:-1]}  # stackgrant: {comment}\n"))) == ["SG702", "SG704"], comment


def test_unused_ones_are_reported() -> None:
    result = compiled(SPEC.replace(LINE, "").replace("version: 1", "version: 1  # stackgrant: ignore[SG702] old"))
    assert codes(result) == ["SG703"]
    result = with_line(f"{LINE[:-1]}  # stackgrant: ignore[SG701] mistaken\n")
    assert sorted(codes(result)) == ["SG702", "SG703"]
    assert any("what is found there is SG702" in line for item in result.diagnostics for line in item.help)


def test_a_comment_at_the_end_of_a_line_is_not_about_the_next_one() -> None:
    text = SPEC.replace("access: read}\n", "access: read}  # stackgrant: ignore[SG702] above\n")
    assert sorted(codes(compiled(text))) == ["SG702", "SG703"]


def test_what_has_no_output_cannot_be_accepted() -> None:
    text = SPEC.replace(LINE, "").replace("access: read}", "access: raed}  # stackgrant: ignore[SG204] typo")
    result = compiled(text)
    assert "SG204" in codes(result)
    assert not result.files
    statement = "      - statement: {Effect: allow, Action: s3:GetObject, Resource: '*'}"
    text = SPEC.replace(LINE, f"{statement}  # stackgrant: ignore[SG520] please\n")
    result = compiled(text)
    assert "SG520" in codes(result)
    assert any("cannot be accepted" in item.message for item in result.diagnostics)


def test_an_error_that_is_a_judgement_can_be_accepted() -> None:
    statement = "      - statement: {Effect: Allow, Action: 's3:GetObjct', Resource: 'arn:aws:s3:::shop-assets/*'}"
    assert not compiled(SPEC.replace(LINE, f"{statement}\n")).files
    result = compiled(SPEC.replace(LINE, f"{statement}  # stackgrant: ignore[SG502] of a preview\n"))
    assert codes(result) == []
    assert result.files


def test_a_text_is_no_comment() -> None:
    text = SPEC.replace("  web:\n    perm", '  web:\n    description: "x # stackgrant: ignore[SG702] y"\n    perm')
    assert codes(compiled(text)) == ["SG702"]
