"""Layer 3: the grant catalogue. One data file per grant says what people may write and what it means in IAM."""

from compiler.catalog.arns import grants_for_arn
from compiler.catalog.context import Context, Problem
from compiler.catalog.expand import expand
from compiler.catalog.loader import grant_names, load_grant
from compiler.catalog.model import (
    ACCESS,
    ACCOUNT,
    IMPLICIT,
    KMS_KEY,
    REGION,
    Choice,
    Example,
    Grant,
    Kind,
    Parameter,
    Shape,
    Verb,
)
from compiler.catalog.plan import Plan, plan
from compiler.catalog.resources import resolve

__all__ = [
    "ACCESS",
    "ACCOUNT",
    "IMPLICIT",
    "KMS_KEY",
    "REGION",
    "Choice",
    "Context",
    "Example",
    "Grant",
    "Kind",
    "Parameter",
    "Plan",
    "Problem",
    "Shape",
    "Verb",
    "expand",
    "grant_names",
    "grants_for_arn",
    "load_grant",
    "plan",
    "resolve",
]
