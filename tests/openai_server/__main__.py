"""By hand: ``python -m tests.openai_server --port 8099``, then OPENAI_BASE_URL=http://127.0.0.1:8099/v1 for Viva."""

from __future__ import annotations

import argparse
from typing import get_args

from tests.openai_server.rubric import default_reply, honest_reply, points_told, rubric_reply
from tests.openai_server.script import ObjectHabit, Received, Say, SchemaHabit, Script
from tests.openai_server.server import OpenAIServer


def honest(request: Received) -> Say:
    """Judge a rubric; say a sentence to anything else."""
    return honest_reply(request) if points_told(request) else default_reply(request)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.openai_server", description="An OpenAI-compatible server for trying out."
    )
    parser.add_argument("--port", type=int, default=8099, help="0: any that is free (default: 8099)")
    parser.add_argument("--key", help="the only API key that opens (default: none is needed)")
    parser.add_argument("--model", action="append", help="a model that it has; repeatable (default: test-model)")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before an answer")
    parser.add_argument("--rate", type=float, help="requests a second; more are answered 429")
    parser.add_argument("--burst", type=float, default=1.0, help="how many of them may come at one moment (default: 1)")
    parser.add_argument(
        "--verdict",
        default="honest",
        choices=("honest", "met", "partial", "unmet", "cannot_assess"),
        help="of every point",
    )
    parser.add_argument(
        "--json-schema", default="ok", choices=get_args(SchemaHabit), help="what it makes of a JSON schema"
    )
    parser.add_argument("--json-object", default="ok", choices=get_args(ObjectHabit), help="what it makes of JSON mode")
    options = parser.parse_args()
    script = Script(
        api_key=options.key,
        models=tuple(options.model or ("test-model",)),
        delay=options.delay,
        rate=options.rate,
        burst=options.burst,
        json_schema=options.json_schema,
        json_object=options.json_object,
        keeps=False,
        cuts=True,
    )
    script.always = (
        honest if options.verdict == "honest" else lambda asked: rubric_reply(asked, default=options.verdict)
    )
    server = OpenAIServer(script, port=options.port)
    print(server.base_url, flush=True)
    server.serve()


if __name__ == "__main__":
    main()
