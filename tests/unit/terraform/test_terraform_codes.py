"""The codes of this package are complete and its own."""

from __future__ import annotations

from compiler.diagnostics import Code
from compiler.terraform import codes


def test_every_code_is_listed_once_and_complete() -> None:
    defined = [value for value in vars(codes).values() if isinstance(value, Code)]
    assert list(codes.CODES) == defined
    assert len({code.id for code in codes.CODES}) == len({code.name for code in codes.CODES}) == len(codes.CODES)
    for code in codes.CODES:
        assert code.id[:3] in ("SG8", "SG9")
        assert code.what.endswith(".")
        assert code.why.endswith(".")
        assert code.bad == code.good == ""
