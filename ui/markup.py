"""Our own HTML for st.html: everything from outside passes ``esc`` and arrives as text, never as markup."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from grader.types import Grade, Judgment, Point, Question, Reading, Usage
from ui.texts import number, quoted, t
from ui.wording import money, reason_text

STYLES = 6
"""So many looks (colour and underline) a passage can have; theme.css holds one per number."""

_ICONS = {"met": "✓", "partial": "◐", "unmet": "✗", "abstain": "?", "misconception": "!"}
_OVERRIDES = {0x202D, 0x202E}  # they turn the text after them around, whatever its script
_MODEL = "llm:"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$:<>&])")


def esc(text: str) -> str:
    """Make any text safe inside an element or a quoted attribute, with control characters made visible."""
    return html.escape("".join(_visible(character) for character in text.replace("\r\n", "\n")), quote=True)


def _visible(character: str) -> str:
    code = ord(character)
    if character in "\n\t" or (0x20 <= code < 0x7F) or code > 0x9F:
        return "\ufffd" if 0xD800 <= code <= 0xDFFF or code in _OVERRIDES else character
    if character == "\r":
        return "\n"
    return chr(0x2400 + code) if code < 0x20 else "\u2421" if code == 0x7F else "\ufffd"


def plain(text: str) -> str:
    """Escape Markdown, for the labels of native widgets."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def question_html(question: Question, where: str, follow_up: str = "") -> str:
    """Show where we are and the question itself, in large type; ``follow_up`` asks for a part of it."""
    more = f'<p class="viva-follow-up" dir="auto">{esc(follow_up)}</p>' if follow_up else ""
    return (
        f'<div class="viva-where">{esc(where)}</div>'
        f'<h1 class="viva-question" dir="auto" lang="{esc(question.language)}">{esc(question.prompt)}</h1>{more}'
    )


def message_html(kind: str, title: str, *lines: str) -> str:
    """Show a message of our own: what happened, what was kept, what to do."""
    body = "".join(f'<p dir="auto">{esc(line)}</p>' for line in lines if line)
    return f'<div class="viva-message viva-{esc(kind)}" role="status"><strong>{esc(title)}</strong>{body}</div>'


def score_html(
    grade: Grade, marks: float, notes: Sequence[str], waits_for: str | None = None, counted: float | None = None
) -> str:
    """Show the score with its interval, a picture of both, who judged (or is judging still), and the feedback in sentences.

    ``counted`` (0..1) is what counts once hints are taken off; None where none was taken.
    """
    score, low, high = (number(part * marks) for part in (grade.score, grade.low, grade.high))
    total = t("result.score", score=score, marks=number(marks))
    interval = t("result.interval", low=low, high=high)
    if counted is not None:
        total = t("result.score_hints", score=number(counted * marks), marks=number(marks))
        interval = f"{t('result.score_alone', score=score)} {interval}"
    span = max(grade.high - grade.low, 0.01)
    sentences = "".join(f"<li>{esc(note)}</li>" for note in notes)
    if waits_for is None:
        judged = esc(judged_text(grade))
    else:
        judged = f'<span class="viva-waits">{esc(t("result.waits", model=waits_for))}</span>'
    return (
        '<div class="viva-score-block">'
        f'<h2 id="viva-score" class="viva-score" tabindex="-1">{esc(total)} '
        f'<span class="viva-interval">{esc(interval)}</span></h2>'
        '<div class="viva-meter" aria-hidden="true">'
        f'<i class="viva-band" style="left:{grade.low:.1%};width:{span:.1%}"></i>'
        f'<i class="viva-tick" style="left:{grade.score:.1%}"></i></div>'
        f'<p class="viva-judged" role="status">{judged}</p>'
        f'<p class="viva-feedback" dir="auto">{esc(grade.feedback)}</p>'
        + (f'<ul class="viva-flags">{sentences}</ul>' if sentences else "")
        + "</div>"
    )


def small_print_html(grade: Grade) -> str:
    """Show where a model and the offline grader differ, out of sight until wanted, and what asking the model took."""
    notes = "".join(f'<li dir="auto">{esc(reason_text(note))}</li>' for note in grade.notes)
    summary = t("result.apart", count=len(grade.notes))
    apart = f'<details class="viva-spare"><summary>{esc(summary)}</summary><ul>{notes}</ul></details>' if notes else ""
    took = took_text(grade.usage)
    return apart + (f'<p class="viva-hint viva-took">{esc(took)}</p>' if took else "")


def judged_text(grade: Grade) -> str:
    """Say who judged: offline, a model by its name, or the two together."""
    sources = [judgment.source for judgment in grade.judgments]
    models = sorted({source.partition(":")[2] for source in sources if source.startswith(_MODEL)})
    if not models:
        return t("result.judged_by", source=" + ".join(map(source_text, sorted(set(sources)) or ["offline"])))
    said = t("result.judged_llm", model=", ".join(models))
    others = sum(not source.startswith(_MODEL) for source in sources)
    return f"{said} {t('result.partly_offline', count=others, total=len(sources))}" if others else said


