"""No compiler at all: PyYAML's C loader reads the fleet, and that is all."""

import sys
from pathlib import Path

import yaml

yaml.load(Path(sys.argv[1]).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
