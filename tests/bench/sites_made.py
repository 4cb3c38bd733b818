"""Makes archives of invented outlets: what one site prints on every page stays the same, the stories change.

An outlet has a name (of no list, and often made unlike one), a masthead, labels for dates and sources in wordings of
its own, a place for its titles, lists, notices. All of it is drawn once for the outlet; stories, days and sources are
drawn for each page. Wordings are ours; half of the labels are words that no list of the reader has.
"""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from tests.bench.page_maker.page import Page, Part
from tests.bench.page_maker.values import MONTHS, WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.bench.page_maker.articles import Article

_FIRST = (
    "ضفاف",
    "مرايا",
    "الرصيف",
    "نوافذ",
    "بيادر",
    "السنديان",
    "أوراق المدينة",
    "الجسر الغربي",
    "قناديل",
    "المنارة الخضراء",
)
_FIRST += (
    "شرفات",
    "دروب الجنوب",
    "الحصاد",
    "صدى التلال",
    "ينابيع",
    "المرفأ القديم",
    "أفق الساحل",
    "سنابل",
    "الميدان",
    "واحة",
)
_KINDS = ("{}", "{}", "صحيفة {}", "موقع {}", "{} نيوز", "شبكة {}")
_SECTIONS = (
    "محليات",
    "شؤون عربية",
    "اقتصاد",
    "رياضة",
    "ثقافة",
    "تقارير",
    "العالم",
    "علوم",
    "منوعات",
    "تحقيقات",
    "رأي",
    "أعمال",
)
_PUBLISHED = (
    "تاريخ النشر: {}",
    "نشر في {}",
    "نُشر: {}",
    "حرر بتاريخ {}",
    "أدرج يوم {}",
    "رفع الخبر: {}",
    "على الشبكة: {}",
)
_PUBLISHED += ("بث في {}", "دخل الموقع {}", "صدر | {}", "وقت الإدراج: {}", "{}", "{}")
_OTHER_DATES = ("آخر تحديث: {}", "عدلت في {}", "مراجعة {}", "تنقيح: {}", "زيارتكم: {}", "تاريخ اليوم {}", "طبعة {}")
_SOURCES = (
    "المصدر: {}",
    "مصدر الخبر | {}",
    "عن: {}",
    "الناقل: {}",
    "أوردته: {}",
    "خدمة {}",
    "من غرفة {}",
    "بالتعاون مع: {}",
)
_SOURCES += ("جهة الخبر: {}", "ورد عن {}", "صاحب الخبر\n{}", "المصدر\n{}", "نقلته لكم: {}")
_CREDITED = (
    "رويترز",
    "الأناضول",
    "أ ف ب",
    "وكالات",
    "د ب أ",
    "سبوتنيك",
    "أسوشيتد برس",
    "صحيفة الحصن",
    "الوادي نيوز",
    "مجلة البرج",
)
_BYLINES = ("بقلم: {}", "كتب: {}", "القلم: {}", "أعده: {}", "")
_PEOPLE = ("سمير الحداد", "ليلى منصور", "عادل القاضي", "هدى شاهين", "مروان خليل", "سلمى عيسى")
_MENUS = ("الرئيسية", "من نحن", "البث المباشر", "الأرشيف", "خريطة الموقع", "English", "اتصل بنا", "دخول القراء")
_LINES = (
    "شارك المادة",
    "تكبير النص تصغير النص",
    "استمع إلى المادة",
    "مدة القراءة {} دقائق",
    "قرئ {} مرة",
    "نسخ الرابط المختصر",
)
_LINES += ("أرسل لصديق", "الطقس في المدينة {} درجة", "سعر الصرف {}", "صورة من أرشيفنا", "ألبوم الصور ({})", "العدد {}")
_OWN = (
    "تأسست هذه الجريدة على أيدي مجموعة من أبناء المدينة، وهي تعيش من اشتراكات قرائها ولا تقبل مال الأحزاب.",
    "يرحب القسم برسائل القراء التي لا تزيد على مئتي كلمة، ويعتذر عن نشر ما سبق أن ظهر في مكان آخر.",
    "كان هذا البيت الأبيض قرب الميناء مقرا للمطبعة الأولى، وما زالت آلاتها معروضة للزوار أيام الجمعة.",
    "فازت أسرتنا بجائزة الصحافة المحلية مرتين، وتدرب كل صيف عشرة من طلاب الإعلام في مكاتبها الثلاثة.",
    "تصلكم نشرتنا كل صباح قبل السابعة، وفيها ما يحتاجه القارئ من أخبار الحي والمدرسة والسوق والملعب.",
)
_FIXED = (
    "دليل المدارس الجديدة في أحياء المدينة القديمة",
    "خمسون صورة من أعراس القرية في القرن الماضي",
    "كيف تحفظ زيت الزيتون في البيت شتاء كاملا",
    "حكاية الساعة التي توقفت فوق مبنى البلدية",
    "أطول نخلة في الواحة تبلغ عامها المئة",
    "مواعيد القطارات بين المدينتين بعد فتح الخط",
)
_RIGHTS = ("© {year} {name}", "جميع الحقوق محفوظة {year}", "كل الحقوق محفوظة لـ{name}", "تصميم وبرمجة فريقنا التقني")
# Where nothing else names the outlet, one of these does on some of its pages.
_SIGNATURES = ("خاص - {}", "{}", "فريق {}", "حساب {} على فيسبوك", "اشترك في قناة {} على يوتيوب")
_SIGNED = 0.65
_TITLE_PLACES = ("first", "masthead", "kicker", "overline", "promoted", "dated")
_FIRST_DAY = datetime.date(2023, 1, 2)
_LAST_DAY = 1000


