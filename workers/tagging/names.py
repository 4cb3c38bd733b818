"""The grammar of people's names: what a word may be in one, where one begins and ends, and what leads to one.

A word is judged by lists (given and family names, the most frequent words of Arabic, grammar, verbs of news) and, if
none has it, by its letters, which go on in names as they do not in words of Arabic (``Words.shapes``). Two words in a
row make a name when the first is a given name and the second can be a surname (كيليان مبابي), or when a title, a verb
of saying, a nisba or an age stands beside words that look like names (وقال بيتر كار).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress, count
from typing import TYPE_CHECKING, Literal, NamedTuple

from workers.lexicon.forms import PROCLITICS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from workers.lexicon.model import Words
    from workers.tagging.view import View

__all__ = [
    "APPOSITION",
    "BEFORE_HEADS",
    "CLITIC_ARTICLE",
    "Looks",
    "Tokens",
    "find_names",
    "find_surnames",
    "is_clear",
    "kind_of",
    "looks_foreign",
    "name_at",
]

Kind = Literal["given", "doubtful", "particle", "family", "surname", "unknown", "common", "stop"]
#: What speaks for a name at a place: nothing, a post behind it, a word that leads to one, a title.
Lead = Literal["none", "apposed", "led", "title"]

_LONGEST = 8
#: Sums of ``Words.shapes``: a word that looks like a name by itself, and one that may be the rest of a name.
_LOOKS, _MAY = 0, -15
#: One that is a name alone, behind a verb of saying or a title.
_CLEAR = 10
#: Words whose kind is remembered: a month of news has some 200 thousand.
_REMEMBERED = 200_000
_JOINS = frozenset((" ", "-", "‑", "_", "'", "’"))
# Feminine nouns, plurals, pronouns: what Arabic words end in and foreign names do not. Folded.
_ENDINGS = ("ه", "ات", "هم", "ها", "هن", "نا", "وا", "ء", "ون", "ين", "يما", "هما", "يه")
# The future's س too.
_CLITICS = PROCLITICS + "س"
BEFORE_HEADS = frozenset(("", "و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل"))
"""What may stand before the head of an organisation's name."""
# (34 عاما), (ستون عاما): people's ages stand behind their names.
_AGE = re.compile(r" ?\((?:[^()]{0,14} )?(?:عاما|سنه|عام)\)|، ?\d+ (?:عاما|سنه)")
CLITIC_ARTICLE = ("وال", "بال", "فال", "كال", "لل", "ولل")
"""How a definite word begins behind a proclitic, in folded text."""
APPOSITION = re.compile(
    r"(?:،| ) ?(?:رييسه?|مديره?|المتحدثه?|الناطقه?|عضوه?|وزيره?|الباحثه?|الخبيره?|المحلله?|استاذه?|احد|احدي|وهو|وهي|"
    r"الذي|التي|المسووله?|المديره?|مسووله?|مهاجم|حارس|مدافع|لاعب)\b"
)
"""What stands behind a name whose bearer's post or deeds follow in apposition, in folded text."""
# عبد السلام is one name of two words; أبو and ابن begin one.
_SERVANT = frozenset(("عبد",))
_BEGINNINGS = frozenset(("عبد", "ابو", "ابن", "بن"))
# Behind these a word is half a name: عز الدين, جار الله, سيف الإسلام.
_HALVES = frozenset(("الدين", "الله", "الاسلام", "الباري", "الزمان"))

# Particles of foreign names that are Arabic words as well: no, if, then.
_FEEBLE = frozenset(("لا", "لو", "ال", "فان"))


@dataclass(frozen=True, slots=True)
class Look:
    """What a word by itself may be in a name. Words that are alike share one: there are some dozens.

    ``kind`` is what it may be behind other words of a name, ``first`` what it may be as the first, without the letters
    of proclitics that ``clitic`` counts; ``joined`` says that it reads as و, and, with a name behind it. ``begins`` is
    whether a name may begin with it: "led", only behind what leads to one.
    """

    kind: Kind
    first: Kind
    clitic: int
    joined: bool
    begins: Literal["", "led", "always"]


