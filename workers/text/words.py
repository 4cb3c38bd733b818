"""Small measures on words: do two lines speak of the same, does a paragraph go on from the one before."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from workers.text.fold import fold_all, fold_text
from workers.text.tokens import word_runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = [
    "Content",
    "alike",
    "breaks_off",
    "carries_on",
    "content",
    "content_stems",
    "contents",
    "continues",
    "ends_open",
    "first_of_same",
    "first_sentence",
    "goes_on",
    "holding",
    "joins_on",
    "opening_words",
    "opens_with_and",
    "takes_up",
    "topic",
    "which_end_open",
]

_STOPWORDS_TEXT = """
    في من علي الي ان عن مع هذا هذه ذلك تلك التي الذي الذين بعد قبل بين كان كانت قد لا ما لم لن او ثم حتي اذا كل بعض
    غير عند منذ خلال حول ضد دون اي هو هي هم كما لكن بل وقد انه انها عبر نحو اليوم امس غدا the of and to in for on
    with
"""
_STOPWORDS = frozenset(fold_text(_STOPWORDS_TEXT).split())
_PROCLITICS = re.compile(r"[وف]?(?:[بك]?ال|لل)(?=...)|[وف](?=....)")
_SUFFIXES = re.compile(r"(?<=...)(?:هما|ها|هم|نا|ات|ين|ون|ان|يه|يا|ه|ي|ا)$")
# Five letters tell Arabic stems apart and forgive most endings: chosen by eye on pairs of headline and lead.
_STEM = 5
# و begins these words as a letter of its own; before any other word it is "and". Whole words.
_ROOT_WAW_TEXT = """
    وزير وزيرا وزيره وزراء وزاره وزارتا وزارات وزع وزعت واشنطن وكاله وكالات وكلاء وكيل وفد وفدا وفود وفاه وفيات وفق
    وفقا وفر وقع وقعت وقعا وقف وقفت وقفه وقت وقود وقائع وصل وصلت وصلوا وصول وصف وصفت وافق وافقت واصل واصلت واصلوا
    واجه واجهت واجب واحد واحده واقع واقعه والد والده والدا والي وارسو وجه وجهت وجها وجد وجدت وجود وجوه وجبه وجبات
    وجهه وحده وحدات وحيد وحش وداع وداعا ودع ودعت ودي وديه ورد وردت ورود ورش ورشه ورطه ورثه ورق ورقه وسط وسع وسعت ولت ولي
    ودع وسائل وسام وسيله وساطه وسيط وشاح وشيك وصيه وضع وضعت وضعيه وطن وطني وظائف وظيفه وظف وعد وعدت وعود وعي وعكه ولد
    ولدت ولايه ولايات ولي وليد وليام وليم ولاده ولاء ولع وهم وهج وهب وثيقه وثائق وثق وثقت وباء وبا ويليام ويلز ووهان
    ويكيليكس ويمبلدون واتساب واتس واي وول والت وورلد ويست وين ولو وكر وكيلا وشم
"""
_ROOT_WAW = frozenset(fold_text(_ROOT_WAW_TEXT).split())
# Openings that only a later paragraph has. Folded; one or two words.
_LATER_WORDS_TEXT = """
    كما لكن لكنه لكنها غير فيما بينما بدوره بدورها بدورهم كذلك ايضا ثم حيث اما فان فهو فهي بالمقابل الجدير يذكر
    يشار ومن فضلا اضاف واضاف
"""
_LATER_WORDS = frozenset(fold_text(_LATER_WORDS_TEXT).split())
_LATER_PAIRS_TEXT = """
    من جهته|من جهتها|من جهه|من جانبه|من جانبها|من ناحيته|من ناحيه|في المقابل|في السياق|في سياق|في الوقت|علي صعيد
    |الي ذلك|جدير بالذكر|في غضون|من ناحيتها|في حين|علي الرغم|في هذا|في هذه|بعد ذلك|قبل ذلك|لهذا السبب|في الاثناء
    |هذا وقد|
"""
_LATER_PAIRS = frozenset(pair.strip() for pair in fold_text(_LATER_PAIRS_TEXT).split("|"))
_FUNCTION_WORDS_TEXT = """
    في من علي الي ان عن مع التي الذي الذين بين قد لم لن او ثم هذا هذه و بعد قبل خلال كان كانت the of and to in a
