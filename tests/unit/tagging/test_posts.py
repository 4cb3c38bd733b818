"""Posts: whose they are, whose country they tell, and where they stand for a person named before."""

from __future__ import annotations

import pytest

from workers.lexicon import load
from workers.tagging import Actor, Tagger


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger(load())


def actor_named(tagger: Tagger, text: str, name: str, published_at: str | None = None) -> Actor:
    (found,) = (actor for actor in tagger.tag("", text, published_at=published_at).actors if actor.name == name)
    return found


def surfaces(actor: Actor, entry: str) -> list[str]:
    return [mention.surface for mention in actor.mentions if mention.entry == entry]


@pytest.mark.parametrize(
    ("text", "name", "country", "role"),
    [
        # Behind the name, in apposition.
        (
            "وقال سامر كيوان، مدير مركز الأفق للدراسات في بيروت، إن فرنسا وإيطاليا ستشاركان.",
            "سامر كيوان",
            "LB",
            "مدير مركز الأفق للدراسات في بيروت",
        ),
        ("وقال سامر كيوان القيادي في حركة فتح إن مصر ومصر وحدها تقرر.", "سامر كيوان", "PS", "القيادي في حركة فتح"),
        (
            "ورأى سامر كيوان أستاذ العلوم السياسية أن الأمر بعيد.",
            "سامر كيوان",
            None,
            "أستاذ العلوم السياسية",
        ),
        # Whose envoy one is, not where he is sent; an international body's official has no country.
        ("وصل المبعوث الأممي إلى سوريا سامر كيوان.", "سامر كيوان", None, "المبعوث الأممي إلى سوريا"),
        ("وصل السفير الروسي لدى سوريا سامر كيوان.", "سامر كيوان", "RU", "السفير الروسي لدى سوريا"),
        (
            "قال المتحدث باسم الأمم المتحدة سامر كيوان إن سوريا وسوريا.",
            "سامر كيوان",
            None,
            "المتحدث باسم الأمم المتحدة",
        ),
        ("قال المسؤول بحركة فتح سامر كيوان إن مصر ومصر وحدها.", "سامر كيوان", "PS", "المسؤول بحركة فتح"),
        (
            "وحذر سامر كيوان، الدبلوماسي السابق في إدارة الرئيس بيل كلينتون، من ذلك. وتراقب روسيا والصين الأمر.",
            "سامر كيوان",
            "US",
            "الدبلوماسي السابق في إدارة الرئيس بيل كلينتون",
        ),
        ("وأكد سامر كيوان، الرئيس التنفيذي لشركة جيه ايه للمنتجعات.", "سامر كيوان", None, "الرئيس التنفيذي"),
        # The nisba beside the name is the person's, the one in the post the club's.
        ("قال رئيس النادي الباريسي، القطري سامر كيوان، إنه راض.", "سامر كيوان", "QA", "رئيس النادي الباريسي"),
        # Ranks, days and what a link leads on to are no part of it.
        ("وصل وزير الدفاع القطري اللواء سامر كيوان.", "سامر كيوان", "QA", "وزير الدفاع القطري"),
        ("واستقبل وزير الدفاع القطري اليوم الأحد سامر كيوان.", "سامر كيوان", "QA", "وزير الدفاع القطري"),
        ("شكرا للمخرج التشيلي سامر كيوان.", "سامر كيوان", "CL", "المخرج التشيلي"),
        (
            "وصل رئيس الشؤون الخاصة لسمو ولي العهد الأستاذ سامر كيوان.",
            "سامر كيوان",
            None,
            "رئيس الشؤون الخاصة لسمو ولي العهد",
        ),
        ("وصل رئيس الأركان الفريق أول ركن سامر كيوان.", "سامر كيوان", None, "رئيس الأركان"),
        (
            "أكد وزير شؤون مجلس الوزراء الإماراتي، سامر كيوان، أن مصر ومصر.",
            "سامر كيوان",
            "AE",
            "وزير شؤون مجلس الوزراء الإماراتي",
        ),
        ("التقى وزيري الداخلية سامر كيوان والخارجية.", "سامر كيوان", None, "وزير الداخلية"),
        # His counterpart's post is the one named before, of another country.
        (
            "التقى وزير الخارجية التركي هاكان فيدان نظيره الفنلندي سامر كيوان.",
            "سامر كيوان",
            "FI",
            "وزير الخارجية الفنلندي",
        ),
        (
            "التقى وزير الخارجية التركي هاكان فيدان نظيرته الفنلندية لينا كيوان.",
            "لينا كيوان",
            "FI",
            "وزيرة الخارجية الفنلندية",
        ),
        # A second post begins behind the first: each has his own.
        ("والتقى وزير الدفاع القطري الرئيس سامر كيوان.", "سامر كيوان", "QA", "الرئيس"),
        ("قال محامي الرئيس سامر كيوان إن القضية انتهت.", "سامر كيوان", None, "الرئيس"),
        ("وصل مبعوث الرئيس الروسي إلى سوريا سامر كيوان.", "سامر كيوان", "RU", "مبعوث الرئيس الروسي إلى سوريا"),
    ],
)
def test_a_post_tells_role_and_country(tagger: Tagger, text: str, name: str, country: str | None, role: str) -> None:
    actor = actor_named(tagger, text, name)
    assert (actor.country, actor.role) == (country, role)