class Looks(dict[str, Look]):
    """What words may be, remembered by word: a word is judged when a rule first asks for it, which most never do.

    Holds LIMIT words; then it starts again, which costs time and changes no answer. ``heads`` are the heads of
    organisations in all their forms, ``leads`` the words that lead to a name, ``openers`` both, and the words that a
    name may begin with by itself, with some others: what is not among them begins nothing and leads to nothing.
    """

    LIMIT = _REMEMBERED

    def __init__(self, words: Words) -> None:
        """Judge words by these lists."""
        super().__init__()
        self.words = words
        self.leads = words.verbs | words.cues | words.players
        self.heads = frozenset(
            proclitic + article + head
            for proclitic in BEFORE_HEADS
            for article in ("", "ال", "لل")
            for head in words.heads
        )
        names = words.given | words.halves | _BEGINNINGS
        self.openers = names.union(*({clitic + name for name in names} for clitic in _CLITICS), self.leads, self.heads)
        self._alike: dict[Look, Look] = {}

    def __missing__(self, word: str) -> Look:
        """Judge a word that was not asked for before."""
        words = self.words
        first, clitic = _first_kind(word, words)
        begins: Literal["", "led", "always"] = ""
        if _may_begin(word, first, words, led=True):
            begins = "always" if _may_begin(word, first, words, led=False) else "led"
        look = Look(_name_kind(word, words), first, clitic, _is_joined(word, words), begins)
        if len(self) >= self.LIMIT:
            self.clear()
        self[word] = look = self._alike.setdefault(look, look)
        return look


class Tokens:
    """The words of a field in order, with where they begin and end in plain text.

    ``names`` and ``heads`` are the numbers of those that a name may begin with, and an organisation.
    """

    __slots__ = ("_clean", "_introduced", "_looks", "ends", "heads", "names", "starts", "words")

    def __init__(self, view: View, looks: Looks, introduced: Collection[int]) -> None:
        """Split the view's plain text; ``introduced`` are where words right behind a nisba begin."""
        self._clean, self._looks, self._introduced = view.clean, looks, introduced
        self.words, self.starts, self.ends = view.words()
        words = self.words
        openers = list(compress(count(), map(looks.openers.__contains__, words)))
        self.heads = [number for number in openers if words[number] in looks.heads]
        self.names = self._names(openers)

    def _names(self, openers: Iterable[int]) -> list[int]:
        """The words that a name may begin with, by themselves or behind what leads to it."""
        words, looks, leads = self.words, self._looks, self._looks.leads
        names = {number for number in openers if looks[words[number]].begins == "always"}
        led = [number + 1 for number in openers if words[number] in leads]
        led += [self.at(start) for start in self._introduced]
        names.update([n for n in led if n < len(words) and looks[words[n]].begins == "led" and self.is_led(n)])
        return sorted(names)

    def look(self, number: int) -> Look:
        """Return what a word may be."""
        return self._looks[self.words[number]]

    def at(self, start: int) -> int:
        """Return the number of the word that begins there, or of the next one."""
        return bisect_left(self.starts, start)

    def gap(self, number: int) -> str:
        """Return what stands between this word and the one before it, punctuation kept."""
        return self._clean[self.ends[number - 1] : self.starts[number]]

    def before(self, number: int) -> str:
        """Return the word one space before this one, or an empty string."""
        return self.words[number - 1] if number and self.gap(number) == " " else ""

    def word_behind(self, number: int) -> str:
        """Return the word one space behind this one, or an empty string."""
        after = number + 1
        return self.words[after] if after < len(self.words) and self.gap(after) == " " else ""

    def is_last(self, number: int, words: Words) -> bool:
        """Whether the word behind this one is punctuation, grammar or a title: a name ends here."""
        behind = self.word_behind(number)
        return not behind or behind in words.stop or behind in words.titles or behind in words.verbs

    def is_introduced(self, number: int) -> bool:
        """Whether a nisba stands right before this word."""
        return self.starts[number] in self._introduced

    def is_led(self, number: int) -> bool:
        """Whether a verb of saying, a cue, a player's part or a nisba stands right before this word."""
        return self.before(number) in self._looks.leads or self.is_introduced(number)


@lru_cache(maxsize=_REMEMBERED)
def kind_of(word: str, words: Words) -> Kind:
    """Say what a folded word may be in a name."""
    kind: Kind = "unknown"
    if word in words.particles:
        kind = "particle"
    elif word in words.given and word not in words.titles:
        kind = "doubtful" if word in words.doubtful else "given"
    elif _is_stop(word, words):
        kind = "stop"
    elif word in words.fields or word in words.common or word.startswith(CLITIC_ARTICLE) or _has_clitic(word, words):
        kind = "common"
    elif word.startswith("ال") and len(word) > 4:
        kind = "surname"
    return kind


