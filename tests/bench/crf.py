"""Whether a statistical tagger finds people whom the rules miss: a linear-chain CRF, trained from scratch.

    python -m tests.bench.crf DATA [--train N] [--gold] [--show N]

Needs python-crfsuite (MIT), which is no dependency of the project; without it this says so and stops with status 2.

DATA is the folder that tests.bench.tags takes. The CRF learns the rules' own tags (silver labels) of N articles of
ant_dev and N of saudi_dev, drawn evenly, never one that has a label. With --gold it learns ANERcorp
instead, half of it at a time, and is asked about the other half: what labels made by people would bring. Neither model
could ship: the texts belong to their publishers, and ANERcorp is for research.

  people      P, R, F1 on the labelled articles, and the recall of those that the lexicon lacks, as tests.bench.tags
              counts them; the difference of F1 to the rules alone with its 95% interval (articles drawn 2,000 times)
  spans       exact PERS and ORG of ANERcorp
  words/s     of the CRF, features and decoding, on one core

Methods: the rules; the CRF alone; the rules and such spans of the CRF that overlap none of theirs and have at least
the probability shown; the rules without unlisted people to whom the CRF gives less than the probability shown.
--show prints people that only the CRF found in unlabelled articles, to be read.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
import time
from functools import lru_cache
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from rich.console import Console
from rich.table import Table

from tests.bench.parse import read
from tests.bench.tags import Counts, compared, fits, grouped, labelled, read_spans, whole_words, words_of
from workers.lexicon import load
from workers.tagging import Tagger
from workers.tagging.looks import kind_of
from workers.tagging.view import View

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tests.bench.tags import Annotated, Labelled, Told
    from workers.lexicon.model import Words

_TOKEN = re.compile(r"[^\W_]+|[^\w\s]|\n")
_SENTENCE_ENDS = frozenset(".!؟?\n")
_LONGEST = 120
_ITERATIONS = 60
_DRAWS = 2000
#: The least probability with which a span of the CRF is added; and that below which an unlisted person is taken out.
_ADDED_FROM, _VETO_BELOW = (0.5, 0.8, 0.95), (0.02, 0.1, 0.5)


class Span(NamedTuple):
    """A stretch of a text, PERS or ORG, in code points; ``known`` when the lexicon has it."""

    kind: str
    start: int
    end: int
    chance: float = 1.0
    known: bool = False


class Sentence(NamedTuple):
    """The folded words of a sentence, punctuation among them, and where each stands in the original."""

    words: list[str]
    places: list[tuple[int, int]]


def sentences(text: str) -> Iterator[Sentence]:
    """Split a text at full stops and line ends; no sentence is longer than 120 tokens."""
    view = View("text", text)
    words: list[str] = []
    places: list[tuple[int, int]] = []
    for match in _TOKEN.finditer(view.clean):
        if match[0] != "\n":
            words.append(match[0])
            places.append(view.place(*match.span()))
        if words and (match[0] in _SENTENCE_ENDS or len(words) == _LONGEST):
            yield Sentence(words, places)
            words, places = [], []
    if words:
        yield Sentence(words, places)


@lru_cache(maxsize=200_000)
def _shape(word: str, lists: Words) -> tuple[str, ...]:
    """What a word shows by itself: its ends, its length, the lists that have it with and without a proclitic."""
    shown = [f"w={word}", f"n={min(len(word), 8)}"]
    shown += [f"p{size}={word[:size]}" for size in (1, 2, 3) if len(word) > size]
    shown += [f"s{size}={word[-size:]}" for size in (1, 2, 3) if len(word) > size]
    for name in ("verbs", "titles", "cues", "players", "relatives", "houses", "fields", "heads"):
        if word in getattr(lists, name):
            shown.append(f"in={name}")
        if word[0] in "وفبلك" and word[1:] in getattr(lists, name):
            shown.append(f"behind={name}")
    return (*shown, f"k={_kind(word, lists)}")


@lru_cache(maxsize=200_000)
def _kind(word: str, lists: Words) -> str:
    kind: str = kind_of(word, lists)
    if word[0] in "وفبلك" and len(word) > 3 and kind == "unknown":
        kind += "+" + kind_of(word[1:], lists)
    return kind


def features(words: Sequence[str], lists: Words) -> list[list[str]]:
    """Return the features of each word: its own, its neighbours' up to two words away, and runs of kinds."""
    padded = ["<", "<", *words, ">", ">"]
    kinds = ["<", "<", *(_kind(word, lists) for word in words), ">", ">"]
    found = []
    for at, word in enumerate(words):
        p2, p1, _, n1, n2 = padded[at : at + 5]
        k2, k1, k0, m1, m2 = kinds[at : at + 5]
        found.append(
            [
                *_shape(word, lists),
                *(f"-1{each}" for each in (_shape(p1, lists) if p1 != "<" else ("<",))),
                f"+1w={n1}",
                f"+1s={n1[-2:]}",
                f"-2w={p2}",
                f"+2w={n2}",
                f"-1+0={p1}|{word}",
                f"k={k1}|{k0}",
                f"k={k0}|{m1}",
                f"k={k1}|{k0}|{m1}",
                f"k={k2}|{k1}|{k0}",
                f"k={k0}|{m1}|{m2}",
            ]
        )
    return found


