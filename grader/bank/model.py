"""The pack format ``viva-pack/1`` as a strict schema: what each field may hold, and no field besides.

The same schema serves YAML, where every scalar arrives as text, and JSON, where numbers arrive as numbers.
Rules that join several fields are in checks.py.

>>> PointModel.model_validate({"id": "cost", "text": "It costs less.", "weight": "2"}).weight
2.0
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from grader.bank.slug import is_slug
from grader.language import is_code
from grader.types import Point, PointKind, Question, Reading, Sample, SampleKind

FORMAT = "viva-pack/1"
MAX_TEXT_CHARS = 20_000

_NUMBER = re.compile(r"[+-]?\d{1,12}(?:\.\d{1,12})?")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def _number(value: Any) -> Any:
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return float(value) if "." in value else int(value)
    return value


def _slug(text: str) -> str:
    if not is_slug(text):
        raise ValueError("must be lower-case letters and digits with single hyphens between them, like 'model-drift'")
    return text


def _text(text: str) -> str:
    text = text.strip()
    if not text:
        raise ValueError("must not be empty")
    found = _CONTROL.search(text)
    if found:
        raise ValueError(f"has the control character U+{ord(found.group()):04X} in it")
    return text


def _language(text: str) -> str:
    if not is_code(text):
        raise ValueError("must be a language code such as 'en' or 'pt-BR'")
    return text


Slug = Annotated[str, AfterValidator(_slug)]
Text = Annotated[str, Field(max_length=MAX_TEXT_CHARS), AfterValidator(_text)]
Language = Annotated[str, AfterValidator(_language)]
Positive = Annotated[float, BeforeValidator(_number), Field(gt=0, allow_inf_nan=False)]
Count = Annotated[int, BeforeValidator(_number), Field(ge=1)]
SampleVerdict: TypeAlias = Literal["met", "partial", "unmet"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class PointModel(_Model):
    """One thing that a good answer says, or, as a misconception, should not say."""

    id: Slug
    text: Text
    label: Text | None = None
    group: Text | None = None
    weight: Positive = 1.0
    kind: PointKind = "required"
    aliases: tuple[Text, ...] = Field(default=(), strict=False)

    def to_point(self) -> Point:
        """Return the point that the grader works with."""
        return Point(self.id, self.text, self.weight, self.kind, self.aliases, self.group, self.label)


class ReadingModel(_Model):
    """One way to understand a question, with points and references of its own."""

    id: Slug
    title: Text | None = None
    required_count: Count | None = None
    count_group: Text | None = None
    references: tuple[Text, ...] = Field(min_length=1, strict=False)
    points: tuple[PointModel, ...] = Field(min_length=1, strict=False)

    def to_reading(self) -> Reading:
        """Return the reading that the grader works with."""
        points = tuple(point.to_point() for point in self.points)
        return Reading(self.id, points, self.references, self.title, self.required_count, self.count_group)


class SampleModel(_Model):
    """A graded sample answer, with a fair examiner's verdict for each point of one reading."""

    kind: SampleKind
    answer: Text
    verdicts: dict[str, SampleVerdict]
    reading: Slug | None = None
    note: Text | None = None

    def to_sample(self) -> Sample:
        """Return the sample as the grader's tests and prompts use it."""
        return Sample(self.kind, self.answer, tuple(self.verdicts.items()), self.reading, self.note)


class QuestionModel(_Model):
    """A question: either points and references of its own, or several readings that have them."""

    id: Slug
    prompt: Text
    topic: Text | None = None
    tags: tuple[Text, ...] = Field(default=(), strict=False)
    language: Language | None = None
    marks: Positive = 10.0
    required_count: Count | None = None
    count_group: Text | None = None
    references: tuple[Text, ...] | None = Field(default=None, min_length=1, strict=False)
    points: tuple[PointModel, ...] | None = Field(default=None, min_length=1, strict=False)
    readings: tuple[ReadingModel, ...] | None = Field(default=None, min_length=1, strict=False)
    samples: tuple[SampleModel, ...] = Field(default=(), strict=False)

    def all_readings(self) -> tuple[ReadingModel, ...]:
        """Return the readings; a question without any has its own points as the single reading ``main``."""
        if self.readings is not None:
            return self.readings
        return (
            ReadingModel(
                id="main",
                references=self.references or (),
                points=self.points or (),
                required_count=self.required_count,
                count_group=self.count_group,
            ),
        )

    def to_question(self, language: str) -> Question:
        """Return the question that the grader works with; ``language`` is that of the pack."""
        return Question(
            id=self.id,
            prompt=self.prompt,
            readings=tuple(reading.to_reading() for reading in self.all_readings()),
            topic=self.topic or "",
            tags=self.tags,
            language=self.language or language,
            marks=self.marks,
            samples=tuple(sample.to_sample() for sample in self.samples),
        )


class PackHead(_Model):
    """A pack without its questions, which are checked one by one so that one error hides no other."""

    format: Literal["viva-pack/1"]
    id: Slug
    title: Text
    subject: Text | None = None
    language: Language | None = None
    description: Text | None = None
    licence: Text | None = None
    questions: tuple[Any, ...] = Field(min_length=1, strict=False)