def _is_stop(word: str, words: Words) -> bool:
    """Whether a name ends before this word: grammar, verbs of news, titles, digits, another script."""
    listed = word in words.stop or word in words.verbs or word in words.titles
    return listed or len(word) < 2 or not word.isalpha() or not "ء" <= word[0] <= "ي"


def _has_clitic(word: str, words: Words) -> bool:
    """Whether a word that no list has is one that a list has, behind و, ف, ب, ل, ك or the future's س."""
    if word[0] not in _CLITICS or len(word) < 4:
        return False
    rest = word[1:]
    listed = rest in words.common or rest in words.verbs or rest in words.stop
    return listed or (word[0] in "وفل" and rest in words.given)


def find_names(
    view: View,
    tokens: Tokens,
    words: Words,
    is_free: Callable[[int, int], bool],
) -> Iterator[tuple[int, int]]:
    """Yield the stretches of plain text that name a person, in order.

    ``is_free`` says whether a stretch holds no mention yet.
    """
    done = 0
    for at in tokens.names:
        found = _found_at(view, tokens, at, words) if at >= done else None
        while found is not None and is_free(found.start, found.end):
            yield found.start, found.end
            done = found.after
            found = _joined_at(view, tokens, done, words)


def find_surnames(
    view: View, tokens: Tokens, words: Words, is_free: Callable[[int, int], bool]
) -> Iterator[tuple[int, int]]:
    """Yield the words that are a surname alone: the one who said something (وقال شارون إن), in order."""
    for at in tokens.names:
        if tokens.before(at) not in words.saying or not is_clear(tokens.words[at], words):
            continue
        start, end = tokens.starts[at], tokens.ends[at]
        if tokens.is_last(at, words) and is_free(start, end):
            yield start, end


class _Name(NamedTuple):
    """A stretch of plain text that may name a person, and the token behind it."""

    start: int
    end: int
    after: int


def name_at(view: View, tokens: Tokens, at: int, words: Words, lead: Lead) -> _Name | None:
    """The name that begins with this token, if one does; ``lead`` is what stands before it."""
    if lead != "title" and _is_on(view, tokens, at, words):
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
    return _Name(tokens.starts[at] + look.clitic, end, after)


def _found_at(view: View, tokens: Tokens, at: int, words: Words) -> _Name | None:
    """The name that begins with this token, one of ``tokens.names``, where no title leads to it; or None."""
    look, before = tokens.look(at), tokens.before(at)
    if before in words.houses or before[1:] in words.houses:
        return None
    is_given = look.first in ("given", "doubtful")
    if not is_given and tokens.words[at] in words.halves and tokens.word_behind(at) not in _HALVES:
        return None
    found = name_at(view, tokens, at, words, "led" if tokens.is_led(at) and not look.clitic else "none")
    if found is not None and tokens.words[at] == "بن" and _is_fathers(tokens, at):
        return _Name(tokens.starts[at - 1], found.end, found.after)
    if found is None and _is_enough(view, tokens, at, words) and not _is_on(view, tokens, at, words):
        return _Name(tokens.starts[at] + look.clitic, tokens.ends[at], at + 1)
    return found


def _is_fathers(tokens: Tokens, at: int) -> bool:
    """Whether a name stands before this بن that no list has: عاطي بن عطية; not a common noun, the era of Ben Ali."""
    return at > 0 and tokens.gap(at) == " " and tokens.look(at - 1).kind in ("unknown", "family")


def _is_on(view: View, tokens: Tokens, at: int, words: Words) -> bool:
    """Whether the word is على, on, rather than the name علي: by its last letter; papers that write every ى as ي mean
    the name only beside another given name.
    """
    word = tokens.words[at]
    clitic = len(word) - 3
    if not word.endswith("علي") or (clitic and (clitic > 1 or word[0] not in _CLITICS)):
        return False
    if view.is_preposition(tokens.starts[at] + clitic, tokens.ends[at]):
        return True
    beside = (tokens.before(at), tokens.word_behind(at))
    return view.has_only_ya and not any(word in words.given and word not in words.doubtful for word in beside)