@dataclass(frozen=True)
class Outlet:
    """What an outlet prints on every page. ``place`` says what stands right above its titles."""

    host: str
    name: str
    place: str
    masthead: tuple[str, ...]
    visit: bool
    sections: tuple[str, ...]
    published: str
    other: str
    source: str
    byline: str
    date_form: int
    under: tuple[str, ...]
    below: tuple[str, ...]
    fixed: tuple[str, ...]
    own: str
    rights: str
    signature: str
    html: bool
    logo: int


def outlet(number: int, seed: int) -> Outlet:
    """Invent an outlet; the same numbers give the same one."""
    rng = random.Random(f"outlet {seed} {number}")  # noqa: S311 - a benchmark's pages, not a secret
    name = rng.choice(_KINDS).format(_FIRST[number % len(_FIRST)])
    masthead = [*rng.sample(_MENUS, rng.randint(2, 4))]
    if rng.random() < 0.5:
        masthead.insert(rng.choice([0, len(masthead)]), name)
    rights = rng.choice(_RIGHTS)
    named = "name" in rights or (name in masthead and number % len(_TITLE_PLACES))
    return Outlet(
        host=f"outlet{number}.example",
        name=name,
        place=_TITLE_PLACES[number % len(_TITLE_PLACES)],
        masthead=tuple([] if number % len(_TITLE_PLACES) == 0 else masthead),
        visit=rng.random() < 0.4,
        sections=tuple(rng.sample(_SECTIONS, rng.randint(4, 8))),
        published=rng.choice(_PUBLISHED),
        other=rng.choice([*_OTHER_DATES, "", "", ""]),
        source=rng.choice(_SOURCES),
        byline=rng.choice(_BYLINES),
        date_form=rng.randrange(4),
        under=tuple(rng.sample(_LINES, rng.randint(0, 2))),
        below=tuple(rng.sample(_LINES, rng.randint(1, 4))),
        fixed=tuple(rng.sample(_FIXED, rng.randint(2, 4))),
        own=rng.choice(_OWN),
        rights=rights,
        signature="" if named else rng.choice(_SIGNATURES),
        html=number % 4 == 3,
        logo=rng.choice([1, 2, 2]),
    )


def _date(day: datetime.date, form: int) -> str:
    month = MONTHS["latin"][day.month - 1]
    return (
        f"{day.day} {month} {day.year}",
        f"{WEEKDAYS[day.weekday()]} {day.day} {month} {day.year}",
        f"{day.day:02}/{day.month:02}/{day.year}",
        f"{day.year}-{day.month:02}-{day.day:02}",
    )[form]


