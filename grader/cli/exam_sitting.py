"""An exam at the terminal: a question at a time, typed line by line; every line is a draft that is safe in a file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from importlib import import_module
from pathlib import Path

from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from grader.cli.exam_file import save_exam
from grader.cli.shapes import printable
from grader.exam import clock
from grader.exam.errors import IllegalEvent
from grader.exam.events import (
    Action,
    Answer,
    Asked,
    Begin,
    Draft,
    Event,
    Next,
    Pause,
    Place,
    Resume,
    ShowFeedback,
    Skip,
    TellTime,
    Tick,
)
from grader.exam.machine import step
from grader.exam.types import ENDED, ExamState
from grader.types import Grader, Question

HELP = "An empty line hands the answer in. /skip passes, /time tells the time left, /pause interrupts, /quit saves and leaves."
_NAMES = {"question": "Question", "probe": "Follow-up", "challenge": "Follow-up"}


class Left(Exception):  # noqa: N818 - leaving is no error
    """The candidate leaves; the exam is saved."""


class TerminalSitting:
    """One exam at a terminal. ``clock_now`` tells the time, ``read`` reads a line (EOFError at the end)."""

    def __init__(
        self,
        state: ExamState,
        path: Path,
        *,
        clock_now: Callable[[], datetime],
        questions: Mapping[str, Question],
        grader: Grader | None,
        console: Console,
        read: Callable[[], str] | None = None,
    ) -> None:
        self.state, self.path = state, path
        self._now, self._questions, self._grader, self._console = clock_now, questions, grader, console
        self._read = read or read_line

    def sit(self) -> ExamState:
        """Sit the exam to its end. Raises Left where the candidate leaves before; Ctrl+C and the end of input leave as well."""
        try:
            self._start()
            while self.state.phase not in ENDED:
                if self.state.phase == "setup":
                    self._wait("Enter begins.", Begin())
                elif self.state.phase == "paused":
                    self._wait("The exam is paused. Enter goes on, /quit leaves.", Resume())
                elif self.state.open_turn is None:
                    self._wait("Enter for the next question, /pause to interrupt, /quit to leave.", Next())
                else:
                    self._turn()
        except (KeyboardInterrupt, EOFError):
            self._leave()
        return self.state

    # --- steps

    def _tell(self, event: Event) -> bool:
        """Let something happen, save what came of it, and show it; False where it was refused."""
        try:
            state, actions = step(self.state, event, now=self._now(), questions=self._questions, grader=self._grader)
        except IllegalEvent as refusal:
            self._print(str(refusal), "yellow")
            return False
        self.state = state
        save_exam(self.path, state)
        for action in actions:
            self._show(action)
        return True

    def _start(self) -> None:
        if self.state.phase == "setup":
            setup = self.state.setup
            minutes = f"{setup.minutes * setup.extra_time:g} minutes"
            self._print(f"An oral exam of {len(self.state.drawn)} questions in {minutes}. {HELP}")
        elif self.state.phase != "paused":
            self._tell(Tick())
            turn = self.state.open_turn
            if turn is not None and turn.shown_at is not None:
                self._put()
                if turn.draft.strip():
                    self._print("So far you have written:", "dim")
                    self._print(turn.draft)

    def _wait(self, told: str, event: Event) -> None:
        """Wait for Enter, then let ``event`` happen."""
        self._print(told, "dim")
        line = self._read().strip()
        if line == "/quit":
            self._leave()
        elif line == "/pause":
            self._tell(Pause())
        elif line == "/time":
            self._tell_time()
        else:
            self._tell(event)

    def _turn(self) -> None:
        """Show what is asked, and read lines until it is handed in or time takes it away."""
        turn, place = self.state.open_turn, self.state.place
        assert turn is not None
        assert place is not None
        if turn.shown_at is None:
            self._put()
            self._tell(Asked(place))
        lines = turn.draft.split("\n") if turn.draft else []
        while self.state.place == place and self.state.phase != "paused":
            try:
                line = self._read()
            except KeyboardInterrupt:
                rest = unfinished_line()
                if rest.strip():
                    self._tell(Draft("\n".join([*lines, rest]), place))
                raise
            if line.strip() in _COMMANDS:
                self._command(line.strip(), place)
            elif line.strip():
                lines.append(line)
                self._tell(Draft("\n".join(lines), place))
            elif any(one.strip() for one in lines):
                self._tell(Answer("\n".join(lines), place))
            else:
                self._print(HELP, "dim")
                self._tell(Tick())
        number, part = place
        if self.state.records[number].turns[part].expired:
            self._print("Time is up for this question. What you had written by then counts.", "yellow")

    def _command(self, command: str, place: Place) -> None:
        if command == "/quit":
            self._leave()
        elif command == "/skip":
            self._tell(Skip(place))
        elif command == "/pause":
            self._tell(Pause())
        else:
            self._tell(Tick())
            self._tell_time()

    def _leave(self) -> None:
        """Save and leave; in practice the time stands still meanwhile."""
        turn = self.state.open_turn
        if self.state.setup.practice and self.state.phase in {"answering", "probing", "challenge", "between"}:
            if turn is None or turn.shown_at is not None:
                self._tell(Pause())
        else:
            save_exam(self.path, self.state)
        raise Left

    # --- showing

    def _put(self) -> None:
        """Show what is on the table."""
        turn, place = self.state.open_turn, self.state.place
        assert turn is not None
        assert place is not None
        if turn.kind == "question":
            self._console.print(Rule(f"Question {place[0] + 1} of {len(self.state.drawn)}", style="dim"))
        self._print(turn.asked, "bold")
        if turn.kind == "question":
            self._tell_time()

    def _show(self, action: Action) -> None:
        if isinstance(action, TellTime):
            left = _clock(action.seconds)
            self._print(
                f"{left} left" + (" for this question." if action.of == "question" else " in the exam."), "yellow"
            )
        elif isinstance(action, ShowFeedback):
            record = self.state.records[action.question]
            if record.mark is not None:
                marks = record.marks
                low, high = (f"{round(value * marks, 1):g}" for value in (record.mark.low, record.mark.high))
                self._print(f"{round(record.mark.score * marks, 1):g} of {marks:g} (likely {low} to {high})", "bold")

    def _tell_time(self) -> None:
        left = clock.seconds_left(self.state, self._now())
        names = {"question": "for this question", "exam": "in the exam"}
        told = [f"{_clock(left[of])} left {name}" for of, name in names.items() if of in left]
        self._print(", ".join(told) or "The time has not begun.", "dim")

    def _print(self, told: str, style: str = "") -> None:
        for line in told.split("\n"):
            self._console.print(Text(printable(line), style=style), soft_wrap=not self._console.is_terminal)


_COMMANDS = frozenset({"/quit", "/skip", "/pause", "/time"})


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def read_line() -> str:
    """Return the next line of standard input without its end; EOFError where there is none."""
    if sys.stdin.isatty():
        # With readline a line can be mended, and what Ctrl+C cuts off can be had.
        with suppress(ImportError):
            import_module("readline")
        return input()
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.rstrip("\r\n")


def unfinished_line() -> str:
    """Return what was typed of the line that Ctrl+C cut off, as far as it can be had."""
    module = sys.modules.get("readline")
    return "" if module is None or not sys.stdin.isatty() else str(module.get_line_buffer())
