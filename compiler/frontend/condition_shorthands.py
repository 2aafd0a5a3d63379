"""The shorthands under ``when:``: one table says what each is called, what may stand behind it and what it becomes.

The schema with its completion and hover text, ``docs/conditions.md`` and the expansion follow from this table. An
operator begins with a capital and a shorthand with a small letter, so both stand side by side.

What a shorthand becomes depends on the effect: a set of values allows when *all* values of the request fit and the key
is there, and denies when *any* of them fits. Everything else is one condition, the same for both.

Sources: IAM User Guide, "AWS global condition context keys", "Set operators for multivalued context keys" and
"Controlling access to AWS resources using tags"; Amazon DynamoDB Developer Guide, "Using IAM policy conditions for
fine-grained access control"; AWS KMS Developer Guide, "kms:ViaService"; the managed policy AWSEC2VssSnapshotPolicy.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator
from typing import Any

from compiler.aws.partitions import partition_of_region, via_service
from compiler.aws.reference import OPEN, has_reference
from compiler.aws.statement import Condition
from compiler.catalog.context import Context
from compiler.catalog.names import known_text
from compiler.diagnostics.value import record
from compiler.schema.shape import ConditionForm, ConditionShape

Tags = tuple[tuple[str, tuple[str, ...]], ...]
INSTANCE_ID = "ec2:InstanceID"


@record(frozen=True, slots=True)
class Use:
    """Where a shorthand is put: the effect of the statement, whether it uses keys of KMS only, and its stack's place.

    ``through`` says that the grant has named the service that uses the key (``kms:ViaService``).
    """

    denies: bool
    keys_only: bool
    through: bool
    place: Context


@record(frozen=True, slots=True)
class Shorthand:
    """One shorthand. ``values`` makes conditions of texts, ``tags`` those of one tag.

    ``own_key`` is the key of a single service that a request has to carry: actions of a grant whose requests never do
    are not granted. ``keys`` are the condition keys that it speaks of, so that findings on them find its place.
    ``check`` says what was expected where a text cannot be right, and nothing where it can.
    """

    name: str
    doc: str
    form: ConditionForm
    words: str
    example: Any
    grant: Any
    becomes: str
    keys: tuple[str, ...]
    values: Callable[[tuple[str, ...], Use], Iterator[Condition]] | None = None
    tags: Callable[[Tags, Use], Iterator[Condition]] | None = None
    check: Callable[[str], str] | None = None
    own_key: str = ""


def _texts(operator: str, key: str) -> Callable[[tuple[str, ...], Use], Iterator[Condition]]:
    def make(values: tuple[str, ...], _: Use) -> Iterator[Condition]:
        yield Condition(operator, key, values)

    return make


def _string(key: str, values: tuple[str, ...], quantifier: str = "") -> Condition:
    """``StringLike`` where a value holds a wildcard, ``StringEquals`` otherwise. Variables are no wildcards."""
    like = any("*" in known or "?" in known for known in map(known_text, values))
    return Condition(f"{quantifier}String{'Like' if like else 'Equals'}", key, values)


def _strings(key: str) -> Callable[[tuple[str, ...], Use], Iterator[Condition]]:
    def make(values: tuple[str, ...], _: Use) -> Iterator[Condition]:
        yield _string(key, values)

    return make


def _each_tag(stem: str) -> Callable[[Tags, Use], Iterator[Condition]]:
    def make(tags: Tags, _: Use) -> Iterator[Condition]:
        for name, values in tags:
            yield _string(f"{stem}/{name}", values)

    return make


def _request_tag(tags: Tags, use: Use) -> Iterator[Condition]:
    """The names of tag keys in condition keys are not case-sensitive, so ``aws:TagKeys`` says which may be set."""
    yield from _each_tag("aws:RequestTag")(tags, use)
    if not use.denies:
        names = tuple(sorted({name for name, _ in tags}))
        yield Condition("ForAllValues:StringEquals", "aws:TagKeys", names)


def _leading_keys(values: tuple[str, ...], use: Use) -> Iterator[Condition]:
    """``ForAllValues`` holds where the key is missing, so an Allow asks for the key as well."""
    if use.denies:
        yield _string("dynamodb:LeadingKeys", values, "ForAnyValue:")
    else:
        yield _string("dynamodb:LeadingKeys", values, "ForAllValues:")
        yield Condition("Null", "dynamodb:LeadingKeys", ("false",))


def _via(values: tuple[str, ...], use: Use) -> Iterator[Condition]:
    place = use.place
    if use.keys_only and not use.through:
        # A module's partition is a reference; its region says which it is.
        partition = partition_of_region(place.region) or "aws" if has_reference(place.partition) else place.partition
        names = tuple(v if _is_full(v) else via_service(v, place.region, partition) for v in values)
        yield Condition("StringEquals", "kms:ViaService", tuple(sorted(set(names))))
    else:
        names = tuple(v if _is_full(v) else f"{v}.amazonaws.com" for v in values)
        yield Condition("ForAnyValue:StringEquals", "aws:CalledVia", tuple(sorted(set(names))))


def _is_full(text: str) -> bool:
    return "." in text or OPEN in text or "${" in text


def _own_instance(values: tuple[str, ...], use: Use) -> Iterator[Condition]:
    if values == ("true",):
        instance = f"arn:{use.place.partition}:ec2:*:*:instance/${{{INSTANCE_ID}}}"
        yield Condition("ArnLike", "ec2:SourceInstanceArn", (instance,))


def _fitting(pattern: str, expected: str) -> Callable[[str], str]:
    return lambda text: "" if re.fullmatch(pattern, text) else expected


# Addresses of networks that are not the Internet: a request from there comes through an endpoint, or through a gateway
# that changes the address.
_INTERNAL = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")


def _address(text: str) -> str:
    try:
        found = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return "an address or block such as `203.0.113.0/24`"
    # mypy cannot know that networks of one version are compared.
    internal = map(ipaddress.ip_network, _INTERNAL)
    if any(found.version == other.version and found.subnet_of(other) for other in internal):  # type: ignore[arg-type]
        return (
            "a public address or block; for addresses inside of a VPC write `IpAddress: {aws:VpcSourceIp: …}` "
            "together with `source_vpc`"
        )
    return ""


_TABLE = (
    Shorthand(
        name="source_vpc",
        doc="The VPCs that requests come from, through an endpoint of the service in the VPC. A request that takes the "
        "way over the Internet carries no VPC.",
        form="texts",
        words="the ID of a VPC",
        example="vpc-0123456789abcdef0",
        grant={"s3": {"bucket": "shop-assets", "access": "get"}},
        becomes="`StringEquals` `aws:SourceVpc`",
        keys=("aws:SourceVpc",),
        values=_texts("StringEquals", "aws:SourceVpc"),
        check=_fitting("vpc-[0-9a-f]{8}(?:[0-9a-f]{9})?", "the ID of a VPC, such as `vpc-0123456789abcdef0`"),
    ),
    Shorthand(
        name="source_vpce",
        doc="The VPC endpoints that requests come through.",
        form="texts",
        words="the ID of a VPC endpoint",
        example="vpce-0123456789abcdef0",
        grant={"s3": {"bucket": "shop-assets", "access": "get"}},
        becomes="`StringEquals` `aws:SourceVpce`",
        keys=("aws:SourceVpce",),
        values=_texts("StringEquals", "aws:SourceVpce"),
        check=_fitting("vpce-[0-9a-f]{8}(?:[0-9a-f]{9})?", "the ID of an endpoint, such as `vpce-0123456789abcdef0`"),
    ),
    Shorthand(
        name="source_ip",
        doc="The public addresses or blocks that requests come from. Requests through a VPC endpoint, and those that a "
        "service makes on behalf of the role, carry no such address.",
        form="texts",
        words="an address or block",
        example=["203.0.113.0/24", "2001:db8::/32"],
        grant={"s3": {"bucket": "shop-assets", "access": "get"}},
        becomes="`IpAddress` `aws:SourceIp`",
        keys=("aws:SourceIp",),
        values=_texts("IpAddress", "aws:SourceIp"),
        check=_address,
    ),
    Shorthand(
        name="tls",
        doc="Whether requests are encrypted on their way. `false` is of use where something is denied.",
        form="flag",
        words="`true` or `false`",
        example=True,
        grant={"sqs": {"queue": "orders", "access": "send"}},
        becomes="`Bool` `aws:SecureTransport`",
        keys=("aws:SecureTransport",),
        values=_texts("Bool", "aws:SecureTransport"),
    ),
    Shorthand(
        name="resource_tag",
        doc="Tags that the resource carries: all of them, each with one of its values. `*` as the value means that the "
        "tag is there. With `kms_key` the key has to carry them as well. Not every service looks at tags; S3 looks at "
        "those of a bucket once ABAC is enabled for it.",
        form="tags",
        words="a mapping of tags to values",
        example={"team": "${aws:PrincipalTag/team}"},
        grant={"secretsmanager": {"secret": "shop/*", "access": "read"}},
        becomes="`StringEquals` (`StringLike` with `*` or `?`) `aws:ResourceTag/KEY`, for each tag",
        keys=("aws:ResourceTag",),
        tags=_each_tag("aws:ResourceTag"),
    ),
    Shorthand(
        name="request_tag",
        doc="Tags that the request sets: all of them, each with one of its values, and no others. Creating with tags "
        "often takes an action of its own (`ec2:CreateTags`, `sqs:TagQueue`), which has to be granted too.",
        form="tags",
        words="a mapping of tags to values",
        example={"team": "web"},
        grant={"secretsmanager": {"secret": "shop/*", "access": "create"}},
        becomes="`StringEquals` `aws:RequestTag/KEY` for each tag; when allowing also `ForAllValues:StringEquals` "
        "`aws:TagKeys`, because `aws:RequestTag/team` is met by a tag `Team`, too, and says nothing of further tags",
        keys=("aws:RequestTag", "aws:TagKeys"),
        tags=_request_tag,
    ),
    Shorthand(
        name="principal_tag",
        doc="Tags of the role: all of them, each with one of its values. Useful in bundles that several roles share.",
        form="tags",
        words="a mapping of tags to values",
        example={"env": ["staging", "prod"]},
        grant={"sqs": {"queue": "orders", "access": "send"}},
        becomes="`StringEquals` (`StringLike` with `*` or `?`) `aws:PrincipalTag/KEY`, for each tag",
        keys=("aws:PrincipalTag",),
        tags=_each_tag("aws:PrincipalTag"),
    ),
    Shorthand(
        name="org",
        doc="The organisations that the resource belongs to. The role is in its own account, so what is worth saying "
        "of a permission is whose resources it reaches; `${aws:PrincipalOrgID}` is the organisation of the role. "
        "Resources that AWS itself owns belong to none.",
        form="texts",
        words="the ID of an organisation",
        example="${aws:PrincipalOrgID}",
        grant={"s3": {"bucket": "shared-*", "access": "get"}},
        becomes="`StringEquals` `aws:ResourceOrgID`",
        keys=("aws:ResourceOrgID",),
        values=_texts("StringEquals", "aws:ResourceOrgID"),
        check=_fitting("o-[a-z0-9]{10,32}", "the ID of an organisation, such as `o-a1b2c3d4e5`"),
    ),
    Shorthand(
        name="via",
        doc="The services that make the request on behalf of the role. Of keys of KMS, the service that uses the key "
        "(`s3`, in the stack's region). Of everything else, a service that passes the role's identity on, such as "
        "`athena` or `cloudformation`; the role's own requests are then not allowed.",
        form="texts",
        words="the name of a service",
        example="athena",
        grant={"s3": {"bucket": "shop-lake", "access": "get"}},
        becomes="`ForAnyValue:StringEquals` `aws:CalledVia` (`athena.amazonaws.com`); where all actions are of KMS and "
        "the grant itself does not name the service, `StringEquals` `kms:ViaService` (`s3.eu-west-1.amazonaws.com`)",
        keys=("aws:CalledVia", "kms:ViaService"),
        values=_via,
        check=_fitting(
            r"[a-z0-9-]+(?:\.[a-z0-9-]+)*", "the name of a service in small letters, such as `athena` or `s3`"
        ),
    ),
    Shorthand(
        name="namespace",
        doc="The namespaces of CloudWatch metrics that may be put.",
        form="texts",
        words="a namespace",
        example="Shop/*",
        grant={"cloudwatch": {"access": "put"}},
        becomes="`StringEquals` (`StringLike` with `*` or `?`) `cloudwatch:namespace`",
        keys=("cloudwatch:namespace",),
        values=_strings("cloudwatch:namespace"),
        own_key="cloudwatch:namespace",
    ),
    Shorthand(
        name="leading_keys",
        doc="The partition keys of the items of a DynamoDB table (or, through an index, those of the index). Allowed "
        "is a request all of whose items have one of them; denied is one that has any. `Scan` has no keys, so it is "
        "not allowed.",
        form="texts",
        words="a partition key",
        example="${aws:PrincipalTag/tenant}",
        grant={"dynamodb": {"table": "carts", "access": "read"}},
        becomes="allowing: `ForAllValues:StringEquals` `dynamodb:LeadingKeys` with `Null: false`, because "
        "`ForAllValues` alone is met by a request without keys; denying: `ForAnyValue:StringEquals`; `StringLike` with "
        "`*` or `?`",
        keys=("dynamodb:LeadingKeys",),
        values=_leading_keys,
        own_key="dynamodb:LeadingKeys",
    ),
    Shorthand(
        name="own_instance_only",
        doc="Whether an action on instances is meant for the instance that makes the request, and for no other. Only "
        "actions on instances can say so: for a volume or an interface of the instance use `resource_tag`.",
        form="flag",
        words="`true`",
        example=True,
        grant={"statement": {"Effect": "Allow", "Action": "ec2:ModifyInstanceMetadataOptions", "Resource": "*"}},
        becomes="`ArnLike` `ec2:SourceInstanceArn`: `arn:aws:ec2:*:*:instance/${ec2:InstanceID}`, the instance that is "
        "acted on; a request on anything but an instance has no such ID and is not met",
        keys=("ec2:SourceInstanceArn",),
        values=_own_instance,
    ),
)
SHORTHANDS: dict[str, Shorthand] = {item.name: item for item in _TABLE}
_BY_KEY = {key.lower(): item.name for item in _TABLE for key in item.keys}


def shorthand_of_key(key: str) -> str:
    """The shorthand that speaks of a condition key, or nothing.

    >>> shorthand_of_key("aws:resourcetag/team")
    'resource_tag'
    """
    return _BY_KEY.get(key.lower().partition("/")[0], "")


def condition_shapes() -> tuple[ConditionShape, ...]:
    """The table as the schema needs it."""
    return tuple(
        ConditionShape(item.name, item.doc, item.form, item.words, (item.example,)) for item in SHORTHANDS.values()
    )
