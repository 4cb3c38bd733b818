"""What a site prints on every page, learned from an archive and kept as a profile that a person reviews.

A line that stands on many pages of one host, over different stories, is furniture, whatever it says. Lines are compared
by their *shape*: folded, each run of digits as one ``#``, so that a counter or a copyright year does not tell them
apart. A label that opens many lines (``المصدر: …``) says how the site writes its dates, sources and authors.

Pure: documents in, profiles out. The profile of a site is a YAML file::

    site: news.example
    documents: 412
    outlet: صحيفة الميناء
    furniture:
    - {shape: عدد المشاهدات #, share: 0.97}
    labels:
    - {label: تاريخ النشر, says: date, share: 0.95}
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import yaml

from workers.text.dates import find_date
from workers.text.fold import fold_text
from workers.text.markup import is_html, read_markup

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = [
    "Learner",
    "Profiles",
    "SiteProfile",
    "dump_profile",
    "load_profiles",
    "parse_profile",
    "shape_of",
    "site_of",
]

Says = Literal["date", "source", "author", "other"]

#: A line is furniture from this share of a site's pages on, and from this many pages.
LEAST_SHARE = 0.2
LEAST_PAGES = 5
#: A paragraph of this many words is taken for furniture only where it stands on this share of the pages: a notice, or
#: what a site says of itself. Reprints of one story are counted once.
LONG_WORDS = 25
LONG_SHARE = 0.3
_LONGEST_LINE = 1000
_LONGEST_LABEL_WORDS = 4
_LABEL = re.compile(r"^([^:：\d]{2,40}?)\s?[:：]\s?(\S.{0,120})$")
_DIGITS = re.compile(r"\d+")
_SIGNS = re.compile(r"[^\w#]+")
_TITLE_AND_OUTLET = re.compile(r"^(.{12,}?)\s[|–—-]\s([^|–—]{2,40})$")
_OUTLET_SHARE = 0.5
#: A label's values: dates when this share of them can be read as one; a source when few of them recur.
_DATES_SHARE = 0.6
_VALUES_KEPT = 200
#: Shapes held for one site before those seen once are let go.
_SHAPES_HELD = 200_000
_SOURCE_LABELS = re.compile(r"المصدر|مصدر|source|نقلا عن|وكالات")
_AUTHOR_LABELS = re.compile(r"كتب|بقلم|الكاتب|المحرر|تحرير|اعداد|مراسل|author|by")


def shape_of(line: str) -> str:
    """Return the shape by which lines are compared: folded words, runs of digits as ``#``, without other signs."""
    return " ".join(_SIGNS.sub(" ", _DIGITS.sub("#", fold_text(line))).split())


def site_of(url: str | None, source: str | None = None) -> str | None:
    """Return the host of an address without ``www.``, else the name of the source; None when neither is known."""
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        host = None
    return host.removeprefix("www.") if host else (source or "").strip() or None


@dataclass(frozen=True, slots=True)
class Label:
    """A label that opens lines of a site; ``share`` of its pages have it, and what follows it is ``says``."""

    label: str
    says: Says
    share: float


@dataclass(frozen=True, slots=True)
class SiteProfile:
    """What a site repeats. ``furniture`` maps a line's shape to the share of pages that have it."""

    site: str
    documents: int
    outlet: str | None
    furniture: Mapping[str, float]
    labels: tuple[Label, ...]


