"""What the engine is tested with: text of other subjects, plain references, and a small bank with literal points."""

from __future__ import annotations

from grader.types import Point, Question, Reading

# Nothing here is about computers, data or engineering.
FOREIGN: tuple[str, ...] = (
    "Fry the onions in butter until they turn golden, then add a pinch of salt.",
    "The dough has to rest for an hour under a damp cloth.",
    "Whisk the egg whites until they form stiff peaks.",
    "A good soup starts with bones, carrots and a bay leaf.",
    "Let the roast lamb rest before you carve it.",
    "Lemon juice keeps the sliced apples from turning brown.",
    "The Norman duke crossed the Channel in 1066 and was crowned at Christmas.",
    "Medieval monks copied psalms by candlelight in cold stone abbeys.",
    "The plague reached Florence in 1348 and killed half of its citizens.",
    "Knights swore fealty to their lord in exchange for a piece of land.",
    "The cathedral's spire was struck by lightning and rebuilt in oak.",
    "Venetian merchants sailed to Alexandria for pepper and silk.",
    "The striker headed the ball past the goalkeeper in the last minute.",
    "Our fullback was booked for a late tackle near the corner flag.",
    "The referee blew his whistle and pointed to the penalty spot.",
    "Supporters sang in the rain long after the cup final.",
    "The coach praised the young winger for his crossing.",
    "Prune the roses in March and mulch them with bark.",
    "Tomatoes like sun, rich soil and plenty of water.",
    "Slugs ate the lettuce, so we planted marigolds around it.",
    "The hedge was full of sparrows and wild honeysuckle.",
    "Compost smells sweet when leaves and grass are mixed well.",
    "The violinist tuned her instrument before the slow movement.",
    "A full moon rose over the harbour while the fishermen slept.",
    "Grandmother knitted woollen socks for the whole family.",
    "The glacier carved a deep valley through the granite.",
    "Bees visit clover and thyme on warm afternoons.",
    "The old ferry crosses the fjord twice a day.",
    "She painted the kitchen walls yellow and hung linen curtains.",
    "The novel tells of two sisters who inherit a vineyard.",
)

# Of these, the ones with a word that names a thing in the bank, too: pruning, a penalty, (fine-)tuning.
CLASHES: frozenset[str] = frozenset(text for text in FOREIGN if "Prune" in text or "penalty" in text or "tuned" in text)

# Prompt, reference: as a teacher would write them, of many subjects and lengths.
REFERENCES: tuple[tuple[str, str], ...] = (
    ("Why do leaves look green?", "Chlorophyll absorbs red and blue light and reflects green light."),
    ("What does the heart do?", "The heart pumps blood through the body."),
    ("What is inflation?", "Inflation is a general rise in prices over time. It lowers the purchasing power of money."),
    ("What happens to ice when it is heated?", "It melts into water."),
    ("Who wrote Hamlet?", "William Shakespeare"),
    ("When did the Second World War end?", "1945"),
    ("What does a compiler do?", "A compiler translates source code into machine code before the program runs."),
    ("Name two kinds of rock.", "- Igneous rock\n- Sedimentary rock\n- Metamorphic rock"),
    (
        "How does a vaccine work?",
        "It shows the immune system a harmless part of a pathogen, so that antibodies are ready later.",
    ),
    ("What is a cold start?", "The first request waits because no instance is running and one has to be launched."),
    ("Was ist Photosynthese?", "Pflanzen wandeln Licht, Wasser und Kohlendioxid in Zucker und Sauerstoff um."),
    ("Qu'est-ce qu'un volcan ?", "Un volcan rejette de la lave et des cendres."),
    ("Почему небо голубое?", "Молекулы воздуха рассеивают синий свет сильнее, чем красный."),
    ("光合作用是什么?", "植物利用阳光把二氧化碳和水变成糖和氧气。"),
    ("ما هي عاصمة فرنسا؟", "عاصمة فرنسا هي باريس."),
    ("Which law relates voltage and current?", "Ohm's law: V = I * R, so 10 V across 5 ohms drive 2 A."),
    ("Why are caches not free?", "A cache does not guarantee fresh data, and it needs memory."),
)

