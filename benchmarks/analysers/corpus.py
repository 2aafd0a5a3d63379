"""The corpus: policy documents of which it is known what is wrong with them, or that nothing is.

An entry has a ``name``, a ``kind`` (``identity`` or ``trust``), whether it is ``defective``, and ``what`` is wrong (or
good) in one sentence. ``category`` says what kind of finding is expected, in a word that belongs to no tool. The
document stands under ``policy``, or under ``text`` where it is no JSON or has a key twice. ``carrier: ec2`` says that
the defect is one only on a role of EC2 instances. ``ours`` are the codes that we report; ``missed`` says why that is
nothing. The test of the corpus writes ``ours`` (``pytest tests/test_corpus.py --bless``); people read the difference.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent.parent / "corpus"


@dataclass(frozen=True, slots=True)
class Entry:
    """One document of the corpus. ``text`` is the document as it would lie in a file."""

    name: str
    kind: str
    what: str
    text: str
    category: str = ""
    carrier: str = ""
    ours: tuple[str, ...] = ()
    missed: str = ""
    file: str = ""

    @property
    def defective(self) -> bool:
        """Whether something is wrong with the document."""
        return bool(self.category)


@cache
def corpus() -> Sequence[Entry]:
    """All entries, by file and in the order of the file."""
    return tuple(entry for file in sorted(FOLDER.glob("*.yaml")) for entry in _read(file))


def _read(file: Path) -> list[Entry]:
    entries = []
    for item in yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader):
        if item.pop("defective") != ("category" in item):
            raise ValueError(f"{file.name}: {item['name']}: a defective document has a category, and only such a one")
        text = item.pop("text", "")
        document = item.pop("policy", None)
        item["ours"] = tuple(item.get("ours", ()))
        text = text or json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        entries.append(Entry(**item, text=text, file=file.name))
    return entries


def record(findings: Mapping[str, Sequence[str]]) -> None:
    """Write the codes that each document (by name) is given into the files of the corpus."""
    for file in sorted(FOLDER.glob("*.yaml")):
        lines: list[str] = []
        name = ""
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith("- name: "):
                name = line.removeprefix("- name: ")
            if line.startswith("  ours:"):
                continue
            if line.startswith(("  policy:", "  text:")) and findings.get(name):
                lines.append(f"  ours: [{', '.join(findings[name])}]")
            lines.append(line)
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
