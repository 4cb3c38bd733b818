"""What a line takes up of the page above it, and where it turns to something else: evidence that needs the whole page.

Each function returns, for each line of a page, a list of names of evidence (see :mod:`workers.pages.evidence`), and
takes time linear in the number of lines.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING

from workers.lexicon.names import is_place
from workers.pages.labels import ENDS, Sort

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workers.pages.evidence import Looks
    from workers.pages.lines import Line

__all__ = ["runs", "shared", "summaries", "tails", "threads", "turn_of", "turns"]

_SHARES = (0.001, 0.15, 0.3, 0.5, 0.75)
_COUNTS = (1, 2, 3, 5)
_TOPIC = 6
_AHEAD = 3
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
_MARKS = (
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
_OPENS = "opens="
_OPEN_STEP = 7


def _step(name: str, value: float, bounds: Sequence[float]) -> str:
    return f"{name}={bisect_right(bounds, value)}"


def tails(lines: Sequence[Line], looks: Sequence[Looks]) -> list[list[str]]:
    """Say of lines below the first mark that ends an article how many paragraphs stand between."""
    told: list[list[str]] = []
    ended = begun = False
    since = 0
    for line, each in zip(lines, looks, strict=True):
        shown = []
        if ended:
            shown.append(_step("tail paragraph" if each.paragraph else "tail line", since, _COUNTS))
            since += each.paragraph
        told.append(shown)
        begun = begun or each.paragraph
        ended = ended or (begun and (each.sort in ENDS or line.ends))
    return told


def summaries(lines: Sequence[Line], looks: Sequence[Looks]) -> list[list[str]]:
    """Say of the lines below a label of a summary, and of those below a list's points, how they stand to them."""
    told: list[list[str]] = []
    distance = -1
    listed = False
    for line, each in zip(lines, looks, strict=True):
        shown = []
        kind = "point" if line.bullet else "paragraph" if each.paragraph else "line"
        if 0 <= distance < _SUMMARY_LINES:
            shown.append(f"below a summary label, {kind}")
            shown.append(_step(f"summary label above, {kind}", distance, (1, 2, 4)))
            distance += 1
        if listed and each.paragraph and not line.bullet:
            shown.append("first below points")
        listed = bool(line.bullet) and each.paragraph
        told.append(shown)
        labelled = each.sort is Sort.SUMMARY or any(name.startswith("phrase=summary") for name in each.shown)
        if labelled and not each.paragraph and each.words <= _SUMMARY_WORDS:
            distance = 0
        elif distance >= 0 and each.paragraph and not line.bullet:
            distance = -1
    return told


