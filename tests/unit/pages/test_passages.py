"""What a line takes up of the page above it, and what the paragraphs of a page have in common."""

import pytest

from tests.unit.text.test_pages import CLINIC, HEADLINE, LEAD, NEXT, OTHER_HEADLINE, OTHER_LEAD, PORT
from workers.pages.evidence import gather
from workers.pages.lines import read_lines
from workers.pages.passages import turn_of
from workers.text.fold import fold_text


def evidence(*lines: str) -> list[set[str]]:
    return [set(shown) for shown in gather(read_lines("\n".join(lines)))[0]]


def test_below_a_mark_that_ends_an_article_paragraphs_are_counted():
    shown = evidence(HEADLINE, LEAD, "المصدر: رويترز", NEXT, OTHER_LEAD)
    assert not any(name.startswith("tail") for name in shown[1])
    assert "tail paragraph=0" in shown[3]
    assert "tail paragraph=1" in shown[4]


def test_a_mark_above_the_first_paragraph_ends_nothing():
    shown = evidence("المصدر: رويترز", HEADLINE, LEAD, NEXT)
    assert not any(name.startswith("tail") for each in shown for name in each)


def test_points_below_a_label_of_a_summary():
    shown = evidence(HEADLINE, "استمع إلى الملخص", f"- {LEAD}", f"- {NEXT}", OTHER_LEAD)
    assert "below a summary label, point" in shown[2]
    assert "below a summary label, point" in shown[3]
    assert "first below points" in shown[4]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("وفي لندن، قالت وزيرة الداخلية إن القانون الجديد يطبق", "place comma"),
        ("في سياق آخر، أعلن حزب العمال انسحاب مقاتليه", "other"),
        ("أما على الصعيد الإنساني فقد أعلن البرنامج", "part"),
        ("وقضائيا، سمحت محكمة الاستئناف للرئيس", "field"),
        ("أعلنت وزارة الصحة اليوم بدء حملة", ""),
    ],
)
def test_how_a_paragraph_turns(text, kind):
    assert turn_of(fold_text(text)) == kind


def test_headlines_between_two_paragraphs_are_numbered():
    shown = evidence(HEADLINE, LEAD, "صورة من المركز الصحي أمس", OTHER_HEADLINE, OTHER_LEAD)
    assert "headline first of 1" in shown[2]
    assert "headline last of 1" in shown[3]
    assert "between text and head" in shown[2]


def test_a_story_takes_up_its_headline_and_another_does_not():
    on = evidence(HEADLINE, *CLINIC)
    off = evidence(HEADLINE, *CLINIC[:2], *PORT)
    assert "page title below=0" not in on[2]
    assert "page title below=0" in off[3]


def test_marks_that_most_paragraphs_share_and_one_lacks():
    shown = evidence(f"- {LEAD}", f"- {NEXT}", f"- {OTHER_LEAD}", CLINIC[1])
    assert "bullet=- shared=2" in shown[0]
    assert "lacks bullet=-" in shown[3]


def test_a_lone_paragraph_shares_nothing():
    assert not any("shared=" in name or name.startswith("lacks") for name in evidence(HEADLINE, LEAD)[1])
