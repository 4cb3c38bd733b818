"""Make labelled pages from real articles, one JSON line each.

    python -m tests.bench.pages_made DATA [--split train|held|all] [--count N] [--seed N] [--layout NAME] > pages.jsonl

DATA is a folder with ant_dev.jsonl.gz, saudi_dev.jsonl.gz, recent_dev.jsonl.gz, or some of them. Pages of ``train`` and
of ``held`` share neither articles nor wordings of furniture; ``all`` has the articles of train, the furniture of both.
``--labelled`` writes instead the hand-made pages of DATA (pages_dev.jsonl) in the same form.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import orjson

from tests.bench.page_maker import articles, labelled, layouts, make


def main() -> None:
    """Write the pages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder with the collections of articles")
    parser.add_argument("--split", choices=("train", "held", "all"), default="train")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--layout", default="", help="only this layout or group: " + ", ".join(layouts.LAYOUTS))
    parser.add_argument("--labelled", action="store_true", help="the hand-made pages instead")
    chosen = parser.parse_args()
    if chosen.labelled:
        pages = (page for page in labelled.load(chosen.data) if chosen.split in {"all", page["split"]})
    else:
        pool = articles.load(chosen.data, "train" if chosen.split == "all" else chosen.split)
        pages = make.many(pool, chosen.split, chosen.seed, chosen.count, chosen.layout)
    for page in pages:
        sys.stdout.buffer.write(orjson.dumps(page) + b"\n")


if __name__ == "__main__":
    main()
