"""dedupe: an article in; out comes the article with its relation to earlier ones, and what the state needs to survive.

State is one engine for each scope (language) of each partition. Every new entry goes to a changelog in the same batch
as the output that it led to, and is read back when a partition is assigned: a record that is delivered again after a
crash finds its own entry, by article_id, and gets the same answer again. An entry names its owner, the record that it
came in first, and that record's run: the feed's, or one replay (x-replay-id).

As long as it is held, an article goes on once in each run. A document that the feed sends again, unchanged, ends as a
`repeat` on articles.outcomes; one that is replayed gets the answer that it got before, once in each replay. The owners
in further runs (workers.dedupe.shown) go to the changelog too, under `scope/run:article_id`. What was sent back from
the dead letters is never a repeat: its owner failed.
"""

from __future__ import annotations

import struct
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from schemas import envelope
from schemas.models import Article, Changed, Duplicate, Earlier, Sentence, UniqueArticle
from schemas.topics import DEDUPE_CHANGELOG, DUPLICATES, SOURCES, UNIQUE
from workers.dedupe.changes import changes
from workers.dedupe.engine import Engine, Item, Settings
from workers.dedupe.entry import Owner, document_number, outlet_number
from workers.dedupe.shown import Shown, run_of
from workers.errors import InvalidMessage
from workers.pipeline.codec import decode, encode
from workers.pipeline.outcome import repeat
from workers.pipeline.record import Fate, Lack, Output, Place, Record, derived_headers
from workers.pipeline.story_record import story_of_duplicate
from workers.pipeline.times import epoch, event_time
from workers.text.fold import fingerprint

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from schemas.topics import Stage
    from workers.dedupe.entry import Verdict

__all__ = ["Dedupe", "changed", "judged"]

#: How often scopes to which nothing comes are looked through, by the time of the records.
_SWEEP_SECONDS = 3600.0
#: The value of a changelog record that says in which further run an article went on: its owner, partition and offset.
_OWNER = struct.Struct("<IQ")
_RUN_BASE = 16


def judged(article: Article, verdict: Verdict) -> UniqueArticle | Duplicate:
    """Return `article` as it goes on under `verdict`."""
    known = dict(article)
    story = {"story_id": verdict.story_id or article.article_id, "same_story": list(verdict.same_story)}
    if verdict.relation == "duplicate":
        return Duplicate(
            **known,
            **story,
            original_id=verdict.original_id,
            similarity=verdict.similarity,
            method=verdict.method,
        )
    return UniqueArticle(
        **known,
        relation=verdict.relation,
        original_id=verdict.original_id,
        similarity=verdict.similarity,
        revision=verdict.revision,
        **story,
    )


def changed(article: UniqueArticle, earlier: Article) -> UniqueArticle:
    """Return `article`, a fuller version or an update, with what it changed since `earlier`, the revision before it."""
    found = changes(earlier.text, article.text)
    return article.model_copy(
        update={
            "changed": Changed(
                since=earlier.article_id,
                title_changed=fingerprint(article.title, "") != fingerprint(earlier.title, ""),
                sentences_added=_sentences(article.text, found.added),
                sentences_removed=_sentences(earlier.text, found.removed),
            ),
            "earlier": Earlier(**{name: getattr(earlier, name) for name in Earlier.model_fields}),
        }
    )


def _sentences(text: str, places: Iterable[tuple[int, int]]) -> list[Sentence]:
    return [Sentence(start=start, end=end, surface=text[start:end]) for start, end in places]


def _with_changes(output: Output, message: UniqueArticle, article_id: str, earlier: bytes | None) -> Output:
    """Return the output of a fuller version or an update as it is sent.

    It goes without changes when the earlier article's record is gone.

    It is gone, too, when another article stands in its place: the topic was deleted and made again.
    """
    before = None if earlier is None else decode(Article, earlier)
    if before is None or before.article_id != article_id:
        return replace(output, value=encode(message), lack=None)
    return replace(output, value=encode(changed(message, before)), lack=None)


