"""The three stages in one process, without Kafka: what `rasid enrich` runs and what the stream is compared with."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import compress, decompress

from schemas import envelope
from schemas.models import Article
from schemas.topics import DEAD_LETTER, DUPLICATES, ENRICHED, OUTCOMES, PARSED, RAW, SOURCES, UNIQUE
from workers.dedupe.entry import Verdict
from workers.dedupe.store import Store
from workers.pipeline.codec import decode, encode
from workers.pipeline.dead_letter import finished, outputs_of
from workers.pipeline.dedupe import judged
from workers.pipeline.document import document_record
from workers.pipeline.record import Output, Record
from workers.pipeline.times import iso

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from schemas.models import Document
    from schemas.topics import Stage
    from workers.pipeline.record import Place, Processor

__all__ = ["Enricher", "EveryArticle", "Failure"]


#: How many articles' texts are kept, at 1 to 2 KB each: an update comes within a day of what it updates.
_TEXTS = 100_000


@dataclass(frozen=True, slots=True)
class Failure:
    """A record that the stream would have sent to the dead letters."""

    document_id: str
    stage: str
    error: str
    message: str

    def __str__(self) -> str:
        return f"{self.document_id}: {self.stage}: {self.error}: {self.message}"


class Enricher:
    """Documents in, one JSON line for each article out, in the order in which the stages would see them."""

    def __init__(self, parse: Processor, dedupe: Processor, tag: Processor, *, clock: Callable[[], float]) -> None:
        """Run the given stages. `clock` gives epoch seconds."""
        self._parse, self._dedupe, self._tag = parse, dedupe, tag
        self._clock = clock
        self._ends: Counter[str] = Counter()
        self._parsed = _Texts()
        self.repeats = 0
        """Articles of documents that were given before, unchanged: they give no line."""

    def enrich(self, document: Document) -> Iterator[bytes | Failure]:
        """Yield the document's events and duplicates as JSON, and a Failure for whatever went wrong."""
        for output in self._flow(document_record(document, now=self._clock())):
            if output.topic in (ENRICHED, DUPLICATES):
                yield output.value or b""
            elif output.topic == OUTCOMES:
                self.repeats += 1
            elif output.topic == DEAD_LETTER:
                told = dict(output.headers)
                stage, error, message = (
                    told[name].decode() for name in (envelope.ERROR_STAGE, envelope.ERROR_CLASS, envelope.ERROR_MESSAGE)
                )
                yield Failure(document.document_id, stage, error, message)

    def _flow(self, output: Output) -> Iterator[Output]:
        """Yield `output` and everything that it leads to, each before what follows from it."""
        yield output
        offset = self._ends[output.topic]
        self._ends[output.topic] += 1
        record = Record(output.topic, 0, offset, output.key, output.value, output.headers, self._clock())
        stage = {RAW: self._parse, PARSED: self._dedupe, UNIQUE: self._tag}.get(output.topic)
        if stage is self._dedupe:
            self._parsed.append(record)
        if stage is not None:
            now = iso(self._clock())
            outputs = outputs_of(stage, record, now=now)
            lacking = {output.lack.place for output in outputs if output.lack is not None}
            values: dict[Place, bytes | None] = {place: self._parsed.read(place) for place in lacking}
            for derived in finished(outputs, values, stage, record, now=now):
                yield from self._flow(derived)


class _Texts:
    """What stood on articles.parsed of late, compressed: updates are compared with what they update."""

    def __init__(self) -> None:
        self._store = Store()

    def append(self, record: Record) -> None:
        if len(self._store) == _TEXTS:
            self._store.pop()
        self._store.append(compress(record.value or b"", 1))  # under the record's offset + 1

    def read(self, place: Place) -> bytes | None:
        number = place.offset + 1
        return decompress(self._store[number]) if number >= self._store.first else None


class EveryArticle:
    """Stands in for dedupe with `--no-dedupe`: every article is an original."""

    name: Stage = "dedupe"
    source = SOURCES["dedupe"]

    def process(self, record: Record, *, now: str) -> list[Output]:
        """Return the article as an original."""
        article = decode(Article, record.value)
        message = judged(article, Verdict("original"))
        return [Output(UNIQUE, article.article_id.encode(), encode(message), record.headers)]
