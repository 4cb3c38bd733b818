"""The pass that finds actors of the lexicon: people, organisations and every country's bodies, by their forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.lexicon import longest
from workers.lexicon.forms import ARTICLE
from workers.tagging.acting import is_scene
from workers.tagging.bodies import find_bodies
from workers.tagging.claims import ListedClaim
from workers.tagging.looks import looks_foreign, name_kind
from workers.tagging.persons import read_post
from workers.tagging.readings import is_refused
from workers.text.fold import fold_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from workers.lexicon import Hit, Lexicon
    from workers.lexicon.model import Form, Words
    from workers.tagging.claims import BodyClaim, Claims, Countries, CountryClaim
    from workers.tagging.model import FieldName
    from workers.tagging.persons import StatedPost
    from workers.tagging.text import AnnotatedText, Field
    from workers.tagging.view import View

__all__ = ["find_known", "is_house"]

_NOT_FAR = 150
_LONGEST_POST = 9
# The name علي, which folds like على, on.
_ON = "علي "
_FILIATION = frozenset(("بن", "ابن", "بنت"))
# Proclitics that may stand before a surname alone; behind others it may be the rest of a word or a place's.
_BEFORE_LONE = frozenset(("", "و", "ف", "ل", "ول"))
# Particles of Arabic names, which make another name of the word behind them.
_ARABIC_PARTICLES = frozenset(
    ("بن", "ابن", "بنت", "ابو", "ابي", "ابا", "ال", "عبد", "ام", "ولد", "الله", "الدين", "بو")
)
# Between a name and the post that follows it.
_BEHIND = frozenset((" ", "، ", " ، ", "، وهو ", "، وهي "))


def find_known(text: AnnotatedText, claims: Claims) -> list[ListedClaim | BodyClaim]:
    """Return the claims of listed actors, then those of bodies; among them those that are lost."""
    chosen = {field.name: _chosen(field) for field in text.fields}
    others = _others(chosen, text, claims)
    found: list[ListedClaim | BodyClaim] = []
    if others:
        found += [_claim(field, hit, hit.form.full[0], text, against) for field, hit, against in others]
        lost = {id(hit) for _, hit, _ in others}
        chosen = {name: [hit for hit in hits if id(hit) not in lost] for name, hits in chosen.items()}
    seen = {hit.form.full[0] for hits in chosen.values() for hit in hits if hit.form.full}
    for field in text.fields:
        found += _listed(field, chosen[field.name], seen, text, claims.countries)
    return found + find_bodies(_bodies(chosen, text), text, claims)


def _bodies(chosen: Mapping[FieldName, Sequence[Hit]], text: AnnotatedText) -> list[tuple[Field, Hit]]:
    """The forms of bodies that are no listed actor's."""
    return [(field, hit) for field in text.fields for hit in chosen[field.name] if hit.form.body and not hit.form.full]


def is_house(word: str, words: Words) -> bool:
    """Tell whether a word makes the name after it that of a street, an airport, a prize: not the person."""
    return word in words.houses or (word[:1] in ("و", "ب", "ل") and word[1:] in words.houses)


# The forms that count ------------------------------------------------------------------------------------------------


def _chosen(field: Field) -> list[Hit]:
    """The forms of actors and bodies, the longest of those that overlap, outside of datelines."""
    wanted = [hit for hit in field.hits if _may_name(hit.form)]
    wanted = _without_preposition(wanted, field.view)
    # What is blocked names no country. It may be a listed actor (تركي الفيصل), and a body once a country stands
    # beside it (مجلس الأمن القومي التركي).
    return [
        hit
        for hit in longest(wanted)
        if (hit.form.body or hit.form.full or not hit.form.block) and not field.in_dateline(hit.start)
    ]


def _may_name(form: Form) -> bool:
    """Whether a form names an actor, or something that holds the words of one."""
    return bool(form.full or form.short or form.body or form.homonyms) or form.block in ("things", "clubs", "persons")


def _without_preposition(hits: list[Hit], view: View) -> list[Hit]:
    """The forms without those whose علي is the preposition: على محمود عباس is on Mahmoud Abbas, no Ali."""
    on = [
        hit
        for hit in hits
        if hit.form.person and hit.form.text.startswith(_ON) and view.is_preposition(hit.start, hit.start + 3)
    ]
    if not on:
        return hits
    whole = {(hit.start, hit.end): hit.form.full for hit in hits if hit.form.full}
    other = [hit for hit in on if whole.get((hit.start + len(_ON), hit.end), hit.form.full) != hit.form.full]
    return [hit for hit in hits if hit not in other]


# Common names ---------------------------------------------------------------------------------------------------------


def _others(
    chosen: Mapping[FieldName, Sequence[Hit]], text: AnnotatedText, claims: Claims
) -> list[tuple[Field, Hit, str]]:
    """The common names that mean somebody else, with the reason: whom the article names otherwise too, or a title tells
    from others where his country or none is named, is the listed person.
    """
    common = [(field, hit) for field in text.fields for hit in chosen[field.name] if hit.form.common]
    if not common:
        return []
    meant = _named_otherwise(chosen) | {
        hit.form.full[0] for field, hit in common if _is_meant(field, hit, chosen[field.name], text, claims)
    }
    others = []
    for field, hit in common:
        if hit.form.full[0] not in meant:
            others.append((field, hit, "others bear this name, and no post tells that he is meant"))
        elif _is_part(field.view, hit, text.words):
            others.append((field, hit, "it is a part of a longer name"))
    return others


