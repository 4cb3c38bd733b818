"""A page under construction: rows of parts, each with its role, and the labels that follow from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

if TYPE_CHECKING:
    from collections.abc import Iterable

Kind = Literal["story", "summary", "teaser"]
Role = Literal[
    "title", "deck", "kicker", "byline", "date", "dateline", "caption", "credit", "text", "subhead", "summary",
    "summary_label", "teaser", "teaser_title", "read_more", "related", "list_label", "ticker", "tags", "source",
    "notice", "widget", "navigation", "comment", "embed", "damage", "foreign",
]  # fmt: skip
ROLES = frozenset(get_args(Role))
#: The roles whose parts are the text of a piece.
BODY = frozenset({"text", "subhead", "summary", "teaser"})
#: The roles whose parts belong to a piece; all others are furniture.
OWN = BODY | {"title", "teaser_title", "deck"}
_SHORTEST_LABEL = 36
_SHORTEST_JUNK = 3


class Part(NamedTuple):
    """A stretch of a line with one role; ``piece`` is the number of the piece that it belongs to, if any."""

    text: str
    role: str
    piece: int | None = None


class Row(NamedTuple):
    """A line: its parts, written one after another without anything between them; no parts for a blank line."""

    parts: tuple[Part, ...] = ()
    blank: str = ""

    @property
    def text(self) -> str:
        """The line as it stands in the body."""
        return "".join(part.text for part in self.parts) if self.parts else self.blank

    @property
    def main(self) -> Part:
        """The part that the line is mostly: of a piece's parts the longest, else of all."""
        own = [part for part in self.parts if part.role in OWN]
        return max(own or self.parts, key=lambda part: len(part.text))


@dataclass(slots=True)
class Piece:
    """A piece of a page: its kind and title as a reader should find them."""

    kind: Kind
    title: str = ""


@dataclass(slots=True)
class Page:
    """Rows and pieces in order, the names of what is in the page, and the fields that a reader should find."""

    rows: list[Row] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    published: str | None = None
    publisher: str | None = None
    source: str | None = None

    def begin(self, kind: Kind, title: str = "") -> int:
        """Number a new piece. Pieces are numbered in the order in which their texts begin."""
        self.pieces.append(Piece(kind, " ".join(title.split())))
        return len(self.pieces) - 1

    def write(self, *parts: Part) -> None:
        """Add a line."""
        kept = tuple(part for part in parts if part.text)
        if "".join(part.text for part in kept).strip():
            self.rows.append(Row(kept))

    def gap(self, lines: int = 1, blank: str = "") -> None:
        """Add blank lines; ``blank`` is what stands in them (nothing, or white space)."""
        self.rows.extend(Row(blank=blank) for _ in range(lines))

    def record(self, document_id: str, split: str) -> dict[str, Any]:
        """Return the page with its labels, as JSON has it.

        ``lines`` covers each line of the body that is not blank; ``pieces`` have, besides ``first`` and ``last``, the
        code points ``start`` and ``end`` of their texts; ``junk`` are the strings that must stand in no text.
        """
        while self.rows and not self.rows[-1].parts and len(self.rows) > 1 and not self.rows[-2].parts:
            self.rows.pop()
        body = "\n".join(row.text for row in self.rows)
        lines, spans = self._lines()
        at = 0
        pieces: list[dict[str, Any]] = []
        for piece, (start, end, first, last) in zip(self.pieces, spans, strict=True):
            label_first, label_last = _label(body, at, start, first), _label_end(body, start, end, last)
            at = start
            pieces.append(
                {
                    "kind": piece.kind,
                    "title": piece.title,
                    "first": label_first,
                    "last": label_last,
                    "start": start,
                    "end": end,
                }
            )
        return {
            "document_id": document_id,
            "outlet": self.publisher or "",
            "split": split,
            "kinds": sorted(self.kinds),
            "body": body,
            "lines": lines,
            "pieces": pieces,
            "junk": self.junk(),
            "published": self.published,
            "publisher": self.publisher,
            "source": self.source,
            # Nothing is known of the countries and actors of made pages; a scorer that asks for them finds none.
            "countries_main": [],
            "countries_all": [],
            "actors": [],
        }

    def _lines(self) -> tuple[list[dict[str, Any]], list[tuple[int, int, str, str]]]:
        """The labels of the lines, and for each piece its span, its first and its last line of text."""
        lines: list[dict[str, Any]] = []
        spans: list[tuple[int, int, str, str] | None] = [None] * len(self.pieces)
        begun: set[int] = set()
        at = 0
        for row in self.rows:
            if row.parts:
                line: dict[str, Any] = {"start": at, "end": at + len(row.text)}
                line |= {"role": row.main.role, "piece": row.main.piece, "begins": False}
                if row.main.piece is not None and row.main.role != "deck" and row.main.piece not in begun:
                    begun.add(row.main.piece)
                    line["begins"] = True
                parts: list[dict[str, Any]] = []
                place = at
                for part in row.parts:
                    parts.append(
                        {"start": place, "end": place + len(part.text), "role": part.role, "piece": part.piece}
                    )
                    if part.role in BODY and part.piece is not None and part.text.strip():
                        start = place + len(part.text) - len(part.text.lstrip())
                        end = place + len(part.text.rstrip())
                        known = spans[part.piece]
                        text = part.text.strip()
                        spans[part.piece] = (known[0], end, known[2], text) if known else (start, end, text, text)
                    place += len(part.text)
                if len(parts) > 1:
                    line["parts"] = parts
                lines.append(line)
            at += len(row.text) + 1
        missing = [number for number, span in enumerate(spans) if span is None]
        if missing:
            raise ValueError(f"pieces {missing} have no text")
        return lines, [span for span in spans if span]

    def junk(self) -> list[str]:
        """The parts that are furniture, but for those whose words a title or text has too."""
        parts = [part for row in self.rows for part in row.parts]
        return junk_of(
            [part.text for part in parts if part.role not in OWN], [part.text for part in parts if part.role in OWN]
        )


def junk_of(furniture: Iterable[str], own: Iterable[str]) -> list[str]:
    """The strings of furniture that must stand in no text: each once, but for those that a title or text has too."""
    texts = "\n".join(own)
    found = (text.strip() for text in furniture)
    return list(dict.fromkeys(text for text in found if len(text) >= _SHORTEST_JUNK and text not in texts))


def _label(body: str, at: int, start: int, line: str) -> str:
    """The shortest beginning of a line that is found at ``start`` when sought from ``at``; else the line."""
    for end in range(min(_SHORTEST_LABEL, len(line)), len(line)):
        if line[end].isspace() and body.find(line[:end], at) == start:
            return line[:end]
    return line


def _label_end(body: str, start: int, end: int, line: str) -> str:
    """The shortest end of a line that is found to end at ``end`` when sought from ``start``; else the line."""
    for begin in range(max(len(line) - _SHORTEST_LABEL, 0), 0, -1):
        if line[begin - 1].isspace() and body.find(line[begin:], start) + len(line) - begin == end:
            return line[begin:]
    return line
