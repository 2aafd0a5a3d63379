"""Text for Terraform JSON: what is literal stays literal, what is a reference becomes one, and nothing else.

Terraform parses most strings of a ``.tf.json`` file as templates. ``Template`` marks the strings that are ready for
such a place, so that the type checker finds a string that was not escaped; ``literal`` is for the few places that
Terraform does not parse (descriptions of outputs and variables, backends, version constraints), where escaping would
corrupt the text.

Source: Terraform, "JSON Configuration Syntax", and HCL's template syntax: only ``${`` and ``%{`` are special, and
they are written ``$${`` and ``%%{``; a fuzz test holds this against Terraform itself. Terraform normalises strings to
Unicode NFC; so do we, to know what it will see.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any, NewType

from compiler.aws.reference import CLOSE, OPEN, has_reference, reference
from compiler.terraform.errors import EmitError

Json = Any
Template = NewType("Template", str)


def template(text: str) -> Template:
    """The text for a place that Terraform parses: literal text escaped, marked references as ``${…}``.

    >>> template("arn:aws:s3:::home/${aws:username}/*")
    'arn:aws:s3:::home/$${aws:username}/*'
    """
    if text.isascii() and "$" not in text and "%" not in text:
        return text  # type: ignore[return-value] # `Template(…)` is a call, and a fleet has tens of thousands of texts
    return _escaped(text)


_PARTS = re.compile(r"\$\$\{|%%\{|\$\{([^}]*)\}")


def untemplate(text: str) -> str:
    """What a text of ours in a place that Terraform parses stands for: references marked, the rest literal.

    >>> untemplate("arn:aws:s3:::home/$${aws:username}/*")
    'arn:aws:s3:::home/${aws:username}/*'
    """
    return _PARTS.sub(lambda m: reference(m[1]) if m[1] is not None else m[0][1:], text) if "{" in text else text


def expression(code: str) -> Template:
    """A Terraform expression of ours as a whole value.

    >>> expression("aws_iam_role.web.name")
    '${aws_iam_role.web.name}'
    """
    return "${" + code + "}"  # type: ignore[return-value]


def literal(text: str) -> str:
    """The text for a place that Terraform does not parse."""
    if text.isascii():
        return text
    if has_reference(text):
        raise EmitError(f"a Terraform reference stands in a place that Terraform does not evaluate: {text!r}")
    return unicodedata.normalize("NFC", text)


def map_strings(value: Json, convert: Callable[[str], str]) -> Json:
    """The JSON value with every string in it converted, object keys included."""
    if type(value) is str:
        return convert(value)
    if type(value) is dict:
        return {convert(key): map_strings(item, convert) for key, item in value.items()}
    if type(value) is list:
        return [map_strings(item, convert) for item in value]
    return value


def template_json(value: Json) -> Json:
    """The JSON value for a place that Terraform parses."""
    return map_strings(value, template)


def literal_json(value: Json) -> Json:
    """The JSON value for a place that Terraform does not parse."""
    return map_strings(value, literal)


# After a lone carriage return Terraform's scanner takes what is special for text and what is escaped for two signs.
# As an expression of its own it does no harm.
_CARRIAGE_RETURN = reference('"\\r"')


def _escaped(text: str) -> Template:
    head, *rest = text.replace("\r", _CARRIAGE_RETURN).split(OPEN)
    result = _escape(head)
    for part in rest:
        code, _, after = part.partition(CLOSE)
        result = _before_reference(result) + "${" + code + "}" + _escape(after)
    return Template(result)


def _escape(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("${", "$${").replace("%{", "%%{")


def _before_reference(text: str) -> str:
    """The escaped text with a final run of dollars made an expression: ``$`` and ``${x}`` would read as ``$${x}``."""
    bare = text.rstrip("$")
    return text if len(bare) == len(text) else f'{bare}${{"{text[len(bare) :]}"}}'
