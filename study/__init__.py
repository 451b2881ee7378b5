"""What a learner leaves behind: drafts, answers, grades, the review log, and the schedule that is derived from it.

What needs a database or the scheduler is loaded when it is first asked for, so ``import study`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from study.drafts import MAX_DRAFT_CHARS, Draft, DraftStore, is_learner_id
    from study.errors import (
        DraftStoreError,
        ImportProblem,
        StoreBusy,
        StoreCorrupt,
        StoreError,
        StoreFull,
        StoreNewer,
        StoreReadOnly,
        StoreUnreachable,
        StudyError,
    )
    from study.records import (
        Action,
        AliasProposal,
        Answer,
        AnswerRecord,
        Asked,
        CardState,
        Deck,
        Dispute,
        FittedParameters,
        GradeRecord,
        HintUse,
        LearnerSummary,
        LoggedReview,
        Opening,
        Plan,
        PointRef,
        Review,
        Sitting,
        StudySettings,
    )
    from study.store import Store, default_url

__all__ = [
    "MAX_DRAFT_CHARS",
    "Action",
    "AliasProposal",
    "Answer",
    "AnswerRecord",
    "Asked",
    "CardState",
    "Deck",
    "Dispute",
    "Draft",
    "DraftStore",
    "DraftStoreError",
    "FittedParameters",
    "GradeRecord",
    "HintUse",
    "ImportProblem",
    "LearnerSummary",
    "LoggedReview",
    "Opening",
    "Plan",
    "PointRef",
    "Review",
    "Sitting",
    "Store",
    "StoreBusy",
    "StoreCorrupt",
    "StoreError",
    "StoreFull",
    "StoreNewer",
    "StoreReadOnly",
    "StoreUnreachable",
    "StudyError",
    "StudySettings",
    "default_url",
    "is_learner_id",
]

_HOMES = {
    "study.drafts": ("MAX_DRAFT_CHARS", "Draft", "DraftStore", "is_learner_id"),
    "study.errors": (
        *("DraftStoreError", "ImportProblem", "StudyError", "StoreError", "StoreBusy", "StoreCorrupt", "StoreFull"),
        *("StoreNewer", "StoreReadOnly", "StoreUnreachable"),
    ),
    "study.records": (
        *("Action", "AliasProposal", "Answer", "AnswerRecord", "Asked", "CardState", "Deck", "Dispute", "GradeRecord"),
        *("FittedParameters", "HintUse", "LearnerSummary", "LoggedReview", "Opening", "Plan", "PointRef", "Review"),
        *("Sitting", "StudySettings"),
    ),
    "study.store": ("Store", "default_url"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(_HOME_OF[name]), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
