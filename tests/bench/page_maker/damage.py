"""What scrapers and sites do to a text, and how a text is shortened: all without a language model."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from tests.bench.page_maker.wording import pool

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

_FULL_STOP = re.compile(r"(?<=[.؟!])\s+")
_BRACKETS = re.compile(r"\s*\([^)]*\)")
_ENDS = ".،؛:؟!… "

_NAMED = re.compile(r"(?<= )(?:ال)?[\u0621-\u064a]{4,}(?= )")
# Words that some sites cut with a sign, for fear of filters.
_FEARED = re.compile(r"\b\w*(?:قتل|إسرائيل|حماس|حزب|إرهاب|الحوثي|داعش|انفجار|غزة|شهيد|الاحتلال)\w*\b")
_PAIR = re.compile(r"(?<= )ال[\u0621-\u064a]{3,} ال[\u0621-\u064a]{3,}(?= )")
_HAMZA = str.maketrans("أإآىة", "اااي" + "ه")
_JOINT = re.compile(r"(?<=[.؟!]) ")


@cache
def synonyms() -> dict[str, str]:
    """Pairs of words of news that say nearly the same, for summaries that are no copies."""
    return dict(wording[0].text.split("=") for wording in pool("synonym", "all"))


def sentences(paragraphs: Sequence[str]) -> list[str]:
    """The sentences of six words or more."""
    found = [each.strip() for text in paragraphs for each in _FULL_STOP.split(text)]
    return [each for each in found if len(each.split()) >= 6]


def condense(sentence: str, rng: random.Random, most: int = 28) -> str:
    """Shorten a sentence and put some of its words otherwise; it has no full stop at its end."""
    text = _BRACKETS.sub("", sentence).strip(_ENDS)
    clauses = text.split("،")
    kept = clauses[:1]
    for clause in clauses[1:]:
        if len(" ".join(kept).split()) < 8 or rng.random() < 0.4:
            kept.append(clause)
    words = "،".join(kept).split()
    if len(words) > most:
        words = words[: rng.randint(most * 2 // 3, most)]
    if len(words) > 6 and words[0].startswith("و") and len(words[0]) > 4:
        words[0] = words[0][1:]
    swapped = [synonyms().get(word, word) if rng.random() < 0.6 else word for word in words]
    return " ".join(swapped).strip(_ENDS)


def digest(paragraphs: Sequence[str], rng: random.Random, count: int) -> list[str]:
    """Sentences of a summary: the first and others in order, shortened, without full stops."""
    found = sentences(paragraphs) or [paragraphs[0]]
    others = sorted(rng.sample(range(1, len(found)), min(count - 1, len(found) - 1)))
    return [condense(found[at], rng) for at in (0, *others)]


def cut_short(text: str, rng: random.Random, least: int = 60, most: int = 320) -> str:
    """Cut a text inside a word or after one."""
    at = rng.randint(least, max(most, least + 1))
    if at >= len(text) - 10:
        at = max(len(text) * 2 // 3, 1)
    if rng.random() < 0.5:
        at = text.find(" ", at) if " " in text[at:] else at
    return text[:at].rstrip(" .،")


# Damage ---------------------------------------------------------------------------------------------------------------


def holes(text: str, rng: random.Random) -> str:
    """Linked names are gone: two spaces, or a space before a comma, stand where they were."""
    return _NAMED.sub(lambda found: "" if rng.random() < 0.05 else found[0], text)


def torn(text: str, rng: random.Random) -> str:
    """Words that mark-up tore: ``ال لبنان ي``."""

    def tear(found: re.Match[str]) -> str:
        word = found[0]
        return f"ال {word[2:-1]} {word[-1]}" if word.startswith("ال") and rng.random() < 0.08 else word

    return _NAMED.sub(tear, text)


def lost_spaces(text: str, rng: random.Random) -> str:
    """Some spaces are gone."""
    return "".join("" if sign == " " and rng.random() < 0.05 else sign for sign in text)


def bare_letters(text: str, rng: random.Random) -> str:
    """No hamza, no ta marbuta."""
    return text.translate(_HAMZA) if rng else text


def stretched(text: str, rng: random.Random) -> str:
    """Letters stretched by kashida."""
    return re.sub(
        r"(?<=[بتثجحخسشصضطظعغفقكلمنهي])(?=[\u0621-\u064a])", lambda _: "ـ" if rng.random() < 0.06 else "", text
    )


def feared(text: str, rng: random.Random) -> str:
    """Words cut by a sign."""
    sign = rng.choice(["/", "_", "."])

    def part(found: re.Match[str]) -> str:
        at = len(found[0]) // 2
        return found[0][:at] + sign + found[0][at:]

    return _FEARED.sub(part, text)


def wide(text: str, rng: random.Random) -> str:
    """Spaces that do not break, doubled spaces, a space before commas."""
    form = rng.choice([" ،", "  ", "\xa0"])
    return (
        text.replace("، " if form == " ،" else " ", form + " " if form == " ،" else form)
        if form != "  "
        else re.sub(r" ", lambda _: "  " if rng.random() < 0.04 else " ", text)
    )


def glued(text: str, rng: random.Random) -> str:
    """No space after some full stops."""
    return _JOINT.sub(lambda _: "" if rng.random() < 0.7 else " ", text)


def joined_names(text: str, rng: random.Random) -> str:
    """Neighbouring names joined by a low line, some of them made a hashtag."""

    def join(found: re.Match[str]) -> str:
        if rng.random() < 0.7:
            return found[0]
        return ("#" if rng.random() < 0.5 else "") + found[0].replace(" ", "_")

    return _PAIR.sub(join, text)


def entities(text: str, rng: random.Random) -> str:
    """Entities of HTML that nobody decoded."""
    return (
        text.replace('"', "&quot;")
        if '"' in text
        else re.sub(r" ", lambda _: "&nbsp;" if rng.random() < 0.03 else " ", text)
    )


def markdown(text: str, rng: random.Random) -> str:
    """Marks of bold and links left in."""
    return _NAMED.sub(
        lambda found: (
            rng.choice([f"**{found[0]}**", f"[{found[0]}](/tag/{rng.randint(1, 999)})"])
            if rng.random() < 0.02
            else found[0]
        ),
        text,
    )


#: Kinds of damage by split.
DAMAGE: dict[str, tuple[Callable[[str, random.Random], str], ...]] = {
    "train": (holes, glued, wide, torn, feared, joined_names),
    "held": (holes, lost_spaces, bare_letters, stretched, entities, markdown, glued),
}
DAMAGE["all"] = tuple(dict.fromkeys(DAMAGE["train"] + DAMAGE["held"]))
