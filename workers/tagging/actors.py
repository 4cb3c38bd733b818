"""Which persons and organisations an article names: known ones, bodies, and persons whom a title introduces."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING

from workers.lexicon import longest
from workers.lexicon.forms import proclitic_length
from workers.tagging.model import Actor, Found
from workers.tagging.names import APPOSITION, Tokens, find_names, find_surnames, kind_of
from workers.tagging.organisations import Span, find_organisations
from workers.tagging.persons import introduce

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from workers.lexicon import Hit, Lexicon
    from workers.tagging.countries import CountryMention
    from workers.tagging.names import Roles
    from workers.tagging.organisations import Organisation
    from workers.tagging.persons import Introduction
    from workers.tagging.view import View

__all__ = ["ActorFinder"]

_HALF_SCORE = 2.5
_TITLE_WEIGHT, _TEXT_WEIGHT = 3.0, 1.0
# In letters: a rank may stand between a country and a name; a post behind a name has some words before its country.
_BEFORE_NAME, _BEHIND_NAME = 3, 60
_NOT_FAR = 150
_UNDATED_FROM = "2025-01"
# Before the place that an organisation is in.
_INSIDE = re.compile(r" في (?:العاصمه |مدينه |ولايه |محافظه |منطقه )?")
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


class ActorFinder:
    """Finds the actors of one article. Used once: find() gathers, surnames() tells which demonyms were surnames."""

    def __init__(
        self,
        views: Sequence[tuple[View, list[Hit]]],
        mentions: list[CountryMention],
        lexicon: Lexicon,
        skip: Sequence[tuple[int, int]],
        roles: Roles,
        month: str | None,
    ) -> None:
        """Take the fields with their hits, the countries' mentions, the datelines' stretches of the text, what words
        may begin, and the month (YYYY-MM) in which the article was published, if that is known.
        """
        self._roles = roles
        self._month = month
        self._views = views
        self._lexicon = lexicon
        self._skip = skip
        self._mentions = {(m.view.field, m.hit.start - m.hit.proclitics): m for m in mentions}
        self._actors: dict[str, _Person] = {}
        self._leading = _leading_country(mentions)
        self._tokens: dict[str, Tokens] = {}
        #: The proper part of an organisation's name, by its id.
        self._own_names: dict[str, str] = {}
        self._surnames: set[tuple[str, int]] = set()
        self._covered: dict[str, list[tuple[int, int]]] = {view.field: [] for view, _ in views}

    def find(self) -> tuple[Actor, ...]:
        """Return the actors by score, then by id. Countries' mentions inside a body or a post become ``actor``."""
        chosen = {view.field: self._chosen(view, hits) for view, hits in self._views}
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
            self._tokens[view.field] = Tokens(view, self._roles, self._behind_nisba(view))
            self._introduced(view, hits, persons)
        free = {view.field: self._free(view, hits) for view, hits in self._views}
        for view, _ in self._views:
            self._unlisted(view, free[view.field])
        for view, hits in self._views:
            self._speakers(view, hits, free[view.field])
        self._later_names()
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
        return [
            hit
            for hit in longest(wanted)
            # A blocked phrase may be a body once a country stands beside it: مجلس الأمن القومي التركي.
            if (hit.form.body or not hit.form.block) and not any(begin <= hit.start < end for begin, end in skip)
        ]

    def _add(self, person: _Person, view: View, start: int, end: int, entry: str) -> _Person:
        kept = self._actors.setdefault(person.id, person)
        kept.places.append((view, start, end, entry))
        self._covered[view.field].append((start, end))
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
        if identity is None:
            return None
        actor = self._lexicon.actors[identity]
        if actor.type == "person":
            if self._is_house(before):
                return None
            # Another given name before a lone surname is another person: تيفاني ترامب.
            if " " not in form.text and before in self._lexicon.words.given:
                return None
        self._listed(identity, view, hit.start + form.strip, hit.end)
        return identity

    def _listed(self, identity: str, view: View, start: int, end: int) -> None:
        """Add a mention of an actor of the lexicon."""
        actor = self._lexicon.actors[identity]
        country, role = self._held(identity)
        person = _Person(identity, actor.name, actor.name_en, actor.type, country, role, known=True)
        self._add(person, view, start, end, f"actor:{identity}")

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
            holder = resolved.get(body.key, self._leading)
            if holder is not None:
                self._body(view, hit, holder, hit.end)

    def _holder(self, view: View, hit: Hit) -> tuple[CountryMention | None, int]:
        """The country's mention right after a body's head, or after في, when it fits the head; and where it ends."""
        at = hit.end + 1
        if view.plain[at : at + 3] == "في ":
            at += 3
        mention = self._mentions.get((view.field, at))
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
        spans = {
            m.hit.start - m.hit.proclitics: m.hit.end for (where, _), m in self._mentions.items() if where == view.field
        }
        for identity in self._actors.values():
            if identity.type != "person":
                spans.update(
                    {start: end for seen, start, end, _ in identity.places if seen is view and start not in spans}
                )
        known_at = {at for where, at in persons if where == view.field}
        done = 0
        for hit in longest([hit for hit in hits if hit.form.title or self._is_nisba(view, hit)]):
            if hit.start < done or self._is_house(view.word_before(hit.start - hit.proclitics)):
                continue
            introduction = introduce(view, self._tokens[view.field], hit, spans, known_at, self._lexicon)
            if introduction is None:
                continue
            country = self._title_country(view, introduction)
            known = persons.get((view.field, introduction.name_at))
            if known is not None:
                if hit.form.title == "posts" and not self._actors[known].places[0][3].endswith(":role"):
                    self._actors[known].role = self._actors[known].role or self._surface(view, *introduction.title)
                done = introduction.name_at
            elif introduction.name is not None and not self._is_covered(view, *introduction.name):
                own = None if hit.form.title else self._mentions[view.field, hit.start - hit.proclitics].codes[0]
                self._unknown(view, introduction, country or own, titled=bool(hit.form.title))
                done = introduction.name[1]

    def _is_nisba(self, view: View, hit: Hit) -> bool:
        """Whether a hit is a definite demonym in the singular, which may introduce a person: الإسباني رافايل نادال."""
        form = hit.form
        if form.kind != "demonym" or form.affix != "definite" or not form.text.endswith(("ي", "يه")):
            return False
        if view.word_after(hit.end) not in self._lexicon.words.given:
            return False
        return (view.field, hit.start - hit.proclitics) in self._mentions

    def _title_country(self, view: View, introduction: Introduction) -> str | None:
        """The country of a post, from the first demonym, name or body inside its title."""
        for at in introduction.holders:
            mention = self._mentions.get((view.field, at))
            if mention is not None:
                mention.role = "actor"
                return mention.codes[0]
            for actor in self._actors.values():
                if any(seen is view and start == at for seen, start, _, _ in actor.places):
                    return actor.country
        return None

    def _unknown(self, view: View, introduction: Introduction, country: str | None, *, titled: bool) -> None:
        """Add the person whom a title or a nisba introduces."""
        start, end = introduction.name or (0, 0)
        country = country or self._near_country(view, introduction.title[0], end)
        role = self._surface(view, *introduction.title) if titled else None
        self._name(view, start, end, country, role, "rule:title" if titled else "rule:demonym")

    def _behind_nisba(self, view: View) -> set[int]:
        """Where words stand right behind a definite nisba: الإسباني …"""
        return {
            m.hit.end + 1
            for (where, _), m in self._mentions.items()
            if where == view.field and m.hit.form.kind == "demonym" and m.hit.form.affix != "plain"
        }

    def _unlisted(self, view: View, is_free: Callable[[int, int], bool]) -> None:
        """Add the people and organisations that only the look of their names tells."""
        words = self._lexicon.words
        mentions = [m for (where, _), m in self._mentions.items() if where == view.field]
        places = [(m.hit.start - m.hit.proclitics, m.hit.end, m.hit.form.kind == "demonym") for m in mentions]

        def is_no_place(start: int, end: int) -> bool:
            """Whether no country is named there, but for a nisba inside, which is a surname then."""
            return is_free(start, end) and not any(
                start < stop and begin < end and not (nisba and start < begin) for begin, stop, nisba in places
            )

        tokens = self._tokens[view.field]
        spans = {
            m.hit.start - m.hit.proclitics: Span(
                m.hit.end, nisba=m.hit.form.kind == "demonym", apart=m.hit.proclitics > 0
            )
            for m in mentions
        }
        for found in find_organisations(view, tokens, words, spans, is_free):
            self._organisation(view, found)
        for start, end in find_names(view, tokens, words, is_no_place):
            self._name(view, start, end, self._near_country(view, start, end), None, "rule:name")

    def _free(self, view: View, hits: list[Hit]) -> Callable[[int, int], bool]:
        """A test of a stretch: no mention is there, no dateline, nothing that the lexicon takes for something else."""
        skip = self._skip if view.field == "text" else ()
        blocked = [(hit.start, hit.end) for hit in hits if hit.form.block or hit.form.homonyms]

        def is_free(start: int, end: int) -> bool:
            if any(start < stop and begin < end for begin, stop in (*blocked, *skip)):
                return False
            return not self._is_covered(view, start, end)

        return is_free

    def _speakers(self, view: View, hits: list[Hit], is_free: Callable[[int, int], bool]) -> None:
        """Add who is named by a surname alone, behind a verb of saying: somebody of the lexicon whose country the
        article names, if only one bears it, else one unknown.
        """
        for start, end in find_surnames(view, self._tokens[view.field], self._lexicon.words, is_free):
            if (view.field, start) in self._mentions:
                continue
            bearers = {identity for hit in hits if (hit.start, hit.end) == (start, end) for identity in hit.form.short}
            named = {code for mention in self._mentions.values() for code in mention.codes}
            fitting = [identity for identity in bearers if self._held(identity)[0] in named]
            if len(fitting) == 1:
                self._listed(fitting[0], view, start, end)
            elif not bearers:
                self._name(view, start, end, self._near_country(view, start, end), None, "rule:speaker")

    def _organisation(self, view: View, found: Organisation) -> None:
        """Add an organisation with the country inside its name, or of the place right behind it."""
        country = None
        for at in found.holders:
            mention = self._mentions[view.field, at]
            mention.role = "actor"
            country = country or mention.codes[0]
        if country is None and not found.wide:
            country = self._located(view, found.end)
        name = self._surface(view, found.start, found.end)
        person = self._organisation_like(view.plain[found.start : found.end], found.type)
        if person is None:
            identity = _hashed(view.plain[found.start : found.end])
            person = _Person(identity, name, None, found.type, country, None, known=False, settled=found.wide)
        self._add(person, view, found.start, found.end, "rule:head")
        if found.own is not None:
            self._own_names.setdefault(person.id, view.plain[slice(*found.own)])

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
        mention = self._mentions.get((view.field, at))
        if mention is None or len(mention.codes) != 1:
            return None
        proclitics = view.plain[at : at + mention.hit.proclitics]
        return mention.codes[0] if proclitics == ("" if inside else "ب") else None

    def _near_country(self, view: View, start: int, end: int) -> str | None:
        """The country right before a name (its nisba, its post's), or in the post in apposition behind it."""
        apposed = APPOSITION.match(view.clean, end)
        for (where, at), mention in self._mentions.items():
            if where != view.field or len(mention.codes) != 1:
                continue
            if 0 < start - mention.hit.end <= _BEFORE_NAME and "." not in view.clean[mention.hit.end : start]:
                return mention.codes[0]
            if apposed and 0 < at - end <= _BEHIND_NAME and not _SENTENCE_END.search(view.clean, end, at):
                return mention.codes[0]
        return None if self._leading else self._last_country(view, start)

    def _last_country(self, view: View, start: int) -> str | None:
        """Where no country leads the article (a match of two teams): the one named last in the sentence before."""
        before = [
            mention
            for (where, at), mention in self._mentions.items()
            if where == view.field
            and len(mention.codes) == 1
            and 0 < start - at < _NOT_FAR
            and not _SENTENCE_END.search(view.clean, mention.hit.end, start)
        ]
        return max(before, key=lambda mention: mention.hit.start).codes[0] if before else None

    def _name(self, view: View, start: int, end: int, country: str | None, role: str | None, entry: str) -> None:
        """Add a person that the lexicon lacks, or a mention of one found before; countries in the name are surnames."""
        for (where, at), mention in self._mentions.items():
            if where == view.field and start <= at < end and mention.hit.end <= end:
                self._surnames.add((where, at))
        name = view.plain[start:end]
        person = self._bearer(name) or _Person(
            _hashed(name), self._surface(view, start, end), None, "person", country, role, known=False
        )
        self._add(person, view, start, end, entry)

    def _bearer(self, name: str) -> _Person | None:
        """The person already found whose name this is in a longer or shorter form: the same words at both ends, more
        words behind the same two (محمد فريد, محمد فريد حجازي; عمر الرزاز, عمر أحمد منيف الرزاز), or the surname alone.
        """
        words = name.split(" ")
        for person in self._actors.values():
            if person.type != "person":
                continue
            for view, start, end, _ in person.places:
                other = view.plain[start:end].split(" ")
                shorter = min(len(words), len(other))
                ends_alike = words[-1] == other[-1] or words[:shorter] == other[:shorter]
                if ends_alike and (shorter == 1 or words[0] == other[0]):
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
        for person in [actor for actor in self._actors.values() if not actor.known and actor.type == "person"]:
            first_view, first, end, _ = person.places[0]
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
        return any(start < other_end and other_start < end for other_start, other_end in self._covered[view.field])

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
    return f"x-{blake2b(_without_article(name).encode(), digest_size=8).hexdigest()}"


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
