"""Names that bylines, datelines and end marks are made of: agencies, outlets, bureau cities, countries, given names.

They come from the lexicon's source: places and countries from countries/ and gazetteer.tsv, as the tagger has them,
with what datelines alone say (datelines.yaml); agencies and outlets from outlets.yaml; given names from words.yaml,
given.yaml and gazetteer.tsv. They are read where the shape of a line already says that it is no sentence; none of them
is looked for in running text. All are folded (see :mod:`workers.text.fold`), read when first asked for, and kept.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from workers.lexicon.compiled import mapped, read_names
from workers.lexicon.files import COMPILED
from workers.text.fold import fold_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workers.lexicon.model import Names

__all__ = [
    "folded_name",
    "is_agency",
    "is_country",
    "is_desk",
    "is_frequent",
    "is_listed",
    "is_outlet",
    "is_person",
    "is_place",
    "is_sure_agency",
    "is_wire",
    "opens_with_given",
    "outlet_at",
    "outlet_of",
    "outlet_of_label",
    "outlets_in",
]

_LONGEST_FORM = 4
_APART = re.compile(r"\s*[+،,/&|–—]\s*|\s+-\s*|\s*-\s+|\s+و\s?(?=\S)")
_MAY_PART = re.compile(r"[+،,/&|–—-]|\sو")
_QUOTES = " \t\"'«»“”{}[]()‹›„”:.،-–—ـ*|/\u200e\u200f\u202a\u202b\u202c"
_INNER_SIGNS = re.compile('[."«»“”’]')
_WORD = re.compile(r"[^\W\d_]+(?:[.'’][^\W\d_]+)*\.?$")


@lru_cache(maxsize=1)
def _names() -> Names:
    with mapped(COMPILED) as data:
        return read_names(data)


@lru_cache(maxsize=1)
def _before_name() -> re.Pattern[str]:
    """What may stand before an outlet's name, with what says that an everyday word is one as ``head``."""
    names = _names()
    heads, others, news, credited = (
        "|".join(sorted(words)) for words in (names.outlet_heads, names.before_outlets, names.news, names.credits)
    )
    return re.compile(rf"(?:(?:(?P<head>{heads})|{others})(?: (?:{news}))? |(?:{credited}) ?: ?)")


@lru_cache(maxsize=8192)
def folded_name(name: str) -> str:
    """Return a name folded for the lists: without quotes, dots and further spaces."""
    return " ".join(_INNER_SIGNS.sub(" ", fold_text(name.strip(_QUOTES))).split())


def _known(folded: str, among: frozenset[str], everyday: frozenset[str] = frozenset()) -> bool:
    """Whether a folded name is one of ``among``, or with صحيفة and its like before it one of ``everyday``."""
    if folded in among:
        return True
    if " " not in folded and ":" not in folded:
        return False
    behind, bare = _bare(folded)
    return behind in everyday or bare in among


@lru_cache(maxsize=512)
def _bare(folded: str) -> tuple[str, str]:
    """What stands behind صحيفة and its like, may be empty; the name without that and its country's adjective."""
    before = _before_name().match(folded)
    behind = folded[before.end() :] if before else folded
    rest, space, last = behind.rpartition(" ")
    return (behind if before and before["head"] else ""), rest if space and last in _names().after_outlets else behind


def is_agency(name: str) -> bool:
    """Whether ``name`` is a news agency as datelines and end marks write it, or several, or "agencies"."""
    names = _names()
    folded = folded_name(name)
    if _known(folded, names.agencies) or folded in names.everyday_agencies:
        return True
    if not _MAY_PART.search(name):
        return False
    sign = _APART.search(name)
    first = folded_name(name[: sign.start()]) if sign else ""
    if sign is None or (first and not _known(first, names.agencies)):
        return False
    parts = [folded_name(part) for part in _APART.split(name) if folded_name(part)]
    return len(parts) > 1 and all(_known(part, names.agencies) for part in parts)


def is_sure_agency(name: str) -> bool:
    """Whether ``name`` stands for an agency without a place beside it: not one of those that are everyday words."""
    return is_agency(name) and folded_name(name) not in _names().everyday_agencies


def is_wire(name: str) -> bool:
    """Whether ``name`` is an agency whose reports papers of other countries print (رويترز), alone or among others."""
    names = _names()
    parts = (name, *_APART.split(name))
    return any(_known(folded_name(part), names.wires) for part in parts)


