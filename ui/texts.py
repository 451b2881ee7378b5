"""Every English text of the app in one place; ``t`` looks one up.

Another language is another catalogue with the same keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

ENGLISH: Mapping[str, str] = MappingProxyType(
    {
        "app.name": "Viva",
        "nav.study": "Study",
        "nav.questions": "Questions",
        "nav.about": "About",
        # Study: choosing
        "study.all_packs": "All packs",
        "study.all_topics": "All topics",
        "study.all_questions": "All questions",
        "study.pack": "Pack",
        "study.topic": "Topic",
        "study.surprise": "Surprise me",
        "study.position": "Question {number} of {total}",
        "study.unknown": "There is no question “{id}” here.",
        "study.unknown_what_now": "It may have been renamed, or its pack removed. Below is the first question instead.",
        "study.no_questions": "There are no questions yet.",
        "study.no_questions_what_now": "Put a question pack into the folder questions/ and reload this page.",
        # Study: answering
        "study.answer": "Your answer",
        "study.placeholder": "Say it in your own words, as you would in an oral exam.",
        "study.submit": "Submit",
        "study.empty": "There is nothing to judge yet.",
        "study.empty_what_now": "Write a sentence or two, then submit.",
        "study.too_long": "Your answer has {length} characters; the limit is {limit}.",
        "study.too_long_what_now": "It is all still in the box: shorten it and submit again.",
        "study.refused": "This answer could not be judged.",
        "study.refused_what_now": "{reason} It is still in the box.",
        "study.crashed": "Something went wrong while judging this answer.",
        "study.crashed_what_now": "It is still in the box. What happened is in the server's log.",
        "study.drafts_off": "Drafts cannot be saved on this server at the moment. "
        "What you type is kept in this browser until it can.",
        "study.draft_too_long": "This draft is too long to be saved on the server. It is kept in this browser.",
        # Study: the result
        "result.score": "{score} of {marks}",
        "result.interval": "(likely {low} to {high})",
        "result.judged_by": "Judged {source}.",
        "result.source_offline": "offline, on this computer",
        "result.source_llm": "by a language model",
        "result.source_person": "by a person",
        "result.source_other": "by {source}",
        "result.reading": "Understood as: {title}.",
        "result.your_answer": "Your answer",
        "result.points": "Points",
        "result.legend": "A marked passage earned the point with the same number.",
        "result.nothing_marked": "No passage of this answer earned a point.",
        "result.any_of": "Any {count} of these earn full marks.",
        "result.not_needed": "Would also have counted ({count})",
        "result.to_correct": "To correct",
        "result.bonus": "Bonus",
        "result.reference": "Reference answer",
        "result.references": "Reference answers",
        "result.next": "Next",
        "result.next_surprise": "Next surprise",
        "result.again": "Try again",
        "result.weight": "weight {weight}",
        "verdict.met": "Met",
        "verdict.partial": "Partial",
        "verdict.unmet": "Missing",
        "verdict.abstain": "Not judged",
        "verdict.misconception": "Misconception",
        # Questions
        "questions.title": "Questions",
        "questions.search": "Search",
        "questions.search_placeholder": "Words of a question, topic or tag",
        "questions.count": "{count} questions",
        "questions.count_one": "1 question",
        "questions.none": "No question matches.",
        "questions.none_what_now": "Try fewer or other words, or another pack or topic.",
        "questions.clear": "Show all questions",
        "questions.practise_hint": "Choose a question to practise it.",
        # Errors
        "error.bank": "The question packs could not be read.",
        "error.bank_what_now": "Mend the line named above and reload this page. Drafts are not touched.",
        "error.engine": "The grader cannot work at the moment.",
        "error.page": "This page could not be shown.",
        "error.page_what_now": "Reload it. Your draft is kept. What happened is in the server's log.",
        # About
        "about.title": "About Viva",
        "about.what": "Viva asks open questions and says at once which points an answer makes, which it misses, "
        "and why.",
        "about.version": "Version",
        "about.signature": "Grader signature",
        "about.signature_help": "Two scores with the same signature were produced in exactly the same way.",
        "about.how": "How to read a score",
        "about.how_text": "Every question has points: the things that a good answer says. A grader looks for each of "
        "them in your words. A point earns credit only through a passage of your answer, which is then marked. "
        "The score adds the points up; the interval beside it holds what a fair examiner would likely give.",
        "about.limits": "Limits",
        "about.limits_text": "An answer may have up to {answer} characters. The offline grader compares words and "
        "meaning; it does not reason. It can overlook a right idea in unusual words, and it can be generous to a "
        "vague one. Read its evidence before you believe its score.",
        "about.privacy": "Privacy",
        "about.privacy_text": "Nothing you write leaves this server: no usage statistics, no fonts, scripts or models "
        "from elsewhere. Drafts are kept in {folder} under a random id, which this browser holds in a cookie and in "
        "its own storage together with a copy of each draft. Moving on to the next question deletes the draft of "
        "the last one.",
        "about.keyboard": "Keyboard",
        "about.key_submit": "submit the answer",
        "about.key_next": "next question, after a result",
        "about.key_tab": "move between the controls",
        "about.key": "Key",
        "about.does": "What it does",
    }
)


def t(key: str, **values: object) -> str:
    """Return the text for ``key`` with ``values`` filled in; an unknown key is a programming error (KeyError)."""
    return ENGLISH[key].format(**values) if values else ENGLISH[key]