class Crf:
    """A CRF over words; its spans are whole words, proclitics included."""

    def __init__(self, lists: Words, examples: Iterable[tuple[Sequence[str], Sequence[str]]]) -> None:
        """Learn from sentences' words and their tags (O, B-PERS, I-PERS, B-ORG, I-ORG)."""
        import pycrfsuite  # no dependency; main() says so when it is missing

        self._lists = lists
        trainer: Any = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
        self.words = 0
        for words, tags in examples:
            trainer.append(features(words, lists), tags)
            self.words += len(words)
        trainer.set_params({"c1": 0.05, "c2": 0.01, "max_iterations": _ITERATIONS, "feature.minfreq": 2})
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model"
            trainer.train(str(path))
            # The tagger reads the model where it lies, and does not keep it.
            self._model = path.read_bytes()
        self.size = len(self._model)
        self._tagger: Any = pycrfsuite.Tagger()
        self._tagger.open_inmemory(self._model)

    def find(self, text: str) -> list[Span]:
        """Return the spans of a text, each with the least probability of its words."""
        found = []
        for words, places in sentences(text):
            self._tagger.set(features(words, self._lists))
            tags = self._tagger.tag()
            begin = 0
            for at, tag in enumerate(tags):
                kind = tag[2:]
                if not kind:
                    continue
                if tag[0] == "B" or tags[at - 1][2:] != kind:
                    begin = at
                if at + 1 == len(tags) or tags[at + 1] != f"I-{kind}":
                    chance = min(
                        self._tagger.marginal(f"B-{kind}", each) + self._tagger.marginal(f"I-{kind}", each)
                        for each in range(begin, at + 1)
                    )
                    found.append(Span(kind, places[begin][0], places[at][1], chance))
        return found

    def chance(self, text: str, spans: Sequence[Span]) -> list[float]:
        """Return the probability that each span's words are of its kind: the least of its words."""
        found = dict.fromkeys(spans, 1.0)
        for words, places in sentences(text):
            inside = [
                (span, [at for at, (start, end) in enumerate(places) if start < span.end and span.start < end])
                for span in spans
            ]
            if any(numbers for _, numbers in inside):
                self._tagger.set(features(words, self._lists))
                for span, numbers in inside:
                    for at in numbers:
                        chance = sum(self._tagger.marginal(f"{each}-{span.kind}", at) for each in "BI")
                        found[span] = min(found[span], chance)
        return [found[span] for span in spans]


def by_rules(tagger: Tagger, text: str) -> list[Span]:
    """Return what the rules find in a text."""
    return [
        Span("PERS" if actor.type == "person" else "ORG", m.start, m.end, actor.score, actor.known)
        for actor in tagger.tag("", text).actors
        for m in actor.mentions
    ]


def silver(tagger: Tagger, texts: Iterable[str]) -> Iterator[tuple[list[str], list[str]]]:
    """Yield sentences with the rules' tags; those without any are left out, but for one in four."""
    for text in texts:
        spans = sorted(by_rules(tagger, text), key=lambda span: span.start)
        for number, (words, places) in enumerate(sentences(text)):
            tags = ["O"] * len(words)
            for span in spans:
                prefix = "B"
                for at, (start, end) in enumerate(places):
                    if start < span.end and span.start < end and tags[at] == "O":
                        tags[at] = f"{prefix}-{span.kind}"
                        prefix = "I"
            if number % 4 == 0 or any(tag != "O" for tag in tags):
                yield words, tags


def gold(blocks: Iterable[Annotated]) -> Iterator[tuple[list[str], list[str]]]:
    """Yield the words of ANERcorp's sentences with their tags."""
    for text, told in blocks:
        for words, places in sentences(text):
            tags = ["O"] * len(words)
            for kind, spans in told.items():
                for begin, stop in spans:
                    inside = [at for at, (start, end) in enumerate(places) if start < stop and begin < end]
                    for at in inside:
                        tags[at] = f"{'B' if at == inside[0] else 'I'}-{kind}"
            yield words, tags


