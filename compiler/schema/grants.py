"""The part of the schema that says what a permission is: the grants of the catalogue and those about IAM itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.schema.forms import (
    SCALAR,
    Schema,
    choice,
    choice_or_template,
    closed,
    documented,
    fitting,
    flag,
    many,
    number,
    one_key_of,
    ref,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from compiler.schema.shape import GrantShape, ParameterShape

_STATEMENT_KEYS = {
    "Sid": ("An identifier of the statement: letters and digits.", "ListBuckets"),
    "Effect": ("`Allow` or `Deny`.", "Allow"),
    "Action": ("Actions; wildcards are allowed.", "s3:ListAllMyBuckets"),
    "NotAction": ("Every action but these.", "iam:*"),
    "Resource": ("ARNs of the resources; wildcards, IAM variables and Terraform references are allowed.", "*"),
    "NotResource": ("Every resource but these.", "arn:aws:s3:::shop-secrets/*"),
}
_STATEMENT = {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}


def permission_definitions(grants: Sequence[GrantShape]) -> dict[str, Schema]:
    """``permission``, ``permissions`` and one definition for each grant."""
    catalogue = {f"grant_{grant.name}": _catalogue_grant(grant) for grant in grants}
    own = {f"grant_{name}": schema for name, schema in _own_grants().items()}
    names = [definition.removeprefix("grant_") for definition in (*catalogue, *own)]
    return {
        "permissions": documented(
            "Permissions",
            "What may be done: a list of permissions, each with exactly one grant.",
            [[{"s3": {"bucket": "shop-assets", "access": "read"}}]],
            {"type": "array", "items": ref("permission"), "x-form": "a list of permissions"},
        ),
        "permission": _permission(names),
        **catalogue,
        **own,
        "statement": _statement(),
        "texts": documented(
            "Texts",
            "One text or a list of texts.",
            ["read", ["read", "list"]],
            many(text(), "a text or a list of texts"),
        ),
    }


def _permission(names: list[str]) -> Schema:
    around = {
        "effect": documented(
            "Effect",
            "`deny` takes away what the grant names, whatever else allows it.",
            ["deny"],
            choice((("allow", "Allow what the grant names."), ("deny", "Deny what the grant names."))),
        ),
        "when": ref("when"),
        "reason": documented("Reason", "Why it is needed, for whoever reviews it.", ["nightly report"], text()),
        "expires": documented(
            "Expires",
            "The last day (UTC) on which the permission counts.",
            ["2027-01-31"],
            fitting("[0-9]{4}-[0-9]{2}-[0-9]{2}", "a day such as `2027-01-31`"),
        ),
    }
    return documented(
        "Permission",
        "Exactly one grant, with what may stand around it.",
        [{"s3": {"bucket": "shop-assets", "access": "read"}}],
        {
            **closed("permission", {**{name: ref(f"grant_{name}") for name in names}, **around}),
            **one_key_of(names, "grant"),
            "x-form": "a permission, which is a mapping with one grant",
        },
    )


def _catalogue_grant(grant: GrantShape) -> Schema:
    parameters = {parameter.name: _parameter(parameter) for parameter in grant.parameters}
    required = [parameter.name for parameter in grant.parameters if parameter.required]
    return documented(
        grant.title,
        grant.description,
        [example[grant.name] for example in grant.examples],
        closed(f"`{grant.name}`", parameters, required, nullable=not required),
    )


def _parameter(parameter: ParameterShape) -> Schema:
    return documented(_title(parameter.name), parameter.description, parameter.examples, _parameter_value(parameter))


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize().replace("Kms", "KMS")


def _parameter_value(parameter: ParameterShape) -> Schema:
    form = parameter.form or "a text"
    match parameter.kind:
        case "choice":
            return choice_or_template(parameter.choices, lists=parameter.many)
        case "flag":
            return flag()
        case "number":
            return number(parameter.minimum, parameter.maximum)
        case "text":
            value = fitting(parameter.pattern, form, SCALAR) if parameter.pattern else text(form)
            return many(value, f"{form}, or a list of these") if parameter.many else value


def _own_grants() -> dict[str, Schema]:
    """Grants that are no entry of the catalogue, because they speak about permissions rather than about a service."""
    return {
        "bundle": documented(
            "Bundle", "All permissions of an entry of `bundles`.", ["node-baseline"], text("the name of a bundle")
        ),
        "managed_policy": documented(
            "Managed policy",
            "Attach a managed policy that is made elsewhere: by ARN, by the name of a policy of AWS, or by name and "
            "path in the stack's account.",
            ["AmazonSSMManagedInstanceCore"],
            _managed_policy(),
        ),
        "pass_role": documented(
            "Pass role",
            "Hand a role over to a service (`iam:PassRole`), to the named services only.",
            [{"role": "report-task", "to": "ecs-tasks.amazonaws.com"}],
            _pass_role(),
        ),
        "assume_role": documented(
            "Assume role",
            "Assume other roles (`sts:AssumeRole`), in this account or another.",
            [{"role": "reporting", "account": "210987654321"}],
            _assume_role(),
        ),
        "access": documented(
            "Access",
            "Access levels on resources of any service: the exact actions are derived from AWS's Service Authorization "
            "Reference. With `service` in place of `resource`, the actions that know no resource, on `*`.",
            [
                {"resource": "arn:aws:kinesis:eu-west-1:123456789012:stream/clicks", "level": ["read", "list"]},
                {"service": "xray", "level": "write"},
            ],
            _access(),
        ),
        "actions": documented(
            "Actions",
            "Actions of any service, each on those of the ARNs that it works on. Wildcards become exact actions; names "
            "of API operations (`s3.put_object`, `s3api put-object`) become the actions that they need.",
            [
                {
                    "allow": ["s3:ListBucket", "s3:GetObject"],
                    "on": ["arn:aws:s3:::shop-assets", "arn:aws:s3:::shop-assets/*"],
                }
            ],
            _actions(),
        ),
        "statement": documented(
            "Statement",
            "One raw IAM statement as it stands in a policy document, or a list of them.",
            [_STATEMENT],
            {
                "anyOf": [
                    ref("statement"),
                    {"type": "array", "items": ref("statement"), "x-form": "a list of statements"},
                ],
                "x-form": "an IAM statement or a list of them",
            },
        ),
        "policy": documented(
            "Policy file",
            "A policy document in a JSON file below the folder of the spec.",
            ["policies/reports.json"],
            text("the path of a JSON file"),
        ),
    }


_ACCESS_LEVELS = (
    ("read", "Read the content of resources."),
    ("list", "List resources."),
    ("write", "Create, change and delete resources."),
    ("tagging", "Change tags and nothing else."),
    ("permissions-management", "Grant or take away permissions, such as bucket policies."),
)


def _access() -> Schema:
    properties = {
        "resource": _arns("Resource", "The resources that may be accessed: ARNs of any service."),
        "type": _resource_type("What the resources are, where that cannot be told from them: `service:type`."),
        "service": documented(
            "Service",
            "Services, by their prefix, whose actions without a resource are meant.",
            ["xray"],
            many(text("the prefix of a service"), "the prefix of a service, or a list of these"),
        ),
        "level": documented(
            "Level",
            "Access levels as in AWS's Service Authorization Reference.",
            ["read", ["read", "list"]],
            choice_or_template(_ACCESS_LEVELS, lists=True),
        ),
    }
    return {**closed("`access`", properties, ["level"]), **one_key_of(("resource", "service"), "target")}


def _actions() -> Schema:
    form = "an action or the name of an API operation"
    properties = {
        "allow": documented(
            "Allow",
            "Actions (`s3:GetObject`, `s3:Get*`), API operations (`s3.get_object`) or CLI commands "
            "(`s3api get-object`).",
            ["s3:GetObject", ["s3:GetObject", "s3.put_object"]],
            many(text(form), f"{form}, or a list of these"),
        ),
        "on": _arns(
            "On", "The resources: ARNs of any service. Left out, all actions have to be such that work on `*`."
        ),
    }
    return closed("`actions`", properties, ["allow"])


def _arns(title: str, description: str) -> Schema:
    """ARNs, each as a text or with its type."""
    properties = {
        "arn": documented(
            "ARN",
            "An ARN or a Terraform reference.",
            ["${aws_s3_bucket.a.arn}"],
            text("an ARN or a Terraform reference"),
        ),
        "type": _resource_type("What it is: `service:type`."),
    }
    one = {
        "anyOf": [text("an ARN"), closed("resource", properties, ["arn"])],
        "x-form": "an ARN or a mapping with `arn`",
    }
    form = "an ARN, a mapping with `arn` and `type`, or a list of these"
    several = {"type": "array", "items": one, "minItems": 1, "x-form": form}
    examples = ["arn:aws:s3:::shop-assets/*", {"arn": "${aws_s3_bucket.a.arn}", "type": "s3:bucket"}]
    return documented(title, description, examples, {"anyOf": [*one["anyOf"], several], "x-form": form})


def _resource_type(description: str) -> Schema:
    form = "a resource type such as `s3:bucket`"
    return documented("Type", description, ["s3:bucket"], fitting("[A-Za-z0-9-]+:.+", form))


def _managed_policy() -> Schema:
    properties = {
        "name": documented("Name", "Name of a policy in the stack's account.", ["audit"], text()),
        "path": documented("Path", "Path of the policy; `/` by default.", ["/security/"], text("an IAM path")),
    }
    by_name = closed("managed policy", properties, ["name"])
    return {"anyOf": [text(), by_name], "x-form": "an ARN, the name of a policy of AWS, or a mapping with `name`"}


def _pass_role() -> Schema:
    properties = {
        "role": _roles("The roles that may be handed over."),
        "to": documented(
            "To",
            "The services that may get the roles.",
            ["ecs-tasks.amazonaws.com"],
            many(text("the name of a service"), "a service or a list of services"),
        ),
    }
    return closed("`pass_role`", properties, ["role", "to"])


def _assume_role() -> Schema:
    properties = {
        "role": _roles("The roles that may be assumed."),
        "account": {
            "$ref": "#/definitions/account",
            "description": "The account of the roles; the stack's by default.",
        },
        "external_id": documented(
            "External id",
            "The external id that the roles ask for.",
            ["shop-42"],
            many(text(), "a text or a list of texts"),
        ),
        "tag_session": documented(
            "Tag session", "Whether tags may be passed along (`sts:TagSession`).", [True], flag()
        ),
    }
    return closed("`assume_role`", properties, ["role"])


def _roles(description: str) -> Schema:
    form = "a role's name or ARN"
    return documented("Role", description, ["report-task"], many(text(form), f"{form}, or a list of these"))


def _statement() -> Schema:
    """Keys and shapes only: which elements go together is a matter of the policy grammar, checked with policy files."""
    several = many(text(), "a text or a list of texts")
    properties: dict[str, Schema] = {
        key: documented(key, description, [example], text() if key in ("Sid", "Effect") else _perhaps_empty(several))
        for key, (description, example) in _STATEMENT_KEYS.items()
    }
    properties["Condition"] = ref("condition")
    return documented(
        "Statement",
        "A raw IAM statement.",
        [_STATEMENT],
        {**closed("statement", properties), "x-form": "an IAM statement"},
    )


def _perhaps_empty(schema: Schema) -> Schema:
    return {key: value for key, value in schema.items() if key != "minItems"}


def resource_definition(grants: Iterable[GrantShape]) -> Schema:
    """An entry of ``resources``: one grant key with the resource's name, and the key that encrypts it."""
    named = [grant for grant in grants if grant.primary]
    kinds = {
        grant.name: documented(
            grant.title,
            f"The {grant.primary.replace('_', ' ')}: a name, an ARN or a Terraform reference.",
            _primary_examples(grant),
            text("a name, an ARN or a Terraform reference"),
        )
        for grant in named
    }
    kms_key = documented(
        "KMS key",
        "ARN of the key that encrypts the resource; who is granted the resource may use the key through the service.",
        ["arn:aws:kms:eu-west-1:123456789012:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"],
        text("the ARN of a key"),
    )
    return documented(
        "Resource",
        "A resource that permissions name as `ref:NAME`.",
        [{"s3": "shop-assets"}],
        {**closed("resource", {**kinds, "kms_key": kms_key}, named=True), **one_key_of(kinds, "service")},
    )


def _primary_examples(grant: GrantShape) -> list[object]:
    for parameter in grant.parameters:
        if parameter.name == grant.primary:
            return list(parameter.examples[:1])
    return []
