"""The role of each line, decided over the whole page: a linear chain over roles, with learned weights.

A state is a role and where it stands: a line of furniture between a title and its text, or between two paragraphs of
one text, is *inside* an article, any other is outside. So a text can go on only through furniture that stands inside,
and what opens an article is a title, or a text without one (``begin``). The score of a way through the states is the
sum of what each line's evidence is worth for its role and of what two states in a row are worth; the best way is found
by dynamic programming. The weights are data (weights.tsv, written by ``python -m tests.bench.pages train``).
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from itertools import accumulate, chain, repeat
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = [
    "FURNITURE",
    "NOTHING",
    "PRINTED",
    "ROLES",
    "STATES",
    "TITLE_PLACE",
    "Known",
    "Lattice",
    "Model",
    "State",
    "Way",
    "allowed",
    "load",
    "parse",
]

FURNITURE = (
    "kicker",
    "byline",
    "date",
    "dateline",
    "caption",
    "credit",
    "summary_label",
    "read_more",
    "related",
    "list_label",
    "ticker",
    "tags",
    "source",
    "notice",
    "widget",
    "navigation",
    "comment",
    "embed",
    "damage",
    "foreign",
    "repeat",
)
"""Roles of lines that are no news. ``repeat`` is a copy of a title or a paragraph."""
ROLES = ("title", "begin", "text", "summary", *FURNITURE)
"""All roles; ``begin`` is the first text of an article that has no title."""


class State(NamedTuple):
    """A role, and whether the line stands inside an article."""

    role: str
    inside: bool


STATES = (
    State("title", inside=True),
    State("begin", inside=True),
    State("text", inside=True),
    State("summary", inside=False),
    State("summary", inside=True),
    *(State(role, inside=inside) for role in FURNITURE for inside in (False, True)),
)
"""The states of the chain, in the order of the weights."""
_FORBIDDEN = -1e9


def _follows(above: State, below: State) -> bool:
    """Whether one state may stand right above the other."""
    goes_on = below.role == "text" or (below.inside and below.role not in ("title", "begin"))
    if not above.inside:
        return not goes_on
    if above.role in ("begin", "text"):
        return True
    # Below a title, and inside an article, the text must come.
    return goes_on


def allowed() -> NDArray[np.bool_]:
    """Return which state may follow which: a square matrix, above by below."""
    return np.array([[_follows(above, below) for below in STATES] for above in STATES])


def may_begin() -> NDArray[np.bool_]:
    """Return which states the first line may have."""
    return np.array([_follows(State("notice", inside=False), state) for state in STATES])


def may_end() -> NDArray[np.bool_]:
    """Return which states the last line may have."""
    return np.array([not state.inside or state.role in ("begin", "text") for state in STATES])


_NO_TITLES: Mapping[int, float] = {}


class Known(NamedTuple):
    """What the profile of a page's site, or the page's markup, says of its lines, by their numbers.

    ``printed`` are those that the site is known to print on many pages, ``fields`` those that a label of it opens: much
    must speak for news there. ``titles`` are those where its titles stand, each with the share of pages for which that
    holds. ``kept`` are those that the markup places inside a text: much must speak against it.
    """

    printed: Sequence[int] = ()
    fields: Sequence[int] = ()
    titles: Mapping[int, float] = _NO_TITLES
    kept: Sequence[int] = ()


NOTHING = Known()
"""Where the site has no profile."""


class Model(NamedTuple):
    """Weights: of evidence, of two states in a row, for first and last; and those by which a block is a teaser rather
    than a story (workers/pages/blocks.py).

    ``emission`` has a row for each evidence, whose place ``numbers`` tells, and a last one of zeros for what is not
    known; a column for each role, and a last one for standing inside an article.
    """

    numbers: dict[str, int]
    emission: NDArray[np.float32]
    transition: NDArray[np.float32]
    first: NDArray[np.float32]
    last: NDArray[np.float32]
    kinds: dict[str, float]

    def scores(self, evidence: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        """Return what each line's evidence is worth for each state."""
        number_of, unknown = self.numbers.get, len(self.numbers)
        flat = list(map(number_of, chain.from_iterable(evidence), repeat(unknown)))
        starts = [0, *accumulate(map(len, evidence[:-1]))]
        sums = np.add.reduceat(self.emission.take(flat, axis=0), starts, axis=0)
        scores: NDArray[np.float32] = sums.take(_ROLE_OF_STATE, axis=1) + sums[:, -1:] * _INSIDE_FURNITURE
        return scores

    def lattice(self, evidence: Sequence[Sequence[str]], *, titled: bool = False, known: Known = NOTHING) -> Lattice:
        """Return what the ways through a page of at least one line are worth.

        With ``titled`` the first line is a title that the document gave apart; the page is then one story unless much
        speaks for another, and the title may have no text.
        """
        scores = self.scores(evidence)
        _weigh(known, scores, evidence)
        last = self.last
        second = self.transition
        if titled:
            scores[0] = _FORBIDDEN
            scores[0, _TITLE] = 0.0
            scores[1:, _OPENING] -= _OPENS_AGAIN
            sentences = [number for number, shown in enumerate(evidence) if number and "paragraph" in shown]
            scores[np.ix_(sentences, _OUTSIDE)] -= _CLEANED
            last, second = last.copy(), second.copy()
            last[_TITLE] = 0.0
            second[_TITLE, _OUTSIDE] = -_NO_TEXT
        return Lattice(scores, self.transition, second, self.first, last)

    def reasons(self, shown: Sequence[str], state: State, most: int = 3) -> tuple[tuple[str, float], ...]:
        """Return what spoke most for a line's role: each evidence with its weight above the mean of all roles."""
        role = ROLES.index(state.role)
        worth = []
        for each in shown:
            number = self.numbers.get(each)
            if number is not None:
                weights = self.emission[number, :-1]
                worth.append((each, float(weights[role] - weights.mean())))
        worth.sort(key=lambda pair: -pair[1])
        return tuple(pair for pair in worth[:most] if pair[1] > 0)


