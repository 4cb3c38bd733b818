"""Actors: spellings that give one id, people who stay apart, bodies, and persons whom a title introduces."""

import pytest

from workers.lexicon import load
from workers.tagging import Tagger

TAGGER = Tagger(load())


def _actors(text, title=""):
    return {actor.id: actor for actor in TAGGER.tag(title, text).actors}


SAME = [
    ("أندريه بيلوسوف", "andrei-belousov"),
    ("أندريه بيلاؤوسوف", "andrei-belousov"),
    ("اندريه بيلؤوسوف", "andrei-belousov"),
    ("هاكان فيدان", "hakan-fidan"),
    ("فلاديمير بوتين", "vladimir-putin"),
    ("فلاديمير بوتن", "vladimir-putin"),
    ("بوتين", "vladimir-putin"),
    ("دونالد ترامب", "donald-trump"),
    ("دونالد #ترمب", "donald-trump"),
    ("ترمب", "donald-trump"),
    ("بنيامين نتنياهو", "benjamin-netanyahu"),
    ("بينامين نتانياهو", "benjamin-netanyahu"),
    ("كيم جونغ أون", "kim-jong-un"),
    ("كيم جونغ-أون", "kim-jong-un"),
    ("عبد الفتاح السيسي", "abdel-fattah-el-sisi"),
    ("عبدالفتاح السيسى", "abdel-fattah-el-sisi"),
    ("أسعد حسن الشيباني", "asaad-al-shaibani"),
    ("مرهف أبو قصرة", "murhaf-abu-qasra"),
    ("بمرهف أبي قصرة", "murhaf-abu-qasra"),
    ("بيت هيجسيث", "pete-hegseth"),
    ("سيرجي لافروف", "sergei-lavrov"),
    ("ولافروف", "sergei-lavrov"),
    ("إبراهيم كالن", "ibrahim-kalin"),
    ("داعش", "daesh"),
    ("تنظيم الدولة الإسلامية", "daesh"),
    ("حركة_طالبان", "taliban"),
    ("قسد", "sdf"),
    ("قوات سوريا الديمقراطية", "sdf"),
    ("حزب الله", "hezbollah"),
    ("لحزب الله", "hezbollah"),
    ("كتائب حزب الله", "kataib-hezbollah"),
    ("ميليشيات الحوثي", "houthis"),
    ("الحوثيون", "houthis"),
    ("الأمم المتحدة", "united-nations"),
    ("للأمم المتحدة", "united-nations"),
    ("مجلس الأمن الدولي", "un-security-council"),
    ("حلف الناتو", "nato"),
    ("وزارة الدفاع السورية", "sy-ministry-of-defence"),
    ("لوزارة الدفاع السورية", "sy-ministry-of-defence"),
    ("الدفاع التركية", "tr-ministry-of-defence"),
    ("الخارجية الصينية", "cn-ministry-of-foreign-affairs"),
    ("للخارجية الصينية", "cn-ministry-of-foreign-affairs"),
    ("وزارة الخارجية الصينية", "cn-ministry-of-foreign-affairs"),
    ("جيش ميانمار", "mm-armed-forces"),
    ("الجيش الأفغاني", "af-armed-forces"),
    ("حكومة كوريا الشمالية", "kp-government"),
    ("الاستخبارات الفرنسية", "fr-intelligence"),
    ("الكونغرس", "us-congress"),
]


@pytest.mark.parametrize(("text", "identity"), SAME)
def test_spellings(text, identity):
    assert list(_actors(f"وقال المصدر إن {text} هناك")) == [identity]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("كيم جونغ أون", "كيم جونغ إيل"),
        ("بشار الأسد", "ماهر الأسد"),
        ("بيل كلينتون", "هيلاري كلينتون"),
        ("دونالد ترامب", "إيفانكا ترامب"),
        ("سعد الحريري", "رفيق الحريري"),
        ("ميشال عون", "جوزيف عون"),
        ("توم باراك", "إيهود باراك"),
        ("طالبان باكستان", "حركة طالبان"),
        ("الجيش السوري الحر", "الجيش السوري"),
        ("وزارة الدفاع السورية", "وزارة الدفاع التركية"),
    ],
)
def test_different_actors(one, other):
    assert set(_actors(one)).isdisjoint(_actors(other))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("سوريا وتركيا", "bare countries"),
        ("نقلت وكالة رويترز وقناة العربية", "media as sources"),
        ("شارع جمال عبد الناصر", "a street"),
        ("مطار رفيق الحريري", "an airport"),
        ("الأسد ملك الغابة", "a short form without the full one"),
        ("الدفاع عن الوطن", "no demonym after الدفاع"),
        ("الدفاع التركي", "masculine: the defence, not the ministry"),
        ("مجلس الأمن القومي", "another council"),
        ("قال وزير الخارجية خلال زيارة", "no name after the title"),
        ("أكد الرئيس التركي ضرورة إجراء انتخابات", "no name after the title"),
    ],
)
def test_no_actor(text, why):
    assert _actors(text) == {}, why


