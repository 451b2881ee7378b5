"""What becomes a point: a table of texts, and the law that no word of a text is lost."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.bank import points_from_text, question_from_reference
from grader.bank.asked import asked_count
from grader.bank.marks import plain_text, strip_marks
from grader.bank.outline import MAX_REFERENCE_CHARS
from grader.bank.pieces import MOST_POINTS
from grader.bank.slug import is_slug
from grader.errors import InputError
from grader.text import tokenize

# name: (text, its points as "group > text")
CASES: dict[str, tuple[str, list[str]]] = {
    "numbered list": ("1. Sow.\n2. Water.\n10) Reap.", ["Sow.", "Water.", "Reap."]),
    "every list sign": (
        "- a cat\n* a dog\n+ a cow\n• a hen\n● a fox\n1) an owl\n(a) a bee\n(2) an ant\nb) a bat",
        ["a cat", "a dog", "a cow", "a hen", "a fox", "an owl", "a bee", "an ant", "a bat"],
    ),
    "a wrapped item": ("- The oak\n  keeps growing\n- The ash", ["The oak keeps growing", "The ash"]),
    "task list": ("- [ ] Sow\n- [x] Reap", ["Sow", "Reap"]),
    "term and explanation": ("**Oak**: A broad tree.", ["Oak: A broad tree."]),
    "colon inside the bold": ("**Oak:** A broad tree.", ["Oak: A broad tree."]),
    "dash after the term": (
        "- **Oak** - a broad tree\n- __Ash__ – a tall tree",
        ["Oak: a broad tree", "Ash: a tall tree"],
    ),
    "bold inside a sentence": ("**Oaks** grow slowly.", ["Oaks grow slowly."]),
    "terms line by line": ("**Oak**: broad tree\n**Ash**: tall tree", ["Oak: broad tree", "Ash: tall tree"]),
    "term with two sentences": (
        "**Oak**: A broad tree. It lives for centuries.",
        ["Oak: A broad tree.", "It lives for centuries."],
    ),
    "bold headings": (
        "**Pros**:\n- shade\n- wood\n\n**Cons**:\n- slow growth",
        ["Pros > shade", "Pros > wood", "Cons > slow growth"],
    ),
    "plain headings": ("Pros:\n- shade\nCons:\n- leaves in autumn", ["Pros > shade", "Cons > leaves in autumn"]),
    "Markdown headings": ("#### Pros\nMuch shade.\n#### Cons\n- slow", ["Pros > Much shade.", "Cons > slow"]),
    "heading over nothing": ("#### Shade\n#### Wood\n- for ships", ["Shade", "Wood > for ships"]),
    "bold term alone": ("**Photosynthesis**", ["Photosynthesis"]),
    "nested list": (
        "- Pros\n  - shade\n  - wood\n- Cons:\n  - slow\n- Oaks shed leaves.\n  - in autumn",
        ["Pros > shade", "Pros > wood", "Cons > slow", "Oaks shed leaves.", "in autumn"],
    ),
    "a term after the list": ("1. oak\n2. ash\n**Tallest**: the ash", ["oak", "ash", "Tallest: the ash"]),
    "prose after a list": ("Pros:\n- shade\n\nAll in all, plant one.", ["Pros > shade", "All in all, plant one."]),
    "sentences": (
        "Oaks are broad, e.g. this one. They live long; ash trees do not.",
        ["Oaks are broad, e.g. this one.", "They live long;", "ash trees do not."],
    ),
    "fragments join": ("Yes. An oak is a tree. No!", ["Yes. An oak is a tree. No!"]),
    "wrapped prose": ("An oak is a tree\nthat lives long.", ["An oak is a tree that lives long."]),
    "lines without full stops": ("Broad crown\nDeep roots", ["Broad crown", "Deep roots"]),
    "two paragraphs": ("Broad crown\n\nwith deep roots", ["Broad crown", "with deep roots"]),
    "table": ("| Oak | broad |\n|---|---|\n| Ash | tall |", ["Oak: broad", "Ash: tall"]),
    "quotation": ("> - an oak\n> - an ash", ["an oak", "an ash"]),
    "rules and fences": ("---\n```text\nan oak\n```\n***\n", ["an oak"]),
    "said twice": ("- an oak\n- An  OAK", ["an oak"]),
    "another script": ("- Дуб\n- ясень живёт долго", ["Дуб", "ясень живёт долго"]),
    "no spaces": ("橡树很高。它活得很久。", ["橡树很高。", "它活得很久。"]),
    "nothing": ("", []),
    "no words": ("... --- !!!\n\n***\n- \n", []),
}


@pytest.mark.parametrize("name", CASES)
def test_text_to_points(name: str) -> None:
    text, expected = CASES[name]
    shown = [f"{point.group} > {point.text}" if point.group else point.text for point in points_from_text(text)]
    assert shown == expected


def test_ids_are_made_of_the_words_and_unique() -> None:
    ids = [point.id for point in points_from_text("- **Oak**: broad\n- **Oak**: tall\n- Größe\n- 橡树\n- C++\n- C")]
    assert ids == ["oak", "oak-2", "grosse", "橡树", "c", "c-2"]


def test_ids_stay_when_another_item_is_added() -> None:
    before = {point.text: point.id for point in points_from_text("- an oak\n- an ash")}
    after = {point.text: point.id for point in points_from_text("- a yew\n- an oak\n- an ash\n- a fir")}
    assert before.items() <= after.items()


def test_the_aside_in_brackets_may_be_left_out() -> None:
    (point,) = points_from_text("- Shade (in summer).")
    assert (point.text, point.aliases) == ("Shade (in summer).", ("Shade",))
    (point,) = points_from_text("Trees give shade (in summer).")
    assert point.aliases == ()


def test_long_prose_becomes_no_more_points_than_an_examiner_would_tick() -> None:
    text = " ".join(f"Sentence number {number} tells something new." for number in range(100))
    points = points_from_text(text)
    assert len(points) == MOST_POINTS
    assert " ".join(point.text for point in points) == text


def test_long_lists_keep_their_items() -> None:
    assert len(points_from_text("\n".join(f"- item {number}" for number in range(40)))) == 40


WORDS = st.sampled_from(
    ["oak", "ash", "the", "tall", "grows", "(old)", "**bold**", "`code`", "A/B", "e.g.", "2.5", "not"]
)
MARKS = st.sampled_from(
    [
        "- ",
        "1. ",
        "",
        "",
        "  - ",
        "### ",
        "**Oak**: ",
        "**Pros**:",
        "> ",
        "\n",
        "Also:",
        "| ",
        "● ",
        "○ ",
        "▪",
        "Pros :",
    ]
)
LINES = st.tuples(MARKS, st.lists(WORDS, max_size=8).map(" ".join), st.sampled_from(["", ".", ":", "!"])).map("".join)


@given(st.lists(LINES, max_size=12).map("\n".join))
def test_no_word_is_lost(text: str) -> None:
    points = points_from_text(text)
    kept = {token.word for point in points for token in tokenize(f"{point.text} {point.group or ''}")}
    assert kept >= {token.word for line in text.splitlines() for token in tokenize(strip_marks(line.lstrip("# -1.")))}
    ids = [point.id for point in points]
    assert len(set(ids)) == len(ids)
    assert all(map(is_slug, ids))


@given(st.text(max_size=300))
def test_any_text_has_points_exactly_if_it_has_words(text: str) -> None:
    points = points_from_text(text)
    assert all(tokenize(point.text) for point in points)
    plain_text(text)


ASKED = {
    "What are the 5 levels of it?": 5,
    "Can you name at least 5 metrics?": 5,
    "Can you name five different techniques?": 5,
    "What are the two different types? Which is best?": 2,
    "What are the four paradigms?": 4,
    "List any three of them": 3,
    "Name one advantage": 1,
    "Explain the 3 steps": 3,
    "What is 5G?": None,
    "Explain how two models differ": None,
    "What are the 7-layer models?": None,
    "What are 2.5 litres?": None,
    "Give 5% more": None,
    "Name 0 things": None,
    "What happened in 2019?": None,
    "": None,
}


@pytest.mark.parametrize("prompt", ASKED)
def test_how_many_a_prompt_asks_for(prompt: str) -> None:
    assert asked_count(prompt) == ASKED[prompt]


COUNTS = {
    "as many as asked": ("Name two trees.", "- oak\n- ash", 2, None, 2),
    "more than asked": ("Name two trees.", "- oak\n- ash\n- fir", 2, None, 3),
    "fewer than asked": ("Name five trees.", "- oak\n- ash", None, None, 2),
    "no number asked": ("Which trees are there?", "- oak\n- ash", None, None, 2),
    "prose is no list": ("Name two trees.", "There is the oak tree. There is the ash tree.", None, None, 2),
    "an enumeration is one": ("Name two trees.", "Trees are: oak, ash, and fir.", 2, None, 3),
    "others beside the list": (
        "What are the two types? Which is taller?",
        "1. oak\n2. ash\n\n**Taller**: ash",
        2,
        "list",
        3,
    ),
    "a group beside the list": ("What are the two types?", "Types:\n- oak\n- ash\n\nBoth are trees.", 2, "Types", 3),
    "two lists": ("Name two trees.", "Tall:\n- ash\n\nBroad:\n- oak\n\nBoth are old.", None, None, 3),
    "bold terms are a list": ("What are the two types?", "**Oak**: a broad one\n\n**Ash**: a tall one", 2, None, 2),
}


@pytest.mark.parametrize("name", COUNTS)
def test_counts(name: str) -> None:
    prompt, reference, count, group, points = COUNTS[name]
    (reading,) = question_from_reference(prompt, [reference]).readings
    assert (reading.required_count, reading.count_group, len(reading.points)) == (count, group, points)


def test_a_name_is_enough_where_only_names_are_asked() -> None:
    reference = "1. **Oak**: A broad tree.\n2. **Ash**: A tall tree."
    assert question_from_reference("Name the trees.", [reference]).points[0].aliases == ("Oak",)
    assert question_from_reference("Name the trees and explain them.", [reference]).points[0].aliases == ()


def test_each_reference_is_a_reading_once() -> None:
    question = question_from_reference("Which tree?", ["An oak tree.", "an  OAK tree.", "**Or**: an ash tree."])
    assert [reading.id for reading in question.readings] == ["reference-1", "reference-2"]
    assert question.readings[1].references == ("Or: an ash tree.",)
    assert [reading.id for reading in question_from_reference("Which?", ["An oak tree."]).readings] == ["main"]


def test_ids_without_a_name_follow_the_content() -> None:
    first = question_from_reference("Which?", ["An oak."])
    assert first.id.startswith("adhoc-")
    assert first.id == question_from_reference("Which?", ["An oak."]).id
    assert first.id != question_from_reference("Which?", ["An ash."]).id
    assert question_from_reference("Which?", ["An ash."], id="tree").id == "tree"


@pytest.mark.parametrize(
    ("references", "message"),
    [
        ([], "a question needs a reference answer"),
        (["  "], "the reference answer has no words"),
        (["an oak", "?!"], "the reference answer has no words"),
        (["x" * (MAX_REFERENCE_CHARS + 1)], "the reference answer has 50,001 characters; at most 50,000"),
    ],
)
def test_references_that_cannot_be_used(references: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        question_from_reference("Which?", references)


@pytest.mark.parametrize(
    "piece",
    [
        "- ",
        "a,",
        "**a",
        "[](",
        "(",
        "> ",
        " ",
        "a.",
        "1. a\n",
        "|-",
        "`a",
        "\\",
        "_a ",
        "1.a",
        "1. a ",
        "● a ",
        "a or Aa ",
        "(1 p",
        " (0.25)",
        "e.g. ",
        "-aa\n",
        "one of ",
        "a:\n",
        "Aa\n- a\n",
        "○a\n●a\n",
    ],
)
def test_hostile_repetition_takes_no_time(piece: str) -> None:
    """Each of these took many seconds with a careless expression; now they take hundredths of one."""
    text = (piece * MAX_REFERENCE_CHARS)[:MAX_REFERENCE_CHARS]
    begun = time.process_time()
    points_from_text(text)
    plain_text(text)
    question_from_reference("What are two trees? " + text[:10_000], ["tree " + text[5:]])
    assert time.process_time() - begun < 5
