"""What a page says of its articles: title, publisher, source, authors, dateline, date.

Each field has candidates, found by small functions in the lines whose role or words may hold it; where several speak
for the same answer, what they are worth adds up.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from workers.lexicon.names import is_agency, is_outlet, is_person, is_place
from workers.pages.labels import Sort
from workers.pages.outlets import is_same_outlet
from workers.pages.site_signs import NO_SIGNS
from workers.text.dates import Dated, Moment, find_date
from workers.text.fold import fold_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from workers.pages.blocks import Block
    from workers.pages.evidence import Looks
    from workers.pages.lines import Line
    from workers.pages.roles import State
    from workers.pages.site_signs import Signs
    from workers.pages.sites import Says, Where

__all__ = [
    "Own",
    "authors_of",
    "date_of",
    "dateline_of",
    "dates_below",
    "ends_in_bracket",
    "headlines_of",
    "only_date",
    "title_stretch",
]

# Titles -------------------------------------------------------------------------------------------------------------

# A rewriter's sentence around a headline, and what rewriters and aggregators hang on one.
_TITLE_IN_SENTENCE = re.compile(
    r"^.{0,12}?(?:تتابع|تتابعون|تشاهد|تقر[أا])\s+(?:خبر|تفاصيل|الخبر)\s*[:：]?\s*(?P<title>.{15,200}?)\s*"
    r"(?:من قسم|والان|والآن|في قسم|على موقع|علي موقع|ونترككم|مع تفاصيل).*$"
)
_TITLE_TAIL = re.compile(
    r"\s*(?:\.{2,}|…|[-–|])\s*(?:تعرف على التفاصيل|تفاصيل|التفاصيل|شاهد|اقرأ التفاصيل|بالتفاصيل|بالفيديو|اليوم)\b.*$"
)
_TITLE_CREDIT = re.compile(r"\s*[(\[](?P<name>[^()\[\]]{2,40})[)\]]\s*$")
_TITLE_TWO = re.compile(r"\s*[|»]\s*|\s+[-–—]\s+")
# What stands before a headline and is none: a day, a clock, a word in a box of its own.
_TITLE_LABEL = re.compile(
    r"(?:\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d|(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2})\s*[-–|:]*\s*(?=[^\W\d])"
    r"|(?:(?:[01]?\d|2[0-3]):[0-5]\d)\s*[-–|]?\s*(?=[^\W\d])"
    r"|(?:عاجل\s*[|:/–-]+|(?:حصري|خاص|فيديو|بالفيديو|صور|بالصور|انفوجرافيك|إنفوغراف)\s*[|/]+)\s*"
)
_LEAST_TITLE, _LONGEST_TITLE = 8, 160
_TAIL_MOST_WORDS = 5


class Own(NamedTuple):
    """What tells a page's own name beside a headline: the publisher, if it is known yet, and what its lines say."""

    publisher: str | None
    said: frozenset[str]

    def is_name(self, name: str, headline: str) -> bool:
        """Whether a name beside a headline is no part of it, since that stands alone too or an outlet is meant."""
        if len(name.split()) > _TAIL_MOST_WORDS:
            return False
        return (
            is_outlet(name)
            or (self.publisher is not None and is_same_outlet(name, self.publisher))
            or " ".join(headline.split()) in self.said
        )


def headlines_of(lines: Sequence[Line]) -> frozenset[str]:
    """Return what the lines say that may be a headline, white space apart."""
    return frozenset(" ".join(line.text.split()) for line in lines if len(line.text) <= _LONGEST_TITLE)


def title_stretch(text: str, own: Own, *, in_review: bool) -> tuple[int, int]:
    """Return where in a title's line the title itself stands, without an outlet's name, a label, a rewriter's words.

    ``in_review`` says that several titles of the page end in brackets: then these name the papers that are reviewed.
    """
    if found := _TITLE_IN_SENTENCE.match(text):
        return found.span("title")
    begin, end = 0, len(text)
    if (found := _TITLE_LABEL.match(text)) and end - found.end() >= _LEAST_TITLE:
        begin = found.end()
    if found := _TITLE_TAIL.search(text):
        end = found.start()
    begin, end = _without_outlet(text, own, begin, end)
    if found := _TITLE_CREDIT.search(text[:end]):
        name = found["name"]
        if in_review or is_agency(name) or is_outlet(name):
            end = found.start()
    while end and text[end - 1] in " -–|":
        end -= 1
    return (begin, end) if end - begin >= _LEAST_TITLE else (0, len(text))


