from __future__ import annotations
from collections.abc import Mapping
ARNS: Mapping[tuple[str, str], tuple[str, ...]] = {}
RESOURCE_TYPES: Mapping[tuple[str, str], tuple[str, ...]] = {}
PLACEHOLDERS: Mapping[tuple[str, str], str] = {}
