"""What a line takes up of the page above it, and where it turns to something else: evidence that needs the whole page.

Each function returns, for each line of a page, a list of names of evidence (see :mod:`workers.pages.evidence`), and
takes time linear in the number of lines.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

from workers.lexicon.names import is_place
from workers.pages.labels import ENDS, Sort
from workers.pages.steps import Beginning, scale, steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workers.pages.evidence import Looks
    from workers.pages.lines import Line

__all__ = ["LIKEST", "runs", "shared", "summaries", "tails", "threads", "turn_of", "turns"]

_SHARES = (0.001, 0.15, 0.3, 0.5, 0.75)
_COUNTS = (1, 2, 3, 5)
_TOPIC = 6
_LONGEST_HEAD = 80
_SUMMARY_LINES = 8
_SUMMARY_WORDS = 8
# Folded: openings by which a bulletin goes to its next item, and by which an article goes to its next part.
_TURN = re.compile(
    r"و?(?:في|علي|من) (?:ال)?(?:سياق|شان|صعيد|خبر|موضوع|تطور|ملف|حادث|حادثه|قضيه|جانب|ناحيه|مكان|منطقه) (?P<to>\S+)"
    r"|و?(?P<part>اما|اخيرا|ختاما|الي ذلك|كذلك) "
    r"|و?(?P<field>[^\W\d_]{4,}ا)[،,] "
)
_OTHER = ("اخر", "اخري", "منفصل", "منفصله", "ثان", "ثانيه", "مغاير", "مختلف")
_IN_PLACE = re.compile(r"(?:اما )?و?(?:في|من) (?P<name>[^\W\d_]+(?: [^\W\d_]+)?)(?P<comma>[،,])?")
# A verb in the present, as headlines have them early: يعلن, تبحث.
_PRESENT = re.compile(r"[يت][^\W\d_]{3,}$")


# What is compared between the paragraphs of a page, and between its headlines.
_MARKS = Beginning(
    "bullet=",
    "behind a ",
    "before a ",
    "ends an article",
    "turns: ",
    "says when",
    "opens ",
    "opens=",
    "last alike=",
    "gap above",
    "no gap above",
    "runs ",
    "between ",
    "has bracketed end",
    "has colon",
    "final=",
    "-1 label=",
    "+1 label=",
    "page title below=",
)
_MARK_SHARES = (0.26, 0.5, 0.76, 0.99)
_COMMON = 0.6
_OPENS = Beginning("opens=")
_OPEN_STEP = 7
_FEWEST = 2
LIKEST = ("only headline", "likest headline of several")
"""Said of the line of several whose words are likest to the paragraph below (see evidence)."""
_NOTHING: frozenset[str] = frozenset()
_HEAD_WORDS = (2, 4, 7, 13)
_GROUP_SIZES = (2, 3, 6)


_KINDS = ("point", "paragraph", "line")
_tail_paragraph, _tail_line = scale("tail paragraph", _COUNTS), scale("tail line", _COUNTS)
_label_above = {kind: scale(f"summary label above, {kind}", (1, 2, 4)) for kind in _KINDS}
_title_below, _topic_below, _topic_below_headline = (
    scale(name, _SHARES) for name in ("page title below", "topic below", "topic below the headline")
)
_said_twice = scale("said twice above", (0.001, 0.08, 0.16, 0.3, 0.5))


def tails(lines: Sequence[Line], looks: Sequence[Looks]) -> list[list[str]]:
    """Return for lines below the first end mark (a source, tags, انتهى) how many paragraphs lie between."""
    told: list[list[str]] = []
    ended = begun = False
    since = 0
    for line, each in zip(lines, looks, strict=True):
        shown = []
        if ended:
            shown.append((_tail_paragraph if each.paragraph else _tail_line)(since))
            since += each.paragraph
        told.append(shown)
        begun = begun or each.paragraph
        ended = ended or (begun and (each.sort in ENDS or line.ends))
    return told


def summaries(lines: Sequence[Line], looks: Sequence[Looks]) -> list[list[str]]:
    """Return for lines below a summary's label how far below they are, and which paragraph comes right after points."""
    told: list[list[str]] = []
    distance = _SUMMARY_LINES
    listed = False
    for line, each in zip(lines, looks, strict=True):
        shown = []
        kind = "point" if line.bullet else "paragraph" if each.paragraph else "line"
        if distance < _SUMMARY_LINES:
            shown.append(f"below a summary label, {kind}")
            shown.append(_label_above[kind](distance))
        if listed and kind == "paragraph":
            shown.append("first below points")
        listed = bool(line.bullet) and each.paragraph
        told.append(shown)
        # The first paragraph that is no point is the summary, or the story: below it no label counts.
        distance = 0 if _labels_summary(each) else _SUMMARY_LINES if kind == "paragraph" else distance + 1
    return told


