"""Arabic morphology of forms: nisbas, the article after ل, proclitics."""

import pytest

from workers.lexicon.forms import nisba_forms, proclitic_length, with_lil


@pytest.mark.parametrize(
    ("phrase", "expected"), [("السعوديه", "للسعوديه"), ("الليبي", "لليبي"), ("اللبناني", "للبناني"), ("الصين", "للصين")]
)
def test_lil(phrase, expected):
    assert with_lil(phrase) == expected


def test_lil_needs_the_article():
    with pytest.raises(ValueError, match="article"):
        with_lil("سوريا")


def test_nisba_agrees_word_by_word():
    forms = nisba_forms("كوري جنوبي")
    assert {"كوريه جنوبيه", "الكوريه الجنوبيه", "الكوريين الجنوبيين"} <= set(forms)
    assert {"جنوب افريقيه", "الجنوب افريقيه"} <= set(nisba_forms("جنوب افريقي"))


def test_nisba_ends_in_yeh():
    with pytest.raises(ValueError, match="nisba"):
        nisba_forms("سوريا")


@pytest.mark.parametrize(
    ("text", "at", "kind", "expected"),
    [
        ("سوريا", 0, "plain", 0),
        ("وبسوريا", 2, "plain", 2),
        ("ولسوريا", 2, "plain", 2),
        ("طيران", 1, "plain", None),
        ("والصين", 1, "definite", 1),
        ("لالصين", 1, "definite", None),
        ("وللصين", 1, "lil", 1),
        ("بللصين", 1, "lil", None),
    ],
)
def test_proclitics(text, at, kind, expected):
    assert proclitic_length(text, at, kind) == expected
