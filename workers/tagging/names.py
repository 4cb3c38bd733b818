"""Finds people whom no list knows, by the look of their names: a given name and what follows, or words of no Arabic.

A word is judged by closed lists alone: given names, the most frequent words of Arabic, grammar and verbs of news.
Two words in a row make a name when the first is a given name and the second no common word (كيليان مبابي), or when a
verb of saying, a nisba or an age stands beside words that no list has (وقال بيتر كار).
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import compress, count
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Sequence

    from workers.lexicon.model import Words
    from workers.tagging.view import View

__all__ = ["APPOSITION", "CLITIC_ARTICLE", "Tokens", "find_names", "kind_of", "looks_foreign"]

Kind = Literal["given", "doubtful", "particle", "surname", "unknown", "common", "stop"]

_LONGEST = 5
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
    r"(?:،| ) ?(?:رئيسه?|مديره?|المتحدثه?|الناطقه?|عضوه?|وزيره?|الباحثه?|الخبيره?|المحلله?|استاذه?|احد|احدي|وهو|وهي|"
    r"الذي|التي|المسووله?|المديره?|مسووله?|مهاجم|حارس|مدافع|لاعب)\b"
)
"""What stands behind a name whose bearer's post follows in apposition, in folded text."""


# عبد السلام is one name of two words.
_SERVANT = frozenset(("عبد",))


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
        if _may_begin(word, kind, led=True):
            role = self.NAME if _may_begin(word, kind, led=False) else self.LED
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

    def before(self, number: int) -> str:
        """Return the word one space before this one, or an empty string."""
        joined = number and self._clean[self._ends[number - 1] : self._starts[number]] == " "
        return self._words[number - 1] if joined else ""

    def word_behind(self, number: int) -> str:
        """Return the word one space behind this one, or an empty string."""
        after = number + 1
        joined = after < len(self._words) and self._clean[self._ends[number] : self._starts[after]] == " "
        return self._words[after] if joined else ""

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
        found = _name_at(view, tokens, at, words) if at >= done else None
        while found is not None and is_free(found.start, found.end):
            yield found.start, found.end
            done = found.after
            found = _joined_at(view, tokens, done, words)


class _Name(NamedTuple):
    """A stretch of plain text that may name a person, and the token behind it."""

    start: int
    end: int
    after: int


def _name_at(view: View, tokens: Tokens, at: int, words: Words) -> _Name | None:
    """The name that begins with this token, or None."""
    first = tokens[at]
    kind, clitic = _first_kind(first.word, words)
    if view.is_preposition(first.start, first.end):
        return None
    before = tokens.before(at)
    led = tokens.is_led(at) and not clitic
    if before in words.houses or before[1:] in words.houses or not _may_begin(first.word, kind, led=led):
        return None
    kinds, end = _collect(view, tokens, at, kind, words)
    if len(kinds) == 1 and _is_enough(view, tokens, at, kind, words):
        return _Name(first.start + clitic, first.end, end)
    last = tokens[end - 1].end
    led = led or bool(_AGE.match(view.clean, last))
    apposed = led or bool(APPOSITION.match(view.clean, last))
    if not _is_name(kinds, [tokens[number].word for number in range(at, end)], led=led, apposed=apposed):
        return None
    return _Name(first.start + clitic, last, end)


def _is_enough(view: View, tokens: Tokens, at: int, kind: Kind, words: Words) -> bool:
    """Whether one word names a person here: a given name behind a relative, a surname behind a player's part."""
    if not at or view.clean[tokens[at - 1].end : tokens[at].start] not in (" ", "، "):
        return False
    before, word = tokens[at - 1].word, tokens[at].word
    if kind == "given":
        return before in words.relatives or (before[0] in "ول" and before[1:] in words.relatives)
    if before.startswith("ال") and at > 1 and before.endswith("ي") and before not in words.players:
        before = tokens[at - 2].word  # الحكم الأرجنتيني
    return kind == "unknown" and before in words.players and len(word) > 3


