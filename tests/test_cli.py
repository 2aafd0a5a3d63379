"""Every command as people run it: exit codes, streams, formats."""

from __future__ import annotations

import io
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from compiler.cli.main import COMMANDS, run
from compiler.driver import spec_locator
from compiler.terraform.writeplan import MARKER

ROOT = Path(__file__).parent.parent
QUICKSTART = (ROOT / "examples/quickstart/stackgrant.yaml").read_text()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stackgrant.yaml").write_text(QUICKSTART)
    return tmp_path


def test_compile_says_what_it_wrote(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compile"]) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "wrote build/shop-prod/app-storefront.tf.json" in captured.err
    assert "5 files changed: 2 roles, 2 instance profiles, 1 policy" in captured.err
    assert run(["compile", "-v"]) == 0
    assert "unchanged build/shop-prod/stack.tf.json" in capsys.readouterr().err


def test_compile_to_standard_output(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compile", "-o", "-"]) == 0
    files = json.loads(capsys.readouterr().out)
    assert sorted(files)[0] == "shop-prod/app-storefront.tf.json"
    assert not (project / "build").exists()
    assert run(["compile", "-o", "-", "--check"]) == 2
    assert run(["compile", "-o", "-", "--diff"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "compare with a folder" in captured.err


def test_check_finds_what_a_killed_compile_has_left(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compile"]) == 0
    marker = project / "build/shop-prod" / MARKER
    marker.write_bytes((project / "build/shop-prod/stack.tf.json").read_bytes())
    capsys.readouterr()
    assert run(["compile", "--check"]) == 1
    assert f"would prune build/shop-prod/{MARKER}" in capsys.readouterr().err
    assert run(["compile"]) == 0
    assert f"pruned build/shop-prod/{MARKER}" in capsys.readouterr().err
    assert not marker.exists()
    assert run(["compile", "--check"]) == 0


def test_compile_check_and_diff(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compile", "--check"]) == 1
    assert "would write build/shop-prod/stack.tf.json" in capsys.readouterr().err
    assert not (project / "build").exists()
    assert run(["compile"]) == 0
    (project / "stackgrant.yaml").write_text(QUICKSTART.replace("access: send", "access: consume"))
    capsys.readouterr()
    assert run(["compile", "--diff"]) == 0
    captured = capsys.readouterr()
    assert '+            "sqs:ReceiveMessage"\n' in captured.out
    assert "+++ b/build/shop-prod/app-storefront.tf.json" in captured.out
    assert '-            "sqs:SendMessage"' in captured.out
    assert run(["compile", "--check", "--diff"]) == 1
    assert run(["compile"]) == 0
    assert run(["compile", "--check"]) == 0


def test_compile_one_stack(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (ROOT / "examples/environments/stackgrant.yaml").read_text()
    (project / "stackgrant.yaml").write_text(text)
    assert run(["compile", "--stack", "shop-dev", "-o", "one"]) == 0
    roles = [file for file in (project / "one/shop-dev").iterdir() if '"aws_iam_role": {' in file.read_text()]
    assert f": {len(roles)} roles, {len(roles)} instance profiles, " in capsys.readouterr().err
    assert run(["compile", "--stack", "shop-dev", "--stack", "shop-prod"]) == 0
    assert sorted(path.name for path in (project / "build").iterdir()) == ["shop-dev", "shop-prod"]
    assert run(["compile"]) == 0
    assert run(["compile", "--stack", "shop-dev"]) == 0
    assert (project / "build/shop-staging").exists()


def test_unknown_stack(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compile", "--stack", "shop-prd", "--stack", "nowhere"]) == 2
    message = capsys.readouterr().err
    assert "did you mean `shop-prod`?" in message
    assert "stack `nowhere` does not exist" in message


def test_a_role_made_elsewhere_is_not_counted(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    legacy = "      legacy: {apps: [storefront], profile: {existing: old, attach: true, role: old}}\n"
    (project / "stackgrant.yaml").write_text(QUICKSTART.rstrip("\n") + "\n" + legacy)
    assert run(["compile"]) == 0
    assert ": 2 roles, 2 instance profiles, 1 policy" in capsys.readouterr().err


def test_places_of_the_spec_that_generated_files_name(project: Path) -> None:
    (project / "stackgrant.yaml").write_text(QUICKSTART)
    locate = spec_locator(["stackgrant.yaml"])

    def text(path: str) -> str | None:
        span = locate(path)
        return span.text if span else None

    assert text("apps.storefront") == "storefront"
    assert (text("apps.storefront.permissions[0]") or "").startswith("s3: {")
    assert text("apps.storefront.permissions[0].s3") == "s3"
    assert text("apps.storefront.permissions[99]") is None
    assert text("apps.storefront.nothing.storefront") is None
    assert text("nowhere") is None
    assert text("") is None


def test_set_and_values(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = QUICKSTART.replace("shop-assets", '"{{ values.name }}-{{ values.db.kind }}"')
    (project / "stackgrant.yaml").write_text(text)
    (project / "more.yaml").write_text("name: from-file\ndb: {kind: one}\n")
    assert run(["compile", "-o", "-", "--values", "more.yaml", "--set", "db.kind=two"]) == 0
    assert "arn:aws:s3:::from-file-two/public/*" in capsys.readouterr().out
    assert run(["check", "--set", "db.kind"]) != 0
    assert run(["check", "--values", "nowhere.yaml"]) != 0


def test_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(QUICKSTART.encode())))
    assert run(["compile", "-", "-o", "-"]) == 0
    assert "shop-prod/stack.tf.json" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "code"), [(QUICKSTART, 0), (QUICKSTART.replace("read", "reed"), 1), ("version: 1\nstacks: [", 1), ("", 1)]
)
def test_check_exit_codes(project: Path, text: str, code: int) -> None:
    (project / "stackgrant.yaml").write_text(text)
    assert run(["check"]) == code
    assert run(["compile"]) == code
    assert run(["check", "--fail-on", "never"]) == 0


def test_missing_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["check"]) == 2
    assert "stackgrant.yaml" in capsys.readouterr().out
    assert run(["compile", "nowhere.yaml"]) == 2


def test_fail_on_warning(project: Path) -> None:
    (project / "stackgrant.yaml").write_text(QUICKSTART.replace("stacks:", "  unused: {}\nstacks:"))
    assert run(["check"]) == 0
    assert run(["check", "--fail-on", "warning"]) == 1


def test_json_format(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "stackgrant.yaml").write_text(QUICKSTART.replace("shop-assets", "Shop_Assets"))
    assert run(["check", "--format", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["format_version"] == 1
    assert report["summary"] == {"errors": 1, "warnings": 0, "notes": 0}
    (finding,) = report["findings"]
    assert set(finding) >= {
        "code", "name", "severity", "message", "file", "line", "column", "end_line", "end_column", "path", "help",
    }  # fmt: skip
    assert (finding["code"], finding["file"], finding["line"]) == ("SG314", "stackgrant.yaml", 6)
    assert finding["path"].startswith("apps.storefront.permissions[0]")


def test_concise_format(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "stackgrant.yaml").write_text(QUICKSTART.replace("shop-assets", "Shop_Assets"))
    assert run(["check", "--format", "concise"]) == 1
    assert capsys.readouterr().out.startswith("stackgrant.yaml:6:22: error[SG314]")


def test_explain(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "SG502"]) == 0
    page = capsys.readouterr().out
    assert "unknown-action" in page
    assert run(["explain", "unknown-action"]) == 0
    assert capsys.readouterr().out == page
    assert run(["explain", "unknown-acton"]) == 2
    assert "did you mean `unknown-action`?" in capsys.readouterr().err
    assert run(["explain", "--all", "--format", "json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) > 40


def test_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema"]) == 0
    assert "stacks" in capsys.readouterr().out
    assert run(["schema", "apps.permissions.s3"]) == 0
    assert "bucket" in capsys.readouterr().out
    assert run(["schema", "stacks.layrs"]) == 2
    assert "layers" in capsys.readouterr().err
    assert run(["schema", "--json"]) == 0
    assert "$schema" in json.loads(capsys.readouterr().out)


def test_init(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["init"]) == 0
    text = (tmp_path / "stackgrant.yaml").read_text()
    assert text.startswith("# yaml-language-server: $schema=./stackgrant.schema.json\n")
    assert run(["check", "--fail-on", "warning"]) == 0
    (tmp_path / "stackgrant.yaml").write_text("mine\n")
    assert run(["init"]) == 2
    assert (tmp_path / "stackgrant.yaml").read_text() == "mine\n"
    capsys.readouterr()
    assert run(["init", "--print"]) == 0
    assert capsys.readouterr().out == text


@pytest.mark.parametrize(
    "arguments", [[], ["--help"], *([name, "--help"] for name in COMMANDS)], ids=lambda a: " ".join(a)
)
def test_help(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 0
    assert "Usage: stackgrant" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["frobnicate"], ["compile", "--nonsense"], ["check", "--format", "xml"]])
def test_usage_errors(arguments: list[str]) -> None:
    assert run(arguments) == 2


def test_a_bug_is_reported_as_one(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("broken")

    monkeypatch.setattr("compiler.driver.compile_sources", broken)
    assert run(["compile"]) == 3
    message = capsys.readouterr().err
    assert "bug in stackgrant" in message
    assert "Traceback" not in message


@pytest.mark.skipif(sys.platform == "win32", reason="a shell that closes streams")
@pytest.mark.parametrize("arguments", ["check", "compile -o -", "explain SG502"])
def test_closed_streams(project: Path, arguments: str) -> None:
    command = f"{shlex.quote(sys.executable)} -m compiler {arguments} >&- 2>&-"
    assert subprocess.run(command, shell=True, cwd=project, env=os.environ | {"PYTHONPATH": str(ROOT)}).returncode == 0


def test_as_a_module() -> None:
    process = subprocess.run(
        [sys.executable, "-m", "compiler", "--version"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert process.stdout.startswith("stackgrant ")


def test_grants_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["grants"]) == 0
    listed = capsys.readouterr().out
    for name in ("s3", "bundle", "statement", "policy", "pass_role", "assume_role", "managed_policy"):
        assert f"\n  {name} " in listed
    assert run(["grants", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {"s3", "bundle"} <= {row["name"] for row in rows}
    assert run(["grants", "--service", "S3", "--format", "json"]) == 0
    assert "s3" in {row["name"] for row in json.loads(capsys.readouterr().out)}


def test_grants_shows_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["grants", "s3"]) == 0
    shown = capsys.readouterr().out
    assert "on arn:{partition}:s3:::{bucket}/*" in shown
    assert '"Resource": "arn:aws:s3:::shop-assets/public/*"' in shown
    assert run(["grants", "s3", "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["statements"]
    assert {"name": "read", "doc": "get and list", "includes": ["get", "list"], "statements": []} in data["access"]
    assert run(["grants", "pass_role"]) == 0
    assert "iam:PassRole" in capsys.readouterr().out
    assert run(["grants", "pass_role", "--format", "json"]) == 0
    assert [item["name"] for item in json.loads(capsys.readouterr().out)["parameters"]] == ["role", "to"]


def test_grants_searches_backwards(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["grants", "--find", "s3:PutObject"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["s3", "put", "s3:PutObject;", "included", "in", "write"] in lines
    assert run(["grants", "--find", "sendmessage", "--service", "sqs", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0] == {
        "grant": "sqs", "access": "send", "actions": ["sqs:SendMessage"], "included_in": [], "through": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["sq3"], 2, "there is no grant `sq3`"),
        (["dynamo_db"], 2, "did you mean `dynamodb`?"),
        (["pas_role"], 2, "did you mean `pass_role`?"),
        (["--find", "PutObjekt"], 1, "did you mean `PutObject`?"),
        (["--service", "kinesys"], 1, "no grant allows actions of `kinesys`"),
        (["s3", "--find", "PutObject"], 2, "exclude each other"),
    ],
)
def test_grants_that_are_not_there(
    arguments: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["grants", *arguments]) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err


def test_size(project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    assert run(["size"]) == 0
    screen = capsys.readouterr().out
    assert "\nrole shop-prod-web\n  managed policies  " in screen
    assert "\x1b" not in screen
    assert max(map(len, screen.splitlines())) <= 80
    assert screen.splitlines()[-1].startswith("2 roles, 1 policy; fullest: ")
    assert run(["size", "--color", "always"]) == 0
    assert "\x1b[32m" in capsys.readouterr().out
    assert run(["size", "--format", "json", "--stack", "shop-prod"]) == 0
    assert [stack["name"] for stack in json.loads(capsys.readouterr().out)["stacks"]] == ["shop-prod"]
    assert not (project / "build").exists()


def test_size_is_plain_where_the_stream_takes_ascii_only(project: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii", "COLUMNS": "80"}
    process = subprocess.run(
        [sys.executable, "-m", "compiler", "size"], cwd=project, env=environment, capture_output=True, check=True
    )
    assert b"--- " in process.stdout
    assert process.stdout.isascii()


def test_size_of_what_is_wrong(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "stackgrant.yaml").write_text(QUICKSTART.replace("access: send", "access: sned"))
    assert run(["size"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "did you mean `send`?" in captured.err
    (project / "stackgrant.yaml").write_text(QUICKSTART.replace("stacks:", ACTION_THAT_IS_NONE + "stacks:"))
    assert run(["size"]) == 1
    captured = capsys.readouterr()
    assert "managed policies" in captured.out
    assert captured.err == "1 error in the spec: `stackgrant check` shows it\n"
    (project / "stackgrant.yaml").write_text(QUICKSTART)
    assert run(["size", "--stack", "nowhere"]) == 2
    assert run(["size", "nowhere.yaml"]) == 2


ACTION_THAT_IS_NONE = """\
      - statement: {Effect: Allow, Action: s3:GetObjct, Resource: "arn:aws:s3:::shop/*"}
"""


def test_compile_names_policies_that_were_split(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = "".join(f"      - s3: {{bucket: assets-{n:03}, prefix: p{n}/, access: [read, write]}}\n" for n in range(60))
    (project / "stackgrant.yaml").write_text(QUICKSTART.replace("stacks:", more + "stacks:"))
    assert run(["compile"]) == 0
    said = capsys.readouterr().err
    assert " policies in stack shop-prod: app-storefront, app-storefront--2" in said
    assert run(["compile"]) == 0
    assert "policies in stack" not in capsys.readouterr().err


POLICY = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObjct", "Resource": "*"}}
CLEAN = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:123456789012:a"},
}


@pytest.fixture
def policies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "iam").mkdir()
    (tmp_path / "iam/bad.json").write_text(json.dumps(POLICY, indent="\t"))
    (tmp_path / "iam/clean.yaml").write_text(json.dumps(CLEAN))
    (tmp_path / "iam/package.json").write_text('{"name": "shop",}')
    return tmp_path


def test_check_policy(policies: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check-policy", "iam/clean.yaml"]) == 0
    assert capsys.readouterr().out == "no findings in 1 file\n"
    for given in (["iam"], ["iam/*.json", "iam/clean.yaml"], ["iam/bad.json", "iam"]):
        assert run(["check-policy", *given, "--format", "concise"]) == 1
        first, *_ = capsys.readouterr().out.splitlines()
        assert first.startswith("iam/bad.json:5:14: error[SG502] `s3:GetObjct` is not an action"), given
    assert run(["check-policy", "iam/bad.json", "--fail-on", "never"]) == 0
    capsys.readouterr()
    for given in (["nothing.json"], ["*.tf"], [], ["--plan", "iam/bad.json"]):
        assert run(["check-policy", *given]) == 2, given
    (policies / "empty").mkdir()
    capsys.readouterr()
    assert run(["check-policy", "empty"]) == 2
    assert "error[SG812]: `empty` leads to no policy document" in capsys.readouterr().out


def test_check_policy_reads_standard_input(
    policies: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for text, code in ((json.dumps(CLEAN), 0), (json.dumps(POLICY), 1), ("Statement: []\n", 1), ("{,", 1)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbf" + text.encode())))
        assert run(["check-policy", "-"]) == code, text
    assert "<stdin>:1:2" in capsys.readouterr().out


def test_check_policy_reads_plans_and_compiled_output(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compile"]) == 0
    capsys.readouterr()
    assert run(["check-policy", "build", "--format", "concise", "--fail-on", "warning"]) == 0
    assert capsys.readouterr().out == ""
    resource = {"address": "module.a.aws_iam_policy.web", "type": "aws_iam_policy", "mode": "managed"}
    module = {"resources": [{**resource, "values": {"name": "web", "policy": json.dumps(POLICY)}}]}
    plan = {"format_version": "1.2", "planned_values": {"root_module": {"child_modules": [module]}}}
    (project / "plan.json").write_text(json.dumps(plan))
    assert run(["check-policy", "--plan", "plan.json", "--format", "concise"]) == 1
    assert capsys.readouterr().out.startswith("plan.json#module.a.aws_iam_policy.web:5:16: error[SG502]")


@pytest.mark.parametrize("form", ["sarif", "github", "junit", "markdown", "json", "concise", "full"])
def test_formats(policies: Path, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check-policy", "iam/bad.json", "--format", form]) == 1
    assert "SG502" in capsys.readouterr().out
    (policies / "stackgrant.yaml").write_text("version: 1\nstacks: {}\n")
    assert run(["check", "--format", form]) in (0, 1)


def test_github_actions_get_annotations_and_a_summary(
    policies: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    (policies / "summary.md").write_text("before\n")
    assert run(["check-policy", "iam/bad.json"]) == 1
    assert capsys.readouterr().out.startswith("::error file=iam/bad.json,line=5,endLine=5,col=14,")
    before, heading, *_ = (policies / "summary.md").read_text().splitlines()
    assert (before, heading[:14]) == ("before", "### stackgrant")
    assert run(["check-policy", "iam/bad.json", "--format", "full"]) == 1
    assert capsys.readouterr().out.startswith("error[SG502]")


def test_baseline(policies: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = policies / "iam/bad.json"
    assert run(["check-policy", "iam", "--write-baseline"]) == 2
    assert run(["check-policy", "iam", "--baseline", "known.json"]) == 2
    assert run(["check-policy", "iam", "--baseline", "known.json", "--write-baseline"]) == 0
    capsys.readouterr()
    bad.write_text("\n\n" + bad.read_text())  # other lines, the same findings
    assert run(["check-policy", "iam", "--baseline", "known.json"]) == 0
    assert "in the baseline" in capsys.readouterr().out
    bad.write_text(bad.read_text().replace("GetObjct", "PutObjct"))
    assert run(["check-policy", "iam", "--baseline", "known.json", "--format", "concise"]) == 1
    out = capsys.readouterr().out
    assert "error[SG502] `s3:PutObjct`" in out
    assert "note[SG816]" in out
    (policies / "other.json").write_text("{}")
    for more in ([], ["--write-baseline"]):
        assert run(["check-policy", "iam", "--baseline", "other.json", *more]) == 2
        assert "error[SG815]: `other.json` is no baseline" in capsys.readouterr().out
    assert (policies / "other.json").read_text() == "{}"


def test_a_baseline_of_a_spec_never_hides_why_there_is_no_output(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "stackgrant.yaml").write_text("version: 1\nstacks: {shop: {}}\n")
    assert run(["check", "--baseline", "known.json", "--write-baseline"]) == 1
    assert json.loads((project / "known.json").read_text())["findings"] == []


MISTYPED = QUICKSTART.replace("permissions:", "permisions:").replace("access: read", "acess: raed")


def test_fix_puts_mistyped_words_right(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = project / "stackgrant.yaml"
    spec.write_bytes(b"\xef\xbb\xbf" + MISTYPED.replace("\n", "\r\n").encode())
    spec.chmod(0o640)
    assert run(["check", "--fix", "--diff"]) == 1
    assert "+    permissions:" in capsys.readouterr().out
    assert spec.read_bytes().startswith(b"\xef\xbb\xbf" + MISTYPED.splitlines()[0].encode())
    assert b"permisions" in spec.read_bytes()
    assert run(["check", "--fix"]) == 0
    assert "fixed stackgrant.yaml" in capsys.readouterr().out
    assert spec.read_bytes() == b"\xef\xbb\xbf" + QUICKSTART.replace("\n", "\r\n").encode()
    assert spec.stat().st_mode & 0o777 == 0o640
    assert run(["check", "--fix", "--diff"]) == 0


def test_fix_needs_files(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(MISTYPED.encode())))
    assert run(["check", "-", "--fix"]) == 2
    assert run(["check", "--diff"]) == 2
