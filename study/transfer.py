"""Everything a learner leaves behind as one JSON Lines file, and back again; ``study.lines`` says what its lines are.

Cards are not in it, since they follow from the reviews.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from study.copies import Copies
from study.drafts import MAX_DRAFT_CHARS, Draft
from study.errors import ImportProblem, StoreError
from study.lines import (
    KINDS,
    DraftLine,
    Line,
    SettingsLine,
    end_line,
    head_line,
    name_of,
    read_lines,
    record_line,
)
from study.records import (
    AliasProposal,
    AnswerRecord,
    Dispute,
    FittedParameters,
    LoggedReview,
    Opening,
    Plan,
    Sitting,
    StudySettings,
)

if TYPE_CHECKING:
    from study.drafts import DraftStore
    from study.store import Store
    from study.transactions import Reading, Writing


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import came to, by type of record: ``added``, and ``present`` already. ``learners`` are those it belongs to now."""

    added: tuple[tuple[str, int], ...]
    present: tuple[tuple[str, int], ...]
    learners: tuple[str, ...]


def export_lines(
    store: Store, learner: str | None = None, drafts: DraftStore | None = None, *, now: datetime
) -> Iterator[str]:
    """Yield the lines of an export, each with its line end; of all learners where none is named."""
    yield head_line(now)
    number = 0
    with store.reading() as tx:
        for record in _records(tx, learner, drafts):
            yield record_line(record)
            number += 1
    yield end_line(number)


def _records(tx: Reading, learner: str | None, drafts: DraftStore | None) -> Iterator[Line]:
    kept = [] if drafts is None else drafts.drafts(learner)
    known = {summary.learner for summary in tx.learners()} | {owner for owner, _, _ in kept}
    for one in sorted(known) if learner is None else [learner]:
        if tx.has_settings(one):
            yield SettingsLine(one, tx.settings(one))
        yield from tx.all_parameters(one)
        yield from sorted(tx.plans(one), key=lambda plan: (plan.at, plan.id))
        yield from sorted(tx.sittings(one), key=lambda sitting: (sitting.at, sitting.id))
        yield from tx.answers(one)
        yield from tx.logged_reviews(one)
        yield from tx.disputes(one, withdrawn=True)
        yield from tx.proposals(one)
        yield from tx.openings(one)
        yield from (DraftLine(one, question, draft.text, draft.at) for owner, question, draft in kept if owner == one)


def import_lines(
    store: Store,
    lines: Iterable[str],
    *,
    now: datetime,
    as_learner: str | None = None,
    drafts: DraftStore | None = None,
) -> ImportReport:
    """Take in an export, whole or not at all, and derive the cards anew. Twice imports once.

    What is there already stays as it is, settings too, but for what has come on since: further grades, what was rated again or
    undone, withdrawn, ended or decided, and newer drafts. ``as_learner`` gives all of it to one learner; where another learner
    here holds the same records, this one gets copies. Raises ImportProblem, which names the line, for what is no export, comes
    from a newer version, or is broken; and for what several learners left where one is to get it.
    """
    # Read to the end before the database is held: a file may be broken in its last line.
    records = list(read_lines(lines))
    if as_learner is not None:
        _refuse_several(records)
    added: Counter[str] = Counter()
    present: Counter[str] = Counter()
    owners: dict[str, None] = {}
    from study.rating import derive_all
    from study.schedule import memory_of

    with store.writing() as tx:
        copies = Copies(tx, as_learner)
        keep = _Keep(tx)
        waiting: list[DraftLine] = []
        for number, record in records:
            mine = copies.of(record)
            if not isinstance(mine, AliasProposal):
                owners[_learner(mine)] = None
            if isinstance(mine, DraftLine):
                waiting.append(mine)
                continue
            try:
                new = keep.record(mine)
            except (StoreError, ValueError) as error:
                told = " ".join(str(error).split())
                raise ImportProblem(f"line {number}: {name_of(mine)}: {told}") from error
            (added if new else present)[name_of(mine)] += 1
        keep.finish()
        for learner in owners:
            derive_all(tx, learner, memory_of(tx, learner))
        if drafts is not None:
            # Within the transaction, so that a full disk leaves the database as it was; drafts themselves can come twice.
            for draft in waiting:
                new = _keep_draft(drafts, draft, now)
                (added if new else present)["draft"] += 1
    return ImportReport(_counted(added), _counted(present), tuple(owners))


