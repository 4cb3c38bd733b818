from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from math import isqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.dedupe import texts
from tests.unit.dedupe.texts import item
from workers.dedupe.engine import Engine
from workers.dedupe.entry import Entry, EntryFormatError, outlet_number
from workers.dedupe.sketch import (
    MAX_BIGRAMS,
    MAX_NUMBERS,
    MAX_TITLE,
    MAX_WORDS,
    SIGNATURE,
    Sketch,
    SketchFormatError,
    _short,
    _Vocabulary,
    sketch,
)

SAMPLE = sketch(texts.TITLE, texts.REPORT)


@given(st.text(max_size=40), st.text(max_size=400))
def test_a_sketch_of_any_text_comes_back_from_its_bytes(title: str, text: str) -> None:
    made = sketch(title, text)
    assert made == sketch(title, text)
    assert Sketch.from_bytes(made.to_bytes()) == made


def test_a_sketch_is_bounded_and_sorted() -> None:
    made = sketch(
        "",
        " ".join(f"{chr(0x628 + n % 20)}{chr(0x641 + n // 20 % 7)}ت{chr(0x62D + n // 140)}ر {n}" for n in range(1400)),
    )
    assert len(made.bigrams) == MAX_BIGRAMS
    assert len(made.numbers) == MAX_NUMBERS
    assert len(made.words) <= MAX_WORDS
    assert len(made.signature) == SIGNATURE
    sizes = MAX_BIGRAMS + MAX_WORDS + MAX_NUMBERS + MAX_TITLE
    assert len(made.to_bytes()) <= 13 + 3 * SIGNATURE + 2 * sizes + MAX_WORDS // 8
    assert list(made.bigrams) == sorted(set(made.bigrams))


def test_spelling_leaves_the_sketch_as_it_is() -> None:
    assert sketch("", "إلى المدرسة") == sketch("", "الى المدرسـه")


@pytest.mark.parametrize("seed", ["1", "2"])
def test_another_process_makes_the_same_bytes(seed: str) -> None:
    program = (
        "import sys; sys.stdout.reconfigure(encoding='utf-8')\n"
        "from tests.unit.dedupe import texts\n"
        "from workers.dedupe.engine import Engine\n"
        "engine = Engine()\n"
        "first = engine.step(texts.item('a', texts.TITLE, texts.REPORT))\n"
        "second = engine.step(texts.item('b', texts.UPDATE_TITLE, texts.UPDATE, hours=9))\n"
        "print(first.entry.to_bytes().hex() + second.entry.to_bytes().hex())\n"
    )
    environment = os.environ | {"PYTHONHASHSEED": seed}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    engine = Engine()
    stream = [item("a", texts.TITLE, texts.REPORT), item("b", texts.UPDATE_TITLE, texts.UPDATE, hours=9)]
    assert done.stdout.strip() == "".join(engine.step(one).entry.to_bytes().hex() for one in stream)


@pytest.mark.parametrize(
    "data", [b"", SAMPLE.to_bytes()[:-1], SAMPLE.to_bytes() + b"\0", b"\x09" + SAMPLE.to_bytes()[1:]]
)
def test_bytes_that_are_no_sketch_are_refused(data: bytes) -> None:
    with pytest.raises(SketchFormatError):
        Sketch.from_bytes(data)


def test_entries_come_back_from_their_bytes() -> None:
    engine = Engine()
    stream = [
        item("أول", texts.TITLE, texts.REPORT),
        item("copy", texts.EDITED_TITLE, texts.EDITED, hours=1),
        item("update", texts.UPDATE_TITLE, texts.UPDATE, hours=9),
        item("teaser", "", texts.LEAD, kind="teaser", hours=1.5),
    ]
    for one in stream:
        entry = engine.step(one).entry
        assert Entry.from_bytes(entry.to_bytes()) == entry


@given(st.binary(max_size=200))
def test_bytes_that_are_no_entry_are_refused(data: bytes) -> None:
    with pytest.raises(EntryFormatError):
        Entry.from_bytes(data)


@pytest.mark.parametrize("version", [0, 1, 2])
def test_an_entry_of_another_release_is_refused_with_what_to_do(version: int) -> None:
    record = Engine().step(item("a", texts.TITLE, texts.REPORT)).record
    with pytest.raises(EntryFormatError, match=rf"entry format {version}.*delete the changelog topic"):
        Engine().restore([bytes([version]) + record[1:]])


