"""Rules of the pack format that join several fields of a question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from grader.bank.model import QuestionModel, ReadingModel
from grader.bank.tree import Location

Problem = tuple[Location, str]


def check_question(question: QuestionModel) -> Iterator[Problem]:
    """Yield what is wrong in a question whose fields are right one by one: where in it, and what."""
    if question.readings is not None:
        for name in ("points", "references", "required_count", "count_group"):
            if getattr(question, name) is not None:
                yield (name,), "stands beside 'readings'; it belongs into one of them"
    elif question.points is None or question.references is None:
        for name in ("points", "references"):
            if getattr(question, name) is None:
                yield (name,), "is missing"
        return
    readings = question.all_readings()
    yield from repeated((reading.id for reading in readings), ("readings",), "two readings share the id")
    for index, reading in enumerate(readings):
        place: Location = ("readings", index) if question.readings is not None else ()
        yield from _check_reading(reading, place)
    yield from _check_samples(question, readings)


def repeated(ids: Iterable[str | None], place: Location, message: str) -> Iterator[Problem]:
    """Yield a problem for each id that came before; None is no id."""
    seen: set[str | None] = {None}
    for index, name in enumerate(ids):
        if name is not None and name in seen:
            yield (*place, index, "id"), f"{message} {name!r}"
        seen.add(name)


def _check_reading(reading: ReadingModel, place: Location) -> Iterator[Problem]:
    yield from repeated((point.id for point in reading.points), (*place, "points"), "two points share the id")
    required = [point for point in reading.points if point.kind == "required"]
    if not required:
        yield (*place, "points"), "no point is required, so nothing could earn marks"
    if reading.count_group is not None:
        if reading.required_count is None:
            yield (*place, "count_group"), "needs a required_count beside it"
        members = [point for point in required if point.group == reading.count_group]
        if not members:
            yield (*place, "count_group"), f"no required point has the group {reading.count_group!r}"
            return
        required = members
    if reading.required_count is not None and reading.required_count > len(required) > 0:
        told = f"asks for {reading.required_count} points, more than the {len(required)} that count"
        yield (*place, "required_count"), told


def _check_samples(question: QuestionModel, readings: Sequence[ReadingModel]) -> Iterator[Problem]:
    by_id = {reading.id: reading for reading in readings}
    for index, sample in enumerate(question.samples):
        if sample.reading is not None and (question.readings is None or sample.reading not in by_id):
            yield ("samples", index, "reading"), f"the question has no reading {sample.reading!r}"
            continue
        reading = by_id[sample.reading] if sample.reading is not None else readings[0]
        if sample.reading is None and len(readings) > 1:
            yield ("samples", index), "must say which reading it is for"
            continue
        known = [point.id for point in reading.points]
        for name in sample.verdicts:
            if name not in known:
                yield ("samples", index, "verdicts", name), f"the reading has no point {name!r}"
        missing = [name for name in known if name not in sample.verdicts]
        if missing:
            yield ("samples", index, "verdicts"), f"no verdict for {', '.join(missing)}"
