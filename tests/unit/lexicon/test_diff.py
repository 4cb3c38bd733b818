"""What differs between two lexicons is told by entry, as the people who edit it know it."""

import pytest

from workers.lexicon.compile import compile_source
from workers.lexicon.diff import Change, compare
from workers.lexicon.outlets import compile_names
from workers.lexicon.source import read_source


@pytest.fixture(scope="module")
def before():
    source = read_source()
    return compile_source(source), compile_names(source)


def _after(change):
    source = read_source()
    change(source)
    return compile_source(source), compile_names(source)


def test_the_same_lexicon_has_no_changes(before):
    assert list(compare(before, before)) == []


def test_entries_added_removed_and_changed(before):
    def change(source):
        gone = source.actors.pop("murhaf-abu-qasra")
        source.actors["new-man"] = gone.model_copy(update={"id": "new-man", "name": "رجل جديد هنا", "short": ()})
        source.country_of["new-man"] = "SY"
        entry = source.actors["ahmed-al-sharaa"]
        post = entry.posts[1].model_copy(update={"as_of": "2026-11"})
        source.actors["ahmed-al-sharaa"] = entry.model_copy(
            update={"posts": (entry.posts[0], post), "spellings": ("الرئيس الجولاني",)}
        )
        source.lists["words.yaml"]["kin"] = (*source.lists["words.yaml"]["kin"], "حفيد")

    changes = {(change.kind, change.section, change.key): change for change in compare(before, _after(change))}
    assert set(changes) == {
        ("removed", "actors", "murhaf-abu-qasra"),
        ("added", "actors", "new-man"),
        ("changed", "actors", "ahmed-al-sharaa"),
        ("changed", "words", "kin"),
    }
    changed = changes["changed", "actors", "ahmed-al-sharaa"].fields
    assert changed["posts"] == (
        ["الرئيس السوري, SY, from 2025-01 as of 2025"],
        ["الرئيس السوري, SY, from 2025-01 as of 2026-11"],
    )
    gone, came = changed["forms"]
    assert "الرييس الجولاني" in came
    assert "ابو محمد الجولاني" in gone
    assert changes["changed", "words", "kin"] == Change("changed", "words", "kin", "", {"words": ([], ["حفيد"])})
