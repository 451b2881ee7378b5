"""A reading of a question, compiled; and the table of how each word of some answers matches its terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grader.answer import AnswerText, Script
from grader.embedding import Embedder
from grader.grammar import function_words
from grader.lexicon import FloatArray, IntArray, lexicon
from grader.matchers import NAMES
from grader.matchers.index import TermIndex
from grader.matchers.word import word_of
from grader.statement import QUESTION_WORD_WEIGHT, Statement, compile_statement, content_tokens
from grader.text import phrase_of, tokenize
from grader.types import Question, Reading

_ACRONYM = 0.95
_ACRONYM_RARITY = 0.9
_ACRONYM_INDEX = NAMES.index("acronym")
# Some 1 kB each for a question of ten points.
_MAX_WORDS = 5_000


@dataclass(frozen=True, slots=True)
class Matches:
    """How the words of some answers match the terms of a rubric.

    ``strength`` has shape ``(tokens, terms)`` in -1..1, ``matcher`` the same shape with indices into ``NAMES``, and
    ``vectors`` shape ``(tokens, dimensions)``: word vectors times their weight, zero for function words. ``weights``
    has one entry a token: how much its word tells, less for a word of the question; ``asked`` says which those are.
    """

    strength: FloatArray
    matcher: npt.NDArray[np.int8]
    vectors: FloatArray
    weights: FloatArray
    asked: npt.NDArray[np.bool_]
    rows: IntArray


class Rubric:
    """The statements of one reading, side by side in arrays, and a memory of the words matched so far.

    ``offsets`` holds the first term of each statement; ``weights``, ``signs`` and ``doubted`` have one entry a term;
    ``point_of``, ``is_text`` and ``is_wrong`` (of a misconception) one a statement. Statements of one point stand
    together; ``heads`` holds the first statement of each point that has one, ``headed`` those points. ``is_asked`` has one entry
    a term: is it a word of the question; ``news`` is what the rarest other word tells, in 0..1.
    """

    def __init__(self, question: Question, reading: Reading) -> None:
        self.reading = reading
        self.language = question.language
        self.asked = {token.stem for token in content_tokens(tokenize(question.prompt, self.language), self.language)}
        statements: list[Statement] = []
        texts: list[str] = []
        for index, point in enumerate(reading.points):
            for number, text in enumerate((point.text, *point.aliases)):
                compiled = compile_statement(
                    text, point=index, is_alias=number > 0, language=self.language, question_stems=self.asked
                )
                if compiled is not None:
                    statements.append(compiled)
                    texts.append(phrase_of(tokenize(text, self.language)))
        self.statements = tuple(statements)
        self.points = len(reading.points)
        self.is_required = np.array([point.kind == "required" for point in reading.points], dtype=np.bool_)
        if not statements:
            return
        sizes = [len(statement.terms) for statement in statements]
        self.offsets: IntArray = np.cumsum([0, *sizes[:-1]])
        self.statement_of: IntArray = np.repeat(np.arange(len(statements)), sizes)
        self.sizes: IntArray = np.array(sizes)
        self.weights: FloatArray = np.concatenate([s.weights for s in statements])
        self.signs: FloatArray = np.concatenate([s.signs for s in statements])
        self.doubted: FloatArray = np.concatenate([s.doubted for s in statements])
        terms = [term for statement in statements for term in statement.terms]
        self.is_asked = np.array([term.stem in self.asked for term in terms], dtype=np.bool_)
        self.news = max((lexicon().weight(t.entry) for t in terms if t.stem not in self.asked), default=0.0)
        self.soft = np.array([s.soft for s in statements], dtype=np.bool_)[self.statement_of]
        self.vectors: FloatArray = np.stack([s.vector for s in statements])
        self.point_of: IntArray = np.array([s.point for s in statements])
        self.headed, self.heads = np.unique(self.point_of, return_index=True)
        self.is_text = np.array([not s.is_alias for s in statements], dtype=np.bool_)
        self.is_wrong = np.array([reading.points[s.point].kind == "misconception" for s in statements], dtype=np.bool_)
        # Neighbouring terms of one statement: what stands together in the answer is said together.
        self.left: IntArray = np.flatnonzero(self.statement_of[:-1] == self.statement_of[1:])
        pair_weights = self.weights[self.left] + self.weights[self.left + 1]
        self.pair_of: IntArray = self.statement_of[self.left]
        totals = np.zeros(len(statements), dtype=np.float32)
        np.add.at(totals, self.pair_of, pair_weights)
        self.pair_weights: FloatArray = pair_weights / np.maximum(totals[self.pair_of], 1e-9)
        self.pairless = totals == 0
        self.told: FloatArray = np.add.reduceat(self.weights, self.offsets)
        # The rarest words tell most: the same weights, squared.
        squares = self.weights**2
        self.key_weights: FloatArray = squares / np.add.reduceat(squares, self.offsets)[self.statement_of]
        self.key_weights *= self.told[self.statement_of]
        self._texts = tuple(texts)
        self._meanings: dict[str, FloatArray] = {}
        self._index = TermIndex(terms)
        places: dict[str, list[int]] = {}
        for place, term in enumerate(terms):
            places.setdefault(term.text, []).append(place)
        self._spelled_out = {text: where for text, where in places.items() if _is_acronym(text, self.language)}
        self._initials: dict[str, list[int]] = {}
        for statement, offset in zip(statements, self.offsets.tolist(), strict=True):
            for initials, indices in statement.acronyms.items():
                self._initials.setdefault(initials, []).extend(offset + index for index in indices)
        self._forget()

    def _forget(self) -> None:
        """Begin the memory of words anew."""
        self._places: dict[str, int] = {}
        self._strength = np.zeros((256, len(self.weights)), dtype=np.float32)
        self._matcher = np.zeros((256, len(self.weights)), dtype=np.int8)
        self._vectors = np.zeros((256, lexicon().dimensions), dtype=np.float32)
        self._word_weights = np.zeros(256, dtype=np.float32)
        self._word_asked = np.zeros(256, dtype=np.bool_)

    def meanings(self, embedder: Embedder) -> FloatArray:
        """Return the vectors of the statements by an encoder, shape ``(statements, dimensions)``."""
        found = self._meanings.get(embedder.signature)
        if found is None:
            found = self._meanings[embedder.signature] = embedder.encode(self._texts)
        return found

    def match(self, script: Script) -> Matches:
        """Match every word of some answers with every term."""
        words = [token.word for text in script.texts for token in text.tokens]
        places = self._places
        if not places.keys() >= (distinct := dict.fromkeys(words)).keys():
            if len(places) + len(distinct) > _MAX_WORDS:
                self._forget()
                places = self._places
            self._learn([word for word in distinct if word not in places])
        rows = np.fromiter(map(places.__getitem__, words), dtype=np.int64, count=len(words))
        strength, matcher = self._strength[rows], self._matcher[rows]
        if self._spelled_out:
            first = 0
            for text in script.texts:
                self._match_initials(text, strength[first:], matcher[first:])
                first += len(text.tokens)
        return Matches(strength, matcher, self._vectors[rows], self._word_weights[rows], self._word_asked[rows], rows)

    def _learn(self, new: Sequence[str]) -> None:
        """Match words that no answer had before with all terms."""
        count = len(self._places)
        size = len(self._word_weights)
        while size < count + len(new):
            size *= 2
        if size > len(self._word_weights):
            for name in ("_strength", "_matcher", "_vectors", "_word_weights", "_word_asked"):
                old = getattr(self, name)
                grown = np.zeros((size, *old.shape[1:]), dtype=old.dtype)
                grown[:count] = old[:count]
                setattr(self, name, grown)
        table, grammatical = lexicon(), function_words(self.language)
        words = [word_of(text, self.language) for text in new]
        for offset, (term_places, strength, matcher) in enumerate(self._index.match(words)):
            self._strength[count + offset, term_places] = strength
            self._matcher[count + offset, term_places] = matcher
        vectors = table.vectors([word.entry for word in words])
        for row, (word, vector) in enumerate(zip(words, vectors, strict=True), start=count):
            # Initials are an acronym only where they are no common word themselves ("an", "get").
            if word.text in self._initials and _is_acronym(word.text, self.language):
                for place in self._initials[word.text]:
                    if self._strength[row, place] < _ACRONYM:
                        self._strength[row, place] = _ACRONYM
                        self._matcher[row, place] = _ACRONYM_INDEX
            if word.text not in grammatical:
                weight = table.weight(word.entry)
                asked = self._word_asked[row] = word.stem in self.asked
                self._word_weights[row] = weight * (QUESTION_WORD_WEIGHT if asked else 1.0)
                self._vectors[row] = vector * weight
            self._places[word.text] = row

    def _match_initials(self, answer: AnswerText, strength: FloatArray, matcher: npt.NDArray[np.int8]) -> None:
        """Let "continuous training" in the answer match the term "CT" of a statement."""
        words = [(index, token.word) for index, token in enumerate(answer.tokens) if answer.content[index]]
        letters = "".join(word[0] for _, word in words)
        for acronym, places in self._spelled_out.items():
            first = letters.find(acronym)
            while first >= 0:
                index = words[first][0]
                for place in places:
                    if strength[index, place] < _ACRONYM:
                        strength[index, place] = _ACRONYM
                        matcher[index, place] = _ACRONYM_INDEX
                first = letters.find(acronym, first + 1)


def _is_acronym(text: str, language: str) -> bool:
    short = 2 <= len(text) <= 5 and text.isalpha()
    return short and lexicon().weight(word_of(text, language).entry) >= _ACRONYM_RARITY
