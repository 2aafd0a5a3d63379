"""A large file in pieces says what it says as a whole, whatever stands in it."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.fleet import fleet
from compiler.diagnostics import SourceText
from compiler.driver import Options, Source, compile_sources
from compiler.pipeline import missing, pieces, piecewise
from compiler.pipeline.parallel import can_fork
from tests.support.ways import differences, said

pytestmark = pytest.mark.skipif(not can_fork(), reason="processes cannot be forked here")
TODAY = dt.date(2026, 11, 24)
SPEC = """\
# yaml-language-server: $schema=x
version: 1
values: {env: prod}
defaults: {tags: {owner: platform}}
bundles:
  logs:
    - logs: {log_group: /apps/common, access: write}
      expires: 2026-12-05
apps:
  # of all
  agent:
    permissions: [{bundle: logs}]

  web:
    description: >-
      two
      lines
    permissions:
      - s3: {bucket: "files-{{ values.env }}", prefix: data/,
             access: read}
      - sqs: {queue: orders, access: consume}
        expires: 2026-12-04
  'worker':
    description: "said: {\\"so\\"}"
    permissions:
      - statement: {Effect: Allow, Action: "iam:CreateAccessKey", Resource: "*"}  # stackgrant: ignore[SG601] why
  idle: {permissions: [{s3: {bucket: idle, access: read}}]}
stacks:
  one:
    account: "123456789012"
    region: eu-west-1
    layers:
      web: {apps: [web, agent]}
  # the second
  two:
    account: "123456789012"
    region: eu-west-2
    layers:
      web: {apps: [worker, agent]}
  three: {account: "123456789013", region: eu-west-1, layers: {web: {apps: [web]}}}
"""


@pytest.fixture(autouse=True)
def _every_process_is_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(missing, "WORTH_A_PROCESS", 1)


def _both(text: str, jobs: int = 3) -> None:
    source = Source(SourceText("spec.yaml", text), "spec.yaml")
    whole, apart = (said(compile_sources([source], Options(today=TODAY, jobs=number))) for number in (1, jobs))
    assert not differences(whole, apart)


@pytest.fixture
def worked(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether the pieces came to anything, once for each time."""
    seen: list[bool] = []
    compile_pieces = piecewise.compile_pieces

    def noted(*given: object) -> object:
        found = compile_pieces(*given)  # type: ignore[arg-type]
        seen.append(found is not None)
        return found

    monkeypatch.setattr(piecewise, "compile_pieces", noted)
    return seen


@pytest.mark.parametrize("jobs", [2, 3, 7])
def test_pieces_say_what_the_whole_says(worked: list[bool], jobs: int) -> None:
    _both(SPEC, jobs)
    _both(fleet(60), jobs)
    assert worked == [True, True]


def test_every_place_stays_where_it_is() -> None:
    found = pieces.pieces(SourceText("spec.yaml", SPEC), 3, 1.0)
    assert len(found) == 3
    for piece in found:
        assert len(piece.text.text) == len(SPEC)
        assert all(mine in (theirs, "#", "\n") for mine, theirs in zip(piece.text.text, SPEC, strict=True))
    owned = [place for piece in found for place in piece.owned]
    assert len(owned) == len(set(owned)) == 7
    for place in range(len(SPEC)):
        assert sum(piece.owns(place) for piece in found) == 1


