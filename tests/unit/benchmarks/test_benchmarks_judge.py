"""The judge of the grants comparison, on documents whose faults are known. No peer is needed."""

from __future__ import annotations

import subprocess

import pytest

from benchmarks import grants
from benchmarks.judge import can_be, can_work, judge
from benchmarks.peers import tools
from benchmarks.peers.cloudformation import resolved
from benchmarks.peers.intents import KEY, Intent, intents
from compiler.aws.service_data import find_action
from tests.support.oracle import Request

BUCKET = "arn:aws:s3:::shop"
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:orders"


def _allow(actions: str | list[str], resources: str | list[str]) -> dict[str, object]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources}


def test_actions_are_those_that_work_on_some_resource() -> None:
    verdict = judge([_allow(["s3:GetObject", "s3:ListBucket", "s3:ListAllMyBuckets"], [BUCKET, f"{BUCKET}/*"])])
    assert verdict.actions == ("s3:GetObject", "s3:ListBucket")
    assert verdict.idle == (("s3:ListAllMyBuckets", f"{BUCKET}, {BUCKET}/*"),)
    assert verdict.wildcards == ()


def test_wildcards_are_expanded_and_idle_only_as_a_whole() -> None:
    verdict = judge([_allow("s3:List*", BUCKET)])
    assert verdict.wildcards == ("s3:List*",)
    assert "s3:ListBucket" in verdict.actions
    assert "s3:ListAllMyBuckets" not in verdict.actions
    assert verdict.idle == ()


def test_names_that_are_no_actions_are_without_effect() -> None:
    verdict = judge([_allow(["sqs:DeleteMessage", "sqs:DeleteMessageBatch"], QUEUE)])
    assert (verdict.actions, verdict.idle) == (("sqs:DeleteMessage",), (("sqs:DeleteMessageBatch", QUEUE),))


def test_resources_that_no_action_works_on_are_without_effect() -> None:
    verdict = judge([_allow("s3:PutObject", [BUCKET, f"{BUCKET}/*"])])
    assert verdict.idle == (("s3:PutObject", BUCKET),)


def test_requests() -> None:
    read, delete = Request("s3:GetObject", f"{BUCKET}/a"), Request("s3:DeleteObject", f"{BUCKET}/a")
    verdict = judge([_allow("s3:Delete*", f"{BUCKET}/*")], [read], [delete])
    assert (verdict.refused, verdict.beyond) == ((read,), (delete,))
    denied = {"Effect": "Deny", "Action": "s3:Delete*", "Resource": "*"}
    assert judge([_allow("s3:*", f"{BUCKET}/*"), denied], [read], [delete]).beyond == ()


@pytest.mark.parametrize(
    ("pattern", "template", "expected"),
    [
        ("arn:aws:s3:::shop/*", "arn:${Partition}:s3:::${BucketName}/${ObjectName}", True),
        ("arn:aws:s3:::shop/*", "arn:${Partition}:s3:::${BucketName}", False),
        ("arn:aws:s3:::shop*", "arn:${Partition}:s3:::${BucketName}/${ObjectName}", True),
        ("arn:aws:s3:eu-west-1::shop", "arn:${Partition}:s3:::${BucketName}", False),
        ("arn:aws:kms:::key/*", "arn:${Partition}:kms:${Region}:${Account}:key/${KeyId}", False),
        ("arn:aws:sqs:*:*:a?", "arn:${Partition}:sqs:${Region}:${Account}:${QueueName}", True),
        ("arn:aws:sqs:*:*:a/b", "arn:${Partition}:sqs:${Region}:${Account}:${QueueName}", False),
        ("arn:aws:s3:::b/${aws:userid}/*", "arn:${Partition}:s3:::${BucketName}/${ObjectName}", True),
        ("arn:*", "arn:${Partition}:s3:::${BucketName}", True),
    ],
)
def test_patterns_and_templates(pattern: str, template: str, expected: bool) -> None:
    assert can_be(pattern, template) is expected


def test_actions_without_resource_types_need_the_star() -> None:
    action = find_action("ssm:DescribeParameters")
    assert action is not None
    assert can_work(action, "*")
    assert not can_work(action, "arn:aws:ssm:eu-west-1:123456789012:parameter/a")
    requested = find_action("s3:ListAllMyBuckets")
    assert requested is not None
    assert can_work(requested, "arn:aws:s3:::*"), "S3 asks for an ARN although the reference lists none"


def test_cloudformation() -> None:
    found = resolved({"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":sqs:", {"Fn::Sub": "${AWS::Region}"}]]})
    assert found == "arn:aws:sqs:eu-west-1"
    with pytest.raises(ValueError, match="Fn::GetAtt"):
        resolved({"Fn::GetAtt": ["a", "Arn"]})


def test_our_own_grants_do_what_the_intents_need() -> None:
    asked = tuple(intents())
    assert len({intent.name for intent in asked}) == len(asked) > 25
    answer = tools.ours(asked)
    assert not answer.errors
    for name, rows in grants.judged(asked, {tools.OURS: answer}).items():
        for row in rows.values():
            assert (row.verdict.refused, row.verdict.idle, row.key or ()) == ((), (), ()), name


def test_the_key_is_asked_for_where_a_grant_takes_it() -> None:
    (intent,) = [item for item in intents() if item.name == "sqs send"]
    statements = tools.ours([intent]).statements
    assert judge(statements["sqs send"], intent.key_requests()).refused == intent.key_requests()
    assert judge(statements["sqs send" + tools.WITH_KEY], intent.key_requests()).refused == ()
    assert {request.resource for request in intent.key_requests()} == {KEY}


def test_a_peer_that_is_not_to_be_had_is_missing(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(command: list[str], **_: object) -> None:
        raise subprocess.CalledProcessError(1, command, stderr="ERROR: no network\n")

    monkeypatch.setattr(tools.subprocess, "run", refuse)
    asked: tuple[Intent, ...] = tuple(item for item in intents() if item.name == "sqs send")
    found = {tools.OURS: tools.ours(asked), **{tool.name: tools.answers(tool, asked, tmp_path) for tool in tools.PEERS}}
    assert found["cdk"].missing == "ERROR: no network"
    text = "\n".join(grants.report(asked, found, grants.judged(asked, found)))
    assert "| AWS CDK | not installed: ERROR: no network |" in text
    assert "| policy_sentry | missing |" in text
    assert "### sqs send" in text
