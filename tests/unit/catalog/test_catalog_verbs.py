"""What each verb allows and what it does not, judged by an evaluator that knows nothing of the compiler.

Each case is a permission as people write it, requests that it has to allow, and near misses that it must not allow:
the neighbour's bucket, the object outside of the prefix, the verb next door, the key without the service.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from compiler.catalog import Context, grant_names, load_grant
from tests.support.oracle import Request, allowed
from tests.unit.catalog.asking import KEY, KEY_ARN, STACK, document

Json = Any


@dataclass(frozen=True)
class Case:
    name: str
    permission: dict[str, Json]
    allows: tuple[Request, ...]
    refuses: tuple[Request, ...]
    context: Context = STACK


def r(action: str, resource: str = "*", **context: Json) -> Request:
    """A request; context keys are written ``s3__prefix``."""
    return Request(action, resource, {key.replace("__", ":"): value for key, value in context.items()})


def regional(service: str, resource: str, region: str = "eu-west-1", account: str = "123456789012") -> str:
    return f"arn:aws:{service}:{region}:{account}:{resource}"


def via(service: str, action: str, key: str = KEY_ARN) -> Request:
    return r(f"kms:{action}", key, kms__ViaService=f"{service}.eu-west-1.amazonaws.com")


BUCKET, NEIGHBOUR = "arn:aws:s3:::shop", "arn:aws:s3:::shop2"
S3 = (
    Case(
        "s3 read",
        {"s3": {"bucket": "shop", "access": "read"}},
        (
            r("s3:GetObject", f"{BUCKET}/a/b.txt"),
            r("s3:GetObjectVersion", f"{BUCKET}/a"),
            r("s3:ListBucket", BUCKET),
            r("s3:ListBucket", BUCKET, s3__prefix="a/"),
            r("s3:GetBucketLocation", BUCKET),
        ),
        (
            r("s3:GetObject", f"{NEIGHBOUR}/a"),
            r("s3:ListBucket", NEIGHBOUR),
            r("s3:PutObject", f"{BUCKET}/a"),
            r("s3:DeleteObject", f"{BUCKET}/a"),
            r("s3:GetBucketPolicy", BUCKET),
            r("s3:GetObjectAcl", f"{BUCKET}/a"),
            r("s3:ListAllMyBuckets"),
        ),
    ),
    Case(
        "s3 read below a prefix",
        {"s3": {"bucket": "shop", "prefix": "public/", "access": "read"}},
        (
            r("s3:GetObject", f"{BUCKET}/public/a"),
            r("s3:ListBucket", BUCKET, s3__prefix="public/"),
            r("s3:ListBucket", BUCKET, s3__prefix="public/img/"),
            r("s3:GetBucketLocation", BUCKET),
        ),
        (
            r("s3:GetObject", f"{BUCKET}/private/a"),
            r("s3:GetObject", f"{BUCKET}/public"),
            r("s3:GetObject", f"{BUCKET}/publicity/a"),
            r("s3:ListBucket", BUCKET),
            r("s3:ListBucket", BUCKET, s3__prefix=""),
            r("s3:ListBucket", BUCKET, s3__prefix="private/"),
        ),
    ),
    Case(
        "s3 read of several buckets and prefixes",
        {"s3": {"bucket": ["shop", "shop2"], "prefix": ["a/", "b/"], "access": "read"}},
        (
            r("s3:GetObject", f"{BUCKET}/a/x"),
            r("s3:GetObject", f"{BUCKET}/b/x"),
            r("s3:GetObject", f"{NEIGHBOUR}/a/x"),
            r("s3:ListBucket", NEIGHBOUR, s3__prefix="b/"),
        ),
        (r("s3:GetObject", f"{BUCKET}/c/x"), r("s3:ListBucket", BUCKET, s3__prefix="c/")),
    ),
    Case(
        "s3 get of one object",
        {"s3": {"bucket": "shop", "object": "web.json", "access": "read"}},
        (r("s3:GetObject", f"{BUCKET}/web.json"), r("s3:ListBucket", BUCKET, s3__prefix="web.json")),
        (
            r("s3:GetObject", f"{BUCKET}/web.json.bak"),
            r("s3:ListBucket", BUCKET, s3__prefix="web"),
            r("s3:ListBucket", BUCKET),
        ),
    ),
    Case(
        "s3 prefix and object together",
        {"s3": {"bucket": "shop", "prefix": "public/", "object": "web.json", "access": "read"}},
        (
            r("s3:GetObject", f"{BUCKET}/public/a"),
            r("s3:GetObject", f"{BUCKET}/web.json"),
            r("s3:ListBucket", BUCKET, s3__prefix="public/"),
            r("s3:ListBucket", BUCKET, s3__prefix="web.json"),
        ),
        (r("s3:GetObject", f"{BUCKET}/other"), r("s3:ListBucket", BUCKET)),
    ),
    Case(
        "s3 get does not list",
        {"s3": {"bucket": "shop", "access": "get"}},
        (r("s3:GetObject", f"{BUCKET}/a"), r("s3:GetObjectTagging", f"{BUCKET}/a")),
        (r("s3:ListBucket", BUCKET), r("s3:GetBucketLocation", BUCKET)),
    ),
    Case(
        "s3 list does not get",
        {"s3": {"bucket": "shop", "access": "list"}},
        (r("s3:ListBucket", BUCKET),),
        (r("s3:GetObject", f"{BUCKET}/a"), r("s3:ListBucketVersions", BUCKET)),
    ),
    Case(
        "s3 put does not delete",
        {"s3": {"bucket": "shop", "access": "put"}},
        (
            r("s3:PutObject", f"{BUCKET}/a"),
            r("s3:AbortMultipartUpload", f"{BUCKET}/a"),
            r("s3:PutObjectTagging", f"{BUCKET}/a"),
        ),
        (
            r("s3:DeleteObject", f"{BUCKET}/a"),
            r("s3:GetObject", f"{BUCKET}/a"),
            r("s3:PutObjectAcl", f"{BUCKET}/a"),
            r("s3:PutBucketPolicy", BUCKET),
            r("s3:PutLifecycleConfiguration", BUCKET),
            r("s3:PutObject", f"{NEIGHBOUR}/a"),
        ),
    ),
    Case(
        "s3 delete leaves versions",
        {"s3": {"bucket": "shop", "prefix": "tmp/", "access": "delete"}},
        (r("s3:DeleteObject", f"{BUCKET}/tmp/a"),),
        (
            r("s3:DeleteObject", f"{BUCKET}/a"),
            r("s3:DeleteObjectVersion", f"{BUCKET}/tmp/a"),
            r("s3:PutObject", f"{BUCKET}/tmp/a"),
            r("s3:DeleteBucket", BUCKET),
        ),
    ),
    Case(
        "s3 write",
        {"s3": {"bucket": "shop", "access": "write"}},
        (r("s3:PutObject", f"{BUCKET}/a"), r("s3:DeleteObject", f"{BUCKET}/a")),
        (r("s3:GetObject", f"{BUCKET}/a"), r("s3:DeleteObjectVersion", f"{BUCKET}/a"), r("s3:ListBucket", BUCKET)),
    ),
    Case(
        "s3 versions",
        {"s3": {"bucket": "shop", "prefix": "a/", "access": ["delete_versions", "list_versions"]}},
        (r("s3:DeleteObjectVersion", f"{BUCKET}/a/x"), r("s3:ListBucketVersions", BUCKET, s3__prefix="a/")),
        (r("s3:DeleteObject", f"{BUCKET}/a/x"), r("s3:ListBucketVersions", BUCKET), r("s3:ListBucket", BUCKET)),
    ),
    Case(
        "s3 uploads, tags and archives",
        {"s3": {"bucket": "shop", "access": ["list_uploads", "tag", "restore"]}},
        (
            r("s3:ListBucketMultipartUploads", BUCKET),
            r("s3:DeleteObjectTagging", f"{BUCKET}/a"),
            r("s3:RestoreObject", f"{BUCKET}/a"),
        ),
        (r("s3:GetObject", f"{BUCKET}/a"), r("s3:PutBucketTagging", BUCKET)),
    ),
    Case(
        "s3 with a key",
        {"s3": {"bucket": "shop", "access": "get", "kms_key": KEY}},
        (via("s3", "Decrypt"),),
        (
            r("kms:Decrypt", KEY_ARN),
            via("sqs", "Decrypt"),
            via("s3", "GenerateDataKey"),
            via("s3", "Decrypt", regional("kms", "key/00000000-0000-0000-0000-000000000000")),
        ),
    ),
    Case(
        "s3 put with a key",
        {"s3": {"bucket": "shop", "access": "put", "kms_key": KEY}},
        (via("s3", "Decrypt"), via("s3", "GenerateDataKey")),
        (via("s3", "Encrypt"), r("kms:GenerateDataKey", KEY_ARN)),
    ),
    Case(
        "s3 delete needs no key",
        {"s3": {"bucket": "shop", "access": ["delete", "list"], "kms_key": KEY}},
        (r("s3:DeleteObject", f"{BUCKET}/a"),),
        (via("s3", "Decrypt"), via("s3", "GenerateDataKey")),
    ),
)

TABLE, OTHER_TABLE = regional("dynamodb", "table/carts"), regional("dynamodb", "table/carts2")
DYNAMODB = (
    Case(
        "dynamodb read",
        {"dynamodb": {"table": "carts", "access": "read", "kms_key": KEY}},
        (
            r("dynamodb:GetItem", TABLE),
            r("dynamodb:Query", TABLE),
            r("dynamodb:Query", f"{TABLE}/index/by-day"),
            r("dynamodb:PartiQLSelect", f"{TABLE}/index/by-day"),
            via("dynamodb", "Decrypt"),
        ),
        (
            r("dynamodb:GetItem", OTHER_TABLE),
            r("dynamodb:Query", f"{OTHER_TABLE}/index/by-day"),
            r("dynamodb:PutItem", TABLE),
            r("dynamodb:DeleteItem", TABLE),
            r("dynamodb:GetRecords", f"{TABLE}/stream/2026-01-31T00:00:00.000"),
            r("dynamodb:GetItem", regional("dynamodb", "table/carts", account="210987654321")),
            r("dynamodb:GetItem", regional("dynamodb", "table/carts", region="eu-central-1")),
            r("dynamodb:ListTables"),
            via("dynamodb", "GenerateDataKey"),
        ),
    ),
    Case(
        "dynamodb read of one index",
        {"dynamodb": {"table": "carts", "index": "by-day", "access": "read"}},
        (r("dynamodb:Query", f"{TABLE}/index/by-day"), r("dynamodb:Query", TABLE)),
        (r("dynamodb:Query", f"{TABLE}/index/by-name"),),
    ),
    Case(
        "dynamodb put does not delete",
        {"dynamodb": {"table": "carts", "access": "put"}},
        (r("dynamodb:PutItem", TABLE), r("dynamodb:UpdateItem", TABLE), r("dynamodb:PartiQLInsert", TABLE)),
        (r("dynamodb:DeleteItem", TABLE), r("dynamodb:BatchWriteItem", TABLE), r("dynamodb:GetItem", TABLE)),
    ),
    Case(
        "dynamodb delete does not put",
        {"dynamodb": {"table": "carts", "access": "delete"}},
        (r("dynamodb:DeleteItem", TABLE), r("dynamodb:PartiQLDelete", TABLE)),
        (r("dynamodb:PutItem", TABLE), r("dynamodb:DeleteTable", TABLE)),
    ),
    Case(
        "dynamodb write",
        {"dynamodb": {"table": "carts", "access": "write", "kms_key": KEY}},
        (
            r("dynamodb:PutItem", TABLE),
            r("dynamodb:DeleteItem", TABLE),
            r("dynamodb:BatchWriteItem", TABLE),
            via("dynamodb", "Encrypt"),
            via("dynamodb", "Decrypt"),
        ),
        (
            r("dynamodb:GetItem", TABLE),
            r("dynamodb:Scan", TABLE),
            r("dynamodb:DeleteTable", TABLE),
            r("dynamodb:UpdateTable", TABLE),
            via("dynamodb", "CreateGrant"),
            r("kms:Encrypt", KEY_ARN),
        ),
    ),
    Case(
        "dynamodb stream of another account's table",
        {"dynamodb": {"table": "carts", "account": "210987654321", "region": "eu-central-1", "access": "stream"}},
        (
            r(
                "dynamodb:GetRecords",
                regional("dynamodb", "table/carts/stream/2026-01-31T00:00:00.000", "eu-central-1", "210987654321"),
            ),
            r("dynamodb:ListStreams"),
        ),
        (
            r("dynamodb:GetRecords", f"{TABLE}/stream/2026-01-31T00:00:00.000"),
            r("dynamodb:GetItem", regional("dynamodb", "table/carts", "eu-central-1", "210987654321")),
        ),
    ),
    Case(
        "dynamodb describe and list streams",
        {"dynamodb": {"table": "carts", "access": ["describe", "list_streams"]}},
        (r("dynamodb:DescribeTable", TABLE), r("dynamodb:ListStreams")),
        (r("dynamodb:GetItem", TABLE), r("dynamodb:GetRecords", f"{TABLE}/stream/1")),
    ),
)

QUEUE = regional("sqs", "orders")
MESSAGES = (
    Case(
        "sqs send",
        {"sqs": {"queue": "orders", "access": "send", "kms_key": KEY}},
        (
            r("sqs:SendMessage", QUEUE),
            r("sqs:GetQueueUrl", QUEUE),
            via("sqs", "GenerateDataKey"),
            via("sqs", "Decrypt"),
        ),
        (
            r("sqs:ReceiveMessage", QUEUE),
            r("sqs:DeleteMessage", QUEUE),
            r("sqs:PurgeQueue", QUEUE),
            r("sqs:SendMessage", regional("sqs", "orders-dead")),
            r("sqs:SetQueueAttributes", QUEUE),
            via("sqs", "Encrypt"),
        ),
    ),
    Case(
        "sqs consume",
        {"sqs": {"queue": "orders", "access": "consume", "kms_key": KEY}},
        (
            r("sqs:ReceiveMessage", QUEUE),
            r("sqs:DeleteMessage", QUEUE),
            r("sqs:ChangeMessageVisibility", QUEUE),
            via("sqs", "Decrypt"),
        ),
        (r("sqs:SendMessage", QUEUE), r("sqs:PurgeQueue", QUEUE), via("sqs", "GenerateDataKey")),
    ),
    Case(
        "sqs purge",
        {"sqs": {"queue": "orders", "access": "purge"}},
        (r("sqs:PurgeQueue", QUEUE),),
        (r("sqs:DeleteQueue", QUEUE), r("sqs:ReceiveMessage", QUEUE), r("sqs:DeleteMessage", QUEUE)),
    ),
    Case(
        "sqs describe",
        {"sqs": {"queue": "orders", "access": "describe"}},
        (r("sqs:GetQueueAttributes", QUEUE),),
        (r("sqs:ReceiveMessage", QUEUE), r("sqs:ListQueues")),
    ),
    Case(
        "sqs redrive",
        {"sqs": {"queue": "orders-dead", "access": "redrive"}},
        (r("sqs:StartMessageMoveTask", regional("sqs", "orders-dead")),),
        (r("sqs:SendMessage", QUEUE), r("sqs:StartMessageMoveTask", QUEUE)),
    ),
    Case(
        "sns publish",
        {"sns": {"topic": "events", "kms_key": KEY}},
        (r("sns:Publish", regional("sns", "events")), via("sns", "GenerateDataKey"), via("sns", "Decrypt")),
        (
            r("sns:Publish", regional("sns", "events2")),
            r("sns:Publish"),
            r("sns:Subscribe", regional("sns", "events")),
            r("sns:DeleteTopic", regional("sns", "events")),
        ),
    ),
    Case(
        "sns subscribe",
        {"sns": {"topic": "events", "access": "subscribe"}},
        (r("sns:Subscribe", regional("sns", "events")),),
        (r("sns:Publish", regional("sns", "events")), r("sns:ConfirmSubscription", regional("sns", "events"))),
    ),
    Case(
        "sns describe",
        {"sns": {"topic": "events", "access": "describe"}},
        (r("sns:ListSubscriptionsByTopic", regional("sns", "events")),),
        (r("sns:SetTopicAttributes", regional("sns", "events")), r("sns:Publish", regional("sns", "events"))),
    ),
)

OTHER_KEY = regional("kms", "key/00000000-0000-0000-0000-000000000000")
ALIAS = "alias/shop"


def key_case(verb: str, *actions: str) -> Case:
    """A verb of `kms` on a key, and the same on an alias that the request names."""
    others = {"Encrypt", "Decrypt", "Sign", "Verify", "GenerateMac", "VerifyMac", "CreateGrant", "ReEncryptTo"} - set(
        actions
    )
    return Case(
        f"kms {verb}",
        {"kms": {"key": KEY, "access": verb}},
        tuple(r(f"kms:{action}", KEY_ARN) for action in actions),
        (
            *(r(f"kms:{action}", OTHER_KEY) for action in actions),
            *(r(f"kms:{action}", regional("kms", ALIAS)) for action in actions),
            *(r(f"kms:{action}", KEY_ARN) for action in sorted(others)),
        ),
    )


def alias_case(verb: str, *actions: str) -> Case:
    return Case(
        f"kms {verb} by alias",
        {"kms": {"alias": ALIAS, "access": verb}},
        tuple(r(f"kms:{action}", OTHER_KEY, kms__RequestAlias=ALIAS) for action in actions),
        (
            *(r(f"kms:{action}", OTHER_KEY) for action in actions),
            *(r(f"kms:{action}", OTHER_KEY, kms__RequestAlias="alias/shop2") for action in actions),
            *(
                r(f"kms:{action}", OTHER_KEY.replace("eu-west-1", "eu-central-1"), kms__RequestAlias=ALIAS)
                for action in actions
            ),
            r("kms:CreateGrant", OTHER_KEY, kms__RequestAlias=ALIAS),
        ),
    )


KMS = (
    key_case("decrypt", "Decrypt"),
    key_case("encrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext"),
    key_case("reencrypt", "ReEncryptFrom", "ReEncryptTo"),
    key_case("sign", "Sign", "GetPublicKey"),
    key_case("verify", "Verify"),
    key_case("generate_mac", "GenerateMac"),
    key_case("verify_mac", "VerifyMac"),
    key_case("describe", "DescribeKey"),
    alias_case("encrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext"),
    alias_case("sign", "Sign", "GetPublicKey"),
    alias_case("verify", "Verify"),
    alias_case("generate_mac", "GenerateMac"),
    alias_case("verify_mac", "VerifyMac"),
    alias_case("describe", "DescribeKey"),
    Case(
        "kms decrypt by alias, which the request does not name",
        {"kms": {"alias": ALIAS, "access": ["decrypt", "reencrypt"]}},
        (
            r("kms:Decrypt", OTHER_KEY, kms__ResourceAliases=[ALIAS, "alias/b"]),
            r("kms:ReEncryptFrom", OTHER_KEY, kms__ResourceAliases=[ALIAS]),
        ),
        (
            r("kms:Decrypt", OTHER_KEY),
            r("kms:Decrypt", OTHER_KEY, kms__ResourceAliases=["alias/b"]),
            r("kms:Decrypt", OTHER_KEY, kms__ResourceAliases=[]),
            r("kms:Encrypt", OTHER_KEY, kms__ResourceAliases=[ALIAS]),
        ),
    ),
)

SECRET = regional("secretsmanager", "secret:prod/db-a1B2c3")
PARAMETER = regional("ssm", "parameter/shop/db/host")
PUBLIC = "arn:aws:ssm:eu-west-1::parameter/aws/service/ami-amazon-linux-latest/al2023"
SETTINGS = (
    Case(
        "secretsmanager read",
        {"secretsmanager": {"secret": "prod/db", "kms_key": KEY}},
        (
            r("secretsmanager:GetSecretValue", SECRET),
            r("secretsmanager:DescribeSecret", SECRET),
            via("secretsmanager", "Decrypt"),
        ),
        (
            r("secretsmanager:GetSecretValue", regional("secretsmanager", "secret:prod/db2-a1B2c3")),
            r("secretsmanager:GetSecretValue", regional("secretsmanager", "secret:prod/db-replica-a1B2c3")),
            r("secretsmanager:GetSecretValue", regional("secretsmanager", "secret:prod/db")),
            r("secretsmanager:PutSecretValue", SECRET),
            r("secretsmanager:ListSecrets"),
            r("secretsmanager:BatchGetSecretValue"),
            r("kms:Decrypt", KEY_ARN),
        ),
    ),
    Case(
        "secretsmanager read of a tree",
        {"secretsmanager": {"secret": "prod/*", "access": "read"}},
        (r("secretsmanager:GetSecretValue", SECRET),),
        (r("secretsmanager:GetSecretValue", regional("secretsmanager", "secret:test/db-a1B2c3")),),
    ),
    Case(
        "secretsmanager write",
        {"secretsmanager": {"secret": "prod/db", "access": "write", "kms_key": KEY}},
        (
            r("secretsmanager:PutSecretValue", SECRET),
            r("secretsmanager:UpdateSecretVersionStage", SECRET),
            via("secretsmanager", "GenerateDataKey"),
        ),
        (
            r("secretsmanager:GetSecretValue", SECRET),
            r("secretsmanager:UpdateSecret", SECRET),
            r("secretsmanager:DeleteSecret", SECRET),
            r("secretsmanager:PutResourcePolicy", SECRET),
        ),
    ),
    Case(
        "secretsmanager update, create and delete",
        {"secretsmanager": {"secret": "prod/db", "access": ["update", "create", "delete"]}},
        (
            r("secretsmanager:UpdateSecret", SECRET),
            r("secretsmanager:CreateSecret", SECRET),
            r("secretsmanager:RestoreSecret", SECRET),
        ),
        (
            r("secretsmanager:GetSecretValue", SECRET),
            r("secretsmanager:DeleteSecret", regional("secretsmanager", "secret:prod/cache-a1B2c3")),
        ),
    ),
    Case(
        "ssm read",
        {"ssm": {"parameter": "/shop/db/host", "kms_key": KEY}},
        (r("ssm:GetParameter", PARAMETER), r("ssm:GetParameters", PARAMETER), via("ssm", "Decrypt")),
        (
            r("ssm:GetParameter", regional("ssm", "parameter/shop/db")),
            r("ssm:GetParameter", regional("ssm", "parameter//shop/db/host")),
            r("ssm:GetParameter", regional("ssm", "parameter/shop/db/host/x")),
            r("ssm:GetParametersByPath", regional("ssm", "parameter/shop/db")),
            r("ssm:PutParameter", PARAMETER),
            r("ssm:DescribeParameters"),
            via("ssm", "Encrypt"),
        ),
    ),
    Case(
        "ssm read of a tree",
        {"ssm": {"path": "/shop/db", "access": "read"}},
        (
            r("ssm:GetParameter", PARAMETER),
            r("ssm:GetParametersByPath", regional("ssm", "parameter/shop/db")),
            r("ssm:GetParametersByPath", regional("ssm", "parameter/shop/db/")),
            r("ssm:GetParametersByPath", regional("ssm", "parameter/shop/db/replica")),
        ),
        (
            r("ssm:GetParameter", regional("ssm", "parameter/shop/db")),
            r("ssm:GetParameter", regional("ssm", "parameter/shop/db2/host")),
            r("ssm:GetParametersByPath", regional("ssm", "parameter/shop")),
            r("ssm:GetParametersByPath", regional("ssm", "parameter/shop/")),
        ),
    ),
    Case(
        "ssm public parameters",
        {"ssm": {"public": "/aws/service/ami-amazon-linux-latest/*", "access": "read"}},
        (r("ssm:GetParameter", PUBLIC), r("ssm:GetParametersByPath", PUBLIC)),
        (r("ssm:GetParameter", "arn:aws:ssm:eu-west-1::parameter/aws/service/ecs/x"), r("ssm:GetParameter", PARAMETER)),
    ),
    Case(
        "ssm write",
        {"ssm": {"parameter": "/shop/db/host", "path": "/shop/web", "access": "write", "kms_key": KEY}},
        (
            r("ssm:PutParameter", PARAMETER),
            r("ssm:PutParameter", regional("ssm", "parameter/shop/web/a")),
            via("ssm", "Encrypt"),
            via("ssm", "GenerateDataKey"),
        ),
        (
            r("ssm:GetParameter", PARAMETER),
            r("ssm:DeleteParameter", PARAMETER),
            r("ssm:PutParameter", regional("ssm", "parameter/shop/web")),
            via("ssm", "Decrypt"),
        ),
    ),
    Case(
        "ssm delete and label",
        {"ssm": {"parameter": "/shop/db/host", "access": ["delete", "label"]}},
        (r("ssm:DeleteParameter", PARAMETER), r("ssm:LabelParameterVersion", PARAMETER)),
        (r("ssm:PutParameter", PARAMETER), r("ssm:GetParameter", PARAMETER)),
    ),
    Case(
        "ssm list",
        {"ssm": {"parameter": "/shop/db/host", "access": "list"}},
        (r("ssm:DescribeParameters"),),
        (r("ssm:GetParameter", PARAMETER),),
    ),
)

GROUP = regional("logs", "log-group:/shop/web")
STREAM = f"{GROUP}:log-stream:i-1"
OBSERVATION = (
    Case(
        "logs write",
        {"logs": {"log_group": "/shop/web"}},
        (
            r("logs:PutLogEvents", STREAM),
            r("logs:CreateLogStream", STREAM),
            r("logs:DescribeLogStreams", f"{GROUP}:log-stream:"),
            r("logs:DescribeLogStreams", GROUP),
        ),
        (
            r("logs:CreateLogGroup", f"{GROUP}:log-stream:"),
            r("logs:GetLogEvents", STREAM),
            r("logs:DeleteLogStream", STREAM),
            r("logs:PutLogEvents", regional("logs", "log-group:/shop/web2:log-stream:i-1")),
            r("logs:DescribeLogGroups"),
        ),
    ),
    Case(
        "logs write of one stream",
        {"logs": {"log_group": "/shop/web", "stream": "i-1", "access": "write"}},
        (r("logs:PutLogEvents", STREAM),),
        (r("logs:PutLogEvents", f"{GROUP}:log-stream:i-12"),),
    ),
    Case(
        "logs create",
        {"logs": {"log_group": "/shop/*", "access": "create"}},
        (r("logs:CreateLogGroup", f"{GROUP}:log-stream:"), r("logs:PutRetentionPolicy", f"{GROUP}:log-stream:")),
        (
            r("logs:DeleteLogGroup", f"{GROUP}:log-stream:"),
            r("logs:CreateLogGroup", regional("logs", "log-group:/other")),
        ),
    ),
    Case(
        "logs read",
        {"logs": {"log_group": "/shop/web", "access": "read"}},
        (
            r("logs:GetLogEvents", STREAM),
            r("logs:FilterLogEvents", f"{GROUP}:log-stream:"),
            r("logs:StartQuery", f"{GROUP}:log-stream:"),
            r("logs:GetQueryResults"),
            r("logs:StopQuery"),
        ),
        (
            r("logs:PutLogEvents", STREAM),
            r("logs:StartQuery", regional("logs", "log-group:/shop/db:log-stream:")),
            r("logs:Unmask", f"{GROUP}:log-stream:"),
        ),
    ),
    Case(
        "logs tail and list",
        {"logs": {"log_group": "/shop/web", "access": ["tail", "list"]}},
        (r("logs:StartLiveTail", f"{GROUP}:log-stream:"), r("logs:StopLiveTail"), r("logs:DescribeLogGroups")),
        (r("logs:GetLogEvents", STREAM), r("logs:StartLiveTail", regional("logs", "log-group:/shop/db:log-stream:"))),
    ),
    Case(
        "cloudwatch put",
        {"cloudwatch": {"namespace": ["Shop", "Shop/Web"], "access": "put"}},
        (
            r("cloudwatch:PutMetricData", cloudwatch__namespace="Shop"),
            r("cloudwatch:PutMetricData", cloudwatch__namespace="Shop/Web"),
        ),
        (
            r("cloudwatch:PutMetricData", cloudwatch__namespace="Other"),
            r("cloudwatch:PutMetricData", cloudwatch__namespace="Shop2"),
            r("cloudwatch:PutMetricData"),
            r("cloudwatch:GetMetricData"),
            r("cloudwatch:PutMetricAlarm", regional("cloudwatch", "alarm:a")),
        ),
    ),
    Case(
        "cloudwatch put of every namespace",
        {"cloudwatch": {"access": "put"}},
        (r("cloudwatch:PutMetricData", cloudwatch__namespace="Any"),),
        (r("cloudwatch:ListMetrics"),),
    ),
    Case(
        "cloudwatch read",
        {"cloudwatch": {"access": "read"}},
        (r("cloudwatch:GetMetricData"), r("cloudwatch:ListMetrics"), r("cloudwatch:GetMetricStatistics")),
        (r("cloudwatch:PutMetricData"), r("cloudwatch:DescribeAlarms", regional("cloudwatch", "alarm:a"))),
    ),
    Case(
        "cloudwatch alarms",
        {"cloudwatch": {"alarm": "shop-errors", "access": ["describe_alarms", "set_alarm"]}},
        (
            r("cloudwatch:SetAlarmState", regional("cloudwatch", "alarm:shop-errors")),
            r("cloudwatch:DescribeAlarms", regional("cloudwatch", "alarm:shop-errors")),
        ),
        (
            r("cloudwatch:SetAlarmState", regional("cloudwatch", "alarm:shop-errors2")),
            r("cloudwatch:DeleteAlarms", regional("cloudwatch", "alarm:shop-errors")),
            r("cloudwatch:PutMetricData"),
        ),
    ),
    Case(
        "cloudwatch all alarms",
        {"cloudwatch": {"access": ["describe_alarms", "set_alarm"]}},
        (r("cloudwatch:SetAlarmState", regional("cloudwatch", "alarm:a")), r("cloudwatch:DescribeAlarms")),
        (
            r("cloudwatch:SetAlarmState", regional("cloudwatch", "alarm:a", account="210987654321")),
            r("cloudwatch:DeleteAlarms", regional("cloudwatch", "alarm:a")),
        ),
    ),
)

REPOSITORY = regional("ecr", "repository/shop/web")
IMAGES = (
    Case(
        "ecr pull",
        {"ecr": {"repository": "shop/web"}},
        (
            r("ecr:BatchGetImage", REPOSITORY),
            r("ecr:GetDownloadUrlForLayer", REPOSITORY),
            r("ecr:BatchImportUpstreamImage", REPOSITORY),
            r("ecr:GetAuthorizationToken"),
        ),
        (
            r("ecr:PutImage", REPOSITORY),
            r("ecr:BatchGetImage", regional("ecr", "repository/shop/web2")),
            r("ecr:DeleteRepository", REPOSITORY),
        ),
    ),
    Case(
        "ecr push",
        {"ecr": {"repository": "shop/*", "access": "push"}},
        (r("ecr:PutImage", REPOSITORY), r("ecr:UploadLayerPart", REPOSITORY), r("ecr:GetAuthorizationToken")),
        (
            r("ecr:BatchGetImage", REPOSITORY),
            r("ecr:PutImage", regional("ecr", "repository/other")),
            r("ecr:BatchDeleteImage", REPOSITORY),
            r("ecr:SetRepositoryPolicy", REPOSITORY),
        ),
    ),
    Case(
        "ecr login, describe and delete",
        {"ecr": {"repository": "shop/web", "access": ["login", "describe", "delete"]}},
        (r("ecr:GetAuthorizationToken"), r("ecr:ListImages", REPOSITORY), r("ecr:BatchDeleteImage", REPOSITORY)),
        (r("ecr:BatchGetImage", REPOSITORY), r("ecr:DeleteRepository", REPOSITORY)),
    ),
)

INSTANCES = (
    Case(
        "session manager",
        {"session_manager": None},
        (
            r("ssm:UpdateInstanceInformation", "arn:aws:ec2:eu-west-1:123456789012:instance/i-1"),
            r("ssmmessages:OpenDataChannel"),
            r("ssmmessages:CreateControlChannel"),
        ),
        (
            r("ssm:GetParameter", PARAMETER),
            r("ssm:GetParameters", PARAMETER),
            r("ssm:SendCommand", "arn:aws:ec2:eu-west-1:123456789012:instance/i-1"),
            r("ssm:StartSession", "arn:aws:ec2:eu-west-1:123456789012:instance/i-1"),
            r("s3:PutObject", f"{BUCKET}/a"),
            r("logs:PutLogEvents", STREAM),
            r("ec2messages:GetMessages"),
        ),
    ),
    Case(
        "session manager with logs",
        {
            "session_manager": {
                "session_key": "00000000-0000-0000-0000-000000000000",
                "log_bucket": "shop",
                "log_prefix": "ssm/",
                "log_group": "/shop/web",
                "kms_key": KEY,
            }
        },
        (
            r("kms:Decrypt", OTHER_KEY),
            r("s3:PutObject", f"{BUCKET}/ssm/session-1"),
            r("s3:GetEncryptionConfiguration", BUCKET),
            r("logs:PutLogEvents", STREAM),
            r("logs:DescribeLogStreams", f"{GROUP}:log-stream:"),
            r("logs:DescribeLogGroups"),
            via("s3", "GenerateDataKey"),
        ),
        (
            r("kms:Decrypt", KEY_ARN),
            r("s3:PutObject", f"{BUCKET}/session-1"),
            r("s3:GetObject", f"{BUCKET}/ssm/session-1"),
            r("logs:PutLogEvents", regional("logs", "log-group:/shop/db:log-stream:x")),
            r("kms:GenerateDataKey", KEY_ARN),
        ),
    ),
    Case(
        "cloudwatch agent",
        {"cloudwatch_agent": {"namespace": "Shop"}},
        (
            r("cloudwatch:PutMetricData", cloudwatch__namespace="Shop"),
            r("ec2:DescribeTags"),
            r("ec2:DescribeVolumes"),
        ),
        (
            r("cloudwatch:PutMetricData", cloudwatch__namespace="CWAgent"),
            r("cloudwatch:PutMetricData"),
            r("logs:PutLogEvents", STREAM),
            r("ssm:GetParameter", regional("ssm", "parameter/AmazonCloudWatch-linux")),
            r("ec2:DescribeInstances"),
        ),
    ),
    Case(
        "cloudwatch agent with logs and configuration",
        {
            "cloudwatch_agent": {
                "namespace": ["Shop", "CWAgent"],
                "log_groups": "/shop/*",
                "create_log_groups": True,
                "config": "AmazonCloudWatch-*",
            }
        },
        (
            r("cloudwatch:PutMetricData", cloudwatch__namespace="CWAgent"),
            r("logs:PutLogEvents", STREAM),
            r("logs:CreateLogGroup", f"{GROUP}:log-stream:"),
            r("logs:PutRetentionPolicy", f"{GROUP}:log-stream:"),
            r("ssm:GetParameter", regional("ssm", "parameter/AmazonCloudWatch-linux")),
        ),
        (
            r("logs:PutLogEvents", regional("logs", "log-group:/other:log-stream:x")),
            r("logs:CreateLogGroup", regional("logs", "log-group:/other:log-stream:")),
            r("logs:DeleteLogGroup", f"{GROUP}:log-stream:"),
            r("ssm:GetParameter", PARAMETER),
            r("ssm:PutParameter", regional("ssm", "parameter/AmazonCloudWatch-linux")),
        ),
    ),
    Case(
        "cloudwatch agent that may not create log groups",
        {"cloudwatch_agent": {"namespace": "Shop", "log_groups": "/shop/*", "create_log_groups": False}},
        (r("logs:CreateLogStream", STREAM),),
        (r("logs:CreateLogGroup", f"{GROUP}:log-stream:"),),
    ),
)

CHINA = Context(partition="aws-cn", region="cn-north-1", account="123456789012")
PLACES = (
    Case(
        "in China",
        {"sqs": {"queue": "orders", "access": "consume", "kms_key": KEY}},
        (
            r("sqs:ReceiveMessage", "arn:aws-cn:sqs:cn-north-1:123456789012:orders"),
            r(
                "kms:Decrypt",
                f"arn:aws-cn:kms:cn-north-1:123456789012:key/{KEY}",
                kms__ViaService="sqs.cn-north-1.amazonaws.com.cn",
            ),
        ),
        (r("sqs:ReceiveMessage", QUEUE),),
        CHINA,
    ),
    Case(
        "a key in another region is used there",
        {"s3": {"bucket": "shop", "access": "get", "kms_key": KEY_ARN.replace("eu-west-1", "us-east-1")}},
        (
            r(
                "kms:Decrypt",
                KEY_ARN.replace("eu-west-1", "us-east-1"),
                kms__ViaService="s3.us-east-1.amazonaws.com",
            ),
        ),
        (via("s3", "Decrypt"), via("s3", "Decrypt", KEY_ARN.replace("eu-west-1", "us-east-1"))),
    ),
)

CASES = (*S3, *DYNAMODB, *MESSAGES, *KMS, *SETTINGS, *OBSERVATION, *IMAGES, *INSTANCES, *PLACES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))
def test_a_verb_allows_what_it_says_and_nothing_next_to_it(case: Case) -> None:
    documents = [document(case.permission, case.context)]
    assert [request for request in case.allows if not allowed(documents, request)] == []
    assert [request for request in case.refuses if allowed(documents, request)] == []


def test_every_verb_has_a_case() -> None:
    judged: set[tuple[str, str]] = set()
    for case in CASES:
        ((name, body),) = case.permission.items()
        access = (body or {}).get("access", list(load_grant(name).default_verbs))
        judged |= {(name, verb) for verb in (access if isinstance(access, list) else [access])}
    assert judged == {(name, verb.name) for name in grant_names() for verb in load_grant(name).verbs}


def test_every_case_has_near_misses() -> None:
    assert [case.name for case in CASES if not case.allows or not case.refuses] == []
