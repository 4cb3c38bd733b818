"""Words told apart by an array are those that a pattern finds."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.text.fold import fold_all, fold_text
from workers.text.tokens import letter_runs, word_runs

WORDS = re.compile(r"[^\W_]+")
LETTERS = re.compile(r"[^\W\d_]+(?:_[^\W\d_]+)*")
SENTENCE = "قال وزير_الصحة في 12 مارس 2025: _تطعيم_ ٣٠٠ طفل (covid19) في الساعة 10:30 صباحا، بحسب بيان."


def as_the_patterns_say(texts: list[str]) -> None:
    assert word_runs(texts) == [WORDS.findall(text) for text in texts]
    assert letter_runs(texts) == [LETTERS.findall(text) for text in texts]
    assert fold_all(texts) == [fold_text(text) for text in texts]


@given(st.lists(st.text(max_size=30) | st.text("ابa_1٣²½.\u064b\n\0ß", max_size=60), max_size=5))
def test_runs_are_those_of_the_pattern(texts: list[str]) -> None:
    as_the_patterns_say(texts)
    as_the_patterns_say([*texts, SENTENCE, ""])


@pytest.mark.parametrize(
    "beyond", ["\U0001f600", "\U00020000", "\ud800", "\0", "\n", "ﷺ", "\N{LATIN SMALL LETTER SHARP S}"]
)
def test_letters_of_any_plane(beyond: str) -> None:
    as_the_patterns_say([SENTENCE, f"{SENTENCE}{beyond}{SENTENCE}", "خبر"])


def test_what_runs_are() -> None:
    assert word_runs(["في_12 مارس", ""]) == [["في", "12", "مارس"], []]
    assert letter_runs(["وزير_الصحة في 12 مارس19"]) == [["وزير_الصحة", "في", "مارس"]]
    assert fold_all(["أَخْبار", "", "مدرسة"]) == ["اخبار", "", "مدرسه"]
