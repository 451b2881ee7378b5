"""What the families make: each does what its name says, and says honestly what is left of the answer."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

import pytest

from grader.attack import FAMILIES, Case, Chance, Family, Target
from grader.attack.relation import Relations
from grader.attack.words import denies, is_word, key_terms, named, sentences, stems, words
from grader.text import clean
from grader.types import Point, Question
from tests.attack.conftest import HEART, HERZ, QUESTIONS, TREES, VOLCANO

BY_NAME = {family.name: family for family in FAMILIES}
REFERENCE = HEART.references[0]
ENGLISH_ONLY = {
    "fluent nonsense", "negated reference", "antonym swap", "contradicted point", "spelling", "contractions",
}  # fmt: skip


def cases(name: str, target: Target) -> list[Case]:
    made = list(BY_NAME[name].make(target))
    assert made, f"{name} makes nothing of {target.question.id}"
    return made


# --- all of them


def test_names_are_unique_and_attacks_come_first() -> None:
    assert len(BY_NAME) == len(FAMILIES) == 21
    kinds = [family.kind for family in FAMILIES]
    assert kinds == sorted(kinds)
    assert Counter(kinds) == {"attack": 14, "harmless": 7}


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_the_same_key_makes_the_same_cases(family: Family) -> None:
    for question in QUESTIONS:
        first, second = (
            list(family.make(Target(question, (VOLCANO,), Chance(1, question.id, family.name)))) for _ in range(2)
        )
        assert first == second


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_question_without_references_and_words_is_no_trouble(family: Family) -> None:
    bare = Question.simple(id="q", prompt="?", points=(Point("p", "?"),), references=())
    assert all(isinstance(case, Case) for case in family.make(Target(bare, (), Chance(0))))


@pytest.mark.parametrize("name", sorted(ENGLISH_ONLY))
def test_english_tricks_leave_other_languages_alone(name: str) -> None:
    assert not list(BY_NAME[name].make(Target(HERZ, (VOLCANO,), Chance(0))))


# --- copying


def test_echo_says_the_question_back_and_no_more(heart: Target) -> None:
    texts = [case.text for case in cases("question echo", heart)]
    assert HEART.prompt in texts
    assert any(text.startswith("This answer is about the job of the heart.") for text in texts)
    assert all(case.honest == "" for case in cases("question echo", heart))


def test_another_reference_is_that_of_an_unrelated_question(heart: Target) -> None:
    assert cases("another reference", heart) == [Case(VOLCANO.references[0])]


def test_shuffled_words_are_the_reference_s_own(heart: Target) -> None:
    for case in cases("shuffled words", heart):
        assert Counter(map(str.lower, words(case.text))) == Counter(map(str.lower, words(REFERENCE)))
        assert REFERENCE not in case.text
        assert not case.honest


def test_key_terms_are_listed_and_repeated(heart: Target) -> None:
    first = key_terms(HEART)[0]
    assert first == "litres"
    assert f"{first}, " in cases("keyword list", heart)[0].text
    for case in cases("repeated terms", heart):
        assert case.text.lower().count(first) == 5


def test_a_name_in_a_list_is_honest() -> None:
    target = Target(TREES, (), Chance(0))
    assert named(TREES, "maple, red maple, tree, silver maple") == "Red maple, Silver maple"
    assert named(TREES, "silver silver maple maple") == "Silver maple"
    assert named(HEART, "heart, blood, valve, body") == ""
    assert any(case.honest for case in cases("keyword list", target))


def test_nonsense_is_grammatical_and_uses_key_terms(heart: Target) -> None:
    for case in cases("fluent nonsense", heart):
        assert len(stems(case.text, "en") & {stem for term in key_terms(HEART) for stem in stems(term, "en")}) >= 3
        assert all(part.endswith(".") for part in sentences(case.text))


# --- twisting


def test_every_statement_is_denied_but_those_that_deny(heart: Target) -> None:
    texts = [case.text for case in cases("negated reference", heart)]
    assert any(text.startswith("It is not true that the heart pumps 5 litres") for text in texts)
    assert "The heart does not pump 5 litres of blood through the body each minute." in " ".join(texts)
    for text in texts:
        assert all(denies(part) or re.match("It is (false|wrong)", part) for part in sentences(text))
        assert "stop" not in text


def test_antonyms_are_swapped_and_their_clause_is_not_honest(heart: Target, volcano: Target) -> None:
    swapped = next(case for case in cases("antonym swap", volcano) if "increases" not in case.text)
    assert re.search(r"dissolved gas (decreases|reduces|lowers|drops|declines)", swapped.text)
    assert "gas" not in swapped.honest
    assert swapped.honest.startswith("Molten magma rises")
    valves = next(
        case for case in cases("antonym swap", heart) if re.search("A (large|big) valve is placed", case.text)
    )
    assert "is placed" not in valves.honest
    assert "And it keeps the blood from flowing backwards." in valves.honest


def test_an_opposite_that_is_right_as_well_is_not_swapped() -> None:
    both = Question.simple(
        id="q",
        prompt="What happens?",
        points=(Point("a", "The costs increase."), Point("b", "The profits decrease.")),
        references=("The costs increase. The profits decrease.",),
    )
    assert not list(BY_NAME["antonym swap"].make(Target(both, (), Chance(0))))


def test_numbers_are_swapped(heart: Target) -> None:
    for case in cases("number swap", heart):
        assert not re.search(r"\b5\b", case.text)
        assert "litres of blood" in case.text
        assert "litres" not in case.honest


def test_a_full_answer_denies_one_of_its_points(heart: Target) -> None:
    for case in cases("contradicted point", heart):
        denials = [part for part in sentences(case.text) if re.search(r"not true|false|wrong|not the case", part)]
        assert len(denials) == 1
        assert all(part in case.text for part in sentences(case.honest))
        assert len(sentences(case.text)) == len(sentences(case.honest)) + 2


# --- smuggling


def test_padding_says_nothing_more(heart: Target) -> None:
    for case in cases("padding", heart):
        assert all(part in case.text for part in sentences(case.honest))
        rest = case.text
        for part in sentences(case.honest):
            rest = rest.replace(part, "")
        assert not stems(rest, "en") & stems(REFERENCE, "en")


def test_hidden_texts_look_like_the_honest_ones(heart: Target) -> None:
    made = cases("hidden characters", heart)
    latin = str.maketrans("асеіорѕхуАВСЕНКМОРТХ", "aceiopsxyABCEHKMOPTX")
    for case in made:
        seen = clean(case.text)[0]
        assert seen.translate(latin).strip() == case.honest.strip() or "\u202e" in case.text, case
    assert any("\u200b" in case.text and "not true" in case.honest for case in made)
    assert any(any(unicodedata.category(char) == "Cf" for char in case.text) for case in made)


def test_forged_grades_and_instructions_stand_beside_the_honest_part(heart: Target) -> None:
    for name in ("forged score", "instructions"):
        made = cases(name, heart)
        assert all(case.honest in case.text and case.text != case.honest for case in made)
        assert {case.honest for case in made} > {"", "It's a muscle that doesn't tire. It pumps blood."}
    texts = " ".join(case.text for case in cases("forged score", heart))
    assert '"score": 100' in texts
    assert "what it does all day" in texts
    scripts = {
        unicodedata.name(char).split()[0]
        for case in cases("instructions", heart)
        for char in case.text
        if char.isalpha()
    }
    assert scripts >= {"LATIN", "CYRILLIC", "ARABIC", "DEVANAGARI", "HIRAGANA", "CJK"}


# --- harmless


def test_typos_are_in_one_of_ten_words_and_make_no_word(heart: Target) -> None:
    for case in cases("typos", heart):
        before, after = case.honest.split(), case.text.split()
        changed = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
        assert len(changed) == max(1, len(before) // 10)
        for right, wrong in changed:
            assert len(words(right)[0]) >= 5
            assert not is_word(words(wrong)[0], "en")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("case", REFERENCE.upper()),
        ("contractions", REFERENCE.replace("does not", "doesn't")),
        ("contractions", "It is a muscle that does not tire. It pumps blood."),
        ("spelling", REFERENCE.replace("litres", "liters")),
        ("bullets or prose", "pumps blood through the body. valves stop the blood from flowing backwards."),
        ("bullets or prose", "- It's a muscle that doesn't tire.\n- It pumps blood."),
        ("bullets or prose", "1. It's a muscle that doesn't tire.\n2. It pumps blood."),
    ],
)
def test_harmless_changes(name: str, text: str, heart: Target) -> None:
    assert text in [case.text for case in cases(name, heart)]


def test_order_keeps_every_sentence(heart: Target) -> None:
    for case in cases("order", heart):
        assert sorted(sentences(case.text)) == sorted(sentences(case.honest))


def test_accents_come_off_again(heart: Target) -> None:
    for case in cases("accents", heart):
        plain = "".join(c for c in unicodedata.normalize("NFD", case.text) if not unicodedata.combining(c))
        assert plain == case.honest != case.text


def test_a_numbered_list_keeps_its_numbers_in_order() -> None:
    text = "1. The heart pumps blood.\n2. Valves keep it from flowing back.\n3. It beats at night."
    listed = Question.simple(id="q", prompt="?", points=(Point("p", "It beats."),), references=(text,))
    (case,) = cases("order", Target(listed, (), Chance(1)))
    assert case.text != text
    assert [line[:3] for line in case.text.split("\n")] == ["1. ", "2. ", "3. "]
    assert sorted(line[3:] for line in case.text.split("\n")) == sorted(line[3:] for line in text.split("\n"))


# --- which questions are related


def question(id: str, prompt: str, reference: str, topic: str = "", tags: tuple[str, ...] = ()) -> Question:
    return Question.simple(
        id=id, prompt=prompt, points=(Point("p", reference),), references=(reference,), topic=topic, tags=tags
    )


def test_related_by_topic_tag_prompt_words_or_wording() -> None:
    asked = question("asked", "What is steam power?", "Boiling water drives a piston.", "Engines", ("seed:1", "steam"))
    same_topic = question("topic", "Who flew first?", "Two brothers at Kitty Hawk.", "Engines", ("seed:2",))
    same_tag = question("tag", "Who cooks?", "The chef prepares dinner.", "Food", ("steam",))
    same_words = question("words", "Who invented steam power?", "A Scottish engineer.", "History", ("seed:1",))
    same_wording = question(
        "wording", "How do turbines run?", "Hot vapour. Boiling water drives a piston, too.", "Physics"
    )
    same_subject = question("subject", "Who was Watt?", "He improved steam pumps in mines.", "Lives")
    other = question("other", "Why do leaves fall?", "Cold nights harden the stalks.", "Plants", ("seed:1",))
    relations = Relations([asked, same_topic, same_tag, same_words, same_wording, same_subject, other])
    assert relations.unrelated(asked, Chance(0)) == (other,)


def test_questions_without_a_topic_are_not_related_by_that() -> None:
    first = question("first", "Why do leaves fall?", "Cold nights harden the stalks.")
    second = question("second", "Who cooks?", "The chef prepares dinner.")
    assert Relations([first, second]).unrelated(first, Chance(0)) == (second,)
    assert Relations([first, second]).unrelated(first, Chance(0), 0) == ()
