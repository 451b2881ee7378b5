"""Parameters fitted to one learner: found again where a learner differs, and adopted only where they predict no worse."""

from __future__ import annotations

import importlib.util
import math
import random
from collections.abc import Sequence
from datetime import timedelta

import pytest
from fsrs.scheduler import DEFAULT_PARAMETERS, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS

from study.fitting import LEAST_REVIEWS, Fit, FittingError, fit, log_loss
from study.memory import Memory
from study.records import Answer, Review
from tests.study.classroom import ANNA, DAY, NOW, Classroom, grade, hexa, question, ref, review

OTHER = tuple(
    value * {0: 3.0, 2: 4.0, 8: 0.75, 20: 1.9}.get(number, 1.0) for number, value in enumerate(DEFAULT_PARAMETERS)
)
"""A learner who keeps new things longer and forgets by another curve."""


def lived(truth: Sequence[float], points: int, days: int = 80, seed: int = 1) -> list[Review]:
    """The reviews of a learner with these true parameters, scheduled by the standard ones."""
    chance, learner, scheduler = random.Random(seed), Memory(truth), Memory()
    log: list[Review] = []
    for number in range(points):
        at, mind, card = NOW + timedelta(days=chance.randrange(20)), None, None
        while at < NOW + days * DAY:
            known = 0.6 if mind is None else learner.retrievability(mind, at)
            made = review(ref(f"q{number}"), 3 if chance.random() < known else 1, at, len(log))
            mind, card = learner.review(mind, made), scheduler.review(card, made)
            log.append(made)
            at = card.due
    return log


def test_the_extra_has_the_parameters_of_the_scheduler_in_their_order() -> None:
    from fsrs_rs_python import DEFAULT_PARAMETERS as THEIRS

    assert list(THEIRS) == pytest.approx(list(DEFAULT_PARAMETERS), abs=1e-6)


def test_fitting_comes_near_to_what_the_truth_predicts_and_is_the_same_each_time() -> None:
    log = lived(OTHER, 200)
    found = fit(log)
    assert found == fit(log[::-1])
    assert (found.reviews, found.better) == (len(log), True)
    since = len(log) * 4 // 5
    truth = log_loss(log, OTHER, since)
    assert found.loss_before == log_loss(log, None, since)
    assert abs(found.loss_after - truth) < abs(found.loss_before - truth)
    assert len(found.values) == 21
    for value, low, high in zip(found.values, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS, strict=True):
        assert low <= value <= high
    Memory(found.values)


def test_too_few_reviews_are_named() -> None:
    log = lived(OTHER, 200)[: LEAST_REVIEWS - 1]
    with pytest.raises(FittingError, match="needs 400 reviews and there are 399"):
        fit(log)


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(FittingError, match=r"pip install 'viva-trainer\[fit\]'"):
        fit(lived(OTHER, 200))


def test_reviews_of_a_single_day_teach_nothing() -> None:
    log = [review(ref(f"q{number}"), 3, NOW, number) for number in range(LEAST_REVIEWS)]
    with pytest.raises(FittingError, match="several days"):
        fit(log)


@pytest.mark.parametrize(("after", "better"), [(0.3, True), (0.4, True), (0.41, False), (float("nan"), False)])
def test_only_what_predicts_no_worse_is_better(after: float, better: bool) -> None:
    assert Fit((), 400, 80, 0.4, after).better is better


def test_log_loss_is_that_of_the_reviews_a_day_or_more_apart() -> None:
    first = review(ref("q"), 3, NOW)
    soon = review(ref("q"), 1, NOW + timedelta(hours=1))
    memory = Memory()
    later = review(ref("q"), 3, NOW + 4 * DAY)
    card = memory.rebuild([first, soon])[ref("q")]
    assert log_loss([later, soon, first], None) == pytest.approx(-math.log(memory.retrievability(card, later.at)))
    assert math.isnan(log_loss([first, soon], None))


@pytest.mark.parametrize("better", [True, False])
def test_the_trainer_adopts_what_is_better_and_derives_the_cards_anew(
    better: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = question()
    room = Classroom([asked])
    answer = Answer(hexa("x"), ANNA, "q", asked.version, "x", NOW)
    room.trainer.submit(answer, grade(asked, "mmm"), NOW, hexa("act"))
    before = room.cards()
    found = Fit(OTHER, 400, 80, 0.5, 0.4 if better else 0.6)
    monkeypatch.setattr("study.schedule.fit", lambda *_: found)
    assert room.trainer.fit(ANNA, NOW + DAY) == found
    assert room.trainer.parameters(ANNA) == (OTHER if better else None)
    with room.store.reading() as tx:
        log = tx.active_reviews(ANNA)
    assert room.cards() == Memory(OTHER if better else None).rebuild(log)
    assert (room.cards() == before) is not better
    room.close()
