"""How long the page of progress takes with 100,000 reviews, beside loading every row into Python, in one run.

    python -m benchmarks.progress [--reviews 100000] [--rounds 15] [--json [FILE]]

One learner, 300 questions of 10 points, two years of answers in a real SQLite file of its own; all figures are wall-clock times
in milliseconds of one process. Both ways return the same figures, which is checked.
"""

from __future__ import annotations

import argparse
import gc
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from benchmarks.figures_file import add_json_option, write_figures
from benchmarks.progress_naive import read_all
from grader.types import Evidence, Grade, Judgment, Point, Question
from study.days import day_of
from study.progress import RECENT, WEEKS, YEAR, memories, read
from study.progress_records import Progress
from study.records import Answer, Deck, Dispute, GradeRecord, PointRef, Review
from study.store import Store
from study.trainer import Trainer

DEFAULT_JSON = Path(__file__).parent / "results" / "progress.json"
LEARNER = "b" * 32
NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
QUESTIONS, POINTS, DAYS, ASKED = 300, 10, 730, 5
TARGET_MS = 300
_MISSED = 0.15
_TEXT = "The distribution of the data changes over time, so that the model becomes worse. " * 4


@dataclass(frozen=True)
class Report:
    """Medians in milliseconds. ``page`` is what the page reads before it draws, ``first`` that for the first time.

    ``page_cpu`` is the processor's time for it, which other programs disturb less. ``forecast`` is not part of it: it
    lives some learners through thirty days, and is filled in when all else is drawn.
    """

    reviews: int
    answers: int
    points: int
    file_mib: float
    queries: Mapping[str, float]
    page: float
    page_cpu: float
    forecast: float
    first: float
    naive: float

    @property
    def ratio(self) -> float:
        """How many times as long the naive way takes for the same figures as ``study.progress.read``."""
        return self.naive / self.queries["study.progress.read"]


def questions() -> dict[str, Question]:
    """Make questions of equal points."""
    made = {}
    for number in range(QUESTIONS):
        points = tuple(
            Point(f"p{place}", f"Statement {place} about {number}.", label=f"part {place}") for place in range(POINTS)
        )
        made[f"q{number:03d}"] = Question.simple(
            id=f"q{number:03d}",
            prompt=f"What is to be said about {number}?",
            points=points,
            references=(" ".join(point.text for point in points),),
            topic=f"Topic {number % 25}",
        )
    return made


def fill(store: Store, made: Mapping[str, Question], reviews: int, seed: int = 1) -> int:
    """Write about ``reviews`` reviews of answers spread over the days up to ``NOW``, and their cards; return the number of answers.

    Each answer is asked for five points; what was missed is recalled ten minutes later.
    """
    chance = random.Random(seed)
    count = round(reviews / (ASKED * (1 + _MISSED)))
    names = list(made)
    times = sorted(NOW - timedelta(minutes=chance.uniform(1, DAYS * 24 * 60)) for _ in range(count))
    with store.writing() as tx:
        for number, at in enumerate(times):
            answer, grade = _answer(made[chance.choice(names)], chance, f"{number:032x}", at)
            tx.add_answer(answer, GradeRecord(answer.id, 0, at, grade, grade.score))
            tx.add_reviews(list(_reviews(answer, grade, chance, number)))
            if number % 200 == 0:
                ref = PointRef(answer.question_id, "main", "p0")
                tx.add_dispute(Dispute(f"d{number:031x}", LEARNER, answer.id, ref, at, answer.text[:20], 0, 20))
    trainer = Trainer(store, made)
    trainer.rebuild(LEARNER, NOW)
    return count


