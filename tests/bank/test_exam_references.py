"""References as they stand in the answer keys of exams: signs without spaces, bare lines, choices, notes to graders."""

from __future__ import annotations

import pytest

from grader import grade
from grader.bank import points_from_text, question_from_reference
from grader.bank.asked import Request, requests
from grader.bank.lines import blocks
from grader.bank.remarks import either, is_extra, is_to_graders, without_marks
from grader.types import Question

# name: (text, its points as "group > text", bonus points with a "+" before them)
CUTS: dict[str, tuple[str, list[str]]] = {
    "numbers without a space": (
        "1.Shade: It keeps the ground cool. Animals rest there.\n2.Wood: It burns and builds.\n3)Fruit",
        ["Shade: It keeps the ground cool. Animals rest there.", "Wood: It burns and builds.", "Fruit"],
    ),
    "hyphens without a space": ("-Bark\n-Root hairs\n-Leaves", ["Bark", "Root hairs", "Leaves"]),
    "a single one is no list": ("-pruned trees stay low", ["-pruned trees stay low"]),
    "Roman numbers": ("i)less wind\nii)less noise\niii)less dust", ["less wind", "less noise", "less dust"]),
    "letters": ("a)bark\nB) root\n(c)leaf", ["bark", "root", "leaf"]),
    "a list that opens within an item": (
        "1.Prune in winter.\n2.i)less rot\nii)more light",
        ["Prune in winter.", "less rot", "more light"],
    ),
    "numbers before a hyphen": ("1- dig a hole\n2- set the tree", ["dig a hole", "set the tree"]),
    "decimals and versions are no items": (
        "1.5 metres are enough.\n\n2.x.y is the old release.\n\n3-4 trees do.",
        ["1.5 metres are enough.", "2.x.y is the old release.", "3-4 trees do."],
    ),
    "hollow bullets below full ones": (
        "● Uses:\n○ for ships\n○ for fire\n● Costs:\n○ much water",
        ["Uses > for ships", "Uses > for fire", "Costs > much water"],
    ),
    "numbers below a bullet that ends in a colon": (
        "● Shade\n● More life :\n1. birds breed\n2. bees feed\n● Wood",
        ["Shade", "More life > birds breed", "More life > bees feed", "Wood"],
    ),
    "a name over a name": ("- Wood:\n1. Uses\n○ floors\n2. Costs", ["Wood: Uses > floors", "Wood > Costs"]),
    "small squares": ("▪ bark\n▪root", ["bark", "root"]),
    "a list in one line": (
        "Steps: 1. dig a hole 2. set the tree 3. water it",
        ["Steps > dig a hole", "Steps > set the tree", "Steps > water it"],
    ),
    "bullets in one line": ("Parts: • bark • root", ["Parts > bark", "Parts > root"]),
    "numbers in prose are no list": ("Oaks (2) and elms 1) grow.", ["Oaks (2) and elms 1) grow."]),
    "lines below a lead-in": (
        (
            "Possible differences :\nThe oak (a broad tree) grows far more slowly than the birch (a slim tree)\n"
            "The oak sheds its leaves late while the birch sheds them at once\nIts wood is harder"
        ),
        [
            "Possible differences > The oak (a broad tree) grows far more slowly than the birch (a slim tree)",
            "Possible differences > The oak sheds its leaves late while the birch sheds them at once",
            "Possible differences > Its wood is harder",
        ],
    ),
    "a lead-in among lines": (
        (
            "Differences:\nOaks live long\nOaks are broad\nParts found in the oak and never in the birch tree :\n-Acorns\n"
            "-Lobed leaves\nThe bark of the oak is rough, that of the birch is smooth"
        ),
        [
            "Differences > Oaks live long",
            "Differences > Oaks are broad",
            "Parts found in the oak and never in the birch tree > Acorns",
            "Parts found in the oak and never in the birch tree > Lobed leaves",
            "The bark of the oak is rough, that of the birch is smooth",
        ],
    ),
    "wrapped lines stay together": (
        (
            "The oak is a tree that grows on nearly every soil and needs light, so that young\n"
            "Oaks die in the shade of old ones and thrive where a storm has opened the roof\nof the wood."
        ),
        [
            (
                "The oak is a tree that grows on nearly every soil and needs light, so that young Oaks die in the shade of "
                "old ones and thrive where a storm has opened the roof of the wood."
            )
        ],
    ),
    "a wrapped item without an indent": (
        "● The oak spends many years on its root before it grows\nupwards at all.\n● The birch does not.",
        ["The oak spends many years on its root before it grows upwards at all.", "The birch does not."],
    ),
    "an explanation below its item": (
        "1. Oak\nA broad tree.\n2. Ash\nA tall tree.",
        ["Oak A broad tree.", "Ash A tall tree."],
    ),
    "a label after a list": (
        "● gives shade\n● gives wood to those who live nearby\nBirch: a slim tree",
        ["gives shade", "gives wood to those who live nearby", "Birch: a slim tree"],
    ),
    "names over lists": (
        "Oak\n● hard wood\n● acorns\nBirch\n● white bark\n● soft wood",
        ["Oak > hard wood", "Oak > acorns", "Birch > white bark", "Birch > soft wood"],
    ),
    "one name over a list is the answer": ("The oak\n● hard wood\n● acorns", ["The oak", "hard wood", "acorns"]),
    "a sentence that only announces": (
        "Oaks need light. The following are the reasons that every gardener should have in mind:\n- shade kills\n- so does frost",
        [
            "Oaks need light.",
            "The following are the reasons that every gardener should have in mind > shade kills",
            "The following are the reasons that every gardener should have in mind > so does frost",
        ],
    ),
    "marks": (
        "Oaks live long (1 pt). Birches die early [0.5 marks]. Elms are rare (2).",
        ["Oaks live long.", "Birches die early.", "Elms are rare (2)."],
    ),
    "quarters": ("Oaks live long (0.25). Elms are rare(0.5).", ["Oaks live long.", "Elms are rare."]),
    "a single decimal in brackets stays": ("The chance is small (0.25).", ["The chance is small (0.25)."]),
    "notes to graders": (
        "Oaks live long.\n\nNote: if the age is missing, the answer can still be granted 0.5 marks.",
        ["Oaks live long."],
    ),
    "nothing but a note stays": ("Half marks for each tree.", ["Half marks for each tree."]),
    "examples": (
        "Oaks live for centuries. For example, one in the park is very old. This is also called longevity. They bear acorns.",
        [
            "Oaks live for centuries.",
            "+For example, one in the park is very old.",
            "+This is also called longevity.",
            "They bear acorns.",
        ],
    ),
    "an answer that is right as well": (
        "The oak suits the place. A lime tree is also acceptable.",
        ["The oak suits the place.", "+A lime tree is also acceptable."],
    ),
    "other words": ("Oaks live for centuries. In other words, they grow very old.", ["Oaks live for centuries."]),
    "a line between two": ("Oaks live long.\n\nor\n\nElms die early.", ["Oaks live long.", "Elms die early."]),
}


