"""From a teacher's marks to a calibration: the base's points, scales of the teacher's own, and how they do on marks held out.

There is one scale for each sort of question (``grader.calibration.Profile``); a sort with too few marks keeps the base's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import GroupKFold

from grader.calibrate.marks import Labelled, Row
from grader.calibrate.measure import Array, Figure, Given, Groups, Outcome, compare, judge
from grader.calibrate.write import MADE_BY, content, digest
from grader.calibration import Calibration, is_described
from grader.engine import grade_many
from grader.errors import InputError
from grader.fit_scale import Marks, fit_scale, lifted
from grader.offline import OfflineGrader
from grader.scale import Scale
from grader.score import add_up
from grader.text import normalize
from grader.types import Question

LEAST_ROWS = 10
LEAST_GROUPS = 5
FEW_ROWS, FEW_GROUPS = 20, 10
FOLDS = 10
LEAVE_ONE_OUT = 40
"""With fewer answers each group is a fold of its own."""
BY_QUESTION = 5
"""With so many questions or more, the answers to a question stay together."""
PRIOR_WORTH = 10.0
"""So many answers does the base's own scale count for."""
SORTS = {"described": "described in several wordings", "plain": "cut out of a reference"}
"""The profiles of a calibration, and what the points of their questions are."""
REFERENCE = 0.95
"""A reference that earns so much on the base's scale still does on the new one."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A calibration fitted to marks, and what is known of it.

    ``blank`` counts answers that were left out because they score 0 by rule; ``groups`` are those that folds keep together,
    ``by`` says whether a group is a question or an answer. ``cautions`` are sentences for whoever uses it.
    """

    calibration: Calibration
    figures: dict[str, Figure]
    outcome: Outcome
    rows: int
    blank: int
    groups: int
    folds: int
    by: str
    cautions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Answers:
    """What the grader saw in the rows; one entry each.

    ``sorts`` are the profiles of their readings, ``full`` is the least total of a reference that earns it all, by profile.
    """

    rows: list[Row]
    marks: Marks
    sorts: npt.NDArray[np.str_]
    full: Mapping[str, float]

    def part(self, kept: Groups) -> Marks:
        """Return some of the rows."""
        marks = self.marks
        return Marks(marks.raw[kept], marks.marks[kept], marks.points[kept], marks.weights[kept])

    def number(self, sort: str) -> int:
        """Return how many rows are of a sort."""
        return int((self.sorts == sort).sum())


def fit_marks(
    labelled: Labelled,
    base: Calibration,
    *,
    date: str,
    seed: int = 0,
    progress: Callable[[int], None] = lambda _rows: None,
) -> Fitted:
    """Fit a scale to the marks on each sort of question, and compare them with the base's on folds that they have not seen.

    A sort with fewer than 10 marks, or with marks on one group or of one height only, keeps the base's scale.
    ``date`` goes into the provenance; ``progress`` hears the number of rows that are graded. Raises InputError where there
    are fewer than 10 marks on answers that are not blank, fewer than five different answers, marks that are all the same, no
    sort that has enough, and where the base was fitted to this very file.
    """
    source = base.provenance.get("source")
    if isinstance(source, dict) and source.get("sha256") == labelled.sha256:
        told = "the calibration to begin with was itself fitted to these marks, so a comparison would flatter"
        raise InputError(f"{labelled.path}: {told}; begin with another one, or with Viva's")
    answers, blank = _look(labelled, OfflineGrader(base), progress)
    groups, by = _groups(answers.rows)
    _require(labelled, answers, blank, groups)
    sorts = _enough(labelled, answers, groups)
    number = len(np.unique(groups))
    folds = number if len(answers.rows) < LEAVE_ONE_OUT else min(FOLDS, number)
    own = _own(base)
    before = _given(answers, [own[sort] for sort in answers.sorts.tolist()])
    scales = [own[sort] for sort in answers.sorts.tolist()]
    every = np.arange(len(answers.rows))
    for kept, left in GroupKFold(folds, shuffle=True, random_state=seed).split(every, groups=groups):
        found = _fit(answers, kept, groups, own, sorts)
        for row in left:
            scales[row] = found[str(answers.sorts[row])]
    most = np.array([row.most for row in answers.rows])
    mark = np.array([row.mark for row in answers.rows])
    figures = compare(mark, most, labelled.step, before, _given(answers, scales), groups, seed)
    outcome = judge(figures)
    provenance: dict[str, Any] = {
        "made_by": MADE_BY,
        "date": date,
        "base": base.digest,
        "source": {"name": labelled.path.name, "sha256": labelled.sha256, "mark_column": labelled.mark_column},
        "n": len(answers.rows),
        "profiles": {sort: {"n": answers.number(sort), "fitted": sort in sorts} for sort in SORTS},
        "left_out": {"blank": blank, "without_a_mark": labelled.unmarked},
        "max_mark": {"value": labelled.most, "from": labelled.most_from},
        "step": labelled.step,
        "folds": {"number": folds, "groups": number, "by": by, "seed": seed},
        "figures": {name: figure.as_json() for name, figure in figures.items()},
        "outcome": {"kind": outcome.kind, "says": outcome.says},
    }
    new = _fit(answers, every, groups, own, sorts)
    profiles = {
        "described": base.described.model_copy(update={"scale": new["described"]}),
        "plain": base.plain.model_copy(update={"scale": new["plain"]}),
    }
    made = base.model_copy(update={**profiles, "provenance": provenance, "digest": ""})
    made = made.model_copy(update={"digest": digest(content(made))})
    return Fitted(
        made,
        figures,
        outcome,
        len(answers.rows),
        blank,
        number,
        folds,
        by,
        _cautions(base, answers, sorts, number, by),
    )


