"""What lies before a learner, read from the database: the day's agenda, plans, standings and sessions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from study.errors import StudyError
from study.records import Deck, HintUse, Plan, Sitting
from study.settings import StudySettings
from study.sittings import over
from tests.study.classroom import ANNA, BEN, DAY, NOW, Classroom, hexa, question, ref

BERLIN = ZoneInfo("Europe/Berlin")
ALL = Deck()
MINUTE = timedelta(minutes=1)


@pytest.fixture
def room() -> Iterator[Classroom]:
    room = Classroom([question("q"), question("r", topic="drift"), question("s", tags=("exam",)), question("t")])
    yield room
    room.close()


def todo(room: Classroom, deck: Deck = ALL) -> list[tuple[str, str]]:
    agenda = room.trainer.agenda(ANNA, deck, room.now, BERLIN)
    return [(item.question_id, item.reason) for item in agenda.items]


# --- the agenda


def test_a_day_from_the_first_question_to_the_last(room: Classroom) -> None:
    room.trainer.save_settings(ANNA, StudySettings(new_per_day=2), NOW)
    assert todo(room) == [("q", "new"), ("r", "new")]
    room.answer("q", "mmu")
    assert todo(room) == [("r", "new"), ("q", "due")]  # the missed point waits
    room.now += 11 * MINUTE
    assert [item.focus for item in room.trainer.agenda(ANNA, ALL, room.now, BERLIN).items] == [("p3",), ()]
    room.answer("q", "uum", focus=("p3",), mode="review")
    room.answer("r", "mmm")
    agenda = room.trainer.agenda(ANNA, ALL, room.now, BERLIN)
    assert (agenda.items, agenda.done_today, agenda.new_count) == ((), 3, 2)


def test_cramming_takes_nothing_from_the_day(room: Classroom) -> None:
    room.trainer.save_settings(ANNA, StudySettings(new_per_day=1, daily_load=1), NOW)
    room.answer("t", "mmm", mode="cram")
    assert todo(room) == [("q", "new")]
    assert room.trainer.agenda(ANNA, ALL, NOW, BERLIN).done_today == 0


def test_a_confident_miss_comes_back_before_an_unsure_one(room: Classroom) -> None:
    room.answer("q", "uuu", confidence=30)
    room.answer("r", "uuu", confidence=69)
    room.answer("s", "uuu", confidence=70)
    room.answer("t", "uuu")
    room.now += DAY
    assert todo(room)[0] == ("s", "confidently_wrong")
    assert {reason for _, reason in todo(room)[1:]} == {"due"}
    room.answer("s", "mmm", mode="review", confidence=90)
    room.now += 3 * DAY
    assert ("s", "due") in todo(room)


def test_a_new_day_begins_at_four_on_the_learners_clock(room: Classroom) -> None:
    room.trainer.save_settings(ANNA, StudySettings(new_per_day=1), NOW)
    room.now = datetime(2026, 3, 28, 21, tzinfo=UTC)
    room.answer("q", "mmm")
    assert todo(room) == []
    room.now = datetime(2026, 3, 29, 1, 59, tzinfo=UTC)  # 03:59: the clocks went forward an hour ago
    assert todo(room) == []
    room.now = datetime(2026, 3, 29, 2, 0, tzinfo=UTC)
    assert todo(room) == [("r", "new")]


def test_a_deck_narrows_what_is_asked(room: Classroom) -> None:
    assert todo(room, Deck(topics=("drift",))) == [("r", "new")]
    assert todo(room, Deck(tags=("exam",))) == [("s", "new")]
    assert todo(room, Deck(packs=("none",))) == []


# --- plans


def plan(room: Classroom, days: int, deck: Deck = ALL) -> Plan:
    made = Plan(hexa(f"plan{days}"), ANNA, "Exam", date(2026, 3, 2) + timedelta(days=days), deck, NOW)
    room.trainer.add_plan(made)
    return made


def test_a_plan_sets_the_number_of_new_questions_and_asks_its_own_first(room: Classroom) -> None:
    room.trainer.save_settings(ANNA, StudySettings(new_per_day=0), NOW)
    made = plan(room, 2, Deck(tags=("exam",)))
    assert room.trainer.plans(ANNA) == (made,)
    assert todo(room) == [("s", "new")]
    room.answer("s", "mmm")
    assert todo(room) == []
    room.trainer.end_plan(made.id, room.now)
    assert room.trainer.plans(ANNA) == ()
    assert todo(room) == []


def test_a_plans_number_does_not_change_within_the_day(room: Classroom) -> None:
    plan(room, 3)
    assert len(todo(room)) == 2
    room.answer("q", "mmm")
    assert todo(room) == [("r", "new")]
    room.answer("r", "mmm")
    assert todo(room) == []


def test_an_exam_that_is_over_sets_nothing(room: Classroom) -> None:
    plan(room, 1)
    room.now = NOW + DAY
    room.trainer.save_settings(ANNA, StudySettings(new_per_day=1), NOW)
    assert len(todo(room)) == 1


def test_the_load_of_a_plan_counts_what_is_known_already(room: Classroom) -> None:
    room.answer("q", "mmm")
    load = room.trainer.plan_load(Plan(hexa("thought"), ANNA, "", date(2026, 3, 12), ALL, NOW), NOW, BERLIN)
    assert (load.new_left, load.days_left, load.feasible) == (3, 10, True)
    assert [day.new for day in room.trainer.forecast(ANNA, NOW, BERLIN, 2)] == [3, 0]


# --- standing and cramming


def test_standing_tells_what_is_due_what_is_weak_and_how_the_last_answer_went(room: Classroom) -> None:
    room.answer("q", "mmu")
    room.answer("r", "aaa")
    standing = room.trainer.standing(ANNA, NOW)
    assert standing.keys() == {"q", "r"}
    assert (standing["q"].due, standing["q"].weak, standing["q"].attempts) == (1, 1, 1)
    assert standing["q"].last_score == pytest.approx(2 / 3, abs=1e-4)
    assert standing["q"].retrievability == pytest.approx(1.0)
    assert (standing["r"].due, standing["r"].weak, standing["r"].retrievability) == (0, 0, None)
    later = room.trainer.standing(ANNA, NOW + 30 * DAY)["q"]
    assert (later.due, later.weak) == (3, 3)
    assert later.retrievability is not None
    assert later.retrievability < 0.8
    assert room.trainer.standing(BEN, NOW) == {}


def test_cramming_puts_the_weakest_first_and_needs_no_due_date(room: Classroom) -> None:
    room.answer("q", "mmm")
    room.answer("r", "uuu")
    room.now += 2 * DAY
    items = room.trainer.cram(ANNA, ALL, room.now)
    assert [item.question_id for item in items] == ["s", "t", "r", "q"]
    assert [item.question_id for item in room.trainer.cram(ANNA, Deck(topics=("drift",)), room.now)] == ["r"]


# --- sessions


def session(name: str = "one", kind: str = "questions", size: int = 4, at: datetime = NOW) -> Sitting:
    return Sitting(hexa(name), ANNA, at, kind, size)  # type: ignore[arg-type]


def test_a_session_sums_up_what_was_gained_and_missed(room: Classroom) -> None:
    room.answer("q", "muu")
    room.now = NOW + DAY
    sitting = session(at=room.now)
    room.trainer.start_sitting(sitting)
    assert room.trainer.open_sitting(ANNA) == sitting
    room.answer("q", "mmu", sitting=sitting.id, duration_ms=90_000, mode="review")
    room.answer("r", "mma", sitting=sitting.id, duration_ms=30_000, hints=(HintUse("p2", 3, room.now),))
    room.trainer.open(ANNA, "s", "study", (), room.now)
    found = room.trainer.sitting_summary(sitting.id, room.now, BERLIN)
    assert (found.answered, found.minutes, found.left, found.open_question) == (2, 2.0, 2, "s")
    assert found.mean_score == pytest.approx(2 / 3, abs=1e-4)
    assert found.gained == (ref("q", 2), ref("r", 1))
    assert found.missed == (ref("q", 3), ref("r", 2))
    assert found.due_tomorrow == 2
    room.trainer.end_sitting(sitting.id, room.now)
    room.trainer.end_sitting(sitting.id, room.now + DAY)
    assert room.trainer.open_sitting(ANNA) is None
    assert room.trainer.sitting_summary(sitting.id, room.now, BERLIN).sitting.ended_at == room.now


def test_the_learners_own_rating_counts_in_the_summary(room: Classroom) -> None:
    sitting = session()
    room.trainer.start_sitting(sitting)
    answer = room.answer("q", "uuu", sitting=sitting.id).record.answer
    room.trainer.rate(answer.id, 3, NOW, hexa("own"), "p1")
    found = room.trainer.sitting_summary(sitting.id, NOW, BERLIN)
    assert found.gained == (ref("q", 1),)
    assert found.missed == (ref("q", 2), ref("q", 3))


def test_an_empty_session_is_summed_up_too(room: Classroom) -> None:
    room.trainer.start_sitting(session(kind="minutes", size=5))
    found = room.trainer.sitting_summary(session().id, NOW, BERLIN)
    assert (found.answered, found.mean_score, found.left, found.gained, found.missed) == (0, None, None, (), ())
    with pytest.raises(StudyError, match="no session"):
        room.trainer.sitting_summary("f" * 32, NOW, BERLIN)


def test_a_session_that_begins_ends_the_one_before(room: Classroom) -> None:
    room.trainer.start_sitting(session("one"))
    second = session("two", at=NOW + MINUTE)
    room.trainer.start_sitting(second)
    room.trainer.start_sitting(second)
    assert room.trainer.open_sitting(ANNA) == second
    assert room.trainer.sitting_summary(session("one").id, NOW, BERLIN).sitting.ended_at == NOW + MINUTE


@pytest.mark.parametrize(
    ("kind", "answered", "minutes", "is_over"),
    [("questions", 3, 999, False), ("questions", 4, 0, True), ("minutes", 99, 3, False), ("minutes", 0, 4, True)],
)
def test_a_session_is_over_after_its_questions_or_minutes(
    kind: str, answered: int, minutes: int, is_over: bool
) -> None:
    assert over(session(kind=kind), answered, NOW + minutes * MINUTE) is is_over
