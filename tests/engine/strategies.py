"""Hypothesis strategies for answers: any script, and the bits of text that trip graders up."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from hypothesis import strategies as st

# Each holds what its alphabet is known for; the general strategy beside them covers the rest of Unicode.
_ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz ABC .,;:'\"-()0123456789\n",
    "абвгдежзиклмнопрст .,",
    "ابتثجحخدذرزسشصضطظ ،؟.",
    "אבגדהוזחטיכלמנ .,־",
    "अआइईउऊकखगघचछजझ।ािीुू् ",
    "机器学习模型数据。，！",
    "ひらがなカタカナ。",
    "กขคงจฉชซ ะาิีึ",
    "한국어모델 .",
    "😀🎉👩\u200d💻🇫🇷\ufe0f 🏽",
    "e\u0301a\u0308\u200b\u200d\u00ad\u202e\u2066\ufeff o ",
    "ＡＢｃ１２，．（ ﬁ½①²",
    "\x00\x01\x07\x0b\x0c\x1b\x7f\x85\u2028 a",
)
scripts = st.one_of([st.text(alphabet=alphabet, max_size=40) for alphabet in _ALPHABETS])
any_text = st.one_of(scripts, st.text(max_size=40), st.lists(scripts, max_size=4).map(" ".join))


def _full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalpha() else c for c in text)


# Ways to write an answer differently that grader.text.normalize takes for the same answer.
SAME_ANSWER: dict[str, Callable[[str], str]] = {
    "upper case": str.upper,
    "lower case": str.lower,
    "wider spaces": lambda text: "  " + text.replace(" ", " \t "),
    "non-breaking spaces": lambda text: text.replace(" ", "\u00a0"),
    "trailing lines": lambda text: text + " \n\n",
    "carriage returns": lambda text: text.replace("\n", "\r\n"),
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "composed": lambda text: unicodedata.normalize("NFC", text),
    "curly apostrophes": lambda text: text.replace("'", "’"),
    "full-width letters": _full_width,
    "zero-width spaces in words": lambda text: text.replace("e", "e\u200b"),
    "soft hyphens in words": lambda text: text.replace("t", "t\u00ad"),
}
