"""Datelines, credits, bylines and what stands behind the last full stop: tables of (text, what is read, why)."""

import pytest

from workers.lexicon.names import is_agency, is_outlet, is_person, is_place, is_sure_agency
from workers.pages.datelines import find_dateline
from workers.pages.labels import Sort, classify, credited, source_name, tail_of
from workers.pages.reader import split_page

HEADLINE = "وزارة الصحة تبدأ حملة تطعيم واسعة في جميع المحافظات"
LEAD = "أعلنت وزارة الصحة في القاهرة اليوم بدء حملة تطعيم واسعة تشمل جميع المحافظات وتستمر أسبوعين كاملين."
NEXT = "وأضافت الوزارة في بيان أن الفرق الطبية ستزور المدارس والقرى البعيدة خلال الأيام المقبلة."
LAST = "ويحصل الأطفال دون الخامسة على جرعتين من اللقاح في المراكز الصحية مجانا، بحسب بيان الوزارة."
LINKS = ("مقتل ثلاثة أشخاص في انهيار مبنى سكني شرق المدينة", "البنك المركزي يرفع سعر الفائدة للمرة الثالثة هذا العام")

# What the text opens with, then (after the bar) the news; the agency or outlet; the place.
DATELINES = [
    ("دبي، الإمارات العربية المتحدة (CNN)--| قال الوزير إن", "CNN", "دبي، الإمارات العربية المتحدة"),
    ("(CNN)--| قال الوزير إن", "CNN", None),
    ("هيوستن، الولايات المتحدة الأمريكية (CNN)—| أعلنت الشرطة", "CNN", "هيوستن، الولايات المتحدة الأمريكية"),
    ("القاهرة - رويترز -| قال الوزير إن", "رويترز", "القاهرة"),
    ("القاهرة (رويترز) -| قال الوزير إن", "رويترز", "القاهرة"),
    ("جنيف (رويترز)| «نحن هنا»، قال الوزير", "رويترز", "جنيف"),
    ("الرياض (واس)| أعلنت الوزارة", "واس", "الرياض"),
    ("القاهرة ـ أ ش أ ـ| بدأ الاجتماع", "أ ش أ", "القاهرة"),
    ("نيروبي - د.ب.أ:| ذكر المتحدث", "د.ب.أ", "نيروبي"),
    ("طهران – «أسوشييتد برس» -| قال الوزير", "أسوشييتد برس", "طهران"),
    ("واشنطن/ الأناضول/| أعلن البيت الأبيض", "الأناضول", "واشنطن"),
    ("الكويت - كونا --| بحث الوزيران", "كونا", "الكويت"),
    ("عمان 5 فبراير (بترا) -| أعلن وزير العمل", "بترا", "عمان"),
    ("المنامة في 5 فبراير /بنا/| تلقى الملك", "بنا", "المنامة"),
    ("موسكو، 5 شباط/فبراير، وكالات -| قال الوزير", "وكالات", "موسكو"),
    ("دمشق-سانا| قال المصدر", "سانا", "دمشق"),
    ("تونس – وات :| قرر المجلس", "وات", "تونس"),
    ("سبق- الرياض:| أقامت الجمعية حفلا", "سبق", "الرياض"),
    ("محمد علي- سبق- تيماء:| شكا الأهالي", "سبق", "تيماء"),
    ("أحمد البشير – الباحة:| نفذت البلدية", None, "الباحة"),
    ("الدوحة - الراية:| نظم المركز", "الراية", "الدوحة"),
    ("بيروت –| قالت مصادر", None, "بيروت"),
    ("تيرانا –| قالت مصادر", None, "تيرانا"),
    ("الخبر - واس:| أعلنت الوزارة", "واس", "الخبر"),
    ("العين، الإمارات العربية المتحدة –| قال الوزير", None, "العين، الإمارات العربية المتحدة"),
    ("رام الله - وفا -| قال الوزير", "وفا", "رام الله"),
]
NO_DATELINES = [
    ("وقالت «رويترز» - في تقرير - إن", "a sentence names an agency in quotation marks"),
    ("البيت الأبيض يمنع مراسلة (سي إن إن) من حضور لقاء", "a bracket inside a sentence"),
    ("هاتف (LG) - يأتي بشاشة كبيرة", "capitals in brackets behind no place"),
    ("الرئيس الأمريكي - الذي يزور المنطقة - قال", "a dash inside a sentence"),
    ("قال لـ «عكاظ» مدير المستشفى إن", "said to a paper"),
    ("كان - رحمه الله - كريما", "a dash after a verb"),
    ("واشنطن: لا مفاوضات مع طهران", "a colon after a capital quotes its government"),
    ("مصر - المغرب: مباراة ودية", "two countries play"),
    ("الهلال - الاتحاد مساء اليوم", "two clubs play"),
    ("لائحة المقاعد الـ 12 الشاغرة", "a tatweel is no dash"),
    ("صور - مسيرات في شوارع العاصمة", "a town's name that is an everyday word"),
    ("العين - الاتحاد: مباراة ودية", "two clubs play, one of them a town"),
    ("صفا - دعاء المسلمين", "an agency's name that is an everyday word"),
    ("هآرتس: الحكومة لن تسقط", "a headline says who says it"),
]
CREDITS = [
    ("القاهرة - أحمد علي", ""),
    ("القاهرة: أحمد محمد", ""),
    ("أحمد علي من القاهرة", ""),
    ("سلوى سعد – متابعات", ""),
    ("بيروت – «الشرق الأوسط»", "الشرق الأوسط"),
    ("الجزيرة نت – غزة", "الجزيرة نت"),
    ("دبي - العربية.نت", "العربية.نت"),
    ("خاص - الجزيرة نت", "الجزيرة نت"),
    ("إيلاف من لندن", "إيلاف"),
    ("سانا - دمشق", "سانا"),
    ("قنا - الدوحة", "قنا"),
    ("إسطنبول/ الأناضول", "الأناضول"),
    ("فرانس24/ أ ف ب", "فرانس24/ أ ف ب"),
    ("هسبريس - و.م.ع", "و.م.ع"),
    ("Reuters", "Reuters"),
    ("وكالات", "وكالات"),
    ("الرياض - جدة", None),
    ("الجزيرة:", None),
    ("محمد صلاح", None),
    ("ثلاثة وجوه – سمير حسن – إيران", None),
]
LINES = [
    ("كتبت منى سالم", Sort.BYLINE),
    ("كتب - محمود حسن", Sort.BYLINE),
    ("بقلم أحمد علي", Sort.BYLINE),
    ("تقرير: أحمد علي", Sort.BYLINE),
    ("مراسل الجزيرة نت في غزة", Sort.BYLINE),
    ("مراسلة بي بي سي - بيروت", Sort.BYLINE),
    ("(إعداد أحمد علي للنشرة العربية - تحرير منى سالم)", Sort.BYLINE),
    ("تقرير: ارتفاع عدد اللاجئين", Sort.TEXT),
    ("حوار: ماذا بعد الانتخابات", Sort.TEXT),
    ("مراسلة: لماذا لا يستطيعون الدخول؟", Sort.TEXT),
    ("كتب الطلاب رسائل إلى الوزير", Sort.TEXT),
    ("مراسل القناة يروي ما حدث في المدينة", Sort.TEXT),
    ("* نقلا عن صحيفة «الغد»", Sort.SOURCE),
    ("خدمة «نيويورك تايمز»", Sort.SOURCE),
    ("خاص بـ«الشرق الأوسط»", Sort.END),
    ("خدمة المياه تعود إلى الأحياء الشرقية", Sort.TEXT),
    ("...المزيد", Sort.RELATED),
    ("للمزيد - مصر تفتح معبرا جديدا", Sort.LINK),
    ("* اقرأ أيضا: مصر تفتح معبرا", Sort.BULLET),
    ("لمتابعة المباراة مباشرة اضغط هنا", Sort.PROMPT),
    ("للتواصل مع الكاتب: writer@example.org", Sort.LINK),
    ("• اضغط على حسابي ثم على الخصوصية.", Sort.BULLET),
    ("تابعوا قناتنا على تلغرام", Sort.PROMPT),
    ("تابعوا الغد على تويتر", Sort.PROMPT),
    ("تابع الرئيس الأمريكي سير المباراة النهائية عبر تويتر", Sort.TEXT),
    ("حمل النواب شركة غوغل مسؤولية الخطأ", Sort.TEXT),
    ("صورة من الأرشيف لمبنى الوزارة", Sort.NOISE),
    ("@example_news", Sort.NOISE),
    ("1994", Sort.TEXT),
    ("37", Sort.NOISE),
    ("حقوق الصور محفوظة لمعرض الفن", Sort.NOTICE),
    ("جميع الحقوق محفوظة لصحيفة الغد 2024", Sort.NOTICE),
    ("يُحظر نسخ أو نقل أي جزء من هذه المواد", Sort.NOTICE),
    ("الآراء الواردة في المقال لا تعبر بالضرورة عن رأي الصحيفة", Sort.NOTICE),
    ("وأكد أن جميع حقوق العمال محفوظة بموجب القانون.", Sort.TEXT),
    ("ويذكر أن اللاعب على خلاف مع الشركة التي تملك حقوق نشر صوره.", Sort.TEXT),
    ("ويحظر استخدام أي هاتف داخل قاعات الامتحان.", Sort.TEXT),
    ("وترى أن الانتقادات المبكرة لا تمثل بالضرورة مرشدا جيدا.", Sort.TEXT),
    ("ظهر شعار النادي لأول مرة على قمصان اللاعبين في المباراة.", Sort.TEXT),
    ("هذا المقال بقلم علي حسن، والآراء الواردة أدناه لا تعكس بالضرورة وجهة نظر الشبكة.", Sort.NOISE),
]
# What stands behind the last full stop; whether it ends the article; the agency it names.
TAILS = [
    (" (رويترز)", True, "رويترز"),
    (" (بترا).", True, "بترا"),
    (" --(بنا)", True, "بنا"),
    (" /أ ش أ/", True, "أ ش أ"),
    (" (İLKHA)", True, "İLKHA"),
    (" (د ب أ) خ.س/ م.ج", True, "د ب أ"),
    (" - رويترز", True, "رويترز"),
    (" كونا", True, "كونا"),
    (" المصدر: رويترز", True, "رويترز"),
    (" *نقلا عن «الغد» الأردنية", True, "الغد الأردنية"),
    (" انتهى", True, None),
    (" (انتهى)", True, None),
    (" انتهى/ ١٢", True, None),
    (" أ هـ", True, None),
    (" س.ع", True, None),
    (" م.ب/ع.س", True, None),
    (" يتبع", True, None),
    (" سمات صحة تطعيم", True, None),
    (" pic.twitter.com/abcd", False, None),
    (" https://example.org/a", False, None),
    (" writer@example.org", False, None),
    (" #صحة #مصر", False, None),
    (" اقرأ أيضا: مصر تفتح معبرا جديدا", False, None),
    (" رابط الخبر بصحيفة الغد: الوزارة: بدء الحملة", False, None),
    (" ...المزيد", False, None),
]
NO_TAILS = [
    ("وأضاف أن المشروع انتهى.", "the sentence's own word"),
    ('وذلك وفق ما نقلت "رويترز".', "a straight quotation mark opens what is quoted"),
    ("وصل الوفد إلى مقر وكالة رويترز", "no full stop before it"),
    ("ويعمل في شركتي «دي إل» و«إس بي» (WSP).", "an abbreviation of what stands before it"),
    ("وللاستفسار زوروا الموقع www.example.org", "part of the sentence"),
    ("أو على البريد first.last@example.org", "a dot inside an address is no full stop"),
    ("ولد العالم سنة 700 هـ", "a year of the Hijra"),
    ("وحضر الحفل أ. د. سعد", "a title before a name"),
    ("وبلغ السعر 12 دولارا. (الدولار يساوي 3.75 ريال)", "news in brackets"),
]