TEXT = ">-\n      two\n      lines\n"
IDLE = "  idle: {permissions: [{s3: {bucket: idle, access: read}}]}\n"
TWISTS = {
    "a quote that does not end with its entry": (TEXT, "\"two\n  'worker': {}\n  lines\"\n"),
    "a quote that ends in the next entry": ("[{bundle: logs}]", '[{bundle: "logs}]'),
    "a quote that ends at the key of the next entry": ("  idle: {", '  "idle": {'),
    "a bracket that ends in the next entry": ("[{bundle: logs}]", "[{bundle: logs}"),
    "a bracket around the next entry": (IDLE, IDLE.replace("]}\n", "],\n  more: {}}\n")),
    "a block that keeps its end": (TEXT, "|+\n      two\n      lines\n\n\n"),
    "a block of the whole section": ("apps:\n", "apps: |\n"),
    "an anchor": ("[{bundle: logs}]", "&a [{bundle: logs}]"),
    "an anchor and its alias": ("[web, agent]}\n", "&a [web, agent]}\n"),
    "no anchor": ("      two\n", "      two R&D\n"),
    "an entry twice": ("  idle: {", "  web: {"),
    "an entry twice, written in two ways": ("  idle: {", "  worker: {"),
    "a section twice": ("stacks:\n", "apps:\n  more: {permissions: []}\nstacks:\n"),
    "two documents": ("stacks:\n", "---\nstacks:\n"),
    "a document that begins": ("version: 1\n", "---\nversion: 1\n"),
    "a document that ends": ("  # the second\n", "...\n"),
    "a key of its own line": ("  idle: {", "  ? idle\n  : {"),
    "another line end": ("  # the second\n", "  # the second\u2028  hidden: {}\n"),
    "a comment at the margin": ("  # the second\n", "# the second\n#\n"),
    "a comment with a quote": ("  # the second\n", "  # the \"second\n"),
    "an app that is not there": ("[web, agent]", "[web, agent, none]"),
    "an app by a template": ("[web, agent]", '[web, "{{ values.env }}"]'),
    "a rename": ("  idle: {", "  idle: {moved: web, "),
    "a rename from what is gone": ("  idle: {", "  idle: {moved: gone, "),
    "a mistake": ("access: consume", "access: consum"),
    "a mistake in what nobody uses": ("bucket: idle, access: read", "bucket: idle, access: rea"),
    "the same name in one account": ("[web, agent]}", "[web, agent], names: {role: two-web}}"),
    "a stack twice": ("  three: {", "  one: {"),
    "less indentation": ("  idle: {", " idle: {"),
    "more indentation": ("  idle: {", "   idle: {"),
    "a tab": ("  idle: {", "\tidle: {"),
    "no line end": ("{web: {apps: [web]}}}\n", "{web: {apps: [web]}}}"),
    "a list of apps": ("  # of all\n", "  - all\n"),
    "a list and nothing else": ("stacks:\n", "stacks:\n  - all\nstack:\n"),
    "stacks in one line": ("stacks:\n", "stacks: {}\nstack:\n"),
    "nothing used": ("[worker, agent]", "[]"),
    "a private character": ("      two\n", "      two \ue000\n"),
    "stacks first": ("version: 1\n", "stacks: # here\n  four: {region: eu-west-1}\nversion: 1\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", TWISTS)
def test_a_twist(name: str) -> None:
    old, new = TWISTS[name]
    assert old in SPEC
    _both(SPEC.replace(old, new, 1))


def test_sections_in_the_other_order(worked: list[bool]) -> None:
    apps, stacks = SPEC.index("apps:\n"), SPEC.index("stacks:\n")
    _both(SPEC[:apps] + SPEC[stacks:] + SPEC[apps:stacks])
    assert worked == [True]


@given(st.integers(0, 2**32))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_mutations(seed: int) -> None:
    """Lines and characters come, go and change places."""
    random_ = random.Random(seed)
    text = SPEC
    for _ in range(random_.choice((1, 1, 2, 3))):
        lines = text.splitlines(keepends=True)
        at, other = random_.randrange(len(lines)), random_.randrange(len(lines))
        place = random_.randrange(len(text))
        text = random_.choice(
            (
                "".join(lines[:at] + lines[at + 1 :]),
                "".join([*lines[:at], lines[other], *lines[at:]]),
                text[:place] + random_.choice("\"'{}[]#|>&*:-? \n\t%!") + text[place:],
                text[:place] + text[place + 1 :],
            )
        )
    _both(text, 2)
