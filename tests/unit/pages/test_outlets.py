"""Who prints a page and who reported it: tables of (lines above the title, lines below the text, publisher, source)."""

import pytest

from workers.pages.reader import split_page

HEADLINE = "وزارة الصحة تبدأ حملة تطعيم واسعة في جميع المحافظات"
LEAD = "أعلنت وزارة الصحة اليوم الأحد بدء حملة تطعيم واسعة تشمل جميع المحافظات وتستمر أسبوعين كاملين."
NEXT = "وأضافت الوزارة في بيان أن الفرق الطبية ستزور المدارس والقرى البعيدة خلال الأيام المقبلة."
LAST = "ويحصل الأطفال دون الخامسة على جرعتين من اللقاح في المراكز الصحية مجانا، بحسب بيان الوزارة."

PUBLISHERS = [
    ([], ["جميع الحقوق محفوظة © تلال نيوز 2025"], "تلال نيوز"),
    ([], ["© 2025 تلال. جميع الحقوق محفوظة."], "تلال"),
    ([], ["تلال 2025 ©"], "تلال"),
    ([], ["حقوق النشر © 2019-2025 تلال | تصميم شركة البرمجة"], "تلال"),
    ([], ["كافة الحقوق محفوظة لموقع تلال ٢٠٢٥"], "تلال"),
    ([], ["جميع حقوق النشر محفوظة لدى صحيفة تلال"], "صحيفة تلال"),
    ([], ["Copyright © 2025 Tilal News. All Rights Reserved"], "Tilal News"),
    ([], ["© All rights reserved - Tilal Post 2025"], "Tilal Post"),
    ([], ["تلال - جميع الحقوق محفوظة"], "تلال"),
    ([], ["The post " + HEADLINE + " appeared first on تلال."], "تلال"),
    ([], ["تابعوا قناة تلال على تلغرام"], "تلال"),
    ([], ["لمتابعة المزيد من الأخبار حملوا تطبيق تلال الآن على آب ستور"], "تلال الآن"),
    ([], ["حمل تطبيق تلال الآن"], "تلال"),
    ([], ["الآراء الواردة لا تعبر بالضرورة عن رأي موقع تلال"], "تلال"),
    ([], ["يستخدم موقع تلال ملفات تعريف الارتباط لتحسين تجربتك"], "تلال"),
    ([], ["نقدم لكم زوارنا الكرام عبر موقع تلال أهم الأخبار والتفاصيل"], "تلال"),
    ([], ["وقد راجعه محررو تلال 24 وقد يكون تم اختصاره"], "تلال 24"),
    (["الرئيسية", "عكاظ", "محليات"], [], "عكاظ"),
    (["تلال نيوز"], ["تلال نيوز", "من نحن", "اتصل بنا"], "تلال نيوز"),
    ([HEADLINE + " | تلال"], [], "تلال"),
    ([HEADLINE + " - صحيفة تلال"], [], "صحيفة تلال"),
    (["تلال نيوز - خاص"], [], "تلال نيوز"),
    (["خاص - تلال نيوز"], [], "تلال نيوز"),
    (["تلال نيوز/ متابعات"], [], "تلال نيوز"),
    (["القاهرة - اليوم السابع"], [], "اليوم السابع"),
    (["هسبريس - الرباط"], [], "هسبريس"),
    ([], ["info@enabbaladi.net", "https://www.enabbaladi.net/archives/1"], "عنب بلدي"),
    ([], ["الأكثر قراءة المصري اليوم"], "المصري اليوم"),
    ([], ["رابط الخبر بصحيفة تلال: " + HEADLINE], "تلال"),
    ([], ["وأوضحت الوزارة في بيان اطلع عليه «تلال» أن الحملة تمتد إلى القرى والبلدات البعيدة كلها."], "تلال"),
    ([], ["وأوضحت مصادر في الوزارة لـ«تلال نيوز» أن الحملة تمتد إلى القرى والبلدات البعيدة كلها."], "تلال نيوز"),
]
NO_PUBLISHERS = [
    ([], ["تابعونا على فيسبوك"], "the site says no name"),
    ([], ["جميع الحقوق محفوظة"], "nor does the notice"),
    ([], ["جميع الحقوق محفوظة للموقع 2025"], "a site is no name"),
    ([], ["الآراء الواردة لا تعبر بالضرورة عن رأي الصحيفة"], "nor a newspaper"),
    ([], ["المصدر: رويترز"], "a source"),
    (
        [],
        ["أخبار ذات صلة", "عنب بلدي منذ 3 ساعات", "شفق نيوز منذ 5 ساعات", "السومرية منذ 6 ساعات"],
        "a list of outlets",
    ),
    (["ريف دمشق - وكالات"], [], "a place that no list knows"),
    (["النشرة الإخبارية"], [], "a newsletter"),
    (["رغد عشميل - متابعات"], [], "a person that no list knows"),
    ([], ["وقال إن مقاتلي هيئة تحرير الشام غادروا البلدة قبل وصول الفرق الطبية إليها بساعات قليلة."], "no editors"),
    ([], ["وقال مصدر طبي لـ«رويترز» إن مصادر «رويترز» تحدثت عن حملة لـ«رويترز» في القرى البعيدة."], "a wire"),
    ([], ["وتلقت «أبل» طلبات كثيرة من الوزارة، كما حصلت «أبل» على موافقتها على التطبيق الجديد كله."], "a company"),
]
SOURCES = [
    ([], ["المصدر: رويترز"], None, "رويترز"),
    ([], ["المصدر/ وكالة تلال"], None, "وكالة تلال"),
    ([], ["هذا الخبر منقول من موقع تلال ولا نتحمل مسؤولية ما فيه"], None, "تلال"),
    ([], ["ملاحظة: هذا الخبر نشر أولاً على موقع (تلال) ولا يتحمل موقعنا مضمونه"], None, "تلال"),
    ([], ["هذا المحتوى مقدم من تلال"], None, "تلال"),
    ([], ["شاهد الخبر الأصلي على موقع تلال"], None, "تلال"),
    (["نشر في تلال يوم 04 - 12 - 2025"], [], None, "تلال"),
    (["تلال نيوز - وكالات"], [], "تلال نيوز", "وكالات"),
    (["خليج برس - عنب بلدي", "نشر بتاريخ: ١١ أذار ٢٠٢٥"], [], "خليج برس", "عنب بلدي"),
    (["افتتاحية صحيفة تلال:"], [], None, "تلال"),
    # An outlet that credits itself is no source; an agency signs its own.
    (["اليوم السابع - القاهرة"], [], "اليوم السابع", None),
    (["كردستان24 – أربيل"], ["© كوردستان 24"], "كوردستان 24", None),
    (["دمشق - سانا"], [], "سانا", "سانا"),
    (["رويترز"], ["جميع الحقوق محفوظة © تلال نيوز 2025"], "تلال نيوز", "رويترز"),
]


