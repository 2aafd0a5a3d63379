"""Whether a Terraform reference that stands for a whole value is the ARN or the name of a resource.

Only Terraform knows what a reference holds. Its last part says what it is by convention, and where that leaves doubt
nothing is guessed: an ARN built around another ARN would allow nothing, and nobody would notice before it runs.

Source: Terraform AWS provider, "Attribute Reference" of the resources: ``arn`` is the resource's own ARN.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from compiler.aws.reference import CLOSE, OPEN
from compiler.diagnostics.late import LatePattern

if TYPE_CHECKING:
    from compiler.catalog.model import Parameter, Shape

_WHOLE = LatePattern(f"{OPEN}([^{CLOSE}]*){CLOSE}")
_INDEX = LatePattern(r"\[[^\]]*\]")


def is_one_reference(text: str) -> bool:
    """Whether the text is one marked reference and nothing else."""
    return text[:1] == OPEN and _WHOLE.fullmatch(text) is not None


def name_or_arn(parameter: Parameter, shape: Shape, text: str) -> Literal["name", "arn"] | None:
    """``arn`` or ``name`` for a text that is one marked reference, None in doubt."""
    path = _INDEX.sub("", text[1:-1]).split(".")
    if path[0] == "data":
        del path[0]
    last = path[-1]
    if path[0].startswith("aws_"):
        found = _attribute(shape, path[0], last)
    elif last == "arn" or last.endswith("_arn"):
        found = "arn"
    else:
        found = "name" if _ends_in(last, {"name", *shape.name_attributes} - {"id"}) else None
    if (found == "name" and shape.leading) or (found == "arn" and parameter.parts):
        return None  # whether the name brings the leading text along, and what the ARN's parts are, is not known
    return found


def _attribute(shape: Shape, kind: str, name: str) -> Literal["name", "arn"] | None:
    """An attribute of a resource of the AWS provider: its own ``arn``, or one that speaks of another resource."""
    own = kind in shape.terraform
    if name == "arn":
        return "arn" if own else None
    if own:
        return "name" if name in shape.name_attributes else None
    if name.endswith("_arn"):
        return "arn"
    return "name" if _ends_in(name, set(shape.name_attributes) - {"id", "name"}) else None


def _ends_in(name: str, words: set[str]) -> bool:
    """Whether a name is one of the words or ends in one: ``bucket``, ``assets_bucket``."""
    return any(name == word or name.endswith(f"_{word}") for word in words)
