"""People and organisations that no list has: by given names, by words of no Arabic, by heads and what follows."""

import pytest

from workers.lexicon import load
from workers.tagging import Tagger

TAGGER = Tagger(load())


def _found(text):
    return [
        (actor.type, actor.mentions[0].surface, actor.country)
        for actor in TAGGER.tag("", text).actors
        if not actor.known
    ]


PEOPLE = [
    ("وقال جيفري كرومبتون إن", "جيفري كرومبتون", None, "a given name after a verb"),
    ("سجل كيليان فوستيل هدفا", "كيليان فوستيل", None, "a given name, and a word that no list has"),
    ("ورفض بيتر كار، المتحدث باسم الشركة، التعليق", "بيتر كار", None, "a given name and a rare word"),
    ("وأوضح سمير الدرازي (34 عاما) أنه", "سمير الدرازي", None, "an age"),
    ("وقال غاو شينغلن، مدير المشروع، إن", "غاو شينغلن", None, "words of no Arabic after a verb"),
    ("وقال عبد السلام هنيدس إن", "عبد السلام هنيدس", None, "عبد and a name of God make one name"),
    ("وصل المدرب الإسباني أوناي إيمريدس أمس", "أوناي إيمريدس", "ES", "a nisba before the name"),
    ("قال المتحدث باسم الوزارة أشرف القدوة، إن", "أشرف القدوة", None, "a post, and a surname that is a word of Arabic"),
    ("وأكد مدير المستشفى، سمير الغريب، أن", "سمير الغريب", None, "a surname that is a word, between commas"),
    ("قال العقيد الركن منصور الحربي إن", "منصور الحربي", None, "a rank, and two words of Arabic"),
    ("وأعلن الوزير قصي خالد السالم أن", "قصي خالد السالم", None, "a third name that is an adjective"),
    ("وأوضح العقيد عاطيف بن عطية القرشي أن", "عاطيف بن عطية القرشي", None, "a name that no list has before بن"),
    ("فسخ النادي عقد البرازيلي ريفالدينيو أمس", "ريفالدينيو", "BR", "a nisba before one word of no Arabic"),
    ("وقال آدم كوغلمان الباحث في المعهد الفرنسي إن", "آدم كوغلمان", "FR", "a post in apposition"),
]


@pytest.mark.parametrize(("text", "name", "country", "why"), PEOPLE, ids=[row[3] for row in PEOPLE])
def test_people(text, name, country, why):
    assert ("person", name, country) in _found(text), why


def test_names_that_and_joins():
    names = [name for kind, name, _ in _found("قتل الجنديان توماس شاؤولمان وهدار غولدينغ في الحرب") if kind == "person"]
    assert names == ["توماس شاؤولمان", "هدار غولدينغ"]