"""
_FUNCTION_WORDS = frozenset(_FUNCTION_WORDS_TEXT.split())
_CARRIES_ON = re.compile(r"[\s\u200b-\u200f]*[،,؛.)\]»a-z]")
_SENTENCE_END = re.compile(r"[.؟!](?=\s|$)")
_HEAD = 600
_OPENING = 60
_LAST = 40


def holding(*needs: str) -> Callable[[str], bool]:
    """Return a test whether a text has one of these stretches: that costs less than to look for a pattern."""

    def holds(text: str) -> bool:
        for need in needs:  # noqa: SIM110 - any() of a generator takes three times as long
            if need in text:
                return True
        return False

    return holds


def alike(one: frozenset[str], other: frozenset[str]) -> float:
    """Return which share of some stems stand among others, 0 to 1; 0 where there are none."""
    return len(one & other) / len(one) if one else 0.0


def first_of_same(texts: Sequence[str]) -> list[int]:
    """Return for each text the number of the first one that says the same, white space apart; its own for most.

    Only texts that begin with the same word are read on.
    """
    openings = [text.split(maxsplit=1)[:1] for text in texts]
    first: dict[str, int] = {}
    by_opening: dict[str, int] = {}
    found = list(range(len(texts)))
    for number, opening in enumerate(openings):
        word = opening[0] if opening else ""
        other = by_opening.setdefault(word, number)
        if other == number:
            continue
        # The first with this opening is read once a second one comes.
        first.setdefault(" ".join(texts[other].split()), other)
        found[number] = first.setdefault(" ".join(texts[number].split()), number)
    return found


def first_sentence(paragraph: str) -> str:
    """Return the first sentence of a paragraph, at most 600 code points of it."""
    head = paragraph[:_HEAD]
    found = _SENTENCE_END.search(head, 30)
    return head[: found.end()] if found else head


def _stem(word: str) -> str:
    bare = word[found.end() :] if (found := _PROCLITICS.match(word)) else word
    return _SUFFIXES.sub("", bare)[:_STEM]


class _Stems(dict[str, tuple[str, ...]]):
    """The rough stem of each folded word met; also that of the rest when it begins with a one-letter preposition.

    None for a single letter or a word without meaning of its own. A word is asked for some hundred times a page: a
    dictionary answers in half the time of functools.lru_cache. When it is full it begins anew.
    """

    def __missing__(self, word: str) -> tuple[str, ...]:
        if len(self) >= _MOST_STEMS:
            self.clear()
        found = self[word] = _stems(word)
        return found


_MOST_STEMS = 1 << 16
_STEMS_OF = _Stems()


def _stems(word: str) -> tuple[str, ...]:
    if len(word) == 1 or word in _STOPWORDS:
        return ()
    return (_stem(word), _stem(word[1:])) if word[0] in "بلك" and len(word) > 4 else (_stem(word),)


class Content(NamedTuple):
    """The words of a text that carry meaning, each by its rough stems, and all stems; those of its first sentence.

    ``sentence`` is that sentence, folded.
    """

    words: tuple[tuple[str, ...], ...]
    stems: frozenset[str]
    opening: tuple[tuple[str, ...], ...]
    opening_stems: frozenset[str]
    sentence: str

    def share_in(self, other: frozenset[str]) -> float:
        """Return which share of the words stands in ``other`` (stems)."""
        return _share(self.words, other)

    def opening_in(self, other: frozenset[str]) -> float:
        """Return which share of the first sentence's words stands in ``other`` (stems)."""
        return _share(self.opening, other)


def contents(texts: Sequence[str]) -> list[Content]:
    """Return the words of each text that carry meaning; looks at its first 600 code points."""
    heads = [text[:_HEAD] for text in texts]
    firsts = [first_sentence(head) for head in heads]
    rests = [head[len(first) :] for head, first in zip(heads, firsts, strict=True)]
    folded = fold_all([*firsts, *rests])
    words = word_runs(folded)
    return list(map(_content_of, folded, words, words[len(heads) :]))


