"""Codes SG331 to SG340 of the grants ``access`` and ``actions``, with the pages that ``explain`` prints."""

from __future__ import annotations

from compiler.diagnostics import Code, Severity

_REFERENCE = (
    "https://docs.aws.amazon.com/service-authorization/latest/reference/"
    "reference_policies_actions-resources-contextkeys.html",
)
_BUCKET, _OBJECTS = "arn:aws:s3:::shop-assets", "arn:aws:s3:::shop-assets/*"


def _app(permission: str) -> str:
    """A spec of one app with one permission."""
    return (
        f"version: 1\napps:\n  web:\n    permissions:\n      - {permission}\n"
        'stacks:\n  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}\n'
    )


NO_SUCH_SERVICE = Code(
    "SG331",
    "no-such-service",
    Severity.ERROR,
    "Reports a service that does not exist, in `access` or `actions`.",
    "Nothing can be derived for it; an empty policy would look as if something had been granted.",
    _app("access: {service: secretmanager, level: list}  # error: SG331"),
    _app("access: {service: secretsmanager, level: list}"),
    _REFERENCE,
)
ARN_FORMAT = Code(
    "SG332",
    "arn-format",
    Severity.ERROR,
    "Reports a resource of `access` or `actions` that is no ARN, or an ARN that no resource of its service can have.",
    "Which actions work on it follows from the kind of resource that it is. The ARN formats of the service are shown.",
    _app("access: {resource: 'arn:aws:sqs:eu-west-1:123456789012:queue/orders', level: read}  # error: SG332"),
    _app("access: {resource: 'arn:aws:sqs:eu-west-1:123456789012:orders', level: read}"),
    _REFERENCE,
)
UNTYPED_REFERENCE = Code(
    "SG333",
    "untyped-reference",
    Severity.ERROR,
    "Reports a Terraform reference as resource of `access` or `actions` without its resource type.",
    "Only Terraform knows what it holds, and which actions work on it has to be known when compiling.",
    _app('access: {resource: "${aws_s3_bucket.a.arn}", level: list}  # error: SG333'),
    _app('access: {resource: "${aws_s3_bucket.a.arn}", type: "s3:bucket", level: list}'),
)
UNKNOWN_RESOURCE_TYPE = Code(
    "SG334",
    "unknown-resource-type",
    Severity.ERROR,
    "Reports a `type:` that is no resource type of its service.",
    "Types are named `service:type` as in AWS's Service Authorization Reference: `s3:bucket`, `ec2:instance`.",
    _app('access: {resource: "${aws_s3_bucket.a.arn}", type: "s3:buckets", level: list}  # error: SG334'),
    _app('access: {resource: "${aws_s3_bucket.a.arn}", type: "s3:bucket", level: list}'),
    _REFERENCE,
)
NO_DERIVED_ACTION = Code(
    "SG335",
    "no-derived-action",
    Severity.ERROR,
    "Reports an access level without an action on any of the resources, and a resource without an action of any level.",
    "The permission would grant nothing of what it says.",
    _app('access: {resource: "arn:aws:sqs:eu-west-1:123456789012:orders", level: list}  # error: SG335'),
    _app('access: {resource: "arn:aws:sqs:eu-west-1:123456789012:orders", level: read}'),
    _REFERENCE,
)
UNKNOWN_ACTION_NAME = Code(
    "SG336",
    "unknown-action-name",
    Severity.ERROR,
    "Reports an entry of `actions.allow` that is no action, API operation or CLI command, or one of several services.",
    "IAM accepts such an action, and it never allows anything. Where an operation is no action of its own "
    "(`ListObjectsV2` needs `s3:ListBucket`), the actions that it needs take its place.",
    _app(f'actions: {{allow: "s3:GetObjct", on: "{_OBJECTS}"}}  # error: SG336'),
    _app(f'actions: {{allow: "s3:GetObject", on: "{_OBJECTS}"}}'),
    _REFERENCE,
)
ACTION_WITHOUT_RESOURCE = Code(
    "SG337",
    "action-without-resource",
    Severity.ERROR,
    "Reports an action of `actions.allow` that works on none of the ARNs, and says which ARN it needs.",
    "AWS accepts such a statement, and the action stays denied.",
    _app(f'actions: {{allow: ["s3:GetObject", "s3:ListBucket"], on: "{_OBJECTS}"}}  # error: SG337'),
    _app(f'actions: {{allow: ["s3:GetObject", "s3:ListBucket"], on: ["{_BUCKET}", "{_OBJECTS}"]}}'),
    _REFERENCE,
)
RESOURCE_WITHOUT_ACTION = Code(
    "SG338",
    "resource-without-action",
    Severity.ERROR,
    "Reports an ARN of `actions.on` on which none of the actions works.",
    "It means nothing: either it is superfluous, or an action is missing, or another ARN was meant.",
    _app(f'actions: {{allow: "s3:GetObject", on: ["{_BUCKET}", "{_OBJECTS}"]}}  # error: SG338'),
    _app(f'actions: {{allow: "s3:GetObject", on: "{_OBJECTS}"}}'),
    _REFERENCE,
)
UNLIMITED_WITHOUT_REASON = Code(
    "SG339",
    "unlimited-without-reason",
    Severity.WARNING,
    "Reports actions that `actions` allows on every resource of the account, without a `reason:`.",
    "Some actions cannot be limited to a resource. Whoever reviews the policy sees `*` and wants to know why.",
    _app('actions: {allow: "ec2:DescribeInstances"}  # warning: SG339'),
    _app('actions: {allow: "ec2:DescribeInstances"}\n        reason: finds its peers'),
    _REFERENCE,
)
WILDCARD_REMAINDER = Code(
    "SG340",
    "wildcard-remainder",
    Severity.NOTE,
    "Reports actions that a wildcard matches and that are left out, because they cannot be limited to the ARNs.",
    "A wildcard beside ARNs speaks of these ARNs. What works on `*` only is allowed when it is written out.",
    _app(f'actions: {{allow: "s3:List*", on: "{_BUCKET}"}}  # note: SG340'),
    _app(
        f'actions: {{allow: ["s3:ListBucket", "s3:ListAllMyBuckets"], on: "{_BUCKET}"}}\n'
        "        reason: shows the buckets to choose from"
    ),
    _REFERENCE,
)

CODES = (
    NO_SUCH_SERVICE,
    ARN_FORMAT,
    UNTYPED_REFERENCE,
    UNKNOWN_RESOURCE_TYPE,
    NO_DERIVED_ACTION,
    UNKNOWN_ACTION_NAME,
    ACTION_WITHOUT_RESOURCE,
    RESOURCE_WITHOUT_ACTION,
    UNLIMITED_WITHOUT_REASON,
    WILDCARD_REMAINDER,
)