def _may_begin(word: str, kind: Kind, *, led: bool) -> bool:
    if kind == "unknown":
        return led and (looks_foreign(word) or (word.endswith("ين") and len(word) > 4))
    return kind in ("given", "doubtful") or word in _SERVANT


def _collect(view: View, tokens: Tokens, at: int, first: Kind, words: Words) -> tuple[list[Kind], int]:
    """The kinds of the words that a name may have from here on, and the token behind the last."""
    kinds = [first]
    end = at + 1
    while end < len(tokens) and len(kinds) < _LONGEST:
        token = tokens[end]
        if view.clean[tokens[end - 1].end : token.start] not in _JOINS or view.is_preposition(token.start, token.end):
            break
        kind = _next_kind(token.word, kinds, words)
        if kind is None or view.ends_in_tanwin(token.start, token.end):
            break
        kinds.append(kind)
        end += 1
    while kinds and kinds[-1] == "particle":
        kinds.pop()
        end -= 1
    return kinds, end


def _next_kind(word: str, kinds: Sequence[Kind], words: Words) -> Kind | None:
    """What a word is behind these of a name; None when it is not part of it."""
    kind = kind_of(word, words)
    if word in _FEEBLE and (kinds[-1] != "given" or word != "فان"):
        return None
    if kinds[-1] == "particle" and (kind != "stop" or word.startswith("ال")):
        return "surname"
    if kinds == ["given"] and word in words.common and word not in words.frequent:
        return "doubtful"
    # A foreign name has no Arabic surname: what follows is an adjective.
    is_adjective = (kind == "surname" and "unknown" in kinds) or (
        kind == "unknown" and len(kinds) - kinds.count("particle") > 1 and not looks_foreign(word)
    )
    return None if kind in ("stop", "common") or is_adjective or _is_joined(word, words) else kind


def _joined_at(view: View, tokens: Tokens, at: int, words: Words) -> _Name | None:
    """The name that و, and, joins to the one before this token: two words that no list has will do there."""
    if at + 1 >= len(tokens) or view.clean[tokens[at - 1].end : tokens[at].start] != " ":
        return None
    first, second = tokens[at], tokens[at + 1]
    if first.word[0] != "و" or len(first.word) < 4 or view.clean[first.end : second.start] != " ":
        return None
    kinds = (kind_of(first.word[1:], words), kind_of(second.word, words))
    listed = kinds[0] in ("given", "unknown") and kinds[1] in ("given", "unknown", "surname")
    if not listed or not looks_foreign(first.word[1:]):
        return None
    return _Name(first.start + 1, second.end, at + 2)


def _is_joined(word: str, words: Words) -> bool:
    """Whether a word is و, and, with a name behind it: few names begin with و and a consonant."""
    return len(word) > 4 and word[0] == "و" and word[1] not in "ايولر" and word not in words.given


def _first_kind(word: str, words: Words) -> tuple[Kind, int]:
    """What the first word of a name may be, and how many letters of proclitics it begins with."""
    kind = kind_of(word, words)
    if kind in ("common", "unknown") and word[0] in _CLITICS and len(word) > 3 and word not in words.common:
        rest = word[1:]
        if rest in words.given and rest not in words.doubtful:
            return "given", 1
    return kind, 0


def _is_name(kinds: Sequence[Kind], names: Sequence[str], *, led: bool, apposed: bool) -> bool:
    count = sum(kind != "particle" for kind in kinds)
    if count < 2:
        return False
    others = kinds[1:]
    if kinds[0] in ("given", "particle"):
        return True
    foreign = all(kind != "unknown" or looks_foreign(name) for kind, name in zip(kinds, names, strict=True))
    if kinds[0] == "doubtful":
        named = any(kind in ("given", "particle") for kind in others)
        return (apposed and foreign) or named or (others[0] == "surname" and names[1].endswith("ي"))
    return led and foreign


def looks_foreign(word: str) -> bool:
    """Whether a word that no list has may be a foreign name, by its length and its ending."""
    return 2 < len(word) < 12 and not word.startswith("ال") and not word.endswith(_ENDINGS)
