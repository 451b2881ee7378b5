"""What an answer shows of each point, in numbers: the features from which credit is reckoned.

Every feature lies in 0..1, more is better, and none falls when the answer says more: each is a maximum over clauses,
sentences or words. There is no length among them. Answers to one question are computed side by side; what stands
beside an answer does not bear on its features.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grader.answer import Script
from grader.embedding import Embedder
from grader.lexicon import FloatArray, IntArray
from grader.matchers import NAMES as MATCHERS
from grader.rubric import Matches, Rubric
from grader.statement import QUESTION_WORD_WEIGHT
from grader.text import phrase_of

NAMES = (
    "text_pool",  # share of the point's own wording found anywhere in the answer
    "best_sentence",  # the best of all wordings, in one sentence
    "mean_sentence",  # mean of the best three wordings
    "best_pairs",  # share of neighbouring terms that stand together, in order, in one sentence
    "explained",  # best_sentence, less where the sentence says much else
    "meaning",  # cosine of the best clause with the best wording; what fits another point better counts less
    "mean_meaning",
    "open_pool",  # like text_pool, but a sentence counts sooner, and the question's words are part of its matter
    "company",  # mean of "explained" over the other required points: in such company a doubtful wording more likely says this one
)
_DOUBTED = 0.4
_TOP = 3
# Cosine that text about anything at all reaches; only what is above it speaks for kinship.
_UNRELATED = 0.3
# Coverage of a wording from which kindred meaning counts fully.
_ANCHOR = 0.25
# Strength from which a word is there itself; coverage from which a sentence with an opposite speaks of the statement;
# coverage from which a denial is not taken back by saying the same as well.
_SAID, _MOST_OF_IT, _ALL_OF_IT, _PLAIN_DENIAL = 0.6, 0.45, 0.9, 0.75
_NUMBER = MATCHERS.index("number")
# Coverage of a wording from which a single clause says the point.
_EARNS = 0.6
_LEAST_SAID = 0.5
# From so much more coverage a sentence is about another point, and what is lost for each bit more.
_CLEAR_LEAD, _BORROWED = 0.3, 1.0
# Share of a sentence that speaks of the matter, from which its words count at all, and fully.
_OFF, _ON = 0.2, 0.4
# The same where the question's words are part of the matter.
_OPEN_OFF, _OPEN_ON = 0.1, 0.3
# Weight of words of the points, other than the question's, from which an answer says more than the question did.
_NEWS = 0.15
_DRAW, _STRICT = 0.05, 3.0


@dataclass(frozen=True, slots=True)
class Found:
    """Features of some answers, and where they come from.

    ``values`` has shape ``(answers, points, len(NAMES))``; ``denied`` shape ``(answers, points)``: the largest share of
    a wording that one sentence denies and none asserts as fully. ``terms`` has shape ``(tokens, terms)``: the asserted
    strengths; ``coverage`` shape ``(clauses, statements)``; ``earning`` shape ``(clauses,)``: does a clause say a sound
    point by itself; ``fit`` shape ``(answers, statements)``: by which of its wordings an answer says a point best.
    """

    values: FloatArray
    denied: FloatArray
    terms: FloatArray
    coverage: FloatArray
    earning: npt.NDArray[np.bool_]
    fit: FloatArray


def extract(rubric: Rubric, script: Script, matches: Matches, embedder: Embedder | None = None) -> Found:
    """Compute the features of some answers.

    Without an embedder, or in a language that it does not cover, the word vectors stand in for it.
    """
    asserted, denied, flat = _polarity(rubric, script, matches)
    by_clause = np.maximum.reduceat(asserted, script.clauses, axis=0)
    by_sentence = np.maximum.reduceat(asserted, script.sentences, axis=0)
    turned = _turned(rubric, script, matches, by_sentence)
    if turned is not None:
        by_sentence = by_sentence * ~turned[:, rubric.statement_of]
    # A word counts as far as its sentence speaks of the matter, so that neither padding nor a word in passing adds anything.
    spoken = _spoken(script, matches, asserted)
    gate = np.clip((spoken - np.float32(_OFF)) / np.float32(_ON - _OFF), 0.0, 1.0)[:, None]
    pooled = _over(script.first_sentences, by_sentence * _open_gate(script, matches, asserted))
    news = _news(rubric, script, matches, asserted)
    open_pool = _coverage(rubric, pooled) * news
    by_sentence = by_sentence * gate
    by_sentence = by_sentence * _shared(rubric, by_sentence)[:, rubric.statement_of]
    # Words of a bare list count item by item, not together.
    some_listed = bool(script.listed.any())
    prose_sentence = by_sentence
    if some_listed:
        prose = np.maximum.reduceat(asserted * ~script.listed[:, None], script.sentences, axis=0)
        prose_sentence = np.minimum(prose, by_sentence)

    clause = _coverage(rubric, by_clause)
    sentence = _coverage(rubric, prose_sentence)
    pairs = _pairs(rubric, script, asserted, by_sentence)
    pairs = pairs * (gate if turned is None else gate * ~turned)
    rivalry = _rivalry(rubric, (sentence + pairs) / 2.0)
    sentence = np.maximum(sentence - rivalry, 0.0)
    best_pairs = _over(script.first_sentences, np.maximum(pairs - rivalry, 0.0))
    best_sentence = _over(script.first_sentences, sentence)
    best_clause = _over(script.first_clauses, clause)
    explained = _over(script.first_sentences, np.sqrt(sentence * spoken[:, None]))
    if some_listed:
        has_list = np.logical_or.reduceat(script.listed, script.answers)[:, None]
        best_sentence = np.where(has_list, np.maximum(best_sentence, best_clause), best_sentence)
        explained = np.where(has_list, np.maximum(explained, best_clause), explained)
    pool = _coverage(rubric, _over(script.first_sentences, by_sentence))
    # A misconception has to be said in one breath; it cannot be pieced together from sound sentences.
    pool = np.where(rubric.is_wrong, best_sentence, np.maximum(pool, best_sentence))
    said = _best(rubric, explained)
    meaning = _phrases(rubric, script, matches) if embedder is None else _meanings(rubric, script, embedder)
    # Kindred meaning alone says nothing: some word of the wording has to be there.
    meaning = meaning * np.minimum(pool / np.float32(_ANCHOR), 1.0) * news

    values = np.stack(
        [
            _best(rubric, np.where(rubric.is_text, pool, 0.0)),
            _best(rubric, best_sentence),
            _top_mean(rubric, best_sentence),
            _best(rubric, best_pairs),
            said,
            _best(rubric, meaning),
            _top_mean(rubric, meaning),
            _best(rubric, np.where(rubric.is_text, open_pool, 0.0)),
            _company(rubric, said),
        ],
        axis=2,
    )
    earning = clause[:, ~rubric.is_wrong].max(axis=1, initial=0.0) >= _EARNS
    denial = _denial(rubric, script, by_sentence, denied, flat)
    fit = pool + best_clause
    return Found(np.clip(values, 0.0, 1.0), denial, asserted, clause, earning, fit)


def _polarity(
    rubric: Rubric, script: Script, matches: Matches
) -> tuple[FloatArray, FloatArray | None, FloatArray | None]:
    """Return what each word asserts of each term, what it denies, and what it denies flatly; ``(tokens, terms)``.

    The latter two are None where no word denies or doubts anything.
    """
    # An opposite asserts nothing, not even under a negation: "not sudden" is no "gradual" yet.
    strength = np.maximum(matches.strength, 0.0)
    if not ((script.signs < 1).any() or (script.doubted > 0).any() or script.soft.any()):
        # The common case: nothing is denied, so only the statements' own negations count.
        return strength * (rubric.signs > 0), None, None
    signed = strength * script.signs[:, None] * rubric.signs
    asserted, against = np.maximum(signed, 0.0), np.maximum(-signed, 0.0)
    # Only what the answer itself negates is denied; a missing negation may be about something else.
    negated = (script.signs[:, None] < 0) & (rubric.signs[None, :] > 0)
    # "Limited scalability" and "does not scale" agree: where one side says softly what the other denies, both concur.
    softly = (script.soft & (script.signs > 0))[:, None] & (~rubric.soft & (rubric.signs < 0))[None, :]
    flatly = (~script.soft & (script.signs < 0))[:, None] & (rubric.soft & (rubric.signs > 0))[None, :]
    concur = softly | flatly
    asserted = np.where(concur, np.maximum(asserted, against), asserted)
    denied = np.where(negated & ~concur, against, 0.0)
    doubted = (script.doubted[:, None] > 0) & (rubric.doubted[None, :] == 0)
    # What stands before a negation shares its fate, where the negation hits the same statement.
    denied = np.maximum(denied, np.where(doubted, asserted, 0.0))
    asserted = np.where(doubted, asserted * np.float32(_DOUBTED), asserted)
    return asserted, denied, np.where(negated, signed < 0, 0.0).astype(np.float32)


def _shared(rubric: Rubric, by_sentence: FloatArray) -> FloatArray:
    """Return how much a sentence counts for each statement, where it says another point much better: 1 or less.

    Words that it shares with the one are no proof of the other. Shape ``(sentences, statements)``.
    """
    said = _coverage(rubric, by_sentence)
    if len(rubric.heads) < 2:
        return np.ones_like(said)
    by_point = np.maximum.reduceat(said, rubric.heads, axis=1)
    ranked = np.sort(by_point, axis=1)
    others = np.where(by_point == ranked[:, -1:], ranked[:, -2:-1], ranked[:, -1:])
    lead = others[:, np.searchsorted(rubric.headed, rubric.point_of)] - said
    counts: FloatArray = 1.0 - np.float32(_BORROWED) * np.maximum(lead - np.float32(_CLEAR_LEAD), 0.0)
    return counts


def _turned(rubric: Rubric, script: Script, matches: Matches, by_sentence: FloatArray) -> npt.NDArray[np.bool_] | None:
    """Say which sentences turn a statement round: most of it is there, and the opposite of one of its words instead of it.

    Shape ``(sentences, statements)``; None where no word has an opposite among the terms.
    """
    opposite = (matches.strength < 0) & (script.signs[:, None] > 0)
    if not opposite.any():
        return None
    missing = by_sentence < _SAID
    said = _coverage(rubric, by_sentence)
    number = matches.matcher == _NUMBER
    turned = np.zeros_like(said, dtype=np.bool_)
    # Sentences name many numbers, so another one speaks against a statement only where all the rest is there.
    for kind, least in ((opposite & ~number, _MOST_OF_IT), (opposite & number, _ALL_OF_IT)):
        there = np.logical_or.reduceat(kind, script.sentences, axis=0) & missing
        against = _coverage(rubric, there.astype(np.float32))
        turned |= (against > 0) & (against + said >= least)
    return turned


def _spoken(script: Script, matches: Matches, asserted: FloatArray) -> FloatArray:
    """Return how much of each sentence speaks of the matter, by weight: shape ``(sentences,)``, in 0..1."""
    spoken = matches.weights * asserted.max(axis=1, initial=0.0)
    whole = np.add.reduceat(matches.weights, script.sentences)
    return np.add.reduceat(spoken, script.sentences) / np.maximum(whole, np.float32(_LEAST_SAID))


def _open_gate(script: Script, matches: Matches, asserted: FloatArray) -> FloatArray:
    """Return how far the words of each sentence count, where the question's words are part of the matter: ``(sentences, 1)``."""
    weights = np.where(matches.asked, matches.weights / np.float32(QUESTION_WORD_WEIGHT), matches.weights)
    spoken = np.where(matches.asked, np.float32(1.0), asserted.max(axis=1, initial=0.0)) * weights
    whole = np.maximum(np.add.reduceat(weights, script.sentences), np.float32(_LEAST_SAID))
    share = np.add.reduceat(spoken, script.sentences) / whole
    gate: FloatArray = np.clip((share - np.float32(_OPEN_OFF)) / np.float32(_OPEN_ON - _OPEN_OFF), 0.0, 1.0)
    return gate[:, None]