def _weigh(known: Known, scores: NDArray[np.float32], evidence: Sequence[Sequence[str]]) -> None:
    """Add what is known of lines to their scores."""
    if noise := [
        number for number, shown in enumerate(evidence) if "label=NOISE" in shown and "has clock" not in shown
    ]:
        scores[np.ix_(noise, _NEWS)] -= _NOISE
    if known.kept:
        scores[known.kept, _TEXT] += _KEPT
    if printed := known.printed:
        scores[np.ix_(printed, _NEWS)] -= PRINTED
        # A paragraph is no headline of this very page, which its site may list on others.
        sentences = [number for number in printed if "paragraph" in evidence[number]]
        scores[np.ix_(sentences, _NEWS)] -= 2 * PRINTED
        # Whether such a line stands inside an article is for the lines around it to say.
        scores[np.ix_(printed, _NO_NEWS)] = scores[np.ix_(printed, _NO_NEWS)].max(axis=1, keepdims=True)
    if known.fields:
        scores[np.ix_(known.fields, _NEWS)] -= PRINTED
    for number, share in known.titles.items():
        scores[number, _TITLE] += share * TITLE_PLACE


# What speaks against news in a line made of nothing but phrases of furniture.txt, beside what was learned: few of the
# phrases stand on the pages that are learned from, so that what is known of each is learned too low. Not in an hour,
# which stands among the lines of a chronology too.
_NOISE = 3.0
# What speaks for text in a line that stands in a list, a table or a heading inside a text.
_KEPT = 6.0
# What must speak for another article where the document gave its title apart, and for its having no text at all.
_OPENS_AGAIN, _NO_TEXT = 25.0, 3.0
# Such a document has been cleaned by its sender: what reads as sentences is rather text.
_CLEANED = 3.0
#: What speaks against news in a line that a site's profile names, and three times in a paragraph. Learned weights sum
#: to some 5 to 15 for a short line, and to twice as much for a paragraph.
PRINTED = 12.0
#: What speaks for a title where a profile says that all titles of the site stand.
TITLE_PLACE = 14.0
_NEWS = [number for number, state in enumerate(STATES) if state.role in ("title", "begin", "text", "summary")]
_NO_NEWS = [number for number in range(len(STATES)) if number not in _NEWS]
_TEXT = STATES.index(State("text", inside=True))
_TITLE = STATES.index(State("title", inside=True))
_OPENING = [STATES.index(State(*each)) for each in (("title", True), ("begin", True), ("summary", False))]
_OUTSIDE = [number for number, state in enumerate(STATES) if not state.inside]
_ROLE_OF_STATE = np.array([ROLES.index(state.role) for state in STATES])
_INSIDE_FURNITURE = np.array(
    [float(state.inside and state.role not in ("title", "begin", "text")) for state in STATES], dtype=np.float32
)


