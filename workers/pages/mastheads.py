"""Where lines put an outlet's name: between signs at the head or foot of a page, beside a place, before the news.

Names that no list has are told by their place and by their looks together (:mod:`workers.pages.press_names`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workers.lexicon.names import is_country, is_frequent, is_outlet, is_person, is_place
from workers.pages.furniture import is_furniture
from workers.pages.press_names import MOST_WORDS, UNSURE, clean, is_known, likeness, may_name
from workers.text.fold import fold_text

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["SAYS_WHEN", "beside_place", "masthead", "name_before_lead", "opening_name"]

SAYS_WHEN = re.compile(r"منذ|\sقبل\s|^المزيد من")
"""A line of a list of other pages: how long ago each appeared, more of a kind."""
_LONGEST = 80
_PARTS = re.compile(
    r"\s*[|/:•·»«>\"“”()،]\s*|\s+[-–—]\s*|\s*[-–—]\s+|\s{3,}|\s[.…]+\s|\b(?:19|20)\d\d\b",
)
# No sign stands in a name, nor does a figure open one.
_NAME = r"(?P<name>[^-–—/|:،.()«»\"]{3,30}?)"
_PLACE = r"(?P<place>[^-–—/|:،.()]{2,25}?)"
_LED = re.compile(rf"^{_NAME}\s?[-–—/|:]\s?(?P<other>[^-–—/|:،.()]{{2,25}})(?P<ends>[-–—/|:]|$)?")
_PLACED = re.compile(rf"^{_PLACE}\s?[-–—/|:]\s?{_NAME}$")
_SLASHED = re.compile(rf"^{_PLACE}\s?[/(]\s?(?P<name>[^\W\d_]{{3,12}})\s?[/)]")
_DESK = re.compile(
    r"(?:وكالات|ترجم[ةه]|ترجمات|متابعات?|متابع[ةه]|خاص|رصد|تقرير|مراسلون|كتبت?|بقلم|إعداد|تحرير|تصوير|عواصم|أخبار)"
    r"(?:\s|$)"
)
_LEFT_OPEN = re.compile(rf"^{_NAME}\s?[-–—]$")
_OPENS = re.compile(rf"^{_NAME}(?:\s[-–—/]\s?|\s?[-–—/]\s)\S")
_OPENS_DATED = re.compile(
    rf"^{_NAME}[،,]\s(?:[^-–—:.]{{0,30}}(?:19|20)\d\d|[^-–—:.،]{{2,20}})\s?[-–—:]\s",
)


def masthead(text: str) -> Iterator[tuple[str, float]]:
    """Yield the names that stand in a short line between signs, or before a menu, each with what that is worth.

    A name that is nothing but the line is none of them.
    """
    if len(text) > _LONGEST or SAYS_WHEN.search(text):
        return
    parts = [part for part in _PARTS.split(text) if part]
    if len(parts) == 1:
        parts = [_before_menu(text)]
    whole = clean(text)
    for part in parts:
        name = clean(part)
        if name != whole and _may_head(name):
            at_an_end = part in (parts[0], parts[-1])
            yield name, 2.5 if at_an_end and not is_known(name) else 2


def _may_head(name: str) -> bool:
    """Whether a part of a line names an outlet by itself: no word that is one only beside a place, no person."""
    if not may_name(name) or is_place(name) or is_person(name):
        return False
    return is_outlet(name) if is_known(name) else likeness(name) >= UNSURE


def _before_menu(text: str) -> str:
    """The words that a line opens with before phrases of furniture (… الرئيسية اتصل بنا); an empty text without."""
    words = text.split()
    for count in range(1, min(MOST_WORDS, len(words) - 1) + 1):
        if is_furniture(fold_text(" ".join(words[count:]))):
            return " ".join(words[:count])
    return ""


def beside_place(text: str) -> Iterator[tuple[str, float]]:
    """Yield a name that no list has where datelines put an outlet: beside a place, before whom it credits.

    ``زاگروس نيوز/ أربيل``, ``كيتو: زاگروس نيوز``, ``نيويورك/ نينا/ news``.
    """
    led, placed, slashed = _LED.match(text), _PLACED.match(text), _SLASHED.match(text)
    if led and (_DESK.match(led["other"]) or (led["ends"] is not None and is_place(led["other"].strip()))):
        yield from _unlisted(led["name"], 2.5)
    if placed and is_place(placed["place"]):
        yield from _unlisted(placed["name"], 2)
    if slashed and is_place(slashed["place"]) and not is_frequent(fold_text(slashed["name"])):
        yield from _unlisted(slashed["name"], 2.5, least=3)


def _unlisted(name: str, worth: float, *, least: float = 1.5) -> Iterator[tuple[str, float]]:
    """The name, unless lists know it or it is a place, a person or furniture; ``least`` where it looks like nothing."""
    if is_known(name) or is_place(name) or is_country(name) or is_person(name) or is_furniture(fold_text(name)):
        return
    if not _DESK.match(name):
        yield name, worth if likeness(name) >= UNSURE else least


def opening_name(text: str) -> Iterator[tuple[str, float]]:
    """Yield a name that no list has and that a text opens with before a dash or a date; it has to look like one."""
    if (opens := _OPENS.match(text)) and not is_known(opens["name"]) and likeness(opens["name"]) >= UNSURE:
        yield opens["name"], 2.5
    if (dated := _OPENS_DATED.match(text)) and likeness(dated["name"]) >= UNSURE:
        yield dated["name"], 3


def name_before_lead(text: str) -> Iterator[tuple[str, float]]:
    """Yield a name that no list has, where a short line right above a lead is nothing but the name and a dash."""
    if found := _LEFT_OPEN.match(text):
        yield from _unlisted(found["name"], 3, least=3)
