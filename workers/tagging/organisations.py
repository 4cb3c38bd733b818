"""Finds organisations that no list knows, by their heads (شركة, محكمة, لجنة) and what follows to the phrase's end.

A closed grammar over the words behind a head. An indefinite head stands in an idafa: links (حقوق), then a proper name,
a country or one definite noun; a definite head has adjectives. Behind either, adjectives may follow, what it is for
(للأعاصير, لكرة القدم), and a country's nisba. A second noun, a verb or a person's name ends it. What is left of a head
alone (الشركة, مجلس الإدارة) names nobody and is passed over.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from workers.tagging.acting import acts, is_spoken_of
from workers.tagging.claims import BodyClaim, OrganisationClaim
from workers.tagging.coverage import Coverage
from workers.tagging.looks import BEFORE_HEADS, kind_of, looks_foreign
from workers.tagging.view import View

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from workers.lexicon import Lexicon
    from workers.lexicon.model import Words
    from workers.tagging.claims import Claims, CountryClaim
    from workers.tagging.text import AnnotatedText, Field
    from workers.tagging.tokens import Tokens

__all__ = ["Organisation", "find_organisations"]

_LONGEST = 8
# Words behind a head that make a name of an ordinary phrase: no phrase of so many is.
_LONG = 2
_OPENING = {"«": "»", '"': '"', "“": "”", "”": "”"}
_SPACES = frozenset((" ", "_"))
# Letters and words that may be left of a name up to the mark that closes it, and what no name has in it.
_REST, _MOST_LEFT = 25, 2
_PAUSE = re.compile(r"[^\w\s\-]")
_QUOTES = re.compile(r"[\"“”«»]")
# Adjectives of relation, folded: what most institutions have behind their noun.
_NISBA = ("ي", "يه")
# Nisbas of nouns in و (شعبوي, يساروي): of no names.
_ENDING_OF_ADJECTIVES = ("وي", "ويه")
# How participles of the fifth and sixth form begin: المتنامية is no nisba.
_PARTICIPLE = "المت"

Step = Literal["noun", "adjective", "wide", "country", "proper", "quoted", "link", "purpose"]


class Organisation(NamedTuple):
    """A stretch of plain text, what kind of organisation it names, and where its words of countries begin.

    ``own`` is the stretch of its proper name, which may stand alone later; ``wide`` says that it belongs to no country
    (العربية, الدولية), ``vague`` that it may be an ordinary phrase (حركة المرور).
    """

    start: int
    end: int
    type: str
    holders: tuple[int, ...]
    own: tuple[int, int] | None
    wide: bool
    vague: bool


def find_organisations(text: AnnotatedText, claims: Claims) -> list[OrganisationClaim]:
    """Return the claims of the organisations that no form of the lexicon is."""
    return [claim for field in text.fields for claim in _in_field(field, text, claims)]


def _in_field(field: Field, text: AnnotatedText, claims: Claims) -> Iterator[OrganisationClaim]:
    tokens, words = field.tokens, text.words
    source = _Source(field.view, tokens, words, claims.countries.at(field))
    coverage = Coverage(field, claims)
    bare = {(claim.start, claim.end) for claim in claims.lost if isinstance(claim, BodyClaim) and claim.field is field}
    done = 0
    for at in tokens.heads:
        if tokens.starts[at] < done:
            continue
        head = _head(tokens.words[at], words)
        if head is None or _is_outer(source, at, head):
            continue
        found = _Reading(source, at, head).read()
        if found is None:
            continue
        against = coverage.objection(found.start, found.end) or _objection(field, found, head, bare, words)
        identity = None if against else _unquoted(field.view, found, text.lexicon, claims.countries.leading)
        yield OrganisationClaim(field, found, identity, against)
        done = done if against else found.end


def _objection(field: Field, found: Organisation, head: _Head, bare: Container[tuple[int, int]], words: Words) -> str:
    """Return why a name is no actor here, or an empty string; ``bare`` are the bodies of no known country."""
    if (found.start, found.end) in bare and not acts(field, found.start, found.end, words):
        return "a body that every country may have, and none is told"
    if head.word in words.venues and not acts(field, found.start, found.end, words):
        return "a place here: nothing tells that it acts"
    if found.vague and not is_spoken_of(field, found.start, found.end, words):
        return "an ordinary phrase: nothing tells that it is a name"
    return ""


def _unquoted(view: View, found: Organisation, lexicon: Lexicon, leading: str | None) -> str | None:
    """The listed organisation whose name this is but for quotation marks (تنظيم "الدولة الإسلامية"), or None."""
    name = view.clean[found.start : found.end]
    if not _QUOTES.search(name):
        return None
    bare = View(view.field, _QUOTES.sub("", name))
    for hit in lexicon.matcher.find(bare.plain, bare.codes):
        form = hit.form
        if len(form.text) != len(bare.plain) or not (form.full or form.homonyms):
            continue
        return form.full[0] if form.full else dict(form.homonyms).get(leading or "")
    return None


class _Source(NamedTuple):
    """A field, its words, the lists that judge them and where its countries' mentions begin and end."""

    view: View
    tokens: Tokens
    words: Words
    mentions: Mapping[int, CountryClaim]


