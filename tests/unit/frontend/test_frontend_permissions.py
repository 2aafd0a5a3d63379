"""What stands around grants: denying, conditions, bundles, layers, names and references."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.frontend.compiling import codes, compiled, policies, spec, statements

if TYPE_CHECKING:
    from pathlib import Path

KEY = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
BUNDLE = f"""bundles:
  inner:
    - s3: {{bucket: shop-a, access: put, kms_key: {KEY}}}
  outer:
    - ecr: {{repository: shop/x, access: pull}}
    - bundle: inner
"""


def test_denying_a_bundle_denies_what_its_grants_are_about() -> None:
    found = statements(compiled(spec("bundle: outer\n        effect: deny", head=BUNDLE)))
    assert {statement["Effect"] for statement in found} == {"Deny"}
    assert [statement["Resource"] for statement in found] == [
        "arn:aws:ecr:eu-west-1:123456789012:repository/shop/x",
        "arn:aws:s3:::shop-a/*",
    ]


def test_allowing_it_allows_what_accompanies_them_too() -> None:
    found = statements(compiled(spec("bundle: outer", head=BUNDLE)))
    assert {"*", f"arn:aws:kms:eu-west-1:123456789012:key/{KEY}"} < {statement["Resource"] for statement in found}


@pytest.mark.parametrize(
    ("permission", "head"),
    [
        ("s3: {bucket: ref:a, access: get}", 'resources:\n  a: {s3: "abc-{{ layer.name }}"}\n'),
        (
            's3: {bucket: "ref:{{ values.a }}", access: get}',
            'values: {a: a}\nresources:\n  a: {s3: "abc-{{ layer.name }}"}\n',
        ),
        (
            'bundle: "{{ values.a }}"',
            'values: {a: b}\nbundles:\n  b:\n    - s3: {bucket: "abc-{{ layer.name }}", access: get}\n',
        ),
    ],
)
def test_what_speaks_of_the_layer_further_on_is_a_policy_per_layer(permission: str, head: str) -> None:
    layers = "      web: {apps: [web]}\n      job: {apps: [web]}\n"
    found = policies(compiled(spec(permission, head=head, layers=layers)))
    assert {label: body[0]["Resource"] for label, body in found.items()} == {
        "app-web--web": "arn:aws:s3:::abc-web/*",
        "app-web--job": "arn:aws:s3:::abc-job/*",
    }


def test_two_policies_never_share_a_label() -> None:
    text = spec(
        's3: {bucket: "${aws_s3_bucket.a.bucket}", access: get}', layers="      x: {apps: [web, web-references]}\n"
    )
    other = "  web-references:\n    permissions:\n      - sqs: {queue: orders, access: send}\nstacks:"
    assert codes(compiled(text.replace("stacks:", other))) == ["SG311"]
    other = other.replace("web-references", "web-referring")
    result = compiled(text.replace("stacks:", other).replace("web-references", "web-referring"))
    assert set(policies(result)) == {"app-web-references", "app-web-referring"}


@pytest.mark.parametrize(
    ("template", "shorten", "name"),
    [
        ("corp-{{ name }}", False, "corp-shop-app-web-references"),
        ("corp-{{ stack.name }}", False, "corp-shop-references"),
        ("x" * 125, True, None),
    ],
)
def test_the_name_of_a_policy_of_references(template: str, shorten: bool, name: str | None) -> None:
    names = f'    names: {{policy: "{template}", shorten: {str(shorten).lower()}}}\n'
    result = compiled(spec('s3: {bucket: "${aws_s3_bucket.a.bucket}", access: get}', stack=names))
    assert not result.failed, result.diagnostics
    (policy,) = result.program.stacks[0].policies
    assert policy.name == name if name else len(policy.name) <= 128


@pytest.mark.parametrize(
    ("place", "good", "bad"),
    [
        ("stack: exclusive", '"{{ values.yes }}"', '"{{ values.no }}"'),
        ("stack: protect", '"{{ values.yes }}"', '"{{ values.no }}"'),
        ("names", '"{{ values.yes }}"', '"{{ values.no }}"'),
        ("assume_role", '"{{ values.yes }}"', '"{{ values.no }}"'),
        ("attach", '"{{ values.yes }}"', '"{{ values.no }}"'),
        ("attach", "True", '"{{ values.no }}"'),
    ],
)
def test_flags_from_templates(place: str, good: str, bad: str) -> None:
    def build(flag: str) -> str:
        stack = {
            "stack: exclusive": f"    exclusive: {flag}\n",
            "stack: protect": f"    protect: {flag}\n",
            "names": f'    names: {{shorten: {flag}, role: "{"x" * 70}-{{{{ name }}}}"}}\n',
        }.get(place, "")
        grant = f"assume_role: {{role: x, tag_session: {flag}}}" if place == "assume_role" else "assume_role: {role: x}"
        layer = f"      web: {{apps: [web], profile: {{existing: p, attach: {flag}, role: r}}}}\n"
        extra = {"layers": layer} if place == "attach" else {}
        return spec(grant, head='values: {yes: true, no: "no"}\n', stack=stack, **extra)

    result = compiled(build(good))
    assert not result.failed, result.diagnostics
    if place == "assume_role":
        assert statements(result)[0]["Action"] == ["sts:AssumeRole", "sts:TagSession"]
    assert "SG319" in codes(compiled(build(bad)))


@pytest.mark.parametrize(
    ("role", "resource"),
    [
        ("${aws_iam_role.t.arn}", "${aws_iam_role.t.arn}"),
        ("${var.task_role_arn}", "${var.task_role_arn}"),
        ("${aws_iam_role.t.name}", "arn:aws:iam::123456789012:role/${aws_iam_role.t.name}"),
        ("${var.role_name}", "arn:aws:iam::123456789012:role/${var.role_name}"),
        ("svc/${var.t}", "arn:aws:iam::123456789012:role/svc/${var.t}"),
        ("arn:aws:iam::123456789012:role/${var.t}", "arn:aws:iam::123456789012:role/${var.t}"),
    ],
)
def test_roles_that_terraform_knows(role: str, resource: str) -> None:
    (statement,) = statements(compiled(spec(f'pass_role: {{role: "{role}", to: ecs-tasks.amazonaws.com}}')))
    assert statement["Resource"] == resource


@pytest.mark.parametrize(
    "policy", ['"audit-${var.x}"', '{name: "{{ values.n }}"}', '{name: a, path: "{{ values.n }}"}']
)
def test_what_cannot_be_a_managed_policy(policy: str) -> None:
    assert codes(compiled(spec(f"managed_policy: {policy}", head="values: {n: /a b/}\n"))) == ["SG314"]


def test_the_sid_is_a_text() -> None:
    body = "Effect: Allow, Action: s3:ListAllMyBuckets, Resource: '*'"
    (found,) = statements(
        compiled(spec(f'statement: {{Sid: "{{{{ values.a }}}}", {body}}}', head="values: {a: Abc}\n"))
    )
    assert found["Sid"] == "Abc"
    assert codes(compiled(spec(f'statement: {{Sid: "${{file(1)}}", {body}}}'))) == ["SG304"]


def test_a_sid_in_a_policy_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text(
        '{"Version": "2012-10-17", "Statement": {"Sid": ["A"], "Effect": "Allow", "Action": "s3:ListAllMyBuckets",'
        ' "Resource": "*"}}'
    )
    assert codes(compiled(spec("policy: p.json"), str(tmp_path / "spec.yaml"))) == ["SG520"]


@pytest.mark.parametrize("name", ["../outside.json", "link.json", "folder/../../outside.json", "/etc/passwd", "folder"])
def test_a_policy_file_lies_in_the_folder_of_the_spec(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "spec"
    (folder / "folder").mkdir(parents=True)
    (tmp_path / "outside.json").write_text("{}")
    (folder / "link.json").symlink_to(tmp_path / "outside.json")
    result = compiled(spec(f"policy: {name}"), str(folder / "spec.yaml"))
    assert codes(result) == ["SG328"]


@pytest.mark.parametrize("expires", ["expires: 2020-01-01", "expires: 2020-01-01\n        effect: deny"])
def test_what_an_expired_permission_does_no_more(expires: str) -> None:
    (finding,) = compiled(spec(f"s3: {{bucket: abc-d, access: get}}\n        {expires}")).diagnostics
    assert finding.label == ("denies nothing any more" if "deny" in expires else "grants nothing any more")


@pytest.mark.parametrize(
    ("used", "found"), [("ref:a-{{ values.e }}", []), ("{{ values.r }}", []), ("abc-{{ values.e }}", ["SG701"])]
)
def test_a_resource_named_by_a_template_may_be_used(used: str, found: list[str]) -> None:
    head = 'values: {e: prod, r: "ref:a-prod"}\nresources:\n  a-prod: {s3: abc-d}\n'
    assert codes(compiled(spec(f's3: {{bucket: "{used}", access: get}}', head=head))) == found


@pytest.mark.parametrize("place", ["backend: {s3: {'%s': x}}", "backend: {'%s': {}}", "provider: {'%s': x}"])
def test_names_of_terraform_arguments_are_no_expressions(place: str) -> None:
    stack = "    terraform: {" + place % "${file(1)}" + "}\n"
    assert "SG304" in codes(compiled(spec("s3: {bucket: abc-d, access: get}", stack=stack)))


@pytest.mark.parametrize("action", ["${var.action}", "{{ values.nothing }}", '{{ "a" + "b" }}'])
def test_an_action_that_cannot_be_read_is_told_once(action: str) -> None:
    result = compiled(spec(f"statement: {{Effect: Allow, Action: '{action}', Resource: '*'}}"))
    assert len(codes(result)) == 1, codes(result)
