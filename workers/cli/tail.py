"""`rasid tail`: what comes out, as it comes, to be read in a terminal."""

from __future__ import annotations

import os
import sys
from contextlib import aclosing
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer
from rich.text import Text

from schemas.topics import DUPLICATES, ENRICHED
from workers.cli.console import EXIT_OK, err, out, run
from workers.cli.console import settings as read_settings
from workers.cli.marking import harmless
from workers.cluster import follow_topics, resolve_bootstrap
from workers.errors import UsageError
from workers.security import Security
from workers.text.dates import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from workers.settings import Settings

__all__ = ["tail"]

#: Actors shown of an event that names more.
ACTORS = 6
_STYLES = {"original": "green", "fuller": "yellow", "update": "yellow", "related": "cyan", "duplicate": "dim"}


class Since(StrEnum):
    """Where to begin."""

    NOW = "now"
    BEGINNING = "beginning"


def tail(
    *,
    country: Annotated[list[str] | None, typer.Option(help="ISO code (SY); give it again for any of several.")] = None,
    actor: Annotated[list[str] | None, typer.Option(help="Actor id (bashar-al-assad); the same.")] = None,
    duplicates: Annotated[bool, typer.Option("--duplicates", help="Show articles that repeat another too.")] = False,
    since: Annotated[Since, typer.Option(help="Begin with what comes, or with the first record there is.")] = Since.NOW,
    as_json: Annotated[bool, typer.Option("--json", help="Print each event as it stands on the topic.")] = False,
    limit: Annotated[int | None, typer.Option(help="End after this many.", min=1)] = None,
) -> None:
    """Follow the events until Ctrl-C: time, relation, countries (main ones with *), title, and actors below.

    Joins no consumer group and commits nothing, so it takes nothing away from consumers. With both --country and
    --actor an event must have one of each. Duplicates are not tagged: those two leave them out.
    """
    settings = read_settings()
    codes, ids = {each.upper() for each in country or ()}, set(actor or ())
    _refuse_unknown(country or [], actor or [])
    topics = [ENRICHED, DUPLICATES] if duplicates and not codes and not ids else [ENRICHED]
    bootstrap = resolve_bootstrap(settings)
    try:
        run(_follow(settings, bootstrap, topics, codes, ids, since=since, as_json=as_json, limit=limit))
    except KeyboardInterrupt:
        raise typer.Exit(EXIT_OK) from None
    except BrokenPipeError:
        # The reader has gone (`| head`): no error. The interpreter's last flush goes into nothing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(EXIT_OK) from None


def _refuse_unknown(countries: Sequence[str], actors: Sequence[str]) -> None:
    """Raise UsageError for what no event can carry: who follows it would wait for ever."""
    if not countries and not actors:
        return
    from workers.lexicon import lookup  # noqa: PLC0415 - for these options alone
    from workers.pipeline.build import lexicon as read_lexicon  # noqa: PLC0415 - same

    lexicon = read_lexicon(read_settings())
    for text in countries:
        if not lookup.is_country(lexicon, text.upper()):
            raise UsageError(f"--country {text}: no such code: {_meant(lookup.like_country(lexicon, text), 'SY')}")
    for text in actors:
        if not lookup.is_actor(lexicon, text):
            likely = lookup.like_actor(lexicon, text)
            raise UsageError(f"--actor {text}: no such id: {_meant(likely, 'bashar-al-assad')}")


def _meant(found: Mapping[str, str], example: str) -> str:
    if not found:
        return f"give one as events have it, such as {example}"
    return f"did you mean {' or '.join(f'{identity} ({name})' for identity, name in found.items())}?"


async def _follow(
    settings: Settings,
    bootstrap: str,
    topics: list[str],
    codes: set[str],
    ids: set[str],
    *,
    since: Since,
    as_json: bool,
    limit: int | None,
) -> None:
    shown = 0
    found = follow_topics(
        bootstrap,
        topics,
        prefix=settings.topic_prefix,
        beginning=since is Since.BEGINNING,
        security=Security.of(settings),
    )
    async with aclosing(found):
        async for record in found:
            if not record.is_readable:
                err.print(f"rasid: {record.topic}/{record.partition}/{record.offset}: {record.fault}: left out")
                continue
            try:
                event = orjson.loads(record.value or b"")
            except orjson.JSONDecodeError:
                err.print(f"rasid: {record.topic}/{record.partition}/{record.offset} is not JSON: left out")
                continue
            if not _is_wanted(event, codes, ids):
                continue
            if as_json:
                sys.stdout.buffer.write((record.value or b"") + b"\n")
                sys.stdout.buffer.flush()
            else:
                for line in lines_of(event):
                    out.print(line)
            shown += 1
            if shown == limit:
                return


def _is_wanted(event: Mapping[str, Any], codes: set[str], ids: set[str]) -> bool:
    return (not codes or any(tag["code"] in codes for tag in event["countries"])) and (
        not ids or any(tag["id"] in ids for tag in event["actors"])
    )


def lines_of(event: Mapping[str, Any]) -> Iterator[Text]:
    """Yield an event's lines: the title ends its line, since a terminal turns Arabic round up to the next number."""
    stated = shown(event["published_at"] or event.get("processed_at") or "", event.get("published_precision"))
    countries = " ".join(f"{tag['code']}{'*' if tag['main'] else ''}" for tag in event.get("countries", []))
    title = " ".join(harmless(event["title"] or event["text"][:80]).split())
    relation = event["relation"]
    yield Text.assemble(
        (f"{harmless(stated)[:16]:16} ", "dim"),
        (f"{relation:9} ", _STYLES.get(relation, "")),
        (f"{countries:16} ", "bold"),
        title,
    )
    if names := [harmless(tag["id"]) for tag in event.get("actors", [])]:
        more = f", and {len(names) - ACTORS} more" if len(names) > ACTORS else ""
        yield Text(f"{'':27}{', '.join(names[:ACTORS])}{more}", style="cyan")
    elif relation == "duplicate":
        yield Text(f"{'':27}repeats {event['original_id']} ({event['method']}, {event['similarity']:.2f})", style="dim")
    if (story := event.get("story_id") or event["article_id"]) != event["article_id"]:
        yield Text(f"{'':27}story {harmless(story)}", style="dim")
    if same := event.get("same_story"):
        yield Text(f"{'':27}the same story as {harmless(', '.join(same))}", style="dim")
