"""Who may do what on the cluster, declared beside the topics: what `rasid topics apply --acls` gives each principal.

Least privilege: a stage reads what it reads, writes what it writes, and has one consumer group; the producer of
documents may only add documents; consumers only read what is for them. Kafka lets whoever may read or write a topic
also describe it, and whoever may write one also be an idempotent producer (Kafka 3.0 and newer).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from schemas.topics import (
    BY_ACTOR,
    BY_COUNTRY,
    BY_STORY,
    DEAD_LETTER,
    DUPLICATES,
    ENRICHED,
    OUTCOMES,
    RAW,
    REFERENCE,
    SOURCES,
    STATE,
    STORIES,
    TARGETS,
    TOPICS,
    WORKERS,
    app_id,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CLUSTER", "CONSUMER_GROUPS", "ROLES", "Grant", "Operation", "Resource", "Role", "grants"]

Role = Literal["replay", "parse", "dedupe", "tag", "stories", "consumer", "operator"]
Operation = Literal["read", "write", "describe", "describe_configs"]
Resource = Literal["topic", "group", "cluster"]

ROLES: tuple[Role, ...] = ("replay", "parse", "dedupe", "tag", "stories", "consumer", "operator")
#: How consumers' groups begin: theirs are told from the stages', which they must not join.
CONSUMER_GROUPS = "consumer-"
#: The only name that the cluster itself has as a resource (Kafka's own).
CLUSTER = "kafka-cluster"


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One thing that a principal may do. `prefixed`: on every resource whose name begins with `name`."""

    principal: str
    operation: Operation
    resource: Resource
    name: str
    prefixed: bool = False

    def __str__(self) -> str:
        return f"{self.principal} may {self.operation} {self.resource} {self.name}{'*' if self.prefixed else ''}"


def grants(*, prefix: str, principal: str) -> Iterator[Grant]:
    """Yield every grant. `prefix` stands before each topic and group; `principal` is a name with ``{role}`` in it."""

    def topic(role: Role, operation: Operation, *names: str) -> Iterator[Grant]:
        who = principal.format(role=role)
        yield from (Grant(who, operation, "topic", f"{prefix}{name}") for name in names)

    yield from topic("replay", "write", RAW)
    for stage in WORKERS:
        own = [each.name for each in TOPICS if each.internal and each.name.startswith(f"{app_id(stage)}-")]
        yield from topic(stage, "read", SOURCES[stage], *own)
        # A state's way out and its way back.
        state = [STATE[stage]] if stage in STATE else []
        yield from topic(stage, "read", *(name for name in state if name not in own))
        yield from topic(stage, "write", *dict.fromkeys((*TARGETS[stage], DEAD_LETTER, *state)))
        yield Grant(principal.format(role=stage), "read", "group", app_id(stage, prefix))

    yield from topic(
        "consumer", "read", ENRICHED, BY_COUNTRY, BY_ACTOR, BY_STORY, STORIES, DUPLICATES, OUTCOMES, REFERENCE
    )
    yield Grant(principal.format(role="consumer"), "read", "group", f"{prefix}{CONSUMER_GROUPS}", prefixed=True)

    # Verify, dead letters, drift: reads all that holds articles, and writes only what `rasid dlq retry` sends back to,
    # and what the lexicon knows of actors.
    yield from topic("operator", "read", *(each.name for each in TOPICS if not each.internal))
    yield from topic("operator", "write", *SOURCES.values(), REFERENCE)
    yield from topic("operator", "describe_configs", *(each.name for each in TOPICS))
    operator = principal.format(role="operator")
    yield from (Grant(operator, "describe", "topic", f"{prefix}{each.name}") for each in TOPICS if each.internal)
    yield from (Grant(operator, "describe", "group", app_id(stage, prefix)) for stage in WORKERS)
    yield Grant(operator, "describe", "cluster", CLUSTER)
