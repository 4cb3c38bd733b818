"""Pages built from articles in the layouts of real Arabic news sites, with the truth about every stretch.

The layouts are two sets that share no code path but the writing of lines: ``dev`` ones may be looked at while the
splitter is tuned, ``held-out`` ones are for measuring alone. Labels, outlets and names are invented or generic, and the
two sets use different ones. Everything else of a page comes from the articles that the caller gives.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

Kind = Literal["story", "teaser", "summary"]
Tag = Literal["h1", "h2", "p", "li", "div", "footer"]


class Article(NamedTuple):
    """What a page is made of: a title and its paragraphs, each one line."""

    title: str
    paragraphs: tuple[str, ...]


class Stretch(NamedTuple):
    """A line's worth of the body: code points, the article it belongs to (-1: boilerplate), the HTML element it has."""

    start: int
    end: int
    article: int
    tag: Tag


@dataclass(slots=True)
class Page:
    """A body under construction, then the page: stretches in order, the kind of each article by number."""

    rng: random.Random
    newline: str = "\n"
    body: str = ""
    stretches: list[Stretch] = field(default_factory=list)
    kinds: list[Kind] = field(default_factory=list)

    def begin(self, kind: Kind = "story") -> int:
        """Number a new article."""
        self.kinds.append(kind)
        return len(self.kinds) - 1

    def write(self, text: str, article: int = -1, tag: Tag = "p", *, prefix: str = "", blank: bool = False) -> None:
        """Write a line; ``prefix`` stands before it in the body and belongs to nothing; ``blank`` adds a blank line."""
        start = len(self.body) + len(prefix)
        self.stretches.append(Stretch(start, start + len(text), article, tag))
        self.body += prefix + text + self.newline * (2 if blank else 1)

    def noise(self, *texts: str, tag: Tag = "div", prefix: str = "", blank: bool = False) -> None:
        """Write lines of boilerplate."""
        for text in texts:
            self.write(text, -1, tag, prefix=prefix, blank=blank)

    def gap(self) -> None:
        """Write a blank line, unless one stands above."""
        if self.body and not self.body.endswith(self.newline * 2):
            self.body += self.newline

    def paragraphs(self, article: int, texts: Sequence[str], *, blank: bool = False) -> None:
        """Write the paragraphs of an article."""
        for text in texts:
            self.write(text, article, blank=blank)

    def spans(self) -> list[tuple[int, int]]:
        """For each article, from the start of its first stretch to the end of its last.

        Spans do not overlap: a title with another article between it and its text does not count.
        """
        spans: list[tuple[int, int]] = []
        for number in range(len(self.kinds)):
            start, end = 0, 0
            for stretch in reversed(self.stretches):
                if stretch.article == number:
                    start, end = stretch.start, end or stretch.end
                elif end and stretch.article >= 0:
                    break
            spans.append((start, end))
        return spans

    def html(self) -> str:
        """The page as a plausible site would mark it up: headings, paragraphs, lists, furniture in div and footer."""
        elements = [
            f"<{tag}>{escape(self.body[start:end])}</{tag}>" for start, end, _, tag in self.stretches if end > start
        ]
        inside = "\n".join(elements)
        inside = re.sub(r"(?:<li>.*</li>\n?)+", lambda found: f"<ul>{found[0]}</ul>\n", inside)
        head = '<head><meta charset="utf-8"><title>أخبار</title></head>'
        return f'<!DOCTYPE html><html lang="ar" dir="rtl">{head}<body><main>{inside}</main></body></html>'


def escape(text: str) -> str:
    """Escape text for HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


_FULL_STOP = re.compile(r"(?<=[.؟!])\s")


def sentences(article: Article, most: int) -> list[str]:
    """The first sentences of an article, each ending in a full stop."""
    found = [each.strip() for text in article.paragraphs for each in _FULL_STOP.split(text) if len(each.split()) >= 6]
    return [each.rstrip(".؟!") + "." for each in found[:most]]


def short_lead(article: Article) -> str:
    """A teaser's text: the first sentence."""
    return sentences(article, 1)[0]


