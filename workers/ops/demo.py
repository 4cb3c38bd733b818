"""The main job in one go: a Kafka, the topics, the stages, a replay, and an account of every input."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from schemas.topics import BY_STORY, DEAD_LETTER, DUPLICATES, ENRICHED, STORIES, WORKERS, declared
from workers.broker import LocalBroker
from workers.cluster import admin, end_offsets, local_folder, read_topics
from workers.errors import RasidError, UsageError
from workers.ops import topics
from workers.ops.account import Audit, committed_offsets
from workers.ops.processes import Stages
from workers.pipeline.feed import read_fields
from workers.replay.producer import Report, replay
from workers.replay.reader import Reading, read_documents
from workers.security import Security

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from workers.ops.ledger import Account
    from workers.settings import Settings

__all__ = ["Result", "run"]

#: Without any progress for this long the demo gives up and says what is missing.
STALL_SECONDS = 60.0
#: Each into a file of its own.
WRITTEN = (ENRICHED, DUPLICATES, STORIES, DEAD_LETTER)


@dataclass(frozen=True, slots=True)
class Result:
    """What a demo did; `rows` holds what came out by topic, in the order of documents and of articles in them."""

    report: Report
    account: Account
    rows: dict[str, list[dict[str, Any]]]
    files: list[Path]
    seconds: float


def run(settings: Settings, paths: Sequence[str], out: Path, *, say: Callable[[str], None]) -> Result:
    """Replay `paths` through the whole stream and write what came out as JSON lines into `out`.

    Uses the configured or running Kafka under a prefix of its own, whose topics it deletes again; else starts a broker
    in a temporary folder and stops it. Raises UsageError, or RasidError when a stage dies or inputs are unaccounted
    for; the logs are then kept and named.
    """
    started = time.monotonic()
    documents = read_documents(paths, Reading(fields=read_fields(settings.feed_fields)))
    _prepare(out)
    Security.of(settings)  # a connection that is half set up is refused before anything is started
    scratch = Path(tempfile.mkdtemp(prefix="rasid-demo-"))
    broker: LocalBroker | None = None
    borrowed: str | None = None
    kept = True
    try:
        running = LocalBroker.load(local_folder(settings))
        bootstrap = settings.kafka_bootstrap or (running.bootstrap if running else None)
        if bootstrap is None:
            say("starting Apache Kafka ...")
            broker = LocalBroker.start(scratch / "kafka")
            bootstrap = broker.bootstrap
        else:
            settings = settings.model_copy(update={"topic_prefix": f"{settings.topic_prefix}demo-{os.getpid()}."})
            # Only under this prefix are the topics there the demo's own, and deleted at the end.
            borrowed = bootstrap
        # A folder of nothing but junk is to be accounted for, and nobody probes a demo.
        quiet = {"dead_letter_share": 0, "dead_letter_consecutive": 0, "health_port": None}
        settings = settings.model_copy(update={"state_dir": scratch / "state", **quiet})
        say(f"Kafka answers at {bootstrap}; making topics ...")
        asyncio.run(_topics(settings, bootstrap))
        say(f"starting the stages {', '.join(WORKERS)} ...")
        stages = Stages(WORKERS, settings, bootstrap, logs=scratch)
        try:
            report = asyncio.run(replay(settings, bootstrap, documents, replay_id="demo"))
            say(f"replayed {report.sent} documents; waiting until each is accounted for ...")
            account = asyncio.run(_wait(settings, bootstrap, stages))
            asyncio.run(_wait_for_stories(settings, bootstrap, stages))
        finally:
            codes = stages.stop()
        if broken := {stage: code for stage, code in codes.items() if code}:
            raise RasidError(f"stages did not stop cleanly: {broken}; see the logs in {scratch}")
        rows = asyncio.run(_collect(settings, bootstrap))
        result = Result(report, account, rows, _write(rows, out), time.monotonic() - started)
        kept = False
    finally:
        if broker is not None:
            broker.stop()
        elif borrowed is not None:
            asyncio.run(_delete(settings, borrowed))
        if not kept or not any(scratch.iterdir()):
            shutil.rmtree(scratch)
    return result


async def _topics(settings: Settings, bootstrap: str) -> None:
    for state in await topics.apply(settings, bootstrap):
        if state.state == "drift":
            raise UsageError(f"topic {state.name} {state.problems[0]}")


async def _delete(settings: Settings, bootstrap: str) -> None:
    """Delete the demo's own topics; the broker forgets their groups with their offsets."""
    names = declared(settings.topic_policy(), prefix=settings.topic_prefix)
    async with admin(bootstrap, Security.of(settings)) as client:
        await client.delete_topics([name for name, _, _ in names])


