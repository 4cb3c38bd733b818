from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.models import Document
from tests.work import grows_linearly
from workers.pages import html as html_module
from workers.pages.html import split_html
from workers.pipeline.parse import articles_of
from workers.text.markup import is_html, read_markup
from workers.text.offsets import covering_span

LEAD = "أعلنت وزارة الصحة في القاهرة اليوم بدء حملة تطعيم واسعة تشمل جميع المحافظات وتستمر أسبوعين كاملين."
MORE = "وأضافت الوزارة في بيان أن الفرق الطبية ستزور المدارس والقرى البعيدة خلال الأيام المقبلة مع متطوعين من الأهالي."
LAST = "وكانت الوزارة قد أجلت الحملة مرتين في العام الماضي بسبب نقص اللقاحات وتأخر وصول الشحنات من الخارج."
HEADLINE = "وزارة الصحة تبدأ حملة تطعيم واسعة في جميع المحافظات"
OTHER_HEADLINE = "الأرصاد تحذر من عاصفة رملية تضرب السواحل الشمالية"
OTHER_LEAD = (
    "حذرت هيئة الأرصاد الجوية من عاصفة رملية قوية تضرب السواحل الشمالية مساء غد وتخفض الرؤية إلى أقل من مئة متر."
)
OTHER_MORE = (
    "ودعت الهيئة الصيادين إلى البقاء في الموانئ حتى صباح الأحد، وقالت إن سرعة الرياح قد تبلغ ثمانين كيلومترا في الساعة."
)
OTHER_LAST = (
    "وأغلقت السلطات الطريق الساحلي أمام الشاحنات، ونصحت السائقين بتخفيف السرعة وإضاءة المصابيح طوال فترة العاصفة."
)

NAVIGATION = "<nav><ul><li><a href='/'>الرئيسية</a><li><a href='/p'>سياسة</a><li><a href='/s'>رياضة</a></ul></nav>"
RELATED = (
    "<aside><h3>اقرأ أيضا</h3><ul><li><a href='/1'>انطلاق بطولة كرة القدم في الدوحة مساء اليوم</a></li>"
    "<li><a href='/2'>ارتفاع أسعار القمح في الأسواق العالمية</a></li></ul></aside>"
)
FOOTER = "<footer><p>جميع الحقوق محفوظة لموقع التجربة 2025</p></footer>"
HEAD = (
    f"<head><title>{HEADLINE} | موقع التجربة</title><meta property='og:site_name' content='موقع التجربة'>"
    "<meta property='article:published_time' content='2025-02-01T10:00:00Z'><style>p{color:red}</style></head>"
)


def page(*articles: str, head: str = HEAD) -> str:
    return (
        f"<!DOCTYPE html><html lang='ar'>{head}<body>{NAVIGATION}<!-- إعلان --><div class='ad'>إعلان</div><main>"
        f"{''.join(articles)}</main><script>var s = '<p>ليس نصا</p>';</script>{RELATED}{FOOTER}</body></html>"
    )


STORY = f"<article><h1>{HEADLINE}</h1><p>{LEAD}</p>\n<p>{MORE}</p><p>{LAST}</p></article>"
OTHER = f"<article><h2>{OTHER_HEADLINE}</h2><p>{OTHER_LEAD}</p><p>{OTHER_MORE}</p><p>{OTHER_LAST}</p></article>"


def assert_maps_agree(body: str, start: int = 0) -> None:
    floor = 0
    for article in split_html(body, title_length=start).articles:
        begin, end = article.page.span
        assert floor <= begin < end <= len(body)
        floor = end
        for text, runs, references in (
            (article.page.title, article.page.title_map, article.title_references),
            (article.page.text, article.page.text_map, article.text_references),
        ):
            covered = []
            for out, raw, length in runs:
                assert body[raw : raw + length] == text[out : out + length]
                covered += range(out, out + length)
            for out, raw, length in references:
                assert body[raw] == "&"
                assert length > 1
                covered.append(out)
            assert len(covered) == len(set(covered))
            assert all(text[at].isspace() for at in set(range(len(text))) - set(covered))


def test_a_page_gives_its_story_and_nothing_around_it() -> None:
    body = page(STORY)
    found = split_html(body)
    (article,) = (each.page for each in found.articles)
    assert (article.kind, article.title, article.text) == ("story", HEADLINE, f"{LEAD}\n{MORE}\n{LAST}")
    assert (article.published_at, article.publisher) == ("2025-02-01T10:00:00Z", "موقع التجربة")
    assert found.language == "ar"
    assert article.notes == ()
    assert body[slice(*article.span)].startswith(HEADLINE)
    assert_maps_agree(body)


