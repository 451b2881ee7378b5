"""The examples in the docstrings of the benchmarks."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

import benchmarks

MODULES = sorted(path.stem for path in Path(next(iter(benchmarks.__path__))).glob("[a-z]*.py"))


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_are_right(name: str) -> None:
    assert doctest.testmod(importlib.import_module(f"benchmarks.{name}")).failed == 0
