"""What a site prints on every page, kept as a profile that a person reviews.

A profile is one YAML file for each site, written by :mod:`workers.pages.site_learner` and corrected by hand. It says
which lines are furniture, who prints the pages, where the title stands, and what the site's labels mean. Nothing in it
is a verdict: :mod:`workers.pages.site_signs` turns it into evidence, which is weighed beside what the page shows.

Lines are compared by their *shape*: folded, each run of digits as ``#``, so that a counter or a copyright year does not
tell them apart. Where a line has a date, its *form* has ``#date`` for it, so that the month does not either.

Pure: text in, profiles out. :func:`dump_profile` shows what a file looks like.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar, get_args
from urllib.parse import urlsplit

import yaml

from workers.text.dates import find_date
from workers.text.fold import fold_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from workers.text.dates import Moment

__all__ = [
    "DATES",
    "LEAST_PAGES",
    "LONGEST_DATED",
    "Label",
    "Profiles",
    "SiteProfile",
    "TitlePlace",
    "Where",
    "dates_in",
    "dump_profile",
    "form_of",
    "load_profiles",
    "parse_profile",
    "shape_of",
    "site_of",
]

Says = Literal["published", "updated", "visit", "source", "author", "other"]
"""What follows a label: the day of publishing, of a change, of the reader's visit; who reported it; who wrote it."""
DATES: frozenset[Says] = frozenset({"published", "updated", "visit"})
"""What a label says when a date follows it."""
Where = Literal["above", "head", "below"]
"""Where a line stands: above the title, between the title and the end of the text, below the text."""

_Entry = TypeVar("_Entry")
LEAST_PAGES = 5
"""So many different stories of a site must show what is learned of it."""
_SAYS: tuple[Says, ...] = get_args(Says)
_WHERE: tuple[Where, ...] = get_args(Where)
_DIGITS = re.compile(r"\d+")
_SIGNS = re.compile(r"[^\w#]+")
_A_DIGIT = re.compile(r"\d")
_DATE_MARK = " #date "
_WEEKDAY = re.compile(r"(?:^|(?<=\s))(?:الاحد|الاثنين|الثلاثاء|الاربعاء|الخميس|الجمعه|السبت)(?=\s#date)")
_MOST_DATES = 3
#: A longer line is no line of dates.
LONGEST_DATED = 140
_MOST_HEADING = 6


def shape_of(line: str) -> str:
    """Return the shape by which lines are compared: folded words, runs of digits as ``#``, without other signs."""
    return " ".join(_SIGNS.sub(" ", _DIGITS.sub("#", fold_text(line))).split())


def dates_in(text: str) -> Iterator[Moment]:
    """Yield the dates of a short text in their order, with their places in it; three at the most."""
    at = 0
    for _ in range(_MOST_DATES):
        if len(text) > LONGEST_DATED or not _A_DIGIT.search(text, at):
            return
        moment = find_date(text[at:])
        if moment is None:
            return
        yield moment._replace(start=at + moment.start, end=at + moment.end)
        at += moment.end


def form_of(line: str) -> str:
    """Return a line's shape with ``#date`` for each of its dates, the day of the week before it included."""
    parts: list[str] = []
    at = 0
    for moment in dates_in(line):
        parts += (shape_of(line[at : moment.start]), _DATE_MARK)
        at = moment.end
    return " ".join(_WEEKDAY.sub("", "".join((*parts, shape_of(line[at:])))).split())


def site_of(url: str | None, source: str | None = None) -> str | None:
    """Return the host of an address without ``www.``, else the name of the source; None when neither is known."""
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        host = None
    return host.removeprefix("www.") if host else (source or "").strip() or None


class Label(NamedTuple):
    """Words that open lines of a site, as a shape, and what the value behind or below them is.

    ``share`` of the site's pages have it. The label of a bare date is empty; ``where`` says for which lines it holds,
    None for all.
    """

    label: str
    says: Says
    share: float = 1.0
    where: Where | None = None


class TitlePlace(NamedTuple):
    """Where a title stands on a ``share`` of a site's pages: ``lines`` below or above the first line that has one of
    some forms; that many lines from the top of the page without forms; or, in HTML, in the one heading of a level.
    """

    lines: int = 0
    below: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    heading: int | None = None
    share: float = 1.0


