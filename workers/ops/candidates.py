"""What a person should review: actors that many events name and the lexicon lacks, and known ones of doubtful tags."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["Candidate", "as_yaml", "candidates"]

_CONTEXTS = 3
_AROUND = 40
_SPACES = re.compile(r"\s+")


@dataclass
class Candidate:
    """An actor that the lexicon lacks, or a known one whose tags are doubtful: how many events name it, what they say.

    ``right`` is how many of its tags are right by their confidence, the sum of it.
    """

    id: str
    known: bool
    events: int = 0
    right: float = 0.0
    types: Counter[str] = field(default_factory=Counter)
    countries: Counter[str | None] = field(default_factory=Counter)
    roles: Counter[str] = field(default_factory=Counter)
    surfaces: Counter[str] = field(default_factory=Counter)
    contexts: list[str] = field(default_factory=list)


def candidates(
    events: Iterable[Mapping[str, Any]], *, least: int = 2, below: float = 0.0, sure: float = 0.0
) -> list[Candidate]:
    """Return what to review: first what most events name rightly, by the confidence of their tags.

    Args:
        events: Enriched events.
        least: Events that must name an actor.
        below: Known actors are reviewed too, in the events where their confidence (0 to 1) is lower than this.
        sure: The mean confidence (0 to 1) that an actor whom the lexicon lacks must have.

    A tag of before contract 1.1, which has no confidence, counts as right.
    """
    found: dict[str, Candidate] = {}
    for event in events:
        for tag in event.get("actors", []):
            confidence = 1.0 if tag.get("confidence") is None else tag["confidence"]
            if tag["known"] and confidence >= below:
                continue
            each = found.setdefault(tag["id"], Candidate(tag["id"], tag["known"]))
            each.events += 1
            each.right += confidence
            each.types[tag["type"]] += 1
            each.countries[tag["country"]] += 1
            each.surfaces.update({mention["surface"] for mention in tag["mentions"]})
            if tag["role"]:
                each.roles[tag["role"]] += 1
            if len(each.contexts) < _CONTEXTS:
                each.contexts.append(_context(event, tag["mentions"][0]))
    kept = [
        each for each in found.values() if each.events >= least and (each.known or each.right >= sure * each.events)
    ]
    return sorted(kept, key=lambda each: (-each.right, each.id))


def _context(event: Mapping[str, Any], mention: Mapping[str, Any]) -> str:
    text = event[mention["field"]] or ""
    around = text[max(0, mention["start"] - _AROUND) : mention["end"] + _AROUND]
    return _SPACES.sub(" ", around).strip()


def as_yaml(found: Iterable[Candidate]) -> Iterator[str]:
    """Yield an entry of the lexicon for each candidate, with its file, and what a person must fill in marked TODO.

    A known actor has its entry: it is shown as a comment, to be looked at there.
    """
    for each in found:
        if each.known:
            surfaces = ", ".join(sorted(each.surfaces))
            yield f"# {each.id} is in the lexicon, with doubtful tags in {each.events}: {surfaces}"
            yield from (f"#   {context}" for context in each.contexts)
            continue
        # The longest of what stands most often: a surname alone is no entry's name.
        counts = each.surfaces
        name, *others = sorted(counts, key=lambda surface: (-len(surface.split()), -counts[surface], surface))
        spellings = [other for other in others if " " in other]
        short = [other for other in others if " " not in other]
        country = each.countries.most_common(1)[0][0]
        file = f"countries/{country}.yaml" if country else "international.yaml"
        sure = f"confidence {each.right / each.events:.2f}"
        yield f"# named in {each.events}, {sure}; id now {each.id}; for {file}"
        for context in each.contexts:
            yield f"#   {context}"
        yield "- id: TODO-slug"
        yield f"  type: {each.types.most_common(1)[0][0]}"
        yield f"  name: {_quoted(name)}"
        yield "  name_en: TODO"
        if each.roles:
            yield f"  role: {_quoted(each.roles.most_common(1)[0][0])}"
        for key, forms in (("spellings", spellings), ("short", short)):
            if forms:
                yield f"  {key}: [{', '.join(map(_quoted, forms))}]"
        yield "  source: TODO"
        yield "  checked: TODO-date"


def _quoted(text: str) -> str:
    """A YAML scalar: plain where that is safe, else in JSON's quotes, which YAML reads too."""
    text = _SPACES.sub(" ", text)
    return text if re.fullmatch(r"[\w ]+", text) else json.dumps(text, ensure_ascii=False)
