"""Principals on a broker that asks who comes: each can do its job, over either way in, and nothing else."""

from __future__ import annotations

import asyncio
import itertools
import signal
from typing import TYPE_CHECKING, Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import NewTopic
from aiokafka.errors import GroupAuthorizationFailedError, TopicAuthorizationFailedError
from aiokafka.structs import OffsetAndMetadata

from schemas.access import ROLES
from schemas.topics import STAGES, TOPICS
from tests.kafka import secured as cluster
from tests.kafka.secured import ADMIN, KEY_PASSWORD, Secured, password
from tests.unit.test_commands import rasid
from workers.cluster import admin, groupless, read_topics
from workers.errors import UsageError
from workers.ops import access, topics
from workers.ops.account import take_account
from workers.ops.processes import StageProcess
from workers.replay.producer import replay
from workers.replay.reader import Problem, read_documents
from workers.security import Security

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from workers.settings import Settings

pytestmark = pytest.mark.kafka

_numbers = itertools.count()


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    started = cluster.start(tmp_path_factory.mktemp("secured"))
    yield started
    started.broker.stop()
    assert not started.broker.alive()


@pytest.fixture
def prefix() -> str:
    return f"s{next(_numbers)}."


def environment(settings: Settings) -> dict[str, str]:
    values = settings.model_dump(exclude_unset=True)
    return {f"RASID_{name.upper()}": str(value) for name, value in values.items() if value is not None}


def address(settings: Settings) -> str:
    assert settings.kafka_bootstrap is not None
    return settings.kafka_bootstrap


def apply(secured: Secured, prefix: str, protocol: str = "SASL_SSL") -> None:
    settings = secured.settings(protocol, ADMIN, topic_prefix=prefix)
    assert {state.state for state in asyncio.run(topics.apply(settings, address(settings)))} == {"created"}
    states, more = asyncio.run(access.apply(settings, address(settings)))
    # What is said of the cluster itself is there from the first prefix on.
    assert {state.state for state in states if state.grant.resource != "cluster"} == {"created"}
    assert more == []


@pytest.mark.parametrize("protocol", ["SASL_SSL", "SSL"])
def test_the_whole_stream_runs_with_a_principal_each_and_no_password_is_told(
    secured: Secured, protocol: str, prefix: str, seeds: list[Path], tmp_path: Path
) -> None:
    def of(role: str) -> Settings:
        return secured.settings(protocol, role, topic_prefix=prefix, state_dir=tmp_path, log_level="debug")

    code, out, err = rasid("topics", "apply", "--acls", **environment(of(ADMIN)))
    assert (code, err) == (0, "")
    assert "may write topic" in out
    code, out, err = rasid("topics", "apply", "--acls", **environment(of(ADMIN)))
    assert (code, err) == (0, "")
    assert out.endswith("nothing to do\n")

    logs = {stage: tmp_path / f"{stage}.log" for stage in STAGES}
    stages = [StageProcess(stage, of(stage), address(of(stage)), log=logs[stage]) for stage in STAGES]
    try:
        found = [each for each in read_documents([str(path) for path in seeds]) if not isinstance(each, Problem)]
        sent = asyncio.run(replay(of("replay"), address(of("replay")), iter(found), replay_id="test"))
        assert (sent.sent, sent.problems) == (5, [])

        async def balanced() -> Any:
            operator = of("operator")
            async with asyncio.timeout(60):
                while not (account := await take_account(operator, address(operator))).balanced:  # noqa: ASYNC110 - Kafka
                    await asyncio.sleep(0.3)
            return account

        account = asyncio.run(balanced())
        assert (account.documents, account.articles, account.documents_dead) == (5, 20, 0)
        for stage in stages:
            stage.signal(signal.SIGTERM)
        assert [stage.wait() for stage in stages] == [0, 0, 0]
    finally:
        for stage in stages:
            stage.process.kill()
            stage.process.wait()

    # The operator sees that nothing has drifted; a consumer reads with a group of its own.
    assert rasid("topics", "verify", "--acls", **environment(of("operator")))[0] == 0
    assert asyncio.run(consumed(of("consumer"), f"{prefix}events.enriched", f"{prefix}consumer-test")) == 19
    told = "".join(log.read_text() for log in logs.values()) + rasid("settings", **environment(of("parse")))[1]
    assert not any(secret in told for secret in (KEY_PASSWORD, *map(password, ROLES)))


async def consumed(settings: Settings, topic: str, group: str) -> int:
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=address(settings),
        group_id=group,
        auto_offset_reset="earliest",
        **Security.of(settings).aiokafka(),
    )
    await consumer.start()
    try:
        count = 0
        async with asyncio.timeout(30):
            while count < 19:
                count += sum(map(len, (await consumer.getmany(timeout_ms=500)).values()))
        await consumer.commit()
        return count
    finally:
        await consumer.stop()


