"""The verdicts of versions of documents on very many requests: each action, with each resource, in each context.

The rules are those of ``oracle``, asked in parts: which statements an action fits, which a resource, which a context.
A request is decided by what the three have in common, so requests that fit the same statements are decided once. A test
holds this against the oracle, request by request.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from tests.support import oracle
from tests.support.oracle import Context, Request

Json = Any
_VARIABLE = re.compile(r"\$\{\s*([^},*?$]+)")


class Versions:
    """Versions of what is granted, each some documents of the version 2012-10-17.

    Which of all their statements something fits is a number with a bit for each.
    """

    def __init__(self, versions: Sequence[Iterable[Json]]) -> None:
        grouped = [[s for document in documents for s in _listed(document["Statement"])] for documents in versions]
        statements = [statement for group in grouped for statement in group]
        starts = [sum(map(len, grouped[:number])) for number in range(len(grouped) + 1)]
        self._versions = [(1 << end) - (1 << start) for start, end in pairwise(starts)]
        self._allow = _bits(s["Effect"] == "Allow" for s in statements)
        self._not_action = _bits("NotAction" in s for s in statements)
        self._not_resource = _bits("NotResource" in s for s in statements)
        self._names: dict[str, int] = defaultdict(int)
        self._patterns: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self._resources: dict[str, int] = defaultdict(int)
        self._conditions: dict[str, int] = defaultdict(int)
        for number, statement in enumerate(statements):
            for text in _listed(statement.get("Action", statement.get("NotAction"))):
                wild = "*" in text or "?" in text
                (self._patterns[_service(text)] if wild else self._names)[text.lower()] |= 1 << number
            for text in _listed(statement.get("Resource", statement.get("NotResource"))):
                self._resources[text] |= 1 << number
            self._conditions[json.dumps(statement.get("Condition", {}))] |= 1 << number
        self.variables = sorted({name.lower() for text in self._resources for name in _VARIABLE.findall(text)})
        """The context keys that decide which resources are meant."""

    def of_action(self, action: str) -> int:
        """The statements that an action fits."""
        action = action.lower()
        found = self._names.get(action, 0)
        for service in ("*", _service(action)):
            for pattern, bits in self._patterns.get(service, {}).items():
                if bits & ~found and _action_matches(pattern, action):
                    found |= bits
        return found ^ self._not_action

    def of_resources(self, resources: Iterable[str], context: Context) -> dict[int, str]:
        """The statements that resources fit, each with one that fits these and no others."""
        patterns = [
            (text, oracle._pattern(text, context, variables=True), bits) for text, bits in self._resources.items()
        ]
        # Of what an unknown variable leaves open under NotResource nothing is known.
        unknown = 0
        for _, pattern, bits in patterns:
            unknown |= bits & self._not_resource if pattern is None else 0
        result: dict[int, str] = {}
        for resource in resources:
            found = 0
            for text, pattern, bits in patterns:
                if bits & ~found and pattern is not None and _arn_matches(text, pattern, resource):
                    found |= bits
            result.setdefault((found ^ self._not_resource) & ~unknown, resource)
        return result

    def of_context(self, context: Context) -> int:
        """The statements whose conditions hold."""
        return sum(
            bits
            for block, bits in self._conditions.items()
            if all(
                oracle._condition_holds(operator, _listed(values), context.get(key.lower()), context, variables=True)
                for operator, keys in json.loads(block).items()
                for key, values in keys.items()
            )
        )

    def verdicts(self, fits: int) -> list[bool]:
        """What each version says to a request that fits these statements."""
        return [fits & mask != 0 and fits & mask & self._allow == fits & mask for mask in self._versions]


def differences(
    versions: Sequence[Iterable[Json]],
    actions: Iterable[str],
    resources: Iterable[str],
    contexts: Iterable[Context],
) -> Iterator[tuple[Request, list[bool]]]:
    """Requests that the versions decide differently, of all that can be made of these parts, with the verdicts."""
    asked = Versions(versions)
    by_action = {asked.of_action(text): text for text in actions}
    by_context: dict[tuple[Any, ...], dict[int, Context]] = defaultdict(dict)
    for context in ({key.lower(): value for key, value in context.items()} for context in contexts):
        filled = tuple(context.get(name) for name in asked.variables)
        by_context[filled].setdefault(asked.of_context(context), context)
    texts = sorted(resources)
    for there in by_context.values():
        context = next(iter(there.values()))
        by_resource = asked.of_resources(texts, context)
        pairs = {a & r: (action, text) for a, action in by_action.items() for r, text in by_resource.items()}
        decided = {fits & c: (*pair, context) for fits, pair in pairs.items() for c, context in there.items()}
        for fits, request in decided.items():
            verdicts = asked.verdicts(fits)
            if len(set(verdicts)) > 1:
                yield Request(*request), verdicts


def _bits(facts: Iterable[bool]) -> int:
    return sum(1 << number for number, fact in enumerate(facts) if fact)


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


def _service(action: str) -> str:
    return action.lower().partition(":")[0]


@lru_cache(1 << 16)
def _action_matches(pattern: str, action: str) -> bool:
    # Most are told apart by their first letters.
    return action.startswith(_literal(pattern)) and oracle._action_matches(pattern, action)


def _arn_matches(text: str, pattern: list[Any], resource: str) -> bool:
    # As above; a variable ends the letters, too.
    return resource.startswith(_literal(text)) and oracle._arn_matches(pattern, resource)


@lru_cache(1 << 14)
def _literal(pattern: str) -> str:
    """The letters before the first wildcard or variable."""
    return re.split(r"[*?]|\$\{", pattern, maxsplit=1)[0]
