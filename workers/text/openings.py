"""How likely a line in the middle of a page opens another article: weighed signals of a headline, or of a bare lead."""

from __future__ import annotations

import re
from operator import mul
from typing import NamedTuple

from workers.text.fold import fold_text
from workers.text.words import content_stems, continues, first_sentence, opens_with_and, share

__all__ = ["Signals", "heads", "lead_score", "read_signals"]

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


def lead_score(lead: str, following: str, above: frozenset[str], last: frozenset[str]) -> float:
    """Measure a paragraph that has no headline.

    Args:
        lead: the paragraph.
        following: the beginning of what stands below it, may be empty.
        above: stems of the article above.
        last: stems of the paragraph above.

    Returns:
        How far it is from going on with the article above, and near to opening another, as a logit; linear in the
        length of the texts. The weights: logistic regression (scikit-learn, C=1, balanced classes) on 53,700
        paragraphs of half of the ant_dev articles joined without headlines, five a page (500 pages, training seeds),
        and of 8,000 single articles of both sets. Above -1.5 lie .994 of the leads and 6 % of the other paragraphs,
        above 2 .94 and 1 %: alone it decides nothing, and each caller has its own further sign.
    """
    opening = first_sentence(lead)
    return (
        2.61
        - 2.61 * share(opening, above)[1]
        - 4.06 * share(lead, above)[1]
        - 13.60 * (share(following, above)[1] if following else _UNKNOWN)
        - 6.31 * continues(lead)
        + 2.76 * bool(_WHEN.search(fold_text(opening)))
        + 2.48 * (len(opening.split()) >= _LEAD_WORDS)
        - 10.99 * share(opening, last)[1]
    )