class _Writer:
    """Writes one page of an outlet."""

    def __init__(self, outlet: Outlet, articles: Sequence[Article], rng: random.Random) -> None:
        self.outlet, self.rng = outlet, rng
        self.story, *self.others = articles
        self.page = Page(publisher=outlet.name)
        self.day = _FIRST_DAY + datetime.timedelta(rng.randrange(_LAST_DAY))
        self.later = self.day + datetime.timedelta(rng.choice([1, 2, 5, 30]))
        self.titled = 0

    def line(self, text: str, role: str) -> None:
        """Write a line of furniture; a slot is a number."""
        for each in text.format(self.rng.randint(10, 999)).split("\n"):
            self.page.write(Part(each, role))

    def write(self) -> Page:
        outlet, page, rng = self.outlet, self.page, self.rng
        for each in outlet.masthead:
            self.line(each, "navigation")
        if outlet.visit and outlet.masthead:
            self.line(_date(_FIRST_DAY + datetime.timedelta(_LAST_DAY + 40), 1), "date")
        self._above()
        piece = page.begin("story", self.story.title)
        self.titled = len(page.rows)
        page.write(Part(self.story.title, "title", piece))
        if outlet.place != "dated":
            self._date()
        if outlet.byline and rng.random() < 0.7:
            self.line(outlet.byline.format(rng.choice(_PEOPLE)), "byline")
        for each in outlet.under:
            self.line(each, "widget")
        for text in self.story.paragraphs:
            page.write(Part(text, "text", piece))
        self._below()
        return page

    def _above(self) -> None:
        place, rng = self.outlet.place, self.rng
        if place == "kicker" or (place != "first" and rng.random() < 0.3):
            self.line(rng.choice(self.outlet.sections), "kicker")
        if place == "overline":
            # A headline's own first line, in small type: a phrase of the story.
            words = self.story.paragraphs[-1].split()
            self.page.write(Part(" ".join(words[: rng.randint(4, 7)]).strip('.،:؛"«»'), "kicker"))
        elif place == "promoted":
            self.page.write(Part(self.others[0].title, "ticker"))
        elif place == "dated":
            self._date()

    def _date(self) -> None:
        self.page.published = self.day.isoformat()
        dates = [(self.outlet.published, self.day)] + ([(self.outlet.other, self.later)] if self.outlet.other else [])
        for words, day in dates if len(self.outlet.name) % 2 else reversed(dates):
            self.line(words.format(_date(day, self.outlet.date_form)), "date")

    def _below(self) -> None:
        outlet, rng = self.outlet, self.rng
        if rng.random() < 0.75:
            self.page.source = rng.choice(_CREDITED)
            self.line(outlet.source.format(self.page.source), "source")
        if outlet.signature and rng.random() < _SIGNED:
            self.line(outlet.signature.format(outlet.name), "notice")
        for each in outlet.below:
            self.line(each, "widget")
        listed = [*outlet.fixed, self.others[1].title]
        rng.shuffle(listed)
        for each in listed:
            self.page.write(Part(each, "related"))
        self.line(outlet.own, "notice")
        self.line(outlet.rights.format(year=self.later.year, name=outlet.name), "notice")


def pages_of(outlet: Outlet, articles: Sequence[Article], count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Make some pages of an outlet, as :meth:`page.Page.record` has them, with their address, each of another story."""
    chance = random.Random(f"pages {seed} {outlet.host}")  # noqa: S311 - same
    stories = chance.sample(articles, count * 3)
    for number in range(count):
        rng = random.Random(f"page {seed} {outlet.host} {number}")  # noqa: S311 - same
        writer = _Writer(outlet, stories[number * 3 : number * 3 + 3], rng)
        record = writer.write().record(f"{outlet.host}-{number}", "made")
        yield record | {"url": f"https://www.{outlet.host}/{number}", "html": _html(writer) if outlet.html else None}


def _html(writer: _Writer) -> str:
    """The page as HTML: at some outlets the name is the first heading, and the title the second."""
    level = writer.outlet.logo
    rows = []
    for number, row in enumerate(writer.page.rows):
        tag = f"h{level}" if number == writer.titled else "li" if row.main.role == "related" else "p"
        rows.append(f"<{tag}>{escape(row.text)}</{tag}>")
    logo = f"<h1>{escape(writer.outlet.name)}</h1>" if level > 1 else ""
    return f"<!DOCTYPE html><html><head><title>أخبار</title></head><body>{logo}{''.join(rows)}</body></html>"
