"""The package autorubric, asked in the way its own guide shows; loaded only by the worker, in an interpreter that has it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any


def grader_for(
    url: str, model: str, prompt: str, points: Mapping[str, str], width: int
) -> Callable[[str], Awaitable[tuple[int, int]]]:
    """Return what grades an answer and tells how many criteria were judged, each by a request, and the tokens that took."""
    from autorubric import Criterion, LLMConfig, Rubric
    from autorubric.graders import CriterionGrader

    config = LLMConfig(model=f"openai/{model}", api_base=url, api_key="none", max_parallel_requests=width)
    rubric = Rubric([Criterion(name=name, weight=1.0, requirement=text) for name, text in points.items()])
    grader = CriterionGrader(llm_config=config)

    async def grade(answer: str) -> tuple[int, int]:
        report: Any = await rubric.grade(to_grade=answer, grader=grader, query=prompt)
        usage = report.token_usage
        judged = 0 if report.error else len(report.report or ())
        return judged, usage.total_tokens if usage is not None else 0

    return grade
