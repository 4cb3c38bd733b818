"""The grammar of people's names: what a word may be in one, where one begins and ends, and what leads to one.

A word is judged by lists (given and family names, the most frequent words of Arabic, grammar, verbs of news) and, if
none has it, by its letters, which go on in names as they do not in words of Arabic (``Words.shapes``). Two words in a
row make a name when the first is a given name and the second can be a surname (كيليان مبابي), or when a title, a verb
of saying, a nisba or an age stands beside words that look like names (وقال بيتر كار).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from itertools import compress, count
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Sequence

    from workers.lexicon.model import Words
    from workers.tagging.view import View

__all__ = [
    "APPOSITION",
    "CLITIC_ARTICLE",
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
_CLITICS = "وفبلكس"
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


class Token(NamedTuple):
    """A word of a view's plain text."""

    start: int
    end: int
    word: str


class Roles(dict[str, int]):
    """What words may begin, remembered by word: a name (NAME), one behind a verb of saying or the like (LED), an
    organisation's name (HEAD). Most words begin nothing, and cost no more than this look-up.

    Holds LIMIT words; then it starts again, which costs time and changes no answer.
    """

    LIMIT = _REMEMBERED
    NAME, LED, HEAD = 1, 2, 4

    def __init__(self, words: Words) -> None:
        """Judge words by these lists."""
        super().__init__()
        self.words = words
        self.leads = words.verbs | words.cues | words.players

    def __missing__(self, word: str) -> int:
        """Judge a word that was not asked for before."""
        kind, _ = _first_kind(word, self.words)
        heads = self.words.heads
        role = 0
        if _may_begin(word, kind, self.words, led=True):
            role = self.NAME if _may_begin(word, kind, self.words, led=False) else self.LED
        if any(word[cut:] in heads or word[cut + 2 :] in heads for cut in range(3) if len(word) > cut + 1):
            role |= self.HEAD
        if len(self) >= self.LIMIT:
            self.clear()
        self[word] = role
        return role


class Tokens:
    """The words of a field in order; ``names`` and ``heads`` are the numbers of those that may begin something."""

    __slots__ = ("_clean", "_ends", "_introduced", "_leads", "_starts", "_words", "heads", "names")

    def __init__(self, view: View, roles: Roles, introduced: Container[int]) -> None:
        """Split the view's plain text; ``introduced`` are the starts of words right behind a nisba."""
        self._clean, self._leads, self._introduced = view.clean, roles.leads, introduced
        self._words, self._starts, self._ends = view.words()
        self.names: list[int] = []
        self.heads: list[int] = []
        found = list(map(roles.__getitem__, self._words))
        for number in compress(count(), found):  # those of a role that is not 0
            role = found[number]
            if role & roles.HEAD:
                self.heads.append(number)
            if role & roles.NAME or (role & roles.LED and self.is_led(number)):
                self.names.append(number)

    def __len__(self) -> int:
        """How many words there are."""
        return len(self._words)

    def __getitem__(self, number: int) -> Token:
        """Return one word with its place."""
        return Token(self._starts[number], self._ends[number], self._words[number])

    def at(self, start: int) -> int:
        """Return the number of the word that begins there, or of the next one."""
        return bisect_left(self._starts, start)

    def before(self, number: int) -> str:
        """Return the word one space before this one, or an empty string."""
        joined = number and self._clean[self._ends[number - 1] : self._starts[number]] == " "
        return self._words[number - 1] if joined else ""

    def word_behind(self, number: int) -> str:
        """Return the word one space behind this one, or an empty string."""
        after = number + 1
        joined = after < len(self._words) and self._clean[self._ends[number] : self._starts[after]] == " "
        return self._words[after] if joined else ""

    def is_last(self, number: int, words: Words) -> bool:
        """Whether the word behind this one is punctuation, grammar or a title: a name ends here."""
        behind = self.word_behind(number)
        return not behind or behind in words.stop or behind in words.titles or behind in words.verbs

    def is_led(self, number: int) -> bool:
        """Whether a verb of saying, a cue, a player's part or a nisba stands right before this word."""
        return self.before(number) in self._leads or self._starts[number] in self._introduced


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
        start, end, word = tokens[at]
        if tokens.before(at) not in words.saying or not is_clear(word, words) or not tokens.is_last(at, words):
            continue
        if is_free(start, end):
            yield start, end


class _Name(NamedTuple):
    """A stretch of plain text that may name a person, and the token behind it."""

    start: int
    end: int
    after: int


def name_at(view: View, tokens: Tokens, at: int, words: Words, lead: Lead) -> _Name | None:
    """The name that begins with this token, if one does; ``lead`` is what stands before it."""
    first = tokens[at]
    kind, clitic = _first_kind(first.word, words)
    if lead != "title" and _is_on(view, tokens, at, words):
        return None
    kinds, end = _collect(view, tokens, at, kind, words)
    if not kinds:
        return None
    last = tokens[end - 1].end
    if lead == "none":
        lead = "led" if _AGE.match(view.clean, last) else "apposed" if APPOSITION.match(view.clean, last) else "none"
    if not _is_name(kinds, [tokens[number].word for number in range(at, end)], words, lead):
        return None
    return _Name(first.start + clitic, last, end)