class Dedupe:
    """The dedupe stage, with the state of the partitions that this process owns."""

    name: Stage = "dedupe"
    source = SOURCES["dedupe"]
    changelog = DEDUPE_CHANGELOG

    def __init__(self, *, window_days: float, max_entries: int) -> None:
        """Compare with articles of the last `window_days` days of event time, at most `max_entries` a language.

        By the time of the records none is held for more than a day longer: that is as long as the changelog keeps it
        (schemas.topics.declared), so memory and changelog agree.
        """
        self._settings = Settings(
            window=timedelta(days=window_days), longest=timedelta(days=window_days + 1), max_entries=max_entries
        )
        self._scopes: dict[int, dict[str, Engine]] = {}
        self._shown: dict[int, dict[str, Shown]] = {}
        self._swept: dict[int, float] = {}

    def process(self, record: Record, *, now: str) -> list[Output]:
        """Return the article's output, and the changelog records of what it changed in the state.

        The output of a fuller version or an update lacks the one before it: the state holds no texts. An article that
        went on in this run before, from another record, gives its outcome alone.
        """
        article = decode(Article, record.value)
        scope = article.language
        engine = self._engine(record.partition, scope)
        owner, run = Owner(record.partition, record.offset), run_of(record.header(envelope.REPLAY_ID))
        step = engine.step(
            Item(
                article_id=article.article_id,
                kind=article.kind,
                title=article.title,
                text=article.text,
                fingerprint=article.fingerprint,
                event_time=self._event_time(article, record, engine),
                summary_of=article.summary_of,
                recorded_at=record.time,
                owner=owner,
                run=run,
                document=document_number(article.document_id),
                authors=tuple(article.authors),
                outlet=outlet_number(article.publisher),
            )
        )
        shown = self._shown_in(record.partition, scope)
        first = step.entry.owner if step.entry.run == run else shown.owner(article.article_id, run)
        if first not in (None, owner) and Place.parse(record.header(envelope.RETRY_OF)) is None:
            outcome = repeat(record, article, Place(self.source, *first))
            return [outcome, *self._sweep(record.partition, record.time)]
        message = judged(article, step.verdict)
        duplicate = isinstance(message, Duplicate)
        headers = derived_headers(
            record,
            type_="duplicate" if duplicate else "unique-article",
            stage="dedupe",
            id_=article.article_id,
            time=record.event_time,
        )
        key = message.original_id if isinstance(message, Duplicate) else message.article_id
        fate = Fate(step.verdict.relation, article.kind)
        output = Output(DUPLICATES if duplicate else UNIQUE, key.encode(), encode(message), headers, fate=fate)
        if isinstance(message, UniqueArticle) and step.previous is not None:
            owner, earlier_id = step.previous
            finish = partial(_with_changes, output, message, earlier_id)
            output = replace(output, lack=Lack(Place(self.source, *owner), finish))
        outputs = [output]
        if isinstance(message, Duplicate):
            outputs.append(story_of_duplicate(record, message))
        # Known means decided before, and then the changelog has it: outputs and changelog are acknowledged together.
        if not step.known:
            outputs.append(self._changelog(record.partition, scope, article.article_id, step.record))
            outputs += self._forgotten(record.partition, scope, step.evicted)
        elif first is None:
            for each in shown.add(article.article_id, run, owner):
                outputs.append(self._changelog_of_run(record.partition, scope, *each, None))
            outputs.append(self._changelog_of_run(record.partition, scope, article.article_id, run, owner))
        return outputs + self._sweep(record.partition, record.time)

    def restore(self, partition: int, records: Iterable[Record]) -> int:
        """Take changelog records of a partition back into the state; return how many entries they gave.

        What comes in several calls must come in the changelog's order; of an article its last record counts. Raises
        EntryFormatError when a record is of another release's format, InvalidMessage for a key without a scope.
        """
        entries: dict[str, list[bytes]] = {}
        runs: list[tuple[str, str, bytes | None]] = []
        for key, value in {record.key or b"": record.value for record in records}.items():
            scope, separator, article_id = key.decode().partition(":")
            if not separator:
                raise InvalidMessage(f"changelog partition {partition} holds a key without a scope: {key!r}")
            if "/" in scope:
                runs.append((scope, article_id, value))
            elif value is None:
                self._engine(partition, scope).forget(article_id)
                self._shown_in(partition, scope).forget(article_id)
            else:
                entries.setdefault(scope, []).append(value)
        count = sum(self._engine(partition, scope).restore(values) for scope, values in entries.items())
        for scope, article_id, value in runs:
            self._restore_run(partition, scope, article_id, value)
        return count

    def _restore_run(self, partition: int, key: str, article_id: str, value: bytes | None) -> None:
        scope, _, run = key.partition("/")
        shown = self._shown_in(partition, scope)
        if value is None:
            shown.forget(article_id, int(run, _RUN_BASE))
        # Where the article itself is gone, what comes of it next is decided anew, in whatever run.
        elif self._engine(partition, scope).entry(article_id) is not None:
            # Who wrote it dropped what had to go for it, and wrote that down too.
            list(shown.add(article_id, int(run, _RUN_BASE), Owner(*_OWNER.unpack(value))))

    def entries(self, partition: int) -> Iterator[Output]:
        """Yield a changelog record for each article that a partition's state holds, in the order of decisions."""
        for scope, engine in self._scopes.get(partition, {}).items():
            for article_id, record in engine.records():
                yield self._changelog(partition, scope, article_id, record)
        for scope, shown in self._shown.get(partition, {}).items():
            for article_id, run, owner in shown:
                yield self._changelog_of_run(partition, scope, article_id, run, owner)

    def held(self, partition: int) -> int:
        """Return how many articles a partition's state holds."""
        return sum(map(len, self._scopes.get(partition, {}).values()))

    @property
    def allocated(self) -> int:
        """Bytes of memory that the state takes."""
        parts = (part for held in (self._scopes, self._shown) for scopes in held.values() for part in scopes.values())
        return sum(part.allocated for part in parts)

    @property
    def fullest(self) -> float:
        """How near the language with the most articles is to its bound: at 1 the bound decides who is forgotten."""
        held = (len(engine) for scopes in self._scopes.values() for engine in scopes.values())
        return max(held, default=0) / self._settings.max_entries

    def keep_only(self, partitions: Collection[int]) -> None:
        """Forget the state of every partition that is not in `partitions`."""
        for partition in self._scopes.keys() - set(partitions):
            del self._scopes[partition]
            self._shown.pop(partition, None)
            self._swept.pop(partition, None)

    def _engine(self, partition: int, scope: str) -> Engine:
        scopes = self._scopes.setdefault(partition, {})
        if scope not in scopes:
            scopes[scope] = Engine(self._settings)
        return scopes[scope]

    def _shown_in(self, partition: int, scope: str) -> Shown:
        scopes = self._shown.setdefault(partition, {})
        if scope not in scopes:
            scopes[scope] = Shown(self._settings.max_entries)
        return scopes[scope]

    def _forgotten(self, partition: int, scope: str, article_ids: Iterable[str]) -> list[Output]:
        """Return tombstones for articles that have left the state."""
        outputs, shown = [], self._shown_in(partition, scope)
        for article_id in article_ids:
            outputs.append(self._changelog(partition, scope, article_id, None))
            outputs += [
                self._changelog_of_run(partition, scope, article_id, run, None) for run in shown.forget(article_id)
            ]
        return outputs

    @staticmethod
    def _event_time(article: Article, record: Record, engine: Engine) -> float:
        """Return when the article's event was, in epoch seconds.

        An article without a time counts as new as the newest before it: taken as now, one of them would age everything
        else out of the window in a replay of old news.
        """
        found = event_time(article, latest=engine.latest, received=record.time)
        if found is None:
            found = epoch(record.header("ce_time"))
        return record.time if found is None else min(found, record.time)

    def _sweep(self, partition: int, time: float) -> list[Output]:
        """Return tombstones for what was held too long in any scope, an hour after the last look."""
        if time - self._swept.setdefault(partition, time) < _SWEEP_SECONDS:
            return []
        self._swept[partition] = time
        return [
            output
            for scope, engine in self._scopes[partition].items()
            for output in self._forgotten(partition, scope, engine.expire(time))
        ]

    @staticmethod
    def _changelog(partition: int, scope: str, article_id: str, value: bytes | None) -> Output:
        return Output(DEDUPE_CHANGELOG, f"{scope}:{article_id}".encode(), value, partition=partition)

    @classmethod
    def _changelog_of_run(cls, partition: int, scope: str, article_id: str, run: int, owner: Owner | None) -> Output:
        value = None if owner is None else _OWNER.pack(*owner)
        return cls._changelog(partition, f"{scope}/{run:x}", article_id, value)
