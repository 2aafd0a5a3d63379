"""What a compile has made is held on to until the process ends, or compiles again."""

from __future__ import annotations

import gc
import weakref

from compiler.cli import compiling
from compiler.diagnostics import Diagnostics, SourceText
from compiler.driver import Options, Source

SPEC = "version: 1\nstacks:\n  shop: {account: '123456789012', region: eu-west-1}\n"


def test_only_the_last_result_is_held() -> None:
    texts = [SourceText(f"{name}.yaml", SPEC) for name in ("one", "two")]
    held = [weakref.ref(text) for text in texts]
    for text in texts:
        compiling.compiled([Source(text, text.name)], Options(), Diagnostics(), "never")
    del text
    texts.clear()
    gc.collect()
    assert held[0]() is None
    assert held[1]() is not None
