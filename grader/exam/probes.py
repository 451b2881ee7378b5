"""Follow-ups: which point is asked for, and in which words.

A probe asks for one point that was missed or half said: the heaviest first, of equals the half-said one. A point is asked for again
only where the first reply brought it part of the way. Alternatives ("any five of") are asked for only while too few are there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from grader.exam.phrasing import follow_up, label_text
from grader.exam.types import Phrase
from grader.stem import primary
from grader.types import Judgment, Point, Question, Reading

_ASKING = frozenset({"what", "how", "who", "which", "where", "when", "why"})
_HALF = 0.2
"""From so much credit on a point counts as half said."""


def missing(reading: Reading, judgments: Mapping[str, Judgment]) -> list[Point]:
    """Return the required points that are missing or half said, and wanted; none that the grader could not judge."""
    required = [point for point in reading.points if point.kind == "required"]
    met = sum(reading.counted(point) and judgments[point.id].verdict == "met" for point in required)
    is_enough = reading.required_count is not None and met >= reading.required_count
    return [
        point
        for point in required
        if judgments[point.id].verdict in {"unmet", "partial"} and not (is_enough and reading.counted(point))
    ]


def half_said(judgment: Judgment) -> bool:
    """Say whether a point is there in part."""
    return judgment.verdict == "partial" and (judgment.credit or 0.0) >= _HALF


def pick(
    reading: Reading,
    judgments: Sequence[Judgment],
    probed: Sequence[str],
    *,
    most_each: int,
    fruitless: Collection[str] = (),
) -> tuple[Point, bool] | None:
    """Return the point to ask for next, and whether it is half said; None where there is nothing (more) to ask for.

    ``judgments`` are those of all that was said so far, ``probed`` the ids of the points that were asked for already, one entry a
    probe; no point is asked for more than ``most_each`` times, nor again after a probe that was ``fruitless``.
    """
    by_id = {judgment.point_id: judgment for judgment in judgments}
    times = Counter(probed)
    open_points = [
        point
        for point in missing(reading, by_id)
        if times[point.id] < most_each
        and (not times[point.id] or (half_said(by_id[point.id]) and point.id not in fruitless))
    ]
    if not open_points:
        return None
    place = {point.id: number for number, point in enumerate(reading.points)}
    point = min(
        open_points,
        key=lambda one: (times[one.id], -one.weight, not half_said(by_id[one.id]), place[one.id]),
    )
    return point, half_said(by_id[point.id])


def phrases(
    question: Question,
    reading: Reading,
    point: Point,
    *,
    had: Sequence[Point] = (),
    is_half: bool = False,
    earlier: Sequence[Phrase] = (),
    language: str = "en",
) -> tuple[Phrase, ...]:
    """Return the sentences that ask for ``point``, the last of which is the one question.

    The first probe after an answer begins with what the candidate ``had``; later ones, where there are phrases of ``earlier``
    probes, do not say it again, nor the heading that the last one stood under.
    """
    going_on = (Phrase("exam.going_on"),) if earlier else ()
    if is_half:
        name = label_text(question, point.label, language) if point.label else None
        half = Phrase("exam.half_unnamed") if name is None else Phrase("exam.half", {"label": name})
        return (*going_on, half)
    asked = follow_up(question, reading, () if earlier else had, [point], language)
    headings = [one for one in earlier if one.key == "focus.under"]
    before = [one for one in (asked.covered, asked.under) if one is not None and one not in headings[-1:]]
    return (*going_on, *before, _as_said(question, reading, point, asked.asked, language))


def _as_said(question: Question, reading: Reading, point: Point, asked: Phrase, language: str) -> Phrase:
    """Return the question in the form that its label takes: one of several to be named, or a clause ("what it costs")."""
    if asked.key != "focus.ask" or not point.label:
        return asked
    if reading.counted(point) and (reading.required_count or 0) < sum(map(reading.counted, reading.points)):
        return Phrase("exam.ask_choice", asked.values)
    is_english = primary(language) == "en" and primary(question.language) == "en"
    is_clause = is_english and point.label.split(maxsplit=1)[0].lower() in _ASKING
    return Phrase("exam.ask_clause", asked.values) if is_clause else asked
