"""Make, alter and verify topics by their declaration in `schemas.topics`: idempotent, and it refuses drift."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from aiokafka.admin import NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Array, Boolean, Int8, Int16, Int32, Schema, String

from schemas.topics import Policy, Topic, declared
from workers.cluster import admin
from workers.errors import UsageError
from workers.security import Security

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping, Sequence

    from aiokafka.admin import AIOKafkaAdminClient

    from workers.settings import Settings

__all__ = ["ALTERABLE", "State", "TopicState", "apply", "configs", "set_configs", "verify"]

State = Literal["ok", "missing", "created", "altered", "drift"]
VISIBLE_SECONDS = 20.0

#: What may be set on a topic that is in use. The rest decides what records mean (their time, which of them count).
ALTERABLE = frozenset(
    {
        "retention.ms",
        "retention.bytes",
        "max.message.bytes",
        "min.insync.replicas",
        "segment.ms",
        "segment.bytes",
        "compression.type",
    }
)
_SET = 0


@dataclass(frozen=True, slots=True)
class TopicState:
    """What the broker has of one declared topic; `problems` say what differs and what to do."""

    name: str
    partitions: int
    topic: Topic
    state: State
    problems: tuple[str, ...] = ()
    alterable: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """The settings that `apply` can alter: what each is, and what is declared. Each is one of the problems."""

    @property
    def only_alterable(self) -> bool:
        """Whether altering mends all that differs."""
        return len(self.problems) == len(self.alterable)


class _IncrementalAlterConfigsResponse(Response):  # type: ignore[misc]  # aiokafka ships no types
    API_KEY = 44
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "resources",
            Array(
                ("error_code", Int16),
                ("error_message", String("utf-8")),
                ("resource_type", Int8),
                ("resource_name", String("utf-8")),
            ),
        ),
    )


class _IncrementalAlterConfigsStruct(RequestStruct):  # type: ignore[misc]  # same
    API_KEY = 44
    API_VERSION = 0
    RESPONSE_TYPE = _IncrementalAlterConfigsResponse
    SCHEMA = Schema(
        (
            "resources",
            Array(
                ("resource_type", Int8),
                ("resource_name", String("utf-8")),
                ("configs", Array(("name", String("utf-8")), ("operation", Int8), ("value", String("utf-8")))),
            ),
        ),
        ("validate_only", Boolean),
    )


class _IncrementalAlterConfigs(Request[_IncrementalAlterConfigsStruct]):  # type: ignore[misc]  # same
    """aiokafka has only the older request, which resets every setting that it does not name."""

    API_KEY = 44

    def __init__(self, wanted: Mapping[str, Mapping[str, str]]) -> None:
        self._wanted = wanted

    def build(self, request_struct_class: type[_IncrementalAlterConfigsStruct]) -> _IncrementalAlterConfigsStruct:
        resources = [
            (int(ConfigResourceType.TOPIC), topic, [(key, _SET, value) for key, value in configs.items()])
            for topic, configs in self._wanted.items()
        ]
        return request_struct_class(resources, False)


async def verify(settings: Settings, bootstrap: str) -> list[TopicState]:
    """Compare every declared topic with the broker's; changes nothing. Raises UsageError when no broker answers."""
    async with _client(settings, bootstrap) as client:
        return await _inspect(client, settings)


async def apply(settings: Settings, bootstrap: str, *, alter: bool = False) -> list[TopicState]:
    """Create what is missing and return every topic's state. Raises UsageError when the broker refuses.

    A topic that exists and differs is left as it is and reported as drift: a changed partition count moves keys, a
    changed cleanup policy or a shorter retention deletes, so each is a person's decision. With `alter` that person has
    decided: what is in ALTERABLE is set as declared. When there is drift that this does not mend, nothing is done.
    """
    async with _client(settings, bootstrap) as client:
        before = await _inspect(client, settings)
        differing = [each for each in before if each.state == "drift"]
        if any(not (alter and each.only_alterable) for each in differing):
            return before
        missing = [each for each in before if each.state == "missing"]
        if not missing and not differing:
            return before
        if differing:
            await _alter(
                client, {each.name: {key: want for key, (_, want) in each.alterable.items()} for each in differing}
            )
        if missing:
            await _create(client, missing, settings)
        after = await _settled(client, settings)
    done: dict[str, tuple[State, TopicState]] = {each.name: ("created", each) for each in missing}
    done.update({each.name: ("altered", each) for each in differing})
    return [
        replace(each, state=done[each.name][0], alterable=done[each.name][1].alterable)
        if each.name in done and each.state == "ok"
        else each
        for each in after
    ]


