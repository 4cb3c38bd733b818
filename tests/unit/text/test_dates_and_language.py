import pytest

from workers.text.dates import is_date_line, is_hijri_line, stated_date
from workers.text.language import detect, stated_code


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2025-03-03@18:39:16 GMT", "2025-03-03T18:39:16Z"),
        ("تاريخ النشر: 1st, February 2025 GMT", "2025-02-01"),
        ("date 2025-10-17 -", "2025-10-17"),
        ("السبت 1 فبراير/شباط 2025", "2025-02-01"),
        ("٣ تشرين الأول ٢٠٢٤ الساعة ٥:٣٠ مساءً", "2024-10-03T17:30:00"),
        ("12 كانون الثاني 2023", "2023-01-12"),
        ("18/07/2015", "2015-07-18"),
        ("May 5, 2024", "2024-05-05"),
        ("2024-05-05T10:00:00+0300", "2024-05-05T10:00:00+03:00"),
    ],
)
def test_states_a_date(text, iso):
    assert stated_date(text) == iso
    assert is_date_line(text) == iso


@pytest.mark.parametrize("text", ["اليوم الجمعة", "أمس", "12/8/1446هـ", "31 فبراير 2024", "2024-13-01", ""])
def test_leaves_alone_what_states_no_day(text):
    assert stated_date(text) is None


def test_a_sentence_is_no_date_line():
    assert is_date_line("أعلنت الوزارة في 3 مارس 2025 عن خطتها") is None


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
    ("line", "date", "hijri"),
    [
        ("الأحد 22 شعبان 1445هـ - 3 مارس 2024م", "2024-03-03", False),
        ("12 شعبان 1446 هـ الموافق 11 فبراير 2025م", "2025-02-11", False),
        ("١٤٤٦/٠٨/١٢ هـ الموافق ١١/٠٢/٢٠٢٥", "2025-02-11", False),
        ("12 شعبان 1445 هـ", None, True),
        ("الثلاثاء 5 جمادى الآخرة 1446هـ 10:30 ص", None, True),
        ("1 ذو الحجة 1446", None, True),
        ("عقد الاجتماع في 12 شعبان 1445 هـ في مكة", None, False),
        ("2 تشرين الأول 2021 - 13:57 بتوقيت باريس", "2021-10-02T13:57:00", False),
    ],
)
def test_hijri_dates_are_read_over(line: str, date: str | None, hijri: bool) -> None:
    assert is_date_line(line) == date
    assert is_hijri_line(line) is hijri


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
