"""What the placeholders of ARN templates stand for: which characters a name, a key or an id may hold.

The Service Authorization Reference does not say. The rule is a name without ``/`` and ``:``; each exception has its
source. An exception that is missing makes the compiler refuse what AWS allows, one too many hides a mistake, so
services with names of many shapes have one row for all their placeholders.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from compiler.diagnostics.value import record

if TYPE_CHECKING:
    from collections.abc import Mapping

Characters = Literal["name", "relative", "path", "colon", "any", "anything"]
"""``name``: one or more characters but ``/`` and ``:`` (the rule). ``relative``: a path without a slash in front.
``path``: anything but ``:``. ``colon``: anything but ``/``. ``any``: one or more of whatever. ``anything``: also
nothing."""


@record(frozen=True, slots=True)
class Placeholder:
    """What placeholders in the ARNs of a service stand for; the name ``*`` is every placeholder of the service."""

    service: str
    names: tuple[str, ...]
    characters: Characters
    source: str


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