@pytest.mark.parametrize(("text", "agency", "place"), DATELINES)
def test_a_dateline_ends_before_the_news(text, agency, place):
    opening, _, news = text.partition("|")
    dateline = find_dateline(opening + news)
    assert (dateline.agency, dateline.place) == (agency, place)
    assert (opening + news)[dateline.end :].strip() == news.strip()
    assert opening.startswith(dateline.text)


@pytest.mark.parametrize(("text", "why"), NO_DATELINES)
def test_news_is_no_dateline(text, why):
    assert find_dateline(text) is None, why


@pytest.mark.parametrize(("line", "agency"), CREDITS)
def test_a_credit_alone_on_a_line(line, agency):
    assert credited(line) == agency


@pytest.mark.parametrize(("line", "sort"), LINES)
def test_lines(line, sort):
    assert classify(line).sort is sort


@pytest.mark.parametrize(("behind", "ends", "agency"), TAILS)
def test_what_stands_behind_the_last_full_stop_goes(behind, ends, agency):
    tail = tail_of(LEAD + behind)
    assert (LEAD + behind)[: tail.start] == LEAD
    assert (tail.ends, tail.agency) == (ends, agency)


@pytest.mark.parametrize(("text", "why"), NO_TAILS)
def test_the_end_of_a_sentence_stays(text, why):
    assert tail_of(text) is None, why


