"""What the layout of a whole page decides where its lines alone would say otherwise; with weights of the tests' own."""

import pytest

from tests.unit.text.test_pages import CLINIC, HEADLINE, LEAD, NEXT, OTHER_HEADLINE, PORT
from workers.pages.blocks import without_echoes
from workers.pages.layouts import decide
from workers.pages.lines import read_lines
from workers.pages.reader import split_page
from workers.pages.roles import STATES, Model, State, parse, state_name

WORTH = range(-9, 10)


def _model() -> Model:
    """Evidence such as "title=3" is worth that much for its role; pairs of states are worth nothing."""
    rows = [
        f"evidence\t{role}={worth}\t{role}\t{worth}" for role in ("title", "begin", "text", "notice") for worth in WORTH
    ]
    return parse("\n".join(rows))


def _roles(*lines: str, titled: bool = False) -> list[str]:
    evidence = [[name.replace("+", " ") for name in line.split()] for line in lines]
    return [state_name(STATES[number]) for number in decide(_model(), evidence, titled=titled).states]


def test_an_article_without_a_headline_below_one_with_a_headline_needs_more_than_a_little_evidence() -> None:
    page = ("title=9", "text=9", "notice=9")
    assert _roles(*page, "begin=3 text=1", "title=9", "text=9")[3] != "begin"
    assert _roles(*page, "begin=9 text=1", "title=9", "text=9")[3] == "begin"
    # Above all headlines it may stand: such is the lead of a digest.
    assert _roles("begin=3 notice=2", "title=9", "text=9", "title=9", "text=9", "title=9", "text=9")[0] == "begin"


def test_where_most_paragraphs_are_items_the_doubtful_one_is_an_item_too() -> None:
    items = ["begin=9"] * 4
    assert _roles(*items, "text=5 begin=1", "begin=9") == ["begin"] * 6
    assert _roles(*items, "text=9 begin=1", "begin=9")[4] == "text"
    # Two paragraphs are no list.
    assert _roles("begin=9", "text=5 begin=1") == ["begin", "text"]


def test_items_begin_at_their_bullets() -> None:
    bullet = "paragraph bullet=*"
    page = ("notice=9", f"begin=9 {bullet}", f"text=3 {bullet}", "text=9", f"text=3 {bullet}", "text=9")
    assert _roles(*page)[1:] == ["begin", "begin", "text", "begin", "text"]
    # What is compared of bullets over the page is no bullet itself.
    assert _roles(*(line.replace("bullet=*", "bullet=*+shared=3") for line in page))[2] == "text"


def test_a_page_is_rather_one_story_than_two() -> None:
    assert _roles("title=9", "text=9", "title=4 text=3", "text=9") == ["title", "text", "text", "text"]
    assert _roles("title=9", "text=9", "title=7 text=3", "text=9") == ["title", "text", "title", "text"]


def test_headings_of_a_page_all_open_articles_or_none_does() -> None:
    heading = "headings=2"
    page = (
        "title=9",
        "text=9",
        f"title=5 {heading}",
        "text=9",
        f"text=3 {heading}",
        "text=9",
        f"title=5 {heading}",
        "text=9",
    )
    assert _roles(*page)[2::2] == ["title"] * 3
    inside = tuple(line.replace("title=5", "title=2 text=1") for line in page)
    assert _roles(*inside)[2::2] == ["text"] * 3
    # A line that says more for itself goes its own way, as does furniture.
    assert _roles(*page[:4], f"text=9 {heading}", *page[5:])[2::2] == ["title", "text", "title"]
    assert _roles(*page[:4], f"notice=9 {heading}", *page[5:])[4].endswith("notice")


def test_what_a_layout_changed_is_explained() -> None:
    evidence = [["begin=9"], ["begin=9"], ["text=5", "begin=1"], ["begin=9"]]
    decision = decide(_model(), evidence)
    assert (decision.layout, decision.moved) == ("a list of single paragraphs", frozenset({2}))
    assert decide(_model(), evidence[:2]).layout is None


def test_a_page_whose_title_was_given_apart_follows_no_other_layout() -> None:
    assert _roles("title=0", *["text=3 begin=9"] * 5, titled=True) == ["title", *["text"] * 5]
    assert decide(_model(), []).states == []


@pytest.mark.parametrize("again", [HEADLINE, f"{HEADLINE} ومدارسها", " ".join(HEADLINE.split()[1:])])
def test_an_article_that_only_says_its_headline_again_is_a_repeat(again: str) -> None:
    lines = read_lines("\n".join([HEADLINE, again, OTHER_HEADLINE, *CLINIC]))
    title, text = State("title", inside=True), State("text", inside=True)
    states = [title, text, title, *[text] * len(CLINIC)]
    assert [state.role for state in without_echoes(states, lines)[:3]] == ["repeat", "repeat", "title"]
    # Alone it is all that the page says.
    assert without_echoes(states[:2], lines[:2]) == states[:2]
    other = read_lines("\n".join([HEADLINE, NEXT, OTHER_HEADLINE, *CLINIC]))
    assert without_echoes(states, other) == states


def test_a_dateline_with_a_low_line_and_a_year_of_the_christian_era_opens_a_story() -> None:
    body = "\n".join([LEAD, NEXT, "باريس _ 21 سبتمبر 2025م (وال)", *PORT])
    assert [article.text for article in split_page(body)] == [f"{LEAD}\n{NEXT}", "\n".join(PORT)]
