"""Finds the names that a title introduces: ``نائب وزير الدفاع الروسي يونس بك يفكيروف``.

A closed grammar over the words after a title: first the post's field (definite words, listed nouns, a country, a body),
then the name, as workers.tagging.names reads one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workers.tagging.looks import CLITIC_ARTICLE, is_clear
from workers.tagging.names import name_at

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from workers.lexicon import Hit
    from workers.lexicon.model import Words
    from workers.tagging.tokens import Tokens
    from workers.tagging.view import View

__all__ = ["StatedPost", "is_anothers", "name_behind", "read_post"]

_CLOSING = {'"': '"', "“": "”", "«": "»", "(": ")"}
_BREAK = re.compile(r"[^\w\s\"'“”«»‘’،#]|\n")


@dataclass(frozen=True, slots=True)
class StatedPost:
    """A title with its field, up to ``end``, and where the word behind it begins: None where a sentence or a line ends
    first. ``holders`` are the starts of country, body and person forms inside, in order, ``origin`` that of
    one behind a comma (رئيس النادي الباريسي، القطري ...); ``apart``: a comma stands before what follows.
    """

    end: int
    holders: tuple[int, ...]
    origin: int | None
    then: int | None
    apart: bool


def read_post(
    view: View, tokens: Tokens, hit: Hit, spans: Mapping[int, int], persons: Container[int], words: Words, longest: int
) -> StatedPost:
    """Read at most ``longest`` words after a title. ``spans`` maps the start of a country, body or organisation to its
    end, ``persons`` holds the starts of people's names: one of them ends the post, and so does another post.

    Ranks, days and links at its end are no part of it (ولي العهد السعودي الأمير, وزير الخارجية اليوم), nor is what a
    link leads on to behind a country.
    """
    holders: list[int] = []
    origin = then = None
    end = told = hit.end
    commas = 0
    is_over = False
    for _ in range(longest):
        end, told = _past_brand(view, tokens, end, told, words, is_held=bool(holders))
        at = tokens.at(end)
        if at == len(tokens.words) or _is_apart(view.clean[end : tokens.starts[at]]):
            break
        start, word = tokens.starts[at], tokens.words[at]
        if _is_another(hit, word, words, spans, tokens.ends[at] + 1, holders):
            break
        commas += view.clean.count("،", end, start)
        is_held = start in spans
        if start in persons or (not is_held and _is_behind(word, words, commas)):
            then = start
            break
        end = spans[start] if is_held else tokens.ends[at]
        if not is_held:
            is_over |= _is_rest(word, words, holders)
            told = told if _is_open(word, words, is_over=is_over) else end
        elif commas:
            origin = start
        else:
            holders.append(start)
            told, is_over = end, False
    return StatedPost(told, tuple(holders), origin, then, commas > 0)


def _past_brand(view: View, tokens: Tokens, end: int, told: int, words: Words, *, is_held: bool) -> tuple[int, int]:
    """Where a post goes on, and where it ends so far: past a name in quotation marks or brackets right behind the head
    of an organisation (مدير شركة "الأفق"، سامي فلان), or behind what the post is of (``is_held``: مدير شركة النفط
    الليبية "نفطكو" سامي فلان).
    """
    at = tokens.at(end)
    start = tokens.starts[at] if at < len(tokens.words) else end
    closing = _CLOSING.get(view.clean[end:start].strip())
    head = tokens.words[at - 1].removeprefix("و").removeprefix("ل") if closing else ""
    if closing is None or not (is_held or head in words.heads):
        return end, told
    close = view.clean.find(closing, start, start + 50)
    return (close + 1, close + 1) if close > start else (end, told)


def _is_behind(word: str, words: Words, commas: int) -> bool:
    """Whether a word that is no country's and no body's stands behind a post: after a comma, or as no field of work."""
    return commas > 0 or not _is_field(word, words)


def _is_apart(gap: str) -> bool:
    """Whether what stands between two words ends a post: the end of a sentence or a line, or much of anything."""
    return gap != " " and (len(gap) > 4 or _BREAK.search(gap) is not None)


def _is_rest(word: str, words: Words, holders: Sequence[int]) -> bool:
    """Whether a post is over with this word: a rank, or behind a country a link to something else."""
    return word in words.ranks or (bool(holders) and (word in words.connectors or word[0] == "و"))


def _is_open(word: str, words: Words, *, is_over: bool) -> bool:
    """Whether a post does not end with this word: الرئيس التنفيذي لشركة, with a name behind it that is no field."""
    if is_over:
        return True
    bare = word[1:] if word[0] in "ولب" else word
    return bare in words.heads or bare in words.seats or word in words.connectors or word in words.days


def _is_another(hit: Hit, word: str, words: Words, spans: Container[int], behind: int, holders: Sequence[int]) -> bool:
    """Whether another post begins: رئيس الوزراء الفرنسي والرئيس, محامي الرئيس, وزير الخارجية الأميركي الملك; but whose
    envoy one is, is part of his post: مبعوث الرئيس الروسي.
    """
    if hit.form.text in words.agents:
        return word in words.titles
    bare = f"ال{word[2:]}" if word.startswith("لل") else word
    if bare in words.sovereigns:
        return bool(holders) or behind not in spans
    return word[0] == "و" and word[1:] in words.titles


def is_anothers(view: View, post: StatedPost, words: Words) -> bool:
    """Whether the name behind a post is that of the organisation or the place in it (مدير منظمة سيتزن لاب, مسؤول في
    إدارة ترامب): a given name begins a person's.
    """
    if post.then is None or post.apart:
        return False
    before = view.word_before(post.then)
    is_head = before in words.heads or before in words.seats
    return is_head and view.word_after(post.then - 1) not in words.given


def name_behind(
    view: View, tokens: Tokens, post: StatedPost, hit: Hit, spans: Container[int], words: Words
) -> tuple[int, int] | None:
    """Return the stretch of the name that a post introduces, or None: ``hit`` is the title, ``spans`` as above.

    Whether the name is that of the post's organisation is for `is_anothers` to say, before.
    """
    if post.then is None:
        return None
    titled = not post.apart and bool(hit.form.title)
    # الوزير, not وزير: what follows is no ministry's seat.
    alone = titled and view.plain.startswith("ال", hit.start)
    at = tokens.at(post.then)
    # أمير السعدوني ونسيمة: who is joined to it is not whom it introduces.
    if tokens.look(at).clitic and tokens.words[at][0] == "و":
        return None
    found = _name(view, tokens, at, spans, words, titled=titled, alone=alone)
    return found or _plain_surname(view, tokens, at, words, apart=post.apart)


def _plain_surname(view: View, tokens: Tokens, at: int, words: Words, *, apart: bool) -> tuple[int, int] | None:
    """A sure given name and a definite word of Arabic behind a post (المتحدث ... أشرف القدرة), where they end a phrase;
    between commas, if a comma sets them ``apart``.
    """
    if at + 1 >= len(tokens.words) or tokens.look(at).clitic:
        return None
    first = tokens.look(at).first
    if first != "given" and (first != "doubtful" or apart):
        return None
    if not _is_definite_noun(tokens, at + 1, words) or not tokens.is_last(at + 1, words):
        return None
    if view.is_preposition(tokens.starts[at], tokens.ends[at]):
        return None
    is_closed = at + 2 == len(tokens.words) or tokens.gap(at + 2).startswith("،")
    return (tokens.starts[at], tokens.ends[at + 1]) if is_closed or not apart else None


def _is_definite_noun(tokens: Tokens, number: int, words: Words) -> bool:
    """Whether a word, one space behind the one before, is a definite one of Arabic, and no adjective and no house."""
    word = tokens.word_behind(number - 1)
    if not word.startswith("ال") or len(word) <= 4 or tokens.look(number).kind != "common":
        return False
    return not (word.endswith("يه") or word[2:] in words.heads or word[2:] in words.houses)


def _is_field(word: str, words: Words) -> bool:
    if word in words.given and word not in words.doubtful:
        return False
    if word in words.fields or word in words.connectors or (word[:1] in "ولب" and word[1:] in words.fields):
        return True
    return word not in words.given and len(word) > 3 and word.startswith(("ال", *CLITIC_ARTICLE))


def _name(
    view: View, tokens: Tokens, at: int, spans: Container[int], words: Words, *, titled: bool, alone: bool
) -> tuple[int, int] | None:
    """The stretch of a name that begins with this word, or None; of a surname ``alone`` where the title allows one."""
    start, word = tokens.starts[at], tokens.words[at]
    if start in spans or word in words.fields:
        return None
    found = name_at(view, tokens, at, words, "title" if titled else "led")
    if found is None:
        is_surname = alone and is_clear(word, words) and tokens.is_last(at, words)
        return (start, tokens.ends[at]) if is_surname else None
    # A country's own name or an indefinite demonym is no part of a name; a definite one may be a surname.
    end = found.after
    for number in range(at + 1, found.after):
        if tokens.starts[number] in spans and not tokens.words[number].startswith("ال"):
            end = number
            break
    return (found.start, tokens.ends[end - 1]) if end - at > 1 else None
