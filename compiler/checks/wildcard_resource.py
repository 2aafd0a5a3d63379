"""``Resource: "*"`` for actions that could be limited to the resources that are meant.

Looking at what there is (``List…``, ``Describe…``) is left alone, and so is what has to stand on ``*``.

Source: the Service Authorization Reference, "Resource types" of each action.
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.aws.service_data import Action, resource_types_of
from compiler.checks.certainty import is_verified
from compiler.checks.reach import is_written
from compiler.checks.risk import HIGH, MEDIUM, Risk, names_of, report, risks
from compiler.checks.wording import listed
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Program

WILDCARD_RESOURCE = Code(
    id="SG606",
    name="wildcard-resource",
    severity=Severity.WARNING,
    what='Reports `Resource: "*"` for actions that can be limited to resources: a warning where they change '
    "something, a note where they read or append. The actions that need `*` are listed with it.",
    why="The role may do it to every resource of the account, not only to those of the application.",
    bad="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: [dynamodb:DeleteItem, dynamodb:PutItem]
          Resource: "*"  # warning: SG606
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    good="""\
version: 1
apps:
  web:
    permissions:
      - statement:
          Effect: Allow
          Action: [dynamodb:DeleteItem, dynamodb:PutItem]
          Resource: arn:aws:dynamodb:eu-west-1:123456789012:table/carts
stacks:
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
""",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
        "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    ),
)
CODES = (WILDCARD_RESOURCE,)
# Services of which agents and libraries write to whatever they make themselves: nothing of others is changed by it.
_APPENDING = frozenset({"cloudwatch", "ec2messages", "logs", "ssmmessages", "xray"})
_APPENDS = ("putlogevents", "createlog", "putmetric", "putretention", "updateinstance", "putinventory", "putcompliance")
_TEMPLATES = 2


def check(program: Program) -> Iterator[Diagnostic]:
    """Look at what people have listed; what a grant of the catalogue puts on ``*`` has to stand there."""
    for risk in risks(program):
        if risk.breadth.starred and is_written(risk.site.statement):
            yield _report(risk)


def _report(risk: Risk) -> Diagnostic:
    starred, unlimited = risk.breadth.starred, risk.breadth.unlimited
    changes = [action for _, action in starred if _changes(action)]
    names = names_of(starred)
    services = {action.service for _, action in starred}
    everything = next(text for text in risk.site.statement.resources if text.strip("*") == "")
    apart = (f"{listed(unlimited)} {'need' if len(unlimited) > 1 else 'needs'} `*`: a statement apart",) * bool(
        unlimited
    )
    return report(
        WILDCARD_RESOURCE,
        risk,
        f"{listed(names)} on every resource, though {'they' if len(names) > 1 else 'it'} can be limited",
        everything,
        "every resource of the account",
        notes=(*apart, HIGH if changes and all(map(is_verified, services)) else MEDIUM),
        help=(f"name the resources, such as {listed(_examples(risk))}",),
        severity=None if changes else Severity.NOTE,
    )


def _changes(action: Action) -> bool:
    if action.service in _APPENDING or action.name.lower().startswith(_APPENDS):
        return False
    return not {"Write", "Permissions management"}.isdisjoint(action.access_level)


def _examples(risk: Risk) -> list[str]:
    place = risk.site.place
    known = {"Partition": place.partition, "Region": place.region, "Account": place.account}
    found: dict[str, None] = {}
    for _, action in risk.breadth.starred:
        types = resource_types_of(action.service)
        # The shortest is what people mean: the bucket, not an access point to it.
        arn = min((types[name].arns[0] for name in action.resource_types), key=len)
        for name, value in known.items():
            arn = arn.replace(f"${{{name}}}", value if value not in ("", "*") else f"${{{name}}}")
        found[arn.replace("${", "{").replace("{", "").replace("}", "")] = None
    return list(found)[:_TEMPLATES]
