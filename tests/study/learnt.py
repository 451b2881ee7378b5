"""A learner with a real database, who answers real questions, graded offline."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import grader
from grader.types import Grader, Question
from study.drafts import DraftStore
from study.records import Answer, AnswerRecord, HintUse, Mode
from study.store import Store, file_url
from study.trainer import Trainer

LEARNER = "a" * 32
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class Learnt:
    """A database and its trainer, in a folder; answers come a minute after one another."""

    folder: Path
    store: Store
    trainer: Trainer
    drafts: DraftStore
    learner: str = LEARNER
    at: datetime = field(default=START)

    @classmethod
    def new(cls, folder: Path) -> Learnt:
        store = Store.open(file_url(folder / "study.sqlite3"), now=START)
        questions = {question.id: question for question in grader.load_bank().questions}
        return cls(folder, store, Trainer(store, questions), DraftStore(folder / "drafts.sqlite3"))

    @property
    def question(self) -> Question:
        return self.trainer.questions["model-drift"]

    def answer(
        self,
        text: str,
        letter: str,
        *,
        question_id: str = "model-drift",
        learner: str = LEARNER,
        mode: Mode = "study",
        hints: tuple[HintUse, ...] = (),
        focus: tuple[str, ...] = (),
        judge: Grader | None = None,
    ) -> AnswerRecord:
        """Give an answer; its id is made of ``letter``."""
        self.at += timedelta(minutes=1)
        question = self.trainer.questions[question_id]
        version = question.version
        given = Answer(letter * 32, learner, question_id, version, text, self.at, mode, hints=hints, focus=focus)
        result = grader.grade(question, text, grader=judge)
        return self.trainer.submit(given, result, self.at, "f" + letter * 31).record
