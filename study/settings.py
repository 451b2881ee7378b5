"""What a learner can set about studying."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

SessionKind = Literal["questions", "minutes"]


class StudySettings(BaseModel):
    """A learner's settings. ``daily_load`` is questions a day with the new ones; a day starts at ``day_starts_at`` o'clock."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    desired_retention: Annotated[float, Field(ge=0.7, le=0.97)] = 0.9
    new_per_day: Annotated[int, Field(ge=0, le=200)] = 5
    daily_load: Annotated[int, Field(ge=1, le=1000)] = 30
    session_kind: SessionKind = "questions"
    session_size: Annotated[int, Field(ge=1, le=1000)] = 10
    day_starts_at: Annotated[int, Field(ge=0, le=23)] = 4
    ask_confidence: bool = True
    language: Literal["auto", "en", "de"] = "auto"
    use_fitted: bool = True