def is_desk(name: str) -> bool:
    """Whether ``name`` is a broadcaster that is credited as an agency is (CNN)."""
    return _known(folded_name(name), _names().desks)


def is_outlet(name: str, *, beside_place: bool = False) -> bool:
    """Whether ``name`` is a newspaper, channel or site as datelines and credits write it.

    With ``beside_place`` names that are everyday words count too (الحياة, الاتحاد); صحيفة before one is enough.
    """
    names = _names()
    folded = folded_name(name)
    return _known(folded, names.outlets, names.everyday_outlets) or (
        beside_place and _known(folded, names.everyday_outlets)
    )


def outlet_of(name: str) -> str | None:
    """Return by what name the outlet is listed that ``name`` is a form of; None where none is, or several."""
    owners = _names().owners
    folded = folded_name(name)
    return owners.get(folded) or owners.get(_bare(folded)[1])


def outlets_in(text: str) -> list[str]:
    """Return the outlets and agencies that a short text names by sure forms, as it writes them, the longest at a place.

    For furniture: in a story an outlet's name may be a person's or a town's.
    """
    names = _names()
    words = text.split()
    folded = [folded_name(word) for word in words]
    found, at = [], 0
    while at < len(words):
        end = _outlet_end(folded, at, names) if folded[at].partition(" ")[0] in names.openings else at
        if end > at:
            found.append(" ".join(words[at:end]).strip(_QUOTES))
        at = max(end, at + 1)
    return found


def _outlet_end(folded: Sequence[str], at: int, names: Names) -> int:
    """Where the longest name of an outlet or agency ends that begins at a word; ``at`` without one."""
    for end in range(min(at + _LONGEST_FORM, len(folded)), at, -1):
        phrase = " ".join(folded[at:end])
        if phrase in names.outlets or phrase in names.agencies:
            return end
    return at


def outlet_at(host: str) -> str | None:
    """Return the name of the outlet whose site a host name is (``www.`` and the like before it or not), if known."""
    labels = host.lower().strip(".").split(".")
    sites = _names().sites
    return next((sites[tail] for at in range(len(labels) - 1) if (tail := ".".join(labels[at:])) in sites), None)


def outlet_of_label(word: str) -> str | None:
    """Return the name of the outlet whose site's host begins with this word (``ShoroukNews``), if it is one's alone."""
    return _names().labels.get(word.lower())


def is_frequent(word: str) -> bool:
    """Whether a folded word is one of the many that are frequent in news."""
    return word in _names().frequent


def is_place(name: str, *, everyday: bool = False) -> bool:
    """Whether ``name`` is a city, or a part of a country, that agencies and papers write from.

    With ``everyday`` the names that are everyday words too are asked for instead (العين, صور).
    """
    names = _names()
    return folded_name(name) in (names.everyday_places if everyday else names.places)


def is_country(name: str) -> bool:
    """Whether ``name`` is a country or state as it stands after a city."""
    return folded_name(name) in _names().countries


def is_listed(name: str) -> bool:
    """Whether ``name`` may be an agency, an outlet, a place or a country; where it is False it is none of them."""
    folded = folded_name(name)
    listed = _names().listed
    if folded in listed or _MAY_PART.search(name):
        return True
    return (" " in folded or ":" in folded) and not listed.isdisjoint(_bare(folded))


def opens_with_given(name: str) -> bool:
    """Whether the first word of ``name`` is a given name, be it an ordinary word as well."""
    first = next(iter(folded_name(name).split()), "")
    return first in _names().given or first in _names().doubtful


def is_person(name: str) -> bool:
    """Whether ``name`` is two to five words that open with a given name, as a byline's are.

    A given name that is an ordinary word as well needs another name behind it.
    """
    folded = folded_name(name)
    words = folded.split()
    if not 2 <= len(words) <= 5:
        return False
    names = _names()
    given = words[0] in names.given or folded.startswith(("عبدال", "عبد ال", "عبدرب", "عبد رب"))
    if not given and words[0] not in names.doubtful:
        return False
    if not all(_WORD.match(word) for word in words) or not names.nameless.isdisjoint(words):
        return False
    return given or any(_may_follow(word, names) for word in words[1:])


def _may_follow(word: str, names: Names) -> bool:
    """Whether a folded word is a name, with the article or without."""
    return any(
        each in names.given or each in names.doubtful or each in names.family
        for each in (word, word.removeprefix("ال"))
    )