RAW, PARSED, UNIQUE = "articles.raw", "articles.parsed", "articles.unique"
DUPLICATES, DEAD, OUTCOMES = "articles.duplicates", "articles.dead-letter", "articles.outcomes"
REFERENCE = "actors.reference"
BY_STORY, STORIES = "events.by-story", "stories"
EVENTS = {"events.enriched", "events.by-country", "events.by-actor", BY_STORY}
CHANGELOG = "rasid-dedupe-index-changelog"

#: What each may read, write, and join; written down by hand, so that a grant too many in schemas/access.py fails here.
MAY: dict[str, tuple[set[str], set[str], set[str]]] = {
    "replay": (set(), {RAW}, set()),
    "parse": ({RAW, "rasid-parse-__assignor-__leader"}, {PARSED, OUTCOMES, DEAD}, {"rasid-parse"}),
    "dedupe": (
        {PARSED, CHANGELOG, "rasid-dedupe-__assignor-__leader"},
        {UNIQUE, DUPLICATES, OUTCOMES, BY_STORY, CHANGELOG, DEAD},
        {"rasid-dedupe"},
    ),
    "tag": ({UNIQUE, "rasid-tag-__assignor-__leader"}, {*EVENTS, DEAD}, {"rasid-tag"}),
    "stories": ({BY_STORY, STORIES, "rasid-stories-__assignor-__leader"}, {STORIES, DEAD}, {"rasid-stories"}),
    "consumer": ({*EVENTS, STORIES, DUPLICATES, OUTCOMES, REFERENCE}, set(), {"consumer-anything"}),
    "operator": (
        {RAW, PARSED, UNIQUE, DUPLICATES, OUTCOMES, DEAD, REFERENCE, STORIES, *EVENTS},
        {RAW, PARSED, UNIQUE, BY_STORY, REFERENCE},
        set(),
    ),
}
GROUPS = {"rasid-parse", "rasid-dedupe", "rasid-tag", "rasid-stories", "consumer-anything", "other"}


def test_no_principal_can_do_anything_but_its_job(secured: Secured, prefix: str) -> None:
    apply(secured, prefix)
    names = {topic.name for topic in TOPICS}
    everything = secured.settings("SASL_SSL", ADMIN, topic_prefix=prefix)
    # Something to read in each, so that an empty answer is never taken for a refusal.
    assert asyncio.run(writable(everything, names)) == names
    for role in ROLES:
        settings = secured.settings("SASL_SSL", role, topic_prefix=prefix)
        found = asyncio.run(rights(settings, names))
        assert found == MAY[role], role
    # Nor what is beyond topics' contents: making, deleting, and reading the lists.
    for role in ROLES:
        assert asyncio.run(administers(secured.settings("SASL_SSL", role, topic_prefix=prefix))) == [], role


async def rights(settings: Settings, names: set[str]) -> tuple[set[str], set[str], set[str]]:
    return await readable(settings, names), await writable(settings, names), await joinable(settings)


async def readable(settings: Settings, names: set[str]) -> set[str]:
    found = set()
    async with groupless(address(settings), security=Security.of(settings)) as consumer:
        described = await consumer.topics()
        for name in names:
            topic = f"{settings.topic_prefix}{name}"
            # Who may read a topic may describe it.
            if topic not in described:
                continue
            place = TopicPartition(topic, 0)
            consumer.assign([place])
            consumer.seek(place, 0)
            try:
                async with asyncio.timeout(20):
                    while not await consumer.getmany(timeout_ms=200):
                        pass
            except TopicAuthorizationFailedError:
                continue
            found.add(name)
    return found


async def writable(settings: Settings, names: set[str]) -> set[str]:
    producer = AIOKafkaProducer(bootstrap_servers=address(settings), **Security.of(settings).aiokafka())
    await producer.start()
    found = set()
    try:
        for name in names:
            try:
                await producer.send_and_wait(f"{settings.topic_prefix}{name}", b"{}", key=b"k", partition=0)
            except TopicAuthorizationFailedError:
                continue
            found.add(name)
    finally:
        await producer.stop()
    return found


async def joinable(settings: Settings) -> set[str]:
    """Return the groups for which it may commit, which takes the same right as joining."""
    found = set()
    place = TopicPartition(f"{settings.topic_prefix}{RAW}", 0)
    for name in GROUPS:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=address(settings),
            group_id=f"{settings.topic_prefix}{name}",
            enable_auto_commit=False,
            **Security.of(settings).aiokafka(),
        )
        await consumer.start()
        try:
            consumer.assign([place])
            await consumer.commit({place: OffsetAndMetadata(0, "")})
        except GroupAuthorizationFailedError:
            continue
        except TopicAuthorizationFailedError:
            pass
        finally:
            await consumer.stop()
        found.add(name)
    return found


