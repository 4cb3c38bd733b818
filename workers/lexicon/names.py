"""Names that bylines, datelines and end marks are made of: agencies, outlets, bureau cities, countries, given names.

They come from the lexicon's data: places and countries from countries.yaml and gazetteer.tsv, as the tagger has them,
with what datelines alone say (datelines.yaml); agencies and outlets from outlets.yaml; given names from words.yaml,
given.yaml and gazetteer.tsv. They are read where the shape of a line already says that it is no sentence; none of them
is looked for in running text. All are folded (see :mod:`workers.text.fold`), read when first asked for, and kept.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from workers.lexicon.files import lines_of, parse_yaml, read_file
from workers.lexicon.model import LexiconError
from workers.text.fold import fold_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = [
    "Outlet",
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
    "read_outlets",
]

_KINDS = frozenset(("agency", "paper", "channel", "radio", "magazine", "site"))
_KEYS = frozenset(("name", "spellings", "latin", "everyday", "in_text", "kind", "desk", "wire", "sites"))

# Sources --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outlet:
    """An entry of outlets.yaml.

    ``sure`` are the forms that name it alone, ``everyday`` those that need something beside, ``in_text`` sure ones that
    name it in running text too; ``sites`` are host names. ``credited`` says that datelines and end marks name it as
    they name an agency, ``desk`` that they do and it is a broadcaster, ``wire`` that papers elsewhere print it.
    """

    name: str
    sure: tuple[str, ...]
    everyday: tuple[str, ...]
    in_text: tuple[str, ...]
    sites: tuple[str, ...]
    credited: bool
    desk: bool
    wire: bool


def read_outlets(groups: dict[str, list[dict[str, Any]]]) -> list[Outlet]:
    """Return the outlets of outlets.yaml, its groups put together.

    Raises:
        LexiconError: when an entry has a key or a kind that is none.
    """
    return [_outlet(entry) for entries in groups.values() for entry in entries]


def _outlet(entry: dict[str, Any]) -> Outlet:
    name: str = entry["name"]
    if unknown := entry.keys() - _KEYS:
        raise LexiconError(f"outlets.yaml: {name}: there is no key {', '.join(sorted(unknown))}")
    if entry["kind"] not in _KINDS:
        raise LexiconError(f"outlets.yaml: {name}: a kind is one of {', '.join(sorted(_KINDS))}")
    everyday = entry.get("everyday", [])
    forms = [name, *entry.get("spellings", [])]
    if everyday is True:
        sure, everyday = [], forms
    else:
        sure = [form for form in forms if form not in everyday]
    found = entry.get("in_text")
    return Outlet(
        name,
        sure=(*sure, *entry.get("latin", [])),
        everyday=tuple(everyday),
        in_text=() if found is False else tuple(form for form in sure if found or len(form.split()) > 1),
        sites=tuple(entry.get("sites", [])),
        credited=entry["kind"] == "agency" or entry.get("desk", False),
        desk=entry.get("desk", False),
        wire=entry.get("wire", False),
    )


@dataclass(frozen=True, slots=True)
class _Names:
    """Folded names by what they name. Everyday ones stand in no other set of theirs."""

    agencies: frozenset[str]
    everyday_agencies: frozenset[str]
    wires: frozenset[str]
    desks: frozenset[str]
    outlets: frozenset[str]
    everyday_outlets: frozenset[str]
    sites: dict[str, str]
    #: The outlet whose site is the only one with this label before its first dot.
    labels: dict[str, str]
    #: The outlet of each form that one alone has.
    owners: dict[str, str]
    places: frozenset[str]
    everyday_places: frozenset[str]
    countries: frozenset[str]
    #: All names of the above.
    listed: frozenset[str]
    #: The first words of agencies and outlets.
    openings: frozenset[str]
    given: frozenset[str]
    doubtful: frozenset[str]
    family: frozenset[str]
    #: Words that stand in no name: verbs of news, grammar.
    nameless: frozenset[str]
    #: Words that are frequent in news.
    frequent: frozenset[str]


_PRESS = ("agencies", "everyday_agencies", "outlets", "everyday_outlets")


@lru_cache(maxsize=1)
def _names() -> _Names:
    outlets = read_outlets(_data("outlets.yaml"))
    gazetteer: defaultdict[str, set[str]] = defaultdict(set)
    for line in lines_of(read_file("gazetteer.tsv")):
        _, kind, name = line.split("\t")
        gazetteer[kind].add(name)
    common = frozenset(lines_of(read_file("common.txt")))
    press, places = _press(outlets), _places(gazetteer, common)
    listed = frozenset[str]().union(*(press[kind] for kind in _PRESS), *places.values())
    openings = frozenset(name.partition(" ")[0] for name in press["agencies"] | press["outlets"])
    return _Names(**press, **places, listed=listed, openings=openings, **_people(gazetteer, common), frequent=common)


def _press(outlets: Sequence[Outlet]) -> dict[str, Any]:
    credited = [outlet for outlet in outlets if outlet.credited]
    others = [outlet for outlet in outlets if not outlet.credited]
    return {
        "agencies": _forms(credited),
        "everyday_agencies": _folded(chain.from_iterable(outlet.everyday for outlet in credited)),
        "wires": _forms(outlet for outlet in credited if outlet.wire),
        "desks": _forms(outlet for outlet in credited if outlet.desk),
        "outlets": _forms(others),
        "everyday_outlets": _folded(chain.from_iterable(outlet.everyday for outlet in others)),
        "sites": _sites(outlets),
        "labels": _labels(outlets),
        "owners": _owners(outlets),
    }


def _sites(outlets: Iterable[Outlet]) -> dict[str, str]:
    return {site: outlet.name for outlet in outlets for site in outlet.sites}


def _labels(outlets: Iterable[Outlet]) -> dict[str, str]:
    found: dict[str, set[str]] = defaultdict(set)
    for outlet in outlets:
        for site in outlet.sites:
            found[site.partition(".")[0]].add(outlet.name)
    return {label: next(iter(names)) for label, names in found.items() if len(names) == 1}


def _forms(outlets: Iterable[Outlet]) -> frozenset[str]:
    return _folded(chain.from_iterable(outlet.sure for outlet in outlets))


def _places(gazetteer: Mapping[str, set[str]], common: frozenset[str]) -> dict[str, Any]:
    countries, datelines = _data("countries.yaml"), _data("datelines.yaml")
    everyday = _folded(datelines["everyday"])
    listed = _folded(name for entry in countries for key in ("capital", "places") for name in entry.get(key, ()))
    # GeoNames' cities hold many common words; those that people listed are places whatever else they mean.
    cities = gazetteer["city"] - _folded(_data("rules.yaml")["no_city"]) - common
    named = _folded(name for entry in countries for name in (entry["name_ar"], *entry.get("names", ())))
    return {
        "places": (listed | cities | _folded(datelines["places"])) - everyday,
        "everyday_places": everyday,
        "countries": named | _folded(gazetteer["name"]) | _folded(datelines["after_a_city"]),
    }


def _people(gazetteer: Mapping[str, set[str]], common: frozenset[str]) -> dict[str, Any]:
    words, given_names = _data("words.yaml"), _data("given.yaml")
    curated = _folded(words["given"])
    # These are names too (علي folds like على, on); which it is, the place in a byline tells.
    nameless = _folded(words["stop"]) - {"علي", "الله", "اسماء"}
    nameless |= _folded(word for kind in ("verbs", "saying") for word in words[kind]) - curated
    given = _folded(name for kind, names in given_names.items() if kind != "doubtful" for name in names)
    given |= gazetteer["given"]
    doubtful = _folded((*words["doubtful"], *given_names["doubtful"]))
    doubtful |= (gazetteer["doubtful"] | (given & common)) - curated
    return {
        "given": (curated | given) - doubtful,
        "doubtful": doubtful,
        "family": frozenset(gazetteer["family"] - common),
        "nameless": nameless,
    }


def _owners(outlets: Iterable[Outlet]) -> dict[str, str]:
    found: dict[str, set[str]] = defaultdict(set)
    for outlet in outlets:
        for form in (*outlet.sure, *outlet.everyday):
            found[_folded_name(form)].add(outlet.name)
    return {form: next(iter(names)) for form, names in found.items() if len(names) == 1}


def _data(name: str) -> Any:
    return parse_yaml(read_file(name))


def _folded(names: Iterable[str]) -> frozenset[str]:
    return frozenset(map(_folded_name, names))


# Names ----------------------------------------------------------------------------------------------------------------

# These say that an outlet's name follows, so that an everyday word is one.
_HEADS = "صحيفه|جريده|مجله|قناه|وكاله"
_BEFORE_NAME = re.compile(
    rf"(?:(?:(?P<head>{_HEADS})|وكالات|وكالتا|موقع|شبكه|تلفزيون|اذاعه|خدمه|بوابه|مراسل|مراسله|مكتب)"
    r"(?: انباء| الانباء)? |المصدر ?: ?)"
)
_AFTER_NAME_TEXT = """
    السعوديه المصريه الاماراتيه الكويتيه القطريه البحرينيه العراقيه السوريه اللبنانيه الاردنيه المغربيه الجزايريه
    التونسيه الليبيه السودانيه اليمنيه الفلسطينيه العمانيه التركيه الايرانيه الروسيه الفرنسيه الالمانيه البريطانيه
    الامريكيه الاميركيه الصينيه اللندنيه للانباء الاخباريه عربي عربيه بالعربيه
