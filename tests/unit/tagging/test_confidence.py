"""How sure an actor's tag is: by what the resolver knows of it."""

from __future__ import annotations

import pytest

from workers.lexicon import load
from workers.tagging import Tagger
from workers.tagging.confidence import SIGNS, chance, confidence


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger(load())


SENTENCES = [
    ("التقى أنطونيو غوتيريش الوفد.", {"listed"}),
    ("أعلنت وزارة الزراعة التونسية ذلك.", {"body"}),
    ("قال وزير الزراعة ثابت القيسوني إن الموسم جيد.", {"title", "second"}),
    ("وصل كيليان فورتمان أمس.", set()),
    ("أعلنت شركة «الأفق» للنقل ذلك.", {"head"}),
    ("أعلنت الرابطة التونسية للخزافين ذلك.", {"head", "country"}),
]


@pytest.mark.parametrize(("text", "signs"), SENTENCES)
def test_signs_are_what_is_known_of_an_actor(tagger: Tagger, text: str, signs: set[str]) -> None:
    ((tag, found),) = tagger.signs("", text)
    assert found == signs
    assert tag.confidence == confidence(found)
    assert tagger.tag("", text).actors == (tag,)


def test_every_sign_is_shown_by_a_sentence() -> None:
    assert set().union(*(signs for _, signs in SENTENCES)) == SIGNS.keys()


def test_the_chance_is_the_logistic_function_of_the_summed_weights() -> None:
    weights = {"intercept": 0.0, "listed": 2.0, "head": -2.0}
    assert chance(frozenset(), weights) == 0.5
    assert chance(frozenset(("listed",)), weights) == pytest.approx(0.8808, abs=1e-4)
    assert chance(frozenset(("head",)), weights) == pytest.approx(1 - 0.8808, abs=1e-4)


def test_a_weight_stands_for_every_sign_and_a_listed_actor_is_surer_than_a_head() -> None:
    for name in SIGNS:
        assert 0 < confidence(frozenset((name,))) < 1
    assert confidence(frozenset(("listed",))) > confidence(frozenset()) > confidence(frozenset(("head",)))
