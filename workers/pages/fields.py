"""What a page says of its articles: title, publisher, source, authors, dateline, date.

Each field has candidates, found by small functions in the lines whose role or words may hold it; where several speak
for the same answer, what they are worth adds up.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING

from workers.lexicon.names import is_agency, is_outlet, is_person, is_place
from workers.pages.labels import Sort, credited, notice_owner, source_name
from workers.text.dates import Dated, Moment, find_date
from workers.text.fold import fold_text
from workers.text.words import holding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workers.pages.blocks import Block
    from workers.pages.evidence import Looks
    from workers.pages.lines import Line
    from workers.pages.roles import State

__all__ = [
    "authors_of",
    "date_of",
    "dateline_of",
    "dates_below",
    "ends_in_bracket",
    "publisher_of",
    "source_of",
    "title_stretch",
]

_LONGEST_SOURCE = 60
_LONGEST_NAME = 40
_NAME_MOST_WORDS = 4

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
_TITLE_OUTLET = re.compile(r"\s*[|»]\s*(?P<name>[^|»]{2,40})$")


def title_stretch(text: str, *, in_review: bool) -> tuple[int, int]:
    """Return where in a title's line the title itself stands.

    ``in_review`` says that several titles of the page end in brackets: then these name the papers that are reviewed.
    """
    if found := _TITLE_IN_SENTENCE.match(text):
        return found.span("title")
    end = len(text)
    if found := _TITLE_TAIL.search(text):
        end = found.start()
    if (found := _TITLE_OUTLET.search(text, 0, end)) and is_outlet(found["name"], beside_place=True):
        end = found.start()
    if found := _TITLE_CREDIT.search(text[:end]):
        name = found["name"]
        if in_review or is_agency(name) or is_outlet(name):
            end = found.start()
    while end and text[end - 1] in " -–|":
        end -= 1
    return (0, end) if end >= 8 else (0, len(text))


def ends_in_bracket(text: str) -> bool:
    """Whether a title ends in a short name in brackets."""
    found = _TITLE_CREDIT.search(text)
    return bool(found) and len(found["name"].split()) <= 3 if found else False


# Publisher ----------------------------------------------------------------------------------------------------------

_RIGHTS = (
    re.compile(
        r"(?:©|\(c\)|copyright)\s*(?:19|20)\d\d\s*[-–,،]?\s*(?P<name>[^.|©\d]{2,40}?)\s*(?:[.|،-]|$)", re.IGNORECASE
    ),
    re.compile(
        r"(?:©|محفوظ[ةه])\s*(?:©\s*)?(?:لدى\s|لموقع\s|لصحيفة\s|ل(?=\S))?(?P<name>[^.|©\d]{2,40}?)\s*(?:[.|،©\d]|$)"
    ),
    re.compile(r"^(?P<name>[^©\d.|]{2,40}?)[\s-]*(?:19|20)\d\d\s*©"),
    re.compile(r"^(?P<name>[^©\d.|]{2,40}?)\s*©\s*(?:19|20)\d\d"),
)
_SELF = (
    (4, re.compile(r"(?:طُ?بع|نُ?شر) (?:هذا )?(?:من|في) موقع (?P<name>[^\d:،.]{2,30}?)\s*(?:بتاريخ|في|يوم|$)")),
    (3, re.compile(r"(?:ويتابع|يتابع|يقدم) (?:معكم|لكم) موقع (?P<name>\S+(?:\s\S+)?)\s(?:طوال|كل|على)")),
    (
        3,
        re.compile(
            r"(?:تابعوا|تابع|تابعونا)\s(?:آخر الأخبار على |أخبار )?(?:تطبيق |قناة |موقع |صفحة )?"
            r"(?P<name>[^\d:،.]{2,30}?)\s(?:على|عبر)\s"
        ),
    ),
    (3, re.compile(r"(?:تطبيق|حمل تطبيق|حملوا تطبيق)\s(?P<name>[^\d:،.]{2,30}?)(?:\s(?:الآن|على|من|مجانا).*)?$")),
    (
        3,
        re.compile(r"^(?P<name>[^\d:،.]{2,30}?)\s*[-–]\s*(?:متابعة|فريق التحرير|خاص|هيئة التحرير|غرفة الأخبار|تحرير)$"),
    ),
    (3, re.compile(r"^(?:خاص|متابعات?)\s*[-–]\s*(?P<name>[^:،.]{2,30})$")),
    (3, re.compile(r"^(?P<name>[^\d:،.]{2,20}?\d{0,3})\s(?:نشر في|نُشر في)\s?:")),
    (2, re.compile(r"الأكثر (?:قراءة|مشاهدة) في (?P<name>[^\d:،.]{2,20})$")),
    (2, re.compile(r"^(?:تصميم وبرمجة|برمجة وتصميم)\s?[:：]\s?(?P<name>[^\d:،.]{2,25})$")),
    (3, re.compile(r"^(?P<name>[^\d:،.]{4,30}?)\s[-–]\s(?:صوت|موقع|جريدة|صحيفة|أخبار)\s")),
    (
        3,
        re.compile(
            r"^(?P<name>(?:جريدة|صحيفة|بوابة|وكالة|شبكة|موقع) [^\d:،.]{3,28}?)(?:\s(?:رئيس|مدير|المشرف|يومية|تصدر).*)?$"
        ),
    ),
)
# Each of them needs one of these; most lines have none.
_may_name_self = holding(
    *("موقع", "تابع", "تطبيق", "تحرير", "خاص", "غرفة", "نشر", "نُشر", "الأكثر", "برمجة", "صوت", "جريدة", "صحيفة"),
    *("أخبار", "بوابة", "وكالة", "شبكة"),
)
_quotes = holding('"', "«", "“")
# Said to the outlet itself: لـ"الغد"; seen by it: اطلعت عليه "الغد".
_QUOTED_SELF = re.compile(r"لـ?\s?[\"«“](?P<name>[^\"»”]{3,25})[\"»”]")
_SEEN_BY_SELF = re.compile(r"(?:اطّ?لعت?|حصلت?|تلقته?) (?:عليه|عليها|منه)?\s?[\"«“](?P<name>[^\"»”]{3,25})[\"»”]")
# Wires that others print; a country's own agency rather prints its own page.
_WIRES = re.compile(
    r"رويتر|برس|اناضول|عماني|ا ?ف ?ب|^ا ?ب$|د ?ب ?ا|وكالات|بلومبرغ|شينخوا|تاس|reuters"
    r"|afp|^ap$|dpa|bloomberg|xinhua|tass|agencies"
)
_BESIDE_TITLE = re.compile(r"\s*[|\-–—]\s*(?P<name>[^|]{2,40})$")
_LOOKED_AT, _LONGEST_SELF = 600, 200
_MOST_TITLES = 20
_NOT_A_NAME = re.compile(
    r"^(?:ال)?(?:حقوق|جميع|محفوظ|النشر|الطبع|سياسة|الموقع|موقعنا|قناتنا|صفحتنا"
    r"|تطبيقنا|نشرتنا|all\b|rights|for\b|آخر|كل)|الحقوق|حقوق"
)
_LEAST_WORTH = 3


def _name(stated: str) -> str:
    name = " ".join(stated.strip(' :-–—|.،,©«»"“”()[]').split())
    return re.sub(r"^(?:لموقع|لصحيفة|لجريدة|لوكالة|لقناة|موقع)\s+", "", name)


class _Names:
    """Names with how much speaks for each; one is the same in every spelling."""

    def __init__(self) -> None:
        self._worth: dict[str, float] = defaultdict(float)
        self._shown: dict[str, str] = {}

    def speak(self, stated: str | None, points: float) -> None:
        """Let something speak for a name; what can be none is passed over. A known outlet needs less."""
        name = _name(stated) if stated else ""
        if 2 <= len(name) <= _LONGEST_NAME and len(name.split()) <= _NAME_MOST_WORDS and not _NOT_A_NAME.search(name):
            key = fold_text(name)
            self._worth[key] += points + (is_outlet(name, beside_place=True) or is_agency(name))
            self._shown.setdefault(key, name)

    def best(self) -> str | None:
        """Return the name for which most speaks, None when too little does."""
        key = max(self._worth, key=lambda each: self._worth[each], default=None)
        return self._shown[key] if key is not None and self._worth[key] >= _LEAST_WORTH else None


def publisher_of(lines: Sequence[Line], states: Sequence[State], titles: Sequence[str]) -> str | None:
    """Return who prints the page: the name for which most speaks, None when nothing says it clearly."""
    names = _Names()
    titles = list(dict.fromkeys(titles))[:_MOST_TITLES]
    alone: dict[str, int] = defaultdict(int)
    opening = next((n for n, state in enumerate(states) if state.role in ("text", "begin")), 0)
    for number, (line, state) in enumerate(zip(lines, states, strict=True)):
        if (
            line.dateline
            and line.sort is not Sort.SOURCE
            and (line.dateline.end == len(line.text) or any(p.role == "dateline" for p in line.before))
        ):
            names.speak(line.dateline.agency, _dateline_worth(line.dateline.agency, first=number <= opening))
        if state.role in ("text", "begin", "summary", "title"):
            head = line.text[:_LOOKED_AT]
            for points, pattern in ((1, _QUOTED_SELF), (3, _SEEN_BY_SELF)) if _quotes(head) else ():
                for found in pattern.finditer(head):
                    names.speak(found["name"], points)
        elif len(line.text) <= _LONGEST_SELF:
            _from_furniture(line, names, titles, first=number == 0)
            if line.sort is Sort.TEXT and len(line.text.split()) <= 3 and _is_own(line.text):
                alone[_name(line.text)] += 1
    for name, count in alone.items():
        names.speak(name, 1 + count)
    return names.best()


def _is_own(text: str) -> bool:
    """Whether a line that is nothing but a name may name the page's outlet."""
    return (is_outlet(text, beside_place=True) or is_agency(text)) and not _WIRES.search(fold_text(text))


