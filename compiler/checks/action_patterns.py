"""Action patterns of statements as the service data reads them, each read once."""

from __future__ import annotations

from functools import cache
from typing import Literal

from compiler.aws.pattern import matches
from compiler.aws.service_data import Action, expand_action, service_exists, service_prefixes
from compiler.diagnostics.value import record

Fault = Literal["", "form", "service", "action"]


@record(frozen=True, slots=True)
class ActionPattern:
    """One action as a statement writes it, and what it can be.

    ``wide`` patterns reach over services (``*``, ``s3*:Get*``): they are never expanded, because they always match
    something. ``fault`` says why a pattern matches no action at all: it has no service part (``form``), the service
    does not exist, or the service has no such action.
    """

    text: str
    service: str
    name: str
    actions: tuple[Action, ...] = ()
    wide: bool = False
    fault: Fault = ""

    @property
    def is_literal(self) -> bool:
        """Whether it names one action."""
        return "*" not in self.text and "?" not in self.text


@cache
def read_pattern(text: str) -> ActionPattern:
    """What an action pattern stands for.

    >>> [action.name for action in read_pattern("s3:getobject").actions]
    ['GetObject']
    >>> read_pattern("s3:GetObjct").fault
    'action'
    """
    service, colon, name = text.partition(":")
    if text.strip("*") == "":
        return ActionPattern(text, service, "*", wide=bool(text), fault="" if text else "form")
    if not colon or not service or not name:
        return ActionPattern(text, service, name, fault="form")
    if "*" in service or "?" in service:
        found = any(matches(service.lower(), prefix) for prefix in service_prefixes())
        return ActionPattern(text, service, name, wide=found, fault="" if found else "service")
    if not service_exists(service):
        return ActionPattern(text, service, name, fault="service")
    actions = expand_action(text)
    return ActionPattern(text, service.lower(), name, actions, fault="" if actions else "action")


@cache
def read_patterns(texts: tuple[str, ...]) -> tuple[ActionPattern, ...]:
    """All patterns of an ``Action`` element."""
    return tuple(map(read_pattern, texts))