def test_several_things_behind_the_last_full_stop_go_together():
    tail = tail_of(LEAD + " (رويترز) انتهى س.ع")
    assert (tail.start, tail.ends, tail.agency) == (len(LEAD), True, "رويترز")


@pytest.mark.parametrize("title_length", [0, len(HEADLINE)])
@pytest.mark.parametrize("joint", ["\n", "\n\n"])
@pytest.mark.parametrize(
    "box",
    [
        [f"اقرأ أيضا: {LINKS[0]}"],
        [f"شاهد أيضاً | {LINKS[0]}"],
        [f"* اقرأ أيضا: {LINKS[0]}", f"* شاهد أيضا: {LINKS[1]}"],
        ["اقرأ أيضا", LINKS[0]],
        ["مواضيع ذات صلة", *LINKS],
        ["اقرأ المزيد:", *(f"• {link}" for link in LINKS)],
        ["لمتابعة آخر التطورات اضغط هنا"],
    ],
)
def test_a_story_goes_on_below_a_box_of_links(box, joint, title_length):
    (article,) = split_page(joint.join([HEADLINE, LEAD, *box, NEXT, LAST]), title_length=title_length)
    assert (article.kind, article.title, article.text) == ("story", HEADLINE, f"{LEAD}\n{NEXT}\n{LAST}")


