"""The offline grader: from matches to one judgment per point, without a model and without a network."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from grader.answer import AnswerText, analyse, blank_out, keyword_lists
from grader.calibration import Calibration, Ramp, default_calibration
from grader.embedding import Embedder, default_embedder
from grader.evidence import passages
from grader.features import Found, extract
from grader.lexicon import FloatArray
from grader.rubric import Matches, Rubric
from grader.signature import offline_signature
from grader.types import DENIED, NAMED_ONLY, Judgment, Point, Question, Reading, Verdict

_MOST_RUBRICS = 512
_CLEAR_DENIAL = 0.65
# A reference that hardly says a point does not make it cheap: the ramp keeps at least this share of its length.
_LEAST_RISE = 0.4
# A misconception that the reference itself brings to mind must show by so much more.
_CLEARLY_WORSE = 0.1
# What a point is worth that is only named in a bare list of words.
_NAMED, _NAMED_WHOLE, _WHOLE_NAME = 0.2, 0.4, 0.75


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A compiled reading, and what the grader sees in the reading's own references.

    ``ramps`` has one ramp a point; ``is_list`` says that a reference is itself a bare list of words.
    """

    rubric: Rubric
    ramps: tuple[Ramp, ...]
    is_list: bool


class OfflineGrader:
    """Judges points by keyword, fuzzy, acronym, numeric and semantic matches and by polarity.

    It keeps the compiled rubrics of the questions seen last (512 of them); judging never changes a result.

    >>> from grader.types import Point, Question
    >>> question = Question.simple(id="q", prompt="What is drift?", references=("Data changes over time.",),
    ...     points=(Point("change", "The distribution of the data changes."),))
    >>> [judgment] = OfflineGrader().judge(question, question.readings[0], "The data distribution has changed.")
    >>> judgment.verdict, judgment.evidence[0].quote
    ('met', 'data distribution has changed')
    """

    def __init__(self, calibration: Calibration | None = None, embedder: Embedder | None = None) -> None:
        self.calibration = calibration or default_calibration()
        self.embedder = embedder or default_embedder()
        self._known: OrderedDict[tuple[str, str, str], _Prepared] = OrderedDict()

    @property
    def signature(self) -> str:
        """What produced the judgments: engine, calibration, lexicon and the libraries that bear on a score."""
        return offline_signature(self.calibration, self.embedder)

    def judge(self, question: Question, reading: Reading, answer: str) -> tuple[Judgment, ...]:
        """Return one judgment per point of ``reading``, in the order of its points."""
        text = analyse(answer, question.language)
        if not text.tokens:
            return tuple(Judgment(point.id, "unmet", 0.0, reason="nothing to grade") for point in reading.points)
        prepared = self._prepared(question, reading)
        if not prepared.rubric.statements:
            return tuple(Judgment(point.id, "unmet", 0.0, reason="the point has no words") for point in reading.points)
        judgments, found = self._judge(prepared, reading, text)
        lists = [] if prepared.is_list else keyword_lists(text, found.earning)
        if not lists:
            return judgments
        prose = analyse(blank_out(text, lists), question.language)
        said = self._judge(prepared, reading, prose)[0] if prose.tokens else judgments[:0]
        named = [_named_only(judgment, self.calibration) for judgment in judgments]
        # What is said in prose counts as ever; what is only named in a list counts little.
        return tuple(
            prose_one if prose_one is not None and (prose_one.credit or 0.0) >= (named_one.credit or 0.0) else named_one
            for prose_one, named_one in zip_longest(said, named)
        )

    def _judge(self, prepared: _Prepared, reading: Reading, text: AnswerText) -> tuple[tuple[Judgment, ...], Found]:
        matches, found, chances = self._look(prepared.rubric, reading, text)
        judgments = tuple(
            self._judgment(point, ramp.credit(float(chance)), text, _Seen(prepared.rubric, matches, found, index))
            for index, (point, ramp, chance) in enumerate(zip(reading.points, prepared.ramps, chances, strict=True))
        )
        return judgments, found

    def _prepared(self, question: Question, reading: Reading) -> _Prepared:
        key = (question.id, question.version, reading.id)
        prepared = self._known.get(key)
        if prepared is None:
            rubric = Rubric(question, reading)
            texts = [analyse(reference, rubric.language) for reference in reading.references]
            texts = [text for text in texts if text.tokens] if rubric.statements else []
            seen = [self._look(rubric, reading, text)[1:] for text in texts]
            is_list = any(keyword_lists(text, found.earning) for text, (found, _) in zip(texts, seen, strict=True))
            ramps = self._ramps(reading, [chances for _, chances in seen])
            prepared = self._known[key] = _Prepared(rubric, ramps, is_list)
            if len(self._known) > _MOST_RUBRICS:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(key)
        return prepared

    def _look(self, rubric: Rubric, reading: Reading, text: AnswerText) -> tuple[Matches, Found, FloatArray]:
        matches = rubric.match(text)
        embedder = self.embedder if self.embedder.covers(rubric.language) else None
        found = extract(rubric, text, matches, embedder)
        kinds = [point.kind for point in reading.points]
        return matches, found, self.calibration.chances(found.values, found.denied, kinds)

    def _ramps(self, reading: Reading, seen: Sequence[FloatArray]) -> tuple[Ramp, ...]:
        """Fit the ramps to the reading: its references earn every required point and commit no misconception."""
        ramps = []
        for index, point in enumerate(reading.points):
            ramp = self.calibration.ramp(point.kind)
            chances = [float(chances[index]) for chances in seen]
            if chances and point.kind == "required" and min(chances) < ramp.full:
                lowest = ramp.none + _LEAST_RISE * (ramp.full - ramp.none)
                ramp = Ramp(none=ramp.none, full=max(min(chances), lowest))
            elif chances and point.kind == "misconception" and max(chances) > ramp.none:
                none = min(max(chances) + _CLEARLY_WORSE, 0.98)
                ramp = Ramp(none=none, full=min(1.0, none + ramp.full - ramp.none))
            ramps.append(ramp)
        return tuple(ramps)

    def _judgment(self, point: Point, credit: float, answer: AnswerText, seen: _Seen) -> Judgment:
        misconception = point.kind == "misconception"
        evidence = passages(seen.rubric, answer, seen.matches, seen.found, seen.index) if credit > 0.0 else ()
        if not evidence:
            credit = 0.0
        reason = ""
        if not misconception and float(seen.found.denied[seen.index]) >= _CLEAR_DENIAL:
            credit, evidence, reason = 0.0, (), DENIED
        verdict = self._verdict(credit)
        if verdict == "unmet" and not misconception and not reason:
            reason = "little of it was found" if credit > 0.0 else "not found"
        return Judgment(point.id, verdict, credit, evidence, reason)

    def _verdict(self, credit: float) -> Verdict:
        if credit >= self.calibration.met:
            return "met"
        return "partial" if credit >= self.calibration.partial else "unmet"


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was seen in one answer of one point."""

    rubric: Rubric
    matches: Matches
    found: Found
    index: int


def _named_only(judgment: Judgment, calibration: Calibration) -> Judgment:
    """Take back most of the credit of a point that is only named, in a bare list of words."""
    if not judgment.credit:
        return judgment
    whole = max(evidence.strength for evidence in judgment.evidence) >= _WHOLE_NAME
    credit = round(judgment.credit * (_NAMED_WHOLE if whole else _NAMED), 4)
    verdict: Verdict = "partial" if credit >= calibration.partial else "unmet"
    return Judgment(judgment.point_id, verdict, credit, judgment.evidence, NAMED_ONLY)
