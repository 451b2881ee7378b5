"""From what was seen of a point to its credit: the numbers of ``calibration.json``, and how they are used.

The chance that a person would tick a point is a logistic function of the features (``grader.features``) with weights that
are never negative, so credit never falls when more is found. A ramp turns the chance into credit, and a scale
(``grader.scale``) turns what the credits add up to into the score. ``benchmarks/fit_calibration.py`` fits it all.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from grader.errors import InputError
from grader.features import NAMES
from grader.lexicon import FloatArray
from grader.scale import Scale, Share
from grader.types import PointKind, Reading

DEFAULT_PATH = Path(__file__).parent / "calibration.json"
_DESCRIBED = 2
# What is left of the length of a ramp at least, whatever the references say of the point.
LEAST_RISE = 0.25
NotNegative = Annotated[float, Field(ge=0.0)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Logit(_Frozen):
    """A weighted sum of features: ``weights`` by the names in ``grader.features.NAMES``, and what denial costs."""

    weights: dict[str, NotNegative]
    denied: NotNegative
    intercept: float

    def of(self, values: npt.NDArray[np.floating], denied: npt.NDArray[np.floating]) -> FloatArray:
        """Return the logit of each point: ``values`` without its last axis."""
        weights = np.array([self.weights[name] for name in NAMES], dtype=np.float32)
        logits: FloatArray = (values @ weights + self.intercept - self.denied * denied).astype(np.float32)
        return logits


class Ramp(_Frozen):
    """A chance at or below ``none`` earns nothing, at or above ``full`` the whole point."""

    none: Share
    full: Share

    @model_validator(mode="after")
    def _rises(self) -> Ramp:
        if self.none >= self.full:
            raise ValueError("'none' must be less than 'full'")
        return self

    @property
    def lowest(self) -> float:
        """The least chance that may earn a whole point: a reference that hardly says a point does not make it cheap."""
        return self.none + LEAST_RISE * (self.full - self.none)

    def credit(self, chance: float) -> float:
        """Return the credit for a chance, in 0..1, rounded to four places.

        >>> Ramp(none=0.2, full=0.6).credit(0.3)
        0.25
        """
        return round(min(1.0, max(0.0, (chance - self.none) / (self.full - self.none))), 4)


class Profile(_Frozen):
    """The numbers for one sort of question: the logit and ramp of its sound points, and the scale of what they add up to.

    ``met`` and ``partial`` are the least credits of these verdicts.
    """

    sound: Logit
    ramp: Ramp
    met: Share
    partial: Share
    scale: Scale

    @model_validator(mode="after")
    def _consistent(self) -> Profile:
        if self.partial > self.met:
            raise ValueError("'partial' must not be more than 'met'")
        return self


class Calibration(_Frozen):
    """The numbers that turn features into credit, and credits into a score.

    ``described`` is for questions whose points somebody described in several wordings, as the packs do; ``plain`` for points
    that were cut out of a reference answer, which is only one way to say them, so that its words tell less surely.
    ``provenance`` tells what all that was fitted to, when, and how well it did on what was left out. ``digest`` names the
    file's content.
    """

    format: Literal["viva-calibration/2"] = "viva-calibration/2"
    described: Profile
    plain: Profile
    misconception: Logit
    misconception_ramp: Ramp
    provenance: dict[str, Any]
    digest: str = ""

    @model_validator(mode="after")
    def _consistent(self) -> Calibration:
        logits = {"described": self.described.sound, "plain": self.plain.sound, "misconception": self.misconception}
        for name, logit in logits.items():
            if set(logit.weights) != set(NAMES):
                raise ValueError(f"{name}: weights: expected exactly {', '.join(NAMES)}")
        return self

    def profile(self, reading: Reading) -> Profile:
        """Return the numbers for a reading: ``described`` where its points are described in several wordings."""
        return self.described if is_described(reading) else self.plain

    def chances(
        self, reading: Reading, values: npt.NDArray[np.floating], denied: npt.NDArray[np.floating]
    ) -> FloatArray:
        """Return the chance, per point, that a person would tick it, in 0..1: the shape of ``denied``, points last."""
        sound = self.profile(reading).sound.of(values, denied)
        wrong = np.array([point.kind == "misconception" for point in reading.points])
        return logistic(np.where(wrong, self.misconception.of(values, denied), sound) if wrong.any() else sound)

    def ramp(self, reading: Reading, kind: PointKind) -> Ramp:
        """Return the ramp for a kind of point."""
        return self.misconception_ramp if kind == "misconception" else self.profile(reading).ramp


def is_described(reading: Reading) -> bool:
    """Say whether somebody described the points of a reading: most required ones in three wordings or more.

    Points that were cut out of a reference are none of those, even if it says something twice.
    """
    if reading.outlined:
        return False
    required = [point for point in reading.points if point.kind == "required"]
    return 2 * sum(len(point.aliases) >= _DESCRIBED for point in required) > len(required)


def logistic(logits: npt.NDArray[np.floating]) -> FloatArray:
    """Return ``1 / (1 + exp(-x))``, elementwise."""
    result: FloatArray = (1.0 / (1.0 + np.exp(-np.clip(logits, -60.0, 60.0)))).astype(np.float32)
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
        place = "".join(f"{part}." for part in first["loc"])[:-1] + ": " * bool(first["loc"])
        raise InputError(f"{path}: not a calibration file: {place}{first['msg']}") from error
    except ValueError as error:
        raise InputError(f"{str(path)!r}: is no name that a file can have") from error
    return calibration.model_copy(update={"digest": hashlib.sha256(raw).hexdigest()[:8]})


@lru_cache(maxsize=1)
def default_calibration() -> Calibration:
    """Return the calibration that ships with the grader."""
    return load_calibration()