"""
_AFTER_NAME = frozenset(_AFTER_NAME_TEXT.split())
_LONGEST_FORM = 4
_APART = re.compile(r"\s*[+،,/&|–—]\s*|\s+-\s*|\s*-\s+|\s+و\s?(?=\S)")
_MAY_PART = re.compile(r"[+،,/&|–—-]|\sو")
_QUOTES = " \t\"'«»“”{}[]()‹›„”:.،-–—ـ*|/\u200e\u200f\u202a\u202b\u202c"
_INNER_SIGNS = re.compile('[."«»“”’]')
_WORD = re.compile(r"[^\W\d_]+(?:[.'’][^\W\d_]+)*\.?$")


@lru_cache(maxsize=8192)
def _folded_name(name: str) -> str:
    """A name folded for the lists: without quotes, dots and further spaces."""
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
    before = _BEFORE_NAME.match(folded)
    behind = folded[before.end() :] if before else folded
    rest, space, last = behind.rpartition(" ")
    return (behind if before and before["head"] else ""), rest if space and last in _AFTER_NAME else behind


def is_agency(name: str) -> bool:
    """Whether ``name`` is a news agency as datelines and end marks write it, or several, or "agencies"."""
    names = _names()
    folded = _folded_name(name)
    if _known(folded, names.agencies) or folded in names.everyday_agencies:
        return True
    if not _MAY_PART.search(name):
        return False
    sign = _APART.search(name)
    first = _folded_name(name[: sign.start()]) if sign else ""
    if sign is None or (first and not _known(first, names.agencies)):
        return False
    parts = [_folded_name(part) for part in _APART.split(name) if _folded_name(part)]
    return len(parts) > 1 and all(_known(part, names.agencies) for part in parts)


def is_sure_agency(name: str) -> bool:
    """Whether ``name`` stands for an agency without a place beside it: not one of those that are everyday words."""
    return is_agency(name) and _folded_name(name) not in _names().everyday_agencies


def is_wire(name: str) -> bool:
    """Whether ``name`` is an agency whose reports papers of other countries print (رويترز), alone or among others."""
    names = _names()
    parts = (name, *_APART.split(name))
    return any(_known(_folded_name(part), names.wires) for part in parts)


def is_desk(name: str) -> bool:
    """Whether ``name`` is a broadcaster that is credited as an agency is (CNN)."""
    return _known(_folded_name(name), _names().desks)


def is_outlet(name: str, *, beside_place: bool = False) -> bool:
    """Whether ``name`` is a newspaper, channel or site as datelines and credits write it.

    With ``beside_place`` names that are everyday words count too (الحياة, الاتحاد); صحيفة before one is enough.
    """
    names = _names()
    folded = _folded_name(name)
    return _known(folded, names.outlets, names.everyday_outlets) or (
        beside_place and _known(folded, names.everyday_outlets)
    )


def outlet_of(name: str) -> str | None:
    """Return by what name the outlet is listed that ``name`` is a form of; None where none is, or several."""
    owners = _names().owners
    folded = _folded_name(name)
    return owners.get(folded) or owners.get(_bare(folded)[1])


def outlets_in(text: str) -> list[str]:
    """Return the outlets and agencies that a short text names by sure forms, as it writes them, the longest at a place.

    For furniture: in a story an outlet's name may be a person's or a town's.
    """
    names = _names()
    words = text.split()
    folded = [_folded_name(word) for word in words]
    found, at = [], 0
    while at < len(words):
        end = _outlet_end(folded, at, names) if folded[at].partition(" ")[0] in names.openings else at
        if end > at:
            found.append(" ".join(words[at:end]).strip(_QUOTES))
        at = max(end, at + 1)
    return found


def _outlet_end(folded: Sequence[str], at: int, names: _Names) -> int:
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
    return _folded_name(name) in (names.everyday_places if everyday else names.places)


def is_country(name: str) -> bool:
    """Whether ``name`` is a country or state as it stands after a city."""
    return _folded_name(name) in _names().countries


def is_listed(name: str) -> bool:
    """Whether ``name`` may be an agency, an outlet, a place or a country; where it is False it is none of them."""
    folded = _folded_name(name)
    listed = _names().listed
    if folded in listed or _MAY_PART.search(name):
        return True
    return (" " in folded or ":" in folded) and not listed.isdisjoint(_bare(folded))


def opens_with_given(name: str) -> bool:
    """Whether the first word of ``name`` is a given name, be it an ordinary word as well."""
    first = next(iter(_folded_name(name).split()), "")
    return first in _names().given or first in _names().doubtful


def is_person(name: str) -> bool:
    """Whether ``name`` is two to five words that open with a given name, as a byline's are.

    A given name that is an ordinary word as well needs another name behind it.
    """
    folded = _folded_name(name)
    words = folded.split()
    if not 2 <= len(words) <= 5:
        return False
    names = _names()
    given = words[0] in names.given or folded.startswith(("عبدال", "عبد ال", "عبدرب", "عبد رب"))
    if not given and words[0] not in names.doubtful:
        return False
    if not all(_WORD.match(word) for word in words) or not names.nameless.isdisjoint(words):
        return False
    return given or any(
        each in names.given or each in names.doubtful or each in names.family
        for word in words[1:]
        for each in (word, word.removeprefix("ال"))
    )
