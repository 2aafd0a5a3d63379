"""Nasty strings through Terraform and back: what is literal comes out as it went in, a reference as its value."""

from __future__ import annotations

import itertools
import json
import random
import unicodedata
from pathlib import Path

import pytest

from compiler.aws.reference import reference
from compiler.terraform.document import Document
from compiler.terraform.encode import encode
from compiler.terraform.escape import template, template_json
from compiler.terraform.header import header
from tests.support.tf import Terraform

NASTY = (
    "${aws:username}",
    '${file("/etc/hostname")}',
    "%{if true}x%{endif}",
    "100%{done}",
    "${",
    "%{",
    "$${x}",
    "$$${x}",
    "%%{x}",
    "$%{x}",
    "%${x}",
    "${1+2}",
    "$",
    "$$",
    "%",
    "\\${x}",
    '"${x}"',
    "a\nb\tc\r",
    "\r",
    "a\r${x}",
    "a\r\n${x}",
    "a\r%{x}$",
    "\ra\r",
    "e\u0301",
    "\u212b",
    "日本 ${x} é",
    "\u2028<>&",
    "arn:aws:s3:::home/${aws:PrincipalTag/team, 'none'}/*",
    "//",
    "",
)


def strings() -> list[str]:
    """The ones above, every string of up to four of the special characters, and many at random."""
    short = ["".join(item) for size in range(1, 5) for item in itertools.product("$%{a", repeat=size)]
    source = random.Random(20261123)
    odd = ["".join(source.choices('$%{}~"\\ab n:/é\r\n', k=source.randrange(1, 16))) for _ in range(1000)]
    return list(dict.fromkeys((*NASTY, *short, *odd)))


@pytest.fixture(scope="module")
def through(home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What comes out of a plan: all strings as values, as object keys, and on both sides of references."""
    texts = strings()
    document = Document(header("stackgrant.yaml"))
    document.local("strings", "values", template_json(texts), origin="here")
    document.local("strings", "keys", template_json({text: "x" for text in texts if text}), origin="here")
    both = [f"{text}{reference('local.word')}{text}" for text in texts]
    document.local("strings", "both", template_json(both), origin="here")
    document.local("strings", "word", template("WORD"), origin="here")
    for name in ("values", "keys", "both"):
        document.output("strings", name, f"${{jsonencode(local.{name})}}", description="100%{literal} ${here}")
    folder = tmp_path_factory.mktemp("strings")
    for name, content in document.render().items():
        (folder / name).write_bytes(content)
    return {name: json.loads(value) for name, value in Terraform(folder, home).plan().outputs.items()}


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def test_values_come_out_as_they_went_in(through: dict[str, object]) -> None:
    assert through["values"] == [nfc(text) for text in strings()]


def test_object_keys_come_out_as_they_went_in(through: dict[str, object]) -> None:
    assert through["keys"] == {nfc(text): "x" for text in strings() if text}


def test_a_reference_is_evaluated_and_what_is_around_it_is_not(through: dict[str, object]) -> None:
    assert through["both"] == [nfc(text) + "WORD" + nfc(text) for text in strings()]


def test_literal_places_are_not_parsed(home: Path, tmp_path: Path) -> None:
    """Descriptions and defaults of variables: no escape there, or it would be seen."""
    text = "${1+1} $${x} 100%{done}"
    variable = {"variable": {"a": {"description": text, "default": text}}, "output": {"a": {"value": "${var.a}"}}}
    (tmp_path / "main.tf.json").write_bytes(encode(variable))
    assert Terraform(tmp_path, home).plan().outputs == {"a": text}
