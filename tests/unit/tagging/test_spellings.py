"""One name in several spellings: what the rule joins, and whom it keeps apart."""

from __future__ import annotations

import pytest

from workers.lexicon import load
from workers.tagging import Tagger
from workers.tagging.spellings import spelling_key
from workers.text.fold import fold_text


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger(load())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("أنتونيو جوتيريش", "أنطونيو غوتيريش"),
        ("هيلموت قروسمان", "هيلموت غروسمان"),
        ("مايكل بيلاوسوف", "مايكل بيلوسوف"),
        ("أندريه فولكوفسكي", "أندري فولكوفسكي"),
        ("ماريا صولتانوفا", "ماريا سولتانوفا"),
        ("مارك شتراوسمان", "مارك شتراوسمن"),
    ],
)
def test_one_name(tagger: Tagger, one: str, other: str) -> None:
    words = tagger.lexicon.words
    assert spelling_key(fold_text(one), words) == spelling_key(fold_text(other), words)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("قاسم سليماني", "جاسم سليماني"),
        ("قاسم سليماني", "قاسم سلماني"),
        ("محمد العقيلي", "محمد العجيلي"),
        ("جون كيري", "جان كوري"),
        ("سامر بوتين", "سامر باتان"),
    ],
)
def test_two_names(tagger: Tagger, one: str, other: str) -> None:
    words = tagger.lexicon.words
    assert spelling_key(fold_text(one), words) != spelling_key(fold_text(other), words)


@pytest.mark.parametrize(
    ("text", "identity"),
    [
        ("قال مستشار الأمن القومي الأمريكي جون بولتن إن", "john-bolton"),
        ("قال الرئيس التركي رجب طيب اردوجان إن", "recep-tayyip-erdogan"),
        ("وقال أنتونيو جوتيريش إن", "antonio-guterres"),
        ("وقال أندري بيلاوسوف إن", "andrei-belousov"),
        ("وقال زيجمار جابريل إن", "sigmar-gabriel"),
    ],
)
def test_another_spelling_means_the_listed_person(tagger: Tagger, text: str, identity: str) -> None:
    (actor,) = tagger.tag("", text).actors
    assert actor.id == identity
    assert [mention.entry for mention in actor.mentions] == ["rule:spelling"]


def test_a_country_beside_the_name_must_be_the_persons(tagger: Tagger) -> None:
    (actor,) = tagger.tag("", "قال وزير الصحة البرازيلي جون بولتن إن").actors
    assert actor.id.startswith("x-")
    assert actor.country == "BR"


def test_later_names_follow_the_spelling_of_the_article(tagger: Tagger) -> None:
    (actor,) = tagger.tag("", "قال الرئيس رجب طيب اردوجان ذلك. ووصل اردوجان إلى أنقرة.").actors
    assert [mention.surface for mention in actor.mentions] == ["رجب طيب اردوجان", "اردوجان"]


def test_unknown_people_are_one_in_all_spellings_of_an_article(tagger: Tagger) -> None:
    text = "قال الوزير سامر غولدينغ ذلك. وأضاف سامر جولدينج أن اللقاء مهم، وشكر سامر قولدنق الوفد."
    (actor,) = tagger.tag("", text).actors
    assert len(actor.mentions) == 3
