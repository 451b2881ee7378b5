"""Files and batches, kept in memory: a batch is answered by the same script, request by request."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.openai_server.script import Say, Status
from tests.openai_server.wire import error, invalid

if TYPE_CHECKING:
    from tests.openai_server.app import App

CHAT = "/v1/chat/completions"
_DONE = {"completed", "failed", "expired", "cancelled"}
Thing = TypeVar("Thing")


@dataclass
class Stored:
    """A file."""

    number: int
    name: str
    purpose: str
    content: bytes
    created: int = field(default_factory=lambda: int(time.time()))

    def shape(self) -> dict[str, Any]:
        return {
            "id": f"file-{self.number:06d}",
            "object": "file",
            "bytes": len(self.content),
            "created_at": self.created,
            "filename": self.name,
            "purpose": self.purpose,
            "status": "processed",
        }


class Batches:
    """The routes under /v1/files and /v1/batches."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.files: dict[str, Stored] = {}
        self.batches: dict[str, dict[str, Any]] = {}
        self.polls: dict[str, int] = {}
        self.routes = [
            Route("/v1/files", self.upload, methods=["POST"]),
            Route("/v1/files", self.list_files),
            Route("/v1/files/{id}", self.file, methods=["GET", "DELETE"]),
            Route("/v1/files/{id}/content", self.content),
            Route("/v1/batches", self.create, methods=["POST"]),
            Route("/v1/batches", self.list_batches),
            Route("/v1/batches/{id}", self.batch),
            Route("/v1/batches/{id}/cancel", self.cancel, methods=["POST"]),
        ]

    def clear(self) -> None:
        """Forget all files and batches."""
        self.files.clear()
        self.batches.clear()
        self.polls.clear()

    # --- files

    async def upload(self, request: Request) -> Response:
        refusal = self.app.refusal(request.headers)
        if refusal is None:
            async with request.form() as form:
                sent, purpose = form.get("file"), form.get("purpose")
                if sent is None or isinstance(sent, str):
                    refusal = invalid("'file' is a required property", param="file")
                elif not isinstance(purpose, str) or purpose not in {
                    "batch",
                    "assistants",
                    "fine-tune",
                    "vision",
                    "user_data",
                }:
                    refusal = invalid(f"{purpose!r} is not one of the purposes of a file", param="purpose")
                else:
                    stored = self.store(sent.filename or "file", purpose, await sent.read())
                    return self.app.answered(request, stored.shape())
        return self.app.answered(request, refusal)

    async def list_files(self, request: Request) -> Response:
        refusal = self.app.refusal(request.headers)
        shapes = [stored.shape() for stored in self.files.values()]
        return self.app.answered(request, refusal or _page(shapes))

    async def file(self, request: Request) -> Response:
        stored = self._found(request, self.files)
        if isinstance(stored, Status) or request.method == "GET":
            return self.app.answered(request, stored if isinstance(stored, Status) else stored.shape())
        del self.files[request.path_params["id"]]
        return self.app.answered(request, {"id": request.path_params["id"], "object": "file", "deleted": True})

    async def content(self, request: Request) -> Response:
        stored = self._found(request, self.files)
        if isinstance(stored, Status):
            return self.app.answered(request, stored)
        response = Response(stored.content, media_type="application/octet-stream")
        self.app.count(request, response)
        return response

    def store(self, name: str, purpose: str, content: bytes) -> Stored:
        """Keep a file."""
        stored = Stored(len(self.files) + 1, name, purpose, content)
        self.files[stored.shape()["id"]] = stored
        return stored

    # --- batches

    async def create(self, request: Request) -> Response:
        asked = json.loads(await request.body())
        refusal = self.app.refusal(request.headers)
        if refusal is None and asked.get("endpoint") != CHAT:
            refusal = invalid(f"Invalid endpoint: {asked.get('endpoint')!r}", param="endpoint")
        if refusal is None and asked.get("completion_window") != "24h":
            refusal = invalid("Invalid value for 'completion_window': only '24h' is there", param="completion_window")
        stored = self.files.get(str(asked.get("input_file_id")))
        if refusal is None and (stored is None or stored.purpose != "batch"):
            refusal = invalid("No such file for a batch", param="input_file_id", status=404)
        if refusal is not None or stored is None:
            return self.app.answered(request, refusal or {})
        now = int(time.time())
        batch: dict[str, Any] = {
            "id": f"batch_{len(self.batches) + 1:06d}",
            "object": "batch",
            "endpoint": CHAT,
            "errors": None,
            "input_file_id": asked["input_file_id"],
            "completion_window": "24h",
            "status": "validating",
            "output_file_id": None,
            "error_file_id": None,
            "created_at": now,
            "expires_at": now + 86_400,
            "request_counts": {"total": 0, "completed": 0, "failed": 0},
            "metadata": asked.get("metadata"),
        }
        for stage in ("in_progress", "finalizing", "completed", "failed", "expired", "cancelling", "cancelled"):
            batch[f"{stage}_at"] = None
        self.batches[batch["id"]], self.polls[batch["id"]] = batch, 0
        return self.app.answered(request, batch)

    async def list_batches(self, request: Request) -> Response:
        refusal = self.app.refusal(request.headers)
        return self.app.answered(request, refusal or _page(list(reversed(self.batches.values()))))

    async def batch(self, request: Request) -> Response:
        found = self._found(request, self.batches)
        if isinstance(found, Status):
            return self.app.answered(request, found)
        if found["status"] == "cancelling":
            self._move(found, "cancelled")
        elif found["status"] not in _DONE:
            self.polls[found["id"]] += 1
            if self.polls[found["id"]] < self.app.script.batch_polls:
                self._move(found, "in_progress")
            else:
                self._finish(found)
        return self.app.answered(request, found)

    async def cancel(self, request: Request) -> Response:
        found = self._found(request, self.batches)
        if not isinstance(found, Status):
            if found["status"] in _DONE:
                found = invalid(f"Cannot cancel a batch with status {found['status']!r}.", status=409)
            else:
                self._move(found, "cancelling")
        return self.app.answered(request, found)

    def _finish(self, batch: dict[str, Any]) -> None:
        """Answer all requests of a batch: replies to one file, errors to another, in an order of the server's own."""
        script = self.app.script
        lines = self.files[batch["input_file_id"]].content.decode().splitlines()
        try:
            asked = [json.loads(line) for line in lines if line.strip()]
            wrong = _complaint(asked)
        except ValueError:
            asked, wrong = (
                [],
                {"code": "invalid_json_line", "line": 1, "message": "This line is not parseable as valid JSON."},
            )
        if wrong is not None or script.batch_end == "failed":
            wrong = wrong or {"code": "token_limit_exceeded", "line": None, "message": "Enqueued token limit reached."}
            batch["errors"] = {"object": "list", "data": [{"param": None, **wrong}]}
            self._move(batch, "failed")
            return
        reached = len(asked) - (script.batch_left_out if script.batch_end == "expired" else 0)
        done = [self._line(line, number) for number, line in enumerate(asked[:reached])]
        done += [_expired(line, number) for number, line in enumerate(asked[reached:], reached)]
        good = [line for line in done if line["error"] is None and line["response"]["status_code"] == 200]
        bad = [line for line in done if line not in good]
        for kind, found in (("output", good), ("error", bad)):
            if found:
                content = "".join(json.dumps(line) + "\n" for line in reversed(found)).encode()
                batch[f"{kind}_file_id"] = self.store(f"{batch['id']}_{kind}.jsonl", "batch_output", content).shape()[
                    "id"
                ]
        batch["request_counts"] = {"total": len(asked), "completed": len(good), "failed": len(bad)}
        self._move(batch, script.batch_end)

    def _line(self, line: Mapping[str, Any], number: int) -> dict[str, Any]:
        request = self.app.script.take(line["body"], {})
        answer = self.app.settled(request)
        if isinstance(answer, Say):
            status, body = 200, self.app.told(answer, request)
        else:
            failure = answer if isinstance(answer, Status) else Status(500, "The server had an error.")
            status, body = failure.status, error(failure)
        response = {"status_code": status, "request_id": f"req_{number:06d}", "body": body}
        return {"id": f"batch_req_{number:06d}", "custom_id": line["custom_id"], "response": response, "error": None}

    def _move(self, batch: dict[str, Any], status: str) -> None:
        batch["status"], batch[f"{status}_at"] = status, int(time.time())

    def _found(self, request: Request, things: Mapping[str, Thing]) -> Thing | Status:
        name = request.path_params["id"]
        refusal = self.app.refusal(request.headers)
        return refusal or things.get(name) or invalid(f"No such object: {name}", param="id", status=404)


