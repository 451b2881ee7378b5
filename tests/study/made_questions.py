"""Questions as Hypothesis makes them: labels, groups and counts or none, words that come again, any script."""

from __future__ import annotations

from hypothesis import strategies as st

from grader.types import Point, PointKind, Question, Reading
from tests.engine.strategies import scripts

WORDS = st.sampled_from(
    "drift data Data model the of changes IoT GPU a B 42 distribution relationship naïve don't cold-start e\u0301tude "
    "strasse Straße ÜBER 模型数据 机器学习 अनुकूलन модель 😀 {label} <b> ”“ model's label".split()
)
phrases = st.lists(WORDS, min_size=1, max_size=8).map(" ".join)
wordings = st.one_of(phrases, scripts.filter(str.strip))
kinds: st.SearchStrategy[PointKind] = st.sampled_from(("required", "required", "required", "bonus", "misconception"))


@st.composite
def readings(draw: st.DrawFn, reading_id: str = "main") -> Reading:
    """A reading of one to six points, of which the first is required."""
    number = draw(st.integers(1, 6))
    points = tuple(
        Point(
            id=f"p{index}",
            text=draw(wordings),
            weight=draw(st.sampled_from((0.5, 1.0, 2.0))),
            kind="required" if index == 0 else draw(kinds),
            aliases=tuple(draw(st.lists(wordings, max_size=3))),
            group=draw(st.one_of(st.none(), st.sampled_from(("pros", "cons", "drift", "模型数据")))),
            label=draw(st.one_of(st.none(), wordings)),
        )
        for index in range(number)
    )
    required = sum(point.kind == "required" for point in points)
    count = draw(st.one_of(st.none(), st.integers(1, required)))
    grouped = [point.group for point in points if point.kind == "required" and point.group]
    group = draw(st.sampled_from(grouped)) if count is not None and grouped and draw(st.booleans()) else None
    if group is not None:
        count = min(count or 1, sum(point.kind == "required" and point.group == group for point in points))
    return Reading(reading_id, points, (draw(wordings),), None, count, group)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """A question with one or two readings, in a language with or without lists of its own."""
    languages = st.sampled_from(("en", "en", "de", "zh", "hi", "eo"))
    names = ("main", "other")[: draw(st.integers(1, 2))]
    made = tuple(draw(readings(name)) for name in names)
    return Question("made", draw(wordings), made, language=draw(languages))