def _labels_summary(looks: Looks) -> bool:
    if looks.paragraph or looks.words > _SUMMARY_WORDS:
        return False
    return looks.sort is Sort.SUMMARY or any(name.startswith("phrase=summary") for name in looks.shown)


def turn_of(folded: str) -> str:
    """Return to what the first words of a folded paragraph change the subject, empty when they do not change it.

    To another matter (``other``), another side or part of this one, another field of news, or a place.
    """
    head = folded[:_LONGEST_HEAD]
    found = _TURN.match(head)
    if found:
        if found["to"]:
            return "other" if found["to"].strip("،,:") in _OTHER else "side"
        return "part" if found["part"] else "field"
    place = _IN_PLACE.match(head)
    if place:
        name = place["name"]
        known = is_place(name) or is_place(name.split()[0])
        return f"place{' comma' if place['comma'] else ''}" if known else "in"
    return ""


def turns(looks: Sequence[Looks], strange: str) -> list[list[str]]:
    """Return for paragraphs how they change the subject (:func:`turn_of`), also together with ``strange``.

    ``strange`` is the evidence of how many neighbouring paragraphs of the page share no words. For headlines: whether a
    verb in the present is among their first words.
    """
    told: list[list[str]] = []
    for each in looks:
        shown = []
        if each.paragraph:
            kind = turn_of(each.folded)
            if kind:
                shown.append(f"turns: {kind}")
            elif each.goes_on:
                kind = "goes on"
            elif "opens with a verb of news" in each.shown:
                kind = "verb"
            if strange:
                shown.append(f"{strange}, {kind or 'other'}")
        elif each.headline:
            words = each.folded.split()[1:5]
            shown += [f"verb at {at}" for at, word in enumerate(words, 2) if _PRESENT.match(word)][:1]
        told.append(shown)
    return told


def runs(looks: Sequence[Looks]) -> list[list[str]]:
    """Return for each line how many paragraphs separate it from the headlines above and below.

    Also for a short line what stands right above and below it, and for a headline which it is (first, middle, last) of
    those between two paragraphs.
    """
    heads = [each.may_head for each in looks]
    above = _since_head(looks, heads)
    below = _since_head(looks[::-1], heads[::-1])[::-1]
    told = [[f"runs {bisect_right(_COUNTS, a)} {bisect_right(_COUNTS, b)}"] for a, b in zip(above, below, strict=True)]
    kinds = ["none", *map(_kind, looks, heads), "none"]
    group: list[int] = []
    for number, each in enumerate(looks):
        if heads[number]:
            group.append(number)
        if each.paragraph:
            _rank(group, told)
            group = []
        else:
            around = f"between {kinds[number]} and {kinds[number + 2]}"
            told[number] += [around, f"{around}, {bisect_right(_HEAD_WORDS, each.words)}"]
    _rank(group, told)
    return told


def _since_head(looks: Sequence[Looks], heads: Sequence[bool]) -> list[int]:
    """How many paragraphs stand between each line and the last headline before it."""
    found = []
    run = 0
    for each, head in zip(looks, heads, strict=True):
        found.append(run)
        run = 0 if head else run + each.paragraph
    return found


def _kind(looks: Looks, head: bool) -> str:
    return "text" if looks.paragraph else "head" if head else "short"


def _rank(group: Sequence[int], told: list[list[str]]) -> None:
    """Say of headlines between two paragraphs which each is."""
    size = bisect_right(_GROUP_SIZES, len(group))
    for rank, at in enumerate(group):
        place = "first" if not rank else "last" if rank == len(group) - 1 else "middle"
        told[at].append(f"headline {place} of {size}")


class _Topic:
    """The stems of the paragraphs so far: how many say each that several do, and the six that most of them say."""

    def __init__(self) -> None:
        self.said: set[str] = set()
        self.times: dict[str, int] = {}
        self.most: list[tuple[int, str]] = []

    def add(self, stems: frozenset[str]) -> None:
        """Add a paragraph. A stem comes among the six only when it is said again: so the work is that of its stems."""
        again = stems & self.said
        self.said |= stems
        if again:
            times = self.times
            for stem in again:
                times[stem] = times.get(stem, 1) + 1
            found = again.union([stem for _, stem in self.most])
            self.most = sorted([(-times[stem], stem) for stem in found])[:_TOPIC]

    def kept(self, ahead: frozenset[str]) -> float:
        """Which share of the six stand in what comes."""
        return len([stem for _, stem in self.most if stem in ahead]) / len(self.most)

    def twice(self, own: frozenset[str]) -> float:
        """Which share of a text's stems were said twice."""
        return sum(map(self.times.__contains__, own)) / len(own)


