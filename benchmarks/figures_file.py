"""The option ``--json`` of the benchmarks, and the file that it names."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def add_json_option(parser: argparse.ArgumentParser, default: Path) -> None:
    """Let ``--json [FILE]`` say where the figures go: ``default`` where no file is named, nowhere without the option."""
    told = f"write the figures ({default.parent.name}/{default.name})"
    parser.add_argument("--json", type=Path, nargs="?", const=default, metavar="FILE", help=told)


def write_figures(path: Path, figures: Mapping[str, Any]) -> None:
    """Write figures as JSON, and make the folder if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
