"""Repairs: the finding goes, nothing new comes, the layout stays, and what a document allows is what was meant."""

# ruff: noqa: E501 - documents, as they stand on one line
from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.cli.fixing import fixed_sources, fixes
from compiler.codes import ALL_CODES
from compiler.diagnostics import Code, Diagnostic, Diagnostics, SourceText
from compiler.diagnostics.fix import edit_for
from compiler.driver import Options, Source, check_documents, compile_sources
from compiler.frontend.repairs import edits_of
from tests.support.oracle import Request, allowed

STACK = """\
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
"""


def in_documents(name: str, text: str) -> tuple[Diagnostic, ...]:
    return check_documents([(SourceText(name, text), True)], Diagnostics()).diagnostics


def fixed_document(name: str, text: str) -> str:
    def check(now: Any) -> tuple[Diagnostic, ...]:
        return check_documents([(item, True) for item in now], Diagnostics()).diagnostics

    return fixes(check, [SourceText(name, text)]).get(name, text)


def in_spec(text: str) -> tuple[Diagnostic, ...]:
    return compile_sources([Source(SourceText("stackgrant.yaml", text), "stackgrant.yaml")]).diagnostics


def fixed_spec(text: str) -> str:
    sources = [Source(SourceText("stackgrant.yaml", text), "stackgrant.yaml")]

    def check(now: Any) -> tuple[Diagnostic, ...]:
        return compile_sources(fixed_sources(sources, now), Options(), Diagnostics()).diagnostics

    return fixes(check, [item.text for item in sources]).get("stackgrant.yaml", text)


