"""Documents from files: .txt, .jsonl, .jsonl.gz, folders of them, and standard input.

What cannot be read is a `Problem` that names file, line and reason; it never stops the rest.
"""

from __future__ import annotations

import gzip
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pydantic import ValidationError

from schemas.models import Document
from workers.errors import InvalidRecord, UsageError
from workers.pipeline.codec import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["Problem", "read_documents"]

SUFFIXES = (".txt", ".jsonl", ".jsonl.gz")
STDIN = "-"
#: Of a line, or of a .txt file: what articles.raw takes. More is never held, however long a line is.
DOCUMENT_BYTES = 8 << 20
_CHUNK = 1 << 20
#: JSON lines of news compress to a tenth; what expands so far beyond that is made to fill a machine.
EXPANDS = 200
_EXPANDS_FROM = 64 << 20


class _Lines(Protocol):
    def readline(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be read: `line` counts from 1, and is None where the whole file is meant."""

    path: str
    line: int | None
    why: str

    def __str__(self) -> str:
        return f"{self.path}{'' if self.line is None else f':{self.line}'}: {self.why}"


def read_documents(paths: Iterable[str]) -> Iterator[Document | Problem]:
    """Yield the documents in `paths` in order; in a folder, by name.

    A .txt file is one document, its id the file's name. Each line of a .jsonl file is one; ``-`` reads JSON lines from
    standard input. Raises UsageError at once when a path does not exist.
    """
    listed = list(paths)
    for path in listed:
        if path != STDIN and not Path(path).exists():
            raise UsageError(f"{path} does not exist: give files ({', '.join(SUFFIXES)}), folders, or - for stdin")
    return _read_all(listed)


def _read_all(paths: list[str]) -> Iterator[Document | Problem]:
    for path in paths:
        if path == STDIN:
            yield from _lines(sys.stdin.buffer, "<stdin>")
        elif Path(path).is_dir():
            inside = sorted(p for p in Path(path).rglob("*") if p.is_file() and p.name.endswith(SUFFIXES))
            if not inside:
                yield Problem(path, None, f"the folder holds no file that ends in {', '.join(SUFFIXES)}")
            for each in inside:
                yield from _file(each)
        else:
            yield from _file(Path(path))


def _file(path: Path) -> Iterator[Document | Problem]:
    try:
        if path.name.endswith(".txt"):
            yield _text(path)
        elif path.name.endswith(".jsonl"):
            with path.open("rb") as handle:
                yield from _lines(handle, str(path))
        elif path.name.endswith(".jsonl.gz"):
            with path.open("rb") as packed, gzip.open(packed) as handle:
                yield from _lines(
                    handle, str(path), lambda: handle.tell() > max(_EXPANDS_FROM, EXPANDS * packed.tell())
                )
        else:
            yield Problem(str(path), None, f"not read: a name must end in {', '.join(SUFFIXES)}")
    except OSError as exc:
        yield Problem(str(path), None, f"cannot be read: {exc.strerror or exc}")


def _text(path: Path) -> Document | Problem:
    try:
        # A byte order mark is part of the encoding, not of the text.
        with path.open("rb") as handle:
            data = handle.read(DOCUMENT_BYTES + 1)
        if len(data) > DOCUMENT_BYTES:
            return Problem(str(path), None, f"the file has over {DOCUMENT_BYTES} bytes: split it")
        body = data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        return Problem(str(path), None, f"not UTF-8 (byte {exc.start}): convert it, for example with iconv")
    if not body.strip():
        return Problem(str(path), None, "the document is empty")
    try:
        return Document(document_id=path.name, body=body)
    except ValidationError:
        return Problem(str(path), None, "its name cannot be an id: rename it, without control characters")


def _lines(handle: _Lines, name: str, is_a_bomb: Callable[[], bool] = lambda: False) -> Iterator[Document | Problem]:
    number = 0
    try:
        while line := handle.readline(DOCUMENT_BYTES + 1):
            number += 1
            whole = len(line) <= DOCUMENT_BYTES or line.endswith(b"\n")
            while not whole and not is_a_bomb() and (rest := handle.readline(_CHUNK)):
                whole = rest.endswith(b"\n")
            if is_a_bomb():
                yield Problem(name, number, f"the file expands more than {EXPANDS} times: not read further")
                return
            if len(line) > DOCUMENT_BYTES:
                yield Problem(name, number, f"the line has over {DOCUMENT_BYTES} bytes: split it")
            elif line.strip():
                yield _line(line, name, number)
    except (EOFError, zlib.error, gzip.BadGzipFile) as exc:
        yield Problem(name, number + 1, f"the compressed file is damaged from here on: {exc}")


def _line(line: bytes, name: str, number: int) -> Document | Problem:
    try:
        document = decode(Document, line)
    except InvalidRecord as exc:
        return Problem(name, number, str(exc))
    return document if document.raw_body.strip() else Problem(name, number, "the document is empty")
