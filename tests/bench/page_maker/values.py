"""Values for the slots of wordings: names, outlets, places, dates in every form, counters, headlines."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from tests.bench.page_maker.damage import condense, sentences
from tests.bench.page_maker.wording import pool

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from tests.bench.page_maker.articles import Article
    from tests.bench.page_maker.wording import RowForm

_SLOT = re.compile(r"\{(\w+)\}")
_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
MONTHS = {
    "latin": [
        "يناير",
        "فبراير",
        "مارس",
        "أبريل",
        "مايو",
        "يونيو",
        "يوليو",
        "أغسطس",
        "سبتمبر",
        "أكتوبر",
        "نوفمبر",
        "ديسمبر",
    ],
    "levant": [
        "كانون الثاني",
        "شباط",
        "آذار",
        "نيسان",
        "أيار",
        "حزيران",
        "تموز",
        "آب",
        "أيلول",
        "تشرين الأول",
        "تشرين الثاني",
        "كانون الأول",
    ],
    "morocco": [
        "يناير",
        "فبراير",
        "مارس",
        "أبريل",
        "ماي",
        "يونيو",
        "يوليوز",
        "غشت",
        "شتنبر",
        "أكتوبر",
        "نونبر",
        "دجنبر",
    ],
    "algeria": [
        "جانفي",
        "فيفري",
        "مارس",
        "أفريل",
        "ماي",
        "جوان",
        "جويلية",
        "أوت",
        "سبتمبر",
        "أكتوبر",
        "نوفمبر",
        "ديسمبر",
    ],
}
_HIJRI = [
    "محرم",
    "صفر",
    "ربيع الأول",
    "ربيع الثاني",
    "جمادى الأولى",
    "جمادى الآخرة",
    "رجب",
    "شعبان",
    "رمضان",
    "شوال",
    "ذو القعدة",
    "ذو الحجة",
]
WEEKDAYS = ["الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"]
_ENGLISH = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DOUBLES = (" ", "/", "/ ", " (", " - ")
_HEADS = ["صحيفة", "جريدة", "موقع", "بوابة", "وكالة", "شبكة", "قناة", "راديو", "مجلة", "منصة", "تلفزيون"]
_TAILS = ["نيوز", "الإخبارية", "أونلاين", "24", "اليوم", "برس", "الآن", "ميديا", "365", "الإلكترونية", "تي في", "بوست"]
_LATIN_TAILS = ["News", "Online", "24", "Today", "Press", "Now", "Media", "TV", "Post"]
_DOMAINS = [
    "com",
    "net",
    "org",
    "info",
    "tv",
    "ma",
    "dz",
    "tn",
    "ly",
    "ps",
    "iq",
    "sy",
    "lb",
    "jo",
    "ae",
    "sa",
    "ye",
    "sd",
    "eg",
]
_MARKS = '".,،:؛؟!«»()[]“”'
_SIGN = re.compile(r"%([A-Z])(S(?=[ ,]))?")


class Outlet(NamedTuple):
    """An invented outlet: what it calls itself, its name in Latin letters, its address."""

    name: str
    latin: str
    domain: str


@dataclass(slots=True)
class Values:
    """Values for one page, all drawn from one source of chance.

    ``published`` is the day of its story, ``today`` the day on which it was fetched.
    ``article`` is the story in hand. What a page said is noted:
    ``stated`` its date, ``named`` its outlet, ``source`` whom it names as its source.
    """

    rng: random.Random
    split: str
    articles: Sequence[Article]
    published: datetime.date = field(init=False)
    today: datetime.date = field(init=False)
    outlet: Outlet = field(init=False)
    calendar: str = field(init=False)
    arabic_digits: bool = field(init=False)
    form: str = field(init=False)
    article: Article = field(init=False)
    stated: bool = False
    subject: str = ""
    named: bool = False
    source: str | None = None

    def __post_init__(self) -> None:
        """Draw what holds for the whole page."""
        rng = self.rng
        self.article = rng.choice(self.articles)
        self.published = datetime.date(2023, 1, 2) + datetime.timedelta(rng.randrange(1100))
        later = 0 if rng.random() < 0.5 else rng.choice([1, 1, 2, 9, 40, 200])
        self.today = self.published + datetime.timedelta(later)
        self.outlet = self.other_outlet()
        self.calendar = rng.choice(["latin", "latin", "latin", "levant", "morocco", "algeria", "double"])
        self.arabic_digits = rng.random() < 0.15
        self.form = self._form()

    def choose(self, pool: Sequence[str]) -> str:
        """Choose one of some texts."""
        return self.rng.choice(pool)

    def maybe(self, chance: float) -> bool:
        """Return whether something that has this chance happens."""
        return self.rng.random() < chance

    def say(self, name: str) -> str:
        """Return a filled wording of a pool."""
        return self.fill(self.rng.choice(pool(name, self.split))[0].text)

    def rows(self, wording: Sequence[RowForm]) -> list[tuple[str, str]]:
        """Return the rows of a wording, filled: role and text; an empty text is a blank row."""
        times = ((form, self.rng.randint(form.least, form.most)) for form in wording)
        repeated = (row for form, count in times for _ in range(count) for row in (form, *form.below))
        return [(row.role, self.fill(row.text)) for row in repeated]

    def pooled(self, name: str) -> list[tuple[str, str]]:
        """Return the filled rows of a wording of a pool."""
        return self.rows(self.rng.choice(pool(name, self.split)))

    def fill(self, text: str) -> str:
        """Fill the slots of a text. Raises AttributeError for one that does not exist."""
        return _SLOT.sub(lambda found: getattr(self, f"_{found[1]}")(), text)

    def stem(self) -> list[str]:
        """An invented name, Arabic and Latin."""
        return self.rng.choice(pool("stem", self.split))[0].text.split("=")

    def other_outlet(self) -> Outlet:
        """Invent an outlet; one in six is named like a place."""
        rng = self.rng
        stem, latin = self.stem()
        if rng.random() < 0.16:
            stem = self.say("city")
        form = rng.choice(["{0} {1}", "{1} {2}", "{1} {2}", "{0} {1} {2}", "{1}", "{1}{2}"])
        name = form.format(rng.choice(_HEADS), stem, rng.choice(_TAILS))
        tail = rng.choice(_LATIN_TAILS)
        return Outlet(name, f"{latin} {tail}", f"www.{latin.lower()}{tail.lower()}.{rng.choice(_DOMAINS)}")

    def date(self, day: datetime.date, form: str = "") -> str:
        """Write a day in a form, the page's own unless one is given."""
        month = day.month - 1
        if self.calendar == "double":
            pair = (MONTHS["latin"][month], MONTHS["levant"][month])
            joint = _DOUBLES[day.toordinal() % len(_DOUBLES)]
            name = f"{pair[0]}{joint}{pair[1]}{')' if '(' in joint else ''}"
        else:
            name = MONTHS[self.calendar][month]
        ordinal = {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10 if day.day not in {11, 12, 13} else 0, "th")
        signs = {
            "D": f"{day.day:02}" if self.rng.random() < 0.4 else str(day.day),
            "N": f"{day.month:02}",
            "Y": str(day.year),
            "M": name,
            "W": WEEKDAYS[day.weekday()],
            "E": _ENGLISH[month],
            "H": f"{self.rng.randrange(24):02}",
            "I": f"{self.rng.randrange(60):02}",
            "P": self.rng.choice(["ص", "م", "صباحاً", "مساءً", "AM", "PM"]),
            "X": f"{self.rng.randint(1, 29)} {self.rng.choice(_HIJRI)} {day.year - 579}",
        }
        text = _SIGN.sub(lambda found: signs[found[1]] + (ordinal if found[2] else ""), form or self.form)
        return text.translate(_ARABIC_DIGITS) if self.arabic_digits else text

    def _form(self) -> str:
        return self.rng.choice(pool("date_form", self.split))[0].text

    def day(self) -> str:
        """The day of the story, plainly."""
        return self.published.isoformat()

    # Slots ------------------------------------------------------------------------------------------------------------

    def _title(self) -> str:
        return self.article.title

    def _braces(self) -> str:
        return "{title}"

    def _stem(self) -> str:
        return self.stem()[0]

    def _latinstem(self) -> str:
        return self.stem()[1]

    def _paper(self) -> str:
        return self.say("paper")

    def _date(self) -> str:
        self.stated = True
        return self.date(self.published)

    def _today(self) -> str:
        return self.date(self.today, self._form())

    def _otherday(self) -> str:
        return self.date(self.published + datetime.timedelta(self.rng.randint(-300, 300)), self._form())

    def _isoday(self) -> str:
        return (self.published + datetime.timedelta(self.rng.randint(-3, 20))).isoformat()

    def _clock(self) -> str:
        return f"{self.rng.randrange(24):02}:{self.rng.randrange(60):02}"

    def _weekday(self) -> str:
        return self.choose(WEEKDAYS)

    def _month(self) -> str:
        return self.choose(MONTHS["latin"])

    def _year(self) -> str:
        return str(self.published.year)

    def _hijri(self) -> str:
        return f"{self.rng.randint(1, 29)} {self.choose(_HIJRI)} {self.published.year - 579}"

    def _n(self) -> str:
        return str(self.rng.randint(2, 12))

    def _nn(self) -> str:
        return str(self.rng.randint(13, 999))

    def _big(self) -> str:
        return str(self.rng.randint(1000, 99999999))

    def _outlet(self) -> str:
        self.named = True
        return self.outlet.name

    def _latin(self) -> str:
        return self.outlet.latin

    def _domain(self) -> str:
        return self.outlet.domain

    def _othername(self) -> str:
        return self.other_outlet().name

    def _source(self) -> str:
        if self.source is None:
            self.source = self.say("agency") if self.maybe(0.6) else self.other_outlet().name
        return self.source

    def _agency(self) -> str:
        return self.say("agency")

    def _city(self) -> str:
        return self.say("city")

    def _country(self) -> str:
        return self.say("country")

    def _section(self) -> str:
        return self.say("section")

    def _name(self) -> str:
        return f"{self.say('first')} {self.say('last')}"

    def _first(self) -> str:
        return self.say("first")

    def _latinname(self) -> str:
        return self.say("latinname")

    def _initials(self) -> str:
        letters = [
            "أ",
            "ب",
            "ت",
            "ج",
            "ح",
            "خ",
            "د",
            "ر",
            "ز",
            "س",
            "ش",
            "ص",
            "ط",
            "ع",
            "ف",
            "ق",
            "ك",
            "ل",
            "م",
            "ن",
            "هـ",
            "و",
            "ي",
        ]
        joint = self.choose([".", " ", ". "])
        return joint.join(self.rng.sample(letters, self.rng.choice([2, 2, 3])))

    def _handle(self) -> str:
        return f"@{self.outlet.latin.replace(' ', '')}{self.rng.choice(['', '_ar', self._n()])}"

    def _short(self) -> str:
        return "".join(self.rng.choice("abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(10))

    def _headline(self) -> str:
        return self.rng.choice(self.articles).title

    def _headlines(self) -> str:
        joint = self.say("ticker_joint")
        return joint.join(self._headline() for _ in range(self.rng.randint(4, 14)))

    def _sentence(self) -> str:
        text = self.rng.choice(self.articles).paragraphs[0]
        return text if len(text) < 300 else text[: text.find(" ", 200)] + " ..."

    def _tag(self) -> str:
        title = self.article.title if self.maybe(0.75) else self._headline()
        words = [word.strip(_MARKS) for word in title.split()]
        long = [word for word in words if len(word) > 3]
        return self.rng.choice(long) if long else "أخبار"

    def _subject(self) -> str:
        """Some words of the story, as a caption has them: mostly a name, at times a clause."""
        words = [
            word.strip(_MARKS) for word in self.rng.choice([self.article.title, self.article.paragraphs[0]]).split()
        ]
        at = self.rng.randrange(max(len(words) - 2, 1))
        self.subject = " ".join(words[at : at + self.rng.choice([2, 2, 3, 4, 6])])
        return self.subject

    def _clause(self) -> str:
        """A sentence of the story, shortened, as a caption or a kicker has it."""
        found = sentences(self.article.paragraphs) or [self.article.title]
        self.subject = condense(self.rng.choice(found), self.rng, self.rng.choice([7, 10, 14]))
        return self.subject

    def _same(self) -> str:
        """The subject or the clause that was written last, again."""
        return self.subject or self._subject()

    def _hashtag(self) -> str:
        return f"#{self._tag()}" if self.maybe(0.6) else f"#{self._tag()}_{self._tag()}"

    def _image(self) -> str:
        name = self.rng.choice(["IMG", "photo", "image", "DSC", "pic", "news", "thumb"])
        ending = self.rng.choice(["jpg", "jpeg", "png", "webp"])
        return f"{name}{self.rng.choice('-_')}{self.rng.randint(100, 99999)}.{ending}"

    def _link(self) -> str:
        path = self.rng.choice(
            [f"?p={self._nn()}", f"news/{self._big()}", f"{self.published:%Y/%m/%d}/{self._tag()}-{self._tag()}"]
        )
        return f"https://{self.outlet.domain}/{path}"

    def _phone(self) -> str:
        return f"+{self.rng.randint(20, 999)}{self.rng.randint(1000000, 99999999)}"