def _is_enough(view: View, tokens: Tokens, at: int, words: Words) -> bool:
    """Whether one word names a person here: a given name behind a relative, a surname behind a player's part."""
    if not at or tokens.gap(at) not in (" ", "، "):
        return False
    kind, before = tokens.look(at).first, tokens.words[at - 1]
    if kind == "given":
        return before in words.relatives or (before[0] in "ول" and before[1:] in words.relatives)
    if kind not in ("unknown", "family"):
        return False
    if tokens.is_introduced(at) and tokens.words[at][0] != "و" and is_clear(tokens.words[at], words):
        # عقد البرازيلي نيمار; but الدوري الإيطالي is a league.
        noun = tokens.words[at - 2] if at > 1 and tokens.gap(at - 1) == " " else ""
        if not noun.startswith(("ال", *CLITIC_ARTICLE)):
            return True
    if before.startswith("ال") and at > 1 and before.endswith("ي") and before not in words.players:
        before = tokens.words[at - 2]  # الحكم الأرجنتيني
    return before in words.players and looks_foreign(tokens.words[at], words)


def _may_begin(word: str, kind: Kind, words: Words, *, led: bool) -> bool:
    if kind in ("unknown", "family"):
        return led and (kind == "family" or looks_foreign(word, words))
    return kind in ("given", "doubtful") or word in _BEGINNINGS or word in words.halves


def _collect(view: View, tokens: Tokens, at: int, first: Kind, words: Words) -> list[Kind]:
    """The kinds of the words that a name may have from here on; it ends before a particle."""
    kinds = [first]
    for end in range(at + 1, min(len(tokens.words), at + _LONGEST)):
        if tokens.gap(end) not in _JOINS or _is_on(view, tokens, end, words):
            break
        word = tokens.words[end]
        kind = _next_kind(tokens.words[end - 1], word, tokens.look(end), kinds, words)
        if kind is None or view.ends_in_tanwin(tokens.starts[end], tokens.ends[end]):
            break
        if word in _HALVES and kinds[-1] in ("doubtful", "common", "stop", "unknown", "family"):
            kinds[-1] = "given"
        kinds.append(kind)
    while kinds and kinds[-1] == "particle":
        kinds.pop()
    return kinds


def _next_kind(last: str, word: str, look: Look, kinds: Sequence[Kind], words: Words) -> Kind | None:
    """What a word is behind these of a name, whose last one is given; None when it is not part of it."""
    kind = look.kind
    if word in _HALVES:
        return "particle" if kinds[-1] == "given" or last in words.halves else None
    if word in _FEEBLE and word != "ال" and (kinds[-1] != "given" or word != "فان"):
        return None
    if kinds[-1] == "particle" and last not in _HALVES and (kind != "stop" or word.startswith("ال")):
        return "surname"
    if kind in ("given", "family", "particle"):
        fits = not look.joined
    elif len(kinds) > 1 and set(kinds) <= {"given", "doubtful"} and _is_of_a_name(word, words):
        kind, fits = "surname", True
    elif kind == "doubtful":
        fits = len(kinds) == 1 or word not in words.common
    elif kind == "surname":
        # A foreign name has no Arabic surname: what follows is an adjective.
        fits = "unknown" not in kinds
    elif kind == "common" and kinds == ["given"] and word in words.common and word not in words.frequent:
        kind, fits = "doubtful", may_be_name(word, words) and not look.joined
    else:
        is_like = looks_foreign if len(kinds) - kinds.count("particle") > 1 else may_be_name
        fits = kind == "unknown" and not look.joined and is_like(word, words)
    return kind if fits else None


def _is_of_a_name(word: str, words: Words) -> bool:
    """Whether a definite adjective has a given name's letters: a surname behind two names (أنس خالد الصالح)."""
    is_adjective = word.startswith("ال") and not word.endswith("ه") and word not in words.titles
    return is_adjective and (word in words.given or word[2:] in words.given)


def _joined_at(view: View, tokens: Tokens, at: int, words: Words) -> _Name | None:
    """The name that و, and, or a comma joins to the one before this token: two words that look like names will do."""
    if at + 1 >= len(tokens.words):
        return None
    (first, second), gap = tokens.words[at : at + 2], tokens.gap(at)
    cut = 1 if gap == " " else 0
    if gap not in (" ", "، ") or (cut and first[0] != "و") or tokens.gap(at + 1) != " ":
        return None
    name = first[cut:]
    if len(name) < 3 or not looks_foreign(name, words):
        return None
    kinds = (_name_kind(name, words), tokens.look(at + 1).kind)
    listed = kinds[0] in ("given", "family", "unknown") and kinds[1] in ("given", "family", "unknown", "surname")
    if not listed or not (looks_foreign(second, words) or second.startswith("ال")):
        return None
    after = at + 1 + len(_collect(view, tokens, at + 1, kinds[1], words))
    return _Name(tokens.starts[at] + cut, tokens.ends[after - 1], after)


