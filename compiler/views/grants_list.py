"""The catalogue on a screen: all grants by what they are about, and which grant and verb allow an action."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from compiler.catalog import Grant, Verb
from compiler.diagnostics.value import record
from compiler.views.cells import wrap
from compiler.views.paint import Paint, painter

Json = Any

_NARROWEST, _WIDEST = 40, 120  # columns
_MARGIN = 2

# Groups with the services that belong to them, in the order in which they are shown.
_GROUPS: dict[str, str] = {
    "Storage": "s3 s3express s3tables s3vectors elasticfilesystem fsx backup storagegateway transfer datasync",
    "Databases and caches": "dynamodb dax rds rds-data rds-db redshift redshift-data redshift-serverless elasticache "
    "memorydb neptune-db cassandra timestream docdb-elastic dsql qldb",
    "Messages, streams and events": "sqs sns kinesis firehose events scheduler pipes states mq kafka kafka-cluster ses "
    "sms-voice mobiletargeting iot iotdata kinesisvideo appsync execute-api",
    "Secrets, keys and configuration": "secretsmanager ssm kms acm acm-pca appconfig cloudhsm",
    "Identity": "sts iam cognito-idp cognito-identity rolesanywhere identitystore",
    "Compute and containers": "ec2 autoscaling elasticloadbalancing ecs ecr eks lambda batch elasticbeanstalk "
    "lightsail ebs imagebuilder ec2-instance-connect application-autoscaling",
    "Networks and names": "route53 cloudfront servicediscovery apigateway wafv2 globalaccelerator",
    "Logs, metrics and operation": "cloudwatch logs xray aps grafana cloudtrail config oam rum synthetics ssmmessages "
    "health evidently",
    "Analytics": "athena glue lakeformation elasticmapreduce emr-serverless es aoss quicksight kinesisanalytics",
    "Artificial intelligence": "bedrock sagemaker comprehend textract rekognition polly transcribe translate kendra "
    "personalize lex forecast",
    "Deployment": "codebuild codedeploy codepipeline codecommit codeartifact cloudformation",
}
OTHERS = "Other services"
ABOUT_PERMISSIONS = "Not of one service"
# Agents of which one service's actions are the lesser part of what they are about.
_GROUP_OF_GRANT = {"codedeploy_agent": "Deployment", "elastic_beanstalk_web": "Compute and containers"}
_GROUP_OF = {service: group for group, services in _GROUPS.items() for service in services.split()}


@record(frozen=True, slots=True)
class Hit:
    """A verb of a grant with those of its actions that were looked for; ``within`` are verbs that include it.

    ``through`` is the service that uses the key for which the actions are allowed, where ``kms_key`` names it.
    """

    grant: str
    verb: str
    actions: tuple[str, ...]
    within: tuple[str, ...] = ()
    through: str = ""


def group_of(grant: Grant) -> str:
    """The group that a grant is shown in."""
    return _GROUP_OF_GRANT.get(grant.name) or _GROUP_OF.get(grant.service, OTHERS)


def services_of(grant: Grant) -> frozenset[str]:
    """The services of all actions of a grant (its key's use aside), and its own."""
    actions = (action for verb in grant.verbs for item in verb.statements for action in item.actions)
    return frozenset({grant.service, *(action.partition(":")[0] for action in actions)})


def find_hits(grants: Iterable[Grant], text: str, service: str = "") -> Iterator[Hit]:
    """The verbs whose actions hold a text (``PutObject``, ``s3:put``), in whatever capitals; of one service if named.

    The whole name of an action, with its service, stands for that action only.
    """
    wanted, prefix = text.lower(), f"{service.lower()}:" if service else ""
    known = list(grants)
    whole = any(action.lower() == wanted for grant in known for verb in grant.verbs for _, action in _actions(verb))
    for grant in known:
        for verb in grant.verbs:
            found: dict[str, set[str]] = {}
            for through, action in _actions(verb):
                name = action.lower()
                if name.startswith(prefix) and (name == wanted if whole else wanted in name):
                    found.setdefault(through, set()).add(action)
            for through, actions in found.items():
                yield Hit(grant.name, verb.name, tuple(sorted(actions)), _including(grant, verb.name), through)


def _actions(verb: Verb) -> Iterator[tuple[str, str]]:
    """The actions of a verb itself, each with the service through which it may be used (empty: any)."""
    yield from (("", action) for item in verb.statements for action in item.actions)
    yield from ((use.via, action) for use in verb.kms for action in use.actions)


def _including(grant: Grant, name: str) -> tuple[str, ...]:
    """The verbs that include a verb, directly or not."""
    found = {name}
    while True:
        more = {verb.name for verb in grant.verbs if not found.isdisjoint(verb.includes)} - found
        if not more:
            return tuple(verb.name for verb in grant.verbs if verb.name in found - {name})
        found |= more


def render(grants: Iterable[Grant], own: Iterable[tuple[str, str]], *, color: bool, width: int) -> str:
    """All grants by group, then those of no service; ``own`` are names with what they are for."""
    paint, columns = painter(color), min(max(width, _NARROWEST), _WIDEST)
    groups: dict[str, list[Grant]] = {group: [] for group in (*_GROUPS, OTHERS)}
    for grant in grants:
        groups[group_of(grant)].append(grant)
    others = list(own)
    names = [grant.name for found in groups.values() for grant in found] + [name for name, _ in others]
    indent = _MARGIN + max(map(len, names), default=0) + 2
    lines: list[str] = []
    for group, found in groups.items():
        if found:
            lines += ["", paint("strong", group)]
        for grant in found:
            lines += _entry(grant.name, f"{grant.title}: {grant.summary}", indent, columns, paint)
            if len(grant.verbs) > 1:
                verbs = ", ".join(verb.name for verb in grant.verbs)
                lines += (" " * indent + paint("faint", line) for line in wrap(verbs, columns - indent))
    if others:
        lines += ["", paint("strong", ABOUT_PERMISSIONS)]
        for name, summary in others:
            lines += _entry(name, summary, indent, columns, paint)
    lines += ["", f"more about a grant: {paint('strong', 'stackgrant grants NAME')}"]
    return "\n".join(lines[1:])


def _entry(name: str, text: str, indent: int, columns: int, paint: Paint) -> Iterator[str]:
    first, *rest = wrap(text, columns - indent)
    yield f"{' ' * _MARGIN}{paint('help', name)}{' ' * (indent - _MARGIN - len(name))}{first}"
    yield from (" " * indent + line for line in rest)


def render_hits(hits: Iterable[Hit], *, color: bool, width: int) -> str:
    """One line for each verb, with the actions below it where they do not fit beside it."""
    paint, columns = painter(color), min(max(width, _NARROWEST), _WIDEST)
    found = list(hits)
    names = max((len(hit.grant) for hit in found), default=0)
    verbs = max((len(hit.verb) for hit in found), default=0)
    texts = [_told(hit) for hit in found]
    longest = max((len(word) for text in texts for word in text.split()), default=0)
    beside = names + verbs + 4
    indent = beside if beside + longest <= columns else 2 * _MARGIN
    lines: list[str] = []
    for hit, text in zip(found, texts, strict=True):
        head = f"{paint('help', hit.grant)}{' ' * (names - len(hit.grant) + 2)}{paint('strong', hit.verb)}"
        told = wrap(text, columns - indent)
        if indent == beside:
            head += " " * (verbs - len(hit.verb) + 2) + told.pop(0)
        lines += [head, *(" " * indent + line for line in told)]
    return "\n".join(lines)


def _told(hit: Hit) -> str:
    through = f" (on `kms_key`, through {hit.through})" if hit.through else ""
    within = f"; included in {', '.join(hit.within)}" if hit.within else ""
    return ", ".join(hit.actions) + through + within
