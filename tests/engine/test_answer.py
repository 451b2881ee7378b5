"""An answer analysed: clauses, sentences, polarity, and what counts as a bare list."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from grader.answer import AnswerText, analyse, blank_out, keyword_lists
from tests.engine.material import FOREIGN
from tests.engine.strategies import any_text


def only_words(raw: str, earning: int = 0) -> bool:
    """Ask whether an answer is a keyword list when its first so many clauses say a point."""
    text = analyse(raw)
    return bool(keyword_lists(text, np.arange(len(text.clauses)) < earning))


def parts(text: AnswerText, starts: list[int]) -> list[str]:
    bounds = zip(starts, [*starts[1:], len(text.tokens)], strict=True)
    return [" ".join(token.word for token in text.tokens[a:b]) for a, b in bounds]


@pytest.mark.parametrize(
    ("raw", "clauses"),
    [
        ("The heart pumps, and valves help.", ["the heart pumps", "and valves help"]),
        ("It costs less but runs slower.", ["it costs less", "but runs slower"]),
        ("One (two) three: four", ["one", "two", "three", "four"]),
        ("- first\n- second", ["first", "second"]),
        ("a -> b => c → d", ["a", "b", "c", "d"]),
        ("batch / online", ["batch", "online"]),
        ("the butter stands", ["the butter stands"]),
        ("一、二，三", ["一", "二", "三"]),
    ],
)
def test_clauses(raw: str, clauses: list[str]) -> None:
    text = analyse(raw)
    assert parts(text, text.clauses.tolist()) == clauses


def test_sentences_are_made_of_whole_clauses() -> None:
    text = analyse("The heart pumps, and valves help. Blood flows; it returns.")
    assert parts(text, text.sentences.tolist()) == ["the heart pumps and valves help", "blood flows", "it returns"]
    assert set(text.sentences.tolist()) <= set(text.clauses.tolist())


@pytest.mark.parametrize("raw", ["", "   ", "!!! ...", "😀😀", "\x00\x07", "\u200b\u200b"])
def test_nothing_to_read(raw: str) -> None:
    text = analyse(raw)
    assert not text.tokens
    assert not len(text.clauses)
    assert not len(text.sentences)
    assert not keyword_lists(text, np.zeros(0, dtype=np.bool_))


@given(any_text)
def test_shapes(raw: str) -> None:
    text = analyse(raw)
    n = len(text.tokens)
    for array in (text.signs, text.doubted, text.soft, text.content, text.listed, text.streamed):
        assert array.shape == (n,)
    for starts in (text.clauses.tolist(), text.sentences.tolist()):
        assert starts == sorted(set(starts))
        assert starts[:1] == ([0] if n else [])
        assert all(0 <= start < n for start in starts)
    assert not (text.streamed & ~text.listed).any()


@given(any_text)
def test_the_same_text_reads_the_same(raw: str) -> None:
    one, other = analyse(raw), analyse(raw)
    assert one.tokens == other.tokens
    assert one.signs.tolist() == other.signs.tolist()
    assert one.clauses.tolist() == other.clauses.tolist()


LISTS = (
    "heart, blood, valves, oxygen, lungs, arteries",
    "heart; blood; valves; oxygen; lungs; arteries",
    "heart\nblood\nvalves\noxygen\nlungs",
    "- heart\n- blood\n- valves\n- oxygen",
    "Heart, Blood Flow, Valves, Oxygen, Lungs.",
    "heart blood valves oxygen lungs arteries veins pressure",
)


@pytest.mark.parametrize("raw", LISTS)
def test_bare_lists(raw: str) -> None:
    assert analyse(raw).listed.all()
    assert only_words(raw)


@pytest.mark.parametrize(
    "raw", [*FOREIGN, "heart", "heart, lungs", "The heart, the lungs and the liver are organs.", "William Shakespeare"]
)
def test_sentences_and_short_answers_are_no_lists(raw: str) -> None:
    assert not only_words(raw)


def test_a_list_in_which_most_items_earn_something_is_an_answer() -> None:
    raw = "canary, shadow, blue-green, rolling"
    assert [only_words(raw, number) for number in (0, 1, 4)] == [True, True, False]


def test_a_run_of_words_is_a_list_whatever_it_earns() -> None:
    assert only_words("heart blood valves oxygen lungs arteries veins pressure", 8)


def test_a_list_beside_prose_is_marked_alone() -> None:
    text = analyse("The heart pumps blood through the body. Heart, blood, valves, oxygen, lungs.")
    marked = [token.word for token, listed in zip(text.tokens, text.listed, strict=True) if listed]
    assert marked == ["heart", "blood", "valves", "oxygen", "lungs"]


def test_each_list_is_looked_at_by_itself() -> None:
    text = analyse("drift, data, model, time, change\nIt is a change of the data.\ncanary, shadow, split, swap")
    first = text.raw.index("It is")
    earning = np.array([text.tokens[clause].start >= first for clause in text.clauses])
    assert len(keyword_lists(text, earning)) == 1
    assert blank_out(text, keyword_lists(text, earning)).split()[:2] == ["It", "is"]
    assert len(blank_out(text, keyword_lists(text, earning))) == len(text.raw)
