"""A simulated learner of 60 days, driven through the real trainer and a real database, beside a fixed interval.

    python -m benchmarks.simulated_learner [--days 60] [--seed 1] [--questions 60] [--fit] [--json [FILE]]

The learner (``benchmarks.simulated_head``) forgets by a curve that is known and is not the scheduler's, and does each day what the
agenda says, under a plan whose exam follows on the last day; the load that the plan asks for is the daily load. The scheduler
sees ratings only. The clock is simulated, chance comes from the seed, and the same try at the same point has the same luck
under every schedule. The fixed interval is the longest one that takes no fewer reviews; it has no daily load to keep.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from benchmarks.figures_file import add_json_option, write_figures
from benchmarks.simulated_figures import Log, Run, figures, show
from benchmarks.simulated_head import DAY, Head
from grader.types import Evidence, Grade, Judgment, Point, Question
from study.fitting import FittingError
from study.memory import REVIEW
from study.records import Answer, Deck, Mode, Plan, PointRef
from study.settings import StudySettings
from study.store import Store, file_url
from study.trainer import Trainer

LEARNER = "5" * 32
ZONE = ZoneInfo("Europe/Berlin")
START = datetime(2026, 3, 2, 17, 30, tzinfo=UTC)
"""The clocks go forward on the 28th day."""
STEP, PACE = timedelta(minutes=10), timedelta(seconds=90)
DEFAULT_JSON = Path(__file__).parent / "results" / "simulated_learner.json"
FIT_EVERY = 10
LEAST_DAYS = 14


def deck_of(size: int) -> dict[str, Question]:
    """Return made-up questions of three to five points each."""
    made = {}
    for number in range(size):
        points = tuple(Point(f"p{n}", f"Point {n}.", label=f"aspect {n}") for n in range(3 + number % 3))
        name = f"question-{number:03}"
        made[name] = Question.simple(id=name, prompt="What?", points=points, references=("Text.",))
    return made


def scheduled(
    folder: Path, *, desired: float, days: int = 60, seed: int = 1, size: int = 60, fits: bool = False
) -> Run:
    """Live through ``days`` with the trainer and a SQLite file in ``folder``, under a plan whose exam follows on the last day."""
    questions = deck_of(size)
    store = Store.open(file_url(folder / f"{desired}-{seed}.sqlite3"), now=START)
    try:
        trainer = Trainer(store, questions)
        learner = _Scheduled(trainer, Head(seed), days, fits)
        planned = learner.plan(desired)
        for day in range(days):
            learner.live(day)
        name = f"FSRS, desired {desired:.0%}"
        return figures(
            name,
            learner.log,
            learner.head,
            learner.now,
            days,
            desired=desired,
            planned=planned,
            notes=learner.notes,
        )
    finally:
        store.close()


class _Scheduled:
    """The learner who opens the trainer each day and does what it says."""

    def __init__(self, trainer: Trainer, head: Head, days: int, fits: bool) -> None:
        self.trainer, self.head, self.days, self.fits = trainer, head, days, fits
        self.now = START
        self.log = Log()
        self.notes: list[str] = []
        self._ids = 0
        self._fitted_on = -FIT_EVERY

    def plan(self, desired: float) -> int:
        """Make a plan, take the load that it needs for the daily load, and return it."""
        exam = Plan(self._id(), LEARNER, "Exam", (START + self.days * DAY).date(), Deck(), START)
        self.trainer.save_settings(LEARNER, StudySettings(desired_retention=desired), START)
        self.trainer.add_plan(exam)
        load = self.trainer.plan_load(exam, START, ZONE)
        settings = StudySettings(desired_retention=desired, daily_load=load.needed, new_per_day=load.new_per_day)
        self.trainer.save_settings(LEARNER, settings, START)
        return load.needed

    def live(self, day: int) -> None:
        """Answer until nothing is left for today; when the learner comes differs by an hour or so."""
        self.now = (
            START + day * DAY + timedelta(minutes=random.Random(f"{self.head.seed} comes {day}").randrange(-60, 60))
        )
        self.log.morning(self.head, self.now)
        self._fit(day)
        while items := self.trainer.agenda(LEARNER, Deck(), self.now, ZONE).items:
            item = items[0]
            if item.waits_until is not None:
                self.now = max(self.now, item.waits_until)
            with self.trainer.store.reading() as tx:
                states = {card.ref: card.state for card in tx.cards(LEARNER, [item.question_id])}
            due = {ref for ref in item.refs if states[ref] == REVIEW}
            self._answer(day, self.trainer.questions[item.question_id], due, item.focus)
            self.now += PACE

    def _answer(self, day: int, question: Question, due: set[PointRef], focus: Sequence[str]) -> None:
        verdicts = []
        for point in question.points:
            ref = PointRef(question.id, "main", point.id)
            recalled = False
            if not focus or point.id in focus:
                self.log.asks(self.head, ref, self.now, day, is_due=ref in due)
                recalled = self.head.ask(ref, self.now)
            verdicts.append(recalled)
        mode: Mode = "review" if due else "study"
        answer = Answer(
            self._id(), LEARNER, question.id, question.version, "x", self.now, mode, 60_000, focus=tuple(focus)
        )
        self.trainer.submit(answer, _grade(question, verdicts), self.now, self._id())
        self.log.answers[self.now.astimezone(ZONE).date()] += 1

    def _fit(self, day: int) -> None:
        if not self.fits or day - self._fitted_on < FIT_EVERY:
            return
        try:
            found = self.trainer.fit(LEARNER, self.now)
        except FittingError as error:
            if "400" not in str(error):
                self.notes.append(str(error))
            return
        self._fitted_on = day
        word = "adopted" if found.better else "not adopted"
        self.notes.append(
            f"day {day}: parameters from {found.reviews} reviews {word}, log loss {found.loss_before:.4f} -> {found.loss_after:.4f}"
        )

    def _id(self) -> str:
        self._ids += 1
        return f"{self._ids:032x}"


def fixed(interval: int, *, new_per_day: int, days: int = 60, seed: int = 1, size: int = 60) -> Run:
    """Live through the same days with every question asked whole each ``interval`` days, what was missed once more at once."""
    head, log = Head(seed), Log()
    waiting, next_on = list(deck_of(size).values()), dict[str, int]()
    questions = {question.id: question for question in waiting}
    now = START
    for day in range(days):
        now = START + day * DAY
        log.morning(head, now)
        begun, waiting = waiting[:new_per_day], waiting[new_per_day:]
        for name in [*(name for name, on in next_on.items() if on <= day), *(question.id for question in begun)]:
            missed = _ask_fixed(questions[name], None, head, log, now, day, is_due=name in next_on)
            log.answers[now.date()] += 1
            if missed:
                _ask_fixed(questions[name], missed, head, log, now + STEP, day, is_due=False)
                log.answers[now.date()] += 1
            next_on[name] = day + interval
    return figures(f"every {interval} days", log, head, now + STEP, days)


def _ask_fixed(
    question: Question, only: set[PointRef] | None, head: Head, log: Log, now: datetime, day: int, *, is_due: bool
) -> set[PointRef]:
    missed = set()
    for point in question.points:
        ref = PointRef(question.id, "main", point.id)
        if only is None or ref in only:
            log.asks(head, ref, now, day, is_due=is_due)
            if not head.ask(ref, now):
                missed.add(ref)
    return missed


def _grade(question: Question, verdicts: Sequence[bool]) -> Grade:
    said = (Evidence(0, 1, "x", "simulated", 1.0),)
    judgments = tuple(
        Judgment(point.id, "met", 1.0, said) if met else Judgment(point.id, "unmet", 0.0)
        for point, met in zip(question.points, verdicts, strict=True)
    )
    score = sum(verdicts) / len(verdicts)
    return Grade(question.id, question.version, "main", judgments, score, score, score, (), "", "simulated")


def run(days: int, seed: int, size: int, fits: bool, retentions: Sequence[float] = (0.9, 0.95)) -> list[Run]:
    """Return the scheduled runs, each with the fixed interval that took as many reviews or more."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for desired in retentions:
            ours = scheduled(Path(folder), desired=desired, days=days, seed=seed, size=size, fits=fits)
            found += [ours, fixed_like(ours, days=days, seed=seed, size=size)]
    return found