def _news(rubric: Rubric, script: Script, matches: Matches, asserted: FloatArray) -> FloatArray:
    """Return how far each answer says anything of the points that the question did not say: ``(answers, 1)``, in 0..1.

    1 where the points hold no other words than the question.
    """
    if rubric.is_asked.all():
        return np.ones((len(script.texts), 1), dtype=np.float32)
    own = asserted[:, ~rubric.is_asked].max(axis=1) * np.where(matches.asked, np.float32(0.0), matches.weights)
    said = np.add.reduceat(own, script.answers)
    least = np.float32(min(_NEWS, rubric.news / 2.0))
    news: FloatArray = np.minimum(said / least, np.float32(1.0))
    return news[:, None]


def _denial(
    rubric: Rubric, script: Script, by_sentence: FloatArray, denied: FloatArray | None, flat: FloatArray | None
) -> FloatArray:
    """Return the largest share of a wording that one sentence denies and none asserts: ``(answers, points)``."""
    if denied is None or flat is None:
        return np.zeros((len(script.texts), rubric.points), dtype=np.float32)
    denied_sentence = np.maximum.reduceat(denied, script.sentences, axis=0)
    asserting = _coverage(rubric, by_sentence)
    against = _coverage(rubric, np.where(denied_sentence > by_sentence, denied_sentence, 0.0))
    against = np.where(_coverage(rubric, np.maximum.reduceat(flat, script.sentences, axis=0)) > 0, against, 0.0)
    denial = _over(script.first_sentences, np.maximum(against - asserting, 0.0))
    # Said and denied at once: a plain denial of nearly all of it stands, a lesser one gives way.
    stands = (denial > _over(script.first_sentences, asserting)) | (denial >= _PLAIN_DENIAL)
    denial = np.where(stands, denial, 0.0)
    return _best(rubric, denial)


