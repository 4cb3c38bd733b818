"""What the page reader makes of layouts, in our own words; each page is read whole."""

import numpy as np
import pytest

from tests.unit.text.test_pages import CLINIC, HEADLINE, OTHER_HEADLINE, PORT
from workers.pages.lines import read_lines
from workers.pages.phrases import KINDS, _parse, phrases_in, words_of
from workers.pages.reader import explain_page, split_page
from workers.pages.roles import STATES, State, allowed, load, may_begin, may_end
from workers.text.fold import fold_text

TICKER = "   ".join(
    [HEADLINE, OTHER_HEADLINE, "افتتاح متحف جديد للفنون الإسلامية", "إصابة ثلاثة في حادث سير قرب المطار"]
)


def test_the_day_of_a_collectors_prefix_loses_against_a_date_that_the_page_states() -> None:
    body = "\n".join(["date 2025-03-09 الرئيسية", HEADLINE, "تاريخ النشر: 2 مارس 2025", *CLINIC])
    (article,) = split_page(body)
    assert (article.title, article.published_at) == (HEADLINE, "2025-03-02T00:00:00Z")
    (article,) = split_page("\n".join([f"date 2025-03-09 {CLINIC[0]}", *CLINIC[1:]]))
    assert (article.text, article.published_at) == ("\n".join(CLINIC), "2025-03-09T00:00:00Z")
    assert article.published is not None
    assert article.published.origin == "prefix"


def test_a_page_that_is_only_a_ticker_has_no_article() -> None:
    assert split_page(TICKER) == []


@pytest.mark.parametrize("opening", ["بيروت - رويترز - ", "نيويورك 18-11-2025 وفا- ", "أخبار الساحل نيوز - "])
def test_a_dateline_is_no_part_of_the_text(opening: str) -> None:
    (article,) = split_page("\n".join([HEADLINE, opening + CLINIC[0], *CLINIC[1:]]))
    assert article.text == "\n".join(CLINIC)
    assert article.dateline == opening.rstrip(" -")


def test_bylines_name_authors() -> None:
    (article,) = split_page("\n".join([HEADLINE, "كتب: سمير حداد", *CLINIC]))
    assert (article.authors, article.text) == (("سمير حداد",), "\n".join(CLINIC))


def test_the_outlet_is_named_by_its_copyright_line() -> None:
    (article,) = split_page("\n".join([HEADLINE, *CLINIC, "جميع الحقوق محفوظة © أخبار الساحل"]))
    assert article.publisher == "أخبار الساحل"


def test_every_line_is_explained() -> None:
    body = "\n\n".join([HEADLINE, *CLINIC, "المصدر: رويترز", OTHER_HEADLINE, *PORT])
    roles = explain_page(body)
    assert [each.role for each in roles].count("title") == 2
    assert all(each.reasons for each in roles)
    assert [body[each.start : each.end] for each in roles] == [line.text for line in read_lines(body)]


def test_a_phrase_stands_at_its_place_in_whole_words() -> None:
    assert "prompt/any" in phrases_in(*words_of([fold_text("للمزيد حول القرار انقر هنا الآن")]))
    assert "tags/head" in phrases_in(*words_of([fold_text("الوسوم: صحة، لقاح")]))
    assert not any(each.startswith("tags") for each in phrases_in(*words_of([fold_text("صحة الوسومات")])))
    assert len(set(KINDS)) == len(KINDS)


@pytest.mark.parametrize("line", ["prompt | anywhere | اضغط", "prompt | any |", "اضغط هنا"])
def test_a_line_of_the_list_that_is_no_entry_is_named(line: str) -> None:
    with pytest.raises(ValueError, match="line 2"):
        _parse(f"# phrases\n{line}")


def test_a_text_goes_on_only_through_what_stands_inside_an_article() -> None:
    fits = allowed()
    at = {state: number for number, state in enumerate(STATES)}
    text = at[State("text", inside=True)]
    assert not fits[at[State("notice", inside=False)], text]
    assert fits[at[State("notice", inside=True)], text]
    assert not may_begin()[text]
    assert not may_end()[at[State("title", inside=True)]]
    transition = load().transition
    assert bool(np.all((transition > -1e6) == fits))