def _dateline_worth(name: str | None, *, first: bool) -> float:
    """How much a dateline speaks for its outlet being the publisher; that of the page's first text does."""
    if not name or not first or _WIRES.search(fold_text(name)):
        return 0.5
    return 3.0


def _from_furniture(line: Line, names: _Names, titles: Sequence[str], *, first: bool) -> None:
    text = line.text
    names.speak(_owner(line), 5)
    if first and text.endswith(":") and len(text.split()) <= _NAME_MOST_WORDS:
        names.speak(text, 4)
    for points, pattern in _SELF if _may_name_self(text) else ():
        if found := pattern.search(text):
            names.speak(found["name"], points)
    if text[:1] == "(" and text[-1:] == ")" and text.count("،") + text.count(",") > 1:
        # Credits in a row: what is no wire among them is the page's own.
        own = [each.strip() for each in re.split("[،,]", text.strip("()"))]
        for each in own:
            names.speak(each if is_outlet(each) and not _WIRES.search(fold_text(each)) else None, 3)
    for title in titles:
        if title and text.startswith(title) and (found := _BESIDE_TITLE.match(text, len(title))):
            names.speak(found["name"], 4)


def _owner(line: Line) -> str | None:
    """Who owns the rights by a copyright line, when it says so in one of the usual ways."""
    if not (line.sort is Sort.NOTICE or "©" in line.text or "محفوظ" in line.text):
        return None
    if owner := notice_owner(line.text):
        return owner
    stated = (found["name"] for pattern in _RIGHTS if (found := pattern.search(line.text)))
    return next((name for name in stated if not _NOT_A_NAME.search(_name(name))), None)


