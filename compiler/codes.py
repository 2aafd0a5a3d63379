"""Every diagnostic code of the program, in order: what ``explain``, the documentation and the tests read."""

from __future__ import annotations

from compiler import checks
from compiler.checks.guardrail_codes import GUARDRAIL_CODES
from compiler.diagnostics import Code
from compiler.frontend import codes as frontend
from compiler.frontend import document_codes as documents
from compiler.frontend import guardrail_codes as guardrails
from compiler.frontend import project_codes as project
from compiler.frontend import suppressions
from compiler.git import codes as git
from compiler.schema import codes as schema
from compiler.source import codes as source
from compiler.terraform import codes as terraform
from compiler.values import CODES as VALUES

ALL_CODES: tuple[Code, ...] = tuple(
    sorted(
        (
            *source.CODES,
            *schema.CODES,
            *frontend.CODES,
            *documents.CODES,
            *suppressions.CODES,
            *checks.codes(),
            *GUARDRAIL_CODES,
            *guardrails.CODES,
            *project.CODES,
            *git.CODES,
            *terraform.CODES,
            *VALUES,
        ),
        key=lambda code: code.id,
    )
)


def find_code(text: str) -> Code | None:
    """The code with this id (``SG203``) or name (``unknown-action``), ignoring case."""
    wanted = text.lower()
    return next((code for code in ALL_CODES if wanted in (code.id.lower(), code.name)), None)
