"""What the tests of studying share: a known learner, answers to give, and a look into the database."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from grader.types import Question
from study import AnswerRecord, Review
from ui import services

ANNA = "a" * 32


def page(at: AppTest) -> str:
    """All text of ours on the page, without the style sheet."""
    assert not at.exception
    bodies = [str(element.proto.body) for element in at.html]
    return "\n".join(body for body in bodies if not body.startswith("<style"))


def labels(at: AppTest) -> set[str]:
    """The names of all buttons."""
    return {button.label for button in at.button}


def keys(at: AppTest) -> set[str]:
    """The keys of all buttons."""
    return {str(button.key) for button in at.button}


def sample(question: Question, kind: str) -> str:
    """Return a sample answer of a kind."""
    return next(sample.answer for sample in question.samples if sample.kind == kind)


def submit(at: AppTest, answer: str) -> AppTest:
    """Put an answer into the box and hand it in."""
    at.text_area[0].set_value(answer)
    return at.button(key="study_submit").click().run()


def click(at: AppTest, key: str) -> AppTest:
    """Click a button."""
    return at.button(key=key).click().run()


def query(at: AppTest, name: str) -> str | None:
    """Return a part of the address."""
    found = at.query_params.get(name)
    return found[0] if isinstance(found, list) else found


def records(question: Question, who: str = ANNA) -> tuple[AnswerRecord, ...]:
    """Return what is kept of the answers to a question, the latest first."""
    with services.store().reading() as tx:
        return tx.answers_to(who, question.id)


def reviews(who: str = ANNA) -> tuple[Review, ...]:
    """Return the reviews that count."""
    with services.store().reading() as tx:
        return tuple(tx.active_reviews(who))
