"""What holds in any language: the cases of ``language_cases``, polarity, function words, stemmers."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
import Stemmer

from grader import grade
from grader.grammar import OWN, function_words, grammar
from grader.matchers.negation import polarity
from grader.stem import SNOWBALL_LANGUAGES, stem_word
from grader.text import fold_word, sentence_starts, tokenize
from grader.types import Grade, Point, Question
from tests.engine.language_cases import CASES, LanguageCase

EACH = pytest.mark.parametrize("case", CASES, ids=lambda case: case.language)


def question_of(case: LanguageCase) -> Question:
    points = tuple(Point(f"point-{number}", text) for number, text in enumerate(case.points))
    return Question.simple(
        id=f"drift-{case.language}",
        prompt=case.prompt,
        points=points,
        references=(case.reference,),
        language=case.language,
    )


def grade_of(case: LanguageCase, answer: str) -> Grade:
    result = grade(question_of(case), answer)
    for judgment in result.judgments:
        assert bool(judgment.evidence) == bool(judgment.credit)
        assert all(answer[part.start : part.end] == part.quote for part in judgment.evidence)
    return result


@EACH
def test_the_reference_earns_it_all(case: LanguageCase) -> None:
    assert grade_of(case, case.reference).score >= 0.95


@EACH
def test_other_forms_of_the_words_in_another_order_earn_most_of_it(case: LanguageCase) -> None:
    assert grade_of(case, case.inflected).score >= 0.5


@EACH
def test_one_point_of_three_earns_a_part(case: LanguageCase) -> None:
    result = grade_of(case, case.half)
    # Thai has no list of function words, so what its sentences share counts as content.
    assert 0.2 <= result.score <= (0.6 if case.language == "th" else 0.5)
    assert result.judgments[0].verdict == "met"


@EACH
def test_a_denial_earns_next_to_nothing(case: LanguageCase) -> None:
    assert grade_of(case, case.denial).score <= 0.2


@EACH
def test_another_subject_earns_nothing(case: LanguageCase) -> None:
    assert grade_of(case, case.unrelated).score <= 0.1


@EACH
def test_the_question_said_back_earns_nothing(case: LanguageCase) -> None:
    assert grade_of(case, case.prompt).score <= 0.1


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in text)


def without_accents(text: str) -> str:
    """Leave out what may be left out: accents of Latin and Cyrillic letters save those that make another letter."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not "\u0300" <= c <= "\u036f")
    return unicodedata.normalize("NFC", plain)


def voweled(text: str) -> str:
    """Write vowel signs on Arabic letters."""
    return "".join(c + "\u064e" if "\u0628" <= c <= "\u064a" else c for c in text)


WRITTEN: dict[str, Callable[[str], str]] = {
    "upper case": str.upper,
    "lower case": str.lower,
    "NFC": lambda text: unicodedata.normalize("NFC", text),
    "NFD": lambda text: unicodedata.normalize("NFD", text),
    "NFKC": lambda text: unicodedata.normalize("NFKC", text),
    "NFKD": lambda text: unicodedata.normalize("NFKD", text),
    "full width": full_width,
    "no accents": without_accents,
    "vowel signs": voweled,
    "zero-width spaces": lambda text: text.replace("а", "а\u200b").replace("e", "e\u200b").replace("の", "の\u200b"),
}


@EACH
@pytest.mark.parametrize("way", WRITTEN)
def test_the_same_answer_written_another_way_earns_the_same(case: LanguageCase, way: str) -> None:
    for answer in (case.inflected, case.half, case.denial):
        plain, other = grade_of(case, answer), grade_of(case, WRITTEN[way](answer))
        assert [j.credit for j in other.judgments] == [j.credit for j in plain.judgments]


