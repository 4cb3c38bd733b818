"""Who prints a page, and who reported an article.

The publisher has candidates, found by small functions in the lines whose role or words may name it; what they are worth
adds up. A source is stated: by a label, a credit, a mark behind the last sentence, a dateline; the surest one counts.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from workers.lexicon.names import (
    is_agency,
    is_coined,
    is_country,
    is_desk,
    is_outlet,
    is_person,
    is_place,
    is_wire,
    opens_with_given,
    outlet_at,
    outlet_of,
    outlets_in,
)
from workers.pages.furniture import is_furniture
from workers.pages.labels import Sort, credited, source_name
from workers.pages.sayings import ANYWHERE, FURNITURE, KIND, ORIGINALS, TO_ITSELF, names_in
from workers.text.dates import read_date
from workers.text.fold import fold_all, fold_text
from workers.text.words import holding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from workers.pages.blocks import Block
    from workers.pages.datelines import Dateline
    from workers.pages.lines import Line
    from workers.pages.roles import State

__all__ = ["in_one_form", "is_same_outlet", "originals_of", "publisher_of", "source_of"]

_LONGEST_SOURCE = 60
_LONGEST_NAME = 40
_NAME_MOST_WORDS = 4

# Names --------------------------------------------------------------------------------------------------------------

_LEAST_WORTH, _LITTLE, _SURE = 3, 2, 4
_SHORT_NAME, _MOST_LIKELY = 3, 5
_NOT_A_NAME = re.compile(
    r"^(?:ال)?(?:حقوق|جميع|محفوظ|النشر|الطبع|سياسة|الموقع|موقعنا|قناتنا|صفحتنا|حسابنا|حساباتنا|قنواتنا"
    r"|تطبيقنا|نشرتنا|منصاتنا|تابعونا|تابعنا|تابعوا|all\b|rights|for\b|this\b|tous\b|آخر|كل|هذا|هذه|هنا|خدمة|النشرة|اخر|المزيد|لدى)"
    r"|الحقوق|حقوق|وسائل التواصل"
    r"|^(?:ل|لل)?(?:ال)?(?:موقع|صحيفة|جريدة|وكالة|شبكة|بوابة|مجلة|منصة)(?:ها|ه|نا)?$"
    r"|^(?:ال)?(?:كاتب|كتاب|صاحب|أصحاب|ناشر|إدارة|هيئة|أسرة)(?:ها|ه|نا)?(?:\s|$)"
    r"|^(?:في|من|على|إلى|الى|عن|أو|او|مع|ب|و|ما|من خلال)\s"
    # A button says what its reader shall do, a promotion what is the site's: our group.
    r"|^(?:انقر|اضغط|شارك|للمشاركة|النقر|[إا]?شترك|انضم|تابع|شاهد|استمع|حمل|انشر|[أا]رسل|التغطية|البث)(?:\s|$)|(?:^|\s)\S{2,}(?:تنا|قنا|قعنا|بنا|دلينا)$"
    r"|(?:قناتنا|صفحتنا|موقعنا)|^(?:للاشتراك|للانضمام|للاطلاع|للمزيد|إلينا)(?:\s|$)"
    r"|^(?:أرشيف|الأرشيف|DR|ساوند كلاود|سبوتيفاي|ملفات)(?:\s|$)|[^\u0000-\u024f\u0600-\u06ff\u2000-\u206f]"
    r"|^(?:المحرر|الكاتب|القسم|الصفحة|التطبيق|القناة|التحرير|النسخة|الموضوع|الخبر|المقال)$",
    re.IGNORECASE,
)
# What every institution calls itself; only a known outlet is called so.
_INSTITUTION = re.compile(
    r"^(?:المركز|الجمعية|المؤسسة|المنظمة|الجهة|الجهات|الحزب|المكتب|الوزارة|الشركة|الهيئة|المجموعة|الإذاعة|القناة"
    r"|النشرة)(?:\s(?:المانحة|الصحفي|الإعلامي|متاحة?|الرسمية?).*)?$"
)
# What names of outlets that no list knows are made of; and what is made of it and is none.
_OUTLET_WORDS = re.compile(
    r"(?:^|\s)(?:نيوز|برس|بريس|بوست|أونلاين|اونلاين|أون لاين|اون لاين|تايمز|ميديا|بلس|تي في|تيفي|لايف|الإخبارية"
    r"|الاخبارية|الإخبار[يى]|الاخبار[يى]|الإلكترونية|الالكترونية|news|press|post|times|online|tv|media|fm|radio|daily)$"
    r"|^(?:راديو|إذاعة|صحيفة|جريدة|شبكة|بوابة|وكالة|radio)\s|[^\W\d](?:24|365|21|360)$|\s(?:24|365|360)$",
    re.IGNORECASE,
)
_NO_OUTLET = re.compile(
    r"\b(?:google|breaking|latest|related|more|top|all|previous|next|recent|popular|featured|live|social|world|sports?"
    r"|fast|quick|hot|short|local|your|our|the)\b|غوغل|جوجل|قوقل|العاجلة"
    r"|^(?:ال)?(?:نشرة|نشره|خدمة|خدمات|قائمة|صفحات|مواقع|رسائل|رسالة|قناة|متابعات|تغطية|تغطيات|عناوين|مواد|مواضيع|قصص"
    r"|تقارير|فيديو|صحف)\b",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"[^\W\d_]+|\d+")
_KIND_WORD = re.compile(rf"{KIND}|(?:ال)?(?:اخباريه?|عربيه?|بالعربيه|نيوز|نت|اونلاين|للانباء|انباء)")
# A daily, independent newspaper: every one says so.
_ONLY_DESCRIBES = re.compile(
    rf"(?:{KIND}\s)?(?:(?:ال)?(?:يوميه|اسبوعيه|شهريه|سياسيه|مستقله|محليه|اخباريه|شامله|الكترونيه|عربيه|انباء|جامعه|رسميه)\s?)+"
)
_VOWELS = re.compile(r"[\u064b-\u0652]")
_ARABIC = re.compile(r"[\u0621-\u064a]")
_THREE_LETTERS = re.compile(r"[^\W\d_]{3}")
_LEADING_KIND = re.compile(r"^(?:لموقع|لصحيفة|لجريدة|لوكالة|لقناة|لشبكة|لبوابة|موقع|شركة|مؤسسة)\s+")


def _name(stated: str) -> str:
    name = " ".join(stated.strip(" :'-–—|.،,©«»\"“”()[]/").split())
    return _LEADING_KIND.sub("", name)


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


def _is_known(name: str) -> bool:
    return is_outlet(name, beside_place=True) or is_agency(name)


def _looks_like_one(name: str) -> bool:
    """Whether a name that no list knows is made as outlets' names are."""
    return bool(_OUTLET_WORDS.search(name)) and not _NO_OUTLET.search(name)


