"""Settings that ``defaults``, a stack and a layer share: the nearest one that says something counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field, replace

from compiler.aws.partitions import service_principal
from compiler.aws.service_principals import session_actions
from compiler.aws.statement import Condition, Statement
from compiler.diagnostics import Diagnostic, Origin, Span
from compiler.diagnostics.value import record
from compiler.frontend.codes import INVALID_NUMBER, INVALID_TRUST, PROVIDER_ARGUMENT
from compiler.frontend.scope import Scope
from compiler.ir.program import Json, Quotas, SettingOrigins, Tags, TerraformSettings
from compiler.ir.spec import Settings
from compiler.source import Mapping, Node, Scalar, Sequence, to_plain

Chain = tuple[tuple[Settings, str], ...]  # nearest first, each with its spec path


def chain_of(*levels: tuple[Settings, str]) -> Chain:
    """Levels that say anything at all, nearest first."""
    return tuple(level for level in levels if level[0] is not _EMPTY and level[0] != _EMPTY)


_EMPTY = Settings()


@record(frozen=True, slots=True)
class Found:
    """A setting and where it was said."""

    node: Node
    path: str


def find(chain: Chain, name: str) -> Found | None:
    """The nearest value of a setting."""
    for settings, path in chain:
        node = getattr(settings, name)
        if node is not None:
            return Found(node, f"{path}.{name}")
    return None


def text_setting(scope: Scope, chain: Chain, name: str, *, references: bool = False) -> str:
    """A text setting, or ``""`` when no level has it."""
    found = find(chain, name)
    if found is None or not isinstance(found.node, Scalar):
        return ""
    return scope.text(found.node, found.path, references=references) or ""


def flag_setting(scope: Scope, chain: Chain, name: str, *, default: bool) -> bool:
    """A yes/no setting."""
    found = find(chain, name)
    flag = scope.flag(found.node, found.path) if found and isinstance(found.node, Scalar) else None
    return default if flag is None else flag


def whole_number(scope: Scope, node: Node | None, path: str) -> int | None:
    """A whole number that may come out of a template; anything else is reported."""
    if not isinstance(node, Scalar):
        return None
    text = scope.text(node, path)
    if text is None:
        return None
    if text.isascii() and text.isdigit() and len(text) <= 9:
        return int(text)
    scope.diagnostics.add(
        Diagnostic(INVALID_NUMBER, f"`{text}` is no whole number", node.span, expected="a whole number", path=path)
    )
    return None


def session_duration(scope: Scope, chain: Chain) -> int | None:
    """Seconds, or None for AWS's own default (3,600)."""
    found = find(chain, "session_duration")
    return whole_number(scope, found.node, found.path) if found else None


def tags(scope: Scope, chain: Chain) -> Tags:
    """Tags of all levels together; the nearest level wins for each key; sorted by key."""
    merged: dict[str, str] = {}
    for settings, path in reversed(chain):
        if settings.tags is None:
            continue
        for key, (_, node) in settings.tags.entries.items():
            if isinstance(node, Scalar):
                value = scope.text(node, f"{path}.tags.{key}", references=True)
                if value is not None:
                    merged[key] = "" if node.is_null else value
    return tuple(sorted(merged.items()))


_WITH_PLACE = ("path", "permissions_boundary", "session_duration", "trust")


def setting_origins(chain: Chain) -> SettingOrigins:
    """Where each setting that counts is written, tags one by one (``tags.owner``)."""
    if not chain:
        return ()
    found: dict[str, Origin] = {}
    for settings, path in chain:
        for name in _WITH_PLACE:
            node = getattr(settings, name)
            if node is not None:
                found.setdefault(name, Origin(node.span, f"{path}.{name}"))
        for key, (scalar, node) in settings.tags.entries.items() if settings.tags else ():
            place = Span(scalar.source, scalar.start, max(scalar.end, node.end))
            found.setdefault(f"tags.{key}", Origin(place, f"{path}.tags.{key}"))
    return tuple(found.items())


@record(frozen=True, slots=True)
class Common:
    """The settings that roles and policies have in common, evaluated in a scope."""

    path: str
    tags: Tags
    origins: SettingOrigins
    permissions_boundary: str
    session_duration: int | None
    exclusive: bool
    protect: bool


@record(slots=True)
class SettingsCache:
    """Evaluates a chain once for all scopes of a stack, unless its templates may speak of the layer or app."""

    known: dict[int, tuple[Chain, Common]] = field(default_factory=dict)

    def get(self, scope: Scope, chain: Chain) -> Common:
        """The settings of a chain in a scope."""
        found = self.known.get(id(chain))
        if found is not None:
            return found[1]
        reported = len(scope.diagnostics.items)
        common = Common(
            text_setting(scope, chain, "path") or "/",
            tags(scope, chain),
            setting_origins(chain),
            text_setting(scope, chain, "permissions_boundary", references=True),
            session_duration(scope, chain),
            flag_setting(scope, chain, "exclusive", default=True),
            flag_setting(scope, chain, "protect", default=False),
        )
        if len(scope.diagnostics.items) == reported and not _has_templates(chain):
            # The chain is kept with its settings, so that its id stays its own.
            self.known[id(chain)] = (chain, common)
        return common


def _has_templates(chain: Chain) -> bool:
    nodes = (node for settings, _ in chain for name in _SHARED if (node := getattr(settings, name)) is not None)
    return any(node.source.has_templates for node in nodes)


_SHARED = ("path", "tags", "permissions_boundary", "session_duration", "exclusive", "protect")


