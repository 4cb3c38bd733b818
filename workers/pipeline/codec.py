"""Bytes to messages and back. Every way in which bytes can be wrong is an error that says what, where, what to do."""

from __future__ import annotations

from typing import Any, TypeVar

import orjson
from pydantic import BaseModel, ValidationError

from workers.errors import EmptyValue, InvalidJSON, InvalidMessage, TooLarge

__all__ = ["decode", "encode", "read_object", "validated"]

M = TypeVar("M", bound=BaseModel)
SHOWN_PROBLEMS = 3
#: Of the object, many times what any message has: fields that are not known are ignored, within reason.
MAX_KEYS = 1000
#: Of a field's name in an error; it may be one that somebody else chose.
SHOWN_NAME = 60


def decode(model: type[M], value: bytes | None, *, max_bytes: int | None = None) -> M:
    """Return the message in `value`.

    Raises EmptyValue, TooLarge (over `max_bytes`), InvalidJSON or InvalidMessage. No error quotes the text: it goes
    into a header and into logs.
    """
    return validated(model, read_object(value, model.__name__, max_bytes=max_bytes))


def read_object(value: bytes | None, name: str, *, max_bytes: int | None = None) -> dict[str, Any]:
    """Return the JSON object in `value`, which is meant to hold a message of this name.

    Raises EmptyValue, TooLarge (over `max_bytes`) or InvalidJSON.
    """
    if not value:
        what = "no value (a tombstone, which only articles.raw may hold)" if value is None else "a value of no bytes"
        raise EmptyValue(f"the record has {what}: send the {name} as a JSON object")
    if max_bytes is not None and len(value) > max_bytes:
        raise TooLarge(
            f"the record has {len(value)} bytes, {max_bytes} are allowed: split the page, or raise "
            "RASID_MAX_DOCUMENT_BYTES and send it again"
        )
    try:
        data = orjson.loads(value)
    except orjson.JSONDecodeError as exc:
        # orjson refuses bytes that are not UTF-8, NaN, and more than 1,024 levels of nesting.
        if "depth limit" in exc.msg:
            raise InvalidJSON(f"nested deeper than 1024 levels at character {exc.pos}: send it flat") from None
        raise InvalidJSON(f"not JSON in UTF-8: {exc.msg} at character {exc.pos}") from None
    if not isinstance(data, dict):
        raise InvalidJSON(f"a JSON object is needed, this is a {type(data).__name__}")
    if len(data) > MAX_KEYS:
        raise TooLarge(f"the object has {len(data)} keys, {MAX_KEYS} are allowed: send the contract's fields alone")
    return data


def validated(model: type[M], data: dict[str, Any]) -> M:
    """Return `data` as a message. Raises InvalidMessage, which names the fields and quotes nothing."""
    try:
        return model.model_validate(data)
    except ValidationError as exc:
        raise InvalidMessage(_problems(model, exc)) from None


def encode(message: BaseModel) -> bytes:
    """Return `message` as JSON in UTF-8, in the order of its declared fields."""
    return orjson.dumps(message.model_dump(mode="python"))


def _problems(model: type[BaseModel], exc: ValidationError) -> str:
    errors = exc.errors(include_url=False, include_input=False, include_context=False)
    shown = "; ".join(
        f"{'.'.join(str(part)[:SHOWN_NAME] for part in error['loc']) or 'message'}: {error['msg']}"
        for error in errors[:SHOWN_PROBLEMS]
    )
    more = f"; and {len(errors) - SHOWN_PROBLEMS} more" if len(errors) > SHOWN_PROBLEMS else ""
    return f"not a valid {model.__name__}: {shown}{more}"
