"""Who prints a page, and who reported an article.

The publisher has candidates, found by small functions in the lines whose role or words may name it; what they are worth
adds up. A source is stated: by a label, a credit, a mark behind the last sentence, a dateline; the surest one counts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from workers.lexicon.names import (
    is_agency,
    is_desk,
    is_outlet,
    is_person,
    is_place,
    is_wire,
    outlet_at,
    outlet_of,
    outlets_in,
)
from workers.pages.furniture import is_furniture
from workers.pages.labels import Sort, credited, source_name
from workers.pages.mastheads import SAYS_WHEN, beside_place, masthead, name_before_lead, opening_name
from workers.pages.press_names import (
    LONGEST_NAME,
    MOST_WORDS,
    SURE,
    UNSURE,
    clean,
    is_known,
    likeness,
    looks_like_one,
    may_name,
)
from workers.pages.rights import owner_of
from workers.pages.sayings import ANYWHERE, FURNITURE, KIND, ORIGINALS, TO_ITSELF, names_in
from workers.pages.site_signs import NO_SIGNS
from workers.text.fold import fold_all, fold_text
from workers.text.words import holding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from workers.pages.blocks import Block
    from workers.pages.datelines import Dateline
    from workers.pages.lines import Line
    from workers.pages.roles import State
    from workers.pages.site_signs import Signs

__all__ = ["DECLARED", "candidates_of", "is_same_outlet", "originals_of", "publisher_of", "source_of"]

_LONGEST_SOURCE = 60

# Names --------------------------------------------------------------------------------------------------------------

_LEAST_WORTH, _LITTLE = 3, 2
# More than a copyright line, a title and a dateline of one page say together: pages of a site agree on more than one
# page knows, and who corrects a profile is to be heard.
_PROFILED = 16
DECLARED = 5.0
"""What a name is worth that the markup of a page declares as its site's, beside what the lines of the page say."""
_SHORT_NAME, _MOST_LIKELY = 3, 5
_PLAIN = re.compile(r"[^\W\d_]+|\d+")
_KIND_WORD = re.compile(rf"{KIND}|(?:ال)?(?:اخباريه?|عربيه?|بالعربيه|نيوز|نت|اونلاين|للانباء|انباء)")
_ARABIC = re.compile("[\u0621-\u064a]")


def is_same_outlet(one: str, other: str) -> bool:
    """Whether two names are one outlet's: forms of one, or the words of one stand in the other.

    Words that only say that it is an outlet do not count.
    """
    listed = outlet_of(one)
    if listed is not None and listed == outlet_of(other):
        return True
    words = [
        {word.removeprefix("ال") for word in _PLAIN.findall(fold_text(name)) if not _KIND_WORD.fullmatch(word)}
        for name in (one, other)
    ]
    return bool(words[0] and words[1]) and (words[0] <= words[1] or words[1] <= words[0])