def _found_at(view: View, tokens: Tokens, at: int, words: Words) -> _Name | None:
    """The name that begins with this token where no title leads to it, or None."""
    first = tokens[at]
    kind, clitic = _first_kind(first.word, words)
    before = tokens.before(at)
    led = tokens.is_led(at) and not clitic
    if before in words.houses or before[1:] in words.houses or not _may_begin(first.word, kind, words, led=led):
        return None
    if kind not in ("given", "doubtful") and first.word in words.halves and tokens.word_behind(at) not in _HALVES:
        return None
    found = name_at(view, tokens, at, words, "led" if led else "none")
    if found is None and _is_enough(view, tokens, at, kind, words) and not _is_on(view, tokens, at, words):
        return _Name(first.start + clitic, first.end, at + 1)
    return found


def _is_on(view: View, tokens: Tokens, at: int, words: Words) -> bool:
    """Whether the word is على, on, rather than the name علي: by its last letter; papers that write every ى as ي mean
    the name only beside another given name.
    """
    start, end, word = tokens[at]
    if word != "علي":
        return False
    if view.is_preposition(start, end):
        return True
    beside = (tokens.before(at), tokens.word_behind(at))
    return view.has_only_ya and not any(word in words.given and word not in words.doubtful for word in beside)


def _is_enough(view: View, tokens: Tokens, at: int, kind: Kind, words: Words) -> bool:
    """Whether one word names a person here: a given name behind a relative, a surname behind a player's part."""
    if not at or view.clean[tokens[at - 1].end : tokens[at].start] not in (" ", "، "):
        return False
    before, word = tokens[at - 1].word, tokens[at].word
    if kind == "given":
        return before in words.relatives or (before[0] in "ول" and before[1:] in words.relatives)
    if before.startswith("ال") and at > 1 and before.endswith("ي") and before not in words.players:
        before = tokens[at - 2].word  # الحكم الأرجنتيني
    return kind in ("unknown", "family") and before in words.players and looks_foreign(word, words)


def _may_begin(word: str, kind: Kind, words: Words, *, led: bool) -> bool:
    if kind in ("unknown", "family"):
        return led and (kind == "family" or looks_foreign(word, words))
    return kind in ("given", "doubtful") or word in _BEGINNINGS or word in words.halves


def _collect(view: View, tokens: Tokens, at: int, first: Kind, words: Words) -> tuple[list[Kind], int]:
    """The kinds of the words that a name may have from here on, and the token behind the last."""
    kinds = [first]
    end = at + 1
    while end < len(tokens) and len(kinds) < _LONGEST:
        token = tokens[end]
        if view.clean[tokens[end - 1].end : token.start] not in _JOINS or _is_on(view, tokens, end, words):
            break
        kind = _next_kind(tokens[end - 1].word, token.word, kinds, words)
        if kind is None or view.ends_in_tanwin(token.start, token.end):
            break
        if token.word in _HALVES and kinds[-1] in ("doubtful", "common", "stop", "unknown", "family"):
            kinds[-1] = "given"
        kinds.append(kind)
        end += 1
    while kinds and kinds[-1] == "particle":
        kinds.pop()
        end -= 1
    return kinds, end


def _next_kind(last: str, word: str, kinds: Sequence[Kind], words: Words) -> Kind | None:
    """What a word is behind these of a name, whose last one is given; None when it is not part of it."""
    kind = _name_kind(word, words)
    if word in _HALVES:
        return "particle" if kinds[-1] == "given" or last in words.halves else None
    if word in _FEEBLE and word != "ال" and (kinds[-1] != "given" or word != "فان"):
        return None
    if kinds[-1] == "particle" and last not in _HALVES and (kind != "stop" or word.startswith("ال")):
        return "surname"
    count = len(kinds) - kinds.count("particle")
    if kind in ("given", "family", "particle"):
        fits = not _is_joined(word, words)
    elif kind == "doubtful":
        fits = len(kinds) == 1 or word not in words.common
    elif kind == "surname":
        # A foreign name has no Arabic surname: what follows is an adjective.
        fits = "unknown" not in kinds
    elif kind == "common" and kinds == ["given"] and word in words.common and word not in words.frequent:
        kind, fits = "doubtful", may_be_name(word, words) and not _is_joined(word, words)
    else:
        is_like = looks_foreign if count > 1 else may_be_name
        fits = kind == "unknown" and not _is_joined(word, words) and is_like(word, words)
    return kind if fits else None


def _joined_at(view: View, tokens: Tokens, at: int, words: Words) -> _Name | None:
    """The name that و, and, or a comma joins to the one before this token: two words that look like names will do."""
    if at + 1 >= len(tokens):
        return None
    first, second = tokens[at], tokens[at + 1]
    gap = view.clean[tokens[at - 1].end : first.start]
    cut = 1 if gap == " " else 0
    if gap not in (" ", "، ") or (cut and first.word[0] != "و") or view.clean[first.end : second.start] != " ":
        return None
    name = first.word[cut:]
    if len(name) < 3 or not looks_foreign(name, words):
        return None
    kinds = (_name_kind(name, words), _name_kind(second.word, words))
    listed = kinds[0] in ("given", "family", "unknown") and kinds[1] in ("given", "family", "unknown", "surname")
    if not listed or not (looks_foreign(second.word, words) or second.word.startswith("ال")):
        return None
    found, end = _collect(view, tokens, at + 1, kinds[1], words)
    return _Name(first.start + cut, tokens[end - 1].end, end) if found else None


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
    """The one judge of what is a name."""
    if sum(kind != "particle" for kind in kinds) < 2 and kinds[0] != "particle":
        return False
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
