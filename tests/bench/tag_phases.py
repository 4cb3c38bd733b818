"""Where the tagger's time goes, by phase.

    python -m tests.bench.tag_phases DATA [--most N] [--rounds N]

DATA is a folder with ant_dev.jsonl.gz. Each phase's function is wrapped with a clock, and its time is what it takes
without the phases inside it: time of the processor, of the quickest of some rounds for each hundred articles, since
what else the machine does only ever adds to it. The clocks cost time themselves, most where calls are many; the last
line says what an article takes without them. The numbers to compare are the shares.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from inspect import isgeneratorfunction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from tests.bench.parse import read
from workers.lexicon import Matcher, load
from workers.tagging import Tagger, passes, people, resolver, tagger
from workers.tagging import text as annotated
from workers.tagging.claims import Claims
from workers.tagging.view import View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# Phase, and the functions that are it: all that these call is theirs, but for other phases.
PHASES: tuple[tuple[str, tuple[tuple[Any, str], ...]], ...] = (
    ("fold the letters", ((View, "__init__"),)),
    ("find the lexicon's forms", ((Matcher, "find"),)),
    ("countries: read forms", ((passes, "find_countries"), (annotated, "_datelines"))),
    ("split into words, which of them may begin something", ((annotated, "Tokens"), (people, "Openings"))),
    ("keep the claims", ((Claims, "adding"), (passes, "first_claims"))),
    ("resolve: who is who", ((tagger, "resolve"),)),
    ("resolve: tags of countries", ((resolver, "rank_countries"),)),
    ("resolve: tags of actors", ((resolver._Resolver, "_tag"),)),
)
PASSES = {
    "find_known": "known actors and bodies",
    "find_posts": "posts and whom they introduce",
    "find_organisations": "organisations",
    "find_people": "names",
    "find_apposed": "posts and whom they introduce",
    "find_later_names": "later mentions",
    "find_later_posts": "later mentions",
}
REST = "all else"
_BLOCK = 100


class Phases:
    """A clock for nested phases: ``spent`` is the seconds of each, without those inside it."""

    def __init__(self) -> None:
        """Begin with nothing spent."""
        self.spent: dict[str, float] = defaultdict(float)
        self._open: list[str] = []
        self._since = 0.0

    def enter(self, phase: str) -> None:
        """Begin a phase inside the one that is open."""
        now = time.thread_time()
        if self._open:
            self.spent[self._open[-1]] += now - self._since
        self._open.append(phase)
        self._since = now

    def leave(self) -> None:
        """End the open phase and go on with the one around it."""
        now = time.thread_time()
        self.spent[self._open.pop()] += now - self._since
        self._since = now

    def timed(self, phase: str, run: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function with its time given to a phase; that of a generator, each step."""

        def call(*args: Any, **named: Any) -> Any:
            self.enter(phase)
            try:
                return run(*args, **named)
            finally:
                self.leave()

        def steps(*args: Any, **named: Any) -> Iterator[Any]:
            step = self.timed(phase, run(*args, **named).__next__)
            while True:
                try:
                    found = step()
                except StopIteration:
                    return
                yield found

        return steps if isgeneratorfunction(run) else call


def quickest(tag: Callable[[str, str], object], articles: Sequence[tuple[str, str]], rounds: int) -> float:
    """Return the seconds that all articles take, of each hundred its quickest round."""
    total = 0.0
    for begin in range(0, len(articles), _BLOCK):
        times = []
        for _ in range(rounds):
            started = time.thread_time()
            for title, text in articles[begin : begin + _BLOCK]:
                tag(title, text)
            times.append(time.thread_time() - started)
        total += min(times)
    return total


def by_phase(tag: Callable[[str, str], object], articles: Sequence[tuple[str, str]], rounds: int) -> dict[str, float]:
    """Wrap the phases, for good, and return the seconds of each, of each hundred articles the quickest round's."""
    phases = Phases()
    for phase, functions in PHASES:
        for owner, name in functions:
            setattr(owner, name, phases.timed(phase, getattr(owner, name)))
    passes.PASSES = tuple(phases.timed(PASSES[each.__name__], each) for each in passes.PASSES)  # type: ignore[attr-defined]
    tag = phases.timed(REST, tag)
    total: dict[str, float] = defaultdict(float)
    for begin in range(0, len(articles), _BLOCK):
        found = []
        for _ in range(rounds):
            phases.spent = defaultdict(float)
            for title, text in articles[begin : begin + _BLOCK]:
                tag(title, text)
            found.append(phases.spent)
        for phase, seconds in min(found, key=lambda spent: sum(spent.values())).items():
            total[phase] += seconds
    return total


def main() -> None:
    """Read the command line and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder with ant_dev.jsonl.gz")
    parser.add_argument("--most", type=int, default=3000, help="articles (3000)")
    parser.add_argument("--rounds", type=int, default=4, help="rounds, of which the quickest counts (4)")
    options = parser.parse_args()
    articles = [(each["title"], each["text"]) for each in read(options.data / "ant_dev.jsonl.gz")][: options.most]
    tag = Tagger(load()).tag
    for title, text in articles:  # words are judged when they are first met: a worker meets most in its first minutes
        tag(title, text)
    plain = quickest(tag, articles, options.rounds)
    spent = by_phase(tag, articles, options.rounds)
    table = Table("phase", "us an article", "share", title=f"{len(articles):,} articles, warm, quickest rounds")
    for phase, seconds in sorted(spent.items(), key=lambda each: -each[1]):
        table.add_row(phase, f"{seconds / len(articles) * 1e6:.0f}", f"{seconds / sum(spent.values()):.0%}")
    console = Console(width=110)
    console.print(table)
    each = plain / len(articles)
    console.print(f"without the clocks {each * 1e6:.0f} us an article, {1 / each:,.0f} articles/s on one core")


if __name__ == "__main__":
    main()