def test_of_two_stories_in_article_elements_none_is_lost() -> None:
    stories = [each.page for each in split_html(page(STORY, OTHER)).articles]
    assert [(each.title, each.text) for each in stories] == [
        (HEADLINE, f"{LEAD}\n{MORE}\n{LAST}"),
        (OTHER_HEADLINE, f"{OTHER_LEAD}\n{OTHER_MORE}\n{OTHER_LAST}"),
    ]
    assert "published_at is the page's" in stories[1].notes


def test_a_title_that_stands_in_the_title_element_alone_is_taken_from_there() -> None:
    body = page(STORY.replace(f"<h1>{HEADLINE}</h1>", ""))
    (article,) = (each.page for each in split_html(body).articles)
    assert article.title == HEADLINE
    assert body[article.title_map[0][1] - 7 : article.title_map[0][1]] == "<title>"


def test_a_title_given_apart_stays_the_title() -> None:
    body = f"{HEADLINE}\n\n<p>{LEAD}</p><p>{MORE}</p><p>{LAST}</p>"
    (article,) = articles_of(Document(document_id="d", title=HEADLINE, text=body.split("\n\n")[1]))
    assert (article.title, article.text) == (HEADLINE, f"{LEAD}\n{MORE}\n{LAST}")
    assert_maps_agree(body, len(HEADLINE))


def test_an_entity_in_a_mention_is_covered_whole() -> None:
    coded = "".join(f"&#{ord(letter)};" for letter in "القاهرة")
    body = page(STORY.replace("القاهرة", coded).replace("وزارة الصحة في", "وزارة&nbsp;الص<b>حة</b>\n في"))
    (article,) = articles_of(Document(document_id="d", body=body))
    assert article.text.startswith(LEAD)
    for word, raw in (("القاهرة", coded), ("وزارة الصحة", "وزارة&nbsp;الص<b>حة")):
        start = article.text.index(word)
        begin, end = covering_span(article.text_map, article.text_references, start, start + len(word))
        assert body[begin:end] == raw


def test_lines_parted_by_br_are_lines() -> None:
    body = f"<html><body><div><h1>{HEADLINE}</h1><div>{LEAD}<br><br/>{MORE}<br>{LAST}</div></div></body></html>"
    (article,) = (each.page for each in split_html(body).articles)
    assert article.text == f"{LEAD}\n{MORE}\n{LAST}"


def test_nothing_that_the_page_repeats_is_taken_from_the_wrong_place() -> None:
    """A list of links above the story holds its title and first sentence too."""
    body = page(f"<ul><li><a href='/x'>{HEADLINE}</a></li></ul>", STORY)
    (article,) = (each.page for each in split_html(body).articles)
    assert article.span[0] == body.index(f"<h1>{HEADLINE}") + 4


@pytest.mark.parametrize(
    ("spoiled", "said"),
    [
        (f"<html><body>{'<div>' * 500}{STORY}", "nested too deep"),
        (page(STORY) + " " * (html_module._LONGEST + 1), "too large"),
    ],
)
def test_where_the_extractor_cannot_be_used_the_story_is_found_and_a_note_says_so(spoiled: str, said: str) -> None:
    (article,) = (each.page for each in split_html(spoiled).articles)
    assert (article.title, article.text) == (HEADLINE, f"{LEAD}\n{MORE}\n{LAST}")
    assert any(said in note for note in article.notes)


def test_an_error_of_the_extractor_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RecursionError

    monkeypatch.setattr("trafilatura.bare_extraction", fails)
    (article,) = (each.page for each in split_html(page(STORY)).articles)
    assert article.text == f"{LEAD}\n{MORE}\n{LAST}"
    assert "the extractor failed (RecursionError): the page's own structure decided" in article.notes


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (page(STORY), True),
        (f"\ufeff\n<!-- x --><HTML><p>{LEAD}", True),
        (f"<p>{LEAD}</p><p>{MORE}</p>", True),
        (f"<div>{LEAD}<br>{MORE}</div>", True),
        (f"{HEADLINE}\n\n{LEAD} 3 < 4 و 5 > 2\n{MORE}", False),
        (f"{LEAD} </p> {MORE}", False),
        (f"{LEAD}\n<b>{MORE}</b> <i>{LAST}</i>", False),
        (f"<a href='x'>{LEAD}", False),
        ("", False),
    ],
)
def test_what_counts_as_html(body: str, answer: bool) -> None:
    assert is_html(body) is answer


