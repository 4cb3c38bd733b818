"""Whether one actor has one id: in an article, across articles, and across countries.

    python -m tests.bench.identity DATA [--every N]

DATA is a folder with ant_dev, recent_dev and saudi_dev (.jsonl.gz); every Nth article is tagged. The figures:

- of 100 articles, those with two ids for one actor: two tags whose names are one but for quotation marks, articles and
  spelling, or that a reader judged to be one body (labels/one_body.tsv);
- of the 500 most frequent ids, those whose tags are of two countries, each in a tenth of them and in two articles at
  least; people are counted apart;
- names that are one but for spelling, and have several ids across articles.

Exit code 1 when the first is over 2 in 100, or the second is not 0, of people or of others.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from tests.bench.parse import read
from workers.lexicon import load
from workers.tagging import Tagger
from workers.text.fold import fold_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workers.tagging import Actor

COLLECTIONS = ("ant_dev", "recent_dev", "saudi_dev")
JUDGED = Path(__file__).parent / "labels" / "one_body.tsv"
MOST_DOUBLED = 0.02
FREQUENT = 500
_SIGNS = re.compile(r"[^\w ]|_")
_WEAK = re.compile(r"(?<=\w)[اوي]+")
_SKELETON = 4


def plain_key(name: str) -> str:
    """Return a name without signs, articles and most vowels: apart from the tagger's rules on purpose."""
    words = [word.removeprefix("ال") for word in _SIGNS.sub(" ", fold_text(name)).split()]
    bare = [_WEAK.sub("", word) for word in words]
    return " ".join(short if len(short) >= _SKELETON else word for word, short in zip(words, bare, strict=True))


def judged_pairs() -> set[frozenset[str]]:
    """Return the pairs of ids that a reader judged to be one body."""
    lines = JUDGED.read_text().splitlines()
    return {frozenset(line.split("\t")) for line in lines if line and not line.startswith("#")}


class Figures:
    """Counts over articles, in the order of `add`."""

    def __init__(self) -> None:
        """Begin with nothing counted."""
        self.articles = self.doubled = 0
        self.pairs: Counter[tuple[str, str]] = Counter()
        self.countries: defaultdict[str, Counter[str | None]] = defaultdict(Counter)
        self.people: set[str] = set()
        self.names: dict[str, str] = {}
        self.split: defaultdict[tuple[str, str, str | None], set[str]] = defaultdict(set)
        self._judged = judged_pairs()

    def add(self, actors: Iterable[Actor]) -> None:
        """Count the tags of one article."""
        actors = list(actors)
        self.articles += 1
        keys = {actor.id: plain_key(actor.name) for actor in actors}
        doubles = [(a, b) for a, b in combinations(actors, 2) if self._is_double(a, b, keys)]
        self.doubled += bool(doubles)
        self.pairs.update((a.name, b.name) for a, b in doubles)
        for actor in actors:
            self.countries[actor.id][actor.country] += 1
            self.names[actor.id] = actor.name
            if actor.type == "person":
                self.people.add(actor.id)
            if not actor.known:
                country = None if actor.type == "person" else actor.country
                self.split[actor.type, keys[actor.id], country].add(actor.id)

    def _is_double(self, a: Actor, b: Actor, keys: dict[str, str]) -> bool:
        if frozenset((a.id, b.id)) in self._judged:
            return True
        return keys[a.id] == keys[b.id] and (a.country == b.country or None in (a.country, b.country))

    def mixed(self, *, people: bool) -> list[tuple[str, Counter[str]]]:
        """Return the frequent ids whose tags are of two countries or more, of people or of all others."""
        frequent = sorted(self.countries, key=lambda each: -self.countries[each].total())[:FREQUENT]
        found = []
        for identity in frequent:
            counts = Counter({code: n for code, n in self.countries[identity].items() if code})
            several = [n for n in counts.values() if n >= max(2, counts.total() / 10)]
            if len(several) > 1 and (identity in self.people) == people:
                found.append((identity, counts))
        return found

    def several_ids(self, *, people: bool) -> int:
        """Return how many names that are one but for spelling have several ids."""
        return sum(len(ids) > 1 for (kind, *_), ids in self.split.items() if (kind == "person") == people)


def main() -> None:
    """Tag the collections and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--every", type=int, default=3)
    parser.add_argument("-v", "--verbose", action="store_true", help="name what is wrong")
    given = parser.parse_args()
    tagger, figures, console = Tagger(load()), Figures(), Console(highlight=False, width=160)
    for name in COLLECTIONS:
        for record in list(read(given.data / f"{name}.jsonl.gz"))[:: given.every]:
            tags = tagger.tag(record["title"] or "", record["text"] or "", published_at=record["published_at"])
            figures.add(tags.actors)
    mixed, mixed_people = figures.mixed(people=False), figures.mixed(people=True)
    console.print(f"{figures.articles:,} articles; with two ids for one actor: {figures.doubled}")
    console.print(f"in 100 articles: {100 * figures.doubled / figures.articles:.2f}")
    console.print(
        f"of the {FREQUENT} most frequent ids, of two countries: {len(mixed)} organisations, {len(mixed_people)} people"
    )
    for kind, people in (("people", True), ("organisations", False)):
        console.print(f"names of {kind} that have several ids: {figures.several_ids(people=people)}")
    if given.verbose:
        for (a, b), n in figures.pairs.most_common(40):
            console.print(f"{n:5} {a} | {b}")
        for identity, counts in (*mixed, *mixed_people):
            console.print(f"{identity} {figures.names[identity]} {dict(counts.most_common(5))}")
    if mixed or mixed_people or figures.doubled > MOST_DOUBLED * figures.articles:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
