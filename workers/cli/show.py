"""What the commands show a person: events, accounts and summaries as tables."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from workers.cli.console import err, out

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from workers.ops.account import Account
    from workers.ops.demo import Result

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


def _rows(found: Account) -> list[tuple[str, str]]:
    kinds = _counts(found.kinds)
    dead = found.documents_dead + found.articles_dead
    return [
        ("documents", str(found.documents)),
        *([("tombstones", f"{found.tombstones} records without a value")] if found.tombstones else []),
        ("articles", f"{found.articles} ({kinds})"),
        ("originals", str(found.relations["original"])),
        ("updates", str(found.relations["update"])),
        ("duplicates", str(found.relations["duplicate"])),
        ("dead letters", f"{dead} ({_counts(found.errors)})" if dead else "0"),
        *([("sent back", f"{found.sent_back} dead letters")] if found.sent_back else []),
        ("countries", f"{len(found.countries)} ({_counts(Counter(dict(found.countries.most_common(SHOWN))))})"),
        ("actors", f"{len(found.actors)} ({_counts(Counter(dict(found.actors.most_common(SHOWN))))})"),
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
    for label, lines in (("lost", found.lost), ("pending", found.pending)):
        for line in lines[:SHOWN]:
            err.print(f"rasid: {label}: {line}")
        if len(lines) > SHOWN:
            err.print(f"rasid: {label}: and {len(lines) - SHOWN} more")


def _balance(found: Account) -> str:
    settled = found.relations.total()
    sums = (
        f"{found.documents} documents = {found.documents_dead} dead letters + {found.documents - found.documents_dead}"
        f" with {found.articles} articles = {settled - found.relations['duplicate']} events + "
        f"{found.relations['duplicate']} duplicates + {found.articles_dead} dead letters"
    )
    if found.balanced:
        return f"yes: {sums}"
    return f"no: {len(found.lost)} lost, {len(found.pending)} pending; {sums}"