ORGANISATIONS = [
    ("أعلنت شركة أركونيكس أرباحها", "company", "شركة أركونيكس", "a word that no list has"),
    ("قالت لجنة حقوق الإنسان الأسترالية إن", "government", "لجنة حقوق الإنسان الأسترالية", "idafa, article and nisba"),
    ("قضت محكمة الاستئناف الإدارية أمس", "government", "محكمة الاستئناف الإدارية", "two definite words"),
    ("فاز حزب الغد بالمقاعد", "party", "حزب الغد", "a party needs one"),
    ('قال رئيس مؤسسة "خير الأمة" إن', "government", 'مؤسسة "خير الأمة"', "a quoted name, with its marks"),
    ('باعت شركة الألبان "مرجانة" الفرع', "company", 'شركة الألبان "مرجانة"', "a quoted name behind a noun"),
    ("أعلن الاتحاد المغربي لكرة السلة أن", "ngo", "الاتحاد المغربي لكرة السلة", "what it is for"),
    (
        "قالت الهيئة السودانية العامة للاستعلامات إن",
        "government",
        "الهيئة السودانية العامة للاستعلامات",
        "a nisba inside",
    ),
    ("قضت محكمة بيشاور العليا اليوم", "government", "محكمة بيشاور العليا", "an adjective behind a place"),
    ("لجأ إلى مكتب الفرات للمحاماة أمس", "government", "مكتب الفرات للمحاماة", "a field of work behind a noun"),
    ("أعلنت جامعة الملك خالد نتائجها", "other", "جامعة الملك خالد", "a house that bears a name"),
    ("وقع رئيس مجلس إدارة نادي المنار العقد", "other", "نادي المنار", "a club, not its board"),
    ("انتقدت رابطة أمهات الغائبين القرار", "ngo", "رابطة أمهات الغائبين", "two links"),
    ("أعلنت وزارة التخطيط والتعاون الدولي", "government", "وزارة التخطيط والتعاون الدولي", "a ministry of two things"),
    ("حذرت الوكالة الأوروبية للأسماك من", "igo", "الوكالة الأوروبية للأسماك", "of no one country"),
    ("تبنى تنظيم «جند الصخرة» الهجوم", "armed_group", "تنظيم «جند الصخرة»", "a group by its quoted name"),
    ("انسحبت جبهة القوى التقدمية من", "party", "جبهة القوى التقدمية", "a front with two words"),
    ("أمر قيادة الأمن الإلكتروني في البلاد", "government", "قيادة الأمن الإلكتروني", "a command, not commanding"),
    ("أعلنت قوات الاحتلال الفرنسي أنها", "government", "قوات الاحتلال الفرنسي", "forces by their nisba"),
    ("أصدرت الحكومة الفيدرالية الهندية قرارا", "government", "الحكومة الفيدرالية الهندية", "between head and nisba"),
    ("وصف مدير مستشفى النور الوضع", "other", "مستشفى النور", "a hospital that somebody heads"),
    ("قالت هيئة الزراعة وتقنية المعلومات إن", "government", "هيئة الزراعة وتقنية المعلومات", "two fields of work"),
    ('غضبت شركة طيران "الأفق" من القرار', "company", 'شركة طيران "الأفق"', "a link before a quoted name"),
    ("قال عضو لجنة الاستخبارات التابعة للكونغرس", "government", "لجنة الاستخبارات", "whose it is tells which"),
    ("وقالت قيادة شرطة دمشق إن", "government", "قيادة شرطة دمشق", "a command of a place"),
    ('قال معهد "ميدلاري" للدراسات إن', "other", 'معهد "ميدلاري" للدراسات', "a quoted name that ends like a nisba"),
    ("اشترت شركة Zentrova المصنع", "company", "شركة Zentrova", "a name in Latin letters"),
    ("وقال المركز القومي للأعاصير إن", "government", "المركز القومي للأعاصير", "a definite head with two words"),
    ("أعلن نادي القضاة المصري أن", "other", "نادي القضاة المصري", "a club by its country"),
    ("أكد المركز القومي للطب الوقائي أن", "government", "المركز القومي للطب الوقائي", "a short word of what it is for"),
    ("قالت الهيئة الوطنية للعناية بشؤون الغابات إن", "government", "الهيئة الوطنية للعناية بشؤون الغابات", "for, in"),
    (
        "أعلنت الشركة الوطنية لاستغلال وتوزيع الفوسفات نتائجها",
        "company",
        "الشركة الوطنية لاستغلال وتوزيع الفوسفات",
        "two things that it is for",
    ),
    ("قال مدير حركة الشروق إن", "party", "حركة الشروق", "a movement to which somebody belongs"),
]


