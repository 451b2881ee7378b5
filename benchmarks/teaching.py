"""What the calibration is fitted to: graded samples of the packs point by point, human marks of the corpora answer by answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.corpora import Row
from benchmarks.grading import by_question, question_of
from benchmarks.samples import reading_of, related
from grader.answer import analyse, side_by_side
from grader.features import NAMES, extract
from grader.rubric import Rubric
from grader.types import PointKind, Question, Reading

Array = npt.NDArray[np.float64]
LABELS = {"met": 1.0, "partial": 0.5, "unmet": 0.0}
# A reference says all required points and commits no misconception; of bonus points nobody knows.
OWN_LABELS = {"required": 1.0, "bonus": np.nan, "misconception": 0.0}
FOREIGN_WEIGHT = 0.6
_AT_ONCE = 100


@dataclass(frozen=True)
class Lesson:
    """Answers to one reading: features ``(answers, points, features)``, denials ``(answers, points)``.

    ``labels`` has the shape of the denials (NaN where nobody knows) and ``sources`` one entry an answer: sample, own or
    foreign (the reference of another question).
    """

    question: str
    kinds: tuple[PointKind, ...]
    values: Array
    denied: Array
    labels: Array
    sources: tuple[str, ...]


def lessons(questions: Sequence[Question]) -> list[Lesson]:
    """Return the packs' answers with a label for each point: samples, own references, references of unrelated questions."""
    found = []
    for question in questions:
        for reading in question.readings:
            kinds = tuple(point.kind for point in reading.points)
            samples = [sample for sample in question.samples if reading_of(question, sample) is reading]
            foreign = [
                text
                for other in questions
                if other.id != question.id and not related(question.id, other.id)
                for theirs in other.readings
                for text in theirs.references
            ]
            answers = [*(sample.answer for sample in samples), *reading.references, *foreign]
            labels = [
                *([LABELS[dict(sample.verdicts)[point.id]] for point in reading.points] for sample in samples),
                *([OWN_LABELS[kind] for kind in kinds] for _ in reading.references),
                *([0.0] * len(kinds) for _ in foreign),
            ]
            sources = ["sample"] * len(samples) + ["own"] * len(reading.references) + ["foreign"] * len(foreign)
            values, denied = features_of(question, reading, answers)
            found.append(Lesson(question.id, kinds, values, denied, np.array(labels), tuple(sources)))
    return found


def features_of(question: Question, reading: Reading, answers: Sequence[str]) -> tuple[Array, Array]:
    """Return the features and denials of answers to one reading; zeros for an answer without words."""
    rubric = Rubric(question, reading)
    values = np.zeros((len(answers), len(reading.points), len(NAMES)))
    denied = np.zeros((len(answers), len(reading.points)))
    texts = [analyse(answer, question.language) for answer in answers]
    places = [place for place, text in enumerate(texts) if text.tokens and rubric.statements]
    for first in range(0, len(places), _AT_ONCE):
        part = places[first : first + _AT_ONCE]
        script = side_by_side([texts[place] for place in part])
        found = extract(rubric, script, rubric.match(script))
        values[part], denied[part] = found.values, found.denied
    return values, denied


@dataclass(frozen=True)
class Marked:
    """The rows of a corpus as points side by side.

    ``values`` ``(points, features)``, ``own``, of the same shape, what the question's own references show of each point at least,
    ``denied`` and ``shares`` (of the whole, by weight) have one entry a point; ``case_of``
    names the reading (a *case*) of each point and ``row_of`` the row of each case. ``counted`` lists the points of a case of
    which only the best ``n`` count, with that ``n``.
    """

    values: Array
    own: Array
    denied: Array
    shares: Array
    case_of: npt.NDArray[np.int64]
    row_of: npt.NDArray[np.int64]
    counted: tuple[tuple[npt.NDArray[np.int64], int], ...]
    marks: Array


def marked(rows: Sequence[Row]) -> Marked:
    """Return the rows of a corpus as points side by side, required points only."""
    values: list[Array] = []
    own: list[Array] = []
    denied: list[Array] = []
    shares: list[Array] = []
    sizes: list[int] = []
    row_of: list[int] = []
    counted: list[tuple[npt.NDArray[np.int64], int]] = []
    total = 0
    for places in by_question(rows):
        question = question_of(rows[places[0]])
        answers = [rows[place].answer for place in places]
        for reading in question.readings:
            required = [index for index, point in enumerate(reading.points) if point.kind == "required"]
            weights = np.array([reading.points[index].weight for index in required])
            among = np.array([reading.counted(reading.points[index]) for index in required])
            whole = float(weights[~among].sum())
            if among.any():
                whole += float(np.sort(weights[among])[::-1][: reading.required_count].sum())
            found, against = features_of(question, reading, [*answers, *reading.references])
            least = found[len(answers) :, required].min(axis=0)
            for place, number in zip(places, range(len(answers)), strict=True):
                values.append(found[number][required])
                own.append(least)
                denied.append(against[number][required])
                shares.append(weights / whole)
                sizes.append(len(required))
                row_of.append(place)
                if among.any() and reading.required_count is not None:
                    counted.append((total + np.flatnonzero(among), reading.required_count))
                total += len(required)
    return Marked(
        values=np.concatenate(values),
        own=np.concatenate(own),
        denied=np.concatenate(denied),
        shares=np.concatenate(shares),
        case_of=np.repeat(np.arange(len(sizes)), sizes),
        row_of=np.array(row_of),
        counted=tuple(counted),
        marks=np.array([row.score for row in rows]),
    )
