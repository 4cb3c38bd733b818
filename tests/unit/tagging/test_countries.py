"""Countries: a table of (text, expected codes, why) that a person can extend, and a test over all countries."""

import pytest

from workers.lexicon import load
from workers.tagging import Tagger

TAGGER = Tagger(load())

TABLE = [
    # names, demonyms, cities, metonyms
    ("زار الوفد سوريا أمس", "SY", "name"),
    ("زار الوفد سورية أمس", "SY", "press variant"),
    ("قال مسؤول أميركي", "US", "press variant"),
    ("قال مسؤول أمريكي", "US", "press variant"),
    ("قال مسؤول امريكى", "US", "alef maqsura and bare alef"),
    ("الولايات المتحدة تفرض عقوبات", "US", "name of two words"),
    ("#الولايات_المتحدة تفرض عقوبات", "US", "hashtag"),
    ("الولايات\u00a0المتحدة تفرض", "US", "no-break space"),
    ("فی سوریا و ترکیا", "SY TR", "Persian letters"),
    ("سُورِيَا", "SY", "harakat"),
    ("ســـوريا", "SY", "tatweel"),
    ("\u200fسوريا\u200e", "SY", "bidi marks"),
    ("وصل مواطنون سوريون", "SY", "sound plural"),
    ("وصل السوريين", "SY", "definite plural"),
    ("عاد الأتراك", "TR", "broken plural"),
    ("قال للأتراك", "TR", "broken plural after لل"),
    ("المغاربة يحتفلون", "MA", "broken plural"),
    ("الروس والألمان", "RU DE", "broken plurals"),
    ("قصف على حلب", "SY", "city"),
    ("قصف على إدلب", "SY", "city"),
    ("قال الكرملين", "RU", "metonym"),
    ("أعلن البيت الأبيض", "US", "metonym"),
    ("أعلن البنتاغون", "US", "metonym"),
    ("قصر الإليزيه", "FR", "metonym"),
    ("رئاسة الوزراء في داونينغ ستريت", "GB", "metonym"),
    ("كيان الاحتلال يقصف غزة", "IL PS", "designation"),
    ("الكيان الصهيوني", "IL", "designation"),
    ("وزارة الدفاع البريطانية", "GB", "demonym in a body"),
    ("كوت ديفوار", "CI", "other name"),
    ("ساحل العاج", "CI", "name"),
    ("كوسوفو", "XK", "no ISO name"),
    ("البوسنة والهرسك", "BA", "name"),
    ("هونغ كونغ", "HK", "territory"),
    # proclitics
    ("وسوريا", "SY", "و"),
    ("فسوريا", "SY", "ف"),
    ("بسوريا", "SY", "ب"),
    ("لسوريا", "SY", "ل"),
    ("كسوريا", "SY", "ك"),
    ("وبسوريا", "SY", "وب"),
    ("ولسوريا", "SY", "ول"),
    ("فلسوريا", "SY", "فل"),
    ("والصين", "CN", "و and the article"),
    ("بالصين", "CN", "ب and the article"),
    ("كالصين", "CN", "ك and the article"),
    ("وبالصين", "CN", "وب and the article"),
    ("للصين", "CN", "لل swallows the alef"),
    ("وللصين", "CN", "و and لل"),
    ("للسعودية", "SA", "لل"),
    ("للبنان", "LB", "ل before a lam, without the article"),
    ("للبنانيين", "LB", "لل before a lam"),
    ("لليبيين", "LY", "لل before a lam"),
    # word-exact
    ("يركز تركيز الضوء", "", "تركيز does not hold تركيا"),
    ("تركيبة سكانية", "", "تركيبة is no Turk"),
    ("طيران منخفض", "", "طيران does not hold إيران"),
    ("مواطن من ليبيريا", "LR", "ليبيريا is not ليبي"),
    ("وصل ليبيري", "LR", "ليبيري is not ليبي"),
    ("كلاوس شواب", "", "كلاوس is not ك and لاوس"),
    ("الجهة اليمنى", "", "right, not Yemeni"),
    ("الرئيس اليمني", "YE", "Yemeni"),
    ("مجرى مائي", "", "stream, not Hungarian"),
    ("مواطن مجري", "HU", "Hungarian"),
    # longest match
    ("جنوب السودان", "SS", "longest"),
    ("السودان", "SD", "alone"),
    ("السودان وجنوب السودان", "SD SS", "both"),
    ("غينيا الاستوائية", "GQ", "longest"),
    ("غينيا بيساو", "GW", "longest"),
    ("غينيا", "GN", "alone"),
    ("بابوا غينيا الجديدة", "PG", "longest"),
    ("كوريا الشمالية", "KP", "longest"),
    ("كوريا الجنوبية", "KR", "longest"),
    ("الكورية الجنوبية", "KR", "demonym of two words"),
    ("الكوريتين", "KP KR", "both"),
    ("جنوب أفريقيا", "ZA", "name"),
    ("الجنوب أفريقية", "ZA", "demonym of two words"),
    ("أفريقيا الوسطى", "CF", "name"),
    ("في النيجر", "NE", "not نيجيريا"),
    ("الرئيس النيجري", "NE", "not نيجيري"),
    ("الرئيس النيجيري", "NG", "not نيجري"),
    ("دلتا النيجر", "NG", "a region of Nigeria"),
    ("نهر النيجر", "", "river"),
    ("روسيا البيضاء", "BY", "longest"),
    ("ساموا الأمريكية", "AS", "longest"),
    # ambiguity
    ("وصل إلى عمان العاصمة الأردنية", "JO", "Amman by its neighbour"),
    ("سلطنة عمان", "OM", "Oman"),
    ("أعلنت مسقط أن عمان ترحب", "OM", "Oman by its neighbour"),
    ("عمان تستضيف القمة والأردن يرحب", "JO", "Amman beside Jordan"),
    ("خليج عمان", "", "sea"),
    ("الأزمة المالية العالمية", "", "financial"),
    ("فساد مالي كبير", "", "financial"),
    ("دعم مالي من البنك", "", "financial"),
    ("في مالي", "ML", "in Mali"),
    ("الجيش المالي في باماكو", "ML", "Malian by the capital"),
    ("دولة مالي", "ML", "state"),
    ("نصف قطر الدائرة", "", "radius"),
    ("قطر يبلغ خمسة أمتار", "", "diameter"),
    ("قالت قطر", "QA", "country"),
    ("وزير خارجية قطر", "QA", "country"),
    ("صلاة المغرب", "", "sunset"),
    ("أذان المغرب", "", "sunset"),
    ("دول المغرب العربي", "", "the Maghreb"),
    ("ملك المغرب", "MA", "country"),
    ("ولاية جورجيا", "US", "US state"),
    ("حاكم جورجيا في أتلانتا", "US", "US state by its capital"),
    ("رئيس جورجيا في تبليسي", "GE", "country"),
    ("جمهورية الكونغو الديمقراطية", "CD", "longest"),
    ("الكونغو برازافيل", "CG", "longest"),
    ("في الكونغو ينتشر إيبولا", "CD", "by a cue"),
    ("بحر الصين الجنوبي", "", "sea"),
    ("نهر الأردن", "", "river"),
    ("خليج المكسيك", "", "gulf"),
    ("المحيط الهندي", "", "ocean"),
    ("طرابلس شمال لبنان", "LB", "Tripoli by its neighbour"),
    ("طرابلس عاصمة ليبيا", "LY", "Tripoli by its neighbour"),
    ("مدارس البنين والبنات", "", "boys"),
    ("في بنين", "BJ", "country"),
    ("الإمبراطورية الرومانية", "", "Roman"),
    ("الحكومة الرومانية", "RO", "Romanian"),
    ("أميركا اللاتينية", "", "region"),
    # persons and media
    ("قال محمد المصري", "", "surname"),
    ("قال الأمير تركي الفيصل", "", "given name"),
    ("قال تركي آل الشيخ", "", "given name"),
    ("رئيس الوزراء محمد شياع السوداني", "", "surname of a known person"),
    ("جورجيا ميلوني", "", "given name"),
    ("ذكرت صحيفة نيويورك تايمز", "", "newspaper"),
    ("ذكرت وكالة الأنباء السعودية", "", "agency"),
    ("نقلت قناة روسيا اليوم", "", "channel"),
    ("وكالة فرانس برس", "", "agency"),
    ("صحيفة لوموند الفرنسية", "", "a newspaper's demonym"),
    ("نقلت وكالة رويترز عن مسؤول أمريكي", "US", "the demonym is the official's"),
    ("يتحدث اللغة الفرنسية", "", "language"),
    # datelines
    ("دبي، الإمارات العربية المتحدة (CNN)-- أعلنت مصر", "EG", "bureau line"),
    ("دمشق - سانا - أعلنت مصر", "EG", "bureau line"),
    ("دبي، الإمارات العربية المتحدة (CNN)-- أعلنت الإمارات", "AE", "said again"),
]


