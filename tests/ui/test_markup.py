"""Our own HTML: whatever a text holds, it arrives as text; passages, numbers and rows fit together."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.types import Evidence, Grade, Judgment, Point, Question, Reading, Verdict
from ui import markup

HOSTILE = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    '"><svg onload=alert(1)>',
    "</div></mark><iframe src='//evil.example'>",
    "![i](https://evil.example/i.png) [l](javascript:alert(1)) **b**",
    "&lt;b&gt; &amp; &#60;script&#62;",
    "<!-- <style> @import url(//evil.example) </style>",
]
TAGS = {"div", "h2", "h3", "h4", "span", "mark", "sup", "p", "ol", "ul", "li", "i", "details", "summary", "blockquote"}
ATTRIBUTES = {"class", "dir", "id", "tabindex", "aria-hidden", "style"}


class Reader(HTMLParser):
    """Collects the text, the tags and the attributes of a piece of HTML, as a browser would take it."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.other: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        self.other.append(data)


def point(name: str, kind: str = "required", text: str | None = None) -> Point:
    return Point(name, text or f"Statement {name}.", kind=kind)  # type: ignore[arg-type]


def judged(answer: str, name: str, verdict: Verdict, *spans: tuple[int, int], reason: str = "because") -> Judgment:
    evidence = tuple(Evidence(start, end, answer[start:end], "keyword", 0.9) for start, end in spans)
    credit = {"met": 1.0, "partial": 0.5, "unmet": 0.0, "abstain": None}[verdict]
    return Judgment(name, verdict, credit, evidence, reason)


def grade_of(question: Question, *judgments: Judgment, score: float = 0.75) -> Grade:
    return Grade(question.id, question.version, "main", judgments, score, 0.65, 0.85, (), "Fine so far.", "sig")


def ask(*points: Point, count: int | None = None) -> Question:
    return Question.simple(id="q", prompt="Why?", points=points, references=("Ref.",), required_count=count)


def shown(answer: str, *judgments: Judgment) -> str:
    question = ask(*(point(judgment.point_id) for judgment in judgments), point("not mentioned"))
    return markup.answer_html(answer, markup.arrange(question.readings[0], grade_of(question, *judgments)))


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_becomes_markup(text: str) -> None:
    answer = f"{text} and more {text}"
    whole = judged(answer, "a", "met", (0, len(text)), (3, 9), reason=text)
    hostile = Question.simple(id=text, prompt=text, points=(point("a", text=text),), references=(text,))
    grade = grade_of(hostile, whole)
    rows = markup.arrange(hostile.readings[0], grade)
    reading = Reading("main", hostile.points, (text,), title=text, required_count=1)
    pieces = [
        markup.answer_html(answer, rows),
        markup.points_html(reading, rows),
        markup.references_html((text,)),
        markup.score_html(grade, 10, [text]),
        markup.message_html("warning", text, text),
    ]
    for piece in pieces:
        seen = Reader(piece)
        assert seen.tags <= TAGS | {"strong"}
        assert seen.attributes <= ATTRIBUTES | {"role"}
        assert not seen.other
        assert not re.search(r"\son\w+\s*=|javascript:", re.sub(r">[^<]*<", "><", piece))


@given(st.text(st.characters(exclude_characters="\r"), max_size=80), st.data())
def test_the_answer_is_shown_whole_with_any_passages(answer: str, data: st.DataObject) -> None:
    places = st.integers(0, len(answer))
    spans = data.draw(st.lists(st.tuples(places, places).map(lambda pair: (min(pair), max(pair))), max_size=5))
    judgments = [judged(answer, f"p{index}", "met", span) for index, span in enumerate(spans) if span[0] < span[1]]
    page = re.sub(r"<sup[^>]*>[^<]*</sup>", "", shown(answer, *judgments))
    body = page.partition('<div class="viva-answer" dir="auto">')[2].partition("</div>")[0]
    kept = html.unescape(re.sub(r"<[^>]*>", "", body))
    assert kept == html.unescape(markup.esc(answer))


def test_passages_carry_the_number_and_the_look_of_their_point() -> None:
    answer = "one two three"
    page = shown(answer, judged(answer, "a", "met", (0, 3)), judged(answer, "b", "partial", (8, 13)))
    assert '<mark class="viva-mark viva-look-0">one</mark><sup class="viva-sup">1</sup>' in page
    assert '<mark class="viva-mark viva-look-1">three</mark><sup class="viva-sup">2</sup>' in page


