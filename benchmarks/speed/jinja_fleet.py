"""A Jinja2 template over what PyYAML's C loader reads: what a team writes that generates Terraform by itself."""

import json
import sys
from pathlib import Path

import jinja2
import yaml

_TEMPLATE = """\
{%- macro statement(actions, resources) -%}
{"Effect": "Allow", "Action": {{ actions | json }}, "Resource": {{ resources | json }}}
{%- endmacro -%}
{"resource": {
  "aws_iam_role": {
{%- for layer in stack.layers %}
    "{{ layer }}": {
      "name": "{{ name }}-{{ layer }}", "tags": {{ tags | json }},
      "assume_role_policy": {{ trust | json | json }}
    }{{ "," if not loop.last }}
{%- endfor %}
  },
  "aws_iam_instance_profile": {
{%- for layer in stack.layers %}
    "{{ layer }}": {
      "name": "{{ name }}-{{ layer }}", "role": "${aws_iam_role.{{ layer }}.name}"
    }{{ "," if not loop.last }}
{%- endfor %}
  },
  "aws_iam_policy": {
{%- for layer, body in stack.layers.items() %}{% set last = loop.last %}{% for app in body.apps %}
    "{{ app }}": {
      "name": "{{ name }}-{{ app }}", "tags": {{ tags | json }},
      "policy": {% set document -%}
{"Version": "2012-10-17", "Statement": [
{%- for permission in apps[app].permissions %}
{%- if permission.s3 %}
{{- statement(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
              ["arn:aws:s3:::" ~ permission.s3.bucket ~ "/" ~ permission.s3.prefix ~ "*"]) }},
{{- statement(["s3:ListBucket"], ["arn:aws:s3:::" ~ permission.s3.bucket]) }}
{%- elif permission.dynamodb %}
{{- statement(table_actions, [arn("dynamodb", "table/" ~ permission.dynamodb.table),
                              arn("dynamodb", "table/" ~ permission.dynamodb.table ~ "/index/*")]) }}
{%- elif permission.sqs %}
{{- statement(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"],
              [arn("sqs", permission.sqs.queue)]) }}
{%- elif permission.secretsmanager %}
{{- statement(["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
              [arn("secretsmanager", "secret:" ~ permission.secretsmanager.secret ~ "-??????")]) }}
{%- endif %}{{ "," if not loop.last }}
{%- endfor %}]}
{%- endset %}{{ document | json }}
    }{{ "," if not (last and loop.last) }}
{%- endfor %}{% endfor %}
  },
  "aws_iam_role_policy_attachment": {
{%- for layer, body in stack.layers.items() %}{% set last = loop.last %}{% for app in body.apps %}
    "{{ layer }}-{{ app }}": {
      "role": "${aws_iam_role.{{ layer }}.name}", "policy_arn": "${aws_iam_policy.{{ app }}.arn}"
    }{{ "," if not (last and loop.last) }}
{%- endfor %}{% endfor %}
  }
}}
"""
_TABLE_ACTIONS = ["BatchGetItem", "BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem"]
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def main(spec: str, out: str) -> None:
    fleet = yaml.load(Path(spec).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    environment = jinja2.Environment(autoescape=False)  # JSON, no HTML
    environment.filters["json"] = json.dumps
    template = environment.from_string(_TEMPLATE)
    for name, stack in fleet["stacks"].items():

        def arn(service: str, resource: str, stack: dict = stack) -> str:
            return f"arn:aws:{service}:{stack['region']}:{stack['account']}:{resource}"

        text = template.render(
            name=name, stack=stack, apps=fleet["apps"], tags=fleet["defaults"]["tags"], arn=arn, trust=_TRUST,
            table_actions=[f"dynamodb:{action}" for action in _TABLE_ACTIONS],
        )  # fmt: skip
        folder = Path(out, name)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "main.tf.json").write_text(text, encoding="utf-8")


main(sys.argv[1], sys.argv[2])
