"""Compiles the lexicon's source: spreads every entry to its forms, and refuses what contradicts itself."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from workers.lexicon.compiled import dump
from workers.lexicon.files import LATIN, lines_of
from workers.lexicon.forms import ARTICLE, name_forms, nisba_forms, plain_form, with_lil
from workers.lexicon.model import Actor, Body, Content, Country, Form, LexiconError, Needs, Post, Shared, Words
from workers.lexicon.outlets import compile_names, read_outlets
from workers.text.fold import fold_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Set

    from workers.lexicon.outlets import Outlet
    from workers.lexicon.schema import ActorEntry, BodyEntry, CountryEntry, PostEntry
    from workers.lexicon.source import Source

__all__ = ["compile_file", "compile_source", "forms_of_names"]

# Lists of rules.yaml that the grammars of posts and of organisations read as they are.
_OF_RULES = ("houses", "currencies", "clocks", "media_heads", "authorities", "officers")
_SHORTEST = 3
# So many of the most frequent words are never the second word of a name.
_FREQUENT = 6000


def compile_file(source: Source) -> bytes:
    """Return the compiled file of a source; the same source gives the same bytes.

    Raises:
        LexiconError: as compile_source does.
    """
    return dump(compile_source(source), compile_names(source), LATIN.read_bytes())


def compile_source(source: Source) -> Content:
    """Return all that the lexicon holds, in the order of its source.

    Raises:
        LexiconError: with every entry that contradicts another, or the first rule that speaks of nothing.
    """
    return _Compiler(source).content()


def forms_of_names(phrases: Iterable[str]) -> Iterator[tuple[str, str, int]]:
    """Yield the forms of names as the matcher looks for them: folded text, affix, letters of لل before the name."""
    for phrase in phrases:
        for variant in name_forms(plain_form(phrase)):
            yield from _spread(variant, phrase.startswith(ARTICLE))


def _spread(phrase: str, is_definite: bool | None) -> list[tuple[str, str, int]]:
    """The form of a phrase as it stands and, when it is definite, after لل.

    Whether it is, only the unfolded spelling tells (ألمانيا is not); for a folded phrase the caller does.
    """
    text = plain_form(phrase)
    if is_definite is None:
        is_definite = phrase.startswith(ARTICLE)
    if not is_definite or text.startswith("الله"):
        return [(text, "plain", 0)]
    return [(text, "definite", 0), (with_lil(text), "lil", 1 if text.startswith("الل") else 2)]


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(map(plain_form, words))


def _post(post: PostEntry, country: str | None) -> Post:
    """A post as workers read it; `country` is the actor's own."""
    held_for = post.country if "country" in post.model_fields_set else country
    return Post(post.role, post.first, post.last, held_for, post.as_of)


