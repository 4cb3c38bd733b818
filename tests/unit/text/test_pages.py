import re
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.work import grows_linearly
from workers.pages.reader import split_page
from workers.pages.wrapping import Row, unwrap

LEAD = "أعلنت وزارة الصحة في القاهرة اليوم بدء حملة تطعيم واسعة تشمل جميع المحافظات وتستمر أسبوعين كاملين."
NEXT = "وأضافت الوزارة في بيان أن الفرق الطبية ستزور المدارس والقرى البعيدة خلال الأيام المقبلة."
HEADLINE = "وزارة الصحة تبدأ حملة تطعيم واسعة في جميع المحافظات"
OTHER_HEADLINE = "الأرصاد تحذر من عاصفة رملية تضرب السواحل الشمالية"
OTHER_LEAD = "حذرت هيئة الأرصاد الجوية من عاصفة رملية قوية تضرب السواحل الشمالية مساء غد وتخفض الرؤية."
LINES = st.sampled_from(
    [
        *(
            LEAD,
            NEXT,
            HEADLINE,
            OTHER_HEADLINE,
            OTHER_LEAD,
            "",
            "  ",
            "المصدر: وكالات",
            "إقرأ أيضاً:",
            "اقرأ أيضا: خبر آخر",
        ),
        *(
            "كلمات دلالية: صحة",
            "جميع الحقوق محفوظة © 2024",
            "• رابط",
            "2024-01-02",
            "تركيا:",
            "\u200f\u200f",
            "ـــ",
            "\x00",
        ),
        *(
            "date 2024-01-02 - أولا هذا. - ثانيا ذاك.",
            "دبي (CNN)-- " + LEAD,
            LEAD + " (رويترز)",
            "شارك فيسبوك",
            "ملخص:",
        ),
        *("المصدر:", "إعلان", "* " + LEAD, "- أول. - ثان. - ثالث."),
    ]
)
PAGES = st.one_of(
    st.text(max_size=200),
    st.lists(LINES, max_size=14).map("\n".join),
    st.lists(LINES, max_size=14).map("\r\n\r\n".join),
    st.lists(st.one_of(LINES, st.text(max_size=30)), max_size=10).map("\u2028".join),
    st.builds(
        lambda lines, width, indent: textwrap.fill(" ".join(lines), width, initial_indent=indent),
        st.lists(LINES, min_size=4, max_size=14),
        st.integers(45, 100),
        st.sampled_from(["", "   ", "\t"]),
    ),
)


def texts(body, **how):
    return [(article.kind, article.title, article.text) for article in split_page(body, **how)]


@given(PAGES, st.integers(0, 40))
def test_spans_and_runs_agree_with_the_body(body, title_length):
    floor = 0
    articles = split_page(body, title_length=title_length)
    for number, article in enumerate(articles):
        start, end = article.span
        assert floor <= start < end <= len(body)
        floor = end
        for text, runs in ((article.title, article.title_map), (article.text, article.text_map)):
            assert sum(run[2] for run in runs) <= len(text)
            for out, raw, length in runs:
                assert body[raw : raw + length] == text[out : out + length]
        assert article.title or article.text
        if article.summary_of is not None:
            assert article.kind == "summary"
            assert articles[article.summary_of].kind == "story"
            assert article.summary_of != number


def test_the_title_is_never_in_the_text():
    body = "\n\n".join([HEADLINE, "نشر في 3 مارس 2024", HEADLINE, LEAD, NEXT])
    (article,) = split_page(body)
    assert (article.title, article.text, article.published_at) == (HEADLINE, f"{LEAD}\n{NEXT}", "2024-03-03T00:00:00Z")
    # Of several copies the one beside the text is the title.
    assert article.span == (body.rindex(HEADLINE), len(body))


@pytest.mark.parametrize("joint", ["\n", "\n\n", "\r\n"])
def test_two_stories_part_at_the_second_headline(joint):
    body = joint.join([HEADLINE, LEAD, NEXT, OTHER_HEADLINE, OTHER_LEAD])
    assert [title for _, title, _ in texts(body)] == [HEADLINE, OTHER_HEADLINE]


@pytest.mark.parametrize(
    "boilerplate",
    [
        "المصدر : رويترز",
        "وسوم: صحة، مصر",
        "الكلمات المفتاحية: صحة",
        "اقرأ أيضا",
        "شاهد أيضاً:",
        "مواضيع ذات صلة",
        "أخبار ذات صلة",
        "إعلان",
        "تابعونا على فيسبوك وتويتر",
        "شارك على واتساب",
        "جميع الحقوق محفوظة لصحيفة الغد 2024",
        "https://example.org/news/1",
        "#صحة #مصر",
        "كتب: أحمد علي",
        "صفحة 1 من 3",
        "-----",
        "تعليق الصورة: مستشفى في القاهرة",
        "للمزيد: خبر آخر عن الصحة",
        "الرئيسية > أخبار",
        "5 دقائق للقراءة",
        "اقرئي أيضا",
        "* * *",
    ],
)
def test_boilerplate_is_in_no_text(boilerplate):
    body = "\n\n".join([HEADLINE, LEAD, NEXT, boilerplate])
    assert texts(body) == [("story", HEADLINE, f"{LEAD}\n{NEXT}")]
    assert texts(body, title_length=len(HEADLINE)) == [("story", HEADLINE, f"{LEAD}\n{NEXT}")]


