"""Policy documents without a spec: their grammar, their kind, plans, and that a clean one gives nothing."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.diagnostics import SourceText
from compiler.driver import Judged, check_documents
from compiler.frontend.document_grammar import Kind

ROLE = "arn:aws:iam::123456789012:role/deploy"
STATEMENT = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shop-assets/*"}
TRUST = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}


def judge(text: str, name: str = "a.json", kind: Kind | None = None) -> Judged:
    return check_documents([(SourceText(name, text), True)], kind=kind)


def found(document: object, kind: Kind | None = None) -> list[str]:
    return lines(judge(json.dumps(document), kind=kind))


def lines(judged: Judged) -> list[str]:
    return [f"{item.level.value} {item.code.id} {item.path}: {item.message}" for item in judged.diagnostics]


def document(*statements: object, **elements: object) -> dict[str, object]:
    return {"Version": "2012-10-17", "Statement": list(statements), **elements}


@pytest.mark.parametrize(
    "clean",
    [
        document(STATEMENT),
        {"Version": "2012-10-17", "Id": "one", "Statement": STATEMENT},
        document(TRUST),
        document({**TRUST, "Principal": {"AWS": ROLE}, "Sid": "Deploy"}),
        document({**STATEMENT, "Resource": "arn:aws:s3:::shop-home/${aws:PrincipalTag/team}/*"}),
        document({**STATEMENT, "Resource": "arn:aws:s3:::shop-home/${aws:PrincipalTag/team, 'none'}/${*}"}),
        document({**STATEMENT, "Condition": {"Bool": {"aws:SecureTransport": True}}}),
        document({**STATEMENT, "Resource": "arn:aws-cn:s3:::shop-assets/*"}),
        document(STATEMENT, {**STATEMENT, "Resource": "arn:aws-us-gov:s3:::shop-assets/*"}),
        document({**TRUST, "Principal": {"Service": "ec2.amazonaws.com.cn"}}),
        {"PolicyVersion": {"Document": document(STATEMENT)}},
        {"Role": {"RoleName": "web", "AssumeRolePolicyDocument": document(TRUST)}},
    ],
)
def test_a_clean_document_gives_nothing(clean: object) -> None:
    judged = judge(json.dumps(clean))
    assert lines(judged) == []
    assert judged.documents == 1


@pytest.mark.parametrize(
    ("faulty", "finding"),
    [
        ({"Statement": [STATEMENT]}, "warning SG540 Statement: the document has no `Version`"),
        (document(STATEMENT, Version="2012-10-18"), "error SG520 Version: version `2012-10-18` does not exist"),
        (document(), "error SG520 Statement: the document has no statement"),
        ({"Version": "2012-10-17"}, "error SG520 Version: `Statement` is missing"),
        ({"Version": "2012-10-17", "statement": [STATEMENT]},
         "error SG520 statement: `statement` is not an element of a policy document"),
        (document("x"), "error SG520 Statement[0]: a statement is an object"),
        (document({**STATEMENT, "Effect": "allow"}), "error SG520 Statement[0].Effect: effect `allow` does not exist"),
        (document({**STATEMENT, "Efect": "Allow"} | {"Effect": "Allow"}),
         "error SG520 Statement[0].Efect: `Efect` is not an element of a statement"),
        (document({key: STATEMENT[key] for key in ("Action", "Resource")}),
         "error SG520 Statement[0].Action: the statement has no `Effect`"),
        (document({key: STATEMENT[key] for key in ("Effect", "Resource")}),
         "error SG520 Statement[0].Effect: the statement has no `Action`"),
        (document({key: STATEMENT[key] for key in ("Effect", "Action")}),
         "error SG520 Statement[0].Effect: the statement has no `Resource`"),
        (document({**STATEMENT, "NotAction": "s3:*"}),
         "error SG520 Statement[0].NotAction: `Action` and `NotAction` exclude each other"),
        (document({**STATEMENT, "Action": []}),
         "error SG520 Statement[0].Action: `Action` is empty, so the statement is about nothing"),
        (document({**STATEMENT, "Action": ["s3:GetObject", 7]}),
         "error SG520 Statement[0].Action[1]: this is a number, not a text"),
        (document({**STATEMENT, "Resource": {"a": "b"}}),
         "error SG520 Statement[0].Resource: this is an object, not a text"),
        (document({**STATEMENT, "Resource": ""}),
         "error SG520 Statement[0].Resource: an empty text stands for nothing"),
        (document({**STATEMENT, "Sid": "read-all"}),
         "error SG508 Statement[0].Sid: Sid `read-all` has characters that IAM refuses"),
        (document({**STATEMENT, "Sid": 1}), "error SG520 Statement[0].Sid: `Sid` is no text"),
        (document({**STATEMENT, "Sid": ""}), "note SG543 Statement[0].Sid: `Sid` is empty"),
        (document({**STATEMENT, "Condition": {}}), "warning SG543 Statement[0].Condition: `Condition` says nothing"),
        (document({**STATEMENT, "Condition": {"StringEquals": {}}}),
         "warning SG543 Statement[0].Condition.StringEquals: `StringEquals` says nothing"),
        ({"Version": "2008-10-17", "Statement": [STATEMENT]},
         "note SG540 Version: version 2008-10-17 is an old one, which has no policy variables"),
        (document({**STATEMENT, "Resource": "arn:aws:s3:::{{ bucket }}/*"}),
         "warning SG541 Statement[0].Resource: `{{ bucket }}` belongs to a template and was not filled in"),
        (document({**STATEMENT, "Condition": []}), "error SG520 Statement[0].Condition: `Condition` is a list"),
        (document({**STATEMENT, "Condition": {"StringEquals": "x"}}),
         "error SG520 Statement[0].Condition.StringEquals: `StringEquals` needs condition keys with values"),
        (document({**STATEMENT, "Condition": {"StringEquals": {"aws:PrincipalTag/a": None}}}),
         "error SG520 Statement[0].Condition.StringEquals.aws:PrincipalTag/a: a value cannot be nothing"),
        (document({**STATEMENT, "Resource": "arn:aws:s3:::${bucket}/*"}),
         "error SG541 Statement[0].Resource: `${bucket}` is no policy variable"),
        (document({**STATEMENT, "Resource": "arn:aws:s3:::shop/${}"}),
         "error SG541 Statement[0].Resource: `${}` names nothing"),
        (document({**STATEMENT, "Resource": "arn:aws:s3:::shop/${aws:userid"}),
         "error SG541 Statement[0].Resource: `${` is never closed"),
        ({"Version": "2008-10-17", "Statement": {**STATEMENT, "Resource": "arn:aws:s3:::a/${aws:PrincipalTag/t}/*"}},
         "error SG540 Statement.Resource: `${aws:PrincipalTag/t}` is no variable in a document of version 2008-10-17"),
        (document({**TRUST, "Principal": "ec2.amazonaws.com"}),
         "error SG520 Statement[0].Principal: `Principal` needs a kind"),
        (document({**TRUST, "Principal": {"service": "ec2.amazonaws.com"}}),
         "error SG520 Statement[0].Principal.service: `service` is no kind of principal"),
        (document({**TRUST, "Principal": {"AWS": "arn:aws:iam::123456789012:role/*"}}),
         "error SG520 Statement[0].Principal.AWS: `arn:aws:iam::123456789012:role/*` is no principal"),
        (document({**TRUST, "NotPrincipal": {"AWS": ROLE}}),
         "error SG520 Statement[0].NotPrincipal: a trust policy has no `NotPrincipal`"),
        (document({**TRUST, "Resource": "*"}), "error SG520 Statement[0].Resource: a trust policy has no `Resource`"),
        (document({**TRUST, "Action": "s3:GetObject"}),
         "error SG544 Statement[0].Action: `s3:GetObject` cannot stand in a trust policy"),
        (document({**TRUST, "Action": "sts:AssumeRoleWithSAML"}),
         "error SG544 Statement[0].Action: services, accounts, roles and users cannot use `sts:AssumeRoleWithSAML`"),
        (document({**TRUST, "Sid": "a b"}),
         "error SG520 Statement[0].Sid: Sid `a b` has characters that IAM refuses"),
        (document({**STATEMENT, "Principal": "*"}),
         "warning SG813 Statement[0].Principal: this is the policy of a resource, which is not judged"),
    ],
)  # fmt: skip
def test_one_fault_is_one_finding_at_its_place(faulty: object, finding: str) -> None:
    assert found(faulty) == [finding]


def test_a_stray_principal_is_a_mistake_of_an_identity_policy() -> None:
    stray = {**STATEMENT, "Principal": "*", "Sid": "Stray"}
    other = {**STATEMENT, "Resource": "arn:aws:s3:::shop-logs/*"}
    third = {**STATEMENT, "Resource": "arn:aws:s3:::shop-data/*"}
    assert found(document(other, third, stray)) == [
        "error SG520 Statement[2].Principal: an identity policy has no `Principal`"
    ]
    assert found(document(stray), kind="identity") == [
        "error SG520 Statement[0].Principal: an identity policy has no `Principal`"
    ]


def test_what_remains_of_a_faulty_document_is_judged() -> None:
    bad = {"Effect": "Allow", "Action": "s3:GetObjct", "Resource": "*"}
    codes = [line.split()[1] for line in found(document({**STATEMENT, "Effect": "deny"}, bad))]
    assert "SG520" in codes
    assert "SG502" in codes


def test_places_point_into_the_document() -> None:
    text = json.dumps(document({**STATEMENT, "Action": ["s3:GetObject", "s3:GetObjct"]}), indent="\t")
    (item,) = judge(text).diagnostics
    assert item.span is not None
    assert item.span.text == "s3:GetObjct"
    assert item.span.source.position(item.span.start) == (8, 6)
    assert item.path == "Statement[0].Action[1]"


def test_escapes_do_not_hide_the_place() -> None:
    text = json.dumps(document({**STATEMENT, "Resource": ["arn:aws:s3:eu-west-1::a/*", STATEMENT["Resource"]]}))
    (item,) = judge(text.replace("::a/*", "::a\\/*")).diagnostics
    assert (item.code.id, item.path) == ("SG503", "Statement[0].Resource[0]")


def test_sizes() -> None:
    def of(count: int) -> list[str]:
        names = [f"arn:aws:s3:::shop-{number:04}-{'x' * 40}/*" for number in range(count)]
        return [line.split(":")[0] for line in found(document({**STATEMENT, "Resource": names}))]

    assert of(80) == []
    assert of(100) == ["warning SG542 Version"]
    assert of(170) == ["error SG542 Version"]


def test_yaml_documents() -> None:
    text = "Version: 2012-10-17\nStatement:\n  Effect: Allow\n  Action: sqs:SendMessag\n  Resource: '*'\n"
    codes = [item.code.id for item in judge(text, "a.yaml").diagnostics]
    assert "SG502" in codes


def plan(*resources: dict[str, object]) -> Judged:
    root = {"resources": [{"mode": "managed", **item} for item in resources]}
    text = json.dumps({"format_version": "1.2", "planned_values": {"root_module": root}})
    return check_documents([], plans=[SourceText("plan.json", text)])


def resource(address: str, **values: object) -> dict[str, object]:
    return {"address": address, "type": address.split(".")[-2], "values": values}


def test_a_plan_is_judged_by_address() -> None:
    wrong = json.dumps(document({**STATEMENT, "Action": "s3:GetObjct"}))
    judged = plan(
        resource("aws_iam_policy.web", name="web", policy=wrong),
        resource("aws_iam_role.web", name="web", assume_role_policy=json.dumps(document(TRUST))),
        resource("aws_iam_policy.later", name="later"),
    )
    assert [line.partition(": ")[0] for line in lines(judged)] == [
        "note SG813 aws_iam_policy.later.policy",
        "error SG502 aws_iam_policy.web.policy.Statement[0].Action",
    ]
    assert judged.documents == 2
    place = judged.diagnostics[1].span
    assert place is not None
    assert (place.source.name, place.source.file) == ("plan.json#aws_iam_policy.web", "plan.json")


def test_a_role_of_a_plan_is_seen_with_its_policies() -> None:
    creates = {"Effect": "Allow", "Action": "lambda:CreateFunction",
               "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:shop"}  # fmt: skip
    passes = {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::123456789012:role/shop-function",
              "Condition": {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}}  # fmt: skip
    role = resource("aws_iam_role.web", name="web", assume_role_policy=json.dumps(document(TRUST)))
    first = resource("aws_iam_role_policy.one", role="web", policy=json.dumps(document(creates)))
    second = resource("aws_iam_role_policy.two", role="web", policy=json.dumps(document(passes)))
    unknown = resource("aws_iam_role_policy_attachment.x", role="web")
    assert "SG509" in [item.code.id for item in plan(role, first).diagnostics]
    assert "SG509" not in [item.code.id for item in plan(role, first, second).diagnostics]
    assert "SG509" not in [item.code.id for item in plan(role, first, unknown).diagnostics]


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", "{", '{"planned_values": 1}', '{"planned_values": {"a": 1}}'])
def test_what_is_no_plan(text: str) -> None:
    judged = check_documents([], plans=[SourceText("plan.json", text)])
    assert [item.code.id for item in judged.diagnostics] in (["SG814"], [])
    assert judged.documents == 0


_ELEMENTS = st.sampled_from(
    ["Version", "Statement", "Effect", "Action", "NotAction", "Resource", "Principal", "Condition", "Sid", "AWS", "x"]
)
_SCALARS = st.sampled_from(
    ["", "*", "Allow", "2012-10-17", "s3:*", "sts:AssumeRole", "arn:aws:s3:::a/${", 1, True, None]
)
_ANY = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_ELEMENTS, inner, max_size=5),
    max_leaves=25,
)


@given(st.dictionaries(_ELEMENTS, _ANY, max_size=4), st.sampled_from([None, "identity", "trust"]))
def test_any_document_is_answered(root: dict[str, object], kind: Kind | None) -> None:
    root.setdefault("Statement", [{}])
    judged = judge(json.dumps(root), kind=kind)
    assert all(item.message for item in judged.diagnostics)


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("", "error SG520 : the file is empty"),
        ("{}", "error SG520 : the file holds no policy document"),
        ("[]", "error SG520 : the file holds no policy document"),
        ("42", "error SG520 : the file holds no policy document"),
        ('{"a": 1, "b": 2}', "error SG520 : the file holds no policy document"),
        (json.dumps([STATEMENT]), "error SG520 : statements alone are no policy document"),
        (json.dumps(STATEMENT), "error SG520 : statements alone are no policy document"),
        ('{"format_version": "1.2", "planned_values": {}}',
         "error SG520 : this is no policy document, but a plan or a state"),
        ('{"version": 1, "stacks": {}}', "error SG520 : this is no policy document, but a spec"),
        ("[" * 100_000, "error SG104 : more than 100 levels of nesting"),
        ('{"Version": ', "error SG101 : the text is not JSON: the text ends too early"),
        (json.dumps(document(*[STATEMENT] * 2_000)),
         "error SG542 Version: the document has 166,038 characters; a managed policy may have 6,144"),
    ],
)  # fmt: skip
def test_what_is_no_policy_document_is_said_once(text: str, finding: str) -> None:
    assert lines(judge(text)) == [finding]


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        ("", "is no plan that"),
        ("[1]", "is no plan that"),
        ("{}", "is no plan that"),
        ('{"planned_values": {"root_module": {}}}', "is no plan that"),
        ('{"format_version": "1.2", "planned_values": 5}', "is no plan that"),
        ('{"format_version": "2.0", "planned_values": {"root_module": {}}}', "in format 2.0, which is not known here"),
    ],
)
def test_what_is_no_plan_is_said_once(plan: str, message: str) -> None:
    (only,) = check_documents([], plans=[SourceText("plan.json", plan)]).diagnostics
    assert only.code.id == "SG814"
    assert message in only.message


@pytest.mark.parametrize("plan", ['{"format_version": "1.0"}', '{"format_version": "1.2", "planned_values": {}}'])
def test_a_plan_without_resources_has_no_document(plan: str) -> None:
    judged = check_documents([], plans=[SourceText("plan.json", plan)])
    assert (judged.diagnostics, judged.documents) == ((), 0)
