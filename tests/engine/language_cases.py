"""One question in thirteen languages, and answers to it as people write them.

The points: the distribution of the data changes over time; the accuracy of the model falls; the model is trained again
with new data.
"""

from __future__ import annotations

from typing import NamedTuple


class LanguageCase(NamedTuple):
    """A question with its points; ``reference`` says all of them, ``inflected`` too, in other forms and another order."""

    language: str
    prompt: str
    points: tuple[str, str, str]
    inflected: str
    half: str
    denial: str
    unrelated: str

    @property
    def reference(self) -> str:
        """All points, one after the other."""
        return " ".join(self.points)


CASES = (
    LanguageCase(
        "de",
        "Was versteht man unter Drift, und was tut man dagegen?",
        (
            "Die Verteilung der Daten ändert sich mit der Zeit.",
            "Die Genauigkeit des Modells sinkt.",
            "Das Modell wird mit neuen Daten trainiert.",
        ),
        "Mit der Zeit haben sich die Verteilungen der Daten geändert. Dadurch sinken die Genauigkeiten der Modelle. "
        "Man trainiert die Modelle mit neuen Daten.",
        "Die Verteilung der Daten ändert sich mit der Zeit.",
        "Die Verteilung der Daten ändert sich nicht mit der Zeit. Die Genauigkeit des Modells sinkt nicht. "
        "Es ist falsch, dass das Modell mit neuen Daten trainiert wird.",
        "Die Suppe kocht eine Stunde mit Karotten und Zwiebeln, dann kommt etwas Salz hinzu.",
    ),
    LanguageCase(
        "nl",
        "Wat is drift en wat doe je ertegen?",
        (
            "De verdeling van de gegevens verandert in de tijd.",
            "De nauwkeurigheid van het model daalt.",
            "Het model wordt met nieuwe gegevens getraind.",
        ),
        "In de loop van de tijd veranderen de verdelingen van de gegevens. Daardoor daalt de nauwkeurigheid van de modellen. "
        "Modellen worden met nieuwe gegevens getraind.",
        "De verdeling van de gegevens verandert in de tijd.",
        "De verdeling van de gegevens verandert niet in de tijd. De nauwkeurigheid van het model daalt niet. "
        "Het is niet waar dat het model met nieuwe gegevens wordt getraind.",
        "De soep kookt een uur met wortels en uien, daarna komt er wat zout bij.",
    ),
    LanguageCase(
        "fr",
        "Qu'est-ce que la dérive, et que fait-on contre elle ?",
        (
            "La distribution des données change avec le temps.",
            "L'exactitude du modèle diminue.",
            "Le modèle est entraîné avec de nouvelles données.",
        ),
        "Avec le temps, les distributions de données ont changé. Cela a diminué l'exactitude des modèles. "
        "On entraîne les modèles avec des données nouvelles.",
        "La distribution des données change avec le temps.",
        "La distribution des données ne change pas avec le temps. L'exactitude du modèle ne diminue jamais. "
        "Il est faux que le modèle est entraîné avec de nouvelles données.",
        "La soupe cuit pendant une heure avec des carottes et des oignons, puis on ajoute du sel.",
    ),
    LanguageCase(
        "es",
        "¿Qué es la deriva y qué se hace contra ella?",
        (
            "La distribución de los datos cambia con el tiempo.",
            "La exactitud del modelo disminuye.",
            "El modelo se entrena con datos nuevos.",
        ),
        "Con el tiempo cambian las distribuciones de los datos. Así disminuye la exactitud de los modelos. "
        "Hay que entrenar los modelos con nuevos datos.",
        "La distribución de los datos cambia con el tiempo.",
        "La distribución de los datos no cambia con el tiempo. La exactitud del modelo nunca disminuye. "
        "No es cierto que el modelo se entrena con datos nuevos.",
        "La sopa se cocina durante una hora con zanahorias y cebollas, y luego se añade sal.",
    ),
    LanguageCase(
        "it",
        "Che cos'è la deriva e che cosa si fa contro di essa?",
        (
            "La distribuzione dei dati cambia nel tempo.",
            "L'accuratezza del modello diminuisce.",
            "Il modello viene addestrato con dati nuovi.",
        ),
        "Nel tempo cambiano le distribuzioni dei dati. Così diminuisce l'accuratezza dei modelli. "
        "I modelli vengono addestrati con nuovi dati.",
        "La distribuzione dei dati cambia nel tempo.",
        "La distribuzione dei dati non cambia nel tempo. L'accuratezza del modello non diminuisce mai. "
        "Non è vero che il modello viene addestrato con dati nuovi.",
        "La zuppa cuoce per un'ora con carote e cipolle, poi si aggiunge un po' di sale.",
    ),
    LanguageCase(
        "pt",
        "O que é a deriva e o que se faz contra ela?",
        (
            "A distribuição dos dados muda com o tempo.",
            "A exatidão do modelo diminui.",
            "O modelo é treinado com dados novos.",
        ),
        "Com o tempo mudam as distribuições dos dados. Assim a exatidão dos modelos diminuiu. "
        "Os modelos são treinados com novos dados.",
        "A distribuição dos dados muda com o tempo.",
        "A distribuição dos dados não muda com o tempo. A exatidão do modelo nunca diminui. "
        "Não é verdade que o modelo é treinado com dados novos.",
        "A sopa cozinha durante uma hora com cenouras e cebolas, e depois junta-se o sal.",
    ),
    LanguageCase(
        "ru",
        "Что такое дрейф и что с ним делают?",
        (
            "Распределение данных меняется со временем.",
            "Точность модели падает.",
            "Модель обучают на новых данных.",
        ),
        "Со временем меняются распределения данных. Из-за этого точность моделей упала. "
        "Модели обучаются на новых данных.",
        "Распределение данных меняется со временем.",
        "Распределение данных не меняется со временем. Точность модели никогда не падает. "
        "Неверно, что модель обучают на новых данных.",
        "Суп варят один час с морковью и луком, потом добавляют немного соли.",
    ),
    LanguageCase(
        "tr",
        "Kayma nedir ve buna karşı ne yapılır?",
        (
            "Verilerin dağılımı zamanla değişir.",
            "Modelin doğruluğu azalır.",
            "Model yeni verilerle eğitilir.",
        ),
        "Zamanla verinin dağılımı değişiyor. Bu yüzden modelin doğruluğu azalıyor. Modeli yeni verilerle eğitiyoruz.",
        "Verilerin dağılımı zamanla değişir.",
        "Verilerin dağılımı zamanla değişmez. Modelin doğruluğu azalmaz. Model yeni verilerle eğitilmez.",
        "Çorba havuç ve soğanla bir saat pişirilir, sonra biraz tuz eklenir.",
    ),
    LanguageCase(
        "ar",
        "ما هو الانحراف وماذا نفعل ضده؟",
        (
            "يتغير توزيع البيانات مع مرور الوقت.",
            "تنخفض دقة النموذج.",
            "يتم تدريب النموذج على بيانات جديدة.",
        ),
        "مع مرور الوقت تتغير توزيعات البيانات. لذلك انخفضت دقة النماذج. ندرب النموذج على البيانات الجديدة.",
        "يتغير توزيع البيانات مع مرور الوقت.",
        "لا يتغير توزيع البيانات مع مرور الوقت. لا تنخفض دقة النموذج. لا يتم تدريب النموذج على بيانات جديدة.",
        "تطبخ الشوربة لمدة ساعة مع الجزر والبصل ثم يضاف القليل من الملح.",
    ),
    LanguageCase(
        "hi",
        "ड्रिफ्ट क्या है और इसके लिए क्या किया जाता है?",
        (
            "डेटा का वितरण समय के साथ बदलता है।",
            "मॉडल की सटीकता घटती है।",
            "मॉडल को नए डेटा से प्रशिक्षित किया जाता है।",
        ),
        "समय के साथ डेटा के वितरण बदलते हैं। इससे मॉडलों की सटीकता घट जाती है। मॉडल को नए डेटा पर प्रशिक्षित करते हैं।",
        "डेटा का वितरण समय के साथ बदलता है।",
        "डेटा का वितरण समय के साथ नहीं बदलता है। मॉडल की सटीकता नहीं घटती है। "
        "यह सच नहीं है कि मॉडल को नए डेटा से प्रशिक्षित किया जाता है।",
        "सूप को गाजर और प्याज के साथ एक घंटे तक पकाया जाता है, फिर थोड़ा नमक डाला जाता है।",
    ),
    LanguageCase(
        "ja",
        "ドリフトとは何ですか。どう対処しますか。",
        (
            "データの分布が時間とともに変化する。",
            "モデルの精度が低下する。",
            "モデルを新しいデータで再学習する。",
        ),
        "時間がたつとデータの分布は変化します。そのためモデルの精度は低下します。新しいデータでモデルを再学習させます。",
        "データの分布が時間とともに変化する。",
        "データの分布は時間とともに変化しない。モデルの精度は低下しません。モデルを新しいデータで再学習するというのは誤りです。",
        "スープは人参と玉ねぎを入れて一時間煮込み、最後に塩を少し加えます。",
    ),
    LanguageCase(
        "zh",
        "什么是漂移?如何应对?",
        (
            "数据的分布随时间变化。",
            "模型的准确率下降。",
            "用新数据重新训练模型。",
        ),
        "随着时间,数据分布发生变化。因此模型准确率会下降。需要用新的数据重新训练这个模型。",
        "数据的分布随时间变化。",
        "数据的分布不随时间变化。模型的准确率没有下降。用新数据重新训练模型是错误的。",
        "汤里放胡萝卜和洋葱,煮一个小时,最后加一点盐。",
    ),
    LanguageCase(
        "th",
        "ดริฟต์คืออะไร และแก้ไขอย่างไร",
        (
            "การกระจายของข้อมูลเปลี่ยนแปลงตามเวลา",
            "ความแม่นยำของแบบจำลองลดลง",
            "ฝึกแบบจำลองใหม่ด้วยข้อมูลใหม่",
        ),
        "เมื่อเวลาผ่านไป การกระจายของข้อมูลก็เปลี่ยนแปลง ทำให้แบบจำลองมีความแม่นยำลดลง จึงต้องฝึกแบบจำลองด้วยข้อมูลใหม่",
        "การกระจายของข้อมูลเปลี่ยนแปลงตามเวลา",
        "การกระจายของข้อมูลไม่เปลี่ยนแปลงตามเวลา ความแม่นยำของแบบจำลองไม่ลดลง ไม่จริงที่ว่าต้องฝึกแบบจำลองใหม่ด้วยข้อมูลใหม่",
        "ต้มซุปกับแครอทและหัวหอมหนึ่งชั่วโมง แล้วเติมเกลือเล็กน้อย",
    ),
)