class _Names:
    """Names with how much speaks for each; one is the same in every spelling."""

    def __init__(self) -> None:
        self._worth: dict[str, float] = defaultdict(float)
        # The spelling that the surest line has.
        self._shown: dict[str, str] = {}
        self._surest: dict[str, tuple[bool, float]] = defaultdict(lambda: (False, 0.0))

    def speak(self, stated: str | None, points: float) -> None:
        """Let something speak for a name; what can be none is passed over."""
        name = clean(stated or "")
        if may_name(name):
            key = fold_text(outlet_of(name) or name)
            if key not in self._worth:
                # What is known, or made as outlets' names are, needs less.
                self._worth[key] = likeness(name)
            self._worth[key] += points
            # These are Arabic pages: a name in Latin letters is shown when the page has no other.
            sureness = (bool(_ARABIC.search(name)), points)
            if sureness > self._surest[key]:
                self._shown[key], self._surest[key] = name, sureness

    def know(self, name: str, points: float) -> None:
        """Let a name that is known to be an outlet's have some points, in this spelling."""
        key = fold_text(outlet_of(name) or clean(name) or name)
        self._worth[key] += points
        # Shown whatever else the page says.
        self._shown[key], self._surest[key] = name, (True, points)

    def corroborate(self, furniture: Iterable[str]) -> None:
        """Let each further line of furniture that says one of the likeliest names speak a little for it."""
        likely = sorted(self._worth, key=lambda key: -self._worth[key])[:_MOST_LIKELY]
        shown = {key: fold_text(self._shown[key]) for key in likely if self._worth[key] >= 1}
        lines = fold_all([*furniture]) if shown else []
        for key, name in shown.items():
            if len(name) > _SHORT_NAME:
                said = sum(name in line for line in lines) - 1
                self._worth[key] += 0.5 * min(max(said, 0), 3)

    def all(self) -> dict[str, float]:
        """Return every name with what speaks for it."""
        return {self._shown[key]: worth for key, worth in self._worth.items() if key in self._shown}

    def best(self) -> str | None:
        """Return the name for which most speaks, None when too little does."""
        key = max(self._worth, key=lambda each: (self._worth[each], likeness(self._shown[each])), default=None)
        return self._shown[key] if key is not None and self._worth[key] >= _LEAST_WORTH else None


# Publisher ----------------------------------------------------------------------------------------------------------

_LOOKED_AT, _LONGEST_SELF, _LONGEST_SENTENCE, _SHORT_SENTENCE = 600, 200, 320, 120
_MOST_TITLES = 20
_NEWS = frozenset({"text", "begin", "summary", "title"})
# Lines about other pages, and those of other people: an outlet in them is theirs.
_OF_OTHERS = frozenset({"ticker", "related", "read_more", "embed", "caption", "tags", "source", "dateline"})
_NOT_OWN = frozenset({"embed", "read_more", "caption", "source", "dateline", "byline", "ticker"})
_LABELLED = frozenset({Sort.SOURCE, Sort.LINK, Sort.BYLINE})
# Addresses in them lead to other pages.
_ELSEWHERE = frozenset({"embed", "read_more", "related", "source", "caption"})
# So many lines at either end of a page are its head and its foot.
_HEAD_LINES, _FOOT_LINES = 6, 6

_LONGEST_PAIR = 60
_PAIR = re.compile(r"^\(?(?P<name>[^-–—/|+،,:()]{2,30}?)\s*[-–—/|+،,]\s*(?P<other>[^-–—/|+،,:()]{2,30})\)?$")
_MOST_MENTIONED = 2
_REVIEW_WORDS = re.compile(r"افتتاحي|[أا]سرار|عناوين|مانشيت|مقدمة")
_MOST_READ_OF = re.compile(r"^(?:الأكثر|الاكثر) (?:قراءة|مشاهدة|تداولا|شعبية) (?P<name>.{3,30})$")
_ADDRESS = re.compile(r"(?:https?://|www\.|@)(?P<host>[\w-]+(?:\.[\w-]+)+)", re.IGNORECASE)
_OPENS = re.compile(r"^(?P<name>[^-–—/|:،.]{2,30}?)(?:\s?[-–—/|]\s|\s[-–—/|])(?=\S)")
_BESIDE_TITLE = re.compile(r"\s*[|\-–—:«»]\s*(?P<name>[^|]{2,40})$")
_BEFORE_TITLE = re.compile(r"^(?P<name>[^|:]{2,40}?)\s*[|\-–—«»]\s*$")


_Spoken = tuple[str | None, float]


class _Placed(NamedTuple):
    """A line with its number, its role, and whether it stands at the head or at the foot of the page."""

    number: int
    line: Line
    role: str
    at_edge: bool

    @property
    def of_others(self) -> bool:
        """Whether it is about other pages, or no short line."""
        return self.role in _OF_OTHERS or len(self.line.text) > _LONGEST_SELF


