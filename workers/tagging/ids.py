"""Ids of actors that the lexicon lacks: derived from the name, so that a name has one id in all articles."""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

from workers.tagging.affiliation import without_article
from workers.tagging.spellings import spelling_key

if TYPE_CHECKING:
    from workers.lexicon.model import Words

__all__ = ["derived_id", "earlier_id", "is_widespread"]

_SIGNS = re.compile(r"[^\w ]|_")
#: A word of names that is frequent in so many of the 25 countries of the index tells nobody apart.
_EVERYWHERE = 7


@lru_cache(maxsize=1 << 14)
def derived_id(name: str, kind: str, country: str | None, words: Words) -> str:
    """Return the id of an actor from its folded name and its type.

    Quotation marks, a first article and spellings that are one by rule (workers/tagging/spellings.py) change no id.
    ``country`` is given for a name that bodies of several countries (المنتخب الوطني) or many people bear, and None for
    all others.
    """
    bare = " ".join(_SIGNS.sub(" ", name).split())
    return _hashed("\0".join((kind, country or "", spelling_key(without_article(bare), words))))


def is_widespread(name: str, words: Words) -> bool:
    """Whether a folded name is one of two words that are borne everywhere: محمد علي is somebody in each country."""
    parts = name.replace("عبد ال", "عبدال").split(" ")
    return len(parts) == 2 and all(len(words.bearers.get(part, "").split()) >= _EVERYWHERE for part in parts)


def earlier_id(name: str) -> str:
    """Return the id that contract 1.0 gave to an actor of this folded name: consumers may still hold it."""
    return _hashed(without_article(name))


def _hashed(text: str) -> str:
    return f"x-{blake2b(text.encode('utf-8', 'surrogatepass'), digest_size=8).hexdigest()}"