def _may_name(name: str) -> bool:
    """Whether words may be an outlet's name: few, with letters enough, no phrase of furniture, and no person."""
    if not 2 <= len(name) <= _LONGEST_NAME or len(name.split()) > _NAME_MOST_WORDS:
        return False
    if _NOT_A_NAME.search(_VOWELS.sub("", name)) or _ONLY_DESCRIBES.fullmatch(fold_text(name)):
        return False
    if _is_known(name) or _looks_like_one(name):
        return True
    if _INSTITUTION.search(name):
        return False
    return bool(_THREE_LETTERS.search(name)) and not (" " in name and opens_with_given(name)) and not _is_other(name)


_TOPICS = frozenset({"اخبار", "الاخبار", "شوون", "قضايا"})


def _is_made_up(name: str) -> bool:
    """Whether nothing but an outlet is likely called so: no word of sections and topics."""
    return is_coined(name) or _looks_like_one(name) or is_outlet(name)


def _is_other(name: str) -> bool:
    """Whether words that no list of outlets has are something else: a button, a place, a month."""
    first, _, others = name.partition(" ")
    if fold_text(first) in _TOPICS and (is_country(others) or is_place(others)):
        return True
    return is_country(name) or is_place(name) or read_date(name) is not None


class _Names:
    """Names with how much speaks for each; one is the same in every spelling."""

    def __init__(self) -> None:
        self._worth: dict[str, float] = defaultdict(float)
        # The spelling that the surest line has.
        self._shown: dict[str, str] = {}
        self._surest: dict[str, float] = defaultdict(float)

    def speak(self, stated: str | None, points: float) -> None:
        """Let something speak for a name; what can be none is passed over."""
        name = _name(stated or "") if points > 0 else ""
        # A copyright line may name what is a button elsewhere.
        if _may_name(name) and not (points < _SURE and is_furniture(fold_text(name)) and not _is_known(name)):
            key = fold_text(outlet_of(name) or name)
            if key not in self._worth:
                # What is known, or made as outlets' names are, needs less.
                self._worth[key] = float(_is_known(name) or _looks_like_one(name))
            self._worth[key] += points
            # Where a page writes its name in Arabic too, that is how its readers know it.
            self._show(key, name, points if _ARABIC.search(name) else points / 10)

    def _show(self, key: str, name: str, sure: float) -> None:
        if sure > self._surest[key]:
            self._shown[key], self._surest[key] = name, sure

    def hear(self, spoken: Iterable[_Spoken], *, against: Iterable[str]) -> None:
        """Let all speak that speaks for names, and what the page says against some."""
        for stated, points in spoken:
            self.speak(stated, points)
        for stated in against:
            name = _name(stated)
            self._worth[fold_text(outlet_of(name) or name)] -= _AGAINST

    def corroborate(self, furniture: Iterable[str]) -> None:
        """Let each further line of furniture that says one of the likeliest names speak a little for it."""
        likely = sorted(self._shown, key=lambda key: -self._worth[key])[:_MOST_LIKELY]
        shown = {key: fold_text(self._shown[key]) for key in likely if self._worth[key] >= 1}
        lines = fold_all([*furniture]) if shown else []
        for key, name in shown.items():
            if len(name) > _SHORT_NAME:
                said = sum(name in line for line in lines) - 1
                self._worth[key] += 0.5 * min(max(said, 0), 3)

    def best(self) -> str | None:
        """Return the name for which most speaks, None when too little does."""
        # Papers print agencies: of two for which as much speaks the other one prints the page.
        key = max(self._shown, key=lambda each: (self._worth[each], not is_agency(self._shown[each])), default=None)
        return self._shown[key] if key is not None and self._worth[key] >= _LEAST_WORTH else None


