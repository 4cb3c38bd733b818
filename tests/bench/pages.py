"""How well pages are read: pieces, kinds, titles, furniture, dates, publishers, sources, countries and actors.

    python -m tests.bench.pages DATA [--seed N] [--pages N] [--each N] [--old PATH] [--errors] [--only NAME…]
    python -m tests.bench.pages train DATA …
    python -m tests.bench.pages folds DATA …
    python -m tests.bench.pages html DATA …

DATA is a folder with pages_dev.jsonl and labels/pages_dev.jsonl (hand-made pages with labels) and the collections of
articles that made pages are of (ant_dev, saudi_dev, recent_dev .jsonl.gz). Hand-made pages are shown by host: two
thirds to tune on, one held out, whose errors are not listed. The weights that are checked in learned from all of them:
``folds`` says what to expect on other pages (:mod:`tests.bench.pages_folds`), ``html`` how much news is lost from pages
in HTML (:mod:`tests.bench.pages_html`). Written pages are those of tests/bench/written/ that training has not learned
from, by the hand that wrote them. Made pages are of articles that training does not use, with furniture for training
and with held-out furniture apart; ``--pages`` by the frequency of layouts, then ``--each`` of each layout. What is
counted: :mod:`tests.bench.pages_score`. Behind ± stands half of a 95 %
interval, by bootstrap over pages.

Single articles of the collections, title and text, must stay whole: ``whole`` is the share of which one article is
made. ``words lost`` is the share of words that no article has, of those articles that have no furniture of their own.

The rivals: blank lines; trafilatura and jusText on an HTML form of the page, when they are installed (``pip install
--target DIR trafilatura justext lxml_html_clean`` and DIR on PYTHONPATH); another checkout of the project with
``--old``, whose parse is timed in turn with this one's, page by page, in processor time
(``--only speed`` for that alone).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections import Counter
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console
from rich.table import Table

from tests.bench.page_maker import articles, labelled, layouts, make
from tests.bench.page_maker.articles import read, split_of
from tests.bench.pages_rivals import rivals
from tests.bench.pages_score import SHARES, TAG_SHARES, score, shares
from tests.bench.pages_written import is_taught, whole_pages

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    from tests.bench.pages_score import Articles, Page

    Reader = Callable[[Page], Articles]

ROOT = Path(__file__).resolve().parents[2]
_SHORTEST_ARTICLE = 200
_ROUNDS = 3
_MEASURES = ("labelled", "written", "made", "singles", "speed")
# Nobody reads its pages: only how much is right in all of them is told.
_UNSEEN_HAND = "l"


class Checkout:
    """A checkout of the project, reading pages in a process of its own; ``times`` holds parse's seconds a page."""

    def __init__(self, folder: Path, *, tag: bool) -> None:
        """Start the process. `tag` has countries and actors found too."""
        path = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))
        command = [sys.executable, str(Path(__file__).with_name("pages_reader.py")), *(["--tag"] if tag else [])]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path}, cwd=folder
        )
        self.times: list[float] = []

    def __call__(self, page: Page) -> Articles:
        """Read a page."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise RuntimeError("the reader has no pipes")
        asked = {"document_id": page["document_id"], "body": page["body"]}
        stdin.write(json.dumps(asked).encode() + b"\n")
        stdin.flush()
        answer = stdout.readline()
        if not answer:
            raise SystemExit(f"the reader ended with {self._process.wait()}: its error stands above")
        found = json.loads(answer)
        self.times.append(found["seconds"])
        articles: Articles = found["articles"]
        return articles

    def close(self) -> None:
        """End the process."""
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()


# Pages ----------------------------------------------------------------------------------------------------------------


def made(pool: Sequence[articles.Article], split: str, seed: int, count: int, layout: str = "") -> list[Page]:
    """Made pages for measuring: no seed of theirs is one of training."""
    return [make.make(pool, split, f"measured-{seed}-{number}", layout) for number in range(count)]


def single(record: dict[str, Any], joint: str) -> Page:
    """A page that is one article: its title, a blank line, its text."""
    text = record["text"].replace("\n", joint)
    return {"document_id": str(record["document_id"]), "body": f"{record['title']}\n\n{text}"}


def without_furniture(record: dict[str, Any]) -> dict[str, Any] | None:
    """An article of a collection without what repeats in it; None for one that has furniture of its own."""
    found = articles.clean(record)
    return found and {"document_id": found.key, "title": found.title, "text": "\n".join(found.paragraphs)}


def singles(path: Path, count: int, rng: random.Random) -> list[dict[str, Any]]:
    """Some articles of a collection that training did not use: with a title and 200 code points of text."""
    usable = [
        record
        for record in read(path)
        if record.get("source") != "CNN"
        and record["title"].strip()
        and len(record["text"]) >= _SHORTEST_ARTICLE
        and split_of(str(record["document_id"])) == "held"
    ]
    return rng.sample(usable, min(count, len(usable)))


def words_lost(page: Page, found: Articles) -> tuple[int, int]:
    """How many words of a page no article has, and how many there are."""
    body = page["body"]
    kept = bytearray(len(body))
    for article in found:
        for _, start, length in (*article["title_map"], *article["text_map"]):
            kept[start : start + length] = b"\x01" * length
    starts = [at for at in range(len(body)) if not body[at].isspace() and (at == 0 or body[at - 1].isspace())]
    return sum(not kept[at] for at in starts), len(starts)


# Measuring ------------------------------------------------------------------------------------------------------------


def measured(pages: Sequence[Page], reader: Reader, errors: list[str], *, tags: bool = False) -> list[Counter[str]]:
    """Score each page; differences are added to ``errors`` with the page's name."""
    counts = []
    for page in pages:
        found: list[str] = []
        counts.append(score(page, reader(page), found, tags=tags))
        errors += [f"{page['document_id']} {each}" for each in found]
    return counts


