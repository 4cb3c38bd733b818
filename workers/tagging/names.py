"""The grammar of people's names: where one begins and ends, and what leads to one.

Two words in a row make a name when the first is a given name and the second can be a surname (كيليان مبابي), or when a
title, a verb of saying, a nisba or an age stands beside words that look like names (وقال بيتر كار). What a word by
itself may be is for workers.tagging.looks to say.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from workers.tagging.looks import (
    BEGINNINGS,
    CLITIC_ARTICLE,
    CLITICS,
    Kind,
    is_clear,
    is_nisba_of_none,
    looks_foreign,
    may_be_name,
    name_kind,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workers.lexicon.model import Words
    from workers.tagging.looks import Look
    from workers.tagging.tokens import Openings, Tokens
    from workers.tagging.view import View

__all__ = ["APPOSITION", "Name", "joined_name", "lone_surname", "name_at", "name_from"]

#: What speaks for a name at a place: nothing, a post behind it, a word that leads to one, a title.
Lead = Literal["none", "apposed", "led", "title"]

_LONGEST = 8
_JOINS = frozenset((" ", "-", "‑", "_", "'", "’"))
# (34 عاما), (ستون عاما): people's ages stand behind their names.
_AGE = re.compile(r" ?\((?:[^()]{0,14} )?(?:عاما|سنه|عام)\)|، ?\d+ (?:عاما|سنه)")
APPOSITION = re.compile(
    r"(?:،| ) ?(?:رييسه?|مديره?|المتحدثه?|الناطقه?|عضوه?|وزيره?|الباحثه?|الخبيره?|المحلله?|استاذه?|احد|احدي|وهو|وهي|"
    r"الذي|التي|المسووله?|المديره?|مسووله?|مهاجم|حارس|مدافع|لاعب)\b"
)
"""What stands behind a name whose bearer's post or deeds follow in apposition, in folded text."""
# عبد السلام is one name of two words.
_SERVANT = frozenset(("عبد",))
# Behind these a word is half a name: عز الدين, جار الله, سيف الإسلام.
_HALVES = frozenset(("الدين", "الله", "الاسلام", "الباري", "الزمان"))
# آل, the house of: هند بنت حمد آل ثاني.
_HOUSE = "ال"
# بني, the sons of, which is a verb too: behind two names it is none.
_SONS = "بني"
# Particles of foreign names that are Arabic words as well: no, if, then.
_FEEBLE = frozenset(("لا", "لو", "ال", "فان"))


class Name(NamedTuple):
    """A stretch of plain text that may name a person, and the token behind it."""

    start: int
    end: int
    after: int


def name_at(view: View, tokens: Tokens, at: int, words: Words, lead: Lead) -> Name | None:
    """The name that begins with this token, if one does; ``lead`` is what stands before it."""
    is_named = lead == "title" and _is_beside_name(tokens, at, words)
    if not is_named and _is_on(view, tokens, at, words):
        return None
    # إمدادا, 14 بندا: an adverb or an object.
    if view.ends_in_tanwin(tokens.starts[at], tokens.ends[at]):
        return None
    look = tokens.look(at)
    kinds = _collect(view, tokens, at, look.first, words)
    if len(kinds) - kinds.count("particle") < 2 and kinds[:1] != ["particle"]:
        return None
    after = at + len(kinds)
    end = tokens.ends[after - 1]
    if lead == "none":
        lead = "led" if _AGE.match(view.clean, end) else "apposed" if APPOSITION.match(view.clean, end) else "none"
    if not _is_name(kinds, tokens.words[at:after], words, lead):
        return None
    return Name(tokens.starts[at] + look.clitic, end, after)