class Way(NamedTuple):
    """A sequence of states through a page, the number of one for each line, and its score."""

    states: list[int]
    score: float


class Lattice(NamedTuple):
    """The scores of every way through a page, for a Viterbi search.

    ``scores`` holds that of each state in each line (lines by states), ``transition`` that of each state above each
    other (above by below), ``second`` the same for the first two lines alone, ``first`` and ``last`` those of the
    states that a page begins and ends with.
    """

    scores: NDArray[np.float32]
    transition: NDArray[np.float32]
    second: NDArray[np.float32]
    first: NDArray[np.float32]
    last: NDArray[np.float32]

    def without(self, *closed: tuple[Sequence[int] | slice, Sequence[int]]) -> Lattice:
        """Return a lattice with states closed: each pair names lines, and the states that none of them may have."""
        scores = self.scores.copy()
        for lines, states in closed:
            rows = scores[lines]
            rows[:, states] = _FORBIDDEN
            scores[lines] = rows
        return self._replace(scores=scores)

    def best(self) -> Way:
        """Return the way with the highest score."""
        scores, transition, second, first, last = self
        states = len(STATES)
        into = np.ascontiguousarray(transition.T)
        ways = np.empty_like(into)
        row_starts, places = np.arange(states) * states, np.empty(states, dtype=np.intp)
        back = np.empty((len(scores), states), dtype=np.intp)
        best = scores[0] + first
        # Filled in place: at this size a call costs more than what it computes.
        for number in range(1, len(scores)):
            np.add(into if number > 1 else second.T, best, out=ways)
            chosen = ways.argmax(axis=1, out=back[number])
            np.add(chosen, row_starts, out=places)
            ways.take(places, out=best, mode="clip")
            best += scores[number]
        best += last
        state = int(best.argmax())
        score = float(best[state])
        way = [state]
        for row in back[:0:-1].tolist():
            state = row[state]
            way.append(state)
        return Way(way[::-1], score)


# The file of weights ------------------------------------------------------------------------------------------------


def parse(text: str) -> Model:
    """Return the model that a file of weights holds.

    Lines are tab-separated: ``evidence`` NAME ROLE WEIGHT, ``inside`` NAME WEIGHT, ``pair`` ABOVE BELOW WEIGHT (states,
    with ``+`` before one that stands inside), ``teaser`` NAME WEIGHT; # opens a comment. What no line names weighs
    nothing.
    """
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    names = list(dict.fromkeys(row[1] for row in rows if row[0] in ("evidence", "inside")))
    index = {name: number for number, name in enumerate(names)}
    first, last = (np.where(each, 0.0, _FORBIDDEN).astype(np.float32) for each in (may_begin(), may_end()))
    kinds = {row[1]: float(row[2]) for row in rows if row[0] == "teaser"}
    pairs = [row for row in rows if row[0] == "pair"]
    return Model(index, _emission(rows, index), _transition(pairs), first, last, kinds)


def _emission(rows: Sequence[Sequence[str]], index: Mapping[str, int]) -> NDArray[np.float32]:
    """What each evidence, by its number, is worth for each role and for standing inside; a row of zeros below."""
    emission = np.zeros((len(index) + 1, len(ROLES) + 1), dtype=np.float32)
    number_of = {role: number for number, role in enumerate(ROLES)}
    for row in rows:
        if row[0] == "evidence":
            emission[index[row[1]], number_of[row[2]]] = float(row[3])
        elif row[0] == "inside":
            emission[index[row[1]], -1] = float(row[2])
    return emission


def _transition(rows: Sequence[Sequence[str]]) -> NDArray[np.float32]:
    """What two states in a row are worth, by the lines of a file that say it."""
    number_of = {state_name(state): number for number, state in enumerate(STATES)}
    transition = np.where(allowed(), 0.0, _FORBIDDEN).astype(np.float32)
    for _, above, below, weight in rows:
        transition[number_of[above], number_of[below]] += float(weight)
    return transition


def state_name(state: State) -> str:
    """Return a state's name in the file: its role, with + before it inside an article."""
    return f"{'+' if state.inside and state.role not in ('title', 'begin', 'text') else ''}{state.role}"


@lru_cache(maxsize=1)
def load() -> Model:
    """Return the model of weights.tsv."""
    return parse(files(__package__).joinpath("weights.tsv").read_text(encoding="utf-8"))