def _over(firsts: IntArray, values: FloatArray) -> FloatArray:
    """Return the largest value of each answer: ``(parts, n)`` to ``(answers, n)``."""
    result: FloatArray = np.maximum.reduceat(values, firsts, axis=0)
    return result


def _coverage(rubric: Rubric, strengths: FloatArray) -> FloatArray:
    """Sum term strengths to coverages: ``(rows, terms)`` to ``(rows, statements)``."""
    return np.add.reduceat(strengths * rubric.weights, rubric.offsets, axis=1)


def _pairs(rubric: Rubric, script: Script, asserted: FloatArray, by_sentence: FloatArray) -> FloatArray:
    """Return the share of neighbouring terms that stand together, in order: shape ``(sentences, statements)``.

    Function words do not part neighbours, and one word of content may stand between them. A statement of one term
    has no neighbours; there the term itself counts.
    """
    result = np.zeros((len(script.sentences), len(rubric.pairless)), dtype=np.float32)
    result[:, rubric.pairless] = _coverage(rubric, by_sentence)[:, rubric.pairless]
    content = np.flatnonzero(script.content)
    if len(content) < 2 or not len(rubric.left):
        return result
    words = asserted[content]
    sentence_of = np.searchsorted(script.sentences, content, side="right") - 1
    left, right = words[:, rubric.left], words[:, rubric.left + 1]
    together = np.zeros_like(left)
    for distance, worth in ((1, 1.0), (2, 0.8)):
        if len(content) > distance:
            same = (sentence_of[:-distance] == sentence_of[distance:]) * np.float32(worth)
            found = np.minimum(left[:-distance], right[distance:]) * same[:, None]
            np.maximum(together[:-distance], found, out=together[:-distance])
    firsts = np.flatnonzero(np.diff(sentence_of, prepend=-1))
    by_part = np.maximum.reduceat(together, firsts, axis=0) * rubric.pair_weights
    sums = np.zeros((len(firsts), len(rubric.pairless)), dtype=np.float32)
    heads = np.flatnonzero(np.diff(rubric.pair_of, prepend=-1))
    sums[:, rubric.pair_of[heads]] = np.add.reduceat(by_part, heads, axis=1)
    result[sentence_of[firsts]] = np.maximum(result[sentence_of[firsts]], sums * rubric.told)
    return result


