"""``shrink: actions``: shorter lists that stand for exactly the same actions."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.aws.service_data import actions_of, expand_action
from compiler.diagnostics import SourceText
from compiler.driver import Source, compile_sources
from compiler.passes.shrink_actions import shrunk

SPEC = """\
version: 1
%s
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: [sqs:GetQueueAttributes, sqs:GetQueueUrl]
          Resource: arn:aws:sqs:eu-west-1:123456789012:orders
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
"""


def expanded(actions: tuple[str, ...]) -> set[str]:
    return {found.full_name for action in actions for found in expand_action(action)}


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["s3", "sqs", "ec2", "dynamodb", "iam"]), st.data())
def test_the_shorter_list_stands_for_the_same_actions(service: str, data: st.DataObject):
    names = sorted(action.full_name for action in actions_of(service).values())
    start = data.draw(st.integers(0, len(names) - 1))
    dropped = data.draw(st.sets(st.sampled_from(names), max_size=3))
    chosen = tuple(name for name in names[start : start + 60] if name not in dropped) or (names[0],)
    short = shrunk(chosen)
    assert expanded(short) == set(chosen)
    assert len("".join(short)) <= len("".join(chosen))
    assert shrunk(short) == short


def test_whole_families_become_one_pattern():
    reading = tuple(sorted(a.full_name for a in actions_of("ec2").values() if a.name.startswith(("Describe", "Get"))))
    assert len(reading) > 200
    assert shrunk(reading) == ("ec2:Describe*", "ec2:Get*")


def test_what_the_data_does_not_know_stays():
    assert shrunk(("nosuch:Thing", "nosuch:Thing2", "s3:Get*")) == ("nosuch:Thing", "nosuch:Thing2", "s3:Get*")


def compiled(setting: str) -> bytes:
    source = SourceText("spec.yaml", SPEC % setting)
    return compile_sources([Source(source, "spec.yaml")]).files["shop/app-web.tf.json"]


def test_nothing_is_shortened_unless_asked_for():
    plain, short = compiled("values: {}"), compiled("defaults: {shrink: actions}")
    assert b"sqs:GetQueueUrl" in plain
    assert b"service data" in short
    assert b'"sqs:GetQueue*"' in short
    assert b"sqs:GetQueueUrl" not in short
