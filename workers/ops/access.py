"""Make and verify the access lists from their declaration in `schemas.access`: idempotent, and drift is refused.

aiokafka's admin client has no call for them and its protocol has the requests, which are sent through that client.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from aiokafka.errors import ClusterAuthorizationFailedError, KafkaError, SecurityDisabled, for_code
from aiokafka.protocol.admin import CreateAclsRequest, DescribeAclsRequest

from schemas.access import CLUSTER, CONSUMER_GROUPS, ROLES, Grant, grants
from schemas.topics import TOPICS, WORKERS, app_id
from workers.cluster import admin
from workers.errors import UsageError
from workers.security import Security

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from aiokafka.admin import AIOKafkaAdminClient

    from workers.settings import Settings

__all__ = ["Entry", "GrantState", "apply", "declared", "problems", "verify"]

# Kafka's numbers (org.apache.kafka.common.acl.AclOperation, AclPermissionType; resource.ResourceType, PatternType).
_ANY = 1
_RESOURCES = {2: "topic", 3: "group", 4: "cluster", 5: "transactional_id", 6: "delegation_token", 7: "user"}
_OPERATIONS = {
    2: "all",
    3: "read",
    4: "write",
    5: "create",
    6: "delete",
    7: "alter",
    8: "describe",
    9: "cluster_action",
    10: "describe_configs",
    11: "alter_configs",
    12: "idempotent_write",
    13: "create_tokens",
    14: "describe_tokens",
    15: "two_phase_commit",
}
_ALLOW, _LITERAL, _PREFIXED = 3, 3, 4
_EVERYWHERE = "*"
_READS = {"read", "describe", "describe_configs"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the broker's list, in words."""

    principal: str
    host: str
    allow: bool
    operation: str
    resource: str
    name: str
    prefixed: bool

    def touches(self, resource: str, name: str) -> bool:
        """Tell whether it says something of this topic, group or cluster."""
        if resource != self.resource:
            return False
        return name.startswith(self.name) if self.prefixed else self.name in (name, _EVERYWHERE)

    def __str__(self) -> str:
        verb = "may" if self.allow else "must not"
        where = "" if self.host == _EVERYWHERE else f" from {self.host}"
        return f"{self.principal} {verb} {self.operation} {self.resource} {self.name}{'*' * self.prefixed}{where}"


@dataclass(frozen=True, slots=True)
class GrantState:
    """A declared grant and whether the broker has it."""

    grant: Grant
    state: Literal["ok", "missing", "created"]


def declared(settings: Settings) -> list[Grant]:
    """Return every grant under these settings, in order."""
    return sorted(set(grants(prefix=settings.topic_prefix, principal=settings.acl_principal)))


def problems(settings: Settings, entries: Iterable[Entry]) -> list[str]:
    """Return what the broker's list says of our topics and groups beyond the declaration, with what to do.

    Others may be given what only reads. Whatever else stands there (more for a principal of ours, anything for
    everybody, writing for others, a denial) is a person's to take back. Lists that touch nothing of ours, such as those
    of another prefix, are left alone.
    """
    wanted = {_entry(grant) for grant in declared(settings)}
    ours = {settings.acl_principal.format(role=role) for role in ROLES}
    names = [("topic", f"{settings.topic_prefix}{topic.name}") for topic in TOPICS]
    names += [("group", app_id(stage, settings.topic_prefix)) for stage in WORKERS]
    names += [("group", f"{settings.topic_prefix}{CONSUMER_GROUPS}")]
    found = []
    for entry in entries:
        mine = entry.principal in ours or entry.principal == "User:*"
        touched = any(entry.touches(*name) for name in names) or (mine and entry.touches("cluster", CLUSTER))
        harmless = not mine and entry.allow and entry.operation in _READS and not _joins_a_stage(entry, settings)
        if touched and entry not in wanted and not harmless:
            found.append(
                f"{entry}, which is not declared: remove it with kafka-acls, or declare it in schemas/access.py"
            )
    return found


