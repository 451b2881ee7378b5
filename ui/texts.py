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
        "nav.settings": "Settings",
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
        "result.judged_llm": "Judged by a language model ({model}), checked against your words.",
        "result.partly_offline": "Judged offline: {count} of {total} points.",
        "result.point_by": "judged {source}",
        "result.waits": "Judged offline, on this computer. Judging with {model} …",
        "result.no_quote": "it quoted words that are not in the answer",
        "result.cannot_tell": "it could not tell",
        "result.took": "Judging took {into} tokens in, {out} out",
        "result.remembered": "Remembered from before, so nothing was sent.",
        "result.apart": "Where the two ways of grading differ ({count})",
        "result.apart_one": "Where the two ways of grading differ",
        "result.model_failed": "The model did not judge this answer, so the score was worked out offline. {reason}",
        "result.model_slow": "It took too long.",
        "result.model_crashed": "What happened is in the server's log.",
        "result.words": "Feedback",
        "result.writing": "{model} is writing …",
        "result.written": "Written by {model} about your answer; like every text of a model it may be wrong.",
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
        # Settings
        "settings.title": "Settings",
        "settings.who": "Who judges",
        "settings.auto": "A language model, where one is set up",
        "settings.auto_help": "Each of its verdicts is checked against your words. Where it fails, the offline grader judges.",
        "settings.offline": "The offline grader only",
        "settings.offline_help": "At once, on this computer. Nothing is sent anywhere.",
        "settings.model_title": "The model",
        "settings.own": "What you enter here is for this visit alone. It is kept in the server's memory, not on disk, and is "
        "gone when you close or reload this page.",
        "settings.address": "Address",
        "settings.address_help": "Of a server that speaks OpenAI's protocol: OpenAI itself, Ollama, vLLM, llama.cpp, LM Studio. "
        "A server of your own needs no key. The key of the machine that runs Viva is never sent to an address entered here.",
        "settings.model": "Model",
        "settings.model_help": "Its name, as the server knows it. It may be left out where the server has only one.",
        "settings.model_any": "The only one there",
        "settings.key": "Key",
        "settings.key_help": "It goes to the address above and nowhere else, and is not shown again.",
        "settings.key_held": "A key is held for this visit",
        "settings.key_server": "The server has one",
        "settings.key_none": "No key",
        "settings.key_forget": "Forget the key",
        "settings.judges": "Judges",
        "settings.judges_help": "So many replies are asked for, and the majority counts. Each one costs the same again.",
        "settings.few_shot": "Send graded sample answers as examples",
        "settings.few_shot_help": "The model judges more like the author of the question, for a longer prompt.",
        "settings.save": "Use this",
        "settings.test": "Test connection",
        "settings.saved": "In use from the next answer on.",
        "settings.now_offline": "All answers are judged offline at the moment.",
        "settings.now_none": "No model is set up, so all answers are judged offline.",
        "settings.now_model": "Answers are judged by {model} at {address}.",
        "settings.now_wrong": "All answers are judged offline, since the model is not set up right: {reason}.",
        "settings.wrong": "This cannot be used.",
        "settings.testing": "Asking {model} at {address}, for {seconds} seconds at most …",
        "settings.tested": "The connection works.",
        "settings.tested_not": "The connection does not work.",
        "settings.tested_slow": "No answer in {seconds} seconds. It may still be loading the model; try once more.",
        "settings.tested_crashed": "What happened is in the server's log.",
        "settings.nothing": "There is nothing to test: enter an address, or a key for OpenAI.",
        "settings.models_there": "Models there: {models}",
        "settings.leaves": "What leaves this computer",
        "settings.leaves_text": "While a model judges, its server gets the question, the points with their wordings, graded sample "
        "answers as examples, and your answer. For the feedback it gets the question, what you covered, the labels of what is "
        "missing, and your answer. It never gets your name, an id, or anything about this browser; what you write into an answer "
        "does go out. Offline, nothing does.",
        "settings.spent": "This visit",
        "settings.spent_none": "No model was asked yet.",
        "settings.spent_text": "{requests} requests, about {into} tokens in and {out} out, {money}. "
        "Replies remembered from before: {remembered}.",
        "settings.replies": "Remembered replies",
        "settings.replies_text": "The same answer to the same question is not sent, or paid for, twice. {count} replies are kept "
        "on this computer, {size} MB. They quote answers; they hold no key.",
        "settings.replies_none": "Nothing is kept yet. Replies will be, so that the same answer is not sent, or paid for, twice.",
        "settings.replies_clear": "Clear",
        "settings.replies_cleared": "All remembered replies are gone.",
        "settings.replies_stuck": "The file could not be removed: {reason}.",
        "model.unnamed": "the model",
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
        "about.privacy_model": "A language model at {address} judges here. It gets the question, its points, sample answers and "
        "your answer, and nothing about you; the settings say more and let you turn it off. Nothing else you write leaves this "
        "server: no usage statistics, no fonts, scripts or models from elsewhere. Drafts are kept in {folder} under a random "
        "id, which this browser holds in a cookie and in its own storage together with a copy of each draft. Moving on to the "
        "next question deletes the draft of the last one. The model's replies, which quote answers, are kept in {replies} "
        "until they are cleared in the settings.",
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
