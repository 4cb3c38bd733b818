import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.text.offsets import Builder, raw_span


def test_adjoining_stretches_merge():
    builder = Builder("خبر عاجل اليوم")
    builder.take(0, 3)
    builder.take(3, 8)
    builder.insert("\n")
    builder.take(9, 14)
    mapped = builder.build()
    assert mapped.text == "خبر عاجل\nاليوم"
    assert mapped.runs == ((0, 0, 8), (9, 9, 5))
    assert mapped.raw_span(4, 8) == (4, 8)
    assert mapped.raw_span(7, 10) == (7, 10)
    assert mapped.raw_span(8, 10) == (9, 10)


def test_runs_of_a_message_are_lists():
    assert raw_span([[0, 10, 5], [6, 40, 5]], 6, 8) == (40, 42)


@pytest.mark.parametrize(("runs", "start", "end"), [([], 0, 1), ([(0, 0, 3)], 2, 1), ([(0, 0, 3), (4, 9, 2)], 3, 4)])
def test_refuses_a_stretch_without_raw_letters(runs, start, end):
    with pytest.raises(ValueError, match=r"\d:\d"):
        raw_span(runs, start, end)


def test_an_empty_stretch_stays_empty():
    assert raw_span([(0, 7, 3)], 1, 1) == (8, 8)


@given(st.text(min_size=1, max_size=40), st.data())
def test_runs_are_identical_stretches(raw, data):
    builder = Builder(raw)
    for _ in range(data.draw(st.integers(0, 6))):
        start = data.draw(st.integers(0, len(raw)))
        builder.take(start, data.draw(st.integers(start, len(raw))))
        if data.draw(st.booleans()):
            builder.insert("\n")
    mapped = builder.build()
    for out, start, length in mapped.runs:
        assert raw[start : start + length] == mapped.text[out : out + length]
        assert mapped.raw_span(out, out + length) == (start, start + length)