def publisher_of(
    lines: Sequence[Line], states: Sequence[State], titles: Sequence[str], *, outlet: str | None = None
) -> str | None:
    """Return who prints the page: the name for which most speaks, None when nothing says it clearly.

    ``outlet`` is who prints the pages of its site, by its profile.
    """
    names = _names_on(lines, states, titles)
    if outlet:
        names.know(outlet, _PROFILED)
    return names.best()


def candidates_of(lines: Sequence[Line], states: Sequence[State], titles: Sequence[str]) -> dict[str, float]:
    """Return the names that may be the publisher's, with what speaks for each: a little, on all pages, is much."""
    return _names_on(lines, states, titles).all()


def _names_on(lines: Sequence[Line], states: Sequence[State], titles: Sequence[str]) -> _Names:
    names = _Names()
    titles = list(dict.fromkeys(titles))[:_MOST_TITLES]
    opening = next((n for n, state in enumerate(states) if state.role in ("text", "begin")), 0)
    head, foot = min(opening, _HEAD_LINES), len(lines) - 1 - _FOOT_LINES
    furniture: list[_Placed] = []
    news: list[_Spoken] = []
    for number, (line, state) in enumerate(zip(lines, states, strict=True)):
        at_edge = number < head or number > foot
        if state.role in _NEWS:
            news += _from_news(line.text, titles if state.role == "title" else (), at_edge=at_edge)
        else:
            furniture.append(_Placed(number, line, state.role, at_edge))
    spoken = chain(
        _datelines(lines, opening),
        _led(lines, states, opening),
        *(find(furniture) for find in (_alone, _openings, _mastheads, _pairs, _mentions, _addresses)),
        *(_from_furniture(each, titles) for each in furniture),
        news,
    )
    for name, points in spoken:
        names.speak(name, points)
    names.corroborate(each.line.text for each in furniture if not each.of_others)
    return names


_quotes = holding('"', "«", "“")


def _from_news(text: str, titles: Sequence[str], *, at_edge: bool) -> list[_Spoken]:
    """What a line of news says: to whom somebody spoke; a name beside a title; what may be furniture after all."""
    spoken: list[_Spoken] = []
    if len(text) <= (_LONGEST_SENTENCE if at_edge else _SHORT_SENTENCE):
        spoken += names_in(text, ANYWHERE)
    if _quotes(text):
        said = names_in(text[:_LOOKED_AT], TO_ITSELF)
        spoken += [(name, worth) for name, worth in said if worth > _LITTLE or _may_be_spoken_to(name)]
    if titles:
        spoken += _beside_title(text, titles)
    return spoken


def _may_be_spoken_to(name: str) -> bool:
    """Whether what somebody speaks to may be the page's outlet: papers quote what was said to the great agencies."""
    return (is_known(name) or looks_like_one(name)) and not (is_wire(name) or is_desk(name))


def _from_furniture(each: _Placed, titles: Sequence[str]) -> Iterator[_Spoken]:
    """What one line of furniture says by itself."""
    text = each.line.text
    if len(text) <= _LONGEST_SENTENCE:
        yield from _said_by_furniture(text)
    if len(text) > _LONGEST_SELF:
        return
    if not each.number and text[-1] == ":" and len(text.split()) <= MOST_WORDS and not _REVIEW_WORDS.match(text):
        yield text, 4
    yield from _beside_title(text, titles)


# Sites say the same around every page.
@lru_cache(maxsize=4096)
def _said_by_furniture(text: str) -> tuple[_Spoken, ...]:
    said: list[_Spoken] = [*names_in(text, ANYWHERE)]
    if len(text) <= _LONGEST_SELF:
        said += [(owner_of(text), 5), *names_in(text, FURNITURE)[:1], *_from_credits(text)]
        if (found := _MOST_READ_OF.match(text)) and is_outlet(found["name"]):
            said.append((found["name"], 2))
    return tuple(each for each in said if each[0])


