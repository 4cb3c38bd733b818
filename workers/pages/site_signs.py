"""What the profile of a page's site says of the page's lines: evidence for roles, title, dates, sources and authors.

A page without a profile has no signs, and is read by what it shows alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from workers.lexicon.names import is_agency, is_outlet, is_person
from workers.pages.labels import Sort, source_name
from workers.pages.roles import NOTHING, PRINTED, TITLE_PLACE, Known
from workers.pages.sites import DATES, LONGEST_DATED, dates_in, form_of, shape_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from workers.pages.evidence import Looks
    from workers.pages.lines import Line
    from workers.pages.sites import Label, Says, SiteProfile, TitlePlace, Where
    from workers.text.dates import Moment

__all__ = ["NO_SIGNS", "Labelled", "Signs", "Stated", "is_field", "labelled_in", "read_signs"]

# So many headlines in a row may be new in a list that a site is known to print.
_LISTED_LINES = 4
_LABEL_MOST_WORDS = 4
_VALUE_MOST_WORDS = 8
_NAME_MOST_WORDS = 4
_LONGEST_VALUE = 60
_COLON_LABEL = re.compile(r"^(?P<label>[^:：\d]{2,40}?)\s?[:：]\s?(?P<value>\S.{0,120})$")
_WORD = re.compile(r"\S+")
_WEEKDAY = re.compile(r"\b(?:الاحد|الاثنين|الثلاثاء|الاربعاء|الخميس|الجمعه|السبت|يوم)\b|#")


class Labelled(NamedTuple):
    """A value in a line and the words before it: the label's shape and spelling, the value, the date that it is.

    ``sure`` says that a colon or a date parts the two; else any first words of the line may be the label.
    """

    label: str
    spelled: str
    value: str
    moment: Moment | None = None
    sure: bool = True


def labelled_in(text: str) -> Iterator[Labelled]:
    """Yield what may be a label in a line, with its value; the label of a bare date is empty."""
    at = 0
    for moment in dates_in(text):
        before = text[at : moment.start]
        label = " ".join(_WEEKDAY.sub(" ", shape_of(before)).split())
        at = moment.end
        if len(label.split()) <= _LABEL_MOST_WORDS:
            yield Labelled(label, " ".join(before.split()).strip(" :：|/-–،,"), moment.raw, moment)
    if at or len(text) > LONGEST_DATED:
        return
    if found := _COLON_LABEL.match(text):
        if len(found["label"].split()) <= _LABEL_MOST_WORDS:
            yield Labelled(shape_of(found["label"]), found["label"].strip(), found["value"])
        return
    words = [*_WORD.finditer(text)][: _VALUE_MOST_WORDS + 1]
    if len(words) <= _VALUE_MOST_WORDS:
        for last in words[: min(len(words) - 1, _LABEL_MOST_WORDS - 1)]:
            spelled, value = text[: last.end()], source_name(text[last.end() :])
            if value and (label := shape_of(spelled)):
                yield Labelled(label, spelled, value, sure=False)


class Stated(NamedTuple):
    """What a label of the site says in a line: a date, or words."""

    says: Says
    value: str
    moment: Moment | None
    label: Label


@dataclass(frozen=True, slots=True)
class Signs:
    """What a site's profile says of a page, by the numbers of its lines.

    ``printed`` are lines that the site prints on many pages; ``titles`` where titles stand, with the share of pages for
    which that holds; ``stated`` what labels say.
    """

    site: SiteProfile | None = None
    printed: frozenset[int] = frozenset()
    titles: Mapping[int, float] = field(default_factory=dict)
    stated: Mapping[int, tuple[Stated, ...]] = field(default_factory=dict)

    @property
    def outlet(self) -> str | None:
        """Who prints the site's pages."""
        return self.site.outlet if self.site else None

    def labelled(self, number: int, place: Where | None = None) -> Iterator[Stated]:
        """Yield what labels say in a line; what holds for one place alone counts there, or where no place is given."""
        for each in self.stated.get(number, ()):
            if place is None or each.label.where in (None, place):
                yield each

    def values(self, number: int, says: Says) -> Iterator[str]:
        """Yield what stands behind labels of one kind in a line."""
        return (each.value for each in self.stated.get(number, ()) if each.says == says)

    def is_no(self, number: int) -> bool:
        """Whether the profile says that what stands in a line is none of what labels lead to."""
        return any(each.says == "other" for each in self.stated.get(number, ()))

    def known(self, lines: Sequence[int] | None = None) -> Known:
        """Return what the profile says for the roles of the page's lines, or of some, which then count from 0."""
        if self.site is None:
            return NOTHING
        fields = [*_fields(self.stated)]
        if lines is None:
            return Known(sorted(self.printed), fields, self.titles)
        places = {number: place for place, number in enumerate(lines)}
        printed, fields = (
            [places[number] for number in sorted(numbers) if number in places] for numbers in (self.printed, fields)
        )
        return Known(printed, fields)

    def reasons(self, number: int, line: Line) -> Iterator[tuple[str, float]]:
        """Yield what the profile says of a line, in words, and what that weighs."""
        if self.site is None:
            return
        if number in self.printed:
            share = self.site.furniture.get(shape_of(line.text))
            said = "in a list" if share is None else f"printed on {share:.0%} of the pages"
            yield f"{said} of {self.site.site}", PRINTED
        if number in self.titles:
            yield f"where titles of {self.site.site} stand", TITLE_PLACE * self.titles[number]
        for each in self.stated.get(number, ()):
            yield f"label of {self.site.site}: {each.says}", PRINTED if number in _fields(self.stated) else 0.0


NO_SIGNS = Signs()
"""Those of a page whose site has no profile."""


