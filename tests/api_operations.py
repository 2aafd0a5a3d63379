"""Write ``compiler/aws/data/api_operations.json``: ``python -m tests.api_operations``.

Most operations of AWS's APIs are called like the action that they need. The table holds what is called otherwise: the
clients whose name is no service prefix, and the operations that need other actions. The first comes from botocore's
models (whose client has most of its operations among the actions of a prefix), and so do the HTTP methods that API
Gateway takes for actions; the rest stands below, each with its source.
"""

from __future__ import annotations

import json
from pathlib import Path

import botocore
import botocore.session
from botocore import xform_name

from compiler.aws.service_data import actions_of, data_version, find_action, service_exists

TARGET = Path(__file__).parent.parent / "compiler" / "aws" / "data" / "api_operations.json"

# Clients whose model names no prefix, and names that the command line gives to clients.
_CLIENTS = {
    "apigatewaymanagementapi": "execute-api",
    "cloudcontrol": "cloudformation",
    "configservice": "config",
    "deploy": "codedeploy",
    "iot-data": "iot",
    "iot-jobs-data": "iotjobsdata",
    "iotsecuretunneling": "iot",
    "mturk": "mechanicalturk",
    "partnercentral-account": "partnercentral",
    "partnercentral-benefits": "partnercentral",
    "partnercentral-channel": "partnercentral",
    "partnercentral-selling": "partnercentral",
    "resourcegroupstaggingapi": "tag",
    "s3api": "s3",
}
_BY_METHOD = ("apigateway", "apigatewayv2")  # API Gateway Developer Guide: actions are the HTTP methods

# By service prefix: operation, the actions it needs.
# s3: Amazon S3 User Guide, "Required permissions for Amazon S3 API operations"; the last three are boto3's own.
# dynamodb: DynamoDB Developer Guide, "IAM and transactions", "IAM security policies with PartiQL".
# Others: the page of each operation in its API reference.
_OPERATIONS = {
    "access-analyzer": {"GetFindingV2": "GetFinding", "ListFindingsV2": "ListFindings"},
    "bedrock": {
        "Converse": "InvokeModel",
        "ConverseStream": "InvokeModelWithResponseStream",
        "StartAsyncInvoke": "InvokeModel",
    },
    "budgets": {
        **dict.fromkeys(
            (f"{verb}{noun}" for verb in ("Create", "Delete", "Update") for noun in ("Budget", "Notification")),
            "ModifyBudget",
        ),
        **dict.fromkeys(("CreateSubscriber", "DeleteSubscriber", "UpdateSubscriber"), "ModifyBudget"),
        **dict.fromkeys(
            (
                "DescribeBudget", "DescribeBudgetNotificationsForAccount", "DescribeBudgetPerformanceHistory",
                "DescribeBudgets", "DescribeNotificationsForBudget", "DescribeSubscribersForNotification",
            ),
            "ViewBudget",
        ),
    },
    "cassandra": {
        **dict.fromkeys(("CreateKeyspace", "CreateTable", "CreateType"), "Create"),
        **dict.fromkeys(("DeleteKeyspace", "DeleteTable", "DeleteType"), "Drop"),
        **dict.fromkeys(
            (
                "GetKeyspace", "GetTable", "GetTableAutoScalingSettings", "GetType", "ListKeyspaces", "ListTables",
                "ListTypes", "ListTagsForResource",
            ),
            "Select",
        ),
        **dict.fromkeys(("UpdateKeyspace", "UpdateTable"), "Alter"),
        "RestoreTable": "Restore",
    },
    "cloudfront": {"CreateDistributionWithTags": "CreateDistribution TagResource"},
    "cloudsearch": {"UploadDocuments": "document"},
    "dynamodb": {
        **dict.fromkeys(
            ("BatchExecuteStatement", "ExecuteStatement", "ExecuteTransaction"),
            "PartiQLDelete PartiQLInsert PartiQLSelect PartiQLUpdate",
        ),
        "TransactGetItems": "GetItem",
        "TransactWriteItems": "ConditionCheckItem DeleteItem PutItem UpdateItem",
    },
    "execute-api": dict.fromkeys(("DeleteConnection", "GetConnection", "PostToConnection"), "ManageConnections"),
    "kms": {"ReEncrypt": "ReEncryptFrom ReEncryptTo"},
    "lambda": {
        "GetLayerVersionByArn": "GetLayerVersion",
        "Invoke": "InvokeFunction",
        "InvokeWithResponseStream": "InvokeFunction",
    },
    "s3": {
        **{
            f"{verb}Bucket{noun}Configuration{ending}": f"{action}{noun}Configuration"
            for noun in ("Analytics", "IntelligentTiering", "Inventory", "Metrics")
            for verb, ending, action in (
                ("Delete", "", "Put"), ("Get", "", "Get"), ("List", "s", "Get"), ("Put", "", "Put"),
            )
        },
        "CompleteMultipartUpload": "PutObject",
        "CopyObject": "GetObject PutObject",
        "CreateMultipartUpload": "PutObject",
        "DeleteBucketCors": "PutBucketCORS",
        "DeleteBucketEncryption": "PutEncryptionConfiguration",
        "DeleteBucketLifecycle": "PutLifecycleConfiguration",
        "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
        "DeleteBucketReplication": "PutReplicationConfiguration",
        "DeleteBucketTagging": "PutBucketTagging",
        "DeleteObjects": "DeleteObject",
        "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
        "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
        "GetBucketEncryption": "GetEncryptionConfiguration",
        "GetBucketLifecycle": "GetLifecycleConfiguration",
        "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
        "GetBucketNotificationConfiguration": "GetBucketNotification",
        "GetBucketReplication": "GetReplicationConfiguration",
        "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
        "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
        "HeadBucket": "ListBucket",
        "HeadObject": "GetObject",
        "ListBuckets": "ListAllMyBuckets",
        "ListMultipartUploads": "ListBucketMultipartUploads",
        "ListObjects": "ListBucket",
        "ListObjectsV2": "ListBucket",
        "ListObjectVersions": "ListBucketVersions",
        "ListParts": "ListMultipartUploadParts",
        "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
        "PutBucketEncryption": "PutEncryptionConfiguration",
        "PutBucketLifecycle": "PutLifecycleConfiguration",
        "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
        "PutBucketNotificationConfiguration": "PutBucketNotification",
        "PutBucketReplication": "PutReplicationConfiguration",
        "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
        "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
        "SelectObjectContent": "GetObject",
        "UploadPart": "PutObject",
        "UploadPartCopy": "GetObject PutObject",
        "download_file": "GetObject",
        "download_fileobj": "GetObject",
        "upload_file": "AbortMultipartUpload PutObject",
        "upload_fileobj": "AbortMultipartUpload PutObject",
    },
    "sns": {"PublishBatch": "Publish"},
    "sqs": {
        "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
        "DeleteMessageBatch": "DeleteMessage",
        "SendMessageBatch": "SendMessage",
    },
    "timestream": {"Query": "DescribeEndpoints Select"},
}  # fmt: skip


