"""What to ask today, and in which order: pure functions over cards, questions and settings."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from grader.types import Point, Question, Reading
from study.memory import REVIEW, Memory
from study.records import CardState, Deck, PointRef
from study.settings import StudySettings

Reason = Literal["confidently_wrong", "due", "new"]
SURE = 70
"""From this confidence on (0..100) a miss counts as confidently wrong."""
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Item:
    """One question to ask. ``refs`` are its points that are due (none for a new one).

    ``focus`` names the points to ask for by their labels; empty asks the whole question. ``retrievability`` is that of the
    point most at risk. ``waits_until`` is set where all of ``refs`` are due later in this session (missed some minutes ago).
    """

    question_id: str
    kind: Literal["due", "new"]
    refs: tuple[PointRef, ...]
    focus: tuple[str, ...]
    reason: Reason
    retrievability: float | None = None
    waits_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Today:
    """What was asked today: the number of answers, how many were first answers, and when each question was answered first."""

    answers: int = 0
    new: int = 0
    asked: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Agenda:
    """The rest of today. ``items`` keep to ``limit``; ``due_count`` and ``new_count`` count questions beyond it too."""

    items: tuple[Item, ...]
    due_count: int
    new_count: int
    done_today: int
    limit: int


def in_deck(question: Question, deck: Deck, pack: str | None) -> bool:
    """Say whether ``deck`` holds the question: each of its non-empty parts must name it; an empty deck holds everything."""
    return (
        (not deck.packs or pack in deck.packs)
        and (not deck.topics or question.topic in deck.topics)
        and (not deck.tags or not set(deck.tags).isdisjoint(question.tags))
    )


def by_question(questions: Mapping[str, Question], cards: Iterable[CardState]) -> dict[str, tuple[CardState, ...]]:
    """Return the cards in play of each question that has any, in the order of ``questions``."""
    found: dict[str, list[CardState]] = defaultdict(list)
    for card in cards:
        found[card.ref.question_id].append(card)
    played = {key: in_play(question, found[key]) for key, question in questions.items() if key in found}
    return {key: mine for key, mine in played.items() if mine}


def in_play(question: Question, cards: Sequence[CardState]) -> tuple[CardState, ...]:
    """Return the cards of a question that count, in the order of its points.

    They are those of points that it still has, of the reading that was answered last, and of points of which a count is wanted
    ("any 5 of") the ones due last: a point that was left out while others made up the number is not missing.
    """
    kept: dict[str, dict[str, CardState]] = defaultdict(dict)
    points = {(r.id, p.id): p for r in question.readings for p in r.points if p.kind == "required"}
    for card in cards:
        if (card.ref.reading_id, card.ref.point_id) in points:
            kept[card.ref.reading_id][card.ref.point_id] = card
    if not kept:
        return ()
    last = max(kept, key=lambda name: (max(card.last_review or _LONG_AGO for card in kept[name].values()), name))
    reading, mine = question.reading(last), kept[last]
    counted = [mine[point.id] for point in reading.points if point.id in mine and reading.counted(point)]
    counted.sort(key=lambda card: (card.state == REVIEW, card.due), reverse=True)
    spare = {card.ref.point_id for card in counted[reading.required_count :]} if reading.required_count else set()
    return tuple(mine[point.id] for point in reading.points if point.id in mine and point.id not in spare)


def agenda(
    questions: Mapping[str, Question],
    cards: Iterable[CardState],
    today: Today,
    settings: StudySettings,
    memory: Memory,
    now: datetime,
    day_end: datetime,
    wrong: Collection[PointRef] = (),
) -> Agenda:
    """Return what is left for today: ``wrong`` (confidently wrong) first, then what is most at risk, new ones spread between.

    A point is due on the whole day that it is due on; one that is learned in steps of minutes, when they are over, and until then
    its question stands at the end. Due questions come before new ones where the daily load has no room for both.
    """
    played = by_question(questions, cards)
    ready: list[Item] = []
    later: list[Item] = []
    for key, mine in played.items():
        due = [card for card in mine if card.due <= now or (card.state == REVIEW and card.due < day_end)]
        steps = [card for card in mine if card.state != REVIEW and now < card.due < day_end]
        if due:
            ready.append(_due_item(questions[key], due, memory, now, wrong))
        elif steps:
            later.append(_due_item(questions[key], steps, memory, now, wrong, min(card.due for card in steps)))
    unseen = [key for key in questions if key not in played]
    # One that was asked today and has no card could not be judged; it waits for another day.
    fresh = [Item(key, "new", (), (), "new") for key in unseen if key not in today.asked]
    ready.sort(key=lambda item: _order(item, today, played))
    later.sort(key=lambda item: (item.waits_until or now, item.question_id))
    room = max(0, settings.daily_load - today.answers)
    ready_today, later_today = ready[:room], later[: max(0, room - len(ready))]
    new_room = min(room - len(ready_today) - len(later_today), max(0, settings.new_per_day - today.new))
    items = (*_spread(ready_today, fresh[:new_room], today), *later_today)
    return Agenda(items, len(ready) + len(later), len(unseen), today.answers, settings.daily_load)


def cram(
    questions: Mapping[str, Question], cards: Iterable[CardState], memory: Memory, now: datetime
) -> tuple[Item, ...]:
    """Return every question, the weakest first: never answered, then by mean retrievability; no limits, always whole."""
    played = by_question(questions, cards)
    items = []
    for key, question in questions.items():
        mine = played.get(key, ())
        strength = mean_retrievability(question, mine, memory, now)
        refs = tuple(card.ref for card in mine)
        items.append(Item(key, "due" if mine else "new", refs, (), "due" if mine else "new", strength))
    # sorted() is stable: equals stay in the order of the course.
    return tuple(sorted(items, key=lambda item: item.retrievability or 0.0))


def mean_retrievability(question: Question, cards: Sequence[CardState], memory: Memory, now: datetime) -> float | None:
    """Return the mean chance, by weight, that a wanted point is recalled; one never rated has none. None without any card."""
    if not cards:
        return None
    reading = question.reading(cards[0].ref.reading_id)
    weight = {point.id: point.weight for point in reading.points}
    known = math.fsum(weight[card.ref.point_id] * memory.retrievability(card, now) for card in cards)
    return min(1.0, known / wanted_weight(reading))


def wanted_weight(reading: Reading) -> float:
    """Return the weight of what a full answer says: of counted points, the heaviest of that number."""
    required = [point for point in reading.points if point.kind == "required"]
    counted = sorted((point.weight for point in required if reading.counted(point)), reverse=True)
    others = [point.weight for point in required if not reading.counted(point)]
    return math.fsum([*others, *counted[: reading.required_count]])


def focus_of(question: Question, due: Sequence[CardState]) -> tuple[str, ...]:
    """Return the points to ask for by name: less than half of the question by weight, all with a label; else none."""
    reading = question.reading(due[0].ref.reading_id)
    ids = {card.ref.point_id for card in due}
    points: list[Point] = [point for point in reading.points if point.id in ids]
    small = math.fsum(point.weight for point in points) < wanted_weight(reading) / 2
    return tuple(point.id for point in points) if small and all(point.label for point in points) else ()


def _due_item(
    question: Question,
    due: Sequence[CardState],
    memory: Memory,
    now: datetime,
    wrong: Collection[PointRef],
    waits_until: datetime | None = None,
) -> Item:
    refs = tuple(card.ref for card in due)
    reason: Reason = "due" if set(refs).isdisjoint(wrong) else "confidently_wrong"
    risk = min(memory.retrievability(card, now) for card in due)
    return Item(question.id, "due", refs, focus_of(question, due), reason, risk, waits_until)


def _order(item: Item, today: Today, played: Mapping[str, Sequence[CardState]]) -> tuple[bool, bool, float, str]:
    """Sort what was asked today and could not be judged last: it would come up again at once."""
    asked = today.asked.get(item.question_id)
    last = {card.ref: card.last_review or _LONG_AGO for card in played[item.question_id]}
    vain = asked is not None and all(last[ref] < asked for ref in item.refs)
    return vain, item.reason != "confidently_wrong", item.retrievability or 0.0, item.question_id


def _spread(due: Sequence[Item], new: Sequence[Item], today: Today) -> list[Item]:
    """Mix the new questions evenly into the whole day, of which ``today`` is done already; what was wrong stays first."""
    first = [item for item in due if item.reason == "confidently_wrong"]
    rest = [item for item in due if item.reason != "confidently_wrong"]
    done = max(0, today.answers - today.new)

    def places(items: Sequence[Item], behind: int) -> list[tuple[float, Item]]:
        whole = behind + len(items)
        return [((behind + number + 0.5) / whole, item) for number, item in enumerate(items)]

    mixed = [*places(rest, done), *places(new, today.new)]
    return [*first, *(item for _, item in sorted(mixed, key=lambda pair: pair[0]))]
