"""Claims: what passes return, which of them stand, and that no pass changes what another made."""

from __future__ import annotations

from itertools import pairwise

import pytest

from workers.lexicon import load
from workers.tagging.claims import (
    BodyClaim,
    Claims,
    CountryClaim,
    LaterClaim,
    ListedClaim,
    PersonClaim,
    PostClaim,
    Strength,
    first_claims,
)
from workers.tagging.countries import find_countries
from workers.tagging.coverage import EXCLUDED, OVERLAP, PLACE, Coverage, NameCoverage
from workers.tagging.looks import Looks
from workers.tagging.passes import PASSES, make_claims
from workers.tagging.text import AnnotatedText, annotate

TITLE = "وزير الخارجية الفرنسي يزور بيروت"
TEXT = (
    "وصل وزير الخارجية الفرنسي جان كلود فوستيل إلى بيروت أمس. وقالت وزارة الخارجية الفرنسية ذلك. "
    "وأعلنت شركة أركونيكس أن دونالد ترامب زارها، وقالت أركونيكس إن الوزير شكرها. وقال فوستيل إن سامر غولدينغ سعيد."
)


@pytest.fixture(scope="module")
def looks() -> Looks:
    return Looks(load().words)


def annotated(looks: Looks, text: str, title: str = "") -> AnnotatedText:
    return annotate(title, text, load(), looks, dateline=None, published_at=None)


def surfaces(claims: Claims, kind: type) -> list[str]:
    return [each.field.surface(each.start, each.end) for each in claims.standing if isinstance(each, kind)]


def test_each_kind_of_claim_is_made(looks: Looks) -> None:
    claims = make_claims(annotated(looks, TEXT, TITLE))
    assert [code for each in claims.countries.all for code in each.codes][:2] == ["FR", "LB"]
    assert surfaces(claims, ListedClaim) == ["دونالد ترامب"]
    assert surfaces(claims, BodyClaim) == ["وزارة الخارجية الفرنسية"]
    assert surfaces(claims, PersonClaim) == ["جان كلود فوستيل", "سامر غولدينغ"]
    assert "وزير الخارجية الفرنسي" in surfaces(claims, PostClaim)
    assert {"أركونيكس", "الوزير", "فوستيل"} <= set(surfaces(claims, LaterClaim))


def test_a_later_pass_is_never_stronger(looks: Looks) -> None:
    article = annotated(looks, TEXT, TITLE)
    claims = first_claims(article, find_countries(article))
    strengths = [Strength.FORM]
    for find in PASSES:
        # The post behind a name comes late, since it needs the names; it holds no name's words.
        made = [each.strength for each in find(article, claims) if not isinstance(each, PostClaim) or not each.named]
        strengths += [max(made), min(made)] if made else []
        claims = claims.adding(find(article, claims))
    assert all(earlier >= later for earlier, later in pairwise(strengths))


def test_a_pass_changes_nothing_and_says_the_same_again(looks: Looks) -> None:
    article = annotated(looks, TEXT, TITLE)
    claims = first_claims(article, find_countries(article))
    for find in PASSES:
        made = list(find(article, claims))
        assert list(find(article, claims)) == made
        standing, lost = claims.standing, claims.lost
        more = claims.adding(made)
        assert (claims.standing, claims.lost) == (standing, lost)
        assert len(more.standing) + len(more.lost) == len(standing) + len(lost) + len(made)
        claims = more


def test_names_that_stand_do_not_overlap(looks: Looks) -> None:
    article = annotated(looks, TEXT, TITLE)
    claims = make_claims(article)
    for field in article.fields:
        spans = sorted((each.start, each.end) for each in claims.naming(field))
        assert all(end <= start for (_, end), (start, _) in pairwise(spans))


def test_what_is_claimed_is_taken_and_what_is_lost_is_not(looks: Looks) -> None:
    article = annotated(looks, "قال جان كلود فوستيل إن")
    field = article.fields[1]
    before = first_claims(article, [])
    claim = PersonClaim(field, 4, 19, "rule:name", Strength.NAME)
    after = before.adding([claim, claim._replace(start=0, end=3, against="a verb")])
    assert after.standing == (claim,)
    assert [lost.against for lost in after.lost] == ["a verb"]
    assert Coverage(field, before).objection(4, 7) == ""
    assert Coverage(field, after).objection(4, 7) == OVERLAP
    assert Coverage(field, after).objection(0, 3) == ""


def test_ground_knows_what_the_lexicon_bars_and_where_countries_are_named(looks: Looks) -> None:
    article = annotated(looks, "قناة العربية في لبنان والمصري")
    field = article.fields[1]
    claims = first_claims(article, find_countries(article))
    coverage = NameCoverage(field, claims)
    assert coverage.objection(5, 12) == EXCLUDED
    at = field.view.plain.index("لبنان")
    assert coverage.objection(at, at + 5) == ""
    assert coverage.name_objection(at, at + 5) == PLACE
    at = field.view.plain.index("المصري")
    assert coverage.name_objection(at, at + 6) == PLACE
    assert coverage.name_objection(at - 2, at + 6) == "", "behind the first word a nisba is a surname"
    coverage.take(at, at + 6)
    assert coverage.name_objection(at, at + 6) == OVERLAP


@pytest.mark.parametrize(
    ("text", "code", "against"),
    [
        ("لبس الجندي درعًا قويا", "SY", "tanwin"),
        ("قال محمد المصري ذلك", "EG", "given name"),
        ("قالت صحيفة لوموند الفرنسية ذلك", "FR", "medium"),
        ("بيروت (رويترز) - قالت المصادر ذلك", "LB", "dateline"),
    ],
)
def test_a_form_that_names_no_country_is_a_lost_claim_with_its_reason(
    looks: Looks, text: str, code: str, against: str
) -> None:
    claims = find_countries(annotated(looks, text))
    (lost,) = [each for each in claims if code in each.codes]
    assert isinstance(lost, CountryClaim)
    assert against in lost.against


def test_the_leading_country_is_that_of_over_half_of_all_mentions(looks: Looks) -> None:
    def leading(text: str) -> str | None:
        article = annotated(looks, text)
        return first_claims(article, find_countries(article)).countries.leading

    assert leading("في لبنان وفي لبنان وفي مصر") == "LB"
    assert leading("في لبنان وفي مصر") is None
    assert leading("لا بلد هنا") is None