# Source -------------------------------------------------------------------------------------------------------------

_PROVIDED = (
    re.compile(r"(?:المحتوى|المحتوي) مقدم من\s+(?P<name>.{2,40})$"),
    re.compile(r"نُ?شر في (?P<name>[^\d]{2,30}?) يوم\b"),
    re.compile(r"^المزيد من (?P<name>(?:بوابة|صحيفة|وكالة|موقع|قناة|جريدة)\s.{2,30})$"),
    re.compile(r"نقلا عن\s+(?P<name>[^\d:،.]{2,40})$"),
)


_may_provide = holding("مقدم من", "شر في", "المزيد من", "نقلا عن")
_TITLE_AGENCY = re.compile(r"\s[-–—]\s([^-–—]{2,20})$")


def source_of(block: Block, lines: Sequence[Line], publisher: str | None) -> str | None:
    """Return who reported an article, by what stands below it, inside it, behind its last sentence, before its lead.

    A label (المصدر) says it whoever prints the page. An outlet that credits itself otherwise has no source; an agency
    is its own.
    """
    own = fold_text(publisher or "")
    others = (name for name in _credited(block, lines) if fold_text(name) != own or is_agency(name))
    return next(chain(_labelled(block, lines), others), None)


def _labelled(block: Block, lines: Sequence[Line]) -> Iterator[str]:
    for number in (*block.below[:8], *block.inside):
        if lines[number].sort is Sort.SOURCE and (value := _labelled_source(lines, number)):
            yield value[:_LONGEST_SOURCE]


def _credited(block: Block, lines: Sequence[Line]) -> Iterator[str]:
    """Whom an article credits without a label, the surest first."""
    last = block.text[-1] if block.text else None
    if last is not None and (mark := lines[last].mark):
        yield mark
    for number in (*block.below[:8], *block.inside, *block.above[-6:]):
        yield from _credits(lines[number])
    yield from (mark for number in block.text if (mark := lines[number].mark))
    for number in block.text[:3]:
        dateline = lines[number].dateline
        if dateline and dateline.agency:
            yield dateline.agency
    if block.title is not None and (named := _TITLE_AGENCY.search(lines[block.title].text)) and is_agency(named[1]):
        yield named[1]


def _labelled_source(lines: Sequence[Line], number: int) -> str:
    """What stands behind a source's label, or on the line below a bare one."""
    line = lines[number]
    value = source_name(line.text[line.value - line.start :])
    if not value and number + 1 < len(lines) and len(lines[number + 1].text) <= _LONGEST_SOURCE:
        value = source_name(lines[number + 1].text.lstrip("•* "))
    return value


