"""SARIF as its standard and code scanning want it, held against a strict form of what we use of the standard.

Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", sections 3.13 to 3.58; GitHub,
"SARIF support for code scanning" (a result needs a rule, a message, a location with a file, and a fingerprint).
"""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from compiler.codes import ALL_CODES
from compiler.diagnostics import SourceText
from compiler.driver import check_documents
from compiler.views import sarif

Json = dict[str, Any]
TEXT = {"type": "string", "minLength": 1}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
FROM_ONE = {"type": "integer", "minimum": 1}
FROM_ZERO = {"type": "integer", "minimum": 0}


def closed(required: list[str], **properties: Any) -> Json:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def several(item: Json, **more: Any) -> Json:
    return {"type": "array", "items": item, "uniqueItems": True, **more}


MESSAGE = closed(["text"], text=TEXT, markdown=TEXT)
LOGICAL = several(closed([], name=TEXT, fullyQualifiedName=TEXT, kind=TEXT), minItems=1)
PHYSICAL = closed(
    ["artifactLocation"],
    artifactLocation=closed(["uri"], uri={"type": "string", "pattern": r"^[^\s\\<>]+$"}),
    region=closed(
        ["startLine", "startColumn", "endLine", "endColumn"],
        startLine=FROM_ONE, startColumn=FROM_ONE, endLine=FROM_ONE, endColumn=FROM_ONE,
    ),
)  # fmt: skip
LOCATION = closed(["physicalLocation"], physicalLocation=PHYSICAL, logicalLocations=LOGICAL)
RELATED = closed(
    ["id", "physicalLocation", "message"], id=FROM_ONE, physicalLocation=PHYSICAL, logicalLocations=LOGICAL,
    message=MESSAGE,
)  # fmt: skip
RULE = closed(
    ["id", "name", "shortDescription", "fullDescription", "help", "defaultConfiguration"],
    id={"type": "string", "pattern": r"^SG[0-9]{3}$"},
    name={"type": "string", "pattern": r"^[A-Z][A-Za-z0-9]*$"},
    shortDescription=MESSAGE, fullDescription=MESSAGE, help=MESSAGE,
    helpUri={"type": "string", "pattern": r"^https://\S+$"},
    defaultConfiguration=closed(["level"], level=LEVEL),
    properties=closed(["tags"], tags=several(TEXT)),
)  # fmt: skip
RESULT = closed(
    ["ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints"],
    ruleId=TEXT, ruleIndex=FROM_ZERO, level=LEVEL, message=MESSAGE, locations=several(LOCATION, minItems=1, maxItems=1),
    relatedLocations=several(RELATED),
    partialFingerprints={"type": "object", "additionalProperties": TEXT, "minProperties": 1},
    suppressions=several(closed(["kind"], kind={"enum": ["inSource", "external"]}, justification={"type": "string"})),
)  # fmt: skip
NOTIFICATION = closed(
    ["descriptor", "level", "message"],
    descriptor=closed(["id", "index"], id=TEXT, index=FROM_ZERO), level=LEVEL, message=MESSAGE,
    locations=several(closed(["logicalLocations"], logicalLocations=LOGICAL)),
)  # fmt: skip
RUN = closed(
    ["tool", "results"],
    tool=closed(["driver"], driver=closed(["name"], name=TEXT, semanticVersion=TEXT, rules=several(RULE))),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    results={"type": "array", "items": RESULT},
    invocations=several(
        closed(
            ["executionSuccessful"],
            executionSuccessful={"type": "boolean"}, toolExecutionNotifications=several(NOTIFICATION),
        )
    ),
)  # fmt: skip
LOG = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    **closed(
        ["version", "runs"],
        **{"$schema": TEXT, "version": {"const": "2.1.0"}, "runs": {"type": "array", "items": RUN, "minItems": 1}},
    ),
}
DOCUMENT = (
    '{"Version": "2012-10-17", "Statement": [\n{"Effect": "Allow", "Action": "s3:GetObjct", "Resource": "*"},\n'
    '{"Effect": "Allow", "Action": "iam:PutRolePolicy", "Resource": "*"}\n]}'
)


def judged(text: str = DOCUMENT, name: str = "policies/a b é.json", plan: str = "") -> tuple[Json, str]:
    plans = [SourceText("plan.json", plan)] if plan else []
    found = check_documents([(SourceText(name, text), True)], plans=plans).diagnostics
    rendered = sarif.render(found)
    return json.loads(rendered), rendered


def test_a_log_keeps_the_standard() -> None:
    plan = {
        "format_version": "1.2",
        "planned_values": {
            "root_module": {
                "resources": [
                    {"type": "aws_iam_policy", "address": "aws_iam_policy.a", "values": {"policy": DOCUMENT}},
                    {"type": "aws_iam_policy", "address": "aws_iam_policy.b", "values": {}},
                ]
            }
        },
    }
    log, _ = judged(plan=json.dumps(plan))
    jsonschema.validate(log, LOG)
    run = log["runs"][0]
    assert {result["ruleId"] for result in run["results"]} == {"SG502", "SG601"}
    assert [item["descriptor"]["id"] for item in run["invocations"][0]["toolExecutionNotifications"]] == ["SG813"]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


@pytest.mark.parametrize("code", ALL_CODES, ids=lambda code: code.id)
def test_each_code_is_a_rule(code: Any) -> None:
    jsonschema.validate(sarif._rule(code), RULE)


def test_a_finding_is_known_again_when_lines_move() -> None:
    first, _ = judged()
    moved, _ = judged("\n\n" + DOCUMENT.replace("Statement", 'Id": "one",\n"Statement'))
    swapped = DOCUMENT.split("\n")
    swapped[1], swapped[2] = swapped[2] + ",", swapped[1].rstrip(",")
    other, _ = judged("\n".join(swapped))

    def marks(log: Json) -> dict[str, str]:
        return {item["ruleId"]: item["partialFingerprints"][sarif.FINGERPRINT] for item in log["runs"][0]["results"]}

    assert marks(first) == marks(moved)
    assert len(set(marks(first).values())) == 2
    assert marks(first).keys() == marks(other).keys()
    regions = [item["locations"][0]["physicalLocation"]["region"] for item in moved["runs"][0]["results"]]
    assert regions != [item["locations"][0]["physicalLocation"]["region"] for item in first["runs"][0]["results"]]


def test_the_same_findings_are_the_same_bytes() -> None:
    assert judged()[1] == judged()[1]
