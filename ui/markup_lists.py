"""Our own HTML for small lists and tables: hints that were taken, what a second try changed, earlier attempts, facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from grader.types import Question
from study.compare import Difference, HistoryRow, PointChange
from ui.markup import esc
from ui.texts import moment, number, percent, t

_SIGNS = {"gained": "↑", "better": "↗", "same": "=", "worse": "↘", "lost": "↓", "unknown": "?"}
_SHORT = 160


def hints_html(told: Sequence[tuple[str, str]], none: str = "") -> str:
    """Show the hints that were taken, each with what it costs, and ``none`` where there is no further one."""
    items = "".join(
        f'<li dir="auto"><span class="viva-hint-text">{esc(text)}</span> <span class="viva-cost">{esc(cost)}</span></li>'
        for text, cost in told
    )
    shown = f"<ol>{items}</ol>" if items else ""
    more = f'<p class="viva-hint">{esc(none)}</p>' if none else ""
    return f'<section class="viva-hints" role="status"><h2 class="viva-heading">{esc(t("hint.title"))}</h2>{shown}{more}</section>'


def changes_html(question: Question, found: Difference) -> str:
    """Show what a second try changed: the score, and every point that it did not leave as it was."""
    before, after = (number(score * question.marks) for score in (found.score_before, found.score_after))
    said = t("changes.score", before=before, after=after, marks=question.marks)
    head = f'<section class="viva-changes"><h3 class="viva-heading">{esc(t("changes.title"))}</h3><p>{esc(said)}</p>'
    if not found.same_reading:
        return f'{head}<p class="viva-hint">{esc(t("changes.other_reading"))}</p></section>'
    points = {point.id: point for reading in question.readings for point in reading.points}
    changed = [change for change in found.points if change.kind not in {"same", "unknown"}]
    items = "".join(_change(change, points[change.point_id].text) for change in changed if change.point_id in points)
    required = {point.id for point in points.values() if point.kind == "required"}
    same = sum(change.kind == "same" and change.point_id in required for change in found.points)
    rest = t("changes.nothing") if not changed else t("changes.same", count=same) if same else ""
    more = f'<p class="viva-hint">{esc(rest)}</p>' if rest else ""
    return f'{head}<ul class="viva-plain">{items}</ul>{more}</section>' if items else f"{head}{more}</section>"


def _change(change: PointChange, text: str) -> str:
    return (
        f'<li class="viva-change viva-change-{change.kind}" dir="auto"><span class="viva-icon" aria-hidden="true">'
        f"{_SIGNS[change.kind]}</span> <strong>{esc(t(f'changes.{change.kind}'))}</strong> {esc(text)}</li>"
    )


def attempts_html(question: Question, rows: Sequence[HistoryRow], zone: tzinfo) -> str:
    """Show earlier attempts as a table, the latest first, each with the beginning of what was said."""
    head = "".join(
        f'<th scope="col">{esc(t(f"attempts.{name}"))}</th>' for name in ("when", "score", "points", "how", "answer")
    )
    body = "".join(_attempt(question, row, zone) for row in rows)
    return (
        '<div class="viva-scroll" tabindex="0" role="region" '
        f'aria-label="{esc(t("attempts.title"))}"><table class="viva-table viva-attempts"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _attempt(question: Question, row: HistoryRow, zone: tzinfo) -> str:
    score, low, high = (number(part * question.marks) for part in (row.score, row.low, row.high))
    shown = t("attempts.of", score=score, marks=question.marks, low=low, high=high)
    how = [t(f"attempts.{row.mode}")]
    if row.hints:
        how.append(t("attempts.hints", count=row.hints, score=number(row.aided_score * question.marks)))
    if row.confidence is not None:
        how.append(t("attempts.sure", share=percent(row.confidence / 100)))
    if not row.current:
        how.append(t("attempts.changed"))
    text = " ".join(row.text.split())
    text = text if len(text) <= _SHORT else text[:_SHORT].rstrip() + "…"
    cells = (
        f'<th scope="row">{esc(moment(row.at, zone))}</th><td class="viva-nowrap">{esc(shown)}</td>'
        f'<td class="viva-nowrap">{esc(t("attempts.met", met=row.met, wanted=row.wanted))}</td><td>{esc(", ".join(how))}</td>'
    )
    return f'<tr>{cells}<td dir="auto">{esc(text)}</td></tr>'


def facts_html(facts: Sequence[tuple[str, str]]) -> str:
    """Show a few figures in large type, each with what it is."""
    items = "".join(f"<div><dt>{esc(name)}</dt><dd>{esc(value)}</dd></div>" for name, value in facts)
    return f'<dl class="viva-facts">{items}</dl>'
