"""All that was said to one question as one text for the grader, and passages of it back to the turn that they stand in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.engine import MAX_ANSWER_CHARS
from grader.types import Evidence

_BETWEEN = "\n\n"
"""What parts two turns: no sentence runs across it."""


@dataclass(frozen=True, slots=True)
class Said:
    r"""What was said in the turns of a question, in their order; a turn that waits for its answer is the empty text.

    >>> said = Said(("It scales.", "It costs less."))
    >>> said.text, said.starts
    ('It scales.\n\nIt costs less.', (0, 12))
    """

    turns: tuple[str, ...]

    @property
    def text(self) -> str:
        """All turns as one text, up to the length that the grader takes; what is beyond it is kept, and not graded."""
        return _BETWEEN.join(self.turns)[:MAX_ANSWER_CHARS]

    @property
    def starts(self) -> tuple[int, ...]:
        """Where each turn begins in ``text``."""
        starts, place = [], 0
        for turn in self.turns:
            starts.append(place)
            place += len(turn) + len(_BETWEEN)
        return tuple(starts)

    @property
    def is_cut(self) -> bool:
        """Whether something was said beyond the length that is graded."""
        return len(_BETWEEN.join(self.turns)) > MAX_ANSWER_CHARS

    def located(self, evidence: Sequence[Evidence]) -> list[tuple[int, Evidence]]:
        """Return passages of ``text`` as passages of their turns, with the number of the turn; one across two turns is parted."""
        found = []
        for part in evidence:
            for number, (start, turn) in enumerate(zip(self.starts, self.turns, strict=True)):
                first, last = max(part.start, start) - start, min(part.end, start + len(turn)) - start
                if first < last:
                    quote = turn[first:last]
                    found.append((number, Evidence(first, last, quote, part.matcher, part.strength)))
        return found
