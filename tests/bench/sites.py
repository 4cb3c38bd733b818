"""What profiles of sites are worth: pages read with them and without.

    python -m tests.bench.sites DATA [--outlets N] [--pages N] [--learn N …] [--seed N] [--errors]

Invented outlets (:mod:`tests.bench.sites_made`), their stories from the collections in DATA: profiles are learned from
some pages of each, as `rasid sites learn` does, and written and read as files; other pages of the same outlets are read
without profiles and with them. What is counted: :mod:`tests.bench.pages_score`. HTML pages are counted by title,
furniture, date, publisher and source alone, since labels give no places in HTML. Behind ± stands half of a 95 %
interval, by bootstrap over pages.

Then real articles (recent_dev in DATA): half of each host's, by a hash of their keys, are learned from; the others are
read both ways, with the title given apart and as the first line of a body. What a profile must not do there is harm:
``whole`` is the share of which one article is
made, ``title`` that with the record's title, ``words lost`` the share of words that no article has, ``furniture`` the
lines of profiles that stand in a text, ``other lines gone`` those that no profile names and that only a reading with
profiles leaves out: headlines that are new in a list, or harm.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

from rich.console import Console
from rich.table import Table

from schemas.models import Document
from tests.bench.page_maker import articles
from tests.bench.pages import table, words_lost
from tests.bench.pages_score import SHARES, alike, fold, score
from tests.bench.sites_made import outlet, pages_of
from workers.errors import NoArticle
from workers.pages.site_learner import Learner
from workers.pages.sites import Profiles, dump_profile, load_profiles, shape_of
from workers.pipeline.learning import add_document
from workers.pipeline.parse import articles_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Page = dict[str, Any]
_NONE = Profiles()
_HTML_SHARES = ("title", "leak", "date", "publisher", "source")


def learned(documents: Iterable[Document]) -> Profiles:
    """The profiles of some documents, written as files and read from them."""
    learner = Learner()
    for each in documents:
        add_document(learner, each)
    with TemporaryDirectory() as folder:
        for number, profile in enumerate(learner.profiles()):
            Path(folder, f"{number}.yaml").write_text(dump_profile(profile), encoding="utf-8")
        return load_profiles(Path(folder))


def read(document: Document, sites: Profiles) -> list[dict[str, Any]]:
    """The articles of a document, as JSON has them."""
    try:
        found = articles_of(document, site=sites.of(document.url, document.source))
    except NoArticle:
        found = []
    return [each.model_dump(mode="json") for each in sorted(found, key=lambda each: each.kind == "summary")]


def document_of(page: Page) -> Document:
    """A made page as a collector sends it: body and address alone."""
    return Document(document_id=page["document_id"], body=page["html"] or page["body"], url=page["url"])


def counted(page: Page, sites: Profiles, errors: list[str]) -> Counter[str]:
    """What is right on a made page."""
    found = read(document_of(page), sites)
    if page["html"] is None:
        return score(page, found, errors)
    # In HTML pieces have no places: a page is one story, and the first article is taken for it.
    story = next((each for each in found if each["kind"] == "story"), {"title": "", "text": ""})
    texts = "\n".join(each["text"] for each in found)
    counts = Counter(pages=1, piece_tp=1, title=int(fold(story["title"]) == fold(page["pieces"][0]["title"])))
    counts += Counter(junk=len(page["junk"]), leak=sum(junk in texts for junk in page["junk"]))
    for name in ("published_at", "publisher", "source"):
        wanted, got = page[name.removesuffix("_at")], story.get(name) or ""
        right = got[:10] == wanted if name == "published_at" else alike(wanted, got)
        counts[name.removesuffix("_at")] += right
        if not right:
            errors.append(f"{name} {wanted!r}, got {got!r}")
    return counts


def made(chosen: argparse.Namespace, console: Console) -> None:
    """Measure pages of invented outlets."""
    pool = articles.load(chosen.data, "held")
    most = max(chosen.learn)
    outlets = [outlet(number, chosen.seed) for number in range(chosen.outlets)]
    pages = [[*pages_of(each, pool, most + chosen.pages, chosen.seed)] for each in outlets]
    profiles = {"without profiles": _NONE}
    for count in chosen.learn:
        profiles[f"profiles of {count} pages"] = learned(document_of(page) for own in pages for page in own[:count])
    asked = [page for own in pages for page in own[most:]]
    _compare("plain text", asked, profiles, console, listed=chosen.errors)
    _compare("HTML", asked, profiles, console, listed=chosen.errors)


def _compare(
    form: Literal["plain text", "HTML"],
    asked: Sequence[Page],
    profiles: Mapping[str, Profiles],
    console: Console,
    *,
    listed: bool,
) -> None:
    """Print how the pages of one form are read with each of some profiles."""
    pages = [page for page in asked if (page["html"] is not None) == (form == "HTML")]
    names = [*_HTML_SHARES] if form == "HTML" else [*SHARES]
    errors: list[str] = []
    rows = {name: _measured(name, pages, sites, errors) for name, sites in profiles.items()}
    if pages:
        console.print(table(f"pages of invented outlets, {form}", rows, names))
    for error in errors if listed else ():
        console.print(error, markup=False, highlight=False, soft_wrap=True)


def _measured(name: str, pages: Sequence[Page], sites: Profiles, errors: list[str]) -> list[Counter[str]]:
    """Score pages read with profiles; what differs from the labels is added to ``errors``."""
    counts = []
    for page in pages:
        found: list[str] = []
        counts.append(counted(page, sites, found))
        errors += [f"{name}: {page['document_id']} {error}" for error in found]
    return counts


def _as_document(record: dict[str, Any], *, apart: bool) -> Document:
    """An article of a collection, its title apart or as the first line of the body."""
    key, title, text = str(record["document_id"]), record["title"], record["text"]
    if apart:
        return Document(document_id=key, source=record["source"], title=title, text=text)
    return Document(document_id=key, source=record["source"], body=f"{title}\n\n{text}")


def _lines(found: Sequence[dict[str, Any]]) -> Counter[str]:
    return Counter(line for each in found for line in (each["title"], *each["text"].split("\n")) if line)


def _cells(records: Sequence[dict[str, Any]], used: Profiles, known: Profiles, *, apart: bool) -> list[str]:
    """The cells of a row: articles read with the profiles ``used``, furniture by those that are ``known``."""
    counts: Counter[str] = Counter()
    for record in records:
        document = _as_document(record, apart=apart)
        found, plain = read(document, used), read(document, _NONE)
        profile = known.of(None, record["source"])
        furniture = profile.furniture if profile else {}
        alone = len(found) == 1
        lost, words = words_lost({"body": document.raw_body}, found)
        counts.update(whole=alone, lost=lost, words=words)
        counts["title"] += alone and fold(found[0]["title"]).split() == fold(record["title"]).split()
        counts["furniture"] += sum(shape_of(line) in furniture for line in _lines(found).elements())
        gone = _lines(plain) - _lines(found)
        counts["gone"] += sum(shape_of(line) not in furniture for line in gone.elements())
    total = max(len(records), 1)
    shares = [f"{counts[name] / total:.4f}" for name in ("whole", "title")]
    return [*shares, f"{counts['lost'] / max(counts['words'], 1):.3%}", str(counts["furniture"]), str(counts["gone"])]


def real(chosen: argparse.Namespace, console: Console) -> None:
    """Measure real articles, whose hosts have few pages and little furniture: nothing may get worse."""
    path = chosen.data / "recent_dev.jsonl.gz"
    if not path.exists():
        return
    halves: tuple[list[dict[str, Any]], list[dict[str, Any]]] = ([], [])
    for record in articles.read(path):
        if record["title"].strip() and record["text"].strip():
            halves[articles.part(f"sites {record['document_id']}", 2)].append(record)
    taught, held = halves
    columns = ("title", "profiles", "pages", "whole", "title", "words lost", "furniture", "other lines gone")
    found = Table(*columns, title="real articles")
    for apart in (True, False):
        sites = learned(_as_document(record, apart=apart) for record in taught)
        asked = [record for record in held if sites.of(None, record["source"])]
        for name, used in (("without", _NONE), ("with", sites)):
            cells = _cells(asked, used, sites, apart=apart)
            found.add_row("apart" if apart else "in the body", name, str(len(asked)), *cells)
    console.print(found)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--outlets", type=int, default=24)
    parser.add_argument("--pages", type=int, default=20, help="pages read of each outlet")
    parser.add_argument("--learn", type=int, nargs="+", default=[10, 40], help="pages of each outlet to learn from")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--errors", action="store_true", help="list what differs with profiles")
    parser.add_argument("--only", choices=("made", "real"))
    chosen = parser.parse_args()
    console = Console(width=200)
    for measure in (made, real):
        if chosen.only in (None, measure.__name__):
            measure(chosen, console)


if __name__ == "__main__":
    main()
