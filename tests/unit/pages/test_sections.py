"""What headings of a page are told of each other."""

from tests.unit.text.test_pages import HEADLINE, LEAD, OTHER_HEADLINE, PORT
from workers.pages.evidence import gather
from workers.pages.lines import read_lines
from workers.pages.reader import split_page

MUSEUM = "افتتاح متحف جديد للفنون الإسلامية"
OPENED = "افتتح وزير الثقافة متحفا جديدا للفنون الإسلامية يضم ألف قطعة نادرة جمعت من ست مدن."
BANK = "البنك المركزي يرفع سعر الفائدة"
RAISED = "رفع البنك المركزي سعر الفائدة نصف نقطة للمرة الثالثة هذا العام بعد ارتفاع التضخم في المدن الكبرى."
HARBOUR = "ميناء العاصمة يستقبل أول سفينة"
SHIP = "استقبل ميناء العاصمة مساء أمس أول سفينة محملة بالقمح منذ إغلاقه بسبب العاصفة التي ضربت الساحل."
AGAIN = "تشمل حملة وزارة الصحة جميع المدارس في المحافظات، وتستمر الفرق الطبية في القرى أسبوعين كاملين."


def _told(*lines: str) -> list[set[str]]:
    evidence, _ = gather(read_lines("\n".join(lines)))
    return [set(shown) for shown in evidence]


def test_headings_over_sections_of_their_own_are_told_apart_from_headings_inside_a_story() -> None:
    digest = _told(MUSEUM, OPENED, BANK, RAISED, HARBOUR, SHIP)
    assert "first: sections alike=0" in digest[0]
    for heading in (2, 4):
        assert {"headings=1", "sections alike=0", "sections go on=0"} <= digest[heading]
    assert "lead: sections alike=0" in digest[3]
    story = _told(HEADLINE, LEAD, "وزارة الصحة في المحافظات", AGAIN, "حملة تطعيم للمدارس والقرى", LEAD)
    assert "sections alike=0" not in story[2]
    assert "sections alike=0" not in story[4]


def test_a_page_with_one_heading_has_no_sections() -> None:
    assert not any(name.startswith("headings=") for shown in _told(MUSEUM, OPENED, RAISED) for name in shown)
    assert not any(name.startswith("headings=") for shown in _told(MUSEUM, OPENED, BANK, RAISED) for name in shown)
    assert _told() == []


def test_headings_that_a_line_at_the_head_names_are_told_so() -> None:
    named = _told(f"نشرة المساء: {MUSEUM}.. {BANK}.. {HARBOUR}", MUSEUM, OPENED, BANK, RAISED, HARBOUR, SHIP)
    assert "headings named above=4" in named[3]
    assert "headings named above=0" in _told(MUSEUM, OPENED, BANK, RAISED, HARBOUR, SHIP)[2]


def test_a_digest_is_cut_at_each_of_its_headings() -> None:
    lines = (MUSEUM, OPENED, BANK, RAISED, HARBOUR, SHIP, OTHER_HEADLINE, PORT[0])
    assert [article.title for article in split_page("\n".join(lines))] == [MUSEUM, BANK, HARBOUR, OTHER_HEADLINE]
