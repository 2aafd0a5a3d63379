"""Statements with CloudFormation functions, as they are after deployment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from benchmarks.peers.intents import ACCOUNT, REGION

Json = Any
_PSEUDO = {"AWS::Partition": "aws", "AWS::Region": REGION, "AWS::AccountId": ACCOUNT, "AWS::URLSuffix": "amazonaws.com"}


def resolved(value: Json, names: Mapping[str, str] = _PSEUDO) -> Json:
    """The value with ``Ref``, ``Fn::Sub`` and ``Fn::Join`` filled in; another function is an error.

    >>> resolved({"Fn::Sub": ["arn:${AWS::Partition}:s3:::${b}", {"b": "shop"}]})
    'arn:aws:s3:::shop'
    """
    if isinstance(value, list):
        return [resolved(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        function, argument = next(iter(value.items()))
        if function == "Ref":
            return names[argument]
        if function == "Fn::Join":
            return argument[0].join(resolved(argument[1], names))
        if function == "Fn::Sub":
            text, given = argument if isinstance(argument, list) else (argument, {})
            known = {**names, **resolved(given, names)}
            return re.sub(r"\$\{([^}!]+)\}", lambda match: str(known[match[1]]), text)
        if function.startswith("Fn::"):
            raise ValueError(f"{function} is not understood")
    return {key: resolved(item, names) for key, item in value.items()}
