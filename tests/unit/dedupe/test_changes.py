from __future__ import annotations

import pytest

from tests.unit.dedupe import texts
from workers.dedupe.changes import changes, sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  \n ", []),
        ("وصل الوفد صباحا. وغادر مساء!", ["وصل الوفد صباحا.", "وغادر مساء!"]),
        ("قال د. سالم الحداد إن العمل انتهى.", ["قال د. سالم الحداد إن العمل انتهى."]),
        ("بلغت النسبة 1.6 في المئة. وارتفعت.", ["بلغت النسبة 1.6 في المئة."]),
        ("قال: «انتهى العمل.» ثم مضى.", ["قال: «انتهى العمل.»", "ثم مضى."]),
        ("سطر أول بلا نقطة\n\nسطر ثان بلا نقطة", ["سطر أول بلا نقطة", "سطر ثان بلا نقطة"]),
    ],
)
def test_sentences_end_at_stops_and_lines(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == expected


def missing(earlier: str, newer: str) -> tuple[list[str], list[str]]:
    found = changes(earlier, newer)
    return [newer[a:b] for a, b in found.added], [earlier[a:b] for a, b in found.removed]


def test_nothing_changes_where_sentences_are_moved_spelled_otherwise_or_lightly_edited() -> None:
    assert missing(texts.REPORT, texts.REPORT) == ([], [])
    assert missing(texts.REPORT, texts.END + " " + texts.LEAD + texts.MIDDLE) == ([], [])
    assert missing(texts.REPORT, texts.REPORT.replace("أ", "ا").replace("ة ", "ه ")) == ([], [])
    assert missing(texts.LEAD, texts.LEAD.replace("صباح الثلاثاء", "أمس")) == ([], [])


def test_a_follow_up_adds_what_happened_and_leaves_out_what_is_old() -> None:
    added, removed = missing(texts.REPORT, texts.UPDATE)
    assert [each.split()[0] for each in added] == ["غير", "وفتحت"]
    assert [each.split()[0] for each in removed] == ["وقال", "وأبدى", "ووعدت"]


@pytest.mark.parametrize(("before", "after"), [("12", "15"), ("ثلاثة", "خمسة"), ("٣", "٤")])
def test_another_number_is_another_sentence(before: str, after: str) -> None:
    told = "أعلنت وزارة الصحة أن عدد القتلى في حريق السوق القديمة وسط المدينة ارتفع إلى {} قتلى حتى مساء أمس."
    assert missing(told.format(before), told.format(after)) == ([told.format(after)], [told.format(before)])
