"""The offline grader: from matches to one judgment per point, without a model and without a network."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np
import numpy.typing as npt

from grader.answer import AnswerText, Script, analyse, blank_out, keyword_lists, side_by_side
from grader.calibration import Calibration, Profile, Ramp, default_calibration
from grader.embedding import Embedder, default_embedder
from grader.evidence import passages
from grader.features import Found, extract
from grader.lexicon import FloatArray
from grader.rubric import Matches, Rubric
from grader.signature import offline_signature
from grader.stem import primary
from grader.types import DENIED, NAMED_ONLY, Evidence, Judgment, Point, Question, Reading, Verdict

_MOST_RUBRICS = 256
# Tokens times statements that are looked at side by side; a cell is some terms wide.
_MOST_CELLS = 100_000
_CLEAR_DENIAL = 0.65
# A misconception that the reference itself brings to mind must show by so much more.
_CLEARLY_WORSE = 0.1
# What a point is worth that is only named in a bare list of words.
_NAMED, _NAMED_WHOLE, _WHOLE_NAME = 0.0, 0.05, 0.75


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

    It keeps the compiled rubrics of the questions seen last (256 of them); judging never changes a result.

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

    def signature_for(self, language: str) -> str:
        """Return the signature of grades in a language; it says where the encoder does not cover it."""
        covered = self.embedder.covers(language)
        return self.signature if covered else f"{self.signature}|semantic:none({primary(language)})"

    def judge(self, question: Question, reading: Reading, answer: str) -> tuple[Judgment, ...]:
        """Return one judgment per point of ``reading``, in the order of its points."""
        return self.judge_many(question, reading, [answer])[0]

    def judge_many(self, question: Question, reading: Reading, answers: Sequence[str]) -> list[tuple[Judgment, ...]]:
        """Judge several answers, in their order: the same judgments as one by one, in a fraction of the time."""
        results: list[tuple[Judgment, ...]] = [()] * len(answers)
        prepared = self._prepared(question, reading)
        texts = [analyse(answer, question.language) for answer in answers]
        for number, text in enumerate(texts):
            if not text.tokens or not prepared.rubric.statements:
                reason = "the point has no words" if text.tokens else "nothing to grade"
                results[number] = tuple(Judgment(point.id, "unmet", 0.0, reason=reason) for point in reading.points)
        places = [number for number in range(len(texts)) if not results[number]]
        most = max(1, _MOST_CELLS // max(1, len(prepared.rubric.statements)))
        for part in _parts(places, [len(texts[place].tokens) for place in places], most):
            judged = self._judge(prepared, reading, [texts[place] for place in part], question.language)
            for place, judgments in zip(part, judged, strict=True):
                results[place] = judgments
        return results

    def _judge(
        self, prepared: _Prepared, reading: Reading, texts: Sequence[AnswerText], language: str
    ) -> list[tuple[Judgment, ...]]:
        look = self._look(prepared.rubric, reading, texts)
        result = self._judgments(prepared, reading, look)
        profile = self.calibration.profile(reading)
        if prepared.is_list:
            return result
        for number, text in enumerate(texts):
            if not text.listed.any():
                continue
            lists = keyword_lists(text, look.earning(number))
            if not lists:
                continue
            prose = analyse(blank_out(text, lists), language)
            said: tuple[Judgment, ...] = ()
            if prose.tokens:
                [said] = self._judgments(prepared, reading, self._look(prepared.rubric, reading, [prose]))
            named = [_named_only(judgment, profile) for judgment in result[number]]
            # What is said in prose counts as ever; what is only named in a list counts little.
            result[number] = tuple(
                prose_one
                if prose_one is not None and (prose_one.credit or 0.0) >= (named_one.credit or 0.0)
                else named_one
                for prose_one, named_one in zip_longest(said, named)
            )
        return result

    def _judgments(self, prepared: _Prepared, reading: Reading, look: _Look) -> list[tuple[Judgment, ...]]:
        lows = np.array([ramp.none for ramp in prepared.ramps])
        reach = np.array([ramp.full for ramp in prepared.ramps]) - lows
        credit = np.round(np.clip((look.chances - lows) / reach, 0.0, 1.0), 4).tolist()
        denied = look.found.denied.tolist()
        return [
            tuple(
                self._judgment(point, given, against, look, number, index)
                for index, (point, given, against) in enumerate(
                    zip(reading.points, credit[number], denied[number], strict=True)
                )
            )
            for number in range(len(credit))
        ]

    def _prepared(self, question: Question, reading: Reading) -> _Prepared:
        key = (question.id, question.version, reading.id)
        prepared = self._known.get(key)
        if prepared is None:
            rubric = Rubric(question, reading)
            texts = [analyse(reference, rubric.language) for reference in reading.references]
            texts = [text for text in texts if text.tokens] if rubric.statements else []
            looks = [self._look(rubric, reading, [text]) for text in texts]
            is_list = any(keyword_lists(text, look.earning(0)) for text, look in zip(texts, looks, strict=True))
            ramps = self._ramps(reading, [look.chances[0] for look in looks])
            prepared = self._known[key] = _Prepared(rubric, ramps, is_list)
            if len(self._known) > _MOST_RUBRICS:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(key)
        return prepared

    def _look(self, rubric: Rubric, reading: Reading, texts: Sequence[AnswerText]) -> _Look:
        script = side_by_side(texts)
        matches = rubric.match(script)
        found = extract(rubric, script, matches, self._encoder(rubric.language))
        return _Look(rubric, script, matches, found, self.calibration.chances(reading, found.values, found.denied))

    def _encoder(self, language: str) -> Embedder | None:
        """Return the sentence encoder where the lexicon's word vectors do not serve: in languages other than English."""
        return None if primary(language) == "en" or not self.embedder.covers(language) else self.embedder

    def _ramps(self, reading: Reading, seen: Sequence[FloatArray]) -> tuple[Ramp, ...]:
        """Fit the ramps to the reading: its references earn every required point and commit no misconception."""
        ramps = []
        for index, point in enumerate(reading.points):
            ramp = self.calibration.ramp(reading, point.kind)
            chances = [float(chances[index]) for chances in seen]
            if chances and point.kind == "required" and min(chances) < ramp.full:
                ramp = Ramp(none=ramp.none, full=max(min(chances), ramp.lowest))
            elif chances and point.kind == "misconception" and max(chances) > ramp.none:
                none = min(max(chances) + _CLEARLY_WORSE, 0.98)
                ramp = Ramp(none=none, full=min(1.0, none + ramp.full - ramp.none))
            ramps.append(ramp)
        return tuple(ramps)

    def _judgment(self, point: Point, credit: float, denied: float, look: _Look, number: int, index: int) -> Judgment:
        misconception = point.kind == "misconception"
        reason = ""
        if not misconception and denied >= _CLEAR_DENIAL:
            credit, reason = 0.0, DENIED
        evidence = look.passages(number, index) if credit > 0.0 else ()
        if not evidence:
            credit = 0.0
        verdict = _verdict(credit, self.calibration.profile(look.rubric.reading))
        if verdict == "unmet" and not misconception and not reason:
            reason = "little of it was found" if credit > 0.0 else "not found"
        return Judgment(point.id, verdict, credit, evidence, reason)