def _rivalry(rubric: Rubric, support: FloatArray) -> FloatArray:
    """Return what to take from each statement because the same sentence supports the other side more.

    Misconceptions and sound points are each other's rivals; a draw goes to the sound point.
    """
    wrong = rubric.is_wrong
    if not wrong.any() or wrong.all():
        return np.zeros((1, 1), dtype=np.float32)
    lead_of_wrong = support[:, wrong].max(axis=1)[:, None] - support
    lead_of_sound = support[:, ~wrong].max(axis=1)[:, None] - support + _DRAW
    taken: FloatArray = np.where(
        wrong[None, :], _STRICT * np.maximum(lead_of_sound, 0.0), np.maximum(lead_of_wrong, 0.0)
    )
    return taken


def _phrases(rubric: Rubric, script: Script, matches: Matches) -> FloatArray:
    """Return, per statement, the cosine of the best clause by the mean of its word vectors; denied words are left out."""
    vectors = matches.vectors
    if (script.signs < 1).any():
        vectors = vectors * script.signs[:, None].clip(0.0)
    sums = np.add.reduceat(vectors, script.clauses, axis=0)
    norms = np.linalg.norm(sums, axis=1, keepdims=True)
    cosines = (sums / np.where(norms > 0, norms, 1.0)) @ rubric.vectors.T
    # Rounded, since the last digits of a matrix product depend on how many rows it has.
    return _compete(rubric, script.first_clauses, np.round(cosines, 4))


