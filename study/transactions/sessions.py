"""Questions that are open, sessions, plans, settings and fitted parameters."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import RowMapping, Select, delete, func, select, update

from study.records import Deck, FittedParameters, HintUse, LearnerSummary, Opening, Plan, Sitting, StudySettings
from study.serial import storable
from study.tables import answers, learners, openings, parameters, plans, settings, sittings
from study.transactions.base import Row, Transaction
from study.transactions.hints import hints_from, hints_row


class SessionReads(Transaction):
    """Looks up what surrounds the answers."""

    def opening(self, learner: str, question_id: str) -> Opening | None:
        """Return the question as it stands open, or None."""
        wanted = select(openings).where(openings.c.learner == learner, openings.c.question_id == question_id)
        row = self.connection.execute(wanted).mappings().first()
        return None if row is None else _opening(row)

    def openings(self, learner: str) -> tuple[Opening, ...]:
        """Return all questions that stand open, the oldest first."""
        wanted = select(openings).where(openings.c.learner == learner).order_by(openings.c.at, openings.c.question_id)
        return tuple(_opening(row) for row in self.connection.execute(wanted).mappings())

    def sitting(self, sitting_id: str) -> Sitting | None:
        """Return a session, or None."""
        found = self._sittings(select(sittings).where(sittings.c.id == sitting_id))
        return found[0] if found else None

    def running_sitting(self, learner: str) -> Sitting | None:
        """Return the session that was started last, if it has not ended."""
        found = self.sittings(learner, 1)
        return found[0] if found and found[0].ended_at is None else None

    def sittings(self, learner: str, limit: int | None = None) -> tuple[Sitting, ...]:
        """Return a learner's sessions, the newest first, at most ``limit``."""
        wanted = select(sittings).where(sittings.c.learner == learner)
        return self._sittings(wanted.order_by(sittings.c.at.desc(), sittings.c.id).limit(limit))

    def plans(self, learner: str) -> tuple[Plan, ...]:
        """Return a learner's plans, ended ones too, by the day of the exam."""
        wanted = select(plans).where(plans.c.learner == learner).order_by(plans.c.exam_on, plans.c.at, plans.c.id)
        return tuple(_plan(row) for row in self.connection.execute(wanted).mappings())

    def parameters(self, learner: str) -> FittedParameters | None:
        """Return the parameters that were fitted last, or None."""
        found = self.all_parameters(learner)
        return found[-1] if found else None

    def all_parameters(self, learner: str) -> tuple[FittedParameters, ...]:
        """Return every fit of a learner, the oldest first."""
        wanted = select(parameters).where(parameters.c.learner == learner).order_by(parameters.c.at)
        return tuple(_parameters(row) for row in self.connection.execute(wanted).mappings())

    def settings(self, learner: str) -> StudySettings:
        """Return a learner's settings; the defaults where nothing was set."""
        chosen = self._chosen(learner)
        if chosen is None:
            return StudySettings()
        try:
            return StudySettings.model_validate(chosen)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            name = ".".join(str(part) for part in first["loc"])
            self._fail(
                f"the stored setting {name!r} of learner {learner} is not valid ({first['msg']}); save them anew"
            )

    def has_settings(self, learner: str) -> bool:
        """Say whether a learner ever saved settings."""
        return self._chosen(learner) is not None

    def learners(self) -> tuple[LearnerSummary, ...]:
        """Return everybody who left something behind, by learner id."""
        wanted = (
            select(
                learners.c.id,
                func.count(answers.c.id).label("answers"),
                func.min(answers.c.at).label("first"),
                func.max(answers.c.at).label("last"),
            )
            .outerjoin(answers, answers.c.learner == learners.c.id)
            .group_by(learners.c.id)
            .order_by(learners.c.id)
        )
        rows = self.connection.execute(wanted).mappings()
        return tuple(LearnerSummary(row["id"], row["answers"], row["first"], row["last"]) for row in rows)

    def _chosen(self, learner: str) -> Any | None:
        return self.connection.execute(select(settings.c.chosen).where(settings.c.learner == learner)).scalar()

    def _sittings(self, wanted: Select[Any]) -> tuple[Sitting, ...]:
        return tuple(_sitting(row) for row in self.connection.execute(wanted).mappings())


