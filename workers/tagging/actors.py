"""Which persons and organisations an article names: known ones, bodies, and persons whom a title introduces."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import TYPE_CHECKING

from workers.lexicon import longest
from workers.lexicon.forms import ARTICLE, proclitic_length
from workers.tagging.countries import is_refused
from workers.tagging.looks import kind_of
from workers.tagging.model import Actor, Found
from workers.tagging.names import APPOSITION, find_names, find_surnames
from workers.tagging.organisations import find_organisations
from workers.tagging.persons import is_anothers, name_behind, read_post
from workers.tagging.tokens import Tokens
from workers.tagging.view import Stretches, View

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from workers.lexicon import Hit, Lexicon
    from workers.tagging.countries import CountryMention
    from workers.tagging.looks import Looks
    from workers.tagging.organisations import Organisation
    from workers.tagging.persons import StatedPost
    from workers.tagging.spellings import Spellings

__all__ = ["ActorFinder"]

_HALF_SCORE = 2.5
_TITLE_WEIGHT, _TEXT_WEIGHT = 3.0, 1.0
# In letters: a rank may stand between a country and a name; a post behind a name has some words before its country.
_BEFORE_NAME, _BEHIND_NAME = 3, 60
_NOT_FAR = 150
# Words of a post: behind a rank before a name, behind any other title and in apposition.
_LONGEST_RANK, _LONGEST_POST = 3, 9
_UNDATED_FROM = "2025-01"
# The name علي, which folds like على, on.
_ON = "علي "
_FILIATION = frozenset(("بن", "ابن", "بنت"))
# Between a name and the post that follows it.
_BEHIND = frozenset((" ", "، ", " ، ", ", ", "، وهو ", "، وهي "))
# Before the place that an organisation is in.
_INSIDE = re.compile(r" في (?:العاصمه |مدينه |ولايه |محافظه |منطقه )?")
_SPELLING = "rule:spelling"
_DUAL = re.compile(r"^وزير[اي]\b")
_QUOTES = re.compile(r"[\"“”«»]")
# Between a name and the post in apposition behind it.
_APPOSED = re.compile(r"،? |، ")
_SENTENCE_END = re.compile(r"[.؟!\n\"»]")


@dataclass(slots=True)
class _Person:
    """What is gathered of one actor: its fields, and its mentions as (view, start, end, entry)."""

    id: str
    name: str
    name_en: str | None
    type: str
    country: str | None
    role: str | None
    known: bool
    #: Without a country it has none: the article's leading one is not meant.
    settled: bool = False
    places: list[tuple[View, int, int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Around:
    """Bodies and organisations by where the word begins that their name stands in, with proclitics; and where they and
    countries end.
    """

    owners: dict[int, _Person]
    spans: dict[int, int]


@dataclass(frozen=True, slots=True)
class _Told:
    """A post that the text names: its words without the country's, its country, and whose it is if a name is beside.

    ``owned``: its country stands in it, where the words end (``stop``); ``settled``: it has none, a body of all's.
    """

    view: View
    start: int
    end: int
    words: str
    stop: int
    owned: bool
    country: str | None
    settled: bool
    definite: bool
    bearer: str | None = None


class ActorFinder:
    """Finds the actors of one article. Used once: find() gathers, surnames() tells which demonyms were surnames."""

    def __init__(
        self,
        views: Sequence[tuple[View, list[Hit]]],
        mentions: list[CountryMention],
        lexicon: Lexicon,
        skip: Sequence[tuple[int, int]],
        looks: Looks,
        spellings: Spellings,
        month: str | None,
    ) -> None:
        """Take the fields with their hits, the countries' mentions, the datelines' stretches of the text, how words
        look, how names are spelled, and the month (YYYY-MM) in which the article was published, if that is known.
        """
        self._spellings = spellings
        self._month = month
        self._views = views
        self._lexicon = lexicon
        self._skip = skip
        #: By field, and by where the word begins that each stands in.
        self._mentions: dict[str, dict[int, CountryMention]] = {view.field: {} for view, _ in views}
        for m in mentions:
            self._mentions[m.view.field][m.hit.start - m.hit.proclitics] = m
        self._named = {code for m in mentions for code in m.codes}
        self._actors: dict[str, _Person] = {}
        self._leading = _leading_country(mentions)
        self._tokens = {view.field: Tokens(view, looks, self._behind_nisba(view)) for view, _ in views}
        #: The proper part of an organisation's name, by its id.
        self._own_names: dict[str, str] = {}
        self._surnames: set[tuple[str, int]] = set()
        self._titles: dict[str, list[Hit]] = {}
        #: By field and place.
        self._told: dict[tuple[str, int], _Told] = {}
        #: Where posts begin that a name follows.
        self._leading_posts: set[tuple[str, int]] = set()
        #: Listed persons whose role is the text's, and whether it tells the country.
        self._given_roles: dict[str, bool] = {}
        self._covered = {view.field: Stretches(len(view.plain)) for view, _ in views}

    def find(self) -> tuple[Actor, ...]:
        """Return the actors by score, then by id. Countries' mentions inside a body or a post become ``actor``."""
        chosen = self._meant({view.field: self._chosen(view, hits) for view, hits in self._views})
        seen = {hit.form.full[0] for hits in chosen.values() for hit in hits if hit.form.full}
        persons: dict[tuple[str, int], str] = {}
        for view, _ in self._views:
            for hit in chosen[view.field]:
                identity = self._known(hit, view, seen, chosen[view.field])
                if identity and self._lexicon.actors[identity].type == "person":
                    persons[view.field, hit.start - hit.proclitics] = identity
        bodies = [
            (view, hit) for view, _ in self._views for hit in chosen[view.field] if hit.form.body and not hit.form.full
        ]
        self._bodies(bodies)
        for view, hits in self._views:
            self._introduced(view, hits, persons)
        free = {view.field: self._free(view, hits) for view, hits in self._views}
        for view, _ in self._views:
            self._unlisted(view, free[view.field])
        for view, hits in self._views:
            self._speakers(view, hits, free[view.field])
        self._settle()
        self._later_names()
        self._later_posts()
        return self._tags()

    def surnames(self) -> set[tuple[str, int]]:
        """Return (field, start) of the countries' mentions that are part of a person's name: they name no country."""
        return self._surnames

    def _chosen(self, view: View, hits: list[Hit]) -> list[Hit]:
        skip = self._skip if view.field == "text" else ()
        wanted = [
            h
            for h in hits
            if h.form.full or h.form.short or h.form.body or h.form.homonyms or h.form.block in ("things", "persons")
        ]
        # على محمود عباس: on Mahmoud Abbas, no Ali.
        alis = [h for h in wanted if h.form.person and h.form.text.startswith(_ON)]
        on = [h for h in alis if view.is_preposition(h.start, h.start + 3)]
        if on:
            whole = {(h.start, h.end): h.form.full for h in wanted if h.form.full}
            other = [h for h in on if whole.get((h.start + len(_ON), h.end), h.form.full) != h.form.full]
            wanted = [h for h in wanted if h not in other]
        return [
            hit
            for hit in longest(wanted)
            # What is blocked names no country. It may be a listed actor (تركي الفيصل), and a body once a country stands
            # beside it (مجلس الأمن القومي التركي).
            if (hit.form.body or hit.form.full or not hit.form.block)
            and not any(begin <= hit.start < end for begin, end in skip)
        ]

    def _meant(self, chosen: dict[str, list[Hit]]) -> dict[str, list[Hit]]:
        """The forms without the common names that mean somebody else: whom the article names otherwise too, or a title
        tells from others where his country or none is named, is the listed person.
        """
        common = [(view, hit) for view, _ in self._views for hit in chosen[view.field] if hit.form.common]
        if not common:
            return chosen
        meant = {hit.form.full[0] for hits in chosen.values() for hit in hits if hit.form.full and not hit.form.common}
        for view, hit in common:
            country = self._lexicon.actors[hit.form.full[0]].country
            if (not self._named or country in self._named) and self._is_titled(view, hit, country, chosen[view.field]):
                meant.add(hit.form.full[0])
        longer = {id(hit) for view, hit in common if self._is_part(view, hit)}
        return {
            where: [hit for hit in hits if not hit.form.common or (hit.form.full[0] in meant and id(hit) not in longer)]
            for where, hits in chosen.items()
        }

    def _is_part(self, view: View, hit: Hit) -> bool:
        """Whether a full name is part of a longer one: طارق محمود علوي, محمد مصطفى أبو عادل."""
        words = self._lexicon.words
        before, after = view.word_before(hit.start - hit.proclitics), view.word_after(hit.end)
        return before in words.given or after in words.given or after in words.particles

    def _is_titled(self, view: View, hit: Hit, country: str | None, chosen: list[Hit]) -> bool:
        """Whether a post, or an officer's rank, stands before a name or right behind it, and is of no other country."""
        words = self._lexicon.words
        start = hit.start - hit.proclitics
        ends = {other.start: other.end for other in chosen if not other.form.person}
        ends.update({at: mention.hit.end for at, mention in self._mentions[view.field].items()})
        hits = next(hits for seen, hits in self._views if seen is view)
        for title in longest([other for other in hits if other.form.title]):
            text = title.form.text
            if text in words.players or f"{ARTICLE}{text}" in words.players:
                continue
            if title.form.title == "posts" and view.clean[hit.end : title.start] in _BEHIND:
                return True
            if title.form.title == "ranks" and text not in words.officers:
                continue
            if not 0 < start - title.start < _NOT_FAR:
                continue
            post = read_post(view, self._tokens[view.field], title, ends, {start}, words, _LONGEST_POST)
            holders = [self._mentions[view.field].get(at) for at in post.holders]
            if post.then == start and all(holder is None or country in holder.codes for holder in holders):
                return True
        return False

    def _add(self, person: _Person, view: View, start: int, end: int, entry: str) -> _Person:
        kept = self._actors.setdefault(person.id, person)
        kept.places.append((view, start, end, entry))
        self._covered[view.field].add(start, end)
        return kept

    def _known(self, hit: Hit, view: View, seen: set[str], hits: list[Hit]) -> str | None:
        """Add the listed actor that a form means here, if any, and return its id."""
        form = hit.form
        identity = form.full[0] if form.full else None
        if identity is None and form.homonyms:
            identity = next((actor for country, actor in form.homonyms if country == self._leading), None)
        before = view.word_before(hit.start - hit.proclitics)
        if identity is None and form.short:
            identity = self._short(hit, view, seen, hits, before)
        if identity is None or is_refused(hit, before, view):
            return None
        actor = self._lexicon.actors[identity]
        if actor.type == "person":
            if self._is_house(before):
                return None
            # The father of somebody else: حمدان بن محمد بن راشد.
            if before in _FILIATION and " " in form.text:
                return None
            # Another given name before a lone surname is another person: تيفاني ترامب.
            if " " not in form.text and before in self._lexicon.words.given:
                return None
        self._listed(identity, view, hit.start + form.strip, hit.end)
        return identity

    def _listed(self, identity: str, view: View, start: int, end: int, entry: str | None = None) -> None:
        """Add a mention of an actor of the lexicon, by a form of it unless ``entry`` names the rule."""
        actor = self._lexicon.actors[identity]
        country, role = self._held(identity)
        person = _Person(identity, actor.name, actor.name_en, actor.type, country, role, known=True)
        self._add(person, view, start, end, entry or f"actor:{identity}")

    def _held(self, identity: str) -> tuple[str | None, str | None]:
        """The country and the role that a listed actor had when the article was published."""
        actor = self._lexicon.actors[identity]
        if self._month is None:
            return actor.country, actor.role
        post = self._lexicon.post(identity, self._month)
        if post is not None:
            return post.country, post.role
        # What the lexicon says without a date is of the year in which it was written.
        is_recent = self._month >= _UNDATED_FROM and identity not in self._lexicon.posts
        return actor.country, actor.role if is_recent or actor.type != "person" else None

    def _is_house(self, word: str) -> bool:
        """Whether a word makes the name after it that of a street, an airport, a prize: not the person."""
        houses = self._lexicon.words.houses
        return word in houses or (word[:1] in ("و", "ب", "ل") and word[1:] in houses)

    def _short(self, hit: Hit, view: View, seen: set[str], hits: list[Hit], before: str) -> str | None:
        """Whom a short form means: its bearer among those named in full, the nearest before when several are."""
        actors = self._lexicon.actors
        bearers = [i for i in hit.form.short if i in seen or any(other in seen for other in actors[i].beside)]
        proclitics = view.plain[hit.start - hit.proclitics : hit.start]
        if not bearers or (hit.form.bare and proclitics not in ("", "و", "ف")) or before in self._lexicon.words.given:
            return None
        if len(bearers) == 1:
            return bearers[0]
        earlier = [
            other.form.full[0]
            for other in hits
            if other.form.full and other.start < hit.start and other.form.full[0] in bearers
        ]
        return earlier[-1] if earlier else None

    def _bodies(self, found: list[tuple[View, Hit]]) -> None:
        """Add government bodies: those with their country beside them, then heads that stand alone."""
        resolved: dict[str, str] = {}
        alone: list[tuple[View, Hit]] = []
        for view, hit in found:
            # وزيرة الدفاع الفرنسية is no ministry.
            if hit.form.body_style == "elliptic" and view.word_before(hit.start) in self._lexicon.words.titles:
                continue
            mention, end = self._holder(view, hit)
            if mention is None:
                alone.append((view, hit))
                continue
            mention.role = "actor"
            code = mention.codes[0]
            resolved.setdefault(hit.form.body, code)
            self._body(view, hit, code, end)
        for view, hit in alone:
            body = self._lexicon.bodies[hit.form.body]
            if hit.form.body_style != "head" or not (body.alone or hit.form.body_whole):
                continue
            # المجلس الوطني للإعلام is no parliament.
            behind = view.word_after(hit.end)
            if behind.startswith("لل") and behind[2:] in self._lexicon.words.purposes:
                continue
            holder = resolved.get(body.key, self._leading)
            if holder is not None and (not body.only or holder in body.only):
                self._body(view, hit, holder, hit.end)

    def _holder(self, view: View, hit: Hit) -> tuple[CountryMention | None, int]:
        """The country's mention right after a body's head, or after في, when it fits the head; and where it ends."""
        at = hit.end + 1
        if view.plain[at : at + 3] == "في ":
            at += 3
        mention = self._mentions[view.field].get(at)
        if mention is None or mention.hit.proclitics or len(mention.codes) != 1:
            return None, hit.end
        form = mention.hit.form
        is_definite = hit.form.text.split(" ")[-1].startswith(("ال", "لل"))
        if form.kind == "demonym":
            fits = is_definite and form.affix == "definite" and at == hit.end + 1
            if hit.form.body_style == "elliptic":
                fits = fits and form.text.endswith("يه")
        else:
            # A country's own name may be a nisba: الخارجية السعودية.
            is_nisba = form.affix == "definite" and form.text.endswith("يه") and at == hit.end + 1
            fits = form.kind == "name" and (hit.form.body_style == "head" or is_nisba)
        return (mention, mention.hit.end) if fits else (None, hit.end)

    def _body(self, view: View, hit: Hit, code: str, end: int) -> None:
        country = self._lexicon.countries[code]
        body = self._lexicon.bodies[hit.form.body]
        identity = f"{code.lower()}-{body.key}"
        person = _Person(
            identity,
            body.name_for(country),
            f"{body.name_en} ({country.name_en})",
            body.type,
            code,
            None,
            known=True,
        )
        self._add(person, view, hit.start + hit.form.strip, end, f"body:{identity}")

    def _introduced(self, view: View, hits: list[Hit], persons: dict[tuple[str, int], str]) -> None:
        """Read every title of a field: give known persons their role, and add those whom the lexicon lacks."""
        tokens, around = self._tokens[view.field], self._around(view)
        known_at = {at for where, at in persons if where == view.field}
        titles = longest([hit for hit in hits if hit.form.title or self._is_nisba(view, hit)])
        self._titles[view.field] = titles
        counterpart: tuple[_Told, Hit] | None = None
        done = 0
        for hit in titles:
            if hit.start < done or self._is_house(view.word_before(hit.start - hit.proclitics)):
                continue
            is_post = hit.form.title == "posts"
            longest_post = _LONGEST_POST if is_post else _LONGEST_RANK
            post = read_post(view, tokens, hit, around.spans, known_at, self._lexicon.words, longest_post)
            told = self._tell(view, hit, post, around)
            role: str | None = None
            if hit.form.text not in self._lexicon.words.counterparts:
                role = self._role(view, hit, post.end)
                counterpart = (told, hit) if is_post else counterpart
            elif counterpart is not None:
                told, role = self._of_counterpart(view, hit, post, told, *counterpart)
            known = persons.get((view.field, post.then)) if post.then is not None else None
            bearer, end = self._bearer_of(view, hit, post, told, known, role, around.spans)
            done = max(done, end)
            if is_post:
                self._told[view.field, told.start] = replace(told, bearer=bearer)
            if bearer is not None:
                self._leading_posts.add((view.field, hit.start))

    def _bearer_of(
        self,
        view: View,
        hit: Hit,
        post: StatedPost,
        told: _Told,
        known: str | None,
        role: str | None,
        spans: dict[int, int],
    ) -> tuple[str | None, int]:
        """Who stands behind a post: the ``known`` person there, now with the role, or one that the lexicon lacks, now
        added; and up to where the field is read.
        """
        words = self._lexicon.words
        if is_anothers(view, post, words):
            return None, 0
        if known is not None:
            if hit.form.title == "posts":
                self._give_role(known, role, is_whole=post.end > hit.end, owned=told.owned)
            return known, post.then or 0
        name = name_behind(view, self._tokens[view.field], post, hit, spans, words)
        if name is None or self._is_covered(view, *name):
            return None, 0
        return self._unknown(view, hit, told, name, role), name[1]

    def _around(self, view: View, *, people: bool = False) -> _Around:
        """What stands in a field now that a post may hold: في إدارة الرئيس بيل كلينتون holds ``people`` too."""
        tokens = self._tokens[view.field]
        owners: dict[int, _Person] = {}
        spans: dict[int, int] = {}
        for actor in self._actors.values():
            places = actor.places if people or actor.type != "person" else []
            for _, start, end, _ in (place for place in places if place[0] is view):
                at = tokens.starts[tokens.at(start + 1) - 1]
                owners.setdefault(at, actor)
                spans.setdefault(at, end)
        spans.update({at: mention.hit.end for at, mention in self._mentions[view.field].items()})
        return _Around(owners, spans)

    def _tell(self, view: View, hit: Hit, post: StatedPost, around: _Around) -> _Told:
        """What a post says: رئيس الوزراء of العراقي. One behind its country that is over is part of what it says."""
        at = next((at for at in post.holders if at in self._mentions[view.field]), None)
        stop = end = post.end
        is_definite = view.plain.startswith(("ال", "لل"), hit.start)
        former = ""
        if at is not None:
            mention = self._mentions[view.field][at]
            stop, end = at, mention.hit.end
            is_definite = is_definite or not mention.is_nisba or mention.hit.form.affix != "plain"
            former = view.word_after(end)
        said = view.plain[hit.end : stop].split()
        if former in self._lexicon.words.formers:
            said.append(former)
        is_definite = is_definite or any(word.startswith("ال") for word in said)
        start = hit.start + hit.form.strip
        words = " ".join((_without_article(view.plain[start : hit.end]), *said))
        country, settled = self._post_country(view, hit, post, around)
        return _Told(view, start, end, words, stop, at is not None, country, settled, is_definite)

    def _role(self, view: View, hit: Hit, end: int) -> str:
        """A post as it is written, without quotation marks; للرئيس with its article; وزيري, of two, as one's own."""
        article = "ال" if hit.form.strip else ""
        role = article + _QUOTES.sub("", self._surface(view, hit.start + hit.form.strip, end)).rstrip()
        return _DUAL.sub("وزير", role)

    def _of_counterpart(
        self, view: View, hit: Hit, post: StatedPost, told: _Told, other: _Told, title: Hit
    ) -> tuple[_Told, str]:
        """The post of whom نظيره means: the one named before, of another country."""
        role = self._role(view, title, other.stop)
        own = self._surface(view, hit.end, post.end).strip() if post.end > hit.end else ""
        if hit.form.text in self._lexicon.words.women:
            head, _, rest = role.partition(" ")
            role = f"{head.removesuffix('ة')}ة {rest}".rstrip()
        return replace(told, words=other.words), f"{role} {own}".rstrip()

    def _give_role(self, identity: str, role: str | None, *, is_whole: bool, owned: bool) -> None:
        """Give a listed person the post that the text names: where the article has no date, before the lexicon's, which
        is of its own year, if the text says more than a bare title; else where the lexicon knows none. One with its
        country (``owned``) goes before one without.
        """
        person = self._actors[identity]
        is_better = owned > self._given_roles.get(identity, -1)
        if role is not None and is_better and (person.role is None or (self._month is None and is_whole)):
            person.role = role
            self._given_roles[identity] = owned

    def _is_nisba(self, view: View, hit: Hit) -> bool:
        """Whether a hit is a definite demonym in the singular, which may introduce a person: الإسباني رافايل نادال."""
        form = hit.form
        if form.kind != "demonym" or form.affix != "definite" or not form.text.endswith(("ي", "يه")):
            return False
        if view.word_after(hit.end) not in self._lexicon.words.given:
            return False
        return hit.start - hit.proclitics in self._mentions[view.field]

    def _post_country(self, view: View, hit: Hit, post: StatedPost, around: _Around) -> tuple[str | None, bool]:
        """The country of a post, from the first demonym, name or body inside its title; and whether it has none: it is
        of an international body (المبعوث الأممي إلى سوريا). Where an envoy is sent is not whose he is.
        """
        words = self._lexicon.words
        is_envoy = _without_article(hit.form.text) in words.envoys
        is_wide = has_none = post.end > hit.end and view.word_after(hit.end) in words.wide
        holders = list(post.holders) if post.origin is None else [post.origin, *post.holders]
        # وزير شؤون مجلس الوزراء الإماراتي: a nisba tells more than a body that stands without its country.
        holders.sort(key=lambda at: at in around.owners and around.owners[at].type == "government")
        for at in holders:
            mention = self._mentions[view.field].get(at)
            if mention is not None:
                before = view.word_before(at)
                is_sent = before in words.sendings or (is_envoy and before == "في")
                if is_sent or (is_wide and not mention.is_nisba):
                    has_none = True
                    continue
                mention.role = "actor"
                return mention.codes[0], False
            owner = around.owners[at]
            if owner.country or owner.known:
                return owner.country, owner.country is None
            has_none = owner.settled
        return None, has_none

    def _unknown(self, view: View, hit: Hit, told: _Told, name: tuple[int, int], role: str | None) -> str:
        """Add the person whom a title or a nisba introduces, and return the id."""
        titled = bool(hit.form.title)
        country = told.country
        if country is None and not titled:
            country = self._mentions[view.field][hit.start - hit.proclitics].codes[0]
        if country is None and not told.settled:
            country = self._nisba(view, hit.start)
        rule = "rule:title" if titled else "rule:demonym"
        return self._name(view, *name, country, role if titled else None, rule, settled=told.settled)

    def _behind_nisba(self, view: View) -> set[int]:
        """Where words stand right behind a definite nisba: الإسباني …"""
        return {
            m.hit.end + 1 for m in self._mentions[view.field].values() if m.is_nisba and m.hit.form.affix != "plain"
        }

    def _unlisted(self, view: View, is_free: Callable[[int, int], bool]) -> None:
        """Add the people and organisations that only the look of their names tells."""
        words = self._lexicon.words
        mentions = self._mentions[view.field]

        def is_no_place(start: int, end: int) -> bool:
            """Whether no country is named there, but for a nisba inside, which is a surname then."""
            return is_free(start, end) and not any(
                start < m.hit.end and at < end and not (m.is_nisba and start < at) for at, m in mentions.items()
            )

        tokens = self._tokens[view.field]
        for found in find_organisations(view, tokens, words, mentions, is_free):
            self._organisation(view, found)
        for start, end in find_names(view, tokens, words, is_no_place):
            self._name(view, start, end, self._nisba(view, start), None, "rule:name")

    def _free(self, view: View, hits: list[Hit]) -> Callable[[int, int], bool]:
        """A test of a stretch: no mention is there, no dateline, nothing that the lexicon takes for something else."""
        barred, covered = Stretches(len(view.plain)), self._covered[view.field]
        for hit in hits:
            if hit.form.block or hit.form.homonyms:
                barred.add(hit.start, hit.end)
        for begin, end in self._skip if view.field == "text" else ():
            barred.add(begin, end)

        def is_free(start: int, end: int) -> bool:
            return not barred.touches(start, end) and not covered.touches(start, end)

        return is_free

    def _speakers(self, view: View, hits: list[Hit], is_free: Callable[[int, int], bool]) -> None:
        """Add who is named by a surname alone, behind a verb of saying: somebody of the lexicon whose country the
        article names, if only one bears it, else one unknown. A surname with the article is that of a whole tribe.
        """
        for start, end in find_surnames(view, self._tokens[view.field], self._lexicon.words, is_free):
            if start in self._mentions[view.field]:
                continue
            bearers = {identity for hit in hits if (hit.start, hit.end) == (start, end) for identity in hit.form.short}
            if view.plain.startswith(ARTICLE, start):
                bearers.clear()
            fitting = [identity for identity in bearers if self._held(identity)[0] in self._named]
            if len(fitting) == 1:
                self._listed(fitting[0], view, start, end)
            elif not bearers:
                self._name(view, start, end, self._nisba(view, start), None, "rule:speaker")

    def _organisation(self, view: View, found: Organisation) -> None:
        """Add an organisation with the country inside its name, or of the place right behind it; or the listed one that
        it is without its quotation marks (تنظيم "الدولة الإسلامية").
        """
        listed = self._unquoted(view, found)
        if listed is not None:
            self._listed(listed, view, found.start, found.end)
            return
        country = None
        for at in found.holders:
            mention = self._mentions[view.field][at]
            mention.role = "actor"
            country = country or mention.codes[0]
        if country is None and not found.wide:
            country = self._located(view, found.end)
        # Behind لل a name has lost its article.
        article = ARTICLE if view.plain.endswith("لل", 0, found.start) else ""
        name = article + self._surface(view, found.start, found.end)
        person = self._organisation_like(view.plain[found.start : found.end], found.type)
        if person is None:
            identity = _hashed(view.plain[found.start : found.end])
            person = _Person(identity, name, None, found.type, country, None, known=False, settled=found.wide)
        self._add(person, view, found.start, found.end, "rule:head")
        if found.own is not None:
            self._own_names.setdefault(person.id, view.plain[slice(*found.own)])

    def _unquoted(self, view: View, found: Organisation) -> str | None:
        """The listed organisation whose name this is but for quotation marks, if there is one."""
        name = view.clean[found.start : found.end]
        if not _QUOTES.search(name):
            return None
        bare = View(view.field, _QUOTES.sub("", name))
        whole = [
            hit.form
            for hit in self._lexicon.matcher.find(bare.plain, bare.codes)
            if len(hit.form.text) == len(bare.plain)
        ]
        for form in whole:
            if form.full:
                return form.full[0]
            if form.homonyms:
                return next((actor for country, actor in form.homonyms if country == self._leading), None)
        return None

    def _organisation_like(self, name: str, kind: str) -> _Person | None:
        """The organisation already found whose name begins with this one, or that begins this one: an article says the
        whole name once (المركز القومي للأعاصير التابع …), and its first words afterwards.
        """
        words = _without_article(name).split(" ")
        for actor in self._actors.values():
            if actor.known or actor.type != kind:
                continue
            view, start, end, _ = actor.places[0]
            other = _without_article(view.plain[start:end]).split(" ")
            shorter = min(len(words), len(other))
            if shorter > 1 and words[:shorter] == other[:shorter]:
                return actor
        return None

    def _located(self, view: View, end: int) -> str | None:
        """The country of a place right behind a name, with في or ب before it."""
        if view.clean[end : end + 1] != " ":
            return None
        inside = _INSIDE.match(view.plain, end)
        at = inside.end() if inside else end + 1
        mention = self._mentions[view.field].get(at)
        if mention is None or len(mention.codes) != 1:
            return None
        proclitics = view.plain[at : at + mention.hit.proclitics]
        return mention.codes[0] if proclitics == ("" if inside else "ب") else None

    def _nisba(self, view: View, start: int) -> str | None:
        """The country right before a name or its post."""
        for mention in self._mentions[view.field].values():
            is_near = 0 < start - mention.hit.end <= _BEFORE_NAME and "." not in view.clean[mention.hit.end : start]
            if is_near and len(mention.codes) == 1 and self._may_own(view, mention):
                return mention.codes[0]
        return None

    def _may_own(self, view: View, mention: CountryMention) -> bool:
        """Whether a country may be that of a name behind it: not لدى أستراليا ونيوزيلندا, but for a nisba."""
        at = mention.hit.start - mention.hit.proclitics
        return mention.is_nisba or (
            not mention.hit.proclitics and view.word_before(at) not in self._lexicon.words.sendings
        )

    def _settle(self) -> None:
        """Read the posts behind names, and give those whom no list knows, people and organisations, a country."""
        for view, _ in self._views:
            titles = {hit.start: hit for hit in self._titles[view.field] if hit.form.title and not hit.proclitics}
            if titles:
                self._apposed(view, titles)
        for person in self._actors.values():
            if not (person.known or person.settled or person.country):
                view, start, end, _ = person.places[0]
                person.country = self._told_behind(view, end) if person.type == "person" else None
                if person.country is None and self._leading is None:
                    person.country = self._last_country(view, start)

    def _told_behind(self, view: View, end: int) -> str | None:
        """The country in what is told of a person right behind the name."""
        if not APPOSITION.match(view.clean, end):
            return None
        for at, mention in self._mentions[view.field].items():
            is_near = 0 < at - end <= _BEHIND_NAME
            if is_near and len(mention.codes) == 1 and not _SENTENCE_END.search(view.clean, end, at):
                return mention.codes[0]
        return None

    def _apposed(self, view: View, titles: dict[int, Hit]) -> None:
        """Read the posts in apposition behind the names of a field: سامي نادر، مدير مركز المشرق."""
        words = self._lexicon.words
        tokens, around = self._tokens[view.field], self._around(view, people=True)
        people = [actor for actor in self._actors.values() if actor.type == "person"]
        for person in people:
            for seen, _, end, _ in person.places:
                gap = _APPOSED.match(view.clean, end) if seen is view else None
                hit = titles.get(gap.end()) if gap else None
                if gap is None or hit is None or (view.field, hit.start) in self._leading_posts:
                    continue
                post = replace(read_post(view, tokens, hit, around.spans, (), words, _LONGEST_POST), origin=None)
                is_whole = post.end > hit.end
                # A bare noun with a word behind it: أمير كردي is a name.
                if not is_whole and post.then is not None and not (post.apart or hit.form.text.startswith("ال")):
                    continue
                # A comma must tell of a known person (وصف بوتين رئيس أوكرانيا), of kin, and of a bare word.
                needs_comma = person.known or hit.form.text in words.kin or not is_whole
                if hit.form.text in words.counterparts or (needs_comma and "،" not in gap[0]):
                    continue
                told = replace(self._tell(view, hit, post, around), bearer=person.id)
                self._told[view.field, told.start] = told
                role = self._role(view, hit, post.end)
                if person.known:
                    self._give_role(person.id, role, is_whole=is_whole, owned=told.owned)
                    continue
                person.settled = person.settled or (told.settled and person.country is None)
                person.country = person.country or told.country
                person.role = person.role or role

    def _later_posts(self) -> None:
        """Add the posts that stand for a person named before: وزير الدفاع السوري, الوزير. Only where they mean one."""
        order = {view.field: number for number, (view, _) in enumerate(self._views)}
        told = sorted(self._told.values(), key=lambda each: (order[each.view.field], each.start))
        words = self._lexicon.words
        for number, post in enumerate(told):
            if post.bearer is not None or not post.definite:
                continue
            # نائب الرئيس, مكتب الرئيس: somebody else.
            before = post.view.word_before(post.start)
            if before in words.titles or before in words.fields or post.words.split(" ")[0] in words.women:
                continue
            bearers = {
                other.bearer
                for other in told[:number]
                if other.bearer is not None and self._means(post, other, self._actors[other.bearer])
            }
            if len(bearers) == 1:
                self._add(self._actors[bearers.pop()], post.view, post.start, post.end, "rule:later-post")

    def _means(self, post: _Told, other: _Told, bearer: _Person) -> bool:
        """Whether a post that stands alone may be the one beside a name: the same words and country, or الوزير."""
        if post.words in self._lexicon.words.alone_posts and post.country is None:
            return other.words.split(" ")[0] == post.words
        if post.words != other.words or (" " not in post.words and post.country is None):
            return False
        return post.country is None or post.country == (bearer.country or other.country)

    def _last_country(self, view: View, start: int) -> str | None:
        """Where no country leads the article (a match of two teams): the one named last in the sentence before."""
        before = [
            mention
            for at, mention in self._mentions[view.field].items()
            if len(mention.codes) == 1
            and 0 < start - at < _NOT_FAR
            and self._may_own(view, mention)
            and not _SENTENCE_END.search(view.clean, mention.hit.end, start)
        ]
        return max(before, key=lambda mention: mention.hit.start).codes[0] if before else None

    def _name(
        self,
        view: View,
        start: int,
        end: int,
        country: str | None,
        role: str | None,
        entry: str,
        *,
        settled: bool = False,
    ) -> str:
        """Add a person that no form of the lexicon names: one of its own in another spelling, or a new one.
        Countries in the name are surnames. Returns the person's id.
        """
        for at, mention in self._mentions[view.field].items():
            if start <= at < end and mention.hit.end <= end:
                self._surnames.add((view.field, at))
        name = view.plain[start:end]
        listed = self._spellings.known(name)
        if listed is not None and country in (None, self._held(listed)[0]):
            self._listed(listed, view, start, end, _SPELLING)
            self._give_role(listed, role, is_whole=role is not None and " " in role, owned=country is not None)
            return listed
        person = self._bearer(name)
        if person is None:
            surface = self._surface(view, start, end)
            person = _Person(_hashed(name), surface, None, "person", country, role, known=False, settled=settled)
        elif not person.known and " " in name and " " not in person.name:
            self._rename(person, name, self._surface(view, start, end))
        return self._add(person, view, start, end, entry).id

    def _rename(self, person: _Person, name: str, surface: str) -> None:
        """Give the whole name to a person of whom only the surname stood before (والسيد كوديافتسيف)."""
        old = person.id
        del self._actors[old]
        person.id, person.name = _hashed(name), surface
        renamed = {key: replace(told, bearer=person.id) for key, told in self._told.items() if told.bearer == old}
        self._told.update(renamed)

    def _bearer(self, name: str) -> _Person | None:
        """The person already found whose name this is in a longer or shorter form: the same words at both ends, more
        words behind the same two (محمد فريد, محمد فريد حجازي; عمر الرزاز, عمر أحمد منيف الرزاز), or the surname alone;
        or in another spelling.
        """
        words = name.split(" ")
        key = self._spellings.key(name)
        for person in self._actors.values():
            if person.type != "person":
                continue
            for view, start, end, _ in person.places:
                other = view.plain[start:end].split(" ")
                shorter = min(len(words), len(other))
                ends_alike = words[-1] == other[-1] or words[:shorter] == other[:shorter]
                if ends_alike and (shorter == 1 or words[0] == other[0]):
                    return person
                if shorter > 1 and self._spellings.key(view.plain[start:end]) == key:
                    return person
        return None

    def _later_names(self) -> None:
        """Add later mentions: an organisation's proper name alone, an introduced person's whole name or last word."""
        words = self._lexicon.words
        for identity, own in self._own_names.items():
            # شركة أركونيكس, later أركونيكس: never where the word is a common one, a given name or a place.
            if len(own) > 3 and all(kind_of(word, words) == "unknown" for word in own.split(" ")):
                for view, _ in self._views:
                    self._repeated(self._actors[identity], view, own, whole=False)
        for person in [actor for actor in self._actors.values() if actor.type == "person"]:
            # Of a listed person the lexicon's forms find the others, but for those of another spelling.
            place = next((each for each in person.places if not person.known or each[3] == _SPELLING), None)
            if place is None:
                continue
            first_view, first, end, _ = place
            name = first_view.plain[first:end]
            parts = name.split(" ")
            last = " ".join(parts[-2:]) if len(parts) > 2 and parts[-2] in words.particles else parts[-1]
            forms = [name]
            if len(last) > 3 and last not in words.stop and last not in words.given and last not in words.verbs:
                forms.append(last)
            for view, _ in self._views:
                for form in forms:
                    self._repeated(person, view, form, whole=form == name)

    def _repeated(self, person: _Person, view: View, form: str, *, whole: bool) -> None:
        """Add the places where a name that a title introduced stands again."""
        end = 0
        while (start := view.plain.find(form, end)) >= 0:
            end = start + len(form)
            if end < len(view.plain) and view.plain[end].isalnum():
                continue
            proclitics = proclitic_length(view.plain, start, "plain")
            if proclitics is None or self._is_covered(view, start, end):
                continue
            if whole or view.word_before(start - proclitics) not in self._lexicon.words.given:
                self._add(person, view, start, end, "rule:later-name")

    def _is_covered(self, view: View, start: int, end: int) -> bool:
        return self._covered[view.field].touches(start, end)

    @staticmethod
    def _surface(view: View, start: int, end: int) -> str:
        begin, stop = view.place(start, end)
        return view.original[begin:stop]

    def _tags(self) -> tuple[Actor, ...]:
        tags: list[Actor] = []
        for person in self._actors.values():
            weight = 0.0
            mentions: list[Found] = []
            for view, start, end, entry in sorted(
                person.places, key=lambda place: (place[0].field != "title", place[1])
            ):
                begin, stop = view.place(start, end)
                mentions.append(Found(view.field, begin, stop, view.original[begin:stop], entry))
                weight += (_TITLE_WEIGHT if view.field == "title" else _TEXT_WEIGHT) / math.sqrt(len(mentions))
            country = person.country if person.known or person.settled or person.country else self._leading
            score = round(weight / (weight + _HALF_SCORE) * (1.0 if person.known else 0.8), 4)
            tags.append(
                Actor(
                    person.id,
                    person.name,
                    person.name_en,
                    person.type,
                    country,
                    person.role,
                    person.known,
                    score,
                    tuple(mentions),
                )
            )
        tags.sort(key=lambda tag: (-tag.score, tag.id))
        return tuple(tags)


def _without_article(name: str) -> str:
    """A name as it stands behind لل, where its article is missing: with and without it the name is one."""
    return name.removeprefix("ال")


def _hashed(name: str) -> str:
    """The id of an actor that the lexicon lacks: the same for the same folded name."""
    letters = _without_article(name).encode("utf-8", "surrogatepass")
    return f"x-{blake2b(letters, digest_size=8).hexdigest()}"


def _leading_country(mentions: Sequence[CountryMention]) -> str | None:
    """The country of bodies that stand without one: that of over half of all mentions."""
    counts: dict[str, float] = {}
    for mention in mentions:
        for code in mention.codes:
            counts[code] = counts.get(code, 0) + (2.0 if mention.view.field == "title" else 1.0)
    if not counts:
        return None
    best = min(counts, key=lambda code: (-counts[code], code))
    return best if counts[best] > 0.5 * sum(counts.values()) else None
