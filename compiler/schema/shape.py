"""What the schema has to know about a grant of the catalogue, as plain data.

The catalogue lies in a higher layer: it fills these in (``compiler.catalog.shapes``), and the schema never looks at it.
"""

from __future__ import annotations

from typing import Any, Literal

from compiler.diagnostics.value import record

Json = Any


@record(frozen=True, slots=True)
class ParameterShape:
    """One key under a grant.

    ``kind``: ``text`` takes any scalar, ``choice`` one of ``choices`` (value and meaning), ``flag`` true or false,
    ``number`` a whole number. ``many`` allows a list as well. ``pattern`` fits the whole text; ``form`` says in words
    and with an article what fits ("a prefix that ends with `/`"). ``examples`` are values as people write them.
    """

    name: str
    description: str
    kind: Literal["text", "choice", "flag", "number"] = "text"
    required: bool = False
    many: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    pattern: str = ""
    form: str = ""
    minimum: int | None = None
    maximum: int | None = None
    examples: tuple[Json, ...] = ()


@record(frozen=True, slots=True)
class GrantShape:
    """One grant of the catalogue.

    ``primary`` is the parameter that an entry of ``resources:`` stands for, empty when the grant has none.
    ``examples`` are whole permissions (``{"s3": {…}}``).
    """

    name: str
    title: str
    description: str
    parameters: tuple[ParameterShape, ...]
    primary: str = ""
    examples: tuple[Json, ...] = ()


ConditionForm = Literal["texts", "tags", "flag"]


@record(frozen=True, slots=True)
class ConditionShape:
    """One shorthand under ``when:``.

    ``form``: ``texts`` takes a text or a list of them, ``tags`` a mapping of tag keys to such, ``flag`` true or false.
    ``words`` say with an article what one text is.
    """

    name: str
    description: str
    form: ConditionForm
    words: str
    examples: tuple[Json, ...]
