"""The files of one Terraform module while they are being made.

One object owns the module: it knows every address, refuses the second one of any, leaves out empty sections, and
gives the same order whatever the order in which things were added.
"""

from __future__ import annotations

from typing import Any

from compiler.diagnostics.late import LatePattern
from compiler.terraform.encode import encode
from compiler.terraform.errors import EmitError
from compiler.terraform.escape import Template, literal
from compiler.terraform.selfcheck import SelfCheck

Json = Any
# The value of an argument: text that was escaped for Terraform, numbers, and lists and objects of them.
Value = Template | int | bool | list[Template] | list[str] | dict[Template, Template] | dict[str, bool]

# Source: Terraform language, "Syntax: Identifiers" (Unicode letters are allowed there, but not by the spec's names).
_IDENTIFIER = LatePattern(r"[A-Za-z_][A-Za-z0-9_-]*")
_SECTIONS = ("terraform", "provider", "variable", "locals", "resource", "moved", "output")
_KINDS = (
    "aws_iam_role",
    "aws_iam_instance_profile",
    "aws_iam_policy",
    "aws_iam_role_policy_attachment",
    "aws_iam_role_policy",
    "aws_iam_role_policies_exclusive",
    "aws_iam_role_policy_attachments_exclusive",
    "terraform_data",
)


class Document:
    """A module's files: sections by file stem, addresses unique over all of them."""

    def __init__(self, header: str) -> None:
        self._header = header
        self._files: dict[str, dict[str, dict[str, Json]]] = {}
        self._local_origins: dict[str, dict[str, None]] = {}
        self._moves: dict[str, list[tuple[str, str]]] = {}
        self._move_ends: set[str] = set()
        self._addresses: set[str] = set()
        self._labels: set[str] = set()  # several resources mostly have the same label
        self._self_check = SelfCheck()

    @property
    def addresses(self) -> frozenset[str]:
        """Every address of the module so far: ``aws_iam_role.web``, ``local.policy_app-x``, ``output.role_names``."""
        return frozenset(self._addresses)

    def resource(self, stem: str, kind: str, label: str, body: dict[str, Value]) -> str:
        """Add a resource to the file ``<stem>.tf.json``, which keeps the body, and give its address."""
        self._self_check.check(kind, label, body)
        address = self._claim(f"{kind}.{label}", label)
        self._section(stem, "resource").setdefault(kind, {})[label] = body
        return address

    def local(self, stem: str, name: str, value: Json, *, origin: str) -> str:
        """Add a local value that came from ``origin`` and give its address. The value has to be escaped."""
        address = self._claim(f"local.{name}", name)
        self._section(stem, "locals")[name] = value
        self._local_origins.setdefault(stem, {})[origin] = None
        return address

    def output(self, stem: str, name: str, value: Json, *, description: str) -> None:
        """Add an output. The value has to be escaped; the description is literal text."""
        self._claim(f"output.{name}", name)
        self._section(stem, "output")[name] = {"description": literal(description), "value": value}

    def variable(self, stem: str, name: str, body: dict[str, Json]) -> None:
        """Add an input variable."""
        self._claim(f"var.{name}", name)
        self._section(stem, "variable")[name] = body

    def terraform(self, stem: str, body: dict[str, Json]) -> None:
        """Add the ``terraform`` block: one for each module."""
        self._claim("terraform", "terraform")
        self._section(stem, "terraform").update(body)

    def provider(self, stem: str, name: str, body: dict[str, Json]) -> None:
        """Add a provider's configuration."""
        self._claim(f"provider.{name}", name)
        self._section(stem, "provider")[name] = body

    def moved(self, stem: str, before: str, after: str) -> None:
        """Say that the object at the address ``before`` is now at ``after``.

        Terraform takes at most one move from and one to any address.
        """
        for end in (f"from {before}", f"to {after}"):
            if end in self._move_ends:
                raise EmitError(f"two objects are moved {end}")
            self._move_ends.add(end)
        self._moves.setdefault(stem, []).append((before, after))

    def render(self) -> dict[str, bytes]:
        """The files by name, sorted."""
        for moves in self._moves.values():
            for before, after in moves:
                if before in self._addresses:
                    raise EmitError(f"{before} is moved to {after}, but there still is a {before}")
        stems = sorted(self._files.keys() | self._moves.keys())
        return {file_name(stem): encode(self._root(stem)) for stem in stems}

    def _root(self, stem: str) -> dict[str, Json]:
        found: dict[str, Json] = dict(self._files.get(stem, {}))
        if "resource" in found:
            resources = found["resource"]
            found["resource"] = {kind: _sorted(resources[kind]) for kind in _KINDS if kind in resources}
        if "locals" in found:
            origins = "; ".join(sorted(self._local_origins[stem]))
            found["locals"] = {"//": origins, **_sorted(found["locals"])}
        if stem in self._moves:
            found["moved"] = [{"from": before, "to": after} for before, after in sorted(self._moves[stem])]
        return {"//": self._header, **{name: found[name] for name in _SECTIONS if name in found}}

    def _section(self, stem: str, name: str) -> dict[str, Json]:
        file = self._files.get(stem)
        if file is None:
            file = self._files[stem] = {}
        section = file.get(name)
        if section is None:
            section = file[name] = {}
        return section

    def _claim(self, address: str, label: str) -> str:
        if address in self._addresses:
            raise EmitError(f"{address} is defined twice")
        if label not in self._labels:
            if not _IDENTIFIER.fullmatch(label):
                raise EmitError(f"{address}: `{label}` is no Terraform identifier")
            self._labels.add(label)
        self._addresses.add(address)
        return address


def _sorted(items: dict[str, Json]) -> dict[str, Json]:
    return items if len(items) == 1 else dict(sorted(items.items()))


def file_name(stem: str) -> str:
    """The name of the file with this stem.

    Terraform merges ``override.tf.json`` and ``*_override.tf.json`` over the other files instead of reading them, so
    such a stem gets an ending that no name of a spec can have.

    Source: Terraform language, "Override Files".
    """
    return f"{stem}--.tf.json" if stem == "override" or stem.endswith("_override") else f"{stem}.tf.json"
