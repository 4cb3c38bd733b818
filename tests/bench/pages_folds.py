"""How well pages are read by weights that have not seen them: hand-made pages by folds over their hosts.

    python -m tests.bench.pages folds DATA [--folds N] [--all] [--made N] [--each N] [--singles N] [--epochs N]
                                           [--seed N]

The weights that are checked in learned from all hand-made pages, so their score on these says little of other pages.
Here a model is learned for each fold from the pages of the others (beside the written and made pages and the articles,
as training has them) and reads the fold. Folds are made of the two thirds that are tuned on; the last third is read by
a model of these two thirds. With ``--all`` folds are made of all pages instead.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from rich.console import Console

from schemas.models import Document
from tests.bench import pages_train as train
from tests.bench.page_maker import labelled
from tests.bench.pages import table
from tests.bench.pages_score import SHARES, score
from workers.errors import NoArticle
from workers.pages import reader
from workers.pipeline.parse import articles_of

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence

    from tests.bench.pages_score import Page
    from workers.pages.roles import Model


def read(pages: Sequence[Page], model: Model) -> list[Counter[str]]:
    """Read pages by a model; return what is right on each."""
    counts = []
    with patch.object(reader, "load", return_value=model):
        for page in pages:
            try:
                found = articles_of(Document(document_id=page["document_id"], body=page["body"]))
            except NoArticle:
                found = []
            articles = [article.model_dump(mode="json") for article in found]
            counts.append(score(page, sorted(articles, key=lambda each: each["kind"] == "summary"), []))
    return counts


def main(argv: list[str]) -> None:
    """Learn and read fold by fold, and print the shares."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--folds", type=int, default=3)
    parser.add_argument("--all", action="store_true", help="folds of all pages, the held-out third too")
    for name, default in train.SIZES.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    chosen = parser.parse_args(argv)
    pages = labelled.load(chosen.data)
    tuned = [page for page in pages if chosen.all or page["split"] == "train"]
    others = train.unlabelled(chosen.data, seed=chosen.seed, made=chosen.made, each=chosen.each, singles=chosen.singles)
    known = dict(train.labelled_examples(chosen.data))

    def learned(seen: Sequence[Page]) -> Model:
        own = [example for page in seen if (example := known[page["document_id"]]) is not None]
        return train.learned([*own, *others], epochs=chosen.epochs, seed=chosen.seed)

    def fold_of(page: Page) -> int:
        number = int(hashlib.sha256(("f" + page["outlet"]).encode()).hexdigest(), 16)
        return number % int(chosen.folds)

    counts: list[Counter[str]] = []
    for fold in range(chosen.folds):
        model = learned([page for page in tuned if fold_of(page) != fold])
        counts += read([page for page in tuned if fold_of(page) == fold], model)
    title = f"hand-made pages{'' if chosen.all else ' to tune on'}, {chosen.folds} folds by host"
    rows = {"rasid": counts}
    console = Console(width=200)
    console.print(table(title, rows, list(SHARES)))
    if not chosen.all:
        held = [page for page in pages if page["split"] == "held"]
        rows = {"rasid": read(held, learned(tuned))}
        console.print(table("hand-made pages held out, read by what the others teach", rows, list(SHARES)))
