"""The screen and the JSON of ``stackgrant size``, and what a compile says of policies that were split or combined."""

from __future__ import annotations

import json
import re

import pytest

from compiler.checks.role_size import Fill, role_sizes, shares
from compiler.diagnostics import SourceText
from compiler.driver import Source, compile_sources
from compiler.ir.arrangement import arrangements
from compiler.views import compile_report, size_json, size_screen
from compiler.views.cells import width_of

_GRANT = "      - s3: {{bucket: shop-assets-number-{0:03}, prefix: p{0}/, access: [read, write]}}\n"
SPEC = f"""\
version: 1
apps:
  storefront-with-a-name-that-is-rather-long-for-a-screen:
    permissions:
{"".join(map(_GRANT.format, range(45)))}\
  mail:
    permissions:
      - sqs: {{queue: orders, access: consume}}
stacks:
  shop:
    account: "123456789012"
    region: eu-west-1
    permissions:
      - managed_policy: arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore
    layers:
      web: {{apps: [storefront-with-a-name-that-is-rather-long-for-a-screen, mail]}}
      mail: {{apps: [mail]}}
      legacy: {{apps: [mail], profile: {{existing: old, attach: true, role: old}}}}
"""


def program(text=SPEC):
    result = compile_sources([Source(SourceText("spec.yaml", text), "spec.yaml")])
    assert not result.failed
    return result.program


def sizes(text=SPEC):
    return [(stack, tuple(role_sizes(stack))) for stack in program(text).stacks]


@pytest.mark.parametrize(("width", "unicode"), [(80, True), (80, False), (40, True), (120, True)])
def test_screen(width, unicode, snapshot):
    screen = size_screen.render(sizes(), color=False, unicode=unicode, width=width)
    assert max(map(width_of, screen.split("\n"))) <= width
    assert unicode or screen.isascii()
    snapshot(f"size_{width}{'' if unicode else '_ascii'}.txt", screen)


def test_colours_change_nothing_else():
    plain = size_screen.render(sizes(), color=False, unicode=True, width=80)
    coloured = size_screen.render(sizes(), color=True, unicode=True, width=80)
    assert coloured != plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


@pytest.mark.parametrize(
    ("used", "quota", "percent", "style"),
    [(0, 10, 0, "32"), (79, 100, 79, "32"), (4915, 6144, 79, "32"), (4916, 6144, 80, "1;33"), (6144, 6144, 100, "1;33"),
     (6145, 6144, 101, "1;31"), (5, 0, 101, "1;31")],
)  # fmt: skip
def test_colours_begin_at_80_percent_and_beyond_the_quota(used, quota, percent, style):
    fill = Fill(used, quota)
    assert fill.percent == percent
    look = size_screen.Look(lambda name, text: f"{name}:{text}", unicode=False, columns=80)
    row = size_screen.Row("x", fill)
    (line,) = size_screen._lines(row, (1, 11, 10), look)
    assert f"  {dict(zip(('32', '1;33', '1;31'), ('added', 'warning', 'error'), strict=True))[style]}:" in line


@pytest.mark.parametrize(
    ("used", "drawn"), [(0, "----------"), (1, "#---------"), (99, "#########-"), (100, "##########"), (300, "#" * 10)]
)
def test_bars(used, drawn):
    look = size_screen.Look(lambda _, text: text, unicode=False, columns=80)
    assert size_screen.bar(Fill(used, 100), 10, look) == drawn


def test_json_has_the_figures_of_the_screen():
    report = json.loads(size_json.render(sizes()))
    assert report["format_version"] == 1
    assert set(report) == {"format_version", "stacks", "summary"}
    (stack,) = report["stacks"]
    assert (stack["name"], stack["account"], stack["region"]) == ("shop", "123456789012", "eu-west-1")
    roles = {role["label"]: role for role in stack["roles"]}
    web, legacy = roles["web"], roles["legacy"]
    assert stack["roles"][0] is web
    assert web["managed_policies"]["attached"] == len(web["policies"]) + len(web["made_elsewhere"])
    assert web["made_elsewhere"] == ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"]
    assert web["room"]["characters"] == sum(policy["characters"] for policy in web["policies"])
    assert web["room"]["quota"] == 8 * 6144
    assert web["inline_policies"] is None
    assert (legacy["existing"], legacy["trust_policy"]) == (True, None)
    labels = [policy["label"] for policy in web["policies"]]
    assert "app-storefront-with-a-name-that-is-rather-long-for-a-screen--2" in labels
    filled = [policy["characters"] for policy in web["policies"]]
    assert filled == sorted(filled, reverse=True)
    assert all(policy["largest"]["paths"] for policy in web["policies"])
    assert report["summary"]["roles"] == len(roles)
    assert report["summary"]["fullest"]["percent"] == max(
        [policy["percent"] for policy in web["policies"]] + [web["managed_policies"]["percent"]]
    )


def test_a_reference_makes_a_lower_bound():
    text = SPEC.replace("queue: orders", "queue: '${aws_sqs_queue.orders.arn}'")
    policies = [
        item for role in json.loads(size_json.render(sizes(text)))["stacks"][0]["roles"] for item in role["policies"]
    ]
    assert any(item["lower_bound"] for item in policies)
    screen = size_screen.render(sizes(text), color=False, unicode=True, width=80)
    assert "at least: a Terraform reference counts as one character" in screen


def test_the_largest_permission_is_named_where_a_policy_is_nearly_full():
    for unit, named in ((900, False), (5500, True)):
        bucket = f"      - s3: {{bucket: shop-assets, prefix: {'x' * unit}/, access: get}}\n"
        text = SPEC.replace("      - sqs: {queue: orders, access: consume}\n", bucket)
        screen = size_screen.render(sizes(text), color=False, unicode=True, width=80)
        assert ("largest: apps.mail.permissions[0]" in screen) is named


def test_statements_of_several_permissions_are_told_together():
    (stack,) = program(SPEC).stacks
    policy = next(policy for policy in stack.policies if policy.label.startswith("app-storefront"))
    found = shares(policy.statements)
    assert [share.characters for share in found] == sorted((share.characters for share in found), reverse=True)
    assert any(share.name.endswith(" more") for share in found)


def test_nothing_to_show():
    assert size_screen.render([], color=False, unicode=True, width=80).strip() == "0 roles, 0 policies"
    assert json.loads(size_json.render([]))["summary"] == {"roles": 0, "policies": 0, "fullest": None}


def test_a_compile_names_what_was_split_and_combined():
    apps = "".join(f"  a{n}: {{permissions: [{{sqs: {{queue: q{n}, access: send}}}}]}}\n" for n in range(14))
    text = SPEC.replace("stacks:\n", apps + "stacks:\n", 1).replace(
        "mail: {apps: [mail]}", f"mail: {{apps: [{', '.join(f'a{n}' for n in range(14))}]}}"
    )
    long = "app-storefront-with-a-name-that-is-rather-long-for-a-screen"
    (stack,) = program(text).stacks
    lines = [compile_report.arranged(stack.name, item) for item in arrangements(stack)]
    assert lines[0].startswith(f"{long} needs ")
    assert f" in stack shop: {long}, {long}--2" in lines[0]
    assert "layer-mail gets combined policies in stack shop: layer-mail--combined" in lines
    report = compile_report.CompileReport(("a",), arranged=tuple(lines * 4))
    screen = compile_report.render(report).split("\n")
    assert screen[-2] == "and 3 more like these: `stackgrant size` shows all policies"
    assert screen[1:3] == lines[:2]
