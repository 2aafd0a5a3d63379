"""An action that its service does not have, or a wildcard that matches none of its actions.

Source: Service Authorization Reference (actions); Amazon S3 User Guide, "Required permissions for Amazon S3 API
operations", and its likes for the operations that are no actions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from compiler.aws.service_data import actions_of, data_version, find_action, service_prefixes, service_title
from compiler.checks.action_patterns import ActionPattern, read_pattern
from compiler.checks.certainty import is_verified
from compiler.checks.slips import Near, near
from compiler.checks.spans import path_of, span_in
from compiler.checks.survey import Site, survey
from compiler.diagnostics import Code, Diagnostic, Severity, Suggestion
from compiler.ir.program import Program

UNKNOWN_ACTION = Code(
    id="SG502",
    name="unknown-action",
    severity=Severity.ERROR,
    what="Reports an action that its service does not have, and a wildcard that matches no action.",
    why="IAM accepts it, and it never allows or denies anything. Some API operations have no action of their own: "
    "`ListObjectsV2` needs `s3:ListBucket`.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: s3:GetObjct  # error: SG502
          Resource: arn:aws:s3:::shop-assets/*
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    good="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: s3:GetObject
          Resource: arn:aws:s3:::shop-assets/*
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=(
        "https://docs.aws.amazon.com/service-authorization/latest/reference/"
        "reference_policies_actions-resources-contextkeys.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html",
    ),
)
CODES = (UNKNOWN_ACTION,)
# API operations (lower-cased) whose permission has another name.
_OPERATIONS = {
    "dynamodb:batchexecutestatement": "dynamodb:PartiQLSelect",
    "dynamodb:executestatement": "dynamodb:PartiQLSelect",
    "dynamodb:transactgetitems": "dynamodb:GetItem",
    "dynamodb:transactwriteitems": "dynamodb:PutItem",
    "kms:reencrypt": "kms:ReEncryptTo",
    "lambda:invoke": "lambda:InvokeFunction",
    "s3:completemultipartupload": "s3:PutObject",
    "s3:copyobject": "s3:PutObject",
    "s3:createmultipartupload": "s3:PutObject",
    "s3:deleteobjects": "s3:DeleteObject",
    "s3:headbucket": "s3:ListBucket",
    "s3:headobject": "s3:GetObject",
    "s3:listbuckets": "s3:ListAllMyBuckets",
    "s3:listmultipartuploads": "s3:ListBucketMultipartUploads",
    "s3:listobjects": "s3:ListBucket",
    "s3:listobjectsv2": "s3:ListBucket",
    "s3:listobjectversions": "s3:ListBucketVersions",
    "s3:listparts": "s3:ListMultipartUploadParts",
    "s3:uploadpart": "s3:PutObject",
    "s3:uploadpartcopy": "s3:PutObject",
    "sns:publishbatch": "sns:Publish",
    "sqs:changemessagevisibilitybatch": "sqs:ChangeMessageVisibility",
    "sqs:deletemessagebatch": "sqs:DeleteMessage",
    "sqs:sendmessagebatch": "sqs:SendMessage",
}
_WORD = re.compile(r"[A-Z]+[a-z0-9]*")
_FEW = 5
# No action will ever have other characters than these (and the wildcards): variables do not stand in actions.
_NAME = re.compile(r"[A-Za-z0-9*?_-]+")


def check(program: Program) -> Iterator[Diagnostic]:
    """Report each action that its service does not have."""
    for site in survey(program).suspects:
        for pattern in site.examination.unreadable:
            if pattern.fault == "action":
                yield _report(site, pattern)


def _report(site: Site, pattern: ActionPattern) -> Diagnostic:
    title = service_title(pattern.service)
    found, note = _suggestion(pattern)
    certain = (found is not None and found.is_slip) or _NAME.fullmatch(pattern.name) is None
    matches = "is not an action" if pattern.is_literal else "matches no action"
    return Diagnostic(
        UNKNOWN_ACTION,
        f"`{pattern.text}` {matches} of {title}",
        span_in(site.statement, pattern.text),
        "no such action" if pattern.is_literal else "matches nothing",
        notes=(note,) if note else () if certain else (f"the service data is release {data_version()}",),
        help=(Suggestion(found.word),) if found else (),
        path=path_of(site.statement),
        # An action that is merely like another may have been retired, or be newer than the data.
        severity=None if certain else Severity.WARNING,
    )


def _suggestion(pattern: ActionPattern) -> tuple[Near | None, str]:
    """The action that was probably meant, and why it is called so."""
    operation = _OPERATIONS.get(pattern.text.lower())
    if operation:
        note = f"`{pattern.name}` is an API operation; what it needs is the permission `{operation}`"
        return Near(operation, is_slip=True), note
    names = [action.name for action in actions_of(pattern.service).values()]
    if not pattern.is_literal:
        return _near_wildcard(pattern, names), ""
    found = near(pattern.name, names)
    elsewhere = "" if found and found.is_slip else _elsewhere(pattern.name)
    if elsewhere:
        return Near(
            elsewhere, is_verified(pattern.service)
        ), f"it is an action of {service_title(elsewhere.partition(':')[0])}"
    return (Near(f"{pattern.service}:{found.word}", found.is_slip) if found else None), ""


def _near_wildcard(pattern: ActionPattern, names: list[str]) -> Near | None:
    """The wildcard with its first run of letters put right: ``s3:Gett*`` becomes ``s3:Get*``."""
    head = pattern.name.split("*", 1)[0].split("?", 1)[0]
    found = near(head, {name[: match.end()] for name in names for match in _WORD.finditer(name)}) if head else None
    suggestion = f"{pattern.service}:{found.word}{pattern.name[len(head) :]}" if found else ""
    return Near(suggestion, found.is_slip) if found and read_pattern(suggestion).actions else None


@cache
def _elsewhere(name: str) -> str:
    """The action of this name in another service, if few have one. Reads all data, so only where nothing is near."""
    found = [action.full_name for prefix in service_prefixes() if (action := find_action(f"{prefix}:{name}"))]
    # Of a few services the one with the shortest prefix is meant: the oldest ones have the shortest.
    return min(found, key=lambda text: (len(text), text)) if 0 < len(found) <= _FEW else ""
