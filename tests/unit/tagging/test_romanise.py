"""Latin names of people whom the lexicon lacks: from lists where they have the name, else spelled out."""

from __future__ import annotations

import pytest

from workers.lexicon import Lexicon, load
from workers.tagging import Tagger
from workers.tagging.romanise import latin_name, romanised


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load()


@pytest.mark.parametrize(
    ("name", "country", "latin", "origin"),
    [
        ("حميد بوسحاقي", "DZ", "Hamid Boushaki", "index"),
        ("مراد الخطيب", "PS", "Murad al-Khatib", "parts"),
        ("مراد بن عبد القادر", "DZ", "Mourad Ben Abdelkader", "parts"),
        ("مُراد عبدالقادر", "DZ", "Mourad Abdelkader", "parts"),
        ("فيصل بن سعود الخطيب", "SA", "Faisal bin Saud al-Khatib", "parts"),
        ("بن زهير", None, "Ben Zuhair", "parts"),
        ("مراد الزغنبوطي", "SY", "Murad al-Zaghnabuti", "romanised"),
        ("توماس زغنير", "DE", "Thomas Zgnir", "romanised"),
        ("هانس-توماس", "DE", "Hans-Thomas", "parts"),
    ],
)
def test_a_name_is_looked_up_whole_then_by_its_parts_and_spelled_out_last(
    lexicon: Lexicon, name: str, country: str | None, latin: str, origin: str
) -> None:
    assert latin_name(name, country, lexicon) == (latin, origin)


@pytest.mark.parametrize(
    ("word", "latin"),
    [
        ("حسن", "Hasan"),
        ("فارس", "Faris"),
        ("مكتب", "Maktab"),
        ("سعد", "Saad"),
        ("سعيد", "Said"),
        ("مسعود", "Masud"),
        ("وليد", "Walid"),
        ("يونس", "Yunas"),
        ("زينة", "Zina"),
        ("هادى", "Hada"),
        ("مؤمن", "Maman"),
        ("ء", ""),
        ("بوو", "Buu"),
    ],
)
def test_arabic_words_get_the_vowels_that_arabic_needs(word: str, latin: str) -> None:
    assert romanised(word, is_foreign=False) == latin


@pytest.mark.parametrize(
    ("word", "latin"),
    [
        ("زينغر", "Zinger"),
        ("بوشيروف", "Boshirov"),
        ("أوسكار", "Oskar"),
        ("إيلاد", "Elad"),
        ("براد", "Brad"),
        ("ڤان", "Van"),
    ],
)
def test_other_words_get_no_vowel_but_those_written(word: str, latin: str) -> None:
    assert romanised(word, is_foreign=True) == latin


def test_a_tag_says_whence_its_latin_name_is_and_an_unlisted_organisation_has_none() -> None:
    text = "قال وزير الزراعة ثابت القيسوني إن شركة «الأفق» للنقل دعت أنطونيو غوتيريش."
    found = {tag.name: (tag.name_en is None, tag.name_en_from) for tag in Tagger(load()).tag("", text).actors}
    assert found.pop("أنطونيو غوتيريش") == (False, "lexicon")
    assert found.pop("ثابت القيسوني")[0] is False
    assert set(found.values()) == {(True, None)}
