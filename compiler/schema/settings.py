"""The part of the schema that ``defaults``, stacks, layers and combined profiles share."""

from __future__ import annotations

from compiler.schema.forms import (
    Schema,
    choice,
    closed,
    documented,
    fitting,
    flag,
    number,
    one_key_of,
    ref,
    text,
)

_TRUST = ("service", "account", "principal")


def settings_properties(*, outer: bool) -> dict[str, Schema]:
    """Settings by key; ``outer`` adds those that only ``defaults`` and a stack have."""
    names = ["tags", "path", "permissions_boundary", "session_duration", "trust", "names", "exclusive", "protect"]
    return {name: ref(name) for name in ([*names, "quotas", "shrink", "terraform"] if outer else names)}


def settings_definitions() -> dict[str, Schema]:
    """The definitions that ``settings_properties`` refers to."""
    return {
        "tags": documented(
            "Tags",
            "Tags of every resource made below here. Levels are merged, and the nearest one wins for each key. A value "
            "may be a template or a Terraform reference.",
            [{"owner": "platform", "cost-centre": 4711}],
            {
                "type": "object",
                "propertyNames": {"minLength": 1, "x-form": "a tag key"},
                "additionalProperties": {"type": ["string", "number", "boolean", "null"], "x-form": "a text"},
                "x-form": "a mapping of tags",
                "x-entry": "tag",
            },
        ),
        "path": documented(
            "IAM path",
            "Path of the roles, instance profiles and policies. Changing it replaces them.",
            ["/shop/"],
            fitting("/(?:[!-~]{1,510}/)?", "an IAM path, which begins and ends with `/`"),
        ),
        "permissions_boundary": documented(
            "Permissions boundary",
            "ARN of the managed policy that limits what the roles can ever be allowed.",
            ["arn:aws:iam::123456789012:policy/boundary", "${aws_iam_policy.boundary.arn}"],
            fitting("arn:[a-z-]+:iam::(?:[0-9]{12}|aws):policy/.+", "the ARN of a managed policy"),
        ),
        "session_duration": documented(
            "Session duration",
            "The longest session of the roles, in seconds: one to twelve hours.",
            [3600, 43200],
            number(3600, 43200),
        ),
        "trust": documented(
            "Trust policy",
            "Who may assume the roles: exactly what is listed. Left out, it is the EC2 service of the partition.",
            [[{"service": "ec2.amazonaws.com"}]],
            {"type": "array", "items": ref("trust_entry"), "minItems": 1, "x-form": "a list of trust entries"},
        ),
        "trust_entry": documented(
            "Trust entry",
            "One service, account or principal that may assume the role.",
            [{"service": "ec2.amazonaws.com"}, {"account": "123456789012"}],
            _trust_entry(),
        ),
        "names": documented(
            "Names",
            "Templates for the names of roles, instance profiles and policies. `{{ name }}` is the name that would be "
            "given without a template.",
            [{"role": "acme-{{ name }}", "shorten": True}],
            _names(),
        ),
        "exclusive": documented(
            "Exclusive",
            "Whether policies that others attach to the roles show up as drift. True unless it is switched off.",
            [False],
            flag(),
        ),
        "protect": documented(
            "Protect",
            "Whether Terraform refuses to destroy the roles.",
            [True],
            flag(),
        ),
        "quotas": documented(
            "Quotas",
            "Quotas of the account that AWS has raised.",
            [{"managed_policies_per_role": 20}],
            _quotas(),
        ),
        "shrink": documented(
            "Shrink",
            "Whether lists of actions are written shorter, by patterns that stand for exactly these actions in the "
            "service data of this release. AWS may add actions that such a pattern takes in, so nothing is shortened "
            "unless you ask for it.",
            ["actions"],
            choice((("actions", "patterns for actions"), ("none", "every action by its name (the default)"))),
        ),
        "terraform": documented(
            "Terraform settings",
            "What stands in the `terraform` and `provider` blocks of the stack's root module.",
            [{"required_version": ">= 1.9", "backend": {"s3": {"bucket": "terraform-state", "region": "eu-west-1"}}}],
            _terraform(),
        ),
        "condition": documented(
            "Conditions",
            "A raw IAM condition block: operators, and under each the condition keys with a value or a list of values.",
            [{"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}],
            {
                "type": "object",
                "additionalProperties": {
                    "type": "object",
                    "additionalProperties": ref("texts"),
                    "x-form": "a mapping of condition keys",
                    "x-entry": "condition key",
                },
                "x-form": "a mapping of operators with condition keys below them",
                "x-entry": "operator",
            },
        ),
    }


def _trust_entry() -> Schema:
    properties = {
        "service": documented(
            "Service", "A service that may assume the role.", ["ec2.amazonaws.com"], text("the name of a service")
        ),
        "account": {"$ref": "#/definitions/account", "description": "An account whose principals may assume the role."},
        "principal": documented(
            "Principal",
            "ARN of the role or user that may assume the role.",
            ["arn:aws:iam::123456789012:role/deploy"],
            text("the ARN of a principal"),
        ),
        "when": {"$ref": "#/definitions/condition", "description": "Conditions under which the role may be assumed."},
    }
    return {**closed("trust entry", properties), **one_key_of(_TRUST, "principal")}


def _names() -> Schema:
    def name(kind: str, limit: int) -> Schema:
        return documented(
            f"Name of the {kind}",
            f"Template for the name of the {kind}; IAM allows {limit} characters.",
            ["acme-{{ name }}"],
            text(),
        )

    properties = {
        "role": name("role", 64),
        "profile": name("instance profile", 128),
        "policy": name("policy", 128),
        "shorten": documented(
            "Shorten",
            "Whether a name that is too long is cut and ended by a hash of the whole name.",
            [True],
            flag(),
        ),
    }
    return closed("`names`", properties)


def _quotas() -> Schema:
    properties = {
        "managed_policies_per_role": documented(
            "Managed policies per role",
            "How many managed policies a role may have; 10 by default.",
            [20],
            number(1, None),
        ),
        "trust_policy_length": documented(
            "Trust policy length", "Characters of a trust policy; 2,048 by default.", [4096], number(1, None)
        ),
    }
    return closed("`quotas`", properties)


def _terraform() -> Schema:
    properties = {
        "required_version": documented(
            "Terraform version",
            "Versions of Terraform that may run the output.",
            [">= 1.9"],
            text("a version constraint"),
        ),
        "aws_version": documented(
            "Provider version",
            "Versions of the AWS provider; at least 5.72.0 and below 7.0.0.",
            [">= 5.80.0, < 7.0.0"],
            text("a version constraint"),
        ),
        "backend": documented(
            "Backend",
            "Where the state is kept: one backend type with its arguments.",
            [{"s3": {"bucket": "terraform-state", "key": "iam/{{ stack.name }}", "region": "eu-west-1"}}],
            {
                "type": "object",
                "additionalProperties": {"type": ["object", "null"], "x-form": "a mapping of arguments"},
                "minProperties": 1,
                "maxProperties": 1,
                "x-form": "a mapping with one backend type",
                "x-entry": "backend",
            },
        ),
        "provider": documented(
            "Provider arguments",
            "Further arguments of the `aws` provider, such as a profile or a role to assume.",
            [{"profile": "shop-prod"}],
            {
                "type": "object",
                "additionalProperties": {
                    "title": "Argument",
                    "description": "An argument of the provider, as in HCL.",
                    "x-form": "any value",
                },
                "x-form": "a mapping of arguments",
                "x-entry": "argument",
            },
        ),
    }
    return closed("`terraform`", properties)