def test_half_width_kana_are_kana() -> None:
    japanese = next(case for case in CASES if case.language == "ja")
    half = "ﾃﾞｰﾀの分布が時間とともに変化する｡ﾓﾃﾞﾙの精度が低下する｡"
    assert grade_of(japanese, half).score == grade_of(japanese, unicodedata.normalize("NFKC", half)).score >= 0.6


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("ja", "AIモデルの学習", ["ai", "モデ", "デル", "ルの", "の学", "学習"]),
        ("ja", "ｶﾞｽ", ["ガス"]),
        ("ja", unicodedata.normalize("NFD", "ガス"), ["ガス"]),
        ("ja", "猫", ["猫"]),
        ("ja", "。、・「」", []),
        ("zh", "用GPU训练,很快", ["用", "gpu", "训练", "很快"]),
        ("th", "ทำงาน", ["ท\u0e4dาง", "งา", "าน"]),
        ("th", unicodedata.normalize("NFKD", "ทำงาน"), ["ท\u0e4dาง", "งา", "าน"]),
        ("fr", "L'arbre n’est qu'aujourd'hui", ["l", "arbre", "n", "est", "qu", "aujourd'hui"]),
        ("it", "dell'acqua un'ora", ["dell", "acqua", "un", "ora"]),
        ("ca", "L'aigua", ["l", "aigua"]),
        ("en", "it's o'clock", ["it's", "o'clock"]),
        ("ar", "النَّمُوذَجُ الـــنموذج", ["النموذج", "النموذج"]),
        ("tr", "ISI ısı İŞ iş", ["isi", "isi", "is", "is"]),
        ("el", "Όλος όλοσ", ["ολοσ", "ολοσ"]),
    ],
)
def test_words(language: str, text: str, words: list[str]) -> None:
    tokens = tokenize(text, language)
    assert [token.word for token in tokens] == words
    assert all(fold_word(text[token.start : token.end]).rstrip("'") == token.word for token in tokens)


@pytest.mark.parametrize(
    ("language", "text", "denied", "asserted"),
    [
        ("de", "Nicht nur die Daten ändern sich, sondern auch das Modell.", "", "daten modell"),
        ("de", "Das Modell läuft nicht in der Cloud, sondern lokal.", "cloud", "lokal"),
        ("de", "Es gibt keine Daten. Das Modell lernt.", "daten", "modell lernt"),
        ("de", "Kosten sinken nicht, aber die Geschwindigkeit steigt.", "kosten sinken", "geschwindigkeit steigt"),
        ("de", "Ohne Regularisierung passt sich das Netz zu stark an.", "regularisierung", "netz passt"),
        ("nl", "Zonder labels leert het model.", "labels", "leert model"),
        ("ru", "Без меток модель учится.", "меток", "модель учится"),
        ("ar", "بدون بيانات يعمل النموذج.", "بيانات", "يعمل النموذج"),
        ("hi", "बिना डेटा के मॉडल काम करता है।", "डेटा", "मॉडल काम"),
        ("tr", "Maliyet artmadı, hız arttı.", "artmadi", "hiz artti"),
        ("ja", "ラベルなしで学習できる。", "ラベ", "学習 でき"),
        ("ja", "誤差は必ず減る。", "", "誤差 減る"),
        ("zh", "不得不重新训练。", "", "重新 训练"),
        ("fr", "Plus de données améliorent le modèle.", "", "donnees ameliorent modele"),
        ("nl", "Niet batch maar streaming wordt gebruikt.", "batch", "streaming"),
        ("fr", "Le modèle n'utilise pas les étiquettes, mais il est rapide.", "utilise etiquettes", "rapide"),
        ("fr", "Non seulement les données changent.", "", "donnees changent"),
        ("fr", "Sans étiquettes, le modèle apprend.", "etiquettes", "modele apprend"),
        ("es", "No usa etiquetas, pero es rápido.", "usa etiquetas", "rapido"),
        ("es", "No es cierto que los datos cambian.", "datos cambian", ""),
        ("it", "Non usa etichette, ma è veloce.", "usa etichette", "veloce"),
        ("pt", "Não usa rótulos, mas é rápido.", "usa rotulos", "rapido"),
        ("ru", "Модель не использует метки, но она быстрая.", "использует метки", "быстрая"),
        ("ru", "Не только данные меняются.", "", "данные меняются"),
        ("tr", "Model etiket kullanmaz, ama hızlıdır.", "etiket kullanmaz", "hizlidir"),
        ("tr", "Veriler değişmiyor.", "degismiyor", ""),
        ("tr", "Sistem zamanla büyür.", "", "sistem zamanla buyur"),
        ("ar", "النموذج لا يستخدم البيانات، لكنه سريع.", "يستخدم البيانات", "سريع"),
        ("ar", "ليس صحيحا أن البيانات تتغير.", "البيانات تتغير", ""),
        ("hi", "मॉडल डेटा का उपयोग नहीं करता है, लेकिन तेज़ है।", "मॉडल डेटा", ""),
        ("ja", "データは不要ではなく必要だ。", "デー", "必要"),
        ("ja", "ラベルを使わない。速度は上がる。", "ラベ 使わ", "速度 上が"),
        ("ja", "データだけでなくモデルも変わる。", "", "デー モデ 変わ"),
        ("ja", "誤差が少ない。", "", "誤差 少な"),
        ("ja", "再学習しなければならない。", "", "学習"),
        ("zh", "模型不需要标签,但是速度快。", "需要 标签", "速度"),
        ("zh", "不仅数据变化,模型也变化。", "", "数据 变化 模型"),
        ("zh", "分布不断变化,非常快。", "", "分布 变化"),
        ("zh", "不是批处理而是流处理。", "批处", "流处"),
        ("th", "ระบบไม่ใช้ข้อมูล แต่ทำงานเร็ว", "ข้อ", "เร็"),
    ],
)
def test_who_denies_what(language: str, text: str, denied: str, asserted: str) -> None:
    tokens = tokenize(text, language)
    words = [token.word for token in tokens]
    found = polarity(text, tokens, sentence_starts(text), language)
    assert all(found.signs[words.index(word)] == -1 for word in denied.split()), (words, found.signs)
    assert all(found.signs[words.index(word)] == 1 for word in asserted.split()), (words, found.signs)