def name_from(view: View, tokens: Tokens, openings: Openings, at: int, words: Words) -> Name | None:
    """The name that begins with this token, one of ``openings.names``, where no title leads to it; or None."""
    if not _may_begin_here(tokens, at, words) or _is_in_a_name(tokens, at):
        return None
    look = tokens.look(at)
    found = name_at(view, tokens, at, words, "led" if openings.is_led(at) and not look.clitic else "none")
    if found is not None and tokens.words[at] == "بن" and _is_fathers(tokens, at):
        return Name(tokens.starts[at - 1], found.end, found.after)
    if found is None and _is_enough(tokens, openings, at, words) and not _is_on(view, tokens, at, words):
        return Name(tokens.starts[at] + look.clitic, tokens.ends[at], at + 1)
    return found


def lone_surname(tokens: Tokens, at: int, words: Words) -> Name | None:
    """The surname alone that this token is: of the one who said something (وقال شارون إن); or None."""
    if tokens.before(at) not in words.saying or not is_clear(tokens.words[at], words):
        return None
    return Name(tokens.starts[at], tokens.ends[at], at + 1) if tokens.is_last(at, words) else None


def _may_begin_here(tokens: Tokens, at: int, words: Words) -> bool:
    """Whether no street or prize is named so, and half a name has its other half behind it."""
    before = tokens.before(at)
    if before in words.houses or before[1:] in words.houses or tokens.words[at] in words.houses:
        return False
    is_given = tokens.look(at).first in ("given", "doubtful")
    return is_given or tokens.words[at] not in words.halves or tokens.word_behind(at) in _HALVES


def _is_in_a_name(tokens: Tokens, at: int) -> bool:
    """Whether بن stands behind a given name, with which a name would begin: طريق طارق بن زياد has none."""
    return tokens.words[at] == "بن" and at > 0 and tokens.gap(at) == " " and tokens.look(at - 1).first == "given"


def _is_fathers(tokens: Tokens, at: int) -> bool:
    """Whether a name stands before this بن that no list has: عاطي بن عطية; not a common noun, the era of Ben Ali."""
    return at > 0 and tokens.gap(at) == " " and tokens.look(at - 1).kind in ("unknown", "family")


def _is_on(view: View, tokens: Tokens, at: int, words: Words) -> bool:
    """Whether the word is على, on, rather than the name علي: by its last letter; papers that write every ى as ي mean
    the name only beside another given name.
    """
    word = tokens.words[at]
    clitic = len(word) - 3
    if not word.endswith("علي") or (clitic and (clitic > 1 or word[0] not in CLITICS)):
        return False
    if view.is_preposition(tokens.starts[at] + clitic, tokens.ends[at]):
        return True
    beside = (tokens.before(at), tokens.word_behind(at))
    return view.has_only_ya and not any(word in words.given and word not in words.doubtful for word in beside)


def _is_beside_name(tokens: Tokens, at: int, words: Words) -> bool:
    """Whether a name goes on behind this word: on papers that write على for the name, الرئيس على عبد الله صالح."""
    behind = tokens.word_behind(at)
    return behind in words.given or behind in BEGINNINGS or tokens.words[at] in BEGINNINGS


def _is_enough(tokens: Tokens, openings: Openings, at: int, words: Words) -> bool:
    """Whether one word names a person here: a given name behind a relative, a surname behind a player's part."""
    if not at or tokens.gap(at) not in (" ", "، "):
        return False
    kind, before = tokens.look(at).first, tokens.words[at - 1]
    if kind == "given":
        is_named = before in words.namings and tokens.gap(at) == " "
        return is_named or before in words.relatives or (before[0] in "ول" and before[1:] in words.relatives)
    if kind not in ("unknown", "family"):
        return False
    return _is_player_of_a_nation(tokens, openings, at, words) or _is_player(tokens, at, words)


def _is_player_of_a_nation(tokens: Tokens, openings: Openings, at: int, words: Words) -> bool:
    """Whether a clear surname stands behind somebody's nisba: عقد البرازيلي نيمار; but الدوري الإيطالي is a league."""
    if not openings.is_introduced(at) or tokens.words[at][0] == "و" or not is_clear(tokens.words[at], words):
        return False
    noun = tokens.words[at - 2] if at > 1 and tokens.gap(at - 1) == " " else ""
    return not noun.startswith(("ال", *CLITIC_ARTICLE))