# Code of the finding -> the name of the file, the text, and what it becomes.
DOCUMENTS = [
    ("SG540", "a.json", '{\n  "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}\n}\n',
     '{\n  "Version": "2012-10-17",\n  "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}\n}\n'),
    ("SG540", "a.json", '{"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}]}',
     '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}]}'),
    ("SG540", "a.yaml", "# why\nStatement:  # all\n- Effect: Allow\n  Action: s3:GetObject\n  Resource: arn:aws:s3:::a/*\n",
     '# why\nVersion: "2012-10-17"\nStatement:  # all\n- Effect: Allow\n  Action: s3:GetObject\n  Resource: arn:aws:s3:::a/*\n'),
    # The resource is added where nothing else of the statement reaches it ...
    ("SG504", "a.json", '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",\n  "Action": ["s3:ListBucket", "s3:GetObject"],\n'
     '  "Resource": "arn:aws:s3:::a/*"}]}',
     '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",\n  "Action": ["s3:ListBucket", "s3:GetObject"],\n'
     '  "Resource": ["arn:aws:s3:::a/*", "arn:aws:s3:::a"]}]}'),
    ("SG504", "a.yaml", 'Version: "2012-10-17"\nStatement:\n  Effect: Allow\n  Action: [s3:ListBucket, s3:GetObject]\n'
     "  Resource:\n  - arn:aws:s3:::a/*  # all of it\n",
     'Version: "2012-10-17"\nStatement:\n  Effect: Allow\n  Action: [s3:ListBucket, s3:GetObject]\n'
     "  Resource:\n  - arn:aws:s3:::a/*  # all of it\n  - arn:aws:s3:::a\n"),
    # ... and otherwise the action gets a statement of its own.
    ("SG504", "a.json", """\
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Own",
      "Effect": "Allow",
      "Action": [
        "ec2:StartInstances",
        "ec2:DescribeInstances",
        "ec2:DescribeInstanceStatus"
      ],
      "Resource": "arn:aws:ec2:eu-west-1:123456789012:instance/i-0123456789abcdef0"
    },
    {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}
  ]
}
""", """\
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Own",
      "Effect": "Allow",
      "Action": [
        "ec2:StartInstances"
      ],
      "Resource": "arn:aws:ec2:eu-west-1:123456789012:instance/i-0123456789abcdef0"
    },
    {
      "Effect": "Allow",
      "Action": ["ec2:DescribeInstances", "ec2:DescribeInstanceStatus"],
      "Resource": "*"
    },
    {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}
  ]
}
"""),
    ("SG504", "a.json", '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": ["ec2:StopInstances", "ec2:DescribeInstances"],'
     ' "Resource": "arn:aws:ec2:*:*:instance/*"}}',
     '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["ec2:StopInstances"], "Resource": "arn:aws:ec2:*:*:instance/*"},'
     ' {"Effect": "Allow", "Action": "ec2:DescribeInstances", "Resource": "*"}]}'),
    ("SG504", "a.yaml", """\
Version: "2012-10-17"
Statement:
  # one machine
  Effect: Allow
  Action:
    - ec2:StartInstances  # and no other
    - ec2:DescribeInstances
  Resource: arn:aws:ec2:eu-west-1:123456789012:instance/i-0123456789abcdef0
""", """\
Version: "2012-10-17"
Statement:
  # one machine
  - Effect: Allow
    Action:
      - ec2:StartInstances  # and no other
    Resource: arn:aws:ec2:eu-west-1:123456789012:instance/i-0123456789abcdef0
  - Effect: Allow
    Action: ec2:DescribeInstances
    Resource: "*"
"""),
    ("SG543", "a.json", '{"Version": "2012-10-17", "Statement": [{"Sid": "", "Effect": "Allow", "Action": "s3:GetObject",'
     ' "Resource": "arn:aws:s3:::a/*", "Condition": {"StringEquals": {}}}]}',
     '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}]}'),
    ("SG543", "a.yaml", 'Version: "2012-10-17"\nStatement:\n  - Sid: ""\n    Effect: Allow\n    Action: s3:GetObject\n'
     "    Resource: arn:aws:s3:::a/*\n    Condition: {}\n",
     'Version: "2012-10-17"\nStatement:\n  - Effect: Allow\n    Action: s3:GetObject\n    Resource: arn:aws:s3:::a/*\n'),
    ("SG707", "a.json", '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": [\n  "s3:Get*",\n  "s3:get*"\n ],'
     ' "Resource": "arn:aws:s3:::a/*"}]}',
     '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": [\n  "s3:Get*"\n ],'
     ' "Resource": "arn:aws:s3:::a/*"}]}'),
    ("SG708", "a.json", '{"Version": "2012-10-17", "Statement": [\n  {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"},\n'
     '  {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}\n]}',
     '{"Version": "2012-10-17", "Statement": [\n  {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}\n]}'),
    ("SG705", "a.yaml", 'Version: "2012-10-17"\nStatement:\n  - Effect: Allow\n    Action: s3:GetObject\n    Resource: arn:aws:s3:::a/*\n'
     "    Condition:\n      NumericLessThan:\n        aws:MultiFactorAuthAge: ['300', '3600']\n",
     'Version: "2012-10-17"\nStatement:\n  - Effect: Allow\n    Action: s3:GetObject\n    Resource: arn:aws:s3:::a/*\n'
     "    Condition:\n      NumericLessThan:\n        aws:MultiFactorAuthAge: ['3600']\n"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "name", "before", "after"), DOCUMENTS)
def test_a_document(code: str, name: str, before: str, after: str) -> None:
    old = in_documents(name, before)
    assert code in {item.code.id for item in old}
    assert fixed_document(name, before) == after
    new = in_documents(name, after)
    assert code not in {item.code.id for item in new}
    assert Counter(item.code.id for item in new) <= Counter(item.code.id for item in old)
    if name.endswith(".json"):
        json.loads(after)
    # Once more there is nothing to do.
    assert fixed_document(name, after) == after


REQUESTS = [
    Request(action, resource, {"aws:MultiFactorAuthAge": age, "aws:CalledVia": ["athena.amazonaws.com"]})
    for action in ("s3:GetObject", "s3:GetBucketAcl", "s3:PutObject")
    for resource in ("arn:aws:s3:::a/b", "arn:aws:s3:::a", "arn:aws:s3:::b/b")
    for age in ("10", "299", "300", "2000", "3600", "9999")
]


@pytest.mark.parametrize(
    ("before", "after"), [(before, after) for code, _, before, after in DOCUMENTS if code != "SG504"]
)
def test_what_changes_nothing_allows_the_same(before: str, after: str) -> None:
    old, new = (yaml.safe_load(text) for text in (before, after))
    assert [allowed([old], request) for request in REQUESTS] == [allowed([new], request) for request in REQUESTS]