def _look(labelled: Labelled, grader: OfflineGrader, progress: Callable[[int], None]) -> tuple[_Answers, int]:
    """Grade every row and every reference, question by question; return the rows that are not blank, and count the others."""
    places: dict[tuple[str, str], list[int]] = {}
    questions: dict[tuple[str, str], Question] = {}
    for place, row in enumerate(labelled.rows):
        key = (row.question.id, row.question.version)
        questions[key] = row.question
        places.setdefault(key, []).append(place)
    seen: dict[int, tuple[float, float, str]] = {}
    full, done = dict.fromkeys(SORTS, 1.0), 0
    for key, question in questions.items():
        references = [text for reading in question.readings for text in reading.references]
        answers = [labelled.rows[place].answer for place in places[key]]
        grades = grade_many(question, [*references, *answers], grader=grader)
        readings = {reading.id: reading for reading in question.readings}
        for number, grade in enumerate(grades):
            reading = readings[grade.reading_id]
            sort = "described" if is_described(reading) else "plain"
            total = add_up(reading, grade.judgments, grader.calibration.profile(reading).scale)
            if number < len(references):
                full[sort] = min(full[sort], total.raw) if total.score >= REFERENCE else full[sort]
            elif "blank" not in grade.flags:
                seen[places[key][number - len(references)]] = (total.raw, total.points, sort)
        done += len(answers)
        progress(done)
    left = sorted(seen)
    rows = [labelled.rows[place] for place in left]
    found = np.array([seen[place][:2] for place in left], dtype=np.float64).reshape(-1, 2)
    sorts = np.array([seen[place][2] for place in left], dtype=np.str_)
    shares = np.array([row.mark / row.most for row in rows], dtype=np.float64)
    marks = Marks(raw=found[:, 0], marks=shares, points=found[:, 1], weights=np.ones(len(rows)))
    return _Answers(rows, marks, sorts, full), len(labelled.rows) - len(rows)


def _require(labelled: Labelled, answers: _Answers, blank: int, groups: Groups) -> None:
    path, number = labelled.path, len(answers.rows)
    if number < LEAST_ROWS:
        others = f" ({labelled.unmarked} rows have no mark, {blank} answers are blank)"
        raise InputError(
            f"{path}: {number} marked answers{others}; at least {LEAST_ROWS} are needed, and 20 are useful"
        )
    if np.ptp(answers.marks.marks) == 0.0:
        raise InputError(f"{path}: all marks are the same, so there is nothing to fit")
    different = len(np.unique(groups))
    if different < LEAST_GROUPS:
        raise InputError(f"{path}: only {different} different answers are marked; at least {LEAST_GROUPS} are needed")


def _enough(labelled: Labelled, answers: _Answers, groups: Groups) -> tuple[str, ...]:
    """Return the sorts of question with marks enough for a scale of their own; at least one, or InputError."""
    enough = []
    for sort in SORTS:
        rows = answers.sorts == sort
        if (
            rows.sum() >= LEAST_ROWS
            and len(np.unique(groups[rows])) > 1
            and len(np.unique(answers.marks.marks[rows])) > 1
        ):
            enough.append(sort)
    if not enough:
        told = ", ".join(f"{answers.number(sort)} to questions whose points are {text}" for sort, text in SORTS.items())
        raise InputError(
            f"{labelled.path}: two sorts of question, and too few marked answers to either ({told}); at least {LEAST_ROWS} "
            "different ones of a sort are needed"
        )
    return tuple(enough)


