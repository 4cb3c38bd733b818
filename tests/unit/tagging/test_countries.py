"""Countries: a table of traps that a person can extend (traps.tsv), and every country in every form."""

import re
from pathlib import Path

import pytest

from workers.lexicon import load
from workers.lexicon.source import read_source
from workers.tagging import Tagger

TAGGER = Tagger(load())

PATH = Path(__file__).with_name("traps.tsv")
HIDDEN = re.compile(r"\\u([0-9a-f]{4})")


def _rows():
    for line in PATH.read_text(encoding="utf-8").splitlines():
        if not line.startswith("# "):
            text, codes, why = line.split("\t")
            yield HIDDEN.sub(lambda found: chr(int(found[1], 16)), text), codes, why


TABLE = list(_rows())


def test_the_table_is_large_and_says_nothing_twice():
    assert len(TABLE) >= 400
    assert len({text for text, _, _ in TABLE}) == len(TABLE)


@pytest.mark.parametrize(("text", "codes", "why"), TABLE, ids=[f"{n}-{row[2]}" for n, row in enumerate(TABLE)])
def test_table(text, codes, why):
    assert {tag.code for tag in TAGGER.tag("", text).countries} == set(codes.split()), why


# Nobody lives there, the capital has the name of a country or of a larger city, or it is عمان, which rules.yaml has.
WITHOUT_CAPITAL = {"AQ", "BV", "GI", "HK", "HM", "JO", "MO", "NF", "TK", "UM"}
AMBIGUOUS = ("كلاوس", "بنيوي")  # ك and لاوس, or Klaus; ب and نيوي, or structural
PLAIN = ("", "و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فل", "فب", "فك")
DEFINITE = ("", "و", "ف", "ب", "ك", "وب", "وك", "فب", "فك")
ENTRIES = read_source().countries


def _forms(code):
    """Name, demonym (masculine, feminine, plural; each with the article too) and capital, as the file has them."""
    entry = ENTRIES[code]
    *heads, last = entry.demonyms[0].split(" ")
    both = all(head.endswith("ي") for head in heads)
    forms = []
    for ending in ("ي", "ية", "يون"):
        # Two nisbas agree in gender, number and article; a first word that is none stays.
        words = [head[:-1] + ending if both else head for head in heads] + [last[:-1] + ending]
        forms.append(" ".join(words))
        forms.append(" ".join(f"ال{word}" for word in words) if both else "ال" + " ".join(words))
    return [entry.name_ar, *forms, *entry.capital[:1]]


@pytest.mark.parametrize("code", sorted(ENTRIES))
def test_every_country_by_name_demonym_and_capital_with_each_proclitic(code):
    assert code in WITHOUT_CAPITAL or ENTRIES[code].capital
    for form in _forms(code):
        definite = form.startswith("ال")
        words = [before + form for before in (DEFINITE if definite else PLAIN)]
        if definite:
            lil = "ل" + form[2:] if form.startswith("الل") else "لل" + form[2:]
            words += [lil, "و" + lil, "ف" + lil]
        for word in (word for word in words if not word.endswith(AMBIGUOUS)):
            # A form that is another word too counts beside its country.
            capital = next(iter(ENTRIES[code].capital), "")
            before = f"زار الوفد {ENTRIES[code].name_ar} {capital}. ثم جاء "
            tags = TAGGER.tag("", f"{before}{word} أمس").countries
            assert any(m.start >= len(before) for tag in tags if tag.code == code for m in tag.mentions), word


def test_main_order_and_roles():
    tags = TAGGER.tag(
        "تركيا وسوريا تبحثان التعاون",
        "بحثت تركيا وسوريا التعاون. وأكدت تركيا وسوريا ذلك. وبلغت الكلفة مليون دولار أمريكي.",
    ).countries
    assert {tag.code for tag in tags[:2]} == {"TR", "SY"}
    assert [tag.main for tag in tags] == [True, True, False]
    assert (tags[2].code, tags[2].role) == ("US", "currency")
    assert all(0 <= tag.score <= 1 for tag in tags)


def test_surface_leaves_the_article_to_its_letters():
    (tag,) = TAGGER.tag("", "قدم الشكر للسعودية").countries
    assert tag.mentions[0].surface == "سعودية"
    (tag,) = TAGGER.tag("", "قدم الشكر وبالسعودية").countries
    assert tag.mentions[0].surface == "السعودية"


def test_given_dateline():
    assert TAGGER.tag("", "أنقرة: قالت مصر", dateline="أنقرة:").countries[0].code == "EG"
