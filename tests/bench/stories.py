"""What the table of stories costs: a record's time, the bytes that stand on its topics, and what a worker holds.

    python -m tests.bench.stories [PATH…] [--documents N] [--known N]

The documents of PATH (default: the tests' own corpus, of which three in ten repeat another) go through the stages'
functions; what they write for stories is processed in a process of its own kind, one record after the other. Then a
worker reads back as many stories as --known says, each by one small record, to see what it takes to know them.
"""

from __future__ import annotations

import argparse
import resource
import time
from hashlib import blake2b
from itertools import chain, islice
from typing import TYPE_CHECKING

from schemas.models import Document, Story
from schemas.topics import BY_STORY, STORIES
from tests.corpus import documents
from workers.pipeline.build import build_dedupe, build_parse, build_stories, build_tag
from workers.pipeline.dead_letter import finished, outputs_of
from workers.pipeline.document import document_record
from workers.pipeline.enrich import Enricher
from workers.pipeline.record import Record
from workers.replay.reader import Problem, read_documents
from workers.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = "2026-01-01T00:00:00Z"
START = 1.7e9


def written(found: Iterator[Document]) -> list[Record]:
    """Return the records on events.by-story that documents lead to, one a second."""
    settings = Settings()
    enricher = Enricher(build_parse(settings), build_dedupe(settings), build_tag(), clock=time.time)
    outputs = chain.from_iterable(
        enricher._flow(document_record(each, replay_id="bench", seq=0, now=START)) for each in found
    )
    return [
        Record(BY_STORY, 0, number, each.key, each.value, each.headers, START + number)
        for number, each in enumerate(output for output in outputs if output.topic == BY_STORY)
    ]


def cost(records: list[Record]) -> None:
    """Print what processing `records` takes, and what it writes."""
    stage = build_stories(Settings())
    topic: list[bytes] = []
    looked_up = 0
    begun = time.process_time()
    for record in records:
        outputs = outputs_of(stage, record, now=NOW)
        lack = outputs[0].lack
        looked_up += lack is not None
        values = {} if lack is None else {lack.place: topic[lack.place.offset]}
        for output in finished(outputs, values, stage, record, now=NOW):
            stage.written(output, len(topic))
            topic.append(output.value or b"")
    seconds = time.process_time() - begun
    last = {record.key: value for record, value in zip(records, topic, strict=True)}
    articles = [len(Story.model_validate_json(value).articles) for value in last.values()]
    given = sum(len(record.value or b"") for record in records)
    print(f"records of {BY_STORY}: {len(records):,}, {given / len(records):,.0f} bytes each")
    print(
        f"stories: {len(last):,}, of several articles {sum(n > 1 for n in articles):,}, the largest of {max(articles)}"
    )
    print(f"records of {STORIES}: {sum(map(len, topic)) / len(topic):,.0f} bytes each; read back {looked_up:,}")
    print(f"a record: {1000 * seconds / len(records):.3f} ms of the processor")
    print(f"held whole: {stage.allocated / max(1, min(len(last), 4000)):,.0f} bytes each, packed")


def known(number: int) -> None:
    """Print what a worker takes to know where `number` stories stand."""
    stage = build_stories(Settings())
    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    stage.restore(
        0,
        (
            Record(
                STORIES,
                0,
                each,
                blake2b(b"%d" % each, digest_size=16).hexdigest().encode(),
                b"{}",
                [],
                START + each / 2,
            )
            for each in range(number)
        ),
    )
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) << 10
    print(
        f"known: {stage.held(0):,} stories, {grown / number:,.0f} bytes each, "
        f"{time.process_time() - begun:.1f} s of the processor besides reading them"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*")
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--known", type=int, default=1_000_000)
    options = parser.parse_args()
    # First, while the process has had no larger memory of its own.
    known(options.known)
    if options.paths:
        given = (each for each in read_documents(options.paths) if not isinstance(each, Problem))
    else:
        given = (Document.model_validate(each) for each in documents(options.documents, repeated=0.3))
    cost(written(islice(given, options.documents)))


if __name__ == "__main__":
    main()
