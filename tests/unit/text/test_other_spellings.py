"""Sorani on an Arabic keyboard and Arabic in Latin letters are told apart from Arabic and from Western languages."""

from __future__ import annotations

import pytest

from schemas.models import Document
from workers.pipeline.parse import articles_of
from workers.text.language import detect, is_arabizi

# "The council of ministers met today in the capital", in the two ways of typing the vowel that Arabic lacks.
SORANI = "ئه‌نجومه‌ني وه‌زيران ئه‌مرو له‌ پايته‌خت كوبووه‌وه‌ و باسي بودجه‌ي ساڵي داهاتوو كرا"
SORANI_OLD_FONT = "ئةنجومةني وةزيران ئةمرو لة ثايتةخت كوبووةوة و باسي بودجةي سالي داهاتوو كرا"
ARABIZI = "el ra2ees wesel el naharda 3ashan yetkalem ma3 el wozara 3an el mawdoo3, w 2al en el 7all 2areeb fi el balad"


@pytest.mark.parametrize("text", [SORANI, SORANI_OLD_FONT])
def test_sorani_without_its_own_letters_is_sorani(text: str) -> None:
    assert detect(text) == "ckb"


@pytest.mark.parametrize(
    "text",
    [
        "اجتمع مجلس الوزراء اليوم في العاصمة، وبحث موازنة السنة المقبلة ومدة الإجازة.",
        # Two words run together at a teh marbuta, as some pages lose their spaces.
        "اجتمعت لجنة الموازنةفي العاصمة، وقالت رئيسة اللجنة إن المهلة انتهت وإن الجلسة المقبلة يوم الأحد.",
    ],
)
def test_arabic_with_its_feminine_endings_stays_arabic(text: str) -> None:
    assert detect(text) == "ar"


def test_persian_with_its_joiners_stays_persian() -> None:
    assert detect("خانه‌های شهر و نامه‌های وزیر خارجه که در تهران منتشر شد، برای مردم این کشور مهم است.") == "fa"


def test_arabic_in_latin_letters_has_no_code_and_a_note_says_so() -> None:
    assert is_arabizi(ARABIZI)
    assert detect(ARABIZI) == "und"
    (found,) = articles_of(Document(document_id="1", body=ARABIZI, language="en"))
    assert found.language == "und"
    assert "Arabic in Latin letters: not tagged" in found.notes


@pytest.mark.parametrize(
    "text",
    [
        "The G20 and the G7 met in 2nd week of May; F16 and A320 jets, 5G and mp3 were on the list of the 3rd day.",
        "Le 3e sommet du G20 s'est ouvert le 2 mai, avec 7h de retard, sur l'A320 et la 5G au 21e siècle.",
        "Türkiye'de 5G ihalesi 3. kez ertelendi; A320 ve F16 için 2. tur görüşmeler G20'de yapılacak.",
    ],
)
def test_names_with_figures_are_no_sign_of_it(text: str) -> None:
    assert not is_arabizi(text)