@dataclass(frozen=True)
class SiteProfile:
    """What a site repeats. ``furniture`` maps a line's shape to the share of pages that have it.

    ``examples`` are for the reader of the file alone: what stood at a place of titles, or behind a label.
    """

    site: str
    documents: int
    outlet: str | None
    furniture: Mapping[str, float]
    labels: tuple[Label, ...] = ()
    titles: tuple[TitlePlace, ...] = ()
    examples: Mapping[Label | TitlePlace, str] = field(default_factory=dict, compare=False)

    @cached_property
    def labelled(self) -> Mapping[str, tuple[Label, ...]]:
        """The labels by their shape."""
        found: dict[str, tuple[Label, ...]] = {}
        for each in self.labels:
            found[each.label] = (*found.get(each.label, ()), each)
        return found

    @property
    def heading(self) -> int | None:
        """The level of the heading that holds the title in the site's HTML."""
        return next((place.heading for place in self.titles if place.heading), None)

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing."""
        return not (self.furniture or self.labels or self.titles or self.outlet)


# Files ----------------------------------------------------------------------------------------------------------------

_HEAD = """\
# What {site} prints on its pages, as {documents} different stories show it. Parse weighs this beside what each page
# shows. Correct what is wrong and take out what is news; how: docs/how-to/learn-a-site.md
# `share` is the share of the pages that have it. What you write yourself needs none: it counts in full.
"""
_OUTLET = "# Who prints these pages. null: they do not say it, or do not agree."
_TITLES = """\
# Where the title stands: in the Nth line of a page; N lines below (or above) the first line that has one of these
# forms; in HTML, in the heading of a level. #date is a date, # a number."""
_LABELS = """\
# What stands behind a label, or on the line below it: published, updated, visit (the day of reading), source (who
# reported it), author, other (none of these). "" is a date without a label; where: above the title, in the head (title
# to end of text), below the text."""
_FURNITURE = "# Lines that are no news, as shapes: letters folded, each number as #."
_LONGEST_EXAMPLE = 70
# What no comment of a YAML file may hold, and what would turn it about.
_UNPRINTABLE = re.compile("[^\\w !-~\u00a1-\uffef]|[\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def dump_profile(profile: SiteProfile) -> str:
    """Return the profile as the YAML that :func:`parse_profile` reads, one line an entry, with comments for a person.

    An entry with an example shows it behind ``#``.
    """
    labels = ((each, _label_row(each)) for each in profile.labels)
    titles = ((each, _title_row(each)) for each in profile.titles)
    furniture = ((None, {"shape": shape, "share": share}) for shape, share in profile.furniture.items())
    parts = [
        _HEAD.format(site=_comment(profile.site), documents=profile.documents) + _plain(site=profile.site),
        _plain(documents=profile.documents),
        f"\n{_OUTLET}\n{_plain(outlet=profile.outlet)}",
        *_section("title", _TITLES, titles, profile.examples),
        *_section("labels", _LABELS, labels, profile.examples),
        *_section("furniture", _FURNITURE, furniture, profile.examples),
    ]
    return "\n".join(parts) + "\n"


def _plain(**values: Any) -> str:
    text: str = yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=10_000)
    return text.strip()


def _section(
    name: str,
    said: str,
    rows: Iterable[tuple[Label | TitlePlace | None, dict[str, Any]]],
    examples: Mapping[Label | TitlePlace, str],
) -> Iterator[str]:
    yield f"\n{said}"
    lines = []
    for entry, row in rows:
        flow = yaml.safe_dump(row, allow_unicode=True, default_flow_style=True, width=10_000, sort_keys=False).strip()
        example = examples.get(entry) if entry is not None else None
        lines.append(f"- {flow}" + (f"  # {_comment(example)}" if example else ""))
    yield f"{name}:" if lines else f"{name}: []"
    yield from lines


def _comment(text: str) -> str:
    text = " ".join(_UNPRINTABLE.sub(" ", text).split())
    return text if len(text) <= _LONGEST_EXAMPLE else f"{text[:_LONGEST_EXAMPLE].rstrip()} ..."


def _label_row(each: Label) -> dict[str, Any]:
    where = {} if each.where is None else {"where": each.where}
    return {"label": each.label, **where, "says": each.says, "share": each.share}


def _title_row(each: TitlePlace) -> dict[str, Any]:
    if each.heading is not None:
        return {"heading": each.heading, "share": each.share}
    if each.below or each.above:
        side = "below" if each.below else "above"
        return {"lines": each.lines, side: list(each.below or each.above), "share": each.share}
    return {"line": each.lines, "share": each.share}


class _Bad(ValueError):
    """What is wrong with a profile, without the file's name."""


_KEYS = ("site", "documents", "outlet", "title", "labels", "furniture")


def parse_profile(text: str, name: str) -> SiteProfile:
    """Return the profile that a YAML file holds; ``name`` is the file's, for the error.

    Raises:
        ValueError: when it is not a profile, with the file, the key or entry, what is wrong and what to do.
    """
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError as exc:
        raise ValueError(f"{name}: not YAML: {' '.join(str(exc).split())}") from exc
    try:
        return _profile(value)
    except _Bad as exc:
        raise ValueError(f"{name}: {exc} (docs/how-to/learn-a-site.md says what a profile holds)") from None


