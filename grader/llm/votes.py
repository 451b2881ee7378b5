"""From what several judges say of a point, or one judge twice, to what stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from grader.types import Judgment


def majority(said: Sequence[Judgment]) -> tuple[Judgment, float]:
    """Return the judgment that most judges gave, with the disagreement in its reason, and their share.

    In a draw the median credit stands: "met" and "unmet" of two judges are settled by the lower one.
    """
    if len(said) == 1:
        return said[0], 1.0
    able = sorted((one for one in said if one.credit is not None), key=lambda one: one.credit or 0.0)
    if 2 * len(able) < len(said) or not able:
        abstains = next(one for one in said if one.credit is None)
        return abstains, sum(one.credit is None for one in said) / len(said)
    counts = Counter(one.verdict for one in able)
    most = max(counts.values())
    leading = [verdict for verdict, count in counts.items() if count == most]
    verdict = leading[0] if len(leading) == 1 else able[(len(able) - 1) // 2].verdict
    chosen = next(one for one in said if one.verdict == verdict)
    if len(counts) == 1 and len(able) == len(said):
        return chosen, 1.0
    told = ", ".join(f"{count} {name}" for name, count in Counter(one.verdict for one in said).most_common())
    return replace(chosen, reason=f"{chosen.reason} (judges: {told})".strip()), counts[verdict] / len(said)


def second_look(first: Judgment, second: Judgment) -> Judgment:
    """Return what stands of two looks at a point: the second one, unless it says nothing."""
    if second.credit is None:
        return first
    if second.verdict == first.verdict:
        return second
    return replace(second, reason=f"{second.reason} (on a second look; at first {first.verdict})".strip())