@dataclass(slots=True)
class _Seen:
    """What was counted of one site's pages so far."""

    pages: int = 0
    stories: set[bytes] = field(default_factory=set)
    shapes: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    spelled: dict[str, str] = field(default_factory=dict)
    values: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    outlets: defaultdict[str, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    titles: set[str] = field(default_factory=set)


class Learner:
    """Takes documents one by one and gives a profile for each site; memory is bounded by what sites repeat."""

    def __init__(self) -> None:
        """Start with no site."""
        self._sites: defaultdict[str, _Seen] = defaultdict(_Seen)
        self.without_site = 0

    def add(self, body: str, *, url: str | None = None, source: str | None = None, title: str | None = None) -> None:
        """Count one document's lines under its site; a document without an address and a source is counted apart.

        Reprints of a story that the site has shown before are passed over: their lines would look like furniture.
        """
        site = site_of(url, source)
        if site is None:
            self.without_site += 1
            return
        seen = self._sites[site]
        lines = [line for line in _lines(body) if line]
        story = _digest(shape_of(max(lines, key=len, default="")))
        if not lines or story in seen.stories:
            return
        seen.stories.add(story)
        seen.pages += 1
        if title:
            seen.titles.add(shape_of(title))
        self._count(seen, lines)

    @staticmethod
    def _count(seen: _Seen, lines: list[str]) -> None:
        shapes = {shape_of(line) for line in lines if len(line) <= _LONGEST_LINE} - {"", "#"}
        seen.shapes.update(shapes)
        if len(seen.shapes) > _SHAPES_HELD:
            seen.shapes = Counter({shape: count for shape, count in seen.shapes.items() if count > 1})
        labels: dict[str, re.Match[str]] = {}
        for line in lines:
            found = _LABEL.match(line)
            if found and len(found[1].split()) <= _LONGEST_LABEL_WORDS:
                labels.setdefault(shape_of(found[1]), found)
            if outlet := _TITLE_AND_OUTLET.match(line):
                seen.outlets[outlet[2].strip()].add(_digest(outlet[1]))
        for label, found in labels.items():
            seen.labels[label] += 1
            seen.spelled.setdefault(label, found[1].strip())
            if len(seen.values[label]) < _VALUES_KEPT:
                seen.values[label].append(found[2])

    def profiles(self) -> Iterator[SiteProfile]:
        """Yield a profile for each site of which enough pages were seen, by name."""
        for site in sorted(self._sites):
            seen = self._sites[site]
            if seen.pages >= LEAST_PAGES:
                yield _profile(site, seen)


def _digest(text: str) -> bytes:
    return blake2b(text.encode(errors="replace"), digest_size=8).digest()


def _lines(body: str) -> Iterator[str]:
    """Yield a page's lines as a reader sees them."""
    if is_html(body):
        for block in read_markup(body).blocks:
            yield " ".join(block.text(body).split())
    else:
        for line in body.splitlines():
            yield " ".join(line.split())


def _profile(site: str, seen: _Seen) -> SiteProfile:
    labels = tuple(
        Label(seen.spelled[label], _says(label, seen.values[label]), round(count / seen.pages, 3))
        for label, count in sorted(seen.labels.items(), key=lambda each: (-each[1], each[0]))
        if _repeats(count, seen.pages, words=0) and _varies(seen.values[label])
    )
    furniture = {
        shape: round(count / seen.pages, 3)
        for shape, count in sorted(seen.shapes.items(), key=lambda each: (-each[1], each[0]))
        if _repeats(count, seen.pages, words=len(shape.split())) and shape not in seen.titles
    }
    # A name behind a dash is the outlet's when each page has another headline before it; in a menu nothing varies.
    outlet, headlines = max(seen.outlets.items(), key=lambda each: (len(each[1]), each[0]), default=(None, set()))
    outlet = outlet if len(headlines) >= _OUTLET_SHARE * seen.pages else None
    return SiteProfile(site, seen.pages, outlet, furniture, labels)


def _repeats(count: int, pages: int, *, words: int) -> bool:
    return count >= LEAST_PAGES and count >= pages * (LONG_SHARE if words >= LONG_WORDS else LEAST_SHARE)


def _varies(values: list[str]) -> bool:
    """Whether a label has different values; with one value the line is furniture as a whole."""
    return len({value.strip() for value in values}) > 1


def _says(label: str, values: list[str]) -> Says:
    dates = sum(find_date(value) is not None for value in values)
    if dates >= _DATES_SHARE * len(values):
        return "date"
    if _SOURCE_LABELS.search(label):
        return "source"
    return "author" if _AUTHOR_LABELS.search(label) else "other"


# Files ----------------------------------------------------------------------------------------------------------------


def dump_profile(profile: SiteProfile) -> str:
    """Return the profile as the YAML that :func:`parse_profile` reads, one line an entry."""

    def line(**values: Any) -> str:
        text: str = yaml.safe_dump(values, allow_unicode=True, default_flow_style=True, width=10_000, sort_keys=False)
        return text.strip()

    head = {"site": profile.site, "documents": profile.documents, "outlet": profile.outlet}
    rows = [yaml.safe_dump(head, allow_unicode=True, sort_keys=False).strip()]
    rows.append("furniture:" if profile.furniture else "furniture: []")
    rows += [f"- {line(shape=shape, share=share)}" for shape, share in profile.furniture.items()]
    rows.append("labels:" if profile.labels else "labels: []")
    rows += [f"- {line(label=each.label, says=each.says, share=each.share)}" for each in profile.labels]
    return "\n".join(rows) + "\n"


def parse_profile(text: str, name: str) -> SiteProfile:
    """Return the profile that a YAML file holds; ``name`` is the file's, for the error.

    Raises:
        ValueError: when it is not a profile, with what is wrong and where.
    """
    try:
        value = yaml.safe_load(text)
        return SiteProfile(
            site=str(value["site"]),
            documents=int(value["documents"]),
            outlet=value.get("outlet"),
            furniture={shape_of(each["shape"]): float(each.get("share", 1.0)) for each in value["furniture"] or ()},
            labels=tuple(
                Label(str(each["label"]), _checked(each["says"]), float(each.get("share", 1.0)))
                for each in value.get("labels") or ()
            ),
        )
    except yaml.YAMLError as exc:
        raise ValueError(f"{name}: not YAML: {exc}") from exc
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise ValueError(f"{name}: not a site's profile ({exc}): see `rasid sites learn --help`") from exc


def _checked(says: str) -> Says:
    if says not in ("date", "source", "author", "other"):
        raise ValueError(f"a label says date, source, author or other, not {says!r}")
    return says  # type: ignore[return-value]  # checked above


@dataclass(frozen=True, slots=True)
class Profiles:
    """The profiles of a folder, and a version that changes with any of them (empty when there are none)."""

    sites: Mapping[str, SiteProfile] = field(default_factory=dict)
    version: str = ""

    def of(self, url: str | None, source: str | None) -> SiteProfile | None:
        """Return the profile of a document's site, None when there is none."""
        site = site_of(url, source)
        return self.sites.get(site) if site else None


def load_profiles(folder: Path | None) -> Profiles:
    """Read every ``.yaml`` file of a folder; none where ``folder`` is None.

    Raises:
        ValueError: when the folder does not exist, a file is not a profile, or two are of one site.
    """
    if folder is None:
        return Profiles()
    if not folder.is_dir():
        raise ValueError(f"{folder} is no folder: make profiles with `rasid sites learn`, or leave RASID_SITES_DIR out")
    sites: dict[str, SiteProfile] = {}
    digest = blake2b(digest_size=6)
    for path in sorted(folder.glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        profile = parse_profile(text, str(path))
        if profile.site in sites:
            raise ValueError(f"{path}: {profile.site} has a profile already: keep one of the two")
        sites[profile.site] = profile
        digest.update(text.encode())
    return Profiles(sites, digest.hexdigest() if sites else "")
