"""An exam without a candidate: a line of a file for everything that is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from grader.exam.events import Answer, Asked, Begin, Next, Skip
from grader.exam.machine import step
from grader.exam.types import ENDED, ExamState
from grader.types import Grader, Question


def sit_script(
    state: ExamState, lines: Sequence[str], *, now: datetime, questions: Mapping[str, Question], grader: Grader | None
) -> tuple[ExamState, int]:
    """Sit an exam with a line for each thing that is asked: question, probe or challenge; return it, and the lines left over.

    A blank line passes, and so does everything after the last line. No time passes.
    """
    left = list(lines)
    state, _ = step(state, Begin(), now=now, questions=questions, grader=grader)
    while state.phase not in ENDED:
        turn = state.open_turn
        if turn is None:
            event: Next | Asked | Answer | Skip = Next()
        elif turn.shown_at is None:
            event = Asked()
        else:
            line = left.pop(0) if left else ""
            event = Answer(line) if line.strip() else Skip()
        state, _ = step(state, event, now=now, questions=questions, grader=grader)
    return state, len(left)