@pytest.mark.parametrize("language", sorted(OWN - {"th"}))
def test_function_words_are_few_and_tell_little(language: str) -> None:
    words = function_words(language)
    assert 20 <= len(words) <= 200
    assert all(word == fold_word(word) for word in words)
    case = next(case for case in CASES if case.language == language)
    content = [token for token in tokenize(case.reference, language) if token.word not in words]
    assert len(content) >= 5


def test_languages_without_lists_have_none_and_regions_count_for_nothing() -> None:
    assert len(function_words("sv")) == len(function_words("xx")) == 0
    assert grammar("pt-BR") == grammar("pt")
    assert stem_word("dados", "pt-BR") == stem_word("dado", "pt")


def test_every_snowball_stemmer_is_there() -> None:
    # The two left out are older algorithms for English and Dutch.
    assert set(SNOWBALL_LANGUAGES.values()) == set(Stemmer.algorithms()) - {"porter", "dutch_porter"}


@pytest.mark.parametrize(
    ("language", "a", "b"),
    [
        ("de", "modelle", "modells"),
        ("fr", "donnee", "donnees"),
        ("es", "modelos", "modelo"),
        ("it", "modelli", "modello"),
        ("ru", "данных", "данные"),
        ("ar", "النموذج", "نموذج"),
        ("hi", "लड़के", "लड़का"),
        ("tr", "modelin", "modeller"),
        ("pl", "modelu", "modelem"),
        ("cs", "modely", "modelu"),
        ("fa", "کتاب‌ها".replace("\u200c", ""), "کتاب"),
        ("eo", "modeloj", "modelo"),
    ],
)
def test_forms_of_a_word_share_a_stem(language: str, a: str, b: str) -> None:
    assert stem_word(a, language) == stem_word(b, language)


@EACH
def test_the_signature_says_where_the_encoder_does_not_cover_the_language(case: LanguageCase) -> None:
    signature = grade_of(case, case.half).signature
    assert signature.endswith("|semantic:none(hi)") is (case.language == "hi")
    assert ("semantic:none" in signature) is (case.language == "hi")
