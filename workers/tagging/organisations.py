"""Finds organisations that no list knows, by their heads (شركة, محكمة, لجنة) and what follows to the phrase's end.

A closed grammar over the words behind a head: a quoted name, words that no list has, a country, definite words and the
idafa before them. What is left of a head alone (الشركة, مجلس الإدارة) names nobody and is passed over.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from workers.tagging.names import kind_of, looks_foreign

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from workers.lexicon.model import Words
    from workers.tagging.names import Tokens
    from workers.tagging.view import View

__all__ = ["Organisation", "find_organisations"]

_LONGEST = 7
_OPENING, _CLOSING = '«"“', '»"”'
_SPACES = frozenset((" ", "_"))


class Organisation(NamedTuple):
    """A stretch of plain text, what kind of organisation it names, and where its words of countries begin."""

    start: int
    end: int
    type: str
    holders: tuple[int, ...]


def find_organisations(
    view: View,
    tokens: Tokens,
    words: Words,
    spans: Mapping[int, int],
    is_free: Callable[[int, int], bool],
) -> Iterator[Organisation]:
    """Yield the organisations of a field, in order.

    ``spans`` maps the starts of countries' mentions to their ends; ``is_free`` says whether a stretch holds no mention
    of an actor yet.
    """
    source = _Source(view, tokens, words, spans)
    done = 0
    for at in tokens.heads:
        token = tokens[at]
        if token.start < done:
            continue
        head = _head(token.word, words)
        if head is None or (
            head.type == "government" and token.word[head.clitic :] == "وكاله" and not _is_agency(tokens, at, words)
        ):
            continue
        found = _read(source, at, head)
        if found is None:
            continue
        start = token.start + head.clitic
        if is_free(start, found.end):
            yield found._replace(start=start)
            done = found.end


def _is_agency(tokens: Tokens, at: int, words: Words) -> bool:
    """Whether وكالة is an authority: a news agency is a source."""
    return at + 1 < len(tokens) and tokens[at + 1].word in words.authorities


class _Source(NamedTuple):
    """A field, its words, the lists that judge them and where its countries' mentions begin and end."""

    view: View
    tokens: Tokens
    words: Words
    spans: Mapping[int, int]


class _Head(NamedTuple):
    """What the first word tells: a type, its proclitics, whether it is definite, whether more is asked of the rest."""

    type: str
    clitic: int
    definite: bool
    loose: bool


@lru_cache(maxsize=200_000)
def _head(word: str, words: Words) -> _Head | None:
    for clitic in range(3):
        rest = word[clitic:]
        if clitic and (len(rest) < 3 or word[clitic - 1] not in "وفبلك"):
            break
        if rest in words.heads:
            return _Head(words.heads[rest], clitic, definite=False, loose=rest in words.loose)
        bare = rest[2:]
        if bare in words.heads and rest[:2] in ("ال", "لل"):
            return _Head(words.heads[bare], clitic + 2 * (rest[:2] == "لل"), definite=True, loose=bare in words.loose)
    return None


def _read(source: _Source, at: int, head: _Head) -> Organisation | None:
    """The name that begins with a head, or None when what follows makes none."""
    view, tokens, _, spans = source
    end = tokens[at].end
    holders: list[int] = []
    tail: list[str] = []
    index = at + 1
    while index < len(tokens) and len(tail) < _LONGEST:
        token = tokens[index]
        gap = view.clean[end : token.start]
        if gap.strip() and gap.strip() in _OPENING:
            close = _closing(view.clean, token.start)
            if close is not None and (not head.definite or tail):
                tail.append("quoted")
                end = close
            break
        if gap not in _SPACES:
            break
        step = _step(source, index, tail, head)
        if step is None:
            break
        tail.append(step)
        end = token.end
        if step == "country":
            holders.append(token.start)
            end = spans[token.start]
        while index < len(tokens) and tokens[index].start < end:
            index += 1
    if tail and tail[-1] == "link":
        return None
    if not _is_named(head, tail):
        return None
    return Organisation(tokens[at].start, end, head.type, tuple(holders))


def _closing(clean: str, start: int) -> int | None:
    """Where a quoted name ends that began before ``start``: at its closing mark, not over a line or 50 letters."""
    for position in range(start, min(len(clean), start + 50)):
        if clean[position] == "\n":
            return None
        if clean[position] in _CLOSING:
            return position
    return None


def _step(source: _Source, index: int, tail: Sequence[str], head: _Head) -> str | None:
    """What the next word adds to a name: a country, a definite word, a proper one, a link; None where the name ends."""
    view, tokens, words, spans = source
    start, stop, word = tokens[index]
    is_definite = word.startswith("ال") and len(word) > 3
    step: str | None = None
    if start in spans:
        # An Indian court is any of them: an indefinite nisba makes no name, nor does a name behind a definite word.
        is_nisba = not is_definite and word.endswith(("ي", "يه"))
        step = "country" if is_definite or not (head.definite or tail or is_nisba) else None
    elif (
        word in words.stop
        or word in words.verbs
        or word in words.titles
        or word.isdigit()
        or view.is_preposition(start, stop)
    ):
        step = None
    elif is_definite:
        step = None if (not tail and word in words.generic) or tail[-1:] == ["country"] else "definite"
    elif word.startswith(("لل", "وال", "ولل")) and len(word) > 4:
        joins = tail[-1:] == ["definite"] or (tail[-1:] == ["country"] and word.startswith("لل"))
        step = "definite" if joins else None
    elif not head.definite:
        step = _indefinite_step(source, index, tail, head)
    return step


def _indefinite_step(source: _Source, index: int, tail: Sequence[str], head: _Head) -> str | None:
    """An indefinite word behind an indefinite head: a name, or a link (لجنة حقوق الإنسان) before what is definite."""
    view, tokens, words, spans = source
    _, stop, word = tokens[index]
    kind = kind_of(word, words)
    if tail[-1:] == ["country"]:
        return None
    if kind == "given":
        return "proper"
    if kind == "unknown" and looks_foreign(word) and head.type not in ("party", "armed_group"):
        return "proper"
    if kind not in ("common", "doubtful") or "proper" in tail or index + 1 == len(tokens):
        return None
    after = tokens[index + 1]
    joined = view.clean[stop : after.start] == " " and after.word not in words.stop
    links = joined and (after.word.startswith("ال") or after.start in spans) and head.type not in ("party", "company")
    return "link" if links else None


#: How many definite words a name must have behind a head of this kind, when nothing in it is proper.
_LEAST = {"party": 1, "armed_group": 1, "other": 1}


def _is_named(head: _Head, tail: Sequence[str]) -> bool:
    if not tail:
        return False
    defined = sum(step in ("definite", "link") for step in tail)
    if head.loose:
        return defined + ("country" in tail) >= 2
    if "quoted" in tail or "proper" in tail or "country" in tail:
        return True
    return defined >= _LEAST.get(head.type, 2)
