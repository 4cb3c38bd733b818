"""The dead-letter limit: a bad build trips it at once, a feed with a fault in it never."""

from __future__ import annotations

import random

import pytest

from workers.ops.limit import DeadLetterLimit
from workers.settings import Settings


def limit(*, share: float = 0.5, window: int = 20, consecutive: int = 5) -> DeadLetterLimit:
    return DeadLetterLimit(
        Settings(dead_letter_share=share, dead_letter_window=window, dead_letter_consecutive=consecutive)
    )


def test_the_record_that_reaches_the_row_stays_unread_with_all_after_it() -> None:
    made = limit()
    assert made.allowed([False, True, True, True, True, True, False, False]) == 5
    assert made.reason == "5 dead letters in a row (RASID_DEAD_LETTER_CONSECUTIVE)"


def test_a_row_goes_on_over_batches_and_ends_with_a_good_record() -> None:
    made = limit()
    assert made.allowed([True] * 4) == 4
    assert made.allowed([False, True, True]) == 3
    assert made.reason is None
    assert made.allowed([True, True, True]) == 2
    assert made.reason is not None


def test_a_share_is_taken_of_a_full_window() -> None:
    made = limit(consecutive=0)
    # Nine of ten, but ten records are no window.
    assert made.allowed([True] * 9 + [False]) == 10
    assert made.share == 0.9
    # The twentieth makes the window full, at 10 of 20.
    assert made.allowed([True] + [False] * 9) == 9
    assert made.reason == "10 of the last 20 records are dead letters, 50% is the limit (RASID_DEAD_LETTER_SHARE)"


def test_records_that_leave_the_window_no_longer_count() -> None:
    made = limit(consecutive=0)
    made.allowed([True] * 8 + [False] * 12)
    assert made.share == 0.4
    made.allowed([False] * 20)
    assert made.share == 0.0
    assert made.reason is None


@pytest.mark.parametrize("seed", range(20))
def test_five_in_a_hundred_never_trip_the_defaults(seed: int) -> None:
    made = DeadLetterLimit(Settings())
    rng = random.Random(seed)  # noqa: S311 - a test's
    assert made.allowed(rng.random() < 0.05 for _ in range(20_000)) == 20_000


def test_a_build_that_fails_on_every_record_writes_49() -> None:
    assert DeadLetterLimit(Settings()).allowed([True] * 1000) == 49


def test_limits_can_be_turned_off() -> None:
    made = limit(share=0, consecutive=0)
    assert made.allowed([True] * 1000) == 1000
    assert made.share == 1.0


def test_before_the_first_record_the_share_is_nothing() -> None:
    assert limit().share == 0.0
    assert limit().allowed([]) == 0
