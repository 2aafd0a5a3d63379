"""The intents that are compared: what an application wants to do, and how each tool is asked for it.

``needs`` are requests that the application makes: without one of them it does not work (service documentation, not
anybody's catalogue). ``never`` are requests that nobody would expect from the intent: they destroy or reconfigure the
resource, or reach its neighbours. ``key_use`` is the service that uses a customer key on the application's behalf,
with the KMS actions that this takes at least; such an intent is asked for once more, with the key.

A peer is asked for the grant that comes nearest; one without an ask has nothing for the intent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support.oracle import Request

Json = Any

ACCOUNT, REGION = "123456789012", "eu-west-1"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"


def _arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


BUCKET = "arn:aws:s3:::shop-assets"
OBJECT = f"{BUCKET}/public/a.png"
TABLE = _arn("dynamodb", "table/carts")
STREAM_OF_TABLE = f"{TABLE}/stream/2026-01-01T00:00:00.000"
QUEUE = _arn("sqs", "orders")
TOPIC = _arn("sns", "order-events")
STREAM = _arn("kinesis", "stream/clicks")
SECRET = _arn("secretsmanager", "secret:prod/db-AbCdEf")
PARAMETER = _arn("ssm", "parameter/shop/web/version")
FUNCTION = _arn("lambda", "function:resize")
MACHINE = _arn("states", "stateMachine:orders")
BUS = _arn("events", "event-bus/shop")
IDENTITY = _arn("ses", "identity/shop.example.com")
GROUP = _arn("logs", "log-group:/shop/web")
REPOSITORY = _arn("ecr", "repository/shop/web")
FILE_SYSTEM = _arn("elasticfilesystem", "file-system/fs-0123456789abcdef0")
DATABASE_USER = _arn("rds-db", "dbuser:db-ABCDEFGHIJKL01234/shop_web")
DELIVERY = _arn("firehose", "deliverystream/clicks-to-s3")
WORKGROUP = _arn("athena", "workgroup/analytics")
ZONE = "arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ"
DOMAIN = _arn("es", "domain/shop-search")
CONFIGURATION = _arn("appconfig", "application/abc1234/environment/def5678/configuration")
CODE = _arn("codecommit", "shop-config")
CERTIFICATE = _arn("acm", "certificate/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0")
QUERIED = tuple(_arn("glue", resource) for resource in ("catalog", "database/shop", "table/shop/orders"))


NEVER = (Request("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/admin"), Request("kms:CreateKey"))
"""What no intent is for."""


@dataclass(frozen=True, slots=True)
class Intent:
    """One intent; ``asks`` has the ask by tool, in the form that the tool's program takes.

    ``never`` is what this intent adds to ``NEVER``.
    """

    name: str
    text: str
    asks: Mapping[str, Json]
    needs: tuple[Request, ...]
    never: tuple[Request, ...] = field(default=())
    key_use: tuple[str, ...] = field(default=())

    def key_requests(self) -> tuple[Request, ...]:
        """The requests for the key: the service makes them in the name of the application."""
        if not self.key_use:
            return ()
        service, *actions = self.key_use
        via = {"kms:ViaService": f"{service}.{REGION}.amazonaws.com"}
        return tuple(Request(f"kms:{action}", KEY, via) for action in actions)


def _on(resource: str, *actions: str, **context: str) -> tuple[Request, ...]:
    named = {name.replace("__", ":"): value for name, value in context.items()}
    return tuple(Request(action, resource, named) for action in actions)


def _template(template: str, **parameters: str) -> Json:
    return {"template": template, "parameters": parameters}


def _connector(destination: str, permissions: list[str], **properties: str) -> Json:
    source = "AWS::Lambda::Function"
    return {"source": source, "destination": destination, "permissions": permissions, "properties": properties}


_S3_NEVER = (
    *_on(BUCKET, "s3:DeleteBucket", "s3:PutBucketPolicy", "s3:PutLifecycleConfiguration"),
    *_on(OBJECT, "s3:PutObjectAcl"),
)
_S3_WRITES = _on(OBJECT, "s3:PutObject", "s3:DeleteObject")
_TABLE_NEVER = _on(TABLE, "dynamodb:CreateTable", "dynamodb:DeleteTable", "dynamodb:UpdateTable")
_QUEUE_NEVER = (*_on(QUEUE, "sqs:DeleteQueue", "sqs:PurgeQueue", "sqs:SetQueueAttributes"),)
_STREAM_NEVER = _on(STREAM, "kinesis:DeleteStream", "kinesis:SplitShard")
_KEY_NEVER = _on(KEY, "kms:ScheduleKeyDeletion", "kms:PutKeyPolicy", "kms:DisableKey")
_CDK_BUCKET = "s3.Bucket.fromBucketAttributes(here, 'x', {bucketName: 'shop-assets', encryptionKey: key})"
_CDK_TABLE = (
    "dynamodb.Table.fromTableAttributes(here, 'x', {tableName: 'carts', grantIndexPermissions: true, "
    "encryptionKey: key})"
)
_CDK_QUEUE = f"sqs.Queue.fromQueueAttributes(here, 'x', {{queueArn: '{QUEUE}', keyArn: key && key.keyArn}})"
_CDK_TOPIC = f"sns.Topic.fromTopicAttributes(here, 'x', {{topicArn: '{TOPIC}', keyArn: key && key.keyArn}})"
_CDK_STREAM = f"kinesis.Stream.fromStreamAttributes(here, 'x', {{streamArn: '{STREAM}', encryptionKey: key}})"
_CDK_REPOSITORY = "ecr.Repository.fromRepositoryName(here, 'x', 'shop/web')"
_CDK_KEY = f"kms.Key.fromKeyArn(here, 'x', '{KEY}')"
_CDK_FILES = (
    "efs.FileSystem.fromFileSystemAttributes(here, 'x', {fileSystemId: 'fs-0123456789abcdef0', "
    "securityGroup: ec2.SecurityGroup.fromSecurityGroupId(here, 'g', 'sg-0123456789abcdef0')})"
)
_CDK_DOMAIN = (
    "opensearchservice.Domain.fromDomainAttributes(here, 'x', "
    f"{{domainArn: '{DOMAIN}', domainEndpoint: 'https://search.example.com'}})"
)
_SAM_S3 = "AWS::S3::Bucket"
_SAM_TABLE = "AWS::DynamoDB::Table"
_MOUNTED = {"elasticfilesystem__AccessedViaMountTarget": "true"}


def intents() -> Iterator[Intent]:
    """All intents, in the order of the report."""
    yield from _storage()
    yield from _messages()
    yield from _configuration()
    yield from _compute()
    yield from _observation()
    yield from _intelligence()


def _storage() -> Iterator[Intent]:
    list_all = _on(BUCKET, "s3:ListBucket")
    yield Intent(
        "s3 read",
        "list a bucket and download its objects",
        {
            "stackgrant": {"s3": {"bucket": "shop-assets", "access": "read"}},
            "cdk": f"{_CDK_BUCKET}.grantRead(role)",
            "sam-template": _template("S3ReadPolicy", BucketName="shop-assets"),
            "sam-connector": _connector(_SAM_S3, ["Read"], Arn=BUCKET),
            "policy_sentry": {"read": [f"{BUCKET}/*"], "list": [BUCKET]},
            "iam_builder": {"s3": {"read_only": ["shop-assets/*"]}},
        },
        (*list_all, *_on(OBJECT, "s3:GetObject")),
        (*_S3_NEVER, *_S3_WRITES),
        ("s3", "Decrypt"),
    )
    yield Intent(
        "s3 read, one prefix",
        "list and download what stands under one prefix of a bucket",
        {
            "stackgrant": {"s3": {"bucket": "shop-assets", "prefix": "public/", "access": "read"}},
            "cdk": f"{_CDK_BUCKET}.grantRead(role, 'public/*')",
            "policy_sentry": {"read": [f"{BUCKET}/public/*"], "list": [BUCKET]},
            "iam_builder": {"s3": {"read_only": ["shop-assets/public/*"]}},
        },
        (*_on(BUCKET, "s3:ListBucket", s3__prefix="public/"), *_on(OBJECT, "s3:GetObject")),
        (
            *_on(BUCKET, "s3:ListBucket", s3__prefix="private/"),
            *_on(f"{BUCKET}/private/a.png", "s3:GetObject"),
            *_S3_NEVER,
            *_S3_WRITES,
        ),
    )
    yield Intent(
        "s3 put",
        "upload objects, without deleting any",
        {
            "stackgrant": {"s3": {"bucket": "shop-assets", "access": "put"}},
            "cdk": f"{_CDK_BUCKET}.grantPut(role)",
            "sam-template": _template("S3WritePolicy", BucketName="shop-assets"),
        },
        _on(OBJECT, "s3:PutObject", "s3:AbortMultipartUpload"),
        (*_S3_NEVER, *_on(OBJECT, "s3:DeleteObject", "s3:GetObject")),
        ("s3", "Decrypt", "GenerateDataKey"),
    )
    yield Intent(
        "s3 write",
        "upload and delete objects",
        {
            "stackgrant": {"s3": {"bucket": "shop-assets", "access": "write"}},
            "cdk": f"{_CDK_BUCKET}.grantWrite(role)",
            "sam-connector": _connector(_SAM_S3, ["Write"], Arn=BUCKET),
            "policy_sentry": {"write": [f"{BUCKET}/*"]},
            "iam_builder": {"s3": {"write_only": ["shop-assets/*"]}},
        },
        _on(OBJECT, "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"),
        (*_S3_NEVER, *_on(OBJECT, "s3:GetObject")),
        ("s3", "Decrypt", "GenerateDataKey"),
    )
    yield Intent(
        "s3 read and write",
        "list, download, upload and delete",
        {
            "stackgrant": {"s3": {"bucket": "shop-assets", "access": ["read", "write"]}},
            "cdk": f"{_CDK_BUCKET}.grantReadWrite(role)",
            "sam-template": _template("S3CrudPolicy", BucketName="shop-assets"),
            "sam-connector": _connector(_SAM_S3, ["Read", "Write"], Arn=BUCKET),
            "policy_sentry": {"read": [f"{BUCKET}/*"], "write": [f"{BUCKET}/*"], "list": [BUCKET]},
            "iam_builder": {"s3": {"read_write": ["shop-assets/*"]}},
        },
        (*list_all, *_on(OBJECT, "s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload")),
        _S3_NEVER,
        ("s3", "Decrypt", "GenerateDataKey"),
    )
    index = f"{TABLE}/index/by-customer"
    yield Intent(
        "dynamodb read",
        "get, query and scan the items of a table and its indexes",
        {
            "stackgrant": {"dynamodb": {"table": "carts", "access": "read"}},
            "cdk": f"{_CDK_TABLE}.grantReadData(role)",
            "sam-template": _template("DynamoDBReadPolicy", TableName="carts"),
            "sam-connector": _connector(_SAM_TABLE, ["Read"], Arn=TABLE),
            "policy_sentry": {"read": [TABLE, f"{TABLE}/index/*"]},
        },
        (*_on(TABLE, "dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"), *_on(index, "dynamodb:Query")),
        (*_TABLE_NEVER, *_on(TABLE, "dynamodb:PutItem", "dynamodb:DeleteItem")),
        ("dynamodb", "Decrypt"),
    )
    yield Intent(
        "dynamodb write",
        "put, update and delete the items of a table",
        {
            "stackgrant": {"dynamodb": {"table": "carts", "access": "write"}},
            "cdk": f"{_CDK_TABLE}.grantWriteData(role)",
            "sam-template": _template("DynamoDBWritePolicy", TableName="carts"),
            "sam-connector": _connector(_SAM_TABLE, ["Write"], Arn=TABLE),
            "policy_sentry": {"write": [TABLE]},
        },
        _on(TABLE, *(f"dynamodb:{name}" for name in ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"))),
        (*_TABLE_NEVER, *_on(TABLE, "dynamodb:GetItem", "dynamodb:Scan")),
        ("dynamodb", "Decrypt"),
    )
    yield Intent(
        "dynamodb stream read",
        "read the change records of a table",
        {
            "stackgrant": {"dynamodb": {"table": "carts", "access": "stream"}},
            "cdk": "dynamodb.Table.fromTableAttributes(here, 'x', {tableName: 'carts', tableStreamArn: "
            f"'{STREAM_OF_TABLE}', encryptionKey: key}}).grantStreamRead(role)",
            "sam-template": _template(
                "DynamoDBStreamReadPolicy", TableName="carts", StreamName=STREAM_OF_TABLE.rpartition("/")[2]
            ),
            "policy_sentry": {"read": [STREAM_OF_TABLE]},
        },
        _on(STREAM_OF_TABLE, "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),
        _TABLE_NEVER,
    )
    yield Intent(
        "efs read",
        "mount a file system to read it",
        {
            "stackgrant": {"efs": {"file_system": "fs-0123456789abcdef0", "access": "read"}},
            "cdk": f"{_CDK_FILES}.grantRead(role)",
            "policy_sentry": {"read": [FILE_SYSTEM]},
        },
        _on(FILE_SYSTEM, "elasticfilesystem:ClientMount", **_MOUNTED),
        _on(FILE_SYSTEM, "elasticfilesystem:ClientWrite", "elasticfilesystem:DeleteFileSystem", **_MOUNTED),
    )
    yield Intent(
        "efs write",
        "mount a file system to read and write it",
        {
            "stackgrant": {"efs": {"file_system": "fs-0123456789abcdef0", "access": "write"}},
            "cdk": f"{_CDK_FILES}.grantReadWrite(role)",
            "sam-template": _template(
                "EFSWriteAccessPolicy", FileSystem="fs-0123456789abcdef0", AccessPoint="fsap-0123456789abcdef0"
            ),
            "policy_sentry": {"read": [FILE_SYSTEM], "write": [FILE_SYSTEM]},
        },
        _on(
            FILE_SYSTEM,
            *("elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"),
            elasticfilesystem__AccessPointArn=_arn("elasticfilesystem", "access-point/fsap-0123456789abcdef0"),
            **_MOUNTED,
        ),
        _on(FILE_SYSTEM, "elasticfilesystem:DeleteFileSystem", "elasticfilesystem:ClientRootAccess", **_MOUNTED),
    )
    yield Intent(
        "rds connect",
        "log in to a database with IAM authentication",
        {
            "stackgrant": {"rds_connect": {"database": "db-ABCDEFGHIJKL01234", "user": "shop_web"}},
            "cdk": "rds.DatabaseInstance.fromDatabaseInstanceAttributes(here, 'x', {instanceIdentifier: 'shop', "
            "instanceEndpointAddress: 'db.example.com', port: 5432, securityGroups: [], instanceResourceId: "
            "'db-ABCDEFGHIJKL01234'}).grantConnect(role, 'shop_web')",
            "policy_sentry": {"permissions-management": [DATABASE_USER]},
        },
        _on(DATABASE_USER, "rds-db:connect"),
        _on(_arn("rds-db", "dbuser:db-ABCDEFGHIJKL01234/admin"), "rds-db:connect"),
    )
    search = "domain/shop-search/products/_search"
    yield Intent(
        "opensearch read",
        "search the documents of a domain",
        {
            "stackgrant": {"opensearch": {"domain": "shop-search", "access": "read"}},
            "cdk": f"{_CDK_DOMAIN}.grantRead(role)",
            "policy_sentry": {"read": [DOMAIN, f"{DOMAIN}/*"]},
        },
        (*_on(_arn("es", search), "es:ESHttpGet", "es:ESHttpPost"),),
        _on(_arn("es", "domain/shop-search/products/_doc/1"), "es:ESHttpDelete", "es:ESHttpPut"),
    )
    yield Intent(
        "opensearch write",
        "index and delete the documents of a domain",
        {
            "stackgrant": {"opensearch": {"domain": "shop-search", "access": "write"}},
            "cdk": f"{_CDK_DOMAIN}.grantWrite(role)",
            "sam-template": _template("ElasticsearchHttpPostPolicy", DomainName="shop-search"),
            "policy_sentry": {"write": [DOMAIN, f"{DOMAIN}/*"]},
        },
        (
            *_on(_arn("es", "domain/shop-search/products/_doc/1"), "es:ESHttpPut", "es:ESHttpDelete"),
            *_on(_arn("es", "domain/shop-search/_bulk"), "es:ESHttpPost"),
        ),
        _on(DOMAIN, "es:DeleteDomain", "es:UpdateDomainConfig"),
    )
    data, results = "arn:aws:s3:::shop-events", "arn:aws:s3:::shop-athena"
    yield Intent(
        "athena query",
        "query a table: workgroup, Glue catalogue, data and results in S3",
        {
            "stackgrant": {
                "athena": {
                    "workgroup": "analytics", "database": "shop", "table": "orders", "data_bucket": "shop-events",
                    "results_bucket": "shop-athena", "access": "query",
                }
            },
            "sam-template": _template("AthenaQueryPolicy", WorkGroupName="analytics"),
            "policy_sentry": {
                "read": [WORKGROUP, *QUERIED, f"{data}/*", results, f"{results}/*"],
                "write": [WORKGROUP, f"{results}/*"], "list": [WORKGROUP, data, results],
            },
            "iam_builder": {
                "athena": {"dump_bucket": "shop-athena"}, "allowed_database_names": ["shop"],
                "s3": {"read_only": ["shop-events/*"]},
            },
        },
        (
            *_on(WORKGROUP, *(f"athena:{n}" for n in ("StartQueryExecution", "GetQueryExecution", "GetQueryResults"))),
            *(request for arn in QUERIED for request in _on(arn, "glue:GetTable")),
            *_on(f"{data}/orders/1.parquet", "s3:GetObject"), *_on(data, "s3:ListBucket"),
            *_on(f"{results}/AROAEXAMPLE:i-0/1.csv", "s3:PutObject", "s3:GetObject", aws__userid="AROAEXAMPLE:i-0"),
            *_on(results, "s3:GetBucketLocation"),
        ),
        (*_on(WORKGROUP, "athena:DeleteWorkGroup", "athena:UpdateWorkGroup"), *_on(QUERIED[1], "glue:DeleteDatabase")),
    )  # fmt: skip


def _messages() -> Iterator[Intent]:
    yield Intent(
        "sqs send",
        "send messages to a queue",
        {
            "stackgrant": {"sqs": {"queue": "orders", "access": "send"}},
            "cdk": f"{_CDK_QUEUE}.grantSendMessages(role)",
            "sam-template": _template("SQSSendMessagePolicy", QueueName="orders"),
            "sam-connector": _connector("AWS::SQS::Queue", ["Write"], Arn=QUEUE),
            "policy_sentry": {"write": [QUEUE]},
        },
        _on(QUEUE, "sqs:SendMessage"),
        (*_QUEUE_NEVER, *_on(QUEUE, "sqs:ReceiveMessage", "sqs:DeleteMessage")),
        ("sqs", "GenerateDataKey", "Decrypt"),
    )
    yield Intent(
        "sqs consume",
        "receive messages of a queue and delete them",
        {
            "stackgrant": {"sqs": {"queue": "orders", "access": "consume"}},
            "cdk": f"{_CDK_QUEUE}.grantConsumeMessages(role)",
            "sam-template": _template("SQSPollerPolicy", QueueName="orders"),
            "sam-connector": _connector("AWS::SQS::Queue", ["Read", "Write"], Arn=QUEUE),
            "policy_sentry": {"read": [QUEUE], "write": [QUEUE]},
        },
        _on(QUEUE, "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"),
        (*_QUEUE_NEVER, *_on(QUEUE, "sqs:SendMessage")),
        ("sqs", "Decrypt"),
    )
    yield Intent(
        "sns publish",
        "publish to a topic",
        {
            "stackgrant": {"sns": {"topic": "order-events", "access": "publish"}},
            "cdk": f"{_CDK_TOPIC}.grantPublish(role)",
            "sam-template": _template("SNSPublishMessagePolicy", TopicName="order-events"),
            "sam-connector": _connector("AWS::SNS::Topic", ["Write"], Arn=TOPIC),
            "policy_sentry": {"write": [TOPIC]},
        },
        _on(TOPIC, "sns:Publish"),
        _on(TOPIC, "sns:DeleteTopic", "sns:SetTopicAttributes", "sns:Subscribe"),
        ("sns", "GenerateDataKey", "Decrypt"),
    )
    yield Intent(
        "kinesis read",
        "read the records of a stream",
        {
            "stackgrant": {"kinesis": {"stream": "clicks", "access": "read"}},
            "cdk": f"{_CDK_STREAM}.grantRead(role)",
            "sam-template": _template("KinesisStreamReadPolicy", StreamName="clicks"),
            "policy_sentry": {"read": [STREAM], "list": [STREAM]},
        },
        _on(STREAM, *(f"kinesis:{n}" for n in ("GetRecords", "GetShardIterator", "ListShards"))),
        (*_STREAM_NEVER, *_on(STREAM, "kinesis:PutRecord")),
        ("kinesis", "Decrypt"),
    )
    yield Intent(
        "kinesis write",
        "write records to a stream",
        {
            "stackgrant": {"kinesis": {"stream": "clicks", "access": "write"}},
            "cdk": f"{_CDK_STREAM}.grantWrite(role)",
            "policy_sentry": {"write": [STREAM]},
        },
        _on(STREAM, "kinesis:PutRecord", "kinesis:PutRecords"),
        (*_STREAM_NEVER, *_on(STREAM, "kinesis:GetRecords")),
        ("kinesis", "GenerateDataKey"),
    )
    yield Intent(
        "firehose put",
        "put records to a delivery stream",
        {
            "stackgrant": {"firehose": {"stream": "clicks-to-s3", "access": "put"}},
            "cdk": "kinesisfirehose.DeliveryStream.fromDeliveryStreamName(here, 'x', 'clicks-to-s3')"
            ".grantPutRecords(role)",
            "sam-template": _template("FirehoseWritePolicy", DeliveryStreamName="clicks-to-s3"),
            "policy_sentry": {"write": [DELIVERY]},
        },
        _on(DELIVERY, "firehose:PutRecord", "firehose:PutRecordBatch"),
        _on(DELIVERY, "firehose:DeleteDeliveryStream", "firehose:UpdateDestination"),
    )
    yield Intent(
        "events put",
        "put events to a bus",
        {
            "stackgrant": {"events": {"bus": "shop", "access": "put"}},
            "cdk": "events.EventBus.fromEventBusName(here, 'x', 'shop').grantPutEventsTo(role)",
            "sam-template": _template("EventBridgePutEventsPolicy", EventBusName="shop"),
            "sam-connector": _connector("AWS::Events::EventBus", ["Write"], Arn=BUS),
            "policy_sentry": {"write": [BUS]},
        },
        _on(BUS, "events:PutEvents"),
        _on(BUS, "events:DeleteEventBus", "events:UpdateEventBus"),
    )
    yield Intent(
        "ses send",
        "send mail from an identity",
        {
            "stackgrant": {"ses": {"identity": "shop.example.com", "access": "send"}},
            "cdk": "ses.EmailIdentity.fromEmailIdentityName(here, 'x', 'shop.example.com').grantSendEmail(role)",
            "sam-template": _template("SESCrudPolicy", IdentityName="shop.example.com"),
            "policy_sentry": {"write": [IDENTITY]},
        },
        _on(IDENTITY, "ses:SendEmail", "ses:SendRawEmail"),
        _on(IDENTITY, "ses:DeleteEmailIdentity", "ses:PutEmailIdentityMailFromAttributes"),
    )


def _configuration() -> Iterator[Intent]:
    yield Intent(
        "secrets read",
        "read a secret that is known by name",
        {
            "stackgrant": {"secretsmanager": {"secret": "prod/db", "access": "read"}},
            "cdk": "secretsmanager.Secret.fromSecretAttributes(here, 'x', {secretPartialArn: "
            f"'{SECRET.rpartition('-')[0]}', encryptionKey: key}}).grantRead(role)",
            "sam-template": _template(
                "AWSSecretsManagerGetSecretValuePolicy", SecretArn=f"{SECRET.rpartition('-')[0]}-??????"
            ),
            "policy_sentry": {"read": [f"{SECRET.rpartition('-')[0]}-??????"]},
            "iam_builder": {"secretsmanager": {"read_only": ["prod/db"]}},
        },
        _on(SECRET, "secretsmanager:GetSecretValue"),
        (
            *_on(SECRET, "secretsmanager:PutSecretValue", "secretsmanager:DeleteSecret"),
            *_on(_arn("secretsmanager", "secret:prod/db-admin-AbCdEf"), "secretsmanager:GetSecretValue"),
        ),
        ("secretsmanager", "Decrypt"),
    )
    parameter = "ssm.StringParameter.fromSecureStringParameterAttributes(here, 'x', {parameterName: "
    yield Intent(
        "ssm read",
        "read one parameter",
        {
            "stackgrant": {"ssm": {"parameter": "/shop/web/version", "access": "read"}},
            "cdk": f"{parameter}'/shop/web/version', encryptionKey: key}}).grantRead(role)",
            "sam-template": _template("SSMParameterWithSlashPrefixReadPolicy", ParameterName="/shop/web/version"),
            "policy_sentry": {"read": [PARAMETER]},
        },
        _on(PARAMETER, "ssm:GetParameter", "ssm:GetParameters"),
        _on(PARAMETER, "ssm:PutParameter", "ssm:DeleteParameter"),
        ("ssm", "Decrypt"),
    )
    yield Intent(
        "ssm write",
        "write one parameter",
        {
            "stackgrant": {"ssm": {"parameter": "/shop/web/version", "access": "write"}},
            "cdk": f"{parameter}'/shop/web/version', encryptionKey: key}}).grantWrite(role)",
            "policy_sentry": {"write": [PARAMETER]},
        },
        _on(PARAMETER, "ssm:PutParameter"),
        _on(PARAMETER, "ssm:DeleteParameter"),
        ("ssm", "Encrypt"),
    )
    yield Intent(
        "appconfig read",
        "read a deployed configuration",
        {
            "stackgrant": {"appconfig": {"application": "abc1234", "environment": "def5678", "access": "read"}},
            "cdk": "appconfig.Environment.fromEnvironmentAttributes(here, 'x', {application: appconfig.Application"
            ".fromApplicationId(here, 'a', 'abc1234'), environmentId: 'def5678'}).grantReadConfig(role)",
            "policy_sentry": {"read": [f"{CONFIGURATION}/*"], "write": [f"{CONFIGURATION}/*"]},
        },
        _on(
            f"{CONFIGURATION}/ghi9012",
            *("appconfig:StartConfigurationSession", "appconfig:GetLatestConfiguration"),
        ),
        _on(_arn("appconfig", "application/abc1234"), "appconfig:DeleteApplication"),
    )
    yield Intent(
        "kms decrypt",
        "decrypt with a key, without another service",
        {
            "stackgrant": {"kms": {"key": KEY, "access": "decrypt"}},
            "cdk": f"{_CDK_KEY}.grantDecrypt(role)",
            "sam-template": _template("KMSDecryptPolicy", KeyId=KEY.rpartition("/")[2]),
            "policy_sentry": {"write": [KEY]},
            "iam_builder": {"kms": [KEY]},
        },
        _on(KEY, "kms:Decrypt"),
        (*_KEY_NEVER, *_on(KEY, "kms:Encrypt")),
    )
    yield Intent(
        "kms encrypt",
        "encrypt with a key and have data keys made",
        {
            "stackgrant": {"kms": {"key": KEY, "access": "encrypt"}},
            "cdk": f"{_CDK_KEY}.grantEncrypt(role)",
            "sam-template": _template("KMSEncryptPolicy_v2", KeyId=KEY.rpartition("/")[2]),
            "policy_sentry": {"write": [KEY]},
            "iam_builder": {"kms": [KEY]},
        },
        _on(KEY, "kms:Encrypt", "kms:GenerateDataKey"),
        (*_KEY_NEVER, *_on(KEY, "kms:Decrypt")),
    )


def _compute() -> Iterator[Intent]:
    yield Intent(
        "lambda invoke",
        "invoke a function",
        {
            "stackgrant": {"lambda": {"function": "resize", "access": "invoke"}},
            "cdk": f"lambda.Function.fromFunctionAttributes(here, 'x', {{functionArn: '{FUNCTION}', "
            "sameEnvironment: true}).grantInvoke(role)",
            "sam-template": _template("LambdaInvokePolicy", FunctionName="resize"),
            "sam-connector": _connector("AWS::Lambda::Function", ["Write"], Arn=FUNCTION),
            "policy_sentry": {"write": [FUNCTION]},
        },
        _on(FUNCTION, "lambda:InvokeFunction"),
        (
            *_on(f"{FUNCTION}-admin", "lambda:InvokeFunction"),
            *_on(FUNCTION, "lambda:UpdateFunctionCode", "lambda:DeleteFunction"),
        ),
    )
    machine = f"stepfunctions.StateMachine.fromStateMachineArn(here, 'x', '{MACHINE}')"
    yield Intent(
        "step functions start",
        "start executions of a state machine",
        {
            "stackgrant": {"step_functions": {"state_machine": "orders", "access": "start"}},
            "cdk": f"{machine}.grantStartExecution(role)",
            "sam-template": _template("StepFunctionsExecutionPolicy", StateMachineName="orders"),
            "sam-connector": _connector("AWS::StepFunctions::StateMachine", ["Write"], Arn=MACHINE, Name="orders"),
            "policy_sentry": {"write": [MACHINE]},
        },
        _on(MACHINE, "states:StartExecution"),
        _on(MACHINE, "states:DeleteStateMachine", "states:UpdateStateMachine"),
    )
    yield Intent(
        "step functions read",
        "follow the executions of a state machine",
        {
            "stackgrant": {"step_functions": {"state_machine": "orders", "access": "read"}},
            "cdk": f"{machine}.grantRead(role)",
            "sam-connector": _connector("AWS::StepFunctions::StateMachine", ["Read"], Arn=MACHINE, Name="orders"),
            "policy_sentry": {
                "read": [MACHINE, _arn("states", "execution:orders:*")],
                "list": [MACHINE, _arn("states", "execution:orders:*")],
            },
        },
        (
            *_on(MACHINE, "states:ListExecutions"),
            *_on(_arn("states", "execution:orders:1"), "states:DescribeExecution", "states:GetExecutionHistory"),
        ),
        (
            *_on(_arn("states", "stateMachine:payments"), "states:DescribeStateMachine"),
            *_on(MACHINE, "states:StartExecution"),
        ),
    )
    token = _on("*", "ecr:GetAuthorizationToken")
    layers = (
        "ecr:BatchCheckLayerAvailability", "ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload",
        "ecr:PutImage",
    )  # fmt: skip
    login = {"wildcard-only": {"single-actions": ["ecr:GetAuthorizationToken"]}}
    ecr_never = _on(REPOSITORY, "ecr:DeleteRepository", "ecr:BatchDeleteImage", "ecr:SetRepositoryPolicy")
    yield Intent(
        "ecr pull",
        "log in and pull images",
        {
            "stackgrant": {"ecr": {"repository": "shop/web", "access": "pull"}},
            "cdk": f"{_CDK_REPOSITORY}.grantPull(role)",
            "policy_sentry": {"read": [REPOSITORY], **login},
        },
        (*token, *_on(REPOSITORY, "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")),
        (*ecr_never, *_on(REPOSITORY, "ecr:PutImage")),
    )
    yield Intent(
        "ecr push",
        "log in and push images",
        {
            "stackgrant": {"ecr": {"repository": "shop/web", "access": "push"}},
            "cdk": f"{_CDK_REPOSITORY}.grantPush(role)",
            "policy_sentry": {"read": [REPOSITORY], "write": [REPOSITORY], **login},
        },
        (*token, *_on(REPOSITORY, *layers)),
        ecr_never,
    )
    yield Intent(
        "codecommit pull",
        "pull a git repository",
        {
            "stackgrant": {"codecommit": {"repository": "shop-config", "access": "pull"}},
            "cdk": "codecommit.Repository.fromRepositoryName(here, 'x', 'shop-config').grantPull(role)",
            "sam-template": _template("CodeCommitReadPolicy", RepositoryName="shop-config"),
            "policy_sentry": {"read": [CODE]},
        },
        _on(CODE, "codecommit:GitPull"),
        _on(CODE, "codecommit:GitPush", "codecommit:DeleteRepository"),
    )
    yield Intent(
        "route53 records",
        "change the records of a hosted zone",
        {
            "stackgrant": {"route53": {"zone": "Z0123456789ABCDEFGHIJ", "access": "write"}},
            "sam-template": _template("Route53ChangeResourceRecordSetsPolicy", HostedZoneId="Z0123456789ABCDEFGHIJ"),
            "policy_sentry": {"write": [ZONE]},
        },
        _on(
            ZONE,
            "route53:ChangeResourceRecordSets",
            route53__ChangeResourceRecordSetsNormalizedRecordNames="web.shop.example.com",
            route53__ChangeResourceRecordSetsRecordTypes="A",
            route53__ChangeResourceRecordSetsActions="UPSERT",
        ),
        _on(ZONE, "route53:DeleteHostedZone"),
    )
    yield Intent(
        "acm get",
        "read a certificate",
        {
            "stackgrant": {"acm": {"certificate": CERTIFICATE.rpartition("/")[2], "access": "get"}},
            "sam-template": _template("AcmGetCertificatePolicy", CertificateArn=CERTIFICATE),
            "policy_sentry": {"read": [CERTIFICATE]},
        },
        _on(CERTIFICATE, "acm:GetCertificate"),
        _on(CERTIFICATE, "acm:ExportCertificate", "acm:DeleteCertificate"),
    )
    yield Intent(
        "ec2 describe instances",
        "find instances",
        {
            "stackgrant": {"ec2_describe": {"access": "instances"}},
            "sam-template": _template("EC2DescribePolicy"),
            "policy_sentry": {"wildcard-only": {"single-actions": ["ec2:DescribeInstances"]}},
        },
        _on("*", "ec2:DescribeInstances"),
        _on("*", "ec2:DescribeVpcs", "ec2:DescribeSnapshots"),
    )


def _observation() -> Iterator[Intent]:
    log_stream = f"{GROUP}:log-stream:web-1"
    yield Intent(
        "logs write",
        "make log streams in a group and write events",
        {
            "stackgrant": {"logs": {"log_group": "/shop/web", "access": "write"}},
            "cdk": "logs.LogGroup.fromLogGroupName(here, 'x', '/shop/web').grantWrite(role)",
            "policy_sentry": {"write": [GROUP, f"{GROUP}:log-stream:*"]},
        },
        _on(log_stream, "logs:CreateLogStream", "logs:PutLogEvents"),
        (
            *_on(GROUP, "logs:DeleteLogGroup"),
            *_on(f"{GROUP}:log-stream:", "logs:DeleteLogGroup"),
            *_on(log_stream, "logs:DeleteLogStream"),
        ),
    )
    read_group = f"{GROUP}:log-stream:"
    yield Intent(
        "logs read",
        "read and filter the events of a group",
        {
            "stackgrant": {"logs": {"log_group": "/shop/web", "access": "read"}},
            "cdk": "logs.LogGroup.fromLogGroupName(here, 'x', '/shop/web').grantRead(role)",
            "sam-template": _template("FilterLogEventsPolicy", LogGroupName="/shop/web"),
            "policy_sentry": {
                "read": [f"{GROUP}:*", f"{GROUP}:log-stream:*"], "list": [f"{GROUP}:*", f"{GROUP}:log-stream:*"],
            },
        },
        (*_on(read_group, "logs:FilterLogEvents"), *_on(log_stream, "logs:GetLogEvents")),
        _on(log_stream, "logs:PutLogEvents", "logs:DeleteLogStream"),
    )  # fmt: skip
    shop = {"cloudwatch__namespace": "Shop"}
    yield Intent(
        "cloudwatch put metrics",
        "put metrics of one namespace",
        {
            "stackgrant": {"cloudwatch": {"namespace": "Shop", "access": "put"}},
            "cdk": "cloudwatch.Metric.grantPutMetricData(role)",
            "sam-template": _template("CloudWatchPutMetricPolicy"),
            "policy_sentry": {"wildcard-only": {"single-actions": ["cloudwatch:PutMetricData"]}},
        },
        _on("*", "cloudwatch:PutMetricData", **shop),
        _on("*", "cloudwatch:PutMetricData", cloudwatch__namespace="Payments"),
    )
    yield Intent(
        "cost explorer read",
        "read what the account costs",
        {
            "sam-template": _template("CostExplorerReadOnlyPolicy"),
            "policy_sentry": {
                "wildcard-only": {"service-read": ["ce"]}, "skip-resource-constraints": ["ce:GetCostAndUsage"],
            },
        },
        _on("*", "ce:GetCostAndUsage"),
    )  # fmt: skip
    yield Intent(
        "cloudformation describe stacks",
        "find stacks and read about them",
        {
            "stackgrant": {"cloudformation": {"stack": "shop", "access": "read"}},
            "sam-template": _template("CloudFormationDescribeStacksPolicy"),
            "policy_sentry": {"list": [_arn("cloudformation", "stack/shop/*")]},
        },
        _on(_arn("cloudformation", "stack/shop/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"), "cloudformation:DescribeStacks"),
    )


def _intelligence() -> Iterator[Intent]:
    yield Intent(
        "rekognition detect",
        "find labels, faces and text in pictures",
        {
            "stackgrant": {"rekognition": {"access": "detect"}},
            "sam-template": _template("RekognitionDetectOnlyPolicy"),
            "policy_sentry": {"wildcard-only": {"service-read": ["rekognition"]}},
        },
        _on("*", "rekognition:DetectLabels", "rekognition:DetectFaces", "rekognition:DetectText"),
        _on(_arn("rekognition", "collection/members"), "rekognition:DeleteCollection"),
    )
    yield Intent(
        "textract detect",
        "read text and forms in documents",
        {
            "stackgrant": {"textract": {"access": ["detect", "analyze"]}},
            "sam-template": _template("TextractDetectAnalyzePolicy"),
            "policy_sentry": {"wildcard-only": {"service-read": ["textract"]}},
        },
        _on("*", "textract:DetectDocumentText", "textract:AnalyzeDocument"),
    )
    yield Intent(
        "comprehend detect",
        "find language, entities and sentiment in texts",
        {
            "stackgrant": {"comprehend": {"access": "detect"}},
            "sam-template": _template("ComprehendBasicAccessPolicy"),
            "policy_sentry": {
                "wildcard-only": {"service-read": ["comprehend"]},
                "skip-resource-constraints": [
                    "comprehend:DetectEntities", "comprehend:DetectSentiment", "comprehend:DetectDominantLanguage",
                ],
            },
        },
        _on("*", "comprehend:DetectEntities", "comprehend:DetectSentiment", "comprehend:DetectDominantLanguage"),
    )  # fmt: skip
    model = f"arn:aws:bedrock:{REGION}::foundation-model/amazon.nova-lite-v1:0"
    yield Intent(
        "bedrock invoke",
        "call one foundation model",
        {
            "stackgrant": {"bedrock": {"model": "amazon.nova-lite-v1:0", "access": "invoke"}},
            "policy_sentry": {"read": [model]},
            "iam_builder": {"bedrock": True},
        },
        _on(
            model, "bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream", aws__RequestedRegion=REGION
        ),
        _on(
            f"arn:aws:bedrock:{REGION}::foundation-model/other.model-v1:0",
            "bedrock:InvokeModel",
            aws__RequestedRegion=REGION,
        ),
    )  # fmt: skip
