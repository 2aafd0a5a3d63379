"""Corrections of the service data: a small table that wins over it, each row with its source.

The Service Authorization Reference says which resource types an action has and how their ARNs are built. It leaves
out ARN forms that AWS uses, and some listings are wrong or were lost when two pages share a service prefix.

An ARN template uses ``${Name}`` for a placeholder (what it stands for: ``compiler.aws.placeholders``), ``*`` for
anything (also nothing) and ``${*}`` for a star that is part of the ARN.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostics.value import record

if TYPE_CHECKING:
    from collections.abc import Mapping


@record(frozen=True, slots=True)
class ArnForms:
    """The ARN templates of a resource type, or of one that the reference does not have."""

    service: str
    resource_type: str
    arns: tuple[str, ...]
    source: str


@record(frozen=True, slots=True)
class RequestArn:
    """The ARN that requests for an action name although the action has no resource types.

    The reference says that such an action needs ``*``; a pattern that matches this ARN works as well, another does not.
    """

    service: str
    action: str
    arn: str
    source: str


@record(frozen=True, slots=True)
class Listing:
    """The resource types that actions of a service work on; none: only ``*`` works."""

    service: str
    actions: tuple[str, ...]
    resource_types: tuple[str, ...]
    source: str


def _arn(service: str, resource: str) -> str:
    return f"arn:${{Partition}}:{service}:${{Region}}:${{Account}}:{resource}"


ARN_FORMS = (
    ArnForms(
        "backup",
        "recoveryPoint",
        ("arn:${Partition}:${Vendor}:*:*:*",),
        "AWS Backup, recovery points carry the ARN form of the service that stores them (ec2 snapshots, tables, …)",
    ),
    ArnForms(
        "cloudformation",
        "transform",
        (_arn("cloudformation", "transform/${TransformName}"),),
        "AWS SAM, deploying needs cloudformation:CreateChangeSet on aws:transform/Serverless-2016-10-31",
    ),
    ArnForms(
        "ecs",
        "container-instance",
        (
            _arn("ecs", "container-instance/${ClusterName}/${ContainerInstanceId}"),
            _arn("ecs", "container-instance/${ContainerInstanceId}"),
        ),
        "Amazon ECS, ARNs and IDs: the short format of resources made before the long one was opted into",
    ),
    ArnForms(
        "ecs",
        "service",
        (_arn("ecs", "service/${ClusterName}/${ServiceName}"), _arn("ecs", "service/${ServiceName}")),
        "Amazon ECS, ARNs and IDs: short format",
    ),
    ArnForms(
        "ecs",
        "task",
        (_arn("ecs", "task/${ClusterName}/${TaskId}"), _arn("ecs", "task/${TaskId}")),
        "Amazon ECS, ARNs and IDs: short format",
    ),
    ArnForms(
        "es",
        "domain-path",
        (_arn("es", "domain/${DomainName}/${RequestPath}"),),
        "Amazon OpenSearch Service, IAM: the ESHttp actions work on the subresource `domain/NAME/*`",
    ),
    ArnForms(
        "execute-api",
        "execute-api-general",
        (
            _arn("execute-api", "${ApiId}/${Stage}/${Method}/${ApiSpecificResourcePath}"),
            _arn("execute-api", "${ApiId}/${Stage}/${RouteKey}"),
        ),
        "API Gateway, controlling access to invoke a WebSocket API: the route key stands in place of method and path",
    ),
    ArnForms(
        "lambda",
        "function",
        (_arn("lambda", "function:${FunctionName}"), _arn("lambda", "function:${FunctionName}:${Qualifier}")),
        "AWS Lambda, resources and conditions: a version or alias stands behind the name (function:NAME:*)",
    ),
    ArnForms(
        "logs",
        "log-group",
        (_arn("logs", "log-group:${LogGroupName}"), _arn("logs", "log-group:${LogGroupName}:log-stream:")),
        "CloudWatch Logs, resources: log groups are written with `:*` behind them in policies",
    ),
    ArnForms(
        "resource-explorer-2",
        "view",
        (
            _arn("resource-explorer-2", "view/${ViewName}/${ViewUuid}"),
            "arn:${Partition}:resource-explorer-2:${Region}::view/${ViewName}/service-view",
        ),
        "AWS Resource Explorer, service views belong to no account",
    ),
    ArnForms(
        "s3",
        "accesspoint",
        (
            _arn("s3", "accesspoint/${AccessPointName}"),
            "arn:${Partition}:s3::${Account}:accesspoint/${AccessPointAlias}",
        ),
        "Amazon S3, Multi-Region Access Point permissions: their ARNs have no region",
    ),
    ArnForms(
        "s3",
        "accesspointobject",
        (
            _arn("s3", "accesspoint/${AccessPointName}/object/${ObjectName}"),
            "arn:${Partition}:s3::${Account}:accesspoint/${AccessPointAlias}/object/${ObjectName}",
        ),
        "Amazon S3, Multi-Region Access Point permissions: their ARNs have no region",
    ),
    ArnForms(
        "ssm",
        "automation-definition",
        (
            _arn("ssm", "automation-definition/${AutomationDefinitionName}:${VersionId}"),
            "arn:${Partition}:ssm:${Region}::automation-definition/${AutomationDefinitionName}:${VersionId}",
        ),
        "AWS Systems Manager, runbooks of AWS belong to no account (arn:aws:ssm:*::automation-definition/AWS-*:*)",
    ),
    ArnForms(
        "ssm",
        "document",
        (_arn("ssm", "document/${DocumentName}"), "arn:${Partition}:ssm:${Region}::document/${DocumentName}"),
        "AWS Systems Manager, documents of AWS belong to no account (arn:aws:ssm:*::document/AWS-RunShellScript)",
    ),
    ArnForms(
        "ssm",
        "parameter",
        (
            _arn("ssm", "parameter/${ParameterNameWithoutLeadingSlash}"),
            "arn:${Partition}:ssm:${Region}::parameter/${ParameterNameWithoutLeadingSlash}",
            _arn("ssm", "parameter/"),
        ),
        "AWS Systems Manager, public parameters belong to no account; GetParametersByPath may ask for the root",
    ),
)

REQUEST_ARN_ROWS = (
    RequestArn(
        "dynamodb",
        "ListTables",
        _arn("dynamodb", "table/${*}"),
        "DynamoDB's refusals: not authorized to perform dynamodb:ListTables on resource …:table/*",
    ),
    RequestArn(
        "logs",
        "DescribeLogGroups",
        _arn("logs", "log-group::log-stream:"),
        "https://github.com/hashicorp/terraform-provider-aws/issues/8804",
    ),
    RequestArn(
        "s3",
        "ListAllMyBuckets",
        "arn:${Partition}:s3:::",
        "Amazon S3 User Guide, identity-based policy examples: s3:ListAllMyBuckets on arn:aws:s3:::*",
    ),
    RequestArn(
        "sns",
        "ListTopics",
        _arn("sns", "${*}"),
        "Amazon SNS's refusals: not authorized to perform SNS:ListTopics on resource arn:aws:sns:REGION:ACCOUNT:*",
    ),
    RequestArn(
        "sqs",
        "ListQueues",
        _arn("sqs", ""),
        "Amazon SQS's refusals: not authorized to perform sqs:listqueues on resource arn:aws:sqs:REGION:ACCOUNT:",
    ),
)

_LOAD_BALANCERS = ("loadbalancer", "loadbalancer/app/", "loadbalancer/gwy/", "loadbalancer/net/")
_TWO_PAGES = (
    "Service Authorization Reference, Elastic Load Balancing V2: its rows are lost behind those of the classic one"
)

LISTINGS = (
    Listing(
        "cloudwatch",
        ("PutMetricData",),
        (),
        "CloudWatch, identity-based policies: metrics have no ARN; limiting the action to `dataset` breaks it",
    ),
    Listing("cloudformation", ("CreateChangeSet",), ("stack", "transform"), "AWS SAM, deployment permissions"),
    Listing("elasticloadbalancing", ("CreateLoadBalancer", "DeleteLoadBalancer"), _LOAD_BALANCERS, _TWO_PAGES),
    Listing("elasticloadbalancing", ("ModifyLoadBalancerAttributes",), _LOAD_BALANCERS, _TWO_PAGES),
    Listing(
        "elasticloadbalancing",
        ("AddTags", "RemoveTags"),
        (
            "listener-rule/app",
            "listener-rule/net",
            "listener/app",
            "listener/gwy",
            "listener/net",
            *_LOAD_BALANCERS,
            "targetgroup",
            "truststore",
        ),
        _TWO_PAGES,
    ),
    Listing(
        "es",
        ("ESHttpDelete", "ESHttpGet", "ESHttpHead", "ESHttpPatch", "ESHttpPost", "ESHttpPut"),
        ("domain", "domain-path"),
        "see domain-path",
    ),
)

ARNS: Mapping[tuple[str, str], tuple[str, ...]] = {(row.service, row.resource_type): row.arns for row in ARN_FORMS}
"""ARN templates by service and resource type."""

RESOURCE_TYPES: Mapping[tuple[str, str], tuple[str, ...]] = {
    (row.service, action): row.resource_types for row in LISTINGS for action in row.actions
}
"""Resource types by service and action name."""

REQUEST_ARNS: Mapping[tuple[str, str], str] = {(row.service, row.action): row.arn for row in REQUEST_ARN_ROWS}
"""ARN template of the request by service and action name, for actions without resource types."""
