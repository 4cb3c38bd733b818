"""Made pages: labels agree with the body, every line has one, the same seed gives the same page."""

from __future__ import annotations

import itertools
import random
import re

import pytest

from tests.bench.page_maker import labelled, layouts, wording
from tests.bench.page_maker.articles import Article, clean
from tests.bench.page_maker.damage import condense
from tests.bench.page_maker.make import make
from tests.bench.page_maker.page import BODY, OWN, ROLES, Page, Part

SUBJECTS = [
    ("المجلس البلدي في نيسابور يقر خطة النقل", "أقر المجلس البلدي خطة جديدة للنقل العام تشمل حافلات كهربائية"),
    ("منتخب الريشة يحرز لقب الدورة الإقليمية", "أحرز منتخب الريشة الطائرة لقب الدورة الإقليمية بعد فوزه في النهائي"),
    ("خبراء يحذرون من جفاف السدود هذا الصيف", "حذر خبراء المياه من جفاف عدد من السدود خلال الصيف المقبل"),
    ("افتتاح متحف للخط العربي في المدينة القديمة", "افتتح في المدينة القديمة متحف مخصص للخط العربي يضم مئات اللوحات"),
    ("ارتفاع أسعار القمح مع تراجع المحصول", "ارتفعت أسعار القمح في الأسواق المحلية مع تراجع المحصول هذا العام"),
    ("وفد برلماني يزور الجزر لبحث الصيد البحري", "بدأ وفد برلماني زيارة إلى الجزر لبحث اتفاق جديد حول الصيد البحري"),
    ("أطباء يطورون جهازا لقياس الضغط عن بعد", "طور أطباء وباحثون جهازا صغيرا يقيس ضغط الدم عن بعد ويرسل النتائج"),
]
FOLLOWING = [
    "وأوضح المتحدث باسم الجهة المنظمة أن العمل بدأ قبل عامين، وأن الكلفة لم تتجاوز ما كان مقررا لها.",
    "وأضاف أن المرحلة الثانية ستنطلق في الخريف، بعد أن تنتهي الدراسات الفنية التي يجريها مهندسون مستقلون.",
    "وكان سكان الحي قد طالبوا مرارا بحل لهذه المسألة، ورفعوا عريضة وقعها أكثر من ألفي شخص.",
    "ومن المنتظر أن تعلن النتائج النهائية في مؤتمر صحفي يعقد نهاية الشهر الجاري في مقر الوزارة.",
]
ARTICLES = [
    Article(
        str(number),
        title,
        (
            f"{lead}، في خطوة رقمها {number} من نوعها هذا العام.",
            *(f"{text[:-1]} للمرة {number}." for text in FOLLOWING),
        ),
    )
    for number, (title, lead) in enumerate(SUBJECTS, 1)
]
#: Pools of values that say nothing about furniture: the same in both splits.
VALUES = {"city", "country", "first", "last", "latinname", "agency", "stem", "synonym"}
CASES = [(split, each.name) for split in ("train", "held", "all") for each in layouts.of(split)]


def check(page: dict) -> None:
    """Every label of a page agrees with its body."""
    body = page["body"]
    at = 0
    expected = []
    for text in body.split("\n"):
        if text.strip():
            expected.append((at, at + len(text)))
        at += len(text) + 1
    assert [(line["start"], line["end"]) for line in page["lines"]] == expected
    texts = [""] * len(page["pieces"])
    begins = []
    for line in page["lines"]:
        assert line["role"] in ROLES
        assert (line["piece"] is None) == (line["role"] not in OWN)
        parts = line.get("parts", [line])
        assert [parts[0]["start"], parts[-1]["end"]] == [line["start"], line["end"]]
        assert all(one["end"] == other["start"] for one, other in itertools.pairwise(parts))
        begins += [line["piece"]] if line["begins"] else []
        for part in parts:
            if part["role"] in OWN and part["role"] != "deck":
                texts[part["piece"]] += body[part["start"] : part["end"]] + "\n"
    assert sorted(begins) == list(range(len(page["pieces"])))
    for piece in page["pieces"]:
        assert body[piece["start"] :].startswith(piece["first"])
        assert body[: piece["end"]].endswith(piece["last"])
        assert not piece["title"] or piece["title"] in " ".join(body.split())
    for junk in page["junk"]:
        assert junk in body
        assert not any(junk in text for text in texts)


@pytest.mark.parametrize(("split", "layout"), CASES)
def test_labels_of_every_layout_agree_with_the_body(split: str, layout: str) -> None:
    for seed in range(6):
        check(make(ARTICLES, split, str(seed), layout))


