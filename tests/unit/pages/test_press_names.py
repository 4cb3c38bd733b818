"""What looks like an outlet's name, and how much; and where lines put one."""

import pytest

from workers.pages.mastheads import beside_place, masthead, opening_name
from workers.pages.press_names import SURE, UNSURE, clean, likeness, may_name
from workers.pages.rights import owner_of


@pytest.mark.parametrize(
    ("name", "alike"),
    [
        ("هسبريس", SURE),
        ("تلال نيوز", SURE),
        ("تلال24", SURE),
        ("وكالة التلال للأنباء", SURE),
        ("راديو التلال", SURE),
        ("صوت التلال", UNSURE),
        ("هنا التلال", UNSURE),
        ("التلال الآن", UNSURE),
        ("التلال السوداني", 0.25),
        ("تلال", 0),
        ("4124", 0),
        ("صورة", -1),
        ("المالية", -1),
    ],
)
def test_how_much_a_name_looks_like_an_outlets(name, alike):
    assert likeness(name) == alike


@pytest.mark.parametrize(
    "words",
    [
        "مارس 2024",
        "انقر للمشاركة",
        "مجموعتنا",
        "انشر",
        "عاجل الآن",
        "المتواجدون الآن",
        "فريق العمل",
        "في التلال",
        "أحمد علي",
    ],
)
def test_what_can_be_no_name(words):
    assert not may_name(words)


def test_a_button_is_no_name_but_an_outlet_may_be_called_like_one():
    assert may_name("شاهد الآن")
    assert not may_name("شاهد الفيديو")


@pytest.mark.parametrize(
    ("stated", "name"),
    [("«تلال»", "تلال"), ("موقع تلال", "تلال"), ("XINHUANET.com", "شينخوا"), ("tilal.example", "tilal.example")],
)
def test_a_name_without_what_stands_around_it(stated, name):
    assert clean(stated) == name


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("تلال نيوز | الرئيسية | سياسة", ["تلال نيوز"]),
        ("سياسة > صوت التلال", ["صوت التلال"]),
        ("صوت التلال الرئيسية اتصل بنا", ["صوت التلال"]),
        ("هسبريس - الرباط", ["هسبريس"]),
        # The line itself is found elsewhere; these are no names by themselves.
        ("تلال نيوز", []),
        ("الحياة | الرئيسية", []),
        ("تلال نيوز منذ ساعتين", []),
        ("سياسة | اقتصاد | رياضة", []),
    ],
)
def test_names_at_the_head_of_a_page(line, names):
    assert [name for name, _ in masthead(line)] == names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("صوت التلال - نيروبي: شيع الآلاف", ["صوت التلال"]),
        ("صوت التلال – وكالات أبدت البعثة انزعاجها", ["صوت التلال"]),
        ("كيتو: صوت التلال", ["صوت التلال"]),
        ("نيويورك/ تلتل/ مثل الرئيس أمام المحكمة", ["تلتل"]),
        ("نيويورك/ محكمة/ مثل الرئيس أمامها", []),
        ("مصر - المغرب: موعد المباراة", []),
        ("أحمد علي - القاهرة", []),
        ("خاص - القاهرة", []),
    ],
)
def test_names_beside_a_place(line, names):
    assert [name for name, _ in beside_place(line)] == names


def test_a_text_opens_with_a_name_that_looks_like_one():
    assert [name for name, _ in opening_name("تلال نيوز - أعلنت الوزارة")] == ["تلال نيوز"]
    assert [name for name, _ in opening_name("صوت التلال، مسقط - أعلنت الوزارة")] == ["صوت التلال"]
    assert list(opening_name("الحكومة - أعلنت الوزارة")) == []


@pytest.mark.parametrize("order", range(4))
def test_rights_are_read_in_any_order(order):
    words = ["جميع الحقوق محفوظة", "©", "مرايا التلال", "2025"]
    assert owner_of(" ".join(words[order:] + words[:order])) == "مرايا التلال"


@pytest.mark.parametrize(
    "line", ["تمتلك مرايا التلال جميع حقوق النشر", "تنبيه: مرايا التلال تمتلك جميع حقوق نشر الأخبار"]
)
def test_rights_are_owned_by_who_stands_before_or_behind_the_verb(line):
    assert owner_of(line) == "مرايا التلال"