def took_text(usage: Usage | None) -> str:
    """Say what asking a model took: tokens and money, as far as they are known."""
    if usage is None or not usage.requests + usage.remembered:
        return ""
    if not usage.requests:
        return t("result.remembered")
    tokens = t("result.took", into=usage.tokens_in, out=usage.tokens_out)
    return tokens if usage.money is None else f"{tokens}, {money(usage.money)}"


def words_html(text: str, model: str, *, is_writing: bool = False) -> str:
    """Show feedback that a model writes, as text, with the place kept where there is none yet."""
    body = (
        f'<p class="viva-feedback" dir="auto">{esc(text)}</p>' if text else '<p class="viva-lines"><i></i><i></i></p>'
    )
    said = t("result.writing", model=model) if is_writing else t("result.written", model=model)
    return (
        f'<section class="viva-words" aria-busy="{"true" if is_writing else "false"}" aria-live="polite">'
        f'<h3 class="viva-heading">{esc(t("result.words"))}</h3>{body}<p class="viva-hint">{esc(said)}</p></section>'
    )


def source_text(source: str) -> str:
    """Say who judged."""
    kind = source.partition(":")[0]
    if kind in {"offline", "llm", "person"}:
        return t(f"result.source_{kind}")
    return t("result.source_other", source=source)


@dataclass(frozen=True, slots=True)
class Row:
    """A point as it stands in the list: its number joins it to its passages in the answer."""

    number: int
    point: Point
    judgment: Judgment


@dataclass(frozen=True, slots=True)
class Rows:
    """The points of a graded answer, in the order in which they are read."""

    points: tuple[Row, ...]
    spare: tuple[Row, ...]
    """Counted points that are missing and not needed, since enough of the others are there."""
    misconceptions: tuple[Row, ...]
    bonus: tuple[Row, ...]

    judge: str = ""
    """The model that judged, if one did. It stands above for all points, and at a point only where another one judged it."""

    @property
    def marked(self) -> tuple[Row, ...]:
        """The rows whose passages are marked in the answer."""
        rows = (*self.points, *self.bonus, *self.misconceptions)
        return tuple(row for row in rows if row.judgment.verdict in {"met", "partial"} and row.judgment.evidence)


def arrange(reading: Reading, grade: Grade) -> Rows:
    """Order the points: met, partial, not judged, missing; then those that apply of the rest, numbered through."""
    order = {"met": 0, "partial": 1, "abstain": 2, "unmet": 3}
    of = {judgment.point_id: judgment for judgment in grade.judgments}
    pairs = [(point, of[point.id]) for point in reading.points if point.id in of]
    required = sorted((pair for pair in pairs if pair[0].kind == "required"), key=lambda pair: order[pair[1].verdict])
    met = sum(reading.counted(point) and judgment.verdict == "met" for point, judgment in required)
    enough = reading.required_count is not None and met >= reading.required_count
    spare = [pair for pair in required if enough and reading.counted(pair[0]) and pair[1].verdict == "unmet"]
    found = [pair for pair in pairs if pair[1].verdict in {"met", "partial"}]
    bonus = [pair for pair in found if pair[0].kind == "bonus"]
    wrong = [pair for pair in found if pair[0].kind == "misconception"]
    main = [pair for pair in required if pair not in spare]
    rows = [Row(place, point, judgment) for place, (point, judgment) in enumerate([*main, *bonus, *wrong, *spare], 1)]
    ends = (len(main), len(main) + len(bonus), len(main) + len(bonus) + len(wrong))
    return Rows(
        points=tuple(rows[: ends[0]]),
        bonus=tuple(rows[ends[0] : ends[1]]),
        misconceptions=tuple(rows[ends[1] : ends[2]]),
        spare=tuple(rows[ends[2] :]),
        judge=next((row.judgment.source for row in rows if row.judgment.source.startswith(_MODEL)), ""),
    )


def answer_html(answer: str, rows: Rows, language: str = "") -> str:
    """Show the answer as typed, each earning passage marked in its point's colour and underline, with its number.

    Passages may overlap: every stretch carries the numbers of all its points and looks like the first of them.
    ``language`` is the question's, for a screen reader; the page may be in another.
    """
    spans = [
        (max(0, item.start), min(len(answer), item.end), row.number)
        for row in rows.marked
        for item in row.judgment.evidence
        if item.start < item.end
    ]
    wrong = {row.number for row in rows.misconceptions}
    cuts = sorted({0, len(answer), *(start for start, _, _ in spans), *(end for _, end, _ in spans)})
    parts = []
    for start, end in pairwise(cuts):
        here = sorted({place for left, right, place in spans if left <= start and end <= right})
        text = esc(answer[start:end])
        if not here:
            parts.append(text)
            continue
        look = "wrong" if here[0] in wrong else str((here[0] - 1) % STYLES)
        more = " viva-more" if len(here) > 1 else ""
        ending = sorted({place for left, right, place in spans if left <= start and end == right})
        parts.append(f'<mark class="viva-mark viva-look-{look}{more}">{text}</mark>')
        if ending:
            parts.append(f'<sup class="viva-sup">{",".join(map(str, ending))}</sup>')
    hint = t("result.legend") if spans else t("result.nothing_marked")
    return (
        f'<h3 class="viva-heading">{esc(t("result.your_answer"))}</h3>'
        f'<div class="viva-answer" {_spoken(language)}>{"".join(parts)}</div><p class="viva-hint">{esc(hint)}</p>'
    )