def _groups(rows: Sequence[Row]) -> tuple[Groups, str]:
    """Give the rows numbers so that equal answers, and with enough questions those to one question, have one number.

    An answer that stands under two questions ties them together; where that would leave too few groups, questions are let go.
    """
    answers = [normalize(row.answer).casefold() for row in rows]
    questions = [f"{row.question.id}\0{row.question.version}" for row in rows]
    if len(set(questions)) >= BY_QUESTION:
        both = _tied(list(zip(answers, questions, strict=True)))
        if len(np.unique(both)) >= LEAST_GROUPS:
            return both, "question"
    return _tied([(answer, answer) for answer in answers]), "answer"


def _tied(pairs: Sequence[tuple[str, str]]) -> Groups:
    """Give pairs numbers so that two with the same first or the same second member get the same number.

    >>> _tied([("a", "p"), ("b", "q"), ("a", "q"), ("c", "r")]).tolist()
    [0, 0, 0, 3]
    """
    parent = list(range(len(pairs)))

    def root(place: int) -> int:
        while parent[place] != place:
            place = parent[place]
        return place

    first: dict[tuple[int, str], int] = {}
    for place, pair in enumerate(pairs):
        for side, name in enumerate(pair):
            one, two = root(first.setdefault((side, name), place)), root(place)
            parent[max(one, two)] = min(one, two)
    return np.array([root(place) for place in range(len(pairs))], dtype=np.intp)


def _own(base: Calibration) -> dict[str, Scale]:
    return {"described": base.described.scale, "plain": base.plain.scale}


def _fit(
    answers: _Answers, kept: Groups, groups: Groups, own: Mapping[str, Scale], sorts: Sequence[str]
) -> dict[str, Scale]:
    """Return the scale of each sort, fitted to the rows that are kept; the base's ``own`` where it is not to be fitted."""
    scales = dict(own)
    for sort in sorts:
        rows = kept[answers.sorts[kept] == sort]
        if len(rows):
            scale = fit_scale(answers.part(rows), prior=own[sort], worth=PRIOR_WORTH, groups=groups[rows])
            scales[sort] = scale.model_copy(update={"curve": lifted(scale.curve, answers.full[sort], REFERENCE)})
    return scales


def _given(answers: _Answers, scales: Sequence[Scale]) -> Given:
    """Return scores and intervals of the rows, each on its own scale."""
    found: list[tuple[float, float, float]] = []
    for raw, points, scale in zip(answers.marks.raw.tolist(), answers.marks.points.tolist(), scales, strict=True):
        score = round(scale.curve.of(raw), 4)
        found.append((score, *scale.interval.around(score, points)))
    columns: Array = np.array(found, dtype=np.float64)
    return Given(columns[:, 0], columns[:, 1], columns[:, 2])


def _cautions(base: Calibration, answers: _Answers, sorts: Sequence[str], groups: int, by: str) -> tuple[str, ...]:
    cautions = []
    mixed = all(answers.number(sort) for sort in SORTS)
    for sort, text in SORTS.items():
        number, where = answers.number(sort), f" on questions whose points are {text}" if mixed else ""
        if sort in sorts and number < FEW_ROWS:
            cautions.append(f"{number} marks{where} are few: 20 are useful and 200 good")
        elif sort not in sorts and number:
            cautions.append(
                f"{number} marks{where} are too few or too much alike; such questions keep the scale they had"
            )
    if groups < FEW_GROUPS:
        cautions.append(f"the intervals come from {groups} {by}s only, and are rougher than they look")
    if base.provenance.get("made_by") == MADE_BY:
        cautions.append(
            "the calibration begun with was fitted to marks too; if some of these are among them, the figures flatter"
        )
    return tuple(cautions)


def forced(fitted: Fitted) -> Fitted:
    """Return the same with a provenance that says that it was written although it got worse."""
    provenance = {**fitted.calibration.provenance, "forced": "written with --force although it got worse"}
    made = fitted.calibration.model_copy(update={"provenance": provenance, "digest": ""})
    return replace(fitted, calibration=made.model_copy(update={"digest": digest(content(made))}))
