"""Documents from files: .txt, .html, .jsonl, .jsonl.gz, folders of them, and standard input.

What cannot be read is a `Problem` that names file, line and reason; it never stops the rest.
"""

from __future__ import annotations

import gzip
import os
import sys
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pydantic import ValidationError

from schemas.models import Document
from workers.errors import InvalidRecord, UsageError
from workers.pipeline.codec import read_object, validated
from workers.pipeline.feed import FIELDS, document_fields
from workers.text.encoding import EncodingError, declared_encoding, decode_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from workers.pipeline.feed import FeedFields

__all__ = ["Problem", "Reading", "read_documents", "read_line"]

_HTML = (".html", ".htm")
SUFFIXES = (".txt", *_HTML, ".jsonl", ".jsonl.gz")
STDIN = "-"
#: Of a line, or of a file that is one document: what articles.raw takes. More is never held, however long a line is.
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


@dataclass(slots=True)
class Reading:
    """How far the files have been read, in bytes as they lie on the disk; standard input counts as none.

    `fields` are the names that JSON lines use for a document's fields: they may have any shape that articles.raw takes.
    """

    total: int = 0
    done: int = 0
    fields: FeedFields = field(default_factory=lambda: FIELDS)


#: A document or a problem, with its line where it is one of several.
_Located = tuple[int | None, Document | Problem]
#: A file, STDIN, or a folder that cannot be read.
_Source = Path | str | Problem


def read_documents(paths: Iterable[str], reading: Reading | None = None) -> Iterator[Document | Problem]:
    """Yield the documents in `paths` in order; in a folder, by name.

    A .txt or .html file is one document, its id the file's name. Each line of a .jsonl file is one; ``-`` reads JSON
    lines from standard input. `reading` is kept up to date on the way. Raises UsageError at once when a path does not
    exist.
    """
    return (item for _, item in _read_all(_listed(paths), reading or Reading()))


def read_line(path: str, line: int | None, reading: Reading | None = None) -> Document:
    """Return the document on a line of `path`, counted from 1 as `Problem.line` is; None: the first there is.

    Raises UsageError when there is none, or when it cannot be read.
    """
    last = None
    for number, item in _read_all(_listed([path]), reading or Reading()):
        if line in (None, number or 1):
            if isinstance(item, Problem):
                raise UsageError(str(item))
            return item
        last = number or 1
        if line is not None and last > line:
            break
    if line is None:
        raise UsageError(f"{path} holds no document: give another file")
    near = "" if last is None else f", for example {last}"
    raise UsageError(f"{path} has no document on line {line}: choose another --line{near}")


def _listed(paths: Iterable[str]) -> list[_Source]:
    """Return every file that is meant, in order. Raises UsageError when a path does not exist."""
    listed = list(paths)
    for path in listed:
        if path != STDIN and not Path(path).exists():
            raise UsageError(f"{path} does not exist: give files ({', '.join(SUFFIXES)}), folders, or - for stdin")
    found: list[_Source] = []
    for path in listed:
        if path == STDIN:
            found.append(STDIN)
        elif Path(path).is_dir():
            found += _inside(Path(path))
        else:
            found.append(Path(path))
    return found


def _inside(folder: Path) -> list[_Source]:
    """Return the files to read in a folder and below it, by name, and the folders that cannot be read."""
    found: list[Path] = []
    closed: list[Problem] = []

    def refused(error: OSError) -> None:
        closed.append(Problem(str(error.filename), None, f"cannot be read: {error.strerror}"))

    for place, _, names in os.walk(folder, onerror=refused):
        found += [Path(place, name) for name in names if name.endswith(SUFFIXES)]
    if not found and not closed:
        return [Problem(str(folder), None, f"the folder holds no file that ends in {', '.join(SUFFIXES)}")]
    return [*closed, *sorted(each for each in found if each.is_file())]