async def administers(settings: Settings) -> list[str]:
    found = []
    async with admin(address(settings), Security.of(settings)) as client:
        made = await client.create_topics([NewTopic(f"{settings.topic_prefix}more", 1, 1)])
        if made.topic_errors[0][1] == 0:
            found.append("creates topics")
        gone = await client.delete_topics([f"{settings.topic_prefix}{RAW}"])
        if gone.topic_error_codes[0][1] == 0:
            found.append("deletes topics")
        with pytest.raises(UsageError, match="ClusterAuthorizationFailedError"):
            await access._create(client, access.declared(settings)[0])
    return found


def test_more_than_is_declared_is_refused_and_named(secured: Secured, prefix: str) -> None:
    settings = secured.settings("SASL_SSL", ADMIN, topic_prefix=prefix)
    asyncio.run(topics.apply(settings, address(settings)))

    async def grant(principal: str, operation: Any, name: str) -> None:
        from schemas.access import Grant

        async with admin(address(settings), Security.of(settings)) as client:
            await access._create(client, Grant(principal, operation, "topic", name))

    # Another team that reads, and another prefix, are no concern of ours.
    asyncio.run(grant("User:archive", "read", f"{prefix}events.enriched"))
    asyncio.run(grant("User:rasid-parse", "read", "shadow.articles.raw"))
    assert rasid("topics", "verify", "--acls", **environment(settings))[0] == 1
    assert asyncio.run(access.verify(settings, address(settings)))[1] == []
    asyncio.run(grant("User:rasid-replay", "read", f"{prefix}articles.raw"))
    code, out, err = rasid("topics", "apply", "--acls", **environment(settings))
    assert code == 1
    assert err == (
        f"rasid: User:rasid-replay may read topic {prefix}articles.raw, which is not declared: remove it with "
        "kafka-acls, or declare it in schemas/access.py\n"
    )
    assert "created  User" not in out
    asyncio.run(grant("User:archive", "write", f"{prefix}events.enriched"))
    asyncio.run(grant("User:*", "read", f"{prefix}events.enriched"))
    more = asyncio.run(access.verify(settings, address(settings)))[1]
    assert sorted(line.partition(",")[0] for line in more) == [
        f"User:* may read topic {prefix}events.enriched",
        f"User:archive may write topic {prefix}events.enriched",
        f"User:rasid-replay may read topic {prefix}articles.raw",
    ]


def test_what_the_broker_refuses_is_one_line_that_says_why(secured: Secured) -> None:
    def said(settings: Settings) -> str:
        code, out, err = rasid("topics", "verify", **environment(settings))
        assert (code, out, err.count("\n")) == (2, "", 1), err
        assert not any(secret in err for secret in (KEY_PASSWORD, *map(password, ROLES)))
        return err

    wrong = secured.folder / "tag.password"
    assert "as rasid-parse (SaslAuthenticationFailed)" in said(
        secured.settings("SASL_SSL", "parse", kafka_sasl_password_file=wrong)
    )
    assert "(unable to get local issuer certificate)" in said(secured.settings("SASL_SSL", "parse", kafka_ca_file=None))
    nobody = dict.fromkeys(("kafka_cert_file", "kafka_key_file", "kafka_key_password_file"))
    assert "over SSL (" in said(secured.settings("SSL", "parse", **nobody))
    # A client that expects TLS sends no password to a listener without it.
    assert "over SASL_SSL" in said(secured.settings("SASL_SSL", "parse", kafka_bootstrap=secured.broker.bootstrap))
    code, _, err = rasid("topics", "apply", "--acls", **environment(secured.settings("SASL_SSL", "replay")))
    assert code != 0
    assert err.count("\n") >= 1


def test_a_broker_without_access_lists_is_named(bootstrap: str, prefix: str) -> None:
    given = {"RASID_KAFKA_BOOTSTRAP": bootstrap, "RASID_TOPIC_PREFIX": prefix}
    code, _, err = rasid("topics", "apply", "--acls", **given)
    assert code == 2
    assert "has no authorizer, so everybody may do everything" in err


def test_a_reader_needs_no_group(secured: Secured, prefix: str) -> None:
    apply(secured, prefix, "SSL")
    settings = secured.settings("SSL", "consumer", topic_prefix=prefix)

    async def read() -> int:
        security = Security.of(settings)
        found = read_topics(address(settings), ["events.enriched"], prefix=prefix, security=security)
        return len([record async for record in found])

    assert asyncio.run(read()) == 0
