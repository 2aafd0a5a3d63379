"""``verify`` with a Terraform that says what the test wants; the real one is in the end-to-end tests."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compiler.diagnostics import Severity
from compiler.terraform.emit import emit_stack
from compiler.terraform.verify import PlanSummary, verify
from tests.support.stacks import SPEC, origin, shop

Json = Any
FILES = emit_stack(shop(), layout="root", spec_name=SPEC)
PLACES = {"apps.orders": origin("apps.orders", 100).span}
FINE = {"diagnostics": []}
VERSION = {"terraform_version": "9.8.7", "provider_selections": {"registry.terraform.io/hashicorp/aws": "5.4.3"}}

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script")

Pretend = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    module = tmp_path / "shop"
    module.mkdir()
    for name, content in FILES.items():
        (module / name).write_bytes(content)
    return module


@pytest.fixture
def pretend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pretend:
    """Put a `terraform` on the PATH that answers each command as told: (code, stdout, stderr)."""

    def make(**answers: tuple[int, Json, str]) -> Path:
        known = {"init": (0, "", ""), "validate": (0, FINE, ""), "version": (0, VERSION, ""), **answers}
        binary = tmp_path / "bin" / "terraform"
        binary.parent.mkdir(exist_ok=True)
        log = tmp_path / "calls"
        script = (
            f"#!{sys.executable}\nimport json, os, sys\n"
            f"answers = json.loads({json.dumps(known)!r})\n"
            f"open({str(log)!r}, 'a').write(json.dumps([sys.argv[1:], sorted(os.listdir())]) + '\\n')\n"
            "code, out, err = answers[sys.argv[1]]\n"
            "print(out if isinstance(out, str) else json.dumps(out))\n"
            "print(err, file=sys.stderr)\n"
            "sys.exit(code)\n"
        )
        binary.write_text(script)
        binary.chmod(0o755)
        monkeypatch.setenv("PATH", str(binary.parent))
        return log

    return make


def events(*items: Json) -> str:
    return "\n".join(json.dumps(item) for item in items) + "\nnot json"


def complaint(**rest: Json) -> Json:
    content = FILES["app-orders.tf.json"].decode().split("\n")
    line = next(number for number, text in enumerate(content, start=1) if "sqs:ReceiveMessage" in text)
    place = {"filename": "app-orders.tf.json", "start": {"line": line, "column": 1, "byte": 1}}
    return {"severity": "error", "summary": "Bad things.", "detail": "One.\n\nTwo\nthree.", "range": place, **rest}


def calls(log: Path) -> list[list[str]]:
    return [json.loads(line)[0] for line in log.read_text().splitlines()]


def test_no_terraform(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = verify(folder, plugin_dir=None, locate=PLACES.get)
    (finding,) = result.diagnostics
    assert finding.code.id == "SG902"
    assert not result.accepted
    assert result.steps == ()


def test_all_is_well(folder: Path, pretend: Pretend) -> None:
    summary = {"type": "change_summary", "changes": {"add": 3, "change": 2, "remove": 1}}
    log = pretend(plan=(0, events({"type": "version"}, summary), ""))
    (folder / "terraform.tfstate").write_text("{}")
    (folder / ".terraform" / "modules").mkdir(parents=True)
    result = verify(folder, plugin_dir="/plugins", locate=PLACES.get)
    assert result.accepted
    assert result.diagnostics == ()
    assert result.planned == PlanSummary(3, 2, 1)
    assert (result.terraform_version, result.provider_version) == ("9.8.7", "5.4.3")
    assert [step.name for step in result.steps] == ["init", "validate", "version", "plan"]
    assert calls(log)[0] == ["init", "-backend=false", "-input=false", "-no-color", "-plugin-dir=/plugins"]
    for line in log.read_text().splitlines():
        assert "terraform.tfstate" not in json.loads(line)[1]
        assert ".terraform" not in json.loads(line)[1]


def test_a_complaint_leads_to_the_spec(folder: Path, pretend: Pretend) -> None:
    log = pretend(validate=(1, {"diagnostics": [complaint()]}, ""))
    result = verify(folder, plugin_dir=None, locate=PLACES.get)
    (finding,) = result.diagnostics
    assert finding.code.id == "SG901"
    assert finding.message == "bad things"
    assert finding.span == PLACES["apps.orders"]
    assert finding.path == "apps.orders"
    assert finding.label == "makes `aws_iam_policy.app-orders`"
    assert finding.notes[:2] == ("One.", "Two three.")
    assert finding.notes[2].startswith(f"Terraform says so about {folder}/app-orders.tf.json:")
    assert result.plan_skipped == "the configuration is not valid"
    assert [call[0] for call in calls(log)] == ["init", "validate", "version"]


def test_the_same_about_several_lines_of_one_policy_is_said_once(folder: Path, pretend: Pretend) -> None:
    again = complaint()
    again["range"] = {"filename": "app-orders.tf.json", "start": {"line": again["range"]["start"]["line"] + 1}}
    pretend(validate=(1, {"diagnostics": [complaint(), again, complaint(range=None), complaint(range=None)]}, ""))
    result = verify(folder, plugin_dir=None, locate=PLACES.get)
    assert [finding.path for finding in result.diagnostics] == ["apps.orders", "", ""]


def test_a_warning_stays_one_and_does_not_stop_the_plan(folder: Path, pretend: Pretend) -> None:
    summary = {"type": "change_summary", "changes": {"add": 1, "change": 0, "remove": 0}}
    warning = complaint(severity="warning", summary="IAM is old")
    again = {"type": "diagnostic", "diagnostic": warning}
    pretend(validate=(0, {"diagnostics": [warning]}, ""), plan=(0, events(again, summary), ""))
    result = verify(folder, plugin_dir=None, locate=PLACES.get)
    (finding,) = result.diagnostics
    assert finding.level is Severity.WARNING
    assert finding.message == "IAM is old"
    assert result.accepted
    assert result.planned


@pytest.mark.parametrize(
    "place",
    [
        None,
        {"filename": "gone.tf.json", "start": {"line": 1}},
        {"filename": "terraform.tf.json", "start": {"line": 4}},
        {"filename": "app-orders.tf.json", "start": {"line": 10_000}},
    ],
)
def test_a_complaint_about_no_resource_still_is_one(folder: Path, pretend: Pretend, place: Json) -> None:
    pretend(validate=(1, {"diagnostics": [complaint(range=place)]}, ""))
    (finding,) = verify(folder, plugin_dir=None, locate=PLACES.get).diagnostics
    assert finding.span is None
    assert finding.message == "bad things"


def test_a_plan_that_fails(folder: Path, pretend: Pretend) -> None:
    pretend(plan=(1, events({"type": "diagnostic", "diagnostic": complaint()}), ""))
    result = verify(folder, plugin_dir=None, locate=PLACES.get)
    assert [finding.span for finding in result.diagnostics] == [PLACES["apps.orders"]]
    assert result.planned is None
    assert not result.accepted


def test_variables_without_a_value_only_skip_the_plan(folder: Path, pretend: Pretend) -> None:
    missing = {"type": "diagnostic", "diagnostic": complaint(summary="No value for required variable")}
    pretend(plan=(1, events(missing), ""))
    result = verify(folder, plugin_dir=None, locate=PLACES.get)
    assert result.accepted
    assert result.plan_skipped == "the folder has variables without a value"


@pytest.mark.parametrize(
    ("answers", "command"),
    [
        ({"init": (1, "", "Error: no provider\n\n  hashicorp/aws"), "validate": (1, "", "")}, "init"),
        ({"validate": (1, "panic: oh no", "Error: no provider")}, "validate"),
        ({"plan": (1, "", "Error: no provider")}, "plan"),
    ],
)
def test_a_terraform_that_breaks_is_no_fault_of_the_spec(
    folder: Path, pretend: Pretend, answers: dict[str, Json], command: str
) -> None:
    pretend(**answers)
    result = verify(folder, plugin_dir=None, locate=PLACES.get)
    (finding,) = result.diagnostics
    assert finding.code.id == "SG904"
    assert finding.message == f"`terraform {command}` failed"
    assert finding.notes[0] == "Error: no provider"
    assert not result.accepted


def test_what_init_complains_about_is_placed_when_validate_can(folder: Path, pretend: Pretend) -> None:
    pretend(init=(1, "", "Error"), validate=(1, {"diagnostics": [complaint(), complaint(range=None)]}, ""))
    (finding,) = verify(folder, plugin_dir=None, locate=PLACES.get).diagnostics
    assert finding.code.id == "SG901"
    assert finding.span == PLACES["apps.orders"]


def test_providers_of_an_earlier_init_are_tried_before_the_network(folder: Path, pretend: Pretend) -> None:
    (folder / ".terraform" / "providers").mkdir(parents=True)
    log = pretend(init=(1, "", "Error"), validate=(1, "", ""))
    verify(folder, plugin_dir=None, locate=PLACES.get)
    inits = [call for call in calls(log) if call[0] == "init"]
    assert [call[4:] for call in inits] == [[f"-plugin-dir={folder / '.terraform' / 'providers'}"], []]