class _Head(NamedTuple):
    """What the first word tells: itself, its type, its proclitics, whether it is definite, whether more is asked."""

    word: str
    type: str
    clitic: int
    definite: bool
    loose: bool


@lru_cache(maxsize=200_000)
def _head(word: str, words: Words) -> _Head | None:
    for clitic in range(3):
        rest = word[clitic:]
        if len(rest) < 3 or word[:clitic] not in BEFORE_HEADS:
            break
        if rest in words.heads:
            return _Head(rest, words.heads[rest], clitic, definite=False, loose=rest in words.loose)
        bare = rest[2:]
        if bare in words.heads and rest[:2] in ("ال", "لل"):
            cut = clitic + 2 * (rest[:2] == "لل")
            return _Head(bare, words.heads[bare], cut, definite=True, loose=bare in words.loose)
    return None


def _is_outer(source: _Source, at: int, head: _Head) -> bool:
    """Whether what follows is the name, not this head: إدارة نادي الزمالك, مجلس إدارة الهيئة; وكالة before a source."""
    tokens, words = source.tokens, source.words
    if at + 1 == len(tokens.words):
        return True
    following = tokens.words[at + 1]
    if head.word == "وكاله" and not head.definite:
        return following not in words.authorities and (following not in words.common or following in words.press)
    if head.definite or not head.loose:
        return head.word == "مجلس" and following == "اداره"
    if head.word == "اداره" and tokens.before(at).endswith("مجلس"):
        return True
    inner = _head(following, words)
    return following in words.seats if inner is None else inner.word not in words.owned