def _refuse_several(records: Sequence[tuple[int, Line]]) -> None:
    """Nobody's memory is made of what several people know."""
    first = None
    for number, record in records:
        owner = None if isinstance(record, AliasProposal) else _learner(record)
        first = first or owner
        if owner is not None and owner != first:
            raise ImportProblem(f"line {number}: here begins what a second learner left; only one can be taken over")


def _counted(counter: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple((name, counter[name]) for name in KINDS if counter[name])


def _learner(record: Line) -> str:
    match record:
        case AnswerRecord():
            return record.answer.learner
        case LoggedReview():
            return record.review.learner
        case AliasProposal():
            raise TypeError("a proposal belongs to its dispute")
        case _:
            return record.learner


def _keep_draft(drafts: DraftStore, line: DraftLine, now: datetime) -> bool:
    """Keep a draft unless one is there that is as new; say whether it was kept."""
    found = drafts.load(line.learner, line.question_id)
    if (found is not None and found.at >= line.at) or len(line.text) > MAX_DRAFT_CHARS:
        return False
    drafts.save(line.learner, line.question_id, Draft(line.text, line.at), now=now)
    return True


class _Keep:
    """Writes one record, and says whether it is new."""

    def __init__(self, tx: Writing) -> None:
        self._tx = tx
        self._present: list[LoggedReview] = []
        self._acts: dict[type[Line], Callable[..., bool]] = {
            SettingsLine: self._settings,
            FittedParameters: self._parameters,
            Plan: self._plan,
            Sitting: self._sitting,
            AnswerRecord: self._answer,
            LoggedReview: self._review,
            Dispute: self._dispute,
            AliasProposal: self._proposal,
            Opening: self._opening,
        }

    def record(self, record: Line) -> bool:
        return self._acts[type(record)](record)

    def finish(self) -> None:
        """Do what needs all records to be there: marks name actions that may come later in the file."""
        self._tx.merge_marks(self._present)

    def _settings(self, line: SettingsLine) -> bool:
        if self._tx.has_settings(line.learner):
            return False
        self._tx.put_settings(line.learner, line.settings)
        return True

    def _parameters(self, fitted: FittedParameters) -> bool:
        from study.memory import Memory

        # Numbers that the scheduler refuses would leave the learner without a schedule.
        Memory(fitted.values, StudySettings().desired_retention)
        return self._tx.put_parameters(fitted)

    def _plan(self, plan: Plan) -> bool:
        new = self._tx.add_plan(plan)
        if not new and plan.ended_at is not None:
            self._tx.end_plan(plan.id, plan.ended_at)
        return new

    def _sitting(self, sitting: Sitting) -> bool:
        new = self._tx.add_sitting(sitting)
        if not new and sitting.ended_at is not None:
            self._tx.end_sitting(sitting.id, sitting.ended_at)
        return new

    def _answer(self, record: AnswerRecord) -> bool:
        new = self._tx.add_answer(record.answer, *record.grades)
        if not new:
            found = self._tx.answer(record.answer.id)
            known = [] if found is None else [(grade.at, grade.grade) for grade in found.grades]
            for grade in record.grades:
                if (grade.at, grade.grade) not in known:
                    self._tx.add_grade(record.answer.id, grade.at, grade.grade, grade.aided_score)
        return new

    def _review(self, logged: LoggedReview) -> bool:
        new = self._tx.add_logged([logged]) > 0
        if not new:
            self._present.append(logged)
        return new

    def _dispute(self, dispute: Dispute) -> bool:
        new = self._tx.add_dispute(dispute)
        if not new and dispute.withdrawn_at is not None:
            self._tx.withdraw_dispute(dispute.id, dispute.withdrawn_at)
        return new

    def _proposal(self, proposal: AliasProposal) -> bool:
        new = self._tx.add_proposal(proposal)
        found = None if new else self._tx.proposal(proposal.id)
        if found is not None and found.status == "proposed" and proposal.decided_at is not None:
            decided: Literal["accepted", "rejected"] = "accepted" if proposal.status == "accepted" else "rejected"
            self._tx.decide_proposal(proposal.id, decided, proposal.decided_at)
        return new

    def _opening(self, opening: Opening) -> bool:
        if self._tx.opening(opening.learner, opening.question_id) is not None:
            return False
        self._tx.open_question(opening)
        return True