def _from_credits(text: str) -> Iterator[_Spoken]:
    """Credits in a row, in brackets: what is no wire among them is the page's own."""
    if text[:1] == "(" and text[-1:] == ")" and text.count("،") + text.count(",") > 1:
        own = (each.strip() for each in re.split("[،,]", text.strip("()")))
        yield from ((each, 3) for each in own if is_outlet(each))


def _beside_title(text: str, titles: Sequence[str]) -> Iterator[_Spoken]:
    """A name behind or before a title on one line."""
    for title in titles:
        if title and text.startswith(title) and (found := _BESIDE_TITLE.match(text, len(title))):
            yield found["name"], 4
        elif title and text.endswith(title) and (found := _BEFORE_TITLE.match(text[: -len(title)])):
            yield found["name"], 3


def _datelines(lines: Sequence[Line], opening: int) -> Iterator[_Spoken]:
    """Outlets of datelines; that of the page's first text speaks for the page."""
    for number, line in enumerate(lines):
        if line.dateline and line.dateline.agency and (number == opening or _is_set_off(line, line.dateline)):
            yield line.dateline.agency, _dateline_worth(line.dateline, line.dateline.agency, first=number <= opening)


def _led(lines: Sequence[Line], states: Sequence[State], opening: int) -> Iterator[_Spoken]:
    """Names that no list has, in the places of datelines: in short lines, and where an article's text begins."""
    for number, line in enumerate(lines):
        opens = number == opening or states[number].role == "begin" or (number and states[number - 1].role == "title")
        if opens or len(line.text) <= _LONGEST_PAIR:
            yield from beside_place(line.text)
    for line in lines[: opening + 1]:
        yield from opening_name(line.text)
    if opening:
        yield from name_before_lead(lines[opening - 1].text)


def _is_set_off(line: Line, dateline: Dateline) -> bool:
    """Whether a dateline is a line of its own, or was peeled off one; and no label or pair of outlets."""
    whole = dateline.end == len(line.text) or any(part.role == "dateline" for part in line.before)
    return whole and line.sort is not Sort.SOURCE and not _anothers_page(line.text)


def _dateline_worth(dateline: Dateline, name: str, *, first: bool) -> float:
    """How much a dateline speaks for its outlet: an agency's without a place may stand on any page."""
    if not first or is_wire(name):
        return 0.25
    return 3 if dateline.place or not is_agency(name) else 1.5


def _alone(furniture: Sequence[_Placed]) -> Iterator[_Spoken]:
    """Lines that are nothing but a name: twice, or at the head or the foot of the page, they are the page's."""
    found: dict[str, list[float]] = defaultdict(list)
    for each in furniture:
        text = each.line.text
        if len(text) <= LONGEST_NAME and len(text.split()) <= 3 and each.line.sort in (Sort.TEXT, Sort.CREDIT):
            name = clean(text)
            worth = _worth_alone(name, at_edge=each.at_edge, listed_only=each.line.sort is Sort.CREDIT)
            if worth is not None:
                found[name].append(worth)
    for name, edges in found.items():
        # An agency alone on one line is a credit.
        if len(edges) > 1 or not is_agency(name):
            yield name, len(edges) + max(edges)


def _worth_alone(name: str, *, at_edge: bool, listed_only: bool) -> float | None:
    """What the place of a line that is nothing but a name adds; None when that is no outlet's."""
    if is_outlet(name) or is_agency(name):
        return 1.0 if at_edge else 0.5
    if is_outlet(name, beside_place=True):
        return 0.9 if at_edge else 0.0
    alike = likeness(name)
    if listed_only or alike <= 0:
        return None
    # What is made as others' names are too says more at the head than it does beside something else.
    return (1.5 if alike == UNSURE else alike) * at_edge if at_edge or alike >= SURE else None


