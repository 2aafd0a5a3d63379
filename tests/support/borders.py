"""Requests at the borders of what a document says, made of its own patterns.

For each pattern of actions and resources what just fits it and what just does not: its wildcards filled with nothing,
one and many characters, a character more, less and another one beside each, another service. For each condition key no
value, each that is named, one beside it, and several at once where the operators take several.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from tests.support.oracle import Context

Json = Any
_GLOB = re.compile(r"[*?]")
_VARIABLE = re.compile(r"\$\{([^}*?$]+)\}")
# What a variable of a resource stands for in the requests.
VALUE = "a1"
# Values for operators that compare other things than texts.
_OF_OTHER_KINDS = ("true", "false", "0", "99999", "2001-01-01T00:00:00Z", "2199-01-01T00:00:00Z", "10.0.0.1")


def actions(statements: Iterable[Json]) -> set[str]:
    """Actions beside those of these statements."""
    found = {"zz:Other"}
    for pattern in _texts(statements, "Action"):
        for text in around(pattern, "Qx7"):
            found.add(text if ":" in text else f"zz:{text}")
        service, _, name = _filled(pattern, "Q").partition(":")
        found |= {f"{service}z:{name}", f"zz:{name}", f"{service}:{name.swapcase()}"}
    return found


def resources(statements: Iterable[Json]) -> set[str]:
    """Resources beside those of these statements."""
    found = {"*", "arn:aws:zz:::other"}
    for pattern in _texts(statements, "Resource"):
        text = _VARIABLE.sub(VALUE, pattern)
        for variant in (pattern.replace("${", "").replace("}", ""), *around(text, "q/r:7"), *around(text, "q")):
            found.add(variant)
        fields = _filled(text, "q").split(":", 5)
        for number in range(1, min(5, len(fields))):
            found.add(":".join((*fields[:number], f"{fields[number]}z", *fields[number + 1 :])))
    return found


def around(pattern: str, many: str) -> Iterator[str]:
    """Texts that fit a pattern, and with a character more, less or another one beside a wildcard or at the end."""
    yield from (_filled(pattern, fill) for fill in ("", "Q", many))
    places = [match.start() for match in _GLOB.finditer(pattern)]
    for place in places:
        # This wildcard alone filled with nothing and with much.
        for fill in ("", many):
            yield _filled(pattern[:place], "Q") + fill + _filled(pattern[place + 1 :], "Q")
    for place in (*places, len(pattern)):
        before, after = _filled(pattern[:place], "Q"), _filled(pattern[place:], "Q")
        yield from (before[:-1] + after, before + "~" + after, before[:-1] + "~" + after)
        yield from (before + after[1:], before + "~" + after[1:], after[:1] + before)


def contexts(statements: Iterable[Json]) -> list[Context]:
    """Contexts in which the keys of these statements are absent, as they are named, and otherwise; one at a time."""
    values: dict[str, dict[str, None]] = defaultdict(dict)
    single: set[str] = set()
    for statement in statements:
        for operator, keys in statement.get("Condition", {}).items():
            for key, named in keys.items():
                if ":" not in operator and operator != "Null":
                    single.add(key.lower())
                values[key.lower()].update(dict.fromkeys(_beside(map(str, _listed(named)))))
        for text in _texts([statement], "Resource"):
            for name in _VARIABLE.findall(text):
                single.add(name.lower())
                values[name.lower()][VALUE] = None
    choices: dict[str, list[Any]] = {key: list(found) for key, found in values.items()}
    for key, found in choices.items():
        if key not in single:
            found += [(), tuple(found[:1]), tuple(found[:2]), tuple(found)]
    as_named = {key: found[0] for key, found in choices.items()}
    result: list[Context] = [{}, as_named]
    for key, found in choices.items():
        result.append({name: value for name, value in as_named.items() if name != key})
        for value in found:
            result += [as_named | {key: value}, {key: value}]
    return result


def _beside(named: Iterable[str]) -> Iterator[str]:
    for value in named:
        text = _VARIABLE.sub(VALUE, value)
        yield from (_filled(text, "q"), _filled(text, ""), _filled(text, "q") + "~", text.swapcase())
    yield from ("other", *_OF_OTHER_KINDS)


def _filled(pattern: str, fill: str) -> str:
    """The pattern with each star filled, and each question mark by one character."""
    return pattern.replace("*", fill).replace("?", "Q")


def _texts(statements: Iterable[Json], name: str) -> set[str]:
    return {
        text for s in statements for element in (name, f"Not{name}") for text in _listed(s.get(element, [])) if text
    }


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]
