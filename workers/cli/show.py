"""What the commands show a person: events, accounts and summaries as tables."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from workers.cli.console import err, out

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from workers.ops.demo import Result
    from workers.ops.ledger import Account, Tags

__all__ = ["account", "events", "summary"]

SHOWN = 5


def events(found: Iterable[Mapping[str, Any]]) -> None:
    """Print each event or duplicate under its document: place, kind, countries (main ones with *), title, actors.

    The Arabic stands at the end of its line, where a terminal that turns it round disturbs nothing else.
    """
    document = None
    for event in sorted(found, key=lambda each: (each["document_id"], each["ordinal"])):
        if event["document_id"] != document:
            document = event["document_id"]
            out.print(document)
        kind = event["kind"] if event["relation"] == "original" else f"{event['kind']}, {event['relation']}"
        countries = " ".join(f"{tag['code']}{'*' if tag['main'] else ''}" for tag in event.get("countries", []))
        title = event["title"] or event["text"].replace("\n", " ")
        out.print(f"  {event['ordinal']:2} {kind:18} {countries:16} {_short(title)}")
        if names := [tag["id"] for tag in event.get("actors", [])]:
            more = f", and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
            out.print(f"{'':22} {', '.join(names[:SHOWN])}{more}")


def _short(text: str, limit: int = 56) -> str:
    return text if len(text) <= limit else f"{text[:limit].rsplit(' ', 1)[0]} …"


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counter.most_common()) or "none"


def _distinct(count: int, distinct: int) -> str:
    """The number, and how many of them are different: after a second replay of the same documents half of them."""
    return str(count) if distinct == count else f"{count}, {distinct} distinct"


def _tags(found: Tags) -> str:
    return f"{found.distinct} ({_counts(Counter(dict(found.most[:SHOWN])))})"


def _rows(found: Account) -> list[tuple[str, str]]:
    articles = _distinct(found.articles, found.distinct_articles)
    dead = found.documents_dead + found.articles_dead
    return [
        ("documents", _distinct(found.documents, found.distinct_documents)),
        *([("tombstones", f"{found.tombstones} records without a value")] if found.tombstones else []),
        ("articles", f"{articles} ({_counts(found.kinds)})"),
        ("originals", f"{found.relations['original']}, each the first of its story"),
        ("fuller", str(found.relations["fuller"])),
        ("updates", str(found.relations["update"])),
        ("related", str(found.relations["related"])),
        ("duplicates", str(found.relations["duplicate"])),
        *([("repeats", f"{repeats} articles that went on before")] if (repeats := found.relations["repeat"]) else []),
        ("dead letters", f"{dead} ({_counts(found.errors)})" if dead else "0"),
        *([("sent back", f"{found.sent_back} dead letters")] if found.sent_back else []),
        *([("not ours", f"{found.unreadable} records that Rasid did not write")] if found.unreadable else []),
        ("countries", _tags(found.countries)),
        ("actors", _tags(found.actors)),
    ]


def _print(rows: Sequence[tuple[str, str]]) -> None:
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        out.print(f"{name:{width}}  {value}")


def summary(result: Result) -> None:
    """Print what a demo did, and where the events are."""
    rows = _rows(result.account)
    rows.append(("accounted for", _balance(result.account)))
    rows.append(("time", f"{result.seconds:.1f} s"))
    rows += [("written" if n == 0 else "", str(path)) for n, path in enumerate(result.files)]
    out.print()
    _print(rows)


def account(found: Account) -> None:
    """Print an account: in = out + duplicates + dead letters, and by name what is missing."""
    _print([*_rows(found), ("written again", str(found.repeated)), ("accounted for", _balance(found))])
    for label, count, lines in (
        ("lost", found.lost_count, found.lost),
        ("pending", found.pending_count, found.pending),
    ):
        for line in lines[:SHOWN]:
            err.print(f"rasid: {label}: {line}")
        if count > SHOWN:
            err.print(f"rasid: {label}: and {count - SHOWN} more")


def _balance(found: Account) -> str:
    duplicates, repeats = found.relations["duplicate"], found.relations["repeat"]
    sums = (
        f"{found.documents} documents = {found.documents_dead} dead letters + {found.documents - found.documents_dead}"
        f" with {found.articles} articles = {found.relations.total() - duplicates - repeats} events + "
        f"{duplicates} duplicates + {f'{repeats} repeats + ' if repeats else ''}{found.articles_dead} dead letters"
    )
    if found.balanced:
        return f"yes: {sums}"
    return f"no: {found.lost_count} lost, {found.pending_count} pending; {sums}"
