"""What only trust policies have: principals, and actions by which they assume a role.

Source: IAM User Guide, "AWS JSON policy elements: Principal" and "Methods to assume a role".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from compiler.aws.pattern import matches
from compiler.aws.statement import Statement
from compiler.diagnostics import Diagnostic, did_you_mean, one_of
from compiler.frontend.document_codes import TRUST_ACTION
from compiler.source import Mapping, Scalar

if TYPE_CHECKING:
    from compiler.frontend.document_grammar import DocumentReader

Principals = tuple[tuple[str, tuple[str, ...]], ...]
_KINDS = ("AWS", "Service", "Federated", "CanonicalUser")
# An account, an ARN of IAM or STS, or the id that is left of a user or role that was deleted.
_AWS = re.compile(r"\*|[0-9]{12}|arn:[a-z0-9-]+:(?:iam|sts)::[0-9]{12}:[^*?]+|A[A-Z0-9]{15,}")
_FEDERATED = re.compile(
    r"arn:[a-z0-9-]+:iam::[0-9]{12}:(?:saml|oidc)-provider/[^*?]+|[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/[^*?\s]*)?",
    re.IGNORECASE,
)
_REFERENCE = "\ue000"


def principals_of(reader: DocumentReader, node: Mapping, path: str) -> Principals:
    """The principals of a statement, sorted by kind; what is wrong with one is reported, and it is left out."""
    if "NotPrincipal" in node.entries:
        return ()  # reported as an element that cannot stand there
    body = node.get("Principal")
    where = f"{path}.Principal"
    if body is None:
        reader.fault(
            reader.head(node), path, "the statement has no `Principal`", 'who may assume the role, `{"Service": …}`'
        )
        return ()
    if isinstance(body, Scalar) and body.text == "*":
        return (("*", ("*",)),)
    if not isinstance(body, Mapping):
        text = body.text if isinstance(body, Scalar) else ""
        kind = "Service" if ".amazonaws." in text else "AWS"
        help_lines = (f'write `{{"{kind}": "{text}"}}`',) if text else ()
        reader.fault(body.span, where, "`Principal` needs a kind", one_of(_KINDS), help_lines)
        return ()
    if not body.entries:
        reader.fault(body.span, where, "`Principal` names nobody", one_of(_KINDS))
    found: dict[str, tuple[str, ...]] = {}
    for kind, (key, values) in body.entries.items():
        if kind not in _KINDS:
            reader.fault(
                key.span,
                f"{where}.{kind}",
                f"`{kind}` is no kind of principal",
                one_of(_KINDS),
                did_you_mean(kind, _KINDS),
            )
            continue
        texts = reader.texts(values, f"{where}.{kind}", "at least one principal")
        sound = tuple(text for text in texts if _is_sound(kind, text))
        for text in texts:
            if text not in sound:
                span = values.span.find(text)
                reader.fault(
                    span, f"{where}.{kind}", f"`{text}` is no principal", _expected(kind), label=_reason(kind, text)
                )
        if sound:
            found[kind] = sound
    return tuple(sorted(found.items()))


def _is_sound(kind: str, text: str) -> bool:
    if _REFERENCE in text or kind in ("Service", "CanonicalUser"):  # services have a rule of their own
        return True
    return (_AWS if kind == "AWS" else _FEDERATED).fullmatch(text) is not None


def _reason(kind: str, text: str) -> str:
    if kind == "AWS" and ".amazonaws." in text:
        return "a service stands under `Service`"
    return "a principal has no wildcards" if "*" in text or "?" in text else ""


def _expected(kind: str) -> str:
    if kind == "AWS":
        return "an account id, the ARN of a role or user, or `*` alone"
    return "the ARN of a SAML or OIDC provider, or the domain of one such as `cognito-identity.amazonaws.com`"


_PLAIN, _WEB, _SAML = "sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"
_SESSIONS = (_PLAIN, _WEB, _SAML)
# These hand out no session of their own: they go along with one of the others.
_WITH_IT = ("sts:TagSession", "sts:SetSourceIdentity", "sts:SetContext")
_WORDS = {
    _PLAIN: "services, accounts, roles and users",
    _WEB: "identity providers for the web",
    _SAML: "SAML providers",
}


def trust_faults(reader: DocumentReader, statement: Statement, path: str) -> None:
    """Actions by which no role is assumed, and principals that can use none of the actions."""
    for action in statement.actions:
        if _REFERENCE not in action and not any(_covers(action, name) for name in (*_SESSIONS, *_WITH_IT)):
            near = did_you_mean(action, (*_SESSIONS, *_WITH_IT))
            _report(
                reader, statement, action, path, f"`{action}` cannot stand in a trust policy",
                "nothing is assumed by this",
                near or ("a role is assumed by `sts:AssumeRole`; what it may do stands in a policy of its own",),
            )  # fmt: skip
    if statement.effect != "Allow" or not statement.actions:
        return
    named = {name: action for action in statement.actions for name in _SESSIONS if _covers(action, name)}
    fitting = {_action_of(kind, value) for kind, values in statement.principals for value in values}
    for name in sorted(fitting - {""} - named.keys()) if named else ():
        others = " and ".join(f"`{action}`" for action in sorted(set(named.values())))
        _report(
            reader, statement, sorted(named.values())[0], path, f"{_WORDS[name]} cannot use {others}",
            "does not fit the principal", (f"write `{name}`",),
        )  # fmt: skip


def _covers(action: str, name: str) -> bool:
    return matches(action.lower(), name.lower())


def _action_of(kind: str, value: str) -> str:
    """The action by which a principal assumes a role; empty where that is not known (a reference, everybody)."""
    if value == "*" or _REFERENCE in value or kind not in ("AWS", "Service", "Federated"):
        return ""
    if kind != "Federated":
        return _PLAIN
    return _SAML if ":saml-provider/" in value else _WEB


def _report(
    reader: DocumentReader,
    statement: Statement,
    action: str,
    path: str,
    message: str,
    label: str,
    help_lines: tuple[str, ...],
) -> None:
    span = statement.origins[0].span.find(action)
    reader.diagnostics.add(Diagnostic(TRUST_ACTION, message, span, label, help=help_lines, path=f"{path}.Action"))