class _Reading:
    """One attempt to read a name from its head on; read() is called once."""

    def __init__(self, source: _Source, at: int, head: _Head) -> None:
        self._view, self._tokens, self._words, self._mentions = source
        self._at, self._head = at, head
        self._tail: list[Step] = []
        self._holders: list[int] = []
        self._own: tuple[int, int] | None = None
        self._before = self._behind_all = ""
        self._is_press = False

    def read(self) -> Organisation | None:
        """Return the name, or None when what follows makes none."""
        tokens = self._tokens
        start, end = tokens.starts[self._at] + self._head.clitic, tokens.ends[self._at]
        index = self._at + 1
        # Where the name ends that is whole so far: the place, the steps, the token behind.
        kept = (end, 0, index)
        while index < len(tokens.words) and len(self._tail) < _LONGEST:
            begin = tokens.starts[index]
            gap = self._view.clean[end:begin]
            close = self._quoted(gap, begin, tokens.words[index])
            if close is not None:
                self._tail.append("quoted")
                self._own = (begin, close)
                end = close + 1
                index = self._behind(index, end)
                kept = (end, len(self._tail), index)
                continue
            if gap not in _SPACES:
                break
            self._before = tokens.words[index - 1]
            step = self._step(index)
            if step is None:
                break
            self._tail.append(step)
            end = tokens.ends[index]
            if step == "country":
                self._holders.append(begin)
                end = self._mentions[begin].hit.end
            elif step == "proper":
                self._own = (self._own[0] if self._own else begin, end)
            index = self._behind(index, end)
            # A link leads on to something: without it the name ends before the links.
            if step != "link":
                kept = (end, len(self._tail), index)
        end, size, index = kept
        self._behind_all = tokens.word_behind(index - 1)
        del self._tail[size:]
        if not self._is_named():
            return None
        end = self._in_quotes(start, end, index)
        return Organisation(
            start, end, self._type(), tuple(self._holders), self._own, self._is_wide(), self._is_vague(end)
        )

    def _in_quotes(self, start: int, end: int, index: int) -> int:
        """Where a name ends that stands between quotation marks with its head ("حزب النور والأمل" الليبي): before the
        closing one, if a word or two are left; a nisba right behind the mark tells whose it is.
        """
        closing = _OPENING.get(self._view.clean[start - 1 : start]) if start else None
        if closing is None:
            return end
        close = self._view.clean.find(closing, end, end + _REST)
        rest = self._view.plain[end : max(end, close)]
        # Behind a space alone: a stop or a comma ends a name.
        is_rest = len(rest.split()) <= _MOST_LEFT and "\n" not in rest and not _PAUSE.search(rest)
        if close < end or not is_rest or any(self._is_end(index + number) for number in range(len(rest.split()))):
            return end
        behind = close + 2
        claim = self._mentions.get(behind)
        is_its = claim is not None and claim.is_nisba and self._view.plain.startswith("ال", behind)
        if is_its and self._view.clean[close + 1] == " ":
            self._holders.append(behind)
        return close

    def _behind(self, index: int, end: int) -> int:
        """The first token that begins at ``end`` or later."""
        while index < len(self._tokens.words) and self._tokens.starts[index] < end:
            index += 1
        return index

    def _quoted(self, gap: str, start: int, first: str) -> int | None:
        """Where the closing mark of a quoted name stands that begins at ``start``: not over a line or 50 letters."""
        if (self._head.definite and not self._tail) or gap[:1] not in _SPACES:
            return None
        closing = _OPENING.get(gap.strip())
        if closing is None or first in self._words.verbs or first in self._words.stop:
            return None
        close = self._view.clean.find(closing, start, start + 50)
        inside = self._view.plain[start : max(start, close)]
        # A group that is called "terrorist" is not named so.
        is_ordinary = kind_of(first, self._words) == "common" or first.endswith(_ENDING_OF_ADJECTIVES)
        is_adjective = inside == first and first.endswith(_NISBA) and is_ordinary
        is_named = bool(inside) and "\n" not in inside and not is_adjective
        return close if is_named else None

    def _step(self, index: int) -> Step | None:
        """What the next word adds to the name; None where it ends."""
        words, head = self._words, self._head
        start, word = self._tokens.starts[index], self._tokens.words[index]
        if start in self._mentions:
            return None if self._mentions[start].hit.proclitics else self._country(start, word)
        if word in words.wide:
            return "wide" if self._last() == "proper" or self._is_adjective(word) else None
        if word in words.namesakes and not self._tail and not head.definite:
            return "proper" if self._tokens.word_behind(index) in words.given else None
        return None if self._is_end(index) else self._arabic(index, word)

    def _is_end(self, index: int) -> bool:
        """Whether a name ends before a word: grammar, a verb, a title."""
        words, word = self._words, self._tokens.words[index]
        if word in words.stop or word in words.verbs or word in words.titles:
            return True
        return self._view.is_preposition(self._tokens.starts[index], self._tokens.ends[index])

    def _arabic(self, index: int, word: str) -> Step | None:
        """What a word adds that is neither a country nor the end of the name, by how it begins."""
        if word.startswith("ال") and len(word) > 3:
            return self._definite(word)
        if word.startswith(("لل", "ولل")) and (len(word) > 4 or word[2:] in self._words.purposes):
            return self._purpose(word)
        if word.startswith("وال") and len(word) > 5:
            return self._joined(word)
        if word[1:] in self._words.purposes and word[0] in "لوب":
            return self._purpose_link(index, word)
        return None if self._head.definite else self._proper(index, word)

    def _purpose_link(self, index: int, word: str) -> Step | None:
        """لحقوق before what is definite, or before وتوزيع with it; وحقوق behind a noun; بشؤون behind what it is for."""
        last, following = self._last(), self._tokens.word_behind(index)
        if not following.startswith("ال"):
            is_joined = following[:1] == "و" and following[1:] in self._words.purposes
            if word[0] != "ل" or not is_joined or not self._tokens.word_behind(index + 1).startswith("ال"):
                return None
        behind = {"و": last in ("noun", "link"), "ب": last == "purpose", "ل": last not in (None, "link", "noun")}
        return "link" if behind[word[0]] else None

    def _proper(self, index: int, word: str) -> Step | None:
        """A proper name or a link behind an indefinite head; behind a country a club's (نادي مانشستر سيتي)."""
        if self._last() in (None, "link", "proper"):
            return self._indefinite(index, word)
        is_club = self._last() == "country" and self._head.type == "other" and not self._holds_nisba()
        is_foreign = is_club and kind_of(word, self._words) == "unknown" and looks_foreign(word, self._words)
        return "proper" if is_foreign else None

    def _last(self) -> Step | None:
        return self._tail[-1] if self._tail else None

    def _country(self, start: int, word: str) -> Step | None:
        """A country's name in the idafa (منتخب مصر), or its nisba behind all else (شركة النفط الإيرانية)."""
        last = self._last()
        nisba = self._mentions[start].is_nisba
        if word.startswith("ال") and (nisba or word.endswith("يه")) and last != "link":
            return None if self._is_somebodys(nisba=nisba) else "country"
        if nisba or self._head.definite:
            return None
        # A front at a place is no party.
        return "country" if last in (None, "link") and self._head.word != "جبهه" else None

    def _is_somebodys(self, *, nisba: bool) -> bool:
        """Whether a country's definite word behind an indefinite head is a person's: منتخب الأرجنتيني ميسي."""
        if self._head.definite:
            return False
        return (nisba and not self._tail) or (self._last() == "country" and self._holds_nisba())

    def _is_adjective(self, word: str) -> bool:
        """Whether a definite word may be an adjective of what stands before it."""
        last = self._last()
        if self._disagrees(word):
            return False
        if last is None:
            return self._head.definite and (word.endswith(_NISBA) or word in self._words.attributes)
        if word in self._words.attributes:
            return last != "link"
        if word.endswith("ين"):
            return last == "noun" and (self._before.endswith("ين") or word.endswith("يين"))
        if last == "country":
            return not self._holds_nisba() and word.endswith(_NISBA)
        return last not in ("link", "proper") and word.endswith(_NISBA)

    def _disagrees(self, word: str) -> bool:
        """Whether a word in ي is no adjective here: masculine behind a feminine head, or a participle (المتنامية)."""
        if word in self._words.attributes or not word.endswith(_NISBA):
            return False
        is_others = self._head.definite and self._head.word.endswith("ه") and word.endswith("ي")
        return word.startswith(_PARTICIPLE) or (is_others and self._last() in (None, "adjective", "country"))

    def _holds_nisba(self) -> bool:
        return self._mentions[self._holders[-1]].is_nisba

    def _definite(self, word: str) -> Step | None:
        words, last = self._words, self._last()
        if word in words.generic or (self._head.type in ("party", "armed_group") and word in words.movements):
            return None
        if last == "link" or (last is None and not self._head.definite):
            return "noun"
        if last == "proper":
            return "proper" if self._is_surname(word) else "adjective" if word.endswith(_NISBA) else None
        return "adjective" if self._is_adjective(word) and word not in words.nouns else None

    def _is_surname(self, word: str) -> bool:
        """Whether a definite word is the rest of a person's name that stands before it."""
        if self._before in self._words.particles:
            return True
        return self._before in self._words.given and kind_of(word, self._words) == "surname"

    def _purpose(self, word: str) -> Step | None:
        """للأعاصير: what it is for; behind one noun only a field of work (مكتب الرواد للمحاماة)."""
        last, bare = self._last(), word[word.index("لل") + 2 :]
        self._is_press = self._is_press or bare in self._words.press
        is_nobodys = self._head.type in ("party", "armed_group") or self._head.word in self._words.owned
        if last in (None, "link") or is_nobodys or bare in self._words.aims:
            return None
        if word[0] == "و":
            return "purpose" if last == "purpose" else None
        return None if last == "noun" and bare not in self._words.purposes else "purpose"

    def _joined(self, word: str) -> Step | None:
        """والتلفزيون behind a noun, والبصري behind an adjective of its form; a ministry has many things to its name."""
        last, rest, words = self._last(), word[1:], self._words
        begins_another = rest in words.generic or rest in words.titles or _head(rest, words) is not None
        if begins_another or self._head.type in ("party", "armed_group"):
            return None
        if last in ("noun", "purpose"):
            return last
        if last != "adjective":
            return None
        return "adjective" if rest.endswith(_NISBA) else "noun" if self._head.word == "وزاره" else None

    def _indefinite(self, index: int, word: str) -> Step | None:
        """A proper name, or a link (لجنة حقوق الإنسان) before what is definite."""
        kind = kind_of(word, self._words)
        if word.isascii():
            return "proper" if word.isalpha() else None
        if kind == "given" or (kind == "particle" and self._last() == "proper"):
            return "proper"
        if kind == "unknown":
            return "proper" if self._is_foreign(word) else None
        is_link = kind in ("common", "doubtful") and self._last() != "proper" and self._is_link(index, word)
        return "link" if is_link else None

    def _is_foreign(self, word: str) -> bool:
        """Whether a word that no list has is a proper name behind this head: no verb, no participle."""
        is_arabic = (word[0] == "ي" and word[1] not in "واي") or word.startswith(("مت", "مست"))
        return looks_foreign(word, self._words) and not is_arabic and self._head.type not in ("party", "armed_group")

    def _is_link(self, index: int, word: str) -> bool:
        """Whether a common word leads on to what is definite, itself or with one more link between."""
        if not _may_link(word, self._words):
            return False
        return self._leads_on(index) or (self._last() is None and self._links_on(index))

    def _links_on(self, index: int) -> bool:
        """Whether a second link follows that leads on: أمهات المختطفين, أمن إسطنبول."""
        following = self._tokens.word_behind(index)
        if not following or kind_of(following, self._words) != "common" or not _may_link(following, self._words):
            return False
        return self._leads_on(index + 1)

    def _leads_on(self, index: int) -> bool:
        """Whether a definite word or a country stands right behind this one."""
        following = self._tokens.word_behind(index)
        if not following:
            return self._is_quoted_behind(index)
        if following in self._words.stop:
            return False
        return following.startswith("ال") or self._tokens.starts[index + 1] in self._mentions

    def _is_quoted_behind(self, index: int) -> bool:
        """Whether a quoted name stands right behind this word: شركة طيران "الأفق"."""
        if index + 1 == len(self._tokens.words):
            return False
        start, following = self._tokens.starts[index + 1], self._tokens.words[index + 1]
        return self._quoted(self._tokens.gap(index + 1), start, following) is not None

    def _type(self) -> str:
        wide = self._is_wide() and (self._head.type == "government" or self._head.word == "منظمه")
        return "igo" if wide else self._head.type

    def _is_wide(self) -> bool:
        # Of what it is for, الدولية says nothing of whose it is: معهد "الأفق" للدراسات الدولية.
        own = self._tail[: self._tail.index("purpose")] if "purpose" in self._tail else self._tail
        return "wide" in own and not self._holders and self._head.word != "وزاره"

    def _is_vague(self, end: int) -> bool:
        """Whether a head that is another word as well has nothing behind it that only names have."""
        head, words, tail = self._head, self._words, self._tail
        if head.word not in words.vague:
            return False
        behind = self._view.plain[self._tokens.ends[self._at] : end].split()
        is_phrase = "purpose" not in tail and len(tail) <= _LONG and words.political.isdisjoint(behind)
        is_named = self._own is not None or not is_phrase
        if is_named and head.word not in words.wares:
            return False
        return head.definite or head.word in words.movable or not self._holders

    def _is_named(self) -> bool:
        """Whether what was read tells which organisation is meant."""
        tail = self._tail
        if not tail or tail[-1] == "link" or self._is_press:
            return False
        described = sum(step not in ("proper", "quoted") for step in tail)
        proper = "proper" in tail or "quoted" in tail
        if self._head.word in self._words.guarded:
            return proper
        if self._head.word in self._words.owned:
            return bool(self._holders) and described > 1
        return self._is_definite_name(described, proper) if self._head.definite else self._is_idafa(described, proper)

    def _is_definite_name(self, described: int, proper: bool) -> bool:
        head, words = self._head, self._words
        if head.word in words.movable:
            is_political = self._tokens.words[self._at + 1] in words.political
            return proper or bool(self._holders) or ("adjective" in self._tail and is_political)
        if head.word in words.lone:
            return head.word != "جيش"
        return described >= 2 or (self._tail == ["country"] and head.type != "company" and not head.loose)

    def _is_command(self) -> bool:
        first = self._tokens.words[self._at + 1]
        return first in self._words.commands or f"ال{first}" in self._words.commands

    def _is_idafa(self, described: int, proper: bool) -> bool:
        head = self._head
        if head.word in self._words.definite_only and not self._is_command():
            return False
        if head.loose:
            return described >= 2
        if head.type == "company" and self._tail == ["link", "noun"]:
            return False
        # لجنة الاستخبارات التابعة للكونغرس: whose it is tells which it is.
        least = 1 if head.word in self._words.lone or self._behind_all in self._words.belonging else 2
        return proper or bool(self._holders) or described >= least


def _may_link(word: str, words: Words) -> bool:
    """Whether a common word may stand between a head and what is definite: a noun, without a preposition or tanwin."""
    if word in words.generic or word.endswith(_NISBA) or (word.endswith("ا") and not word.endswith("ايا")):
        return False
    is_joined = word[0] in "بكفول" and len(word) > 4 and word[1:] in words.common
    return not is_joined and not word.startswith(("مت", "مست"))