def test_a_story_goes_on_after_a_link_in_its_middle():
    body = "\n".join([HEADLINE, LEAD, "اقرأ أيضاً:", OTHER_HEADLINE, NEXT])
    assert texts(body) == [("story", HEADLINE, f"{LEAD}\n{NEXT}")]


def test_a_crosshead_stays_in_its_story():
    body = "\n\n".join([HEADLINE, LEAD, "حملة في المدارس", NEXT])
    assert texts(body) == [("story", HEADLINE, f"{LEAD}\nحملة في المدارس\n{NEXT}")]


def test_the_dateline_is_a_field_and_names_the_source():
    (article,) = split_page(f"{HEADLINE}\n\nدبي، الإمارات العربية المتحدة (CNN)-- {LEAD}\n{NEXT}")
    assert article.dateline == "دبي، الإمارات العربية المتحدة (CNN)"
    assert article.source == "CNN"
    assert article.text == f"{LEAD}\n{NEXT}"


def test_an_agency_mark_is_the_source_and_not_in_the_text():
    (article,) = split_page(f"{HEADLINE}\n{LEAD} (رويترز)")
    assert (article.source, article.text) == ("رويترز", LEAD)


def test_a_given_title_keeps_the_text_one_story():
    body = "\n\n".join([OTHER_HEADLINE, LEAD, NEXT, HEADLINE, LEAD])
    assert [kind for kind, _, _ in texts(body, title_length=len(OTHER_HEADLINE))] == ["story"]


def test_a_title_without_text_is_a_teaser():
    assert texts(HEADLINE + "\n\n", title_length=len(HEADLINE)) == [("teaser", HEADLINE, "")]


@pytest.mark.parametrize("body", ["", " \n\r\n\t", "إعلان\n\nالمصدر: وكالات\n-----", "2024-03-03\nشارك"])
def test_a_page_without_news_has_no_article(body):
    assert split_page(body) == []


def test_a_title_above_a_machine_summary_is_its_storys():
    body = "\n\n".join([HEADLINE, f"date 2024-01-02 - {LEAD} - {OTHER_LEAD}", LEAD, NEXT])
    summary, story = split_page(body)
    assert (summary.kind, summary.summary_of) == ("summary", 1)
    assert (story.kind, story.title, story.text) == ("story", HEADLINE, f"{LEAD}\n{NEXT}")
    assert summary.span[1] <= story.span[0]


def test_a_headline_says_nothing_of_the_lead_but_the_topic_shifts():
    headline = "مفاجأة كبيرة في ختام البطولة المحلية"
    lead = "فاز نادي المدينة على ضيفه بهدفين مساء الجمعة، وبات على بعد خطوة من اللقب قبل جولتين من النهاية."
    after = "وسجل المهاجم الشاب الهدف الأول بعد ربع ساعة، ثم أضاف زميله الثاني من ركلة حرة بعيدة."
    body = "\n\n".join([HEADLINE, LEAD, NEXT, headline, lead, after])
    assert texts(body) == [("story", HEADLINE, f"{LEAD}\n{NEXT}"), ("story", headline, f"{lead}\n{after}")]


def test_a_subheading_that_speaks_of_the_story_stays():
    crosshead = "حملة تطعيم تشمل جميع المدارس والمحافظات"
    again = "تشمل حملة وزارة الصحة جميع المدارس في المحافظات، وتستمر الفرق الطبية في القرى أسبوعين كاملين."
    lines = [*CLINIC[:3], crosshead, again, CLINIC[3]]
    assert texts("\n\n".join([HEADLINE, *lines])) == [("story", HEADLINE, "\n".join(lines))]


def test_teasers_with_headlines_follow_the_end_of_a_story():
    headline = "افتتاح متحف جديد للفنون الإسلامية"
    lead = "افتتح وزير الثقافة متحفا جديدا للفنون الإسلامية يضم ألف قطعة نادرة جمعت من ست مدن."
    body = "\n\n".join([HEADLINE, LEAD, NEXT, "المصدر: رويترز", OTHER_HEADLINE, OTHER_LEAD, headline, lead])
    assert [(kind, title) for kind, title, _ in texts(body)] == [
        ("story", HEADLINE),
        ("teaser", OTHER_HEADLINE),
        ("teaser", headline),
    ]


