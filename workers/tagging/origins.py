"""Whose a person is whom nothing beside the name tells: the one country that the article is about and the name fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.tagging.looks import BEGINNINGS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workers.lexicon.model import Words

__all__ = ["fits", "is_kindred", "likely_country"]

#: The share of an article's mentions from which it is about a country; and from which that is one country's article.
_SHARE, _LEADING = 0.25, 0.5
#: And from which hardly anybody else is spoken of.
_ALONE = 0.7
#: A word of names that is frequent in no more countries than these speaks against all others.
_NARROW = 3


def likely_country(name: str, shares: Mapping[str, float], words: Words) -> str | None:
    """Return the country among those that the article is about which a folded name fits, if it fits just one;
    ``shares`` are those of the countries in all their mentions.
    """
    about = {code: share for code, share in shares.items() if share >= _SHARE}
    found = [code for code, share in about.items() if fits(name, code, words, is_leading=share > _LEADING)]
    if not found:
        found = [code for code, share in about.items() if share > _ALONE and is_kindred(name, code, words)]
    return found[0] if len(found) == 1 else None


def fits(name: str, code: str, words: Words, *, is_leading: bool) -> bool:
    """Tell whether a folded name may be of a country: where the index of names has people of it, by how often its words
    are borne there; elsewhere by a surname that the index lacks. Of the leading country a name of widespread words is
    enough.
    """
    parts = name.replace("عبد ال", "عبدال").split(" ")
    if code not in words.indexed:
        last = parts[-1]
        return last not in words.bearers and not last.startswith("ال") and BEGINNINGS.isdisjoint(parts)
    borne = [set(words.bearers[part].split()) for part in parts if words.bearers.get(part)]
    told = sum(code in codes for codes in borne)
    if told and 2 * told >= len(borne):
        return True
    return is_leading and 1 < len(parts) == len(borne) and not _is_against(code, borne)


def is_kindred(name: str, code: str, words: Words) -> bool:
    """Tell whether a folded name of two words or more, which no list ties to this country, is of those countries that
    share most names with it: its first word is borne in several of them, and no other word only elsewhere.
    """
    parts = name.replace("عبد ال", "عبدال").split(" ")
    if len(parts) == 1 or code not in words.kindred:
        return False
    borne = [words.kindred.intersection(words.bearers[part].split()) for part in parts if part in words.bearers]
    return parts[0] in words.bearers and len(borne[0]) > _NARROW and all(borne)


def _is_against(code: str, borne: Sequence[set[str]]) -> bool:
    """Whether a word of a name is frequent in a few other countries alone."""
    return any(code not in codes and len(codes) <= _NARROW for codes in borne)