def test_overlapping_passages_are_cut_where_they_meet() -> None:
    answer = "abcdef"
    page = shown(answer, judged(answer, "a", "met", (0, 4)), judged(answer, "b", "met", (2, 6)))
    assert (
        '<mark class="viva-mark viva-look-0">ab</mark><mark class="viva-mark viva-look-0 viva-more">cd</mark>' in page
    )
    assert (
        '<sup class="viva-sup">1</sup><mark class="viva-mark viva-look-1">ef</mark><sup class="viva-sup">2</sup>'
        in page
    )


def test_lines_stay_and_control_characters_show() -> None:
    page = shown("a\r\nb\rc\n\td\x00e\x1bf\x7fg\x85h\u202ei\ud800")
    assert "a\nb\nc\n\td␀e␛f␡g\ufffdh\ufffdi\ufffd" in page
    assert 'dir="auto"' in page
    page.encode("utf-8")


def test_points_are_read_met_first_and_only_what_applies_of_the_rest() -> None:
    answer = "words here"
    names = ["gone", "half", "full", "asked", "right", "never"]
    kinds = ["required", "required", "required", "required", "bonus", "bonus"]
    points = [point(name, kind) for name, kind in zip(names, kinds, strict=True)]
    points += [point("wrong", "misconception"), point("avoided", "misconception")]
    question = ask(*points)
    rows = markup.arrange(
        question.readings[0],
        grade_of(
            question,
            judged(answer, "gone", "unmet"),
            judged(answer, "half", "partial", (0, 5)),
            judged(answer, "full", "met", (0, 5)),
            judged(answer, "asked", "abstain"),
            judged(answer, "right", "met", (6, 10)),
            judged(answer, "never", "unmet"),
            judged(answer, "wrong", "met", (6, 10)),
            judged(answer, "avoided", "unmet"),
        ),
    )
    assert [row.point.id for row in rows.points] == ["full", "half", "asked", "gone"]
    assert [row.number for row in rows.points] == [1, 2, 3, 4]
    assert [(row.point.id, row.number) for row in (*rows.bonus, *rows.misconceptions)] == [("right", 5), ("wrong", 6)]
    page = markup.points_html(question.readings[0], rows)
    assert "Statement never" not in page
    assert "Statement avoided" not in page
    words = re.findall(r"</span> ([A-Z][a-z ]+)<span", page)
    assert words == ["Met", "Partial", "Not judged", "Missing", "Met", "Misconception"]


def test_what_is_not_needed_is_not_held_against_the_answer() -> None:
    answer = "words here"
    question = ask(point("a"), point("b"), point("c"), count=2)
    judgments = [judged(answer, "a", "met", (0, 5)), judged(answer, "b", "met", (6, 10)), judged(answer, "c", "unmet")]
    rows = markup.arrange(question.readings[0], grade_of(question, *judgments))
    assert [row.point.id for row in rows.points] == ["a", "b"]
    assert [row.point.id for row in rows.spare] == ["c"]
    page = markup.points_html(question.readings[0], rows)
    assert "Would also have counted (1)" in page
    assert "Missing" not in page


@pytest.mark.parametrize(
    ("score", "low", "high", "text"),
    [
        (0.75, 0.65, 0.85, "7.5 of 10 (likely 6.5 to 8.5)"),
        (0.0, 0.0, 0.2, "0 of 10 (likely 0 to 2)"),
        (1.0, 0.96, 1.0, "10 of 10 (likely 9.6 to 10)"),
    ],
)
def test_a_score_stands_with_its_interval(score: float, low: float, high: float, text: str) -> None:
    question = ask(point("a"))
    grade = Grade("q", question.version, "main", (judged("x", "a", "unmet"),), score, low, high, (), "Well.", "sig")
    page = markup.score_html(grade, 10, ["A flag in words."])
    assert text in "".join(Reader(page).text)
    assert "Judged offline" in page
    assert "A flag in words." in page


def test_labels_of_native_widgets_lose_their_markdown() -> None:
    assert markup.plain("**a** _b_ [c](d) :red[e] $f$ `g`\nh") == (
        r"\*\*a\*\* \_b\_ \[c\]\(d\) \:red\[e\] \$f\$ \`g\` h"
    )
