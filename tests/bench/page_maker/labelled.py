"""Turns the labels of hand-made pages (pieces by their first and last words, junk) into roles of lines.

What the labels say is kept: text, summaries, teasers, titles, which stretches are furniture. What kind of furniture a
line is, they do not say: rules guess, and a line of which they are not sure has the role None and is not trained on.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.bench.page_maker.articles import part, read

if TYPE_CHECKING:
    from collections.abc import Iterator

#: A third of the hosts, never looked at for tuning.
_PARTS = 3
_FOLD = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ـ": None})
_VOWELS = re.compile(r"[\u064b-\u0652\u0670]")
_PREFIX = re.compile(r"^\s*date \d{4}-\d{2}-\d{2}(?:\s-)?")
_ROLE_OF = {"story": "text", "summary": "summary", "teaser": "teaser"}
_ARABIC = re.compile(r"[\u0621-\u064a]")
_SUBHEAD_WORDS = 10
_HEADLINE_WORDS = 4
_STOPS = tuple('.؟!…"”»):؛،')


@cache
def _guesses() -> list[tuple[str, re.Pattern[str]]]:
    """Furniture by what its line says, as guesses.txt has it; the first that fits counts."""
    sections: dict[str, list[str]] = {}
    for line in (Path(__file__).parent / "guesses.txt").read_text("utf-8").splitlines():
        if line.startswith("; ") or not line.strip():
            continue
        if found := re.fullmatch(r"\[(\w+)\]", line):
            known = sections.setdefault(found[1], [])
        else:
            known.append(line)
    month = "(?:" + "|".join(sections.pop("MONTH")) + ")"
    return [
        (role, re.compile("|".join(lines).replace("MONTH", month), re.IGNORECASE)) for role, lines in sections.items()
    ]


def fold(text: str) -> str:
    """Fold the spellings of a text, its white space and its vowels."""
    return " ".join(_VOWELS.sub("", text).translate(_FOLD).split())


def host(page: dict[str, Any]) -> str:
    """The host after whose page a hand-made page was modelled."""
    address = page.get("modelled_on", "").split(" ")[0]
    return (urlsplit(address).hostname or address.split("/")[0]).removeprefix("www.")


def split_of(name: str) -> str:
    """Whether the pages of a host are held out."""
    return "held" if part(name, _PARTS) == 0 else "train"


def span(body: str, piece: dict[str, Any], at: int) -> tuple[int, int]:
    """Where a piece stands, sought from ``at`` as the scorer of the labels seeks it."""
    start = body.find(piece["first"], at)
    start = body.find(piece["first"]) if start < 0 else start
    end = body.find(piece["last"], start)
    return start, (body.rfind(piece["last"]) if end < 0 else end) + len(piece["last"])


def spans(body: str, pieces: list[dict[str, Any]]) -> list[tuple[int, int]]:
    """Where the pieces of a page stand; a text that is printed again stands at its second place."""
    found: list[tuple[int, int]] = []
    at = 0
    for piece in pieces:
        here = span(body, piece, at)
        if here in found:
            here = span(body, piece, here[1])
        found.append(here)
        at = here[0]
    return found


def load(folder: Path) -> list[dict[str, Any]]:
    """Return the hand-made pages of a folder (pages_dev.jsonl and labels/pages_dev.jsonl) with roles of lines."""
    path = folder / "labels" / "pages_dev.jsonl"
    if not path.exists():
        return []
    labels = {label["document_id"]: label for label in read(path)}
    return [convert(page, labels[page["document_id"]]) for page in read(folder / "pages_dev.jsonl")]


def convert(page: dict[str, Any], label: dict[str, Any]) -> dict[str, Any]:
    """Return a hand-made page in the form of a made one; see :meth:`page.Page.record`."""
    body = page["body"]
    places = spans(body, label["pieces"])
    pieces = [
        {**piece, "start": start, "end": end} for piece, (start, end) in zip(label["pieces"], places, strict=True)
    ]
    lines = list(_lines(body, pieces, label["junk"]))
    _by_place(body, lines, pieces)
    begun: set[int] = set()
    for line in lines:
        line["begins"] = line["piece"] is not None and line["role"] != "deck" and line["piece"] not in begun
        if line["begins"]:
            begun.add(line["piece"])
    return {
        **{
            key: label[key]
            for key in ("junk", "published", "publisher", "source", "countries_main", "countries_all", "actors")
        },
        "document_id": page["document_id"],
        "outlet": host(page),
        "split": split_of(host(page)),
        "kinds": sorted({f"layout:{group_of(pieces)}"}),
        "body": body,
        "lines": lines,
        "pieces": pieces,
        "hard": label.get("hard", ""),
    }


def _by_place(body: str, lines: list[dict[str, Any]], pieces: list[dict[str, Any]]) -> None:
    """Guess lines that no rule knew by where they stand: headlines in lists, tickers above, tags under their label."""
    first = pieces[0]["start"] if pieces else len(body)
    above = None
    for line in lines:
        if line["role"] is None and line["piece"] is None and "parts" not in line:
            words = len(body[line["start"] : line["end"]].strip().split())
            if above == "tags" and words < _HEADLINE_WORDS:
                line["role"] = "tags"
            elif words >= _HEADLINE_WORDS and above in {"list_label", "related", "read_more"}:
                line["role"] = "ticker" if line["end"] < first else "related"
        above = line["role"] or ("related" if above == "related" else None)


def group_of(pieces: list[dict[str, Any]]) -> str:
    """What kind of page it is, from its pieces: single, summary, teasers, untitled or titled stories."""
    kinds = [piece["kind"] for piece in pieces]
    if "summary" in kinds:
        return "summary"
    if "teaser" in kinds:
        return "teasers" if all(piece["title"] for piece in pieces if piece["kind"] == "teaser") else "teasers.unheaded"
    if len(kinds) < 2:
        return "single"
    return "stories.titled" if all(piece["title"] for piece in pieces) else "stories.untitled"


def _lines(body: str, pieces: list[dict[str, Any]], junk: list[str]) -> Iterator[dict[str, Any]]:
    at = 0
    for text in body.split("\n"):
        if text.strip():
            yield _line(body, at, at + len(text), pieces, junk)
        at += len(text) + 1


def _line(body: str, start: int, end: int, pieces: list[dict[str, Any]], junk: list[str]) -> dict[str, Any]:
    """Label a line: what of it lies in a piece, what is a title, what is furniture."""
    text = body[start:end]
    inside = next((n for n, piece in enumerate(pieces) if start < piece["end"] and end > piece["start"]), None)
    if inside is None:
        return {"start": start, "end": end, **_outside(body, start, text, pieces, junk)}
    piece = pieces[inside]
    whole = text.strip()
    if any(whole.strip("-•* ") in (each.strip("-•* "), each) for each in junk) or (whole in junk):
        return {"start": start, "end": end, "role": guess(whole, inside=True), "piece": None}
    role = _ROLE_OF[piece["kind"]]
    short = len(whole.split()) <= _SUBHEAD_WORDS and not whole.endswith(_STOPS)
    if role == "text" and short and piece["start"] < start and end < piece["end"]:
        # A broken sentence looks the same: a line that a comma or a small letter of the sentence follows is not sure.
        following = body[end : piece["end"]].lstrip()[:1]
        role = "subhead" if following and following not in "،.,:" else ""
    line: dict[str, Any] = {"start": start, "end": end, "role": role or None, "piece": inside}
    first, last = max(start, piece["start"]), min(end, piece["end"])
    before, after = body[start:first], body[last:end]
    if before.strip() or after.strip():
        line["parts"] = [
            each
            for each in (
                _stretch(start, first, body, pieces, junk, "dateline"),
                {"start": first, "end": last, "role": role or None, "piece": inside},
                _stretch(last, end, body, pieces, junk, "source"),
            )
            if each["end"] > each["start"]
        ]
    return line


def _stretch(
    start: int, end: int, body: str, pieces: list[dict[str, Any]], junk: list[str], usual: str
) -> dict[str, Any]:
    """A part of a line that lies before or behind a piece's text."""
    text = body[start:end]
    found = _outside(body, start, text, pieces, junk) if text.strip() else {"role": usual, "piece": None}
    if found["role"] in {None, "caption", "navigation", "date"} and not _PREFIX.match(text):
        found = {"role": usual, "piece": None}
    return {"start": start, "end": end, **found}