def quotas(scope: Scope, chain: Chain) -> Quotas:
    """Quotas of the account, as far as the spec says that they were raised."""
    values = {name: getattr(Quotas(), name) for name in Quotas.__match_args__}
    for settings, path in reversed(chain):
        for key, (_, node) in settings.quotas.entries.items() if settings.quotas else ():
            number = whole_number(scope, node, f"{path}.quotas.{key}")
            if key in values and number is not None:
                values[key] = number
    return Quotas(**values)


def shrinks_actions(chain: Chain) -> bool:
    """Whether lists of actions are to be shortened; the nearest level wins."""
    return next((settings.shrink.text == "actions" for settings, _ in chain if settings.shrink), False)


def terraform_settings(scope: Scope, chain: Chain) -> TerraformSettings:
    """What the spec says about the ``terraform`` and ``provider`` blocks; the nearest level wins for each key."""
    merged: dict[str, Json] = {}
    for settings, path in reversed(chain):
        for key, (_, node) in settings.terraform.entries.items() if settings.terraform else ():
            # A version or backend is a literal of Terraform, so a reference cannot stand there; a provider argument
            # is an expression.
            merged[key] = _plain_texts(scope, node, f"{path}.terraform.{key}", references=key == "provider")
            if key == "provider" and isinstance(node, Mapping):
                _check_provider(scope, node, f"{path}.terraform.provider")
    backend = merged.get("backend")
    kind = next(iter(backend), None) if isinstance(backend, dict) else None
    base = TerraformSettings()
    return TerraformSettings(
        str(merged.get("required_version") or base.required_version),
        str(merged.get("aws_version") or base.aws_version),
        (kind, backend[kind] or {}) if kind and isinstance(backend, dict) else None,
        merged.get("provider"),
    )


_OURS = {
    "alias": "resources use the provider without one, which would know neither region nor account",
    "region": "it is the `region` of the stack",
    "allowed_account_ids": "it is the `account` of the stack",
    "forbidden_account_ids": "every account but the `account` of the stack is",
}


def _check_provider(scope: Scope, node: Mapping, path: str) -> None:
    for key, _ in node.entries.values():
        name = scope.text(key, path)
        if name in _OURS:
            scope.diagnostics.add(
                Diagnostic(
                    PROVIDER_ARGUMENT,
                    f"`{name}` cannot be given to the provider",
                    key.span,
                    _OURS[name],
                    help=("take it out",),
                    path=f"{path}.{key.text}",
                )
            )


def _plain_texts(scope: Scope, node: Node, path: str, *, references: bool) -> Json:
    if isinstance(node, Mapping):
        return {
            scope.text(name, path) or "": _plain_texts(scope, child, f"{path}.{key}", references=references)
            for key, (name, child) in node.entries.items()
        }
    if isinstance(node, Sequence):
        return [_plain_texts(scope, child, f"{path}[{i}]", references=references) for i, child in enumerate(node.items)]
    if "{" in node.text:
        return scope.text(node, path, references=references) or ""
    return to_plain(node)


def trust_statements(scope: Scope, chain: Chain, partition: str, fallback: Origin) -> tuple[Statement, ...]:
    """The trust policy of a role: EC2 of the partition when nothing is said, otherwise just what ``trust:`` lists.

    Source: IAM User Guide, "Using an IAM role to grant permissions to applications running on Amazon EC2 instances".
    """
    found = find(chain, "trust")
    if found is None or not isinstance(found.node, Sequence):
        principal = service_principal("ec2", partition)
        return (_trust("Service", principal, (), fallback),)
    statements: list[Statement] = []
    for index, item in enumerate(found.node.items):
        path = f"{found.path}[{index}]"
        if isinstance(item, Mapping):
            statements += _trust_entry(scope, item, partition, path)
    return tuple(sorted(set(statements), key=lambda statement: statement.sort_key))


def _trust_entry(scope: Scope, item: Mapping, partition: str, path: str) -> Iterator[Statement]:
    from compiler.frontend.conditions import condition_block

    conditions = condition_block(scope, item.get("when"), f"{path}.when")
    origin = Origin(item.span, path)
    for kind in ("service", "account", "principal"):
        node = item.get(kind)
        if not isinstance(node, Scalar):
            continue
        text = scope.text(node, f"{path}.{kind}", references=True)
        if text is None:
            continue
        if kind == "service":
            principal = text if "." in text else service_principal(text, partition)
            trusted = _trust("Service", principal, conditions, origin)
            yield replace(trusted, actions=(*trusted.actions, *session_actions(principal)))
        elif kind == "account":
            if not (text.isascii() and text.isdigit() and len(text) == 12):
                _trust_fault(scope, node.span, f"`{text}` is not an account id", "12 digits", f"{path}.account")
                continue
            yield _trust("AWS", f"arn:{scope.place.partition}:iam::{text}:root", conditions, origin)
        elif text == "*" or not (text.startswith("arn:") or "\ue000" in text):
            _trust_fault(
                scope, node.span, f"`{text}` is not a principal that can be trusted by name",
                "the ARN of a role or user, e.g. `arn:aws:iam::123456789012:role/deploy`", f"{path}.principal",
            )  # fmt: skip
        else:
            yield _trust("AWS", text, conditions, origin)


def _trust(kind: str, value: str, conditions: tuple[Condition, ...], origin: Origin) -> Statement:
    return Statement(
        actions=("sts:AssumeRole",),
        conditions=conditions,
        principals=((kind, (value,)),),
        origins=(origin,),
        source="trust",
    )


def _trust_fault(scope: Scope, span: Span, message: str, expected: str, path: str) -> None:
    scope.diagnostics.add(Diagnostic(INVALID_TRUST, message, span, expected=expected, path=path))
