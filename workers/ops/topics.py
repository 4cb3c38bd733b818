"""Make and verify topics from their declaration in `schemas.topics`: idempotent, and it refuses drift."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from aiokafka.admin import NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from schemas.topics import Topic, declared
from workers.cluster import admin
from workers.errors import UsageError
from workers.security import Security

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from aiokafka.admin import AIOKafkaAdminClient

    from workers.settings import Settings

__all__ = ["State", "TopicState", "apply", "verify"]

State = Literal["ok", "missing", "created", "drift"]
VISIBLE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class TopicState:
    """What the broker has of one declared topic; `problems` say what differs and what to do."""

    name: str
    partitions: int
    topic: Topic
    state: State
    problems: tuple[str, ...] = ()


async def verify(settings: Settings, bootstrap: str) -> list[TopicState]:
    """Compare every declared topic with the broker's; changes nothing. Raises UsageError when no broker answers."""
    async with _client(settings, bootstrap) as client:
        return await _inspect(client, settings)


async def apply(settings: Settings, bootstrap: str) -> list[TopicState]:
    """Create what is missing and return every topic's state. Raises UsageError when the broker refuses.

    A topic that exists and differs is left as it is and reported as drift: a changed partition count moves keys, a
    changed cleanup policy deletes, so both are a person's decision. When there is drift nothing is created.
    """
    async with _client(settings, bootstrap) as client:
        before = await _inspect(client, settings)
        missing = [each for each in before if each.state == "missing"]
        if not missing or any(each.state == "drift" for each in before):
            return before
        await _create(client, missing, settings.replication_factor)
        made = {each.name for each in missing}
        return [
            replace(each, state="created") if each.name in made and each.state == "ok" else each
            for each in await _all_visible(client, settings)
        ]


@asynccontextmanager
async def _client(settings: Settings, bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    async with admin(bootstrap, Security.of(settings)) as client:
        try:
            yield client
        except KafkaError as exc:
            raise UsageError(f"the broker at {bootstrap} refused: {type(exc).__name__}: {exc}") from exc


async def _create(client: AIOKafkaAdminClient, missing: Sequence[TopicState], replication_factor: int) -> None:
    wanted = [
        NewTopic(
            name=each.name,
            num_partitions=each.partitions,
            replication_factor=replication_factor,
            topic_configs=each.topic.config(),
        )
        for each in missing
    ]
    response = await client.create_topics(wanted)
    for name, code, *rest in response.topic_errors:
        # Another `apply` may have made it a moment ago; what it made is inspected next.
        if code not in (0, TopicAlreadyExistsError.errno):
            raise UsageError(f"topic {name} could not be created: {for_code(code).__name__} {rest[0] or ''}".strip())


async def _all_visible(client: AIOKafkaAdminClient, settings: Settings) -> list[TopicState]:
    """Return every topic's state once none is missing: a broker shows a new topic a moment after it has made it."""
    deadline = time.monotonic() + VISIBLE_SECONDS
    while True:
        states = await _inspect(client, settings)
        if all(each.state != "missing" for each in states):
            return states
        if time.monotonic() > deadline:
            raise UsageError(f"the broker did not show the new topics within {VISIBLE_SECONDS:.0f} s")
        await asyncio.sleep(0.1)


async def _inspect(client: AIOKafkaAdminClient, settings: Settings) -> list[TopicState]:
    wanted = list(
        declared(prefix=settings.topic_prefix, partitions=settings.partitions, window_days=settings.dedupe_window_days)
    )
    existing = set(await client.list_topics())
    names = [name for name, _, _ in wanted if name in existing]
    counts = {t["topic"]: len(t["partitions"]) for t in await client.describe_topics(names)} if names else {}
    configs = await _configs(client, names)
    states = []
    for name, partitions, topic in wanted:
        if name not in existing:
            states.append(TopicState(name, partitions, topic, "missing"))
            continue
        problems = tuple(_problems(partitions, topic, counts[name], configs[name]))
        states.append(TopicState(name, partitions, topic, "drift" if problems else "ok", problems))
    return states


def _problems(partitions: int, topic: Topic, count: int, config: dict[str, str]) -> list[str]:
    found = []
    if count != partitions:
        found.append(
            f"has {count} partitions, {partitions} are declared: set RASID_PARTITIONS={count}, or drain and delete the "
            "topic (a changed count moves keys to other partitions)"
        )
    for key, value in topic.config().items():
        have = config.get(key, "")
        if set(have.split(",")) != set(value.split(",")):
            found.append(
                f"has {key}={have}, {value} is declared: mend it with kafka-configs, or change the declaration"
            )
    return found


async def _configs(client: AIOKafkaAdminClient, names: list[str]) -> dict[str, dict[str, str]]:
    """Return each topic's settings by name."""
    if not names:
        return {}
    responses = await client.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in names])
    found: dict[str, dict[str, str]] = {}
    for response in responses:
        for code, message, _type, name, entries in response.resources:
            if code:
                raise UsageError(f"the settings of topic {name} cannot be read: {for_code(code).__name__} {message}")
            found[name] = {entry[0]: entry[1] for entry in entries}
    return found