def _cell(value: tuple[float, float, float]) -> str:
    return f"{value[0]:.3f} ±{(value[2] - value[1]) / 2:.3f}"


def table(title: str, rows: dict[str, list[Counter[str]]], names: Sequence[str]) -> Table:
    """A table of shares: a row for each name of ``rows``."""
    found = Table("", "pages", "pieces", *names, title=title)
    for name, counts in rows.items():
        total = sum((Counter(each) for each in counts), Counter[str]())
        pieces = str(total["piece_tp"] + total["piece_fn"])
        found.add_row(name, str(len(counts)), pieces, *(_cell(value) for value in shares(counts, names).values()))
    return found


def by_layout(pages: Sequence[Page], counts: Sequence[Counter[str]]) -> dict[str, list[Counter[str]]]:
    """The counts of pages by layout, by group of layouts and over all."""
    rows: dict[str, list[Counter[str]]] = {}
    for page, each in zip(pages, counts, strict=True):
        name = next(kind.removeprefix("layout:") for kind in page["kinds"] if kind.startswith("layout:"))
        for row in dict.fromkeys((name, f"= {name.split('.')[0]}")):
            rows.setdefault(row, []).append(each)
    return dict(sorted(rows.items(), key=lambda row: (row[0].removeprefix("= ").split(".")[0], row[0][0] != "=", row)))


def _hand(page: Page) -> str:
    """Who wrote a written page: the letter that its file's name begins with."""
    return str(page["document_id"])[0]


