"""What may change between two versions of the contract, and which rule a change breaks.

Two directions. An **input** (`document`) is written by others: whatever was accepted before is accepted still, so it
may ask for less and allow more. An **output** is everything that Rasid writes, also between its own stages, which are
not all of one version during an upgrade: a consumer that knows the old schema must accept new records, and one that
knows the new schema must accept what still lies on the topics. It may only gain optional fields, and values of an open
enum.

Compared are fields, types, `required`, enums, constants and limits. Descriptions, titles, defaults and `format`
(an annotation in JSON Schema 2020-12) are not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["RULES", "Break", "Direction", "compare"]

Direction = Literal["input", "output"]
Schema = dict[str, Any]

#: Each rule, and why a change that breaks it is refused.
RULES = {
    "removed-field": "who reads or sends it finds it ignored or gone",
    "retyped-field": "a value of the other type is refused, or read wrongly",
    "new-required-field": "records without it are on the topics, and in the feeds, already: give it a default",
    "no-longer-required": "consumers rely on it being there",
    "narrowed-enum": "a value that is sent, or on the topics, is refused",
    "widened-enum": "a consumer that checks against the old list refuses the new value",
    "tighter-limit": "what was within the limit is sent, or on the topics, already",
    "looser-limit": "a consumer that checks against the old limit refuses what lies over it",
    "closed-object": "a field that a newer version adds is refused",
    "removed-schema": "who reads or sends such records has no contract any more",
    "removed-topic": "who reads or writes it finds it gone",
    "other-message": "records of another kind are read wrongly",
}

#: Keywords of which more means looser, and of which more means tighter.
_UPPER = ("maximum", "maxLength", "maxItems")
_LOWER = ("minimum", "minLength", "minItems")


@dataclass(frozen=True, slots=True)
class Break:
    """One incompatible change: where (``countries[].role``), the rule it breaks (a name in RULES), what differs."""

    where: str
    rule: str
    what: str

    def __str__(self) -> str:
        return f"{self.where or 'the whole'}: {self.rule}: {self.what}; {RULES[self.rule]}"


def compare(old: Mapping[str, Any], new: Mapping[str, Any], direction: Direction) -> list[Break]:
    """Return every incompatible change from schema `old` to schema `new`, in the order of the old one's fields."""
    return list(_Comparison(old, new, direction).nodes("", dict(old), dict(new)))