def test_an_action_reaches_what_it_lacked_and_no_other_does() -> None:
    for code, _, before, after in DOCUMENTS:
        if code != "SG504":
            continue
        old, new = (yaml.safe_load(text) for text in (before, after))
        for action, resource, first, then in (
            ("s3:ListBucket", "arn:aws:s3:::a", False, "ListBucket" in before),
            ("s3:GetObject", "arn:aws:s3:::a/b", "GetObject" in before, "GetObject" in before),
            ("ec2:DescribeInstances", "*", False, "ec2:DescribeInstances" in before),
            ("ec2:StartInstances", "arn:aws:ec2:eu-west-1:123456789012:instance/i-1", False, False),
            ("s3:PutObject", "arn:aws:s3:::a/b", False, False),
        ):
            request = Request(action, resource)
            assert (allowed([old], request), allowed([new], request)) == (first, then)


UNTOUCHED = [
    # With a version these would be variables.
    '{"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/${aws:username}/*"}}',
    # Which of the two was meant?
    '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": ["s3:GetObject", "s3:Get*"],'
    ' "Resource": "arn:aws:s3:::a/*"}}',
    # A Deny, a wildcard, an action that writes: not ours to make wider.
    '{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": ["s3:GetObject", "s3:ListBucket"],'
    ' "Resource": "arn:aws:s3:::a/*"}}',
    '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket*"],'
    ' "Resource": "arn:aws:s3:::a/*"}}',
    '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": ["s3:GetObject",'
    ' "s3:PutAccountPublicAccessBlock"], "Resource": "arn:aws:s3:::a/*"}}',
]  # fmt: skip


@pytest.mark.parametrize("text", UNTOUCHED)
def test_what_a_person_has_to_decide_stays(text: str) -> None:
    assert in_documents("a.json", text)
    assert fixed_document("a.json", text) == text


def test_what_an_alias_shares_stays() -> None:
    text = (
        'Version: "2012-10-17"\nStatement:\n  - &one {Effect: Allow, Action: s3:GetObject, Resource: arn:aws:s3:::a/*}\n'
        "  - *one\n"
    )
    assert fixed_document("a.yaml", text) == text


def spec(permissions: str) -> str:
    return f"version: 1\napps:\n  web:\n    permissions:\n{permissions}{STACK}"


SPECS = [
    (
        "SG504",
        """\
      # what the page shows
      - statement:
          Sid: Assets  # kept
          Effect: Allow
          Action:
            - s3:GetObject
            - s3:ListBucket
          Resource: arn:aws:s3:::shop-assets/*
        reason: the page
      - sqs: {queue: orders, access: send}
""",
        """\
      # what the page shows
      - statement:
          Sid: Assets  # kept
          Effect: Allow
          Action:
            - s3:GetObject
            - s3:ListBucket
          Resource: [arn:aws:s3:::shop-assets/*, arn:aws:s3:::shop-assets]
        reason: the page
      - sqs: {queue: orders, access: send}
""",
    ),
    (
        "SG504",
        """\
      - statement:
          Effect: Allow
          Action: [ec2:StartInstances, ec2:DescribeInstances]
          Resource: arn:aws:ec2:eu-west-1:123456789012:instance/*
""",
        """\
      - statement:
          - Effect: Allow
            Action: [ec2:StartInstances]
            Resource: arn:aws:ec2:eu-west-1:123456789012:instance/*
          - Effect: Allow
            Action: ec2:DescribeInstances
            Resource: "*"
""",
    ),
    (
        "SG708",
        """\
      - statement: {Effect: Allow, Action: s3:GetObject, Resource: "arn:aws:s3:::shop-assets/*"}  # first
      - statement: {Effect: Allow, Action: s3:GetObject, Resource: "arn:aws:s3:::shop-assets/*"}  # again
""",
        """\
      - statement: {Effect: Allow, Action: s3:GetObject, Resource: "arn:aws:s3:::shop-assets/*"}  # first
""",
    ),
]


