"""An OpenAI-compatible server on loopback that answers as a test tells it to, over the real wire.

The parts: ``script`` (what is answered, and what was asked), ``wire`` (the shapes of the protocol), ``rubric`` (valid replies
to a rubric's schema), ``faults`` (what goes wrong below the protocol), ``batches`` (files and batches), ``server``
(the thread). ``python -m tests.openai_server`` starts one by hand. In a test::

    def test_it(openai_server):
        openai_server.script.then(Say("hello"), Status(429, retry_after=1), Drop())
        Client(base_url=openai_server.base_url)
"""

from tests.openai_server.rubric import honest_reply, rubric_reply
from tests.openai_server.script import (
    Answer,
    Drop,
    Endless,
    Hang,
    Huge,
    Raw,
    Received,
    Redirect,
    Say,
    Script,
    Status,
)
from tests.openai_server.server import OpenAIServer

__all__ = [
    "Answer",
    "Drop",
    "Endless",
    "Hang",
    "Huge",
    "OpenAIServer",
    "Raw",
    "Received",
    "Redirect",
    "Say",
    "Script",
    "Status",
    "honest_reply",
    "rubric_reply",
]
