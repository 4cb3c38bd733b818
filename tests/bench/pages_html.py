"""How much news is lost from pages in HTML, by the way in which they are marked up.

    python -m tests.bench.pages html DATA [--articles N] [--each N] [--seed N] [--forms NAME…] [--errors]

Articles of the collections that training does not use, without furniture of their own, are written in each of the forms
of :mod:`tests.bench.html_forms`, with furniture around and within; ``lost`` is the share of their words (title and
text) that no article has, ``leak`` the share of the words in articles that are not theirs, ``whole`` the share of pages
of which as many articles are made as stand on them. Asked for is a loss of .5 % at most in each form.

Then made pages of each layout, as HTML with the elements that a plausible site gives each role, beside the same pages
as plain text: what is lost as HTML and not as text is the markup's doing.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from rich.console import Console
from rich.table import Table

from schemas.models import Document
from tests.bench.html_forms import FORMS, Piece
from tests.bench.page_maker import articles, layouts
from tests.bench.page_maker.page import BODY
from tests.bench.pages import made
from tests.bench.pages_rivals import as_html
from workers.errors import NoArticle
from workers.pipeline.parse import articles_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_OWN = BODY | {"title", "teaser_title"}


class Loss(NamedTuple):
    """Words of a page's news, those of them in no article, words in articles, those of them that are no news of it."""

    news: int = 0
    lost: int = 0
    read: int = 0
    leaked: int = 0

    def __add__(self, other: tuple[int, ...]) -> Loss:
        """Add up number by number."""
        return Loss(*(one + another for one, another in zip(self, other, strict=True)))

    @property
    def shares(self) -> tuple[str, str]:
        """The shares that are lost and leaked."""
        return f"{self.lost / max(self.news, 1):.2%}", f"{self.leaked / max(self.read, 1):.2%}"


def read(body: str) -> list[Any]:
    """Return the articles of a body."""
    try:
        return articles_of(Document(document_id="page", body=body))
    except NoArticle:
        return []


def loss(news: Iterable[str], found: Sequence[Any]) -> Loss:
    """Compare the words of some news with those of the articles that were found."""
    own = Counter(word for text in news for word in _words(text))
    kept = Counter(word for article in found for word in _words(f"{article.title} {article.text}"))
    return Loss(own.total(), (own - kept).total(), kept.total(), (kept - own).total())


def _words(text: str) -> list[str]:
    """The words of a text; signs, such as a point's, are none."""
    return [word for word in text.split() if any(sign.isalnum() for sign in word)]


def missing(news: Iterable[str], found: Sequence[Any]) -> list[str]:
    """Return the lines of some news that stand in no article."""
    kept = " ".join(f"{article.title} {' '.join(article.text.split())}" for article in found)
    return [text for text in news if " ".join(text.split()) not in kept]


def by_form(pool: Sequence[articles.Article], chosen: argparse.Namespace, console: Console) -> None:
    """Print what is lost in each form."""
    table = Table("form", "pages", "lost", "leak", "whole", title="articles in HTML, by form")
    total, pages, whole = Loss(), 0, 0
    for name, form in FORMS.items():
        if chosen.forms and name not in chosen.forms:
            continue
        rng = random.Random(f"{name} {chosen.seed}")  # noqa: S311 - a benchmark's sample, not a secret
        sums, right = Loss(), 0
        for article in rng.sample(list(pool), min(chosen.articles, len(pool))):
            page = form(Piece(article.title, article.paragraphs), rng)
            found = read(page.body)
            sums += loss(page.news, found)
            right += len(found) == page.articles
            if chosen.errors:
                for line in missing(page.news, found):
                    console.print(f"{name} {article.key}: {line}", markup=False, highlight=False, soft_wrap=True)
        count = min(chosen.articles, len(pool))
        table.add_row(name, str(count), *sums.shares, f"{right / max(count, 1):.3f}")
        total, pages, whole = total + sums, pages + count, whole + right
    table.add_row("all", str(pages), *total.shares, f"{whole / max(pages, 1):.3f}", style="bold")
    console.print(table)


def by_layout(pool: Sequence[articles.Article], chosen: argparse.Namespace, console: Console) -> None:
    """Print what is lost of made pages as HTML and as text, by layout."""
    table = Table("layout", "pages", "lost as HTML", "as text", "leak as HTML", "as text", title="made pages")
    totals = [Loss(), Loss()]
    for layout in layouts.of("held"):
        sums = [Loss(), Loss()]
        for page in made(pool, "held", chosen.seed, chosen.each, layout.name):
            parts = [part for line in page["lines"] for part in line.get("parts", [line])]
            news = [page["body"][part["start"] : part["end"]] for part in parts if part["role"] in _OWN]
            for number, body in enumerate((as_html(page), page["body"])):
                sums[number] += loss(news, read(body))
        (lost, leak), (lost_text, leak_text) = sums[0].shares, sums[1].shares
        table.add_row(layout.name, str(chosen.each), lost, lost_text, leak, leak_text)
        totals = [one + other for one, other in zip(totals, sums, strict=True)]
    (lost, leak), (lost_text, leak_text) = totals[0].shares, totals[1].shares
    table.add_row("all", "", lost, lost_text, leak, leak_text, style="bold")
    console.print(table)


def main(argv: list[str]) -> None:
    """Write the pages, read them, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--articles", type=int, default=100, help="articles in each form")
    parser.add_argument("--each", type=int, default=0, help="made pages of each layout")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--forms", nargs="*", default=[], help="only these forms")
    parser.add_argument("--errors", action="store_true", help="list the lines that are lost")
    chosen = parser.parse_args(argv)
    unknown = set(chosen.forms) - set(FORMS)
    if unknown:
        parser.error(f"no form {', '.join(sorted(unknown))}: {', '.join(FORMS)}")
    # One that is escaped as it is would be escaped twice: its words are written otherwise than they are read. Some
    # forms are of what stands between two paragraphs.
    pool = [
        each
        for each in articles.load(chosen.data, "held")
        if "&" not in f"{each.title}{each.paragraphs}" and len(each.paragraphs) > 1
    ]
    console = Console(width=130)
    by_form(pool, chosen, console)
    if chosen.each:
        by_layout(pool, chosen, console)
