"""Every topic, declared once: what `rasid topics apply` makes, what AsyncAPI documents, what the stages name.

The broker's auto-create is off and Faust may not declare topics, so a topic that is not here does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "BY_ACTOR",
    "BY_COUNTRY",
    "BY_STORY",
    "DEAD_LETTER",
    "DEAD_LETTER_BYTES",
    "DEDUPE_CHANGELOG",
    "DUPLICATES",
    "ENRICHED",
    "OUTCOMES",
    "PARSED",
    "RAW",
    "REFERENCE",
    "SOURCES",
    "STAGES",
    "STATE",
    "STORIES",
    "TARGETS",
    "TOPICS",
    "UNIQUE",
    "WORKERS",
    "Policy",
    "Stage",
    "Topic",
    "app_id",
    "declared",
    "needed",
]

RAW = "articles.raw"
PARSED = "articles.parsed"
UNIQUE = "articles.unique"
DUPLICATES = "articles.duplicates"
ENRICHED = "events.enriched"
BY_COUNTRY = "events.by-country"
BY_ACTOR = "events.by-actor"
BY_STORY = "events.by-story"
DEAD_LETTER = "articles.dead-letter"
OUTCOMES = "articles.outcomes"
REFERENCE = "actors.reference"
STORIES = "stories"
DEDUPE_CHANGELOG = "rasid-dedupe-index-changelog"

Stage = Literal["parse", "dedupe", "tag", "stories"]
#: The stages that a document passes on its way to events and duplicates.
STAGES: tuple[Stage, ...] = ("parse", "dedupe", "tag")
#: All of them: `stories` makes a table of what the others have written, and nothing waits for it.
WORKERS: tuple[Stage, ...] = (*STAGES, "stories")
#: What each stage reads.
SOURCES: dict[Stage, str] = {"parse": RAW, "dedupe": PARSED, "tag": UNIQUE, "stories": BY_STORY}
#: What each stage writes for others; every stage also writes dead letters.
TARGETS: dict[Stage, tuple[str, ...]] = {
    "parse": (PARSED, OUTCOMES),
    "dedupe": (UNIQUE, DUPLICATES, OUTCOMES, BY_STORY),
    "tag": (ENRICHED, BY_COUNTRY, BY_ACTOR, BY_STORY),
    "stories": (STORIES,),
}
#: From what a stage that holds something reads it back when it is given a partition; partitioned as its source.
STATE: dict[Stage, str] = {"dedupe": DEDUPE_CHANGELOG, "stories": STORIES}

DAY_MS = 86_400_000
MIB = 1 << 20
#: The largest dead letter: a failed record of the largest size must fit with its error headers.
DEAD_LETTER_BYTES = 9 * MIB


#: What a topic's records are kept for: each has a retention of its own (`Policy.kept_ms`).
Keep = Literal["articles", "compared", "events", "stories", "dead_letters", "state", "election"]


@dataclass(frozen=True, slots=True)
class Policy:
    """What an operator decides of all topics; the defaults are those of the settings of the same names."""

    partitions: int = 4
    replication_factor: int = 1
    min_insync_replicas: int = 1
    window_days: float = 7.0
    """How far back de-duplication looks."""
    retention_days: float = 7.0
    events_retention_days: float = 30.0
    dead_letter_retention_days: float = 90.0
    retention_bytes: int = -1
    """Of one partition of articles and events; -1: as many as come within their time."""
    segment_bytes: int = 128 * MIB
    compression: str = "producer"

    def kept_ms(self, keep: Keep) -> int:
        """Return for how many milliseconds a topic's records are kept.

        What de-duplication knows is kept one day longer than it looks back, so that nothing is deleted that could still
        be compared; and so is what it compares with, of which it reads the text for an update.
        """
        compared = self.window_days + 1
        days = {
            "articles": self.retention_days,
            "compared": max(self.retention_days, compared),
            "events": self.events_retention_days,
            # What its stage reads back: as long as an article may still join.
            "stories": max(self.events_retention_days, compared),
            "dead_letters": self.dead_letter_retention_days,
            "state": compared,
            "election": 1.0,
        }[keep]
        return int(days * DAY_MS)


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic. `partitions` None means the count that the settings give to every topic that scales."""

    name: str
    key: str
    value: str
    description: str
    keep: Keep = "articles"
    cleanup: str = "delete"
    partitions: int | None = None
    # Everything a stage writes is bounded by Settings.max_output_bytes (6 MiB) plus headers.
    max_message_bytes: int = 7 * MIB
    internal: bool = False

    def config(self, policy: Policy) -> dict[str, str]:
        """Return the topic-level settings that Kafka is given and held to."""
        bounded = self.keep in ("articles", "compared", "events")
        return {
            "cleanup.policy": self.cleanup,
            "retention.ms": str(policy.kept_ms(self.keep)),
            # What is dead or remembered is never thrown away for its size.
            "retention.bytes": str(policy.retention_bytes if bounded else -1),
            "max.message.bytes": str(self.max_message_bytes),
            # With the producer's time, a replay of old news would be deleted by retention as soon as it arrives.
            "message.timestamp.type": "LogAppendTime",
            "min.insync.replicas": str(policy.min_insync_replicas),
            # Only whole segments are deleted or compacted, and of a quiet topic a new one is begun after seven days by
            # default: records would be kept for twice as long as is declared.
            "segment.ms": str(DAY_MS),
            "segment.bytes": str(policy.segment_bytes),
            # By default as the producer wrote them: the broker need not pack each batch again; readers take all codecs.
            "compression.type": policy.compression,
        }