def turn_of(folded: str) -> str:
    """Return how a folded paragraph turns: to another matter, part, field of news or place; empty when it does not."""
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
    """Say how paragraphs turn away from those above, alone and with how alike the page's paragraphs are (``strange``).

    Of headlines it says whether a verb of the present stands among their first words.
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
            elif any(name.startswith("opens with a verb") for name in each.shown):
                kind = "verb"
            if strange:
                shown.append(f"{strange}, {kind or 'other'}")
        elif each.headline:
            words = each.folded.split()[1:5]
            shown += [f"verb at {at}" for at, word in enumerate(words, 2) if _PRESENT.match(word)][:1]
        told.append(shown)
    return told


def runs(looks: Sequence[Looks]) -> list[list[str]]:
    """Say of each line how many paragraphs stand between the headlines above and below it, and how headlines stand.

    A headline also says which it is among those between two paragraphs.
    """
    count = len(looks)
    heads = [each.headline and each.sort is Sort.TEXT for each in looks]
    above, below = [0] * count, [0] * count
    run = 0
    for number in range(count):
        above[number] = run
        run = 0 if heads[number] else run + looks[number].paragraph
    run = 0
    for number in range(count - 1, -1, -1):
        below[number] = run
        run = 0 if heads[number] else run + looks[number].paragraph
    told: list[list[str]] = []
    group: list[int] = []
    for number, each in enumerate(looks):
        shown = [f"runs {bisect_right(_COUNTS, above[number])} {bisect_right(_COUNTS, below[number])}"]
        told.append(shown)
        if not each.paragraph:
            around = [
                "none" if not 0 <= at < count else "text" if looks[at].paragraph else "head" if heads[at] else "short"
                for at in (number - 1, number + 1)
            ]
            size = bisect_right((2, 4, 7, 13), each.words)
            shown.append(f"between {around[0]} and {around[1]}")
            shown.append(f"between {around[0]} and {around[1]}, {size}")
        if each.paragraph or number == count - 1:
            group += [number] if heads[number] else []
            for rank, at in enumerate(group):
                place = "first" if not rank else "last" if rank == len(group) - 1 else "middle"
                told[at].append(f"headline {place} of {bisect_right((2, 3, 6), len(group))}")
            group = []
        elif heads[number]:
            group.append(number)
    return told


def threads(looks: Sequence[Looks], stems: Sequence[frozenset[str]], best: Sequence[str]) -> list[list[str]]:
    """Say of the lines below the first paragraph what they and the paragraphs below them take up.

    Measured is the share of the words of the page's likest headline (``best``, see evidence), of the six words said in
    most paragraphs above, and of the words of this text that were said twice above.
    """
    told: list[list[str]] = [[] for _ in looks]
    paragraphs = [number for number, each in enumerate(looks) if each.paragraph]
    if len(paragraphs) < 2:
        return told
    title = next(
        (stems[number] for number, said in enumerate(best) if said in ("only headline", "likest headline of several")),
        frozenset[str](),
    )
    seen: dict[str, int] = {}
    at = 0
    for number, each in enumerate(looks):
        while at < len(paragraphs) and paragraphs[at] < number:
            for stem in stems[paragraphs[at]]:
                seen[stem] = seen.get(stem, 0) + 1
            at += 1
        if not at or not (each.paragraph or each.headline) or at == len(paragraphs):
            continue
        ahead = frozenset[str]().union(*(stems[below] for below in paragraphs[at : at + _AHEAD]))
        if title:
            told[number].append(_step("page title below", len(title & ahead) / len(title), _SHARES))
        topic = sorted((-times, stem) for stem, times in seen.items() if times > 1)[:_TOPIC]
        if topic:
            kept = sum(stem in ahead for _, stem in topic) / len(topic)
            told[number].append(_step("topic below", kept, _SHARES))
            if each.headline:
                told[number].append(_step("topic below the headline", kept, _SHARES))
        own = stems[number]
        if own:
            twice = sum(seen.get(stem, 0) > 1 for stem in own) / len(own)
            told[number].append(_step("said twice above", twice, (0.001, 0.08, 0.16, 0.3, 0.5)))
    return told


def shared(looks: Sequence[Looks], evidence: Sequence[Sequence[str]]) -> list[list[str]]:
    """Say of each paragraph and headline which of its marks most others of its kind have too, and which it lacks.

    Items of a digest look alike: each with its city, its sign, its headline. ``evidence`` is that of the lines so far.
    """
    told: list[list[str]] = [[] for _ in looks]
    paragraphs = [number for number, each in enumerate(looks) if each.paragraph]
    heads = [number for number, each in enumerate(looks) if each.headline and each.sort is Sort.TEXT]
    for group in (paragraphs, heads):
        if len(group) < 2:
            continue
        marks = {number: {name for name in evidence[number] if name.startswith(_MARKS)} for number in group}
        counts = Counter(mark for own in marks.values() for mark in own)
        steps = {mark: bisect_right(_MARK_SHARES, count / len(group)) for mark, count in counts.items()}
        common = {mark for mark, count in counts.items() if count / len(group) >= _COMMON}
        for number, own in marks.items():
            told[number] += [f"{mark} shared={steps[mark]}" for mark in own]
            told[number] += [f"lacks {mark}" for mark in common - own]
    _open_too(paragraphs, evidence, told)
    return told


def _open_too(paragraphs: Sequence[int], evidence: Sequence[Sequence[str]], told: list[list[str]]) -> None:
    """Say of each paragraph how many others read as openings of articles, beside how much it does itself."""
    opens = [next((int(name[6:]) for name in evidence[n] if name.startswith(_OPENS)), -1) for n in paragraphs[1:]]
    if len(opens) < 2:
        return
    leads = sum(step >= _OPEN_STEP for step in opens)
    for number, step in zip(paragraphs[1:], opens, strict=True):
        others = bisect_right(_MARK_SHARES, (leads - (step >= _OPEN_STEP)) / (len(opens) - 1))
        told[number] += [f"others open={others}", f"opens={step}, others={others}"]
