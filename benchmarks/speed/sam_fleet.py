"""The fleet through the SAM translator: a function per layer, the policy templates of its apps in its role."""

import json
import os
import sys
from pathlib import Path
from unittest.mock import Mock

from samtranslator.translator.transform import transform


def main(spec: str, out: str) -> None:
    fleet = json.loads(Path(spec).read_text(encoding="utf-8"))
    Path(out).mkdir(parents=True, exist_ok=True)
    os.environ["AWS_DEFAULT_REGION"] = "eu-west-1"
    policies = Mock()
    policies.load.return_value = {}
    for name, stack in fleet["stacks"].items():
        resources = {
            layer.title().replace("-", ""): _function([fleet["apps"][app] for app in body["apps"]])
            for layer, body in stack["layers"].items()
        }
        template = {"Transform": "AWS::Serverless-2016-10-31", "Resources": resources}
        Path(out, f"{name}.json").write_text(json.dumps(transform(template, {}, policies), indent=2), encoding="utf-8")


def _function(apps: list) -> dict:
    policies = [_policy(*next(iter(permission.items()))) for app in apps for permission in app["permissions"]]
    properties = {"Runtime": "python3.12", "Handler": "a.b", "CodeUri": "s3://code/zip", "Policies": policies}
    return {"Type": "AWS::Serverless::Function", "Properties": properties}


def _policy(grant: str, body: dict) -> dict:
    if grant == "s3":
        return {"S3CrudPolicy": {"BucketName": body["bucket"]}}
    if grant == "dynamodb":
        return {"DynamoDBCrudPolicy": {"TableName": body["table"]}}
    if grant == "sqs":
        return {"SQSPollerPolicy": {"QueueName": body["queue"]}}
    return {"AWSSecretsManagerGetSecretValuePolicy": {"SecretArn": body["secret"]}}


main(sys.argv[1], sys.argv[2])
