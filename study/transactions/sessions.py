"""Questions that are open, sessions, plans, settings and fitted parameters."""

from __future__ import annotations

from datetime import datetime

from study.records import FittedParameters, HintUse, LearnerSummary, Opening, Plan, Sitting, StudySettings
from study.transactions.base import Transaction


class SessionReads(Transaction):
    """Looks up what surrounds the answers."""

    def opening(self, learner: str, question_id: str) -> Opening | None:
        """Return the question as it stands open, or None."""
        raise NotImplementedError

    def openings(self, learner: str) -> tuple[Opening, ...]:
        """Return all questions that stand open, the oldest first."""
        raise NotImplementedError

    def sitting(self, sitting_id: str) -> Sitting | None:
        """Return a session, or None."""
        raise NotImplementedError

    def running_sitting(self, learner: str) -> Sitting | None:
        """Return the session that was started last, if it has not ended."""
        raise NotImplementedError

    def sittings(self, learner: str, limit: int | None = None) -> tuple[Sitting, ...]:
        """Return a learner's sessions, the newest first, at most ``limit``."""
        raise NotImplementedError

    def plans(self, learner: str) -> tuple[Plan, ...]:
        """Return a learner's plans, ended ones too, by the day of the exam."""
        raise NotImplementedError

    def parameters(self, learner: str) -> FittedParameters | None:
        """Return the parameters that were fitted last, or None."""
        raise NotImplementedError

    def all_parameters(self, learner: str) -> tuple[FittedParameters, ...]:
        """Return every fit of a learner, the oldest first."""
        raise NotImplementedError

    def settings(self, learner: str) -> StudySettings:
        """Return a learner's settings; the defaults where nothing was set."""
        raise NotImplementedError

    def has_settings(self, learner: str) -> bool:
        """Say whether a learner ever saved settings."""
        raise NotImplementedError

    def learners(self) -> tuple[LearnerSummary, ...]:
        """Return everybody who left something behind, by learner id."""
        raise NotImplementedError


class SessionWrites(SessionReads):
    """Keeps what surrounds the answers."""

    def open_question(self, opening: Opening) -> Opening:
        """Open a question, or return to it: its first time and its hints stay, focus and mode become the new ones."""
        raise NotImplementedError

    def add_hint(self, learner: str, question_id: str, hint: HintUse) -> Opening:
        """Note a hint at an open question; the same point and level count once. Raises StoreError where it is not open."""
        raise NotImplementedError

    def close_question(self, learner: str, question_id: str) -> None:
        """Close a question; one that is not open is no error."""
        raise NotImplementedError

    def add_sitting(self, sitting: Sitting) -> bool:
        """Keep a session; say whether it is new."""
        raise NotImplementedError

    def end_sitting(self, sitting_id: str, at: datetime) -> None:
        """Note when a session ended; one that has ended keeps its time."""
        raise NotImplementedError

    def add_plan(self, plan: Plan) -> bool:
        """Keep a plan; say whether it is new."""
        raise NotImplementedError

    def end_plan(self, plan_id: str, at: datetime) -> None:
        """Note when a plan was given up or reached; one that has ended keeps its time."""
        raise NotImplementedError

    def put_parameters(self, parameters: FittedParameters) -> bool:
        """Keep fitted parameters; those of the latest time count. Say whether they are new."""
        raise NotImplementedError

    def put_settings(self, learner: str, settings: StudySettings) -> None:
        """Keep a learner's settings in place of the earlier ones."""
        raise NotImplementedError

    def delete_learner(self, learner: str) -> int:
        """Delete everything of one learner, for good; return how many answers that were. Store.vacuum() then frees the file."""
        raise NotImplementedError
