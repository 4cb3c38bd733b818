"""Pages that are written as things happen, and pages that only look like them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.models import Document
from tests.work import grows_linearly
from workers.errors import NoArticle
from workers.pages.reader import split_page
from workers.pipeline.parse import articles_of
from workers.text.offsets import covering_span

if TYPE_CHECKING:
    from schemas.models import Article

INTRO = "تستضيف العاصمة الأردنية مؤتمرا إقليميا للمياه يشارك فيه وزراء من تسع دول، ويبحث تقاسم مياه الأنهار المشتركة."
UPDATES = [
    (
        "العراق يطالب بحصة عادلة",
        "قال وزير الموارد المائية العراقي إن بلاده تطالب بحصة عادلة من مياه دجلة، وإن الخزين بلغ أدنى مستوى له.",
    ),
    (
        "رئيس الوزراء يفتتح أعمال المؤتمر",
        "افتتح رئيس الوزراء الأردني أعمال المؤتمر بكلمة دعا فيها إلى تعاون أوسع بين دول الحوض.",
    ),
    (
        "وصول الوفود إلى مقر المؤتمر",
        "وصلت وفود تركيا وسوريا والعراق إلى مقر المؤتمر وسط إجراءات أمنية مشددة في محيط الفندق.",
    ),
    (
        "إغلاق شوارع في وسط العاصمة",
        "أغلقت الشرطة الشوارع المؤدية إلى مقر المؤتمر منذ ساعات الصباح، ودعت السائقين إلى طرق بديلة.",
    ),
]
TEXTS = [text for _, text in UPDATES]
TITLES = [title for title, _ in UPDATES]
CLOCKS = ["14:32", "13:05", "11:47", "09:12"]
HEADLINE = "مؤتمر المياه في عمّان.. تغطية مباشرة لحظة بلحظة"


def read(body: str, **fields: str) -> list[Article]:
    return articles_of(Document(document_id="live", body=body, **fields))


def updates(body: str, **fields: str) -> list[tuple[str, str]]:
    return [(article.title, article.text) for article in read(body, **fields)]


def plain(marks: list[str], head: str = HEADLINE, *, titled: bool = True) -> str:
    blocks = [
        "\n".join([mark, *([title] if titled else []), text])
        for mark, (title, text) in zip(marks, UPDATES, strict=True)
    ]
    return "\n\n".join([head, *blocks])


def assert_mapped(body: str) -> None:
    """If a body holds articles, each word of each leads back to the same word of the body; spans do not overlap."""
    try:
        found = read(body)
    except NoArticle:
        return
    floor = 0
    for article in found:
        assert floor <= article.span.start < article.span.end
        floor = article.span.end
        for text, runs, references in (
            (article.title, article.title_map, article.title_references),
            (article.text, article.text_map, article.text_references),
        ):
            at = 0
            for word in text.split():
                at = text.index(word, at)
                start, end = covering_span(runs, references, at, at + len(word))
                assert body[start:end] == word
                at += len(word)


# Plain text -----------------------------------------------------------------------------------------------------------


def test_each_update_is_an_article_with_its_title_and_time() -> None:
    body = plain([f"{clock} بتوقيت غرينتش" for clock in CLOCKS], f"{HEADLINE}\n29 نوفمبر 2026\n\n{INTRO}")
    about, *found = read(body)
    # What the page says above its updates is a piece of its own, under the page's headline.
    assert (about.title, about.text, about.published_at) == (HEADLINE, INTRO, "2026-11-29T00:00:00Z")
    assert [(each.title, each.text) for each in found] == UPDATES
    assert {each.kind for each in found} == {"story"}
    assert [(each.published_at, each.published_precision, each.published_from) for each in found] == [
        (f"2026-11-29T{clock}:00Z", "minute", "page") for clock in CLOCKS
    ]
    assert found[0].published_raw == "14:32 بتوقيت غرينتش"
    assert_mapped(body)


def test_the_headline_of_the_page_alone_is_no_article() -> None:
    assert updates(plain(CLOCKS)) == UPDATES


def test_updates_without_titles_are_texts_alone() -> None:
    assert updates(plain(CLOCKS, titled=False)) == [("", text) for text in TEXTS]


def test_titles_may_stand_above_the_times() -> None:
    body = "\n\n".join(
        [HEADLINE, *(f"{title}\n{clock}\n{text}" for clock, (title, text) in zip(CLOCKS, UPDATES, strict=True))]
    )
    assert updates(body) == UPDATES


def test_times_may_stand_before_the_sentences() -> None:
    body = "\n".join([HEADLINE, "", *(f"{clock} | {text}" for clock, text in zip(CLOCKS, TEXTS, strict=True))])
    assert updates(body) == [("", text) for text in TEXTS]
    assert [each.published_raw for each in read(body)] == CLOCKS
    assert_mapped(body)


def test_an_update_of_several_paragraphs_is_one_article() -> None:
    more = "وأضاف أن الأردن يستضيف أكثر من مليون لاجئ يتقاسمون معه موارده الشحيحة."
    body = plain(CLOCKS).replace(TEXTS[1], f"{TEXTS[1]}\n{more}")
    assert updates(body)[1] == (TITLES[1], f"{TEXTS[1]}\n{more}")


def test_furniture_between_and_below_updates_is_in_none() -> None:
    notice = "جميع الحقوق محفوظة © موقع التجربة 2026"
    body = plain(CLOCKS).replace(TEXTS[2], f"{TEXTS[2]}\nشارك فيسبوك تويتر واتساب") + f"\n\n{notice}"
    assert updates(body) == UPDATES


def test_how_long_ago_needs_the_time_of_fetching() -> None:
    body = plain(["قبل 5 دقائق", "قبل ساعة", "قبل ساعتين", "قبل 5 ساعات"])
    assert updates(body) == UPDATES
    fetched = [(each.published_at, each.published_precision) for each in read(body, fetched_at="2026-11-29T14:40:10Z")]
    assert fetched == [
        ("2026-11-29T14:35:00Z", "minute"),
        ("2026-11-29T13:00:00Z", "hour"),
        ("2026-11-29T12:00:00Z", "hour"),
        ("2026-11-29T09:00:00Z", "hour"),
    ]
    # What the record says of the whole page is no update's time.
    unknown = read(body, published_at="2026-11-29T08:00:00Z")[0]
    assert (unknown.published_at, unknown.published_raw, unknown.published_from) == (None, "قبل 5 دقائق", "page")


def test_a_clock_has_the_day_of_the_record_where_the_page_states_none() -> None:
    found = read(plain(CLOCKS), published_at="2026-11-29T08:00:00Z")
    assert found[1].published_at == "2026-11-29T13:05:00Z"
    found = read(plain(CLOCKS))
    assert (found[1].published_at, found[1].published_raw) == (None, "13:05")


def test_a_date_between_two_updates_is_the_day_of_those_below_it() -> None:
    body = plain(["09:10", "07:30", "22:15", "19:40"], f"{HEADLINE}\n29 نوفمبر 2026")
    body = body.replace("22:15", "28 نوفمبر 2026\n\n22:15")
    assert [each.published_at for each in read(body)] == [
        "2026-11-29T09:10:00Z",
        "2026-11-29T07:30:00Z",
        "2026-11-28T22:15:00Z",
        "2026-11-28T19:40:00Z",
    ]
    assert updates(body) == UPDATES


def test_a_title_that_was_given_apart_is_the_page_s() -> None:
    text = plain(CLOCKS, INTRO)
    found = articles_of(Document(document_id="live", title=HEADLINE, text=text))
    assert [(each.title, each.text) for each in found] == [(HEADLINE, INTRO), *UPDATES]


# Pages that only look like live ones ----------------------------------------------------------------------------------

STORY = (
    "انهار جسر النهر القديم ليلة الأحد بعد ساعات من الأمطار، ويروي التحقيق ما جرى استنادا إلى سجلات غرفة العمليات.\n"
    "وقال المحقق إن الجسر لم يخضع لصيانة شاملة منذ عشرين عاما، وإن الدعامات تآكلت بفعل الملوحة والإهمال.\n"
    "وأضاف أن التقرير الكامل سينشر نهاية الشهر بعد أن تطلع عليه لجنة البرلمان المختصة."
)
BRIDGE = "كيف سقط الجسر القديم في ليلة العاصفة؟"


NIGHT = [
    "تلقت غرفة العمليات أول بلاغ عن ارتفاع منسوب المياه فوق العلامة الحمراء عند الدعامة الثالثة للجسر.",
    "طلب مهندس المناوبة إغلاق الجسر أمام الشاحنات، لكن الطلب لم يصل إلى شرطة المرور بسبب عطل في الشبكة.",
    "اهتز الجسر بعنف أول مرة، وأوقف سائق حافلة مركبته وأنزل الركاب قبل أن يبلغوا منتصفه.",
    "سقط الجزء الأوسط في النهر ومعه ثلاث سيارات، ووصلت فرق الإنقاذ بعد إحدى عشرة دقيقة.",
]


@pytest.mark.parametrize("joint", ["\n", ": "])
def test_a_chronology_in_an_analysis_is_not_cut(joint: str) -> None:
    hours = [f"{clock}{joint}{text}" for clock, text in zip(CLOCKS[::-1], NIGHT, strict=True)]
    (article,) = split_page("\n\n".join([BRIDGE, STORY, "التسلسل الزمني دقيقة بدقيقة", *hours]))
    assert all(text in article.text for text in NIGHT)


def test_the_minutes_of_a_match_are_not_cut() -> None:
    body = "\n".join(
        [
            "الوحدة يهزم الشباب بهدفين في الجولة السابعة",
            "",
            "تغلب فريق الوحدة على ضيفه الشباب بهدفين مقابل هدف في المباراة التي جمعتهما مساء الجمعة.",
            "الدقيقة 90+3: أطلق الحكم صافرة النهاية بعد أن أضاع مهاجم الشباب فرصة التعادل.",
            "الدقيقة 78: سجل قائد الوحدة الهدف الثاني من ركلة حرة سكنت الزاوية اليسرى.",
            "الدقيقة 45: عادل الشباب النتيجة بكرة رأسية بعد ركنية نفذها الظهير الأيمن.",
            "الدقيقة 12: افتتح الوحدة التسجيل من هجمة مرتدة سريعة أنهاها الجناح.",
        ]
    )
    assert len(split_page(body)) == 1


SCHEDULE = [
    ("18:00", "نشرة الأخبار", "تقدم النشرة أهم أحداث اليوم مع مراسلينا في العواصم العربية."),
    ("18:30", "مرايا", "برنامج حواري يستضيف كاتبا أو فنانا للحديث عن تجربته الفنية."),
    ("19:15", "كنوز البحر", "فيلم وثائقي عن صيد اللؤلؤ في الخليج خلال القرن الماضي."),
    ("20:00", "الدار الكبيرة", "الحلقة العاشرة: تعود سلمى إلى بيت أبيها بعد غياب طويل."),
]


def test_a_programme_is_no_live_page() -> None:
    body = "\n\n".join(["بث مباشر من الاستوديو الكبير", *("\n".join(each) for each in SCHEDULE)])
    assert all(article.published is None and article.told is None for article in split_page(body))


def test_comments_below_a_story_are_no_updates() -> None:
    said = [
        ("أبو محمد", "قبل 5 دقائق", "أتمنى أن تكون الأسئلة سهلة هذا العام لأن أولادنا درسوا في ظروف صعبة."),
        ("سلمى أحمد", "قبل ساعتين", "لماذا لا تؤجل الوزارة الامتحانات أسبوعا واحدا كما فعلت من قبل؟"),
        ("طالب مجتهد", "قبل 3 ساعات", "الله يوفق الجميع ونريد توضيحا حول المراكز في القرى البعيدة."),
    ]
    body = f"{BRIDGE}\n\n{STORY}\n\nالتعليقات\n" + "\n".join("\n".join(each) for each in said)
    assert all(article.told is None for article in split_page(body))


def test_headlines_with_times_below_a_story_are_no_updates() -> None:
    listed = "\n".join(f"{clock}\n{title}" for clock, title in zip(CLOCKS, TITLES, strict=True))
    (article,) = split_page(f"{BRIDGE}\n\n{STORY}\n\nآخر الأخبار\n{listed}")
    assert article.text == STORY


def test_cards_whose_texts_break_off_are_no_updates() -> None:
    body = plain(CLOCKS, "أخبار محلية").replace(".\n", "...\n").rstrip(".") + "..."
    assert {article.kind for article in split_page(body)} == {"teaser"}


def test_texts_that_end_in_the_midst_of_a_sentence_are_cards() -> None:
    texts = [f"{NIGHT[n]} {NIGHT[n]}".replace(".", "")[:-4] for n in range(3)]
    body = "\n\n".join(["أخبار محلية", *(f"{c}\n{t}" for c, t in zip(CLOCKS, texts, strict=False))])
    assert all(article.told is None for article in split_page(body))
    assert len(updates(body.replace("أخبار محلية", HEADLINE))) == 3


# HTML -----------------------------------------------------------------------------------------------------------------

NAVIGATION = "<nav><ul><li><a href='/'>الرئيسية</a><li><a href='/s'>رياضة</a></ul></nav>"
BELOW = (
    "<div class='more'><h3>اقرأ أيضا</h3><ul><li><a href='/1'>انطلاق بطولة كرة القدم في الدوحة</a></li>"
    "<li><a href='/2'>ارتفاع أسعار القمح في الأسواق العالمية</a></li></ul></div>"
    "<footer><p>جميع الحقوق محفوظة لموقع التجربة 2026</p></footer>"
)


def html(posts: list[str], head: str = "", intro: str = f"<p>{INTRO}</p>") -> str:
    return (
        f"<!DOCTYPE html><html lang='ar'><head><title>{HEADLINE} | موقع التجربة</title>{head}</head><body>{NAVIGATION}"
        f"<main><h1>{HEADLINE}</h1>{intro}{''.join(posts)}</main>{BELOW}</body></html>"
    )


def stamped(form: str) -> list[str]:
    return [
        form.format(iso=f"2026-11-29T{clock}:00+03:00", clock=clock, title=title, text=text, n=n)
        for n, (clock, (title, text)) in enumerate(zip(CLOCKS, UPDATES, strict=True))
    ]


FORMS = {
    "time first": "<div><time datetime='{iso}'>{clock}</time><h3>{title}</h3><p>{text}</p></div>",
    "title first": "<section><h3>{title}</h3><div><time datetime='{iso}'>{clock}</time></div><p>{text}</p></section>",
    "in a header": "<article><header><time datetime='{iso}'>{clock}</time><h2>{title}</h2></header>"
    "<p>{text}</p></article>",
    "with a link to itself": "<div id='u{n}'><a href='#u{n}'><time datetime='{iso}'>{clock}</time></a>"
    "<h3><a href='#u{n}'>{title}</a></h3><p>{text}</p></div>",
    "unreadable": "<li><time datetime='{iso}'>منذ فترة</time><h3>{title}</h3><div>{text}</div></li>",
    "amp": "<amp-live-list id='l{n}'><div items><div><amp-timeago datetime='{iso}' locale='ar'>{clock}</amp-timeago>"
    "<h3>{title}</h3><p>{text}</p></div></div></amp-live-list>",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_html_states_the_time_of_each_update(form: str) -> None:
    body = html(stamped(form))
    about, *found = read(body)
    assert (about.title, about.text) == (HEADLINE, INTRO)
    assert [(each.title, each.text) for each in found] == UPDATES
    times = [(each.published_at, each.published_from, each.published_precision) for each in found]
    assert times[0] == ("2026-11-29T11:32:00Z", "markup", "second")
    assert times[3] == ("2026-11-29T06:12:00Z", "markup", "second")
    assert_mapped(body)


def test_clocks_without_markup_have_the_day_that_the_page_declares() -> None:
    head = "<meta property='article:published_time' content='2026-11-29T06:00:00Z'>"
    body = html(stamped("<div><span>{clock}</span><h3>{title}</h3><p>{text}</p></div>"), head)
    found = read(body)[1:]
    assert [(each.title, each.text) for each in found] == UPDATES
    assert (found[0].published_at, found[0].published_from) == ("2026-11-29T14:32:00Z", "page")
    assert "the day of published_at is the page's" in found[0].notes


def declared(*, escaped: bool = False) -> str:
    posts = [
        {"@type": "BlogPosting", "headline": title, "articleBody": text, "datePublished": f"2026-11-29T{clock}:00Z"}
        for clock, (title, text) in zip(CLOCKS, UPDATES, strict=True)
    ]
    value = {"@context": "https://schema.org", "@type": "LiveBlogPosting", "headline": HEADLINE}
    data = json.dumps(value | {"liveBlogUpdate": posts}, ensure_ascii=escaped)
    return f"<script type='application/ld+json'>{data}</script>"


def test_updates_that_the_page_declares_have_their_times_though_it_shows_none() -> None:
    body = html(stamped("<div><h3>{title}</h3><p>{text}</p></div>"), declared())
    found = read(body)[1:]
    assert [(each.title, each.text) for each in found] == UPDATES
    assert [each.published_at for each in found] == [f"2026-11-29T{clock}:00Z" for clock in CLOCKS]
    # They are the page's visible ones.
    assert body[slice(found[0].span.start, found[0].span.end)].startswith(TITLES[0] + "</h3>")


def test_updates_of_a_page_that_a_script_draws_are_read_from_what_it_declares() -> None:
    body = html([], declared(), intro="<div id='app'></div>")
    found = read(body)
    assert [(each.title, each.text) for each in found] == UPDATES
    assert [each.published_at for each in found] == [f"2026-11-29T{clock}:00Z" for clock in CLOCKS]
    assert_mapped(body)


def test_escapes_of_declared_updates_lead_back_to_the_page() -> None:
    body = html([], declared(escaped=True), intro="<div id='app'></div>")
    found = read(body)[0]
    assert found.text == TEXTS[0]
    start, end = covering_span(found.text_map, found.text_references, 0, 3)
    assert json.loads(f'"{body[start:end]}"') == found.text[:3]


def test_updates_with_one_headline_stand_each_in_its_own_place() -> None:
    same = [
        {"headline": "عاجل", "articleBody": t, "datePublished": f"2026-11-29T{c}:00Z"}
        for c, t in zip(CLOCKS, TEXTS, strict=True)
    ]
    data = json.dumps({"@type": "LiveBlogPosting", "headline": HEADLINE, "liveBlogUpdate": same}, ensure_ascii=False)
    body = html([], f"<script type='application/ld+json'>{data}</script>", intro="")
    assert [article.text.split("\n")[-1] for article in read(body)] == TEXTS
    assert_mapped(body)


def test_headlines_that_lead_to_other_pages_speak_against_updates() -> None:
    form = "<div><h3><a href='{to}{n}'>{title}</a></h3><span>{clock}</span><p>{text}</p></div>"
    own, others = (
        html(stamped(form.replace("{to}", to)), intro="").replace(HEADLINE, "أخبار محلية") for to in ("#", "/news/")
    )
    assert [article.published_raw for article in read(own)] == CLOCKS
    assert not set(CLOCKS) & {article.published_raw for article in read(others)}


PIECES = st.lists(
    st.sampled_from(
        [*CLOCKS, "قبل ساعة", "قبل ساعتين", *TITLES, *TEXTS, "", HEADLINE, "29 نوفمبر 2026", "آخر تحديث 14:40"]
    ),
    max_size=24,
)


@settings(deadline=None)
@given(PIECES, st.booleans())
def test_any_order_of_times_and_texts_is_read_with_its_places(pieces: list[str], markup: bool) -> None:
    body = "\n".join(f"<p>{piece}</p>" if markup else piece for piece in pieces)
    assert_mapped(f"<html><body>{body}</body></html>" if markup else body)


def test_work_grows_with_the_number_of_updates() -> None:
    def work(times: int) -> None:
        marks = [f"{23 - n % 24:02}:{59 - n % 60:02}\n{TEXTS[n % 4]}" for n in range(times)]
        split_page("\n\n".join([HEADLINE, *marks]))

    assert grows_linearly(work, 200)
