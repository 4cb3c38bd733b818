"""How well pages are split into articles, against rivals, on pages built from real articles.

    python -m tests.bench.parse DATA [--split dev|held-out|late|fresh] [--seed N] [--pages N] [--layouts NAME…]

DATA is a folder with ant_dev.jsonl.gz, and saudi_dev.jsonl.gz for more single-article pages. Rivals that are not
installed are named as missing; ``pip install --target DIR trafilatura justext lxml_html_clean`` and DIR on PYTHONPATH
bring them. :mod:`tests.bench.layouts` holds the layouts; the articles of ``dev`` pages are on no page of the other
splits. :mod:`tests.bench.fresh` holds those that were written last, from sites, feeds and exports; the first figures on
them (F1 .83, leak .19) led to changes. Of the held-out layouts only the tables were looked at; those of
labelled_summary, headed_teasers and agency_datelines led to changes, and bulleted_summary of the late ones did.

What is counted, over the pages of a layout:
  precision, recall, F1   a found article counts when its span and the true one's overlap by IoU >= .75, one to one
  leak                    share of the boilerplate's code points, spaces aside, that stand in a title or text
  loss                    share of the articles' code points, spaces aside, that stand in none
  kind                    share of the articles counted as found that have the right kind
  single                  share of pages made of one article (its title, a blank line, its text) that give one article

Sources are cleaned, or they would be wrong as truth: the standfirst that a collector put above the text and that the
first paragraph repeats is taken off; CNN, whose articles end in real teasers, is left out; so is an article with a line
that reads as furniture, with fewer than three paragraphs, or whose title is in its text.

The rivals: a blank-line splitter; trafilatura and jusText on the page's HTML, which has what the text form lost:
headings as h1 and h2, lists as ul. Their texts are parted where they keep a heading.
"""

from __future__ import annotations

import argparse
import gzip
import random
import re
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

import orjson
from rich.console import Console
from rich.table import Table

from tests.bench.fresh import FRESH
from tests.bench.layouts import LAYOUTS as OLDER
from tests.bench.layouts import Article, Page
from workers.pages.html import split_html
from workers.pages.reader import split_page

LAYOUTS = {**OLDER, "fresh": FRESH}
IOU = 0.75
MOST_ARTICLES = 8
# Lines that a site put among the paragraphs: an article with one of them has no clean truth.
_FURNITURE = re.compile(
    r"^\s*(?:اقرأ|إقرأ|أقرأ|قد يهمك|شاهد|تابعونا|المصدر|للمزيد|اضغط|لمتابعة|جميع الحقوق|حقوق الصور|يمكنكم|[•*▪#-])"
    r"|https?://|\((?:رويترز|أ ف ب)\)\.?$"
)
_REPEATED_HEAD = 60


class Found(NamedTuple):
    """An article that a splitter found: its span, its kind, the stretches of the body that are its title and text."""

    span: tuple[int, int]
    kind: str
    kept: list[tuple[int, int]]


Splitter = Callable[[Page], list[Found]]