@pytest.mark.parametrize(("text", "kind", "name", "why"), ORGANISATIONS, ids=[row[3] for row in ORGANISATIONS])
def test_organisations(text, kind, name, why):
    found = [(one, two) for one, two, _ in _found(text)]
    assert (kind, name) in found, why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("قال مسؤول كبير في الحكومة إن", "common words"),
        ("نظر القاضي إلى محكمة هندية صغيرة", "any Indian court"),
        ("قررت الشركة الجديدة الانسحاب", "a company, not which"),
        ("اختار مجلس الإدارة رئيسا", "a board of directors, not whose"),
        ("عطلت حركة المرور الشوارع", "the movement of traffic"),
        ("قررت الشركة الأميركية الانسحاب", "an American company, not which"),
        ("دعا إلى تنظيم الانتخابات قريبا", "the organising of something"),
        ("دعا الشعب إلى مقاومة الفساد", "resisting"),
        ("قاتلوا في جبهة الحديدة", "a front at a place"),
        ("قال إنها جماعة «إرهابية»", "a quoted adjective"),
        ("ذكرت الوكالة الوطنية للأنباء أن", "the press, as a source"),
        ("اشترى جهاز الكمبيوتر الجديد", "a machine"),
        ("حملت كوتيار الجائزة", "a name that ends like a head"),
        ("يشعر بأمل كبير ونور ساطع", "words that are names too"),
        ("في شارع جيفري كرومبتون", "a street"),
        ("فاز على الفريق المنافس", "على is no Ali"),
        ("زار الوفد سانت لوسيا أمس", "a country"),
        ("تدمر العاصفة المنازل", "a verb"),
        ("لا إله إلا الله محمد رسول الله", "the creed"),
        ("سار وعلى خطى والده مضى", "على behind و is no Ali"),
        ("سيطر القائد على المدينة", "على is no Ali, behind a title too"),
        ("خسر الدوري الإيطالي بريقه", "a nisba of a noun"),
        ("وقع عدوان إسرائيلي صباحا", "a noun with a nisba"),
        ("تحدث الوزير على هامش المعرض", "على is no Ali, behind a bare title too"),
        ("بذلوا الجهد في سبيل إنجاح المعرض", "a whole word is cut nowhere: سبيل"),
        ("وقالت إن بيانا صدر عن الهيئة", "a word in the accusative is cut nowhere: بيانا"),
        ("نقل الجرحى إلى مستشفى النور ومستشفى الأمل", "hospitals as places"),
        ("درست الآداب في جامعة الملك خالد", "a university as a place"),
        ("عبروا مركز مدينة صغيرة", "the centre of a town"),
        ("تراقب الوزارة حركة الصفائح وتحللها", "a movement of things"),
        ("هدأت المدافع على الجبهة الشرقية مساء", "a front at a border"),
        ("مدت الدولة خطوط أنابيب الغاز شمالا", "pipelines"),
        ('باع المتجر جهاز "أيبادو" واحدا', "a device by its brand"),
        ('صوتوا لحزب "شعبوي" مرتين', "a quoted adjective of و"),
        ("وصلت قوات الاحتلال إلى التل", "forces of nobody who is named"),
        ("وهو تابع لوزارة التخطيط والتعاون الدولي منذ عام", "a ministry of no known country that does nothing"),
    ],
)
def test_nobody(text, why):
    assert _found(text) == [], why


def test_one_id_with_and_without_the_article():
    (one,) = TAGGER.tag("", "قال حزب الغد المصري إن").actors
    (other,) = TAGGER.tag("", "انضم إلى حزب الغد المصري").actors
    assert one.id == other.id
    (named,) = [a.name for a in TAGGER.tag("", "وهو تابع للهيئة الوطنية للأرصاد الجوية").actors]
    assert named == "الهيئة الوطنية للأرصاد الجوية"
    with_lil = [a for a in TAGGER.tag("", "وهو تابع للهيئة الوطنية للأرصاد الجوية").actors if not a.known]
    plain = [a for a in TAGGER.tag("", "قالت الهيئة الوطنية للأرصاد الجوية إن").actors if not a.known]
    assert [a.id for a in with_lil] == [a.id for a in plain] != []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("قال رئيس نادي الزمالك مرتضى منصور", "نادي الزمالك"),
        ("قررت لجنة السياسة النقدية التركيز على", "لجنة السياسة النقدية"),
        ("بادرت مديرية الأمن الوطني بتكذيب الخبر", "مديرية الأمن الوطني"),
        ("أفاد صندوق النقد العربي أمس", "صندوق النقد العربي"),
        ("نفت إدارة السجون المصرية والحكومة ذلك", "إدارة السجون المصرية"),
        ('دعا "حزب التنمية والوئام" أنصاره إلى الهدوء', "حزب التنمية والوئام"),
        ('وقال "حزب النهوض، وهو جديد" كلمته', "حزب النهوض"),
    ],
)
def test_where_an_organisation_ends(text, name):
    assert name in [mention.surface for actor in TAGGER.tag("", text).actors for mention in actor.mentions]