# Publisher ----------------------------------------------------------------------------------------------------------

_AGAINST = 5.0
_LOOKED_AT, _LONGEST_SELF, _LONGEST_SENTENCE, _SHORT_SENTENCE = 600, 200, 320, 120
_MOST_TITLES = 20
_NEWS = frozenset({"text", "begin", "summary", "title"})
# Lines about other pages, and those of other people: an outlet in them is theirs.
_OF_OTHERS = frozenset({"ticker", "related", "read_more", "embed", "caption", "tags", "source", "dateline"})
# Addresses in them lead to other pages.
_ELSEWHERE = frozenset({"embed", "read_more", "related", "source", "caption"})
# So many lines at either end of a page are its head and its foot.
_HEAD_LINES, _FOOT_LINES = 6, 6
_FIRST_LINES = 2

_SIGN_OF_RIGHTS = re.compile(r"©|\(c\)|copyright|all rights|محفوظ[ةه]|حقوق (?:ال)?(?:نشر|طبع|ملكية)", re.IGNORECASE)
_RIGHTS_WORDS = re.compile(
    r"(?:تمتلك|تملك|يملك|يمتلك|تحتفظ|يحتفظ)\s.*|(?:ب?جميع|ب?كافة|كل)?\s?(?:ال)?حقوق(?:\s(?:النشر|الطبع|الملكية|الفكرية|الأدبية|التأليف|الموقع|والطبع|والنشر|نشر|طبع))*"
    r"(?:\s?(?:©|\(c\))?\s?محفوظ[ةه])?|محفوظ[ةه]|©|\(c\)|&copy;|copyrights?|all rights? reserved\b|\breserved\b"
    r"|(?:19|20)\d\d(?:\s?[-–/]\s?(?:(?:19|20)\d\d|\d\d))?م?|[\u0661\u0662][\u0660-\u0669]{3}م?",
    re.IGNORECASE,
)
_NOTE = re.compile(r"^(?:تنبيه|تنويه|ملاحظة)\s?[:：]\s?")
_RIGHTS_MADE_BY = re.compile(
    r"(?:powered|designed|developed|made) by.*|(?:تصميم|برمجة|تطوير|استضافة|الدعم الفني|بواسطة)\b.*", re.IGNORECASE
)
_RIGHTS_PARTS = re.compile(r"\s*[|،,\u0000•·]\s*|\s+[-–—]\s+|\.\s+|^\s*[-–—.:]\s*")
_TO = re.compile(
    r"^(?:لدى\s|ل(?:صالح|ـ)?\s?(?=موقع|صحيفة|جريدة|وكالة|قناة|شبكة|مؤسسة|بوابة|شركة)|لـ\s?|for\s|by\s|to\s)",
    re.IGNORECASE,
)


# A sign of rights behind other words, without a year and without words of the law, is a picture's.
_PICTURE = re.compile(
    r"^(?!.*(?:حقوق|محفوظ|rights|copyright|droits|derechos|diritti|(?:19|20)\d\d\s*$|(?:19|20)\d\d\s?(?:©|\(c\))|(?:©|\(c\))\s?(?:19|20)\d\d))\S.*(?:©|\(c\))\s*\S",
    re.IGNORECASE,
)


def _owner(text: str) -> str | None:
    """Who owns the rights by a copyright line, when it names one: what is left of it without the words of the law."""
    if not _SIGN_OF_RIGHTS.search(text) or "حقوق الصور" in text or _PICTURE.search(text):
        return None
    rest = _RIGHTS_WORDS.sub("\0", _RIGHTS_MADE_BY.sub("", _NOTE.sub("", text)))
    owners: list[str] = []
    for part in filter(None, (each.strip(" .:-–—_/()[]") for each in _RIGHTS_PARTS.split(rest))):
        owners += _owners(part)
    known = next((each for each in owners if _is_known(each)), None)
    return known or next(iter(owners), None)