def _page(shapes: list[dict[str, Any]]) -> dict[str, Any]:
    ids = [shape["id"] for shape in shapes]
    ends = {"first_id": ids[0] if ids else None, "last_id": ids[-1] if ids else None}
    return {"object": "list", "data": shapes, "has_more": False, **ends}


def _complaint(asked: list[Any]) -> dict[str, Any] | None:
    """Return what is wrong with the lines of a batch, as its ``errors`` tell it."""
    tests: list[tuple[str, Callable[[Any], bool]]] = [
        (
            "missing_required_parameter",
            lambda line: isinstance(line, dict) and {"custom_id", "method", "url", "body"} <= set(line),
        ),
        ("invalid_url", lambda line: line["url"] == CHAT and line["method"] == "POST"),
    ]
    for number, line in enumerate(asked, 1):
        for code, is_good in tests:
            if not is_good(line):
                return {"code": code, "line": number, "message": f"Line {number} is no request for {CHAT}."}
    if len({line["custom_id"] for line in asked}) < len(asked):
        return {"code": "duplicate_custom_id", "line": None, "message": "The custom_id of a line is there twice."}
    if not asked:
        return {"code": "empty_file", "line": None, "message": "The batch file is empty."}
    return None


def _expired(line: Mapping[str, Any], number: int) -> dict[str, Any]:
    failure = {
        "code": "batch_expired",
        "message": "This request could not be executed before the completion window expired.",
    }
    return {"id": f"batch_req_{number:06d}", "custom_id": line["custom_id"], "response": None, "error": failure}
