"""Puts a page together: its style, what stands above, a layout of pieces, what stands below."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from tests.bench.page_maker import layouts
from tests.bench.page_maker.damage import DAMAGE
from tests.bench.page_maker.page import Page, Part, Row
from tests.bench.page_maker.pieces import Style, Writer
from tests.bench.page_maker.values import Values

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.bench.page_maker.articles import Article
    from tests.bench.page_maker.layouts import Layout

#: Shares of pages, after the pages that were read: with furniture of several kinds at once, with several pieces.
BUSY = 0.45
SEVERAL = 0.35
# How many articles stand near one another, and how many pages mix all.
_NEAR = 60
_MIXED = 0.3
_HARMED = 0.12
_MOST_PIECES = 6
_PREFIXED = 0.2
_TEASED = 0.12


def make(articles: Sequence[Article], split: str, seed: str, chosen: str = "") -> dict[str, Any]:
    """Make one page.

    Args:
        articles: What it is made of; those of the same split.
        split: Whose furniture it has: train, held or all.
        seed: The same seed gives the same page.
        chosen: The name of a layout, or of a group of layouts; empty for one by its frequency.

    Returns:
        The page as :meth:`page.Page.record` has it.
    """
    rng = random.Random(f"{split} {seed} {chosen}")  # noqa: S311 - a benchmark's pages, not a secret
    layout = _layout(rng, split, chosen)
    values = Values(rng, split, _near(rng, articles))
    style = Style.draw(rng, BUSY)
    if layout.name == "single.plain":
        style = Style(
            style.text_gap,
            style.block_gap,
            style.blank,
            "",
            busy=False,
            joint="lines",
            uneven=style.uneven,
            spread=False,
        )
    harm = rng.choice(DAMAGE[split]) if rng.random() < _HARMED and layout.name != "single.plain" else None
    page = Page()
    writer = Writer(page, values, style, harm)
    if harm:
        page.kinds.add(f"damage:{harm.__name__}")
    page.kinds.add(f"layout:{layout.name}")
    chosen_articles = rng.sample(values.articles, rng.randint(3, _MOST_PIECES))
    values.article = chosen_articles[0]
    plain = layout.name == "single.plain"
    if not plain:
        _above(writer)
    layout.write(writer, chosen_articles)
    if layout.group in {"summary", "second"} and rng.random() < _TEASED:
        page.kinds.add("layout_below:teasers")
        layouts.more_teasers(writer, rng.sample(values.articles, rng.randint(2, 4)))
    if not plain and layout.group != "ticker":
        _below(writer)
    if rng.random() < (_PREFIXED if not plain else 0.08):
        _prefix(writer)
    page.published = values.published.isoformat() if values.stated else None
    page.publisher = values.outlet.name if values.named else None
    page.source = values.source
    return page.record(f"made-{split}-{seed}{'-' + chosen if chosen else ''}", split)


def _near(rng: random.Random, articles: Sequence[Article]) -> Sequence[Article]:
    """The articles of one page: mostly of one outlet and one time, as they stand together in a collection; else all."""
    if len(articles) <= 2 * _NEAR or rng.random() < _MIXED:
        return articles
    at = rng.randrange(len(articles) - _NEAR)
    return articles[at : at + _NEAR]


def _layout(rng: random.Random, split: str, chosen: str) -> Layout:
    if chosen:
        found = [each for each in layouts.of(split) if chosen in {each.name, each.group}]
        if not found:
            raise ValueError(f"no layout {chosen!r} in split {split!r}")
    else:
        several = rng.random() < SEVERAL
        found = [each for each in layouts.of(split) if (each.group not in {"single", "ticker"}) == several]
    return rng.choices(found, [each.weight for each in found])[0]


def _above(writer: Writer) -> None:
    rng = writer.rng
    writer.furniture("top", rng.randint(1, 5) if writer.style.busy else rng.choice([0, 0, 1, 1, 2]))
    if writer.style.busy and writer.values.maybe(0.12):
        # A story written over: its headline stands in a sentence of the site's, and nowhere else at times.
        writer.pooled("title_sentence")
        writer.gap()


def _below(writer: Writer) -> None:
    rng = writer.rng
    if writer.style.block_gap or rng.random() < 0.4:
        writer.gap(rng.choice([1, 1, 1, 2, 3]))
    writer.furniture("below", rng.randint(1, 6) if writer.style.busy else rng.choice([0, 1, 1, 2, 3]))
    if rng.random() < 0.05:
        writer.page.gap(rng.randint(3, 12))


def _prefix(writer: Writer) -> None:
    """Put the scraper's day before everything: alone on its line, or before what the first line holds."""
    values, rows = writer.values, writer.page.rows
    writer.page.kinds.add("top:prefix_date")
    day = values.today if values.stated else values.published
    values.stated = True
    mark = f" date {day.isoformat()}"
    if not rows or not rows[0].parts or values.maybe(0.25):
        rows.insert(0, Row((Part(mark, "date"),)))
        if values.maybe(0.7):
            rows.insert(1, Row())
    elif not rows[0].parts[0].text.startswith(" date"):
        rows[0] = Row((Part(mark + " ", "date"), *rows[0].parts))


def many(articles: Sequence[Article], split: str, seed: int, count: int, chosen: str = "") -> Iterator[dict[str, Any]]:
    """Make some pages; see :func:`make`."""
    for number in range(count):
        yield make(articles, split, f"{seed}-{number}", chosen)
