"""The report of an exam as Markdown."""

from __future__ import annotations

import re

from grader.exam.report import ExamReport, PointReport, QuestionReport, TurnReport
from grader.feedback import flag_names, flag_text

# What is markup anywhere in a line, what is only at its beginning, and the dot of a number there.
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~&$^]|:(?=\S))")
_LEADING = re.compile(r"^([#+=-]|\d+(?=[.)]))")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_VERDICTS = {"met": "met", "partial": "in part", "unmet": "missing", "abstain": "not judged"}
_ENDS = {"done": "All questions were asked.", "time": "The time was up.", "abandoned": "The exam was abandoned."}
_OUTCOMES = {
    "stood": "The statement was disputed, and the candidate stood by it.",
    "withdrawn": "The statement was disputed, and the candidate took it back.",
    "unclear": "The statement was disputed; the reply left it open, so it stands.",
}


def report_markdown(report: ExamReport) -> str:
    """Return the report as Markdown; what the candidate said stands in it as text and never as markup."""
    lines = ["# Oral exam", ""]
    score = report.score
    lines += [f"{_scored(score.score, score.low, score.high, score.unaided, report.marks)}", "", _how(report), ""]
    if any(not one.asked for one in report.questions) and report.score.asked is not None:
        missed = sum(not one.asked for one in report.questions)
        told = f"{missed} of {len(report.questions)} questions were not asked, and count as nothing said"
        lines += [f"{told}; over those asked the score is {_percent(report.score.asked)}.", ""]
    if report.strengths:
        lines += ["## What was strong", "", *(f"- {text(one)}" for one in report.strengths), ""]
    if report.study_next:
        lines += ["## What to study next", ""]
        lines += [
            f"{number}. {text(one.label)} ({text(one.prompt)}): {_marks(one.marks)} more"
            for number, one in enumerate(report.study_next, 1)
        ]
        lines.append("")
    if len(report.topics) > 1:
        lines += ["## Topics", "", "| topic | questions | score | likely |", "|---|---|---|---|"]
        lines += [
            f"| {text(one.topic or 'other')} | {one.questions} | {_percent(one.score.score)} | {_percent(one.score.low)} to "
            f"{_percent(one.score.high)} |"
            for one in report.topics
        ]
        lines.append("")
    for number, one in enumerate(report.questions, 1):
        lines += _question(number, one)
    lines += ["## Timeline", "", "| time | what |", "|---|---|"]
    for moment in report.timeline:
        where = "" if moment.question is None else f", question {moment.question + 1}"
        lines.append(f"| {_clock(moment.seconds)} | {text(moment.what)}{where} |")
    lines += ["", "## Who judged", "", "A machine judged every answer, and no person."]
    lines += [f"- {text(source)}: {count} points" for source, count in report.sources]
    lines += [f"- signature of {count} points: `{_code(signature)}`" for signature, count in report.graders]
    return "\n".join(lines).rstrip() + "\n"


def text(said: str) -> str:
    r"""Return a text that Markdown shows as it is, on one line.

    >>> text("*one*\n# two")
    '\\*one\\* # two'
    >>> text("# one"), text("1. one")
    ('\\# one', '1\\. one')
    """
    line = _SPECIAL.sub(r"\\\1", " ".join(_CONTROL.sub("\N{REPLACEMENT CHARACTER}", said).split()))
    return _LEADING.sub(lambda match: f"{match[0]}\\" if match[0].isdigit() else f"\\{match[0]}", line)


def _scored(score: float, low: float, high: float, unaided: float, marks: float) -> str:
    likely = f"likely {_marks(low * marks)} to {_marks(high * marks)}"
    told = f"**{_marks(score * marks)} of {_marks(marks)} marks** ({likely})"
    return f"{told}; without follow-ups {_marks(unaided * marks)}."


def _how(report: ExamReport) -> str:
    setup = report.setup
    told = [
        f"{len(report.questions)} questions",
        f"{_clock(report.seconds)} of {_clock(setup.minutes * 60 * setup.extra_time)} min",
    ]
    told += [f"{setup.manner} examiner", f"seed {setup.seed}"]
    if setup.extra_time > 1.0:
        told.append(f"extra time ×{setup.extra_time:g}")
    began = "" if report.started is None else f" Began {report.started:%Y-%m-%d %H:%M} UTC."
    kind = "Practice" if setup.practice else "Exam"
    return f"{kind}: {', '.join(told)}.{began} {_ENDS.get(report.end_reason or '', 'The exam is not over.')}"


def _question(number: int, one: QuestionReport) -> list[str]:
    lines = [f"## {number}. {text(one.prompt)}", ""]
    if not one.asked:
        return [*lines, "Not asked.", ""]
    lines += [_scored(one.score, one.low, one.high, one.unaided, one.marks), ""]
    for turn in one.turns:
        lines += _turn(turn)
    if one.points:
        lines += ["| point | found | unaided | counts | probes | words |", "|---|---|---|---|---|---|"]
        lines += [_row(point) for point in one.points if _is_told(point)]
        lines.append("")
    if one.outcome is not None:
        lines += [_OUTCOMES[one.outcome], ""]
    known = flag_names()
    lines += [f"- {text(flag_text(flag))}" for flag in one.flags if flag in known]
    lines += [f"- note: {text(note)}" for note in one.notes]
    return [*lines, ""] if one.flags or one.notes else lines


def _is_told(point: PointReport) -> bool:
    """Say whether a row is worth its place: a trap not fallen into and a bonus not taken are not."""
    return point.kind == "required" or point.verdict != "unmet"


def _turn(turn: TurnReport) -> list[str]:
    names = {"question": "Question", "probe": "Probe", "challenge": "Challenge"}
    lines = [f"{names[turn.kind]} ({_clock(turn.begins)}): {text(turn.asked)}", ""] if turn.kind != "question" else []
    said = " ".join(turn.said.split())
    shown = text(said) if said else "*nothing*"
    remarks = ["time ran out"] * turn.expired + ["passed"] * turn.skipped
    lines += [f"> {shown}{f' ({remarks[0]})' if remarks else ''}", ""]
    if turn.transcript is not None and turn.transcript != turn.said:
        lines += [f"Heard as: {text(turn.transcript)}", ""]
    if turn.late:
        lines += [f"Too late, and not counted: {text(turn.late)}", ""]
    return lines


def _row(point: PointReport) -> str:
    found = {"required": "", "bonus": " (bonus)", "misconception": " (mistake)"}[point.kind]
    words = "; ".join(f"“{text(quote)}”" for _, quote in point.quotes)
    verdict = _VERDICTS[point.verdict] if point.wanted or point.verdict != "unmet" else "not needed"
    return (
        f"| {text(point.label)}{found} | {verdict} | {_share(point.unaided)} | {_share(point.credit)} | "
        f"{point.probes or ''} | {words} |"
    )


def _share(value: float | None) -> str:
    return "?" if value is None else _percent(value)


def _percent(value: float) -> str:
    return f"{round(100 * value):d} %"


def _marks(value: float) -> str:
    return f"{round(value, 1):g}"


def _clock(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def _code(signature: str) -> str:
    return _CONTROL.sub("", signature).replace("`", "'")
