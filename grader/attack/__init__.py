"""Attempts to fool a grader, and changes that must not bother it (see docs/grading.md, "Resistance")."""

from grader.attack.case import LEAST_BASE, MARGIN, Case, Chance, Family, Outcome, Target
from grader.attack.registry import FAMILIES
from grader.attack.run import Result, result_json, run

__all__ = [
    "FAMILIES",
    "LEAST_BASE",
    "MARGIN",
    "Case",
    "Chance",
    "Family",
    "Outcome",
    "Result",
    "Target",
    "result_json",
    "run",
]
