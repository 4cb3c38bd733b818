"""A connection that is half set up is refused with one line; a whole one prints no password."""

from __future__ import annotations

import asyncio
import gc
import ssl
from typing import TYPE_CHECKING, Any

import faust
import pytest
import trustme
from aiokafka.errors import KafkaConnectionError

from tests.unit.test_commands import rasid
from workers.cli.console import run
from workers.errors import UsageError
from workers.security import MAX_SECRET_BYTES, PLAINTEXT, Security
from workers.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "نوم-العصافير-77"  # noqa: S105 - made up here


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    ca = trustme.CA()
    own, other = ca.issue_cert("rasid.example"), ca.issue_cert("other.example")
    made = {
        "ca": ca.cert_pem.bytes(),
        "cert": own.cert_chain_pems[0].bytes(),
        "key": own.private_key_pem.bytes(),
        "other_key": other.private_key_pem.bytes(),
        "password": f"{SECRET}\n".encode(),
        "empty": b"\n",
        "lines": b"one\ntwo\n",
        "long": b"x" * (MAX_SECRET_BYTES + 1),
        "binary": b"\xff\xfe\x00",
    }
    for name, data in made.items():
        (tmp_path / name).write_bytes(data)
    return {name: tmp_path / name for name in (*made, "missing")}


def settings(files: dict[str, Path], **given: str) -> Settings:
    """Return settings; a value that names one of the files stands for its path."""
    values: dict[str, Any] = {name: files.get(value, value) for name, value in given.items()}
    return Settings(**{"kafka_bootstrap": "kafka:9093", **values})


def test_nothing_set_is_the_clear() -> None:
    assert Security.of(Settings()) is PLAINTEXT
    assert PLAINTEXT.faust() is None
    assert PLAINTEXT.aiokafka() == {"security_protocol": "PLAINTEXT", "ssl_context": None}


def test_an_empty_variable_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    # As .env.example shows it, and as a compose file hands on what is not set.
    for name in Settings.model_fields:
        monkeypatch.setenv(f"RASID_{name.upper()}", "")
    assert Settings() == Settings.model_construct()
    assert Security.of(Settings()) is PLAINTEXT


def test_sasl_is_always_over_tls_and_the_broker_is_verified(files: dict[str, Path]) -> None:
    given = {"kafka_sasl_user": "rasid-tag", "kafka_sasl_password_file": "password", "kafka_ca_file": "ca"}
    security = Security.of(settings(files, kafka_security_protocol="SASL_SSL", **given))
    arguments = security.aiokafka()
    assert (arguments["security_protocol"], arguments["sasl_mechanism"]) == ("SASL_SSL", "SCRAM-SHA-512")
    assert arguments["sasl_plain_password"] == SECRET
    assert arguments["ssl_context"].verify_mode == ssl.CERT_REQUIRED
    assert arguments["ssl_context"].check_hostname is True
    assert arguments["ssl_context"].minimum_version >= ssl.TLSVersion.TLSv1_2
    credentials = security.faust()
    assert isinstance(credentials, faust.SASLCredentials)
    assert credentials.protocol.value == "SASL_SSL"
    assert credentials.mechanism.value == "SCRAM-SHA-512"
    assert SECRET not in f"{security!r} {security} {credentials!r}"


def test_a_certificate_is_a_way_in_by_itself(files: dict[str, Path]) -> None:
    given = {"kafka_ca_file": "ca", "kafka_cert_file": "cert", "kafka_key_file": "key"}
    security = Security.of(settings(files, kafka_security_protocol="SSL", **given))
    assert security.protocol == "SSL"
    credentials = security.faust()
    assert isinstance(credentials, faust.SSLCredentials)
    assert credentials.context is security.context


