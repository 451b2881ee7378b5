"""What the tests of the page with a model share: scripted replies, and what there is to see."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.openai_server import Answer, Received, Say, honest_reply
from tests.openai_server.rubric import default_reply, points_told

KEY = "sk-secret-0123456789abcdef"
WORDS = "You say clearly what changes. Think next about how one would notice."


def judge(request: Received, words: str = WORDS) -> Answer:
    """Judge fairly, and write feedback where a stream is asked for."""
    if request.streams:
        return Say(words)
    return honest_reply(request) if points_told(request) else default_reply(request)


def page(at: AppTest) -> str:
    """All text of ours on the page, without the style sheet."""
    assert not at.exception
    bodies = [str(element.proto.body) for element in at.html]
    return "\n".join(body for body in bodies if not body.startswith("<style"))


def submit(at: AppTest, answer: str) -> AppTest:
    """Put an answer into the box and hand it in."""
    at.text_area[0].set_value(answer)
    return at.button(key="study_submit").click().run()


def everything(at: AppTest) -> bytes:
    """All that the page sends to the browser."""
    elements = [element for element in at._tree if getattr(element, "proto", None)]
    return b"".join(element.proto.SerializeToString() for element in elements)