def test_short_forms_join_the_full_name():
    (fidan,) = _actors("قال وزير الخارجية هاكان فيدان ذلك. وأضاف فيدان.", title="فيدان: لا تغيير").values()
    assert [m.surface for m in fidan.mentions] == ["فيدان", "هاكان فيدان", "فيدان"]
    assert fidan.mentions[0].field == "title"


def test_a_shared_surname_is_the_nearest_before():
    found = _actors("زار سعد الحريري قبر رفيق الحريري. ثم عاد سعد الحريري. وقال الحريري")
    assert len(found["saad-hariri"].mentions) == 3
    assert len(found["rafic-hariri"].mentions) == 1


def test_party_of_two_countries():
    assert "akp" in _actors("فاز حزب العدالة والتنمية في تركيا. وقالت أنقرة")
    assert "pjd" in _actors("فاز حزب العدالة والتنمية في المغرب. وقالت الرباط")
    assert _actors("فاز حزب العدالة والتنمية") == {}


INTRODUCED = [
    ("قال وزير الصحة اليمني ناصر باعوم إن", "ناصر باعوم", "YE", "وزير الصحة اليمني"),
    ("التقى نائب وزير الدفاع الياباني كينجي تاكاهاشي، أمس", "كينجي تاكاهاشي", "JP", "نائب وزير الدفاع الياباني"),
    ("قال المتحدث باسم الشرطة الهندية راجيش كومار إن", "راجيش كومار", "IN", None),
    ("واستقبل اللواء محمود توفيق.", "محمود توفيق", None, "اللواء"),
    ("وقال نظيره الفنلندي تيمو سويني خلال اللقاء", "تيمو سويني", "FI", "نظيره الفنلندي"),
]


@pytest.mark.parametrize(("text", "name", "country", "role"), INTRODUCED)
def test_introduced(text, name, country, role):
    found = [actor for actor in _actors(text).values() if not actor.known]
    assert [actor.name for actor in found] == [name]
    assert found[0].id.startswith("x-")
    assert found[0].type == "person"
    assert found[0].country == country
    assert role is None or found[0].role == role


def test_introduced_twice_and_by_surname():
    (person,) = _actors("قال وزير الصحة ناصر باعوم إن. وأضاف باعوم. وعاد ناصر باعوم.").values()
    assert [m.surface for m in person.mentions] == ["ناصر باعوم", "باعوم", "ناصر باعوم"]


def test_the_id_is_that_of_the_folded_name():
    (one,) = _actors("قال وزير الصحة أحمد إدريسي.").values()
    (other,) = _actors("قال وزير المال احمد ادريسي.").values()
    assert one.id == other.id


@pytest.mark.parametrize(
    ("name", "published_at", "role", "country"),
    [
        ("ريكس تيلرسون", "2017-06-01T10:00:00Z", "وزير الخارجية الأميركي", "US"),
        ("ريكس تيلرسون", "2019-06-01T10:00:00Z", None, "US"),
        ("دونالد ترامب", "2018-01-01T00:00:00Z", "الرئيس الأميركي", "US"),
        ("دونالد ترامب", "2023-01-01T00:00:00Z", "الرئيس الأميركي السابق", "US"),
        ("جو بايدن", "2015-01-01T00:00:00Z", "نائب الرئيس الأميركي", "US"),
        ("هاكان فيدان", "2023-05-30T00:00:00Z", "رئيس جهاز الاستخبارات التركي", "TR"),
        ("هاكان فيدان", "2023-06-30T00:00:00Z", "وزير الخارجية التركي", "TR"),
        ("مارك روته", "2019-06-01T00:00:00Z", "رئيس الوزراء الهولندي", "NL"),
        ("مارك روته", "2025-06-01T00:00:00Z", "الأمين العام للناتو", None),
        ("أسعد الشيباني", "2018-06-01T00:00:00Z", None, "SY"),
    ],
)
def test_roles_and_countries_are_those_of_the_time(name, published_at, role, country):
    (person,) = TAGGER.tag("", f"قال {name} ذلك", published_at=published_at).actors
    assert (person.role, person.country) == (role, country)


def test_a_text_without_a_time_gives_the_undated_role():
    (person,) = TAGGER.tag("", "قال هاكان فيدان ذلك", published_at="yesterday").actors
    assert person.role == "وزير الخارجية"