def _profile(value: Any) -> SiteProfile:
    if not isinstance(value, dict):
        raise _Bad("no profile of a site: write `site:`, and below it the other keys")
    _known(value, "", _KEYS)
    site, documents = value.get("site"), value.get("documents", 0)
    if not isinstance(site, str) or not site.strip():
        raise _Bad("site: missing: write the host of the pages' addresses without www., or the source of the records")
    if not isinstance(documents, int) or isinstance(documents, bool):
        raise _Bad(f"documents: {documents!r} is no number: write how many pages were read, or leave it out")
    outlet = value.get("outlet")
    if outlet is not None and (not isinstance(outlet, str) or not outlet.strip()):
        raise _Bad(f"outlet: {outlet!r} is no name: write the outlet's name in quotation marks, or null")
    return SiteProfile(
        site=site.strip(),
        documents=documents,
        outlet=outlet and outlet.strip(),
        furniture=dict(_entries(value, "furniture", _furniture)),
        labels=tuple(_entries(value, "labels", _label)),
        titles=tuple(_entries(value, "title", _title)),
    )


def _entries(value: dict[str, Any], key: str, read: Callable[[dict[str, Any], str], _Entry]) -> Iterator[_Entry]:
    rows = value.get(key)
    if rows is not None and not isinstance(rows, list):
        raise _Bad(f"{key}: no list: begin each entry with a dash, or write `{key}: []`")
    for number, row in enumerate(rows or (), 1):
        place = f"{key}, entry {number}"
        if not isinstance(row, dict):
            raise _Bad(f"{place}: {row!r} has no keys: write it as the entries that `rasid sites learn` writes")
        yield read(row, place)


def _known(row: dict[str, Any], place: str, keys: tuple[str, ...]) -> None:
    for key in row:
        if key not in keys:
            raise _Bad(f"{place}{': ' if place else ''}unknown key {key!r}: known are {', '.join(keys)}")


def _share(row: dict[str, Any], place: str) -> float:
    share = row.get("share", 1.0)
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 < share <= 1:
        raise _Bad(f"{place}: share {share!r}: write a number above 0 and up to 1, or leave it out")
    return float(share)


def _words(row: dict[str, Any], place: str, key: str) -> str:
    if not isinstance(row.get(key), str):
        raise _Bad(f"{place}: {key} {row.get(key)!r}: write the words, in quotation marks where YAML needs them")
    return str(row[key])


def _furniture(row: dict[str, Any], place: str) -> tuple[str, float]:
    _known(row, place, ("shape", "share"))
    shape = shape_of(_words(row, place, "shape"))
    if not shape:
        raise _Bad(f"{place}: the shape has no word: take the entry out")
    return shape, _share(row, place)


def _label(row: dict[str, Any], place: str) -> Label:
    _known(row, place, ("label", "where", "says", "share"))
    says, where = row.get("says"), row.get("where")
    if says == "date":  # what profiles called it before they told its kinds apart
        says = "published"
    if says not in _SAYS:
        raise _Bad(f"{place}: says {says!r}: choose one of {', '.join(_SAYS)}")
    if where is not None and where not in _WHERE:
        raise _Bad(f"{place}: where {where!r}: choose one of {', '.join(_WHERE)}, or leave it out")
    label = shape_of(_words(row, place, "label"))
    if not label and says not in (*DATES, "other"):
        raise _Bad(f"{place}: an empty label stands for a bare date, which says no {says}: write the label's words")
    return Label(label, says, _share(row, place), where)


def _title(row: dict[str, Any], place: str) -> TitlePlace:
    _known(row, place, ("line", "lines", "below", "above", "heading", "share"))
    share = _share(row, place)
    kinds = [key for key in ("line", "below", "above", "heading") if key in row]
    if len(kinds) != 1 or ("lines" in row) != (kinds[0] in ("below", "above")):
        raise _Bad(f"{place}: write `line: N`, or `lines: N` with either `below` or `above`, or `heading: N`")
    (kind,) = kinds
    if kind == "heading":
        return TitlePlace(heading=_count(row, place, kind, _MOST_HEADING), share=share)
    if kind == "line":
        return TitlePlace(_count(row, place, kind), share=share)
    forms = row[kind] if isinstance(row[kind], list) else [row[kind]]
    shapes = tuple(form_of(_words({kind: each}, place, kind)) for each in forms)
    if not shapes or not all(shapes):
        raise _Bad(f"{place}: {kind} has no word: write the line that the title stands {kind}, or a list of lines")
    lines = _count(row, place, "lines")
    return TitlePlace(lines, shapes, share=share) if kind == "below" else TitlePlace(lines, above=shapes, share=share)


def _count(row: dict[str, Any], place: str, key: str, most: int = 99) -> int:
    count = row[key]
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= most:
        raise _Bad(f"{place}: {key} {count!r}: write a number from 1 to {most}")
    return count


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
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as exc:
            raise ValueError(f"{path}: not UTF-8 (byte {exc.start}): save it as UTF-8") from exc
        profile = parse_profile(text, str(path))
        if profile.site in sites:
            raise ValueError(f"{path}: {profile.site} has a profile already: keep one of the two")
        sites[profile.site] = profile
        digest.update(text.encode())
    return Profiles(sites, digest.hexdigest() if sites else "")
