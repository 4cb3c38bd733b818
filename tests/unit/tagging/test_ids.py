"""Ids: one actor has one, whatever its spelling; two actors have two."""

import pytest

from workers.lexicon import load
from workers.tagging import Tagger

TAGGER = Tagger(load())


def _ids(text, title="", **given):
    return {actor.id: actor for actor in TAGGER.tag(title, text, **given).actors}


@pytest.mark.parametrize(
    ("text", "identity"),
    [
        ("أعلنت وزارة الدفاع الأميركية في واشنطن ذلك، وقال البنتاغون إنه تحقق.", "pentagon"),
        ("أقر البرلمان الإسرائيلي القانون، وقال رئيس الكنيست ذلك.", "knesset"),
        ("رفع البنك المركزي الأميركي الفائدة، وقال مجلس الاحتياطي الاتحادي ذلك.", "federal-reserve"),
    ],
)
def test_a_body_and_its_own_name_are_one_actor(text, identity):
    found = [actor for actor in _ids(text).values() if actor.type == "government"]
    assert [actor.id for actor in found] == [identity]
    assert len(found[0].mentions) == 2


def test_a_generic_name_has_an_id_for_each_country():
    one = set(_ids("قال مدرب المنتخب الوطني إن مصر تستعد للمباراة في القاهرة.", "مصر"))
    two = set(_ids("قال مدرب المنتخب الوطني إن تونس تستعد للمباراة في تونس.", "تونس"))
    assert not one & two


def _people(text):
    return {actor.id: actor.country for actor in _ids(text).values() if actor.type == "person" and not actor.known}


def test_a_name_that_is_borne_everywhere_has_an_id_for_each_country():
    # "The Egyptian/Sudanese doctor Khaled Hassan said that prices rose."
    one, two = (_people(f"قال الطبيب {nisba} خالد حسن إن الأسعار ارتفعت.") for nisba in ("المصري", "السوداني"))
    assert (list(one.values()), list(two.values())) == (["EG"], ["SD"])
    assert not set(one) & set(two)


def test_a_name_with_a_word_of_its_own_has_one_id_whatever_the_country():
    one, two = (_people(f"قال الطبيب {nisba} خالد الدرازي إن الأسعار ارتفعت.") for nisba in ("المصري", "السوداني"))
    assert (list(one.values()), list(two.values())) == (["EG"], ["SD"])
    assert set(one) == set(two)


def test_quotation_marks_change_no_id():
    plain, quoted = (_ids(f"قالت شركة {name} للسيارات إنها باعت أكثر في ألمانيا.") for name in ("كوديد", '"كوديد"'))
    assert plain
    assert set(plain) == set(quoted)


def test_spellings_of_one_name_have_one_id_across_articles():
    one, two = (_ids(f"قال الخبير {name} إن الأسعار ارتفعت.") for name in ("كريستيان جروسمان", "كريستيان غروسمان"))
    assert len(one) == 1
    assert set(one) == set(two)


def test_a_bare_ministry_is_of_the_articles_government():
    text = "قالت الحكومة الأردنية ووزارة الداخلية إن لاجئين من سوريا عادوا إلى سوريا، وإن سوريا استقبلتهم."
    assert "jo-ministry-of-interior" in _ids(text)
    of_two = "قالت الحكومة الأردنية والحكومة اللبنانية ووزارة الداخلية إن سوريا وسوريا وسوريا وسوريا استقبلتهم."
    assert not {each for each in _ids(of_two) if each.endswith("ministry-of-interior")}
