"""From what was seen of a point to its credit: the numbers of ``calibration.json``, and how they are used.

The chance that a person would tick a point is a logistic function of the features (``grader.features``) with weights that
are never negative, so credit never falls when more is found. A second logistic step looks at the company: a doubtful
wording more likely says the point when the answer's other points are sound than when nothing else fits. A ramp turns the
chance into credit: clear cases get all or nothing, doubtful ones a part. ``benchmarks/fit_calibration.py`` fits it all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from grader.errors import InputError
from grader.features import NAMES
from grader.lexicon import FloatArray
from grader.types import PointKind

DEFAULT_PATH = Path(__file__).parent / "calibration.json"
Share = Annotated[float, Field(ge=0.0, le=1.0)]
# Chances between which a point turns from no company to good company.
_LIKELY = (0.3, 0.8)
NotNegative = Annotated[float, Field(ge=0.0)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Logit(_Frozen):
    """A weighted sum of features: ``weights`` by the names in ``grader.features.NAMES``, and what denial costs."""

    weights: dict[str, NotNegative]
    denied: NotNegative
    intercept: float

    def of(self, values: npt.NDArray[np.floating], denied: npt.NDArray[np.floating]) -> FloatArray:
        """Return the logit of each row of ``values``, shape ``(points,)``."""
        weights = np.array([self.weights[name] for name in NAMES], dtype=np.float32)
        logits: FloatArray = (values @ weights + self.intercept - self.denied * denied).astype(np.float32)
        return logits


class Company(_Frozen):
    """The second step: ``slope`` times the logit, ``others`` times the soundness of the other required points.

    The chance becomes at most ``most`` times what it is alone: company helps what is there, it does not make it up.
    """

    slope: NotNegative
    others: NotNegative
    intercept: float
    most: Annotated[float, Field(ge=1.0)]


class Ramp(_Frozen):
    """A chance at or below ``none`` earns nothing, at or above ``full`` the whole point."""

    none: Share
    full: Share

    @model_validator(mode="after")
    def _rises(self) -> Ramp:
        if self.none >= self.full:
            raise ValueError("'none' must be less than 'full'")
        return self

    def credit(self, chance: float) -> float:
        """Return the credit for a chance, in 0..1, rounded to four places.

        >>> Ramp(none=0.2, full=0.6).credit(0.3)
        0.25
        """
        return round(min(1.0, max(0.0, (chance - self.none) / (self.full - self.none))), 4)


class Calibration(_Frozen):
    """The numbers that turn features into credit.

    Sound points (required and bonus) and misconceptions have a logit each, every kind its ramp; only required points
    look at their company. ``met`` and ``partial`` are the least credits of these verdicts. ``digest`` names the file's content.
    """

    format: Literal["viva-calibration/1"]
    sound: Logit
    misconception: Logit
    company: Company
    required_ramp: Ramp
    bonus_ramp: Ramp
    misconception_ramp: Ramp
    met: Share
    partial: Share
    provenance: str
    digest: str = ""

    @model_validator(mode="after")
    def _consistent(self) -> Calibration:
        if self.partial > self.met:
            raise ValueError("'partial' must not be more than 'met'")
        for name in ("sound", "misconception"):
            if set(getattr(self, name).weights) != set(NAMES):
                raise ValueError(f"{name}.weights: expected exactly {', '.join(NAMES)}")
        return self

    def chances(
        self, values: npt.NDArray[np.floating], denied: npt.NDArray[np.floating], kinds: Sequence[PointKind]
    ) -> FloatArray:
        """Return the chance, per point, that a person would tick it: shape ``(points,)``, in 0..1."""
        required = np.array([kind == "required" for kind in kinds])
        wrong = np.array([kind == "misconception" for kind in kinds])
        logits = np.where(wrong, self.misconception.of(values, denied), self.sound.of(values, denied))
        alone = logistic(logits)
        beside = company(alone, required)
        joined = logistic(self.company.slope * logits + self.company.others * beside + self.company.intercept)
        return np.where(required, np.minimum(joined, self.company.most * alone), alone)

    def ramp(self, kind: PointKind) -> Ramp:
        """Return the ramp for a kind of point."""
        ramps = {"required": self.required_ramp, "bonus": self.bonus_ramp, "misconception": self.misconception_ramp}
        return ramps[kind]


def logistic(logits: npt.NDArray[np.floating]) -> FloatArray:
    """Return ``1 / (1 + exp(-x))``, elementwise."""
    result: FloatArray = (1.0 / (1.0 + np.exp(-np.clip(logits, -60.0, 60.0)))).astype(np.float32)
    return result


def company(chances: npt.NDArray[np.floating], required: npt.NDArray[np.bool_]) -> FloatArray:
    """Return, per point, how sound the other required points are, 0..1 on average; itself where there is no other.

    Only what is likely in itself is good company: a chance of 0.3 counts nothing, one of 0.8 fully.

    >>> company(np.array([0.3, 0.55, 0.8]), np.array([True, True, False])).round(3).tolist()
    [0.5, 0.0, 0.25]
    """
    chances = np.clip((chances - _LIKELY[0]) / (_LIKELY[1] - _LIKELY[0]), 0.0, 1.0)
    others = required[None, :] & ~np.eye(len(chances), dtype=np.bool_)
    count = others.sum(axis=1)
    means = (others * chances[None, :]).sum(axis=1) / np.maximum(count, 1)
    result: FloatArray = np.where(count > 0, means, chances).astype(np.float32)
    return result


def load_calibration(path: Path = DEFAULT_PATH) -> Calibration:
    """Read a calibration file; an ``InputError`` names the file, the field and what is wrong with it."""
    try:
        raw = path.read_bytes()
        calibration = Calibration.model_validate_json(raw)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{path}: not a calibration file: {field}: {first['msg']}") from error
    return calibration.model_copy(update={"digest": hashlib.sha256(raw).hexdigest()[:8]})


@lru_cache(maxsize=1)
def default_calibration() -> Calibration:
    """Return the calibration that ships with the grader."""
    return load_calibration()
