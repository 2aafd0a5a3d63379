"""Corrections of the service data: a small table that wins over it, each row with its source.

The Service Authorization Reference says which resource types an action has and how their ARNs are built, but it
leaves three things open: ARN forms that AWS uses and the reference does not list, listings that are wrong or were
lost when two pages share a service prefix, and which characters the placeholders of a template stand for.

An ARN template uses ``${Name}`` for a placeholder, ``*`` for anything (also nothing) and ``${*}`` for a star that is
part of the ARN.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

Characters = Literal["name", "relative", "path", "colon", "any", "anything"]
"""What a placeholder stands for: ``name`` one or more characters but ``/`` and ``:`` (the rule), ``relative`` a path
without a slash in front, ``path`` anything but ``:``, ``colon`` anything but ``/``, ``any`` one or more of whatever,
``anything`` also nothing."""


@dataclass(frozen=True, slots=True)
class ArnForms:
    """The ARN templates of a resource type, or of one that the reference does not have."""

    service: str
    resource_type: str
    arns: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The resource types that actions of a service work on; none: only ``*`` works."""

    service: str
    actions: tuple[str, ...]
    resource_types: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Placeholder:
    """What placeholders in the ARNs of a service stand for; the name ``*`` is every placeholder of the service."""

    service: str
    names: tuple[str, ...]
    characters: Characters
    source: str


def _arn(service: str, resource: str) -> str:
    return f"arn:${{Partition}}:{service}:${{Region}}:${{Account}}:{resource}"


