"""Points as the learner sees them on the page of progress: by topic, named by their labels, never by their wording."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from statistics import fmean

from grader.types import Point, Question, Reading
from study.progress_records import PointMemory
from study.records import PointRef
from ui.markup import esc
from ui.texts import number, percent, t


@dataclass(frozen=True, slots=True)
class Cell:
    """One point. ``recall`` (0..1) is None for a point that was never asked; ``about`` names it without giving it away."""

    topic: str
    question: str
    about: str
    recall: float | None
    is_due: bool = False
    last: date | None = None
    due: date | None = None


def cells_of(
    questions: Iterable[Question], points: Iterable[PointMemory], until: datetime, zone: tzinfo
) -> tuple[Cell, ...]:
    """Return the points of all questions, in their order: those with a memory, and those that are still to be asked.

    A point is due that is to be asked before ``until``, the end of the day.
    Of a question that was asked, the points of the reading in play; of another one, as many of the first reading's as an answer
    to it needs.
    """
    known: dict[str, list[PointMemory]] = {}
    for point in points:
        known.setdefault(point.ref.question_id, []).append(point)
    return tuple(cell for question in questions for cell in _cells(question, known.get(question.id, ()), until, zone))


def _cells(question: Question, mine: Sequence[PointMemory], until: datetime, zone: tzinfo) -> Iterable[Cell]:
    topic = question.topic or t("progress.no_topic")
    for one in mine:
        yield Cell(
            topic,
            question.prompt,
            about(question, one.ref),
            one.retrievability,
            one.due < until,
            one.last_review.astimezone(zone).date(),
            one.due.astimezone(zone).date(),
        )
    reading = question.reading(mine[0].ref.reading_id) if mine else question.readings[0]
    asked = {one.ref.point_id for one in mine}
    for point in _wanted(reading, asked):
        # Which of the points that are counted will be named nobody knows.
        yield Cell(topic, question.prompt, "–" if reading.counted(point) else _name(point), None)


def _wanted(reading: Reading, asked: set[str]) -> Iterable[Point]:
    required = [point for point in reading.points if point.kind == "required"]
    counted = [point for point in required if reading.counted(point)]
    left = (reading.required_count or 0) - sum(point.id in asked for point in counted)
    yield from (point for point in required if not reading.counted(point) and point.id not in asked)
    yield from [point for point in counted if point.id not in asked][: max(0, left)]


def about(question: Question, ref: PointRef) -> str:
    """Return what a point is about, without its wording."""
    point = next(
        (
            p
            for reading in question.readings
            if reading.id == ref.reading_id
            for p in reading.points
            if p.id == ref.point_id
        ),
        None,
    )
    return t("progress.unnamed") if point is None else _name(point)


def _name(point: Point) -> str:
    name = point.label or point.group or t("progress.unnamed")
    return name[:1].upper() + name[1:]


def topic_table_html(cells: Sequence[Cell]) -> str:
    """Show the mean chance of recall of each topic as a table, out of sight until wanted."""
    topics: dict[str, list[float]] = {}
    for cell in cells:
        if cell.recall is not None:
            topics.setdefault(cell.topic, []).append(cell.recall)
    rows = "".join(
        f'<tr><th scope="row" dir="auto">{esc(topic)}</th><td>{esc(number(len(part)))}</td>'
        f"<td>{esc(percent(fmean(part)))}</td></tr>"
        for topic, part in sorted(topics.items(), key=lambda pair: fmean(pair[1]))
    )
    head = "".join(
        f'<th scope="col">{esc(title)}</th>'
        for title in (t("progress.topic"), t("progress.asked"), t("progress.recall"))
    )
    return (
        f'<details class="viva-spare"><summary>{esc(t("progress.memory_by_topic"))}</summary>'
        f'<table class="viva-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></details>'
    )