class Run:
    """One run of the benchmark: who reads, what is printed, which errors are listed."""

    def __init__(self, chosen: argparse.Namespace) -> None:
        """Start the readers."""
        self.chosen = chosen
        self.console = Console(width=200)
        folders = {"rasid": ROOT, **({"old": chosen.old.resolve()} if chosen.old else {})}
        self.parsers = {name: Checkout(folder, tag=False) for name, folder in folders.items()}
        self.taggers: dict[str, Checkout] = {}
        self.folders = folders
        self.rivals: dict[str, Reader] = {}
        self.missing: list[str] = []
        if not chosen.no_rivals:
            self.rivals, self.missing = rivals()

    def compare(self, title: str, pages: list[Page], *, tags: bool, listed: bool) -> list[Counter[str]]:
        """Print how every reader does on some pages; list the project's errors when ``listed``; return its counts."""
        errors: list[str] = []
        if tags and not self.taggers:
            self.taggers = {name: Checkout(folder, tag=True) for name, folder in self.folders.items()}
        rows = {
            name: measured(pages, reader, errors if name == "rasid" else [], tags=tags and name in self.folders)
            for name, reader in [*(self.taggers if tags else self.parsers).items(), *self.rivals.items()]
        }
        self.console.print(table(title, rows, list(SHARES)))
        if tags:
            own = {name: rows[name] for name in self.folders}
            self.console.print(table(f"{title}: countries and actors", own, list(TAG_SHARES)))
        self._list(errors, listed=listed)
        return rows["rasid"]

    def _list(self, errors: list[str], *, listed: bool) -> None:
        if listed and self.chosen.errors:
            for error in errors:
                self.console.print(error, markup=False, highlight=False, soft_wrap=True)

    def labelled(self) -> None:
        """The hand-made pages, by third."""
        pages = labelled.load(self.chosen.data)
        for split in ("train", "held"):
            own = [page for page in pages if page["split"] == split]
            if own:
                self.compare(f"hand-made pages, {split}", own, tags=True, listed=split == "train")
        if pages:
            self.compare("hand-made pages, all", pages, tags=True, listed=False)

    def written(self) -> None:
        """Written pages that training has not learned from: of each file's hand, and all."""
        pages = [page for page in whole_pages() if not is_taught(page)]
        rows: dict[str, list[Counter[str]]] = {}
        for unread in (False, True):
            own = [page for page in pages if (_hand(page) == _UNSEEN_HAND) == unread]
            title = "written pages, kept unread" if unread else "written pages"
            for page, counts in zip(own, self.compare(title, own, tags=False, listed=not unread), strict=True):
                rows.setdefault(_hand(page), []).append(counts)
        rows = {**dict(sorted(rows.items())), "all": [*chain.from_iterable(rows.values())]}
        self.console.print(table("written pages by hand: rasid", rows, list(SHARES)))

    def made(self) -> None:
        """Made pages: by the frequency of layouts, then so many of each layout."""
        pool = articles.load(self.chosen.data, "held")
        chosen = self.chosen
        for split in ("train", "held"):
            pages = made(pool, split, chosen.seed, chosen.pages)
            self.compare(f"made pages, furniture of {split}", pages, tags=False, listed=True)
            each = [
                page
                for layout in layouts.of(split)
                if not chosen.layouts or {layout.name, layout.group} & set(chosen.layouts)
                for page in made(pool, split, chosen.seed, chosen.each, layout.name)
            ]
            errors: list[str] = []
            rows = by_layout(each, measured(each, self.parsers["rasid"], errors))
            names = ["F1", "precision", "recall", "kind", "title", "leak", "loss"]
            self.console.print(table(f"made pages by layout, furniture of {split}: rasid", rows, names))
            self._list(errors, listed=True)

    def singles(self) -> None:
        """Single articles of the collections: left whole as they are; of those without furniture what is lost."""
        columns = ("collection", "space", "pages", "whole", "without furniture", "whole", "words lost")
        found = Table(*columns, title="single articles")
        rng = make.random.Random(self.chosen.seed)
        for name in articles.COLLECTIONS:
            path = self.chosen.data / f"{name}.jsonl.gz"
            records = singles(path, self.chosen.singles, rng) if path.exists() else []
            own = [kept for record in records if (kept := without_furniture(record))]
            for space, joint in (("as given", "\n"), ("blank lines", "\n\n")):
                cells = [self._alone(name, [single(each, joint) for each in group]) for group in (records, own)]
                found.add_row(name, space, *cells[0][:2], *cells[1])
        self.console.print(found)

    def _alone(self, name: str, pages: list[Page]) -> tuple[str, str, str]:
        """How many pages, which share was left whole, which share of the words is in no article."""
        whole = lost = words = 0
        for page in pages:
            read_as = self.parsers["rasid"](page)
            whole += len(read_as) == 1
            gone, here = words_lost(page, read_as)
            lost, words = lost + gone, words + here
            if len(read_as) != 1 or gone:
                found = f"{name} {page['document_id']}: {len(read_as)} articles, {gone} of {here} words lost"
                self._list([found], listed=True)
        return str(len(pages)), f"{whole / max(len(pages), 1):.4f}", f"{lost / max(words, 1):.3%}"

    def speed(self) -> None:
        """Parse of this checkout and of the old one in turn, page by page, in processor time.

        A page's time is the least of some rounds behind one for warming up; thousands of lines stand between two
        readings of one page, so that no cache of lines spares the work on it.
        """
        if "old" not in self.parsers:
            return
        kinds = self._timed()
        for reader in self.parsers.values():
            reader.times.clear()
        for _ in range(_ROUNDS + 1):
            for page in chain.from_iterable(kinds.values()):
                for reader in self.parsers.values():
                    reader(page)
        new, old = (
            np.array(self.parsers[name].times).reshape(_ROUNDS + 1, -1)[1:].min(axis=0) for name in ("rasid", "old")
        )
        found = Table("pages", "number", "code points", "rasid, µs a page", "old", "ratio", title="parse")
        at = 0
        for kind, pages in (*kinds.items(), ("all", [*chain.from_iterable(kinds.values())])):
            here = slice(None) if kind == "all" else slice(at, at + len(pages))
            at += len(pages)
            length = sum(len(page["body"]) for page in pages) // max(len(pages), 1)
            means = [each[here].mean() * 1e6 for each in (new, old)]
            ratio = f"{means[0] / means[1]:.2f}"
            found.add_row(kind, str(len(pages)), f"{length:,}", *(f"{mean:,.0f}" for mean in means), ratio)
        self.console.print(found)

    def _timed(self) -> dict[str, list[Page]]:
        """Pages to time, by kind: hand-made ones, made ones, single articles of the collections as whole bodies."""
        chosen = self.chosen
        kinds = {"hand-made": labelled.load(chosen.data)}
        kinds["made"] = made(articles.load(chosen.data, "held"), "held", chosen.seed + 1, chosen.pages)
        rng = make.random.Random(chosen.seed)
        for name in articles.COLLECTIONS:
            path = chosen.data / f"{name}.jsonl.gz"
            if path.exists():
                kinds[name] = [single(record, "\n") for record in singles(path, chosen.singles // 4, rng)]
        return {kind: pages for kind, pages in kinds.items() if pages}

    def close(self) -> None:
        """End the readers, name the rivals that were missing."""
        if self.missing:
            self.console.print("not installed:", ", ".join(self.missing))
        for reader in (*self.parsers.values(), *self.taggers.values()):
            reader.close()


def arguments(argv: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pages", type=int, default=300, help="made pages by the frequency of layouts, a split")
    parser.add_argument("--each", type=int, default=30, help="made pages of each layout")
    parser.add_argument("--layouts", nargs="*", default=[], help="only these layouts or groups, where each is measured")
    parser.add_argument("--singles", type=int, default=1000, help="single articles a collection")
    parser.add_argument("--old", type=Path, help="another checkout of the project")
    parser.add_argument("--errors", action="store_true", help="list what differs from the labels")
    parser.add_argument("--only", nargs="*", default=[], choices=_MEASURES)
    parser.add_argument("--no-rivals", action="store_true")
    return parser.parse_args(argv)


def main(argv: list[str]) -> None:
    """Train, or measure and print."""
    if argv[:1] == ["train"]:
        from tests.bench import pages_train

        pages_train.main(argv[1:])
        return
    if argv[:1] == ["folds"]:
        from tests.bench import pages_folds

        pages_folds.main(argv[1:])
        return
    if argv[:1] == ["html"]:
        from tests.bench import pages_html

        pages_html.main(argv[1:])
        return
    run = Run(arguments(argv))
    for name in run.chosen.only or _MEASURES:
        getattr(run, name)()
    run.close()


if __name__ == "__main__":
    main(sys.argv[1:])