def _without_outlet(text: str, own: Own, begin: int, end: int) -> tuple[int, int]:
    """The stretch without the outlet's name before its first sign, or behind its last."""
    signs = list(_TITLE_TWO.finditer(text, begin, end))
    if not signs:
        return begin, end
    first, last = signs[0], signs[-1]
    name, barred = text[last.end() : end], "|" in last[0] or "»" in last[0]
    if own.is_name(name, text[begin : last.start()]) or (barred and is_outlet(name, beside_place=True)):
        return begin, last.start()
    name, barred = text[begin : first.start()], "|" in first[0]
    if barred and own.is_name(name, text[first.end() : end]):
        return first.end(), end
    return begin, end


def ends_in_bracket(text: str) -> bool:
    """Whether a title ends in a short name in brackets."""
    found = _TITLE_CREDIT.search(text)
    return found is not None and len(found["name"].split()) <= 3


# Authors ------------------------------------------------------------------------------------------------------------

_AUTHOR = re.compile(
    r"^(?:كتبت?|كتبه|كتب:|بقلم|إعداد|اعداد|تحرير|ترجمة|تقرير|حوار|by|written by)\s*[:：/-]?\s*"
    r"(?P<name>[^:،.\d]{3,40})\.?$",
    re.IGNORECASE,
)

_BETWEEN_PEOPLE = re.compile(r"\s[-–—|]\s|[،/]|\sو(?=\S+\s\S)")
_BYLINES = frozenset({"byline", "credit", "kicker", "source"})
_NAME_MOST_WORDS = 5


def authors_of(
    block: Block, lines: Sequence[Line], states: Sequence[State], signs: Signs = NO_SIGNS
) -> tuple[str, ...]:
    """Return the people and desks that a byline names, or a dateline, or a label of the site, in their order.

    A name without a label whose surname stands in the title or the lead is rather whom the article is about.
    """
    about = " ".join(lines[number].text for number in ([] if block.title is None else [block.title]) + block.text[:1])
    found: list[str] = []
    for number in (*block.above[-4:], *block.inside, *block.below[:4]):
        if named := [*signs.values(number, "author")]:
            found += (part for each in named for part in _people(each))
        elif lines[number].sort is Sort.BYLINE or states[number].role in _BYLINES:
            found += _byline(lines[number].text, about)
    for number in (*block.above[-2:], *block.inside, *block.text[:1]):
        dateline = lines[number].dateline
        found += dateline.people if dateline else ()
    return tuple(dict.fromkeys(found))


def _byline(text: str, about: str) -> Iterator[str]:
    named = _AUTHOR.match(text.strip("() "))
    for part in _people(named["name"] if named else text):
        if named or (is_person(part) and part.split()[-1] not in about):
            yield part


def _people(names: str) -> Iterator[str]:
    """The names of a byline, parted at its signs, without places."""
    for part in (each.strip(" -–—/|،()") for each in _BETWEEN_PEOPLE.split(names)):
        if part and not is_place(part) and not is_agency(part) and len(part.split()) <= _NAME_MOST_WORDS:
            yield part


# Dates --------------------------------------------------------------------------------------------------------------