@pytest.mark.parametrize("name", CUTS)
def test_cuts(name: str) -> None:
    text, expected = CUTS[name]
    shown = [
        f"{'+' if point.kind == 'bonus' else ''}{f'{point.group} > ' if point.group else ''}{point.text}"
        for point in points_from_text(text)
    ]
    assert shown == expected


ALIASES: dict[str, tuple[str, tuple[str, ...]]] = {
    "other words": ("Oaks live for centuries. In other words, they grow very old.", ("they grow very old.",)),
    "said alternatively": (
        "Oaks live for centuries. Alternatively, you can say that they grow very old.",
        ("they grow very old.",),
    ),
    "two clauses": (
        "The tree stands in the light or Lamps must shine on the leaves.",
        ("The tree stands in the light", "Lamps must shine on the leaves."),
    ),
    "an item with an example": (
        "- Oaks live for centuries. For example one in the park.\n- Elms die.",
        ("Oaks live for centuries.",),
    ),
    "two names": ("Oaks or Elms of the park.", ()),
}


@pytest.mark.parametrize("name", ALIASES)
def test_what_says_a_point_as_well(name: str) -> None:
    text, aliases = ALIASES[name]
    assert points_from_text(text)[0].aliases == aliases


REQUESTS: dict[str, list[tuple[int, str, bool]]] = {
    "State at least 4 of the differences between oak and elm.": [(4, "differences", False)],
    "What are the uses of oaks? Please state at least 4 uses.": [(4, "uses", False)],
    "Please NAME and DESCRIBE two uses.": [(2, "uses", False)],
    "Name the 3 growth classes of a forest": [(3, "growth classes", False)],
    "Describe two benefits and two drawbacks in 1-2 sentences each.": [(2, "benefits", False), (2, "drawbacks", False)],
    "Also, give 1 advantage and disadvantage of it.": [(1, "advantage", False), (1, "disadvantage", False)],
    "Name the two kinds of wood and name one use for each of them.": [(2, "kinds", False), (1, "use", True)],
    "How does it grow and what is one benefit of that?": [(1, "benefit", False)],
    "Which tree would you plant?Give 2 reasons in 2-6 sentences.": [(2, "reasons", False)],
    "Explain in two sentences. Give 5 sentences.": [],
    "What are 2.5 litres, and give 5% more in 2019": [],
}


@pytest.mark.parametrize("prompt", REQUESTS)
def test_what_is_asked_for_by_number(prompt: str) -> None:
    assert [(request.count, request.noun, request.each) for request in requests(prompt)] == REQUESTS[prompt]


def test_a_request_after_another_question_is_not_alone() -> None:
    assert not requests("Describe how an oak grows. Name two uses.")[0].alone
    assert requests("What are the uses of an oak? Name two uses.")[0].alone
    assert requests("NAME and DESCRIBE two uses")[0] == Request(2, "uses")


