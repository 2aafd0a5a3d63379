"""Codes of guardrails (SG630 and following): a spec that asks for what somebody else has ruled out.

Each example is two files, the guardrails first. These findings cannot be accepted by a comment or a baseline.
"""

from __future__ import annotations

from compiler.diagnostics import Code, Severity

_SPEC = """\
# stackgrant.yaml
version: 1
apps:
  web:
    permissions:
      - s3: {bucket: shop-assets, prefix: public/, access: read}
stacks:
  shop:
    account: "123456789012"
    region: eu-west-1
    layers: {web: {apps: [web]}}
"""
_PERMISSION = "      - s3: {bucket: shop-assets, prefix: public/, access: read}\n"


def _code(
    code: str, name: str, what: str, why: str, rule: str, bad: str, good: str = _PERMISSION, old: str = _PERMISSION
) -> Code:
    """A code whose examples hold ``old`` of the spec exchanged against one guardrail."""
    assert old in _SPEC
    guardrails = f"# stackgrant-guardrails.yaml\nversion: 1\nguardrails:\n  house-rule:\n    reason: an example\n{rule}"
    bad, good = (guardrails + _SPEC.replace(old, text, 1) for text in (bad, good))
    return Code(code, name, Severity.ERROR, what, why, bad, good)


GUARDED_ACTION = _code(
    "SG630",
    "guardrail-action",
    "Reports an action that a guardrail forbids (`forbid_services`, `forbid_actions`), or that is not among "
    "those that it "
    "allows (`allow_services`, `allow_actions`). A pattern is held against all that it matches or may come to match.",
    "Who owns the guardrails has ruled it out for every spec.",
    "    forbid_services: [iam, organizations]\n",
    '      - statement: {Effect: Allow, Action: "iam:ListUsers", Resource: "*"}  # error: SG630\n',
)
GUARDED_RESOURCE = _code(
    "SG631",
    "guardrail-resource",
    "Reports an Allow on a resource that is not shown to stay within the `resources` or `accounts` of a guardrail.",
    "A permission on the resources of others is for their owners to give.",
    "    accounts: own\n",
    "      - sqs: {queue: arn:aws:sqs:eu-west-1:210987654321:orders, access: send}  # error: SG631\n",
    "      - sqs: {queue: orders, access: send}\n",
)
GUARDED_WRITE = _code(
    "SG632",
    "guardrail-wildcard-write",
    "Reports actions that write, tag or manage permissions, on `*` or on names with a wildcard, where a guardrail says "
    "`no_wildcard_writes`.",
    "Such a permission also covers what others create tomorrow.",
    "    no_wildcard_writes: true\n",
    '      - actions: {allow: ["sqs:SendMessage"], on: "arn:aws:sqs:eu-west-1:123456789012:*"}  # error: SG632\n',
    '      - actions: {allow: ["sqs:SendMessage"], on: "arn:aws:sqs:eu-west-1:123456789012:orders"}\n',
)
GUARDED_EXPIRY = _code(
    "SG633",
    "guardrail-expiry",
    "Reports a permission without `expires:`, or with a day too far away, where a guardrail says `max_expiry`.",
    "What is needed for a while should not be allowed for ever.",
    '    max_expiry: 90d\n    actions: "dynamodb:*"\n',
    "      - dynamodb: {table: carts, access: read}  # error: SG633\n",
)
GUARDED_GRANT = _code(
    "SG634",
    "guardrail-grant",
    "Reports a grant that a guardrail does not let people use (`allow_grants`, `forbid_grants`), and a wildcard "
    "in an action "
    "where it says `no_action_wildcards`.",
    "Raw statements and managed policies say less about what is meant than grants do, and are harder to review.",
    "    forbid_grants: [statement, policy]\n    except: apps.deploy\n",
    '      - statement: {Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::shop/*"}  # error: SG634\n',
)
GUARDED_POLICY = _code(
    "SG635",
    "guardrail-managed-policy",
    "Reports a managed policy made elsewhere that no guardrail vouches for with `allow_managed_policies`, where one of "
    "them limits what may be allowed.",
    "What such a policy allows does not stand in the spec, and may change.",
    "    forbid_services: iam\n",
    "      - managed_policy: IAMReadOnlyAccess  # error: SG635\n",
)
GUARDED_PROFILE = _code(
    "SG636",
    "guardrail-profile",
    "Reports an instance profile made elsewhere that a guardrail does not list under `allow_existing_profiles`.",
    "What its role may do does not stand in the spec.",
    '    allow_existing_profiles: "legacy-*"\n',
    "    layers: {web: {apps: [web]}, tools: {profile: {existing: admin}}}  # error: SG636\n",
    "    layers: {web: {apps: [web]}, tools: {profile: {existing: legacy-tools}}}\n",
    "    layers: {web: {apps: [web]}}\n",
)
GUARDED_BOUNDARY = _code(
    "SG637",
    "guardrail-boundary",
    "Reports roles without the permissions boundary that a guardrail requires.",
    "The boundary holds even where a permission has been overlooked.",
    "    require_boundary: arn:aws:iam::*:policy/boundary\n",
    "  shop:  # error: SG637\n",
    "  shop:\n    permissions_boundary: arn:aws:iam::123456789012:policy/boundary\n",
    "  shop:\n",
)
GUARDED_TAG = _code(
    "SG638",
    "guardrail-tag",
    "Reports roles and policies without a tag that a guardrail requires, or with another value.",
    "Owners, costs and access by tags depend on it.",
    "    require_tags: {stage: [dev, prod]}\n",
    "  shop:\n    tags: {stage: production}  # error: SG638\n",
    "  shop:\n    tags: {stage: prod}\n",
    "  shop:\n",
)
GUARDED_PATH = _code(
    "SG639",
    "guardrail-path",
    "Reports roles and policies whose IAM path is not one that a guardrail requires.",
    "Permissions on roles and policies are given by path.",
    "    require_path: /shop/*\n",
    "  shop:  # error: SG639\n",
    "  shop:\n    path: /shop/web/\n",
    "  shop:\n",
)
GUARDED_TRUST = _code(
    "SG640",
    "guardrail-trust",
    "Reports a principal that may assume a role and is not among those of `allow_trust`.",
    "Whoever can assume a role has all of its permissions, from outside of the instances too.",
    "    allow_trust: [ec2, own]\n",
    '  shop:\n    trust: [{service: ec2}, {principal: "arn:aws:iam::210987654321:role/deploy"}]  # error: SG640\n',
    '  shop:\n    trust: [{service: ec2}, {principal: "arn:aws:iam::123456789012:role/deploy"}]\n',
    "  shop:\n",
)
GUARDRAIL_CODES = (
    GUARDED_ACTION,
    GUARDED_RESOURCE,
    GUARDED_WRITE,
    GUARDED_EXPIRY,
    GUARDED_GRANT,
    GUARDED_POLICY,
    GUARDED_PROFILE,
    GUARDED_BOUNDARY,
    GUARDED_TAG,
    GUARDED_PATH,
    GUARDED_TRUST,
)