_PUBLISHED = re.compile(r"(?:تاريخ النشر|نشرت?|النشر|تاريخ الخبر|اضيف|publi|posted|كتب في|تاريخ)", re.IGNORECASE)
_UPDATED = re.compile(r"(?:تحديث|updated|الان|طبع)", re.IGNORECASE)
_HIJRI_YEAR = re.compile(r"\b1[34]\d\d\s?ه")
_LEAST_DATE_WORTH = 1.5
# A collector writes its day before the page.
_PREFIX_AMONG = 6
_TODAY = re.compile(r"اليوم(?:\s*[،,]?\s*(?:ال\S+))?[\s،,(]{1,3}(?P<date>\d{1,2}\s.{3,40})")
_WEEKDAYS = ("الاثنين", "الثلاثاء", "الاربعاء", "الخميس", "الجمعه", "السبت", "الاحد")
_WEEKDAY_AND_DAY = re.compile(
    rf"\b({'|'.join(_WEEKDAYS)})[\s،,(]{{1,3}}(?P<day>\d{{1,2}}\s[^\W\d_]+(?:\s(?:ال)?(?:اول|ثاني))?)(?!\s?\d)"
)
# Lines that are no place for a date of their own article.
_UNDATED = frozenset({"text", "begin", "summary", "title", "related", "ticker"})
_WORTH = {"navigation": -1.5, "notice": -1.5, "embed": -1.5, "comment": -1.5, "caption": -2.0}
# What a profile says of a label, beside what the place of its date is worth.
_SAID_WORTH: dict[Says, float] = {"published": 4.0, "updated": -2.0, "visit": -4.0}
# A date that no other contradicts, wherever it stands on the page.
_ONLY_DATE = 1.6
_LONGEST_PLACE = 40


def date_of(
    block: Block,
    lines: Sequence[Line],
    looks: Sequence[Looks],
    states: Sequence[State],
    signs: Signs = NO_SIGNS,
    *,
    alone: bool,
    dated_below: bool,
    first: bool,
    only: Moment | None,
) -> Dated | None:
    """Return when an article was published, by what the page says, best first.

    A label (published) beats a bare date, one beside the article beats one further off, and what the page says beats
    the day of a collector's prefix. What the profile of the site says of a label counts more than the label's words.
    ``alone`` says that the page has no other story, so that any date on it is its;
    ``dated_below`` that the page writes dates below its articles; ``only`` is the page's only date, if it has but one.
    """
    above = [] if dated_below else block.above if first else block.above[-5:]
    beside = range(len(lines)) if alone else sorted({*block.inside, *above, *block.below[:6]})
    found = [*_dates_beside(block, lines, looks, states, signs, beside), *_dates_in_text(block, lines)]
    prefix = next((line.prefix_date for line in lines[:_PREFIX_AMONG] if line.prefix_date), None)
    if not found and only:
        found.append((_ONLY_DATE, Dated(only, "page")))
    if prefix:
        found.append((2.0, Dated(prefix, "prefix")))
    if not found:
        return None
    worth, best = max(found, key=lambda each: each[0])
    if worth >= _LEAST_DATE_WORTH:
        return best
    day = _day_in_lead(block, lines, best.moment)
    return Dated(day, "page") if day else None


def _dates_beside(
    block: Block,
    lines: Sequence[Line],
    looks: Sequence[Looks],
    states: Sequence[State],
    signs: Signs,
    numbers: Iterable[int],
) -> Iterator[tuple[float, Dated]]:
    """The dates that furniture states, each with what it is worth for an article."""
    for number in numbers:
        line = lines[number]
        if known := [*signs.labelled(number, _where(block, number))]:
            for each in known:
                if each.moment is not None and each.says in _SAID_WORTH:
                    worth = _worth(block, line, number, each.moment, states[number], said=each.says)
                    yield worth, Dated(each.moment, "page")
            continue
        if states[number].role in _UNDATED or (line.date is None and not looks[number].date):
            continue
        moment = line.date or find_date(line.text[:200])
        if moment is None:
            continue
        if line.text[:5].lower() == "date ":
            yield 2.0, Dated(moment, "prefix")
        else:
            yield _worth(block, line, number, moment, states[number]), Dated(moment, "page")