def _answer(question: Question, chance: random.Random, id: str, at: datetime) -> tuple[Answer, Grade]:
    focus = () if chance.random() < 0.5 else tuple(f"p{place}" for place in sorted(chance.sample(range(POINTS), 3)))
    earned = [chance.choices((0.0, 0.5, 1.0), (_MISSED, _MISSED, 1 - 2 * _MISSED))[0] for _ in range(POINTS)]
    judgments = tuple(
        Judgment(
            point.id,
            "met" if credit == 1 else "partial" if credit else "unmet",
            credit,
            (Evidence(0, 16, _TEXT[:16], "made-up", 1.0),) if credit else (),
        )
        for point, credit in zip(question.points, earned, strict=True)
    )
    score = sum(earned) / POINTS
    grade = Grade(
        question.id,
        question.version,
        "main",
        judgments,
        score,
        max(0.0, score - 0.1),
        min(1.0, score + 0.1),
        (),
        _TEXT,
        "made-up",
    )
    sure = chance.choice((None, *range(0, 101, 10)))
    answer = Answer(
        id=id,
        learner=LEARNER,
        question_id=question.id,
        question_version=question.version,
        text=_TEXT,
        at=at,
        mode="review" if focus else chance.choice(("study", "study", "cram", "again")),
        duration_ms=chance.randrange(20_000, 1_200_000),
        confidence=sure,
        focus=focus,
    )
    return answer, grade


def _reviews(answer: Answer, grade: Grade, chance: random.Random, number: int) -> Iterator[Review]:
    for place, judgment in enumerate(chance.sample(grade.judgments, ASKED)):
        ref = PointRef(answer.question_id, "main", judgment.point_id)
        rating = 3 if judgment.credit == 1 else 2 if judgment.credit else 1
        name = f"{number:028x}{place:04x}"
        yield Review(name, LEARNER, ref, rating, answer.at, answer.id, answer.duration_ms, "grade", answer.id)
        if rating == 1:
            again = answer.at + timedelta(minutes=10)
            yield Review(f"a{name[1:]}", LEARNER, ref, 3, again, answer.id, None, "learner", f"a{answer.id[1:]}")


def measure(
    store: Store, made: Mapping[str, Question], rounds: int
) -> tuple[dict[str, float], float, float, float, float, float]:
    """Return the medians of every query, of the page's data, of the forecast, the page's first time, and the naive way."""
    from study import progress_queries as queries

    trainer = Trainer(store, made)
    today = day_of(NOW, ZONE, 4)
    days = [today - timedelta(days=back) for back in range(YEAR - 1, -1, -1)]
    monday = today - timedelta(days=today.weekday())
    weeks: list[date] = [monday - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]

    def page() -> Progress:
        memory = trainer.memory(LEARNER)
        trainer.settings(LEARNER)
        progress = read(store, made, LEARNER, memory, NOW, ZONE)
        trainer.agenda(LEARNER, Deck(), NOW, ZONE)
        return progress

    def naive() -> Progress:
        return read_all(store, made, LEARNER, trainer.memory(LEARNER), NOW, ZONE)

    first = _once(page)
    whole = _median(page, rounds)
    busy = _median(page, rounds, time.process_time)
    memory = trainer.memory(LEARNER)
    with store.reading() as tx:
        cards = tx.cards(LEARNER)
        parts: dict[str, Callable[[], object]] = {
            "answers in all": lambda: queries.count_answers(tx.connection, LEARNER),
            "days and time, a year": lambda: queries.days(tx.connection, LEARNER, days, ZONE, 4),
            f"scores, {WEEKS} weeks": lambda: queries.weeks(tx.connection, LEARNER, weeks, ZONE, 4),
            f"confidence, {RECENT} answers": lambda: queries.confidence(tx.connection, LEARNER, RECENT),
            "most disputed": lambda: queries.disputed(tx.connection, LEARNER, 5),
            "cards": lambda: tx.cards(LEARNER),
            "retrievability of the cards": lambda: memories(cards, memory, NOW),
        }
        found = {name: _median(part, rounds) for name, part in parts.items()}
    found["study.progress.read"] = _median(lambda: read(store, made, LEARNER, memory, NOW, ZONE), rounds)
    found["agenda"] = _median(lambda: trainer.agenda(LEARNER, Deck(), NOW, ZONE), rounds)
    forecast = _median(lambda: trainer.forecast(LEARNER, NOW, ZONE, 30), min(3, rounds))
    _check(page(), naive())
    return found, whole, busy, forecast, first, _median(naive, min(3, rounds))


