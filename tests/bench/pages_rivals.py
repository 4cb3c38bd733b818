"""Rival readers of pages: blank lines on the text; trafilatura and jusText on a plausible HTML form of it.

The HTML form has what the text lost: headings, paragraphs, lists of links, furniture in nav, aside and footer. Each
line that a rival keeps is placed in the body again by its words; its headings part its articles.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.bench.pages_score import Articles, Page

    Reader = Callable[[Page], Articles]

_BLOCK = re.compile(r"\S(?:(?!\r?\n\s*\n)[\s\S])*")
_ELEMENTS = {
    "title": "h1", "teaser_title": "h2", "text": "p", "summary": "p", "teaser": "p", "subhead": "h3", "deck": "p",
    "related": "li", "ticker": "li", "tags": "li", "read_more": "aside", "list_label": "h4", "notice": "footer",
    "navigation": "nav", "caption": "figcaption",
}  # fmt: skip


def article(body: str, runs: list[tuple[int, int]], title: tuple[int, int] | None = None) -> dict[str, Any]:
    """An article of stretches of the body, in the form of the project's own."""
    text_map, at = [], 0
    for start, end in runs:
        text_map.append([at, start, end - start])
        at += end - start + 1
    return {
        "kind": "story",
        "title": body[title[0] : title[1]] if title else "",
        "text": "\n".join(body[start:end] for start, end in runs),
        "title_map": [[0, title[0], title[1] - title[0]]] if title else [],
        "text_map": text_map,
        "published_at": None,
        "publisher": None,
        "source": None,
    }


def blank_lines(page: Page) -> Articles:
    """Every stretch without a blank line is an article."""
    found = ((block.start(), block.start() + len(block[0].rstrip())) for block in _BLOCK.finditer(page["body"]))
    return [article(page["body"], [each]) for each in found]


def as_html(page: Page) -> str:
    """The page as a plausible site would mark it up."""
    elements = []
    for line in page["lines"]:
        tag = _ELEMENTS.get(line["role"] or "", "div")
        elements.append(f"<{tag}>{html.escape(page['body'][line['start'] : line['end']].strip(), quote=False)}</{tag}>")
    inside = re.sub(r"(?:<li>.*</li>\n?)+", lambda found: f"<ul>{found[0]}</ul>\n", "\n".join(elements))
    head = '<head><meta charset="utf-8"><title>أخبار</title></head>'
    return f'<!DOCTYPE html><html lang="ar" dir="rtl">{head}<body><main>{inside}</main></body></html>'


def from_lines(page: Page, lines: list[tuple[str, bool]]) -> Articles:
    """Place lines (text, is heading) in the body in order, and part them at the headings."""
    known: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for line in page["lines"]:
        text = page["body"][line["start"] : line["end"]]
        start = line["start"] + len(text) - len(text.lstrip())
        known[" ".join(text.split())].append((start, start + len(text.strip())))
    found: Articles = []
    runs: list[tuple[int, int]] = []
    title: tuple[int, int] | None = None
    for text, heading in [*lines, ("", True)]:
        place = known.get(" ".join(text.split()))
        if text and not place:
            continue
        if heading:
            if runs:
                found.append(article(page["body"], sorted(runs), title))
            runs, title = [], place.pop(0) if place else None
        elif place:
            runs.append(place.pop(0))
    return found


def _trafilatura() -> Reader:
    import trafilatura

    def read(page: Page) -> Articles:
        xml = trafilatura.extract(as_html(page), output_format="xml", favor_recall=True, include_comments=False)
        if not xml:
            return []
        root = ET.fromstring(xml)  # noqa: S314 - the benchmark's own page, serialised by the rival
        kept = [each for each in root.iter() if each.tag in {"head", "p", "item"}]
        return from_lines(page, [("".join(each.itertext()), each.tag == "head") for each in kept])

    return read


def _justext() -> Reader:
    import justext

    stopwords = justext.get_stoplist("Arabic")

    def read(page: Page) -> Articles:
        kept = [each for each in justext.justext(as_html(page).encode(), stopwords) if not each.is_boilerplate]
        return from_lines(page, [(each.text, each.is_heading) for each in kept])

    return read


def rivals() -> tuple[dict[str, Reader], list[str]]:
    """Return the rivals by name, and the names of those that are not installed."""
    ready: dict[str, Reader] = {"blank lines": blank_lines}
    missing: list[str] = []
    for name, load in (("trafilatura", _trafilatura), ("jusText", _justext)):
        try:
            ready[name] = load()
        except ImportError:
            missing.append(name)
    return ready, missing