class _Comparison:
    def __init__(self, old: Mapping[str, Any], new: Mapping[str, Any], direction: Direction) -> None:
        self._old = old
        self._new = new
        self._output = direction == "output"
        #: Pairs of definitions under way, so that one that holds itself ends.
        self._within: set[tuple[str, str]] = set()

    def nodes(self, where: str, old: Schema, new: Schema) -> Iterator[Break]:
        """Compare what stands at one place."""
        pair = (old.get("$ref", ""), new.get("$ref", ""))
        if all(pair):
            if pair in self._within:
                return
            self._within.add(pair)
        before, now = _alternatives(self._old, old), _alternatives(self._new, new)
        yield from self._types(where, before, now)
        for kind in before:
            if (match := now.get(kind) or (now.get("number") if kind == "integer" else None)) is not None:
                yield from self._alternative(where, before[kind], match)
        self._within.discard(pair)

    def _types(self, where: str, before: Mapping[str, Schema], now: Mapping[str, Schema]) -> Iterator[Break]:
        gone = [kind for kind in before if kind not in now and not (kind == "integer" and "number" in now)]
        if gone or (self._output and any(kind not in before for kind in now)):
            yield Break(where, "retyped-field", f"{_any_of(before)} became {_any_of(now)}")

    def _alternative(self, where: str, old: Schema, new: Schema) -> Iterator[Break]:
        yield from self._values(where, old, new)
        yield from self._limits(where, old, new)
        if old.get("type") == "object":
            yield from self._fields(where, old, new)
        for name, mark in (("items", "[]"), ("additionalProperties", ".*")):
            if isinstance(old.get(name), dict) and isinstance(new.get(name), dict):
                yield from self.nodes(f"{where}{mark}", old[name], new[name])
        for place, (a, b) in enumerate(zip(old.get("prefixItems", ()), new.get("prefixItems", ()), strict=False)):
            yield from self.nodes(f"{where}[{place}]", a, b)

    def _values(self, where: str, old: Schema, new: Schema) -> Iterator[Break]:
        before, now = old.get("enum"), new.get("enum")
        if _is_closed(new) and not _is_closed(old):
            yield Break(where, "narrowed-enum", f"only {_listed(now)} may stand there")
        elif gone := _missing(before, now):
            yield Break(where, "narrowed-enum", f"{_listed(gone)} left the list")
        if self._output and _is_closed(old):
            if came := _missing(now, before):
                yield Break(where, "widened-enum", f"{_listed(came)} joined the list")
            elif now is None:
                yield Break(where, "widened-enum", "any value may stand there")

    def _limits(self, where: str, old: Schema, new: Schema) -> Iterator[Break]:
        for name in (*_UPPER, *_LOWER):
            a, b = old.get(name), new.get(name)
            looser = b is None or (a is not None and (b > a) == (name in _UPPER))
            if a != b and (self._output or not looser):
                yield Break(where, "looser-limit" if looser else "tighter-limit", f"{name} {a} became {b}")
        a, b = old.get("pattern"), new.get("pattern")
        if a != b and (self._output or b is not None):
            # Which of two patterns allows more cannot be told.
            yield Break(where, "looser-limit" if b is None else "tighter-limit", f"pattern {a} became {b}")

    def _fields(self, where: str, old: Schema, new: Schema) -> Iterator[Break]:
        before, now = old.get("properties", {}), new.get("properties", {})
        needed, needs = set(old.get("required", ())), set(new.get("required", ()))
        if new.get("additionalProperties") is False and old.get("additionalProperties") is not False:
            yield Break(where, "closed-object", "unknown fields are no longer allowed")
        for name in before:
            inside = f"{where}.{name}".lstrip(".")
            if name not in now:
                yield Break(inside, "removed-field", "it is gone")
                continue
            if name in needs - needed:
                yield Break(inside, "new-required-field", "it was optional")
            if name in needed - needs and self._output:
                yield Break(inside, "no-longer-required", "it became optional")
            yield from self.nodes(inside, before[name], now[name])
        for name in now:
            if name not in before and name in needs:
                yield Break(f"{where}.{name}".lstrip("."), "new-required-field", "it is new")


def _alternatives(root: Mapping[str, Any], node: Schema) -> dict[str, Schema]:
    """Return what a schema allows, by type; objects that stand beside each other by their titles too.

    An open enum (its values, or any string) is one alternative, with ``open`` set.
    """
    found: dict[str, Schema] = {}
    options = list(_options(root, node))
    objects = sum(each.get("type") == "object" for each in options)
    for each in options:
        kind = each.get("type") or _type_of(each)
        key = f"object {each.get('title')}" if kind == "object" and objects > 1 else kind
        other = found.get(key)
        if other is None:
            found[key] = each
        elif "enum" in other or "enum" in each:
            found[key] = {**other, **each, "open": True}
    return found


def _options(root: Mapping[str, Any], node: Schema) -> Iterator[Schema]:
    if "$ref" in node:
        target: Any = root
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        yield from _options(root, target)
    elif "anyOf" in node:
        for each in node["anyOf"]:
            yield from _options(root, each)
    elif "const" in node:
        yield {**node, "enum": [node["const"]]}
    elif isinstance(node.get("type"), list):
        yield from ({**node, "type": each} for each in node["type"])
    else:
        yield node


def _type_of(node: Schema) -> str:
    return "string" if all(isinstance(each, str) for each in node.get("enum", [None])) else "anything"


def _is_closed(node: Schema) -> bool:
    return "enum" in node and not node.get("open")


def _missing(values: list[Any] | None, others: list[Any] | None) -> list[Any]:
    """Return those of `values` that are not among `others`; None stands for no list."""
    return [] if values is None or others is None else [each for each in values if each not in others]


def _any_of(kinds: Mapping[str, Schema]) -> str:
    return " or ".join(kinds)


def _listed(values: list[Any] | None) -> str:
    return ", ".join(map(str, values or ()))
