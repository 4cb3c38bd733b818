"""The kinds of furniture and their wordings, read from ``furniture.txt``.

A section begins with ``[place kind split role weight]``; weight may be left out (1). Places: ``top`` above a title,
``between`` title and text, ``inside`` a text, ``below`` it, ``word`` for pools that code asks for by name. Splits:
``train``, ``held``, or ``both`` for values that say nothing about furniture. Each line of a section is one wording:

  ⏎          parts the rows of a wording
  ¶          a blank row
  role> row  gives a row another role than the section's
  *2-5 row   repeats a row two to five times, its slots filled anew
  ⇣          parts rows that are repeated together
  {slot}     a value, see :class:`values.Values`
  ␣          a space at the beginning or the end of a row
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.bench.page_maker.page import ROLES

_HEADER = re.compile(r"^\[(\w+) (\w+) (train|held|both) (\w+)(?: (\d+))?\]$")
_BEGINNING = re.compile(r"^\[[a-z]+ \w+ ")
_REPEATED = re.compile(r"^\*(\d+)-(\d+) ")
_ROLE = re.compile(r"^(\w+)> ?")
PLACES = frozenset({"top", "between", "inside", "below", "word"})


class RowForm(NamedTuple):
    """A row of a wording: its role, its text with slots (empty: a blank row), how often it stands, what follows it."""

    role: str
    text: str
    least: int = 1
    most: int = 1
    below: tuple[RowForm, ...] = ()


class Kind(NamedTuple):
    """A kind of furniture in one split: its weight among the kinds of its place and its wordings."""

    name: str
    weight: int
    wordings: tuple[tuple[RowForm, ...], ...]


def _row(text: str, role: str) -> RowForm:
    if text.strip() == "¶":
        return RowForm(role, "")
    times = (1, 1)
    if found := _REPEATED.match(text):
        times = (int(found[1]), int(found[2]))
        text = text[found.end() :]
    text, *others = text.split("⇣")
    below = tuple(_row(other, role) for other in others)
    if (found := _ROLE.match(text)) and found[1] in ROLES:
        role, text = found[1], text[found.end() :]
    return RowForm(role, text.replace("␣", " "), *times, below)


@cache
def kinds(place: str, split: str) -> tuple[Kind, ...]:
    """Return the kinds of a place in a split, those of ``both`` among them. Raises ValueError for a bad section."""
    sections: dict[str, tuple[int, list[tuple[RowForm, ...]]]] = {}
    name = role = ""
    wanted = False
    for number, line in enumerate((Path(__file__).parent / "furniture.txt").read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("; "):
            continue
        if _BEGINNING.match(line):
            found = _HEADER.match(line)
            if not found or found[1] not in PLACES or found[4] not in {*ROLES, "value"}:
                raise ValueError(f"furniture.txt, line {number}: {line}: not [place kind split role weight]")
            name, role = found[2], found[4]
            wanted = found[1] == place and (split == "all" or found[3] in {split, "both"})
            if wanted:
                sections.setdefault(name, (int(found[5] or 1), []))
        elif wanted:
            sections[name][1].append(tuple(_row(row, role) for row in line.split("⏎")))
    return tuple(Kind(name, weight, tuple(wordings)) for name, (weight, wordings) in sections.items())


@cache
def pool(name: str, split: str) -> tuple[tuple[RowForm, ...], ...]:
    """Return the wordings of a ``word`` kind. Raises KeyError for one that the split does not have."""
    return {kind.name: kind for kind in kinds("word", split)}[name].wordings
