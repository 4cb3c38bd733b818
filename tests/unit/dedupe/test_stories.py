"""Which articles make one story, and what each is in it, told in sentences written for these tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.dedupe.texts import item
from workers.dedupe.engine import Engine
from workers.dedupe.entry import Entry

if TYPE_CHECKING:
    from workers.dedupe.entry import Verdict

# A fire in a textile factory: three dead, the governor visits, an inquiry is opened.
FIRE_TITLE = "ثلاثة قتلى في حريق بمصنع للنسيج شرق مدينة الصفا"
FIRE = (
    "لقي ثلاثة عمال مصرعهم وأصيب 11 آخرون في حريق اندلع فجر الأحد بمصنع للنسيج في المنطقة الصناعية شرق مدينة الصفا، "
    "وفق ما أعلنت مديرية الدفاع المدني. وقال المتحدث باسم المديرية العقيد نزار البدري إن الحريق بدأ في مستودع "
    "للأصباغ "
    "قبل أن يمتد إلى قاعة الغزل، وإن 14 فرقة إطفاء شاركت في إخماده على مدى خمس ساعات. وتفقد محافظ الصفا رامي "
    "الكيلاني "
    "موقع الحريق، وأمر بفتح تحقيق عاجل في شروط السلامة داخل المصنع، الذي يعمل فيه 240 عاملا. ونقل المصابون إلى "
    "مستشفى "
    "الصفا العام، ووصفت حالة اثنين منهم بالحرجة."
)
# What the longer reprint adds: the owner speaks, the union asks for a list of factories.
FIRE_MORE = (
    " وقال مالك المصنع فؤاد الصيرفي إن الشركة ستتكفل بعلاج المصابين وتعويض أسر الضحايا، مؤكدا أن أجهزة الإنذار "
    "كانت تعمل. "
    "وطالبت نقابة عمال النسيج بنشر قائمة المصانع التي لم تجدد شهادات السلامة هذا العام، ودعت إلى وقفة احتجاجية "
    "أمام مبنى "
    "المحافظة يوم الخميس. وكان حريق مشابه قد أتى قبل عامين على مستودع في المنطقة نفسها دون أن يسفر عن ضحايا."
)
# An alert of one sentence.
ALERT = "عاجل: مصرع ثلاثة عمال وإصابة 11 آخرين في حريق اندلع بمصنع للنسيج شرق مدينة الصفا"
# The same fire by another reporter, in words of its own.
FIRE_RETOLD_TITLE = "حريق مصنع النسيج في الصفا يودي بحياة ثلاثة عمال"
FIRE_RETOLD = (
    "استيقظ سكان الأحياء المجاورة للمنطقة الصناعية في الصفا على دخان كثيف تصاعد من مصنع النسيج الذي التهمت "
    "النيران أقسامه "
    "يوم الأحد، وأودت بحياة ثلاثة من عماله فيما خرج 11 بإصابات متفاوتة. ويروي شهود أن العمال هرعوا من قاعة "
    "الغزل بعدما "
    "سمعوا دوي انفجار في مستودع الأصباغ. وحضر المحافظ رامي الكيلاني إلى المصنع ووعد بمحاسبة المقصرين بعد انتهاء "
    "التحقيق، "
    "وذكر العقيد نزار البدري من الدفاع المدني أن فرق الإطفاء سيطرت على النيران قبل الظهر."
)


def told(*stream: tuple[str, str, str, float]) -> list[Verdict]:
    engine = Engine()
    return [engine.decide(item(name, title, text, hours=hours)) for name, title, text, hours in stream]


def test_a_report_its_shortened_and_its_extended_reprint() -> None:
    report, short, extended, again = told(
        ("report", FIRE_TITLE, FIRE, 0),
        ("short", FIRE_TITLE, FIRE.split(" وتفقد", maxsplit=1)[0], 1),
        ("extended", FIRE_TITLE, FIRE + FIRE_MORE, 3),
        ("again", "", FIRE + FIRE_MORE, 4),
    )
    assert (report.relation, report.story_id) == ("original", None)
    assert (short.relation, short.original_id, short.story_id) == ("duplicate", "report", "report")
    assert (extended.relation, extended.story_id, extended.revision) == ("fuller", "report", 1)
    assert (again.relation, again.original_id, again.story_id) == ("duplicate", "extended", "report")


def test_an_alert_is_followed_by_its_report() -> None:
    _, report, copy = told(("alert", "", ALERT, 0), ("report", FIRE_TITLE, FIRE, 1), ("copy", "", ALERT + " فجرا", 2))
    assert (report.relation, report.story_id) == ("fuller", "alert")
    assert (copy.relation, copy.story_id) == ("duplicate", "alert")


def test_an_alert_about_another_fire_is_another_story() -> None:
    other = ALERT.replace("ثلاثة", "خمسة").replace("الصفا", "المروج").replace("للنسيج", "للورق")
    assert [each.relation for each in told(("alert", "", other, 0), ("report", FIRE_TITLE, FIRE, 1))] == [
        "original"
    ] * 2


def test_a_report_on_setting_papers_right_is_no_correction() -> None:
    title = "تصحيح أوضاع عمال مصنع النسيج"
    assert [each.relation for each in told(("a", title, FIRE, 0), ("b", title, FIRE + " انتهى.", 3))][1] == "duplicate"


@pytest.mark.parametrize("word", ["تصحيح: ", "تصويب - "])
def test_a_correction_is_an_update_however_much_it_shares(word: str) -> None:
    _, correction = told(
        ("report", FIRE_TITLE, FIRE, 0),
        ("correction", word + FIRE_TITLE.replace("ثلاثة", "أربعة"), FIRE.replace("ثلاثة", "أربعة"), 2),
    )
    assert (correction.relation, correction.story_id, correction.revision) == ("update", "report", 1)


def test_an_independent_report_is_related() -> None:
    _, retold = told(("report", FIRE_TITLE, FIRE, 0), ("retold", FIRE_RETOLD_TITLE, FIRE_RETOLD, 5))
    assert (retold.relation, retold.original_id, retold.story_id, retold.revision) == ("related", "report", "report", 0)


def cable(minister: str, post: str, country: str, president: str, loss: str) -> tuple[str, str]:
    """A minister's condolences to a president."""
    return (
        f"{post} يعزي رئيس {country}",
        (
            f"بعث {post} {minister} برقية عزاء إلى الرئيس {president} رئيس جمهورية {country} في ضحايا {loss}. وأعرب "
            f"{minister} "
            f"باسمه وباسم حكومة البلاد عن خالص العزاء وصادق المواساة للرئيس {president} ولأسر الضحايا والشعب الصديق "
            f"في {country}، "
            "سائلا المولى أن يلهمهم الصبر والسلوان، ومؤكدا وقوف البلاد إلى جانبهم واستعدادها لتقديم كل ما يلزم من عون."
        ),
    )


