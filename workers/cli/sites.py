"""`rasid sites`: what each site prints on every page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workers.cli.console import err, out, run
from workers.cli.console import settings as read_settings
from workers.errors import InvalidRecord, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.models import Document

app = typer.Typer(no_args_is_help=True)

_UNSAFE = re.compile(r"[^\w.-]+")


@app.callback()
def sites() -> None:
    """Learn and review what each site prints on every page."""


@app.command()
def learn(
    paths: Annotated[
        list[str] | None, typer.Argument(help="Documents as for `rasid replay`. None: topic articles.raw.")
    ] = None,
    *,
    out_dir: Annotated[Path, typer.Option("--out", help="Folder for the profiles, one YAML file a site.")] = Path(
        "sites"
    ),
    overwrite: Annotated[bool, typer.Option(help="Replace profiles that are there, reviewed or not.")] = False,
) -> None:
    """Write a profile for each site of an archive: its lines and labels, where its titles stand, and its name.

    Documents are told apart by the host of their `url`, else by their `source`; five different stories of a site are
    the least. Read each profile, correct it, and point RASID_SITES_DIR at the folder: parse then leaves those lines out
    of every text, and looks for titles, dates, sources and the publisher as the profile says.
    """
    from workers.pages.site_learner import LEAST_PAGES, Learner  # noqa: PLC0415 - a command loads what it needs
    from workers.pages.sites import dump_profile  # noqa: PLC0415 - same
    from workers.pipeline.learning import add_document  # noqa: PLC0415 - same

    learner = Learner()
    documents = 0
    for document in _documents(paths):
        documents += 1
        add_document(learner, document)
    profiles = list(learner.profiles())
    if not profiles:
        raise UsageError(
            f"no site has {LEAST_PAGES} different stories in {documents} documents "
            f"({learner.without_site} without url and source): give a larger archive, with the address of each document"
        )
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        for profile in profiles:
            path = out_dir / f"{_UNSAFE.sub('-', profile.site)}.yaml"
            if profile.is_empty:
                out.print(f"{profile.site}: {profile.documents} stories, nothing repeated: no profile")
                continue
            kept = path.exists() and not overwrite
            if not kept:
                path.write_text(dump_profile(profile), encoding="utf-8")
            said = "kept as it was (--overwrite replaces it)" if kept else "written"
            out.print(
                f"{path}: {profile.documents} stories, {len(profile.furniture)} repeated lines, "
                f"{len(profile.labels)} labels: {said}"
            )
    except OSError as exc:
        raise UsageError(f"{exc.filename}: {exc.strerror}: give a folder that can be written with --out") from exc
    if learner.without_site:
        err.print(f"{learner.without_site} of {documents} documents have neither url nor source and were not counted")


def _documents(paths: list[str] | None) -> Iterator[Document]:
    from workers.replay.reader import Problem, read_documents  # noqa: PLC0415 - same

    if paths is None:
        yield from run(_on_topic())
        return
    for each in read_documents(paths):
        if isinstance(each, Problem):
            err.print(f"rasid: {each}")
        else:
            yield each


async def _on_topic() -> list[Document]:
    from schemas.models import Document  # noqa: PLC0415 - same
    from schemas.topics import RAW  # noqa: PLC0415 - same
    from workers.cluster import read_topics, resolve_bootstrap  # noqa: PLC0415 - a file needs no Kafka
    from workers.pipeline.codec import decode  # noqa: PLC0415 - same
    from workers.security import Security  # noqa: PLC0415 - same

    settings = read_settings()
    found = []
    async for record in read_topics(
        resolve_bootstrap(settings), (RAW,), prefix=settings.topic_prefix, security=Security.of(settings)
    ):
        try:
            found.append(decode(Document, record.value))
        except InvalidRecord:
            # Parse gives such a record a dead letter of its own; here it only teaches nothing.
            continue
    return found
