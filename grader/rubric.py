"""A reading of a question, compiled for matching; and the table of how each word of an answer matches its terms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grader.answer import AnswerText
from grader.embedding import Embedder
from grader.lexicon import FloatArray, IntArray, lexicon
from grader.matchers import NAMES, Word, match_word
from grader.matchers.word import word_of
from grader.statement import FUNCTION_WORDS, Statement, compile_statement, content_tokens
from grader.text import tokenize
from grader.types import Question, Reading

_ACRONYM = 0.95
_ACRONYM_RARITY = 0.9
_ACRONYM_INDEX = NAMES.index("acronym")
_MAX_WORDS = 20_000
Row = tuple[FloatArray, FloatArray, FloatArray]


@dataclass(frozen=True, slots=True)
class Matches:
    """How the words of one answer match the terms of a rubric.

    ``strength`` has shape ``(tokens, terms)`` in -1..1, ``matcher`` the same shape with indices into ``NAMES``, and
    ``vectors`` shape ``(tokens, dimensions)``: word vectors times their weight, zero for function words.
    """

    strength: FloatArray
    matcher: FloatArray
    vectors: FloatArray


class Rubric:
    """The statements of one reading, side by side in arrays, and a memory of the words matched so far.

    ``offsets`` holds the first term of each statement; ``weights``, ``signs`` and ``doubted`` have one entry a term;
    ``point_of``, ``is_text`` and ``is_wrong`` (of a misconception) one a statement.
    """

    def __init__(self, question: Question, reading: Reading) -> None:
        self.language = question.language
        asked = {token.stem for token in content_tokens(tokenize(question.prompt, self.language))}
        statements: list[Statement] = []
        texts: list[str] = []
        for index, point in enumerate(reading.points):
            for number, text in enumerate((point.text, *point.aliases)):
                compiled = compile_statement(
                    text, point=index, is_alias=number > 0, language=self.language, question_stems=asked
                )
                if compiled is not None:
                    statements.append(compiled)
                    texts.append(" ".join(token.word for token in tokenize(text, self.language)))
        self.statements = tuple(statements)
        self.points = len(reading.points)
        if not statements:
            return
        sizes = [len(statement.terms) for statement in statements]
        self.offsets: IntArray = np.cumsum([0, *sizes[:-1]])
        self.statement_of: IntArray = np.repeat(np.arange(len(statements)), sizes)
        self.sizes: IntArray = np.array(sizes)
        self.weights: FloatArray = np.concatenate([s.weights for s in statements])
        self.signs: FloatArray = np.concatenate([s.signs for s in statements])
        self.doubted: FloatArray = np.concatenate([s.doubted for s in statements])
        self.soft = np.array([s.soft for s in statements], dtype=np.bool_)[self.statement_of]
        self.vectors: FloatArray = np.stack([s.vector for s in statements])
        self.point_of: IntArray = np.array([s.point for s in statements])
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
        self._terms: dict[Word, list[int]] = {}
        for place, term in enumerate(term for statement in statements for term in statement.terms):
            self._terms.setdefault(term, []).append(place)
        self._spelled_out = {
            term.text: places
            for term, places in self._terms.items()
            if 2 <= len(term.text) <= 5 and term.text.isalpha() and lexicon().weight(term.stem) >= _ACRONYM_RARITY
        }
        self._rows: dict[str, Row] = {}

    def meanings(self, embedder: Embedder) -> FloatArray:
        """Return the vectors of the statements by an encoder, shape ``(statements, dimensions)``."""
        found = self._meanings.get(embedder.signature)
        if found is None:
            found = self._meanings[embedder.signature] = embedder.encode(self._texts)
        return found

    def match(self, answer: AnswerText) -> Matches:
        """Match every word of an answer with every term."""
        rows = [self._row(token.word, token.stem) for token in answer.tokens]
        strength = np.stack([row[0] for row in rows])
        matcher = np.stack([row[1] for row in rows])
        self._match_initials(answer, strength, matcher)
        return Matches(strength, matcher, np.stack([row[2] for row in rows]))

    def _row(self, text: str, stem: str) -> Row:
        row = self._rows.get(text)
        if row is None:
            if len(self._rows) >= _MAX_WORDS:
                self._rows.clear()
            row = self._rows[text] = self._match_one(text, stem)
        return row

    def _match_one(self, text: str, stem: str) -> Row:
        word = word_of(text, self.language)
        strength = np.zeros(len(self.weights), dtype=np.float32)
        matcher = np.zeros(len(self.weights), dtype=np.float32)
        for term, places in self._terms.items():
            found, name = match_word(term, word)
            if found:
                strength[places] = found
                matcher[places] = name
        # Initials are an acronym only where they are no common word themselves ("an", "get").
        if 2 <= len(text) <= 5 and text.isalpha() and lexicon().weight(stem) >= _ACRONYM_RARITY:
            for statement, offset in zip(self.statements, self.offsets, strict=True):
                for index in statement.acronyms.get(text, ()):
                    if strength[offset + index] < _ACRONYM:
                        strength[offset + index] = _ACRONYM
                        matcher[offset + index] = _ACRONYM_INDEX
        table = lexicon()
        vector = None if text in FUNCTION_WORDS else table.vector(stem)
        weighted = np.zeros(table.dimensions, dtype=np.float32) if vector is None else vector * table.weight(stem)
        return strength, matcher, weighted

    def _match_initials(self, answer: AnswerText, strength: FloatArray, matcher: FloatArray) -> None:
        """Let "continuous training" in the answer match the term "CT" of a statement."""
        words = [(index, token) for index, token in enumerate(answer.tokens) if answer.content[index]]
        for acronym, places in self._spelled_out.items():
            size = len(acronym)
            for first in range(len(words) - size + 1):
                run = words[first : first + size]
                if all(token.word[0] == letter for (_, token), letter in zip(run, acronym, strict=True)):
                    index = run[0][0]
                    for place in places:
                        if strength[index, place] < _ACRONYM:
                            strength[index, place] = _ACRONYM
                            matcher[index, place] = _ACRONYM_INDEX