def _outside(body: str, start: int, text: str, pieces: list[dict[str, Any]], junk: list[str]) -> dict[str, Any]:
    """Label a line outside every text: a title of the next piece that has it, or furniture."""
    prefix = _PREFIX.match(text)
    at = prefix.end() if prefix else 0
    rest = text[at:]
    if prefix and not rest.strip():
        return {"role": "date", "piece": None}
    found = _title(start, rest, pieces) or {"role": _furniture(rest, pieces, junk), "piece": None}
    if prefix:
        parts = [
            {"start": start, "end": start + at, "role": "date", "piece": None},
            {"start": start + at, "end": start + len(text), **found},
        ]
        return {**found, "parts": parts}
    return found


def _title(start: int, text: str, pieces: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The title that a line is, alone or with a little before or behind it."""
    folded = fold(text)
    ahead = sorted(range(len(pieces)), key=lambda n: (pieces[n]["start"] < start, abs(pieces[n]["start"] - start)))
    for number in ahead:
        title = fold(pieces[number]["title"])
        if (
            title
            and title in folded
            and len(folded) <= len(title) + 30
            and not folded.startswith(("- " + title, "• " + title))
        ):
            role = "teaser_title" if pieces[number]["kind"] == "teaser" else "title"
            return {"role": role, "piece": number}
    return None


def _furniture(text: str, pieces: list[dict[str, Any]], junk: list[str]) -> str | None:
    """The role of a line of furniture, None when no rule is sure."""
    role = guess(text)
    if (
        role is None
        and any(each in text for each in junk)
        and any(fold(piece["title"]) in fold(text) for piece in pieces if piece["title"])
    ):
        return "notice"
    return role


def guess(text: str, *, inside: bool = False) -> str | None:
    """Guess what a line of furniture is by what it says."""
    text = text.strip()
    found = next((role for role, pattern in _guesses() if pattern.search(text)), None)
    if found is None and text and not _ARABIC.search(text):
        return "foreign" if re.search(r"[A-Za-z]{3}", text) else "widget"
    if found == "list_label" and inside:
        return "read_more"
    return found