def _meanings(rubric: Rubric, script: Script, embedder: Embedder) -> FloatArray:
    """Return, per statement, the cosine of the best clause or sentence by the encoder, as far as it is not denied."""
    texts: list[str] = []
    asserted: list[float] = []
    firsts: list[int] = []
    for answer in script.texts:
        firsts.append(len(texts))
        runs = {
            (int(first), int(last))
            for starts in (answer.clauses, answer.sentences)
            for first, last in zip(starts, [*starts[1:], len(answer.tokens)], strict=True)
            if starts is answer.clauses or not answer.listed[first:last].any()
        }
        for first, last in sorted(runs):
            # Folded words, not the raw text: case and spacing must not bear on a score.
            texts.append(phrase_of(answer.tokens[first:last]))
            asserted.append(max(0.0, float(answer.signs[first:last].mean())))
    cosines = np.round(embedder.encode(texts) @ rubric.meanings(embedder).T, 4)
    weighted = cosines * np.array(asserted, dtype=np.float32)[:, None]
    return _compete(rubric, np.array(firsts), weighted)


def _compete(rubric: Rubric, firsts: IntArray, cosines: FloatArray) -> FloatArray:
    """Take from each cosine, ``(runs, statements)``, what the same run says better of another point; best run counts."""
    cosines = np.maximum(cosines - np.float32(_UNRELATED), 0.0) / np.float32(1.0 - _UNRELATED)
    if len(rubric.heads) > 1:
        by_point = np.maximum.reduceat(cosines, rubric.heads, axis=1)
        ranked = np.partition(by_point, -2, axis=1)
        others = np.where(by_point == ranked[:, -1:], ranked[:, -2:-1], ranked[:, -1:])
        place = np.searchsorted(rubric.headed, rubric.point_of)
        lead = np.maximum(others[:, place] - cosines, 0.0)
        cosines = cosines - np.where(rubric.is_wrong, np.float32(_STRICT), np.float32(1.0)) * lead
    return _over(firsts, np.maximum(cosines, 0.0))


def _company(rubric: Rubric, said: FloatArray) -> FloatArray:
    """Return, per point, the mean of ``said`` over the other required points; its own where there is no other."""
    required = rubric.is_required
    others = required.sum() - required
    total = (said * required).sum(axis=1, keepdims=True) - said * required
    result: FloatArray = np.where(others > 0, total / np.maximum(others, 1), said).astype(np.float32)
    return result


def _best(rubric: Rubric, values: FloatArray) -> FloatArray:
    """Return the largest value of each point: ``(answers, statements)`` to ``(answers, points)``."""
    result = np.zeros((len(values), rubric.points), dtype=np.float32)
    result[:, rubric.headed] = np.maximum.reduceat(values, rubric.heads, axis=1)
    return result


def _top_mean(rubric: Rubric, values: FloatArray) -> FloatArray:
    """Return the mean of the three largest values of each point (of all where it has fewer)."""
    result = np.zeros((len(values), rubric.points), dtype=np.float32)
    ends = [*rubric.heads[1:].tolist(), values.shape[1]]
    for point, first, end in zip(rubric.headed.tolist(), rubric.heads.tolist(), ends, strict=True):
        own = values[:, first:end]
        if own.shape[1] > _TOP:
            own = np.sort(own, axis=1)[:, -_TOP:]
        result[:, point] = own.mean(axis=1)
    return result
