"""Feeds, escaped markup, CDATA, JSON-LD and bare leads: a body's articles, mapped back through every layer."""

from __future__ import annotations

import json
from functools import partial
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.models import Document
from tests.work import grows_linearly
from workers.pages.body import Found, read_body
from workers.pipeline.parse import articles_of
from workers.text.feeds import is_feed, read_feed
from workers.text.jsonld import read_json_ld
from workers.text.offsets import covering_span
from workers.text.references import decoded

# A visit to Baghdad, in three paragraphs; and the shutdown of Khartoum's airport.
TITLE = "بغداد وعمّان تبحثان فتح معبر حدودي"
LEAD = "أعلنت وزارة الخارجية العراقية، اليوم، أن وفداً من الأردن سيصل إلى بغداد الأسبوع المقبل لبحث فتح معبر جديد."
MORE = "وقال متحدث باسم الوزارة إن الكويت أبدت رغبتها في المشاركة، وإن خبراء من الأمم المتحدة سيحضرون الاجتماع."
LAST = "وأضاف أن الجانبين سيوقعان مذكرة تفاهم تشمل التجارة والنقل والزراعة، وأن تنفيذها يبدأ مطلع العام المقبل."
OTHER_TITLE = "عاصفة ترابية تغلق مطار الخرطوم ساعات"
OTHER = "أغلقت سلطات الطيران في السودان مطار الخرطوم ساعات بسبب عاصفة ترابية، ثم استؤنفت الرحلات مساء."
HTML = f"<p>{LEAD}</p><p>{MORE}</p><p>{LAST}</p>"


def leads_back(body: str, found: Found) -> None:
    """Every letter of title and text stands at its place in the raw body, as it is or as what stands for it."""
    article = found.article
    for text, runs, references in (
        (article.page.title, article.page.title_map, article.title_references),
        (article.page.text, article.page.text_map, article.text_references),
    ):
        for out, raw, length in runs:
            assert text[out : out + length] == body[raw : raw + length]
        assert len(references) + sum(length for _, _, length in runs) >= len(text) - text.count("\n") - text.count(" ")
        for out, raw, length in references:
            assert body[raw] in "&\\", (text[out], body[raw : raw + length])


def only(body: str, title_length: int = 0) -> Found:
    (found,) = read_body(body, title_length=title_length).found
    leads_back(body, found)
    return found


@pytest.mark.parametrize(
    "text",
    [
        f"{LEAD}<p>{MORE}</p><p>{LAST}</p>",
        f"<b>{LEAD}</b><p>{MORE}</p><p>{LAST}</p>",
        f"<div>{LEAD}<p>{MORE}</p><p>{LAST}</p></div>",
        f"<img src='a.jpg' alt='صورة'/>{LEAD}<p>{MORE}</p><p>{LAST}</p>",
        f"<p>{LEAD}</p><p>{MORE}</p>{LAST}",
        f"<p>{LEAD}</p>{MORE}<p>{LAST}</p>",
        f"{LEAD}<br/><br/>{MORE}<br/><br/>{LAST}",
        f"<![CDATA[{HTML}]]>",
        f"<p>{LEAD.replace('الأردن', '<nobr>الأردن</nobr>')}</p><p>{MORE}</p><p>{LAST}</p>",
        escape(HTML),
        escape(escape(HTML)),
    ],
)
def test_the_whole_text_is_kept_however_its_paragraphs_are_marked(text: str) -> None:
    found = only(f"{TITLE}\n\n{text}", title_length=len(TITLE))
    assert found.article.page.title == TITLE
    assert found.article.page.text == f"{LEAD}\n{MORE}\n{LAST}"


def test_short_bare_text_beside_paragraphs_stays_out() -> None:
    found = only(f"{TITLE}\n\n<div>مشاركة<p>{LEAD}</p><p>{MORE}</p>طباعة<p>{LAST}</p></div>", title_length=len(TITLE))
    assert found.article.page.text == f"{LEAD}\n{MORE}\n{LAST}"


def test_references_in_plain_text_and_in_titles_are_decoded_however_often_they_were_escaped() -> None:
    title = "بغداد &amp; عمّان: &amp;quot;معبر&amp;quot; &#8211; تفاصيل"
    body = f"{title}\n\n{LEAD.replace('اليوم', '&laquo;اليوم&raquo;')}\n\n{MORE}"
    found = only(body, title_length=len(title))
    assert found.article.page.title == 'بغداد & عمّان: "معبر" – تفاصيل'
    assert "«اليوم»" in found.article.page.text


