"""`rasid`: one command for everything."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import nullcontext
from typing import Annotated

import typer

from workers.cli import actors, contract, dlq, kafka, lexicon, sites, stream
from workers.cli.console import one_line_errors, out, printing
from workers.cli.explain import explain
from workers.cli.health import health, metrics
from workers.cli.tail import tail

__all__ = ["app", "main"]

app = typer.Typer(
    name="rasid",
    help=(
        "Rasid (راصد) reads Arabic news as it arrives on Kafka and gives clean, de-duplicated articles, tagged by "
        "country and by actor, each tag with the place in the text that proves it.\n\n"
        "Begin with `rasid demo`. Every setting is an environment variable RASID_…; `rasid settings` lists them.\n\n"
        "Exit codes: 0 done; 1 done, and something is wrong (inputs lost, topics that differ, a stale contract, a "
        "stage that died, output that cannot be written); 2 could not begin (a wrong option or file, no Kafka, no "
        "Java); 3 a worker was ended that stood at the dead-letter limit; 130 ended by Ctrl-C."
    ),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
)
app.add_typer(kafka.app, name="kafka")
app.add_typer(actors.app, name="actors")
app.add_typer(lexicon.app, name="lexicon")
app.add_typer(sites.app, name="sites")
app.add_typer(dlq.app, name="dlq")
app.add_typer(contract.topics, name="topics")
app.add_typer(contract.schemas, name="schemas")
stream.register(app)
app.command()(explain)
app.command()(tail)
app.command()(health)
app.command()(metrics)


def _version(asked: bool) -> None:
    if not asked:
        return
    from workers.build import UNKNOWN, build, checkout_commit  # noqa: PLC0415 - for this option alone

    this = build()
    commit = checkout_commit() if this.commit == UNKNOWN else this.commit
    out.print(f"rasid {this.version}, commit {commit}")
    raise typer.Exit


@app.callback()
def rasid(
    *,
    _asked: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print version and commit, and end.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""


@app.command()
def settings(
    *,
    names_only: Annotated[bool, typer.Option("--names", help="Print the variables' names alone.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line a setting, with its default.")] = False,
) -> None:
    """List every setting: its variable, its value now, what it is for, and the default where the value is another."""
    contract.show_settings(names_only=names_only, as_json=as_json)


def main() -> None:
    """Run the command line; see the module's help for its exit codes."""
    # Typer wraps help at 80 columns wherever it cannot ask a terminal.
    os.environ.setdefault("COLUMNS", "110")
    # The client logs each retry, and a new topic costs a few; what does not succeed in the end is an error of ours.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    # A worker prints its log alone, which must not end it.
    with one_line_errors(), nullcontext() if sys.argv[1:2] == ["worker"] else printing():
        app()
