"""Actors: spellings that give one id, people who stay apart, bodies, and persons whom a title introduces."""

from pathlib import Path

import pytest

from workers.lexicon import load
from workers.tagging import Tagger

TAGGER = Tagger(load())


def _actors(text, title=""):
    return {actor.id: actor for actor in TAGGER.tag(title, text).actors}


FOLDER = Path(__file__).parent


def _rows(name):
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines if not line.startswith("# ")]


SAME = _rows("same.tsv")
DIFFERENT = _rows("different.tsv")


def test_the_tables_are_large():
    assert len(set(SAME)) == len(SAME) >= 150
    assert len(set(DIFFERENT)) == len(DIFFERENT) >= 60


@pytest.mark.parametrize(("text", "identity"), SAME)
def test_spellings(text, identity):
    assert list(_actors(f"وقال المصدر إن {text} هناك")) == [identity]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_actors(one, other):
    first, second = _actors(f"قال {one} إن"), _actors(f"قال {other} إن")
    assert first
    assert second
    assert set(first).isdisjoint(second)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("سوريا وتركيا", "bare countries"),
        ("نقلت وكالة رويترز وقناة العربية", "media as sources"),
        ("شارع جمال عبد الناصر", "a street"),
        ("مطار رفيق الحريري", "an airport"),
        ("الأسد ملك الغابة", "a short form without the full one"),
        ("أثارت الفكرة حماس الجماهير وعملوا بكل حماس", "enthusiasm"),
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


def test_on_before_a_short_form_is_no_given_name():
    assert {"manchester-city", "liverpool-fc"} <= set(_actors("فاز مانشستر سيتي على ليفربول أمس"))


def test_a_citys_name_is_its_club_beside_another_club():
    assert {"bayern-munich", "fc-koln"} == set(_actors("فاز بايرن ميونخ أمس وخسر كولن"))
    assert not _actors("زار الوفد كولن وفرانكفورت في ألمانيا")


def test_on_is_no_ali():
    assert set(_actors("ضغوط على محمود عباس في فلسطين")) == {"mahmoud-abbas"}
    assert set(_actors("قال علي محمود عباس في سوريا")) == {"ali-mahmoud-abbas"}
    assert set(_actors("قال المرشد على خامنئي")) == {"ali-khamenei"}  # as some papers write Ali


def test_the_son_of_a_namesake_is_somebody_else():
    assert "mohammed-bin-rashid" not in _actors("قال أحمد بن محمد بن راشد في الإمارات")
    assert "abdulaziz-al-sheikh" not in _actors("الملازم هشام بن عبد العزيز آل الشيخ")


def test_a_speaker_of_a_tribe_is_not_its_best_known_man():
    assert "saud-al-qahtani" not in _actors("فازت السعودية. وقال القحطاني إن ذلك جيد")
    assert "saud-al-qahtani" in _actors("المستشار السعودي سعود القحطاني. وقال القحطاني إن ذلك جيد")


def test_party_of_two_countries():
    assert "akp" in _actors("فاز حزب العدالة والتنمية في تركيا. وقالت أنقرة")
    assert "pjd" in _actors("فاز حزب العدالة والتنمية في المغرب. وقالت الرباط")
    assert _actors("فاز حزب العدالة والتنمية") == {}


@pytest.mark.parametrize(
    ("text", "identity"),
    [
        ("قال رئيس هيئة الأركان الإيرانية اللواء محمد باقري إن", "mohammad-hossein-bagheri"),
        ("قال المتحدث باسم الخارجية المصرية أحمد أبو زيد إن", "ahmed-abu-zeid-eg"),
        ("في القاهرة أكد الفريق محمد زكي ذلك", "mohamed-ahmed-zaki"),
        ("محمد مصطفى رئيس الوزراء الفلسطيني يصل", "mohammad-mustafa"),
        ("وقالت إلهام أحمد، وهي مسؤولة كردية في سوريا، إن", "ilham-ahmed"),
        # a domestic report names no country
        ("عقد وزير الداخلية محمود توفيق اجتماعا", "mahmoud-tawfik"),
        ("وزير الدفاع المصري محمد أحمد زكي. وأضاف محمد زكي", "mohamed-ahmed-zaki"),
    ],
)
def test_a_common_name_beside_a_title(text, identity):
    assert identity in _actors(text)


