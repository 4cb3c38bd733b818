"""The benchmark of pages: a reader that reads as the labels say scores full, one that errs does not."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.bench.page_maker import layouts
from tests.bench.page_maker.make import make
from tests.bench.page_maker.page import BODY
from tests.bench.pages_rivals import article, as_html, blank_lines
from tests.bench.pages_score import SHARES, score, shares
from tests.unit.bench.test_page_maker import ARTICLES

CASES = [(split, each.name) for split in ("train", "held") for each in layouts.of(split)]


def as_labelled(page: dict) -> list[dict]:
    """The articles that a reader without a fault makes of a page."""
    found = []
    for number, piece in enumerate(page["pieces"]):
        parts = [part for line in page["lines"] for part in line.get("parts", [line]) if part["piece"] == number]
        runs = []
        for part in parts:
            text = page["body"][part["start"] : part["end"]]
            if part["role"] in BODY:
                start = part["start"] + len(text) - len(text.lstrip())
                runs.append((start, start + len(text.strip())))
        made = article(page["body"], runs)
        found.append({**made, "kind": piece["kind"], "title": piece["title"]})
    first = {"published_at": page["published"], "publisher": page["publisher"], "source": page["source"]}
    return [{**found[0], **first}, *found[1:]] if found else []


@pytest.mark.parametrize(("split", "layout"), CASES)
def test_a_reader_without_fault_scores_full(split: str, layout: str) -> None:
    for seed in range(4):
        page = make(ARTICLES, split, str(seed), layout)
        errors: list[str] = []
        counts = score(page, as_labelled(page), errors)
        fields = [] if page["pieces"] else [error for error in errors if error.startswith(("publish", "source"))]
        assert errors == fields
        assert counts["kind"] == counts["title"] == counts["piece_tp"] == len(page["pieces"])
        assert counts["lost"] == counts["leak"] == 0


def test_faults_are_counted_and_named() -> None:
    page = make(ARTICLES, "train", "5", "joined.titled")
    first, *others = as_labelled(page)
    wrong = [{**first, "kind": "teaser", "title": "عنوان آخر"}, *others[1:], {**first, "text": page["body"]}]
    errors: list[str] = []
    counts = score(page, wrong, errors)
    assert counts["piece_fn"] == 1
    assert counts["piece_fp"] == 1
    assert counts["piece_tp"] - counts["kind"] == counts["piece_tp"] - counts["title"] == 1
    assert counts["leak"] == len(page["junk"])
    assert counts["lost"] > 0
    assert {error.split()[0] for error in errors} >= {"missed", "extra", "kind", "title"}


def test_shares_have_intervals_that_hold_them() -> None:
    counts = [Counter(pages=1, piece_tp=2, piece_fp=n % 2, piece_fn=n % 3, published=n % 2) for n in range(30)]
    found = shares(counts, SHARES)
    assert found["date"][0] == pytest.approx(0.5)
    assert found["precision"][0] == pytest.approx(60 / 75)
    for value, low, high in found.values():
        assert low <= value <= high
    assert found == shares(counts, SHARES)


def test_the_html_form_has_every_line_and_blank_lines_part_the_body() -> None:
    page = make(ARTICLES, "train", "5", "joined.titled")
    assert as_html(page).count("</") >= len(page["lines"])
    assert sum(len(each["text"].split("\n")) for each in blank_lines(page)) == len(page["lines"])
