"""Every family, in the order of the report: first the attacks, then the harmless changes."""

from __future__ import annotations

from grader.attack import copying, harmless, smuggling, twisting
from grader.attack.case import Family

FAMILIES: tuple[Family, ...] = (
    Family("question echo", "attack", copying.echo, "the question said back, also as a statement"),
    Family("another reference", "attack", copying.foreign, "the reference of an unrelated question"),
    Family("shuffled words", "attack", copying.shuffled, "the reference's words in random order"),
    Family("keyword list", "attack", copying.keywords, "the rarest words of reference and points as a list"),
    Family("repeated terms", "attack", copying.repeated, "each key term five times"),
    Family("fluent nonsense", "attack", copying.nonsense, "key terms in sentences that assert nothing relevant"),
    Family("negated reference", "attack", twisting.negated, "every statement denied"),
    Family("antonym swap", "attack", twisting.antonyms, "a word turned into its opposite"),
    Family("number swap", "attack", twisting.numbers, "a number made another one"),
    Family("contradicted point", "attack", twisting.contradicted, "a full answer that denies one of its points"),
    Family("padding", "attack", smuggling.padding, "a partial answer with irrelevant or repeated text"),
    Family("hidden characters", "attack", smuggling.hidden, "zero-width, look-alike and invisible characters"),
    Family("forged score", "attack", smuggling.forged, "a grade that the answer gives itself"),
    Family("instructions", "attack", smuggling.instructions, "what the grader is told to do, in nine languages"),
    Family("typos", "harmless", harmless.typos, "a typing error in one of ten words"),
    Family("case", "harmless", harmless.case, "capitals throughout, or none"),
    Family("spelling", "harmless", harmless.spelling, "British and American spelling exchanged"),
    Family("order", "harmless", harmless.order, "sentences and list items in another order"),
    Family("bullets or prose", "harmless", harmless.bullets, "sentences as a list, a list as sentences"),
    Family("contractions", "harmless", harmless.contractions, "do not and don't exchanged"),
    Family("accents", "harmless", harmless.accents, "accents on every fifth word"),
)
