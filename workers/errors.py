"""What can go wrong, and what each error means for the record and for the process.

::

    RasidError
    ├── UsageError          a wrong setting, file or machine: one line for the person at the terminal, exit code 2
    ├── InvalidRecord       the record itself is at fault: dead letter, never retried by itself
    │   ├── EmptyValue      no bytes at all; on articles.raw a null value is a tombstone, and no error
    │   ├── InvalidJSON     not UTF-8, not JSON, nested too deep, or not an object
    │   ├── InvalidMessage  JSON, but not the message that the contract declares
    │   ├── TooLarge        over a configured size
    │   ├── DamagedText     letters were lost before the document came, or its encoding cannot be told
    │   ├── InvalidHeader   the name of a header is not UTF-8: kept without that header
    │   ├── Unreadable      a record or batch that no client can unpack: kept as its bytes in the log
    │   └── NoArticle       a document in which no news was found
    ├── OutputError         what a command prints could not be written: a full disk, a closed file
    └── DeliveryError       the broker did not acknowledge an output: the worker stops before it commits

Any other exception raised while a record is processed is a defect of ours: the record goes to the dead letters under
that exception's own name, so that it can be sent again once the defect is mended.
"""

from __future__ import annotations

__all__ = [
    "DamagedText",
    "DeliveryError",
    "EmptyValue",
    "InvalidHeader",
    "InvalidJSON",
    "InvalidMessage",
    "InvalidRecord",
    "NoArticle",
    "OutputError",
    "RasidError",
    "TooLarge",
    "Unreadable",
    "UsageError",
    "explained",
]


class RasidError(Exception):
    """Base of every error that Rasid raises on purpose."""


class UsageError(RasidError):
    """Something outside the stream is wrong; the message is one line that says what to do."""


class InvalidRecord(RasidError):
    """The record can never be processed as it is."""


class EmptyValue(InvalidRecord):
    """The record has no value, or one of no bytes."""


class InvalidJSON(InvalidRecord):
    """The value is not a JSON object in UTF-8."""


class InvalidMessage(InvalidRecord):
    """The value is JSON but breaks the contract."""


class TooLarge(InvalidRecord):
    """The value, a field, or an output made from it is over its limit."""


class DamagedText(InvalidRecord):
    """The text lost letters before it came, or was read in an encoding that cannot be told."""


class InvalidHeader(InvalidRecord):
    """The name of a header is not UTF-8; key, value and the other headers are as they came."""


class Unreadable(InvalidRecord):
    """A record, or a batch of them, that no client can unpack; what stands for its value is its bytes in the log."""


class NoArticle(InvalidRecord):
    """The document holds no news that the parser can find."""


class OutputError(RasidError):
    """Standard output could not be written."""


class DeliveryError(RasidError):
    """An output could not be delivered for a reason that is not the record's."""


def explained(error: BaseException) -> str:
    """Return what may be written down of an error: its class, and its text where that cannot quote an article.

    Ours are worded with care; the system's and the Kafka client's know of addresses, topics and files alone. Anything
    else, such as a KeyError, may hold any words of a text.
    """
    name = type(error).__name__
    if isinstance(error, (RasidError, OSError)) or type(error).__module__.startswith("aiokafka."):
        return f"{name}: {error}"
    return name
