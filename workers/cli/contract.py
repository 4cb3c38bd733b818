"""`rasid topics`, `rasid schemas` and `rasid settings`: the contract and what is declared."""

from __future__ import annotations

import os
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from schemas import export as generated
from schemas import releases
from schemas.models import SCHEMA_VERSION
from schemas.topics import TOPICS, declared
from workers.cli.console import EXIT_FOUND, err, out, run, warn
from workers.cli.console import settings as read_settings
from workers.cluster import resolve_bootstrap
from workers.errors import UsageError
from workers.ops import access
from workers.ops import topics as admin
from workers.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["schemas", "show_settings", "topics"]

topics = typer.Typer(help="Topics from one declaration: idempotent, and drift is refused.", no_args_is_help=True)
schemas = typer.Typer(help="The generated contract: JSON Schema and AsyncAPI 3.", no_args_is_help=True)


Acls = Annotated[bool, typer.Option("--acls", help="Also the access lists (schemas/access.py).")]


def _print(states: Sequence[admin.TopicState]) -> None:
    for each in states:
        out.print(f"{each.state:8} {each.name} ({each.partitions} partitions, {each.topic.cleanup})")
        for problem in each.problems:
            err.print(f"rasid: topic {each.name} {problem}")
        if each.state == "altered":
            for key, (have, want) in each.alterable.items():
                out.print(f"         {key}: {have} -> {want}")


def _print_access(states: Sequence[access.GrantState], more: Sequence[str]) -> None:
    for each in states:
        out.print(f"{each.state:8} {each.grant}")
    for problem in more:
        err.print(f"rasid: {problem}")


@topics.command()
def apply(
    *,
    acls: Acls = False,
    alter: Annotated[
        bool,
        typer.Option("--alter", help="Also set what differs and may change (retention, copies in sync, segments …)."),
    ] = False,
) -> None:
    """Create what is missing. A second run changes nothing; when a topic differs nothing is done, exit code 1.

    With --alter a topic that is in use gets what the settings say of it now: retention (what is over a shorter one is
    deleted), min.insync.replicas, segments, compression. Partitions, copies and the cleanup policy stay refused.

    With --acls also who may do what; where the broker's lists give more than is declared none is created, exit code 1.
    """
    settings = read_settings()
    bootstrap = resolve_bootstrap(settings)
    states = run(admin.apply(settings, bootstrap, alter=alter))
    _print(states)
    made = sum(each.state == "created" for each in states)
    altered = sum(each.state == "altered" for each in states)
    wrong = any(each.state == "drift" for each in states)
    if acls and not wrong:
        given, more = run(access.apply(settings, bootstrap))
        _print_access(given, more)
        made += sum(each.state == "created" for each in given)
        wrong = bool(more)
    if wrong:
        raise typer.Exit(EXIT_FOUND)
    done = [f"{count} {word}" for count, word in ((made, "created"), (altered, "altered")) if count]
    out.print(", ".join(done) or "nothing to do")


@topics.command()
def verify(*, acls: Acls = False) -> None:
    """Compare the broker's topics with the declaration; exit code 1 when one is missing or differs.

    With --acls also who may do what.
    """
    settings = read_settings()
    bootstrap = resolve_bootstrap(settings)
    states = run(admin.verify(settings, bootstrap))
    _print(states)
    wrong = any(each.state != "ok" for each in states)
    if acls:
        given, more = run(access.verify(settings, bootstrap))
        _print_access(given, more)
        wrong = wrong or bool(more) or any(each.state != "ok" for each in given)
    if wrong:
        raise typer.Exit(EXIT_FOUND)


@topics.command("list")
def list_(*, acls: Acls = False) -> None:
    """List the declared topics, and with --acls who may do what; needs no broker."""
    settings = read_settings()
    if acls:
        for grant in access.declared(settings):
            out.print(str(grant))
        return
    policy = settings.topic_policy()
    for name, partitions, topic in declared(policy, prefix=settings.topic_prefix):
        days = policy.kept_ms(topic.keep) / 86_400_000
        out.print(
            f"{name}: {partitions} partitions, {topic.cleanup}, {days:g} days, key {topic.key}; {topic.description}"
        )