def app_id(stage: Stage, prefix: str = "") -> str:
    """Return the Faust app id, which is also the consumer group, of a stage."""
    return f"{prefix}rasid-{stage}"


def leader_topic(stage: Stage) -> str:
    """Return the topic by which Faust elects a leader among a stage's workers."""
    return f"{app_id(stage)}-__assignor-__leader"


def needed(stage: Stage) -> tuple[str, ...]:
    """Return the topics, without prefix, that a stage's workers need: first the one they read."""
    state = (STATE[stage],) if stage in STATE else ()
    return tuple(dict.fromkeys((SOURCES[stage], *TARGETS[stage], DEAD_LETTER, *state, leader_topic(stage))))


TOPICS: tuple[Topic, ...] = (
    # Above parse's own limit, so that a record that is too large is refused by parse with a dead letter that says so,
    # not by a client that only logs it.
    Topic(RAW, "document_id", "document", "Documents as they arrive", max_message_bytes=8 * MIB),
    Topic(PARSED, "language (the scope of de-duplication)", "article", "Articles found in documents", keep="compared"),
    Topic(UNIQUE, "article_id", "unique-article", "Articles that repeat no other"),
    Topic(DUPLICATES, "original_id", "duplicate", "Articles that repeat an earlier one"),
    Topic(
        OUTCOMES,
        "key of the raw record, or article_id",
        "outcome",
        "Inputs that lead to no article: tombstones, and documents that are sent again",
        max_message_bytes=MIB,
    ),
    Topic(ENRICHED, "article_id", "enriched-event", "Articles with their tags", keep="events"),
    Topic(BY_COUNTRY, "ISO 3166-1 code", "country-record", "One record a country tag", keep="events"),
    Topic(BY_ACTOR, "actor id", "actor-record", "One record an actor", keep="events"),
    Topic(BY_STORY, "story_id", "story-record", "One record an event and a duplicate, under its story", keep="events"),
    Topic(
        STORIES,
        "story_id",
        "story",
        "Each story as it stands: its articles, countries, actors, times and fullest version. Partitioned as "
        "events.by-story",
        # Compaction keeps the last state of each story; deletion ends those to which nothing has come for so long.
        cleanup="compact,delete",
        keep="stories",
    ),
    Topic(
        REFERENCE,
        "actor id",
        "actor-reference",
        "What the lexicon knows of each actor, with ids that it had earlier; written by rasid actors publish",
        cleanup="compact",
        keep="events",
        partitions=1,
        max_message_bytes=MIB,
    ),
    Topic(
        DEAD_LETTER,
        "key of the failed record",
        "dead-letter",
        "Failed records' own bytes, with error headers",
        keep="dead_letters",
        partitions=1,
        max_message_bytes=DEAD_LETTER_BYTES,
    ),
    Topic(
        DEDUPE_CHANGELOG,
        "article_id",
        "dedupe entry (internal, binary)",
        "What de-duplication knows; read back when a partition is assigned. Partitioned as articles.parsed",
        # Compaction keeps the last answer for each article; deletion ends what compaction would keep for ever.
        cleanup="compact,delete",
        keep="state",
        internal=True,
    ),
    *(
        Topic(
            leader_topic(stage),
            "-",
            "-",
            f"Faust's own: elects the leader among the workers of {stage}",
            partitions=1,
            keep="election",
            max_message_bytes=MIB,
            internal=True,
        )
        for stage in WORKERS
    ),
)


def declared(policy: Policy, *, prefix: str) -> Iterator[tuple[str, int, Topic]]:
    """Yield (full name, partition count, topic) for every topic under a policy."""
    for topic in TOPICS:
        yield f"{prefix}{topic.name}", topic.partitions or policy.partitions, topic