def _page(above, below):
    return "\n".join([*above, HEADLINE, LEAD, NEXT, LAST, *below])


@pytest.mark.parametrize(("above", "below", "publisher"), PUBLISHERS)
def test_a_page_names_its_outlet(above, below, publisher):
    assert split_page(_page(above, below))[0].publisher == publisher


@pytest.mark.parametrize(("above", "below", "why"), NO_PUBLISHERS)
def test_a_page_that_names_none_has_none(above, below, why):
    assert split_page(_page(above, below))[0].publisher is None, why


@pytest.mark.parametrize(("above", "below", "publisher", "source"), SOURCES)
def test_who_reported_is_no_publisher(above, below, publisher, source):
    article = split_page(_page(above, below))[0]
    assert (article.publisher, article.source) == (publisher, source)


def test_spellings_of_one_outlet_add_up():
    assert split_page(_page(["السومرية"], ["السومرية نيوز"]))[0].publisher == "السومرية"


def test_a_lead_that_opens_with_an_outlet_credits_it():
    body = "\n".join(
        ["ذكرت الوكالة الوطنية للإعلام في لبنان أن حريقا اندلع في غابة قرب بلدة جبلية فجر اليوم.", NEXT, LAST]
    )
    assert split_page(body)[0].source == "الوكالة الوطنية للإعلام"


def test_a_headline_that_says_who_says_it_credits_that_paper():
    title = "هآرتس: الحكومة تؤجل التصويت على الموازنة إلى الأسبوع المقبل"
    article = split_page(
        "\n".join([title, "قالت صحيفة هآرتس إن الحكومة ستؤجل التصويت على الموازنة إلى الأسبوع المقبل.", NEXT])
    )[0]
    assert (article.title, article.source) == (title, "هآرتس")