def points_html(reading: Reading, rows: Rows, language: str = "") -> str:
    """Show a row per point, with wordings in ``language``; bonus points and misconceptions only where they apply."""
    parts = [f'<h3 class="viva-heading">{esc(t("result.points"))}</h3>']
    if reading.title and reading.title.strip():
        parts.append(f'<p class="viva-hint">{esc(t("result.reading", title=reading.title))}</p>')
    if reading.required_count is not None:
        parts.append(f'<p class="viva-hint">{esc(t("result.any_of", count=reading.required_count))}</p>')
    return "".join([*parts, _list(rows.points, rows.judge, language), more_points_html(rows, language)])


def point_html(row: Row, judge: str, language: str = "", *, is_right: bool = False) -> str:
    """Show one point as a list of its own; ``is_right`` says that the learner disagrees and finds it met."""
    return _list([row], judge, language, is_right=is_right)


def more_points_html(rows: Rows, language: str = "") -> str:
    """Show bonus points, misconceptions and points that were not needed, as far as there are any."""
    parts = []
    for title, found in (("result.bonus", rows.bonus), ("result.to_correct", rows.misconceptions)):
        if found:
            parts.append(f'<h4 class="viva-subheading">{esc(t(title))}</h4>{_list(found, rows.judge, language)}')
    if rows.spare:
        summary = t("result.not_needed", count=len(rows.spare))
        items = "".join(f"<li {_spoken(language)}>{esc(row.point.text)}</li>" for row in rows.spare)
        parts.append(f'<details class="viva-spare"><summary>{esc(summary)}</summary><ul>{items}</ul></details>')
    return "".join(parts)


def would_html(score: float, marks: float) -> str:
    """Say what an answer would earn with one more point said."""
    return f'<p class="viva-would">{esc(t("result.would", score=number(score * marks), marks=number(marks)))}</p>'


def _list(rows: Iterable[Row], by: str, language: str, *, is_right: bool = False) -> str:
    shown = "".join(_row(row, by, language, is_right=is_right) for row in rows)
    return f'<ol class="viva-points">{shown}</ol>' if shown else ""


def _row(row: Row, by: str, language: str, *, is_right: bool = False) -> str:
    judgment = row.judgment
    verdict = "misconception" if row.point.kind == "misconception" else judgment.verdict
    look = "wrong" if verdict == "misconception" else str((row.number - 1) % STYLES)
    marked = judgment.verdict in {"met", "partial"} and bool(judgment.evidence)
    badge = f'<span class="viva-badge{f" viva-look-{look}" if marked else ""}">{row.number}</span>'
    weight = "" if row.point.weight == 1 else f" · {esc(t('result.weight', weight=number(row.point.weight, 2)))}"
    # Who judged stands above for all; here only where it was somebody else.
    other = (
        ""
        if not by or judgment.source == by
        else f" · {esc(t('result.point_by', source=source_text(judgment.source)))}"
    )
    quotes = "".join(
        f'<blockquote class="viva-quote" {_spoken(language)}>{esc(quoted(item.quote))}</blockquote>'
        for item in (judgment.evidence if marked else ())
    )
    said = reason_text(judgment.reason)
    reason = f'<p class="viva-reason" dir="auto">{esc(said)}</p>' if said else ""
    if is_right:
        reason += f'<p class="viva-said-right">{esc(t("result.right_said"))}</p>'
    return (
        f'<li class="viva-point viva-{verdict}">{badge}<div class="viva-point-body">'
        f'<p class="viva-verdict"><span class="viva-icon" aria-hidden="true">{_ICONS[verdict]}</span> '
        f'{esc(t(f"verdict.{verdict}"))}<span class="viva-weight">{weight}{other}</span></p>'
        f'<p class="viva-wording" {_spoken(language)}>{esc(row.point.text)}</p>{quotes}{reason}</div></li>'
    )


def references_html(references: Sequence[str], language: str = "") -> str:
    """Show the reference answers as text."""
    return "".join(f'<p class="viva-reference" {_spoken(language)}>{esc(text)}</p>' for text in references)


def _spoken(language: str) -> str:
    return f'dir="auto" lang="{esc(language)}"' if language else 'dir="auto"'


def table_html(rows: Mapping[str, str], head: tuple[str, str]) -> str:
    """Show pairs as a small table with headings."""
    body = "".join(f'<tr><th scope="row">{esc(key)}</th><td>{esc(value)}</td></tr>' for key, value in rows.items())
    top = "".join(f'<th scope="col">{esc(name)}</th>' for name in head)
    return f'<table class="viva-table"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>'
