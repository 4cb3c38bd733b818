"""What a person should review: actors that many events name and the lexicon lacks, and known ones of low score."""

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
    """An actor that the lexicon lacks, or a known one whose score is low: how many events name it, what they say."""

    id: str
    known: bool
    events: int = 0
    types: Counter[str] = field(default_factory=Counter)
    countries: Counter[str | None] = field(default_factory=Counter)
    roles: Counter[str] = field(default_factory=Counter)
    surfaces: Counter[str] = field(default_factory=Counter)
    contexts: list[str] = field(default_factory=list)


def candidates(events: Iterable[Mapping[str, Any]], *, least: int = 2, below: float = 0.0) -> list[Candidate]:
    """Return what to review, the most frequent first.

    Args:
        events: Enriched events.
        least: Events that must name an actor.
        below: Known actors are reviewed too, in the events where their score (0 to 1) is lower than this.
    """
    found: dict[str, Candidate] = {}
    for event in events:
        for tag in event.get("actors", []):
            if tag["known"] and tag["score"] >= below:
                continue
            each = found.setdefault(tag["id"], Candidate(tag["id"], tag["known"]))
            each.events += 1
            each.types[tag["type"]] += 1
            each.countries[tag["country"]] += 1
            each.surfaces.update({mention["surface"] for mention in tag["mentions"]})
            if tag["role"]:
                each.roles[tag["role"]] += 1
            if len(each.contexts) < _CONTEXTS:
                each.contexts.append(_context(event, tag["mentions"][0]))
    kept = [each for each in found.values() if each.events >= least]
    return sorted(kept, key=lambda each: (-each.events, each.id))


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
            yield f"# {each.id} is in the lexicon, with a low score in {each.events}: {surfaces}"
            yield from (f"#   {context}" for context in each.contexts)
            continue
        # The longest of what stands most often: a surname alone is no entry's name.
        counts = each.surfaces
        name, *others = sorted(counts, key=lambda surface: (-len(surface.split()), -counts[surface], surface))
        spellings = [other for other in others if " " in other]
        short = [other for other in others if " " not in other]
        country = each.countries.most_common(1)[0][0]
        file = f"countries/{country}.yaml" if country else "international.yaml"
        yield f"# named in {each.events}; id now {each.id}; for {file}"
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