def _check(ours: Progress, plain: Progress) -> None:
    """Raise ValueError where the two ways differ; sums of floats may differ in their last digits."""
    same = (ours.answers, ours.points, ours.streak, ours.disputed) == (
        plain.answers,
        plain.points,
        plain.streak,
        plain.disputed,
    )
    pairs = [(a.minutes, b.minutes) for a, b in zip(ours.days, plain.days, strict=True)]
    for question, parts in ours.scores.items():
        pairs += [(a.score, b.score) for a, b in zip(parts, plain.scores[question], strict=True)]
    if ours.confidence is not None and plain.confidence is not None:
        pairs.append((ours.confidence.brier.value, plain.confidence.brier.value))
    if not same or any(abs(a - b) > 1e-9 for a, b in pairs):
        raise ValueError("the two ways differ")


def _once(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    gc.collect()
    start = clock()
    work()
    return (clock() - start) * 1000


def _median(work: Callable[[], object], rounds: int, clock: Callable[[], float] = time.perf_counter) -> float:
    return round(statistics.median(_once(work, clock) for _ in range(rounds)), 2)


def run(reviews: int, rounds: int) -> Report:
    """Make a database, measure, and throw it away."""
    made = questions()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "study.sqlite3"
        store = Store.open(f"sqlite:///{path}", now=NOW)
        answers = fill(store, made, reviews)
        found, page, page_cpu, forecast, first, naive = measure(store, made, rounds)
        with store.reading() as tx:
            points, logged = len(tx.cards(LEARNER)), len(tx.active_reviews(LEARNER))
        store.close()
        size = path.stat().st_size / 2**20
    return Report(logged, answers, points, round(size, 1), found, page, page_cpu, forecast, round(first, 2), naive)


def show(console: Console, report: Report) -> None:
    """Print what a run found."""
    title = f"{report.reviews:,} reviews of {report.points:,} points, {report.answers:,} answers, {report.file_mib:,.0f} MiB"
    table = Table(title=title, title_justify="left")
    table.add_column("what")
    table.add_column("median, ms", justify="right")
    for name, value in report.queries.items():
        table.add_row(name, f"{value:,.1f}")
    table.add_row("all of the page's data", f"{report.page:,.1f}", style="bold")
    table.add_row("processor's time of it", f"{report.page_cpu:,.1f}")
    table.add_row("for the first time", f"{report.first:,.1f}")
    table.add_row("forecast, 30 days, drawn last", f"{report.forecast:,.1f}")
    table.add_row("naive: every row into Python", f"{report.naive:,.1f}")
    console.print(table)
    console.print(
        f"study.progress.read takes 1/{report.ratio:,.0f} of the naive way; the page's data {report.page:,.0f} ms of the "
        f"{TARGET_MS} ms that it may take.",
        soft_wrap=True,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit status, 1 where the page's data take longer than they may."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--reviews", type=int, default=100_000, metavar="N", help="reviews in the database (100000)")
    parser.add_argument("--rounds", type=int, default=15, metavar="N", help="rounds; their median counts (15)")
    add_json_option(parser, DEFAULT_JSON)
    args = parser.parse_args(arguments)
    if args.reviews < ASKED or args.rounds < 1:
        parser.error(f"--reviews is at least {ASKED}, --rounds at least 1")
    report = run(args.reviews, args.rounds)
    show(Console(), report)
    if args.json:
        write_figures(args.json, asdict(report))
    return 0 if report.page <= TARGET_MS else 1


if __name__ == "__main__":
    sys.exit(main())