def _named_otherwise(chosen: Mapping[FieldName, Sequence[Hit]]) -> set[str]:
    """The actors whom a full name names that nobody else bears."""
    return {hit.form.full[0] for hits in chosen.values() for hit in hits if hit.form.full and not hit.form.common}


def _is_meant(field: Field, hit: Hit, chosen: Sequence[Hit], text: AnnotatedText, claims: Claims) -> bool:
    """Whether the article names the country of the one who is listed, or none, and a title tells him from others."""
    country, named = text.country_and_role(hit.form.full[0])[0], claims.countries.named
    if country in named and _is_athlete(hit.form.full[0], text):
        return True
    return (not named or country in named) and _is_titled(field, hit, country, chosen, text, claims)


def _is_athlete(identity: str, text: AnnotatedText) -> bool:
    """Whether somebody plays or trains, and the article is on sports."""
    role = fold_text(text.country_and_role(identity)[1] or text.lexicon.actors[identity].role or "")
    if role.split(" ")[0] not in text.words.athletes:
        return False
    return any(not text.words.sports.isdisjoint(field.tokens.words) for field in text.fields)


def _is_part(view: View, hit: Hit, words: Words) -> bool:
    """Whether a full name is part of a longer one: طارق محمود علوي, محمد مصطفى أبو عادل."""
    before, after = view.word_before(hit.start - hit.proclitics), view.word_after(hit.end)
    return before in words.given or after in words.given or after in words.particles


def _is_titled(
    field: Field, hit: Hit, country: str | None, chosen: Sequence[Hit], text: AnnotatedText, claims: Claims
) -> bool:
    """Whether a post, or an officer's rank, stands before a name or right behind it, and is of no other country."""
    start = hit.start - hit.proclitics
    countries = claims.countries.at(field)
    ends = _ends(chosen, countries)
    for title in longest([other for other in field.hits if other.form.title]):
        if not _tells_apart(title, text.words):
            continue
        if title.form.title == "posts" and field.view.clean[hit.end : title.start] in _BEHIND:
            return True
        if not _is_proof(title, text.words) or not 0 < start - title.start < _NOT_FAR:
            continue
        post = read_post(field.view, field.tokens, title, ends, {start}, text.words, _LONGEST_POST)
        if post.then == start and _is_of(country, post, countries):
            return True
    return False


def _ends(chosen: Sequence[Hit], countries: Mapping[int, CountryClaim]) -> dict[int, int]:
    """Where bodies, organisations and countries end that a post may hold, by where they begin."""
    ends = {other.start: other.end for other in chosen if not other.form.person}
    ends.update({at: claim.hit.end for at, claim in countries.items()})
    return ends


def _is_of(country: str | None, post: StatedPost, countries: Mapping[int, CountryClaim]) -> bool:
    """Whether a post names no country but this one."""
    return all(country in countries[at].codes for at in post.holders if at in countries)


def _tells_apart(title: Hit, words: Words) -> bool:
    """Whether a title tells one man from another: a player's part does not."""
    return title.form.text not in words.players and f"{ARTICLE}{title.form.text}" not in words.players


def _is_proof(title: Hit, words: Words) -> bool:
    """Whether a title before a name proves who is meant: of the ranks only an officer's."""
    return title.form.title != "ranks" or title.form.text in words.officers


# What each form means -------------------------------------------------------------------------------------------------


def _listed(
    field: Field, chosen: Sequence[Hit], seen: set[str], text: AnnotatedText, countries: Countries
) -> Iterator[ListedClaim]:
    """The claims of a field's forms; ``seen`` are those whom the article names in full."""
    earlier: list[str] = []
    for hit in chosen:
        form = hit.form
        if form.full:
            identity, against = form.full[0], ""
            earlier.append(identity)
        elif form.homonyms or form.short:
            identity, against = _meant(field, hit, seen, earlier, text, countries)
        else:
            continue
        yield _claim(field, hit, identity, text, against or _objection(field, hit, identity, text))


def _meant(
    field: Field, hit: Hit, seen: set[str], earlier: Sequence[str], text: AnnotatedText, countries: Countries
) -> tuple[str, str]:
    """Whom a form means that several may: the id, and why it is nobody, if it is."""
    form = hit.form
    identity = next((actor for country, actor in form.homonyms if country == countries.leading), None)
    if identity is not None:
        return identity, ""
    if not form.short:
        return form.homonyms[0][1], "no country of those who bear this name leads the article"
    return _bearer(field, hit, seen, earlier, text, countries)