# Layouts to tune on ---------------------------------------------------------------------------------------------------

_DEV_SOURCES = ["المصدر: وكالات", "المصدر : رويترز", "المصدر: الخليج اليوم", "المصدر: أ ف ب"]
_DEV_NOTICE = "جميع الحقوق محفوظة © صحيفة الأفق 2018"


def headline_blank(page: Page, articles: list[Article]) -> None:
    """Headline, blank line, paragraphs line by line, blank line."""
    for title, paragraphs in articles:
        number = page.begin()
        page.write(title, number, "h2", blank=True)
        page.paragraphs(number, paragraphs)
        page.gap()


def all_blank(page: Page, articles: list[Article]) -> None:
    """Every line, headlines too, followed by a blank one."""
    for title, paragraphs in articles:
        number = page.begin()
        page.write(title, number, "h2", blank=True)
        page.paragraphs(number, paragraphs, blank=True)


def single_newline(page: Page, articles: list[Article]) -> None:
    """No blank line anywhere."""
    for title, paragraphs in articles:
        number = page.begin()
        page.write(title, number, "h2")
        page.paragraphs(number, paragraphs)


def end_marks(page: Page, articles: list[Article]) -> None:
    """No headlines: a source line or a copyright notice ends each article."""
    blank = page.rng.random() < 0.5
    for _, paragraphs in articles:
        page.paragraphs(page.begin(), paragraphs, blank=blank)
        page.noise(page.rng.choice([*_DEV_SOURCES, _DEV_NOTICE]), blank=blank)


def teasers_below(page: Page, articles: list[Article]) -> None:
    """One story, its notice, then teasers: paragraphs without headlines that promote other stories."""
    story, *others = articles
    blank = page.rng.random() < 0.5
    number = page.begin()
    page.write(story.title, number, "h1", blank=blank)
    page.paragraphs(number, story.paragraphs, blank=blank)
    page.noise(
        f"تنبيه: وكالة الأفق تمتلك جميع حقوق نشر الأخبار على موقعها {page.rng.randint(2015, 2025)}.", blank=blank
    )
    for other in others:
        page.write(short_lead(other), page.begin("teaser"), blank=blank)


def related_list(page: Page, articles: list[Article]) -> None:
    """A story with a bulleted list of links to others below it, then another story."""
    stories, others = articles[:2], articles[2:]
    for title, paragraphs in stories:
        number = page.begin()
        page.write(title, number, "h1", blank=True)
        page.paragraphs(number, paragraphs, blank=True)
        page.noise(page.rng.choice(["إقرأ أيضاً:", "مقالات مشابهة", "مواضيع ذات صلة:"]), blank=True)
        for other in others:
            page.noise(other.title, tag="li", prefix="• ")
        page.gap()


def doubled_titles(page: Page, articles: list[Article]) -> None:
    """Each title twice with a date line between."""
    for title, paragraphs in articles:
        number = page.begin()
        page.write(title, number, "h2", blank=True)
        page.noise(f"نشر في {page.rng.randint(1, 28)} مارس {page.rng.randint(2015, 2025)}", title, blank=True)
        page.paragraphs(number, paragraphs, blank=True)


def summary_above(page: Page, articles: list[Article]) -> None:
    """A machine summary (a collector's date prefix and points) above each story, without headlines."""
    for article in articles[:1]:
        date = f"date 20{page.rng.randint(15, 25)}-0{page.rng.randint(1, 9)}-1{page.rng.randint(0, 9)} - "
        page.write(" - ".join(sentences(article, 3)), page.begin("summary"), prefix=date, blank=True)
        page.paragraphs(page.begin(), article.paragraphs, blank=True)