def test_an_organisation_is_one_by_its_first_words_and_by_its_proper_name():
    (one,) = TAGGER.tag("", "حذرت لجنة السياسة النقدية السودانية أمس. وقالت لجنة السياسة النقدية إن").actors
    assert [m.surface for m in one.mentions] == ["لجنة السياسة النقدية السودانية", "لجنة السياسة النقدية"]
    (one,) = TAGGER.tag("", "ربحت شركة أركونيكس المال. وتصنع أركونيكس الألمنيوم.").actors
    assert [(m.surface, m.entry) for m in one.mentions] == [
        ("شركة أركونيكس", "rule:head"),
        ("أركونيكس", "rule:later-name"),
    ]


def test_the_country_of_an_organisation():
    assert _found("أعلن مستشفى السرايا في غزة وفاة عشرة، وانتقدت إسرائيل ذلك")[0][2] == "PS"
    assert _found("أفاد صندوق الإنماء العربي بأن مصر ستنمو")[0][2] is None, "of no one country"


def test_longer_and_shorter_forms_of_a_name_are_one_person():
    (person,) = TAGGER.tag("", "وصل عمر الرزاز إلى عمّان. ولد عمر أحمد منيف الرزاز في السلط.").actors
    assert [m.surface for m in person.mentions] == ["عمر الرزاز", "عمر أحمد منيف الرزاز"]
    people = TAGGER.tag("", "استقبل الفريق محمد فريد حجازيان الوفد. وقال محمد فريد إن ذلك مهم.").actors
    assert len([actor for actor in people if actor.type == "person"]) == 1


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("قال الشيخ أبو عبد الرحمن الدالي إن", "أبو عبد الرحمن الدالي"),
        ("قال ابن عبد السلام إن", "ابن عبد السلام"),
        ("وغنى المبدع عبد الرحمن عبيد أمس", "عبد الرحمن عبيد"),
        ("وقال صلاح عبد الحميد السعدي إنه", "صلاح عبد الحميد السعدي"),
        ('وحضر مدير شركة "نيروباش"، فاتح ألتونباش، اللقاء', "فاتح ألتونباش"),
        ("وأكد الرئيس المدير العام للشركة, رشيد بلجيلاند, الخبر", "رشيد بلجيلاند"),
        ("وقال د. فهد العتيبي إن", "فهد العتيبي"),
        ("وعين السيدة ابتسام حملاوي في المنصب", "ابتسام حملاوي"),
        ('وقال المدير العام لشركة الغاز الليبية "غازكو" سامي المريمي إن', "سامي المريمي"),
        ("وقال مدير هيئة المياه اليمنية (الهيم) سامي المريمي إن", "سامي المريمي"),
        ("وقالت د.نورة القحطاني (د.ب.أ) إن", "نورة القحطاني"),
    ],
)
def test_where_a_name_ends(text, name):
    assert [actor.name for actor in TAGGER.tag("", text).actors if actor.type == "person"] == [name]


def test_sons_and_fathers_of_different_people_are_different_people():
    people = TAGGER.tag("", "قال الشيخ أبو عبد الرحمن الدالي إن. وقال الشيخ أبو عبد الله الدالي إن").actors
    assert len({actor.id for actor in people}) == 2


@pytest.mark.parametrize(
    ("text", "country", "why"),
    [
        ("وقال مراد حنيفي إن الجزائر ستفوز", "DZ", "a name that is frequent there"),
        ("وقال ستيفن هارغروف إن الجزائر ستفوز", None, "a foreign name, and the country leads"),
        ("وقال محمد الدالي إن ألمانيا ستفوز", None, "an Arab name, and a country of others leads"),
        ("لعبت الجزائر وكندا. وسجل ستيفن هارغروف هدفا", "CA", "it fits one of two"),
        ("لعبت فرنسا وكندا. وسجل ستيفن هارغروف هدفا", None, "it fits both"),
    ],
)
def test_the_country_of_a_name(text, country, why):
    (person,) = [actor for actor in TAGGER.tag("", text).actors if actor.type == "person"]
    assert person.country == country, why


