"""What the examples say about themselves is true. That their output is current is tested with all that is generated."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.diagnostics import SourceText
from compiler.driver import Result, Source, compile_sources
from tests.support.oracle import Request, allowed
from tests.test_cases import _policies as policies_of

EXAMPLES = Path(__file__).parent.parent / "examples"


def compiled(text: str) -> Result:
    return compile_sources([Source(SourceText("stackgrant.yaml", text), "stackgrant.yaml")])


def test_the_published_policies_grant_nothing_and_that_is_said() -> None:
    text = (EXAMPLES / "opsworks/as-published/stackgrant.yaml").read_text()
    first, second = compiled(text).diagnostics
    for finding in (first, second):
        assert finding.code.name == "dead-statement"
        assert finding.message == "this statement can never allow anything"
    assert "neither region nor account" in " ".join(first.notes)
    assert "write `arn:aws:s3:::DOC-EXAMPLE-BUCKET/*`" in first.help
    notes = " ".join(second.notes)
    assert "`iam:PassRole`" in notes
    assert "only requests for `iam:PassRole` carry `iam:PassedToService`" in notes
    assert any("`iam:PassRole` needs `arn:aws:iam::123456789012:role/" in line for line in second.help)


def test_service_apis_need_pass_role() -> None:
    text = (EXAMPLES / "opsworks/service-apis/stackgrant.yaml").read_text()
    assert compiled(text).diagnostics == ()
    (finding,) = compiled("\n".join(line for line in text.split("\n") if "- pass_role" not in line)).diagnostics
    assert finding.code.name == "missing-pass-role"
    assert any("pass_role" in line for line in finding.help)


@pytest.mark.parametrize(
    ("action", "resource", "wanted"),
    [
        ("s3:GetObject", "arn:aws:s3:::doc-example-bucket/a/b.txt", True),
        ("s3:PutObject", "arn:aws:s3:::doc-example-bucket/a/b.txt", True),
        ("s3:DeleteObject", "arn:aws:s3:::doc-example-bucket/a/b.txt", True),
        ("s3:DeleteObjectVersion", "arn:aws:s3:::doc-example-bucket/a/b.txt", True),
        ("s3:ListBucket", "arn:aws:s3:::doc-example-bucket", True),
        ("s3:GetObject", "arn:aws:s3:::doc-example-bucket-2/a/b.txt", False),
        ("s3:DeleteBucket", "arn:aws:s3:::doc-example-bucket", False),
        ("s3:PutBucketPolicy", "arn:aws:s3:::doc-example-bucket", False),
    ],
)
def test_full_access_is_to_objects(action: str, resource: str, wanted: bool) -> None:
    import json

    result = compiled((EXAMPLES / "opsworks/s3-full-access/stackgrant.yaml").read_text())
    documents = [json.loads(text) for name, text in policies_of(result).items() if name.startswith("policies/")]
    assert allowed(documents, Request(action, resource)) is wanted


def test_layers_get_the_profiles_that_the_model_says() -> None:
    result = compiled((EXAMPLES / "opsworks/layer-profile/stackgrant.yaml").read_text())
    (stack,) = result.program.stacks
    links = {link.layer: (link.role_label, link.profile_name) for link in stack.layers}
    assert links == {
        "default": ("default", ""),
        "app-server": ("app-server", ""),
        "load-balancer": ("default", ""),
        "legacy": ("", "aws-opsworks-ec2-role"),
    }
    attached = {role.label: role.policies for role in stack.roles}
    assert attached == {"app-server": ("app-photo-app",), "default": ("stack",)}


@pytest.mark.parametrize(
    ("role", "secret", "wanted"),
    [
        ({"team": "web", "env": "prod"}, {"team": "web"}, True),
        ({"team": "web", "env": "prod"}, {"team": "web", "env": "prod"}, True),
        ({"team": "web", "env": "prod"}, {"team": "data"}, False),
        ({"team": "web", "env": "prod"}, {}, False),
        ({"team": "web", "env": "dev"}, {"team": "web", "env": "prod"}, False),
        ({"env": "prod"}, {"team": "web"}, False),
    ],
)
def test_tags_say_who_reads_a_secret(role: dict[str, str], secret: dict[str, str], wanted: bool) -> None:
    import json

    result = compiled((EXAMPLES / "abac/stackgrant.yaml").read_text())
    named = {name: text for name, text in policies_of(result).items() if "app-reports" in name}
    documents = [json.loads(text.replace("$${", "${")) for text in named.values()]
    context = {
        "aws:SecureTransport": "true",
        **{f"aws:PrincipalTag/{key}": value for key, value in role.items()},
        **{f"aws:ResourceTag/{key}": value for key, value in secret.items()},
    }
    arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/db-AbCdEf"
    assert documents
    assert allowed(documents, Request("secretsmanager:GetSecretValue", arn, context)) is wanted
