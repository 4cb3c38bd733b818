"""The benchmark of pages in HTML: every form holds its article, and its measure sees what is missing."""

from __future__ import annotations

import random

import pytest

from tests.bench.html_forms import FORMS, Piece
from tests.bench.pages_html import Loss, loss, missing, read
from workers.text.markup import is_html, read_markup

PIECE = Piece(
    "وزارة الصحة تبدأ حملة تطعيم واسعة في المحافظات",
    (
        "أعلنت وزارة الصحة في القاهرة اليوم بدء حملة تطعيم واسعة تشمل جميع المحافظات وتستمر أسبوعين كاملين.",
        "وأضافت الوزارة في بيان أن الفرق الطبية ستزور المدارس والقرى البعيدة خلال الأيام المقبلة مع متطوعين.",
        "وكانت الوزارة قد أجلت الحملة مرتين في العام الماضي بسبب نقص اللقاحات وتأخر وصول الشحنات من الخارج.",
        "وقال وكيل الوزارة إن عدد المراكز بلغ أربعمئة مركز، وإن الأطباء دربوا على حفظ الجرعات في الحر.",
    ),
)


@pytest.mark.parametrize("name", FORMS)
def test_nothing_of_an_article_is_lost_in_any_form(name: str) -> None:
    page = FORMS[name](PIECE, random.Random(1))  # noqa: S311 - no secret
    assert is_html(page.body)
    found = read(page.body)
    news = [part for text in page.news for part in text.split(" | ")]
    assert missing(news, found) == []
    assert len(found) == page.articles
    said = "\n".join(f"{article.title}\n{article.text}" for article in found)
    for furniture in ("إعلان", "الرئيسية", "اقرأ أيضا", "ملفات تعريف", "جميع الحقوق", "صورة أرشيفية"):
        assert furniture not in said


@pytest.mark.parametrize("name", FORMS)
def test_a_form_shows_or_declares_all_that_it_calls_news(name: str) -> None:
    page = FORMS[name](PIECE, random.Random(1))  # noqa: S311 - no secret
    markup = read_markup(page.body)
    shown = " ".join(block.text(page.body) for block in markup.blocks)
    for text in page.news:
        for part in text.split(" | "):
            assert part in shown or part in page.body


def test_what_is_missing_or_too_much_is_counted() -> None:
    (whole,) = read(f"{PIECE.title}\n\n" + "\n".join(PIECE.paragraphs))
    news = (PIECE.title, *PIECE.paragraphs)
    words = sum(len(text.split()) for text in news)
    assert loss(news, [whole]) == Loss(words, 0, words, 0)
    assert loss([*news, "سطر ناقص"], [whole]) == Loss(words + 2, 2, words, 0)
    assert loss(news[1:], [whole]) == Loss(words - len(PIECE.title.split()), 0, words, len(PIECE.title.split()))
    assert missing([*news, "سطر ناقص"], [whole]) == ["سطر ناقص"]
    assert loss(news, []).shares[0] == "100.00%"
