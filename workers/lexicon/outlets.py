"""Outlets, and the names that bylines, datelines and credits are made of, compiled from the source's lists."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from workers.lexicon.files import lines_of
from workers.lexicon.model import LexiconError, Names
from workers.lexicon.names import folded_name
from workers.text.fold import fold_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from workers.lexicon.source import Source

__all__ = ["Outlet", "compile_names", "read_outlets"]

_KINDS = frozenset(("agency", "paper", "channel", "radio", "magazine", "site"))
_KEYS = frozenset(("name", "spellings", "latin", "everyday", "in_text", "kind", "desk", "wire", "sites"))
_PRESS = ("agencies", "everyday_agencies", "outlets", "everyday_outlets")
_OF_GRAMMAR = ("outlet_heads", "before_outlets", "news", "credits", "after_outlets")


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


def compile_names(source: Source) -> Names:
    """Return the names of outlets, places, countries and people, folded, by what they name.

    Raises:
        LexiconError: when an outlet has a key or a kind that is none.
    """
    outlets = read_outlets(source.lists["outlets.yaml"])
    gazetteer: defaultdict[str, set[str]] = defaultdict(set)
    for line in lines_of(source.generated["gazetteer.tsv"]):
        _, kind, name = line.split("\t")
        gazetteer[kind].add(name)
    common = frozenset(lines_of(source.generated["common.txt"]))
    press, places = _press(outlets), _places(source, gazetteer, common)
    listed = frozenset[str]().union(*(press[kind] for kind in _PRESS), *places.values())
    openings = frozenset(name.partition(" ")[0] for name in press["agencies"] | press["outlets"])
    grammar: dict[str, Any] = {
        name: frozenset(map(fold_text, source.lists["grammar.yaml"][name])) for name in _OF_GRAMMAR
    }
    people = _people(source, gazetteer, common)
    return Names(**press, **places, **people, **grammar, listed=listed, openings=openings, frequent=common)


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


def _places(source: Source, gazetteer: Mapping[str, set[str]], common: frozenset[str]) -> dict[str, Any]:
    countries, datelines = source.countries.values(), source.lists["datelines.yaml"]
    everyday = _folded(datelines["everyday"])
    listed = _folded(name for entry in countries for name in (*entry.capital, *entry.places))
    # GeoNames' cities hold many common words; those that people listed are places whatever else they mean.
    cities = gazetteer["city"] - _folded(source.lists["rules.yaml"]["no_city"]) - common
    named = _folded(name for entry in countries for name in (entry.name_ar, *entry.names))
    return {
        "places": (listed | cities | _folded(datelines["places"])) - everyday,
        "everyday_places": everyday,
        "countries": named | _folded(gazetteer["name"]) | _folded(datelines["after_a_city"]),
    }


def _people(source: Source, gazetteer: Mapping[str, set[str]], common: frozenset[str]) -> dict[str, Any]:
    words, given_names = source.lists["words.yaml"], source.lists["given.yaml"]
    curated = _folded(words["given"])
    nameless = _folded(words["stop"]) - _folded(words["stop_in_bylines"])
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
            found[folded_name(form)].add(outlet.name)
    return {form: next(iter(names)) for form, names in found.items() if len(names) == 1}


def _folded(names: Iterable[str]) -> frozenset[str]:
    return frozenset(map(folded_name, names))
