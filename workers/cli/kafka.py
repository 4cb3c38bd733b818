"""`rasid kafka`: the local broker."""

from __future__ import annotations

from typing import Annotated

import typer

from workers import broker
from workers.cli.console import EXIT_FOUND, err, out, run, settings
from workers.cluster import local_folder

__all__ = ["app"]

app = typer.Typer(
    help="A local single-node Apache Kafka (KRaft) from its published jars; needs a JDK 17+ and, once, Maven.",
    no_args_is_help=True,
)


@app.command()
def up(*, heap_mb: Annotated[int, typer.Option(help="JVM heap in MiB.", min=128)] = 512) -> None:
    """Start it on free ports and return when it answers; a second `up` says where it runs."""
    folder = local_folder(settings())
    running = broker.LocalBroker.load(folder)
    if running is None:
        running = broker.LocalBroker.start(folder, heap_mb=heap_mb)
    out.print(f"Kafka answers at {running.bootstrap} (pid {running.pid}, data and log in {running.folder})")


@app.command()
def down(*, quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing when none runs.")] = False) -> None:
    """Stop it by its own process id; its data stays for the next `up`."""
    running = broker.LocalBroker.load(local_folder(settings()))
    if running is not None:
        running.stop()
        out.print(f"stopped the Kafka at {running.bootstrap}")
    elif not quiet:
        out.print("no local Kafka runs")


@app.command()
def status() -> None:
    """Say whether it runs and answers; exit code 1 when it does not."""
    folder = local_folder(settings())
    running = broker.LocalBroker.load(folder)
    if running is None:
        err.print(f"no local Kafka runs (folder {folder}): start it with `rasid kafka up`")
        raise typer.Exit(EXIT_FOUND)
    if not run(broker.metadata_answers(running.bootstrap)):
        err.print(f"pid {running.pid} runs but does not answer at {running.bootstrap}: see {running.log}")
        raise typer.Exit(EXIT_FOUND)
    out.print(f"Kafka answers at {running.bootstrap} (pid {running.pid}, data and log in {running.folder})")


@app.command()
def jars() -> None:
    """Bring the broker's jars with Maven, if they are not there yet."""
    out.print(f"broker jars: {broker.jars()}")