def _bearer(
    field: Field, hit: Hit, seen: set[str], earlier: Sequence[str], text: AnnotatedText, countries: Countries
) -> tuple[str, str]:
    """Whom a short form means: its bearer among those named in full, the nearest before when several are."""
    form = hit.form
    bearers = [identity for identity in form.short if _is_named(identity, seen, text.lexicon)]
    if not bearers:
        lone = _lone_bearer(field, hit, text, countries)
        against = "" if lone else "a short form, and the article does not name the actor in full"
        return lone or form.short[0], against
    if form.bare and field.view.plain[hit.start - hit.proclitics : hit.start] not in ("", "و", "ف"):
        return bearers[0], "a common word behind a preposition"
    if _is_behind_a_name(field, hit, text.words):
        return bearers[0], "another given name stands before it"
    if len(bearers) == 1:
        return bearers[0], ""
    nearest = next((each for each in reversed(earlier) if each in bearers), None)
    return (nearest, "") if nearest else (bearers[0], "several bear this name, and none is named before")


def _lone_bearer(field: Field, hit: Hit, text: AnnotatedText, countries: Countries) -> str | None:
    """Who is meant by a foreign surname that the article never names in full: the one of those who bear it whose
    country is named, where the surname stands beside no other name and is no place's.
    """
    surname, words = hit.form.text.split(" "), text.words
    clitics = field.view.plain[hit.start - hit.proclitics : hit.start]
    if not _is_foreign(surname, words) or clitics not in _BEFORE_LONE or field.is_quoted(hit.start, hit.end):
        return None
    fitting = [identity for identity in hit.form.short if _is_of_the_time(identity, text, countries)]
    if len(fitting) != 1 or any(_is_anothers(each, surname, words) for each in text.fields):
        return None
    return fitting[0]


def _is_of_the_time(identity: str, text: AnnotatedText, countries: Countries) -> bool:
    """Whether somebody is a person of a country that the article names, and holds a post then, if he ever held one."""
    country, _ = text.country_and_role(identity)
    if text.lexicon.actors[identity].type != "person" or country not in countries.named:
        return False
    is_timeless = text.month is None or identity not in text.lexicon.posts
    return is_timeless or text.lexicon.post(identity, text.month or "") is not None


def _is_foreign(surname: Sequence[str], words: Words) -> bool:
    """Whether a surname is foreign by its letters, with at most a particle before it (دي ماريا)."""
    is_one = len(surname) == 1 or (len(surname) == 2 and surname[0] in words.particles - _ARABIC_PARTICLES)
    return is_one and surname[-1] not in words.common and looks_foreign(surname[-1], words)


def _is_anothers(field: Field, surname: Sequence[str], words: Words) -> bool:
    """Whether a field has somebody else of this surname, or a place: by a word beside it that may be of a name."""
    tokens, size = field.tokens, len(surname)
    beside: set[str] = set()
    for number, word in enumerate(tokens.words):
        if word == surname[0] and tokens.words[number : number + size] == surname:
            beside |= {tokens.before(number), tokens.word_behind(number + size - 1)}
    beside |= {word[1:] for word in beside if word[:1] == "و" and len(word) > 3}
    return any(_is_of_a_name(word, words) for word in beside if word)


def _is_of_a_name(word: str, words: Words) -> bool:
    """Whether a word may be a part of a name with one beside it, or tells that a place's name is."""
    if word in words.given or word in words.seats or word in words.houses:
        return True
    kind = name_kind(word, words)
    return word not in words.verbs and kind in ("family", "unknown") and looks_foreign(word, words)


def _is_named(identity: str, seen: set[str], lexicon: Lexicon) -> bool:
    """Whether the article names an actor in full, or one beside whom its short forms count too (داعش والقاعدة)."""
    return identity in seen or any(other in seen for other in lexicon.actors[identity].beside)


def _objection(field: Field, hit: Hit, identity: str, text: AnnotatedText) -> str:
    """Return what the words beside a form say against it, or an empty string."""
    before = field.view.word_before(hit.start - hit.proclitics)
    if is_refused(hit, before, field.view):
        return "with the word beside it, it means something else"
    if text.lexicon.actors[identity].type != "person":
        is_place = hit.form.text in text.words.palaces and is_scene(field, hit.start, text.words)
        return "a place here: nobody acts in it" if is_place else ""
    if is_house(before, text.words):
        return "a place or a prize is named so"
    # The father of somebody else: حمدان بن محمد بن راشد.
    if before in _FILIATION and " " in hit.form.text:
        return "it names the father of somebody else"
    # Another given name before a lone surname is another person: تيفاني ترامب.
    if " " not in hit.form.text and _is_behind_a_name(field, hit, text.words):
        return "another given name stands before it"
    return ""


def _is_behind_a_name(field: Field, hit: Hit, words: Words) -> bool:
    """Whether a given name stands right before a form; على, on, which folds like the name علي, is none."""
    at = hit.start - hit.proclitics
    before = field.view.word_before(at)
    return before in words.given and not field.view.is_preposition(at - 1 - len(before), at - 1)


def _claim(field: Field, hit: Hit, identity: str, text: AnnotatedText, against: str) -> ListedClaim:
    is_person = text.lexicon.actors[identity].type == "person"
    begins, start = hit.start - hit.proclitics, hit.start + hit.form.strip
    return ListedClaim(field, begins, start, hit.end, identity, is_person, against=against)
