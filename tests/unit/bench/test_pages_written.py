"""The files of written pages: what a line of them says, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bench.pages_written import is_taught, whole_pages
from workers.pages.roles import ROLES

if TYPE_CHECKING:
    from pathlib import Path

PAGE = """=== one | a page
# published: 2025-03-01
# source: رويترز
navigation\tصوت المدينة
title\tعنوان الخبر الأول
+date\t  1 مارس 2025
begin:teaser\tنص قصير بلا عنوان
-
text\tوفقرة ثانية له
"""


def test_a_page_has_its_lines_pieces_and_what_it_states(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(PAGE, encoding="utf-8")
    (page,) = whole_pages(tmp_path)
    body = page["body"]
    assert body == "صوت المدينة\nعنوان الخبر الأول  1 مارس 2025\nنص قصير بلا عنوان\n\nوفقرة ثانية له"
    assert (page["published"], page["publisher"], page["source"]) == ("2025-03-01", None, "رويترز")
    story, teaser = page["pieces"]
    assert (story["kind"], story["title"], story["first"]) == ("story", "عنوان الخبر الأول", "عنوان الخبر الأول")
    assert (teaser["kind"], teaser["title"]) == ("teaser", "")
    assert body[teaser["start"] : teaser["end"]] == "نص قصير بلا عنوان\n\nوفقرة ثانية له"
    assert page["junk"] == ["صوت المدينة", "1 مارس 2025"]


def test_a_line_without_a_role_is_refused_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("=== one | a page\ntext\tفقرة\nبلا دور\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"a\.txt, line 3: expected ROLE"):
        list(whole_pages(tmp_path))


def test_every_written_page_has_known_roles_and_pieces() -> None:
    pages = list(whole_pages())
    assert len({page["body"] for page in pages}) == len(pages) > 700
    for page in pages:
        assert {line["role"] for line in page["lines"]} <= {*ROLES, "deck", "subhead"}, page["document_id"]
        assert all(piece["start"] < piece["end"] <= len(page["body"]) for piece in page["pieces"]), page["document_id"]


def test_some_pages_teach_and_others_measure() -> None:
    taught = [is_taught(page) for page in whole_pages()]
    assert 0.3 < sum(taught) / len(taught) < 0.7