# Five ministers write to five presidents in the words that such cables are written in.
CABLES = [
    cable("عادل النجار", "وزير الصحة", "البرازيل", "ماركوس ليما", "الفيضانات"),
    cable("كمال الراوي", "وزير الداخلية", "الفلبين", "رامون كروز", "الإعصار"),
    cable("سمير الجندي", "وزير الخارجية", "تشيلي", "إدواردو سوتو", "الزلزال"),
    cable("هاني الشامي", "وزير الدفاع", "موزمبيق", "جواو ماتشافا", "انهيار المنجم"),
    cable("وليد القيسي", "وزير النقل", "اليونان", "نيكوس بابادوس", "تصادم القطارين"),
]
# The weather of three days: the same sentences, other degrees and places.
WEATHER = [
    (
        f"طقس {day}: {sky}",
        (
            f"تتوقع مصلحة الأرصاد أن يكون الطقس يوم {day} {sky} على {place}، وأن تتراوح درجات الحرارة العظمى بين "
            f"{low} و{high} "
            f"درجة. وتكون الرياح {wind} السرعة بين {low - 9} و{high - 4} كيلومترا في الساعة، وارتفاع الموج من "
            f"{wave} سنتيمترا. "
            f"ودعت المصلحة السائقين في {place} إلى الحذر من {danger}."
        ),
    )
    for day, sky, place, low, high, wind, wave, danger in [
        ("الاثنين", "حارا ومغبرا", "المرتفعات الجنوبية", 38, 44, "جنوبية نشطة", 60, "تدني الرؤية بسبب الغبار"),
        ("الثلاثاء", "غائما مع أمطار رعدية", "السواحل الغربية", 29, 33, "غربية معتدلة", 150, "جريان السيول في الأودية"),
        ("الأربعاء", "صحوا ومعتدلا", "السهول الوسطى", 31, 36, "شمالية خفيفة", 85, "الضباب في الصباح الباكر"),
    ]
]
# One team plays twice in a week.
MATCHES = [
    (
        "الأمواج يتغلب على الصقور بهدفين في الجولة السابعة",
        (
            "تغلب فريق الأمواج على ضيفه الصقور بهدفين دون رد مساء السبت على ملعب الميناء في الجولة السابعة من دوري "
            "المحترفين. وسجل "
            "حازم الدوسري الهدف الأول في الدقيقة 17 من ركلة جزاء، وأضاف البديل تامر عوني الثاني في الدقيقة 81 "
            "برأسية. ورفع الأمواج "
            "رصيده إلى 15 نقطة في المركز الثالث، فيما تجمد رصيد الصقور عند تسع نقاط. وقال المدرب لطفي سعيد إن فريقه "
            "استحق الفوز."
        ),
    ),
    (
        "تعادل سلبي بين الأمواج والقمة في كأس الاتحاد",
        (
            "خيم التعادل السلبي على لقاء الأمواج ومضيفه القمة مساء الأربعاء على الملعب الأولمبي في ذهاب ربع نهائي "
            "كأس الاتحاد. وأهدر "
            "حازم الدوسري فرصة محققة في الدقيقة 62 بعدما تصدى له الحارس وائل الزين، وطرد الحكم مدافع القمة بشار "
            "ناجي لنيله الإنذار "
            "الثاني. ويلتقي الفريقان إيابا بعد أسبوعين على ملعب الميناء. وقال المدرب لطفي سعيد إن النتيجة تبقي "
            "الحظوظ متساوية."
        ),
    ),
]