def _owners(part: str) -> Iterator[str]:
    name = _TO.sub("", part)
    if name.startswith("لل") and not _is_known(name):
        name = "ال" + name[2:]
    elif name[:1] == "ل" and len(name) > 3 and not _is_known(name):
        name = name[1:]
    name = _name(name)
    if len(name) > 1 and len(name.split()) <= _NAME_MOST_WORDS and not _NOT_A_NAME.search(name):
        yield name


_OWNS_OUTLETS = re.compile(
    r"^(?:ال)?(?:وزارة|شركة|مؤسسة|دار|مجموعة|مركز|حزب|جمعية|منظمة)\s|\.[a-z]{2,4}$", re.IGNORECASE
)


def _owner_worth(name: str) -> float:
    """How much a copyright line speaks for whom it names: less for a company, an address, a name in Latin letters."""
    if _is_known(name):
        return 5
    return 3 if _OWNS_OUTLETS.search(name) or not _ARABIC.search(name) else 5


_LONGEST_PAIR = 60
_PAIR = re.compile(r"^\(?(?P<name>[^-–—/|+،,:()]{2,30}?)\s*[-–—/|+،,]\s*(?P<other>[^-–—/|+،,:()]{2,30})\)?$")
_MOST_MENTIONED = 2
_REVIEW_WORDS = re.compile(r"افتتاحي|[أا]سرار|عناوين|مانشيت|مقدمة")
_MOST_READ_OF = re.compile(r"^(?:الأكثر|الاكثر) (?:قراءة|مشاهدة|تداولا|شعبية) (?P<name>.{3,30})$")
_AGO = re.compile(r"منذ|^المزيد من")
_ADDRESS = re.compile(r"(?<![\w.-])(?:https?://|www\.|[\w.]*@)?(?P<host>[a-z][a-z\d-]*(?:\.[a-z\d-]+)+)", re.IGNORECASE)
_OPENS = re.compile(r"^(?P<name>[^-–—/|:،.×•(]{2,30}?)(?P<sign>\s?[-–—/|×•]\s|\s[-–—/|(×•])(?=\S)")
_OPENS_DATED = re.compile(r"^(?P<name>[^-–—،:.]{3,30})[،,]\s[^-–—:.]{0,30}(?:19|20)\d\d\s?[-–—]\s")
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


def publisher_of(lines: Sequence[Line], states: Sequence[State], titles: Sequence[str]) -> str | None:
    """Return who prints the page: the name for which most speaks, None when nothing says it clearly."""
    names = _Names()
    titles = list(dict.fromkeys(titles))[:_MOST_TITLES]
    opening = next((n for n, state in enumerate(states) if state.role in ("text", "begin")), 0)
    head, foot = min(opening, _HEAD_LINES), len(lines) - 1 - _FOOT_LINES
    furniture: list[_Placed] = []
    news: list[_Spoken] = []
    for number, (line, state) in enumerate(zip(lines, states, strict=True)):
        at_edge = number < head or number > foot
        if state.role in _NEWS:
            news += _from_news(line.text, titles if len(line.text) <= _LONGEST_SELF else (), at_edge=at_edge)
            if state.role == "title":
                news += _tails(line.text)
        else:
            furniture.append(_Placed(number, line, state.role, at_edge))
    spoken = chain(
        _datelines(lines, opening),
        _unlisted_datelines(lines[opening : opening + 1]),
        *(find(furniture) for find in (_mastheads, _menus, _alone, _openings, _pairs, _mentions, _addresses)),
        _own_credits(furniture, lines),
        *(_from_furniture(each, titles) for each in furniture),
        news,
    )
    names.hear(spoken, against=_credited_elsewhere(furniture))
    names.corroborate(each.line.text for each in furniture if not each.of_others)
    return names.best()


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
    return (_is_known(name) or _looks_like_one(name)) and not (is_wire(name) or is_desk(name))


def _from_furniture(each: _Placed, titles: Sequence[str]) -> Iterator[_Spoken]:
    """What one line of furniture says by itself."""
    text = each.line.text
    if len(text) <= _LONGEST_SENTENCE:
        yield from _said_by_furniture(text)
    if len(text) > _LONGEST_SELF:
        return
    if not each.number and text[-1] == ":" and len(text.split()) <= _NAME_MOST_WORDS and not _REVIEW_WORDS.match(text):
        yield text, 4
    yield from _beside_title(text, titles)


# Sites say the same around every page.
@lru_cache(maxsize=4096)
def _said_by_furniture(text: str) -> tuple[_Spoken, ...]:
    said: list[_Spoken] = [*names_in(text, ANYWHERE)]
    if len(text) <= _LONGEST_SELF:
        owner = _owner(text)
        said += [(owner, _owner_worth(owner or "")), *_first_named(text), *_from_credits(text)]
        if (found := _MOST_READ_OF.match(text)) and is_outlet(found["name"]):
            said.append((found["name"], 2))
    return tuple(each for each in said if each[0])


