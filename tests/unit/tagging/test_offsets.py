"""Whatever the text, every mention's surface is what stands at its offsets, and the output does not vary."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from workers.lexicon import load
from workers.tagging import Tagger

LEXICON = load()
TAGGER = Tagger(LEXICON)
_FORMS = [form.text for form in LEXICON.forms()]
_NOISE = [
    "\u0640",
    "\u064e",
    "\u0651",
    "\u200f",
    "#",
    " ",
    "_",
    "-",
    "\u00a0",
    "\ufefb",
    "ß",
    "\U0001f600",
    "\n",
    "،",
    "(CNN)--",
    "ال",
    "لل",
    "و",
]


def _spoil(word: str, seed: int) -> str:
    chooser = random.Random(seed)  # noqa: S311 (test data, not secrets)
    return "".join(
        letter + (chooser.choice("\u0640\u064e\u0651\u200f") if chooser.random() < 0.2 else "") for letter in word
    )


_FORM = st.builds(_spoil, st.sampled_from(_FORMS), st.integers(0, 999))
_TEXT = st.lists(st.one_of(_FORM, st.sampled_from(_NOISE), st.text(max_size=6), st.just(" ")), max_size=24).map("".join)


@settings(max_examples=300, deadline=None)
@given(_TEXT, _TEXT)
def test_offsets_hold(title, text):
    tags = TAGGER.tag(title, text)
    fields = {"title": title, "text": text}
    for tag in (*tags.countries, *tags.actors):
        assert tag.mentions
        assert 0 <= tag.score <= 1
        for mention in tag.mentions:
            assert mention.surface
            assert fields[mention.field][mention.start : mention.end] == mention.surface
    assert 0 <= sum(tag.main for tag in tags.countries) <= 3
    assert Tagger(LEXICON).tag(title, text) == tags


def test_half_a_surrogate_pair_in_a_name_raises_nothing():
    text = 'أعلنت شركة "الن\ud800ور" للصناعة أمس'
    (actor,) = TAGGER.tag("", text).actors
    assert actor.mentions[0].surface == 'شركة "الن\ud800ور" للصناعة'
