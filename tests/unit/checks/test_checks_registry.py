"""The folder of rules: each module with codes is listed, each rule is silent about a sound program."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import check_building as build

from compiler import checks
from compiler.checks import CHECKS, MEANING, SIZES, run_checks
from compiler.checks.sights import ATTACHED, NAMES, OF_SURVEY, TRUSTS, sights
from compiler.checks.survey import Survey, survey
from compiler.codes import ALL_CODES
from compiler.diagnostics import SourceText
from compiler.driver import Source, compile_sources
from compiler.ir.program import Program

CASES = Path(__file__).parents[2] / "cases"


CODES = checks.codes()


def test_every_module_with_codes_is_listed_once() -> None:
    names = [f"{checks.__name__}.{item.name}" for item in pkgutil.iter_modules(checks.__path__)]
    modules = [importlib.import_module(name) for name in names]
    rules = [module for module in modules if hasattr(module, "CODES")]
    assert {rule.__name__ for rule in rules} == {f"{checks.__name__}.{rule.name}" for rule in CHECKS}
    assert len(CHECKS) == len(set(CHECKS)) == len(SIZES) + len(MEANING)
    assert all(callable(rule.check) for rule in rules)


def test_codes_are_unique_and_of_the_blocks_of_rules() -> None:
    assert len({code.id for code in CODES}) == len(CODES)
    assert {code.id[2] for code in CODES} == set("4567")


def test_every_code_refers_to_aws() -> None:
    for code in CODES:
        assert code.references, code.id
        assert all(link.startswith("https://docs.aws.amazon.com/") for link in code.references)


def test_a_sound_program_gives_nothing() -> None:
    sound = build.spec(
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shop-assets/*"},
        {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:123456789012:orders"},
        {"Effect": "Allow", "Action": ["ec2:DescribeInstances", "ec2:DescribeTags"], "Resource": "*"},
    )
    assert list(run_checks(sound)) == []
    assert list(run_checks(build.program())) == []


def test_one_rule_can_be_asked_alone() -> None:
    tree = build.spec({"Effect": "Allow", "Action": "s3:GetObjct", "Resource": "arn:aws:s3:::shop/*"})
    assert [item.code.id for item in run_checks(tree)] == ["SG502"]
    assert list(run_checks(tree, SIZES)) == []


def test_all_rules_share_one_survey() -> None:
    tree = build.spec({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shop/*"})
    assert survey(tree) is survey(tree)
    assert survey(tree) is not survey(build.program())


def test_what_rules_look_at_is_known() -> None:
    lists = {item.name for item in dataclasses.fields(Survey) if not item.name.startswith("_")}
    assert set(OF_SURVEY) == lists
    for rule in CHECKS:
        assert rule.looks_at <= {*OF_SURVEY, TRUSTS, ATTACHED, NAMES}, rule.name


def programs() -> list[Program]:
    """The programs of all specs that the tests have, before and after they were rewritten."""
    texts = [text for code in ALL_CODES for text in (code.bad, code.good)]
    texts += [path.read_text() for folder in ("ok", "err") for path in sorted((CASES / folder).rglob("*.yaml"))]
    found = []
    for text in texts:
        result = compile_sources([Source(SourceText("spec.yaml", text), "spec.yaml")])
        found += [
            Program(tuple(stack for stack in stacks if stack is not None), "spec.yaml")
            for stacks in zip(*((stack.program, stack.written) for stack in result.stacks), strict=True)
        ]
    return found


def test_a_rule_that_is_left_out_has_nothing_to_say() -> None:
    corpus = programs()
    assert len(corpus) > 200
    for program in corpus:
        for rule in CHECKS:
            assert rule.has_work(program) or not list(rule.check(program)), rule.name
    # There is something to be learnt from them: each rule is left out of some, and asked of others.
    asked = {rule.name: {rule.has_work(program) for program in corpus} for rule in CHECKS if rule.looks_at}
    assert [name for name, answers in asked.items() if answers != {True, False}] == []


def test_sights_of_a_sound_program() -> None:
    sound = build.spec({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shop-assets/*"})
    assert sights(sound) == {"own"}
    assert sights(build.program()) == frozenset()


def test_rules_without_anything_to_look_at_are_not_imported() -> None:
    script = (
        "import sys; from compiler.driver import *; from compiler.diagnostics import SourceText;"
        "compile_sources([Source(SourceText('spec.yaml', sys.argv[1]), 'spec.yaml')], Options(programs=False));"
        "print(*sys.modules)"
    )
    spec = (CASES / "ok" / "01-profile-modes").glob("*.yaml")
    text = next(spec).read_text()
    done = subprocess.run([sys.executable, "-c", script, text], capture_output=True, text=True, check=True)
    imported = set(done.stdout.split())
    assert "compiler.checks.survey" in imported
    assert "compiler.checks.unknown_action" not in imported
    assert "compiler.checks.dead_statement" not in imported