def _first_named(text: str) -> Iterator[_Spoken]:
    """The first name that a saying of furniture gives: of several the first is the surest."""
    said = (each for each in names_in(text, FURNITURE) if _may_name(_name(each[0])))
    yield from islice(said, 1)


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
    yield from _often_in_datelines(lines)
    for line in lines[opening : opening + 1]:
        if (dated := _OPENS_DATED.match(line.text)) and (_is_known(dated["name"]) or _looks_like_one(dated["name"])):
            yield dated["name"], 3


def _often_in_datelines(lines: Sequence[Line]) -> Iterator[_Spoken]:
    """Outlets of several datelines, which no wire is: they wrote all that stands there."""
    counts = Counter(line.dateline.agency for line in lines if line.dateline and line.dateline.agency)
    yield from ((name, 1.5) for name, count in counts.items() if count > 1 and not is_wire(name))


def _is_set_off(line: Line, dateline: Dateline) -> bool:
    """Whether a dateline is a line of its own, or was peeled off one; and no label or pair of outlets."""
    whole = dateline.end == len(line.text) or any(part.role == "dateline" for part in line.before)
    return whole and line.sort is not Sort.SOURCE and not _anothers_page(line.text)


def _dateline_worth(dateline: Dateline, name: str, *, first: bool) -> float:
    """How much a dateline speaks for its outlet: an agency's without a place may stand on any page."""
    if not first or is_wire(name):
        return 0.25
    if not is_agency(name):
        return 3
    return 2 if dateline.place else 1.5


_UNLISTED = re.compile(
    r"^(?P<one>[^-–—/|:()،.]{2,30}?)\s*[-–—/|(]\s*(?P<other>[^-–—/|:()،.]{2,30}?)\s*(?:\)|\s[-–—/|]|[-–—/|]\s|:)"
)


def _unlisted_datelines(opening: Sequence[Line]) -> Iterator[_Spoken]:
    """An outlet that no list knows beside a place, where the page's first text opens."""
    for line in opening:
        if line.dateline is None and (found := _UNLISTED.match(line.text[:_LONGEST_PAIR])):
            one, other = found["one"], found["other"]
            name = other if is_place(one) else one if is_place(other) else ""
            if name and not is_person(name):
                yield name, 1 + is_coined(name)


# A name in both scripts: فيتنام بلس | VietnamPlus.
_IN_BOTH = re.compile(
    r"^(?:(?P<latin>[A-Za-z][A-Za-z .&'-]{2,60}?)\s*[-–|/•]?\s*(?P<name>[^A-Za-z|/•]{3,40})"
    r"|(?P<first>[^A-Za-z|/•]{3,40}?)\s*[-–|/•]?\s*(?P<then>[A-Za-z][A-Za-z .&'-]{2,60}))$"
)
# The way to the page: سودارس » السياسية; صحافة العرب - الرئيسية.
_WAY = re.compile(
    r"^(?P<name>[^»›>|/:]{2,30}?)\s*"
    r"(?:[»›>]\s*[^\W\d]|[-–—|/:]\s*(?P<home>الرئيسية|الصفحة الرئيسية|الصفحة الأولى|home)\b)",
    re.IGNORECASE,
)
_ISSUE = re.compile(r"^(?P<name>[^:|\d]{2,30}?)\s*[-–|،:]?\s*(?:العدد|السنة)\s?(?:رقم\s?)?[:(]?\s?\d")
# Menus and rows of buttons are in both scripts as well.
_NO_MASTHEAD = re.compile(
    r"\S\s{2,}\S|youtube|spotify|podcast|google|facebook|twitter|telegram|whatsapp|instagram|tiktok|\bapp\b",
    re.IGNORECASE,
)
_OF_A_KIND = re.compile(rf"(?:{KIND}|مدونة|مدوّنة|بورتال)\s[^\W\d]")
_LONGEST_MASTHEAD = 100


def _mastheads(furniture: Sequence[_Placed]) -> Iterator[_Spoken]:
    """What heads the first lines of a page: a name in both scripts, the way to the page, an issue's number."""
    for each in furniture:
        if each.number >= _HEAD_LINES:
            return
        if each.at_edge and len(each.line.text) <= _LONGEST_MASTHEAD:
            yield from _from_masthead(each.line.text)


@lru_cache(maxsize=1024)
def _from_masthead(text: str) -> tuple[_Spoken, ...]:
    said: list[_Spoken] = []
    both = _IN_BOTH.match(text)
    if both and not _NO_MASTHEAD.search(text) and not is_furniture(fold_text(both["latin"] or both["then"])):
        name = (both["name"] or both["first"]).strip()
        said.append((name, 2.5))
    if (way := _WAY.match(text)) and (way["home"] or _is_made_up(way["name"])):
        said.append((way["name"], 3 if way["home"] else 2))
    if issue := _ISSUE.match(text):
        said.append((issue["name"], 3))
    return tuple(said)