async def _wait(settings: Settings, bootstrap: str, stages: Stages) -> Account:
    """Return the account once it balances. Raises RasidError when a stage dies or nothing moves any more."""
    seen, since = -1, time.monotonic()
    audit = Audit(settings, bootstrap)
    while True:
        account = await audit.take()
        if account.balanced:
            return account
        if (dead := stages.dead()) is not None:
            raise RasidError(f"the {dead.stage} stage ended by itself ({dead.why()}): see {dead.log}")
        progress = account.articles + account.relations.total() + account.documents_dead
        if progress != seen:
            seen, since = progress, time.monotonic()
        if time.monotonic() - since > STALL_SECONDS:
            missing = (account.lost + account.pending)[0]
            raise RasidError(f"nothing moved for {STALL_SECONDS:.0f} s; {missing}; see {stages.processes[0].log}")
        await asyncio.sleep(0.2)


async def _wait_for_stories(settings: Settings, bootstrap: str, stages: Stages) -> None:
    """Return once every article of events.by-story is in its story. Raises as `_wait` does."""
    since, seen = time.monotonic(), -1
    while True:
        ends = await end_offsets(bootstrap, BY_STORY, prefix=settings.topic_prefix, security=Security.of(settings))
        committed = (await committed_offsets(settings, bootstrap))["stories"]
        waiting = sum(end - committed.get(partition, 0) for partition, end in ends.items())
        if waiting == 0:
            return
        if (dead := stages.dead()) is not None:
            raise RasidError(f"the {dead.stage} stage ended by itself ({dead.why()}): see {dead.log}")
        if waiting != seen:
            seen, since = waiting, time.monotonic()
        if time.monotonic() - since > STALL_SECONDS:
            raise RasidError(f"nothing moved for {STALL_SECONDS:.0f} s; {waiting} records of {BY_STORY} wait")
        await asyncio.sleep(0.2)


async def _collect(settings: Settings, bootstrap: str) -> dict[str, list[dict[str, Any]]]:
    """Return what stands on the downstream topics, each id once, in an order that timing does not change."""
    found: dict[str, dict[str, dict[str, Any]]] = {topic: {} for topic in WRITTEN}
    stories: dict[bytes | None, dict[str, Any]] = {}
    async for record in read_topics(
        bootstrap, list(found), prefix=settings.topic_prefix, security=Security.of(settings)
    ):
        if not record.is_readable:
            continue
        if record.topic == DEAD_LETTER:
            text = (record.value or b"").decode(errors="replace")
            headers = {name: value.decode(errors="replace") for name, value in record.headers}
            row, identity = {"headers": headers, "value": text}, f"{record.partition}:{record.offset:012d}"
        elif record.topic == STORIES:
            # Of a story the last record counts.
            stories[record.key] = orjson.loads(record.value or b"{}")
            continue
        else:
            row = orjson.loads(record.value or b"{}")
            identity = _order(row)
        found[record.topic].setdefault(identity, row)
    found[STORIES] = {_order(story["articles"][0]): story for story in stories.values()}
    return {topic: [rows[key] for key in sorted(rows)] for topic, rows in found.items()}


def _order(article: dict[str, Any]) -> str:
    return f"{article['document_id']}\n{article['ordinal']:09d}"


def _prepare(out: Path) -> None:
    """Make the folder of what will be written, and see that it can be. Raises UsageError."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        for topic in WRITTEN:
            _file(out, topic).open("ab").close()
    except OSError as exc:
        raise UsageError(f"{exc.filename or out}: {exc.strerror}: choose another folder with --out") from exc


def _file(out: Path, topic: str) -> Path:
    return out / f"{topic}.jsonl"


def _write(rows: dict[str, list[dict[str, Any]]], out: Path) -> list[Path]:
    files = []
    for topic, found in rows.items():
        path = _file(out, topic)
        try:
            path.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in found))
        except OSError as exc:
            raise UsageError(f"{path}: {exc.strerror}: choose another folder with --out") from exc
        files.append(path)
    return files