def _added(rules: list[Span], others: list[Span], least: float) -> list[Span]:
    extra = [
        span
        for span in others
        if span.chance >= least and not any(span.start < each.end and each.start < span.end for each in rules)
    ]
    return rules + extra


def _kept(rules: list[Span], chances: Sequence[float], least: float) -> list[Span]:
    return [
        span
        for span, chance in zip(rules, chances, strict=True)
        if span.known or span.kind != "PERS" or chance >= least
    ]


class Score:
    """The people of each labelled article: right, wrong, missed; and of those that the lexicon lacks found, missed."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.articles: list[tuple[int, int, int]] = []
        self.unlisted = [0, 0]

    def add(self, each: Labelled, tags: Sequence[Told], listed: Sequence[list[str]]) -> None:
        """Count one article; ``listed`` are the words of the mentions that the lexicon has."""
        wrong, found = compared(each, tags)
        people = [(label, best) for label, best in found if label["type"] == "person"]
        right = sum(best is not None for _, best in people)
        self.articles.append((right, len(wrong), len(people) - right))
        for label, best in people:
            words = words_of(label["surface"] or "")
            if not any(fits(m, words) for m in listed):
                self.unlisted[best is None] += 1

    def f1(self, drawn: Iterable[int] | None = None) -> float:
        """Return F1 of all articles, or of those drawn."""
        chosen = self.articles if drawn is None else [self.articles[at] for at in drawn]
        return Counts.f1(*(sum(each[at] for each in chosen) for at in range(3)))

    def row(self, base: Score) -> list[str]:
        """Return P, R, F1, the difference to another's F1 with its interval, recall of the unlisted."""
        right, wrong, missed = (sum(each[at] for each in self.articles) for at in range(3))
        shown = [right / (right + wrong or 1), right / (right + missed or 1), self.f1()]
        rng = random.Random(0)  # noqa: S311 (a sample, the same each time)
        size = len(self.articles)
        draws = [rng.choices(range(size), k=size) for _ in range(_DRAWS)]
        gains = sorted(self.f1(drawn) - base.f1(drawn) for drawn in draws)
        low, high = gains[_DRAWS // 40], gains[-_DRAWS // 40]
        gain = "" if self is base else f"{self.f1() - base.f1():+.3f} ({low:+.3f} to {high:+.3f})"
        return [*(f"{each:.3f}" for each in shown), gain, f"{self.unlisted[0] / (sum(self.unlisted) or 1):.3f}"]


def methods(tagger: Tagger, crf: Crf, text: str) -> dict[str, list[Span]]:
    """Return what each method finds in a text."""
    rules, others = by_rules(tagger, text), crf.find(text)
    chances = crf.chance(text, rules)
    found = {"rules": rules, "CRF": others}
    found |= {f"rules, CRF's people from {least}": _added(rules, _people(others), least) for least in _ADDED_FROM}
    found |= {f"rules, CRF's veto below {least}": _kept(rules, chances, least) for least in _VETO_BELOW}
    return found


def _people(spans: Iterable[Span]) -> list[Span]:
    return [span for span in spans if span.kind == "PERS"]


def people(console: Console, tagger: Tagger, crf: Crf, articles: Sequence[Labelled], title: str) -> None:
    """Print how people are found in the labelled articles."""
    scores: dict[str, Score] = {}
    for each in articles:
        # The rules read the title apart; one text for all keeps the spans comparable.
        text = f"{each.title}\n{each.text}"
        for name, spans in methods(tagger, crf, text).items():
            listed = [words_of(text[span.start : span.end]) for span in by_rules(tagger, text) if span.known]
            scores.setdefault(name, Score()).add(each, grouped(text, [span[:3] for span in spans]), listed)
    table = Table("method", "P", "R", "F1", "F1 over the rules'", "recall of the unlisted", title=title)
    for name, score in scores.items():
        table.add_row(name, *score.row(scores["rules"]))
    console.print(table)


def spans(
    console: Console,
    tagger: Tagger,
    parts: Sequence[tuple[Crf, Sequence[Annotated]]],
    title: str,
) -> None:
    """Print exact spans of ANERcorp, each part asked of its own CRF."""
    counts: dict[str, dict[str, list[int]]] = {}
    for crf, blocks in parts:
        for text, told_spans in blocks:
            for name, found in methods(tagger, crf, text).items():
                for kind, theirs in told_spans.items():
                    mine = {whole_words(text, span.start, span.end) for span in found if span.kind == kind}
                    count = counts.setdefault(name, {}).setdefault(kind, [0, 0, 0])
                    for at, number in enumerate((len(mine & theirs), len(mine - theirs), len(theirs - mine))):
                        count[at] += number
    table = Table("method", "PERS P", "R", "F1", "ORG P", "R", "F1", title=title)
    for name, kinds in counts.items():
        row = []
        for right, wrong, missed in (kinds["PERS"], kinds["ORG"]):
            row += [right / (right + wrong or 1), right / (right + missed or 1), Counts.f1(right, wrong, missed)]
        table.add_row(name, *(f"{each:.3f}" for each in row))
    console.print(table)


def speed(console: Console, tagger: Tagger, crf: Crf, texts: Sequence[str]) -> None:
    """Print words and articles a second of the CRF, and articles of the rules, interleaved."""
    spent = {"CRF": 0.0, "rules": 0.0}
    number = 0
    for text in texts:
        for name, run in (("CRF", crf.find), ("rules", lambda each: tagger.tag("", each))):
            started = time.perf_counter()
            run(text)
            spent[name] += time.perf_counter() - started
        number += len(text.split())
    both = len(texts) / sum(spent.values())
    console.print(
        f"CRF: {number / spent['CRF']:,.0f} words/s, {len(texts) / spent['CRF']:,.0f} articles/s; "
        f"rules {len(texts) / spent['rules']:,.0f}, both {both:,.0f} articles/s; model {crf.size / 1e6:.1f} MB"
    )


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder with ant_dev.jsonl.gz and saudi_dev.jsonl.gz")
    parser.add_argument("--train", type=int, default=700, help="articles of each file to learn from (700)")
    parser.add_argument("--gold", action="store_true", help="learn from ANERcorp as well")
    parser.add_argument("--show", type=int, default=0, help="people to show that only the CRF found")
    options = parser.parse_args()
    console = Console(width=150)
    if find_spec("pycrfsuite") is None:
        console.print("python-crfsuite is not installed: nothing to compare with (pip install python-crfsuite)")
        return 2
    tagger = Tagger(load())
    lists = tagger.lexicon.words
    path = options.data / "ant_dev.jsonl.gz"
    articles = labelled(options.data, options.data / "labels" / "tags_dev.jsonl")
    ids = {each.id for each in articles}
    files = [path, options.data / "saudi_dev.jsonl.gz"]
    halves: list[list[str]] = [[], []]
    for file in files:
        texts = [f"{each['title']}\n{each['text']}" for each in read(file) if each["document_id"] not in ids]
        step = max(2, len(texts) // options.train)
        halves[0] += islice(texts[0::step], options.train)
        halves[1] += islice(texts[1::step], options.train)
    blocks = list(read_spans(options.data / "anercorp_train.txt"))
    crf = Crf(lists, silver(tagger, halves[0]))
    console.print(f"silver labels: {len(halves[0]):,} articles, {crf.words:,} words")
    people(console, tagger, crf, articles, f"people of {len(articles)} articles, silver labels")
    spans(console, tagger, [(crf, blocks)], "spans of ANERcorp, silver labels")
    speed(console, tagger, crf, halves[1][:500])
    if options.gold:
        parts = [(Crf(lists, gold(blocks[1 - at :: 2])), blocks[at::2]) for at in range(2)]
        spans(console, tagger, parts, "spans of ANERcorp, each half learned from the other")
        people(
            console, tagger, Crf(lists, gold(blocks)), articles, f"people of {len(articles)} articles, ANERcorp learned"
        )
    if options.show:
        show(console, tagger, crf, halves[1], options.show)
    return 0


def show(console: Console, tagger: Tagger, crf: Crf, texts: Sequence[str], most: int) -> None:
    """Print the first person of an article that only the CRF found, with some words around."""
    shown = 0
    for text in texts:
        rules = by_rules(tagger, text)
        for span in _added(rules, _people(crf.find(text)), 0.5)[len(rules) :][:1]:
            before, behind = text[max(0, span.start - 45) : span.start], text[span.end : span.end + 35]
            console.print(
                f"{span.chance:.2f} …{before}[[{text[span.start : span.end]}]]{behind}…".replace("\n", " "),
                markup=False,
            )
            shown += 1
        if shown >= most:
            return


if __name__ == "__main__":
    sys.exit(main())