@pytest.mark.parametrize(
    ("text", "identity", "why"),
    [
        ("فاز اللاعب محمد زكي في مصر", "mohamed-ahmed-zaki", "a player"),
        ("قال الدكتور خالد فوزي في مصر", "khaled-fawzy", "a title that anybody may have"),
        ("فازوا في مصر وهم محمد زكي وعيد فكري", "mohamed-ahmed-zaki", "no title"),
        ("قال قائد مجلس منبج العسكري محمد مصطفى أبو عادل في سوريا وفلسطين", "mohammad-mustafa", "a longer name"),
        ("قال طارق محمود علوي في إيران", "mahmoud-alavi", "a longer name"),
        ("قال وزير الصحة السوداني محمود توفيق في مصر", "mahmoud-tawfik", "a post of another country"),
        ("قال المدير محمد باقري في البحرين", "mohammad-hossein-bagheri", "his country is not named"),
        ("ساعة الجاسوس إيلي كوهين الذي أعدم في سوريا ونقلتها إسرائيل", "eli-cohen", "the spy"),
    ],
)
def test_a_common_name_of_somebody_else(text, identity, why):
    assert identity not in _actors(text), why


INTRODUCED = [
    ("قال وزير الصحة اليمني ناصر باعوم إن", "ناصر باعوم", "YE", "وزير الصحة اليمني"),
    ("التقى نائب وزير الدفاع الياباني كينجي تاكاهاشي، أمس", "كينجي تاكاهاشي", "JP", "نائب وزير الدفاع الياباني"),
    ("قال المتحدث باسم الشرطة الهندية راجيش كومار إن", "راجيش كومار", "IN", None),
    ("واستقبل اللواء محمود شوقي.", "محمود شوقي", None, "اللواء"),
    ("قال الناطق باسم الحكومة البلغارية ستويان رادوف إن", "ستويان رادوف", "BG", "الناطق باسم الحكومة البلغارية"),
    ("وقال نظيره الفنلندي تيمو سويني خلال اللقاء", "تيمو سويني", "FI", None),
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


def test_a_text_without_a_time_gives_the_post_that_is_held():
    (person,) = TAGGER.tag("", "قال هاكان فيدان ذلك", published_at="yesterday").actors
    assert person.role == "وزير الخارجية التركي"


@pytest.mark.parametrize(
    ("text", "expected", "why"),
    [
        ("تقدمت أوروغواي على فرنسا بهدف سجله غودين برأسه", ["diego-godin"], "the only one of a country that is named"),
        ("أنقذ لوريس مرمى فرنسا", ["hugo-lloris"], "a surname that is a given name too"),
        ("تقدم الفريق بهدف سجله غودين برأسه", [], "his country is not named"),
        ("استقبلت أوروغواي رجل الأعمال نيلسون غودين وقال غودين إنه مرتاح", [], "another given name stands before it"),
        ("وصلت دبابات «أبرامز» الأميركية إلى الميناء", [], "a thing is called so, in quotation marks"),
        ("سكن في بلدة غودين في أوروغواي", [], "a place is called so"),
        (
            "سجل علي الحمادي هدف العراق في المباراة",
            ["ali-al-hamadi"],
            "an athlete's common name in an article on sports",
        ),
        ("اشترى علي الحمادي بيتا في العراق", [], "the same name elsewhere"),
    ],
)
def test_surnames_and_common_names_by_what_the_article_is_about(text, expected, why):
    found = [actor.id for actor in TAGGER.tag("", text).actors if actor.known and actor.type == "person"]
    assert found == expected, why
