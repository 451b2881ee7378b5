"""A made-up history of some weeks: a learner who comes most days, forgets, is a little too sure, takes hints and disputes.

Driven through the real trainer, with grades made by chance (fixed seed) instead of by the grader, so that sixty days take seconds:

    python -m tests.study.history FOLDER [--days 60] [--learner ID]    # fills FOLDER/study.sqlite3, up to now
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path

import grader
from grader.types import Evidence, Grade, Judgment, Point, Question, Verdict
from study.agenda import Item
from study.disputes import dispute
from study.records import Answer, Deck, HintUse, PointRef
from study.settings import StudySettings
from study.store import Store
from study.trainer import Trainer

LEARNER = "5eed" * 8
NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
SIGNATURE = "made-up/1"
_WORDS = "the model data drift because changes over time users latency cost when it is trained again".split()


@dataclass
class Learner:
    """Somebody who remembers a point the better the more often it was recalled; chance comes from ``chance``."""

    chance: random.Random
    stability: dict[PointRef, float] = field(default_factory=dict)
    last: dict[PointRef, datetime] = field(default_factory=dict)
    skill: float = 0.35

    def recalls(self, ref: PointRef, at: datetime) -> bool:
        """Say whether a point is recalled, and remember it better from now on."""
        if ref not in self.last:
            known, stability = self.chance.random() < self.skill, self.chance.uniform(0.6, 3.0)
        else:
            days = (at - self.last[ref]) / timedelta(days=1)
            stability = self.stability[ref]
            known = self.chance.random() < 0.95 * 0.9 ** (days / stability)
            stability = stability * self.chance.uniform(1.3, 2.1) if known else max(0.4, stability * 0.4)
        self.stability[ref], self.last[ref] = stability, at
        return known


def make_history(
    trainer: Trainer,
    learner: str = LEARNER,
    *,
    end: datetime = NOW,
    days: int = 60,
    seed: int = 1,
    zone: tzinfo = UTC,
    daily_load: int = 14,
    questions: int = 24,
    disputes: int = 9,
) -> int:
    """Live through ``days`` days up to the one before ``end`` (aware); return how many answers were given.

    At most so many ``questions`` are begun, so that some are left. The same seed, the same history.
    """
    chance = random.Random(seed)
    person = Learner(chance)
    trainer.save_settings(learner, StudySettings(daily_load=daily_load, new_per_day=2), end)
    given = 0
    begun: set[str] = set()
    for back in range(days, 0, -1):
        day = (end - timedelta(days=back)).astimezone(zone).date()
        if back > 4 and chance.random() < (0.5 if day.weekday() >= 5 else 0.12):
            continue
        at = datetime(day.year, day.month, day.day, chance.choice((7, 17, 20)), chance.randrange(30), tzinfo=zone)
        for item in _asked(trainer, learner, at, zone, chance.randint(6, daily_load)):
            if item.kind == "new" and len(begun) == questions:
                continue
            begun.add(item.question_id)
            question = trainer.questions[item.question_id]
            answer, grade = _answer(question, item, person, learner, at, _id(seed, given))
            trainer.submit(answer, grade, answer.at, _id(seed, given, "action"))
            given += 1
            at = answer.at + timedelta(seconds=20)
    _disagree(trainer, learner, end, disputes, seed)
    return given


def _asked(trainer: Trainer, learner: str, at: datetime, zone: tzinfo, limit: int) -> Iterator[Item]:
    items = trainer.agenda(learner, Deck(), at, zone).items
    yield from [item for item in items if item.waits_until is None][:limit]


def _answer(
    question: Question, item: Item, person: Learner, learner: str, at: datetime, id: str
) -> tuple[Answer, Grade]:
    chance = person.chance
    reading = question.reading(item.refs[0].reading_id) if item.refs else question.readings[0]
    asked = [p for p in reading.points if p.kind == "required" and (not item.focus or p.id in item.focus)]
    known = {point.id: person.recalls(PointRef(question.id, reading.id, point.id), at) for point in asked}
    verdicts: dict[str, Verdict] = {name: "met" if yes else "unmet" for name, yes in known.items()}
    for name, yes in known.items():
        if not yes and chance.random() < 0.25:
            verdicts[name] = "partial"
    text = ". ".join(
        " ".join(chance.choices(_WORDS, k=chance.randint(6, 12))).capitalize() for _ in range(max(1, len(asked) // 2))
    )
    text += "."
    grade = made_grade(question, reading.id, text, verdicts)
    share = sum(known.values()) / len(known)
    sure = min(100, max(0, round((0.35 + 0.6 * share + chance.gauss(0.08, 0.16)) * 10) * 10))
    missed = [name for name, yes in known.items() if not yes]
    hints = (HintUse(missed[0], chance.randint(1, 3), at),) if missed and chance.random() < 0.15 else ()
    seconds = chance.lognormvariate(4.2, 0.5)
    answer = Answer(
        id=id,
        learner=learner,
        question_id=question.id,
        question_version=question.version,
        text=text,
        at=at + timedelta(seconds=seconds),
        mode="review" if item.kind == "due" else "study",
        duration_ms=round(seconds * 1000),
        confidence=sure if chance.random() < 0.8 else None,
        hints=hints,
        focus=item.focus,
    )
    return answer, grade


def made_grade(question: Question, reading_id: str, text: str, verdicts: Mapping[str, Verdict]) -> Grade:
    """Return a grade with these verdicts (points not named are unmet), its evidence anywhere in ``text``."""
    reading = question.reading(reading_id)
    judgments = tuple(_judgment(point, text, verdicts.get(point.id, "unmet")) for point in reading.points)
    required = [point for point in reading.points if point.kind == "required"]
    credit = {judgment.point_id: judgment.credit or 0.0 for judgment in judgments}
    earned = sum(point.weight * credit[point.id] for point in required)
    score = min(1.0, earned / sum(point.weight for point in required))
    return Grade(
        question_id=question.id,
        question_version=question.version,
        reading_id=reading_id,
        judgments=judgments,
        score=score,
        low=max(0.0, score - 0.12),
        high=min(1.0, score + 0.1),
        flags=(),
        feedback="Made up.",
        signature=SIGNATURE,
    )


def _judgment(point: Point, text: str, verdict: Verdict) -> Judgment:
    if verdict == "abstain":
        return Judgment(point.id, verdict, None)
    if verdict == "unmet":
        return Judgment(point.id, verdict, 0.0)
    evidence = Evidence(0, min(12, len(text)), text[:12], "made-up", 1.0)
    return Judgment(point.id, verdict, 1.0 if verdict == "met" else 0.5, (evidence,))


def _disagree(trainer: Trainer, learner: str, end: datetime, count: int, seed: int) -> None:
    """Dispute the first missed point of each of the last answers that miss one."""
    with trainer.store.reading() as tx:
        records = [record for record in tx.answers(learner) if not record.answer.focus]
    found = 0
    for record in reversed(records):
        question, grade = trainer.questions[record.answer.question_id], record.latest.grade
        required = {point.id for point in question.reading(grade.reading_id).points if point.kind == "required"}
        missed = [one.point_id for one in grade.judgments if one.verdict == "unmet" and one.point_id in required]
        if missed and found < count:
            whole = (0, record.answer.text.index(".") + 1)
            dispute(trainer, question, record, missed[0], id=_id(seed, found, "dispute"), now=end, passage=whole)
            found += 1


def _id(seed: int, number: int, kind: str = "answer") -> str:
    return f"{seed:04x}{sum(kind.encode()):04x}{number:024x}"


def trainer_for(store: Store) -> Trainer:
    """Return a trainer with the packs of the project."""
    bank = grader.load_bank()
    packs = {question.id: pack.id for pack in bank.packs for question in pack.questions}
    return Trainer(store, {question.id: question for question in bank.questions}, packs)


def main(arguments: Sequence[str] | None = None) -> None:
    """Fill a data folder for looking at pages with something on them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--learner", default=LEARNER)
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    store = Store.open(f"sqlite:///{options.folder / 'study.sqlite3'}", now=now)
    given = make_history(trainer_for(store), options.learner, end=now, days=options.days)
    store.close()
    print(f"{given} answers by {options.learner} up to {date.isoformat(now.date())}")


if __name__ == "__main__":
    main()