def html_to_text(page: Page, articles: list[Article]) -> None:
    """What an HTML-to-text tool makes of a site: path, title, share buttons, advertisements, tags, footer."""
    page.noise("الرئيسية > أخبار", tag="div")
    for title, paragraphs in articles[:3]:
        number = page.begin()
        page.write(title, number, "h1", blank=True)
        page.noise("شارك على فيسبوك", "تويتر", "واتساب")
        page.gap()
        for at, text in enumerate(paragraphs):
            page.write(text, number, blank=True)
            if at % 3 == 1:
                page.noise("إعلان", blank=True)
        page.noise("كلمات دلالية: أخبار، العالم", blank=True)
    page.noise("تابعونا على فيسبوك وتويتر", _DEV_NOTICE, tag="footer")


# Held-out layouts -----------------------------------------------------------------------------------------------------

_NAMES = ["سمير الحداد", "ليلى منصور", "عادل القاضي", "هدى شاهين"]
_CITIES = ["القاهرة", "بيروت", "عمان", "الرباط", "دبي"]


def byline_below_headline(page: Page, articles: list[Article]) -> None:
    """Headline, byline, date, paragraphs, all on lines of their own; a blank line before the next article."""
    for title, paragraphs in articles:
        number = page.begin()
        page.write(title, number, "h2")
        page.noise(f"كتب: {page.rng.choice(_NAMES)}", f"{page.rng.randint(1, 28)}/0{page.rng.randint(1, 9)}/2019")
        page.paragraphs(number, paragraphs)
        page.gap()


def agency_datelines(page: Page, articles: list[Article]) -> None:
    """No headlines, uniform blank lines: only the agency's dateline says that another article begins."""
    for _, paragraphs in articles:
        number = page.begin()
        dateline = f"{page.rng.choice(_CITIES)} - {page.rng.choice(['رويترز', 'أ ف ب', 'الأناضول', 'د ب أ'])} - "
        page.paragraphs(number, [dateline + paragraphs[0], *paragraphs[1:]], blank=True)


def ruled(page: Page, articles: list[Article]) -> None:
    """CRLF; a rule of signs between articles with headlines."""
    page.newline = "\r\n"
    rule = page.rng.choice(["----------", "* * *", "=========", "ــــــــــ"])
    for title, paragraphs in articles:
        number = page.begin()
        page.write(title, number, "h2")
        page.paragraphs(number, paragraphs)
        page.noise(rule)


def digest(page: Page, articles: list[Article]) -> None:
    """No headlines; paragraphs line by line, one blank line between articles."""
    for _, paragraphs in articles:
        page.paragraphs(page.begin(), paragraphs)
        page.gap()


def tags_end(page: Page, articles: list[Article]) -> None:
    """Headlines, uniform blank lines, tags and the page's statistics below each article."""
    for title, paragraphs in articles:
        number = page.begin()
        page.write(title, number, "h2", blank=True)
        page.paragraphs(number, paragraphs, blank=True)
        page.noise("الوسوم: سياسة | اقتصاد", f"عدد المشاهدات: {page.rng.randint(10, 9000)}", blank=True)


def headed_teasers(page: Page, articles: list[Article]) -> None:
    """A story, its source, then teasers that are a headline and a sentence."""
    story, *others = articles
    number = page.begin()
    page.write(story.title, number, "h1", blank=True)
    page.paragraphs(number, story.paragraphs, blank=True)
    page.noise("المصدر: صحيفة المدى", blank=True)
    for other in others:
        teaser = page.begin("teaser")
        page.write(other.title, teaser, "h2", blank=True)
        page.write(short_lead(other), teaser, blank=True)


def labelled_summary(page: Page, articles: list[Article]) -> None:
    """A labelled machine summary on one line above the first story; other stories below."""
    first, *others = articles[:3]
    number = page.begin("summary")
    page.write(" ".join(sentences(first, 2)), number, prefix="ملخص الخبر: ", blank=True)
    for title, paragraphs in [first, *others]:
        number = page.begin()
        page.write(title, number, "h1", blank=True)
        page.paragraphs(number, paragraphs, blank=True)