def _joins_a_stage(entry: Entry, settings: Settings) -> bool:
    """Tell whether it lets somebody into a stage's group, and so take its records away."""
    groups = [app_id(stage, settings.topic_prefix) for stage in WORKERS]
    return entry.operation == "read" and any(entry.touches("group", group) for group in groups)


def _entry(grant: Grant) -> Entry:
    return Entry(grant.principal, _EVERYWHERE, True, grant.operation, grant.resource, grant.name, grant.prefixed)


async def verify(settings: Settings, bootstrap: str) -> tuple[list[GrantState], list[str]]:
    """Return every declared grant's state, and what the broker has beyond them. Raises UsageError."""
    async with admin(bootstrap, Security.of(settings)) as client:
        return _compare(settings, await _entries(client, bootstrap))


async def apply(settings: Settings, bootstrap: str) -> tuple[list[GrantState], list[str]]:
    """Create what is missing, and return as `verify` does; where there is more than declared, nothing is created.

    Raises UsageError when the broker refuses, or has no authorizer.
    """
    async with admin(bootstrap, Security.of(settings)) as client:
        states, more = _compare(settings, await _entries(client, bootstrap))
        missing = [each.grant for each in states if each.state == "missing"]
        if not missing or more:
            return states, more
        for grant in missing:
            await _create(client, grant)
        made = set(missing)
        return [GrantState(s.grant, "created" if s.grant in made else s.state) for s in states], []


def _compare(settings: Settings, entries: Collection[Entry]) -> tuple[list[GrantState], list[str]]:
    have = set(entries)
    states = [GrantState(grant, "ok" if _entry(grant) in have else "missing") for grant in declared(settings)]
    return states, problems(settings, entries)


async def _entries(client: AIOKafkaAdminClient, bootstrap: str) -> list[Entry]:
    """Return everything that the broker's list holds."""
    # No name, principal or host: any.
    request = DescribeAclsRequest(_ANY, None, _ANY, None, None, _ANY, _ANY)
    answer = await _ask(client, request)
    if answer.error_code == SecurityDisabled.errno:
        raise UsageError(
            f"the broker at {bootstrap} has no authorizer, so everybody may do everything: set authorizer.class.name"
        )
    if answer.error_code:
        raise _refused("the access lists cannot be read", answer.error_code, answer.error_message)
    found = []
    for kind, name, pattern, acls in answer.resources:
        for principal, host, operation, permission in acls:
            found.append(
                Entry(
                    principal,
                    host,
                    permission == _ALLOW,
                    _OPERATIONS.get(operation, f"operation {operation}"),
                    _RESOURCES.get(kind, f"resource {kind}"),
                    name,
                    pattern == _PREFIXED,
                )
            )
    return found


async def _create(client: AIOKafkaAdminClient, grant: Grant) -> None:
    request = CreateAclsRequest(
        _number(_RESOURCES, grant.resource),
        grant.name,
        _PREFIXED if grant.prefixed else _LITERAL,
        grant.principal,
        _EVERYWHERE,
        _number(_OPERATIONS, grant.operation),
        _ALLOW,
    )
    ((code, message, *_),) = (await _ask(client, request)).creation_responses
    if code:
        raise _refused(f"{grant}: not created", code, message)


async def _ask(client: AIOKafkaAdminClient, request: Any) -> Any:
    try:
        return await client._send_request(request)  # noqa: SLF001 - the client has no public call for these requests
    except KafkaError as exc:
        raise UsageError(f"the broker refused: {type(exc).__name__}: {exc}") from exc


def _refused(what: str, code: int, message: str | None) -> UsageError:
    # What the broker says of a missing right is its own object, printed.
    refused = for_code(code)
    why = refused.__name__ if refused is ClusterAuthorizationFailedError else f"{refused.__name__} {message or ''}"
    return UsageError(f"{what}: {why}: connect as a principal that may, such as one of the broker's super.users")


def _number(names: dict[int, str], name: str) -> int:
    return next(number for number, each in names.items() if each == name)
