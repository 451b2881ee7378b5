"""Fit grader/calibration.json to graded samples and to the human-graded corpora.

    python -m benchmarks.fit_calibration --data ../shared/data [--write]

For points that somebody described, the weights of the features are fitted to labels of points: the packs' samples, their own
references, and references of unrelated questions, which say nothing. For points cut out of a reference they are fitted to the
marks of the corpora (``benchmarks.fit_points``). Then comes the interval (``grader.fit_scale``). How well such a fit does on what
it has not seen is measured by ``benchmarks.agreement`` on corpora left out, and here on folds of the packs' questions.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import grader
from benchmarks.corpora import CorpusError, Row, read_corpora
from benchmarks.fit_points import fit_described, fit_plain, fit_wrong, plain_ramp
from benchmarks.grading import totals
from benchmarks.protocol import Rows
from benchmarks.samples import labelled, reading_of
from benchmarks.teaching import Array, Lesson, Marked, lessons, marked
from grader.calibration import DEFAULT_PATH, Calibration, Profile, Ramp, logistic
from grader.fit_scale import Marks, fit_interval
from grader.offline import OfflineGrader
from grader.scale import Curve, Scale
from grader.score import add_up
from grader.types import Question

FOLDS = 8
# A chance at which nothing is earned, and one at which all is: for points that somebody described and for misconceptions. For
# points cut out of a reference the ramp runs from nothing found to all found, since the words of a reference are only one way to
# say a point.
DESCRIBED_RAMP = Ramp(none=0.22, full=0.42)
PLAIN_MET, PLAIN_PARTIAL = 0.5, 0.25
WRONG_RAMP = Ramp(none=0.4, full=0.6)
# Between the least credits of met and partial; the samples alone would have it 0, since partial is hardly ever told rightly.
LEAST_APART = 0.2


@dataclass(frozen=True)
class Material:
    """All that a calibration is fitted to; computed once, whatever is left out."""

    questions: tuple[Question, ...]
    taught: list[Lesson]
    rows: Rows
    marked: Mapping[str, Marked]


def material(rows: Rows) -> Material:
    """Compute the features of all training answers."""
    questions = grader.load_bank().questions
    return Material(questions, lessons(questions), rows, {name: marked(part) for name, part in rows.items()})


def fit(found: Material, names: Sequence[str], provenance: dict[str, object]) -> Calibration:
    """Fit a calibration to the packs and the named corpora."""
    described = _described(found.taught)
    sound = fit_plain([found.marked[name] for name in names])
    plain = Profile(
        sound=sound,
        ramp=plain_ramp(sound),
        met=PLAIN_MET,
        partial=PLAIN_PARTIAL,
        scale=Scale(),
    )
    calibration = Calibration(
        described=described,
        plain=plain,
        misconception=fit_wrong(found.taught),
        misconception_ramp=WRONG_RAMP,
        provenance=provenance,
    )
    judge = OfflineGrader(calibration)
    corpora = [_corpus(found.rows[name], judge) for name in names]
    profiles = {
        "described": described.model_copy(update={"scale": _scale([_packs(found.questions, judge)])}),
        "plain": plain.model_copy(update={"scale": _scale(corpora)}),
    }
    return calibration.model_copy(update=profiles)


def _scale(parts: Sequence[Marks]) -> Scale:
    """Return totals as they are, with an interval fitted to some sets of marks, which weigh the same.

    A curve fitted to the marks would lower the errors on some corpora and raise them on others, and would give marks to
    answers that say next to nothing (docs/grading.md).
    """
    together = Marks(
        raw=np.concatenate([part.raw for part in parts]),
        marks=np.concatenate([part.marks for part in parts]),
        points=np.concatenate([part.points for part in parts]),
        weights=np.concatenate([part.weights / part.weights.sum() for part in parts]),
    )
    return Scale(interval=fit_interval(together, Curve()))


def _described(taught: list[Lesson]) -> Profile:
    """Fit the logit of described points and the least credits of the verdicts; the scale stays what it is by default."""
    profile = Profile(sound=fit_described(taught), ramp=DESCRIBED_RAMP, met=0.5, partial=0.5, scale=Scale())
    credit, labels, _ = _credits(profile, taught)
    steps = np.arange(0.1, 0.71, 0.05)
    _, met, partial = max(
        (float(np.mean(_verdicts(credit, met, partial) == labels)), float(met), float(partial))
        for met in steps
        for partial in steps
        if partial <= met - LEAST_APART
    )
    return profile.model_copy(update={"met": round(met, 2), "partial": round(partial, 2)})


def _credits(profile: Profile, taught: Sequence[Lesson]) -> tuple[Array, Array, list[str]]:
    """Return credit, label and kind of every required and bonus point of the samples, by the common ramp."""
    parts = [(lesson, place) for lesson in taught for place, source in enumerate(lesson.sources) if source == "sample"]
    credit: list[float] = []
    labels: list[float] = []
    kinds: list[str] = []
    for lesson, place in parts:
        chances = logistic(profile.sound.of(lesson.values[place], lesson.denied[place]))
        for kind, chance, label in zip(lesson.kinds, chances, lesson.labels[place], strict=True):
            if kind != "misconception":
                credit.append(profile.ramp.credit(float(chance)))
                labels.append(label)
                kinds.append(kind)
    return np.array(credit), np.array(labels), kinds


def _verdicts(credit: Array, met: float, partial: float) -> Array:
    return np.where(credit >= met, 1.0, np.where(credit >= partial, 0.5, 0.0))


def _corpus(rows: Sequence[Row], judge: OfflineGrader) -> Marks:
    raw, points = totals(rows, judge)
    return Marks(raw, np.array([row.score for row in rows]), points, np.ones(len(rows)))


def _packs(questions: tuple[Question, ...], judge: OfflineGrader) -> Marks:
    """Return the samples with the marks that their labels add up to, and the questions' own references."""
    found: list[tuple[float, float, float]] = []
    for question in questions:
        for reading in question.readings:
            samples = [sample for sample in question.samples if reading_of(question, sample) is reading]
            marks = [add_up(reading, labelled(sample), Scale()).score for sample in samples] + [1.0] * len(
                reading.references
            )
            judged = judge.judge_many(question, reading, [*(sample.answer for sample in samples), *reading.references])
            for mark, judgments in zip(marks, judged, strict=True):
                total = add_up(reading, judgments, Scale())
                found.append((total.raw, mark, total.points))
    columns = np.array(found)
    return Marks(columns[:, 0], columns[:, 1], columns[:, 2], np.ones(len(columns)))