def _credits(line: Line) -> Iterator[str]:
    for pattern in _PROVIDED if _may_provide(line.text) else ():
        if found := pattern.search(line.text):
            yield source_name(found["name"])
    if line.sort is Sort.CREDIT and (agency := credited(line.text)):
        yield agency
    if line.text[:1] == "(" and line.text[-1:] == ")":
        first = re.split("[،,/]", line.text.strip("() "))[0].strip()
        if is_agency(first):
            yield first


# Authors ------------------------------------------------------------------------------------------------------------

_AUTHOR = re.compile(
    r"^(?:كتبت?|كتبه|كتب:|بقلم|إعداد|اعداد|تحرير|ترجمة|تقرير|حوار|by|written by)\s*[:：/-]?\s*"
    r"(?P<name>[^:،.\d]{3,40})\.?$",
    re.IGNORECASE,
)


def authors_of(block: Block, lines: Sequence[Line], states: Sequence[State]) -> tuple[str, ...]:
    """Return the people and desks that a byline names, in its order."""
    found: dict[str, None] = {}
    for number in (*block.above[-4:], *block.inside, *block.below[:4]):
        line = lines[number]
        if states[number].role not in ("byline", "credit", "kicker", "source") and line.sort is not Sort.BYLINE:
            continue
        named = _AUTHOR.match(line.text.strip("() "))
        name = named["name"] if named else line.text
        parts = [part.strip(" -–—/|،()") for part in re.split(r"\s[-–—|]\s|[،/]|\sو(?=\S+\s\S)", name)]
        for part in parts:
            if part and (named or is_person(part)) and not is_place(part) and len(part.split()) <= 5:
                found[part] = None
    return tuple(found)


# Dates --------------------------------------------------------------------------------------------------------------

_PUBLISHED = re.compile(r"(?:تاريخ النشر|نشرت?|النشر|تاريخ الخبر|اضيف|publi|posted|كتب في|تاريخ)", re.IGNORECASE)
_UPDATED = re.compile(r"(?:تحديث|updated|الان|طبع)", re.IGNORECASE)
_HIJRI_YEAR = re.compile(r"\b1[34]\d\d\s?ه")
_LEAST_DATE_WORTH = 1.5
# A collector writes its day before the page.
_PREFIX_AMONG = 6
_TODAY = re.compile(r"اليوم(?:\s*[،,]?\s*(?:ال\S+))?[\s،,(]{1,3}(?P<date>\d{1,2}\s.{3,40})")
# Lines that are no place for a date of their own article.
_UNDATED = frozenset({"text", "begin", "summary", "title", "related", "ticker", "caption"})
_WORTH = {"navigation": -1.5, "notice": -1.5, "embed": -1.5, "comment": -1.5}


def date_of(
    block: Block,
    lines: Sequence[Line],
    looks: Sequence[Looks],
    states: Sequence[State],
    *,
    alone: bool,
    dated_below: bool,
    first: bool,
) -> Dated | None:
    """Return when an article was published, by what the page says, best first.

    A label (published) beats a bare date, one beside the article beats one further off, and what the page says beats
    the day of a collector's prefix. ``alone`` says that the page has no other story, so that any date on it is its;
    ``dated_below`` that the page writes dates below its articles.
    """
    found: list[tuple[float, Dated]] = []
    above = [] if dated_below else block.above if first else block.above[-5:]
    beside = {*block.inside, *above, *block.below[:6]}
    for number in sorted(beside) if not alone else range(len(lines)):
        if states[number].role in _UNDATED or (lines[number].date is None and not looks[number].date):
            continue
        moment = lines[number].date or find_date(lines[number].text[:200])
        if moment is None:
            continue
        if lines[number].text[:5].lower() == "date ":
            found.append((2.0, Dated(moment, "prefix")))
        else:
            found.append((_worth(block, lines[number], number, moment, states[number]), Dated(moment, "page")))
    found += _dates_in_text(block, lines)
    prefix = next((line.prefix_date for line in lines[:_PREFIX_AMONG] if line.prefix_date), None)
    if prefix:
        found.append((2.0, Dated(prefix, "prefix")))
    best = max(found, key=lambda each: each[0], default=None)
    return best[1] if best and best[0] >= _LEAST_DATE_WORTH else None


def dates_below(blocks: Sequence[Block], lines: Sequence[Line]) -> bool:
    """Whether each of several articles has its date right below it, and the first none above."""
    if len(blocks) < 2 or any(lines[number].date for number in (*blocks[0].above, *blocks[0].inside)):
        return False
    return all(any(lines[number].date for number in block.below[:2]) for block in blocks)


def _worth(block: Block, line: Line, number: int, moment: Moment, state: State) -> float:
    """How much speaks for the date of a line being the article's."""
    folded = fold_text(line.text[:200])
    if number < block.first and number not in block.inside and _HIJRI_YEAR.search(folded):
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
