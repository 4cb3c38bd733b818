"""What the labels of one site mean, learned from its pages: which dates, sources and authors stand behind which words.

Words are a label where a colon, a bar or a date parts them from what follows, or where what follows, on the line or
alone on the next, is the name of an outlet or a person. What a label means is told by its values over many pages.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from workers.lexicon.names import is_agency, is_outlet, is_person
from workers.pages.labels import Sort, source_name
from workers.pages.site_signs import Labelled, labelled_in
from workers.pages.sites import LEAST_PAGES, Label, shape_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from workers.pages.lines import Line
    from workers.pages.reader import Outline
    from workers.pages.sites import Says, Where

__all__ = ["LabelTally"]

# What is meant by a label: from these shares of its values on.
_NAMES_SHARE, _AGREED, _VARIED = 0.5, 0.6, 0.5
#: More bare dates on a page are those of a list.
_MOST_BARE_DATES = 2
#: Days of an archive that was fetched in one go: this few against the pages that state them.
_FEW_DAYS = 0.2
_LABEL_ALONE_WORDS = 3
_A_DIGIT = re.compile(r"\d")
_SOURCE_LABELS = re.compile(r"المصدر|مصدر|source|نقلا عن|وكالات")
_AUTHOR_LABELS = re.compile(r"كتب|بقلم|الكاتب|المحرر|تحرير|اعداد|مراسل|author|by")
_PUBLISHED_LABELS = re.compile(r"نشر|اضيف|اضافه|publi|posted")
_UPDATED_LABELS = re.compile(r"تحديث|تعديل|updated|modified")
#: What the closed lists take such a line for says that no source and no author stands in it.
_OF_OTHER_THINGS = frozenset({Sort.NOISE, Sort.TAGS, Sort.RELATED, Sort.LINK, Sort.SUMMARY, Sort.PROMPT, Sort.COMMENTS})

#: A label's shape; for bare dates, whose label is empty, where they stand.
_Key = tuple[str, "Where | None"]


class _Value(NamedTuple):
    """What stood behind a label on one page; ``day`` where it is a date, ``agrees`` which day of the record."""

    page: int
    text: str
    spelled: str
    day: str | None
    sort: Sort
    agrees: Says | None


class LabelTally:
    """Counts the labels of a site's pages and says what they mean."""

    def __init__(self) -> None:
        """Start with no page."""
        self._values: defaultdict[_Key, list[_Value]] = defaultdict(list)
        self.pages = 0
        #: Shapes of the lines that state a date.
        self.dated: set[str] = set()

    def add(self, outline: Outline, days: Mapping[Says, str | None]) -> None:
        """Count what stands behind each label of a page, once for each; ``days`` are those that the record states."""
        found: dict[_Key, _Value] = {}
        times: Counter[_Key] = Counter()
        for number, told in enumerate(_told_by(outline.lines)):
            for each in told:
                key: _Key = (each.label, None if each.label else _where(outline, number))
                times[key] += 1
                found.setdefault(key, self._value(each, outline.lines[number].sort, days))
            if any(each.moment for each in told):
                self.dated.add(shape_of(outline.lines[number].text))
        for key, value in found.items():
            if key[0] or times[key] <= _MOST_BARE_DATES:
                self._values[key].append(value)
        self.pages += 1

    def _value(self, told: Labelled, sort: Sort, days: Mapping[Says, str | None]) -> _Value:
        day = told.moment.iso[:10] if told.moment else None
        agrees = next((says for says, known in days.items() if day and day == known), None)
        return _Value(self.pages, told.value, told.spelled, day, sort, agrees)

    def labels(self, repeats: Callable[[int], bool]) -> Iterator[tuple[Label, str]]:
        """Yield the labels that ``repeats`` says are on enough pages, the most frequent first, each with an example.

        With one value alone the line is furniture as a whole.
        """
        kept = {
            key: values
            for key, values in self._values.items()
            if repeats(len(values)) and len({value.text for value in values}) > 1
        }
        days = _days_by_page(filter(_is_dated, kept.values()))
        by_pages = sorted(kept.items(), key=lambda each: (-len(each[1]), each[0][0], each[0][1] or ""))
        for (label, where), values in by_pages:
            says = _date_says(label, where, values, days) if _is_dated(values) else _words_say(label, values)
            # A headline of a list that opens with a name and a colon is no label: it says the same again and again.
            if says == "other" and len({value.text for value in values}) < _VARIED * len(values):
                continue
            shown = f"{values[-1].spelled} {values[-1].text}".strip()
            yield Label(label, says, round(len(values) / self.pages, 3), where), shown