TLS = {"kafka_security_protocol": "SSL"}
SASL = {"kafka_security_protocol": "SASL_SSL"}
USER = {"kafka_sasl_user": "rasid-tag"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        # What the protocol would silently leave unused.
        (USER, "RASID_KAFKA_SASL_USER is set and RASID_KAFKA_SECURITY_PROTOCOL=PLAINTEXT does not use it: set the"),
        ({"kafka_sasl_password_file": "password"}, "protocol to SASL_SSL, or unset it"),
        ({"kafka_ca_file": "ca"}, "RASID_KAFKA_CA_FILE is set and"),
        ({"kafka_cert_file": "cert", "kafka_key_file": "key"}, "protocol to SSL (or SASL_SSL), or unset it"),
        ({**TLS, **USER}, "RASID_KAFKA_SASL_USER is set and RASID_KAFKA_SECURITY_PROTOCOL=SSL does not use it"),
        # What is missing beside it.
        (SASL, "needs a user and a password: set RASID_KAFKA_SASL_USER"),
        ({**SASL, "kafka_sasl_password_file": "password"}, "set RASID_KAFKA_SASL_USER"),
        ({**SASL, **USER}, "needs a user and a password: set RASID_KAFKA_SASL_PASSWORD_FILE"),
        ({**TLS, "kafka_cert_file": "cert"}, "set RASID_KAFKA_KEY_FILE too"),
        ({**TLS, "kafka_key_file": "key"}, "set RASID_KAFKA_CERT_FILE too"),
        ({**TLS, "kafka_key_password_file": "password"}, "opens a key: set RASID_KAFKA_KEY_FILE and _CERT_FILE too"),
        # What cannot be used.
        ({**TLS, "kafka_ca_file": "missing"}, "No such file or directory: give a file that this user may read"),
        ({**TLS, "kafka_ca_file": "password"}, "holds no certificates in PEM"),
        ({**TLS, "kafka_cert_file": "cert", "kafka_key_file": "missing"}, "RASID_KAFKA_KEY_FILE="),
        ({**TLS, "kafka_cert_file": "cert", "kafka_key_file": "other_key"}, "not a certificate and its key in PEM"),
        ({**SASL, **USER, "kafka_sasl_password_file": "missing"}, "RASID_KAFKA_SASL_PASSWORD_FILE="),
        ({**SASL, **USER, "kafka_sasl_password_file": "empty"}, "is empty: it holds the password and nothing else"),
        ({**SASL, **USER, "kafka_sasl_password_file": "lines"}, "has more than one line"),
        ({**SASL, **USER, "kafka_sasl_password_file": "long"}, "has more than"),
        ({**SASL, **USER, "kafka_sasl_password_file": "binary"}, "is not text in UTF-8"),
    ],
)
def test_what_is_half_set_is_refused_in_one_line(files: dict[str, Path], given: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError) as raised:
        Security.of(settings(files, **given))
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)
    assert SECRET not in str(raised.value)


def test_the_command_line_says_it_and_the_settings_show_no_secret(files: dict[str, Path]) -> None:
    given = {"RASID_KAFKA_BOOTSTRAP": "kafka:9093", "RASID_KAFKA_SASL_USER": "rasid-tag"}
    for arguments in (("topics", "verify"), ("worker", "tag"), ("replay", "seeds"), ("verify",), ("demo",)):
        code, out, err = rasid(*arguments, **given)
        assert (code, out, err.count("\n")) == (2, "", 1), arguments
        assert "RASID_KAFKA_SASL_USER is set and RASID_KAFKA_SECURITY_PROTOCOL=PLAINTEXT does not use it" in err
    whole = {**given, "RASID_KAFKA_SECURITY_PROTOCOL": "SASL_SSL"}
    code, out, _ = rasid("settings", **whole, RASID_KAFKA_SASL_PASSWORD_FILE=str(files["password"]))
    assert code == 0
    assert str(files["password"]) in out
    assert SECRET not in out
    code, _, err = rasid("settings", RASID_KAFKA_SECURITY_PROTOCOL="SASL_PLAINTEXT")
    assert code == 2
    assert "RASID_KAFKA_SECURITY_PROTOCOL='SASL_PLAINTEXT': Input should be 'PLAINTEXT', 'SSL' or 'SASL_SSL'" in err


def test_the_local_broker_is_not_taken_for_one_with_tls() -> None:
    with pytest.raises(UsageError, match="is for a cluster of yours, and the local Kafka has no TLS"):
        Security.of(Settings(kafka_security_protocol="SSL"))


@pytest.mark.parametrize(
    ("error", "is_shown"),
    [
        (ssl.SSLError(1, "alert certificate required"), False),
        (ConnectionResetError(), False),
        (KafkaConnectionError("closed"), False),
        (ValueError("a defect"), True),
    ],
)
def test_a_refusal_after_the_handshake_is_not_logged_beside_the_error(
    caplog: pytest.LogCaptureFixture, error: Exception, *, is_shown: bool
) -> None:
    """TLS 1.3 refuses a client's certificate when nobody may be waiting: asyncio logs a traceback then."""
    kept: list[asyncio.Future[None]] = []

    async def refused() -> None:
        loop = asyncio.get_running_loop()
        for future in (loop.create_future(), loop.create_future()):
            future.set_exception(error)
            kept.append(future)
        loop.call_exception_handler({"message": "Fatal error on SSL transport", "exception": error})
        loop.call_exception_handler({"message": "Unclosed connection"})
        # One is forgotten while the loop runs, the other when it is closed.
        kept.pop()
        del future
        gc.collect()

    run(refused())
    kept.clear()
    gc.collect()
    assert len(caplog.records) == (3 if is_shown else 0)
