"""The verdict on an article, and the record of it: in memory and in the changelog the same bytes.

A record is a header, the sketch, and three names: article_id, fingerprint and original_id. Names of 32 hex digits, as
this project makes them, take 17 bytes; any other takes its UTF-8 and one more. Then come the run and the document, in
eight bytes each, the outlet in two, and the names of the story and of those that are the same story, each behind its
length in two bytes.

Formats that earlier releases wrote are read and not written any more: 5 has no outlet, 4 ends with the run, 3 before
it. What they do not say is not known of their articles; those of 3 and 4 belong to the story of their original_id.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple, get_args

from workers.dedupe.rules import Kind, Method, Relation
from workers.dedupe.sketch import (
    SIGNATURE_AT,
    SIGNATURE_BYTES,
    Sketch,
    SketchFormatError,
    bigrams_in,
    size_in,
    subjects,
)

if TYPE_CHECKING:
    from array import array

__all__ = [
    "Entry",
    "EntryFormatError",
    "Head",
    "Owner",
    "Verdict",
    "document_number",
    "outlet_number",
    "pairs_of",
    "read_head",
    "signature_of",
    "subjects_of",
    "to_name",
    "to_text",
]

_FORMAT = 6
_WITHOUT_RUN, _WITHOUT_STORY, _WITHOUT_OUTLET = 3, 4, 5
_HEADER = struct.Struct("<BBBBBHIQdddIQHHHH")
_KINDS: tuple[Kind, ...] = get_args(Kind)
_RELATIONS: tuple[Relation, ...] = get_args(Relation)
_METHODS: tuple[Method | None, ...] = (None, *get_args(Method))
_NO_SIMILARITY = 0xFFFF
_RUN = struct.Struct("<Q")
_TAIL, _SHORTER_TAIL = struct.Struct("<QQH"), struct.Struct("<QQ")
_LENGTH = struct.Struct("<H")
_MOST_STORIES = 8
_NO_RUN = 0xFFFFFFFFFFFFFFFF
_NO_OWNER = 0xFFFFFFFF
_REBUILD = (
    "stop the dedupe workers, delete the changelog topic, run `rasid topics apply`, and start again: what is in the "
    "window is then new once more"
)
_HEX = re.compile("[0-9a-f]{32}")
_IS_HEX, _IS_TEXT = b"h", b"t"


class EntryFormatError(ValueError):
    """Bytes that are no entry of this version. Nothing converts them, the text is gone: the message says what to do."""


class Owner(NamedTuple):
    """The record that an article came in: its place on the topic that this changelog belongs to (articles.parsed)."""

    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an article is to those before it."""

    relation: Relation
    original_id: str | None = None
    """For a duplicate: the event that it repeats, never itself a duplicate. For a fuller version, an update or a
    related report: the first article of the story."""
    similarity: float | None = None
    """1 for an exact copy; else the word pairs in common, as Jaccard for a near copy or an update and as containment
    for an abridged one, to four places: with the original where it is still held, else with the copy that was
    recognised."""
    method: Method | None = None
    """How a duplicate was recognised."""
    revision: int = 0
    """Fuller versions and updates of one story count up from 1, over those still held; 0 for all others."""
    story_id: str | None = None
    """The first article of the story; None for an original, which is that itself."""
    same_story: tuple[str, ...] = ()
    """Other stories that this article shows to be the same one: answers once given are never taken back."""


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
    recorded_at: float
    """Epoch seconds of the record that it came in, or of the latest before it, whichever is later."""
    owner: Owner | None
    """The record that it came in first. The same article in another record is a replay, and changes nothing here."""
    size_class: int
    """The engine's tables had room for 2 to this power: they are rebuilt with the same room, to answer alike."""
    verdict: Verdict
    sketch: Sketch
    run: int | None = 0
    """The run that it was first seen in (`shown.run_of`); None where an earlier release did not write it down."""
    document: int = 0
    """A number for the document that it stood in, of 64 bits; 0 where that is not known."""
    outlet: int = 0
    """A number for the outlet that published it, of 16 bits; 0 where that is not known."""

    @property
    def story_id(self) -> str:
        """The first article of the story that this one belongs to: its own id for an original."""
        return self.verdict.story_id or self.verdict.original_id or self.article_id

    @property
    def event_id(self) -> str:
        """The article that went on for this one: the one that it repeats, or itself."""
        return self.verdict.original_id or self.article_id if self.verdict.relation == "duplicate" else self.article_id

    def to_bytes(self) -> bytes:
        """The entry as little-endian bytes: 63 of header, the sketch, the names, and 18 with the stories behind."""
        verdict = self.verdict
        sketch = self.sketch.to_bytes()
        names = (
            to_name(self.article_id),
            to_name(self.fingerprint),
            to_name(verdict.original_id) if verdict.original_id else b"",
        )
        header = _HEADER.pack(
            _FORMAT,
            _KINDS.index(self.kind),
            _RELATIONS.index(verdict.relation),
            _METHODS.index(verdict.method),
            self.size_class,
            _NO_SIMILARITY if verdict.similarity is None else round(verdict.similarity * 10_000),
            verdict.revision,
            self.sequence,
            self.event_time,
            self.held_from,
            self.recorded_at,
            *(self.owner or (_NO_OWNER, 0)),
            len(sketch),
            *map(len, names),
        )
        stories = [to_name(verdict.story_id) if verdict.story_id and verdict.story_id != verdict.original_id else b""]
        stories += map(to_name, verdict.same_story[:_MOST_STORIES])
        tail = _TAIL.pack(_NO_RUN if self.run is None else self.run, self.document, self.outlet)
        return b"".join(
            (header, sketch, *names, tail, *(part for name in stories for part in (_LENGTH.pack(len(name)), name)))
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Entry:
        """The entry that `to_bytes` wrote. Raises EntryFormatError for bytes that it did not write."""
        head = read_head(data)
        try:
            verdict = Verdict(
                relation=_RELATIONS[head.relation],
                original_id=to_text(head.original) if head.original else None,
                similarity=None if head.similarity == _NO_SIMILARITY else head.similarity / 10_000,
                method=_METHODS[head.method],
                revision=head.revision,
                story_id=to_text(head.story) if head.original else None,
                same_story=tuple(map(to_text, head.stories[1:])),
            )
            return cls(
                article_id=to_text(head.article),
                sequence=head.sequence,
                kind=_KINDS[head.kind],
                fingerprint=to_text(head.fingerprint),
                event_time=head.event_time,
                held_from=head.held_from,
                recorded_at=head.recorded_at,
                owner=head.owner,
                size_class=head.size_class,
                verdict=verdict,
                sketch=Sketch.from_bytes(data[_HEADER.size : _HEADER.size + head.sketch]),
                run=None if head.run == _NO_RUN else head.run,
                document=head.document,
                outlet=head.outlet,
            )
        except (IndexError, UnicodeDecodeError, SketchFormatError) as error:
            raise EntryFormatError(f"no entry in {len(data)} bytes ({error}): {_REBUILD}") from error


class Head(NamedTuple):
    """What a record says beside its sketch, as it is stored: `Entry` has the same by name."""

    kind: int
    relation: int
    method: int
    size_class: int
    similarity: int
    revision: int
    sequence: int
    event_time: float
    held_from: float
    recorded_at: float
    partition: int
    offset: int
    sketch: int
    """Bytes of the sketch."""
    article: bytes
    """Names as `to_name` gives them."""
    fingerprint: bytes
    original: bytes
    """Empty for an original."""
    run: int
    document: int
    outlet: int
    stories: tuple[bytes, ...]
    """The story, empty where it is `original` or the article itself, and then those that are the same story."""

    @property
    def story(self) -> bytes:
        """The name of `Entry.story_id`."""
        return self.stories[0] or self.original or self.article

    @property
    def owner(self) -> Owner | None:
        """`Entry.owner`."""
        return None if self.partition == _NO_OWNER else Owner(self.partition, self.offset)

    @property
    def article_id(self) -> str:
        """The text of `article`."""
        return to_text(self.article)


def read_head(data: bytes) -> Head:
    """What a record says beside its sketch, for a tenth of the time that `Entry.from_bytes` takes.

    Raises EntryFormatError for another version, and for bytes whose lengths do not agree.
    """
    if data[:1] not in _FORMAT_BYTES:
        found = data[0] if data else "none"
        raise EntryFormatError(f"entry format {found}, this release reads {_FORMAT}: {_REBUILD}")
    try:
        (
            _, kind, relation, method, size_class, similarity, revision, sequence, event_time, held_from, recorded_at,
            partition, offset, sketch, article, fingerprint, original,
        ) = _HEADER.unpack_from(data)  # fmt: skip
        names = _HEADER.size + sketch
        second = names + article
        third = second + fingerprint
        end = third + original
        if size_in(data, _HEADER.size) != sketch or not article:
            raise EntryFormatError(f"an entry of {len(data)} bytes does not fit its own header: {_REBUILD}")
        tail = _tail(data, end)
    except (struct.error, SketchFormatError) as error:
        raise EntryFormatError(f"no entry in {len(data)} bytes ({error}): {_REBUILD}") from error
    return Head(
        kind, relation, method, size_class, similarity, revision, sequence, event_time, held_from, recorded_at,
        partition, offset, sketch, data[names:second], data[second:third], data[third:end], *tail,
    )  # fmt: skip


def _tail(data: bytes, at: int) -> tuple[int, int, int, tuple[bytes, ...]]:
    """Return run, document, outlet and stories, which stand behind the names; struct.error when they do not fit."""
    run, document, outlet, stories = _NO_RUN, 0, 0, [b""]
    if data[0] in (_FORMAT, _WITHOUT_OUTLET):
        if data[0] == _FORMAT:
            run, document, outlet = _TAIL.unpack_from(data, at)
            at += _TAIL.size
        else:
            run, document = _SHORTER_TAIL.unpack_from(data, at)
            at += _SHORTER_TAIL.size
        stories = []
        while at < len(data) or not stories:
            begin = at + _LENGTH.size
            at = begin + _LENGTH.unpack_from(data, at)[0]
            stories.append(data[begin:at])
    elif data[0] == _WITHOUT_STORY:
        (run,) = _RUN.unpack_from(data, at)
        at += _RUN.size
    if at != len(data):
        raise struct.error(f"it ends at {at}")
    return run, document, outlet, tuple(stories)


def pairs_of(data: bytes) -> array[int]:
    """The word pairs in a record that was read before."""
    return bigrams_in(data, _HEADER.size)


def subjects_of(data: bytes) -> array[int]:
    """`sketch.subjects` of a record that was read before."""
    return subjects(Sketch.from_bytes(data[_HEADER.size : _HEADER.size + size_in(data, _HEADER.size)]))


def signature_of(data: bytes) -> bytes:
    """The signature in a record that was read before: SIGNATURE_BYTES bytes, for `sketch.signatures_in`."""
    return data[_SIGNATURE]


def document_number(document_id: str) -> int:
    """Return the number that stands for a document in an entry: 64 bits of its id's hash, never 0."""
    return int.from_bytes(blake2b(document_id.encode(errors="surrogatepass"), digest_size=8).digest()) or 1


def outlet_number(name: str | None) -> int:
    """Return the number that stands for an outlet in an entry: 16 bits of its name's hash, 0 for None or no name."""
    folded = (name or "").strip().casefold()
    if not folded:
        return 0
    return int.from_bytes(blake2b(folded.encode(errors="surrogatepass"), digest_size=2).digest()) or 1


def to_name(text: str) -> bytes:
    """An id or fingerprint as it is stored."""
    return _IS_HEX + bytes.fromhex(text) if _HEX.fullmatch(text) else _IS_TEXT + text.encode()


def to_text(name: bytes) -> str:
    """The text of a name."""
    return name[1:].hex() if name[:1] == _IS_HEX else name[1:].decode()


_FORMAT_BYTES = tuple(bytes([version]) for version in (_FORMAT, _WITHOUT_OUTLET, _WITHOUT_STORY, _WITHOUT_RUN))
_SIGNATURE = slice(_HEADER.size + SIGNATURE_AT, _HEADER.size + SIGNATURE_AT + SIGNATURE_BYTES)
