"""`rasid topics`, `rasid schemas` and `rasid settings`: the contract and what is declared."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import typer

from schemas import export as generated
from schemas.topics import TOPICS, declared
from workers.cli.console import EXIT_FOUND, err, out
from workers.cli.console import settings as read_settings
from workers.cluster import resolve_bootstrap
from workers.ops import topics as admin
from workers.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["schemas", "show_settings", "topics"]

topics = typer.Typer(help="Topics from one declaration: idempotent, and drift is refused.", no_args_is_help=True)
schemas = typer.Typer(help="The generated contract: JSON Schema and AsyncAPI 3.", no_args_is_help=True)


def _print(states: Sequence[admin.TopicState]) -> None:
    for each in states:
        out.print(f"{each.state:8} {each.name} ({each.partitions} partitions, {each.topic.cleanup})")
        for problem in each.problems:
            err.print(f"rasid: topic {each.name} {problem}")


@topics.command()
def apply() -> None:
    """Create what is missing. A second run changes nothing; when a topic differs nothing is created, exit code 1."""
    settings = read_settings()
    states = asyncio.run(admin.apply(settings, resolve_bootstrap(settings)))
    _print(states)
    made = sum(each.state == "created" for each in states)
    if any(each.state == "drift" for each in states):
        raise typer.Exit(EXIT_FOUND)
    out.print(f"{made} created" if made else "nothing to do")


@topics.command()
def verify() -> None:
    """Compare the broker's topics with the declaration; exit code 1 when one is missing or differs."""
    settings = read_settings()
    states = asyncio.run(admin.verify(settings, resolve_bootstrap(settings)))
    _print(states)
    if any(each.state != "ok" for each in states):
        raise typer.Exit(EXIT_FOUND)


@topics.command("list")
def list_() -> None:
    """List the declared topics; needs no broker."""
    settings = read_settings()
    wanted = declared(
        prefix=settings.topic_prefix, partitions=settings.partitions, window_days=settings.dedupe_window_days
    )
    for name, partitions, topic in wanted:
        days = topic.retention_ms / 86_400_000
        out.print(
            f"{name}: {partitions} partitions, {topic.cleanup}, {days:g} days, key {topic.key}; {topic.description}"
        )


@schemas.command()
def export() -> None:
    """Write the generated files into schemas/generated/."""
    generated.DIRECTORY.mkdir(exist_ok=True)
    files = generated.documents()
    for extra in {path.name for path in generated.DIRECTORY.glob("*.json")} - files.keys():
        (generated.DIRECTORY / extra).unlink()
    for name, text in files.items():
        (generated.DIRECTORY / name).write_text(text, encoding="utf-8")
    out.print(f"wrote {len(files)} files to {generated.DIRECTORY}")


@schemas.command()
def check() -> None:
    """Compare the checked-in files with what would be generated; exit code 1 when one is stale."""
    lines = generated.stale()
    for line in lines:
        err.print(f"rasid: schemas/generated/{line}: run `rasid schemas export` and commit it")
    if lines:
        raise typer.Exit(EXIT_FOUND)
    out.print(f"contract: {len(generated.documents())} generated files are current, {len(TOPICS)} topics declared")


def show_settings(*, names_only: bool) -> None:
    """Print every setting."""
    values = read_settings()
    for name, info in Settings.model_fields.items():
        variable = f"RASID_{name.upper()}"
        out.print(variable if names_only else f"{variable}={getattr(values, name)}\n    {info.description}")
