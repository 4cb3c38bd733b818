"""The articles that pages are made of, without furniture of their own, parted into those to train and to measure on."""

from __future__ import annotations

import gzip
import hashlib
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

if TYPE_CHECKING:
    from pathlib import Path

#: The collections in a DATA folder.
COLLECTIONS = ("ant_dev", "saudi_dev", "recent_dev")
# Lines that a site put among the paragraphs: an article with one of them has no clean truth.
_FURNITURE = re.compile(
    r"^\s*(?:اقرأ|إقرأ|أقرأ|قد يهمك|شاهد|تابعونا|تابع |المصدر|للمزيد|اضغط|لمتابعة|جميع الحقوق|حقوق|يمكنكم|نقلا عن"
    r"|رابط الخبر"
    r"|[•*▪#●◉_=|]|Next|\(?CNN)|https?://|www\.|pic\.twitter|@\w|\((?:رويترز|أ ف ب|أ\.ف\.ب|وكالات)\)\.?\s*$|&\w+;|<\w+"
)
# A bureau or an outlet before the first words.
_DATELINE = re.compile(r"^[^.،؛]{0,45}?(?:\s[-–—ـ:]|[-–—]{2}|[-–—:]\s|\)\s?[-–—:])|^\(")
_FULL_STOP = (".", "؟", "!", '"', "”", "»", "…", ")")
_ALIKE = 0.55
_FEWEST_WORDS = 10
_SHORT_LINE = 5


class Article(NamedTuple):
    """A title and paragraphs, each one line; ``key`` names the article."""

    key: str
    title: str
    paragraphs: tuple[str, ...]


def read(path: Path) -> list[dict[str, Any]]:
    """Return the records of a JSONL file, gzipped or not."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [orjson.loads(line) for line in data.splitlines() if line.strip()]


def part(key: str, parts: int) -> int:
    """Return a number below ``parts`` that a key has on every machine."""
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % parts


def split_of(key: str) -> str:
    """Whether an article is for training or held out. Salted: a collection may be itself one half by its keys' hash."""
    return "train" if part(f"pages {key}", 2) == 0 else "held"


def _repeats(one: str, other: str) -> bool:
    """Whether a line says most of what another says: a standfirst, at the beginning or again at the end."""
    words = set(one.split())
    return len(words & set(other.split())) >= _ALIKE * len(words)


def clean(record: dict[str, Any]) -> Article | None:
    """Return a record as an article with a sure truth, None when it has none."""
    lines = [" ".join(line.split()) for line in record["text"].splitlines() if line.strip()]
    title = " ".join(record["title"].split())
    if len(lines) > 1 and _repeats(lines[0], lines[1]):
        del lines[0]
    if len(lines) > 2 and _repeats(lines[-1], lines[0]):
        del lines[-1]
    sound = (
        lines
        and 3 <= len(title.split()) <= 22
        and title not in lines
        and sum(len(line) for line in lines) >= 350
        and len(lines[0].split()) >= _FEWEST_WORDS
        and len(lines[-1].split()) >= _SHORT_LINE
        and lines[0].endswith(_FULL_STOP)
        and lines[-1].endswith(_FULL_STOP)
        and not _DATELINE.search(lines[0])
        and not any(_FURNITURE.search(line) for line in (title, *lines))
    )
    return Article(str(record["document_id"]), title, tuple(lines)) if sound else None


def load(folder: Path, split: str) -> list[Article]:
    """Return the clean articles of the collections in a folder whose key falls to ``split``: train, held or all.

    Two articles with the same title or the same first line are the same story: one is kept. CNN's texts of the first
    collection end in teasers and are left out.
    """
    seen: set[str] = set()
    found: list[Article] = []
    for name in COLLECTIONS:
        path = folder / f"{name}.jsonl.gz"
        for record in read(path) if path.exists() else ():
            article = None if record.get("source") == "CNN" else clean(record)
            if article is None or article.title in seen or article.paragraphs[0] in seen:
                continue
            seen.update((article.title, article.paragraphs[0]))
            if split in {"all", split_of(article.key)}:
                found.append(article)
    if not found:
        raise SystemExit(f"{folder}: no {', '.join(f'{name}.jsonl.gz' for name in COLLECTIONS)} with usable articles")
    return found