def test_a_name_in_a_list_is_no_post(tagger: Tagger) -> None:
    assert actor_named(tagger, "وحضر صالح العمري، أمير كردي، علاء الغامدي.", "صالح العمري").role is None


def test_who_is_joined_to_a_post_does_not_hold_it(tagger: Tagger) -> None:
    assert actor_named(tagger, "هما أمير السعدوني ونسيمة النعماني.", "نسيمة النعماني").role is None


def test_where_an_envoy_is_sent_is_not_whose_he_is(tagger: Tagger) -> None:
    text = "أكد سفير خادم الحرمين الشريفين لدى أستراليا ونيوزيلندا نبيل بن محمد آل صالح ذلك، وترحب فرنسا وكندا."
    assert actor_named(tagger, text, "نبيل بن محمد آل صالح").country is None


def test_a_body_without_a_country_is_of_the_one_named_last_in_its_sentence(tagger: Tagger) -> None:
    text = "أمر وزير الدفاع الأمريكي قيادة الأمن الإلكتروني بالتوقف. وترحب روسيا وروسيا بالقرار، والصين والصين والهند."
    assert actor_named(tagger, text, "قيادة الأمن الإلكتروني").country == "US"


def test_an_organisation_in_a_post_is_not_the_person(tagger: Tagger) -> None:
    names = [actor.name for actor in tagger.tag("", "قال مدير شركة سيتزن فورتن إن الأمر انتهى.").actors]
    assert "سيتزن فورتن" not in names
    # Of Trump's administration, not Trump.
    trump = actor_named(tagger, "قال مسؤول في إدارة ترامب إن دونالد ترامب غاضب.", "دونالد ترامب")
    assert trump.role == "الرئيس الأميركي"


def test_an_undated_article_says_itself_what_a_known_person_is(tagger: Tagger) -> None:
    text = "أشار مستشار الأمن القومي الأمريكي، مايكل والتز، إلى أن الإدارة تسعى."
    assert actor_named(tagger, text, "مايك والتز").role == "مستشار الأمن القومي الأمريكي"
    # A bare title says less than the lexicon does.
    assert actor_named(tagger, "قال الرئيس دونالد ترامب إنه راض.", "دونالد ترامب").role == "الرئيس الأميركي"
    # The post with its country goes before the one without.
    text = "وصل وزير خارجية البلاد مايك بومبيو. وقال وزير الخارجية الأمريكي مايك بومبيو ذلك."
    assert actor_named(tagger, text, "مايك بومبيو").role == "وزير الخارجية الأمريكي"
    # A dated one takes the post of its month.
    text = "أشار مستشار الأمن القومي الأمريكي، مايكل والتز، إلى أن الإدارة تسعى."
    dated = actor_named(tagger, text, "مايك والتز", "2025-02-01T00:00:00Z")
    post = tagger.lexicon.post("mike-waltz", "2025-02")
    assert post is not None
    assert dated.role == post.role


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        (
            "التقى وزير الدفاع السوري مرهف أبو قصرة وفدا. وشكر وزير الدفاع السوري الوفد، وقال الوزير إن اللقاء مهم.",
            "مرهف أبو قصرة",
            ["وزير الدفاع السوري", "الوزير"],
        ),
        # Two presidents: the one of the country is meant, the bare word means neither.
        (
            "التقى الرئيس التركي رجب طيب أردوغان الرئيس الروسي فلاديمير بوتين. وقال الرئيس التركي إن الرئيس متفائل.",
            "رجب طيب أردوغان",
            ["الرئيس التركي"],
        ),
        ("قال الرئيس التركي رجب طيب أردوغان ذلك. ورد الرئيس التركي السابق عليه.", "رجب طيب أردوغان", []),
        ("قال الرئيس التركي رجب طيب أردوغان ذلك. ورد نائب الرئيس عليه.", "رجب طيب أردوغان", []),
        ("قال الرئيس التركي رجب طيب أردوغان ذلك. والتقى رئيس تركي سابق.", "رجب طيب أردوغان", []),
        ("ورد الرئيس التركي. وقال الرئيس التركي رجب طيب أردوغان ذلك.", "رجب طيب أردوغان", []),
        ("قال السفير سامر كيوان ذلك. وأضاف السفير أن بلاده ترحب.", "سامر كيوان", ["السفير"]),
        (
            "التقى الوزير القطري سامر كيوان نظيره الفنلندي نادر سليم. وشكر نظيره الفنلندي على الزيارة.",
            "نادر سليم",
            ["نظيره الفنلندي"],
        ),
    ],
)
def test_a_post_alone_means_the_one_named_before(tagger: Tagger, text: str, name: str, expected: list[str]) -> None:
    assert surfaces(actor_named(tagger, text, name), "rule:later-post") == expected


def test_a_whole_name_outweighs_the_surname_that_stood_before(tagger: Tagger) -> None:
    text = "والسيد كوديافتسيف خبير معروف. واعتقل العالم فيكتور كوديافتسيف أمس."
    alone = actor_named(tagger, "واعتقل العالم فيكتور كوديافتسيف أمس.", "فيكتور كوديافتسيف")
    both = actor_named(tagger, text, "فيكتور كوديافتسيف")
    assert both.id == alone.id
    assert len(both.mentions) == 2
