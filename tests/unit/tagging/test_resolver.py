"""The resolver: from claims that somebody makes to who is who, whose, and what counts later."""

from __future__ import annotations

import pytest

from workers.lexicon import load
from workers.tagging import Tagger, Tags
from workers.tagging.claims import Claims, LaterClaim, ListedClaim, PersonClaim, Strength, first_claims
from workers.tagging.countries import find_countries
from workers.tagging.coverage import OVERLAP
from workers.tagging.looks import Looks
from workers.tagging.passes import make_claims
from workers.tagging.resolver import SURNAME, Resolution, resolve
from workers.tagging.spellings import Spellings
from workers.tagging.text import AnnotatedText, annotate


@pytest.fixture(scope="module")
def looks() -> Looks:
    return Looks(load().words)


@pytest.fixture(scope="module")
def spellings() -> Spellings:
    return Spellings(load())


def annotated(looks: Looks, text: str) -> AnnotatedText:
    return annotate("", text, load(), looks, dateline=None, published_at=None)


def person(article: AnnotatedText, name: str, rule: str = "rule:name", after: int = 0) -> PersonClaim:
    field = article.fields[1]
    start = field.view.plain.index(name, after)
    return PersonClaim(field, start, start + len(name), rule, Strength.NAME)


def resolved(looks: Looks, spellings: Spellings, text: str) -> Resolution:
    article = annotated(looks, text)
    return resolve(article, make_claims(article), spellings)


def test_no_claims_no_tags(looks: Looks, spellings: Spellings) -> None:
    article = annotated(looks, "نص بلا أسماء")
    assert resolve(article, first_claims(article, []), spellings).tags == Tags((), ())


def test_two_claims_of_one_name_in_a_longer_and_a_shorter_form_are_one_person(
    looks: Looks, spellings: Spellings
) -> None:
    article = annotated(looks, "فوستيل ثم جان فوستيل ثم بيتر كار")
    claims = first_claims(article, []).adding(
        [person(article, "فوستيل"), person(article, "جان فوستيل"), person(article, "بيتر كار")]
    )
    first, second = resolve(article, claims, spellings).tags.actors
    assert [mention.surface for mention in first.mentions] == ["فوستيل", "جان فوستيل"]
    assert first.name == "جان فوستيل", "the whole name, though the surname came first"
    assert [mention.surface for mention in second.mentions] == ["بيتر كار"]


def test_the_order_of_claims_decides_not_the_place(looks: Looks, spellings: Spellings) -> None:
    article = annotated(looks, "قال الرئيس السابق باراك أوباما ذلك")
    field = article.fields[1]
    start = field.view.plain.index("باراك")
    claim = ListedClaim(field, start, start, start + 12, "barack-obama", True)
    (actor,) = resolve(article, first_claims(article, []).adding([claim]), spellings).tags.actors
    assert (actor.id, actor.known, actor.mentions[0].surface) == ("barack-obama", True, "باراك أوباما")
    assert actor.mentions[0].entry == "actor:barack-obama"


def test_a_country_in_a_persons_name_is_lost_as_a_surname(looks: Looks, spellings: Spellings) -> None:
    article = annotated(looks, "قال فوستيل المصري في لبنان")
    claims = first_claims(article, find_countries(article))
    kept = resolve(article, claims, spellings)
    assert {tag.code for tag in kept.tags.countries} == {"EG", "LB"}
    found = resolve(article, claims.adding([person(article, "فوستيل المصري")]), spellings)
    assert {tag.code for tag in found.tags.countries} == {"LB"}
    assert [loss.reason for loss in found.lost] == [SURNAME]


def test_of_two_later_claims_of_the_same_words_the_first_persons_counts(looks: Looks, spellings: Spellings) -> None:
    article = annotated(looks, "جان فوستيل مع بيتر كار ثم فوستيل")
    field = article.fields[1]
    names = [person(article, "جان فوستيل"), person(article, "بيتر كار")]
    at = field.view.plain.rindex("فوستيل")
    later = [
        LaterClaim(field, at, at + 6, "rule:later-name", each, name)
        for each, name in zip(names, ("جان فوستيل", "بيتر كار"), strict=True)
    ]
    found = resolve(article, first_claims(article, []).adding([*names, *later]), spellings)
    assert found.identities["text", at] == found.identities["text", 0]
    ((claim, reason),) = found.lost
    assert (claim, reason) == (later[1], OVERLAP)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("قال وزير الدفاع السوري فلان الشامي ذلك. وقال وزير المالية السوري إن", "nobody is named before"),
        (
            "قال وزير الخارجية الفرنسي جان فوستيل ووزير الخارجية الإسباني بيتر كار ذلك. وقال وزير الخارجية إن",
            "several people",
        ),
        ("وصف فلاديمير بوتين رئيس أوكرانيا بذلك", "behind a comma"),
    ],
)
def test_what_the_resolver_refuses_is_lost_with_its_reason(
    looks: Looks, spellings: Spellings, text: str, reason: str
) -> None:
    assert any(reason in loss.reason for loss in resolved(looks, spellings, text).lost)


def test_claims_are_only_read(looks: Looks, spellings: Spellings) -> None:
    article = annotated(looks, "قال وزير الخارجية الفرنسي جان فوستيل في بيروت إن الوزير سعيد. وقال فوستيل ذلك.")
    claims = make_claims(article)
    before: Claims = Claims(claims.countries, claims.standing, claims.lost, dict(claims.taken))
    first, second = (resolve(article, claims, spellings).tags for _ in range(2))
    assert first == second
    assert (claims.standing, claims.lost) == (before.standing, before.lost)
    assert [claim.role for claim in claims.countries.all] == ["mentioned", "place"]
    assert {tag.code: tag.role for tag in first.countries} == {"FR": "actor", "LB": "place"}


def test_the_tagger_gives_the_resolvers_tags(looks: Looks, spellings: Spellings) -> None:
    text = "قال وزير الخارجية الفرنسي جان فوستيل في بيروت إن الوزير سعيد."
    assert Tagger(load()).tag("", text) == resolved(looks, spellings, text).tags