@pytest.mark.parametrize(("text", "codes", "why"), TABLE, ids=[f"{n}-{row[2]}" for n, row in enumerate(TABLE)])
def test_table(text, codes, why):
    assert {tag.code for tag in TAGGER.tag("", text).countries} == set(codes.split()), why


@pytest.mark.parametrize("code", sorted(load().countries))
def test_every_country_by_its_name(code):
    country = load().countries[code]
    for before in ("", "و"):
        tags = TAGGER.tag("", f"وصل الوفد إلى {before}{country.name_ar} أمس").countries
        assert [tag.code for tag in tags] == [code]


def test_main_order_and_roles():
    tags = TAGGER.tag(
        "تركيا وسوريا تبحثان التعاون",
        "بحثت تركيا وسوريا التعاون. وأكدت تركيا وسوريا ذلك. وبلغت الكلفة مليون دولار أمريكي.",
    ).countries
    assert {tag.code for tag in tags[:2]} == {"TR", "SY"}
    assert [tag.main for tag in tags] == [True, True, False]
    assert (tags[2].code, tags[2].role) == ("US", "currency")
    assert all(0 <= tag.score <= 1 for tag in tags)


def test_surface_leaves_the_article_to_its_letters():
    (tag,) = TAGGER.tag("", "قدم الشكر للسعودية").countries
    assert tag.mentions[0].surface == "سعودية"
    (tag,) = TAGGER.tag("", "قدم الشكر وبالسعودية").countries
    assert tag.mentions[0].surface == "السعودية"


def test_given_dateline():
    assert TAGGER.tag("", "أنقرة: قالت مصر", dateline="أنقرة:").countries[0].code == "EG"
