"""Made-up answers with marks, a pack that they answer, and a calibration of the tests' own."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from random import Random

import grader
from grader.calibrate import content
from grader.calibration import Calibration, Logit, Profile, Ramp
from grader.features import NAMES
from grader.scale import PLAIN

# What each question lists: (name, statement) pairs; an answer says some of them.
SUBJECTS: dict[str, tuple[str, ...]] = {
    "oak": (
        "The wood of an oak is very hard and durable.",
        "Squirrels and jays eat the acorns in autumn.",
        "Deep roots hold the soil on a slope.",
        "The crown gives shade to the garden in summer.",
    ),
    "bee": (
        "Honey bees carry pollen from flower to flower.",
        "Their hives produce honey and wax for candles.",
        "Worker bees dance to show where nectar is.",
        "The queen lays thousands of eggs every week.",
    ),
    "river": (
        "A river brings fresh water to the towns.",
        "Floods leave fertile mud on the fields.",
        "Turbines in a dam generate electricity.",
        "Barges transport heavy cargo downstream.",
    ),
    "bread": (
        "Yeast makes the dough rise in the bowl.",
        "Kneading builds elastic strands of gluten.",
        "Salt slows fermentation and improves flavour.",
        "A hot oven turns the crust brown and crisp.",
    ),
    "clock": (
        "A pendulum swings at a constant rate.",
        "The escapement releases one tooth at every tick.",
        "Weights on a chain store the energy.",
        "Gears move the hands around the dial.",
    ),
}
FILLER = "Opinions about this differ a lot among my friends."
HEADER = ("question_id", "answer", "mark")


def neutral() -> Calibration:
    """Return a calibration that knows no feature from another and leaves totals as they are."""
    weights = dict.fromkeys(NAMES, 8.0 / len(NAMES))
    logit = Logit(weights=weights, denied=2.0, intercept=-4.0)
    ramp = Ramp(none=0.1, full=0.6)
    profile = Profile(sound=logit, ramp=ramp, met=0.5, partial=0.3, scale=PLAIN)
    return Calibration(
        described=profile,
        plain=profile,
        misconception=logit,
        misconception_ramp=ramp,
        provenance={"note": "of the tests"},
    )


def write_base(folder: Path) -> Path:
    """Write ``neutral`` to a file."""
    path = folder / "base.json"
    path.write_bytes(content(neutral()))
    return path


def write_pack(folder: Path, marks: float = 10.0, described: Sequence[str] = ()) -> Path:
    """Write a pack with a question for each of SUBJECTS; the points of those ``described`` have three wordings."""
    lines = ["format: viva-pack/1", "id: nature", "title: Nature", "questions:"]
    for name, said in SUBJECTS.items():
        lines += [f"  - id: {name}", f"    prompt: What is worth saying about a {name}?", f"    marks: {marks:g}"]
        lines += [f"    references: ['{' '.join(said)}']", "    points:"]
        for number, text in enumerate(said):
            lines += [f"      - id: p{number}", f"        text: {text}"]
            if name in described:
                bare = text.rstrip(".")
                lines += [f"        aliases: ['Note: {bare.lower()}.', 'It is known that {bare.lower()}.']"]
    path = folder / "nature.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def answers(number: int, subjects: int = len(SUBJECTS)) -> list[tuple[str, str, float]]:
    """Return different answers as (question, text, share of the points said), the same ones every time."""
    chance = Random(7)
    found = []
    for turn in range(number):
        name = list(SUBJECTS)[turn % subjects]
        said = chance.sample(SUBJECTS[name], chance.randint(0, 4))
        words = " ".join([*said, f"{FILLER} I am number {turn}."])
        found.append((name, words, len(said) / 4))
    return found


def marked(number: int, teacher: Callable[[float], float], subjects: int = len(SUBJECTS)) -> list[dict[str, str]]:
    """Return rows of a table; the teacher turns the share that was said into a mark."""
    return [
        {"question_id": name, "answer": text, "mark": f"{teacher(share):g}"}
        for name, text, share in answers(number, subjects)
    ]


def write_table(path: Path, rows: Iterable[Mapping[str, str]], header: Iterable[str] = HEADER) -> Path:
    """Write rows as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(header))
        writer.writeheader()
        writer.writerows(rows)
    return path


def strict(share: float) -> float:
    """Half marks for three of four."""
    return round(20 * math.pow(share, 2.5)) / 2


def lenient(share: float) -> float:
    """Most of the marks for one of four."""
    return round(20 * math.pow(share, 0.3)) / 2


def dice() -> Callable[[float], float]:
    """Return a teacher who does not read."""
    chance = Random(3)
    return lambda _share: float(chance.randint(0, 10))


def bank_of(folder: Path) -> grader.Bank:
    """Return the bank of the tests' pack."""
    return grader.load_bank(write_pack(folder))
