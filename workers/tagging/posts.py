"""The passes that read posts: before a name, with whom they introduce, and behind one, in apposition."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from workers.lexicon import longest
from workers.tagging.affiliation import without_article
from workers.tagging.claims import Holder, ListedClaim, PersonClaim, PostClaim, Strength
from workers.tagging.coverage import OVERLAP, Coverage
from workers.tagging.known import is_house
from workers.tagging.persons import is_anothers, name_behind, read_post

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workers.lexicon import Hit
    from workers.lexicon.model import Words
    from workers.tagging.claims import ActorClaim, Claims, Countries, CountryClaim
    from workers.tagging.persons import StatedPost
    from workers.tagging.text import AnnotatedText, Field

__all__ = ["find_apposed", "find_posts", "is_definite", "role_text", "wording"]

# Words of a post: behind a rank before a name, behind any other title and in apposition.
_LONGEST_RANK, _LONGEST_POST = 3, 9
_DUAL = re.compile(r"^وزير[اي]\b")
_QUOTES = re.compile(r"[\"“”«»]")
# Between a name and the post in apposition behind it.
_APPOSED = re.compile(r"،? |، ")


def find_posts(text: AnnotatedText, claims: Claims) -> list[PostClaim | PersonClaim]:
    """Return the claims of all titles, each followed by that of the name that it introduces, if it does."""
    return [claim for field in text.fields for claim in _before_names(field, text, claims)]


def _before_names(field: Field, text: AnnotatedText, claims: Claims) -> Iterator[PostClaim | PersonClaim]:
    around = _around(field, claims, text.words, people=False)
    people = _listed_people(field, claims)
    coverage = Coverage(field, claims)
    counterpart: PostClaim | None = None
    done = 0
    for hit in _titles(field, text.words, claims.countries):
        if hit.start < done or is_house(field.view.word_before(hit.start - hit.proclitics), text.words):
            continue
        post = _leading_post(field, hit, around, people, text)
        if hit.form.text in text.words.counterparts:
            post = post._replace(other=counterpart)
        elif hit.form.title == "posts":
            counterpart = post
        if post.listed is not None:
            done = max(done, post.read.then or 0)
        name = _introduced(post, around, coverage, text)
        if name is None:
            yield post
            continue
        if not name.against:
            post = post._replace(is_introducing=True)
            coverage.take(name.start, name.end)
            done = max(done, name.end)
        yield post
        yield name._replace(post=post)


def _listed_people(field: Field, claims: Claims) -> dict[int, ListedClaim]:
    """The claims of listed people by where the word begins that each stands in, with proclitics."""
    return {claim.begins: claim for claim in claims.naming(field) if isinstance(claim, ListedClaim) and claim.is_person}


def _titles(field: Field, words: Words, countries: Countries) -> list[Hit]:
    """The titles of a field, and the nisbas that may introduce a person, the longest of those that overlap."""
    return longest([hit for hit in field.hits if hit.form.title or _is_introducing_nisba(field, hit, words, countries)])


def _is_introducing_nisba(field: Field, hit: Hit, words: Words, countries: Countries) -> bool:
    """Whether a hit is a definite demonym in the singular, which may introduce a person: الإسباني رافايل نادال."""
    form = hit.form
    if form.kind != "demonym" or form.affix != "definite" or not form.text.endswith(("ي", "يه")):
        return False
    if field.view.word_after(hit.end) not in words.given:
        return False
    return hit.start - hit.proclitics in countries.at(field)


def _leading_post(
    field: Field, hit: Hit, around: _Around, people: Mapping[int, ListedClaim], text: AnnotatedText
) -> PostClaim:
    """The claim of a post that may stand before a name; its ``listed`` is whom of the lexicon it is the post of."""
    size = _LONGEST_POST if hit.form.title == "posts" else _LONGEST_RANK
    read = read_post(field.view, field.tokens, hit, around.spans, people, text.words, size)
    listed = None if read.then is None else people.get(read.then)
    is_his = listed is not None and not is_anothers(field.view, read, text.words)
    return _post(field, hit, read, around, listed if is_his else None)


def _introduced(post: PostClaim, around: _Around, coverage: Coverage, text: AnnotatedText) -> PersonClaim | None:
    """The claim of a name behind a post that no form of the lexicon is."""
    field = post.field
    if post.listed is not None or is_anothers(field.view, post.read, text.words):
        return None
    name = name_behind(field.view, field.tokens, post.read, post.hit, around.spans, text.words)
    if name is None:
        return None
    rule = "rule:title" if post.hit.form.title else "rule:demonym"
    return PersonClaim(field, *name, rule, Strength.POST, against=OVERLAP if coverage.is_taken(*name) else "")


class _Around(NamedTuple):
    """What stands in a field that a post may hold, by where the word begins that it stands in, with proclitics:
    countries, bodies and organisations; and where each ends.
    """

    countries: Mapping[int, CountryClaim]
    owners: Mapping[int, ActorClaim]
    spans: Mapping[int, int]


def _around(field: Field, claims: Claims, words: Words, *, people: bool) -> _Around:
    """What a post may hold; with ``people``, they too: في إدارة الرئيس بيل كلينتون. A town behind a given name is a
    surname: الجنرال مايكل لانغلي.
    """
    tokens, countries = field.tokens, claims.countries.at(field)
    owners: dict[int, ActorClaim] = {}
    spans: dict[int, int] = {}
    for claim in claims.naming(field):
        if people or not claim.is_person:
            at = tokens.starts[tokens.at(claim.start + 1) - 1]
            owners.setdefault(at, claim)
            spans.setdefault(at, claim.end)
    spans.update({at: claim.hit.end for at, claim in countries.items() if not _is_surname(claim, words)})
    return _Around(countries, owners, spans)


def _is_surname(claim: CountryClaim, words: Words) -> bool:
    """Whether a town of one word stands right behind a sure given name."""
    if claim.hit.form.kind != "place" or claim.hit.proclitics or " " in claim.hit.form.text:
        return False
    before = claim.field.view.word_before(claim.begins)
    return before in words.given and before not in words.doubtful


def _post(field: Field, hit: Hit, read: StatedPost, around: _Around, listed: ListedClaim | None = None) -> PostClaim:
    """The claim of a title as the grammar read it."""
    holders = read.holders if read.origin is None else (read.origin, *read.holders)
    country = next((around.countries[at] for at in read.holders if at in around.countries), None)
    told = tuple(Holder(around.countries.get(at), around.owners.get(at)) for at in holders)
    return PostClaim(field, hit, read, told, country, listed=listed)


# Behind a name --------------------------------------------------------------------------------------------------------


def find_apposed(text: AnnotatedText, claims: Claims) -> list[PostClaim]:
    """Return the claims of posts in apposition behind the names claimed so far: سامي نادر، مدير مركز المشرق."""
    return [claim for field in text.fields for claim in _behind_names(field, text, claims)]


def _behind_names(field: Field, text: AnnotatedText, claims: Claims) -> Iterator[PostClaim]:
    behind = list(_followed_by_titles(field, claims))
    if not behind:
        return
    titles = _apposable(field, text.words, claims)
    around = _around(field, claims, text.words, people=True)
    for claim, at, is_apart in behind:
        hit = titles.get(at)
        if hit is not None:
            yield _apposed_post(claim, hit, around, text, is_apart=is_apart)


def _followed_by_titles(field: Field, claims: Claims) -> Iterator[tuple[ActorClaim, int, bool]]:
    """The people right behind whose name a title may stand, where it begins, and whether a comma is between."""
    starts = {hit.start for hit in field.hits if hit.form.title}
    for claim in claims.naming(field):
        gap = _APPOSED.match(field.view.clean, claim.end) if claim.is_person else None
        if gap is not None and gap.end() in starts:
            yield claim, gap.end(), "،" in gap[0]


def _apposable(field: Field, words: Words, claims: Claims) -> dict[int, Hit]:
    """The titles that no name follows, by where they begin."""
    leading = {post.hit.start for post in claims.posts(field) if post.is_introducing or post.listed}
    return {
        hit.start: hit
        for hit in _titles(field, words, claims.countries)
        if hit.form.title and not hit.proclitics and hit.start not in leading
    }


def _apposed_post(named: ActorClaim, hit: Hit, around: _Around, text: AnnotatedText, *, is_apart: bool) -> PostClaim:
    """The claim of a post right behind a name."""
    field = named.field
    read = read_post(field.view, field.tokens, hit, around.spans, (), text.words, _LONGEST_POST)
    post = _post(field, hit, replace(read, origin=None), around)
    against = ""
    # A bare noun with a word behind it: أمير كردي is a name.
    if not post.is_whole and read.then is not None and not (read.apart or hit.form.text.startswith("ال")):
        against = "a bare noun with a word behind it"
    elif hit.form.text in text.words.counterparts:
        against = "it is the post of somebody else"
    elif not is_apart and (hit.form.text in text.words.kin or not post.is_whole):
        against = "a bare title or a word of kin tells of a name only behind a comma"
    return post._replace(named=named, is_apart=is_apart, against=against)


# What a post says -----------------------------------------------------------------------------------------------------


def role_text(post: PostClaim, words: Words) -> str | None:
    """Return a post as it is written, without quotation marks; of نظيره that of the post named before, with the country
    of its own nisba, or None without one.
    """
    if post.hit.form.text not in words.counterparts:
        return _written(post.field, post.hit, post.read.end)
    if post.other is None:
        return None
    role = _written(post.field, post.other.hit, post.other.stop)
    own = post.field.surface(post.hit.end, post.read.end).strip() if post.is_whole else ""
    if post.hit.form.text in words.women:
        head, _, rest = role.partition(" ")
        role = f"{head.removesuffix('ة')}ة {rest}".rstrip()
    return f"{role} {own}".rstrip()


def _written(field: Field, hit: Hit, end: int) -> str:
    """A post as it is written: للرئيس with its article; وزيري, of two, as one's own."""
    article = "ال" if hit.form.strip else ""
    role = article + _QUOTES.sub("", field.surface(hit.start + hit.form.strip, end)).rstrip()
    return _DUAL.sub("وزير", role)


def _words_behind(post: PostClaim, words: Words) -> list[str]:
    """The words of a post behind its title, without the country's; that it is over, behind the country, is one."""
    view = post.field.view
    behind = view.plain[post.hit.end : post.stop].split()
    former = "" if post.country is None else view.word_after(post.end)
    return [*behind, former] if former in words.formers else behind


def wording(post: PostClaim, words: Words) -> str:
    """Return the words of a post without its article and its country, folded: two posts of one wording are alike."""
    told = post if post.other is None else post.other
    head = without_article(told.field.view.plain[told.start : told.hit.end])
    return " ".join((head, *_words_behind(told, words)))


def is_definite(post: PostClaim, words: Words) -> bool:
    """Tell whether a post is definite, so that it may stand for the one who holds it."""
    if post.field.view.plain.startswith(("ال", "لل"), post.hit.start):
        return True
    country = post.country
    if country is not None and (not country.is_nisba or country.hit.form.affix != "plain"):
        return True
    return any(word.startswith("ال") for word in _words_behind(post, words))
