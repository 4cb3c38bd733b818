"""Layouts written from how sites, feeds and exports look, after the splitter was done, and not tuned on.

What stands around the news is drawn from pools, so that pages of one layout differ. Names and outlets are invented. A
page's truth is what a careful reader would call news: captions, authors' notes and readers' comments are not.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from tests.bench.layouts import sentences, short_lead

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.bench.layouts import Article, Page

__all__ = ["FRESH"]

_OUTLETS = ["بوابة النهار", "قناة الأفق", "المرصد نيوز", "جريدة الضحى", "شبكة سبأ الإخبارية"]
_NAMES = ["رنا شاكر", "وليد عبد النور", "ماجدة الخطيب", "سامر يعقوب", "هيثم البدري"]
_CITIES = ["الدوحة", "عمّان", "الخرطوم", "تونس", "صنعاء", "أنقرة", "باريس"]
_MONTHS = ["يناير", "فبراير/شباط", "مارس", "نيسان", "حزيران/يونيو", "أغسطس", "تشرين الأول", "ديسمبر"]
_SHARES = ["شارك", "فيسبوك", "تويتر", "واتساب", "تلغرام", "نسخ الرابط", "طباعة", "البريد الإلكتروني", "حفظ المقال"]
_SECTIONS = ["الرئيسية", "أخبار", "سياسة", "اقتصاد", "رياضة", "ثقافة وفنون", "منوعات", "فيديو", "بث مباشر", "آراء"]
_LEGAL = ["من نحن", "اتصل بنا", "سياسة الخصوصية", "شروط الاستخدام", "أعلن معنا", "خريطة الموقع", "وظائف شاغرة"]
_BOXES = [
    "اشترك في نشرتنا البريدية ليصلك جديدنا",
    "حمّل تطبيقنا من متجر جوجل",
    "تابعونا على فيسبوك وتويتر",
    "انضم إلى قناتنا على تلغرام",
    "أدخل بريدك الإلكتروني",
]
_ADS = ["إعلان", "Advertisement", "مساحة إعلانية", "- إعلان -"]
_COMMENTS = [
    "مقال رائع، شكرا للكاتب على هذا الجهد",
    "لا أتفق معك في هذا الرأي أبدا",
    "حسبنا الله ونعم الوكيل",
    "نتمنى المزيد من هذه المواضيع المفيدة",
]


def _some(page: Page, pool: list[str], least: int, most: int) -> list[str]:
    return page.rng.sample(pool, page.rng.randint(least, most))


def _day(page: Page) -> str:
    return f"{page.rng.randint(1, 28)} {page.rng.choice(_MONTHS)} {page.rng.randint(2014, 2025)}"


def broadcaster(page: Page, articles: list[Article]) -> None:
    """One story with all that a channel's site puts around it; links to other stories inside, below and beside."""
    story, *others = articles
    page.noise(" > ".join(["الرئيسية", *_some(page, _SECTIONS[1:], 1, 2)]))
    number = page.begin()
    page.write(story.title, number, "h1", blank=True)
    page.noise(
        f"{_day(page)} - {page.rng.randint(10, 23)}:{page.rng.randint(10, 59)} بتوقيت {page.rng.choice(_CITIES)}"
    )
    page.noise(f"{page.rng.choice(_CITIES)} - {page.rng.choice(['خاص', 'وكالات', page.rng.choice(_NAMES)])}")
    page.noise(*_some(page, _SHARES, 2, 5))
    page.noise(page.rng.choice(["صورة أرشيفية (رويترز)", "أرشيف", "صورة تعبيرية", "(أ ف ب)"]), blank=True)
    for at, text in enumerate(story.paragraphs):
        page.write(text, number, blank=True)
        if at == 1 and others:
            page.noise(f"{page.rng.choice(['اقرأ أيضا', 'شاهد أيضاً', 'اقرأ المزيد'])}: {others[0].title}", blank=True)
        if at == 2:
            page.noise(page.rng.choice(_ADS), blank=True)
    page.noise(page.rng.choice(["أخبار ذات صلة", "مواضيع ذات صلة", "اقرأ أيضاً"]))
    for other in others[:3]:
        page.noise(other.title, tag="li")
    if others[3:]:
        page.noise("الأكثر شعبية")
        for place, other in enumerate(others[3:], 1):
            page.noise(str(place))
            page.noise(other.title, tag="li")
    page.noise(*_some(page, _BOXES, 1, 2), *_some(page, _LEGAL, 2, 5))
    page.noise(f"جميع الحقوق محفوظة © {page.rng.choice(_OUTLETS)} {page.rng.randint(2015, 2025)}", tag="footer")


