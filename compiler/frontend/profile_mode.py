"""``profile:`` of a stack or layer: where the instance profile comes from."""

from __future__ import annotations

from compiler.aws.arn import parse_arn
from compiler.diagnostics import Diagnostic
from compiler.diagnostics.value import record
from compiler.frontend.codes import INVALID_RESOURCE, PROFILE_MODE
from compiler.frontend.scope import Scope
from compiler.ir.spec import Layer
from compiler.source import Mapping, Node, Scalar

INHERIT, EXTEND, REPLACE, EXISTING, NONE = "inherit", "extend", "replace", "existing", "none"


@record(frozen=True, slots=True)
class ProfileMode:
    """How a layer gets its profile.

    With ``existing`` the profile's name and (when known) ARN; ``role`` is the name of the role that policies are
    attached to, empty when nothing is attached.
    """

    mode: str
    name: str = ""
    arn: str = ""
    role: str = ""


def layer_mode(scope: Scope, layer: Layer) -> ProfileMode | None:
    """The mode of a layer: as written, otherwise ``inherit`` without apps and permissions and ``extend`` with."""
    own = bool(layer.apps or layer.permissions)
    if layer.profile is None:
        return ProfileMode(EXTEND if own else INHERIT)
    path = f"{layer.path}.profile"
    mode = parse_mode(scope, layer.profile, path)
    if mode is None or not own:
        return mode
    if mode.mode == INHERIT:
        _fault(
            scope, layer.profile, path, f"layer `{layer.name.text}` has permissions of its own and no profile for them",
            "takes the stack's default profile as it is",
            ("write `profile: extend` (the stack's permissions and these) or `profile: replace` (only these)",),
        )  # fmt: skip
        return None
    if mode.mode == EXISTING and not mode.role:
        _fault(
            scope, layer.profile, path, f"the permissions of layer `{layer.name.text}` go nowhere",
            "this profile is made elsewhere and nothing is attached to its role",
            ("attach them: `profile: {existing: NAME, attach: true, role: ROLE-NAME}`",
             "or take `apps` and `permissions` away from the layer"),
        )  # fmt: skip
        return None
    return mode


def parse_mode(scope: Scope, node: Node, path: str) -> ProfileMode | None:
    """A ``profile:`` value as a mode; None when something in it is wrong."""
    if isinstance(node, Scalar):
        text = scope.text(node, path)
        if text is None:
            return None
        if text not in (INHERIT, EXTEND, REPLACE, NONE):
            _fault(scope, node, path, f"`{text}` is no profile mode", "not a mode",
                   ("use inherit, extend, replace or `{existing: NAME}`",))  # fmt: skip
            return None
        return ProfileMode(text)
    if not isinstance(node, Mapping):
        return None
    existing = _text(scope, node, "existing", path)
    if not existing:
        return None
    attach_node = node.get("attach")
    attach = isinstance(attach_node, Scalar) and scope.flag(attach_node, f"{path}.attach")
    role = _text(scope, node, "role", path)
    if attach and not role:
        _fault(scope, node, path, "`attach: true` needs the name of the role to attach to", "no `role`",
               ("add `role: NAME`: the role that the profile holds",))  # fmt: skip
        return None
    if role and not attach:
        _fault(scope, node, path, "`role` is named and nothing is attached to it", "no `attach: true`",
               ("add `attach: true`, or leave `role` out",))  # fmt: skip
        return None
    arn = parse_arn(existing)
    if arn is None:
        if existing.startswith("arn:"):
            _no_profile(scope, node, existing, path)
            return None
        return ProfileMode(EXISTING, existing, "", role)
    if arn.service != "iam" or not arn.resource.startswith("instance-profile/"):
        _no_profile(scope, node, existing, path)
        return None
    return ProfileMode(EXISTING, arn.resource.rpartition("/")[2], existing, role)


def _no_profile(scope: Scope, node: Mapping, text: str, path: str) -> None:
    scope.diagnostics.add(
        Diagnostic(
            INVALID_RESOURCE,
            f"`{text}` is not an instance profile",
            node.span.find(text),
            "not an instance profile's ARN",
            expected="a profile's name, or `arn:…:iam::ACCOUNT:instance-profile/NAME`",
            path=f"{path}.existing",
        )
    )


def _text(scope: Scope, node: Mapping, key: str, path: str) -> str:
    child = node.get(key)
    return (scope.text(child, f"{path}.{key}") or "") if isinstance(child, Scalar) else ""


def _fault(scope: Scope, node: Node, path: str, message: str, label: str, help_lines: tuple[str, ...]) -> None:
    scope.diagnostics.add(Diagnostic(PROFILE_MODE, message, node.span, label, help=help_lines, path=path))
