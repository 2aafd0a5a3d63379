"""How far the service data can be trusted where it says that something cannot work.

The Service Authorization Reference leaves things out: AWS's own policies limit ``kinesis:UpdateShardCount`` to a
stream and ``elasticloadbalancing:SetWebAcl`` to a load balancer, for which it lists no resource at all, and a request
for ``iam:ListRoles`` is decided on ``role/`` although the reference says ``*``. What it says of the services that
applications on EC2 use day by day holds against all AWS managed policies. So a finding is an error where the data is
known to be good or where no gap could explain it, and a warning everywhere else.
"""

from __future__ import annotations

from functools import cache

from compiler.aws.arn import parse_arn
from compiler.aws.pattern import matches
from compiler.aws.service_data import Action, resource_types_of

# Services whose resource types and condition keys agree with how AWS's managed policies use them.
_VERIFIED = frozenset(
    {
        "dynamodb",
        "ec2",
        "ecr",
        "iam",
        "kms",
        "lambda",
        "logs",
        "s3",
        "secretsmanager",
        "sns",
        "sqs",
        "sts",
    }
)
# Of ssm it is the parameters that are certain; documents, automations and sessions are used in more ways than listed.
_VERIFIED_ACTIONS = ("ssm:*parameter*",)
# Actions without resource types of which AWS says in its user guides, and in the words of its refusals ("on resource:
# *"), that they need `*`.
_UNLIMITED = (
    "autoscaling:describe*",
    "cloudwatch:getmetricdata",
    "cloudwatch:getmetricstatistics",
    "cloudwatch:listmetrics",
    "ec2:describe*",
    "ecr:getauthorizationtoken",
    "elasticloadbalancing:describe*",
    "kms:listaliases",
    "kms:listkeys",
    "lambda:listfunctions",
    "secretsmanager:listsecrets",
)
# Which services fill the tag keys is a list of its own, and the reference is behind it.
_TAG_KEYS = ("aws:resourcetag", "aws:requesttag", "aws:tagkeys")


# Services of which AWS itself owns nothing that policies name: there, an ARN without an account is a mistake.
# (AWS's own SSM documents, AMIs and foundation models have none.)
_NOTHING_OF_AWS = frozenset({"dynamodb", "ecr", "iam", "kms", "logs", "secretsmanager", "sns", "sqs", "sts"})


def is_verified(service: str) -> bool:
    """Whether the data of a service is known to be good."""
    return service in _VERIFIED


@cache
def _is_verified(action: Action) -> bool:
    name = action.full_name.lower()
    return action.service in _VERIFIED or any(matches(pattern, name) for pattern in _VERIFIED_ACTIONS)


def may_be_owned_by_aws(service: str) -> bool:
    """Whether AWS may own resources of a service, whose ARNs have no account."""
    return service not in _NOTHING_OF_AWS


@cache
def is_surely_unlimited(action: Action) -> bool:
    """Whether an action can certainly not be limited to a resource."""
    name = action.full_name.lower()
    return any(matches(pattern, name) for pattern in _UNLIMITED)


def is_surely_apart(action: Action, resource: str) -> bool:
    """Whether an action that the data does not match with a resource certainly never works on it."""
    if not action.resource_types:
        return is_surely_unlimited(action)
    arn = parse_arn(resource)
    if arn is None or "*" in arn.service or arn.service not in _services_of(action):
        return True
    return _is_verified(action)


def surely_lacks(key: str, action: Action) -> bool:
    """Whether requests for an action certainly never carry a key that the data does not list for it."""
    prefix, _, _ = key.lower().partition(":")
    if key.lower().startswith(_TAG_KEYS):
        return False
    return prefix != action.service or _is_verified(action)


@cache
def _services_of(action: Action) -> frozenset[str]:
    """The services whose ARNs an action works on, and its own."""
    types = resource_types_of(action.service)
    templates = (template for name in action.resource_types for template in types[name].arns)
    return frozenset(template.split(":", 3)[2] for template in templates) | {action.service}