def fixed_like(ours: Run, *, days: int, seed: int, size: int) -> Run:
    """Return the run with the longest fixed interval that takes at least as many reviews as ``ours``."""
    new_per_day = math.ceil(size / max(1, days - math.ceil(days / 5)))
    for interval in range(min(30, days // 2), 0, -1):
        other = fixed(interval, new_per_day=new_per_day, days=days, seed=seed, size=size)
        if other.reviews >= ours.reviews or interval == 1:
            return other
    raise AssertionError("an interval of one day is tried last")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the simulation; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--days", type=int, default=60, metavar="N", help="days to live through (60)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="seed of all chance (1)")
    parser.add_argument(
        "--questions", type=int, default=60, metavar="N", help="questions of 3 to 5 points to learn (60)"
    )
    parser.add_argument(
        "--fit", action="store_true", help=f"fit the parameters every {FIT_EVERY} days (needs fsrs-rs-python)"
    )
    add_json_option(parser, DEFAULT_JSON)
    args = parser.parse_args(arguments)
    if args.days < LEAST_DAYS or args.questions < 1:
        parser.error(f"--days is at least {LEAST_DAYS}, --questions at least 1")
    runs = run(args.days, args.seed, args.questions, args.fit)
    show(Console(), runs)
    if args.json:
        given = {"days": args.days, "seed": args.seed, "questions": args.questions, "fit": args.fit}
        write_figures(args.json, {**given, "runs": [asdict(one) for one in runs]})
    return 0


if __name__ == "__main__":
    sys.exit(main())
