"""Which topics a cluster has: how many partitions each has, and its id.

A topic that is deleted and made again has the same name and another id, and its offsets begin anew. aiokafka asks for
metadata in a version that does not tell ids (5; they came with 10, Kafka 2.8), so the request is declared here.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiokafka.errors import (
    NodeNotReadyError,
    NoError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
    for_code,
)
from aiokafka.protocol.abstract import AbstractType
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import (
    Boolean,
    CompactArray,
    CompactString,
    Int16,
    Int32,
    Schema,
    TaggedFields,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from io import BytesIO

    from aiokafka.client import AIOKafkaClient

__all__ = ["Existing", "existing", "problem"]


class _Uuid(AbstractType[bytes]):  # type: ignore[misc]  # aiokafka ships no types
    @classmethod
    def encode(cls, value: bytes) -> bytes:
        return value

    @classmethod
    def decode(cls, data: BytesIO) -> bytes:
        return data.read(16)


class _MetadataResponse(Response):  # type: ignore[misc]  # aiokafka ships no types
    API_KEY = 3
    API_VERSION = 10
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "brokers",
            CompactArray(
                ("node_id", Int32),
                ("host", CompactString("utf-8")),
                ("port", Int32),
                ("rack", CompactString("utf-8")),
                ("tags", TaggedFields),
            ),
        ),
        ("cluster_id", CompactString("utf-8")),
        ("controller_id", Int32),
        (
            "topics",
            CompactArray(
                ("error_code", Int16),
                ("topic", CompactString("utf-8")),
                ("topic_id", _Uuid),
                ("is_internal", Boolean),
                (
                    "partitions",
                    CompactArray(
                        ("error_code", Int16),
                        ("partition", Int32),
                        ("leader", Int32),
                        ("leader_epoch", Int32),
                        ("replicas", CompactArray(Int32)),
                        ("isr", CompactArray(Int32)),
                        ("offline_replicas", CompactArray(Int32)),
                        ("tags", TaggedFields),
                    ),
                ),
                ("authorized_operations", Int32),
                ("tags", TaggedFields),
            ),
        ),
        ("cluster_authorized_operations", Int32),
        ("tags", TaggedFields),
    )


class _MetadataRequestStruct(RequestStruct):  # type: ignore[misc]  # aiokafka ships no types
    FLEXIBLE_VERSION = True
    API_KEY = 3
    API_VERSION = 10
    RESPONSE_TYPE = _MetadataResponse
    SCHEMA = Schema(
        (
            "topics",
            CompactArray(("topic_id", _Uuid), ("topic", CompactString("utf-8")), ("tags", TaggedFields)),
        ),
        ("allow_auto_topic_creation", Boolean),
        ("include_cluster_authorized_operations", Boolean),
        ("include_topic_authorized_operations", Boolean),
        ("tags", TaggedFields),
    )


class _MetadataRequest(Request[_MetadataRequestStruct]):  # type: ignore[misc]  # aiokafka ships no types
    API_KEY = 3

    def __init__(self, topics: Collection[str]) -> None:
        self._topics = topics

    def build(self, request_struct_class: type[_MetadataRequestStruct]) -> _MetadataRequestStruct:
        # Before version 12 a topic is asked for by name; its id is then all zeros.
        wanted: list[tuple[bytes, str, dict[int, bytes]]] = [(bytes(16), name, {}) for name in self._topics]
        return request_struct_class(wanted, False, False, False, {})


@dataclass(frozen=True, slots=True)
class Existing:
    """A topic that a cluster has. `hidden` when this principal may not see it: then nothing else is known of it."""

    id: str
    """As Kafka's own tools show it."""
    partitions: int
    hidden: bool = False


async def existing(client: AIOKafkaClient, names: Collection[str]) -> dict[str, Existing]:
    """Return what the cluster has of the topics `names` (with their prefix); those that do not exist are left out.

    Asking makes no topic, also where the broker's auto-create is on. Raises aiokafka's KafkaError when no broker
    answers, or when one answers with an error that is neither of existence nor of access.
    """
    node = client.get_random_node()
    if node is None:
        raise NodeNotReadyError("no broker is known")
    answer = await client.send(node, _MetadataRequest(names))
    found = {}
    for code, name, topic_id, _, partitions, *_ in answer.topics:
        error = for_code(code)
        if error is TopicAuthorizationFailedError:
            found[name] = Existing("", 0, hidden=True)
        elif error is NoError:
            found[name] = Existing(_shown(topic_id), len(partitions))
        elif error is not UnknownTopicOrPartitionError:
            raise error(name)
    return found


def problem(names: Collection[str], found: Mapping[str, Existing]) -> str | None:
    """Return in words what is wrong with the topics `names`, which of them do not exist or are hidden; None if none."""
    missing = [name for name in names if name not in found]
    hidden = [name for name in names if name in found and found[name].hidden]
    said = []
    if missing:
        said.append(f"{_listed(missing)} {'do' if len(missing) > 1 else 'does'} not exist")
    if hidden:
        said.append(f"{_listed(hidden)} may not be seen by this worker's principal")
    return " and ".join(said) or None


def _listed(names: Collection[str]) -> str:
    return f"{'topics' if len(names) > 1 else 'topic'} {', '.join(names)}"


def _shown(topic_id: bytes) -> str:
    return urlsafe_b64encode(topic_id).rstrip(b"=").decode()