@pytest.mark.parametrize(
    ("stream", "apart"), [(CABLES, 1), (WEATHER, 24), (MATCHES, 96)], ids=["cables", "weather", "matches"]
)
def test_like_articles_about_other_people_days_and_matches_are_stories_of_their_own(
    stream: list[tuple[str, str]], apart: float
) -> None:
    engine = Engine()
    verdicts = [engine.decide(item(f"{n}", *each, hours=n * apart)) for n, each in enumerate(stream)]
    assert [each.relation for each in verdicts] == ["original"] * len(stream)
    copies = [engine.decide(item(f"copy {n}", each[0], each[1] + " انتهى.", hours=99)) for n, each in enumerate(stream)]
    assert [each.original_id for each in copies] == [f"{n}" for n in range(len(stream))]


def test_of_two_originals_the_nearer_is_the_one_that_is_repeated() -> None:
    *_, copy = told(
        ("first", *WEATHER[0], 0), ("nearer", *WEATHER[1], 24), ("copy", WEATHER[1][0], WEATHER[1][1] + " انتهى.", 25)
    )
    assert copy.original_id == "nearer"


def test_articles_without_a_text_of_their_own_are_no_copies() -> None:
    assert [each.relation for each in told(("a", "كاريكاتير", "", 0), ("b", "كاريكاتير", "", 24))] == ["original"] * 2


# Headlines of other articles, as pages list them between two paragraphs.
HEADLINES = [
    "ارتفاع أسعار القمح في الأسواق العالمية",
    "منتخب الناشئين يتأهل إلى نهائي البطولة القارية",
    "هل تعود أسراب الجراد إلى الحقول هذا الصيف؟",
    "وفاة الروائي سليم الخازن عن 81 عاما (صور)",
    "اكتشاف مقبرة أثرية في وادي الزيتون",
    "جامعة الصفا تعلن شروط القبول الجديدة",
    "شركات الطيران تلغي رحلاتها بسبب العاصفة الرملية",
    "تأجيل إطلاق القمر الصناعي للمرة الثانية",
]


def _with_list(text: str, headlines: list[str]) -> str:
    lead, rest = text.split(". ", maxsplit=1)
    return "\n".join([lead + ".", *headlines, rest])