def wire(page: Page, articles: list[Article]) -> None:
    """An agency's feed: title, city and dates with the agency, text, the word for the end with the hour."""
    blank = page.rng.random() < 0.5
    for title, paragraphs in articles:
        number = page.begin()
        page.write(title, number, "h2", blank=blank)
        place = f"{page.rng.choice(_CITIES)} {_day(page)} ({page.rng.choice(['واس', 'وام', 'سبأ', 'بنا'])})"
        page.write(f"{place} -- {paragraphs[0]}", number, blank=blank)
        page.paragraphs(number, paragraphs[1:], blank=blank)
        hour = f"{page.rng.randint(10, 23)}:{page.rng.randint(10, 59)}"
        page.noise(page.rng.choice([f"// انتهى // {hour}", "(انتهى)", f"انتهى/ {hour}", "س.ر/ ع.ح"]), blank=blank)


def section(page: Page, articles: list[Article]) -> None:
    """A section's front: headline, sentence, a stamp and a link for each story, none of them whole."""
    page.noise(*_some(page, _SECTIONS, 3, 6))
    for article in articles:
        number = page.begin("teaser")
        page.write(article.title, number, "h2")
        page.write(short_lead(article), number)
        page.noise(
            f"منذ {page.rng.randint(2, 10)} ساعات", page.rng.choice(["اقرأ المزيد", "المزيد", "التفاصيل"]), blank=True
        )
    page.noise(*_some(page, _LEGAL, 2, 5))


def column(page: Page, articles: list[Article]) -> None:
    """A column: author under the title, a note on him and readers' comments below the text."""
    article = articles[0]
    name = page.rng.choice(_NAMES)
    page.noise("مقالات", tag="div")
    number = page.begin()
    page.write(article.title, number, "h1", blank=True)
    page.noise(name, _day(page), blank=True)
    page.paragraphs(number, article.paragraphs, blank=True)
    page.noise(f"* كاتب وباحث من {page.rng.choice(_CITIES)}", blank=True)
    page.noise("الآراء الواردة في هذا المقال لا تعبر بالضرورة عن رأي الموقع", blank=True)
    page.noise(f"التعليقات ({page.rng.randint(2, 9)})")
    for comment in _some(page, _COMMENTS, 1, 3):
        page.noise(page.rng.choice(_NAMES), f"منذ {page.rng.randint(2, 9)} أيام", comment, "رد", blank=True)
    page.noise("أضف تعليقك", "لن يتم نشر عنوان بريدك الإلكتروني. الحقول الإلزامية مشار إليها بـ *")


def copied(page: Page, articles: list[Article]) -> None:
    """All of a page copied from a browser: menu, story, tags, boxes, cards of other stories, footer."""
    story, *others = articles
    page.noise("تخطي إلى المحتوى", *_some(page, _SECTIONS, 5, 9), "بحث", "تسجيل الدخول")
    page.gap()
    number = page.begin()
    page.write(story.title, number, "h1")
    page.noise(f"تاريخ النشر: {_day(page)}", f"{page.rng.randint(2, 9)} دقائق قراءة", "حجم الخط", blank=True)
    for at, text in enumerate(story.paragraphs):
        page.write(text, number)
        if at % 3 == 2:
            page.noise(page.rng.choice(_ADS))
    page.gap()
    page.noise("#أخبار #اليوم", f"المصدر: {page.rng.choice([*_OUTLETS, 'رويترز', 'الأناضول + وكالات'])}", blank=True)
    page.noise(*_some(page, _BOXES, 1, 3), blank=True)
    page.noise(page.rng.choice(["قد يعجبك أيضا", "اخترنا لكم", "مقالات ذات صلة"]))
    for other in others:
        page.noise(other.title, tag="li")
        page.noise(_day(page))
    page.noise(
        *_some(page, _LEGAL, 3, 7), f"© {page.rng.choice(_OUTLETS)} {page.rng.randint(2015, 2025)}", tag="footer"
    )