def test_a_labelled_summary_may_be_one_long_line():
    body = "\n\n".join([f"ملخص الخبر: {LEAD} {NEXT}", HEADLINE, LEAD, NEXT])
    assert texts(body) == [("summary", "", f"{LEAD} {NEXT}"), ("story", HEADLINE, f"{LEAD}\n{NEXT}")]


def test_a_summarys_points_may_stand_on_lines_of_their_own():
    body = "\n".join([HEADLINE, "أبرز النقاط:", f"• {LEAD}", f"• {NEXT}", "", LEAD, NEXT])
    assert texts(body) == [("summary", "", f"{LEAD}\n{NEXT}"), ("story", HEADLINE, f"{LEAD}\n{NEXT}")]


def test_points_under_a_label_in_the_middle_of_a_story_are_its_own():
    last = "وستعلن الوزارة نتائج الحملة في مؤتمر صحفي تعقده نهاية الشهر."
    body = "\n".join([HEADLINE, LEAD, "أبرز النقاط:", f"• {NEXT}", last])
    assert texts(body) == [("story", HEADLINE, f"{LEAD}\n{NEXT}\n{last}")]


def test_an_end_is_an_end_though_the_next_lead_opens_like_a_later_paragraph():
    lead = "على الرغم من العاصفة الرملية، وصلت السفن إلى السواحل الشمالية مساء الخميس من دون أضرار."
    body = "\n".join([HEADLINE, LEAD, NEXT, "المصدر: رويترز", lead, "وذكر قبطان إحدى السفن أن الرؤية كانت شبه معدومة."])
    assert len(split_page(body)) == 2


def test_a_line_said_twice_in_a_row_is_a_title():
    body = "\n".join([HEADLINE, LEAD, NEXT, OTHER_HEADLINE, OTHER_HEADLINE, NEXT])
    assert [title for _, title, _ in texts(body)] == [HEADLINE, OTHER_HEADLINE]


@pytest.mark.parametrize("below", ["2 مارس 2024", "بقلم: سمير حداد"])
def test_a_line_over_a_date_or_a_byline_is_a_title(below):
    body = "\n".join([HEADLINE, LEAD, NEXT, "حملة جديدة في القرى البعيدة", below, NEXT])
    assert [title for _, title, _ in texts(body)] == [HEADLINE, "حملة جديدة في القرى البعيدة"]


def test_a_sentence_broken_across_lines_in_the_middle_is_no_title():
    broken = ["إلى ذلك حذرت وزارة الصحة من نقص اللقاحات في القرى البعيدة على", "الرغم من وصول الفرق الطبية إليها."]
    body = "\n".join([HEADLINE, *CLINIC[:3], *broken, CLINIC[3]])
    assert len(texts(body)) == 1


def test_a_list_of_points_without_another_text_is_the_story():
    points = "- " + " - ".join([LEAD, NEXT, OTHER_LEAD])
    assert texts(f"{HEADLINE}\n\n{points}") == [("story", HEADLINE, "\n".join([LEAD, NEXT, OTHER_LEAD]))]


@pytest.mark.parametrize("label", ["وسوم: صحة", "مواضيع ذات صلة", "المصدر: وكالات", "آخر الأخبار"])
def test_labels_between_a_title_and_its_text_end_nothing(label):
    assert texts("\n\n".join([HEADLINE, label, LEAD, NEXT])) == [("story", HEADLINE, f"{LEAD}\n{NEXT}")]


@pytest.mark.parametrize("byline", ["سمير حداد - بيروت", "بيروت: سمير حداد", "مراسل الأخبار في بيروت"])
def test_a_byline_without_a_label_stands_under_the_title(byline):
    body = "\n\n".join([HEADLINE, byline, LEAD, NEXT])
    assert texts(body) == texts(body, title_length=len(HEADLINE)) == [("story", HEADLINE, f"{LEAD}\n{NEXT}")]


def test_a_standfirst_stays():
    standfirst = "الحملة تشمل جميع المحافظات وتستمر أسبوعين"
    assert texts("\n\n".join([HEADLINE, standfirst, LEAD])) == [("story", HEADLINE, f"{standfirst}\n{LEAD}")]


@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_credit_alone_names_the_source(place):
    lines = [HEADLINE, LEAD, NEXT]
    lines.insert(place, "بيروت (رويترز)")
    (article,) = split_page("\n\n".join(lines))
    assert (article.source, article.text) == ("رويترز", f"{LEAD}\n{NEXT}")


def test_a_paragraph_said_twice_stands_once():
    (article,) = split_page("\n\n".join([HEADLINE, LEAD, NEXT, LEAD, HEADLINE, NEXT]))
    assert article.text == f"{LEAD}\n{NEXT}"
    assert article.notes == ("a repeated paragraph was left out",)