@pytest.mark.parametrize(
    ("text", "ids", "why"),
    [
        ("التقى الضيف في البيت الأبيض أمس", set(), "a building"),
        ("قال مسؤول في البيت الأبيض أمس", {"white-house"}, "somebody of it"),
        ("أعلن البيت الأبيض القرار", {"white-house"}, "it acts"),
        ("عاد النائب من تونس إلى البرلمان", set(), "a parliament as a place"),
        ("قالت تونس إنه أقر البرلمان القانون", {"tn-parliament"}, "it acts"),
    ],
)
def test_a_seat_of_power_is_a_place_or_acts(text, ids, why):
    assert {actor.id for actor in TAGGER.tag("", text).actors if actor.known} == ids, why


@pytest.mark.parametrize(
    ("text", "country", "why"),
    [
        ("سجل مدافع بورتلانسا التايلاندي كيليان فوستيل هدفا", None, "a club's nisba is not a player's"),
        ("سجل المدافع التايلاندي كيليان فوستيل هدفا", "TH", "a player's own nisba"),
        ("سجل لاعب الوسط الفرنسي كيليان فوستيل هدفا", "FR", "behind a part on the field"),
        ("تعيش الجزائر يومها، وقالت كريمة بلجيلاند في الجزائر إن", "DZ", "a name of Arab countries, and one country"),
    ],
)
def test_countries_of_people(text, country, why):
    assert [code for kind, _, code in _found(text) if kind == "person"] == [country], why


def test_whose_a_quoted_organisation_is():
    (found,) = TAGGER.tag("", 'طالب "حزب النهوض" الليبي بتوضيح، كما طالبت تونس').actors
    assert (found.name, found.country) == ("حزب النهوض", "LY")


def test_a_post_of_a_listed_company_tells_whose_its_holder_is():
    found = TAGGER.tag("", "بحضور الرئيس المدير العام لمجمع سوناطراك، نور الدين داودي، والوفد").actors
    assert {actor.name: actor.country for actor in found if actor.type == "person"} == {"نور الدين داودي": "DZ"}


def test_the_national_team_is_that_of_the_country_that_leads():
    (team,) = TAGGER.tag("", "فاز المنتخب الوطني في مباراته، واحتفلت الجزائر. وتستعد الجزائر للقاء تونس").actors
    assert (team.id, team.country) == ("dz-national-team", "DZ")


def test_a_street_named_after_a_man_names_nobody():
    assert _found("افتتح طريق عثمان بن عفان أمس") == []


def test_a_house_and_what_it_is_for():
    assert ("person", "هند بنت حمد آل ثاني", None) in _found("حضرت الشيخة هند بنت حمد آل ثاني الحفل")
    (found,) = [a for a in TAGGER.tag("", 'قال معهد "ميدلاري" للدراسات الدولية في كندا إن').actors if not a.known]
    assert (found.type, found.country) == ("other", "CA")


def test_a_ministry_at_a_place():
    tags = TAGGER.tag("", "قالت وزارة الصحة الإسرائيلية ذلك، ونفته وزارة الصحة في غزة")
    assert {actor.id for actor in tags.actors} == {"il-ministry-of-health", "ps-ministry-of-health"}


@pytest.mark.parametrize(
    ("text", "names", "why"),
    [
        (
            "وقالت المتحدثة باسم مكتب الشؤون، تشو فنجليان، إن",
            ["تشو فنجليان"],
            "two foreign words behind a post and a comma",
        ),
        ("قال قائد المنطقة، الجنرال مايكل لانغلي، إن", ["مايكل لانغلي"], "a surname that is a town"),
        ("لقي طفل يدعى سيباستيان حتفه", ["سيباستيان"], "a given name behind what names him"),
        ("استشهد عمرو محمود بني عودة أمس", ["عمرو محمود بني عودة"], "a family by its sons"),
        ("تضمن الاتفاق عشرين بندًا بوساطة دولية", [], "a word with a tanwin"),
        ("قصفوا محيط مستشفيات كمال عدوان والعودة", [], "hospitals"),
        ("توفي الممثل عن عمر ناهز تسعين عاما", [], "an age, not Omar"),
        ("بعث الملك سلمان بن عبدالعزيز آل سعود برقية تهنئة", [], "a telegram of the house of Saud"),
    ],
)
def test_more_names(text, names, why):
    assert [name for kind, name, _ in _found(text) if kind == "person"] == names, why
