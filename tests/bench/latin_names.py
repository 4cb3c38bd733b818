"""Latin names of people whom the lexicon lacks, beside the English names of hand-read labels.

    python -m tests.bench.latin_names DATA [-v]

DATA is the folder that tests.bench.tags takes, with labels/tags_dev.jsonl and labels/tags_recent_dev.jsonl. Compared
are people without an entry whose tag has the label's name, word for word, by letters alone, in lower case and without
diacritics: equal, or at most two letters apart. By how the name was made, and by the set of labels.
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from tests.bench.confidence import SETS
from tests.bench.tags import labelled
from workers.lexicon import load
from workers.lexicon.latin import without_marks
from workers.tagging import Tagger
from workers.text.fold import fold_text

if TYPE_CHECKING:
    from collections.abc import Iterator

NEAR = 2


def distance(one: str, two: str) -> int:
    """Return how many letters must be put in, taken out or changed to make one text the other."""
    row = list(range(len(two) + 1))
    for number, letter in enumerate(one, 1):
        before, row[0] = row[0], number
        for at, other in enumerate(two, 1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (letter != other))
    return row[-1]


def letters(name: str) -> str:
    """Return the letters of a Latin name, in lower case and without diacritics."""
    return re.sub("[^a-z]", "", without_marks(name).lower())


def compared(data: Path) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield set, origin, Arabic name, our Latin name and the label's of each person."""
    tagger = Tagger(load())
    for name in SETS:
        for each in labelled(data, data / "labels" / f"{name}.jsonl"):
            wanted = {fold_text(label["surface"] or ""): label["name_en"] or "" for label in each.actors}
            for tag in tagger.tag(each.title, each.text, published_at=each.published_at).actors:
                label = wanted.get(fold_text(tag.name))
                if tag.type == "person" and not tag.known and label:
                    yield name, tag.name_en_from or "", tag.name, tag.name_en or "", label


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("-v", "--verbose", action="store_true", help="list the names, the nearest first")
    options = parser.parse_args()
    console = Console(width=150, highlight=False)
    found = [
        (distance(letters(ours), letters(label)), *rest, ours, label) for *rest, ours, label in compared(options.data)
    ]
    counts: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for apart, labels, origin, *_ in found:
        for key in ((labels, origin), (labels, "all"), ("all", origin), ("all", "all")):
            counts[key].append(apart)
    table = Table("labels", "origin", "people", "equal", f"at most {NEAR} apart")
    for (labels, origin), each in sorted(counts.items()):
        shares = (sum(apart <= most for apart in each) / len(each) for most in (0, NEAR))
        table.add_row(labels, origin, str(len(each)), *(f"{share:.2f}" for share in shares))
    console.print(table)
    if options.verbose:
        for each in sorted(found):
            console.print(*each, markup=False)


if __name__ == "__main__":
    main()