@dataclass(slots=True)
class Score:
    """Sums over pages."""

    true: int = 0
    found: int = 0
    matched: int = 0
    right_kind: int = 0
    boilerplate: int = 0
    leaked: int = 0
    news: int = 0
    lost: int = 0
    seconds: float = 0.0

    def add(self, other: Score) -> None:
        """Add another score's sums."""
        for name in ("true", "found", "matched", "right_kind", "boilerplate", "leaked", "news", "lost", "seconds"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def row(self) -> list[str]:
        """Precision, recall, F1, leak, loss, kind accuracy and articles a second, as text."""
        precision, recall = self.matched / max(self.found, 1), self.matched / max(self.true, 1)
        shares = [
            precision,
            recall,
            2 * precision * recall / max(precision + recall, 1e-9),
            self.leaked / max(self.boilerplate, 1),
            self.lost / max(self.news, 1),
            self.right_kind / max(self.matched, 1),
        ]
        return [*(f"{value:.4f}" for value in shares), f"{self.true / max(self.seconds, 1e-9):,.0f}"]


def read(path: Path) -> list[dict[str, Any]]:
    """Return the records of a gzipped JSONL file."""
    with gzip.open(path, "rb") as file:
        return [orjson.loads(line) for line in file]


def clean(record: dict[str, Any]) -> Article | None:
    """Return a record as an article with a sure truth, None when it has none."""
    if record["source"] == "CNN":
        return None
    paragraphs = [" ".join(line.split()) for line in record["text"].splitlines() if line.strip()]
    title = " ".join(record["title"].split())
    if len(paragraphs) > 1 and paragraphs[1].startswith(paragraphs[0][:_REPEATED_HEAD]):
        del paragraphs[0]
    sound = (
        len(paragraphs) >= 3
        and title
        and title not in paragraphs
        and paragraphs[0][-1] == "."
        and len(paragraphs[0].split()) >= 10
        and not any(_FURNITURE.search(line) for line in paragraphs)
    )
    return Article(title, tuple(paragraphs)) if sound else None


# Splitters ------------------------------------------------------------------------------------------------------------


def rasid(page: Page) -> list[Found]:
    """What the project finds."""
    return [
        Found(
            article.span,
            article.kind,
            [(raw, raw + length) for _, raw, length in (*article.title_map, *article.text_map)],
        )
        for article in split_page(page.body)
    ]


def blank_lines(page: Page) -> list[Found]:
    """Every stretch without a blank line is an article."""
    found: list[Found] = []
    for block in re.finditer(r"\S(?:(?!\r?\n\s*\n)[\s\S])*", page.body):
        span = (block.start(), block.start() + len(block[0].rstrip()))
        found.append(Found(span, "story", [span]))
    return found


def stretches(page: Page) -> dict[str, list[tuple[int, int]]]:
    """Return where each line of a page stands, by its words; lines that are alike in order."""
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for each in page.stretches:
        places[" ".join(page.body[each.start : each.end].split())].append((each.start, each.end))
    return places


def rasid_html(page: Page) -> list[Found]:
    """What the project finds in the page's HTML form, placed in the body line by line."""
    places = stretches(page)
    found: list[Found] = []
    for article in split_html(page.html()).articles:
        lines = [article.page.title, *article.page.text.split("\n")]
        kept = sorted(place.pop(0) for line in lines if (place := places.get(" ".join(line.split()))))
        if kept:
            found.append(Found((kept[0][0], kept[-1][1]), article.page.kind, kept))
    return found


def from_lines(page: Page, lines: list[tuple[str, bool]]) -> list[Found]:
    """Place a rival's lines (text, is heading) in the body, in order, and part them at the headings."""
    found: list[Found] = []
    kept: list[tuple[int, int]] = []

    def close() -> None:
        if kept:
            found.append(Found((kept[0][0], kept[-1][1]), "story", list(kept)))
            kept.clear()

    places = stretches(page)
    for line, heading in lines:
        place = places.get(" ".join(line.split()))
        if not place:
            continue
        if heading:
            close()
        kept.append(place.pop(0))
    kept.sort()
    close()
    return found


def load_trafilatura() -> Splitter:
    """Return the splitter; raises ImportError without the library."""
    import trafilatura

    def split(page: Page) -> list[Found]:
        xml = trafilatura.extract(page.html(), output_format="xml", favor_recall=True, include_comments=False)
        if not xml:
            return []
        lines = [
            ("".join(element.itertext()), element.tag == "head")
            for element in ET.fromstring(xml).iter()  # noqa: S314 - the benchmark's own page, serialised by the rival
            if element.tag in {"head", "p", "item"}
        ]
        return from_lines(page, lines)

    return split


def load_justext() -> Splitter:
    """Return the splitter; raises ImportError without the library."""
    import justext

    stopwords = justext.get_stoplist("Arabic")

    def split(page: Page) -> list[Found]:
        paragraphs = justext.justext(page.html().encode(), stopwords)
        return from_lines(page, [(each.text, each.is_heading) for each in paragraphs if not each.is_boilerplate])

    return split


def splitters() -> tuple[dict[str, Splitter], list[str]]:
    """Return the splitters by name, and the names of those that are not installed."""
    ready: dict[str, Splitter] = {"rasid": rasid, "rasid, HTML": rasid_html, "blank lines": blank_lines}
    missing: list[str] = []
    for name, load in (("trafilatura", load_trafilatura), ("jusText", load_justext)):
        try:
            ready[name] = load()
        except ImportError:
            missing.append(name)
    return ready, missing


# Measuring ------------------------------------------------------------------------------------------------------------


def iou(one: tuple[int, int], other: tuple[int, int]) -> float:
    """Intersection over union of two spans."""
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return max(shared, 0) / (max(one[1], other[1]) - min(one[0], other[0]))


def measure(page: Page, found: list[Found]) -> Score:
    """Compare what was found on a page with the truth."""
    spans = page.spans()
    score = Score(true=len(spans), found=len(found))
    free = list(range(len(spans)))
    for each in found:
        # Spans do not overlap and the threshold is over one half: at most one true article fits.
        hit = next((number for number in free if iou(each.span, spans[number]) >= IOU), None)
        if hit is not None:
            free.remove(hit)
            score.matched += 1
            score.right_kind += each.kind == page.kinds[hit]
    kept = bytearray(len(page.body))
    for each in found:
        for start, end in each.kept:
            kept[start:end] = b"\x01" * (end - start)
    for start, end, article, _ in page.stretches:
        signs = [at for at in range(start, end) if not page.body[at].isspace()]
        taken = sum(kept[at] for at in signs)
        if article < 0:
            score.boilerplate += len(signs)
            score.leaked += taken
        else:
            score.news += len(signs)
            score.lost += len(signs) - taken
    return score


def build(layout: Callable[[Page, list[Article]], None], articles: list[Article], seed: str) -> Page:
    """Build one page of one to eight articles."""
    rng = random.Random(seed)  # noqa: S311 - a benchmark's pages, not a secret
    page = Page(rng)
    layout(page, rng.sample(articles, rng.randint(1, MOST_ARTICLES)))
    page.body = page.body.rstrip()
    return page


def singles(records: list[dict[str, Any]], count: int, seed: int) -> dict[str, float]:
    """Return, by the space between paragraphs, which share of pages of one article give one article.

    Uncleaned articles, but for CNN's and those without a title or with less than 200 code points of text.
    """
    usable = [
        record for record in records if record["source"] != "CNN" and record["title"] and len(record["text"]) >= 200
    ]
    rng = random.Random(seed)  # noqa: S311 - a benchmark's sample, not a secret
    sample = rng.sample(usable, min(count, len(usable)))
    whole: dict[str, float] = {}
    for name, joint in (("as given", None), ("blank lines", "\n\n")):
        kept = 0
        for record in sample:
            text = record["text"] if joint is None else joint.join(record["text"].split("\n"))
            kept += len(split_page(f"{record['title']}\n\n{text}")) == 1
        whole[name] = kept / max(len(sample), 1)
    return whole


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder with ant_dev.jsonl.gz")
    parser.add_argument("--split", choices=LAYOUTS, default="dev")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pages", type=int, default=60, help="pages a layout")
    parser.add_argument("--layouts", nargs="*", help="only these")
    parser.add_argument("--singles", type=int, default=1000, help="single-article pages a collection")
    parser.add_argument("--no-rivals", action="store_true")
    return parser.parse_args()


def main() -> None:
    """Build the pages, run every splitter on them, print the tables."""
    chosen = arguments()
    records = read(chosen.data / "ant_dev.jsonl.gz")
    articles = [article for record in records if (article := clean(record))]
    # Alternate articles: no text of one split is in the other.
    articles = articles[0::2] if chosen.split == "dev" else articles[1::2]
    ready, missing = splitters()
    if chosen.no_rivals:
        ready = {"rasid": rasid, "rasid, HTML": rasid_html}
    columns = ("splitter", "layout", "precision", "recall", "F1", "leak", "loss", "kind", "articles/s")
    table = Table(*columns, title=f"{chosen.split}, seed {chosen.seed}, {chosen.pages} pages a layout")
    layouts = [each for each in LAYOUTS[chosen.split] if not chosen.layouts or each.__name__ in chosen.layouts]
    pages = {
        each.__name__: [
            build(each, articles, f"{chosen.split} {each.__name__} {chosen.seed} {number}")
            for number in range(chosen.pages)
        ]
        for each in layouts
    }
    for name, splitter in ready.items():
        total = Score()
        for layout, built in pages.items():
            score = Score()
            for page in built:
                begin = time.perf_counter()
                found = splitter(page)
                score.seconds += time.perf_counter() - begin
                score.add(measure(page, found))
            total.add(score)
            table.add_row(name, layout, *score.row())
        table.add_row(name, "ALL", *total.row(), style="bold", end_section=True)
    for name in missing:
        table.add_row(name, "not installed")
    console = Console(width=130)
    console.print(table)
    if chosen.singles:
        for file in ("ant_dev.jsonl.gz", "saudi_dev.jsonl.gz"):
            if (chosen.data / file).exists():
                shares = singles(read(chosen.data / file), chosen.singles, chosen.seed)
                console.print(
                    file, "single pages left whole:", {name: round(value, 4) for name, value in shares.items()}
                )


if __name__ == "__main__":
    main()
