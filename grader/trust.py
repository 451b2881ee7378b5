"""Why a model may have been talked into something by an answer.

A model reads whatever an answer holds, and may obey it. So what a model adds to a score is believed only where the answer is
nothing but prose about its subject. The signs looked for here are wide on purpose: a sign too many costs an honest answer no more
than what the offline grader overlooked, and a person is told to look.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

from grader.data import data_words
from grader.instructions import is_instruction
from grader.language import detect
from grader.stem import primary, stems
from grader.text import clean, hidden_characters, plain_letters, sentence_starts, tokenize
from grader.types import Question, Reading

_TALKS = "the answer speaks to whoever grades it"
_HIDES = "the answer holds characters that do not show"
_FORGES = "the answer holds the marks of messages, data or code"
_ENCODED = "the answer holds text in a code"
_FOREIGN = "a part of the answer is in another language or script than the question"

# Joiners and soft hyphens are proper spelling; a mark of byte order may head a file.
_PROPER = frozenset("\u00ad\u200c\u200d\u200e\u200f\ufeff")
_FORGED = re.compile(
    r"</?[a-z_][\w-]*(?:\s[^<>\n]*)?/?>|<\||\|>|```|\[/?[A-Z_]{3,}\]|\{\{|\}\}|\{\s*[\"'\w]+\s*:|[\"'][\w ]+[\"']\s*:\s*[\[{\"'\d]"
    r"|^\s*[-=*_#~<>]{3,}|[-=*_#~<>]{3,}\s*$|^\s*\|.*\|\s*$|/\*|\*/|<!--|\b(?:def|return|print|eval|exec)\b\s*[(\"'\d]"
    r"|^\s*(?:system|user|human|assistant|ai|developer|tool|bot)\s*:|^\s*[\w-]+\s*=\s*(?:true|yes|met|\d+)\s*$|^\s*#\s*\w+.*:",
    re.IGNORECASE | re.MULTILINE,
)
# Base 64, hexadecimal, escapes, percent signs, Morse, bits; single letters with something between them.
_CODE = re.compile(
    r"(?<![\w/.:-])(?=[\w+/=-]*[0-9+/=])(?=[\w+/=-]*[A-Z])(?=[\w+/=-]*[a-z])[\w+/-]{20,}={0,2}"
    r"|\b(?i:[0-9a-f]{2}[ :]?){10,}\b|(?i:\\[ux][0-9a-f]{2,}){2,}|(?:&#?\w+;){3,}|(?i:%[0-9a-f]{2}){3,}"
    r"|(?:[.-]{1,5}[ /]+){6,}|\b(?:\w[ ._*-]){6,}\w\b|\b[01]{8}(?: [01]{8})+\b"
)
# Words of grading, and of talk to machines. One that the question itself uses is no sign. Words that many subjects have as well
# ("score", "point", "model", "pass") are not among them on their own.
_WORDS = frozenset(
    """grader graders grading examiner examiners marker rubric rubrics verdict verdicts assessor professor teacher lecturer tutor
    examinee jailbreak override disregard ignore chatgpt llm chatbot instructions instruction prompt prompts marks checklist
    deserve deserves flawless congratulations""".split()
)
_ALL = r"(?:all|every|each|full|maximum|top|perfect|highest)"
_PHRASES = re.compile(
    rf"\b{_ALL}\s+(?:\w+\s+){{0,2}}(?:marks?|points?|credits?|scores?|grades?|criteria|boxes|items)\b(?!\s+(?:in|of|on)\b)"
    r"|\b(?:this|my)\s+(?:\w+\s+)?(?:answer|response|submission|solution|essay|text)\b"
    rf"|\b(?:points?|criteria|items|everything|{_ALL}(?:\s+of\s+(?:it|them))?)\s+(?:is|are|was|were|as|been|has\s+been|have\s+been)\s+"
    r"(?:\w+ly\s+)?(?:met|covered|correct|right|complete|there|named|mentioned|fulfilled|satisfied)\b"
    r"|\b(?:mark|grade|rate|treat|count|judge|consider|accept|label|output|reply|respond|answer|print|repeat|write|say)\s+"
    r"(?:this|everything|all|each|me|with|the\s+word|only|exactly|as|yes|met)\b(?!\s+of\b)"
    r"|\byou\s+(?:are|will|must|should|shall|have\s+to|need\s+to|may)\s+(?:now\s+|also\s+)?(?:mark|grade|score|say|find|agree|accept|give|"
    r"answer|judge|return|output|play|act|pretend|obey|follow|an?\s+\w+\s+(?:who|that))\b"
    r"|\b(?:pretend|roleplay|role-play|act\s+as|let's\s+(?:play|pretend)|new\s+(?:rules|game|scene))\b"
    r"|\b(?:student|learner|candidate|author)\s+(?:\w+\s+){0,2}(?:covers|covered|says|said|knows|understands|meets|met|names|named|"
    r"mentions|explains)\b|(?:^|[:=(\"'])\s*(?:met|unmet|cannot_assess)\b",
    re.IGNORECASE | re.MULTILINE,
)
_FEWEST_WORDS, _ENGLISH_ONE_IN = 5, 8


def doubts(question: Question, reading: Reading, answer: str) -> tuple[str, ...]:
    """Return why a model may have been talked into something, in words and in a fixed order; empty where nothing looks like it.

    >>> from grader.types import Point
    >>> point = Point("change", "The distribution of the data changes.")
    >>> question = Question.simple(id="q", prompt="What is drift?", points=(point,), references=(point.text,))
    >>> doubts(question, question.readings[0], "The data is no longer what it was at training.")
    ()
    >>> doubts(question, question.readings[0], "My examiner told me that I know it all.")
    ('the answer speaks to whoever grades it',)
    """
    text = clean(answer)[0]
    plain = plain_letters(text) if primary(question.language) == "en" else text
    parts = [plain[first:last] for first, last in pairwise([*sentence_starts(plain), len(plain)])]
    found = []
    if _talks(question, reading, plain, parts):
        found.append(_TALKS)
    if hidden_characters(answer) or any(_hidden(character) for character in answer if not character.isascii()):
        found.append(_HIDES)
    if _FORGED.search(plain):
        found.append(_FORGES)
    if _CODE.search(plain):
        found.append(_ENCODED)
    if any(_foreign(part, question) for part in parts):
        found.append(_FOREIGN)
    return tuple(found)


def _hidden(character: str) -> bool:
    return unicodedata.category(character) in ("Cf", "Co", "Cn") and character not in _PROPER


def _talks(question: Question, reading: Reading, text: str, parts: list[str]) -> bool:
    if any(is_instruction(part) for part in parts):
        return True
    known = _vocabulary(question, reading)
    stem_of = stems("en").__getitem__
    words = {token.word: stem_of(token.word) for token in tokenize(text)}
    if any(word in _WORDS and stem not in known for word, stem in words.items()):
        return True
    ids = [point.id for point in reading.points if point.id.count("-") + point.id.count("_") > 1]
    return bool(_PHRASES.search(text)) or any(name in text for name in ids)


@lru_cache(maxsize=512)
def _vocabulary(question: Question, reading: Reading) -> frozenset[str]:
    texts = [question.prompt, *reading.references]
    texts += [text for point in reading.points for text in (point.text, *point.aliases)]
    return frozenset(token.stem for text in texts for token in tokenize(text, question.language))


def _foreign(part: str, question: Question) -> bool:
    """Say whether a sentence is in another script than the question, or surely in another language."""
    letters = [character for character in part if character.isalpha()]
    if len(letters) < 2:
        return False
    latin_question = _mostly_latin(question.prompt)
    latin = sum("LATIN" in unicodedata.name(letter, "") for letter in letters) if not part.isascii() else len(letters)
    if latin_question and 3 * latin < 2 * len(letters):
        return True
    if primary(question.language) != "en" or not latin_question:
        return False
    words = [token.word for token in tokenize(part)]
    grammatical = _words_of("function_words.txt")
    english = sum(word in grammatical for word in words)
    if len(words) < _FEWEST_WORDS or english * _ENGLISH_ONE_IN > len(words):
        return False
    told = detect(part)
    return told.is_sure and told.language != "en"


_words_of = lru_cache(maxsize=1)(data_words)


@lru_cache(maxsize=512)
def _mostly_latin(text: str) -> bool:
    letters = [character for character in text if character.isalpha()]
    return 2 * sum("LATIN" in unicodedata.name(letter, "") for letter in letters) >= len(letters)