ARN_FORMS = (
    ArnForms(
        "backup",
        "recoverypoint",
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
        "dynamodb",
        "all-tables",
        (_arn("dynamodb", "table/${*}"),),
        "DynamoDB names `table/*` as the resource of ListTables when it denies it",
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
        "logs",
        "log-group",
        (_arn("logs", "log-group:${LogGroupName}"), _arn("logs", "log-group:${LogGroupName}:log-stream:")),
        "CloudWatch Logs, resources: log groups are written with `:*` behind them in policies",
    ),
    ArnForms(
        "logs",
        "all-log-groups",
        (_arn("logs", "log-group::log-stream:"),),
        "https://github.com/hashicorp/terraform-provider-aws/issues/8804: the resource of DescribeLogGroups",
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
        "s3",
        "all-buckets",
        ("arn:${Partition}:s3:::",),
        "Amazon S3, identity-based policy examples: s3:ListAllMyBuckets on arn:aws:s3:::*",
    ),
    ArnForms(
        "sns",
        "all-topics",
        (_arn("sns", "${*}"),),
        "Amazon SNS names `arn:aws:sns:REGION:ACCOUNT:*` as the resource of ListTopics when it denies it",
    ),
    ArnForms(
        "sqs",
        "all-queues",
        (_arn("sqs", ""),),
        "Amazon SQS names `arn:aws:sqs:REGION:ACCOUNT:` as the resource of ListQueues when it denies it",
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
    Listing("dynamodb", ("ListTables",), ("all-tables",), "see all-tables"),
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
    Listing("logs", ("DescribeLogGroups",), ("all-log-groups",), "see all-log-groups"),
    Listing("s3", ("ListAllMyBuckets",), ("all-buckets",), "see all-buckets"),
    Listing("sns", ("ListTopics",), ("all-topics",), "see all-topics"),
    Listing("sqs", ("ListQueues",), ("all-queues",), "see all-queues"),
)

PLACEHOLDERS = (
    Placeholder(
        "apigateway", ("RequestParameterKey", "RouteKey", "UrlEncodedResourceARN"), "any", "route keys: `GET /a`"
    ),
    Placeholder("amplify", ("BranchName",), "path", "names of git branches"),
    Placeholder("athena", ("DataCatalogName",), "path", "catalogs of S3 tables: `s3tablescatalog/NAME`"),
    Placeholder(
        "autoscaling", ("GroupFriendlyName", "LaunchConfigurationName"), "any", "CreateAutoScalingGroup: names"
    ),
    Placeholder("backup", ("BackupVaultName",), "path", "vaults of services: `aws/efs/automatic-backup-vault`"),
    Placeholder("bedrock", ("*",), "any", "model ids end in a version: `anthropic.claude-v2:1`"),
    Placeholder("budgets", ("BudgetName",), "path", "CreateBudget: no `:` and `\\` in the name"),
    Placeholder("cassandra", ("StreamLabel",), "colon", "labels are times"),
    Placeholder("cloudformation", ("StackSetTarget",), "any", "`NAME:ID`"),
    Placeholder("cloudformation", ("Type",), "path", "versions of a type stand behind it"),
    Placeholder("cloudtrail", ("ChannelId",), "path", "channels of services: `aws-service-channel/…`"),
    Placeholder("cloudwatch", ("AlarmName", "AlarmMuteRuleName", "InsightRuleName"), "any", "PutMetricAlarm: names"),
    Placeholder("codeartifact", ("PackageNamespace",), "anything", "packages without a namespace have it empty"),
    Placeholder("codeartifact", ("PackageName",), "path", "names of packages of any ecosystem"),
    Placeholder("codebuild", ("BuildId", "BuildBatchId"), "colon", "`PROJECT:UUID`"),
    Placeholder("cognito-identity", ("IdentityPoolId",), "colon", "`REGION:UUID`"),
    Placeholder("cognito-sync", ("IdentityPoolId", "IdentityId"), "colon", "`REGION:UUID`"),
    Placeholder("comprehend", ("*",), "path", "versions stand behind the name: `NAME/version/1`"),
    Placeholder("config", ("*",), "path", "those of services: `config-rule/aws-service-rule/…`"),
    Placeholder("dynamodb", ("StreamLabel",), "colon", "labels are times: `2015-05-11T21:21:33.291`"),
    Placeholder("ec2", ("KeyPairName", "PlacementGroupName"), "any", "CreateKeyPair: up to 255 ASCII characters"),
    Placeholder("ecr", ("RepositoryName",), "path", "CreateRepository: namespaces, `team/web`"),
    Placeholder("ecr-public", ("RepositoryName",), "path", "CreateRepository: namespaces"),
    Placeholder("ecs", ("TaskId",), "path", "`CLUSTER/ID` where another service lists tasks"),
    Placeholder("elasticbeanstalk", ("*",), "colon", "CreateApplication: any character but `/`"),
    Placeholder("es", ("RequestPath",), "anything", "the root of a domain is `domain/NAME/`"),
    Placeholder("events", ("EventBusName", "EventSourceName"), "path", "partners: `aws.partner/example.com/1`"),
    Placeholder("execute-api", ("ApiSpecificResourcePath",), "anything", "the root of an API is `ID/STAGE/GET/`"),
    Placeholder("forecast", ("*",), "path", "versions and kinds stand behind the id"),
    Placeholder("glue", ("*",), "path", "catalogs nest: `s3tablescatalog/BUCKET/DB/TABLE`; schemas: `REGISTRY/NAME`"),
    Placeholder(
        "iam",
        (
            "CertificateNameWithPath",
            "GroupNameWithPath",
            "InstanceProfileNameWithPath",
            "MfaTokenIdWithPath",
            "PolicyNameWithPath",
            "RoleName",
            "RoleNameWithPath",
            "UserNameWithPath",
        ),
        "relative",
        "IAM identifiers: the path's first slash is the one behind the kind",
    ),
    Placeholder("iam", ("OidcProviderName",), "any", "hosts with port and path"),
    Placeholder("iot", ("*",), "any", "topics have `/`, names of things `:`"),
    Placeholder("kafka", ("GroupName", "TransactionalId"), "any", "names that clients choose"),
    Placeholder("kms", ("Alias",), "path", "CreateAlias: `alias/team/key`"),
    Placeholder("logs", ("*",), "path", "CreateLogGroup, CreateLogStream: names may have `/`, never `:`"),
    Placeholder("payment-cryptography", ("Alias",), "path", "CreateAlias"),
    Placeholder("personalize", ("*",), "path", "versions stand behind the name"),
    Placeholder("quicksight", ("*",), "any", "users and groups: `NAMESPACE/NAME`"),
    Placeholder("rds", ("SnapshotName", "ClusterSnapshotName"), "colon", "automated: `rds:NAME-2026-01-31`"),
    Placeholder("rds-db", ("DbUserName",), "any", "names of database users"),
    Placeholder("redshift", ("DbUser", "DbName", "DbGroup", "IpRange"), "any", "names of the database; CIDR blocks"),
    Placeholder("redshift", ("SnapshotName",), "colon", "automated: `rs:NAME-2026-01-31`"),
    Placeholder("resource-groups", ("GroupName",), "path", "groups have an id behind their name"),
    Placeholder("s3", ("ObjectName",), "any", "object keys"),
    Placeholder("s3-object-lambda", ("AccessPointName",), "path", "objects stand behind it"),
    Placeholder("s3-outposts", ("ObjectName",), "any", "object keys"),
    Placeholder("sagemaker", ("HubContentName", "ModelPackageName"), "path", "versions stand behind the name"),
    Placeholder("secretsmanager", ("SecretId",), "path", "CreateSecret: names may have `/`"),
    Placeholder("ses", ("IdentityName",), "path", "mail addresses"),
    Placeholder("signer", ("ProfileName",), "path", "versions stand behind the name"),
    Placeholder("ssm", ("DocumentName", "ResourceId"), "path", "`servicesetting/ssm/…`; documents that are shared"),
    Placeholder("ssm", ("ParameterNameWithoutLeadingSlash",), "relative", "a parameter `/a/b` is `parameter/a/b`"),
    Placeholder("storagegateway", ("IscsiTarget",), "colon", "iSCSI names: `iqn.1997-05.com.amazon:…`"),
)

ARNS: Mapping[tuple[str, str], tuple[str, ...]] = {(row.service, row.resource_type): row.arns for row in ARN_FORMS}
"""ARN templates by service and resource type."""

RESOURCE_TYPES: Mapping[tuple[str, str], tuple[str, ...]] = {
    (row.service, action): row.resource_types for row in LISTINGS for action in row.actions
}
"""Resource types by service and action name."""

_CHARACTERS: Mapping[tuple[str, str], Characters] = {
    (row.service, name): row.characters for row in PLACEHOLDERS for name in row.names
}
_FREE = ("Path", "Uri", "Pattern")


def characters_of(service: str, placeholder: str) -> Characters:
    """What a placeholder stands for in an ARN of the service (the service as the ARN names it).

    Where no row speaks of it: a path, URI or pattern stands for whatever, everything else for a name.
    """
    found = _CHARACTERS.get((service, placeholder)) or _CHARACTERS.get((service, "*"))
    return found or ("any" if any(word in placeholder for word in _FREE) else "name")