def test_a_standfirst_that_the_text_repeats_stays():
    assert texts("\n\n".join([HEADLINE, LEAD, LEAD, NEXT])) == [("story", HEADLINE, f"{LEAD}\n{LEAD}\n{NEXT}")]


@pytest.mark.parametrize("width", [48, 60, 72, 90])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\n    "])
def test_paragraphs_that_were_wrapped_are_whole_again(width, newline):
    paragraphs = [f"{LEAD} {NEXT} {LEAD}", f"{OTHER_LEAD} {LEAD} {NEXT} (2)."]
    wrapped = [newline.join(textwrap.wrap(each, width, break_on_hyphens=False)) for each in (HEADLINE, *paragraphs)]
    (article,) = split_page("\n\n".join(wrapped))
    assert (article.title, article.text) == (HEADLINE, "\n".join(paragraphs))


def test_wrapped_paragraphs_part_at_an_indent():
    paragraphs = [f"{CLINIC[0]} {CLINIC[1]}", f"{CLINIC[2]} {NEXT}", f"{CLINIC[3]} {CLINIC[1]}"]
    wrapped = [textwrap.fill(each, 60, initial_indent="  ", break_on_hyphens=False) for each in paragraphs]
    (article,) = split_page("\n".join(wrapped))
    assert article.text == "\n".join(paragraphs)


def test_headlines_in_a_list_are_not_taken_for_wrapped_text():
    headlines = [
        HEADLINE,
        OTHER_HEADLINE,
        "مجلس النواب يقر موازنة العام الجديد بعد نقاش طويل استمر أسبوعين",
        "إصابة ثلاثة في حادث سير قرب المطار القديم",
        "افتتاح معرض الكتاب في بيروت",
    ]
    body = "\n".join(headlines * 3)
    rows = [Row(found.start(), found.end(), gap=False, indent=0) for found in re.finditer(".+", body)]
    assert unwrap(body, rows) == rows


LONG = {
    "blank lines": "\n",
    "one line": LEAD + " ",
    "quotes": '"',
    "headlines": HEADLINE + "\n",
    "headline, paragraph": f"{OTHER_HEADLINE}\n{OTHER_LEAD}\n{HEADLINE}\n{LEAD}\n",
    "labels": "المصدر: وكالات\n",
    "links": "اقرأ أيضا:\n",
    "bullets": f"• {HEADLINE}\n",
    "points": "- أولا. ",
    "dates": "2024-03-03\n",
    "wrapped": LEAD[:60] + "\n",
    "under the title": "وسوم: صحة\n",
}


@pytest.mark.parametrize("unit", LONG.values(), ids=LONG)
def test_work_grows_with_the_length_of_the_page(unit):
    def work(times):
        split_page(f"{HEADLINE}\n" + unit * times + f"\n{LEAD}")

    assert grows_linearly(work, max(20_000 // len(unit), 100))


CLINIC = [
    LEAD,
    "وأضافت الوزارة أن حملة التطعيم ستشمل الأطفال دون الخامسة في المحافظات الجنوبية، وأن الفرق الطبية جاهزة للعمل.",
    "وأكد المتحدث باسم الوزارة أن اللقاحات وصلت إلى المحافظات كلها، وأن حملة التطعيم مجانية لجميع الأطفال.",
    "وكانت الوزارة نفذت حملة تطعيم مماثلة في المحافظات العام الماضي شملت مليوني طفل بمشاركة الفرق الطبية.",
]
PORT = [
    "أعلن صيادون يوم الأحد فقدان قارب صيد على متنه سبعة بحارة قبالة ميناء بنزرت شمالي تونس بعد عاصفة قوية.",
    "وقال قائد خفر السواحل إن زوارق الإنقاذ تبحث عن القارب والبحارة منذ الفجر، وإن العاصفة تعرقل البحث قرب الميناء.",
    "وطالبت عائلات البحارة خفر السواحل بتوسيع البحث عن القارب المفقود إلى المياه القريبة من ميناء طبرقة.",
    "ويشهد ميناء بنزرت حوادث غرق لقوارب الصيد في كل شتاء، ويشكو البحارة من نقص زوارق الإنقاذ وقت العاصفة.",
]


@pytest.mark.parametrize("joint", ["\n", "\n\n"])
def test_two_stories_joined_with_nothing_between_them_part_where_the_topic_changes(joint):
    articles = split_page(joint.join(CLINIC + PORT))
    assert [article.text for article in articles] == ["\n".join(CLINIC), "\n".join(PORT)]
    assert articles[1].notes == ("opened by its topic alone",)


def test_a_story_under_its_title_is_one_whatever_it_speaks_of():
    assert len(texts("\n".join([HEADLINE, *CLINIC, *PORT]), title_length=len(HEADLINE))) == 1
