"""The central types: what a question is made of and what a grade says.

Everything here is immutable. Text offsets are code points of the *raw* answer, half-open, so
``answer[evidence.start:evidence.end] == evidence.quote`` always holds. Credits, scores, strengths and
interval bounds are fractions in 0..1.

>>> point = Point(id="cost", text="It costs less when the load varies.")
>>> question = Question.simple(id="q", prompt="Why the cloud?", points=(point,), references=(point.text,))
>>> question.points[0].weight
1.0
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal, Protocol, runtime_checkable

PointKind = Literal["required", "bonus", "misconception"]
Verdict = Literal["met", "partial", "unmet", "abstain"]
# Reasons that later stages look for; all others are for the reader only.
DENIED = "the answer denies it"
NAMED_ONLY = "only named, in a list of words"
QUOTE_NOT_FOUND = "quote_not_found"

SampleKind = Literal["full", "terse", "partial", "wrong", "denial", "keywords", "other"]


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that a good answer says (or, for a misconception, should not say).

    ``weight`` is positive and relative to the other points of the reading. ``aliases`` are other wordings
    of which each alone says the whole point. ``label`` names what the point is about without giving it away.
    """

    id: str
    text: str
    weight: float = 1.0
    kind: PointKind = "required"
    aliases: tuple[str, ...] = ()
    group: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a question, with a full set of points of its own.

    With ``required_count`` N, any N of the required points earn their full marks together; where
    ``count_group`` names a group, the count is for that group's points and the others stand beside it. ``outlined`` says
    that the points were cut out of a reference, by rule, and not described by somebody.
    """

    id: str
    points: tuple[Point, ...]
    references: tuple[str, ...]
    title: str | None = None
    required_count: int | None = None
    count_group: str | None = None
    outlined: bool = False

    def counted(self, point: Point) -> bool:
        """Say whether ``point`` is one of the alternatives that ``required_count`` counts."""
        if self.required_count is None or point.kind != "required":
            return False
        return self.count_group is None or point.group == self.count_group


@dataclass(frozen=True, slots=True)
class Sample:
    """A graded sample answer: a fair examiner's verdict for each point of one reading."""

    kind: SampleKind
    answer: str
    verdicts: tuple[tuple[str, Verdict], ...]
    reading: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question with one or more readings; the reading that serves an answer best is the one that counts."""

    id: str
    prompt: str
    readings: tuple[Reading, ...]
    topic: str = ""
    tags: tuple[str, ...] = ()
    language: str = "en"
    marks: float = 10.0
    samples: tuple[Sample, ...] = field(default=(), compare=False)
    version: str = field(init=False, compare=False, default="")

    def __post_init__(self) -> None:
        if not self.readings or not self.readings[0].points:
            raise ValueError(f"question {self.id!r} has no points")
        object.__setattr__(self, "version", _content_hash(self))

    @classmethod
    def simple(
        cls,
        *,
        id: str,
        prompt: str,
        points: tuple[Point, ...],
        references: tuple[str, ...],
        required_count: int | None = None,
        count_group: str | None = None,
        topic: str = "",
        tags: tuple[str, ...] = (),
        language: str = "en",
        marks: float = 10.0,
        samples: tuple[Sample, ...] = (),
    ) -> Question:
        """Make a question that has a single reading."""
        reading = Reading("main", points, references, None, required_count, count_group)
        return cls(id, prompt, (reading,), topic, tags, language, marks, samples)

    def reading(self, reading_id: str) -> Reading:
        """Return the reading with this id; ``KeyError`` where there is none."""
        for reading in self.readings:
            if reading.id == reading_id:
                return reading
        raise KeyError(reading_id)

    @property
    def points(self) -> tuple[Point, ...]:
        """The points of the first reading."""
        return self.readings[0].points

    @property
    def references(self) -> tuple[str, ...]:
        """The reference answers of the first reading."""
        return self.readings[0].references

    @property
    def required_count(self) -> int | None:
        """The count of the first reading ("any 5 of"), or None where every required point is wanted."""
        return self.readings[0].required_count


def _content_hash(question: Question) -> str:
    """Hash what can change a score or what the learner is asked: not samples, tags or topic."""
    content = {
        "prompt": question.prompt,
        "language": question.language,
        "readings": [asdict(reading) for reading in question.readings],
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage of the raw answer that speaks for a judgment; ``answer[start:end] == quote``."""

    start: int
    end: int
    quote: str
    matcher: str
    strength: float


@dataclass(frozen=True, slots=True)
class Judgment:
    """What was found of one point. ``credit`` is None if and only if the verdict is ``abstain``."""

    point_id: str
    verdict: Verdict
    credit: float | None
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""
    source: str = "offline"

    def __post_init__(self) -> None:
        if (self.credit is None) != (self.verdict == "abstain"):
            raise ValueError("credit is None exactly when the verdict is 'abstain'")
        if self.credit is not None and not 0.0 <= self.credit <= 1.0:
            raise ValueError(f"credit {self.credit} is outside 0..1")
        if self.credit and not self.evidence:
            raise ValueError(f"credit without evidence for point {self.point_id!r}")


@dataclass(frozen=True, slots=True)
class Usage:
    """What requests to a model took. ``tokens_cached`` are those of ``tokens_in`` that the provider had cached.

    ``requests`` counts those sent, ``remembered`` those that the own cache answered; ``money`` is in US dollars and None where
    the price is unknown.
    """

    requests: int = 0
    remembered: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    tokens_cached: int = 0
    money: float | None = 0.0

    def __add__(self, other: Usage) -> Usage:
        """Add two usages; an unknown price makes the sum unknown."""
        known = self.money is not None and other.money is not None
        return Usage(
            self.requests + other.requests,
            self.remembered + other.remembered,
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
            self.tokens_cached + other.tokens_cached,
            (self.money or 0.0) + (other.money or 0.0) if known else None,
        )


@dataclass(frozen=True, slots=True)
class Grade:
    """A graded answer: the judgments, and what they add up to.

    ``low`` and ``high`` bound a 90 % interval around ``score``. ``flags`` are short stable names
    (``blank``, ``keyword_list``, ``echo`` and so on); ``grader.feedback`` puts them into words. Where a model was asked,
    ``notes`` say in words why a judgment of it is missing or in doubt, and ``usage`` what asking it took.
    """

    question_id: str
    question_version: str
    reading_id: str
    judgments: tuple[Judgment, ...]
    score: float
    low: float
    high: float
    flags: tuple[str, ...]
    feedback: str
    signature: str
    notes: tuple[str, ...] = ()
    usage: Usage | None = None

    def __post_init__(self) -> None:
        if not 0.0 <= self.low <= self.score <= self.high <= 1.0:
            raise ValueError(f"bounds out of order: {self.low}, {self.score}, {self.high}")


@runtime_checkable
class Grader(Protocol):
    """Anything that judges the points of a reading in an answer."""

    @property
    def signature(self) -> str:
        """What produced these judgments, derived from the grader's own configuration."""
        ...

    def judge(self, question: Question, reading: Reading, answer: str) -> tuple[Judgment, ...]:
        """Return one judgment per point of ``reading``, in the order of its points."""
        ...


@runtime_checkable
class AnswerGrader(Grader, Protocol):
    """A grader that makes whole grades: it settles by itself which reading counts and how sure a grade is."""

    def grade_many(self, question: Question, answers: Sequence[str]) -> list[Grade]:
        """Return one grade per answer, in their order; no answer is longer than the engine takes."""
        ...