def held_out(taught: Sequence[Lesson]) -> dict[str, float]:
    """Return the share of equal verdicts on held-out questions of the packs: all sound points, and by kind."""
    ids = sorted({lesson.question for lesson in taught})
    hits: dict[str, list[bool]] = {"required": [], "bonus": []}
    for fold in range(FOLDS):
        test = set(ids[fold::FOLDS])
        profile = _described([lesson for lesson in taught if lesson.question not in test])
        credit, labels, kinds = _credits(profile, [lesson for lesson in taught if lesson.question in test])
        for kind, hit in zip(kinds, _verdicts(credit, profile.met, profile.partial) == labels, strict=True):
            hits[kind].append(bool(hit))
    together = [hit for part in hits.values() for hit in part]
    shares = {kind: round(float(np.mean(part)), 4) for kind, part in hits.items()}
    return {"n": len(together), "sound": round(float(np.mean(together)), 4), **shares}


def main() -> int:
    """Fit, report, and write the file when asked to; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="the folder with the human-graded corpora")
    parser.add_argument("--write", action="store_true", help=f"write {DEFAULT_PATH.name}")
    args = parser.parse_args()
    try:
        rows = read_corpora(args.data).rows
    except CorpusError as error:
        print(error, file=sys.stderr)
        return 1
    found = material(rows)
    provenance: dict[str, object] = {
        "by": "benchmarks/fit_calibration.py",
        "date": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "samples": sum(lesson.sources.count("sample") for lesson in found.taught),
        "questions": len(found.questions),
        "answers": {name: len(part) for name, part in rows.items()},
        "equal_verdicts_on_held_out_questions": held_out(found.taught),
    }
    calibration = fit(found, list(rows), provenance)
    text = json.dumps(calibration.model_dump(exclude={"digest"}), indent=2) + "\n"
    print(text)
    if args.write:
        DEFAULT_PATH.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
