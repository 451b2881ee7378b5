"""One run of ``benchmarks.llm_throughput`` in a process of its own: ``python -m benchmarks.llm_worker METHOD URL ANSWERS AT_ONCE``.

Prints one JSON object: seconds, requests and tokens as the method counts them, failed answers, and the memory held at a tenth of
the answers and at the end, in MiB.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

MODEL = "test-model"
PROMPT = "What is data drift, and what helps against it?"
POINTS = {
    "change": "The distribution of the input data changes over time.",
    "worse": "The predictions of the model become worse.",
    "monitor": "Monitoring the inputs shows the change.",
    "retrain": "Retraining the model on recent data helps.",
}
METHODS = ("viva", "bare", "autorubric")


@dataclass
class Found:
    """What a run took."""

    seconds: float = 0.0
    requests: int = 0
    tokens: int = 0
    failed: int = 0
    graded: int = 0
    memory_mib: list[float] = field(default_factory=list)


def answers(number: int) -> Iterator[str]:
    """Yield answers, no two alike, that say one to four of the points."""
    points = list(POINTS.values())
    for place in range(number):
        yield f"{' '.join(points[: place % len(points) + 1])} This is what I learned in week {place}."


def memory_mib() -> float:
    """Return the memory that this process holds now; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * 4096 / 2**20


async def at_once(number: int, width: int, grade: Callable[[str], Awaitable[None]], found: Found) -> None:
    """Grade all answers with ``width`` workers."""
    source = answers(number)

    async def worker() -> None:
        for answer in source:
            await grade(answer)
            found.graded += 1
            if found.graded in {number // 10, number}:
                found.memory_mib.append(round(memory_mib(), 1))

    start = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(width)))
    found.seconds = time.perf_counter() - start


async def viva(url: str, number: int, width: int) -> Found:
    """Viva's whole way, as in ``viva batch``: offline grade, request, quotes checked, both combined."""
    from grader.batch.concurrent import collecting_seldom
    from grader.hybrid import HybridGrader
    from grader.llm.budget import Budget, BudgetAsker
    from grader.llm.cascade import EndpointAsker
    from grader.llm.client import Client
    from grader.llm.cost import default_prices
    from grader.llm.judge import Judge
    from grader.llm.limiter import Limiter
    from grader.llm.settings import Endpoint, LlmSettings
    from grader.types import Point, Question

    points = tuple(Point(name, text) for name, text in POINTS.items())
    question = Question.simple(id="drift", prompt=PROMPT, points=points, references=(" ".join(POINTS.values()),))
    settings = LlmSettings(model=MODEL, second_look=False)
    found, budget = Found(), Budget()
    async with Client(Endpoint(base_url=url)) as client:
        asker = BudgetAsker(EndpointAsker(client, settings, limiter=Limiter(width)), budget, default_prices())
        hybrid = HybridGrader(judge=Judge(asker, settings))
        hybrid.offline.judge(question, question.readings[0], "warm")

        async def grade(answer: str) -> None:
            result = await hybrid.grade_answer(question, answer)
            found.failed += "llm_failed" in result.flags

        with collecting_seldom():
            await at_once(number, width, grade, found)
    found.requests, found.tokens = budget.spent.requests, budget.tokens
    return found


async def bare(url: str, number: int, width: int) -> Found:
    """Nothing but AsyncOpenAI with its own retries: one prompt, one reply read as JSON, nothing checked."""
    from openai import AsyncOpenAI, OpenAIError

    told = json.dumps({"points": [{"id": name, "text": text} for name, text in POINTS.items()]})
    verdict = {
        "type": "object",
        "properties": {name: {"type": "string"} for name in ("quote", "why")}
        | {"verdict": {"type": "string", "enum": ["met", "partial", "unmet", "cannot_assess"]}},
        "required": ["quote", "why", "verdict"],
        "additionalProperties": False,
    }
    schema = {
        "type": "object",
        "properties": dict.fromkeys(POINTS, verdict),
        "required": list(POINTS),
        "additionalProperties": False,
    }
    found = Found()
    async with AsyncOpenAI(base_url=url, api_key="none", max_retries=4) as client:

        async def grade(answer: str) -> None:
            try:
                reply = await client.chat.completions.create(
                    model=MODEL,
                    messages=[
                        {"role": "system", "content": f"Judge the answer to: {PROMPT}\n{told}"},
                        {"role": "user", "content": json.dumps({"answer": answer})},
                    ],
                    response_format={
                        "type": "json_schema",
                        "json_schema": {"name": "reply", "strict": True, "schema": schema},
                    },
                )
                json.loads(reply.choices[0].message.content or "")
            except (OpenAIError, ValueError):
                found.failed += 1
                return
            found.requests += 1
            found.tokens += reply.usage.total_tokens if reply.usage else 0

        await at_once(number, width, grade, found)
    return found


async def autorubric(url: str, number: int, width: int) -> Found:
    """The package autorubric, which asks once for every criterion of every answer."""
    from benchmarks.llm_autorubric import grader_for

    found = Found()
    grade_one = grader_for(url, MODEL, PROMPT, POINTS, width)

    async def grade(answer: str) -> None:
        requests, tokens = await grade_one(answer)
        found.requests += requests
        found.tokens += tokens
        found.failed += requests == 0

    await at_once(number, width, grade, found)
    return found


def main() -> int:
    """Run one method once and print what it took."""
    parser = argparse.ArgumentParser(description="one run in a process of its own; benchmarks.llm_throughput starts it")
    parser.add_argument("method", choices=METHODS)
    parser.add_argument("url")
    parser.add_argument("answers", type=int)
    parser.add_argument("at_once", type=int)
    args = parser.parse_args()
    run = {"viva": viva, "bare": bare, "autorubric": autorubric}[args.method]
    print(json.dumps(asdict(asyncio.run(run(args.url, args.answers, args.at_once)))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