class _Compiler:
    """Builds forms, the entries' first, then what the rules say of them."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._countries: dict[str, Country] = {}
        self._actors: dict[str, Actor] = {}
        self._posts: dict[str, tuple[Post, ...]] = {}
        self._bodies: dict[str, Body] = {}
        self._cities: dict[str, str] = {}
        # Names of people from the gazetteer, by kind.
        self._people: dict[str, set[str]] = {"given": set(), "doubtful": set(), "family": set()}
        self._forms: dict[str, Form] = {}
        self._rules = source.lists["rules.yaml"]
        self._grammar = {name: tuple(map(fold_text, words)) for name, words in source.lists["grammar.yaml"].items()}
        self._common = lines_of(source.generated["common.txt"])
        # GeoNames ids by country and folded name; the country's own is that of no name.
        self._places: dict[str, dict[str, int]] = {}
        for line in lines_of(source.generated["geonames.tsv"]):
            code, name, identity = line.split("\t")
            self._places.setdefault(code, {})[name] = int(identity)
        # Forms that rules.yaml gives to several countries: no country claims them for itself.
        shared = (*self._rules["shared"], *self._rules["pairs"])
        self._shared = frozenset(form for rule in shared for form in self._rule_texts(rule))

    def content(self) -> Content:
        source = self._source
        problems = [
            *self._add_each(self._add_country, source.countries),
            *self._add_each(self._add_actor, source.actors),
            *self._add_each(
                self._add_body, {f"bodies.yaml, entry {n}": body for n, body in enumerate(source.bodies, 1)}
            ),
            *self._contradicting_bodies(),
            *self._contradicting_merges(),
        ]
        if problems:
            raise LexiconError(*problems)
        self._add_gazetteer()
        self._add_pairs()
        self._add_shared()
        self._add_outlets(read_outlets(source.lists["outlets.yaml"]))
        self._add_phrases()
        self._add_readings()
        self._add_weak()
        self._add_actor_rules()
        return Content(
            self._countries,
            self._actors,
            self._bodies,
            self._cities,
            self._posts,
            tuple(self._meaningful()),
            self._words(),
            {code: {name: id_ for name, id_ in names.items() if name} for code, names in self._places.items()},
        )

    def _add_each(self, add: Callable[[Any], None], entries: dict[str, Any]) -> Iterator[str]:
        """Add entries, and yield what is wrong with each, with the file that it stands in."""
        for name, entry in entries.items():
            try:
                add(entry)
            except LexiconError as error:
                yield f"{self._source.where.get(name, name)}: {error}"

    def _contradicting_bodies(self) -> Iterator[str]:
        """What is wrong with the bodies that actors say they are, with the file that each stands in."""
        taken: dict[tuple[str, str], str] = {}
        for actor in self._actors.values():
            where = self._source.where.get(actor.id, actor.id)
            for key in actor.bodies:
                if actor.country is None or key not in self._bodies:
                    yield f"{where}: {actor.id}: {key} is no body of a country: bodies.yaml has the keys"
                elif taken.setdefault((actor.country, key), actor.id) != actor.id:
                    yield f"{where}: {actor.id}: {taken[actor.country, key]} is {actor.country}'s {key} too: keep one"

    def _contradicting_merges(self) -> Iterator[str]:
        """What is wrong with the ids that went into entries, with the file that each stands in."""
        taken: dict[str, str] = {}
        bodies = {f"{code.lower()}-{key}" for code in self._countries for key in self._bodies}
        for actor in self._actors.values():
            where = self._source.where.get(actor.id, actor.id)
            for id_ in actor.merged:
                if id_ in self._actors:
                    yield f"{where}: {actor.id}: merged: {id_} is an entry still: take one of the two out"
                elif id_ in bodies:
                    yield f"{where}: {actor.id}: merged: {id_} is a body of bodies.yaml: say so by bodies"
                elif taken.setdefault(id_, actor.id) != actor.id:
                    yield f"{where}: {actor.id}: merged: {id_} went into {taken[id_]} already: keep one"

    def _form(self, text: str, *, affix: str = "plain", strip: int = 0) -> Form:
        if len(text.replace(" ", "")) < _SHORTEST:
            raise LexiconError(f"{text!r}: a form has at least {_SHORTEST} letters; write it with a word beside it")
        form = self._forms.get(text)
        if form is None:
            form = self._forms[text] = Form(text, affix, strip)
        return form

    def _spread(self, phrase: str, *, is_definite: bool | None = None) -> list[Form]:
        return [self._form(text, affix=affix, strip=strip) for text, affix, strip in _spread(phrase, is_definite)]

    def _demonyms(self, nisba: str) -> Iterator[Form]:
        """Every form of a demonym."""
        base = plain_form(nisba)
        for text in nisba_forms(base):
            bare = text.removeprefix(ARTICLE) if base.startswith(ARTICLE) else text
            yield from self._spread(text, is_definite=bare.startswith(ARTICLE))

    def _claim(self, form: Form, codes: tuple[str, ...], kind: str) -> None:
        if form.country and form.country != codes:
            raise LexiconError(f"{form.text!r} stands for {form.country} and {codes}: give it a rule in rules.yaml")
        if not form.country:
            form.country, form.kind = codes, kind

    def _add_country(self, entry: CountryEntry) -> None:
        code = entry.code
        self._countries[code] = Country(
            code,
            entry.name_en,
            entry.name_ar,
            next(iter(entry.demonyms), None),
            entry.english,
            entry.wikidata.id if entry.wikidata else None,
            self._places.get(code, {}).get(""),
        )
        kinds = (
            ("name", (entry.name_ar, *entry.names)),
            ("demonym", entry.irregular),
            ("capital", entry.capital),
            ("place", entry.places),
            ("metonym", entry.metonyms),
        )
        forms = [(kind, form) for kind, phrases in kinds for phrase in phrases for form in self._spread(phrase)]
        forms += [("demonym", form) for nisba in entry.demonyms for form in self._demonyms(nisba)]
        for kind, form in forms:
            if form.text not in self._shared:
                self._claim(form, (code,), kind)

    def _add_gazetteer(self) -> None:
        """Take CLDR's names as forms, and GeoNames' cities as what may follow a locator."""
        common = _folded(self._rules["no_city"])
        for line in lines_of(self._source.generated["gazetteer.tsv"]):
            code, kind, name = line.split("\t")
            if kind in self._people:
                self._people[kind].add(name)
                continue
            if code not in self._countries:
                raise LexiconError(f"gazetteer.tsv names {code}, which no file of countries/ has")
            if kind == "city":
                if name not in common:
                    self._cities[name] = code
                continue
            for form in self._spread(name):
                if form.text not in self._shared:
                    self._claim(form, (code,), "name")

    def _add_pairs(self) -> None:
        for rule in self._rules["pairs"]:
            self._check_countries("rules.yaml, pairs", *rule["codes"])
            for phrase in rule["forms"]:
                for form in self._spread(phrase):
                    self._claim(form, tuple(rule["codes"]), "name")

    def _add_shared(self) -> None:
        for rule in self._rules["shared"]:
            self._check_countries("rules.yaml, shared", *rule["cues"], *rule["also"])
            cues = tuple((plain_form(cue), code) for code, words in rule["cues"].items() for cue in words)
            chooser = Shared(cues, rule["nearest"], rule["default"], rule.get("shadda"))
            forms = [(form, "name") for phrase in rule["forms"] for form in self._spread(phrase)]
            forms += [(form, "demonym") for nisba in rule.get("demonyms", []) for form in self._demonyms(nisba)]
            for form, kind in forms:
                if form.country:
                    continue  # a pair's form (الكوريتان) means both, not one of them
                self._claim(form, tuple(rule["also"]), kind)
                form.shared = chooser

    def _add_actor(self, entry: ActorEntry) -> None:
        identity, country = entry.id, self._source.country_of[entry.id]
        self._check_countries(identity, country, *(post.country for post in entry.posts))
        self._actors[identity] = Actor(
            identity,
            entry.type,
            entry.name,
            entry.name_en,
            country,
            entry.undated_role,
            entry.wikidata.id if entry.wikidata else None,
            entry.beside,
            entry.bodies,
            entry.merged,
        )
        if entry.posts:
            self._posts[identity] = tuple(_post(post, country) for post in entry.posts)
        self._add_names(entry, country)

    def _add_names(self, entry: ActorEntry, country: str | None) -> None:
        identity = entry.id
        for form in self._name_forms((entry.name, *entry.spellings, *entry.alone)):
            if form.full and form.full != (identity,):
                raise LexiconError(
                    f"{identity}: {form.text!r} stands for {form.full[0]} too ({self._source.where[form.full[0]]}): "
                    "take it out of one of them"
                )
            form.full = (identity,)
            form.person = entry.type == "person"
        for form in self._name_forms(entry.common):
            if form.full != (identity,) or not form.person or country is None:
                raise LexiconError(f"{identity}: a common name is a full form of a person with a country")
            form.common = True
        for form in self._name_forms(entry.short):
            if identity not in form.short:
                form.short = (*form.short, identity)

    def _check_countries(self, identity: str, *codes: str | None) -> None:
        for code in codes:
            if code is not None and code not in self._source.countries:
                raise LexiconError(f"{identity}: there is no country {code}")

    def _name_forms(self, phrases: Iterable[str]) -> Iterator[Form]:
        for text, affix, strip in forms_of_names(phrases):
            yield self._form(text, affix=affix, strip=strip)

    def _add_body(self, entry: BodyEntry) -> None:
        key = entry.key
        if key in self._bodies:
            raise LexiconError(f"{key} stands twice in bodies.yaml")
        self._check_countries(key, *entry.only)
        self._bodies[key] = Body(key, entry.type, entry.name_en, entry.name_ar, entry.alone, frozenset(entry.only))
        for style, phrases in (("head", (*entry.heads, *entry.whole)), ("elliptic", entry.elliptic)):
            for phrase in phrases:
                for form in self._spread(phrase):
                    form.body_whole = phrase in entry.whole
                    if form.body and form.body != key:
                        raise LexiconError(f"{phrase!r} is a head of {form.body} and of {key}")
                    form.body, form.body_style = key, style

    @staticmethod
    def _rule_texts(rule: dict[str, Any]) -> list[str]:
        texts = [plain_form(phrase) for phrase in rule.get("forms", [])]
        return texts + [form for nisba in rule.get("demonyms", []) for form in nisba_forms(plain_form(nisba))]

    def _ruled(self, rule: dict[str, Any]) -> list[Form]:
        """The forms that a rule speaks of; those that the lexicon does not have are an error."""
        forms = [form for phrase in rule.get("forms", []) for form in self._spread(phrase)]
        forms += [form for nisba in rule.get("demonyms", []) for form in self._demonyms(nisba)]
        found = [form for form in forms if form.country or form.full or form.short]
        if not found:
            raise LexiconError(f"a rule speaks of {self._rule_texts(rule)[:3]}, which no country and no actor has")
        return found

    def _add_phrases(self) -> None:
        """Mark the phrases that name no country, and the titles."""
        for kind, phrases in self._rules["blocks"].items():
            for phrase in phrases:
                for form in self._spread(phrase):
                    form.block = kind
        for kind in ("posts", "ranks"):
            for phrase in self._source.lists["words.yaml"][kind]:
                for form in self._spread(phrase):
                    form.title = kind

    def _add_outlets(self, outlets: list[Outlet]) -> None:
        """Let outlets' forms name no country; one that a country or an actor has too stays theirs (العمانية)."""
        phrases = (phrase for outlet in outlets for phrase in outlet.in_text)
        for phrase in phrases:
            if len(plain_form(phrase).replace(" ", "")) < _SHORTEST:
                continue
            for form in self._spread(phrase):
                if not (form.country or form.full or form.short):
                    form.block = "media"

    def _add_readings(self) -> None:
        """Attach to countries' forms the rules that tell one reading from another."""
        for rule in self._rules["needs"]:
            cues = tuple(plain_form(cue) for cue in rule["anywhere"])
            needs = Needs(_folded(rule["before"]), _folded(rule["after"]), cues)
            for form in self._ruled(rule):
                form.needs = needs
        for rule in self._rules["never"]:
            for form in self._ruled(rule):
                form.never_before |= _folded(rule["before"])
                form.never_after |= _folded(rule["after"])
        for rule in self._rules["letters"]:
            for form in self._ruled(rule):
                spelled = rule["spelled"]
                after_lil = [with_lil(word) for word in spelled if word.startswith(ARTICLE)]
                form.letters = frozenset((*spelled, *after_lil))

    def _add_weak(self) -> None:
        """Mark the forms that need a locator or their country beside them, the locators, and the words for media."""
        for rule in self._rules["weak"]:
            for form in self._ruled(rule):
                form.weak = True
        for phrase in self._rules["locators"]:
            for form in self._spread(phrase):
                form.locator = True
        for word in self._rules["media_heads"]:
            for form in self._spread(word):
                form.medium = True

    def _add_actor_rules(self) -> None:
        for word in self._rules["no_preposition"]:
            for form in self._spread(word):
                form.bare = True
        for rule in self._rules["homonyms"]:
            self._check_countries("rules.yaml, homonyms", *rule["actors"])
            for actor in rule["actors"].values():
                if actor not in self._actors:
                    raise LexiconError(f"rules.yaml, homonyms: there is no actor {actor}: the rule needs its entry")
            for phrase in rule["forms"]:
                for form in self._spread(phrase):
                    form.homonyms = tuple(rule["actors"].items())

    def _meaningful(self) -> list[Form]:
        """Drop the forms that a rule named and nothing claims, and return the others."""
        self._forms = {
            text: form
            for text, form in self._forms.items()
            if form.country
            or form.block
            or form.full
            or form.short
            or form.body
            or form.title
            or form.homonyms
            or form.locator
            or form.medium
        }
        return list(self._forms.values())

    def _words(self) -> Words:
        lists = self._source.lists["words.yaml"]
        heads = {plain_form(word): kind for kind, words in lists["heads"].items() for word in words}
        sets = {name: _folded(words) for name, words in lists.items() if name != "heads"}
        sets |= {name: _folded(self._rules[name]) for name in _OF_RULES}
        inflected = self._around("verb_prefixes", sets["verbs"], "verb_endings")
        verbs = inflected - (sets["given"] - sets["doubtful"]) - sets["particles"]
        listed = self._listed_names(sets["posts"] | sets["ranks"] | sets["fields"] | heads.keys())
        # What was curated outweighs what is counted.
        doubtful = sets["doubtful"] | (listed["doubtful"] - listed["given"] - sets["given"])
        # على, on, folds like the name علي: only the spelling in the text tells them apart (View.is_preposition).
        given = (sets["given"] | listed["given"] | doubtful) - (sets["stop"] - sets["stop_given"]) - verbs
        shapes = (line.split("\t") for line in lines_of(self._source.generated["shapes.tsv"]))
        bearers = dict(line.split("\t") for line in lines_of(self._source.generated["bearers.tsv"]))
        computed: dict[str, Any] = {
            "verbs": verbs,
            "given": given,
            "common": frozenset(self._common),
            "frequent": frozenset(self._common[:_FREQUENT]) - given,
            "family": frozenset(listed["family"] - sets["stop"] - verbs),
            "doubtful": doubtful,
            "cues": sets["cues"] | sets["relatives"],
            "saying": self._around("saying_prefixes", sets["saying"]),
            "titles": (sets["posts"] | sets["ranks"]) - given - sets["particles"],
            "heads": heads,
            "shapes": {letters: int(value) for letters, value in shapes},
            "bearers": bearers,
            "kindred": frozenset(lists["kindred"]),
            "indexed": frozenset(code for codes in bearers.values() for code in codes.split()),
        }
        as_written: dict[str, Any] = {each.name: sets[each.name] for each in fields(Words) if each.name not in computed}
        return Words(**as_written, **computed)

    def _around(self, prefixes: str, words: Iterable[str], endings: str | None = None) -> frozenset[str]:
        """Words with each of the prefixes and endings that source/grammar.yaml has under these names."""
        before, behind = self._grammar[prefixes], self._grammar[endings] if endings else ("",)
        return frozenset(f"{one}{word}{two}" for word in words for one in before for two in behind)

    def _listed_names(self, others: Set[str]) -> dict[str, Set[str]]:
        """Names of people from the gazetteer and given.yaml by kind, without the words that are others'."""
        listed: dict[str, Set[str]] = {kind: names - others for kind, names in self._people.items()}
        for kind, names in self._source.lists["given.yaml"].items():
            listed["doubtful" if kind == "doubtful" else "given"] |= _folded(names) - others
        return listed