def _is_player(tokens: Tokens, at: int, words: Words) -> bool:
    """Whether a player's part stands before a foreign word, with or without a nisba between (الحكم الأرجنتيني)."""
    before = tokens.words[at - 1]
    if before.startswith("ال") and at > 1 and before.endswith("ي") and before not in words.players:
        before = tokens.words[at - 2]
    return before in words.players and looks_foreign(tokens.words[at], words)


def _collect(view: View, tokens: Tokens, at: int, first: Kind, words: Words) -> list[Kind]:
    """The kinds of the words that a name may have from here on; it ends before a particle."""
    kinds = [first]
    for end in range(at + 1, min(len(tokens.words), at + _LONGEST)):
        if tokens.gap(end) not in _JOINS or _is_on(view, tokens, end, words):
            break
        word = tokens.words[end]
        kind = _kind_after(tokens.words[end - 1], word, tokens.look(end), kinds, words)
        if kind is None or view.ends_in_tanwin(tokens.starts[end], tokens.ends[end]):
            break
        if word in _HALVES and kinds[-1] in ("doubtful", "common", "stop", "unknown", "family"):
            kinds[-1] = "given"
        if tokens.words[end - 1] in _SERVANT and kind == "given":
            kinds[-1] = "particle"
        kinds.append(kind)
    while kinds and kinds[-1] == "particle":
        kinds.pop()
    return kinds


def _kind_after(last: str, word: str, look: Look, kinds: Sequence[Kind], words: Words) -> Kind | None:
    """What a word is behind these of a name: عبد الرحمن is one given name, wherever it stands (أبو عبد الرحمن)."""
    if last in _SERVANT and word.startswith("ال"):
        return "given"
    # آل ثاني, بني عودة: behind the word for a house any word is its name.
    if (last == _HOUSE and len(kinds) > 1) or (last == _SONS and len(kinds) > 2):
        return "surname"
    return _next_kind(last, word, look, kinds, words)


def _next_kind(last: str, word: str, look: Look, kinds: Sequence[Kind], words: Words) -> Kind | None:
    """What a word is behind these of a name, whose last one is given; None when it is not part of it."""
    if word in _HALVES:
        return "particle" if kinds[-1] == "given" or last in words.halves else None
    if _is_conjunction(word, kinds[-1]):
        return None
    if kinds[-1] == "particle" and last not in _HALVES and (look.kind != "stop" or word.startswith("ال")):
        return "surname"
    return _kind_behind(word, look, [each for each in kinds if each != "particle"], words)


def _kind_behind(word: str, look: Look, kinds: Sequence[Kind], words: Words) -> Kind | None:
    """What a word is behind these of a name, of which the last is no particle; None when it is not part of it."""
    kind = look.kind
    if kind in ("given", "family", "particle"):
        return None if look.joined else kind
    if _is_of_a_name(word, kinds, words):
        return "surname"
    if kind == "surname":
        # A foreign name has no Arabic surname: what follows is an adjective.
        return None if "unknown" in kinds else kind
    if kind == "doubtful":
        return kind if len(kinds) == 1 or word not in words.common else None
    return None if look.joined else _unlisted_kind(word, kind, kinds, words)


def _is_conjunction(word: str, last: Kind) -> bool:
    """Whether a particle of foreign names is no, if or then here: فان may stand behind a given name."""
    return word in _FEEBLE and word != "ال" and (last != "given" or word != "فان")


