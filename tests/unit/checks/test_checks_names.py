"""SG402, SG403, SG404, SG409: lengths, characters and collisions of names; paths, descriptions, durations."""

from __future__ import annotations

from typing import Any

import check_building as build
import pytest

from compiler.aws.reference import reference
from compiler.checks import name_characters, name_collision, name_length, session_duration
from compiler.diagnostics import Diagnostics
from compiler.ir.program import Profile, Program, StackProgram

TEXT = "layers:\n  web:\n    names: {role: template}\n    path: /shop/\n    description: words\n"


def of_role(**overrides: Any) -> Program:
    return build.program(build.stack([], [build.role(profile=None, **overrides)]))


class TestLength:
    def test_role_name_of_65_characters(self) -> None:
        where = build.origin(TEXT, "stacks.shop.layers.web", "web")
        template = build.origin(TEXT, "stacks.shop.layers.web.names.role", "template")
        finding = build.only(name_length.check, of_role(name="r" * 65, origin=where, name_origin=template))
        assert finding.code.id == "SG402"
        assert "65 characters; IAM allows 64" in finding.message
        assert finding.span is not None
        assert finding.span.text == "template"
        assert finding.label == "1 character too many"
        assert [label.span.text for label in finding.secondary] == ["web"]
        assert any("shorten: true" in line for line in finding.help)
        assert any("names: {role: …}" in line for line in finding.help)

    def test_a_name_that_comes_from_the_layer_has_one_place(self) -> None:
        where = build.origin(TEXT, "stacks.shop.layers.web", "web")
        assert build.only(name_length.check, of_role(name="r" * 70, origin=where, name_origin=where)).secondary == ()

    @pytest.mark.parametrize(
        "overrides",
        [
            {"name": "r" * 64},
            {"name": "r" * 60 + reference("var.a_very_long_name")},
            {"path": f"/{'p' * 510}/"},
            {"description": "d" * 1000},
        ],
    )
    def test_what_fits(self, overrides: dict[str, Any]) -> None:
        assert list(name_length.check(of_role(**overrides))) == []

    def test_profile_and_policy_names_may_have_128(self) -> None:
        where = build.origin("web")
        for length, count in ((128, 0), (129, 2)):
            profile = Profile("p" * length, "/", where)
            tree = build.program(build.stack([build.policy(name="q" * length)], [build.role(profile=profile)]))
            assert len(list(name_length.check(tree))) == count

    def test_path_and_description(self) -> None:
        where = build.origin(TEXT, "stacks.shop.layers.web.path", "/shop/")
        tree = of_role(path=f"/{'p' * 511}/", description="d" * 1001, settings=(("path", where),))
        messages = {item.message: item.span.text if item.span else "" for item in name_length.check(tree)}
        assert messages == {
            "the path has 513 characters; IAM allows 512": "/shop/",
            "the description has 1,001 characters; IAM allows 1,000": "web",
        }

    def test_existing_role_has_no_template(self) -> None:
        finding = build.only(name_length.check, of_role(name="r" * 65, existing=True))
        assert finding.help == ("name the role that exists",)


class TestCharacters:
    def test_name(self) -> None:
        template = build.origin("names: {role: shop web!}", needle="shop web!")
        finding = build.only(name_characters.check, of_role(name="shop web!", name_origin=template))
        assert finding.code.id == "SG403"
        assert finding.span is not None
        assert finding.span.text == "shop web!"
        assert finding.label == "` `, `!` cannot stand here"
        assert finding.help == ("write `shop-web`",)

    def test_letters_beyond_ascii_are_refused(self) -> None:
        assert "`é`" in build.only(name_characters.check, of_role(name="café")).label

    def test_empty_name(self) -> None:
        assert build.only(name_characters.check, of_role(name="")).message == "the role has an empty name"

    def test_one_bad_path_is_one_finding(self) -> None:
        where = build.origin("path: /no end", "defaults.path", "/no end")
        settings = (("path", where),)
        role = build.role(path="/no end", profile=Profile("p", "/no end", where), settings=settings)
        policy = build.policy(path="/no end", settings=settings)
        sink = Diagnostics()
        sink.extend(name_characters.check(build.program(build.stack([policy], [role]))))
        assert [item.message for item in sink.sorted()] == ["`/no end` is not an IAM path"]
        assert {item.span for item in sink} == {where.span}

    def test_a_path_that_only_policies_refuse(self) -> None:
        tree = build.program(build.stack([build.policy(path="/a!/")], [build.role(path="/a!/")]))
        assert build.only(name_characters.check, tree).message == "`/a!/` cannot be the path of a policy"

    def test_description_of_a_role(self) -> None:
        where = build.origin("description: für 東京", "stacks.shop.description", "für 東京")
        tree = of_role(description="für 東京", settings=(("description", where),))
        finding = build.only(name_characters.check, tree)
        assert finding.label == "`東`, `京` cannot stand here"
        assert finding.span == where.span

    @pytest.mark.parametrize("name", ["web", "Web+=,.@-_9", reference("var.name")])
    def test_good_names(self, name: str) -> None:
        assert list(name_characters.check(of_role(name=name))) == []

    def test_description_of_a_policy_is_free(self) -> None:
        tree = build.program(build.stack([build.policy(description="東京")]))
        assert list(name_characters.check(tree)) == []