def _openings(furniture: Sequence[_Placed]) -> Iterator[_Spoken]:
    """Furniture that opens with a known outlet and a sign; several of them are a list of outlets."""
    opens = (_OPENS.match(each.line.text) for each in furniture if not each.of_others)
    names = {found["name"] for found in opens if found and is_known(found["name"])}
    if len(names) == 1:
        yield from ((name, 2.5) for name in names if not is_wire(name) and not is_place(name))


def _mastheads(furniture: Sequence[_Placed]) -> Iterator[_Spoken]:
    """Names between signs in short lines at the head or the foot of the page; several of them are a list of outlets."""
    found: dict[str, float] = {}
    for each in furniture:
        if each.at_edge and each.role not in _NOT_OWN and not _credits_another(each.line):
            found.update(masthead(each.line.text))
    if len({fold_text(outlet_of(name) or name) for name in found}) <= _MOST_MENTIONED:
        yield from found.items()


def _credits_another(line: Line) -> bool:
    """Whether a line says whose report the page shows, or who wrote it."""
    return line.sort in _LABELLED or "المصدر" in line.text or bool(names_in(line.text, ORIGINALS))


def _anothers_page(text: str) -> str | None:
    """Whose page it is that a site shows, where a line is nothing but these two: خليج برس - عنب بلدي."""
    pair = _PAIR.match(text) if len(text) <= _LONGEST_PAIR else None
    return pair["other"] if pair and _is_outlets(pair["name"]) and is_outlet(pair["other"]) else None


def _is_outlets(name: str) -> bool:
    return is_outlet(name) or (looks_like_one(name) and not is_agency(name))


def _pairs(furniture: Sequence[_Placed]) -> Iterator[_Spoken]:
    """The first name of a pair: an outlet and whom it credits (الغد - وكالات), a site and whose page it shows."""
    for each in furniture:
        text = each.line.text
        if len(text) <= _LONGEST_PAIR and (each.role not in _OF_OTHERS or each.role in ("source", "dateline")):
            pair = _PAIR.match(text)
            if pair and _shows_or_credits(pair["name"], pair["other"]):
                yield pair["name"], 2


def _shows_or_credits(name: str, other: str) -> bool:
    """Whether the first of a pair may be the page's outlet: no place, no person, no agency, no word of furniture."""
    if is_place(name) or is_person(name) or is_agency(name) or is_furniture(fold_text(name)):
        return False
    return is_agency(other) or (is_outlet(other) and _is_outlets(name))


def _mentions(furniture: Sequence[_Placed]) -> Iterator[_Spoken]:
    """Known outlets named in furniture: each line speaks a little; many of them are those of a list."""
    lines = (each.line for each in furniture if not each.of_others and each.line.sort is not Sort.SOURCE)
    found = [
        name
        for line in lines
        if " " in line.text and not SAYS_WHEN.search(line.text)
        for name in outlets_in(line.text)
        if not is_wire(name)
    ]
    if len(set(found)) <= _MOST_MENTIONED:
        yield from ((name, 1.0) for name in found)


def _addresses(furniture: Sequence[_Placed]) -> Iterator[_Spoken]:
    """Outlets whose site an address in furniture leads to."""
    for each in furniture:
        if "." in each.line.text and each.role not in _ELSEWHERE:
            hosts = {found["host"] for found in _ADDRESS.finditer(each.line.text[:_LOOKED_AT])}
            yield from ((outlet_at(host), 1.5) for host in sorted(hosts))


# Source -------------------------------------------------------------------------------------------------------------

