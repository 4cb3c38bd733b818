"""Every setting, its default and its limits. Read once at the edge (`Settings()`), then passed on as an argument."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.topics import Policy

__all__ = ["Settings"]

Positive = Annotated[int, Field(gt=0)]

_BOOTSTRAP = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[^\s,:/\[\]]+):\d{1,5}")


def _addresses(text: str) -> str:
    if text and not all(_BOOTSTRAP.fullmatch(each.strip()) for each in text.split(",")):
        raise ValueError("give host:port[,host:port]")
    return text


class Settings(BaseSettings):
    """Settings from environment variables that begin with ``RASID_``, or given by name.

    Raises pydantic's ``ValidationError`` when a value is out of its range.
    """

    # `RASID_X=` in .env is the default, as .env.example shows it, and not a file without a name.
    model_config = SettingsConfigDict(env_prefix="RASID_", env_ignore_empty=True, frozen=True, extra="forbid")

    kafka_bootstrap: Annotated[str, AfterValidator(_addresses)] | None = Field(
        default=None, description="host:port[,host:port]; none: the local broker"
    )
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_SSL"] = Field(
        default="PLAINTEXT",
        description="SASL_SSL: TLS and a SCRAM-SHA-512 user; SSL: TLS, and who we are by certificate",
    )
    kafka_ca_file: Path | None = Field(
        default=None, description="PEM: who may sign the broker's certificate; none: the machine's own list"
    )
    kafka_cert_file: Path | None = Field(
        default=None, description="PEM: our certificate, where the broker asks for one"
    )
    kafka_key_file: Path | None = Field(default=None, description="PEM: its key")
    kafka_key_password_file: Path | None = Field(default=None, description="A file with the key's password")
    kafka_sasl_user: str | None = Field(default=None, description="The SCRAM-SHA-512 user")
    # A file alone: what stands in the environment is seen by too many (workers/security.py).
    kafka_sasl_password_file: Path | None = Field(default=None, description="A file with that user's password")
    acl_principal: Annotated[str, Field(pattern=r"^[^{}]+:[^{}]*\{role\}[^{}]*$", max_length=256)] = Field(
        default="User:rasid-{role}",
        description="Who has a role, for `rasid topics apply --acls`; with certificates such as User:CN=rasid-{role}",
    )

    topic_prefix: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]*$", max_length=64)] = Field(
        default="", description="Before every topic, group and app id: `shadow.` replays beside production"
    )
    state_dir: Path = Field(default=Path(".rasid"), description="Local brokers, and what Faust keeps on disk")

    # Four partitions fit two cores; a stage scales to as many processes as its topic has partitions, so a larger
    # machine wants more, decided before the first `rasid topics apply`, since keys move when the count changes.
    partitions: Positive = Field(default=4, description="Partitions of every topic that scales")
    replication_factor: Positive = Field(default=1, description="Copies of every partition: 3 on a real cluster")
    # With one less a broker may be away, for an upgrade say, and what is acknowledged still stands on two others.
    min_insync_replicas: Positive | None = Field(
        default=None,
        description="Copies that are written before a record is acknowledged; none: one less than there are (of 3: 2)",
    )
    retention_days: Annotated[float, Field(gt=0, le=3650)] = Field(
        default=7.0, description="How long articles.* are kept (articles.parsed at least a day longer than the window)"
    )
    events_retention_days: Annotated[float, Field(gt=0, le=3650)] = Field(
        default=30.0, description="How long events.* are kept"
    )
    dead_letter_retention_days: Annotated[float, Field(gt=0, le=3650)] = Field(
        default=90.0, description="How long dead letters are kept"
    )
    retention_bytes: Annotated[int, Field(ge=64 << 20)] | None = Field(
        default=None,
        description="Bytes of one partition of articles.* and events.* over which the oldest go; none: time alone",
    )
    # A segment must hold the largest batch of records, and what is to be deleted goes by whole segments.
    segment_bytes: Annotated[int, Field(ge=16 << 20, le=1 << 30)] = Field(
        default=128 << 20, description="Of one file of a partition: what is too old goes by whole files"
    )
    topic_compression: Literal["producer", "uncompressed", "gzip", "snappy", "lz4", "zstd"] = Field(
        default="producer", description="What Kafka does with records; producer: it stores them as they were sent"
    )

    max_document_bytes: Positive = Field(
        default=1 << 20, description="A larger raw record is refused by parse (a news page is 5 to 50 KB)"
    )
    feed_fields: Annotated[str, Field(max_length=8192)] = Field(
        default="",
        description="Names that a feed's records use for a document's fields, over the usual ones of RSS and Atom: "
        "`url=link; text=content:encoded,summary`, or a JSON object of lists",
    )
    sites_dir: Path | None = Field(
        default=None,
        description="Profiles of what sites print on every page (`rasid sites learn`), for parse, and for tag, which "
        "writes their version into each event",
    )
    lexicon_dirs: str = Field(
        default="",
        description="Folders of overlays with entries over those of the lexicon, for tag, parted as in PATH; a later "
        "one counts over an earlier one",
    )
    # An event repeats an article with its tags and offsets; a page of one sentence over and over can outgrow any limit.
    max_output_bytes: Positive = Field(default=6 << 20, description="Largest record that a stage may write")

    batch_records: Positive = Field(default=500, description="Events taken and sent together")
    batch_wait_seconds: Annotated[float, Field(gt=0, le=5)] = Field(
        default=0.02, description="How long to wait for a fuller batch: the floor of each stage's latency"
    )
    commit_interval_seconds: Annotated[float, Field(gt=0, le=60)] = Field(
        default=1.0, description="What is read again after a crash is at most this much work"
    )
    session_timeout_seconds: Annotated[float, Field(ge=6, le=300)] = Field(
        default=30.0, description="A dead worker's partitions move to another after this"
    )
    request_timeout_seconds: Annotated[float, Field(gt=0, le=300)] = Field(
        default=30.0, description="After this without an acknowledgement, or a broker at its start, the worker stops"
    )
    producer_batch_bytes: Positive = Field(
        # 16 KB, the client's default, holds three articles: each then waits for its own round trip (docs/decisions.md).
        default=1 << 20,
        description="Bytes that one request may carry to one partition",
    )
    producer_compression: Literal["none", "gzip", "snappy", "lz4", "zstd"] = Field(
        default="zstd", description="How records are written; every codec is read whatever this says"
    )

    dedupe_window_days: Annotated[float, Field(gt=0, le=365)] = Field(
        default=7.0, description="How far back, in event time, an article is compared"
    )
    dedupe_max_entries: Positive = Field(default=1_000_000, description="Articles held for each language")

    log_level: Literal["debug", "info", "warn", "error"] = Field(
        default="info",
        description="Of a worker's own log; debug: also each part of Faust and of the client that starts or stops",
    )
    log_format: Literal["auto", "json", "console"] = Field(
        default="auto", description="auto: lines to read on a terminal, JSON elsewhere"
    )

    # No default port: several workers on one machine would fight for it. The compose file sets one, in each container.
    health_port: Annotated[int, Field(ge=1, le=65535)] | None = Field(
        default=None,
        description="Of /livez, /readyz and /metrics of a worker (of `worker all`: the first of four); none: off",
    )
    health_host: str = Field(
        default="127.0.0.1", description="Where they listen: inside, since nothing asks for a password"
    )
    health_stuck_seconds: Annotated[float, Field(ge=1, le=3600)] = Field(
        default=60.0, description="/livez is red when the loop, one record or a consumer with lag stood still so long"
    )
    health_broker_seconds: Annotated[float, Field(ge=5, le=3600)] = Field(
        default=15.0, description="/readyz is red when no broker has answered, or acknowledged, for so long"
    )
    health_disk_seconds: Annotated[float, Field(ge=1, le=3600)] = Field(
        default=10.0, description="How often it is tried whether RASID_STATE_DIR takes a file"
    )

    # A feed with a fault in one page of twenty must go on; a build that fails on every record must not.
    dead_letter_share: Annotated[float, Field(ge=0, le=1)] = Field(
        default=0.5, description="A worker stops when so much of its last records would be dead letters; 0: no limit"
    )
    dead_letter_window: Positive = Field(default=200, description="How many records that share is taken of")
    dead_letter_consecutive: Annotated[int, Field(ge=0)] = Field(
        default=50, description="A worker stops before so many dead letters in a row; 0: no limit"
    )

    @field_validator("min_insync_replicas")
    @classmethod
    def _within_the_copies(cls, value: int | None, info: ValidationInfo) -> int | None:
        copies = info.data.get("replication_factor")  # not there when it was refused itself
        if value is not None and copies is not None and value > copies:
            raise ValueError(f"with RASID_REPLICATION_FACTOR={copies} nothing could be written: at most {copies}")
        return value

    def topic_policy(self) -> Policy:
        """Return what these settings decide of the topics."""
        return Policy(
            partitions=self.partitions,
            replication_factor=self.replication_factor,
            min_insync_replicas=self.min_insync_replicas or max(1, self.replication_factor - 1),
            window_days=self.dedupe_window_days,
            retention_days=self.retention_days,
            events_retention_days=self.events_retention_days,
            dead_letter_retention_days=self.dead_letter_retention_days,
            retention_bytes=-1 if self.retention_bytes is None else self.retention_bytes,
            segment_bytes=self.segment_bytes,
            compression=self.topic_compression,
        )