class TestCollision:
    def stack(self, name: str, role: str, **overrides: Any) -> StackProgram:
        where = build.origin(f"role: {role}", f"stacks.{name}", role)
        origin = build.origin(name, f"stacks.{name}.layers.web")
        made = build.role(name=role, profile=None, name_origin=where, origin=origin)
        return build.stack([], [made], name=name, **overrides)

    def test_names_that_differ_in_case_in_two_stacks(self) -> None:
        finding = build.only(name_collision.check, build.program(self.stack("a", "Web"), self.stack("b", "web")))
        assert finding.code.id == "SG404"
        assert finding.span is not None
        assert finding.span.text == "web"
        assert [(label.span.text, label.text) for label in finding.secondary] == [("Web", "first used here")]
        assert "case is ignored" in build.words(finding)

    def test_other_accounts_and_partitions_have_their_own_names(self) -> None:
        other = self.stack("b", "web", account="210987654321")
        china = self.stack("c", "web", partition="aws-cn", region="cn-north-1")
        assert list(name_collision.check(build.program(self.stack("a", "web"), other, china))) == []

    def test_kinds_have_names_of_their_own(self) -> None:
        where = build.origin("web")
        tree = build.program(
            build.stack([build.policy(name="x")], [build.role(name="x", profile=Profile("x", "/", where))])
        )
        assert list(name_collision.check(tree)) == []

    def test_three_of_a_name_are_one_finding(self) -> None:
        tree = build.program(*(self.stack(name, "web") for name in "abc"))
        finding = build.only(name_collision.check, tree)
        assert "used 3 times" in finding.message
        assert any("`stacks.c.layers.web`" in note for note in finding.notes)

    def test_one_template_for_two_roles(self) -> None:
        template = build.origin("names: {role: fixed}", "defaults.names.role", "fixed")
        roles = [
            build.role(name="fixed", label=layer, profile=None, name_origin=template, origin=build.origin(layer))
            for layer in ("api", "web")
        ]
        finding = build.only(name_collision.check, build.program(build.stack([], roles)))
        assert finding.span is not None
        assert finding.span.text == "web"
        assert {label.span.text for label in finding.secondary} == {"api", "fixed"}

    def test_a_role_made_elsewhere_may_be_one_of_another_stack(self) -> None:
        existing = build.stack([], [build.role(name="web", existing=True, profile=None)], name="b")
        assert list(name_collision.check(build.program(self.stack("a", "web"), existing))) == []


class TestSessionDuration:
    @pytest.mark.parametrize(("seconds", "label"), [(3599, "too short"), (43201, "too long"), (0, "too short")])
    def test_outside(self, seconds: int, label: str) -> None:
        where = build.origin(f"session_duration: {seconds}", "defaults.session_duration", str(seconds))
        tree = of_role(max_session_duration=seconds, settings=(("session_duration", where),))
        finding = build.only(session_duration.check, tree)
        assert (finding.code.id, finding.label, finding.span) == ("SG409", label, where.span)

    @pytest.mark.parametrize("seconds", [None, 3600, 43200])
    def test_inside(self, seconds: int | None) -> None:
        assert list(session_duration.check(of_role(max_session_duration=seconds))) == []