_PROVIDED = (
    re.compile(r"(?:المحتوى|المحتوي) مقدم من\s+(?P<name>.{2,40})$"),
    re.compile(r"نُ?شر في (?P<name>(?!ال(?:[أا]حد|[إا]ثنين|ثلاثاء|[أا]ربعاء|خميس|جمعة|سبت))[^\d]{2,30}?) يوم\b"),
    re.compile(r"^المزيد من (?P<name>(?:بوابة|صحيفة|وكالة|موقع|قناة|جريدة)\s.{2,30})$"),
    re.compile(r"نقلا عن\s+(?P<name>[^\d:،.]{2,40})$"),
    re.compile(
        r"^(?:شاهد|[اإ]قر[أا]|طالع|تصفح|قراءة|لقراءة|لمطالعة|لمتابعة|لمشاهدة|مشاهدة)\s.{0,30}(?:ال[أا]صلي[ةه]?|كامل[اةه]?ً?|المصدر)\s"
        rf"(?:على|علي|في|من)\s(?:{KIND}\s)?(?P<name>(?!موقعنا|هنا|هذا|صفحت)[^\d:،.]{{2,30}})$"
    ),
    re.compile(r"^(?:via|source|from)\s?[:：]?\s(?P<name>[^:.]{2,30})$", re.IGNORECASE),
    re.compile(r"^(?:المصدر|مصدر الخبر|مصدر)\s?[/|\-–]\s?(?P<name>[^:.]{2,40})$"),
)
# تونس الآن المصدر: تونس الآن.
_TWICE = re.compile(rf"^(?:{KIND}\s)?(?P<name>.{{2,30}}?)\sالمصدر\s?:\s?(?:{KIND}\s)?(?P=name)$")
_may_provide = holding(
    *("مقدم من", "شر في", "المزيد من", "نقلا عن", "صلي", "كامل", "مصدر", "ource", "SOURCE", "ia", "IA", "rom", "ROM")
)
_REVIEW = re.compile(
    r"^(?:(?:افتتاحية|افتتاحيات|عناوين|مانشيت|مقدمة نشرة أخبار|مقدمة نشرة|جاء في|كتبت|من)\s)?"
    rf"(?P<kind>{KIND}\s|تلفزيون\s)?"
    r"[«\"“]?(?P<name>[^:«»\"“”.،]{2,25})[»\"”]?\s?[:：]?$"
)
_TITLE_AGENCY = re.compile(r"\s[-–—]\s([^-–—]{2,20})$")
_SAYS_WHO = re.compile(r"^[«\"“]?(?P<name>[^:«»\"“”.،؟!]{2,25})[»\"”]?\s?:\s")
_REPORTED = re.compile(r"^(?:ذكرت?|أفادت?|افادت?|نقلت?|أوردت?|اوردت?)\s")
_BULLETIN = re.compile(r"(?:نشرة|موجز|نشرات)\s\((?P<name>[^()]{2,20})\)")


def originals_of(lines: Sequence[Line]) -> tuple[str, ...]:
    """Return what sentences of rewriters, anywhere on a page, name as the original of its articles."""
    foot = len(lines) - 1 - _FOOT_LINES
    said = chain.from_iterable(
        names_in(line.text, ORIGINALS)
        for number, line in enumerate(lines)
        if len(line.text) <= (_LONGEST_SENTENCE if number > foot else _SHORT_SENTENCE)
    )
    return tuple(source_name(name) for name, worth in said if worth >= 1 or likeness(clean(name)) > 0)


def source_of(
    block: Block, lines: Sequence[Line], publisher: str | None, originals: Sequence[str], signs: Signs = NO_SIGNS
) -> str | None:
    """Return who reported an article, by what stands below it, inside it, behind its last sentence, before its lead.

    A label (المصدر) says it whoever prints the page, and one that the site's profile knows before all others. An outlet
    that credits itself otherwise has no source; an agency is its own. ``originals`` are the page's, for an article that
    says nothing itself.
    """
    others = (
        credit.name
        for credit in chain(_credited(block, lines), map(_Credit, (*originals, *_told(block, lines))))
        if publisher is None or not is_same_outlet(credit.name, publisher) or (credit.placed and is_agency(credit.name))
    )
    return next(chain(_profiled(block, signs), _labelled(block, lines, signs), others), None)


def _profiled(block: Block, signs: Signs) -> Iterator[str]:
    """What stands behind labels of which the site's profile says that a source does."""
    if signs.stated:
        for number in (*block.below[:8], *block.inside, *reversed(block.above[-6:])):
            yield from signs.values(number, "source")


