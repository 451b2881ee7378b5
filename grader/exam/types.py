"""What an exam consists of: how it is set up, what was asked and said, and the state that all of it is in.

Everything is immutable, and every state can be saved and read back (``saved.to_json``). Times are aware and in UTC; credits, scores
and shares lie in 0..1. Offsets into what was said are code points of the turn that it was said in, half-open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from grader.types import Grade, PointKind, Verdict

Phase = Literal["setup", "asking", "answering", "probing", "challenge", "between", "paused", "finished", "abandoned"]
ENDED: frozenset[Phase] = frozenset({"finished", "abandoned"})
OPEN: frozenset[Phase] = frozenset({"asking", "answering", "probing", "challenge"})
"""The phases in which a question is on the table."""
Manner = Literal["kind", "neutral", "strict"]
Difficulty = Literal["any", "easy", "hard"]
TurnKind = Literal["question", "probe", "challenge"]
Outcome = Literal["stood", "withdrawn", "unclear"]
EndReason = Literal["done", "time", "abandoned"]

MOST_PROBES = 3
Share = Annotated[float, Field(ge=0.0, le=1.0)]


class ExamSetup(BaseModel):
    """What was agreed before the exam.

    ``minutes`` are for the whole exam, ``minutes_each`` for a question with its follow-ups; both are times ``extra_time``.
    ``probe_shares`` say what a point counts that was earned after one probe, after two and so on; a point is probed no more often
    than there are shares. ``withdrawal_cost`` is the share of its credit that a statement loses when it is taken back.
    In practice an exam can be paused at any time, else between questions only. ``packs`` are names, for the record.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    packs: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    questions: int = Field(default=5, ge=1, le=200)
    minutes: float = Field(default=30.0, gt=0.0, le=24 * 60.0)
    minutes_each: float | None = Field(default=None, gt=0.0, le=24 * 60.0)
    difficulty: Difficulty = "any"
    manner: Manner = "neutral"
    feedback: Literal["at_once", "end"] = "end"
    practice: bool = False
    probes_most: int = Field(default=2, ge=0, le=MOST_PROBES)
    probe_shares: tuple[Share, ...] = Field(default=(0.6, 0.3), max_length=MOST_PROBES)
    challenge_share: Share = 0.2
    withdrawal_cost: Share = 1.0
    extra_time: float = Field(default=1.0, ge=1.0, le=10.0)
    seed: int = 0
    weak_first: bool = False
    language: Literal["en", "de"] = "en"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence of a catalogue: its key, and the values that stand in it, as plain text and numbers."""

    key: str
    values: Mapping[str, str | int] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Turn:
    """Something that was asked, and what was said to it.

    ``asked`` is the examiner's text. ``shown_at`` is None until the candidate has it before them, ``said`` until the turn is over;
    it is what counts. ``transcript`` is what a recogniser heard, before the candidate corrected it. ``draft`` is the last text that
    was kept on the way. ``expired`` says that time closed the turn, so that the draft counted; ``late`` came after that and counts
    nothing. ``gives_away`` are the points that the examiner's own words would earn credit for, if said back.
    """

    kind: TurnKind
    asked: str
    asked_at: AwareDatetime
    point_id: str | None = None
    phrases: tuple[Phrase, ...] = ()
    gives_away: tuple[str, ...] = ()
    shown_at: AwareDatetime | None = None
    draft: str = ""
    draft_at: AwareDatetime | None = None
    said: str | None = None
    transcript: str | None = None
    said_at: AwareDatetime | None = None
    expired: bool = False
    skipped: bool = False
    late: str | None = None


@dataclass(frozen=True, slots=True)
class TurnEvidence:
    """A passage of what was said in one turn; ``turns[turn].said[start:end] == quote``."""

    turn: int
    start: int
    end: int
    quote: str
    matcher: str
    strength: float


@dataclass(frozen=True, slots=True)
class PointMark:
    """What became of one point: ``unaided`` in the first answer alone, ``credit`` in the end, with help taken off.

    Both credits are None where the grader could not tell. ``worth`` is how much the question's score would rise with the point made
    in full and unaided. ``probes`` counts those about this point, ``outcome`` is that of a challenge to it. ``wanted`` is False for
    alternatives that are not needed any more, for bonus points and misconceptions.
    """

    point_id: str
    kind: PointKind
    verdict: Verdict
    unaided: float | None
    credit: float | None
    evidence: tuple[TurnEvidence, ...] = ()
    reason: str = ""
    source: str = "offline"
    probes: int = 0
    outcome: Outcome | None = None
    worth: float = 0.0
    wanted: bool = True


@dataclass(frozen=True, slots=True)
class QuestionMark:
    """The result of one question: ``low`` and ``high`` bound the 90 % interval of ``score``, ``unaided`` is without follow-ups."""

    score: float
    low: float
    high: float
    unaided: float
    points: tuple[PointMark, ...]
    flags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One question of the exam: its turns, the grade after each turn that was graded, and the mark once it is settled.

    ``grades`` pairs the number of a turn with the grade of all that was said up to it.
    """

    question_id: str
    version: str
    marks: float
    turns: tuple[Turn, ...] = ()
    reading_id: str | None = None
    grades: tuple[tuple[int, Grade], ...] = ()
    outcome: Outcome | None = None
    mark: QuestionMark | None = None


@dataclass(frozen=True, slots=True)
class Break:
    """A pause; ``until`` is None while it lasts."""

    since: AwareDatetime
    until: AwareDatetime | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """Time that somebody granted on top of what was agreed."""

    at: AwareDatetime
    seconds: float
    why: str = ""


@dataclass(frozen=True, slots=True)
class ExamState:
    """All of an exam at one moment.

    ``drawn`` and ``versions`` name the questions in the order in which they are asked, ``records`` those asked so far. ``latest``
    is the time by the exam's own clock, which never goes back; ``skew`` is how far it is ahead of the clock on the wall because
    that was put back meanwhile. A deadline is None where none runs. ``told`` names what the candidate was told is running out.
    """

    setup: ExamSetup
    drawn: tuple[str, ...]
    versions: tuple[str, ...]
    marks: tuple[float, ...]
    phase: Phase = "setup"
    resumes: Phase | None = None
    latest: AwareDatetime | None = None
    skew: timedelta = timedelta(0)
    started: AwareDatetime | None = None
    ended: AwareDatetime | None = None
    end_reason: EndReason | None = None
    exam_deadline: AwareDatetime | None = None
    question_deadline: AwareDatetime | None = None
    breaks: tuple[Break, ...] = ()
    grants: tuple[Grant, ...] = ()
    told: tuple[str, ...] = ()
    records: tuple[Record, ...] = ()

    @property
    def place(self) -> tuple[int, int] | None:
        """Number of the question and of the turn that wait for something, both from 0; None where none does."""
        phase = self.resumes if self.phase == "paused" else self.phase
        return (len(self.records) - 1, len(self.records[-1].turns) - 1) if phase in OPEN and self.records else None

    @property
    def open_turn(self) -> Turn | None:
        """The turn that waits for an answer, or to be shown; None where none does."""
        return None if self.place is None else self.records[-1].turns[-1]
