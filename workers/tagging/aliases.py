"""The other ids of an actor of the lexicon, under which events named it before: who stored one can follow it.

There are three kinds. Ids of entries and bodies that are one with the actor now, declared in the source (``merged``,
``bodies``). Ids that events derive from the name of an actor that the lexicon lacks: of each full name of the entry, by
the same function, without a country and with the actor's own. And the ids that contract 1.0 derived from these names.

Of organisations only names that begin with a head (شركة, لجنة) have such ids: no other one is tagged unless a list has
it. Names that others bear too have none. Not covered: an id that came of a spelling that the entry does not have, of a
surname alone, or of a name with another country; and of contract 1.0 those of names with quotation marks. Two names
that are one by the rules of spelling share an id, which is then an alias of both (opec, opec-plus).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from workers.lexicon.forms import ARTICLE
from workers.tagging.ids import derived_id, earlier_id, is_widespread

if TYPE_CHECKING:
    from workers.lexicon import Lexicon

__all__ = ["aliases_of"]


@lru_cache(maxsize=1 << 13)
def aliases_of(identity: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the other ids of an actor of a lexicon, overlays included, in order; none for a body."""
    actor = lexicon.actors.get(identity)
    if actor is None:
        return ()
    found = set(actor.merged)
    if actor.country:
        found.update(f"{actor.country.lower()}-{key}" for key in actor.bodies)
    for form in lexicon.full_forms(identity):
        if not form.common:
            found |= _derived(form.text, identity, lexicon)
    # us-senate is the senate's own id and the entry's.
    return tuple(sorted(found - {identity}))


def _derived(name: str, identity: str, lexicon: Lexicon) -> set[str]:
    """The ids that events gave to an actor by one of its folded names before the lexicon had it."""
    actor, words = lexicon.actors[identity], lexicon.words
    if actor.type == "person":
        own = actor.country if is_widespread(name, words) else None
        return {derived_id(name, "person", country, words) for country in {None, own}} | {earlier_id(name)}
    kind = words.heads.get(name.partition(" ")[0].removeprefix(ARTICLE))
    if kind is None:
        return set()
    return {derived_id(name, kind, country, words) for country in {None, actor.country}} | {earlier_id(name)}