def _labelled(block: Block, lines: Sequence[Line], signs: Signs) -> Iterator[str]:
    for number in (*block.below[:8], *block.inside):
        if twice := _TWICE.match(lines[number].text):
            yield twice["name"]
        if lines[number].sort is not Sort.SOURCE or signs.is_no(number):
            continue
        if value := _labelled_source(lines, number):
            yield value[:_LONGEST_SOURCE]


def _labelled_source(lines: Sequence[Line], number: int) -> str:
    """What stands behind a source's label, or on the line below a bare one."""
    line = lines[number]
    value = source_name(line.text[line.value - line.start :])
    if not value and number + 1 < len(lines) and len(lines[number + 1].text) <= _LONGEST_SOURCE:
        value = source_name(lines[number + 1].text.lstrip("•* "))
    return value


class _Credit(NamedTuple):
    """A name that an article credits; ``placed`` where an agency signs its own reports: behind it, in its dateline."""

    name: str
    placed: bool = False


def _credited(block: Block, lines: Sequence[Line]) -> Iterator[_Credit]:
    """Whom an article credits without a label, the surest first."""
    last = block.text[-1] if block.text else None
    if last is not None and (mark := lines[last].mark):
        yield _Credit(mark, placed=True)
    for number in (*block.below[:8], *block.inside, *block.above[-6:]):
        yield from _credits(lines[number])
    yield from (_Credit(mark, placed=True) for number in block.text if (mark := lines[number].mark))
    for number in block.text[:3]:
        dateline = lines[number].dateline
        if dateline and dateline.agency:
            yield _Credit(dateline.agency, placed=True)
    yield from map(_Credit, _reviewed(block, lines))


def _credits(line: Line) -> Iterator[_Credit]:
    for pattern in _PROVIDED if _may_provide(line.text) else ():
        if found := pattern.search(line.text):
            yield _Credit(source_name(found["name"]))
    if other := _anothers_page(line.text):
        yield _Credit(other)
    elif line.sort is Sort.CREDIT and (agency := credited(line.text)):
        yield _Credit(agency, placed=line.dateline is not None)
    if found := _BULLETIN.search(line.text):
        yield _Credit(found["name"], placed=True)
    if (dateline := line.dateline) and dateline.agency and dateline.end >= len(line.text.rstrip(" :.-–—")):
        yield _Credit(dateline.agency, placed=True)
    if line.text[:1] == "(" and line.text[-1:] == ")":
        first = re.split("[،,/]", line.text.strip("() "))[0].strip()
        if is_agency(first):
            yield _Credit(first)


def _reviewed(block: Block, lines: Sequence[Line]) -> Iterator[str]:
    """The paper under whose name an article of a press review stands, or that its title opens or ends with."""
    if block.title is not None:
        title = lines[block.title].text
        if (named := _TITLE_AGENCY.search(title)) and is_agency(named[1]):
            yield named[1]
        if (named := _SAYS_WHO.match(title)) and (is_outlet(named["name"]) or is_agency(named["name"])):
            yield named["name"]
    for number in reversed(block.above[-2:]):
        named = _REVIEW.match(lines[number].text)
        if named and lines[number].sort is Sort.TEXT and (named["kind"] or named[0].startswith("افتتاحية")):
            yield source_name(named["name"])


def _told(block: Block, lines: Sequence[Line]) -> Iterator[str]:
    """The outlet that a lead without any other credit opens with: ذكرت الوكالة الوطنية للإعلام."""
    lead = lines[block.text[0]].text[:_LOOKED_AT] if block.text else ""
    if told := _REPORTED.match(lead):
        words = lead[told.end() :].split()[:5]
        # A reporter's outlet is the page's own.
        if words and not words[0].startswith("مراسل"):
            yield from outlets_in(" ".join(words))
