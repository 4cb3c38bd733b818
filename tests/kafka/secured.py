"""A broker that asks who comes: SASL_SSL with a user each, and SSL with a certificate each, both with access lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import trustme
from cryptography.hazmat.primitives import serialization

from schemas.access import ROLES
from workers.broker import LocalBroker
from workers.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

#: Has every right, on both listeners; not a role of ours.
ADMIN = "admin"
KEY_PASSWORD = "of-the-key"  # noqa: S105 - of keys that live as long as the test


def password(role: str) -> str:
    return f"secret-of-{role}"


def _key(cert: trustme.LeafCert, password: str | None) -> bytes:
    """Return the key in PKCS 8: Kafka's PEM stores take no other form."""
    key = serialization.load_pem_private_key(cert.private_key_pem.bytes(), None)
    how = serialization.BestAvailableEncryption(password.encode()) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how)


@dataclass(frozen=True)
class Secured:
    broker: LocalBroker
    folder: Path

    def settings(self, protocol: str, role: str, **more: Any) -> Settings:
        """Return the settings of a client that is `role`."""
        given: dict[str, Any] = {
            "kafka_security_protocol": protocol,
            "kafka_bootstrap": self.broker.listens(protocol),
            "kafka_ca_file": self.folder / "ca.pem",
            "session_timeout_seconds": 6.0,
        }
        if protocol == "SASL_SSL":
            given |= {"kafka_sasl_user": f"rasid-{role}", "kafka_sasl_password_file": self.folder / f"{role}.password"}
        else:
            given |= {
                "kafka_cert_file": self.folder / f"{role}.pem",
                "kafka_key_file": self.folder / f"{role}.key",
                "kafka_key_password_file": self.folder / "key.password",
                "acl_principal": "User:CN=rasid-{role}",
            }
        return Settings(**{**given, **more})


def start(folder: Path, host: str = "127.0.0.1") -> Secured:
    """Start it, for clients that reach it at `host`; users and certificates for every role lie in `folder`."""
    ca = trustme.CA()
    ca.cert_pem.write_to_path(folder / "ca.pem")
    (folder / "key.password").write_text(KEY_PASSWORD)
    server = ca.issue_cert(*dict.fromkeys(("127.0.0.1", "localhost", host)))
    (folder / "server.pem").write_bytes(_key(server, None) + b"".join(blob.bytes() for blob in server.cert_chain_pems))
    for role in (*ROLES, ADMIN):
        (folder / f"{role}.password").write_text(f"{password(role)}\n")
        own = ca.issue_cert(f"{role}.example", common_name=f"rasid-{role}")
        (folder / f"{role}.key").write_bytes(_key(own, KEY_PASSWORD))
        chain = b"".join(blob.bytes() for blob in own.cert_chain_pems)
        (folder / f"{role}.pem").write_bytes(chain)
        # Both in one file, as a container is given them.
        (folder / f"{role}.both").write_bytes(_key(own, None) + chain)
    broker = LocalBroker.start(
        folder / "kafka",
        listeners=("SASL_SSL", "SSL"),
        host=host,
        scram={f"rasid-{role}": password(role) for role in (*ROLES, ADMIN)},
        properties={
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            # The plain listener is the broker's own: it and the controller come without a name.
            "super.users": f"User:ANONYMOUS;User:rasid-{ADMIN};User:CN=rasid-{ADMIN}",
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(folder / "server.pem"),
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": str(folder / "ca.pem"),
            "listener.name.ssl.ssl.client.auth": "required",
            # Of the whole name in a certificate, the common name is who it is.
            "ssl.principal.mapping.rules": r"RULE:^.*(CN=[^,]+).*$/$1/,DEFAULT",
            "sasl.enabled.mechanisms": "SCRAM-SHA-512",
            "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config": (
                "org.apache.kafka.common.security.scram.ScramLoginModule required;"
            ),
        },
    )
    return Secured(broker, folder)