@dataclass(frozen=True, slots=True)
class _Look:
    """What was seen of all points in some answers; ``chances`` has shape ``(answers, points)``."""

    rubric: Rubric
    script: Script
    matches: Matches
    found: Found
    chances: FloatArray

    def earning(self, number: int) -> npt.NDArray[np.bool_]:
        """Say which clauses of one answer say a sound point by themselves."""
        first = int(self.script.first_clauses[number])
        return self.found.earning[first : first + len(self.script.texts[number].clauses)]

    def passages(self, number: int, point: int) -> tuple[Evidence, ...]:
        """Return the passages of one answer that speak for one point."""
        return passages(self.rubric, self.script, self.matches, self.found, number, point)


def _parts(places: Sequence[int], sizes: Sequence[int], most: int) -> Iterator[list[int]]:
    """Cut a run of answers into parts of about ``most`` tokens, so that memory does not grow with the run."""
    part: list[int] = []
    tokens = 0
    for place, size in zip(places, sizes, strict=True):
        if part and tokens + size > most:
            yield part
            part, tokens = [], 0
        part.append(place)
        tokens += size
    if part:
        yield part


def _verdict(credit: float, profile: Profile) -> Verdict:
    if credit >= profile.met:
        return "met"
    return "partial" if credit >= profile.partial else "unmet"


def _named_only(judgment: Judgment, profile: Profile) -> Judgment:
    """Take back most of the credit of a point that is only named, in a bare list of words."""
    if not judgment.credit:
        return judgment
    whole = max(evidence.strength for evidence in judgment.evidence) >= _WHOLE_NAME
    credit = round(judgment.credit * (_NAMED_WHOLE if whole else _NAMED), 4)
    verdict: Verdict = "partial" if credit >= profile.partial else "unmet"
    return Judgment(judgment.point_id, verdict, credit, judgment.evidence, NAMED_ONLY)