@schemas.command()
def export() -> None:
    """Write the generated files into schemas/generated/: JSON Schemas for readers, which stay open, and AsyncAPI."""
    files = generated.documents()
    try:
        generated.DIRECTORY.mkdir(exist_ok=True)
        for extra in {path.name for path in generated.DIRECTORY.glob("*.json")} - files.keys():
            (generated.DIRECTORY / extra).unlink()
        for name, text in files.items():
            (generated.DIRECTORY / name).write_text(text, encoding="utf-8")
    except OSError as exc:
        raise _unwritten(generated.DIRECTORY, exc) from exc
    out.print(f"wrote {len(files)} files to {generated.DIRECTORY}")


@schemas.command()
def check() -> None:
    """Compare the checked-in files with what would be generated, and that with the latest release.

    Exit code 1 when a file is stale, or when a change is incompatible with what consumers and feeds build on: the rule
    that it breaks is named (schemas/compatibility.py says what may change).
    """
    wrong = _wrong()
    for line in wrong:
        err.print(f"rasid: {line}")
    if wrong:
        raise typer.Exit(EXIT_FOUND)
    last = releases.latest()
    follows = f", {SCHEMA_VERSION} may follow release {last[0]}.{last[1]}" if last else ""
    out.print(
        f"contract: {len(generated.documents())} generated files are current{follows}, {len(TOPICS)} topics declared"
    )


@schemas.command()
def release() -> None:
    """Keep the present contract as a release, in schemas/released/VERSION/ (SCHEMA_VERSION in schemas/models.py).

    From then on that version is fixed: the next change raises SCHEMA_VERSION. Exit code 1 when `check` finds a fault.
    """
    wrong = _wrong()
    for line in wrong:
        err.print(f"rasid: {line}")
    if wrong:
        raise typer.Exit(EXIT_FOUND)
    try:
        folder = releases.write(generated.documents(), SCHEMA_VERSION)
    except FileExistsError as exc:
        raise UsageError(f"{SCHEMA_VERSION} is released already: raise SCHEMA_VERSION with the next change") from exc
    except OSError as exc:
        raise _unwritten(releases.DIRECTORY, exc) from exc
    out.print(f"released {SCHEMA_VERSION} in {folder}: commit it")


def _wrong() -> list[str]:
    """Return a line for each fault of the checked-in contract."""
    stale = [f"schemas/generated/{line}: run `rasid schemas export` and commit it" for line in generated.stale()]
    return [*stale, *(f"contract: {line}" for line in releases.problems(generated.documents(), SCHEMA_VERSION))]


def _unwritten(folder: Path, error: OSError) -> UsageError:
    return UsageError(f"{folder}: {error.strerror}: run this in a checkout that you may write to")


def show_settings(*, names_only: bool, as_json: bool) -> None:
    """Print every setting; secrets are files, of which only the paths are known here."""
    values = read_settings()
    for name, info in Settings.model_fields.items():
        variable, value = f"RASID_{name.upper()}", getattr(values, name)
        default = info.get_default(call_default_factory=True)
        changed = value != default
        if names_only:
            out.print(variable)
        elif as_json:
            row = {"name": variable, "value": value, "default": default, "changed": changed}
            out.print(orjson.dumps({**row, "description": info.description}, default=str).decode())
        else:
            note = f"\n    changed: the default is {default}" if changed else ""
            out.print(f"{variable}={value}\n    {info.description}{note}")
    known = {f"RASID_{name.upper()}" for name in Settings.model_fields}
    for variable in sorted(os.environ):
        # The compose file's own, for ports and images.
        if variable.startswith("RASID_") and variable not in known and not variable.startswith("RASID_COMPOSE_"):
            near = get_close_matches(variable, known, n=1)
            warn(f"{variable} is set and is no setting{f': did you mean {near[0]}?' if near else ''}")