def morning(page: Page, articles: list[Article]) -> None:
    """A morning letter: a numbered headline over each short story."""
    page.noise(f"نشرة الصباح من {page.rng.choice(_OUTLETS)}", _day(page), blank=True)
    for place, (title, paragraphs) in enumerate(articles, 1):
        number = page.begin()
        page.write(title, number, "h2", prefix=f"{place}- ")
        page.paragraphs(number, paragraphs[:3])
        page.gap()
    page.noise("للاشتراك في النشرة اضغط هنا")


def feed(page: Page, articles: list[Article]) -> None:
    """A feed written out: title, its date as mail writes it, text, the address."""
    for place, (title, paragraphs) in enumerate(articles):
        number = page.begin()
        page.write(title, number, "h2")
        page.noise(f"Sun, {page.rng.randint(10, 28)} Mar 2024 10:{page.rng.randint(10, 59)}:00 GMT")
        page.paragraphs(number, paragraphs)
        page.noise(f"https://example.org/news/{place}{page.rng.randint(100, 999)}", blank=True)


def titled_twice(page: Page, articles: list[Article]) -> None:
    """What a library of extraction gives: the title element with the outlet's name, then the heading, then the text."""
    outlet = page.rng.choice(_OUTLETS)
    for title, paragraphs in articles:
        page.noise(f"{title} {page.rng.choice(['|', '-', '–'])} {outlet}")
        number = page.begin()
        page.write(title, number, "h1")
        page.paragraphs(number, paragraphs)
        page.gap()


def channel(page: Page, articles: list[Article]) -> None:
    """Posts of a messenger's channel: a sign before the headline, an invitation and a rule after the text."""
    for title, paragraphs in articles:
        number = page.begin()
        page.write(title, number, "h2", prefix=page.rng.choice(["🔴 عاجل | ", "📌 ", "▪️ "]), blank=True)
        page.paragraphs(number, paragraphs[:4], blank=True)
        page.noise(page.rng.choice(["للاشتراك في القناة: https://t.me/example", "تابعونا على تلغرام", "@example"]))
        page.noise("ـــــــــــــــــــــ", blank=True)


def printed(page: Page, articles: list[Article]) -> None:
    """A print file's text: lines of one width, the number of the page between two stories."""
    width = page.rng.randint(60, 90)
    for place, (title, paragraphs) in enumerate(articles[:4], 1):
        number = page.begin()
        for row in textwrap.wrap(title, width, break_on_hyphens=False):
            page.write(row, number, "h2")
        page.gap()
        for text in paragraphs:
            for row in textwrap.wrap(text, width, break_on_hyphens=False):
                page.write(row, number)
            page.gap()
        page.noise(f"- {place} -", blank=True)


def summarised(page: Page, articles: list[Article]) -> None:
    """A collector's export: its own points with a date before them, then the outlet's title and text."""
    for article in articles[:2]:
        points = " - ".join(sentences(article, 3))
        page.write(points, page.begin("summary"), prefix=f"date 2024-0{page.rng.randint(1, 9)}-11 - ", blank=True)
        number = page.begin()
        page.write(article.title, number, "h1", blank=True)
        page.paragraphs(number, article.paragraphs, blank=True)


FRESH: list[Callable[[Page, list[Article]], None]] = [
    broadcaster,
    wire,
    section,
    column,
    copied,
    morning,
    feed,
    titled_twice,
    channel,
    printed,
    summarised,
]
