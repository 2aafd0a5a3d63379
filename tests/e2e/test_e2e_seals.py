"""The generated ``terraform test``: passes without AWS, and finds a policy that was edited in the output."""

from __future__ import annotations

from compiler.aws.reference import reference
from compiler.aws.statement import Condition
from compiler.terraform.emit import emit_stack
from tests.e2e.conftest import MakeTerraform
from tests.support.stacks import SPEC, allow, as_module, policy, role, shop, stack
from tests.support.tf import OVERRIDE_FILE


def test_a_root_passes_and_an_edited_policy_fails(offline: MakeTerraform) -> None:
    program = shop()
    terraform = offline(emit_stack(program, layout="root", spec_name=SPEC, tests=True))
    (terraform.folder / OVERRIDE_FILE).unlink()
    passed = terraform.test()
    assert passed.code == 0, passed.text
    assert "1 passed, 0 failed" in passed.out

    app = terraform.folder / "app-orders.tf.json"
    app.write_text(app.read_text().replace("sqs:ReceiveMessage", "sqs:*"))
    failed = terraform.test()
    assert failed.code == 1
    assert "aws_iam_policy.app-orders is not what stackgrant.yaml says" in " ".join(failed.text.split())
    assert "aws_iam_policy.app-storefront is not" not in failed.text


def test_a_module_is_sealed_with_its_variables(offline: MakeTerraform) -> None:
    terraform = offline(emit_stack(as_module(shop()), layout="module", spec_name=SPEC, tests=True))
    (terraform.folder / OVERRIDE_FILE).unlink()
    passed = terraform.test()
    assert passed.code == 0, passed.text


def test_the_bytes_of_a_document_are_known_whatever_stands_in_it(offline: MakeTerraform) -> None:
    """Characters that ``jsonencode`` escapes, text that looks like a template, combining characters, other orders."""
    odd = ("<&>\u2028", "e\u0301 ${aws:username} %{if}", 'quote " back \\ tab \t', "$${x}", "é")
    known = policy(
        "app-odd",
        allow("s3:PutObject s3:GetObject", "arn:aws:s3:::b/* arn:aws:s3:::a/${aws:PrincipalTag/é}"),
        allow("s3:ListBucket", "*", Condition("StringLike", "aws:PrincipalTag/é<", odd)),
    )
    unknown = policy("app-later", allow("s3:GetObject", f"arn:aws:s3:::{reference('var.bucket')}/*"))
    program = stack([known, unknown], [role("web", "app-later", "app-odd")])
    files = emit_stack(program, layout="root", spec_name=SPEC, tests=True)
    assert b"aws_iam_policy.app-odd" in files["tests/compiled.tftest.json"]
    assert b"aws_iam_policy.app-later" not in files["tests/compiled.tftest.json"]
    terraform = offline(files)
    (terraform.folder / OVERRIDE_FILE).unlink()
    (terraform.folder / "people.tf").write_text('variable "bucket" {\n  default = "later"\n}\n')
    passed = terraform.test()
    assert passed.code == 0, passed.text
