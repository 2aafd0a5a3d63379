"""Replacements under the same AWS name, found in the output that stands in the folder."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compiler.diagnostics import Diagnostic, Severity
from compiler.ir.claims import claims
from compiler.ir.program import Profile, StackProgram
from compiler.terraform.emit import emit_stack
from compiler.terraform.existing import replacement_findings
from tests.support.stacks import SPEC, as_module, origin, policy, relabelled, role, stack


def before() -> StackProgram:
    return stack([policy("app-a"), policy("app-b")], [role("web", "app-a"), role("api", "app-b")])


def found(now: StackProgram, then: StackProgram | None = None) -> list[Diagnostic]:
    return list(replacement_findings(claims(now), emit_stack(then or before(), layout="root", spec_name=SPEC)))


def with_roles(**changes: object) -> StackProgram:
    return replace(before(), roles=tuple(replace(item, **changes) for item in before().roles))


def test_no_change_no_finding() -> None:
    assert found(before()) == []


def test_the_path_of_a_role() -> None:
    web, api = before().roles
    (finding,) = found(replace(before(), roles=(replace(web, path="/other/"), api)))
    assert finding.code.id == "SG903"
    assert finding.level is Severity.ERROR
    assert finding.message == (
        "the path of role `shop-web` changes from `/shop/` to `/other/`, which replaces it under the same name"
    )
    assert finding.span == web.origin.span
    assert finding.path == "stacks.shop.layers.web"
    assert finding.help[0] == "keep the path, or give it another AWS name with `names:`"


def test_the_path_of_a_profile() -> None:
    web, api = before().roles
    moved = replace(web, profile=Profile("shop-web", "/", origin("stacks.shop.layers.web")))
    (finding,) = found(replace(before(), roles=(moved, api)))
    assert "the path of instance profile `shop-web` changes from `/shop/` to `/`" in finding.message


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"path": "/"}, "the path of policy `shop-app-a` changes from `/shop/` to `/`"),
        ({"description": "Other"}, "the description of policy `shop-app-a` changes from `Permissions of app-a` to"),
        ({"description": ""}, "the description of policy `shop-app-a` changes from `Permissions of app-a` to ``"),
        ({"name": "Shop-App-A"}, "the name of policy `Shop-App-A` changes from `shop-app-a` to `Shop-App-A`"),
    ],
)
def test_policies(change: dict[str, str], message: str) -> None:
    one, other = before().policies
    (finding,) = found(replace(before(), policies=(replace(one, **change), other)))
    assert finding.message.startswith(message)


def test_one_cause_is_one_finding() -> None:
    """A path in the defaults changes every role and every profile at once."""
    paths = {"path": "/new/"}
    roles = tuple(replace(item, **paths, profile=Profile(item.name, "/new/", item.origin)) for item in before().roles)
    (finding,) = found(replace(before(), roles=roles))
    assert finding.message.startswith("the path of role `shop-web` and 3 more changes from `/shop/` to `/new/`")
    assert [(label.span, label.text) for label in finding.secondary] == [
        (before().roles[1].origin.span, "and the role `shop-api`")
    ]


def test_another_label_under_the_same_name() -> None:
    now = relabelled(before(), {"web": "site"}, {"app-a": "app-z"})
    assert found(now) == []
    forgotten = replace(
        now,
        roles=tuple(replace(item, moved_from="") for item in now.roles),
        policies=tuple(replace(item, moved_from="") for item in now.policies),
    )
    messages = [finding.message for finding in found(forgotten)]
    assert len(messages) == 2
    assert messages[0].startswith("the Terraform label of role `shop-web` and 1 more changes from `web` to `site`")
    assert messages[1].startswith("the Terraform label of policy `shop-app-a` changes from `app-a` to `app-z`")
    assert "moved:" in found(forgotten)[0].help[0]


def test_another_name_may_have_another_path() -> None:
    web, api = before().roles
    other = replace(web, name="shop-web-2", path="/other/", profile=Profile("shop-web-2", "/other/", web.origin))
    assert found(replace(before(), roles=(other, api))) == []


def test_what_can_be_changed_in_place_is_no_finding() -> None:
    assert found(with_roles(description="x", max_session_duration=7200, tags=(), permissions_boundary="arn:x")) == []


def test_things_made_elsewhere_are_no_finding() -> None:
    assert found(with_roles(path="/other/", existing=True, profile=None)) == []


def test_a_default_path_that_was_left_out_is_the_same() -> None:
    now = stack([policy("app-a", path="/")], [])
    assert list(replacement_findings(claims(now), {"x.tf.json": b'{"resource": {"aws_iam_policy": {"app-a": '
        b'{"name": "shop-app-a", "description": "Permissions of app-a"}}}}'})) == []  # fmt: skip


def test_names_with_references_are_compared_as_they_are_written() -> None:
    then = emit_stack(as_module(before()), layout="module", spec_name=SPEC)
    assert list(replacement_findings(claims(as_module(before())), then)) == []


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"resource": []}', b'{"resource": {"aws_iam_role": [1]}}',
     b'{"resource": {"aws_iam_role": {"web": {"name": 1}}}}', b'{"resource": {"aws_iam_role": {"web": null}}}'],
)  # fmt: skip
def test_an_output_that_was_edited_is_no_trouble(content: bytes) -> None:
    assert list(replacement_findings(claims(before()), {"a.tf.json": content})) == []