def test_a_list_of_other_headlines_inside_the_text_makes_no_two_articles_alike() -> None:
    _, other, copy = told(
        ("fire", FIRE_TITLE, _with_list(FIRE, HEADLINES), 0),
        ("match", MATCHES[0][0], _with_list(MATCHES[0][1], HEADLINES), 1),
        ("copy", FIRE_TITLE, _with_list(FIRE, HEADLINES[::-1][:6]), 2),
    )
    assert other.relation == "original"
    assert (copy.relation, copy.original_id, copy.similarity) == ("duplicate", "fire", 1.0)


def test_a_list_is_read_where_it_is_what_the_article_tells() -> None:
    lines = "\n".join(HEADLINES)
    _, other, copy = told(
        ("week", "حصاد الأسبوع", lines, 0),
        ("other", "حصاد الأسبوع", "\n".join(title for title, _ in [*CABLES, *MATCHES]), 1),
        ("copy", "حصاد أسبوع", lines, 2),
    )
    assert (other.relation, copy.relation, copy.original_id) == ("original", "duplicate", "week")


def test_names_written_in_one_word_or_two_are_one_name() -> None:
    one = FIRE.replace("رامي الكيلاني", "عبد الجليل الكيلاني")
    two = FIRE.replace("رامي الكيلاني", "عبدالجليل الكيلاني")
    _, copy = told(("one", FIRE_TITLE, one, 0), ("two", FIRE_TITLE, two, 1))
    assert (copy.relation, copy.similarity) == ("duplicate", 1.0)


def test_what_shows_two_stories_to_be_one_says_so_and_takes_nothing_back() -> None:
    words = FIRE.split()
    first, second, bridge = told(
        ("first", FIRE_TITLE, " ".join(words[:54]), 0),
        ("second", "", " ".join(words[38:]), 1),
        ("bridge", FIRE_TITLE, FIRE, 2),
    )
    assert (first.relation, second.relation) == ("original", "original")
    assert {bridge.story_id, *bridge.same_story} == {"first", "second"}


def test_a_document_that_comes_again_with_another_subject_is_corrected() -> None:
    from dataclasses import replace

    engine = Engine()
    engine.decide(replace(item("a", FIRE_TITLE, FIRE), document=7))
    changed = FIRE.replace("مدينة الصفا", "مدينة المروج")
    again = replace(item("b", FIRE_TITLE.replace("الصفا", "المروج"), changed, hours=1), document=7)
    assert engine.decide(again).relation == "update"


def test_a_story_comes_back_from_its_bytes() -> None:
    engine = Engine()
    for number, (title, text) in enumerate(
        [(FIRE_TITLE, FIRE), (FIRE_TITLE, FIRE + FIRE_MORE), ("", FIRE + FIRE_MORE)]
    ):
        entry = engine.step(item(f"{number}", title, text, hours=number)).entry
        assert Entry.from_bytes(entry.to_bytes()) == entry
        assert entry.story_id == "0"


def test_who_publishes_tells_what_follows_from_what_is_told_again() -> None:
    from dataclasses import replace

    title = FIRE_TITLE.replace("ثلاثة قتلى في حريق", "توقيف مدير المصنع بعد حريق")
    # The opening again, then what came after: the manager is held, the works are sealed, families sue.
    later = FIRE.split(" وتفقد", maxsplit=1)[0] + (
        " وأوقفت الشرطة مساء الأحد مدير المصنع واثنين من مساعديه على ذمة التحقيق، وختمت أبواب المستودعات، "
        "ورفعت أسر الضحايا دعوى أمام محكمة الصفا تطالب فيها بمحاسبة كل من أهمل صيانة أجهزة الإنذار خلال العام المنصرم، "
        "بينما أعلنت غرفة الصناعة إغلاق خمس ورش مجاورة إلى حين استكمال المعاينة الفنية التي كلفت بها لجنة من المهندسين."
    )
    found = []
    for outlet in (1, 2):
        engine = Engine()
        engine.decide(replace(item("a", FIRE_TITLE, FIRE), outlet=1))
        found.append(engine.decide(replace(item("b", title, later, hours=20), outlet=outlet)))
    assert [each.story_id for each in found] == ["a", "a"]
    assert found[0].relation == "update"
    assert found[1].relation != "update"
