from __future__ import annotations

import gzip
import io
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from schemas.models import Document
from workers.errors import UsageError
from workers.pipeline.feed import read_fields
from workers.replay import reader
from workers.replay.reader import Problem, Reading, read_documents, read_line

if TYPE_CHECKING:
    from pathlib import Path


def read(*paths: Path) -> tuple[list[Document], list[str]]:
    items = list(read_documents([str(path) for path in paths]))
    return [i for i in items if isinstance(i, Document)], [str(i) for i in items if isinstance(i, Problem)]


def test_a_text_file_is_a_document_named_after_it(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_bytes("\ufeffعنوان\r\n\r\nنص".encode())
    documents, problems = read(tmp_path / "page.txt")
    assert problems == []
    assert documents == [Document(document_id="page.txt", body="عنوان\r\n\r\nنص")]


def test_problems_are_named_by_file_and_line_and_stop_nothing(tmp_path: Path) -> None:
    lines = [
        b'{"document_id": "a", "body": "\xd8\xa3"}',
        b'{"document_id": "b", "body": ',
        b"",
        b'{"document_id": "c", "body": "\xff"}',
        b'{"document_id": "d", "body": "  "}',
        b'{"body": "no id"}',
        b'{"document_id": "e", "title": "t", "text": "x", "extra": 1}',
    ]
    path = tmp_path / "some.jsonl"
    path.write_bytes(b"\n".join(lines))
    documents, problems = read(path)
    assert [document.document_id for document in documents] == ["a", "e"]
    assert [problem.split(": ")[0] for problem in problems] == [f"{path}:{n}" for n in (2, 4, 5, 6)]
    assert "not JSON" in problems[0]
    assert "UTF-8" in problems[1]
    assert "empty" in problems[2]
    assert "no document_id, and no link to make one of" in problems[3]


def test_folders_are_read_by_name_and_compressed_files_too(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("ب")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.txt").write_text("أ")
    (tmp_path / "notes.md").write_text("not a document")
    (tmp_path / "c.jsonl.gz").write_bytes(gzip.compress(b'{"document_id": "z", "body": "x"}\n' * 2))
    documents, problems = read(tmp_path)
    assert [document.document_id for document in documents] == ["b.txt", "z", "z", "a.txt"]
    assert problems == []


def test_a_damaged_compressed_file_gives_what_it_can(tmp_path: Path) -> None:
    whole = gzip.compress(b"".join(b'{"document_id": "%d", "body": "%d"}\n' % (n, n * 7919) for n in range(5000)))
    (tmp_path / "cut.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    documents, problems = read(tmp_path / "cut.jsonl.gz")
    assert documents
    assert len(problems) == 1
    assert "damaged" in problems[0]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("latin.txt", "été".encode("latin-1"), "not UTF-8 (byte 0)"),
        ("empty.txt", b" \n\t ", "the document is empty"),
        ("page.pdf", b"%PDF", "a name must end in"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    (tmp_path / name).write_bytes(content)
    documents, problems = read(tmp_path / name)
    assert documents == []
    assert len(problems) == 1
    assert why in problems[0]


def test_an_empty_folder_is_a_problem(tmp_path: Path) -> None:
    assert "holds no file" in read(tmp_path)[1][0]


def test_a_path_that_does_not_exist_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        read_documents([str(tmp_path), str(tmp_path / "nothing")])


def test_standard_input_is_read_as_json_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    text = io.TextIOWrapper(io.BytesIO('{"document_id": "1", "body": "نص"}\nbroken\n'.encode()))
    monkeypatch.setattr(sys, "stdin", text)
    items = list(read_documents(["-"]))
    assert items[0] == Document(document_id="1", body="نص")
    assert str(items[1]).startswith("<stdin>:2: ")


def test_a_line_is_never_held_beyond_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = b'{"document_id": "1", "body": "x"}\n'
    long = b'{"document_id": "2", "body": "' + b"y" * (reader.DOCUMENT_BYTES * 3) + b'"}\n'
    (tmp_path / "some.jsonl").write_bytes(good + long + good.replace(b'"1"', b'"3"'))
    asked: list[int] = []
    real = reader._lines

    class Watched:
        def __init__(self, handle: Any) -> None:
            self._handle = handle

        def readline(self, size: int, /) -> bytes:
            asked.append(size)
            line: bytes = self._handle.readline(size)
            return line

    monkeypatch.setattr(reader, "_lines", lambda handle, *rest: real(Watched(handle), *rest))
    documents, problems = read(tmp_path / "some.jsonl")
    assert [document.document_id for document in documents] == ["1", "3"]
    assert problems == [f"{tmp_path}/some.jsonl:2: the line has over {reader.DOCUMENT_BYTES} bytes: split it"]
    assert max(asked) == reader.DOCUMENT_BYTES + 1


def test_a_file_that_only_expands_is_given_up(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "bomb.jsonl.gz", "wb") as handle:
        handle.write(b'{"document_id": "1", "body": "x"}\n')
        for _ in range(200):
            handle.write(b"0" * (1 << 20))
    documents, problems = read(tmp_path / "bomb.jsonl.gz")
    assert [document.document_id for document in documents] == ["1"]
    assert problems == [f"{tmp_path}/bomb.jsonl.gz:2: the file expands more than 200 times: not read further"]


def test_a_page_that_is_too_long_or_has_an_impossible_name_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_bytes(b"x" * (reader.DOCUMENT_BYTES + 1))
    (tmp_path / "a\x1b[2J.txt").write_text("خبر")
    _, problems = read(tmp_path / "long.txt", tmp_path / "a\x1b[2J.txt")
    assert "long.txt: the file has over 8388608 bytes" in problems[0]
    assert "its name cannot be an id" in problems[1]


def test_pages_of_html_are_documents_in_the_encoding_that_they_declare(tmp_path: Path) -> None:
    body = '<html><head><meta charset="windows-1256"></head><body>أعلنت وزارة الصحة</body></html>'
    (tmp_path / "a.html").write_bytes(body.encode("cp1256"))
    (tmp_path / "b.htm").write_bytes(body.replace("windows-1256", "utf-8").encode())
    (tmp_path / "c.html").write_bytes("<p>أعلنت</p>".encode("cp1256"))
    documents, problems = read(tmp_path)
    assert [document.document_id for document in documents] == ["a.html", "b.htm"]
    assert documents[0].body == body
    assert problems == [f"{tmp_path / 'c.html'}: not UTF-8 (byte 3): convert it, for example with iconv"]


def test_a_folder_that_cannot_be_listed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("أ")
    (tmp_path / "closed").mkdir()
    scandir = os.scandir

    def refusing(path: str) -> Any:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    documents, problems = read(tmp_path)
    assert [document.document_id for document in documents] == ["a.txt"]
    assert problems == [f"{tmp_path / 'closed'}: cannot be read: Permission denied"]


def test_a_document_is_found_by_the_line_that_problems_name(tmp_path: Path) -> None:
    path = tmp_path / "some.jsonl"
    path.write_bytes(b'\n{"document_id": "a", "body": "x"}\n\n{broken\n{"document_id": "b", "body": "x"}\n')
    assert read_line(str(path), None).document_id == "a"
    assert read_line(str(path), 2).document_id == "a"
    assert read_line(str(path), 5).document_id == "b"
    with pytest.raises(UsageError, match=r":4: not JSON"):
        read_line(str(path), 4)
    with pytest.raises(UsageError, match="no document on line 3: choose another --line, for example 4"):
        read_line(str(path), 3)
    with pytest.raises(UsageError, match="no document on line 6: choose another --line, for example 5"):
        read_line(str(path), 6)
    (tmp_path / "page.txt").write_text("x")
    assert read_line(str(tmp_path / "page.txt"), 1).document_id == "page.txt"
    with pytest.raises(UsageError, match="no document on line 2"):
        read_line(str(tmp_path / "page.txt"), 2)
    (tmp_path / "none.jsonl").write_bytes(b"\n")
    with pytest.raises(UsageError, match="holds no document"):
        read_line(str(tmp_path / "none.jsonl"), None)


def test_how_far_the_files_are_read_is_counted_in_bytes(tmp_path: Path) -> None:
    line = b'{"document_id": "a", "body": "x"}\n'
    (tmp_path / "a.jsonl").write_bytes(line * 3)
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(line * 3))
    (tmp_path / "c.txt").write_text("x")
    total = sum(path.stat().st_size for path in tmp_path.iterdir())
    reading = Reading()
    items = read_documents([str(tmp_path)], reading)
    seen = [reading.done for _ in items]
    assert reading.total == reading.done == total
    assert seen == sorted(seen)
    assert seen[:3] == [len(line), 2 * len(line), 3 * len(line)]


def test_lines_may_have_any_shape_that_a_feed_may_send(tmp_path: Path) -> None:
    path = tmp_path / "feed.jsonl"
    path.write_text(
        '{"guid": {"#text": "urn:x:1"}, "title": "عنوان", "content:encoded": "<p>نص</p>"}\n'
        '{"schema": {}, "payload": {"document_id": "b", "body": "نص"}}\n'
        '{"schema": null, "payload": null}\n'
        '{"rabit": "https://news.example.org/3", "matn": "نص"}\n',
        encoding="utf-8",
    )
    documents, problems = read(path)
    assert [document.document_id for document in documents] == ["urn:x:1", "b"]
    assert documents[0].raw_body == "عنوان\n\n<p>نص</p>"
    assert [problem.removeprefix(f"{path}:")[:20] for problem in problems] == [
        "3: a deletion: it ho",
        "4: no body: give `bo",
    ]
    named = Reading(fields=read_fields("url=rabit; text=matn"))
    assert read_line(str(path), 4, named).url == "https://news.example.org/3"
