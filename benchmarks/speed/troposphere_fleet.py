"""The fleet as CloudFormation, with troposphere and awacs."""

import json
import sys
from pathlib import Path

from awacs import dynamodb, s3, secretsmanager, sqs, sts
from awacs.aws import Allow, PolicyDocument, Principal, Statement
from troposphere import Ref, Template
from troposphere.iam import InstanceProfile, ManagedPolicy, Role

_TABLE_ACTIONS = [
    *(dynamodb.BatchGetItem, dynamodb.BatchWriteItem, dynamodb.DeleteItem, dynamodb.GetItem, dynamodb.PutItem),
    *(dynamodb.Query, dynamodb.Scan, dynamodb.UpdateItem),
]
_QUEUE_ACTIONS = [sqs.ReceiveMessage, sqs.DeleteMessage, sqs.ChangeMessageVisibility, sqs.GetQueueAttributes]


def main(spec: str, out: str) -> None:
    fleet = json.loads(Path(spec).read_text(encoding="utf-8"))
    Path(out).mkdir(parents=True, exist_ok=True)
    for name, stack in fleet["stacks"].items():
        template = Template()
        for layer, body in stack["layers"].items():
            _layer(template, layer, [(app, fleet["apps"][app]) for app in body["apps"]], stack)
        Path(out, f"{name}.json").write_text(template.to_json(), encoding="utf-8")


def _layer(template: Template, layer: str, apps: list, stack: dict) -> None:
    title = _title(layer)
    trust = Statement(Effect=Allow, Principal=Principal("Service", "ec2.amazonaws.com"), Action=[sts.AssumeRole])
    document = PolicyDocument(Version="2012-10-17", Statement=[trust])
    role = template.add_resource(Role(f"{title}Role", AssumeRolePolicyDocument=document))
    template.add_resource(InstanceProfile(f"{title}Profile", Roles=[Ref(role)]))
    for app, content in apps:
        statements = [item for permission in content["permissions"] for item in _statements(permission, stack)]
        document = PolicyDocument(Version="2012-10-17", Statement=statements)
        template.add_resource(ManagedPolicy(f"{_title(app)}Policy", PolicyDocument=document, Roles=[Ref(role)]))


def _statements(permission: dict, stack: dict) -> list[Statement]:
    grant, body = next(iter(permission.items()))
    if grant == "s3":
        bucket = f"arn:aws:s3:::{body['bucket']}"
        objects = f"{bucket}/{body['prefix']}*"
        return [
            Statement(Effect=Allow, Action=[s3.GetObject, s3.PutObject, s3.DeleteObject], Resource=[objects]),
            Statement(Effect=Allow, Action=[s3.ListBucket], Resource=[bucket]),
        ]
    if grant == "dynamodb":
        table = _arn("dynamodb", f"table/{body['table']}", stack)
        return [Statement(Effect=Allow, Action=_TABLE_ACTIONS, Resource=[table, f"{table}/index/*"])]
    if grant == "sqs":
        return [Statement(Effect=Allow, Action=_QUEUE_ACTIONS, Resource=[_arn("sqs", body["queue"], stack)])]
    actions = [secretsmanager.GetSecretValue, secretsmanager.DescribeSecret]
    secret = _arn("secretsmanager", f"secret:{body['secret']}-??????", stack)
    return [Statement(Effect=Allow, Action=actions, Resource=[secret])]


def _arn(service: str, resource: str, stack: dict) -> str:
    return f"arn:aws:{service}:{stack['region']}:{stack['account']}:{resource}"


def _title(name: str) -> str:
    return name.title().replace("-", "x")


main(sys.argv[1], sys.argv[2])