def _read_all(files: list[_Source], reading: Reading) -> Iterator[_Located]:
    sizes = [_size(file) for file in files]
    reading.total += sum(sizes)
    for file, size in zip(files, sizes, strict=True):
        before = reading.done
        if isinstance(file, Problem):
            yield None, file
        elif isinstance(file, str):
            yield from _lines(sys.stdin.buffer, "<stdin>", reading.fields, lambda: None)
        else:
            yield from _file(file, reading)
        reading.done = before + size


def _size(file: _Source) -> int:
    try:
        return file.stat().st_size if isinstance(file, Path) else 0
    except OSError:
        # Reading it will say so.
        return 0


def _file(path: Path, reading: Reading) -> Iterator[_Located]:
    before = reading.done
    try:
        if path.name.endswith((".txt", *_HTML)):
            yield None, _page(path)
        elif path.name.endswith(".jsonl"):
            with path.open("rb") as handle:

                def came_to() -> None:
                    reading.done = before + handle.tell()

                yield from _lines(handle, str(path), reading.fields, came_to)
        elif path.name.endswith(".jsonl.gz"):
            with path.open("rb") as packed, gzip.open(packed) as unpacked:

                def unpacked_to() -> None:
                    reading.done = before + packed.tell()

                yield from _lines(
                    unpacked,
                    str(path),
                    reading.fields,
                    unpacked_to,
                    lambda: unpacked.tell() > max(_EXPANDS_FROM, EXPANDS * packed.tell()),
                )
        else:
            yield None, Problem(str(path), None, f"not read: a name must end in {', '.join(SUFFIXES)}")
    except OSError as exc:
        yield None, Problem(str(path), None, f"cannot be read: {exc.strerror or exc}")


def _page(path: Path) -> Document | Problem:
    with path.open("rb") as handle:
        data = handle.read(DOCUMENT_BYTES + 1)
    if len(data) > DOCUMENT_BYTES:
        return Problem(str(path), None, f"the file has over {DOCUMENT_BYTES} bytes: split it")
    try:
        body = decode_text(data, declared=declared_encoding(data) if path.name.endswith(_HTML) else None)
    except EncodingError as exc:
        return Problem(str(path), None, str(exc))
    if not body.strip():
        return Problem(str(path), None, "the document is empty")
    try:
        return Document(document_id=path.name, body=body)
    except ValidationError:
        return Problem(str(path), None, "its name cannot be an id: rename it, without control characters")


def _lines(
    handle: _Lines,
    name: str,
    fields: FeedFields,
    came_to: Callable[[], None],
    is_a_bomb: Callable[[], bool] = lambda: False,
) -> Iterator[_Located]:
    number = 0
    try:
        while line := handle.readline(DOCUMENT_BYTES + 1):
            number += 1
            whole = len(line) <= DOCUMENT_BYTES or line.endswith(b"\n")
            while not whole and not is_a_bomb() and (rest := handle.readline(_CHUNK)):
                whole = rest.endswith(b"\n")
            came_to()
            if is_a_bomb():
                yield number, Problem(name, number, f"the file expands more than {EXPANDS} times: not read further")
                return
            if len(line) > DOCUMENT_BYTES:
                yield number, Problem(name, number, f"the line has over {DOCUMENT_BYTES} bytes: split it")
            elif line.strip():
                yield number, _line(line, name, number, fields)
    except (EOFError, zlib.error, gzip.BadGzipFile) as exc:
        yield number + 1, Problem(name, number + 1, f"the compressed file is damaged from here on: {exc}")


def _line(line: bytes, name: str, number: int, fields: FeedFields) -> Document | Problem:
    try:
        found = document_fields(read_object(line, Document.__name__), fields)
        if found is None:
            return Problem(name, number, "a deletion: it holds no document")
        document = validated(Document, found)
    except InvalidRecord as exc:
        return Problem(name, number, str(exc))
    return document if document.raw_body.strip() else Problem(name, number, "the document is empty")