# What parts the items of a menu.
_ITEMS = re.compile(r"\s*[|×•·»›>]+\s*|\s[-–—]\s|\s{2,}")


def _menus(furniture: Sequence[_Placed]) -> Iterator[_Spoken]:
    """The first item of a row that a page begins with is its own name more often than a section."""
    for each in furniture[:_FIRST_LINES]:
        items = _ITEMS.split(each.line.text) if each.number < _FIRST_LINES and each.at_edge else []
        if len(items) > 1 and not is_furniture(fold_text(items[0])):
            yield items[0], _worth_in_menu(items[0])
            yield from ((item, 1) for item in items[1:3] if _looks_like_one(item))


def _worth_in_menu(name: str) -> float:
    if is_outlet(name) or _looks_like_one(name) or _OF_A_KIND.match(name):
        return 2
    return 1.5 if _is_coined_in_arabic(name) else 0.0


_LONGEST_TAIL_WORDS = 3
_TAIL = re.compile(r"(?P<sign>\s*[|»]\s*|\s[-–—]\s)(?P<name>[^|»\-–—:؟!]{2,30})$")


def _tails(title: str) -> Iterator[_Spoken]:
    """What a title ends with behind a sign: a bar parts it from the site's name more often than from its own words."""
    found = _TAIL.search(title)
    if found and len(found["name"].split()) <= _LONGEST_TAIL_WORDS:
        yield found["name"], 1 + 0.5 * ("|" in found["sign"])


def _own_credits(furniture: Sequence[_Placed], lines: Sequence[Line]) -> Iterator[_Spoken]:
    """Who credits itself: beside an agency (المصدر: الجزيرة + وكالات), or as whom the page is headed, or spoken to."""
    for each in furniture:
        if each.line.sort is Sort.SOURCE:
            own, plus, others = each.line.text[each.line.value - each.line.start :].partition("+")
            own = _name(own)
            if own and len(own) <= _LONGEST_NAME and not is_wire(own):
                yield own, 2.0 * bool(plus and others.strip() and _is_known(own))
                yield own, _worth_elsewhere(own, each.number, lines)


def _worth_elsewhere(own: str, number: int, lines: Sequence[Line]) -> float:
    """What else is said on the page of whom the source on line ``number`` names."""
    heads = (line for at, line in enumerate(lines[:_HEAD_LINES]) if at != number and len(line.text) <= _LONGEST_SELF)
    if any(fold_text(own) == fold_text(_name(item)) for line in heads for item in _ITEMS.split(line.text)):
        return 2.5
    return 2.0 * (_is_known(own) and _is_spoken_to(own, lines))


def _is_spoken_to(name: str, lines: Sequence[Line]) -> bool:
    """Whether somebody speaks to an outlet in some line: للجزيرة نت, لـ«النشرة»."""
    bare = name.removeprefix("ال")
    asked = (f" لل{bare}", f" ل{name}", f" لـ{name}", f' لـ"{name}', f" لـ«{name}", f' ل"{name}', f" ل«{name}")
    return any(each in line.text for line in lines for each in asked)


def _credited_elsewhere(furniture: Sequence[_Placed]) -> set[str]:
    """Whom the page says to have an article from: there it is shown, not printed."""
    texts = (each.line.text for each in furniture if len(each.line.text) <= _LONGEST_SELF)
    found = (pattern.search(text) for text in texts if _may_provide(text) for pattern in _FROM_ELSEWHERE)
    return {each["name"] for each in found if each}


def _alone(furniture: Sequence[_Placed]) -> Iterator[_Spoken]:
    """Lines that are nothing but a name: twice, or at the head or the foot of the page, they are the page's."""
    found: dict[str, list[float]] = defaultdict(list)
    for each in furniture:
        name = _name(each.line.text)
        if len(name) <= _LONGEST_NAME and len(name.split()) <= 3 and (worth := _worth_by_place(each, name)) is not None:
            found[name].append(worth)
    for name, edges in found.items():
        # An agency alone on one line is a credit; a broadcaster that is credited as agencies are has pages too.
        if len(edges) > 1 or not is_agency(name) or is_desk(name):
            yield name, len(edges) + max(edges)


def _worth_by_place(each: _Placed, name: str) -> float | None:
    """What a line that is nothing but a name adds by where it stands; None when that is no outlet's."""
    if each.line.sort not in (Sort.TEXT, Sort.CREDIT) or is_furniture(fold_text(name)):
        return None
    worth = _worth_alone(name, at_edge=each.at_edge, listed_only=each.line.sort is Sort.CREDIT)
    if worth is None and each.number < _FIRST_LINES and each.at_edge:
        worth = _worth_at_the_top(name, first=each.number == 0)
    return worth


