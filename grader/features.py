"""What an answer shows of each point, in numbers: the features from which credit is reckoned.

Every feature lies in 0..1, more is better, and none falls when the answer says more: each is a maximum over clauses,
sentences or words. There is no length among them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grader.answer import AnswerText
from grader.embedding import Embedder
from grader.lexicon import FloatArray
from grader.rubric import Matches, Rubric

NAMES = (
    "text_sentence",  # share of the point's own wording found in one sentence
    "text_answer",  # ... anywhere in the answer
    "best_clause",  # the best of all wordings, in one clause
    "best_sentence",
    "best_answer",
    "mean_sentence",  # mean of the best three wordings
    "mean_answer",
    "best_key",  # as best_sentence, with the rarest terms of the wording counting most
    "mean_key",
    "best_pairs",  # share of neighbouring terms that stand together, in order, in one sentence
    "mean_pairs",
    "phrase",  # cosine of the best clause with the best wording, by word vectors
    "mean_phrase",
    "meaning",  # the same by the encoder, clauses and sentences; what fits another point better counts less
    "mean_meaning",
)
_DOUBTED = 0.4
_TOP = 3
# Cosine that text about anything at all reaches; only what is above it speaks for kinship.
_UNRELATED = 0.3
# Coverage of a wording from which a sentence adds to what others say of it.
_FAIR_PART = 0.2
# Coverage of a wording from which a single clause says the point.
_EARNS = 0.6
_DRAW, _STRICT = 0.05, 3.0


@dataclass(frozen=True, slots=True)
class Found:
    """Features of an answer, and where they come from.

    ``values`` has shape ``(points, len(NAMES))``; ``denied`` shape ``(points,)``: the largest share of a wording that one
    sentence denies and none asserts as fully. ``terms`` has shape ``(tokens, terms)``: the asserted strengths;
    ``coverage`` shape ``(clauses, statements)``; ``earning`` shape ``(clauses,)``: does a clause say a sound point by
    itself.
    """

    values: FloatArray
    denied: FloatArray
    terms: FloatArray
    coverage: FloatArray
    earning: npt.NDArray[np.bool_]


def extract(rubric: Rubric, answer: AnswerText, matches: Matches, embedder: Embedder | None = None) -> Found:
    """Compute the features of one answer; it must have at least one token.

    Without an embedder, or in a language that it does not cover, the word vectors stand in for it.
    """
    signed = matches.strength * answer.signs[:, None] * rubric.signs[None, :]
    asserted, denied = np.maximum(signed, 0.0), np.maximum(-signed, 0.0)
    # Only what the answer itself negates is denied; an antonym or a missing negation may be about something else.
    negated = (answer.signs[:, None] < 0) & (rubric.signs[None, :] > 0)
    # "Limited scalability" and "does not scale" agree: where one side says softly what the other denies, both concur.
    softly = (answer.soft & (answer.signs > 0))[:, None] & (~rubric.soft & (rubric.signs < 0))[None, :]
    flatly = (~answer.soft & (answer.signs < 0))[:, None] & (rubric.soft & (rubric.signs > 0))[None, :]
    concur = softly | flatly
    asserted = np.where(concur, np.maximum(asserted, denied), asserted)
    denied = np.where(concur, 0.0, denied)
    doubted = (answer.doubted[:, None] > 0) & (rubric.doubted[None, :] == 0)
    denied = np.where(negated, denied, 0.0)
    # What stands before a negation shares its fate, where the negation hits the same statement.
    denied = np.maximum(denied, np.where(doubted, asserted, 0.0))
    asserted = np.where(doubted, asserted * _DOUBTED, asserted)

    by_clause = np.maximum.reduceat(asserted, answer.clauses, axis=0)
    by_sentence = np.maximum.reduceat(asserted, answer.sentences, axis=0)
    denied_sentence = np.maximum.reduceat(denied, answer.sentences, axis=0)
    # Words of a bare list count item by item, not together.
    prose = asserted * ~answer.listed[:, None]
    prose_sentence = np.maximum.reduceat(prose, answer.sentences, axis=0)

    clause = _coverage(rubric, by_clause)
    sentence = _coverage(rubric, prose_sentence)
    pairs = _pairs(rubric, answer, asserted)
    rivalry = _rivalry(rubric, (sentence + pairs) / 2.0)
    best_clause = clause.max(axis=0)
    key = np.add.reduceat(prose_sentence * rubric.key_weights, rubric.offsets, axis=1)
    best_key = np.maximum(key - rivalry, 0.0).max(axis=0)
    best_pairs = np.maximum(pairs - rivalry, 0.0).max(axis=0)
    best_sentence = np.maximum(sentence - rivalry, 0.0).max(axis=0)
    if answer.listed.any():
        best_sentence = np.maximum(best_sentence, best_clause)
    # Words from several sentences count together where each sentence says a fair part; stray words do not.
    part = (sentence >= _FAIR_PART)[:, rubric.statement_of]
    whole = np.maximum(best_sentence, _coverage(rubric, (prose_sentence * part).max(axis=0)[None, :])[0])
    # A misconception has to be said in one breath; it cannot be pieced together from sound sentences.
    whole = np.where(rubric.is_wrong, best_sentence, whole)
    asserting = _coverage(rubric, by_sentence)
    against = _coverage(rubric, np.where(denied_sentence > by_sentence, denied_sentence, 0.0))
    flat = _coverage(rubric, np.maximum.reduceat(np.where(negated, signed < 0, 0.0), answer.sentences, axis=0))
    against = np.where(flat > 0, against, 0.0)
    denial = np.maximum(against - asserting, 0.0).max(axis=0)
    denial = np.where(denial > asserting.max(axis=0), denial, 0.0)
    phrase = _phrases(rubric, answer, matches)
    meaning = phrase if embedder is None else _meanings(rubric, answer, embedder)

    text = rubric.is_text
    values = np.stack(
        [
            _best(rubric, best_sentence, text),
            _best(rubric, whole, text),
            _best(rubric, best_clause),
            _best(rubric, best_sentence),
            _best(rubric, whole),
            _top_mean(rubric, best_sentence),
            _top_mean(rubric, whole),
            _best(rubric, best_key),
            _top_mean(rubric, best_key),
            _best(rubric, best_pairs),
            _top_mean(rubric, best_pairs),
            _best(rubric, phrase),
            _top_mean(rubric, phrase),
            _best(rubric, meaning),
            _top_mean(rubric, meaning),
        ],
        axis=1,
    )
    earning = clause[:, ~rubric.is_wrong].max(axis=1, initial=0.0) >= _EARNS
    return Found(np.clip(values, 0.0, 1.0), _best(rubric, denial), asserted, clause, earning)


def _coverage(rubric: Rubric, strengths: FloatArray) -> FloatArray:
    """Sum term strengths to coverages: ``(rows, terms)`` to ``(rows, statements)``."""
    return np.add.reduceat(strengths * rubric.weights, rubric.offsets, axis=1)


def _pairs(rubric: Rubric, answer: AnswerText, asserted: FloatArray) -> FloatArray:
    """Return the share of neighbouring terms that stand together, in order: shape ``(sentences, statements)``.

    Function words do not part neighbours, and one word of content may stand between them. A statement of one term
    has no neighbours; there the term itself counts.
    """
    content = np.flatnonzero(answer.content)
    result = np.zeros((len(answer.sentences), len(rubric.pairless)), dtype=np.float32)
    single = np.maximum.reduceat(asserted, answer.sentences, axis=0)
    result[:, rubric.pairless] = _coverage(rubric, single)[:, rubric.pairless]
    if len(content) < 2 or not len(rubric.left):
        return result
    words = asserted[content]
    sentence_of = np.searchsorted(answer.sentences, content, side="right") - 1
    together = np.zeros((len(content), len(rubric.left)), dtype=np.float32)
    for distance, worth in ((1, 1.0), (2, 0.8)):
        if len(content) <= distance:
            break
        same = sentence_of[:-distance] == sentence_of[distance:]
        left, right = words[:-distance][:, rubric.left], words[distance:][:, rubric.left + 1]
        found = worth * np.minimum(left, right) * same[:, None]
        together[:-distance] = np.maximum(together[:-distance], found)
    firsts = np.flatnonzero(np.diff(sentence_of, prepend=-1))
    by_sentence = np.maximum.reduceat(together, firsts, axis=0) * rubric.pair_weights
    sums = np.zeros((len(firsts), len(rubric.pairless)), dtype=np.float32)
    np.add.at(sums.T, rubric.pair_of, by_sentence.T)
    result[sentence_of[firsts]] = np.maximum(result[sentence_of[firsts]], sums * rubric.told)
    return result


def _rivalry(rubric: Rubric, support: FloatArray) -> FloatArray:
    """Return what to take from each statement because the same sentence supports the other side more.

    Misconceptions and sound points are each other's rivals; a draw goes to the sound point.
    """
    wrong = rubric.is_wrong
    if not wrong.any() or wrong.all():
        return np.zeros_like(support)
    lead_of_wrong = support[:, wrong].max(axis=1)[:, None] - support
    lead_of_sound = support[:, ~wrong].max(axis=1)[:, None] - support + _DRAW
    taken: FloatArray = np.where(
        wrong[None, :], _STRICT * np.maximum(lead_of_sound, 0.0), np.maximum(lead_of_wrong, 0.0)
    )
    return taken


def _phrases(rubric: Rubric, answer: AnswerText, matches: Matches) -> FloatArray:
    """Return, per statement, the cosine of the best clause by the mean of its word vectors; denied words are left out."""
    vectors = np.add.reduceat(matches.vectors * answer.signs[:, None].clip(0.0), answer.clauses, axis=0)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return _compete(rubric, (vectors / np.where(norms > 0, norms, 1.0)) @ rubric.vectors.T)


def _meanings(rubric: Rubric, answer: AnswerText, embedder: Embedder) -> FloatArray:
    """Return, per statement, the cosine of the best clause or sentence by the encoder, as far as it is not denied."""
    runs = {
        (int(first), int(last))
        for starts in (answer.clauses, answer.sentences)
        for first, last in zip(starts, [*starts[1:], len(answer.tokens)], strict=True)
        if starts is answer.clauses or not answer.listed[first:last].any()
    }
    ordered = sorted(runs)
    # Folded words, not the raw text: case and spacing must not bear on a score.
    texts = [" ".join(token.word for token in answer.tokens[first:last]) for first, last in ordered]
    asserted = np.array([max(0.0, float(answer.signs[first:last].mean())) for first, last in ordered], dtype=np.float32)
    return _compete(rubric, (embedder.encode(texts) @ rubric.meanings(embedder).T) * asserted[:, None])


def _compete(rubric: Rubric, cosines: FloatArray) -> FloatArray:
    """Take from each cosine, ``(runs, statements)``, what the same run says better of another point; best run counts."""
    cosines = np.maximum(cosines - _UNRELATED, 0.0) / (1.0 - _UNRELATED)
    if rubric.points > 1:
        by_point = np.zeros((len(cosines), rubric.points), dtype=np.float32)
        for point in range(rubric.points):
            own = rubric.point_of == point
            if own.any():
                by_point[:, point] = cosines[:, own].max(axis=1)
        ranked = np.sort(by_point, axis=1)
        others = np.where(by_point == ranked[:, -1:], ranked[:, -2:-1], ranked[:, -1:])
        lead = np.maximum(others[:, rubric.point_of] - cosines, 0.0)
        cosines = cosines - np.where(rubric.is_wrong, _STRICT, 1.0) * lead
    best: FloatArray = np.maximum(cosines, 0.0).max(axis=0)
    return best


def _best(rubric: Rubric, values: FloatArray, among: npt.NDArray[np.bool_] | None = None) -> FloatArray:
    result = np.zeros(rubric.points, dtype=np.float32)
    if among is None:
        np.maximum.at(result, rubric.point_of, values)
    else:
        np.maximum.at(result, rubric.point_of[among], values[among])
    return result


def _top_mean(rubric: Rubric, values: FloatArray) -> FloatArray:
    """Return the mean of the three largest values of each point (of all where it has fewer)."""
    result = np.zeros(rubric.points, dtype=np.float32)
    for point in range(rubric.points):
        own = np.sort(values[rubric.point_of == point])[-_TOP:]
        if len(own):
            result[point] = own.mean()
    return result
