"""A question, and judgments about it."""

from __future__ import annotations

from grader.types import Evidence, Judgment, Point, Question, Sample

DRIFT = Question.simple(
    id="drift",
    prompt="What is concept drift, and what can be done about it?",
    points=(
        Point(
            "relation",
            "The relationship between the inputs and the target changes over time.",
            weight=2.0,
            aliases=("the mapping from features to labels changes",),
            label="what changes",
        ),
        Point("retrain", "The model is retrained on recent data.", label="how it is mended"),
        Point("sudden", "It can be sudden or gradual.", kind="bonus"),
        Point("weights", "The weights of the model change by themselves.", kind="misconception"),
    ),
    references=(
        "The relationship between inputs and target changes over time. The model is retrained on recent data.",
    ),
    samples=(
        Sample("partial", "We fit it again on new data.", (("relation", "unmet"), ("retrain", "met"))),
        Sample("wrong", "The weights wander off on their own.", (("weights", "met"),)),
    ),
)
READING = DRIFT.readings[0]
GOOD = "What leads to a label is not what it was before. So one trains the model again with data of the last weeks."


def judged(
    point_id: str, credit: float | None, quote: str = "", *, answer: str = GOOD, reason: str = "", source: str = "llm:m"
) -> Judgment:
    """A judgment by its credit, with a quote of the answer as evidence."""
    names = {None: "abstain", 0.0: "unmet", 0.5: "partial"}
    start = answer.index(quote)
    evidence = (Evidence(start, start + len(quote), quote, "llm", 1.0),) if credit else ()
    return Judgment(point_id, names.get(credit, "met"), credit, evidence, reason, source)  # type: ignore[arg-type]