@asynccontextmanager
async def _client(settings: Settings, bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    async with admin(bootstrap, Security.of(settings)) as client:
        try:
            yield client
        except KafkaError as exc:
            raise UsageError(f"the broker at {bootstrap} refused: {type(exc).__name__}: {exc}") from exc


async def _create(client: AIOKafkaAdminClient, missing: Sequence[TopicState], settings: Settings) -> None:
    policy = settings.topic_policy()
    wanted = [
        NewTopic(
            name=each.name,
            num_partitions=each.partitions,
            replication_factor=policy.replication_factor,
            topic_configs=each.topic.config(policy),
        )
        for each in missing
    ]
    response = await client.create_topics(wanted)
    for name, code, *rest in response.topic_errors:
        # Another `apply` may have made it a moment ago; what it made is inspected next.
        if code not in (0, TopicAlreadyExistsError.errno):
            raise UsageError(f"topic {name} could not be created: {for_code(code).__name__} {rest[0] or ''}".strip())


async def configs(settings: Settings, bootstrap: str, names: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return all settings of each topic. Raises UsageError when a topic's cannot be read."""
    async with _client(settings, bootstrap) as client:
        return await _configs(client, list(names))


async def set_configs(settings: Settings, bootstrap: str, wanted: Mapping[str, Mapping[str, str]]) -> None:
    """Set the given settings of each topic, and no others. Raises UsageError when the broker refuses."""
    async with _client(settings, bootstrap) as client:
        await _alter(client, wanted)


async def _alter(client: AIOKafkaAdminClient, wanted: Mapping[str, Mapping[str, str]]) -> None:
    answer = await client._send_request(_IncrementalAlterConfigs(wanted))  # noqa: SLF001 - no public way to send it
    for code, message, _, name in answer.resources:
        if code:
            raise UsageError(f"topic {name} could not be altered: {for_code(code).__name__} {message or ''}".strip())


async def _settled(client: AIOKafkaAdminClient, settings: Settings) -> list[TopicState]:
    """Return every topic's state once all are as declared: a broker shows a moment later what it has made.

    After VISIBLE_SECONDS what still differs is returned as it is; raises UsageError when a topic is still missing.
    """
    deadline = time.monotonic() + VISIBLE_SECONDS
    while True:
        states = await _inspect(client, settings)
        if all(each.state == "ok" for each in states):
            return states
        if time.monotonic() > deadline:
            if any(each.state == "missing" for each in states):
                raise UsageError(f"the broker did not show the new topics within {VISIBLE_SECONDS:.0f} s")
            return states
        await asyncio.sleep(0.1)


async def _inspect(client: AIOKafkaAdminClient, settings: Settings) -> list[TopicState]:
    policy = settings.topic_policy()
    wanted = list(declared(policy, prefix=settings.topic_prefix))
    existing = set(await client.list_topics())
    names = [name for name, _, _ in wanted if name in existing]
    found = {each["topic"]: each["partitions"] for each in await client.describe_topics(names)} if names else {}
    configs = await _configs(client, names)
    states = []
    for name, partitions, topic in wanted:
        if name not in existing:
            states.append(TopicState(name, partitions, topic, "missing"))
            continue
        config, alterable = _config_problems(name, topic.config(policy), configs[name])
        problems = (*_layout_problems(partitions, policy, found[name]), *config)
        states.append(TopicState(name, partitions, topic, "drift" if problems else "ok", problems, alterable))
    return states


def _layout_problems(partitions: int, policy: Policy, found: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    count = len(found)
    if count != partitions:
        yield (
            f"has {count} partitions, {partitions} are declared: set RASID_PARTITIONS={count}, or drain and delete the "
            "topic (a changed count moves keys to other partitions)"
        )
    copies = sorted({len(each["replicas"]) for each in found})
    if copies and copies != [policy.replication_factor]:
        shown = " or ".join(map(str, copies))
        yield (
            f"has {shown} copies of each partition, {policy.replication_factor} are declared: set "
            f"RASID_REPLICATION_FACTOR={copies[0]}, or give it others with kafka-reassign-partitions.sh"
        )


def _config_problems(
    name: str, wanted: Mapping[str, str], found: Mapping[str, str]
) -> tuple[list[str], dict[str, tuple[str, str]]]:
    problems, alterable = [], {}
    for key, value in wanted.items():
        have = found.get(key, "")
        if set(have.split(",")) == set(value.split(",")):
            continue
        if key in ALTERABLE:
            alterable[key] = (have, value)
            mend = "`rasid topics apply --alter` sets it"
            if key in ("retention.ms", "retention.bytes"):
                mend += ", and what is over it is deleted"
        else:
            mend = f"kafka-configs.sh --alter --entity-type topics --entity-name {name} --add-config '{key}=[{value}]'"
        problems.append(f"has {key}={have}, {value} is declared: {mend}")
    return problems, alterable


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
