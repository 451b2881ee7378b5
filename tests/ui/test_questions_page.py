"""Questions: browsing shows what a learner may see, searching narrows it, and each entry leads to its question."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from grader import Bank
from tests.ui.study_world import ANNA, submit
from ui import keeper, markup
from ui.questions_page import matching

Open = Callable[..., AppTest]


def links(at: AppTest) -> list[tuple[str, str]]:
    assert not at.exception
    return [(link.proto.label, link.proto.query_string) for link in at.page_link]


def test_all_questions_are_there_in_their_packs(open_app: Open, bank: Bank) -> None:
    at = open_app("questions")
    expected = [(markup.plain(question.prompt), f"q={question.id}") for question in bank.questions]
    assert sorted(links(at)) == sorted(expected)
    shown = "\n".join(str(element.proto.body) for element in at.html)
    assert f"{len(bank.questions)} questions" in shown
    for pack in bank.packs:
        assert markup.esc(pack.title) in shown


def test_points_and_references_stay_on_the_server(open_app: Open, bank: Bank) -> None:
    at = open_app("questions")
    sent = b"".join(element.proto.SerializeToString() for element in at._tree if getattr(element, "proto", None))
    assert bank.questions[0].topic.encode() in sent
    for question in bank.questions:
        for reading in question.readings:
            assert not [text for text in reading.references if text.encode() in sent]
            assert not [point.text for point in reading.points if point.text.encode() in sent]


def test_search_pack_and_topic_narrow_the_list(open_app: Open, bank: Bank) -> None:
    at = open_app("questions")
    word = bank.questions[0].prompt.split()[-1].strip("?.").upper()
    at.text_input(key="questions_search").set_value(word).run()
    found = links(at)
    assert 0 < len(found) <= len(bank.questions)
    assert f"q={bank.questions[0].id}" in {query for _, query in found}
    at.text_input(key="questions_search").set_value("").run()
    pack = bank.packs[-1]
    at.selectbox(key="questions_pack").set_value(pack.id).run()
    assert len(links(at)) == len(pack.questions)
    topic = pack.questions[0].topic
    at.selectbox(key="questions_topic").set_value(topic).run()
    assert len(links(at)) == sum(question.topic == topic for question in pack.questions)


def test_a_search_that_finds_nothing_offers_a_way_out(open_app: Open, bank: Bank) -> None:
    at = open_app("questions")
    at.text_input(key="questions_search").set_value("zzz **nothing**").run()
    assert links(at) == []
    assert "No question matches." in "\n".join(str(element.proto.body) for element in at.html)
    at.button(key="questions_clear").click().run()
    assert len(links(at)) == len(bank.questions)


def test_every_word_must_match_something_that_may_be_seen(bank: Bank) -> None:
    question = bank.questions[0]
    assert question in matching(bank.questions, question.prompt.upper(), "")
    assert question not in matching(bank.questions, question.prompt + " zzz", "")
    assert matching(bank.questions, "", "no such topic") == []
    assert matching(bank.questions, question.references[0], "") == []


def test_due_weak_and_new_questions_can_be_told_apart(
    open_app: Open, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "learner", lambda: ANNA)
    question = bank.questions[0]
    assert [str(one.key) for one in open_app("questions").segmented_control] == []
    submit(open_app(), "I do not know this.")
    at = open_app("questions")
    label = next(label for label, query in links(at) if query == f"q={question.id}")
    assert "5 points due" in label.replace("\\", "")
    at.segmented_control(key="questions_kind").set_value("due").run()
    assert [query for _, query in links(at)] == [f"q={question.id}"]
    at.segmented_control(key="questions_kind").set_value("fresh").run()
    assert len(links(at)) == len(bank.questions) - 1
    at.segmented_control(key="questions_kind").set_value("weak").run()
    assert [query for _, query in links(at)] == [f"q={question.id}"]
    at.selectbox(key="questions_pack").set_value(bank.packs[0].id).run()
    assert "Nothing here is weak." in "\n".join(str(element.proto.body) for element in at.html)


def test_a_tag_narrows_the_list(open_app: Open, bank: Bank) -> None:
    tag = next(tag for question in bank.questions for tag in question.tags)
    at = open_app("questions")
    at.selectbox(key="questions_tag").set_value(tag).run()
    assert len(links(at)) == sum(tag in question.tags for question in bank.questions)