# Prompt and the two halves of its reference, which say different things.
HALVES: tuple[tuple[str, str, str], ...] = (
    ("What is the job of the heart?", "The heart pumps blood.", "Valves keep fluid from flowing backwards."),
    (
        "What does the heart do?",
        "The heart pumps blood through the body.",
        "Valves keep the blood from flowing backwards.",
    ),
    (
        "What is inflation?",
        "Inflation is a general rise in prices over time.",
        "It lowers the purchasing power of money.",
    ),
    ("How do plants make food?", "Leaves take up carbon dioxide from the air.", "Roots draw water from the soil."),
    (
        "What does a compiler do?",
        "It translates source code into machine code.",
        "It reports errors before the program runs.",
    ),
    ("How did Rome supply its cities?", "Aqueducts brought fresh water.", "Grain was shipped from Egypt and Africa."),
    ("What protects us from infection?", "The skin keeps germs out.", "White blood cells attack intruders."),
    ("What shapes a coast?", "Waves erode the cliffs.", "Currents deposit sand on beaches."),
    ("Why is a cache used?", "It answers repeated requests quickly.", "It takes load off the database."),
)

# A statement and the same statement denied.
DENIALS: tuple[tuple[str, str], ...] = (
    ("The heart pumps blood through the body.", "The heart does not pump blood through the body."),
    ("The heart pumps blood through the body.", "It is not true that the heart pumps blood through the body."),
    ("The heart pumps blood through the body.", "It is false that the heart pumps blood through the body."),
    ("The heart pumps blood through the body.", "The heart never pumps blood through the body."),
    ("Chlorophyll reflects green light.", "Chlorophyll does not reflect green light."),
    ("Chlorophyll reflects green light.", "Chlorophyll doesn't reflect green light."),
    ("Chlorophyll reflects green light.", "Chlorophyll doesn’t reflect green light."),
    ("Chlorophyll reflects green light.", "CHLOROPHYLL CANNOT REFLECT GREEN LIGHT."),
    ("Inflation lowers the purchasing power of money.", "Inflation does not lower the purchasing power of money."),
    ("The rent is paid by the tenant.", "The rent is not paid by the tenant."),
    ("The rent is paid by the tenant.", "Nobody claims that the rent is paid by the tenant."),
    ("Antibodies recognise the pathogen.", "Antibodies fail to recognise the pathogen."),
)

_HEART = Point("pump", "The heart pumps blood through the body.", aliases=("it drives the circulation of blood",))
_VALVES = Point("valves", "Valves keep the blood from flowing backwards.", label="what the valves do")
_BEAT = Point("beat", "It beats about 70 times per minute.", kind="bonus")
_THINKS = Point("thinks", "The heart is the seat of thought and reason.", kind="misconception")

HEART = Question.simple(
    id="heart",
    prompt="What is the job of the heart?",
    points=(_HEART, _VALVES, _BEAT, _THINKS),
    references=("The heart pumps blood through the body. Valves keep the blood from flowing backwards.",),
)

MUSCLES = Question.simple(
    id="organs",
    prompt="Name two organs and say what they do.",
    points=(
        Point("heart", "The heart pumps blood."),
        Point("lungs", "The lungs take up oxygen."),
        Point("kidneys", "The kidneys filter waste from the blood."),
        Point("liver", "The liver detoxifies poisons and makes bile."),
    ),
    references=("The lungs take up oxygen. The kidneys filter waste from the blood.",),
    required_count=2,
)

BANK_READINGS = Question(
    id="bank-word",
    prompt="What is a bank?",
    readings=(
        Reading(
            "money",
            (Point("deposits", "A bank keeps deposits and lends money to customers."),),
            ("A bank keeps deposits and lends money to customers.",),
        ),
        Reading(
            "river",
            (Point("slope", "A bank is the sloping land at the edge of a river."),),
            ("A bank is the sloping land at the edge of a river.",),
        ),
    ),
)
OWN_QUESTIONS = (HEART, MUSCLES, BANK_READINGS)
