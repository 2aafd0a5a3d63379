"""``python -m compiler`` is ``stackgrant``."""

from compiler.cli import entry

entry()