@pytest.mark.parametrize("text", ["AT&T و R&D", "a=1&copy=2", "&;", "&#;", "& amp;", "&nosuchname;"])
def test_an_ampersand_that_is_no_reference_stays(text: str) -> None:
    assert decoded(text) is None


# Feeds ----------------------------------------------------------------------------------------------------------------

RSS = f"""<?xml version="1.0" encoding="UTF-8"?>
<!-- made by hand -->
<rss version="2.0" xmlns:content="urn:content" xmlns:dc="urn:dc"><channel><title>صحيفة الميناء</title>
<link>https://news.example/</link><item><title>{TITLE}</title><link>https://news.example/1?a=1&amp;b=2</link>
<guid isPermaLink="false">77</guid><pubDate>Sun, 29 Nov 2026 10:00:00 +0300</pubDate>
<dc:creator><![CDATA[سمير الكاتب]]></dc:creator><description><![CDATA[موجز]]></description>
<content:encoded><![CDATA[{HTML}]]></content:encoded></item>
<item><title><![CDATA[{OTHER_TITLE}]]></title><guid>https://news.example/2</guid><author>m@news.example (ليلى)</author>
<description>&lt;p&gt;{OTHER} & غيرها.&lt;/p&gt;</description></item><item><title></title></item></channel></rss>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title type="text">وكالة الميناء</title>
<entry><title type="html">{TITLE}</title><link rel="self" href="https://x.example/self"/>
<link href="https://x.example/1?a=1&amp;b=2"/><id>urn:1</id><updated>2026-11-29T08:00:00Z</updated>
<author><name>ليلى</name></author><content type="html">{escape(HTML)}</content></entry>
<entry><title>{OTHER_TITLE}</title><link href='https://x.example/2'/><published>2026-11-28T08:00:00Z</published>
<summary>{OTHER}</summary></entry></feed>"""


def test_the_items_of_rss_are_articles_of_their_own() -> None:
    first, second = read_body(RSS).found
    for each in (first, second):
        leads_back(RSS, each)
        assert each.article.page.publisher == "صحيفة الميناء"
    assert (first.article.page.title, first.article.page.text) == (TITLE, f"{LEAD}\n{MORE}\n{LAST}")
    assert (first.url, first.authors) == ("https://news.example/1?a=1&b=2", ("سمير الكاتب",))
    assert (second.article.page.title, second.article.page.text) == (OTHER_TITLE, f"{OTHER} & غيرها.")
    assert (second.url, second.authors) == ("https://news.example/2", ("ليلى",))


def test_the_entries_of_atom_are_articles_of_their_own() -> None:
    first, second = read_body(ATOM).found
    for each in (first, second):
        leads_back(ATOM, each)
    assert first.article.page.text == f"{LEAD}\n{MORE}\n{LAST}"
    assert (first.url, first.published, first.authors) == (
        "https://x.example/1?a=1&b=2",
        "2026-11-29T08:00:00Z",
        ("ليلى",),
    )
    assert (second.article.page.text, second.url) == (OTHER, "https://x.example/2")


def test_an_items_address_and_date_reach_its_article() -> None:
    first, second = articles_of(Document(document_id="feed", body=RSS, url="https://news.example/rss"))
    assert first.url == "https://news.example/1?a=1&b=2"
    assert first.published_at is not None
    assert first.published_at.startswith("2026-11-29T")
    assert second.published_at is None


@pytest.mark.parametrize("body", [f"<html><body><p>{LEAD}</p></body></html>", LEAD, f"<p>{LEAD} <rss> {MORE}</p>", ""])
def test_what_is_no_feed_is_not_taken_for_one(body: str) -> None:
    assert not is_feed(body)


def test_a_feed_with_broken_markup_gives_what_can_be_read() -> None:
    body = f"<rss><channel><item><title>{TITLE}<item><title>{OTHER_TITLE}</title><description>{OTHER}"
    _, items = read_feed(body)
    assert [item.title.text for item in items] == ["", OTHER_TITLE] or [item.title.text for item in items] == [
        OTHER_TITLE
    ]