def _worth_at_the_top(name: str, *, first: bool) -> float | None:
    """What an unlisted name adds that is one of a page's first lines, by itself: words of a section say little."""
    if not _ARABIC.search(name) or not all(word.isalpha() for word in name.split()):
        return None
    return 0.5 * first + is_coined(name) if first or is_coined(name) else None


def _is_coined_in_arabic(name: str) -> bool:
    return all(word.isalpha() for word in name.split()) and bool(_ARABIC.search(name)) and is_coined(name)


def _worth_alone(name: str, *, at_edge: bool, listed_only: bool) -> float | None:
    """What the place of a line that is nothing but a name adds; None when that is no outlet's."""
    if is_outlet(name) or is_agency(name):
        return 1.0 if at_edge else 0.5
    if is_outlet(name, beside_place=True):
        return 0.9 if at_edge else 0.0
    return float(at_edge) if not listed_only and _looks_like_one(name) else None


def _openings(furniture: Sequence[_Placed]) -> Iterator[_Spoken]:
    """Furniture that opens with a known outlet and a sign; several of them are a list of outlets."""
    opens = (_OPENS.match(each.line.text) for each in furniture if not each.of_others)
    names = {found["name"] for found in opens if found and _opens_as_outlet(found["name"], found["sign"])}
    if len(names) == 1:
        yield from (
            (name, 2.5)
            for name in names
            if not is_wire(name) and not is_place(name) and not is_furniture(fold_text(name))
        )


def _opens_as_outlet(name: str, sign: str) -> bool:
    """Whether a line opens with an outlet: before a bracket or a dot an everyday word is none."""
    if sign.strip() in "-–—/|":
        return _is_known(name)
    return is_outlet(name) or (is_agency(name) and len(name) > _SHORT_NAME)


def _anothers_page(text: str) -> str | None:
    """Whose page it is that a site shows, where a line is nothing but these two: خليج برس - عنب بلدي."""
    pair = _PAIR.match(text) if len(text) <= _LONGEST_PAIR else None
    return pair["other"] if pair and _is_outlets(pair["name"]) and is_outlet(pair["other"]) else None


def _is_outlets(name: str) -> bool:
    return is_outlet(name) or (_looks_like_one(name) and not is_agency(name))


def _pairs(furniture: Sequence[_Placed]) -> Iterator[_Spoken]:
    """The first name of a pair: an outlet and whom it credits (الغد - وكالات), a site and whose page it shows."""
    for each in furniture:
        text = each.line.text
        if len(text) <= _LONGEST_PAIR and (each.role not in _OF_OTHERS or each.role in ("source", "dateline")):
            pair = _PAIR.match(text)
            if pair and _shows_or_credits(pair["name"], pair["other"]):
                yield pair["name"], 2
            elif pair and _is_beside_outlet(pair["name"], pair["other"]):
                yield pair["other"], 2


def _is_beside_outlet(name: str, other: str) -> bool:
    """Whether the second of a pair is an outlet behind its city or its reporter."""
    if is_person(name):
        return is_outlet(other) and not is_agency(other)
    return is_place(name) and _looks_like_one(other)


def _shows_or_credits(name: str, other: str) -> bool:
    """Whether the first of a pair may be the page's outlet: no place, no person, no agency, no word of furniture."""
    if is_place(name) or is_person(name) or is_agency(name) or is_furniture(fold_text(name)):
        return False
    if is_person(other):
        return is_outlet(name, beside_place=True)
    return is_agency(other) or (is_outlet(other) and _is_outlets(name))


def _mentions(furniture: Sequence[_Placed]) -> Iterator[_Spoken]:
    """Known outlets named in furniture: each line speaks a little; many of them are those of a list."""
    lines = (each.line for each in furniture if not each.of_others and each.line.sort is not Sort.SOURCE)
    found = [
        name
        for line in lines
        if " " in line.text and not _AGO.search(line.text)
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
    re.compile(r"نُ?شر في (?P<name>[^\d]{2,30}?) يوم\b"),
    re.compile(r"^المزيد من (?P<name>(?:بوابة|صحيفة|وكالة|موقع|قناة|جريدة)\s.{2,30})$"),
    re.compile(r"نقلا عن\s+(?P<name>[^\d:،.]{2,40})$"),
    re.compile(
        r"^(?:شاهد|اقرأ|إقرأ|قراءة|لقراءة|لمتابعة|لمشاهدة|مشاهدة)\s.{0,30}(?:الأصلي|الاصلي|كاملا|كاملاً|المصدر|كامل)\s"
        rf"(?:على|علي|في|من)\s(?:{KIND}\s)?(?P<name>[^\d:،.]{{2,30}})$"
    ),
    re.compile(r"^(?:via|source|from)\s?[:：]?\s(?P<name>[^:.]{2,30})$", re.IGNORECASE),
    re.compile(r"^(?:المصدر|مصدر الخبر|مصدر)\s?[/|\-–]\s?(?P<name>[^:.]{2,40})$"),
)
# Of these, what no page says of itself.
_FROM_ELSEWHERE = (_PROVIDED[0], _PROVIDED[1], _PROVIDED[3])
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
_JOINED = re.compile(r"[+،,/&|]")
_REPORTED = re.compile(r"^(?:ذكرت?|أفادت?|افادت?|نقلت?|أوردت?|اوردت?)\s")
# Editors' initials may stand before it.
_BRACKET = re.compile(r"^(?:[^\W\d_]{1,2}\s?[./]\s?){0,5}(?:[^\W\d_]{1,2}\s?)?\((?P<names>[^()]{2,60})\)\.?$")
_PARTS = re.compile(r"[،,/]|\s[-–—]\s")
_BULLETIN = re.compile(r"(?:نشرة|موجز|نشرات)\s\((?P<name>[^()]{2,20})\)")


