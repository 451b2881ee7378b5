"""Question packs: what a learner is asked, and what a good answer says."""

from grader.bank.load import DEFAULT_PATH, load_bank, load_pack
from grader.bank.outline import points_from_text, question_from_reference
from grader.bank.pack import Bank, Pack

__all__ = [
    "DEFAULT_PATH",
    "Bank",
    "Pack",
    "load_bank",
    "load_pack",
    "points_from_text",
    "question_from_reference",
]
