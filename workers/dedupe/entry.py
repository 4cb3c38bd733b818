"""The verdict on an article, and the changelog record that the state is rebuilt from."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import get_args

from workers.dedupe.rules import Kind, Method, Relation
from workers.dedupe.sketch import Sketch, SketchFormatError

__all__ = ["Entry", "EntryFormatError", "Verdict"]

_FORMAT = 1
_HEADER = struct.Struct("<BBBBIQdddHHH")
_KINDS: tuple[Kind, ...] = get_args(Kind)
_RELATIONS: tuple[Relation, ...] = get_args(Relation)
_METHODS: tuple[Method | None, ...] = (None, *get_args(Method))
_NO_SIMILARITY = -1.0


class EntryFormatError(ValueError):
    """Bytes that are no entry of this version: rebuild the state from the topic."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an article is to those before it."""

    relation: Relation
    original_id: str | None = None
    """For a duplicate or an update: the article that started the chain, never itself a duplicate or an update."""
    similarity: float | None = None
    """1 for an exact copy; else the word pairs in common, as Jaccard for a near copy or an update and as containment
    for an abridged one: with the original where it is still held, else with the copy that was recognised."""
    method: Method | None = None
    """How a duplicate was recognised."""
    revision: int = 0
    """0 for originals and duplicates; updates of one original count up from 1, over those still held."""


@dataclass(frozen=True, slots=True)
class Entry:
    """All that is kept of one article, and all that is needed to rebuild the state: one changelog record."""

    article_id: str
    sequence: int
    """Place in the order of decisions, from 0."""
    kind: Kind
    fingerprint: str
    event_time: float
    """Epoch seconds."""
    held_from: float
    """Where the window begins to count for it: its event time, or the latest known when it came, whichever is later."""
    verdict: Verdict
    sketch: Sketch

    @property
    def story_id(self) -> str:
        """The article that starts the chain this one belongs to: its own id for an original."""
        return self.verdict.original_id or self.article_id

    def to_bytes(self) -> bytes:
        """The entry as little-endian bytes: 38 of header, the three ids, and the sketch (1,550 on average)."""
        verdict = self.verdict
        texts = [text.encode() for text in (self.article_id, verdict.original_id or "", self.fingerprint)]
        header = _HEADER.pack(
            _FORMAT,
            _KINDS.index(self.kind),
            _RELATIONS.index(verdict.relation),
            _METHODS.index(verdict.method),
            verdict.revision,
            self.sequence,
            self.event_time,
            self.held_from,
            _NO_SIMILARITY if verdict.similarity is None else verdict.similarity,
            *map(len, texts),
        )
        return b"".join((header, *texts, self.sketch.to_bytes()))

    @classmethod
    def from_bytes(cls, data: bytes) -> Entry:
        """The entry that `to_bytes` wrote. Raises EntryFormatError for bytes that it did not write."""
        try:
            header = _HEADER.unpack_from(data)
            version, kind, relation, method, revision, sequence, event_time, held_from, similarity, *sizes = header
            if version != _FORMAT:
                raise EntryFormatError(f"entry format {version}, this release reads {_FORMAT}: rebuild the state")
            texts = []
            start = _HEADER.size
            for size in sizes:
                texts.append(data[start : start + size].decode())
                start += size
            article_id, original_id, fingerprint = texts
            verdict = Verdict(
                relation=_RELATIONS[relation],
                original_id=original_id or None,
                similarity=None if similarity == _NO_SIMILARITY else similarity,
                method=_METHODS[method],
                revision=revision,
            )
            sketch = Sketch.from_bytes(data[start:])
            return cls(article_id, sequence, _KINDS[kind], fingerprint, event_time, held_from, verdict, sketch)
        except (struct.error, IndexError, UnicodeDecodeError, SketchFormatError) as error:
            raise EntryFormatError(f"no entry in {len(data)} bytes: {error}") from error
