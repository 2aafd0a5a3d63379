"""Names of API operations, boto3 methods and CLI commands as the actions that they need.

Most operations are called like their action. What is called otherwise stands in ``data/api_operations.json``, made from
botocore's models and AWS's documentation by ``python -m tests.api_operations``; it is read when a name is no action.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from compiler.aws.service_data import Action, actions_of, find_action, service_exists, service_prefixes


def prefix_of(client: str) -> str | None:
    """The service prefix behind the name of a boto3 client or CLI command group; None when there is none.

    >>> prefix_of("s3api"), prefix_of("elbv2"), prefix_of("sqs"), prefix_of("nothing")
    ('s3', 'elasticloadbalancing', 'sqs', None)
    """
    name = client.lower()
    found: str | None = _table()["clients"].get(name)
    return found or (name if service_exists(name) else None)


def actions_for(prefix: str, operation: str) -> tuple[Action, ...]:
    """The actions that an operation of a service needs, sorted; empty when neither is known.

    ``put_object``, ``put-object`` and ``PutObject`` are one name. An operation that has the name of an action which it
    does not need is looked up first.

    >>> [action.full_name for action in actions_for("s3", "list_objects_v2")]
    ['s3:ListBucket']
    """
    name = _plain(operation)
    listed: list[str] | None = _table()["operations"].get(prefix, {}).get(name)
    if listed is not None:
        return tuple([action for text in listed if (action := find_action(text))])
    found = actions_of(prefix).get(name)
    return (found,) if found else ()


def services_with(operation: str, prefixes: Iterable[str] = ()) -> dict[str, tuple[Action, ...]]:
    """The services (of ``prefixes``, or of all) that have an action or operation of this name, with what it needs."""
    names = sorted(set(prefixes) or service_prefixes())
    return {prefix: found for prefix in names if (found := actions_for(prefix, operation))}


def _plain(operation: str) -> str:
    return operation.replace("_", "").replace("-", "").lower()


@cache
def _table() -> Mapping[str, Any]:
    data: dict[str, Any] = orjson.loads((Path(__file__).parent / "data" / "api_operations.json").read_bytes())
    return data
