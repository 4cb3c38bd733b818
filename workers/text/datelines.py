"""The bureau line that a news text opens with: ``دبي، الإمارات (CNN)--``, ``القاهرة - رويترز``, ``بيروت –``."""

from __future__ import annotations

import re
from typing import NamedTuple

from workers.text.labels import is_agency

__all__ = ["Dateline", "find_dateline"]

_DASH = r"[-–—ـ]"
_HEAD = 110
_BRACKETED = re.compile(rf"([^()\n.:؟!]{{2,60}}?)\s*\(\s*([^()]{{2,30}}?)\s*\)\s*{_DASH}{{1,3}}")
_DASHED = re.compile(rf"([^()\n.:؟!\-–—ـ]{{2,40}}?)\s*(?:{_DASH}+|/)\s*([^()\n.:؟!\-–—ـ]{{2,25}}?)\s*(?:{_DASH}+|[:/])")
_PLACE = re.compile(rf"((?:[^\W\d_]+\s){{0,2}}[^\W\d_]+)\s?{_DASH}+\s")
# Each of the patterns needs one of these signs; to look for them is cheaper.
_SIGNS = re.compile(r"[-–—ـ/(]")
_CAPITALS = re.compile(r"[A-Zİ]{2,10}$")


class Dateline(NamedTuple):
    """A dateline: its words, where it ends in the paragraph, and the agency that it names."""

    text: str
    end: int
    agency: str | None


def find_dateline(paragraph: str) -> Dateline | None:
    """Return the dateline that a paragraph opens with, or None.

    With an agency it may be any place; without one, one to three words and a dash between spaces count.
    """
    head = paragraph[:_HEAD]
    if not _SIGNS.search(head):
        return None
    found = _BRACKETED.match(head)
    if found and len(found[1].split()) <= 7 and (is_agency(found[2]) or _CAPITALS.match(found[2])):
        return Dateline(found[0].rstrip("-–—ـ "), found.end(), found[2])
    found = _DASHED.match(head)
    if found:
        agency = next((name for name in (found[2], found[1]) if is_agency(name)), None)
        if agency:
            return Dateline(found[0].rstrip("-–—ـ :/"), found.end(), agency.strip())
    found = _PLACE.match(head)
    if found:
        return Dateline(found[1], found.end(), found[1] if is_agency(found[1]) else None)
    return None