def _day_in_lead(block: Block, lines: Sequence[Line], known: Moment) -> Moment | None:
    """The day that a lead names without its year: that of which it is the weekday, in the year before a known day."""
    lead = lines[block.text[0]].text[:300] if block.text else ""
    if day := _WEEKDAY_AND_DAY.search(fold_text(lead)):
        year = int(known.iso[:4])
        for each in (year, year - 1):
            moment = find_date(f"{day['day']} {each}")
            if moment and moment.iso <= known.iso and _weekday(moment) == day[1]:
                return moment
    return None


def _weekday(moment: Moment) -> str:
    return _WEEKDAYS[date.fromisoformat(moment.iso[:10]).weekday()]


def only_date(lines: Sequence[Line], states: Sequence[State], signs: Signs = NO_SIGNS) -> Moment | None:
    """Return the date of the page's lines that are nothing but one, if they all say the same day.

    Lines do not count of which the site's profile says what their dates are.
    """
    stated = [
        line.date
        for number, (line, state) in enumerate(zip(lines, states, strict=True))
        if state.role == "date" and line.date and number not in signs.stated
    ]
    return stated[0] if stated and len({moment.iso[:10] for moment in stated}) == 1 else None


def dates_below(blocks: Sequence[Block], lines: Sequence[Line]) -> bool:
    """Whether each of several articles has its date right below it, and the first none above."""
    if len(blocks) < 2 or any(lines[number].date for number in (*blocks[0].above, *blocks[0].inside)):
        return False
    return all(any(lines[number].date for number in block.below[:2]) for block in blocks)


def _where(block: Block, number: int) -> Where:
    """Where a line stands to an article."""
    if number < (block.first if block.title is None else block.title):
        return "above"
    return "below" if block.text and number > block.text[-1] else "head"


def _worth(block: Block, line: Line, number: int, moment: Moment, state: State, *, said: Says | None = None) -> float:
    """How much speaks for the date of a line being the article's; ``said`` is what the site's profile says of it."""
    if said:
        beside = number in block.inside or number in (*block.above[-3:], *block.below[:3])
        return 3.0 + beside + _SAID_WORTH[said]
    folded = fold_text(line.text[:200])
    head = line.text[:_LONGEST_PLACE].split(maxsplit=1)[:1]
    if (
        number < block.first
        and number not in block.inside
        and not any(map(is_place, head))
        and _HIJRI_YEAR.search(folded)
    ):
        # Two calendars in a masthead: the day of the visit.
        return 1.0
    worth = 3.0 + _WORTH.get(state.role, 0.0)
    if number in block.inside:
        worth += 2
    elif number in block.above[-3:]:
        worth += 1
    worth += 2.5 * bool(_PUBLISHED.search(folded)) - 2.5 * bool(_UPDATED.search(folded))
    worth += 0.3 * (moment.precision not in ("day", "month", "year"))
    return worth - (number > (block.text[-1] if block.text else block.first))


def _dates_in_text(block: Block, lines: Sequence[Line]) -> list[tuple[float, Dated]]:
    """The date of a dateline, and the one that the first paragraph calls today's."""
    if not block.text:
        return []
    first = lines[block.text[0]]
    found: list[tuple[float, Dated]] = []
    datelines = (part.value for part in first.before if part.role == "dateline" and part.value)
    found += [(4.0, Dated(moment, "page")) for each in datelines if (moment := find_date(each))]
    head, dash, _ = first.text[:90].partition(" - ")
    if dash and (moment := find_date(head)):
        found.append((4.0, Dated(moment, "page")))
    if (today := _TODAY.search(first.text[:300])) and (moment := find_date(today["date"])):
        found.append((2.2, Dated(moment, "page")))
    return found


def dateline_of(block: Block, lines: Sequence[Line]) -> str | None:
    """Return the dateline that a text opens with, or that stands on a line of its own above it."""
    for number in block.text[:3]:
        for part in lines[number].before:
            if part.role == "dateline":
                return part.value
        dateline = lines[number].dateline
        if dateline and (number == block.text[0] or dateline.agency):
            return dateline.text
    for number in (*block.inside, *block.above[-3:]):
        line = lines[number]
        if line.sort is Sort.CREDIT and line.dateline and line.dateline.place and line.dateline.end == len(line.text):
            return line.dateline.text
    return None
