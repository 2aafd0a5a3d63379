"""Names, patterns, ARNs and Terraform references: what each becomes, and what is said about those that cannot be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.aws.arn import parse_arn
from compiler.aws.reference import display, reference
from compiler.catalog import Context, Parameter, Problem, grant_names, grants_for_arn, load_grant, resolve
from compiler.catalog.loader import parse_grant
from tests.unit.catalog.asking import KEY, KEY_ARN, STACK

HERE = "eu-west-1:123456789012"
SQS = f"arn:aws:sqs:{HERE}:orders"
SECRET = f"arn:aws:secretsmanager:{HERE}:secret"


def parameter(path: str) -> Parameter:
    """``s3.bucket`` is the parameter ``bucket`` of the grant ``s3``."""
    grant, _, name = path.partition(".")
    found = load_grant(grant).parameter(name)
    assert found is not None
    return found


def problem(path: str, text: str, context: Context = STACK) -> Problem:
    result = resolve(parameter(path), text, context)
    assert isinstance(result, Problem), result
    return result


@pytest.mark.parametrize(
    ("path", "text", "arn"),
    [
        ("s3.bucket", "shop-assets", "arn:aws:s3:::shop-assets"),
        ("s3.bucket", "shop.assets.v2", "arn:aws:s3:::shop.assets.v2"),
        ("s3.bucket", "shop-*", "arn:aws:s3:::shop-*"),
        ("s3.bucket", "shop-${aws:PrincipalTag/team}", "arn:aws:s3:::shop-${aws:PrincipalTag/team}"),
        ("dynamodb.table", "Carts.v2_x", f"arn:aws:dynamodb:{HERE}:table/Carts.v2_x"),
        ("sqs.queue", "orders.fifo", f"arn:aws:sqs:{HERE}:orders.fifo"),
        ("sqs.queue", "orders-?", f"arn:aws:sqs:{HERE}:orders-?"),
        ("sns.topic", "events.fifo", f"arn:aws:sns:{HERE}:events.fifo"),
        ("kms.key", KEY, KEY_ARN),
        ("kms.key", "mrk-" + "0a" * 16, f"arn:aws:kms:{HERE}:key/mrk-{'0a' * 16}"),
        ("s3.kms_key", KEY, KEY_ARN),
        ("secretsmanager.secret", "prod/db", f"{SECRET}:prod/db-??????"),
        ("secretsmanager.secret", "prod/db-config", f"{SECRET}:prod/db-config-??????"),
        ("secretsmanager.secret", "prod/*", f"{SECRET}:prod/*"),
        ("secretsmanager.secret", "prod/db-??????", f"{SECRET}:prod/db-??????"),
        ("secretsmanager.secret", "prod/*-db", f"{SECRET}:prod/*-db-??????"),
        ("ssm.parameter", "/a/b", f"arn:aws:ssm:{HERE}:parameter/a/b"),
        ("ssm.parameter", "plain", f"arn:aws:ssm:{HERE}:parameter/plain"),
        ("ssm.parameter", "/a/*", f"arn:aws:ssm:{HERE}:parameter/a/*"),
        ("ssm.path", "/a/b", f"arn:aws:ssm:{HERE}:parameter/a/b"),
        ("logs.log_group", "/shop/web", f"arn:aws:logs:{HERE}:log-group:/shop/web"),
        ("logs.log_group", "*", f"arn:aws:logs:{HERE}:log-group:*"),
        ("cloudwatch.alarm", "Errors: too many", f"arn:aws:cloudwatch:{HERE}:alarm:Errors: too many"),
        ("ecr.repository", "shop/web", f"arn:aws:ecr:{HERE}:repository/shop/web"),
        ("cloudwatch_agent.config", "AmazonCloudWatch-*", f"arn:aws:ssm:{HERE}:parameter/AmazonCloudWatch-*"),
    ],
)
def test_a_name_becomes_the_arn_of_the_stacks_place(path: str, text: str, arn: str) -> None:
    assert resolve(parameter(path), text, STACK) == arn


@pytest.mark.parametrize(
    ("path", "text", "arn"),
    [
        ("s3.bucket", "arn:aws:s3:::shop", "arn:aws:s3:::shop"),
        ("s3.bucket", "arn:aws:s3:::shop-*", "arn:aws:s3:::shop-*"),
        ("sqs.queue", "arn:aws:sqs:us-east-1:210987654321:orders", "arn:aws:sqs:us-east-1:210987654321:orders"),
        ("sqs.queue", "arn:aws:sqs:*:123456789012:orders", "arn:aws:sqs:*:123456789012:orders"),
        ("kms.key", KEY_ARN, KEY_ARN),
        ("secretsmanager.secret", f"{SECRET}:prod/db-a1B2c3", f"{SECRET}:prod/db-a1B2c3"),
        ("secretsmanager.secret", f"{SECRET}:prod/db-??????", f"{SECRET}:prod/db-??????"),
        ("secretsmanager.secret", f"{SECRET}:prod/db", f"{SECRET}:prod/db-??????"),
        ("secretsmanager.secret", f"{SECRET}:prod/*", f"{SECRET}:prod/*"),
        ("ssm.parameter", f"arn:aws:ssm:{HERE}:parameter/a/b", f"arn:aws:ssm:{HERE}:parameter/a/b"),
        ("logs.log_group", f"arn:aws:logs:{HERE}:log-group:/shop/web:*", f"arn:aws:logs:{HERE}:log-group:/shop/web"),
        ("logs.log_group", f"arn:aws:logs:{HERE}:log-group:/shop/*", f"arn:aws:logs:{HERE}:log-group:/shop/*"),
        ("logs.log_group", f"arn:aws:logs:{HERE}:log-group:*", f"arn:aws:logs:{HERE}:log-group:*"),
        ("logs.log_group", f"arn:aws:logs:{HERE}:log-group:*:*", f"arn:aws:logs:{HERE}:log-group:*"),
    ],
)
def test_an_arn_stays_but_for_what_the_service_adds_or_leaves_out(path: str, text: str, arn: str) -> None:
    assert resolve(parameter(path), text, STACK) == arn


BAD_NAMES = [
    ("s3.bucket", "Shop-Assets", "`Shop-Assets` cannot be the name of a bucket", "write `shop-assets`"),
    ("s3.bucket", "s3://shop/a", "`s3://shop/a` cannot be the name of a bucket", "write the bucket's name alone, and"),
    ("s3.bucket", "shop/public", "`shop/public` cannot be the name of a bucket", "write the bucket alone, and what"),
    ("s3.bucket", "ab", "`ab` cannot be the name of a bucket", ""),
    ("s3.bucket", "a" * 64, f"`{'a' * 64}` cannot be the name of a bucket", ""),
    ("s3.bucket", "-shop", "`-shop` cannot be the name of a bucket", ""),
    ("s3.bucket", "", "`` cannot be the name of a bucket", ""),
    ("s3.bucket", "shop\n", "`shop\n` cannot be the name of a bucket", "write `shop`"),
    ("dynamodb.table", "my table", "`my table` cannot be the name of a table", ""),
    ("dynamodb.table", "carts/index/by-day", "`carts/index/by-day` cannot be the name of a table", "and the index as"),
    ("sqs.queue", "https://sqs.eu-west-1.amazonaws.com/1/q", "", "write the queue's name or its ARN, not its URL"),
    ("sqs.queue", "orders.fifo.fifo", "`orders.fifo.fifo` cannot be the name of a queue", ""),
    ("sqs.queue", "q" * 81, "", ""),
    ("kms.key", "alias/shop", "`alias/shop` cannot be the name of a key", "write the ID or the ARN of the key"),
    ("kms.key", "1234", "`1234` cannot be the name of a key", ""),
    ("kms.key", "0f1e2d3c-*", "`0f1e2d3c-*` is a pattern, which cannot name a key", ""),
    ("sqs.kms_key", "alias/aws/sqs", "`alias/aws/sqs` cannot be the name of a key", "write the ID or the ARN"),
    ("secretsmanager.secret", "prod db", "`prod db` cannot be the name of a secret", ""),
    ("ssm.parameter", "a/b", "`a/b` cannot be the name of a parameter", "write `/a/b`"),
    ("ssm.parameter", "//a/b", "`//a/b` cannot be the name of a parameter", "write `/a/b`"),
    ("ssm.parameter", "/aws/service/ecs", "", "name them in `public`"),
    ("ssm.path", "/a/b/", "`/a/b/` cannot be the name of a parameter path", "write `/a/b`"),
    ("ssm.path", "/a/*", "`/a/*` is a pattern, which cannot name a parameter path", ""),
    ("logs.log_group", "/shop web", "`/shop web` cannot be the name of a log group", ""),
    ("ecr.repository", "Shop/Web", "`Shop/Web` cannot be the name of a repository", "write `shop/web`"),
    ("ecr.repository", "shop/web:latest", "", "write the repository's name alone, without tag or digest"),
    ("ecr.repository", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop", "", "without the registry's address"),
]


@pytest.mark.parametrize(("path", "text", "message", "advice"), BAD_NAMES)
def test_a_name_that_cannot_be_is_a_problem(path: str, text: str, message: str, advice: str) -> None:
    found = problem(path, text)
    assert found.message == (message or found.message)
    assert found.expected
    assert found.label
    assert [advice in line for line in found.help] == ([True] if advice else [])


@pytest.mark.parametrize(
    ("path", "text", "message", "advice"),
    [
        ("s3.bucket", "arn:aws:s3", "`arn:aws:s3` is not a complete ARN", ""),
        ("s3.bucket", SQS, f"`{SQS}` is not the ARN of a bucket", "the grant `sqs` is for such ARNs"),
        ("sqs.queue", "arn:aws:s3:::shop", "`arn:aws:s3:::shop` is not the ARN of a queue", "the grant `s3` is for"),
        ("s3.bucket", "arn:aws:s3:::shop/*", "`arn:aws:s3:::shop/*` is not the ARN of a bucket", "as `prefix`"),
        ("dynamodb.table", f"arn:aws:dynamodb:{HERE}:table/a/index/b", "", "and the index as `index`"),
        ("kms.key", f"arn:aws:kms:{HERE}:alias/shop", "", "write the ID or the ARN of the key"),
        ("logs.log_group", f"arn:aws:logs:{HERE}:log-group:a:log-stream:b", "", "and the stream as `stream`"),
        ("ssm.parameter", f"arn:aws:ssm:{HERE}:document/a", "", ""),
        ("ssm.path", f"arn:aws:ssm:{HERE}:parameter/a/*", "", ""),
        ("ssm.parameter", f"arn:aws:ssm:{HERE}:parameter//a/b", "", f"write `arn:aws:ssm:{HERE}:parameter/a/b`"),
        ("ssm.parameter", "arn:aws:ssm:eu-west-1::parameter/aws/service/ecs", "", "name them in `public`"),
        ("sns.topic", f"arn:aws:sns:{HERE}:events:0f1e2d3c", "", "not that of a subscription"),
        ("sqs.queue", "arn:aws-cn:sqs:cn-north-1:123456789012:orders", "", "write `arn:aws:sqs:cn-north-1:"),
        ("s3.bucket", "arn:aws:s3:eu-west-1::shop", "the ARN of a bucket has no region", ""),
        ("s3.bucket", "arn:aws:s3::123456789012:shop", "the ARN of a bucket has no account", ""),
        ("sqs.queue", "arn:aws:sqs::123456789012:orders", "the ARN of a queue has a region", ""),
        ("sqs.queue", "arn:aws:sqs:eu-west-1::orders", "the ARN of a queue has an account", ""),
        ("sqs.queue", "arn:aws:sqs:eu-west-1:12345:orders", "`12345` is not an account", ""),
        ("kms.key", KEY_ARN.replace("eu-west-1", "*"), "", ""),
    ],
)
def test_an_arn_that_cannot_be_is_a_problem(path: str, text: str, message: str, advice: str) -> None:
    found = problem(path, text)
    assert found.message == (message or found.message)
    assert found.label
    assert [advice in line for line in found.help] == ([True] if advice else [])


class TestPlaces:
    cross = Context("aws", "us-east-1", "210987654321", explicit=("account", "region"))

    def test_a_name_is_in_the_place_that_the_permission_says(self) -> None:
        assert resolve(parameter("sqs.queue"), "orders", self.cross) == "arn:aws:sqs:us-east-1:210987654321:orders"

    def test_an_arn_that_says_another_place_contradicts_it(self) -> None:
        found = problem("sqs.queue", SQS, self.cross)
        assert found.message == f"`{SQS}` is in another region than `region` says"
        assert found.help == ("remove `region`: the ARN says it",)

    def test_an_arn_that_says_the_same_place_is_fine(self) -> None:
        arn = "arn:aws:sqs:us-east-1:210987654321:orders"
        assert resolve(parameter("sqs.queue"), arn, self.cross) == arn

    def test_the_key_may_be_elsewhere(self) -> None:
        assert resolve(parameter("sqs.kms_key"), KEY_ARN, self.cross) == KEY_ARN

    def test_places_may_be_known_to_terraform_only(self) -> None:
        module = Context(reference("var.partition"), reference("var.region"), reference("var.account_id"))
        found = resolve(parameter("sqs.queue"), "orders", module)
        assert isinstance(found, str)
        assert display(found) == "arn:${var.partition}:sqs:${var.region}:${var.account_id}:orders"
        assert resolve(parameter("sqs.queue"), SQS, module) == SQS

    def test_another_partition(self) -> None:
        china = Context("aws-cn", "cn-north-1", "123456789012")
        assert resolve(parameter("s3.bucket"), "shop", china) == "arn:aws-cn:s3:::shop"
        assert problem("s3.bucket", "arn:aws:s3:::shop", china).help == ("write `arn:aws-cn:s3:::shop`",)


@pytest.mark.parametrize(
    ("path", "expression"),
    [
        ("s3.bucket", "aws_s3_bucket.a.arn"),
        ("s3.bucket", "data.aws_s3_bucket.a.arn"),
        ("s3.bucket", 'aws_s3_bucket.a["x.y"].arn'),
        ("s3.bucket", "var.bucket_arn"),
        ("s3.bucket", "var.arn"),
        ("s3.bucket", "module.assets.bucket_arn"),
        ("kms.key", "aws_kms_alias.a.target_key_arn"),
        ("kms.key", "aws_kms_replica_key.a.arn"),
        ("secretsmanager.secret", "aws_db_instance.a.master_user_secret[0].secret_arn"),
        ("ssm.parameter", "aws_ssm_parameter.a.arn"),
    ],
)
def test_a_reference_to_an_arn_stays(path: str, expression: str) -> None:
    assert resolve(parameter(path), reference(expression), STACK) == reference(expression)


@pytest.mark.parametrize(
    ("path", "expression", "before"),
    [
        ("s3.bucket", "aws_s3_bucket.a.id", "arn:aws:s3:::"),
        ("s3.bucket", "aws_s3_bucket.a.bucket", "arn:aws:s3:::"),
        ("s3.bucket", "aws_s3_bucket_versioning.a.bucket", "arn:aws:s3:::"),
        ("s3.bucket", "var.bucket", "arn:aws:s3:::"),
        ("s3.bucket", "local.bucket_name", "arn:aws:s3:::"),
        ("sqs.queue", "aws_sqs_queue.a.name", f"arn:aws:sqs:{HERE}:"),
        ("sqs.queue", "module.q.queue_name", f"arn:aws:sqs:{HERE}:"),
        ("kms.key", "aws_kms_key.a.key_id", f"arn:aws:kms:{HERE}:key/"),
        ("kms.key", "aws_kms_alias.a.target_key_id", f"arn:aws:kms:{HERE}:key/"),
    ],
)
def test_a_reference_to_a_name_is_built_in(path: str, expression: str, before: str) -> None:
    assert resolve(parameter(path), reference(expression), STACK) == before + reference(expression)


@pytest.mark.parametrize(
    ("path", "expression"),
    [
        ("s3.bucket", "aws_sqs_queue.a.arn"),
        ("s3.bucket", "aws_s3_bucket.a.bucket_domain_name"),
        ("s3.bucket", "aws_lambda_function.a.function_name"),
        ("s3.bucket", "aws_iam_role.a.name"),
        ("s3.bucket", "aws_sqs_queue.a.id"),
        ("s3.bucket", "var.assets"),
        ("sqs.queue", "aws_sqs_queue.a.url"),
        ("sqs.queue", "aws_sqs_queue.a.id"),
        ("kms.key", "aws_kms_alias.a.arn"),
        ("ssm.parameter", "aws_ssm_parameter.a.name"),
        ("ssm.parameter", "var.parameter_name"),
        ("secretsmanager.secret", "aws_secretsmanager_secret.a.id"),
    ],
)
def test_a_reference_that_may_be_anything_is_a_problem(path: str, expression: str) -> None:
    found = problem(path, reference(expression))
    assert found.message.startswith(f"`${{{expression}}}` is not known to be the ARN of a")
    assert found.help


def test_a_reference_inside_of_a_name_or_an_arn() -> None:
    env = reference("var.env")
    assert resolve(parameter("s3.bucket"), f"shop-{env}", STACK) == f"arn:aws:s3:::shop-{env}"
    assert resolve(parameter("s3.bucket"), f"{env}-shop", STACK) == f"arn:aws:s3:::{env}-shop"
    assert resolve(parameter("s3.bucket"), f"arn:aws:s3:::{env}", STACK) == f"arn:aws:s3:::{env}"
    assert (
        resolve(parameter("ssm.parameter"), f"/shop/{env}/db", STACK) == f"arn:aws:ssm:{HERE}:parameter/shop/{env}/db"
    )
    idiom = f"arn:aws:ssm:{HERE}:parameter{reference('aws_ssm_parameter.a.name')}"
    assert resolve(parameter("ssm.parameter"), idiom, STACK) == idiom
    account = reference("data.aws_caller_identity.me.account_id")
    queue = f"arn:aws:sqs:eu-west-1:{account}:orders"
    assert resolve(parameter("sqs.queue"), queue, STACK) == queue
    assert isinstance(resolve(parameter("s3.bucket"), f"{env}/Assets", STACK), Problem)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("s3.prefix", "public/", ""),
        ("s3.prefix", "home/${aws:PrincipalTag/team}/", ""),
        ("s3.prefix", "/public/", "the beginning of a key, without a leading slash"),
        ("s3.prefix", "", "the beginning of a key, without a leading slash"),
        ("s3.object", "a/b.json", ""),
        ("s3.object", "a/*.json", "a whole key, without a leading slash and without wildcards"),
        ("kms.alias", "alias/shop", ""),
        ("kms.alias", "shop", "`alias/` and a name"),
        ("ssm.public", "/aws/service/ecs/*", ""),
        ("ssm.public", "/shop", "a name or pattern that begins with `/aws/service/`"),
        ("cloudwatch.namespace", "Shop/Web 2", ""),
        ("cloudwatch.namespace", "Shop*", "up to 255 letters, digits, spaces and `_./#:-`"),
        ("sqs.account", "012345678901", ""),
        ("sqs.account", "12345", "12 digits"),
        ("sqs.region", "us-gov-west-1", ""),
        ("sqs.region", "Ireland", "a region such as `eu-west-1`"),
        ("cloudwatch_agent.create_log_groups", "true", ""),
        ("cloudwatch_agent.create_log_groups", "yes", "`true` or `false`"),
        ("sns.access", "publish", ""),
        ("sns.access", "send", "one of `publish`, `subscribe`, `describe`"),
    ],
)
def test_other_values_are_checked_and_stay(path: str, text: str, expected: str) -> None:
    result = resolve(parameter(path), text, STACK)
    if expected:
        assert isinstance(result, Problem)
        assert result.expected == expected
        assert result.message.startswith(f"`{text}` cannot be the ")
    else:
        assert result == text


class TestFurtherKinds:
    """Kinds of parameters that the format offers and that few grants need."""

    grant = parse_grant(
        "machine",
        {
            "title": "T",
            "summary": "s",
            "service": "states",
            "version": 1,
            "sources": ["x"],
            "parameters": {
                "machine": {
                    "kind": "resource",
                    "doc": "d.",
                    "noun": "state machine",
                    "required": True,
                    "arn": "arn:{partition}:states:{region}:{account}:stateMachine:{name}",
                    "name_pattern": "[A-Za-z0-9_-]{1,80}",
                    "name_help": "letters",
                    "terraform": ["aws_sfn_state_machine"],
                    "name_attributes": ["name"],
                    "example": "m",
                },
                "group": {
                    "kind": "resource",
                    "doc": "d.",
                    "noun": "group",
                    "arn": "arn:{partition}:autoscaling:{region}:{account}:"
                    "autoScalingGroup:*:autoScalingGroupName/{name}",
                    "name_pattern": "[a-z]+",
                    "name_help": "letters",
                    "terraform": ["aws_autoscaling_group"],
                    "example": "g",
                },
                "limit": {"kind": "number", "doc": "d.", "minimum": 1, "maximum": 10, "example": 3},
            },
            "resources": {
                "run": "arn:{partition}:states:{machine.region}:{machine.account}:execution:{machine.name}:*"
            },
            "verbs": {"use": {"doc": "d", "statements": [{"on": "run", "actions": ["StopExecution"]}]}},
            "examples": [{"doc": "d", "permission": {"machine": {"machine": "m"}}}],
        },
    )

    def of(self, name: str) -> Parameter:
        found = self.grant.parameter(name)
        assert found is not None
        return found

    def test_an_arn_whose_parts_are_needed_has_to_be_known(self) -> None:
        machine = self.of("machine")
        assert machine.parts
        found = resolve(machine, reference("aws_sfn_state_machine.a.arn"), STACK)
        assert isinstance(found, Problem)
        assert found.help == (f"write the name, or an ARN such as `arn:aws:states:{HERE}:stateMachine:NAME`",)
        name = reference("aws_sfn_state_machine.a.name")
        assert resolve(machine, name, STACK) == f"arn:aws:states:{HERE}:stateMachine:{name}"

    def test_an_id_in_an_arn_that_nobody_writes(self) -> None:
        whole = f"arn:aws:autoscaling:{HERE}:autoScalingGroup:0f1e2d3c-4b5a:autoScalingGroupName/web"
        assert resolve(self.of("group"), whole, STACK) == whole
        built = f"arn:aws:autoscaling:{HERE}:autoScalingGroup:*:autoScalingGroupName/web"
        assert resolve(self.of("group"), "web", STACK) == built
        assert resolve(self.of("group"), built, STACK) == built

    @pytest.mark.parametrize(("text", "good"), [("1", True), ("10", True), ("0", False), ("11", False), ("x", False)])
    def test_numbers(self, text: str, good: bool) -> None:
        result = resolve(self.of("limit"), text, STACK)
        assert (result == text) is good
        assert good or (isinstance(result, Problem) and result.expected == "a whole number from 1 to 10")


RESOURCES = [
    found
    for name in grant_names()
    for found in load_grant(name).parameters
    if found.shape and not found.implicit and found.grant == name
]


@given(st.data(), st.sampled_from(RESOURCES))
def test_an_arn_that_was_built_is_taken_as_it_is(data: st.DataObject, found: Parameter) -> None:
    assert found.shape
    patterns = [pattern for pattern in (found.shape.name_pattern, found.shape.wildcard_pattern) if pattern]
    text = data.draw(st.from_regex(data.draw(st.sampled_from(patterns)), fullmatch=True))
    arn = resolve(found, text, STACK)
    if isinstance(arn, str):
        assert arn.startswith("arn:aws:")
        assert resolve(found, arn, STACK) == arn


@given(st.sampled_from(RESOURCES), st.text())
def test_whatever_is_written_is_an_arn_or_a_problem(found: Parameter, text: str) -> None:
    for written in (text, f"arn:{text}", f"arn:aws:sqs:{HERE}:{text}"):
        result = resolve(found, written, STACK)
        assert isinstance(result, Problem) or result.startswith("arn:aws:")


def test_arns_are_known_to_their_grants() -> None:
    for name in grant_names():
        grant = load_grant(name)
        found = grant.parameter(grant.primary)
        if found:
            text = resolve(found, found.example, STACK)
            assert isinstance(text, str)
            arn = parse_arn(text)
            assert arn is not None
            assert name in grants_for_arn(arn)  # DocumentDB and the Data API share the ARN of a cluster
