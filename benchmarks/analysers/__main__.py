"""What analysers find, what they say of good documents, and how long they take: ``python -m benchmarks.analysers``.

All tools are asked about the corpus (``benchmarks/corpus``), and three of them about the policies that AWS manages, in
the same run. Tools are installed from PyPI into ``--tools DIR``, outside of the repository. ``--write`` writes the
report to ``docs/analysers.md``.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.analysers.corpus import Entry, corpus
from benchmarks.analysers.tools import OURS, TOOLS, Answer, ask, ask_ours
from benchmarks.measure import ROOT

PAGE = ROOT / "docs" / "analysers.md"
TIMED = ("parliament", "iam-policy-validator")
"""The tools that are built to judge many documents in one process."""
Documents = Mapping[str, Mapping[str, str]]


def main(arguments: Sequence[str]) -> None:
    """Ask all tools and print or write the report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.analysers", description=__doc__)
    parser.add_argument("--tools", type=Path, help="folder for the installed tools (default: a temporary folder's)")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.relative_to(ROOT)}")
    given = parser.parse_args(arguments)
    folder = (given.tools or Path(tempfile.gettempdir()) / "stackgrant-analysers").resolve()
    if folder.is_relative_to(ROOT):
        parser.error("--tools must be outside of the repository")
    documents = {entry.name: {"kind": entry.kind, "text": entry.text} for entry in corpus()}
    managed = _managed()
    answers = {OURS: ask_ours(documents), **{tool.name: ask(tool, documents, folder) for tool in TOOLS}}
    times = {OURS: ask_ours(managed)}
    times |= {tool.name: ask(tool, managed, folder) for tool in TOOLS if tool.name in TIMED}
    for name, answer in [*answers.items(), *times.items()]:
        if answer.missing:
            print(f"warning: {name}: {answer.missing}", file=sys.stderr)
    text = "\n".join(report(corpus(), answers, times, len(managed))) + "\n"
    if given.write:
        PAGE.write_text(text, encoding="utf-8")
        print(f"wrote {PAGE.relative_to(ROOT)}")
    else:
        print(text, end="")


def _managed() -> Documents:
    """The policies that AWS manages, as moto ships them."""
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    listed = json.loads(aws_managed_policies_data)
    return {name: {"kind": "identity", "text": json.dumps(item["Document"])} for name, item in sorted(listed.items())}


def finds(entry: Entry, tool: str, answer: Answer) -> bool:
    """Whether a tool says anything of a defective document (ours: what the test of the corpus holds it to)."""
    return bool(entry.ours) if tool == OURS else bool(answer.findings.get(entry.name))


def report(
    entries: Sequence[Entry], answers: Mapping[str, Answer], times: Mapping[str, Answer], managed: int
) -> Iterator[str]:
    """The lines of the page."""
    defective = [entry for entry in entries if entry.defective]
    clean = [entry for entry in entries if not entry.defective]
    there = {name: answer for name, answer in answers.items() if not answer.missing}
    yield "<!-- Written by `python -m benchmarks.analysers --write`. -->"
    yield "# Analysers compared"
    yield ""
    yield (
        f"{len(defective)} defective and {len(clean)} good policy documents (`benchmarks/corpus`), each with one "
        "sentence on what is wrong, given to each tool in the way it takes documents: as files, or as the policy of a "
        "template or resource. All tools judge at their default level. A defect counts as found when the tool says "
        "*anything* about the document, be it about something else; that favours tools that say much. Noise is what "
        "is said of the good documents. Ours is held to every code by `tests/test_corpus.py`; documents that are "
        "wrong only on an instance's role are given to us as the policy of one, which the others cannot take."
    )
    yield ""
    yield "| | " + " | ".join(f"{name} {answer.version}" for name, answer in there.items()) + " |"
    yield "| --- |" + " --- |" * len(there)
    yield from _row("defects found", (_share(defective, name, answer) for name, answer in there.items()))
    yield from _row("good documents with a finding", (_noisy(clean, answer) for answer in there.values()))
    yield from _row("findings per defective document", (_per_document(defective, answer) for answer in there.values()))
    yield from _row("documents it fails on", (str(len(answer.crashed)) for answer in there.values()))
    yield ""
    yield "## Time"
    yield ""
    yield (
        f"One process for the {managed:,} policies that AWS manages, from the files to the findings; wall time of the "
        "same run. Ours and iam-policy-validator read the same release of the service data."
    )
    yield ""
    yield "| tool | seconds | documents a second | findings | time, ours = 1 |"
    yield "| --- | --- | --- | --- | --- |"
    for name, answer in times.items():
        if not answer.missing:
            found = sum(map(len, answer.findings.values()))
            ratio = answer.seconds / times[OURS].seconds
            yield f"| {name} | {answer.seconds:.1f} | {managed / answer.seconds:,.0f} | {found:,} | {ratio:.1f} |"
    yield ""
    yield "## By what is wrong"
    yield ""
    yield "| category | documents | " + " | ".join(there) + " |"
    yield "| --- | --- |" + " --- |" * len(there)
    for category, count in sorted(Counter(entry.category for entry in defective).items()):
        of_it = [entry for entry in defective if entry.category == category]
        cells = (str(sum(finds(entry, name, answer) for entry in of_it)) for name, answer in there.items())
        yield f"| {category} | {count} | " + " | ".join(cells) + " |"
    yield ""
    yield "## What we do not find"
    yield ""
    yield "| document | what is wrong | why it is not reported |"
    yield "| --- | --- | --- |"
    for entry in defective:
        if entry.missed:
            yield f"| {entry.name} | {entry.what} | {entry.missed} |"


def _row(title: str, cells: Iterator[str]) -> Iterator[str]:
    yield f"| {title} | " + " | ".join(cells) + " |"


def _share(defective: Sequence[Entry], tool: str, answer: Answer) -> str:
    found = sum(finds(entry, tool, answer) for entry in defective)
    return f"{found} ({100 * found / len(defective):.0f} %)"


def _noisy(clean: Sequence[Entry], answer: Answer) -> str:
    return str(sum(bool(answer.findings.get(entry.name)) for entry in clean))


def _per_document(defective: Sequence[Entry], answer: Answer) -> str:
    return f"{sum(len(answer.findings.get(entry.name, ())) for entry in defective) / len(defective):.1f}"


if __name__ == "__main__":
    main(sys.argv[1:])
