"""Study, driven by AppTest: what is shown before and after an answer, every kind of bad input, and the way on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import grader
from grader import Bank
from grader.feedback import flag_text
from grader.types import Evidence, Grade, Judgment, Question
from study import Draft, DraftStore
from ui import keeper, services
from ui.markup import esc

Open = Callable[..., AppTest]
ANNA = "a" * 32


def page(at: AppTest) -> str:
    """All text of ours on the page."""
    assert not at.exception
    return "\n".join(str(element.proto.body) for element in at.html)


def box(at: AppTest) -> str:
    return str(at.text_area[0].value)


def where(at: AppTest, part: str = "q") -> str:
    """The question that the address names."""
    named = at.query_params[part]
    return named if isinstance(named, str) else named[0]


def submit(at: AppTest, answer: str) -> AppTest:
    at.text_area[0].set_value(answer)
    return at.button(key="study_submit").click().run()


def full_answer(question: Question) -> str:
    return next(sample.answer for sample in question.samples if sample.kind == "full")


def secrets(question: Question) -> list[str]:
    """What may not be seen before an answer is submitted."""
    found = [sample.answer for sample in question.samples]
    for reading in question.readings:
        found += reading.references
        found += [point.text for point in reading.points]
        found += [alias for point in reading.points for alias in point.aliases if len(alias) > 12]
    return [text for text in found if text not in question.prompt]


def test_a_first_start_shows_a_question_and_a_place_to_answer(open_app: Open, bank: Bank) -> None:
    at = open_app()
    first = bank.questions[0]
    assert esc(first.prompt) in page(at)
    assert "Nothing due · 5 new" in page(at)
    assert box(at) == ""
    assert where(at) == first.id
    assert [button.label for button in at.button] == ["Start", "Submit", "Hint"]


def test_nothing_of_the_reference_is_sent_before_an_answer(open_app: Open, bank: Bank) -> None:
    question = bank.questions[0]
    at = open_app(q=question.id)
    sent = b"".join(element.proto.SerializeToString() for element in at._tree if getattr(element, "proto", None))
    assert question.prompt.encode() in sent
    assert [text for text in secrets(question) if text.encode() in sent] == []


def test_an_answer_is_judged_and_explained(open_app: Open, bank: Bank) -> None:
    question = bank.questions[0]
    at = submit(open_app(), full_answer(question))
    grade = grader.grade(question, full_answer(question))
    shown = page(at)
    assert f"{grade.score * 10:.1f}".removesuffix(".0") + " of 10" in shown
    assert "(likely " in shown
    assert "Judged offline" in shown
    assert "viva-mark" in shown
    assert esc(question.readings[0].references[0]) in shown
    assert len(at.text_area) == 0
    assert {"Next", "Try again", "Again", "Hard", "Good", "Easy"} <= {button.label for button in at.button}
    assert "Submit" not in {button.label for button in at.button}


def test_the_page_shows_exactly_what_the_grader_said(
    open_app: Open, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = bank.questions[0]
    asked: list[tuple[str, str]] = []

    def scripted(given: Question, answer: str) -> Grade:
        asked.append((given.id, answer))
        judgments = [Judgment(point.id, "unmet", 0.0, (), "It is not there.") for point in given.readings[0].points[1:]]
        first = Evidence(0, 4, answer[:4], "keyword", 1.0)
        met = Judgment(given.points[0].id, "met", 1.0, (first,), "Said in so many words.")
        return Grade(
            given.id, given.version, given.readings[0].id, (met, *judgments),
            0.25, 0.1, 0.4, ("keyword_list",), "One point is there.", "sig",
        )  # fmt: skip

    monkeypatch.setattr(services, "grade", scripted)
    at = submit(open_app(), "some words")
    shown = page(at)
    assert asked == [(question.id, "some words")]
    assert "2.5 of 10" in shown
    assert "(likely 1 to 4)" in shown
    assert '<mark class="viva-mark viva-look-0">some</mark><sup class="viva-sup">1</sup> words' in shown
    assert "Said in so many words." in shown
    assert "One point is there." in shown
    assert esc(flag_text("keyword_list")) in shown


@pytest.mark.parametrize("answer", ["", "   ", "\n\t \u00a0\u2003"])
def test_an_empty_answer_is_a_message(open_app: Open, answer: str) -> None:
    at = submit(open_app(), answer)
    assert "There is nothing to judge yet." in page(at)
    assert len(at.text_area) == 1


@pytest.mark.parametrize("length", [50_001, 1_000_000])
def test_too_long_an_answer_is_a_message_and_stays(open_app: Open, length: int) -> None:
    at = submit(open_app(), "x " * (length // 2) + "x" * (length % 2))
    assert f"Your answer has {length:,} characters; the limit is 50,000." in page(at)
    assert len(box(at)) == length


@pytest.mark.parametrize(
    "answer",
    [
        "\x00\x01\x02 text \x7f",
        "\u202eright to left\u202c \u2066",
        "الحوسبة السحابية مرنة",
        "😀" * 50,
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "**bold** [link](https://example.org) ![i](https://example.org/i.png)",
        "模型部署到云端",
        "word " * 9_999,
    ],
    ids=["control", "override", "arabic", "emoji", "html", "markdown", "chinese", "long"],
)
def test_odd_answers_are_judged_and_shown_as_text(open_app: Open, answer: str) -> None:
    at = submit(open_app(), answer)
    shown = page(at)
    assert "of 10" in shown
    assert "<script" not in shown
    assert "<img" not in shown
    assert "<a " not in shown


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (grader.InputError("the answer is odd."), "the answer is odd."),
        (ZeroDivisionError("internal detail"), "Something went wrong while judging"),
    ],
)
def test_a_grader_that_fails_loses_nothing(
    open_app: Open, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    def fail(question: Question, answer: str) -> Grade:
        raise error

    monkeypatch.setattr(services, "grade", fail)
    at = submit(open_app(), "my words")
    assert words in page(at)
    assert "internal detail" not in page(at)
    assert box(at) == "my words"


def test_next_goes_on_and_leaves_an_empty_box(open_app: Open, bank: Bank) -> None:
    at = submit(open_app(), "my words")
    at.button(key="study_next").click().run()
    assert esc(bank.questions[1].prompt) in page(at)
    assert where(at) == bank.questions[1].id
    assert box(at) == ""


def test_next_after_the_last_is_the_first(open_app: Open, bank: Bank) -> None:
    at = submit(open_app(q=bank.questions[-1].id, mode="browse"), "my words")
    at.button(key="study_next").click().run()
    assert where(at) == bank.questions[0].id


def test_try_again_keeps_the_answer(open_app: Open) -> None:
    at = submit(open_app(), "my words")
    at.button(key="study_again").click().run()
    assert box(at) == "my words"
    assert "of 10" not in page(at)


def test_surprise_goes_somewhere_else(open_app: Open, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    offered: list[list[str]] = []

    def choose(questions: tuple[Question, ...]) -> Question:
        offered.append([question.id for question in questions])
        return questions[-1]

    monkeypatch.setattr(services, "choose", choose)
    at = open_app(mode="browse")
    at.button(key="study_surprise").click().run()
    assert where(at) == bank.questions[-1].id
    assert offered == [[question.id for question in bank.questions[1:]]]


def test_a_pack_and_a_topic_can_be_chosen(open_app: Open, bank: Bank) -> None:
    pack = bank.packs[-1]
    topic = pack.questions[-1].topic
    at = open_app(mode="browse")
    at.selectbox(key="study_pack_box").set_value(pack.id).run()
    assert f"Question 1 of {len(pack.questions)}" in page(at)
    assert where(at) == pack.questions[0].id
    at.selectbox(key="study_topic_box").set_value(topic).run()
    of_topic = [question for question in pack.questions if question.topic == topic]
    assert f"of {len(of_topic)}" in page(at)
    assert where(at) in {question.id for question in of_topic}
    at.selectbox(key="study_pack_box").set_value("").run()
    assert f"of {len(bank.questions)}" in page(at)


def test_an_unknown_question_is_named_and_the_first_one_shown(open_app: Open, bank: Bank) -> None:
    at = open_app(q="<b>nowhere</b>")
    assert "There is no question “&lt;b&gt;nowhere&lt;/b&gt;” here." in page(at)
    assert esc(bank.questions[0].prompt) in page(at)


def test_a_pack_that_cannot_be_read_is_a_message(open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Bank:
        raise grader.PackError("two points share the id 'cost'", "questions/cloud.yaml", 12, "points.1.id")

    monkeypatch.setattr(services, "bank", broken)
    shown = page(open_app())
    assert "The question packs could not be read." in shown
    assert "questions/cloud.yaml:12: points.1.id" in shown
    assert "Traceback" not in shown


def test_anything_else_that_breaks_is_a_message_without_details(
    open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Bank:
        raise RuntimeError("internal detail")

    monkeypatch.setattr(services, "bank", broken)
    shown = page(open_app())
    assert "This page could not be shown." in shown
    assert "internal detail" not in shown


def test_a_draft_from_another_visit_is_in_the_box(
    open_app: Open, bank: Bank, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = bank.questions[0]
    DraftStore(data_dir / "drafts.sqlite3").save(ANNA, question.id, Draft("half a thou", 5), now=services.now())
    assert box(open_app()) == ""
    monkeypatch.setattr(keeper, "learner", lambda: ANNA)
    assert box(open_app()) == "half a thou"


def test_a_result_is_kept_as_a_draft_until_one_moves_on(
    open_app: Open, bank: Bank, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "learner", lambda: ANNA)
    store = DraftStore(data_dir / "drafts.sqlite3")
    at = submit(open_app(), "my words")
    kept = store.load(ANNA, bank.questions[0].id)
    assert kept is not None
    assert kept.text == "my words"
    assert "my words" in page(open_app(q=bank.questions[0].id, a=where(at, "a")))
    at.button(key="study_next").click().run()
    assert store.load(ANNA, bank.questions[0].id) is None


def test_a_draft_file_that_cannot_be_used_is_one_quiet_notice(
    open_app: Open, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    data_dir.write_text("not a folder", encoding="utf-8")
    monkeypatch.setattr(keeper, "learner", lambda: ANNA)
    at = open_app()
    assert page(at).count("Drafts cannot be saved on this server") == 1
    submit(at, "my words")
    assert "of 10" in page(at)
    at.button(key="study_again").click().run()
    assert box(at) == "my words"
