"""How long hostile pages take: seconds for each megabyte, at one size and at four times that size.

    python -m tests.bench.hostile [--megabytes N]

Each page goes through parse as a document does. `growth` is the time at four times the size over the time at one: 4 is
linear. The pages hold invented text alone.
"""

from __future__ import annotations

import argparse
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from schemas.models import Document
from workers.errors import NoArticle
from workers.pipeline.parse import articles_of

if TYPE_CHECKING:
    from collections.abc import Callable

LEAD = "أعلنت وزارة الصحة في القاهرة اليوم بدء حملة تطعيم واسعة تشمل جميع المحافظات وتستمر أسبوعين كاملين."
HEADLINE = "وزارة الصحة تبدأ حملة تطعيم واسعة في جميع المحافظات"


def repeated(unit: str, before: str = "", after: str = "") -> Callable[[int], str]:
    """Return what makes a page of about so many code points."""
    return lambda size: before + unit * max(size // len(unit), 1) + after


def numbered(line: str) -> Callable[[int], str]:
    """Return what makes a page of lines that differ."""
    return lambda size: "\n".join(f"{line} {number}" for number in range(size // (len(line) + 7) + 1))


HTML = "<html><body>"
PAGES: dict[str, Callable[[int], str]] = {
    "paragraphs": numbered(LEAD),
    "blank lines": repeated("\n", LEAD, LEAD),
    "one line": repeated(LEAD + " "),
    "quotes": repeated('"', LEAD),
    "letters without a space": repeated("ا"),
    "headlines": numbered(HEADLINE),
    "headline, paragraph": lambda size: "\n".join(f"{HEADLINE} {n}\n{LEAD} {n}." for n in range(size // 160 + 1)),
    "labels": repeated("المصدر: وكالات\n", LEAD + "\n"),
    "related": repeated("اقرأ أيضا:\n", LEAD + "\n"),
    "bullets": repeated("• " + HEADLINE + "\n", LEAD + "\n"),
    "points": repeated("- أولا. ", LEAD + "\n"),
    "dates": repeated("2024-03-03\n", LEAD + "\n"),
    "wrapped": lambda size: "\n".join((LEAD[:60] + str(n))[:62] for n in range(size // 63 + 1)),
    "same paragraph": repeated(LEAD + "\n"),
    "tatweel": repeated("ـ", LEAD),
    "marks": repeated("\u064b", LEAD),
    "bidi": repeated("\u200f", LEAD),
    "html: paragraphs": lambda size: HTML + "".join(f"<p>{LEAD} {n}</p>" for n in range(size // 115 + 1)),
    "html: tags only": repeated("<b></b>", HTML),
    "html: br": repeated("<br>", f"{HTML}<p>{LEAD}</p>"),
    "html: empty p": repeated("<p></p>", HTML, f"<p>{LEAD}</p>"),
    "html: short p": repeated('<p class="x" id="y">نص</p>', HTML),
    "html: deep": repeated("<div>", HTML, LEAD),
    "html: attributes": repeated("a=b ", f"{HTML}<p ", f">{LEAD}</p>"),
    "html: references": repeated("&amp;", f"{HTML}<p>"),
    "html: signs": repeated("<", f"{HTML}<p>"),
    "html: comments": repeated("<!-- x -->", HTML, f"<p>{LEAD}</p>"),
    "html: open comments": repeated("<!--", f"{HTML}<p>{LEAD}</p>"),
    "html: script": repeated("var a=1;", f"{HTML}<script>", f"</script><p>{LEAD}</p>"),
    "html: links": repeated(f"<a href=x>{HEADLINE}</a> ", HTML),
    "html: inline": repeated(f"<p><b>{LEAD[:8]}</b> <i>{LEAD[:5]}</i></p>", HTML),
    "html: list": repeated(f"<li>{HEADLINE[:20]}", f"{HTML}<ul>"),
    "html: quotes": repeated('"', f"{HTML}<p>"),
}


def seconds(body: str) -> float:
    """Return the time that one page takes."""
    document = Document(document_id="hostile", body=body)
    begin = time.perf_counter()
    with suppress(NoArticle):
        articles_of(document)
    return time.perf_counter() - begin


def main() -> None:
    """Time every page, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=float, default=4, help="size in UTF-8 of the larger page")
    chosen = parser.parse_args()
    table = Table("page", "MB", "s/MB", "growth")
    worst = 0.0
    for name, make in PAGES.items():
        weight = len(make(10_000).encode()) / len(make(10_000))
        small, large = (make(int(chosen.megabytes * 1e6 / weight / share)) for share in (4, 1))
        seconds(small[:1000])
        short, long = seconds(small), seconds(large)
        size = len(large.encode()) / 1e6
        worst = max(worst, long / size)
        table.add_row(name, f"{size:.2f}", f"{long / size:.2f}", f"{long / max(short, 1e-9):.1f}")
    console = Console(width=100)
    console.print(table)
    console.print(f"worst: {worst:.2f} s/MB")


if __name__ == "__main__":
    main()