@pytest.mark.parametrize("title_length", [0, len(HEADLINE)])
@pytest.mark.parametrize(
    ("above", "below", "source", "dateline"),
    [
        (["القاهرة - أحمد علي"], [], None, "القاهرة - أحمد علي"),
        (["بيروت – «الشرق الأوسط»"], [], None, "بيروت – «الشرق الأوسط»"),
        (["سلوى سعد – متابعات"], ["(رويترز)"], "رويترز", None),
        (["Next Previous جدة – واس"], [], "واس", "جدة – واس"),
        ([], ["فرانس24/ أ ف ب"], "فرانس24/ أ ف ب", None),
        ([], ["* نقلا عن صحيفة «الغد» الأردنية"], "صحيفة الغد الأردنية", None),
        ([], ["سمات صحة مصر تطعيم"], None, None),
    ],
)
def test_credits_around_a_text_are_fields_and_not_in_it(above, below, source, dateline, title_length):
    body = "\n".join([HEADLINE, *above, LEAD, NEXT, LAST, *below])
    (article,) = split_page(body, title_length=title_length)
    assert (article.text, article.source, article.dateline) == (f"{LEAD}\n{NEXT}\n{LAST}", source, dateline)


def test_a_dateline_below_a_standfirst_and_its_byline_opens_no_other_article():
    standfirst = "حملة تطعيم تشمل جميع المحافظات وتستمر أسبوعين."
    body = "\n".join([HEADLINE, standfirst, "سارة خالد", f"القاهرة، مصر (CNN)-- {LEAD}", NEXT])
    (article,) = split_page(body, title_length=len(HEADLINE))
    assert (article.dateline, article.source) == ("القاهرة، مصر (CNN)", "CNN")


def test_a_note_on_the_writer_above_the_text_ends_nothing():
    note = "هذا المقال بقلم علي حسن، والآراء الواردة أدناه لا تعكس بالضرورة وجهة نظر الشبكة."
    (article,) = split_page("\n".join([HEADLINE, note, LEAD, NEXT]), title_length=len(HEADLINE))
    assert article.text == f"{LEAD}\n{NEXT}"


def test_how_to_steps_stay():
    steps = ["• اضغط على حسابي.", "• انقر على الخصوصية.", "• اختر من يرى صورتك."]
    (article,) = split_page("\n".join([HEADLINE, LEAD, *steps, NEXT]), title_length=len(HEADLINE))
    assert article.text.splitlines()[1:-1] == [step[2:] for step in steps]


@pytest.mark.parametrize(
    ("read", "name", "expected"),
    [
        (is_agency, "وكالة الأناضول للأنباء", True),
        (is_agency, "أ.ف.ب", True),
        (is_agency, "رويترز، أ ف ب", True),
        (is_agency, "معا", True),
        (is_sure_agency, "معا", False),
        (is_agency, "الوزارة", False),
        (is_outlet, "صحيفة «عكاظ»", True),
        (is_outlet, "الاتحاد", False),
        (is_place, "أبهــا", True),
        (is_agency, "وكالة سبأ", True),
        (is_outlet, "صحيفة الاتحاد", True),
        (is_outlet, "موقع الحدث", False),
        (is_place, "المدينة", False),
        (is_place, "العين", False),
        (is_place, "دولة", False),
        (is_place, "عواصم", True),
        (is_person, "عبد الله السالم", True),
        (is_person, "محمد بن علي السالم", True),
        (is_person, "أمير الباحة", False),
        (is_person, "صالح الصالح", True),
        (is_person, "إلى اللقاء", False),
        (is_person, "سانا قال المصدر", False),
        (is_person, "فلاديمير بوتين", True),
        (is_person, "مظاهرات حاشدة", False),
    ],
)
def test_names(read, name, expected):
    assert read(name) is expected


def test_a_source_is_named_without_quotation_marks():
    assert source_name(" «الغد» الأردنية.") == "الغد الأردنية"
