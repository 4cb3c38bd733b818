import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.text.fold import fingerprint, fold, fold_text

ANY_TEXT = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.sampled_from("أإآٱىةؤئءيكیکگپـًَُِّْٰٕٔ\u200b\u200f\u202e\u2067\ufeff\x00\r\n \u00a0ﷺﻻﻼﭐﻹ٠٩۰۹İßA\u0308"),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("أحمد إلى آخر ٱلعام", "احمد الي اخر العام"),
        ("مؤتمر رئيس ماء", "موتمر رييس ماء"),
        ("مَدْرَسَةٌ", "مدرسه"),
        ("جميــــل", "جميل"),
        ("سوریا کے گاز پاریس", "سوريا كي كاز باريس"),
        ("ﻻ ﷲ", "لا الله"),
        ("١٢٣ ۴۵۶", "123 456"),
        ("\u200fالقاهرة\u200e \u2067س\u2069", "القاهره س"),
        ("Paris İLKHA", "paris ilkha"),
        ("سطر\r\nآخر\t\u00a0", "سطر\r\nاخر\t\u00a0"),
    ],
)
def test_folds(text, folded):
    assert fold_text(text) == folded
    assert fold(text).text == folded


def test_original_keeps_the_marks_of_the_last_letter_and_leaves_controls_out():
    text = "\u200fسُورِيَّةً\u200f ـ تركيا"
    folded = fold(text)
    assert folded.text == "سوريه  تركيا"
    start, end = folded.original(0, 5)
    assert text[start:end] == "سُورِيَّةً"
    assert folded.original(7, 12) == (text.index("تركيا"), len(text))


def test_original_covers_the_letter_that_became_several():
    folded = fold("سﷺ")
    assert folded.original(3, 5) == (1, 2)
    assert folded.original(0, len(folded.text)) == (0, 2)


@pytest.mark.parametrize(("start", "end"), [(-1, 0), (2, 1), (0, 4)])
def test_original_refuses_what_is_no_stretch(start, end):
    with pytest.raises(ValueError, match="no stretch"):
        fold("كتب").original(start, end)


@given(ANY_TEXT)
def test_folding_twice_is_folding_once(text):
    once = fold_text(text)
    assert fold_text(once) == once


@given(ANY_TEXT, st.data())
def test_the_map_gives_back_what_folds_to_the_stretch(text, data):
    folded = fold(text)
    assert folded.text == fold_text(text)
    start = data.draw(st.integers(0, len(folded.text)))
    end = data.draw(st.integers(start, len(folded.text)))
    original = folded.original(start, end)
    assert 0 <= original[0] <= original[1] <= len(text)
    # A letter that became several is covered whole, so the stretch may fold to more than was asked for.
    assert folded.text[start:end] in fold_text(text[slice(*original)])


@given(ANY_TEXT)
def test_single_letters_map_in_order(text):
    folded = fold(text)
    spans = [folded.original(at, at + 1) for at in range(len(folded.text))]
    assert spans == sorted(spans)
    assert all(start < end for start, end in spans)


def test_fingerprint_counts_words_only():
    one = fingerprint("أخبار: سوريا", "قال «الرئيس»،  أمس.\nانتهى")
    assert one == fingerprint("اخبار سوريا", "قال الرئيسُ امس انتهي")
    assert one != fingerprint("اخبار", "سوريا قال الرئيس امس انتهي")
    assert len(one) == 32


def test_fingerprint_takes_lone_surrogates():
    assert len(fingerprint("", "\ud800")) == 32