def _fields(stated: Mapping[int, Sequence[Stated]]) -> Iterator[int]:
    """The lines in which a label says something; a bare date says too little."""
    for number, found in stated.items():
        if any(each.says != "other" and each.label.label for each in found):
            yield number


def read_signs(lines: Sequence[Line], looks: Sequence[Looks], site: SiteProfile | None, *, titled: bool) -> Signs:
    """Return what a profile says of a page; with ``titled`` the first line is a title that the document gave apart."""
    if site is None:
        return NO_SIGNS
    first = int(titled)
    stated = _stated(lines, looks, site, first) if site.labels else {}
    known = {number for number in range(first, len(lines)) if shape_of(lines[number].text) in site.furniture}
    titles = {} if titled else _titles(lines, looks, site, known.union(_fields(stated)))
    printed = known | _listed(looks, known, {*titles, *stated}, titled=titled) if known else known
    return Signs(site, frozenset(printed), titles, stated)


def _listed(looks: Sequence[Looks], known: set[int], kept: set[int], *, titled: bool) -> set[int]:
    """Short lines in one list with lines that the site is known to print.

    A list of related headlines changes from day to day: most of them are in the profile, some are not. Between a menu
    and a row of buttons stands the title, so that the known lines must read like headlines too; where a title was given
    apart, any will do. ``kept`` lines are none of a list.
    """
    found: set[int] = set()
    for run in _runs(number for number in range(int(titled), len(looks)) if number not in known):
        beside = [number in known and (titled or looks[number].headline) for number in (run[0] - 1, run[-1] + 1)]
        if (any if titled else all)(beside) and kept.isdisjoint(run) and _is_list(looks[run[0] : run[-1] + 1]):
            found.update(run)
    return found


def _is_list(looks: Sequence[Looks]) -> bool:
    return len(looks) <= _LISTED_LINES and not any(each.paragraph or each.final == "stop" for each in looks)


def _runs(numbers: Iterable[int]) -> list[list[int]]:
    """Group ascending numbers into runs without a gap."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


# Labels -------------------------------------------------------------------------------------------------------------


def _stated(
    lines: Sequence[Line], looks: Sequence[Looks], site: SiteProfile, first: int
) -> dict[int, tuple[Stated, ...]]:
    """What the site's labels say, by line. A label alone on its line speaks of the line below."""
    found: dict[int, tuple[Stated, ...]] = {}
    above: tuple[Label, ...] = ()
    for number in range(first, len(lines)):
        line = lines[number]
        stated = [*_said_by(line.text, site)] if _may_state(looks[number]) else []
        if above and not any(each.label.label for each in stated) and (value := _value_below(line)):
            moment = next(dates_in(line.text), None)
            stated = [Stated(each.says, value, moment, each) for each in above if (each.says in DATES) == bool(moment)]
        if stated:
            found[number] = tuple(stated)
        above = () if stated else site.labelled.get(shape_of(line.text), ()) if len(line.text) <= _LONGEST_VALUE else ()
    return found


def _may_state(looks: Looks) -> bool:
    return len(looks.text) <= LONGEST_DATED and not looks.paragraph


def is_field(text: str, site: SiteProfile, where: Where | None) -> bool:
    """Whether a label of the site opens a text of one line, and what stands behind it is a field.

    A bare date is one ``where`` the profile says that dates of publishing stand; nowhere if that is None.
    """
    return any(
        each.says != "other"
        if each.label.label
        else where and each.says == "published" and each.label.where in (None, where)
        for each in _said_by(text, site)
    )


def _said_by(text: str, site: SiteProfile) -> Iterator[Stated]:
    for each in labelled_in(text):
        for label in site.labelled.get(each.label, ()):
            if label.says == "other" or (label.says in DATES) == (each.moment is not None):
                value = each.value if each.moment else source_name(each.value)
                if value and len(value) <= _LONGEST_VALUE and (each.sure or _is_value(each)):
                    yield Stated(label.says, value, each.moment, label)


def _is_value(labelled: Labelled) -> bool:
    """Whether words behind a label without a sign are its value: few words, behind one word alone two, or a name."""
    words = len(labelled.value.split())
    if words <= (_NAME_MOST_WORDS if " " in labelled.label else 2):
        return True
    return is_outlet(labelled.value) or is_agency(labelled.value) or is_person(labelled.value)


def _value_below(line: Line) -> str:
    if line.date is not None:
        return line.text
    value = source_name(line.text.lstrip("•* "))
    return value if len(value) <= _LONGEST_VALUE and len(value.split()) <= _NAME_MOST_WORDS else ""


# Titles -------------------------------------------------------------------------------------------------------------


def _titles(lines: Sequence[Line], looks: Sequence[Looks], site: SiteProfile, taken: set[int]) -> dict[int, float]:
    """Where the profile has a title stand, if what stands there may be one; places that agree add up, to 1."""
    places = [place for place in site.titles if place.heading is None]
    if not places:
        return {}
    forms = [form_of(line.text) for line in lines]
    found: dict[int, float] = {}
    for place in places:
        number = _place_of(place, forms)
        if number in range(len(lines)) and number not in taken and _may_title(looks[number]):
            found[number] = min(found.get(number, 0.0) + place.share, 1.0)
    return found


def _place_of(place: TitlePlace, forms: Sequence[str]) -> int:
    """The number of the line that a place means on a page, -1 where the page has no line that it counts from."""
    known = place.below or place.above
    if not known:
        return place.lines - 1
    anchor = next((number for number, form in enumerate(forms) if form in known), None)
    return -1 if anchor is None else anchor + (place.lines if place.below else -place.lines)


def _may_title(looks: Looks) -> bool:
    return not looks.paragraph and looks.sort is Sort.TEXT