# Titles ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        f"{HEADLINE} | اليوم السابع",
        f"{HEADLINE} - عنب بلدي",
        f"عكاظ | {HEADLINE}",
        f"عاجل | {HEADLINE}",
        f"عاجل: {HEADLINE}",
        f"فيديو | {HEADLINE}",
        f"12/05/2025 - {HEADLINE}",
        f"10:45 {HEADLINE}",
        f"{HEADLINE} (رويترز)",
    ],
)
def test_a_title_has_no_outlet_no_label_and_no_day(line):
    assert split_page("\n".join([line, LEAD, NEXT, LAST]))[0].title == HEADLINE


def test_a_name_that_the_page_says_of_itself_is_no_part_of_its_titles():
    body = "\n".join([f"{HEADLINE} - تلال", LEAD, NEXT, LAST, "جميع الحقوق محفوظة © تلال 2025"])
    article = split_page(body)[0]
    assert (article.title, article.publisher) == (HEADLINE, "تلال")


@pytest.mark.parametrize(
    "title",
    [
        "هآرتس: الحكومة تؤجل التصويت على الموازنة إلى الأسبوع المقبل",
        "البابا في بيروت: طوبى لفاعلي السلام | الرئيس يناشد العالم",
        "2025 عام حافل بالأحداث في المنطقة العربية",
        "مصر - المغرب: موعد المباراة الودية والقنوات الناقلة",
    ],
)
def test_what_belongs_to_a_title_stays(title):
    lead = (
        "قال مسؤولون إن الحكومة ستؤجل التصويت في بيروت على الموازنة إلى الأسبوع المقبل بعد مباراة مصر والمغرب الودية."
    )
    assert split_page("\n".join([title, lead, NEXT, LAST]))[0].title == title


# Authors --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("كتبت: منى سالم", ("منى سالم",)),
        ("بقلم: سمير حداد", ("سمير حداد",)),
        ("كتب محمود حسن - أحمد علي", ("محمود حسن", "أحمد علي")),
        ("القاهرة - أحمد علي", ("أحمد علي",)),
        ("محمد علي - سبق - تبوك", ("محمد علي",)),
        ("القاهرة - رويترز", ()),
    ],
)
def test_who_wrote_an_article(line, authors):
    assert split_page("\n".join([HEADLINE, line, LEAD, NEXT, LAST]))[0].authors == authors


def test_whom_an_article_is_about_did_not_write_it():
    title = "فلاديمير بوتين يصل إلى نيودلهي في زيارة رسمية تستمر يومين"
    lead = "وصل الرئيس الروسي فلاديمير بوتين إلى نيودلهي اليوم الخميس في زيارة رسمية تستمر يومين كاملين."
    assert split_page("\n".join([title, "فلاديمير بوتين", lead, NEXT, LAST]))[0].authors == ()


# Dates ----------------------------------------------------------------------------------------------------------------

MASTHEAD = "الأحد 22 رجب 1447 هـ – 11 كانون الثاني 2026"


@pytest.mark.parametrize(
    ("lines", "day"),
    [
        ([HEADLINE, "تاريخ النشر: 05 - أكتوبر - 2025", LEAD, NEXT, LAST], "2025-10-05"),
        ([HEADLINE, "الأحد 5 تشرين1 2025", LEAD, NEXT, LAST], "2025-10-05"),
        ([HEADLINE, "تلال5 أكتوبر، 2025لا توجد تعليقات2 دقائق", LEAD, NEXT, LAST], "2025-10-05"),
        # A masthead's two calendars say the day of the visit; the lead says its own, without the year.
        ([MASTHEAD, HEADLINE, LEAD.replace("اليوم الأحد", "الأحد 14 كانون الأول"), NEXT, LAST], "2025-12-14"),
        # Of another weekday: it is no day of that year.
        ([MASTHEAD, HEADLINE, LEAD.replace("اليوم الأحد", "السبت 16 كانون الأول"), NEXT, LAST], None),
    ],
)
def test_when_an_article_was_published(lines, day):
    article = split_page("\n".join(lines))[0]
    assert (article.published_at or "")[:10] == (day or "")
