from __future__ import annotations

import re

from compiler.diagnostics import SourceText
from compiler.driver import Source, compile_sources
from compiler.views import starter

TEXT = starter.render("./stackgrant.schema.json")
# An option that is commented out begins with a key or an item; running text begins with a capital.
OPTION = re.compile(r"^( *)# (?=-? ?[a-z_]+: )", re.MULTILINE)


def findings(text):
    result = compile_sources([Source(SourceText(starter.FILE_NAME, text), starter.FILE_NAME)])
    return [(item.code.id, item.message) for item in result.diagnostics], sorted(result.files)


def test_the_first_line_is_for_editors():
    assert TEXT.splitlines()[0] == "# yaml-language-server: $schema=./stackgrant.schema.json"
    assert TEXT.endswith("\n")


def test_it_compiles_without_findings():
    found, files = findings(TEXT)
    assert found == []
    assert "shop/layer-web.tf.json" in files


def test_so_it_does_with_every_option_taken():
    body = TEXT.partition("\n")[2]
    assert len(OPTION.findall(body)) == 5
    assert findings(OPTION.sub(r"\1", body))[0] == []
