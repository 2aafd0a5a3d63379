"""Each data file fits the catalogue's schema, hangs together, and says nothing that the loader would not see."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from compiler.catalog import Grant, Kind, Problem, grant_names, load_grant, resolve
from compiler.catalog.loader import DATA, parse_grant
from compiler.catalog.names import fits
from compiler.catalog.plan import parse_text
from compiler.source.yaml_reader import load_plain
from tests.unit.catalog.asking import STACK, statements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.catalog.model import Guard

Json = Any
SCHEMA = json.loads((DATA.parent / "catalog.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)
PLACE = {"partition", "region", "account"}

every_grant = pytest.mark.parametrize(
    "grant", [load_grant(name) for name in grant_names()], ids=lambda grant: grant.name
)
every_file = pytest.mark.parametrize("name", grant_names())


def read(name: str) -> Json:
    return load_plain((DATA / f"{name}.yaml").read_text(encoding="utf-8"))


def guards(grant: Grant) -> Iterator[Guard]:
    yield from (template.guard for _, templates in grant.resources for template in templates)
    for verb in grant.verbs:
        yield from (statement.guard for statement in verb.statements)
        yield from (use.guard for use in verb.kms)


class TestSchema:
    def test_is_a_schema_with_words_for_every_key(self) -> None:
        jsonschema.Draft7Validator.check_schema(SCHEMA)
        parts = [
            SCHEMA,
            *(SCHEMA["definitions"][name] for name in ("resource_parameter", "text_parameter", "verb", "statement")),
        ]
        for part in parts:
            for name, value in part["properties"].items():
                described = value if "$ref" not in value else SCHEMA["definitions"][value["$ref"].rpartition("/")[2]]
                assert "description" in value or "description" in described or "const" in value, name

    @every_file
    def test_holds_for_every_file(self, name: str) -> None:
        assert [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(read(name))] == []

    @every_file
    def test_is_named_in_every_file(self, name: str) -> None:
        first = (DATA / f"{name}.yaml").read_text(encoding="utf-8").splitlines()[0]
        assert first == "# yaml-language-server: $schema=../catalog.schema.json"

    @pytest.mark.parametrize(
        ("path", "key"),
        [
            ((), "extra"),
            (("parameters", "bucket"), "extra"),
            (("parameters", "prefix"), "arn"),
            (("parameters", "bucket", "hints", 0), "extra"),
            (("resources", "objects", 0), "extra"),
            (("verbs", "get"), "extra"),
            (("verbs", "get", "statements", 0), "effect"),
            (("verbs", "get", "kms", 0), "extra"),
            (("examples", 0), "extra"),
        ],
    )
    def test_refuses_keys_that_it_does_not_know(self, path: tuple[str | int, ...], key: str) -> None:
        data = read("s3")
        place = data
        for step in path:
            place = place[step]
        place[key] = "x"
        assert not VALIDATOR.is_valid(data)

    @pytest.mark.parametrize("action", ["Get*", "s3:*", "*", "getObject", "s3:Get?bject"])
    def test_refuses_wildcard_and_misspelt_actions(self, action: str) -> None:
        data = read("s3")
        data["verbs"]["get"]["statements"][0]["actions"] = [action]
        assert not VALIDATOR.is_valid(data)


class TestListing:
    def test_every_file_of_the_folder_is_a_grant(self) -> None:
        assert sorted(path.name for path in DATA.iterdir()) == [f"{name}.yaml" for name in grant_names()]

    def test_the_first_services_are_there(self) -> None:
        services = {"s3", "dynamodb", "sqs", "sns", "kms", "secretsmanager", "ssm", "logs", "cloudwatch", "ecr"}
        assert services | {"session_manager", "cloudwatch_agent"} <= set(grant_names())

    def test_a_grant_is_read_once(self) -> None:
        assert load_grant("s3") is load_grant("s3")

    def test_an_unknown_grant_is_a_key_error(self) -> None:
        with pytest.raises(KeyError):
            load_grant("../s3")


@every_grant
class TestCoherence:
    def test_templates_speak_of_parameters(self, grant: Grant) -> None:
        resources = {p.name for p in grant.parameters if p.kind is Kind.RESOURCE}
        known = {p.name for p in grant.parameters if not p.implicit} | PLACE
        texts = [template.arn for _, templates in grant.resources for template in templates]
        texts += [
            value for verb in grant.verbs for item in verb.statements for when in item.when for value in when.values
        ]
        for text in texts:
            for name, part in parse_text(text).fields:
                assert name in known, text
                assert not part or (name in resources and part in {"name", "region", "account", "partition"}), text
            assert "{" not in parse_text(text).form, f"a placeholder that is not one: {text}"

    def test_a_condition_never_depends_on_what_may_be_missing(self, grant: Grant) -> None:
        required = {parameter.name for parameter in grant.parameters if parameter.required} | PLACE
        for verb in grant.verbs:
            for statement in verb.statements:
                for when in statement.when:
                    fields = {name for value in when.values for name, _ in parse_text(value).fields}
                    assert fields <= required | set(statement.guard.given), (verb.name, when)

    def test_guards_speak_of_parameters_and_their_values(self, grant: Grant) -> None:
        for guard in guards(grant):
            assert not set(guard.given) & set(guard.not_given)
            for entry in (*guard.given, *guard.not_given):
                name, equals, value = entry.partition("=")
                parameter = grant.parameter(name)
                assert parameter is not None, entry
                assert not parameter.implicit, entry
                assert not parameter.required or equals, f"{entry} is always given"
                assert not equals or value in {choice.name for choice in parameter.choices}, entry

    def test_statements_speak_of_resources_and_every_resource_is_used(self, grant: Grant) -> None:
        keys = {key for key, _ in grant.resources}
        used = {key for verb in grant.verbs for statement in verb.statements for key in statement.on}
        assert used - {"*"} == keys

    def test_verbs_include_verbs_without_going_in_circles(self, grant: Grant) -> None:
        def reach(name: str, seen: tuple[str, ...]) -> None:
            assert name not in seen
            verb = grant.verb(name)
            assert verb is not None, name
            for included in verb.includes:
                reach(included, (*seen, name))

        for verb in grant.verbs:
            reach(verb.name, ())

    def test_groups_and_defaults_name_what_exists(self, grant: Grant) -> None:
        for name in (name for group in grant.one_of for name in group):
            parameter = grant.parameter(name)
            assert parameter is not None
            assert not parameter.required
        assert all(grant.verb(name) for name in grant.default_verbs)
        access = grant.parameter("access")
        assert (access is None) == (len(grant.verbs) == 1)
        assert access is None or access.required == (not grant.default_verbs)

    def test_patterns_are_patterns_and_examples_fit(self, grant: Grant) -> None:
        for parameter in grant.parameters:
            shape = parameter.shape
            for pattern in (parameter.pattern, *((shape.name_pattern, shape.wildcard_pattern) if shape else ())):
                re.compile(pattern)
                assert "(?" not in pattern, f"{pattern} is more than every regular expression engine understands"
            if parameter.kind not in (Kind.CHOICE, Kind.FLAG):
                assert parameter.example
                assert not isinstance(resolve(parameter, parameter.example, STACK), Problem), parameter.name
            if shape:
                for hint in shape.hints:
                    re.compile(hint.pattern)
                    assert not fits(hint.pattern, parameter.example), "a hint for what is right"

    def test_words_keep_the_style(self, grant: Grant) -> None:
        for line in (grant.summary, *(verb.doc for verb in grant.verbs), *(example.doc for example in grant.examples)):
            assert line[0].islower() or line.split()[0].isupper(), line
            assert not line.endswith("."), line
        docs = [parameter.doc for parameter in grant.parameters] + ([grant.doc] if grant.doc else [])
        for doc in docs:
            assert doc[0].isupper() or doc[0] == "`", doc
            assert doc.endswith("."), doc
        assert not re.search(r"\b(please|must|TODO)\b", " ".join(docs))

    def test_examples_expand(self, grant: Grant) -> None:
        for example in grant.examples:
            ((name, body),) = example.permission.items()
            assert name == grant.name
            assert statements(grant, body)

    def test_borrowed_parameters_take_the_other_grants_resources(self, grant: Grant) -> None:
        for parameter in grant.parameters:
            assert bool(parameter.grant) == (parameter.kind is Kind.RESOURCE)
            if parameter.grant:
                owner = load_grant(parameter.grant)
                primary = owner.parameter(owner.primary)
                assert primary is not None
                assert parameter.grant == grant.name or parameter.shape == primary.shape


def test_what_a_grant_has_without_saying_so() -> None:
    def implicit(name: str) -> list[str]:
        return [parameter.name for parameter in load_grant(name).parameters if parameter.implicit]

    assert implicit("s3") == ["access", "kms_key"]
    assert implicit("sqs") == ["access", "account", "region", "kms_key"]
    assert implicit("kms") == ["access", "account", "region"]
    assert implicit("cloudwatch_agent") == ["account", "region"]
    key = load_grant("sqs").parameter("kms_key")
    assert key is not None
    assert key.grant == "kms"
    assert key.many
    assert not key.required


def test_what_resources_stand_for() -> None:
    primaries = {name: load_grant(name).primary for name in grant_names()}
    expected = {
        "s3": "bucket",
        "dynamodb": "table",
        "sqs": "queue",
        "sns": "topic",
        "kms": "key",
        "secretsmanager": "secret",
        "ssm": "parameter",
        "logs": "log_group",
        "ecr": "repository",
        "session_manager": "",
        "cloudwatch_agent": "",
    }
    assert primaries | expected == primaries


def test_a_grant_of_one_verb_has_it_by_default() -> None:
    data = {
        "title": "T",
        "summary": "s",
        "service": "ec2",
        "version": 1,
        "sources": ["x"],
        "verbs": {"use": {"doc": "d", "statements": [{"on": "*", "actions": ["DescribeTags"]}]}},
        "examples": [{"doc": "d", "permission": {"t": None}}],
    }
    assert VALIDATOR.is_valid(data)
    grant = parse_grant("t", data)
    assert grant.default_verbs == ("use",)
    assert grant.parameters == ()
    assert [statement.actions for statement in statements(grant, None)] == [("ec2:DescribeTags",)]