def originals_of(lines: Sequence[Line]) -> tuple[str, ...]:
    """Return what sentences of rewriters, anywhere on a page, name as the original of its articles."""
    foot = len(lines) - 1 - _FOOT_LINES
    said = chain.from_iterable(
        names_in(line.text, ORIGINALS)
        for number, line in enumerate(lines)
        if len(line.text) <= (_LONGEST_SENTENCE if number > foot else _LONGEST_SELF)
    )
    return tuple(source_name(name) for name, _ in said)


def source_of(block: Block, lines: Sequence[Line], publisher: str | None, originals: Sequence[str]) -> str | None:
    """Return who reported an article, by what stands below it, inside it, behind its last sentence, before its lead.

    A label (المصدر) is the surest. An outlet that credits itself has no source; an agency is its own. ``originals`` are
    the page's, for an article that says nothing itself.
    """
    others = (
        credit.name
        for credit in chain(_credited(block, lines), map(_Credit, (*originals, *_told(block, lines))))
        if publisher is None or not is_same_outlet(credit.name, publisher) or (credit.placed and is_agency(credit.name))
    )
    labelled = (_without_own(name, publisher) for name in _labelled(block, lines))
    return next(chain(filter(None, labelled), others), None)


def _without_own(stated: str, publisher: str | None) -> str | None:
    """A labelled source without the publisher (RT + تاس); None when it names nobody else and is no agency."""
    if publisher is None or (is_agency(publisher) and not is_desk(publisher)):
        return stated
    if is_same_outlet(stated, publisher) and "+" not in stated:
        return None
    others = [part.strip() for part in stated.split("+") if not is_same_outlet(part, publisher)]
    return " + ".join(others) or None


def in_one_form(publisher: str | None, source: str | None) -> tuple[str | None, str | None]:
    """Return publisher and source; where an agency signs on its own page, both in the form that it signs with.

    One that is a part of the other form gives way to it: وطنية to الوكالة الوطنية للإعلام.
    """
    if publisher and source and not _JOINED.search(source) and is_agency(source) and is_same_outlet(publisher, source):
        form = publisher if fold_text(source) in fold_text(publisher) else source
        return form, form
    return publisher, source


def _labelled(block: Block, lines: Sequence[Line]) -> Iterator[str]:
    for number in (*block.below[:8], *block.inside):
        if lines[number].sort is Sort.SOURCE and (value := _labelled_source(lines, number)):
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
    for number in (*block.below[:8], *block.inside):
        yield from _credits(lines[number])
    yield from (_Credit(mark, placed=True) for number in block.text if (mark := lines[number].mark))
    for number in block.text[:3]:
        dateline = lines[number].dateline
        if dateline and dateline.agency:
            yield _Credit(dateline.agency, placed=True)
    for number in block.above[-6:]:
        yield from _credits(lines[number])
    yield from map(_Credit, _reviewed(block, lines))


def _credits(line: Line) -> Iterator[_Credit]:
    for pattern in _PROVIDED if _may_provide(line.text) else ():
        if found := pattern.search(line.text):
            yield _Credit(source_name(found["name"]))
    if other := _anothers_page(line.text):
        yield _Credit(other)
    elif line.sort is Sort.CREDIT and not _is_pictures(line.text) and (agency := credited(line.text)):
        yield _Credit(agency, placed=line.dateline is not None)
    if found := _BULLETIN.search(line.text):
        yield _Credit(found["name"], placed=True)
    if bracket := _BRACKET.match(line.text):
        first = _PARTS.split(bracket["names"])[0].strip()
        if is_agency(first) and not _is_pictures(line.text):
            yield _Credit(first)


def _is_pictures(text: str) -> bool:
    """Whether an agency and a person share a line in brackets: they took a picture."""
    parts = _PARTS.split(text.strip("()")) if text[:1] == "(" and text[-1:] == ")" else []
    return any(is_person(part.strip()) or (" " in part.strip() and opens_with_given(part)) for part in parts)


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