def _content_of(sentence: str, first: Sequence[str], others: Sequence[str]) -> Content:
    """What a text's folded first sentence, the words of that, and its other words mean."""
    opening = _meaning(first)
    opening_stems = frozenset(chain.from_iterable(opening))
    if not others:
        return Content(opening, opening_stems, opening, opening_stems, sentence)
    rest = _meaning(others)
    return Content(opening + rest, opening_stems.union(chain.from_iterable(rest)), opening, opening_stems, sentence)


def _meaning(words: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Those of some folded words that carry meaning, each by its stems."""
    return tuple(filter(None, map(_STEMS_OF.__getitem__, words)))


@lru_cache(maxsize=256)
def _content(head: str) -> Content:
    return contents((head,))[0]


def content(text: str) -> Content:
    """As :func:`contents`, of one text."""
    return _content(text[:_HEAD])


def content_stems(text: str) -> frozenset[str]:
    """Return the rough stems of the words of a text that carry meaning; looks at its first 600 code points.

    A word that begins with a one-letter preposition is there with and without it.
    """
    return _content(text[:_HEAD]).stems


_first_of = itemgetter(0)


def topic(texts: Iterable[Content]) -> Counter[str]:
    """Count the rough stems of the words of some texts."""
    return Counter(map(_first_of, chain.from_iterable(each.words for each in texts)))


def _share(words: Sequence[tuple[str, ...]], other: frozenset[str]) -> float:
    return (len(words) - sum(map(other.isdisjoint, words))) / len(words) if words else 0.0


@lru_cache(maxsize=256)
def _opening(head: str) -> tuple[str, ...]:
    return opening_words(fold_text(head))


def opening_words(folded: str) -> tuple[str, ...]:
    """Return the first two words of a folded paragraph, without the signs around them; of its first 60 letters."""
    return tuple([word.strip("\"'«“”():،") for word in folded[:_OPENING].split(maxsplit=2)[:2]])


def opens_with_and(paragraph: str) -> bool:
    """Whether a paragraph opens with the conjunction و, as few leads do; words that only begin with it do not count."""
    return joins_on(_opening(paragraph[:_OPENING]))


def continues(paragraph: str) -> bool:
    """Whether a paragraph opens as only a later one of a story does: with and, but, "for his part" and the like."""
    return goes_on(paragraph) or opens_with_and(paragraph)


def goes_on(paragraph: str) -> bool:
    """Whether it opens with a phrase that takes up what was said: as :func:`continues`, without a bare "and"."""
    return takes_up(_opening(paragraph[:_OPENING]))


def joins_on(opening: Sequence[str]) -> bool:
    """As :func:`opens_with_and`, of the first words as :func:`opening_words` returns them."""
    return bool(opening) and opening[0].startswith("و") and len(opening[0]) > 2 and opening[0] not in _ROOT_WAW


def takes_up(opening: Sequence[str]) -> bool:
    """As :func:`goes_on`, of the first words as :func:`opening_words` returns them."""
    if len(opening) > 1 and opening[0] == "هذا" and opening[1].startswith("و"):
        return True
    return bool(opening) and (opening[0] in _LATER_WORDS or " ".join(opening) in _LATER_PAIRS)


def breaks_off(line: str, following: str) -> bool:
    """Whether a sentence was cut between two lines: one ends in a comma or function word, or the next carries on."""
    return ends_open(line) or carries_on(following)


def ends_open(line: str) -> bool:
    """Whether a line ends in a comma or in a function word, so that its sentence must go on."""
    return _is_open(fold_text(line[-_LAST:]))


def which_end_open(lines: Sequence[str]) -> list[bool]:
    """As :func:`ends_open`, of each line; an empty one does not."""
    return list(map(_is_open, fold_all([line[-_LAST:] for line in lines])))


def _is_open(folded: str) -> bool:
    """Whether the folded end of a line is that of an open sentence."""
    last = folded.rsplit(maxsplit=1)[-1:]
    return bool(last) and (last[0] in _FUNCTION_WORDS or last[0][-1] in "،,؛")


def carries_on(line: str) -> bool:
    """Whether a line begins as no sentence does: with a comma, a bracket that closes, a small Latin letter."""
    return _CARRIES_ON.match(line) is not None
