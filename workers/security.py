"""How every client of ours reaches the cluster: in the clear, over TLS, or over TLS with a SCRAM-SHA-512 user.

A connection that is half set up is refused before anything is sent: the clients themselves would fall back to one that
is less safe (Faust's SASL credentials without a TLS context become SASL_PLAINTEXT, and say nothing). Secrets are read
from files alone, when a client is made: what is in the environment shows in `docker inspect`, in /proc and in reports
of crashes, and would show in `rasid settings`.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import faust

from workers.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from faust.types.auth import CredentialsT

    from workers.settings import Settings

__all__ = ["PLAINTEXT", "Security"]

#: A file that holds one password is not larger; a wrong path to a disk image must not be read.
MAX_SECRET_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Security:
    """One way to connect. `user` and `password` stand together, and only over TLS; nothing here prints the password."""

    context: ssl.SSLContext | None = field(default=None, repr=False)
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, settings: Settings) -> Security:
        """Return what the settings ask for. Raises UsageError, in one line, when they ask for half of something."""
        protocol = settings.kafka_security_protocol
        _refuse_what_is_not_used(settings)
        if protocol == "PLAINTEXT":
            return PLAINTEXT
        context = _context(settings)
        if protocol == "SSL":
            return cls(context)
        if not settings.kafka_sasl_user or settings.kafka_sasl_password_file is None:
            missing = "PASSWORD_FILE" if settings.kafka_sasl_user else "USER"
            raise UsageError(
                f"RASID_KAFKA_SECURITY_PROTOCOL=SASL_SSL needs a user and a password: set RASID_KAFKA_SASL_{missing}"
            )
        password = _secret(settings.kafka_sasl_password_file, "RASID_KAFKA_SASL_PASSWORD_FILE")
        return cls(context, settings.kafka_sasl_user, password)

    @property
    def protocol(self) -> str:
        """Kafka's name for it."""
        if self.context is None:
            return "PLAINTEXT"
        return "SSL" if self.user is None else "SASL_SSL"

    def aiokafka(self) -> dict[str, Any]:
        """Return the arguments that aiokafka's clients take."""
        given: dict[str, Any] = {"security_protocol": self.protocol, "ssl_context": self.context}
        if self.user is not None:
            given |= {
                "sasl_mechanism": "SCRAM-SHA-512",
                "sasl_plain_username": self.user,
                "sasl_plain_password": self.password,
            }
        return given

    def faust(self) -> CredentialsT | None:
        """Return Faust's `broker_credentials`."""
        if self.context is None:
            return None
        if self.user is None:
            return faust.SSLCredentials(self.context)
        return faust.SASLCredentials(
            username=self.user, password=self.password, ssl_context=self.context, mechanism="SCRAM-SHA-512"
        )


PLAINTEXT = Security()


def _refuse_what_is_not_used(settings: Settings) -> None:
    """Refuse what the protocol would leave unused: whoever set it takes the connection for safer than it is."""
    protocol = settings.kafka_security_protocol
    tls = ("kafka_ca_file", "kafka_cert_file", "kafka_key_file", "kafka_key_password_file")
    sasl = ("kafka_sasl_user", "kafka_sasl_password_file")
    unused = {"PLAINTEXT": (*sasl, *tls), "SSL": sasl, "SASL_SSL": ()}[protocol]
    for name in unused:
        if getattr(settings, name) is not None:
            wanted = "SASL_SSL" if name in sasl else "SSL (or SASL_SSL)"
            raise UsageError(
                f"RASID_{name.upper()} is set and RASID_KAFKA_SECURITY_PROTOCOL={protocol} does not use it: set the "
                f"protocol to {wanted}, or unset it"
            )
    if protocol != "PLAINTEXT" and settings.kafka_bootstrap is None:
        raise UsageError(
            f"RASID_KAFKA_SECURITY_PROTOCOL={protocol} is for a cluster of yours, and the local Kafka has no TLS: set "
            "RASID_KAFKA_BOOTSTRAP, or unset it"
        )
    if (settings.kafka_cert_file is None) != (settings.kafka_key_file is None):
        missing = "KEY" if settings.kafka_key_file is None else "CERT"
        raise UsageError(f"a client's certificate needs its key beside it: set RASID_KAFKA_{missing}_FILE too")
    if settings.kafka_key_password_file is not None and settings.kafka_key_file is None:
        raise UsageError("RASID_KAFKA_KEY_PASSWORD_FILE opens a key: set RASID_KAFKA_KEY_FILE and _CERT_FILE too")


def _context(settings: Settings) -> ssl.SSLContext:
    """Return a context that verifies the broker's certificate and name, TLS 1.2 at least."""
    ca = settings.kafka_ca_file
    if ca is not None:
        _readable(ca, "RASID_KAFKA_CA_FILE")
    try:
        context = ssl.create_default_context(cafile=ca)
    except ssl.SSLError as exc:
        raise UsageError(f"RASID_KAFKA_CA_FILE={ca} holds no certificates in PEM: {_reason(exc)}") from exc
    cert, key = settings.kafka_cert_file, settings.kafka_key_file
    if cert is None or key is None:
        return context
    _readable(cert, "RASID_KAFKA_CERT_FILE")
    _readable(key, "RASID_KAFKA_KEY_FILE")
    secret = settings.kafka_key_password_file
    password = None if secret is None else _secret(secret, "RASID_KAFKA_KEY_PASSWORD_FILE")

    def give() -> str:
        # Asked only for an encrypted key; OpenSSL would otherwise ask the terminal, where no worker has an answer.
        if password is None:
            raise UsageError(f"RASID_KAFKA_KEY_FILE={key} is encrypted: set RASID_KAFKA_KEY_PASSWORD_FILE")
        return password

    try:
        context.load_cert_chain(cert, key, give)
    except ssl.SSLError as exc:
        raise UsageError(
            f"RASID_KAFKA_CERT_FILE={cert} and RASID_KAFKA_KEY_FILE={key} are not a certificate and its key in PEM, or "
            f"the key's password is wrong: {_reason(exc)}"
        ) from exc
    return context


def _reason(exc: ssl.SSLError) -> str:
    return exc.reason or "not readable"


def _readable(path: Path, variable: str) -> None:
    try:
        with path.open("rb"):
            pass
    except OSError as exc:
        raise UsageError(f"{variable}={path}: {exc.strerror}: give a file that this user may read") from exc


def _secret(path: Path, variable: str) -> str:
    """Return the first line of a file without its end: editors and `echo` add one."""
    try:
        with path.open("rb") as handle:
            data = handle.read(MAX_SECRET_BYTES + 1)
    except OSError as exc:
        raise UsageError(f"{variable}={path}: {exc.strerror}: give a file that this user may read") from exc
    try:
        secret = data.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        # The error itself would show the bytes.
        raise UsageError(f"{variable}={path} is not text in UTF-8: it holds the password and nothing else") from None
    if not secret or "\n" in secret or len(data) > MAX_SECRET_BYTES:
        what = "is empty" if not secret else "has more than one line"
        raise UsageError(f"{variable}={path} {what}: it holds the password and nothing else")
    return secret