@given(st.text(alphabet="<>/![CDATA]item ntryle&;\"'=rsحد\n", max_size=120))
def test_no_feed_makes_it_fail(text: str) -> None:
    read_body(f"<rss>{text}")


def read_feed_of(piece: str, size: int) -> object:
    return read_feed("<rss>" + piece * size)


def test_reading_a_feed_grows_with_its_length() -> None:
    for piece in ("<item><title>", "<item>", "<item><a><![CDATA[", "<title><title>"):
        assert grows_linearly(partial(read_feed_of, piece), 200)


# JSON-LD --------------------------------------------------------------------------------------------------------------


def declaring(text: str, markup: str, *, ascii_only: bool = False) -> str:
    declared = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "name": "موقع"},
            {
                "@type": ["NewsArticle"],
                "headline": TITLE,
                "articleBody": text,
                "datePublished": "2026-11-20T08:30:00+03:00",
                "author": [{"@type": "Person", "name": "ليلى"}],
                "publisher": {"@type": "Organization", "name": "صحيفة الميناء"},
            },
        ],
    }
    script = json.dumps(declared, ensure_ascii=ascii_only)
    return (
        f"<!doctype html><html><head><title>{TITLE} | صحيفة الميناء</title>"
        f"<script type='application/ld+json'>{script}</script></head><body>{markup}</body></html>"
    )


@pytest.mark.parametrize("ascii_only", [False, True])
def test_a_text_that_stands_in_json_ld_alone_is_read_from_there(ascii_only: bool) -> None:
    body = declaring(
        f"{LEAD}\n{MORE.replace('الكويت', chr(34) + 'الكويت' + chr(34))}", "<div id=app></div>", ascii_only=ascii_only
    )
    found = only(body)
    assert found.article.page.text == f"{LEAD}\n{MORE.replace('الكويت', chr(34) + 'الكويت' + chr(34))}"
    assert found.article.page.title == TITLE
    assert found.article.page.publisher == "صحيفة الميناء"
    assert (found.article.page.published_at or "").startswith("2026-11-20")
    assert found.authors == ("ليلى",)


def test_behind_a_paywall_the_declared_text_is_longer_and_counts() -> None:
    body = declaring(f"{LEAD} {MORE} {LAST}", f"<article><h1>{TITLE}</h1><p>{LEAD}</p><p>اشترك للقراءة</p></article>")
    (found,) = read_body(body).found
    assert found.article.page.title == TITLE
    assert MORE in found.article.page.text
    assert LAST in found.article.page.text
    start, end = found.article.page.span
    assert body.index(LEAD) >= start
    assert body.index(LAST) + len(LAST) <= end


def test_where_the_markup_shows_the_text_it_is_read_from_the_markup() -> None:
    body = declaring(f"{LEAD} {MORE} {LAST}", f"<article><h1>{TITLE}</h1>{HTML}</article>")
    found = only(body)
    at = found.article.page.text.index(LAST)
    start, _ = covering_span(found.article.page.text_map, found.article.text_references, at, at + 1)
    assert start == body.rindex(LAST)


@pytest.mark.parametrize(
    "script",
    [
        "{",
        "[]",
        '{"@type": "NewsArticle", "articleBody": 7}',
        '{"@type": "NewsArticle", "articleBody": "\\ud800"}',
        "{'@type': 1}" * 3,
    ],
)
def test_what_is_no_declaration_declares_nothing(script: str) -> None:
    page = f"<html><script type='application/ld+json'>{script}</script><p>{LEAD}</p></html>"
    assert read_json_ld(page).body is None


def test_several_declared_texts_are_a_list_of_stories_and_decide_nothing() -> None:
    both = "".join(
        f"<script type='application/ld+json'>{json.dumps({'@type': 'NewsArticle', 'articleBody': each})}</script>"
        for each in (LEAD, OTHER)
    )
    assert read_json_ld(f"<html>{both}</html>").body is None


def declared_by(piece: str, size: int) -> object:
    return read_json_ld("<script type='application/ld+json'>" + piece * size)


def test_reading_json_ld_grows_with_its_length() -> None:
    for piece in ("<script type='application/ld+json'>", '"articleBody":"', "\\"):
        assert grows_linearly(partial(declared_by, piece), 200)