@pytest.mark.parametrize(("code", "before", "after"), SPECS)
def test_a_spec(code: str, before: str, after: str) -> None:
    assert code in {item.code.id for item in in_spec(spec(before))}
    assert fixed_spec(spec(before)) == spec(after)
    assert in_spec(spec(after)) == ()


def test_what_a_template_fills_in_stays() -> None:
    """In another stack the two may differ."""
    text = "values: {a: shop-assets}\n" + spec(
        """\
      - statement: {Effect: Allow, Action: s3:GetObject, Resource: "arn:aws:s3:::{{ values.a }}/*"}
      - statement: {Effect: Allow, Action: s3:GetObject, Resource: "arn:aws:s3:::shop-assets/*"}
"""
    )
    assert {item.code.id for item in in_spec(text)} == {"SG708"}
    assert fixed_spec(text) == text


STATEMENTS = st.lists(
    st.fixed_dictionaries(
        {
            "Effect": st.just("Allow"),
            "Action": st.lists(
                st.sampled_from(["s3:GetObject", "s3:getobject", "s3:Get*", "s3:GET*", "s3:PutObject"]), min_size=1, max_size=4
            ),
            "Resource": st.lists(
                st.sampled_from(["arn:aws:s3:::a/*", "arn:aws:s3:::a/b", "arn:aws:s3:::b/*", "arn:aws:s3:::b/**"]),
                min_size=1, max_size=3,
            ),
        },
        optional={
            "Sid": st.just(""),
            "Condition": st.sampled_from(
                [{}, {"StringEquals": {}}, {"NumericLessThan": {"aws:MultiFactorAuthAge": ["300", "3600", "20"]}}]
            ),
        },
    ),
    min_size=1, max_size=4,
)  # fmt: skip


@given(STATEMENTS, st.booleans(), st.sampled_from([None, 1, 4, "\t"]), st.booleans())
@settings(max_examples=150, deadline=None)
def test_any_document_means_the_same_afterwards(
    statements: list[Any], version: bool, indent: int | str | None, as_yaml: bool
) -> None:
    document: Any = {"Version": "2012-10-17"} if version else {}
    document["Statement"] = statements
    text = json.dumps(document, indent=indent)
    name = "a.json"
    if as_yaml:
        name, text = "a.yaml", yaml.safe_dump(json.loads(text), sort_keys=False, default_flow_style=indent == 1 or None)
    after = fixed_document(name, text)
    new = yaml.safe_load(after) if as_yaml else json.loads(after)
    assert [allowed([document], request) for request in REQUESTS] == [allowed([new], request) for request in REQUESTS]
    old, rest = in_documents(name, text), in_documents(name, after)
    assert Counter(item.code.id for item in rest) <= Counter(item.code.id for item in old)
    assert not {"SG540", "SG543"} & {item.code.id for item in rest}
    assert not edits_of(rest)


OF_ONE_FILE = [code for code in ALL_CODES if code.bad and "stackgrant" not in code.bad.partition("\n")[0]]


@pytest.mark.parametrize("code", OF_ONE_FILE, ids=lambda code: code.id)
def test_no_repair_brings_a_new_finding(code: Code) -> None:
    """Over the bad example of each code: what can be put right is gone, and nothing else has come."""
    is_document = re.search("^Statement:", code.bad, re.MULTILINE)
    before = in_documents("a.yaml", code.bad) if is_document else in_spec(code.bad)
    text = fixed_document("a.yaml", code.bad) if is_document else fixed_spec(code.bad)
    after = in_documents("a.yaml", text) if is_document else in_spec(text)
    if all(edit_for(item) is None for item in before):
        assert Counter(item.code.id for item in after) <= Counter(item.code.id for item in before)
    # One mistake hides the next, so only what was certain at first has to be gone.
    certain = [item for item in before if edits_of([item])]
    assert len(after) <= len(before) - len(certain)
    assert {line for line in text.split("\n") if "#" in line} >= (set() if certain else comments(code.bad, before))


def comments(text: str, found: tuple[Diagnostic, ...]) -> set[str]:
    """The lines with a comment that no finding speaks of."""
    spoken = {item.span.source.position(item.span.start)[0] for item in found if item.span}
    return {line for number, line in enumerate(text.split("\n"), 1) if "#" in line and number not in spoken}
