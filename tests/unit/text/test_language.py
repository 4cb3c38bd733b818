import pytest

from workers.text import language
from workers.text.language import detect, stated_code


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("أعلنت وزارة الخارجية في بيان أن الوفد وصل إلى العاصمة", "ar"),
        ("وزیر امور خارجه ایران اعلام کرد که این دیدار در تهران برگزار شد", "fa"),
        ("وزیر خارجہ نے کہا ہے کہ پاکستان کے عوام اس فیصلے سے خوش ہیں", "ur"),
        ("The minister said on Monday that the talks were held in Cairo", "en"),
        ("Le ministre a dit que les discussions sont dans une phase décisive", "fr"),
        ("Bakan bu konuda bir açıklama yaptı ve sonra Ankara için yola çıktı", "tr"),
        ("Министр заявил о встрече", "ru"),
        ("123 -- !!", "und"),
        ("", "und"),
    ],
)
def test_tells_the_language(text, language):
    assert detect(text) == language


def test_an_arabic_pronoun_that_persian_writes_too_does_not_make_a_headline_persian() -> None:
    assert detect("الأولاد البكر هم الأذكى") == "ar"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        # Arabic all the same: a name with a foreign letter, Persian letters throughout, signs, forms, quotes.
        ("قال الرئيس الروسي فلاديمير پوتين إن بلاده مستعدة للحوار مع جيرانها", "ar"),
        ("قال الرئیس الروسی إن بلاده مستعدة للحوار مع جیرانها فی المنطقة", "ar"),
        ("ﺍﻟﺮﺋﻴﺲ ﻳﺼﻞ ﺇﻟﻰ ﺑﺎﺭﻳﺲ ﻓﻲ ﺯﻳﺎﺭﺓ ﺭﺳﻤﻴﺔ", "ar"),
        ("أعلنت شركة Apple عن جهاز iPhone جديد في مؤتمرها السنوي", "ar"),
        ("قَالَ الوَزِيرُ إِنَّ الِاجْتِمَاعَ نَاجِحٌ", "ar"),
        # Not Arabic, whatever their letters.
        ("رئیس جمهور ایران در سفر به چین با همتای خود دیدار کرد", "fa"),
        ("وزیر اعظم نے کہا ہے کہ حکومت عوام کے مسائل حل کرے گی", "ur"),
        ("سەرۆکی هەرێمی کوردستان لەگەڵ وەزیری دەرەوە کۆبووەوە", "ckb"),
        ("د افغانستان ولسمشر وايي چې د سولې خبرې به ډېر ژر پيل شي", "ps"),
        ("ئۇيغۇر ئاپتونوم رايونى ھۆكۈمىتى يېڭى پىلان ئېلان قىلدى", "ug"),
        ("Cumhurbaşkanı bugün Ankara'da konuştu ve yeni planı açıkladı", "tr"),
        ("ראש הממשלה נאם אתמול בכנסת", "he"),
        ("The president said on Monday that talks would resume, and quoted the proverb «الصبر مفتاح الفرج».", "en"),
        ("12345 !!! 2024", "und"),
    ],
)
def test_tells_arabic_from_what_only_looks_like_it(text: str, language: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("ar", "ar"),
        ("ar-SY", "ar"),
        (" EN_us", "en"),
        (None, None),
        ("", None),
        ("arabic", None),
        ("x" * 3000, None),
        ("١٢", None),
    ],
)
def test_a_stated_language_is_a_code_or_nothing(tag: str | None, code: str | None) -> None:
    assert stated_code(tag) == code


def test_the_classifiers_of_all_scripts_share_one_model() -> None:
    """It takes 70 MB: a feed in three scripts would load it three times."""
    latin, cyrillic = (language._identifier(script) for script in ("latin", "cyrillic"))
    assert latin.tk_nextmove is cyrillic.tk_nextmove
    assert set(latin.nb_classes).isdisjoint(cyrillic.nb_classes)
