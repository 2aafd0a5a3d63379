"""Roles that would be over a quota while old and new are there together, found in the output that stands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compiler.aws.limits import INLINE_POLICIES_LENGTH
from compiler.aws.statement import Statement, document_json, document_size
from compiler.diagnostics import Diagnostic, Severity, SourceText, Span
from compiler.ir.program import ManagedPolicy, Role, StackProgram
from compiler.terraform.carried import carried
from compiler.terraform.emit import emit_stack
from compiler.terraform.escape import template, untemplate
from compiler.terraform.overlap import Change, overlap_findings
from tests.support.stacks import SPEC, as_module, origin, policy, relabelled, role, stack

QUOTA = 5
_TEXT = SourceText(SPEC, "x" * 100)


def labels(*names: str) -> tuple[str, ...]:
    return tuple(f"app-{name}" for name in names)


def having(*roles: Role) -> StackProgram:
    """A stack with these roles and the policies that they name."""
    names = sorted({label for item in roles for label in (*item.policies, *item.inline)})
    inline = {label for item in roles for label in item.inline}
    return stack([replace(policy(name), inline=name in inline, file="layer-web") if name in inline else policy(name)
                  for name in names], list(roles))  # fmt: skip


def emitted(program: StackProgram) -> dict[str, bytes]:
    return emit_stack(program, layout="root", spec_name=SPEC)


def found(then: StackProgram | dict[str, bytes], now: StackProgram, quota: int = QUOTA) -> list[Diagnostic]:
    """What is found, looking only at files that change, as the pipeline does."""
    before, after = then if isinstance(then, dict) else emitted(then), emitted(now)
    others = {path: text for path, text in after.items() if before.get(path) == text}
    change = Change(
        {path: text for path, text in before.items() if path not in others},
        {path: text for path, text in after.items() if path not in others},
        others,
        "123456789012",
        quota,
    )
    return list(overlap_findings(change, lambda path: Span(_TEXT, len(path), len(path) + 1)))


def managed(*names: str) -> tuple[ManagedPolicy, ...]:
    place = origin("stacks.shop.layers.web.permissions[0]")
    return tuple(ManagedPolicy(name, f"arn:aws:iam::aws:policy/{name}", place) for name in names)


def test_what_comes_and_goes_together_is_over_the_quota() -> None:
    (finding,) = found(having(role("web", *labels(*"abcd"))), having(role("web", *labels(*"awxy"))))
    assert finding.code.id == "SG905"
    assert finding.level is Severity.ERROR
    assert finding.message == "role `shop-web` would have 7 managed policies while Terraform changes them"
    assert finding.label == "has 4, and gets 3 more before it loses 3; the quota is 5"
    assert finding.notes[:3] == (
        "stays: `shop-app-a`",
        "goes: `shop-app-b`, `shop-app-c`, `shop-app-d`",
        "comes: `shop-app-w`, `shop-app-x`, `shop-app-y`",
    )
    assert finding.help[0].startswith("take two steps: take away only `shop-app-b`, `shop-app-c`, compile and apply;")
    assert "quotas: {managed_policies_per_role: 7}" in finding.help[1]
    assert finding.path == "stacks.shop.layers.web"


def test_the_two_steps_fit() -> None:
    between = having(role("web", *labels(*"ad")))
    assert found(having(role("web", *labels(*"abcd"))), between) == []
    assert found(between, having(role("web", *labels(*"awxy")))) == []


@pytest.mark.parametrize(("names", "count"), [("wx", 0), ("wxy", 1)])
def test_the_quota_itself_fits(names: str, count: int) -> None:
    before = having(role("web", *labels(*"abc")))
    assert len(found(before, having(role("web", *labels(*names))))) == count


def test_policies_made_elsewhere_count() -> None:
    before = having(role("web", "app-a", managed=managed("one", "two")))
    now = having(role("web", "app-a", managed=managed("three", "four", "five")))
    (finding,) = found(before, now)
    assert finding.notes[1] == "goes: `one`, `two`"
    assert found(before, having(role("web", "app-a", managed=managed("one", "three", "four")))) == []


def test_taking_away_is_never_too_much() -> None:
    """The quota in the spec was lowered, and AWS is asked for nothing more."""
    assert found(having(role("web", *labels(*"abcdef"))), having(role("web", *labels(*"abcd")))) == []


def test_nothing_that_stands_no_finding() -> None:
    assert found({}, having(role("web", *labels(*"abcdef")))) == []
    assert found(having(role("api", *labels(*"abcd"))), having(role("web", *labels(*"wxyz")))) == []


def test_a_role_of_another_name_begins_anew() -> None:
    before = having(role("web", *labels(*"abcd")))
    assert found(before, having(role("web", *labels(*"wxyz"), name="shop-front"))) == []
    assert len(found(before, having(role("web", *labels(*"wxyz"), name="Shop-Web")))) == 1, "IAM ignores capitals"


def test_a_layer_of_another_name_with_the_same_role() -> None:
    """`moved:` leads the addresses over, and the role is the same."""
    before = having(role("web", *labels(*"abcd")))
    after = relabelled(before, {"web": "site"}, {})
    assert found(before, after) == []
    others = having(role("site", *labels(*"wxyz"), name="shop-web"))
    assert len(found(before, others)) == 1


def test_the_same_in_several_roles_is_one_finding() -> None:
    before = having(role("web", *labels(*"abcd")), role("api", *labels(*"abcd")), role("own", *labels(*"abcd")))
    now = having(role("web", *labels(*"wxyz")), role("api", *labels(*"wxyz")), role("own", *labels(*"abxy")))
    both, own = sorted(found(before, now), key=lambda item: item.message)
    assert both.message == "role `shop-api` and 1 more would have 8 managed policies while Terraform changes them"
    assert [label.text for label in both.secondary] == ["and role `shop-web`"]
    assert own.message.startswith("role `shop-own` would have 6 ")


def elsewhere(label: str, *names: str) -> Role:
    return role(label, *labels(*names), name="legacy", existing=True, profile=None)


def test_a_role_made_elsewhere_counts_over_all_layers_that_attach_to_it() -> None:
    """Files that stay as they are are looked at only then."""
    before = having(elsewhere("one", "a", "b"), elsewhere("two", "c", "d"))
    (finding,) = found(before, having(elsewhere("one", "a", "b"), elsewhere("two", "x", "y")))
    assert finding.message == "role `legacy` would have 6 managed policies while Terraform changes them"
    assert finding.path == "stacks.shop.layers.two"
    assert not any("names:" in line for line in finding.help)
    assert found(before, having(elsewhere("one", "a", "b"), elsewhere("two", "c", "x"))) == []
    (joined,) = found(before, having(elsewhere("one", "a"), elsewhere("two", "c", "d"), elsewhere("three", "x", "y")))
    assert joined.label == "has 4, and gets 2 more before it loses 1; the quota is 5"


def test_more_than_aws_ever_allows_is_no_advice() -> None:
    names = [f"n{number}" for number in range(30)]
    (finding,) = found(having(role("web", *labels(*names[:15]))), having(role("web", *labels(*names[15:]))), 20)
    assert not any("quotas:" in line for line in finding.help)


def test_combined_policies_take_smaller_steps() -> None:
    own = role("web", "app-a", "app-b", "app-c", "app-d")
    combined = role("web", "app-a", "app-x", "app-y", "layer-web--combined")
    (finding,) = found(having(own), having(combined))
    assert finding.help[0].startswith("change less at once")


# --- inline policies ------------------------------------------------------------------------------------------------


def inline(label: str, size: int) -> StackProgram:
    """A stack whose role has one inline policy of about this many characters."""
    built = having(replace(role("web"), inline=(label,)))
    long = Statement(actions=("s3:GetObject",), resources=("arn:aws:s3:::${aws:username}/" + "x" * (size - 130),))
    return replace(built, policies=tuple(replace(item, statements=(long,)) for item in built.policies))


def test_inline_policies_under_two_names() -> None:
    (finding,) = found(inline("layer-web--combined--8", 6000), inline("layer-web--combined--7", 5000))
    assert finding.message.startswith("role `shop-web` would have inline policies of 10,9")
    assert finding.label == (
        "10,240 fit, and `shop-layer-web--combined--7` comes before `shop-layer-web--combined--8` goes"
    )
    assert "quotas: {managed_policies_per_role: 4}" not in finding.help[1]
    assert found(inline("layer-web--combined--8", 5000), inline("layer-web--combined--7", 5000)) == []


def test_an_inline_policy_of_the_same_name_is_replaced_in_place() -> None:
    assert found(inline("layer-web--combined--8", 9000), inline("layer-web--combined--8", 10000)) == []


def test_inline_policies_are_measured_as_aws_does() -> None:
    root = inline("layer-web--combined--8", INLINE_POLICIES_LENGTH)
    module = as_module(root)
    for program, files in ((root, emitted(root)), (module, emit_stack(module, layout="module", spec_name=SPEC))):
        size = document_size(document_json(program.policies[0].statements))
        assert list(carried(files)["shop-web"].inline.values()) == [size]


@pytest.mark.parametrize("text", ["", "a", "${aws:username}", "%{x}", "$${", "100%", "{", "\ue000var.a\ue001-${*}"])
def test_a_template_stands_for_the_text_it_was_made_from(text: str) -> None:
    assert untemplate(template(text)) == text


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"resource": []}', b'{"resource": {"aws_iam_role_policy": [1]}}',
     b'{"resource": {"aws_iam_role_policy": {"web": {"name": 1}}}}',
     b'{"resource": {"aws_iam_role_policy_attachment": {"web": null}}, "locals": 1}',
     b'{"resource": {"aws_iam_role": {"web": {}}, "aws_iam_role_policy": {"a": {}}}, "locals": {"policy_a": [1]}}'],
)  # fmt: skip
def test_an_output_that_was_edited_is_no_trouble(content: bytes) -> None:
    assert found({"a.tf.json": content}, having(role("web", *labels(*"abcdef")))) == []