def _unlisted_kind(word: str, kind: Kind, kinds: Sequence[Kind], words: Words) -> Kind | None:
    """What a word is behind these of a name that no list of names has; None when it is not part of it."""
    if kind == "unknown":
        is_like = looks_foreign if len(kinds) - kinds.count("particle") > 1 else may_be_name
        is_surname = list(kinds) == ["given"] and is_nisba_of_none(word, words)
        return kind if is_surname or is_like(word, words) else None
    is_rare = kind == "common" and kinds == ["given"] and word in words.common and word not in words.frequent
    return "doubtful" if is_rare and may_be_name(word, words) else None


def _is_of_a_name(word: str, kinds: Sequence[Kind], words: Words) -> bool:
    """Whether a definite adjective has a given name's letters: a surname behind two names (أنس خالد الصالح)."""
    if len(kinds) < 2 or not set(kinds) <= {"given", "doubtful"}:
        return False
    is_adjective = word.startswith("ال") and not word.endswith("ه") and word not in words.titles
    return is_adjective and (word in words.given or word[2:] in words.given)


def joined_name(view: View, tokens: Tokens, at: int, words: Words) -> Name | None:
    """The name that و, and, or a comma joins to the one before this token: two words that look like names will do."""
    if at + 1 >= len(tokens.words):
        return None
    (first, second), gap = tokens.words[at : at + 2], tokens.gap(at)
    cut = 1 if gap == " " else 0
    if gap not in (" ", "، ") or (cut and first[0] != "و") or tokens.gap(at + 1) != " ":
        return None
    last = tokens.look(at + 1).kind
    if not _are_names(first[cut:], second, last, words):
        return None
    after = at + 1 + len(_collect(view, tokens, at + 1, last, words))
    return Name(tokens.starts[at] + cut, tokens.ends[after - 1], after)


def _are_names(first: str, second: str, last: Kind, words: Words) -> bool:
    """Whether a word that no list has, or a name of one, and a word of kind ``last`` behind it look like a name."""
    if len(first) < 3 or not looks_foreign(first, words):
        return False
    if name_kind(first, words) not in ("given", "family", "unknown"):
        return False
    is_second = last in ("given", "family", "unknown", "surname")
    return is_second and (looks_foreign(second, words) or second.startswith("ال"))


def _is_name(kinds: Sequence[Kind], names: Sequence[str], words: Words, lead: Lead) -> bool:
    """The judge of what is a name, of two words that are no particles at least unless it begins with one."""
    first = kinds[0]
    if first == "given":
        return True
    if first == "particle":
        return _is_compound(len(kinds) - 1, names, words)
    if first == "doubtful":
        return _is_sure(kinds, names, words, is_led=lead != "none")
    if lead not in ("led", "title") or first not in ("unknown", "family"):
        return False
    is_like = may_be_name if lead == "title" else looks_foreign
    return all(
        kind in ("given", "family", "particle") or is_like(name, words) for kind, name in zip(kinds, names, strict=True)
    )


def _is_compound(others: int, names: Sequence[str], words: Words) -> bool:
    """Whether عبد, أبو or ابن begins a name that so many ``others`` follow: عبد السلام needs another one."""
    is_servant = names[0] in _SERVANT
    if names[0] not in BEGINNINGS or others < (2 if is_servant else 1):
        return False
    return (is_servant and names[1].startswith("ال")) or _is_bearer(names[1], words)


def _is_sure(kinds: Sequence[Kind], names: Sequence[str], words: Words, *, is_led: bool) -> bool:
    """Whether a given name that is a word as well has another name behind it, or something leads to it."""
    others = kinds[1:]
    if any(kind in ("given", "particle", "family") for kind in others):
        return True
    if others[0] == "surname" and names[1].endswith("ي"):
        return True
    return is_led and all(
        kind != "unknown" or looks_foreign(name, words) for kind, name in zip(kinds, names, strict=True)
    )


def _is_bearer(word: str, words: Words) -> bool:
    """Whether a word behind أبو or ابن makes a person's name with it."""
    kind = name_kind(word, words)
    return kind in ("given", "doubtful", "family", "particle") or (kind != "stop" and may_be_name(word, words))