def mobile(page: Page, articles: list[Article]) -> None:
    """A phone view: outlet, relative time, captions, a link in mid-story, follow and share lines; single newlines."""
    page.noise("صحيفة المدى:")
    for title, paragraphs in articles[:-1] or articles:
        number = page.begin()
        page.write(title, number, "h1")
        page.noise("مدة القراءة: 3 دقائق", f"الصورة: {page.rng.choice(_NAMES)}")
        for at, text in enumerate(paragraphs):
            page.write(text, number)
            if at == 1:
                page.noise(f"اقرأ أيضا: {articles[-1].title}")
        page.noise("شارك المقال عبر تيليجرام", "#أخبار #عاجل")


def one_line_articles(page: Page, articles: list[Article]) -> None:
    """A feed's dump: title, then the whole text on one line; no blank lines."""
    for title, paragraphs in articles:
        number = page.begin()
        page.write(title, number, "h2")
        page.write(" ".join(paragraphs), number)


def wide_gaps(page: Page, articles: list[Article]) -> None:
    """Uniform gaps of three blank lines, dates above the headlines, a notice at the end."""
    for title, paragraphs in articles:
        number = page.begin()
        page.noise(f"{page.rng.randint(1, 28)} May 2020", blank=True)
        page.write(title, number, "h2", blank=True)
        for text in paragraphs:
            page.write(text, number, blank=True)
            page.body += page.newline * 2
    page.noise("All rights reserved 2020", tag="footer")


def plain_links(page: Page, articles: list[Article]) -> None:
    """Two stories, each followed by a label and links without bullets."""
    stories, others = articles[:2], articles[2:5]
    for title, paragraphs in stories:
        number = page.begin()
        page.write(title, number, "h1")
        page.paragraphs(number, paragraphs)
        page.gap()
        page.noise("أخبار ذات صلة")
        for other in others:
            page.noise(other.title, tag="li")
        page.gap()


def stamped(page: Page, articles: list[Article]) -> None:
    """Titles twice in a row, a stamp with an hour, a byline and share buttons on a line, a numbered list at the end."""
    for title, paragraphs in articles[:4]:
        number = page.begin()
        page.write(title, number, "h1", blank=True)
        page.noise(title, tag="h2", blank=True)
        stamp = f"آخر تحديث: الاثنين {page.rng.randint(1, 28)} مارس 2018 - 10:{page.rng.randint(10, 59)} بتوقيت غرينتش"
        page.noise(stamp, f"بقلم: {page.rng.choice(_NAMES)}", "شارك الخبر: فيسبوك | تويتر | واتساب", blank=True)
        page.paragraphs(number, paragraphs, blank=True)
    page.noise("الأكثر قراءة", blank=True)
    for place, other in enumerate(articles[4:], 1):
        page.noise(other.title, tag="li", prefix=f"{place}. ")


def bulleted_summary(page: Page, articles: list[Article]) -> None:
    """Title, label, the machine summary's points one a line, then the story."""
    article = articles[0]
    title = page.begin()
    page.write(article.title, title, "h1", blank=True)
    page.noise("أبرز النقاط:")
    summary = page.begin("summary")
    for point in sentences(article, 3):
        page.write(point, summary, "li", prefix="• ")
    page.gap()
    page.paragraphs(title, article.paragraphs, blank=True)


def bare(page: Page, articles: list[Article]) -> None:
    """Paragraphs of several articles and nothing else: no headline, no uneven gap, no mark."""
    blank = page.rng.random() < 0.5
    for _, paragraphs in articles:
        page.paragraphs(page.begin(), paragraphs, blank=blank)


#: The layouts by split and name. Those of ``late`` were written after the splitter was done, to see what it cannot do.
LAYOUTS: dict[str, list[Callable[[Page, list[Article]], None]]] = {
    "dev": [
        headline_blank,
        all_blank,
        single_newline,
        end_marks,
        teasers_below,
        related_list,
        doubled_titles,
        summary_above,
        html_to_text,
    ],
    "held-out": [
        byline_below_headline,
        agency_datelines,
        ruled,
        digest,
        tags_end,
        headed_teasers,
        labelled_summary,
        mobile,
        one_line_articles,
        wide_gaps,
    ],
    "late": [plain_links, stamped, bulleted_summary, bare],
}