def plain(name: str) -> str:
    """A name as it is looked up: ``put_object``, ``put-object`` and ``PutObject`` are one."""
    return name.replace("_", "").replace("-", "").lower()


def table() -> dict[str, object]:
    """The whole table, sorted."""
    session = botocore.session.get_session()
    clients = dict(_CLIENTS)
    operations: dict[str, dict[str, set[str]]] = {}
    for prefix, names in _OPERATIONS.items():
        for name, actions in names.items():
            operations.setdefault(prefix, {})[plain(name)] = {f"{prefix}:{action}" for action in actions.split()}
    for client in session.get_available_services():
        model = session.get_service_model(client)
        candidates = (
            client,
            model.metadata.get("signingName", ""),
            model.metadata["endpointPrefix"],
            _CLIENTS.get(client, ""),
        )
        counts = {
            prefix: sum(name.lower() in actions_of(prefix) for name in model.operation_names)
            for prefix in map(str.lower, candidates)
            if prefix and service_exists(prefix)
        }
        prefix = max(counts, key=lambda name: counts[name], default="")
        if client in _BY_METHOD:
            prefix = "apigateway"
            for name in model.operation_names:
                method = model.operation_model(name).http["method"]
                if name.lower() not in actions_of(prefix):
                    operations.setdefault(prefix, {}).setdefault(name.lower(), set()).add(f"{prefix}:{method}")
        if prefix and prefix != client and (counts.get(prefix) or client in _BY_METHOD or client in _CLIENTS):
            clients[client] = prefix
        for name in model.operation_names:  # what boto3 and the command line make of a name says the same
            assert plain(xform_name(name)) == plain(name), (client, name)
    return {
        "source": f"botocore {botocore.__version__} (Apache-2.0); service data {data_version()}; "
        "Amazon S3 User Guide, DynamoDB Developer Guide and the API references (tests/api_operations.py)",
        "clients": dict(sorted(clients.items())),
        "operations": {
            prefix: {name: sorted(actions) for name, actions in sorted(names.items())}
            for prefix, names in sorted(operations.items())
        },
    }


def main() -> None:
    """Write the table; every service and action in it has to exist."""
    found = table()
    assert all(map(service_exists, found["clients"].values()))  # type: ignore[attr-defined]
    for names in found["operations"].values():  # type: ignore[attr-defined]
        for actions in names.values():
            assert all(map(find_action, actions)), actions
    TARGET.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
