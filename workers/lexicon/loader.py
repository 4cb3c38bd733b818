"""Reads the lexicon's data files, checks them, and builds the forms that the matcher looks for."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from workers.lexicon.files import lines_of, parse_yaml, read_file
from workers.lexicon.forms import ARTICLE, nisba_forms, with_lil
from workers.lexicon.matcher import Matcher
from workers.lexicon.model import Actor, Body, Country, Form, LexiconError, Needs, Post, Shared, Words
from workers.lexicon.names import read_outlets
from workers.text.fold import fold_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from workers.lexicon.names import Outlet

__all__ = ["FORMAT", "Lexicon", "load", "spelled"]

# Raised when the same data files would give other tags: part of the lexicon's version.
FORMAT = 2
_FILES = (
    "actors.yaml",
    "bodies.yaml",
    "common.txt",
    "countries.yaml",
    "datelines.yaml",
    "gazetteer.tsv",
    "given.yaml",
    "outlets.yaml",
    "posts.yaml",
    "rules.yaml",
    "shapes.tsv",
    "words.yaml",
)
# Lists of words.yaml that the grammars of posts and of organisations read as they are.
_AS_THEY_ARE = (
    "counterparts",
    "women",
    "envoys",
    "sendings",
    "alone_posts",
    "days",
    "formers",
    "sovereigns",
    "kin",
    "agents",
    "seats",
    "ranks",
    "loose",
    "generic",
    "lone",
    "guarded",
    "movable",
    "definite_only",
    "commands",
    "movements",
    "political",
    "attributes",
    "nouns",
    "wide",
    "purposes",
    "aims",
    "namesakes",
    "press",
    "belonging",
)
_SHORTEST = 3
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
# So many of the most frequent words are never the second word of a name.
_FREQUENT = 6000
_TYPES = frozenset(("person", "government", "armed_group", "party", "igo", "ngo", "company", "media", "other"))
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SPACES = re.compile(r"[\s_\-–—]+")
_MARKS = re.compile("[\u064b-\u0652\u0640]")


def _plain(text: str) -> str:
    """Fold a form as the matcher sees the text: hyphens and underscores as spaces."""
    return _SPACES.sub(" ", fold_text(text)).strip()


class Lexicon:
    """Countries, actors, bodies and their forms, with the matcher over all of them.

    ``version`` is the first 12 hex digits of SHA-256 over FORMAT and the data files: it changes when a tag may.
    """

    def __init__(self, files: dict[str, bytes]) -> None:
        """Build from the data files' bytes by name.

        Raises:
            LexiconError: when the data contradict themselves.
            yaml.YAMLError: when a file is not YAML.
        """
        digest = hashlib.sha256(f"{FORMAT}\n".encode())
        for name in _FILES:
            digest.update(hashlib.sha256(files[name]).digest())
        self.version = digest.hexdigest()[:12]
        data = {name: parse_yaml(files[name]) for name in _FILES if name.endswith(".yaml")}
        self.countries: dict[str, Country] = {}
        self.actors: dict[str, Actor] = {}
        self.bodies: dict[str, Body] = {}
        #: Country by the folded name of a city, which counts after a locator.
        self.cities: dict[str, str] = {}
        #: Names of people from the gazetteer, by kind: given, doubtful, family.
        self._people: dict[str, set[str]] = {"given": set(), "doubtful": set(), "family": set()}
        self._forms: dict[str, Form] = {}
        self._rules = data["rules.yaml"]
        # Forms that rules.yaml gives to several countries: no country claims them for itself.
        shared = (*self._rules["shared"], *self._rules["pairs"])
        self._shared = frozenset(form for rule in shared for form in self._rule_texts(rule))
        for add, name in (
            (self._add_country, "countries.yaml"),
            (self._add_actor, "actors.yaml"),
            (self._add_body, "bodies.yaml"),
        ):
            for entry in data[name]:
                add(entry)
        self._add_gazetteer(files["gazetteer.tsv"].decode())
        self.posts = {actor: tuple(self._posts(actor, posts)) for actor, posts in data["posts.yaml"].items()}
        self._add_shared()
        self._common = lines_of(files["common.txt"])
        self._add_outlets(read_outlets(data["outlets.yaml"]))
        self._add_phrases(data["words.yaml"])
        self._add_readings()
        self._add_weak()
        self._add_actor_rules()
        shapes = (line.split("\t") for line in lines_of(files["shapes.tsv"]))
        self.words = self._words(
            data["words.yaml"], data["given.yaml"], {letters: int(value) for letters, value in shapes}
        )
        self.matcher = Matcher(self._meaningful())

    def forms(self) -> list[Form]:
        """Return every form, in the order of the files."""
        return list(self._forms.values())

    def _form(self, text: str, *, affix: str = "plain", strip: int = 0) -> Form:
        if len(text.replace(" ", "")) < _SHORTEST:
            raise LexiconError(f"{text!r}: a form has at least {_SHORTEST} letters; write it with a word beside it")
        form = self._forms.get(text)
        if form is None:
            form = self._forms[text] = Form(text, affix, strip)
        return form

    def _spread(self, phrase: str, *, is_definite: bool | None = None) -> list[Form]:
        """The form of a phrase as it stands and, when it is definite, after لل.

        Whether it is, only the unfolded spelling tells (ألمانيا is not); for a folded phrase the caller does.
        """
        text = _plain(phrase)
        if is_definite is None:
            is_definite = phrase.startswith(ARTICLE)
        if not is_definite or text.startswith("الله"):
            return [self._form(text)]
        lil = with_lil(text)
        strip = 1 if text.startswith("الل") else 2
        return [self._form(text, affix="definite"), self._form(lil, affix="lil", strip=strip)]

    def _demonyms(self, nisba: str) -> Iterator[Form]:
        """Every form of a demonym."""
        base = _plain(nisba)
        for text in nisba_forms(base):
            bare = text.removeprefix(ARTICLE) if base.startswith(ARTICLE) else text
            yield from self._spread(text, is_definite=bare.startswith(ARTICLE))

    def _claim(self, form: Form, codes: tuple[str, ...], kind: str) -> None:
        if form.country and form.country != codes:
            raise LexiconError(f"{form.text!r} stands for {form.country} and {codes}: give it a rule in rules.yaml")
        if not form.country:
            form.country, form.kind = codes, kind

    def _add_country(self, entry: dict[str, Any]) -> None:
        code = entry["code"]
        if code in self.countries:
            raise LexiconError(f"{code} stands twice in countries.yaml")
        self.countries[code] = Country(
            code, entry["name_en"], entry["name_ar"], next(iter(entry.get("demonyms", [])), None)
        )
        kinds = (
            ("name", [entry["name_ar"], *entry.get("names", [])]),
            ("demonym", entry.get("irregular", [])),
            ("capital", entry.get("capital", [])),
            ("place", entry.get("places", [])),
            ("metonym", entry.get("metonyms", [])),
        )
        for kind, phrases in kinds:
            for phrase in phrases:
                for form in self._spread(phrase):
                    if form.text not in self._shared:
                        self._claim(form, (code,), kind)
        for nisba in entry.get("demonyms", []):
            for form in self._demonyms(nisba):
                if form.text not in self._shared:
                    self._claim(form, (code,), "demonym")

    def _add_gazetteer(self, text: str) -> None:
        """Take CLDR's names as forms, and GeoNames' cities as what may follow a locator."""
        common = _folded(self._rules["no_city"])
        for line in lines_of(text.encode()):
            code, kind, name = line.split("\t")
            if kind in self._people:
                self._people[kind].add(name)
                continue
            if code not in self.countries:
                raise LexiconError(f"gazetteer.tsv names {code}, which countries.yaml lacks")
            if kind == "city":
                if name not in common:
                    self.cities[name] = code
                continue
            for form in self._spread(name):
                if form.text not in self._shared:
                    self._claim(form, (code,), "name")

    def _add_shared(self) -> None:
        for rule in self._rules["pairs"]:
            for phrase in rule["forms"]:
                for form in self._spread(phrase):
                    self._claim(form, tuple(rule["codes"]), "name")
        for rule in self._rules["shared"]:
            cues = tuple((_plain(cue), code) for code, words in rule["cues"].items() for cue in words)
            chooser = Shared(cues, rule["nearest"], rule["default"], rule.get("shadda"))
            forms = [(form, "name") for phrase in rule["forms"] for form in self._spread(phrase)]
            forms += [(form, "demonym") for nisba in rule.get("demonyms", []) for form in self._demonyms(nisba)]
            for form, kind in forms:
                if form.country:
                    continue  # a pair's form (الكوريتان) means both, not one of them
                self._claim(form, tuple(rule["also"]), kind)
                form.shared = chooser

    def _add_actor(self, entry: dict[str, Any]) -> None:
        identity = entry["id"]
        if identity in self.actors:
            raise LexiconError(f"{identity} stands twice in actors.yaml")
        if not _SLUG.fullmatch(identity) or entry["type"] not in _TYPES:
            raise LexiconError(f"{identity}: an id is a slug, a type one of {', '.join(sorted(_TYPES))}")
        country = entry.get("country")
        if country is not None and country not in self.countries:
            raise LexiconError(f"{identity}: there is no country {country}")
        self.actors[identity] = Actor(
            identity,
            entry["type"],
            country,
            entry["name"],
            entry["name_en"],
            entry.get("role"),
            tuple(entry.get("beside", [])),
        )
        for form in self._name_forms((entry["name"], *entry.get("spellings", []), *entry.get("alone", []))):
            if form.full and form.full != (identity,):
                raise LexiconError(f"{form.text!r} stands for {form.full[0]} and for {identity}")
            form.full = (identity,)
            form.person = entry["type"] == "person"
        for form in self._name_forms(entry.get("common", [])):
            if form.full != (identity,) or not form.person or country is None:
                raise LexiconError(f"{identity}: a common name is a full form of a person with a country")
            form.common = True
        for form in self._name_forms(entry.get("short", [])):
            if identity not in form.short:
                form.short = (*form.short, identity)

    def _posts(self, identity: str, entries: list[dict[str, Any]]) -> Iterator[Post]:
        """An actor's posts, checked: months in order, none before the one above it has begun."""
        if identity not in self.actors:
            raise LexiconError(f"posts.yaml: there is no actor {identity}")
        before = ""
        for entry in entries:
            first, last = str(entry["from"]), entry.get("to")
            country = entry.get("country", self.actors[identity].country)
            months = (first,) if last is None else (first, str(last))
            if not all(map(_MONTH.fullmatch, months)) or list(months) != sorted(months) or first < before:
                raise LexiconError(f"posts.yaml: the months of {identity} are not in order at {first}")
            if country is not None and country not in self.countries:
                raise LexiconError(f"posts.yaml: {identity}: there is no country {country}")
            before = first
            yield Post(entry["role"], first, None if last is None else str(last), country)

    def post(self, identity: str, month: str) -> Post | None:
        """The post that an actor held in a month (YYYY-MM), the later one where two meet in it; None when unknown."""
        held = [post for post in self.posts.get(identity, ()) if post.first <= month <= (post.last or month)]
        return held[-1] if held else None

    def _name_forms(self, phrases: Iterable[str]) -> Iterator[Form]:
        for phrase in phrases:
            for variant in _name_variants(_plain(phrase)):
                yield from self._spread(variant, is_definite=phrase.startswith(ARTICLE))

    def _add_body(self, entry: dict[str, Any]) -> None:
        key = entry["key"]
        if key in self.bodies:
            raise LexiconError(f"{key} stands twice in bodies.yaml")
        self.bodies[key] = Body(
            key,
            entry.get("type", "government"),
            entry["name_en"],
            entry["name_ar"],
            entry["alone"],
            frozenset(entry.get("only", ())),
        )
        whole = entry.get("whole", [])
        for style, phrases in (("head", [*entry["heads"], *whole]), ("elliptic", entry["elliptic"])):
            for phrase in phrases:
                for form in self._spread(phrase):
                    form.body_whole = phrase in whole
                    if form.body and form.body != key:
                        raise LexiconError(f"{phrase!r} is a head of {form.body} and of {key}")
                    form.body, form.body_style = key, style

    @staticmethod
    def _rule_texts(rule: dict[str, Any]) -> list[str]:
        texts = [_plain(phrase) for phrase in rule.get("forms", [])]
        return texts + [form for nisba in rule.get("demonyms", []) for form in nisba_forms(_plain(nisba))]

    def _ruled(self, rule: dict[str, Any]) -> list[Form]:
        """The forms that a rule speaks of; those that the lexicon does not have are an error."""
        forms = [form for phrase in rule.get("forms", []) for form in self._spread(phrase)]
        forms += [form for nisba in rule.get("demonyms", []) for form in self._demonyms(nisba)]
        found = [form for form in forms if form.country or form.full or form.short]
        if not found:
            raise LexiconError(f"a rule speaks of {self._rule_texts(rule)[:3]}, which no country and no actor has")
        return found

    def _add_phrases(self, words: dict[str, Any]) -> None:
        """Mark the phrases that name no country, and the titles."""
        for kind, phrases in self._rules["blocks"].items():
            for phrase in phrases:
                for form in self._spread(phrase):
                    form.block = kind
        for kind in ("posts", "ranks"):
            for phrase in words[kind]:
                for form in self._spread(phrase):
                    form.title = kind

    def _add_outlets(self, outlets: list[Outlet]) -> None:
        """Let outlets' forms name no country; one that a country or an actor has too stays theirs (العمانية)."""
        phrases = (phrase for outlet in outlets for phrase in outlet.in_text)
        for phrase in phrases:
            if len(_plain(phrase).replace(" ", "")) < _SHORTEST:
                continue
            for form in self._spread(phrase):
                if not (form.country or form.full or form.short):
                    form.block = "media"

    def _add_readings(self) -> None:
        """Attach to countries' forms the rules that tell one reading from another."""
        for rule in self._rules["needs"]:
            cues = tuple(_plain(cue) for cue in rule["anywhere"])
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
            for actor in rule["actors"].values():
                if actor not in self.actors:
                    raise LexiconError(f"rules.yaml, homonyms: there is no actor {actor}")
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
        return self.forms()

    def _words(self, lists: dict[str, Any], given_names: dict[str, list[str]], shapes: dict[str, int]) -> Words:
        heads = {_plain(word): kind for kind, words in lists["heads"].items() for word in words}
        sets = {name: frozenset(map(_plain, words)) for name, words in lists.items() if name != "heads"}
        verbs = sets["verbs"]
        inflected = {
            f"{prefix}{verb}{ending}"
            for verb in verbs
            for prefix in ("", "و", "ف", "ي", "ت", "س")
            for ending in ("", "ت", "وا", "ا")
        }
        particles = sets["particles"]
        common = frozenset(self._common)
        others = sets["posts"] | sets["ranks"] | sets["fields"] | heads.keys()
        listed = {kind: names - others for kind, names in self._people.items()}
        for kind, names in given_names.items():
            listed["doubtful" if kind == "doubtful" else "given"] |= _folded(names) - others
        # What was curated outweighs what is counted.
        doubtful = sets["doubtful"] | (listed["doubtful"] - listed["given"] - sets["given"])
        verbs = frozenset(inflected) - (sets["given"] - sets["doubtful"]) - particles
        # على, on, folds like the name علي: only the spelling in the text tells them apart (View.is_preposition).
        given = (sets["given"] | listed["given"] | doubtful) - (sets["stop"] - {"علي"}) - verbs
        return Words(
            fields=sets["fields"],
            connectors=sets["connectors"],
            stop=sets["stop"],
            verbs=verbs,
            given=given,
            particles=particles,
            common=common,
            frequent=frozenset(self._common[:_FREQUENT]) - given,
            family=frozenset(listed["family"] - sets["stop"] - verbs),
            doubtful=doubtful,
            **{name: sets[name] for name in _AS_THEY_ARE},
            cues=sets["cues"] | sets["relatives"],
            relatives=sets["relatives"],
            players=sets["players"],
            saying=frozenset(prefix + verb for verb in sets["saying"] for prefix in ("", "و", "ف")),
            halves=sets["halves"],
            heads=heads,
            shapes=shapes,
            titles=(sets["posts"] | sets["ranks"]) - given - particles,
            **{
                name: frozenset(_plain(word) for word in self._rules[name])
                for name in ("houses", "currencies", "media_heads", "authorities", "officers")
            },
        )


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(_plain(word) for word in words)


def spelled(surface: str) -> str:
    """Return a surface without diacritics and tatweel, letters as written: what a ``letters`` rule compares."""
    return _MARKS.sub("", surface)


def _name_variants(text: str) -> list[str]:
    """A folded name with عبد written together or apart, and with ابو in its other cases."""
    variants = [text]
    if "عبد ال" in text:
        variants.append(text.replace("عبد ال", "عبدال"))
    elif "عبدال" in text:
        variants.append(text.replace("عبدال", "عبد ال"))
    for name in list(variants):
        if name.startswith("ابو ") or " ابو " in name:
            variants += [
                re.sub(r"\bابو ", "ابي ", name),
                re.sub(r"\bابو ", "ابا ", name),
                re.sub(r"\bابو ", "ابو", name),
            ]
    return list(dict.fromkeys(variants))


@lru_cache(maxsize=1)
def load() -> Lexicon:
    """Return the lexicon that ships with the package; it is built once for each process.

    Raises:
        LexiconError: when the data files contradict themselves.
    """
    return Lexicon({name: read_file(name) for name in _FILES})
