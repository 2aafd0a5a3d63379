"""Codes of policy documents that are checked as they are (``stackgrant check-policy``).

Their examples are policy documents in YAML, the only form of one that can carry a comment.
"""

from __future__ import annotations

from compiler.diagnostics import Code, Severity

_GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
_GOOD = """\
Version: "2012-10-17"
Statement:
  - Effect: Allow
    Action: s3:GetObject
    Resource: arn:aws:s3:::shop-assets/home/${aws:PrincipalTag/team}/*
"""


_TRUST = """\
Version: "2012-10-17"
Statement:
  - Effect: Allow
    Principal: {Federated: "arn:aws:iam::123456789012:saml-provider/login"}
    Action: sts:AssumeRoleWithSAML
    Condition: {StringEquals: {"SAML:aud": "https://signin.aws.amazon.com/saml"}}
"""


def _with(old: str, new: str, document: str = _GOOD) -> str:
    assert old in document
    return document.replace(old, new, 1)


DOCUMENT_VERSION = Code(
    "SG540",
    "document-version",
    Severity.WARNING,
    "Reports a policy document without `Version`, with the version of 2008 (a note), or policy variables under it.",
    "Without it IAM takes version 2008-10-17, in which `${aws:username}` is no variable but just these characters; "
    "whoever adds one later grants nothing.",
    _with('Version: "2012-10-17"\nStatement:', "Statement:").replace("/home/${aws:PrincipalTag/team}/*", "/*")
    .replace("Statement:", "Statement:  # warning: SG540"),
    _GOOD,
    (f"{_GUIDE}reference_policies_elements_version.html",),
)  # fmt: skip
POLICY_VARIABLE = Code(
    "SG541",
    "policy-variable",
    Severity.ERROR,
    "Reports `${…}` in a policy document that is no policy variable: empty, never closed, or a "
    "reference that Terraform or another tool should have replaced; and `{{ … }}` of a template (a warning).",
    "IAM refuses it or never matches it, so the statement does not reach what it seems to name.",
    _with("/home/${aws:PrincipalTag/team}/*", "/${var.prefix}/*  # error: SG541"),
    _GOOD,
    (f"{_GUIDE}reference_policies_variables.html",),
)
# Sixty names of a hundred characters; the alias of YAML stands for what JSON has to repeat.
_NAME = "a-long-name-" * 8
_LARGE = f"    Resource: [&name arn:aws:s3:::{_NAME}/*, {', '.join(['*name'] * 60)}]\n"
DOCUMENT_TOO_LARGE = Code(
    "SG542",
    "document-too-large",
    Severity.WARNING,
    "Reports a policy document with more characters than IAM takes, white space not counted: 6,144 for a managed "
    "policy, 10,240 for the inline policies of a role together, 2,048 (up to 8,192 on request) for a trust policy.",
    "IAM refuses the document when it is created. It is a warning while another place could take it, and an error when "
    "none can.",
    _with("    Resource: arn:aws:s3:::shop-assets/home/${aws:PrincipalTag/team}/*\n", _LARGE)
    .replace('"2012-10-17"', '"2012-10-17"  # warning: SG542'),
    _GOOD,
    (f"{_GUIDE}reference_iam-quotas.html",),
)  # fmt: skip
EMPTY_ELEMENT = Code(
    "SG543",
    "empty-element",
    Severity.NOTE,
    "Reports an element of a policy document that is there and says nothing: `Condition: {}` or an operator without "
    "keys (warnings), or an empty `Sid`.",
    "IAM takes it, and the limit that was to stand there is none; somebody has forgotten it, or a template was empty.",
    _GOOD + "    Condition: {}  # warning: SG543\n",
    _GOOD,
    (f"{_GUIDE}reference_policies_elements_condition.html",),
)
TRUST_ACTION = Code(
    "SG544",
    "trust-action",
    Severity.ERROR,
    "Reports a trust policy with an action that its principals cannot use (`sts:AssumeRoleWithWebIdentity` for a "
    "service, `sts:AssumeRole` for an identity provider) or by which no role is assumed at all.",
    "IAM refuses some of them and accepts the others, and then nobody can assume the role.",
    _with("sts:AssumeRoleWithSAML", "sts:AssumeRole  # error: SG544", _TRUST),
    _TRUST,
    (f"{_GUIDE}id_roles_manage-assume.html",),
)
NO_DOCUMENT = Code(
    "SG812",
    "no-policy-document",
    Severity.ERROR,
    "Reports a folder or pattern given to `check-policy` that leads to no policy document.",
    "Checking nothing and reporting success would hide a mistyped path.",
    "",
    "",
)
NOT_JUDGED = Code(
    "SG813",
    "document-not-judged",
    Severity.WARNING,
    "Reports a policy document that was not judged: one attached to a resource (a bucket policy, a key policy), or one "
    "of a plan that is known only after the apply (a note).",
    "What was not looked at must not pass for clean.",
    "",
    "",
)
INVALID_PLAN = Code(
    "SG814",
    "invalid-plan",
    Severity.ERROR,
    "Reports a file given with `--plan` that is not what `terraform show -json` prints.",
    "A plan file itself is binary; `terraform show -json FILE` makes it readable.",
    "",
    "",
)
INVALID_BASELINE = Code(
    "SG815",
    "invalid-baseline",
    Severity.ERROR,
    "Reports a file given with `--baseline` that `--write-baseline` has not written.",
    "Without the baseline every old finding counts as a new one; and a file of somebody else's is not overwritten.",
    "",
    "",
)
STALE_BASELINE = Code(
    "SG816",
    "stale-baseline",
    Severity.NOTE,
    "Reports findings of the baseline that are gone.",
    "As long as they stand there, the same mistakes could come back unseen.",
    "",
    "",
)

CODES = (
    DOCUMENT_VERSION,
    POLICY_VARIABLE,
    DOCUMENT_TOO_LARGE,
    EMPTY_ELEMENT,
    TRUST_ACTION,
    NO_DOCUMENT,
    NOT_JUDGED,
    INVALID_PLAN,
    INVALID_BASELINE,
    STALE_BASELINE,
)
