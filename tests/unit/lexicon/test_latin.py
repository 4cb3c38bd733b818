"""The index of Latin names: searched in place, by region, beside the words of the lexicon's own people."""

from __future__ import annotations

import pytest

from workers.lexicon import load
from workers.lexicon.compile import compile_file
from workers.lexicon.compiled import dump, read_content, version_of
from workers.lexicon.files import LATIN
from workers.lexicon.latin import COLUMNS, RARE, LatinNames, bare_latin, region_of, without_marks
from workers.lexicon.model import Actor
from workers.lexicon.outlets import compile_names
from workers.lexicon.source import read_source

NOBODY = LatinNames(())
LINES = LATIN.read_bytes().splitlines()


def test_lines_are_in_order_of_their_bytes_and_each_name_has_one() -> None:
    names = [line.partition(b"\t")[0] for line in LINES]
    assert names == sorted(set(names))
    assert all(1 < len(line.split(b"\t")) <= len(COLUMNS) + 1 for line in LINES[1:])


@pytest.mark.parametrize("number", [1, 2, len(LINES) // 2, -2, -1])
def test_a_line_is_found_wherever_it_stands(number: int) -> None:
    name, *forms = LINES[number].decode().split("\t")
    found = NOBODY.full(name, None) or NOBODY.word(name, None)
    assert found
    assert found in {form.removeprefix(RARE) for form in forms}


def test_what_stands_in_no_line_is_not_found() -> None:
    for name in ("", "ا", "غغغغغغ", "ييييي", "#", "#A", "محمد\t", "zz"):
        assert NOBODY.word(name, None) is None
        assert NOBODY.full(name, None) is None


def test_a_word_has_the_form_of_the_region_and_a_full_name_only_there() -> None:
    assert NOBODY.word("مراد", "DZ") == "Mourad"
    assert NOBODY.word("مراد", "IQ") == "Murad"
    assert NOBODY.word("خطيب", "PS") == "Khatib"
    assert NOBODY.word("عبد القادر", "DZ") == "Abdelkader"
    assert NOBODY.full("حميد بوسحاقي", "DZ") == NOBODY.full("حميد بوسحاقي", None) == "Hamid Boushaki"
    assert NOBODY.full("حميد بوسحاقي", "PK") is None


def test_a_persons_words_in_the_lexicon_go_before_rare_ones_and_abroad_before_all() -> None:
    listed = LatinNames([Actor("a", "person", "مراد سكوتلو", "Murát Scottlow"), Actor("b", "company", "سكوتلو", "No")])
    assert listed.word("سكوتلو", None) == "Scottlow"
    assert listed.word("مراد", "DZ") == "Mourad"
    assert listed.word("مراد", "US") == "Murat"
    # Names with another number of words say nothing of each.
    assert LatinNames([Actor("a", "person", "سكوتلو", "Scott Low")]).word("سكوتلو", None) is None


def test_the_article_is_taken_off_where_it_stands_apart() -> None:
    assert bare_latin("Al-Khatib") == bare_latin("el Khatib") == bare_latin("Khatib") == "Khatib"
    assert bare_latin("Elbagir") is None
    assert without_marks("Mūsá Çelik") == "Musa Celik"
    assert [region_of(code) for code in ("EG", "TN", "IR", "US", None)] == [*COLUMNS, None]


def test_other_latin_names_give_the_lexicon_another_version() -> None:
    source = read_source()
    now = compile_file(source)
    other = dump(read_content(now), compile_names(source), b"others")
    assert version_of(other) != version_of(now) == load().version
