"""What guardrails say about roles: boundary, tags, path, trust, and profiles that are made elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from compiler.aws.pattern import arn_covers, covers, matches
from compiler.aws.reference import OPEN, display
from compiler.checks.guardrail_codes import GUARDED_BOUNDARY, GUARDED_PATH, GUARDED_PROFILE, GUARDED_TAG
from compiler.checks.guardrail_scope import speaks_of_layer, speaks_of_policy, speaks_of_role, told_by
from compiler.checks.guardrail_trust import trust_findings
from compiler.checks.wording import either, listed
from compiler.diagnostics import Code, Diagnostic, Label, Origin
from compiler.diagnostics.value import record
from compiler.ir.guardrails import Guardrail, Rule
from compiler.ir.program import Policy, Role, StackProgram, setting_origin
from compiler.ir.spec import Spec


@record(frozen=True, slots=True)
class _Want:
    """A setting that roles (and policies) need: what it is called, where it is written, and how to say it."""

    code: Code
    rule: Rule
    setting: str
    noun: str


def role_findings(guardrail: Guardrail, stack: StackProgram, spec: Spec) -> Iterator[Diagnostic]:
    """What a guardrail finds in the settings of a stack; roles with one and the same fault are one finding."""
    roles = [item for item in stack.roles if speaks_of_role(guardrail, stack, item)]
    things: list[Role | Policy] = [item for item in roles if not item.existing]
    things += [item for item in stack.policies if speaks_of_policy(guardrail, stack, item)]
    for rule in guardrail.rules:
        if rule.key == "require_boundary":
            want = _Want(GUARDED_BOUNDARY, rule, "permissions_boundary", "permissions boundary")
            found = [(item, "" if item.existing else item.permissions_boundary) for item in roles]
            yield from _settings(guardrail, stack, want, found)
        elif rule.key == "require_path":
            want = _Want(GUARDED_PATH, rule, "path", "path")
            yield from _settings(guardrail, stack, want, [(item, item.path) for item in things])
        elif rule.key == "require_tags":
            want = _Want(GUARDED_TAG, rule, f"tags.{rule.detail}", f"tag `{rule.detail}`")
            yield from _settings(guardrail, stack, want, [(item, dict(item.tags).get(rule.detail)) for item in things])
        elif rule.key == "allow_trust":
            yield from trust_findings(guardrail, stack, roles, rule)
        elif rule.key == "allow_existing_profiles":
            yield from _profiles(guardrail, stack, spec, rule)


def _settings(
    guardrail: Guardrail, stack: StackProgram, want: _Want, things: Iterable[tuple[Role | Policy, str | None]]
) -> Iterator[Diagnostic]:
    compare = arn_covers if want.code is GUARDED_BOUNDARY else covers
    faults: dict[tuple[Origin, str | None], list[str]] = {}
    for thing, value in things:
        if value is None or not any(compare(text, value) for text in want.rule.texts):
            written = any(name == want.setting for name, _ in thing.settings)
            elsewhere = isinstance(thing, Role) and thing.existing
            place = setting_origin(thing, want.setting) if written else thing.origin if elsewhere else stack.origin
            faults.setdefault((place, value), []).append(thing.name)
    for (place, value), names in faults.items():
        yield _report(guardrail, want, place, value, names)


def _report(guardrail: Guardrail, want: _Want, place: Origin, value: str | None, names: list[str]) -> Diagnostic:
    patterns = either(f"`{text}`" for text in want.rule.texts)
    has = f"is `{display(value)}`" if value else "is not set"
    exact = [text for text in want.rule.texts if "*" not in text and "?" not in text]
    key, _, tag = want.setting.partition(".")
    example = f"{key}: {{{tag}: {exact[0]}}}" if exact and tag else f"{key}: {exact[0]}" if exact else ""
    notes = [f"this is about {listed(names)}"]
    if value and OPEN in value:
        notes.append("what it stands for is only known after `terraform apply`")
    return Diagnostic(
        want.code,
        f"guardrail `{guardrail.name}` requires a {want.noun} like {patterns}, and it {has}",
        place.span.find(display(value)) if value else place.span,
        "another one" if value else "without it",
        (Label(want.rule.span, told_by(guardrail)),),
        notes=tuple(notes),
        help=(f"write `{example}` here or under `defaults`",) if example else (),
        path=place.path,
    )


def _profiles(guardrail: Guardrail, stack: StackProgram, spec: Spec, rule: Rule) -> Iterator[Diagnostic]:
    written = spec.stacks.get(stack.name)
    own = {layer.name.text: layer for layer in (*written.layers, *written.profiles)} if written else {}
    for link in stack.layers:
        layer = own.get(link.layer)
        place = layer if layer and layer.profile else written
        name = link.profile_name
        if not name or place is None or place.profile is None or any(matches(text, name) for text in rule.texts):
            continue
        if speaks_of_layer(guardrail, stack, layer.path if layer else stack.origin.path):
            yield Diagnostic(
                GUARDED_PROFILE,
                f"guardrail `{guardrail.name}` does not allow the instance profile `{display(name)}`",
                place.profile.span.find(display(name)),
                "made elsewhere: what it allows is not known here",
                (Label(rule.span, told_by(guardrail)),),
                help=(f"it allows {listed(rule.texts)}",),
                path=f"{place.path}.profile",
            )
