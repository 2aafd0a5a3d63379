"""A test for ``terraform test`` that seals each document by its SHA-256, so that an edited output is found.

It runs without AWS and without credentials (``mock_provider``, Terraform 1.7).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from compiler.aws.reference import has_reference, reference
from compiler.aws.statement import Statement, document_json
from compiler.terraform.encode import encode
from compiler.terraform.escape import expression, map_strings, template
from compiler.terraform.target import Target

Json = Any
PATH = "tests/compiled.tftest.json"

# What jsonencode writes as an escape although JSON does not ask for it.
# Source: Terraform, "jsonencode Function": "<", ">", "&", U+2028 and U+2029 are escaped.
_ESCAPES = [(c.encode(), f"\\u{ord(c):04x}".encode()) for c in "<>&\u2028\u2029"]


def sealed_test(target: Target, header: str) -> bytes | None:
    """The content of the test file; None when no document of the stack is known before Terraform runs."""
    assertions = list(_assertions(target))
    if not assertions:
        return None
    content: dict[str, Json] = {"//": header, "mock_provider": {"aws": {}}}
    if target.layout == "module":
        content["variables"] = {"account_id": target.stack.account, "partition": target.stack.partition}
    content["run"] = {"documents": {"command": "plan", "assert": assertions}}
    return encode(content)


def jsonencoded(document: Json) -> bytes:
    """The bytes that Terraform's ``jsonencode`` gives for a document without references.

    >>> jsonencoded({"b": "<", "a": [1]})
    b'{"a":[1],"b":"\\\\u003c"}'
    """
    text = orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    for character, escape in _ESCAPES:
        text = text.replace(character, escape)
    return text


def _assertions(target: Target) -> Iterator[dict[str, str]]:
    for policy in sorted(target.stack.policies, key=lambda policy: policy.label):
        kind = "aws_iam_role_policy" if policy.inline else "aws_iam_policy"
        yield from _seal(target, f"{kind}.{policy.label}", "policy", policy.statements)
    for role in sorted(target.stack.roles, key=lambda role: role.label):
        if not role.existing:
            yield from _seal(target, f"aws_iam_role.{role.label}", "assume_role_policy", role.trust)


def _seal(target: Target, address: str, argument: str, statements: Iterable[Statement]) -> Iterator[dict[str, str]]:
    """The assertion about one document; none when it holds a reference whose value only Terraform knows."""
    document = _known(target, document_json(statements))
    text = jsonencoded(document)
    if has_reference(text.decode()):
        return
    import hashlib

    digest = hashlib.sha256(text).hexdigest()
    yield {
        "condition": expression(f'sha256({address}.{argument}) == "{digest}"'),
        "error_message": template(
            f"{address} is not what {target.spec_name} says. Change the spec and run `stackgrant compile`."
        ),
    }


def _known(target: Target, document: Json) -> Json:
    """The document as Terraform will see it: NFC, and a module's own variables as the test sets them."""
    values = {
        reference("var.account_id"): target.stack.account,
        reference("var.partition"): target.stack.partition,
    }

    def seen(text: str) -> str:
        if text.isascii():
            return text
        if target.layout == "module":
            for marked, value in values.items():
                text = text.replace(marked, value)
        return unicodedata.normalize("NFC", text)

    return map_strings(document, seen)