BENEFITS = "Benefits:\n- shade\n- wood\n- birds\n\nDrawbacks:\n- leaves\n- roots in pipes\n- little light"
KINDS = "Hardwood\n● floors\n● ships\n● barrels\nSoftwood\n● paper\n● matches"
CHOICE = "Oaks need light. One of the following reasons is sufficient:\n- shade kills them\n- moss covers them"
TASKS = (
    "Roots: They hold the tree.\nOne of the following should be given:\n● they drink\n● they store\n\n"
    "The following are the tasks:\n● prune\n● water the plants\n● sow"
)
# name: (prompt, reference, count, group, number of points)
# fmt: off
COUNTS: dict[str, tuple[str, str, int | None, str | None, int]] = {
    "lines": ("State at least 2 uses.", "Uses :\nShips\nFire wood\nFloors", 2, None, 3),
    "sentences of one shape": ("State two aims.", "To give shade. To hold soil. To feed birds.", 2, None, 3),
    "sentences of any shape": ("State two aims.", "Oaks give shade. They hold soil. Birds feed on them.", None, None, 3),
    "a list with a name": ("What is an oak? State two aims.", "A tree with acorns.\nAims:\n- shade\n- soil\n- food", 2, "Aims", 4),
    "about something else": ("Explain how oaks grow. Give one use.", "1. slow at first\n2. then fast", None, None, 2),
    "two lists": ("Describe two benefits and two drawbacks.", BENEFITS, 4, None, 6),
    "one of each": ("Give 1 benefit and drawback.", BENEFITS, None, None, 2),
    "as many lists as asked": ("Name the two kinds.", "Hardwood:\n- oak\n- elm\n\nSoftwood:\n- pine\n- fir", None, None, 4),
    "names and one for each": ("Name the two kinds of wood and name one use for each of them.", KINDS, None, None, 4),
    "one of the following": ("Do oaks need light? Explain.", CHOICE, 1, "One of the following reasons is sufficient", 3),
    "a choice beside a count": ("Explain roots. Further, name two tasks.", TASKS, 2, "The following are the tasks", 5),
    "a named list that is not all of it": ("State three uses.", "Uses:\nShips\nFire\n\nOthers:\n- shade\n- fruit", 3, None, 4),
    "possible answers": ("Why plant oaks?", "Possible answers include:\n- shade\n- wood", 1, None, 2),
    "any two of": ("Why plant oaks?", "Any two of the following:\n- shade\n- wood\n- birds", 2, None, 3),
    "what lies below an item": ("Name two uses.", "● Ships:\n○ hulls\n○ masts\n● Fire\n○ in stoves\n● Floors", 2, None, 3),
}
# fmt: on


@pytest.mark.parametrize("name", COUNTS)
def test_counts(name: str) -> None:
    prompt, reference, count, group, points = COUNTS[name]
    (reading,) = question_from_reference(prompt, [reference]).readings
    assert (reading.required_count, reading.count_group, len(reading.points)) == (count, group, points)


def test_a_choice_of_one_beside_others_is_a_point_with_all_as_wordings() -> None:
    points = question_from_reference("Give 1 benefit and drawback.", [BENEFITS]).points
    assert [(point.text, point.aliases) for point in points] == [
        ("shade", ("wood", "birds")),
        ("leaves", ("roots in pipes", "little light")),
    ]


def test_a_named_list_within_a_counted_one_counts_once() -> None:
    point, fire, floors = question_from_reference("Name two uses.", [COUNTS["what lies below an item"][1]]).points
    assert (point.text, point.aliases) == ("Ships: hulls masts", ("Ships", "Ships: hulls", "Ships: masts"))
    assert (fire.text, fire.aliases, floors.text) == ("Fire: in stoves", ("Fire",), "Floors")


def test_the_first_sentence_of_a_counted_item_says_it() -> None:
    reference = "1.Shade keeps the ground cool in summer. Animals rest there.\n2.Wood.\n3.Fruit."
    assert question_from_reference("State two uses.", [reference]).points[0].aliases == (
        "Shade keeps the ground cool in summer.",
    )
    assert question_from_reference("What are the uses?", [reference]).points[0].aliases == ()


def test_the_reference_itself_stays_whole() -> None:
    text = "Oaks live long (1 pt).\n\nNote: half marks for elms."
    assert question_from_reference("Which live long?", [text]).references == (text,)


def _questions() -> list[Question]:
    made = [question_from_reference(prompt, [reference]) for prompt, reference, *_ in COUNTS.values()]
    return made + [question_from_reference("What is to be said of trees?", [text]) for text, _ in CUTS.values()]


def test_the_reference_earns_full_marks() -> None:
    for question in _questions():
        assert grade(question, question.references[0]).score >= 0.95, question.references[0]


def test_remarks() -> None:
    assert not is_to_graders("The request is granted by the office.")
    assert not is_to_graders("The reason for the growth is light.")
    assert not is_extra("The bark is also rough.")
    assert either("Plant it in London or Paris is too warm for it") is not None
    assert either("It is red or green.") is None
    assert without_marks("(x) f(0.5) = (3 points of view)") == "(x) f(0.5) = (3 points of view)"


def test_code_is_no_list() -> None:
    assert [block.kind for block in blocks("```\n-rf old\n-rf new\n```")] == ["text"]
