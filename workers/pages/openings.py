"""How likely a line in the middle of a page opens another article: weighed signals of a headline, or of a bare lead."""

from __future__ import annotations

import re
from operator import mul
from typing import TYPE_CHECKING, NamedTuple

from workers.text.fold import fold_text
from workers.text.words import content_stems, continues, first_sentence, opens_with_and, share, topic

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence

__all__ = ["PARAGRAPHS_BELOW", "LeadSignals", "Signals", "heads", "lead_score", "read_lead", "read_signals"]

# A lead says when: the day of the week, today, yesterday. Folded.
_WHEN = re.compile(r"\b(?:ال(?:احد|اثنين|ثلاثاء|اربعاء|خميس|جمعه|سبت)|اليوم|امس)\b")
_MOST_WORDS_COUNTED = 12
_MOST_FOUND_COUNTED = 6
_SHORT_WORDS = 5
_LEAD_WORDS = 12
# Where nothing stands below: neither old nor new.
_UNKNOWN = 0.5


class Signals(NamedTuple):
    """What is measured on a headline, the paragraph below it (the lead) and the article above, as numbers.

    ``found`` counts the headline's content words in the lead's first sentence, ``found_below`` is their share in the
    paragraphs below; the three ``old`` ones are shares of content words that the article above has too: of the lead, of
    the headline, of the paragraphs after the lead. The others are 0 or 1, but for the number of words.
    """

    found: float
    found_below: float
    lead_old: float
    headline_old: float
    next_old: float
    words: float
    few_words: float
    question: float
    lead_goes_on: float
    opens_with_and: float
    lead_says_when: float
    number_first: float
    colon_or_quote: float
    after_paragraph: float


# Logistic regression (scikit-learn, C=1) on 5,100 short lines that stand over a paragraph: 2,611 headlines of 750 pages
# built by tests/bench/layouts.py from half of the ant_dev articles (layouts all_blank, single_newline, doubled_titles,
# training seeds), and the crossheads, captions and list lines of those pages and of 14,000 single articles.
_WEIGHTS = Signals(
    found=0.77,
    found_below=0.64,
    lead_old=-5.95,
    headline_old=-5.62,
    next_old=-6.36,
    words=-0.19,
    few_words=-3.52,
    question=-1.11,
    lead_goes_on=-4.37,
    opens_with_and=-1.43,
    lead_says_when=1.43,
    number_first=-2.70,
    colon_or_quote=0.92,
    after_paragraph=2.47,
)
# The regression's constant is 0.41. At this threshold, five-fold, .985 of the headlines are found, and one line in 350
# (ant) and in 330 (saudi) single articles is taken for one.
_CONSTANT = 0.41
_THRESHOLD = -0.25
# On a page whose paragraphs have no blank lines between them, one above the line speaks for it: .998 are found.
_THRESHOLD_BELOW_GAP = -2.5


def read_signals(headline: str, lead: str, following: str, above: frozenset[str], *, after_paragraph: bool) -> Signals:
    """Measure a short line.

    Args:
        headline: the line, not empty.
        lead: the paragraph below it.
        following: the beginning of what stands below the lead, may be empty.
        above: stems of the article above.
        after_paragraph: whether the line above is a paragraph.

    Returns:
        The signals; linear in the length of the texts.
    """
    opening = first_sentence(lead)
    words = len(headline.split())
    return Signals(
        min(share(headline, content_stems(opening))[0], _MOST_FOUND_COUNTED),
        share(headline, content_stems(lead) | content_stems(following))[1],
        share(opening, above)[1],
        share(headline, above)[1],
        share(following, above)[1] if following else _UNKNOWN,
        min(words, _MOST_WORDS_COUNTED),
        words < _SHORT_WORDS,
        headline[-1] in "؟?",
        continues(lead),
        opens_with_and(headline),
        bool(_WHEN.search(fold_text(opening))),
        headline[0].isdecimal(),
        any(sign in headline for sign in ':"“'),
        after_paragraph,
    )


def heads(signals: Signals, *, set_off: bool) -> bool:
    """Whether the line is rather the headline of another article than a crosshead of the one above.

    ``set_off`` says that a blank line stands above it on a page that has few.
    """
    score: float = sum(map(mul, _WEIGHTS, signals), _CONSTANT)
    return score > (_THRESHOLD_BELOW_GAP if set_off else _THRESHOLD)


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
PARAGRAPHS_BELOW = 3
"""How many paragraphs below a lead are looked at."""
_MAIN_TOPIC = 6
_HUNDREDS_ABOVE = 200


def read_lead(
    lead: str, below: Sequence[str], above: Sequence[str], *, new: frozenset[str], old: frozenset[str]
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
    last = above[-1]
    opening = first_sentence(lead)
    shares = [share(text, old)[1] for text in below] or [_UNKNOWN]
    # Said twice there, what is said most first.
    topic_above, topic_below = _repeated(topic(above)), _repeated(topic([lead, *below]))
    here = new | content_stems(lead)
    return LeadSignals(
        share(opening, old)[1],
        share(lead, old)[1],
        sum(shares) / len(shares),
        max(shares),
        min(shares),
        share(opening, content_stems(last))[1],
        share(lead, new)[1] if below else _UNKNOWN,
        share(last, here)[1],
        _stays(topic_above, here),
        _stays(topic_below, old),
        _stays(topic_above[:_MAIN_TOPIC], here),
        _stays(topic_below[:_MAIN_TOPIC], old),
        continues(lead),
        bool(_WHEN.search(fold_text(opening))),
        len(opening.split()) >= _LEAD_WORDS,
        len(lead.split(maxsplit=_LEAD_WORDS)) < _LEAD_WORDS,
        lead[0] in "\"“«'-–•",
        min(len(above), _PARAGRAPHS_ABOVE),
        len(below),
        min(len(old), _HUNDREDS_ABOVE) / _HUNDREDS_ABOVE,
        last.endswith("."),
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