@pytest.mark.parametrize("split", ["train", "held", "all"])
def test_pages_by_frequency(split: str) -> None:
    pages = [make(ARTICLES, split, str(seed)) for seed in range(150)]
    for page in pages:
        check(page)
    several = sum(len(page["pieces"]) > 1 for page in pages) / len(pages)
    assert 0.2 < several < 0.45


def test_the_same_seed_gives_the_same_page_and_another_another() -> None:
    assert make(ARTICLES, "train", "7") == make(ARTICLES, "train", "7")
    assert make(ARTICLES, "train", "7")["body"] != make(ARTICLES, "train", "8")["body"]


def test_pieces_are_numbered_in_the_order_of_their_texts() -> None:
    for split, name in CASES:
        starts = [piece["start"] for piece in make(ARTICLES, split, "3", name)["pieces"]]
        assert starts == sorted(starts)


def forms(split: str) -> set[str]:
    """The texts of a split's wordings that have words of their own, besides slots and signs."""
    found = {
        form.text
        for place in wording.PLACES
        for kind in wording.kinds(place, split)
        for each in kind.wordings
        for row in each
        for form in (row, *row.below)
        if kind.name not in VALUES
    }
    return {text for text in found if re.sub(r"\{\w+\}|\W", " ", text).split()}


def test_held_out_furniture_has_other_words_than_that_for_training() -> None:
    assert len(forms("train")) > 300
    assert len(forms("held")) > 300
    assert sorted(forms("train") & forms("held")) == []


def test_every_kind_of_furniture_has_wordings_for_training_and_held_out() -> None:
    for place in wording.PLACES:
        assert {kind.name for kind in wording.kinds(place, "train")} == {
            kind.name for kind in wording.kinds(place, "held")
        }


def test_a_page_without_text_for_a_piece_is_an_error() -> None:
    page = Page()
    page.begin("story", "عنوان")
    page.write(Part("عنوان", "title", 0))
    with pytest.raises(ValueError, match=r"pieces \[0\] have no text"):
        page.record("1", "train")


def test_a_summary_is_shorter_than_its_sentence_and_about_the_same() -> None:
    sentence = ARTICLES[0].paragraphs[1]
    short = condense(sentence, random.Random(1), 10)  # noqa: S311 - a test's chance
    assert 4 <= len(short.split()) <= 11
    assert len(set(short.split()) & set(sentence.split())) >= 4


def test_an_article_with_furniture_of_its_own_is_left_out() -> None:
    text = "\n".join(ARTICLES[0].paragraphs)
    record = {"document_id": "1", "title": ARTICLES[0].title, "text": text}
    assert clean(record) is not None
    assert clean(record | {"text": text + "\nاقرأ أيضا: خبر آخر من المدينة"}) is None
    assert clean(record | {"text": f"{SUBJECTS[1][1][:8]} - وكالات: {text}"}) is None


def test_labels_of_a_hand_made_page_become_roles() -> None:
    first, second = ARTICLES[:2]
    body = "\n".join(
        [
            f" date 2025-03-01 {first.title}",
            "بقلم: هدى النجار",
            *first.paragraphs,
            "جميع الحقوق محفوظة",
            "اقرأ أيضا",
            second.title,
            *second.paragraphs,
        ]
    )
    label = {
        "pieces": [
            {"kind": "story", "title": each.title, "first": each.paragraphs[0][:30], "last": each.paragraphs[-1][-30:]}
            for each in (first, second)
        ],
        "junk": ["date 2025-03-01", "بقلم: هدى النجار", "جميع الحقوق محفوظة", "اقرأ أيضا"],
        "published": "2025-03-01",
        "publisher": None,
        "source": None,
        "countries_main": [],
        "countries_all": [],
        "actors": [],
    }
    page = labelled.convert({"document_id": "1", "modelled_on": "https://www.example.org/a", "body": body}, label)
    roles = [line["role"] for line in page["lines"]]
    assert roles[:3] == ["title", "byline", "text"]
    assert roles[7:11] == ["notice", "list_label", "title", "text"]
    assert [line["piece"] for line in page["lines"] if line["begins"]] == [0, 1]
    assert [part["role"] for part in page["lines"][0]["parts"]] == ["date", "title"]
    assert page["outlet"] == "example.org"
    assert page["lines"][0]["begins"]
    assert {part["role"] for line in page["lines"] for part in line.get("parts", ())} <= ROLES | BODY
