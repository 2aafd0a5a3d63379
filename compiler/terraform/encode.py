"""JSON values as the bytes of a file: two spaces, keys in the given order, UTF-8 without BOM, a final newline.

Pretty-printed because Terraform's errors name a line, and because people review these files.
"""

from __future__ import annotations

from typing import Any

import orjson

Json = Any


def encode(document: Json) -> bytes:
    """The document as the content of a file.

    >>> encode({"//": "é", "locals": {"a": []}})
    b'{\\n  "//": "\\xc3\\xa9",\\n  "locals": {\\n    "a": []\\n  }\\n}\\n'
    """
    # Put together anew, since orjson leaves more than as much again behind what it returns.
    return orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n"
