"""dedupe: an article in; out comes the article with its relation to earlier ones, and what the state needs to survive.

State is one engine for each scope (language) of each partition. Every new entry goes to a changelog in the same batch
as the output that it led to, and is read back when a partition is assigned: a record that is delivered again after a
crash finds its own entry, by article_id, and gets the same answer again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from schemas.models import Article, Duplicate, UniqueArticle
from schemas.topics import DEDUPE_CHANGELOG, DUPLICATES, SOURCES, UNIQUE
from workers.dedupe.engine import Engine, Item, Settings
from workers.dedupe.entry import Entry
from workers.errors import InvalidMessage
from workers.pipeline.codec import decode, encode
from workers.pipeline.record import Output, Record, derived_headers
from workers.pipeline.times import epoch, iso

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from schemas.topics import Stage
    from workers.dedupe.entry import Verdict

__all__ = ["Dedupe", "judged"]


def judged(article: Article, verdict: Verdict) -> UniqueArticle | Duplicate:
    """Return `article` as it goes on under `verdict`."""
    known = dict(article)
    if verdict.relation == "duplicate":
        return Duplicate(**known, original_id=verdict.original_id, similarity=verdict.similarity, method=verdict.method)
    return UniqueArticle(
        **known,
        relation=verdict.relation,
        original_id=verdict.original_id,
        similarity=verdict.similarity,
        revision=verdict.revision,
    )


class Dedupe:
    """The dedupe stage, with the state of the partitions that this process owns."""

    name: Stage = "dedupe"
    source = SOURCES["dedupe"]

    def __init__(self, *, window_days: float, max_entries: int) -> None:
        """Compare with articles of the last `window_days` days of event time, at most `max_entries` a language."""
        self._settings = Settings(window=timedelta(days=window_days), max_entries=max_entries)
        self._scopes: dict[int, dict[str, Engine]] = {}
        self._latest: dict[tuple[int, str], float] = {}

    def process(self, record: Record, *, now: str) -> list[Output]:
        """Return the article's output, and the changelog records of what it changed in the state."""
        article = decode(Article, record.value)
        scope = article.language
        engine = self._engine(record.partition, scope)
        # Known means decided before, and then the changelog has it: outputs and changelog are acknowledged together.
        known = engine.entry(article.article_id) is not None
        step = engine.step(
            Item(
                article_id=article.article_id,
                kind=article.kind,
                title=article.title,
                text=article.text,
                fingerprint=article.fingerprint,
                event_time=self._event_time(article, record, scope),
                summary_of=article.summary_of,
            )
        )
        message = judged(article, step.verdict)
        duplicate = isinstance(message, Duplicate)
        headers = derived_headers(
            record,
            type_="duplicate" if duplicate else "unique-article",
            stage="dedupe",
            id_=article.article_id,
            time=record.header("ce_time") or iso(record.time),
        )
        key = message.original_id if isinstance(message, Duplicate) else message.article_id
        outputs = [Output(DUPLICATES if duplicate else UNIQUE, key.encode(), encode(message), headers)]
        if not known:
            outputs.append(self._changelog(record.partition, scope, article.article_id, step.entry.to_bytes()))
            outputs += [self._changelog(record.partition, scope, evicted, None) for evicted in step.evicted]
        return outputs

    def restore(self, partition: int, records: Iterable[Record]) -> int:
        """Take a partition's changelog records, in their order, back into the state; return how many entries it gave.

        Raises EntryFormatError when a record is of another release's format, InvalidMessage for a key without a scope.
        """
        last: dict[bytes, bytes | None] = {record.key or b"": record.value for record in records}
        count = 0
        for key, value in last.items():
            scope, separator, _ = key.decode().partition(":")
            if not separator:
                raise InvalidMessage(f"changelog partition {partition} holds a key without a scope: {key!r}")
            if value is None:
                continue
            entry = Entry.from_bytes(value)
            self._engine(partition, scope).restore(entry)
            self._seen(partition, scope, entry.event_time)
            count += 1
        return count

    def keep_only(self, partitions: Collection[int]) -> None:
        """Forget the state of every partition that is not in `partitions`."""
        for partition in self._scopes.keys() - set(partitions):
            del self._scopes[partition]
        self._latest = {key: time for key, time in self._latest.items() if key[0] in self._scopes}

    def _engine(self, partition: int, scope: str) -> Engine:
        scopes = self._scopes.setdefault(partition, {})
        if scope not in scopes:
            scopes[scope] = Engine(self._settings)
        return scopes[scope]

    def _event_time(self, article: Article, record: Record, scope: str) -> float:
        """Return when the article's event was, in epoch seconds.

        A time in the future is taken as now, or it would age everything else out of the window. An article without a
        time counts as new as the newest before it: taken as now, one of them would do the same in a replay of old news.
        """
        stated = epoch(article.published_at)
        if stated is None:
            stated = self._latest.get((record.partition, scope))
        if stated is None:
            stated = epoch(record.header("ce_time"))
        time = record.time if stated is None else min(stated, record.time)
        self._seen(record.partition, scope, time)
        return time

    def _seen(self, partition: int, scope: str, time: float) -> None:
        key = (partition, scope)
        self._latest[key] = max(time, self._latest.get(key, time))

    @staticmethod
    def _changelog(partition: int, scope: str, article_id: str, value: bytes | None) -> Output:
        return Output(DEDUPE_CHANGELOG, f"{scope}:{article_id}".encode(), value, partition=partition)
