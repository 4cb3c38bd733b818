from __future__ import annotations

import gzip
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import orjson
import pytest

from schemas.models import Document
from tests.unit.test_commands import rasid
from workers.cli.explain import _claims, _events, page_as_html, page_in_terminal
from workers.cli.marking import harmless, mark_page

if TYPE_CHECKING:
    from pathlib import Path

TEXT = (
    "وزير الخارجية الفرنسي يزور بيروت لبحث الاستقرار في لبنان\n\n"
    "وصل وزير الخارجية الفرنسي إلى بيروت صباح اليوم لبحث دعم الاستقرار في لبنان مع المسؤولين هناك.\n\n"
    "وقال الوزير إن فرنسا ستواصل تقديم المساعدات إلى لبنان خلال العام المقبل.\n\n"
    "المصدر: رويترز\n"
)
PAGE = (
    "<html lang='ar'><head><title>ص</title></head><body><nav><a href='/'>الرئيسية</a></nav><article>"
    "<h1>وزير الخارجية الفرنسي يزور بيروت لبحث الاستقرار في لبنان</h1>"
    "<p>وصل وزير الخارجية الفرنسي إلى <b>&#1576;يروت</b> صباح اليوم لبحث دعم الاستقرار في لبنان مع المسؤولين هناك.</p>"
    "<p>وقال الوزير إن فرنسا ستواصل تقديم المساعدات إلى لبنان خلال العام المقبل.</p></article>"
    "<script>alert('x')</script></body></html>"
)


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.titles: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.titles += [value or "" for name, value in attrs if name == "title"]


@pytest.mark.parametrize("body", [TEXT, PAGE], ids=["text", "html"])
def test_segments_are_the_whole_page_and_marks_lie_where_their_mentions_are(body: str) -> None:
    events, failures = _events(Document(document_id="d", body=body))
    assert not failures
    segments = mark_page(body, events)
    assert "".join(body[segment.start : segment.end] for segment in segments) == body
    marks = {mark for segment in segments for mark in segment.marks}
    assert {"بيروت", "لبنان", "فرنسا"} <= {mark.surface for mark in marks}
    assert all(
        segment.start >= mark.start and segment.end <= mark.end for segment in segments for mark in segment.marks
    )
    (event,) = events
    title = "".join(body[segment.start : segment.end] for segment in segments if segment.field == "title")
    assert title == event.title


@pytest.mark.parametrize("body", [TEXT, PAGE], ids=["text", "html"])
def test_the_terminal_shows_every_mention_with_its_reason_on_a_line_of_its_own(body: str) -> None:
    events, _ = _events(Document(document_id="d", body=body))
    lines = [line.plain for line in page_in_terminal("d", body, events)]
    assert "== article 1, story: title" in lines
    assert "== article 1, story: text" in lines
    assert "-- boilerplate" in lines
    assert not any("⟦⟧" in line for line in lines)
    assert any("إلى ⟦بيروت⟧ صباح" in line or "إلى ⟦&#1576;يروت⟧ صباح" in line for line in lines)
    assert any(line.startswith("    LB (") and "country:LB:capital" in line for line in lines)
    assert sum(line.startswith("== article") for line in lines) == 2


def test_the_html_page_escapes_what_it_shows_and_fetches_nothing() -> None:
    body = PAGE + "<script src='https://example.org/x.js'></script>"
    events, _ = _events(Document(document_id="<d>", body=body))
    page = page_as_html("<d>", body, events)
    reader = Reader()
    reader.feed(page)
    assert not {"script", "link", "img", "iframe"} & set(reader.tags)
    assert not re.search(r"<[^>]+(?:src|href)=", page)
    assert any("country:LB:capital" in title for title in reader.titles)
    assert 'dir="rtl"' in page


@pytest.mark.parametrize("body", [TEXT, PAGE], ids=["text", "html"])
def test_claims_are_shown_won_and_lost_with_what_they_lost_against(body: str) -> None:
    events, _ = _events(Document(document_id="d", body=body))
    claims = _claims(events)
    lines = [line.plain for line in page_in_terminal("d", body, events, claims=claims)]
    (heading,) = [line for line in lines if line.startswith("  claims: ")]
    won, lost = (sum(line.startswith(f"    {verdict}") for line in lines) for verdict in ("won ", "lost"))
    assert heading.startswith(f"  claims: {won} won, {lost} lost;")
    at = lines.index("    won   title 14-21  country FR  country:FR:demonym, strength 5")
    assert lines[at + 1] == "      ⟦الفرنسي⟧"
    assert "      lost: it belongs to the post before it" in lines
    # Arabic stands at a line's end, so that a terminal that turns it round disturbs no label.
    assert not any(re.search(r"[\u0600-\u06ff][^\u0600-\u06ff]*[A-Za-z]", line) for line in lines[at:])
    page = page_as_html("d", body, events, claims=claims)
    assert page.count('<li class="lost">') == lost
    assert heading.strip() in page


def test_a_language_that_is_not_tagged_has_no_claims() -> None:
    events, _ = _events(Document(document_id="d", title="Minister in Beirut", text="The minister arrived. " * 20))
    assert [event.language for event in events] == ["en"]
    assert _claims(events) == [()]
    assert not any("claims" in line.plain for line in page_in_terminal("d", "", events, claims=_claims(events)))


def test_control_characters_of_a_page_never_reach_the_terminal() -> None:
    assert harmless("\x1b[31mا\u202eب\x9b\x07\r\nج\tد") == "␛[31mاب\ufffd␇\nج\tد"
    events, _ = _events(Document(document_id="d", body=TEXT.replace("فرنسا", "فرنسا\x1b[2J")))
    assert "\x1b" not in "".join(line.plain for line in page_in_terminal("d", TEXT, events))


def test_the_command_reads_a_line_of_a_file_and_names_what_is_wrong(tmp_path: Path) -> None:
    lines = [orjson.dumps({"document_id": "one", "body": "\u200f"}), orjson.dumps({"document_id": "two", "body": TEXT})]
    path = tmp_path / "d.jsonl.gz"
    path.write_bytes(gzip.compress(b"\n".join(lines)))
    code, out, err = rasid("explain", str(path), "--line", "2")
    assert (code, err) == (0, "")
    assert out.startswith("two: 1 articles in ")
    assert rasid("explain", str(path))[0] == 1
    code, out, err = rasid("explain", str(path), "--line", "3")
    assert (code, out, err) == (
        2,
        "",
        f"rasid: {path} has no document on line 3: choose another --line, for example 2\n",
    )
    target = tmp_path / "out.html"
    code, out, err = rasid("explain", str(path), "--line", "2", "--html", str(target))
    assert (code, out, err) == (0, f"wrote {target}\n", "")
    assert target.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