def _is_joined(word: str, words: Words) -> bool:
    """Whether a word is و, and, with a name behind it: few names begin with و and a consonant."""
    return len(word) > 4 and word[0] == "و" and word[1] not in "ايولر" and word not in words.given


def _name_kind(word: str, words: Words) -> Kind:
    """What a folded word may be in a name, where family names are told apart."""
    kind = kind_of(word, words)
    return "family" if kind in ("common", "surname", "unknown") and word in words.family else kind


def _first_kind(word: str, words: Words) -> tuple[Kind, int]:
    """What the first word of a name may be, and how many letters of proclitics it begins with."""
    kind = _name_kind(word, words)
    if kind in ("common", "unknown", "family") and word[0] in _CLITICS and len(word) > 3:
        rest = word[1:]
        if rest in _BEGINNINGS:
            return "particle", 1
        if rest in words.given and (rest not in words.doubtful or word not in words.common):
            return "doubtful" if rest in words.doubtful else "given", 1
    return kind, 0


def _is_name(kinds: Sequence[Kind], names: Sequence[str], words: Words, lead: Lead) -> bool:
    """The judge of what is a name, of two words that are no particles at least unless it begins with one."""
    first, others = kinds[0], kinds[1:]
    if first == "given":
        return True
    if first == "particle":
        least = 2 if names[0] in _SERVANT else 1
        is_servant = names[0] in _SERVANT and names[1].startswith("ال")
        return names[0] in _BEGINNINGS and len(others) >= least and (is_servant or _is_bearer(names[1], words))
    if first == "doubtful":
        named = any(kind in ("given", "particle", "family") for kind in others)
        sure = all(kind != "unknown" or looks_foreign(name, words) for kind, name in zip(kinds, names, strict=True))
        return named or (lead != "none" and sure) or (others[0] == "surname" and names[1].endswith("ي"))
    if lead not in ("led", "title") or first not in ("unknown", "family"):
        return False
    is_like = may_be_name if lead == "title" else looks_foreign
    return all(
        kind in ("given", "family", "particle") or is_like(name, words) for kind, name in zip(kinds, names, strict=True)
    )


def _is_bearer(word: str, words: Words) -> bool:
    """Whether a word behind أبو or ابن makes a person's name with it."""
    kind = _name_kind(word, words)
    return kind in ("given", "doubtful", "family", "particle") or (kind != "stop" and may_be_name(word, words))


def is_clear(word: str, words: Words) -> bool:
    """Whether a word is a surname by itself."""
    kind = _name_kind(word, words)
    return kind == "family" or (kind == "unknown" and looks_foreign(word, words) and _shape(word, words) > _CLEAR)


@lru_cache(maxsize=_REMEMBERED)
def _shape(word: str, words: Words) -> int:
    """How much a word's letters speak for a name."""
    framed, shapes = f"^^{word}$", words.shapes
    return sum(shapes.get(framed[at : at + 3], 0) for at in range(len(word) + 1))


def looks_foreign(word: str, words: Words) -> bool:
    """Whether a word that no list has may be a foreign name, by its length, its ending and its letters."""
    if not 2 < len(word) < 14 or word.startswith("ال"):
        return False
    return _shape(word, words) > _LOOKS and not _is_inflected(word, words)


def may_be_name(word: str, words: Words) -> bool:
    """Whether a word that no list has may be the rest of a name."""
    if not 2 < len(word) < 14:
        return False
    shape = _shape(word, words)
    return shape > _MAY and (shape > _LOOKS or not word.endswith(_ENDINGS)) and not _is_inflected(word, words)


def _is_inflected(word: str, words: Words) -> bool:
    """Whether a word is one of Arabic with an ending: a common one in the accusative, one with whose it is."""
    for ending in ("ا", "ه", "ها", "هم", "نا", "ات", "وا", "ون", "ين", "ان"):
        if word.endswith(ending):
            stem = word[: -len(ending)]
            if len(stem) > 2 and (stem in words.frequent or stem in words.verbs or stem in words.stop):
                return True
    return False