def test_a_sketch_of_another_release_is_refused_with_what_to_do() -> None:
    record = Engine().step(item("a", texts.TITLE, texts.REPORT)).record
    begin = record.index(SAMPLE.to_bytes())
    with pytest.raises(EntryFormatError, match=r"sketch format 9.*delete the changelog topic"):
        Engine().restore([record[:begin] + b"\x09" + record[begin + 1 :]])


def test_names_keep_their_letters() -> None:
    for name in ("0" * 32, "0123456789abcdef" * 2, "0123456789ABCDEF" * 2, "a" * 31, "a" * 31 + " ", "h" * 16, "أول"):
        assert Engine().step(item(name, texts.TITLE, texts.REPORT)).entry.article_id == name
        engine = Engine()
        engine.restore([Engine().step(item(name, texts.TITLE, texts.REPORT)).record])
        held = engine.entry(name)
        assert held is not None
        assert held.article_id == name


@given(st.sets(st.integers(0, 0xFFFFFFFF), max_size=300))
def test_short_hashes_are_whole_square_roots(hashes: set[int]) -> None:
    wide = np.array(sorted(hashes), np.uint32)
    assert _short(wide).tolist() == [isqrt(value) for value in sorted(hashes)]


def test_a_vocabulary_that_is_full_starts_again_and_changes_no_answer() -> None:
    small = _Vocabulary()
    small.LIMIT = 7
    words = texts.REPORT.split()
    expected = [column.tolist() for column in _Vocabulary().codes(words)]
    for _ in range(3):
        assert [column.tolist() for column in small.codes(words)] == expected
        small.codes(["واحد", "اثنان"])


def test_a_cut_entry_is_refused() -> None:
    whole = Engine().step(item("a", texts.TITLE, texts.REPORT)).entry.to_bytes()
    for end in range(0, len(whole), 37):
        with pytest.raises(EntryFormatError):
            Entry.from_bytes(whole[:end])


def test_the_hashes_are_those_that_stored_state_was_written_with() -> None:
    digest = sha256(sketch("عنوان", "نص قصير من ثلاث كلمات ورقم 15").to_bytes()).hexdigest()
    assert digest == "2ad33e8b48856859245f8c413a9798ab297f0d530bab80f92db7d3a8fa8f9add"


@pytest.mark.parametrize("version", [3, 4])
def test_entries_of_the_releases_before_stories_belong_to_the_story_of_their_original(version: int) -> None:
    engine = Engine()
    engine.step(item("a", texts.TITLE, texts.REPORT))
    now = engine.step(item("b", texts.EDITED_TITLE, texts.EDITED, hours=1)).entry
    tail = len(now.to_bytes()) - 20  # run, document, outlet, and the length of the story's name: the original's
    run = now.to_bytes()[tail : tail + 8]
    before = Entry.from_bytes(bytes([version]) + now.to_bytes()[1:tail] + (run if version == 4 else b""))
    assert (before.story_id, before.event_id, before.document) == ("a", "a", 0)
    assert (before.verdict, before.run) == (now.verdict, now.run if version == 4 else None)
    other = Engine()
    other.restore([bytes([version]) + now.to_bytes()[1:tail] + (run if version == 4 else b"")])
    copy = other.decide(item("c", texts.EDITED_TITLE, texts.EDITED + " انتهى.", hours=2))
    assert (copy.relation, copy.original_id, copy.story_id) == ("duplicate", "a", "a")


def test_entries_of_the_release_before_outlets_are_read_as_of_no_known_outlet() -> None:
    now = Engine().step(replace(item("a", texts.TITLE, texts.REPORT), outlet=outlet_number("صحيفة"), document=9)).entry
    record = now.to_bytes()
    before = Entry.from_bytes(bytes([5]) + record[1:-4] + record[-2:])  # the outlet stands before the story's length
    assert before == replace(now, outlet=0)
    assert now.outlet


def test_an_outlet_is_known_by_its_name_however_it_is_written() -> None:
    assert outlet_number(" News One") == outlet_number("NEWS ONE ") != outlet_number("News Two")
    assert outlet_number(None) == outlet_number(" ") == 0