class SessionWrites(SessionReads):
    """Keeps what surrounds the answers."""

    def open_question(self, opening: Opening) -> Opening:
        """Open a question, or return to it: its first time and its hints stay, focus and mode become the new ones."""
        known = self.opening(opening.learner, opening.question_id)
        if known is not None:
            opening = replace(known, focus=opening.focus, mode=opening.mode)
        if opening != known:
            self._put_opening(opening)
        return opening

    def add_hint(self, learner: str, question_id: str, hint: HintUse) -> Opening:
        """Note a hint at an open question; the same point and level count once. Raises StoreError where it is not open."""
        known = self.opening(learner, question_id)
        if known is None:
            self._fail(f"question {question_id!r} is not open, so no hint can be noted; open it first")
        if any((taken.point_id, taken.level) == (hint.point_id, hint.level) for taken in known.hints):
            return known
        opening = replace(known, hints=(*known.hints, hint))
        self._put_opening(opening)
        return opening

    def close_question(self, learner: str, question_id: str) -> None:
        """Close a question; one that is not open is no error."""
        gone = delete(openings).where(openings.c.learner == learner, openings.c.question_id == question_id)
        self.connection.execute(gone)

    def add_sitting(self, sitting: Sitting) -> bool:
        """Keep a session; say whether it is new."""
        self._know(sitting.learner)
        return self._add(sittings, [asdict(sitting)]) > 0

    def end_sitting(self, sitting_id: str, at: datetime) -> None:
        """Note when a session ended; one that has ended keeps its time."""
        ended = update(sittings).where(sittings.c.id == sitting_id, sittings.c.ended_at.is_(None))
        self.connection.execute(ended.values(ended_at=at))

    def add_plan(self, plan: Plan) -> bool:
        """Keep a plan; say whether it is new."""
        self._know(plan.learner)
        return self._add(plans, [{**asdict(plan), "name": storable(plan.name)}]) > 0

    def end_plan(self, plan_id: str, at: datetime) -> None:
        """Note when a plan was given up or reached; one that has ended keeps its time."""
        self.connection.execute(
            update(plans).where(plans.c.id == plan_id, plans.c.ended_at.is_(None)).values(ended_at=at)
        )

    def put_parameters(self, fitted: FittedParameters) -> bool:
        """Keep fitted parameters; those of the latest time count. Say whether they are new."""
        self._know(fitted.learner)
        row: Row = {
            "learner": fitted.learner,
            "at": fitted.at,
            "weights": [float(value) for value in fitted.values],
            "reviews": fitted.reviews,
            "loss_before": fitted.loss_before,
            "loss_after": fitted.loss_after,
        }
        return self._add(parameters, [row]) > 0

    def put_settings(self, learner: str, chosen: StudySettings) -> None:
        """Keep a learner's settings in place of the earlier ones."""
        self._know(learner)
        self._put(settings, [{"learner": learner, "chosen": chosen.model_dump(mode="json")}])

    def delete_learner(self, learner: str) -> int:
        """Delete everything of one learner, for good; return how many answers that were. Store.vacuum() then frees the file."""
        count = select(func.count()).select_from(answers).where(answers.c.learner == learner)
        gone = int(self.connection.execute(count).scalar_one())
        self.connection.execute(delete(learners).where(learners.c.id == learner))
        self._known.discard(learner)
        return gone

    def _put_opening(self, opening: Opening) -> None:
        self._know(opening.learner)
        row = {
            "learner": opening.learner,
            "question_id": opening.question_id,
            "at": opening.at,
            "hints": hints_row(opening.hints),
            "focus": list(opening.focus),
            "mode": opening.mode,
        }
        self._put(openings, [row])


# --- rows


def _opening(row: RowMapping) -> Opening:
    hints = hints_from(row["hints"])
    return Opening(row["learner"], row["question_id"], row["at"], hints, tuple(row["focus"]), row["mode"])


def _deck(values: dict[str, list[str]]) -> Deck:
    return Deck(**{name: tuple(chosen) for name, chosen in values.items()})


def _sitting(row: RowMapping) -> Sitting:
    return Sitting(**{**row, "deck": _deck(row["deck"])})


def _plan(row: RowMapping) -> Plan:
    return Plan(**{**row, "deck": _deck(row["deck"])})


def _parameters(row: RowMapping) -> FittedParameters:
    values = tuple(float(value) for value in row["weights"])
    return FittedParameters(row["learner"], row["at"], values, row["reviews"], row["loss_before"], row["loss_after"])
