"""Government bodies of every country: head and demonym or name, whatever stands before them, give one id."""

import pytest

from workers.lexicon import load
from workers.tagging import Tagger

LEXICON = load()
TAGGER = Tagger(LEXICON)

# What the text says: {m} and {f} are the country's demonym, {n} its name.
FORMS = [
    ("وزارة الخارجية {f}", "ministry-of-foreign-affairs"),
    ("الخارجية {f}", "ministry-of-foreign-affairs"),
    ("وللخارجية {f}", "ministry-of-foreign-affairs"),
    ("لوزارة الدفاع {f}", "ministry-of-defence"),
    ("والدفاع {f}", "ministry-of-defence"),
    ("بوزارة الداخلية {f}", "ministry-of-interior"),
    ("فالداخلية {f}", "ministry-of-interior"),
    ("الحكومة {f}", "government"),
    ("ولحكومة {n}", "government"),
    ("الرئاسة {f}", "presidency"),
    ("للبرلمان {m}", "parliament"),
    ("والجيش {m}", "armed-forces"),
    ("للقوات {f}", "armed-forces"),
    ("جيش {n}", "armed-forces"),
    ("القوات الجوية {f}", "air-force"),
    ("والبحرية {f}", "navy"),
    ("حرس الحدود {m}", "border-guard"),
    ("للشرطة {f}", "police"),
    ("وقوات الأمن {f}", "security-forces"),
    ("فالمخابرات {f}", "intelligence"),
    ("جهاز الاستخبارات {m}", "intelligence"),
    ("ومجلس الأمن القومي {m}", "national-security-council"),
    ("المحكمة العليا {f}", "supreme-court"),
    ("والمحكمة الدستورية {f}", "constitutional-court"),
    ("للنيابة العامة {f}", "public-prosecution"),
    ("بالبنك المركزي {m}", "central-bank"),
    ("لجنة الانتخابات {f}", "electoral-commission"),
    ("بالسفارة {f}", "embassy"),
    ("وسفارة {n}", "embassy"),
    ("القنصلية {f}", "consulate"),
    ('قال "الجيش" {m}', "armed-forces"),
]
# The Roman army is of no country; the other two are entries of their own.
APART = {
    ("RO", "والجيش {m}"),
    ("RO", 'قال "الجيش" {m}'),
    ("RU", "ومجلس الأمن القومي {m}"),
    ("US", "بالبنك المركزي {m}"),
}
COUNTRIES = [country for country in LEXICON.countries.values() if country.demonym]


def _demonym(demonym, *, feminine):
    """A demonym with the article: the first word's always, a later one's when it agrees."""
    words = [word + "ة" if feminine and word.endswith("ي") else word for word in demonym.split()]
    return " ".join(f"ال{word}" if at == 0 or word[-1] in "ية" else word for at, word in enumerate(words))


def test_nearly_every_country_has_a_demonym():
    assert len(COUNTRIES) >= 240


@pytest.mark.parametrize("country", COUNTRIES, ids=lambda country: country.code)
def test_bodies_of_a_country(country):
    masculine, feminine = (_demonym(country.demonym, feminine=feminine) for feminine in (False, True))
    found, wanted = {}, {}
    for form, key in FORMS:
        if (country.code, form) in APART:
            continue
        text = form.format(m=masculine, f=feminine, n=country.name_ar)
        # The country's name in the title tells a demonym that is a common word too (المالية) from that word.
        found[text] = [actor.id for actor in TAGGER.tag(f"في {country.name_ar}", f"وصل أمس {text} ثم").actors]
        wanted[text] = [TAGGER.lexicon.body_of.get((country.code, key), f"{country.code.lower()}-{key}")]
    assert found == wanted


@pytest.mark.parametrize("key", sorted(LEXICON.bodies))
def test_a_body_is_found_by_its_own_name(key):
    body, country = LEXICON.bodies[key], LEXICON.countries["NO"]
    found = [actor.id for actor in TAGGER.tag("", f"قالت {body.name_for(country)} ذلك").actors]
    assert found == [f"no-{key}"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("مجلس الأمن القومي الأميركي", ["us-national-security-council"]),
        ("المجلس الأعلى للأمن القومي الإيراني", ["ir-national-security-council"]),
        ("مجلس الأمن الروسي", ["russian-security-council"]),
        ("مجلس الأمن الدولي", ["un-security-council"]),
        ("مجلس الأمن القومي", []),
        ("الخارجية السعودية", ["sa-ministry-of-foreign-affairs"]),
        ("وزارة أمن الدولة الصينية", ["cn-ministry-of-security"]),
        ("جهاز الاستخبارات الخارجية الروسي", ["ru-intelligence"]),
        ("البنك المركزي الأوروبي", ["ecb"]),
        ("الشرطة الأوروبية", ["europol"]),
        ("الجيش الروماني", []),
    ],
)
def test_bodies_that_stand_near_others(text, wanted):
    assert [actor.id for actor in TAGGER.tag("", f"قال {text} ذلك").actors] == wanted


def test_a_court_is_of_a_kingdom():
    text = "وصل إلى مصر ومصر ومصر المستشار في الديوان الملكي."
    assert [actor.id for actor in TAGGER.tag("", text).actors] == []
    assert [actor.id for actor in TAGGER.tag("", text.replace("مصر", "السعودية")).actors] == ["sa-royal-court"]


def test_a_ministers_field_is_no_ministry():
    assert [a.id for a in TAGGER.tag("", "التقى وزيرة الدفاع الفرنسية.").actors] == []
    assert [a.id for a in TAGGER.tag("", "أعلنت الدفاع الفرنسية ذلك.").actors] == ["fr-ministry-of-defence"]


def test_a_council_for_something_is_no_parliament():
    text = "قال مجلس النواب الأميركي ذلك. وأعلن المجلس الوطني للإعلام أمس."
    found = {mention.surface for actor in TAGGER.tag("", text).actors if actor.known for mention in actor.mentions}
    assert found == {"مجلس النواب الأميركي"}


@pytest.mark.parametrize(
    ("text", "expected", "why"),
    [
        ("قال مسؤول في إدارة ترامب إن", {"us-government", "donald-trump"}, "both are named"),
        ("انتقد إدارة الرئيس الأميركي السابق جو بايدن بشدة", {"us-government", "joe-biden"}, "a title between"),
        ("صوتوا ضد حكومة نتنياهو أمس", {"il-government", "benjamin-netanyahu"}, "a government"),
        ("سقط نظام بشار الأسد", {"sy-regime", "bashar-al-assad"}, "a regime"),
        ("انتقد إدارة بايدن للأزمة", {"joe-biden"}, "how he manages something"),
        ("يتبع نظام ليونيل ميسي الغذائي", {"lionel-messi"}, "he leads no government"),
    ],
)
def test_governments_by_who_leads_them(text, expected, why):
    assert {actor.id for actor in TAGGER.tag("", text).actors} == expected, why