PARTS = st.sampled_from(
    [
        *(
            "<p>",
            "</p>",
            "<div>",
            "</div>",
            "<b>",
            "</b>",
            "<br>",
            "<h1>",
            "</h1>",
            "<article>",
            "</article>",
            "<a href='",
        ),
        *(
            "<!--",
            "-->",
            "<script>",
            "</script>",
            "<title>",
            "</title>",
            "<nav>",
            "</nav>",
            "&amp;",
            "&#1583;",
            "&",
            ";",
        ),
        *("<", ">", '"', "'", "=", "&notit;", "&nbsp;", "&#0;", "&#10;", "\u2028", "\r\n", "  ", "\x00", "\U00020001"),
        *(LEAD, MORE, LAST, HEADLINE, OTHER_HEADLINE, OTHER_LEAD, "<html>", "<head>", "</head>", "<ul><li>", "إعلان"),
    ]
)


@settings(deadline=None)
@given(st.lists(st.one_of(PARTS, st.text(max_size=8)), max_size=30).map("".join), st.booleans())
def test_maps_agree_on_any_page(body: str, whole: bool) -> None:
    assert_maps_agree(f"<html><body>{body}</body></html>" if whole else body)


@given(st.text())
def test_any_text_is_read(body: str) -> None:
    read_markup(body)
    is_html(body)
    assert_maps_agree(body)


HOSTILE = [
    "<",
    "<a ",
    "<a x='",
    "<a x='>'",
    "<!--",
    "&amp",
    "<svg>",
    "<nav>x",
    "<b>نص",
    "<article>x",
    "<title>",
    "<li>x",
]


