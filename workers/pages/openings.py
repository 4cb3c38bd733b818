"""How likely a paragraph in the middle of a page opens another article without a headline: weighed signals."""

from __future__ import annotations

import re
from operator import mul
from typing import TYPE_CHECKING, NamedTuple

from workers.text.words import continues, first_sentence, holding, topic

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence

    from workers.text.words import Content

__all__ = ["LeadSignals", "Reading", "lead_score", "read_lead"]

# A lead says when: the day of the week, today, yesterday. Folded.
_WHEN_WORDS = ("الاحد", "الاثنين", "الثلاثاء", "الاربعاء", "الخميس", "الجمعه", "السبت", "اليوم", "امس")
_WHEN = re.compile(rf"\b(?:{'|'.join(_WHEN_WORDS)})\b")
_may_say_when = holding(*_WHEN_WORDS)
_LEAD_WORDS = 12
# Where nothing stands below: neither old nor new.
_UNKNOWN = 0.5


class Reading(NamedTuple):
    """A paragraph and what its words mean."""

    text: str
    content: Content


class LeadSignals(NamedTuple):
    """What is measured on a paragraph without a headline, against the article above and the paragraphs below.

    Shares are of content words: how many of a text's the texts above (or below) have too. ``topic`` ones look at stems
    that stand at least twice on their side, all of them or the six commonest. The others are 0 or 1, but for the two
    numbers of paragraphs, and ``words_above`` in hundreds of stems, at most 1.
    """

    opening_old: float
    lead_old: float
    below_old: float
    below_old_most: float
    below_old_least: float
    opening_in_last: float
    lead_in_below: float
    last_goes_on: float
    topic_goes_on: float
    topic_old: float
    main_topic_goes_on: float
    main_topic_old: float
    goes_on: float
    says_when: float
    long_opening: float
    short: float
    quote_first: float
    paragraphs_above: float
    paragraphs_below: float
    words_above: float
    after_full_stop: float


# Logistic regression (scikit-learn, C=1) on 61,800 paragraphs: 2,730 leads and the paragraphs around them of 900 pages
# of half of the ant_dev articles joined without headlines, and those of 4,000 single articles of both sets.
_LEAD_WEIGHTS = LeadSignals(
    opening_old=-2.98,
    lead_old=-2.80,
    below_old=-3.22,
    below_old_most=-3.72,
    below_old_least=-2.65,
    opening_in_last=-1.30,
    lead_in_below=7.44,
    last_goes_on=-3.07,
    topic_goes_on=-2.78,
    topic_old=-1.50,
    main_topic_goes_on=-3.25,
    main_topic_old=-1.61,
    goes_on=-5.22,
    says_when=2.45,
    long_opening=0.96,
    short=-5.29,
    quote_first=-1.60,
    paragraphs_above=0.34,
    paragraphs_below=1.66,
    words_above=1.61,
    after_full_stop=0.80,
)
_LEAD_CONSTANT = -8.05
_PARAGRAPHS_ABOVE = 8
_MAIN_TOPIC = 6
_HUNDREDS_ABOVE = 200


def read_lead(
    lead: Reading, below: Sequence[Reading], above: Sequence[Reading], *, new: frozenset[str], old: frozenset[str]
) -> LeadSignals:
    """Measure a paragraph that has no headline.

    Args:
        lead: the paragraph.
        below: the next paragraphs below it, a few; may be empty.
        above: the last paragraphs above it, a few, the nearest last; not empty.
        new: the content stems of those below.
        old: the content stems of those above.

    Returns:
        The signals; work bounded by a constant, since no text is looked at beyond its first 600 code points.
    """
    text, content = lead
    last = above[-1]
    opening = first_sentence(text)
    shares = [each.content.share_in(old) for each in below] or [_UNKNOWN]
    # Said twice there, what is said most first.
    topic_above = _repeated(topic(each.content for each in above))
    topic_below = _repeated(topic(each.content for each in (lead, *below)))
    here = new | content.stems
    return LeadSignals(
        content.opening_in(old),
        content.share_in(old),
        sum(shares) / len(shares),
        max(shares),
        min(shares),
        content.opening_in(last.content.stems),
        content.share_in(new) if below else _UNKNOWN,
        last.content.share_in(here),
        _stays(topic_above, here),
        _stays(topic_below, old),
        _stays(topic_above[:_MAIN_TOPIC], here),
        _stays(topic_below[:_MAIN_TOPIC], old),
        continues(text),
        _may_say_when(content.sentence) and _WHEN.search(content.sentence) is not None,
        len(opening.split(maxsplit=_LEAD_WORDS - 1)) >= _LEAD_WORDS,
        len(text.split(maxsplit=_LEAD_WORDS)) < _LEAD_WORDS,
        text[0] in "\"“«'-–•",
        min(len(above), _PARAGRAPHS_ABOVE),
        len(below),
        min(len(old), _HUNDREDS_ABOVE) / _HUNDREDS_ABOVE,
        last.text.endswith("."),
    )


def _repeated(words: Counter[str]) -> list[str]:
    """The words said at least twice, the commonest first."""
    repeated = [word for word, times in words.items() if times > 1]
    return sorted(repeated, key=words.__getitem__, reverse=True)


def _stays(words: Sequence[str], other: frozenset[str]) -> float:
    """Which share of some words stands in ``other``."""
    return sum(map(other.__contains__, words)) / len(words) if words else _UNKNOWN


def lead_score(signals: LeadSignals) -> float:
    """How far a paragraph is from going on with the article above, and near to opening another, as a logit.

    On the other half of the articles (1,435 leads; 4,056 single articles): above -3 lie .990 of the leads and 1.1 % of
    the other paragraphs, above 0 .948 and .1 %, above 2 .834 and .02 %.
    """
    score: float = sum(map(mul, _LEAD_WEIGHTS, signals), _LEAD_CONSTANT)
    return score
