"""The folder of rules: each module with codes is listed, each rule is silent about a sound program."""

from __future__ import annotations

import importlib
import pkgutil

import check_building as build

from compiler import checks
from compiler.checks import CHECKS, CODES, MEANING, SIZES, run_checks
from compiler.checks.survey import survey


def test_every_module_with_codes_is_listed_once() -> None:
    names = [f"{checks.__name__}.{item.name}" for item in pkgutil.iter_modules(checks.__path__)]
    modules = [importlib.import_module(name) for name in names]
    rules = [module for module in modules if hasattr(module, "CODES")]
    assert {rule.__name__ for rule in rules} == {getattr(rule, "__name__", "") for rule in CHECKS}
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