def threads(
    looks: Sequence[Looks], stems: Sequence[frozenset[str]], ahead: Sequence[frozenset[str]], best: Sequence[str]
) -> list[list[str]]:
    """Return for lines below the first paragraph how much they, and the three paragraphs from there on, stay on topic.

    ``stems`` are those of each line, ``ahead`` those of the three paragraphs from each paragraph on (see evidence).
    Three shares: of the words of the page's best headline (``best`` says which, see evidence) that the paragraphs
    repeat; of the six words that most paragraphs above have; of the line's own words that two paragraphs above have.
    """
    told: list[list[str]] = [[] for _ in looks]
    title = next((stems[number] for number, said in enumerate(best) if said in LIKEST), _NOTHING)
    topic = _Topic()
    passed, paragraphs = 0, len(ahead) - 1
    for number, each in enumerate(looks):
        if passed and passed < paragraphs and (each.paragraph or each.headline):
            told[number] = _taken_up(title, topic, stems[number], ahead[passed], headline=each.headline)
        if each.paragraph:
            topic.add(stems[number])
            passed += 1
    return told


def _taken_up(
    title: frozenset[str], topic: _Topic, own: frozenset[str], ahead: frozenset[str], *, headline: bool
) -> list[str]:
    shown = []
    if title:
        shown.append(_title_below(len(title & ahead) / len(title)))
    kept = topic.kept(ahead) if topic.most else None
    if kept is not None:
        shown.append(_topic_below(kept))
    if own:
        shown.append(_said_twice(topic.twice(own)))
    if kept is not None and headline:
        shown.append(_topic_below_headline(kept))
    return shown


def shared(looks: Sequence[Looks], paragraphs: Sequence[int], evidence: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return for each paragraph and headline how many others have the same marks, and which common mark it lacks.

    A mark is evidence that items of a digest share: a city or a bullet before each, a headline above each. ``evidence``
    is what was found for each line so far.
    """
    told: list[list[str]] = [[] for _ in looks]
    _compare(paragraphs, evidence, told)
    _compare([number for number, each in enumerate(looks) if each.may_head], evidence, told)
    _open_too(paragraphs, evidence, told)
    return told


def _compare(group: Sequence[int], evidence: Sequence[Sequence[str]], told: list[list[str]]) -> None:
    """Say of lines of one kind which marks they share. In the order of the evidence: sums must not hang on a hash."""
    if len(group) < _FEWEST:
        return
    marks = [dict.fromkeys(_MARKS.among(evidence[number])) for number in group]
    counts = Counter(chain.from_iterable(marks))
    step_of = [bisect_right(_MARK_SHARES, count / len(group)) for count in range(len(group) + 1)]
    said = {mark: _shared_by(mark)[step_of[count]] for mark, count in counts.items()}
    common = [mark for mark, count in counts.items() if count / len(group) >= _COMMON]
    for number, own in zip(group, marks, strict=True):
        told[number] += map(said.__getitem__, own)
        told[number] += [_lacks(mark) for mark in common if mark not in own]


@cache
def _shared_by(mark: str) -> tuple[str, ...]:
    return steps(f"{mark} shared", len(_MARK_SHARES))


@cache
def _lacks(mark: str) -> str:
    return f"lacks {mark}"


def _open_too(paragraphs: Sequence[int], evidence: Sequence[Sequence[str]], told: list[list[str]]) -> None:
    """Say of each paragraph how many others read as openings of articles, beside how much it does itself."""
    opens = [_open_step(evidence[number]) for number in paragraphs[1:]]
    if len(opens) < _FEWEST:
        return
    leads = sum(step >= _OPEN_STEP for step in opens)
    for number, step in zip(paragraphs[1:], opens, strict=True):
        others = bisect_right(_MARK_SHARES, (leads - (step >= _OPEN_STEP)) / (len(opens) - 1))
        told[number] += [f"others open={others}", f"opens={step}, others={others}"]


def _open_step(shown: Sequence[str]) -> int:
    """How much a paragraph reads as the opening of an article, -1 when nothing was said of that."""
    name = next(_OPENS.among(shown), "")
    return int(name.partition("=")[2]) if name else -1
