"""What `rasid tail` shows of an event's story."""

from __future__ import annotations

from workers.cli.tail import lines_of

EVENT = {
    "article_id": "b",
    "title": "عنوان",
    "text": "",
    "published_at": None,
    "relation": "original",
    "original_id": None,
    "story_id": "b",
    "same_story": [],
}


def test_an_articles_story_is_shown_where_it_is_another_ones() -> None:
    assert len(list(lines_of(EVENT))) == 1
    related = [str(line) for line in lines_of({**EVENT, "relation": "related", "story_id": "a", "same_story": ["c"]})]
    assert "related" in related[0]
    assert [line.split() for line in related[1:]] == [["story", "a"], ["the", "same", "story", "as", "c"]]


def test_what_was_written_before_stories_had_ids_is_shown_as_it_was() -> None:
    old = {name: value for name, value in EVENT.items() if name not in ("story_id", "same_story")}
    duplicate = {**old, "relation": "duplicate", "original_id": "a", "method": "near", "similarity": 0.5}
    assert [str(line).split() for line in lines_of(duplicate)][1:] == [["repeats", "a", "(near,", "0.50)"]]