@pytest.mark.parametrize("unit", HOSTILE, ids=[re.sub(r"\W+", "_", unit) for unit in HOSTILE])
def test_work_on_hostile_markup_grows_with_its_length(unit: str) -> None:
    def work(times: int) -> None:
        split_html("<html><body>" + unit * times + "</nav></article>" * (times // 8))

    assert grows_linearly(work, 8000 // len(unit))


TWO = (
    f"<div class='story'><div class='title'>{HEADLINE}</div>"
    f"<div class='text'>{LEAD}<br/>{MORE}<br/>{LAST}</div></div><hr>"
)
OTHER_TWO = (
    f"<div class='story'><div class='title'>{OTHER_HEADLINE}</div>"
    f"<div class='text'>{OTHER_LEAD}<br/>{OTHER_MORE}</div></div>"
)


def test_two_stories_in_plain_elements_are_both_found_though_the_extractor_takes_one() -> None:
    articles = [each.page for each in split_html(f"<html><body>{TWO}{OTHER_TWO}</body></html>").articles]
    assert [(each.title, each.text) for each in articles] == [
        (HEADLINE, f"{LEAD}\n{MORE}\n{LAST}"),
        (OTHER_HEADLINE, f"{OTHER_LEAD}\n{OTHER_MORE}"),
    ]
    assert all("left out much" in each.notes[0] for each in articles)


def test_readers_comments_are_not_what_the_extractor_left_out() -> None:
    said = f"<div id='comments'><div class='c'>{OTHER_LEAD}</div><div class='c'>{OTHER_MORE}</div></div>"
    (article,) = (each.page for each in split_html(page(STORY + said)).articles)
    assert (article.text, article.notes) == (f"{LEAD}\n{MORE}\n{LAST}", ())


def test_cards_on_a_sections_page_are_articles_with_their_titles_and_dates() -> None:
    cards = [
        f"<article><h2><a href='/{day}'>{title}</a></h2><p>{lead}</p><span>{day} مارس 2024</span></article>"
        for title, lead, day in ((HEADLINE, LEAD, 3), (OTHER_HEADLINE, OTHER_LEAD, 2))
    ]
    body = page("<h1>أخبار محلية</h1>", *cards, head="<head><title>أخبار محلية - موقع التجربة</title></head>")
    found = [(each.page.title, each.page.text, each.page.published_at) for each in split_html(body).articles]
    assert found == [(HEADLINE, LEAD, "2024-03-03T00:00:00Z"), (OTHER_HEADLINE, OTHER_LEAD, "2024-03-02T00:00:00Z")]


def test_preformatted_lines_are_lines() -> None:
    body = f"<html><body><pre>{HEADLINE}\n\n{LEAD}\n{MORE}\n{LAST}</pre></body></html>"
    (article,) = (each.page for each in split_html(body).articles)
    assert (article.title, article.text) == (HEADLINE, f"{LEAD}\n{MORE}\n{LAST}")


def test_elements_without_an_end_nest_no_deeper() -> None:
    rows = "<br><img src=x><hr><p>نص<li>نص" * 200
    assert read_markup(f"<html><body><div>{rows}</div></body></html>").depth < 10


def test_a_page_of_tags_is_not_given_to_the_extractor() -> None:
    (article,) = (each.page for each in split_html(page("<b></b>" * 8000, STORY)).articles)
    assert article.text == f"{LEAD}\n{MORE}\n{LAST}"
    assert any("too many tags" in note for note in article.notes)


def test_a_lead_in_an_element_of_its_own_is_not_lost() -> None:
    for lead in (f"<div class='i'>{LEAD}</div>", f"<p><a href='/1'>{LEAD}</a></p>"):
        body = page(f"<h1>{HEADLINE}</h1>{lead}<div class='b'><p>{MORE}</p><p>{LAST}</p><p>{OTHER_LEAD}</p></div>")
        (article,) = (each.page for each in split_html(body).articles)
        assert article.text.startswith(f"{LEAD}\n{MORE}\n{LAST}")


def test_a_linked_headline_below_the_title_is_no_lead() -> None:
    linked = f"<p><a href='/other'>{OTHER_HEADLINE} وتغلق الموانئ والطرق الساحلية أمام الشاحنات حتى صباح الأحد</a></p>"
    body = page(f"<h1>{HEADLINE}</h1>{linked}<div><p>{LEAD}</p><p>{MORE}</p><p>{LAST}</p></div>")
    (article,) = (each.page for each in split_html(body).articles)
    assert article.text == f"{LEAD}\n{MORE}\n{LAST}"


def test_a_short_story_beside_a_long_one_is_not_lost() -> None:
    long = STORY.replace(LAST, f"{LAST}</p><p>{LEAD[:-1]} مرة أخرى.</p><p>{MORE[:-1]} كذلك.</p><p>{LAST[:-1]} أيضا.")
    short = f"<article><h2>{OTHER_HEADLINE}</h2><p>{OTHER_LEAD}</p><p>{OTHER_MORE}</p></article>"
    assert [each.page.title for each in split_html(page(long, short)).articles] == [HEADLINE, OTHER_HEADLINE]


def test_points_cells_and_headings_inside_a_text_are_its_own() -> None:
    points = "<ul><li>أحمد السالمي: وزيرا للمالية</li><li>هدى الرفاعي: وزيرة للتربية</li></ul>"
    cells = "<table><tr><td>الربع الأول</td><td>120 مليون دينار</td></tr></table>"
    for inside, lines in (
        (points, ["أحمد السالمي: وزيرا للمالية", "هدى الرفاعي: وزيرة للتربية"]),
        (cells, ["الربع الأول", "120 مليون دينار"]),
        ("<h3>خلفية الحدث</h3>", ["خلفية الحدث"]),
    ):
        (article,) = (
            each.page for each in split_html(page(STORY.replace(f"<p>{MORE}", f"{inside}<p>{MORE}"))).articles
        )
        assert article.text.split("\n") == [LEAD, *lines, MORE, LAST]


def test_a_label_with_links_inside_a_text_is_none_of_it() -> None:
    also = f"<h3>اقرأ أيضا</h3><ul><li><a href='/1'>{OTHER_HEADLINE}</a></li></ul>"
    (article,) = (each.page for each in split_html(page(STORY.replace(f"<p>{MORE}", f"{also}<p>{MORE}"))).articles)
    assert article.text == f"{LEAD}\n{MORE}\n{LAST}"


AMP_HEAD = (
    "<script async src='https://cdn.ampproject.org/v0.js'></script><link rel='canonical' href='https://x.example/1'>"
    f"<title>{HEADLINE} - موقع التجربة</title><style amp-boilerplate>body{{visibility:hidden}}</style>"
    "<noscript><style amp-boilerplate>body{visibility:visible}</style></noscript>"
)
AMP_MENU = (
    "<amp-sidebar id='menu' layout='nodisplay'><ul><li><a href='/'>الرئيسية</a></li></ul>"
    "<div>تابعنا على مواقع التواصل الاجتماعي لتصلك آخر أخبار المنطقة والعالم لحظة وقوعها</div></amp-sidebar>"
)
AMP_SHARE = "<amp-social-share type='facebook'></amp-social-share><amp-social-share type='email'></amp-social-share>"
AMP_AD = "<amp-ad width='300' height='250' type='adsense'><div placeholder>مساحة إعلانية</div></amp-ad>"
AMP_CONSENT = (
    "<amp-consent id='c' layout='nodisplay'><div><p>نستخدم ملفات تعريف الارتباط لتحسين تجربتك على موقعنا، وبالضغط على "
    "موافق فإنك تقبل سياسة الخصوصية.</p><button on='tap:c.accept'>موافق</button></div></amp-consent>"
    "<amp-user-notification id='n' layout='nodisplay'><div>فعل الإشعارات لتصلك الأخبار العاجلة على هاتفك أولا بأول"
    "</div><button on='tap:n.dismiss'>لاحقا</button></amp-user-notification>"
)
AMP_MORE = (
    "<amp-list src='/more.json' layout='fixed-height' height='200'><template type='amp-mustache'>"
    "<a href='{{url}}'>{{title}}</a></template></amp-list><amp-next-page><script type='application/json'>"
    f'[{{"title": "{OTHER_HEADLINE}", "url": "/2"}}]</script></amp-next-page>'
)


def amp(inside: str) -> str:
    return (
        f"<!doctype html><html amp lang='ar'><head><meta charset='utf-8'>{AMP_HEAD}</head><body>{AMP_MENU}"
        "<header><a href='/'>موقع التجربة</a><button on='tap:menu.toggle'>☰</button></header>"
        f"<article><h1>{HEADLINE}</h1>{AMP_SHARE}{inside}</article>{AMP_MORE}{AMP_AD}{AMP_CONSENT}{FOOTER}</body></html>"
    )


@pytest.mark.parametrize(
    "inside",
    [
        f"<amp-img src='/a.jpg' alt='صورة من المركز'></amp-img><p>{LEAD}</p>{AMP_AD}<p>{MORE}</p>{AMP_AD}<p>{LAST}</p>",
        (
            f"<p>{LEAD}</p><amp-carousel type='slides'><figure><amp-img src='/b.jpg'></amp-img><figcaption>صورة أرشيفية"
            f" - وكالات</figcaption></figure></amp-carousel><p>{MORE}</p><p>{LAST}</p>"
        ),
        f"<div>{LEAD}<br>{MORE}</div><amp-twitter data-tweetid='1' layout='responsive'></amp-twitter><div>{LAST}</div>",
        (
            f"<amp-fit-text><p>{LEAD}</p></amp-fit-text><section><p>{MORE}</p><amp-iframe><amp-img placeholder>"
            f"</amp-img></amp-iframe><p>{LAST}</p></section>"
        ),
    ],
)
def test_an_amp_page_gives_its_whole_story_and_none_of_its_furniture(inside: str) -> None:
    body = amp(inside)
    (article,) = (each.page for each in split_html(body).articles)
    assert (article.title, article.text) == (HEADLINE, f"{LEAD}\n{MORE}\n{LAST}")
    assert_maps_agree(body)


def test_a_record_of_fields_of_which_one_holds_markup_is_read_line_by_line() -> None:
    """Its title and its date stand outside of all elements, each on a line of its own."""
    field = '<h2 dir="rtl">{}</h2> <p dir="rtl">&nbsp;</p> <p dir="rtl">{}</p>'
    one, other = field.format(LEAD, MORE), field.format(OTHER_LEAD, OTHER_MORE)
    body = f"{HEADLINE}\n2025-11-26 18:20:00\n\n{one}\n{OTHER_HEADLINE}\n2025-12-27 11:05:00\n\n{other}\n"
    first, second = (placed.page for placed in split_html(body).articles)
    assert (first.title, second.title) == (HEADLINE, OTHER_HEADLINE)
    assert first.text.splitlines()[0] == LEAD
    assert [article.published and article.published.moment.iso[:10] for article in (first, second)] == [
        "2025-11-26",
        "2025-12-27",
    ]