def _told_by(lines: Sequence[Line]) -> Iterator[list[Labelled]]:
    """Yield for each line its labels, and what it says to a label alone on the line above."""
    above: Line | None = None
    for line in lines:
        found = [*labelled_in(line.text)]
        told = [each for each in found if each.sure or _is_name(each.value)]
        below = _told_below(above, line, found) if above else None
        yield [*told, below] if below else told
        above = line


def _told_below(above: Line, line: Line, found: Sequence[Labelled]) -> Labelled | None:
    """The value that a line is, for what may be its label on the line above: a bare date, or a name."""
    words = above.text.strip(" :：")
    if not 0 < len(words.split()) <= _LABEL_ALONE_WORDS or _A_DIGIT.search(words):
        return None
    label = shape_of(words)
    if found and found[0].moment is not None:
        return None if found[0].label else found[0]._replace(label=label, spelled=words)
    value = source_name(line.text)
    labelled = any(each.sure for each in found)
    return Labelled(label, words, value) if not labelled and _is_name(value) else None


def _is_name(value: str) -> bool:
    return is_agency(value) or is_outlet(value) or is_person(value)


def _where(outline: Outline, number: int) -> Where:
    if number > outline.last:
        return "below"
    return "above" if outline.title is not None and number < outline.title else "head"


# What they say ------------------------------------------------------------------------------------------------------


def _is_dated(values: Sequence[_Value]) -> bool:
    return sum(value.day is not None for value in values) >= _AGREED * len(values)


def _days_by_page(dated: Iterable[Sequence[_Value]]) -> dict[int, set[str]]:
    """The days that labels state, by page."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    for values in dated:
        for value in values:
            if value.day:
                found[value.page].add(value.day)
    return found


def _date_says(label: str, where: Where | None, values: Sequence[_Value], days: Mapping[int, set[str]]) -> Says:
    """Whether a label's dates are those of publishing, of a change or of the visit.

    By what the records say of their days, where they do; else by its words; else by the other dates of each page.
    """
    agreed = Counter(value.agrees for value in values if value.agrees).most_common(1)
    if agreed and agreed[0][1] >= _AGREED * len(values):
        return agreed[0][0]
    if _UPDATED_LABELS.search(label):
        return "updated"
    if _PUBLISHED_LABELS.search(label):
        return "published"
    return _by_order(label, where, values, days)


def _by_order(label: str, where: Where | None, values: Sequence[_Value], days: Mapping[int, set[str]]) -> Says:
    """What dates are by their order: a page is published before it is changed and visited.

    Days that hardly differ over the archive are those of its fetching.
    """
    if len(values) >= 2 * LEAST_PAGES and len({value.day for value in values}) <= _FEW_DAYS * len(values):
        return "visit"
    beside = [value for value in values if value.day and len(days[value.page]) > 1]
    first = sum(value.day == min(days[value.page]) for value in beside)
    if len(beside) < LEAST_PAGES or first >= _AGREED * len(beside):
        return "published"
    return "visit" if where == "above" or not label else "updated"


def _words_say(label: str, values: Sequence[_Value]) -> Says:
    """What a label says whose values are words: by what the closed lists take its lines for, its words, its values."""
    most = Counter(value.sort for value in values).most_common(1)[0][0]
    if most in _OF_OTHER_THINGS:
        return "other"
    names = [source_name(value.text) for value in values]
    if most is Sort.BYLINE:
        return "author"
    if _SOURCE_LABELS.search(label) or _mostly(names, lambda name: is_agency(name) or is_outlet(name)):
        return "source"
    return "author" if _AUTHOR_LABELS.search(label) or _mostly(names, is_person) else "other"


def _mostly(names: Sequence[str], is_one: Callable[[str], bool]) -> bool:
    return sum(map(is_one, names)) >= _NAMES_SHARE * len(names)
