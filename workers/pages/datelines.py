"""The bureau line that a news text opens with: ``دبي، الإمارات (CNN)--``, ``القاهرة - رويترز``, ``سبق- الرياض:``.

It is read part by part up to the first part that is no place, agency, outlet, date or byline. The parts are told by
closed lists (:mod:`workers.lexicon.names`), an unknown place by the agency beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from workers.lexicon.names import is_agency, is_country, is_listed, is_outlet, is_person, is_place, is_sure_agency
from workers.text.fold import fold_text

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Dateline", "find_dateline"]

# A dateline with a country, a full date and two agencies has some 100 letters.
_HEAD = 150
_DASHES = "-–—−_"
_MARKS = "\u200b\u200e\u200f\u202a\u202b\u202c\ufeff"
_OPENERS = "([{«“"
_CLOSERS = ")]}»”"
# A tatweel between spaces is a dash.
_SIGN = re.compile(rf"[{_DASHES}:/|،,\"()\[\]{{}}«»“”]|(?<=\s)ـ+(?=\s)")
# Quick to look for: a line without one of these has no sign; a date has a figure.
_SIGN_OR_TATWEEL = re.compile(rf"[{_DASHES}:/|،,\"()\[\]{{}}«»“”ـ]")
_FIGURE = re.compile(r"\d")
_ENDS = re.compile(rf"[{_DASHES}ـ:/|)\]}}]")
_MONTHS = (
    "يناير|كانون الثاني|جانفي|فبراير|شباط|فيفري|مارس|اذار|ابريل|نيسان|افريل|مايو|ايار|ماي|يونيو|حزيران|جوان|يوليو|تموز"
    "|جويليه|اغسطس|اب|اوت|غشت|سبتمبر|ايلول|شتنبر|اكتوبر|تشرين الاول|نوفمبر|تشرين الثاني|نونبر|ديسمبر|كانون الاول|دجنبر"
)
_DAYS = "(?:الاحد|الاثنين|الثلاثاء|الاربعاء|الخميس|الجمعه|السبت)"


def _any_spelling(pattern: str) -> str:
    """A pattern in folded spelling that matches unfolded text: a dateline is cut from the paragraph as it stands."""
    return pattern.replace("ا", "[اأإآ]").replace("ه", "[هة]")


_DATE = re.compile(
    _any_spelling(
        rf"(?:{_DAYS}[\s،,]{{0,2}})?\d{{1,2}}(?:\s|\s?-\s?)(?:{_MONTHS})(?![^\W\d_])"
        rf"(?:\s?[/(-]\s?(?:{_MONTHS})(?![^\W\d_])\)?)?(?:[\s،,/]{{1,2}}(?:19|20)\d\d(?:م(?!\w))?)?(?!\d)"
        r"|\d{1,2}([-/.])\d{1,2}\1(?:19|20)\d\d(?!\d)|\d{1,2}\s[-–]\s\d{1,2}(?![\d/:])"
    )
)
_DATE_BEGINS = re.compile(_any_spelling(rf"\d|{_DAYS}"))
# What stands in no place's name; with it a part is news.
_NEWS = re.compile(
    r"(?:^|\s)(?:[وف]?(?:قال|قالت|ذكر|ذكرت|نقل|نقلت|افاد|افادت|اعلن|اعلنت|اكد|اكدت|كشف|كشفت|اضاف|اضافت|اوضح|اوضحت|نشرت"
    r"|بحسب|حسب|وفق|كان|كانت|قد|لا|لم|لن|ما|هل|هذا|هذه|هو|هي|كما|لكن)|في|من|علي|الي|ان|عن|مع|التي|الذي|بعد|قبل|بين|او|ثم"
    r"|اليوم|امس|الرييس|وزير|رييس)(?:\s|$)|[؟!.\d]"
)
_CREDIT = re.compile(r"(?:خاص|متابعات?|متابعه|تقرير|تحقيق|حوار|كتب|كتبت|مراسل|مراسله|تصوير|مكتب|رصد|من)\b")
# عمان في 5 فبراير.
_BEFORE_DATE = re.compile(r"\s(?:في|يوم)$")
_CAPITALS = re.compile(r"[A-Zİ]{2,10}$")
_MOST_UNKNOWN_WORDS = 4
# The longest names of the lists have some 30 letters.
_LONGEST_NAME = 45
_MOST_WORDS_UNKNOWN_ALONE = 3
_OPENING_WORDS = {1: re.compile(r"\S+(?=\s)"), 2: re.compile(r"\S+\s\S+(?=\s)")}
_MOST_PARTS = 6
# An unknown place of four words, or a place and a date, stand before the first sign.
_MOST_SPACES_BEFORE_SIGN = 6


class Dateline(NamedTuple):
    """A dateline: its words, where it ends in the paragraph, the agency or outlet that it names, its place, people."""

    text: str
    end: int
    agency: str | None
    place: str | None
    people: tuple[str, ...] = ()


@dataclass(slots=True)
class _Parts:
    """The parts read so far."""

    agency: str | None = None
    outlet: str | None = None
    doubtful: str | None = None
    place: str | None = None
    # A place whose name is an everyday word: it is one beside a name of another kind.
    everyday: str | None = None
    unknown: str | None = None
    bylines: int = 0
    people: tuple[str, ...] = ()
    # Whether the place is one of the list, not an unknown word before a country.
    listed: bool = True

    @property
    def source(self) -> str | None:
        """The agency, else the outlet."""
        return self.agency or self.outlet or self.doubtful

    @property
    def where(self) -> str | None:
        """The place; one that no list knows when there is no other."""
        return self.place or self.everyday or self.unknown

    @property
    def is_beside(self) -> bool:
        """Whether a place or a byline was read: beside one a name is surely an agency's or outlet's."""
        return bool(self.place or self.everyday or self.bylines)

    def take(self, words: str, *, joined: bool) -> int:
        """Take a part in and return how many of its letters: 0 when it belongs to no dateline.

        ``joined`` says that a dash stands before it; then an agency may be followed by the news without a sign.
        """
        if len(words) <= _LONGEST_NAME and self._add(words):
            return len(words)
        return self._take_opening(words) if joined and (self.is_beside or self.outlet) else 0

    def _take_opening(self, words: str) -> int:
        """Take in an agency, a place or a credit of one or two words that the news follows."""
        for count in (2, 1):
            first = _OPENING_WORDS[count].match(words)
            if first and (is_agency(first[0]) or is_place(first[0]) or _CREDIT.fullmatch(fold_text(first[0]))):
                self._add(first[0])
                return first.end()
        return 0

    def _add(self, words: str) -> bool:
        bare = _BEFORE_DATE.sub("", words) if words.endswith(("في", "يوم")) else words
        known = is_listed(words) or (bare is not words and is_listed(bare)) or _CAPITALS.match(words)
        return bool(known and self._add_listed(words, bare)) or self._add_unlisted(words, bare)

    def _add_unlisted(self, words: str, bare: str) -> bool:
        """Take in a byline, or the one part that may be a place no list knows."""
        folded = fold_text(words)
        few = len(words.split()) <= _MOST_UNKNOWN_WORDS
        if is_person(words):
            self.bylines += 1
            self.people = (*self.people, words)
        elif few and _CREDIT.match(folded):
            self.bylines += 1
        elif self.unknown is None and few and not _NEWS.search(folded):
            self.unknown = bare
        else:
            return False
        return True

    def _add_listed(self, words: str, bare: str) -> bool:
        """Take in a part that the lists know; ``bare`` is without what stands before a date."""
        if is_place(bare):
            self.place = self.place or bare
        elif is_sure_agency(words) or ((self.place or self.everyday) and _names_agency(words)):
            self.agency = self.agency or words
        elif is_outlet(words):
            self.outlet = self.outlet or words
        else:
            return self._add_doubtful(words, bare)
        return True

    def _add_doubtful(self, words: str, bare: str) -> bool:
        """Take in a name that is an everyday word too, or a country behind what was read."""
        if not (self.place or self.everyday) and is_place(bare, everyday=True):
            self.everyday = bare
        elif self.doubtful is None and (is_outlet(words, beside_place=True) or is_agency(words)):
            self.doubtful = words
        elif (self.where or self.source) and is_country(bare):
            self.listed = self.unknown is None
            self.place, self.unknown = f"{self.where}، {bare}" if self.where else bare, None
        else:
            return False
        return True

    def make_dateline(self, signs: str, *, apart: bool) -> bool:
        """Whether the parts are a dateline when these signs end it; ``apart`` says that a space follows them."""
        dash = any(sign in signs for sign in _DASHES + "ـ")
        ends = dash or ":" in signs
        if self.agency:
            return self.is_beside or ends or (bool(self.outlet or self.unknown) and "/" in signs)
        if self.outlet:
            # Alone before a colon an outlet says what follows: هآرتس: ...
            return self.is_beside or dash
        return not self.unknown and self._place_makes_one(dash=dash, ends=ends, apart=apart)

    def _place_makes_one(self, *, dash: bool, ends: bool, apart: bool) -> bool:
        """As :meth:`make_dateline`, without an agency or outlet."""
        if not self.place:
            return bool(self.everyday and self.bylines and not self.doubtful)
        return self.listed and ((dash and apart) or bool(self.bylines) or (ends and bool(self.doubtful)))

    def alone(self) -> bool:
        """Whether the parts are a dateline without anything behind them."""
        named = bool(self.agency or self.outlet)
        if self.unknown:
            return named and len(self.unknown.split()) <= _MOST_WORDS_UNKNOWN_ALONE
        if named:
            return self.is_beside or bool(self.agency and self.outlet)
        if self.bylines:
            return (self.bylines > 1 and not self.doubtful) or self._is_bylined_place
        return bool(self.place and self.listed and self.doubtful)

    @property
    def _is_bylined_place(self) -> bool:
        """Whether there is a place for a byline to stand beside."""
        return bool((self.place and self.listed) or self.everyday)


def _names_agency(words: str) -> bool:
    """Whether words beside a place are an agency: a known one, or Latin capitals."""
    return is_agency(words) or bool(_CAPITALS.match(words))


def _next_sign(head: str, at: int) -> int | None:
    """Where the next sign stands, as _SIGN would find it."""
    while found := _SIGN_OR_TATWEEL.search(head, at):
        if found[0] != "ـ" or _SIGN.match(head, found.start()):
            return found.start()
        at = found.end()
    return None


def _tokens(head: str) -> Iterator[tuple[str, int, int]]:
    """Words between signs, dates (which hold signs) and runs of signs: kind, start, end."""
    at = 0
    dated = _FIGURE.search(head) is not None
    while at < len(head):
        if head[at].isspace() or head[at] in _MARKS:
            at += 1
        elif dated and (date := _DATE.match(head, at)):
            yield "date", at, date.end()
            at = date.end()
        elif sign := _SIGN.match(head, at):
            yield "sign", at, sign.end()
            at = sign.end()
        else:
            found = _next_sign(head, at)
            end = len(head) if found is None else found
            if dated and _DATE_BEGINS.search(head, at, end) and (date := _DATE.search(head, at)):
                end = min(end, date.start())
            yield "words", at, at + len(head[at:end].rstrip())
            at = end


class _Reader:
    """Reads the tokens of a paragraph's head, and keeps the longest dateline so far."""

    def __init__(self, head: str) -> None:
        self.head = head
        self.parts = _Parts()
        self.best: Dateline | None = None
        self.text_end = self.count = 0
        self.signs = ""
        #: A date stands right before: the next part needs no sign.
        self.dated = False

    def read(self) -> bool:
        """Read up to the first part that belongs to no dateline; False when there was one."""
        for kind, start, end in _tokens(self.head):
            if kind == "sign":
                self._sign(start, end)
            elif (kind == "words" and self._words(start, end)) or (kind == "date" and self.count):
                self.text_end, self.signs, self.dated = end, "", kind == "date"
            else:
                return False
        return True

    def up_to(self, end: int) -> Dateline:
        return Dateline(self.head[: self.text_end].strip(), end, self.parts.source, self.parts.where, self.parts.people)

    def _sign(self, start: int, end: int) -> None:
        sign = self.head[start]
        self.signs += sign
        opens = sign in _OPENERS or (sign == '"' and self.head[end : end + 1].strip())
        if sign in _CLOSERS + '"' and not opens:
            self.text_end = end
        # Behind a sign that opens a quotation stands the news.
        quoted = self.signs[:-1].strip(_CLOSERS + _DASHES + "ـ:/|،,")
        following = self.head[end : end + 1]
        apart = sign not in _DASHES or not following or following in _DASHES or following.isspace()
        if not quoted and _ENDS.match(sign) and self.parts.make_dateline(self.signs, apart=apart):
            self.best = self.up_to(end)

    def _words(self, start: int, end: int) -> bool:
        if self.count and not self.dated and not self.signs.strip('"«»“”'):
            # At most a quotation mark between two parts: a sentence.
            return False
        self.count += 1
        joined = bool(self.signs) and self.signs[-1] in _DASHES
        taken = self.parts.take(self.head[start:end], joined=joined)
        if 0 < taken < end - start and self.parts.alone():
            self.text_end = start + taken
            self.best = self.up_to(self.text_end)
        return taken == end - start and self.count <= _MOST_PARTS


def find_dateline(paragraph: str) -> Dateline | None:
    """Return the dateline that a paragraph opens with, or None; looks at its first 150 code points.

    It ends with the signs that part it from the news, so that no word of the news is in it. A place without an agency
    needs a dash behind it, or a byline beside it. A first line that is nothing but a dateline is one as a whole.
    """
    head = paragraph[:_HEAD].split("\n", 1)[0]
    sign = _next_sign(head, 0)
    if sign is None or head.count(" ", 0, sign) > _MOST_SPACES_BEFORE_SIGN:
        return None
    whole = paragraph[len(head) : len(head) + 1] in ("", "\n")
    # Only one of these parts a dateline from what stands behind it.
    return _dateline_of(head, whole) if whole or _ENDS.search(head) else None


# A line is read for its parts, and again for its label.
@lru_cache(maxsize=32)
def _dateline_of(head: str, whole: bool) -> Dateline | None:
    """The dateline that a head opens with; ``whole`` says that nothing stands behind the head."""
    reader = _Reader(head)
    whole = reader.read() and whole
    if whole and reader.parts.alone() and not (reader.best and reader.parts.unknown):
        return reader.up_to(len(head))
    return reader.best
