"""What each line of a page shows: its looks, its place, what it repeats, how alike its words are to those around it.

Each piece of evidence is a short name (``len=4``, ``label=SOURCE``, ``next lead alike=3``); what it is worth for each
role is learned (:mod:`workers.pages.roles`). No evidence decides alone. Numbers become a few steps, so that one name
stands for one step. Everything is linear in the length of the page: what a line is compared with is bounded.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from workers.lexicon.names import is_agency, is_listed, is_outlet, is_person, is_place
from workers.pages.labels import ENDS, Sort
from workers.pages.openings import Reading, lead_score, read_lead
from workers.pages.passages import runs, shared, summaries, tails, threads, turns
from workers.pages.phrases import phrases_in, words_of
from workers.pages.sections import sections
from workers.pages.steps import Beginning, scale
from workers.text.dates import find_date, is_hijri_line
from workers.text.fold import fold_all, fold_text
from workers.text.words import (
    alike,
    carries_on,
    contents,
    first_of_same,
    joins_on,
    opening_words,
    takes_up,
    which_end_open,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workers.pages.lines import Line
    from workers.text.words import Content

__all__ = ["Looks", "gather", "look_at"]

_HEAD = 260
_PARAGRAPH_WORDS = 22
_SENTENCE_WORDS = 7
_DATE_WORDS = 12
_NAME_WORDS = 6
_TITLE_WORDS = range(3, 25)
_COMPARED = 600
_LOOK_BELOW = 12
_NO_STEMS: frozenset[str] = frozenset()

_LENGTHS = (4, 9, 15, 25, 40, 60, 85, 120, 200, 400)
_WORDS = (1, 2, 3, 4, 6, 9, 13, 18, 25, 40)
_SHARES = (0.001, 0.12, 0.25, 0.4, 0.6, 0.8)
_COUNTS = (1, 2, 3, 5)
_SCORES = (-12.0, -9.0, -7.0, -5.5, -4.0, -3.0, -2.0, -1.0, 0.0, 1.5, 3.0)
_PLACES = (1, 2, 3, 5, 8, 15)

_FINAL = {
    ".": "stop",
    "؟": "question",
    "?": "question",
    "!": "question",
    "…": "dots",
    ":": "colon",
    "،": "comma",
    ",": "comma",
    "؛": "comma",
    ")": "bracket",
    "]": "bracket",
    "»": "quote",
    '"': "quote",
    "”": "quote",
    "|": "sign",
    "-": "sign",
    "–": "sign",
    "»)": "quote",
}
# A sentence may go on behind these.
_OPEN = frozenset(("letter", "comma", "digit", "quote", "bracket", "sign"))
_CLOSERS = "\"'»”’)] "
_SENTENCES = re.compile(r"[.؟!](?=\s|$)")
_GAPS = re.compile(r"\S[ \u00a0]{3,}\S")
_LATIN = re.compile(r"[A-Za-z]+")
_ARABIC = re.compile("[\u0620-\u064a]")
_ARABIC_LINES = 3
_LATIN_LETTER = re.compile(r"[A-Za-z ]")
_POINTS = re.compile(r"\s[-–•]\s(?=\S)")
_DIGITS = re.compile(r"\d")


# Signs, figures, Latin letters: what a plain line of Arabic has none of.
_SPECIAL = re.compile("[!-~©«»›“…：\u0660-\u0669\u2600-\u27bf\U0001f300-\U0001faff]")


class _Sign(NamedTuple):
    """What a line may have, and what it needs for it, the cheapest to look for first: one of these letters (none, where
    it can do without), one of these stretches, a pattern (none, where a stretch is the sign).
    """

    said: str
    letters: frozenset[str]
    needs: tuple[str, ...]
    pattern: re.Pattern[str] | None


def _sign(name: str, needs: str, pattern: str | None = None) -> _Sign:
    letters = [_SPECIAL.search(need) for need in needs.split()]
    known = frozenset(found[0] for found in letters if found) if all(letters) else frozenset()
    searched = None if pattern is None else re.compile(pattern, re.IGNORECASE)
    return _Sign(f"has {name}", known, tuple(needs.split()), searched)


_DIGIT_SIGNS = "0123456789\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669"
# A name, stretches of which a line with the sign has at least one, a pattern if they do not suffice.
_SIGNS = (
    _sign("pipe", "|"),
    _sign("address", ":// www. .com t.co twitter", r"https?://|www\.|\.com\b|t\.co/|pic\.twitter"),
    _sign("at", "@"),
    _sign("rights", "© (c) (C)", r"©|\(c\)"),
    _sign("code", "{ } () ); =[ = < & function var", r"[{}]|\(\)|\);|=\s?\[|\bfunction\b|\bvar\b|</?\w|&\w{2,6};"),
    _sign("image", "![ ]( .jp .png .webp .gif", r"!\[|\.(?:jpe?g|png|webp|gif)\b|\[\]\("),
    _sign("hash", "#"),
    _sign("way", "» › > / \\", r"»|›|\s>\s|\s/\s|\\"),
    _sign("clock", ":", r"\d{1,2}:\d\d"),
    _sign("ago", "منذ قبل ago", r"منذ|قبل \d|\bago\b"),
    _sign("more", ".. …", r"(?:\.\.\.|…|\.\.)\s*(?:ال)?(?:مزيد|تفاصيل)"),
    _sign("bracketed", "( [", r"^[(\[][^()]*[)\]]\.?$"),
    _sign("year", "19 20 \u0661\u0669 \u0662\u0660", r"\b(?:19|20)\d\d\b"),
    _sign("colon", ": ："),
    _sign("quote", '" « “'),
    _sign("two dots", "..", r"\.\.(?!\.)\s"),
)
_LETTERS_OF_SIGNS = frozenset[str]().union(*(sign.letters for sign in _SIGNS))


@lru_cache(maxsize=1024)
def _possible(letters: frozenset[str]) -> tuple[_Sign, ...]:
    """The signs that a text may have which has these of their letters."""
    return tuple(sign for sign in _SIGNS if not sign.letters or not sign.letters.isdisjoint(letters))


_GLUED_CLOCK = re.compile(r"\d{1,2}:\d\d[^\W\d_]")
_BRACKETED_END = re.compile(r"\([^()]{2,40}\)\s*[|.]?$")
_LIST_OF_WORDS = re.compile(r"^[^.؟!:]+(?:[,،|][^.؟!:,،|]{2,30}){2,}$")
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")
_FIRST_EMOJI = "\u2600"
_INITIALS = re.compile(r"^[^\W\d_]{1,2}(?:[ ./][^\W\d_]{1,2}){1,6}\.?$")
_ASCII_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_ANY_DIGIT = frozenset(_DIGIT_SIGNS)
_DASHES = frozenset("-–—ـ")
# What ends a sentence, and what parts a list, among special letters.
_STOPS, _BARS = frozenset(".!:"), frozenset(",|")
# A lead says when; a caption says where somebody stands; a headline in the present; verbs that open a lead. Folded.
_WHEN_WORDS = frozenset(fold_text("الأحد الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت اليوم أمس").split())
_WHEN = re.compile(rf"\b(?:{'|'.join(sorted(_WHEN_WORDS))})\b")
_SAYS_TEXT = """
    قال قالت قالوا اعلن اعلنت اكد اكدت ذكر ذكرت افاد افادت كشف كشفت اوضح اوضحت اضاف اضافت اشار اشارت حذر حذرت نفي نفت
    دعا دعت طالب طالبت بحث بحثت التقي التقت استقبل وصل وصلت شهد شهدت قتل قتلت لقي اصيب سجل سجلت وقع وقعت اعربت اعرب
    رحب رحبت ادان ادانت اتهم اتهمت قرر قررت وافق وافقت فاز فازت حقق حققت بدا بدات انطلق انطلقت اختتم عقد عقدت اطلق
    اطلقت تسلم نشر نشرت يعتزم تعتزم يواصل تواصل واصل واصلت ارتفع ارتفعت تراجع تراجعت انخفض خفض رفع رفعت صوت اقر اقرت
    توفي توفيت دشن افتتح نفذ نفذت القي القت ضبط ضبطت تمكن تمكنت ناقش ناقشت شدد شددت راي رات يري تري علم نقل نقلت كتب
    صدر صدرت تداول حصل حصلت تبحث يبحث ابلغ قدم قدمت زار تقدم حل حلت عاد عادت دخل دخلت
"""
_SAYS = frozenset(fold_text(_SAYS_TEXT).split())
_OPENING_SIGNS = {
    **dict.fromkeys("،,؛.)]", "opens inside a sentence"),
    **dict.fromkeys('"«“', "opens with a quotation"),
    "#": "opens with a hash",
}
_PASSIVE = re.compile(r"^(?:ت[^\W\d_]{3,5}|[^\W\d_]{3,5}ت|ي[^\W\d_]{3,5}|است[^\W\d_]{2,5})$")


_length, _word_count = scale("len", _LENGTHS), scale("words", _WORDS)
_sentence_count, _point_count, _gap_count = (scale(name, _COUNTS) for name in ("sentences", "points", "gaps"))
_latin_share, _digit_share = scale("latin", (0.15, 0.4, 0.7)), scale("digits", (0.08, 0.2, 0.4))
_ENDING = {final: f"final={final}" for final in (*_FINAL.values(), "dots", "digit", "letter")}
# By the sort: an enum's own name takes long to look up.
_NAME = {sort: sort.name for sort in Sort}
_READ_AS_TEXT = ("TEXT", "SUMMARY", "POINT")


@dataclass(slots=True)
class Looks:
    """What a line looks like by itself. ``paragraph`` says that it reads as one or more sentences of a text."""

    text: str
    folded: str
    words: int
    final: str
    paragraph: bool
    headline: bool
    sort: Sort
    label: str
    date: bool
    shown: list[str]
    goes_on: bool = False

    @property
    def may_head(self) -> bool:
        """Whether it looks like a headline and no list knows it as furniture."""
        return self.headline and self.label == "TEXT"


def look_at(lines: Sequence[Line]) -> list[Looks]:
    """Return what each line shows by itself; constant time for each beyond 260 code points."""
    folded = fold_all([line.text[:_HEAD] for line in lines])
    return list(map(_looks_of, lines, folded, words_of(folded)))


def _looks_of(line: Line, folded: str, said: list[str]) -> Looks:
    """What a line shows, of which the head is given folded, and the words of that."""
    text = line.text
    length = len(text)
    head = text[:_HEAD]
    words = len(head.split()) if length <= _HEAD else length // 6
    final = _final_of(text)
    label = _NAME[line.sort]
    paragraph = _reads_as_text(label, words, final)
    headline = not paragraph and final != "stop" and words in _TITLE_WORDS
    shown = [_length(length), _word_count(words), _ENDING[final], f"label={label}"]
    date = line.date is not None
    if paragraph:
        _paragraph_looks(text, head, shown)
    if length <= _HEAD:
        date = _short_looks(line, words, shown) or date
    else:
        _long_looks(text, final, shown)
    on = _opening_of(folded, said, shown)
    shown += [f"phrase={each}" for each in phrases_in(said)]
    _parts_of(line, shown)
    return Looks(text, folded, words, final, paragraph, headline, line.sort, label, date, shown, on)


def _reads_as_text(label: str, words: int, final: str) -> bool:
    """Whether a line is a paragraph: long, or a sentence with its full stop."""
    return label in _READ_AS_TEXT and (words >= _PARAGRAPH_WORDS or (words >= _SENTENCE_WORDS and final == "stop"))


def _paragraph_looks(text: str, head: str, shown: list[str]) -> None:
    """Add what only paragraphs are looked at for."""
    shown.append("paragraph")
    shown.append(_sentence_count(len(_SENTENCES.findall(head))))
    if _has_dash(text) and (points := len(_POINTS.findall(text, 0, 2000))):
        shown.append(_point_count(points))
    if head[:40].isascii() and len(_LATIN_LETTER.findall(head)) > 0.6 * len(head):
        shown.append("latin paragraph")


def _long_looks(text: str, final: str, shown: list[str]) -> None:
    """Add what only lines of more than 260 code points are looked at for."""
    if ("   " in text or "\u00a0" in text) and (gaps := len(_GAPS.findall(text[:1000]))):
        shown.append(_gap_count(gaps))
    if final == "stop" and len(text) > 400:
        shown.append("long text")


def _has_dash(text: str) -> bool:
    return " - " in text or " – " in text or " • " in text


def _final_of(text: str) -> str:
    last = text[-1]
    if text.endswith(("..", "…")):
        return "dots"
    if last in _CLOSERS:
        bare = text.rstrip(_CLOSERS)
        if bare and bare[-1] in ".؟!" and not bare.endswith(".."):
            return "stop" if bare[-1] == "." else "question"
    return _FINAL.get(last) or ("digit" if last.isdigit() else "letter")


def _short_looks(line: Line, words: int, shown: list[str]) -> bool:
    """Add what only short lines are looked at for; returns whether the line states a date."""
    text = line.text
    special = frozenset(_SPECIAL.findall(text))
    digits = _shares_in(text, special, shown) if special else 0
    _signs_in(text, special, shown)
    _ends_of(text, words, special, shown)
    if special and max(special) >= _FIRST_EMOJI and _EMOJI.search(text):
        shown.append("has emoji")
    if "   " in text and (gaps := len(_GAPS.findall(text))) > 0:
        shown.append(_gap_count(gaps))
    if words <= _NAME_WORDS:
        _names_in(text, shown)
    return digits > 0 and words <= _DATE_WORDS and line.date is None and _states_date(text, shown)


def _shares_in(text: str, special: frozenset[str], shown: list[str]) -> int:
    """Add which share of a short text is Latin, and which is figures; returns the number of figures."""
    if not _ASCII_LETTERS.isdisjoint(special):
        shown.append(_latin_share(sum(map(len, _LATIN.findall(text))) / len(text)))
    if _ANY_DIGIT.isdisjoint(special):
        return 0
    digits = len(_DIGITS.findall(text))
    if digits:
        shown.append(_digit_share(digits / len(text)))
    return digits


def _signs_in(text: str, special: frozenset[str], shown: list[str]) -> None:
    """Add the signs of a text that has these special letters."""
    for said, _, needs, pattern in _possible(special & _LETTERS_OF_SIGNS):
        for need in needs:
            if need in text:
                if pattern is None or pattern.search(text):
                    shown.append(said)
                break


def _states_date(text: str, shown: list[str]) -> bool:
    """Whether a short line has a date among its words."""
    if find_date(text):
        shown.append("states a date")
        return True
    if is_hijri_line(text):
        shown.append("hijri")
    return False


def _ends_of(text: str, words: int, special: frozenset[str], shown: list[str]) -> None:
    """Add what stands at a short line's end, and which shape it has as a whole."""
    last = text.rstrip(" |.")[-1:]
    if last == ")" and _BRACKETED_END.search(text):
        shown.append("has bracketed end")
    elif last in _DASHES:
        shown.append("has dash end")
    if words <= _NAME_WORDS and _INITIALS.match(text):
        shown.append("has slash initials")
    if _may_list(text, special) and _LIST_OF_WORDS.match(text):
        shown.append("has list of words")
    if ":" in special and _GLUED_CLOCK.search(text):
        shown.append("has digit glued")


def _may_list(text: str, special: frozenset[str]) -> bool:
    """A cheap test that each list of words passes: it has a comma or bar, and nothing that ends a sentence."""
    return special.isdisjoint(_STOPS) and "؟" not in text and ("،" in text or not special.isdisjoint(_BARS))


def _names_in(text: str, shown: list[str]) -> None:
    """Add whose name a line is."""
    if is_person(text):
        shown.append("is person")
    if not is_listed(text):
        return
    if is_place(text):
        shown.append("is place")
    if is_agency(text):
        shown.append("is agency")
    if is_outlet(text, beside_place=True):
        shown.append("is outlet")


def _opening_of(folded: str, words: list[str], shown: list[str]) -> bool:
    """Add how a line opens, and whether it says when; returns whether it goes on from the one above."""
    first = (folded.split(maxsplit=1) or ("",))[0]
    bare = first.strip("\"'«“”():،*")
    if bare in _SAYS:
        shown.append("opens with a verb of news")
    elif _PASSIVE.match(bare):
        shown.append("opens like a verb")
    goes_on = _goes_on(opening_words(folded), bare, shown)
    sign = first[:1]
    if sign in _OPENING_SIGNS:
        shown.append(_OPENING_SIGNS[sign])
    elif sign.isdecimal():
        shown.append("opens with a figure")
    if not _WHEN_WORDS.isdisjoint(words) and _WHEN.search(folded):
        shown.append("says when")
    return goes_on


def _goes_on(opening: tuple[str, ...], bare: str, shown: list[str]) -> bool:
    """Add whether a line's first words go on from the line above; ``bare`` is the first without the signs around."""
    if takes_up(opening):
        shown.append("goes on")
        return True
    if not joins_on(opening):
        return False
    shown.append("opens with and")
    if bare[1:] in _SAYS:
        shown.append("opens with and a verb of news")
    return True


def _parts_of(line: Line, shown: list[str]) -> None:
    """Add what was peeled off a line, and what else is known of it from that."""
    if line.bullet:
        shown.append("bullet=figure" if line.bullet.isdigit() else f"bullet={line.bullet}")
    shown += [f"behind a {part.role}" for part in line.before]
    shown += [f"before a {part.role}" for part in line.behind]
    if line.ends:
        shown.append("ends an article")
    if line.dateline:
        shown.append("dateline of an agency" if line.dateline.agency else "dateline")
    if line.wrapped:
        shown.append("wrapped")


# Over the page --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Page:
    """The lines of a page with what is known of all of them; a paragraph's place is its number among paragraphs."""

    lines: Sequence[Line]
    looks: list[Looks]
    contents: list[Content]
    stems: list[frozenset[str]]
    next_paragraph: list[int]
    last_paragraph: list[int]
    #: How many paragraphs stand above each line.
    place: list[int]
    group_start: list[int]
    group_end: list[int]
    paragraphs: list[int]
    #: The stems of three paragraphs, from each place on, and of the three above it.
    three_from: list[frozenset[str]]
    three_to: list[frozenset[str]]
    same_above: list[int]
    same_below: list[int]
    single_spaced: bool
    #: What the neighbours of each line are told of it, its label first; which lines end open (no paragraph behind a
    #: full stop does); which carry on from the one above.
    told: list[list[str]]
    ends_open: list[bool]
    carries_on: list[bool]

    def is_cut(self, number: int) -> bool:
        """Whether a sentence was cut between a line and the one below."""
        return self.ends_open[number] or self.carries_on[number + 1]

    def read(self, number: int) -> Reading:
        """A line with what its words mean."""
        return Reading(self.looks[number].text, self.contents[number])

    def read_all(self, numbers: Sequence[int]) -> list[Reading]:
        """Lines with what their words mean."""
        return [self.read(number) for number in numbers]


def _survey(lines: Sequence[Line]) -> _Page:
    looks = look_at(lines)
    _settle_script(looks)
    meant = contents([_compared_text(each) for each in looks])
    stems = [each.stems for each in meant]
    paragraphs = [number for number, each in enumerate(looks) if each.paragraph]
    return _Page(
        lines,
        looks,
        meant,
        stems,
        *_paragraphs_around(looks),
        paragraphs,
        *_in_threes([stems[number] for number in paragraphs]),
        *_said_twice(looks),
        _is_single_spaced([lines[number].gap for number in paragraphs[1:]]),
        list(map(_told_of, lines, looks)),
        which_end_open([_open_text(each) for each in looks]),
        [carries_on(each.text) for each in looks],
    )


def _compared_text(looks: Looks) -> str:
    """The text of a paragraph, and of a line that may be a headline; only these are compared with others."""
    return looks.text if looks.paragraph or looks.words in _TITLE_WORDS else ""


def _open_text(looks: Looks) -> str:
    """The text of a line that may end in the middle of a sentence: a paragraph with a full stop does not."""
    return "" if looks.paragraph and looks.final not in _OPEN else looks.text


def _settle_script(looks: Sequence[Looks]) -> None:
    """On an Arabic page a paragraph in another script is none: it is a caption, a post or an interface's."""
    foreign = [each for each in looks if each.paragraph and "latin paragraph" in each.shown]
    if foreign and sum(_ARABIC.search(each.text[:20]) is not None for each in looks) >= _ARABIC_LINES:
        for each in foreign:
            each.paragraph = False


def _in_threes(stems: Sequence[frozenset[str]]) -> tuple[list[frozenset[str]], list[frozenset[str]]]:
    """The stems of three paragraphs: from each place on, and above each place."""
    three_from = [_NO_STEMS.union(*stems[at : at + 3]) for at in range(len(stems) + 1)]
    return three_from, [*(_NO_STEMS.union(*stems[:at]) for at in range(3)), *three_from]


def _is_single_spaced(gaps: Sequence[bool]) -> bool:
    """Whether few paragraphs have a gap above."""
    return sum(gaps) <= len(gaps) * 0.3


def _paragraphs_around(looks: Sequence[Looks]) -> tuple[list[int], list[int], list[int], list[int], list[int]]:
    """For each line: the next and the last paragraph (-1: none), how many stand above, its group's first and last line.

    A group is what stands between two paragraphs; the first line of a paragraph's own is the one below it.
    """
    count = len(looks)
    following, above, place = [-1] * count, [-1] * count, [0] * count
    group_start, group_end = [0] * count, [0] * count
    last, passed = -1, 0
    for number, each in enumerate(looks):
        above[number], place[number] = last, passed
        if each.paragraph:
            last, passed = number, passed + 1
        group_start[number] = last + 1
    last = -1
    for number in range(count - 1, -1, -1):
        following[number] = last
        if looks[number].paragraph:
            last = number
        group_end[number] = last - 1 if last >= 0 else count - 1
    return following, above, place, group_start, group_end


def _said_twice(looks: Sequence[Looks]) -> tuple[list[int], list[int]]:
    """For each line the last one above and the next one below that say the same; -1 where there is none."""
    same_above, same_below = [-1] * len(looks), [-1] * len(looks)
    seen: dict[int, int] = {}
    for number, same in enumerate(first_of_same([each.folded for each in looks])):
        earlier = seen.get(same, -1)
        if earlier >= 0:
            same_above[number], same_below[earlier] = earlier, number
        seen[same] = number
    return same_above, same_below


_words_beside = scale("words", (2, 4, 7, 13))
_TOLD = Beginning("phrase=", "opens", "goes on")


def _told_of(line: Line, looks: Looks) -> list[str]:
    """What a line's neighbours are told of it."""
    told = [
        f"label={looks.label}",
        "paragraph" if looks.paragraph else _words_beside(looks.words),
        _ENDING[looks.final],
    ]
    if looks.date:
        told.append("date")
    if line.bullet:
        told.append("bullet")
    told += _TOLD.among(looks.shown)
    if line.ends:
        told.append("ends an article")
    told += [f"before a {part.role}" for part in line.behind]
    return told


def gather(lines: Sequence[Line], *, titled: bool = False) -> tuple[list[list[str]], list[Looks]]:
    """Return the evidence of each line, and its looks; linear in the length of the page.

    ``titled`` says that the document gave its title apart, so that the page opens with it.
    """
    page = _survey(lines)
    page_facts = _page_evidence(page, titled=titled)
    evidence = []
    best = _best_titles(page)
    strange = next((each for each in page_facts if each.startswith("page strange")), "")
    passages = [
        _labels_above(page),
        _cohesion(page),
        tails(lines, page.looks),
        summaries(lines, page.looks),
        turns(page.looks, strange),
        runs(page.looks),
        threads(page.looks, page.stems, page.three_from, best),
        sections(page.looks, page.stems, best),
    ]
    for number, looks in enumerate(page.looks):
        shown = ["always", *looks.shown, *page_facts]
        _place(page, number, shown)
        _neighbours(page, number, shown)
        _repeats(page, number, shown)
        if looks.paragraph:
            _paragraph_words(page, number, shown)
        elif looks.words in _TITLE_WORDS:
            _headline_words(page, number, shown)
            if best[number]:
                shown.append(best[number])
        for told_of_lines in passages:
            shown += told_of_lines[number]
        _joint(page, number, shown)
        evidence.append(shown)
    for shown, told in zip(evidence, shared(page.looks, page.paragraphs, evidence), strict=True):
        shown.extend(told)
    return evidence, page.looks


_paragraph_count, _cut_share = scale("page paragraphs", (1, 2, 3, 5, 8)), scale("page cut", (0.01, 0.34, 0.67))
_strange_share, _going_share = (scale(name, (0.01, 0.2, 0.4, 0.7)) for name in ("page strange", "page goes on"))
_parted_share = scale("page parted", (0.01, 0.34, 0.67, 0.95))


def _page_evidence(page: _Page, *, titled: bool) -> list[str]:
    shown = [_paragraph_count(len(page.paragraphs))]
    if titled:
        shown.append("title given")
    if page.single_spaced:
        shown.append("single spaced")
    if len(page.paragraphs) >= 3:
        cut = sum(page.looks[number].final != "stop" for number in page.paragraphs)
        shown.append(_cut_share(cut / len(page.paragraphs)))
        strange = sum(
            len(page.stems[first] & page.stems[second]) < 2 for first, second in pairwise(page.paragraphs[:60])
        )
        shown.append(_strange_share(strange / (min(len(page.paragraphs), 60) - 1)))
        going = sum(page.looks[number].goes_on for number in page.paragraphs[1:60])
        shown.append(_going_share(going / (min(len(page.paragraphs), 60) - 1)))
        alone = sum(second - first > 1 for first, second in pairwise(page.paragraphs))
        shown.append(_parted_share(alone / (len(page.paragraphs) - 1)))
    return shown


_top, _bottom, _group = (scale(name, _PLACES) for name in ("top", "bottom", "group"))
_lead_below, _text_above, _paragraph_above = (
    scale(name, (2, 3, 4, 6, 10)) for name in ("lead below", "text above", "paragraph above")
)


def _place(page: _Page, number: int, shown: list[str]) -> None:
    line, looks = page.lines[number], page.looks[number]
    count = len(page.lines)
    shown.append(_top(number))
    shown.append(_bottom(count - 1 - number))
    gap_below = number + 1 < count and page.lines[number + 1].gap
    gap = ("gap above" if line.gap else "no gap above") + (", below" if gap_below else "")
    shown.append(gap)
    if page.single_spaced and line.gap:
        shown.append("set off")
        if looks.paragraph:
            shown.append("paragraph set off")
    if line.ruled:
        shown.append("rule above")
    if looks.paragraph:
        _place_of_paragraph(page, number, shown)
    else:
        _place_of_short(page, number, shown)


def _place_of_paragraph(page: _Page, number: int, shown: list[str]) -> None:
    below, above = page.next_paragraph[number], page.last_paragraph[number]
    shown.append("first paragraph" if above < 0 else "last paragraph" if below < 0 else "inner paragraph")
    if above >= 0:
        shown.append(_paragraph_above(number - above))


def _place_of_short(page: _Page, number: int, shown: list[str]) -> None:
    below, above = page.next_paragraph[number], page.last_paragraph[number]
    shown.append("before the text" if above < 0 else "after the text" if below < 0 else "amid the text")
    shown.append(_group(page.group_end[number] - page.group_start[number]))
    if below >= 0:
        shown.append(_lead_below(below - number))
    if above >= 0:
        shown.append(_text_above(number - above))


_cohesion_share = scale("cohesion", (0.04, 0.07, 0.1, 0.14, 0.19, 0.25, 0.33))
_valley = scale("valley", (0.001, 0.05, 0.1, 0.17, 0.25, 0.35))
_against_the_page = scale("against the page", (-0.15, -0.08, -0.03, 0.03, 0.08, 0.15))


def _cohesion(page: _Page) -> list[list[str]]:
    """For each line how much the three paragraphs above share with the three from there on, and how deep a valley.

    A line between two paragraphs is told what is told of the gap that it stands in.
    """
    paragraphs = page.paragraphs
    told: list[list[str]] = [[] for _ in page.lines]
    if len(paragraphs) < 2:
        return told
    worth = [0.0]
    for at in range(1, len(paragraphs)):
        above, below = page.three_to[at], page.three_from[at]
        worth.append(len(above & below) / max(min(len(above), len(below)), 1))
    mean, deepest = sum(worth[1:]) / (len(worth) - 1), min(worth[1:])
    for at in range(1, len(paragraphs)):
        around = max([*worth[max(at - 3, 1) : at], worth[at]]) + max([*worth[at + 1 : at + 4], worth[at]])
        depth = around - 2 * worth[at]
        shown = [
            _cohesion_share(worth[at]),
            _valley(depth),
            _against_the_page(worth[at] - mean),
        ]
        if worth[at] == deepest:
            shown.append("deepest gap")
        for number in range(paragraphs[at - 1] + 1, paragraphs[at] + 1):
            if page.looks[number].paragraph or page.looks[number].headline:
                told[number] = shown
    return told


class _Prefixed(dict[str, str]):
    """Names of evidence with a prefix; as many as there are names in :func:`_told_of`."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix

    def __missing__(self, name: str) -> str:
        found = self[name] = self._prefix + name
        return found


_ABOVE, _BELOW, _TWO_ABOVE, _TWO_BELOW = map(_Prefixed, ("-1 ", "+1 ", "-2 ", "+2 "))


def _neighbours(page: _Page, number: int, shown: list[str]) -> None:
    count = len(page.lines)
    shown += map(_ABOVE.__getitem__, page.told[number - 1]) if number else ("-1 none",)
    shown += map(_BELOW.__getitem__, page.told[number + 1]) if number + 1 < count else ("+1 none",)
    for prefixed, at in ((_TWO_ABOVE, number - 2), (_TWO_BELOW, number + 2)):
        if 0 <= at < count:
            shown.append(prefixed["paragraph" if page.looks[at].paragraph else page.told[at][0]])


def _repeats(page: _Page, number: int, shown: list[str]) -> None:
    above, below = page.same_above[number], page.same_below[number]
    looks = page.looks[number]
    if above >= 0:
        shown.append("same as the line above" if above == number - 1 else "same as a line above")
        if looks.headline:
            between = page.last_paragraph[number]
            shown.append("headline said above" if between < above else "headline said above the text")
    if below >= 0:
        shown.append("same as the line below" if below == number + 1 else "same as a line below")
        if looks.headline:
            between = page.next_paragraph[number]
            shown.append("headline said again" if not 0 <= between < below else "headline said again below the text")
    if not looks.paragraph and looks.words <= _TITLE_WORDS.stop:
        _contained(page, number, shown)


def _contained(page: _Page, number: int, shown: list[str]) -> None:
    """Whether a short line stands inside a line beside it, or holds it; a name, inside the texts around it."""
    looks = page.looks[number]
    text = looks.text
    count = len(page.lines)
    for name, at in (("next", number + 1), ("last", number - 1), ("next but one", number + 2)):
        if 0 <= at < count:
            other = page.looks[at].text
            if _stands_in(text, other) and len(other) < 400:
                shown.append(f"inside the {name} line")
            elif _stands_in(other, text):
                shown.append(f"holds the {name} line")
    if looks.words <= 5 and len(text) >= 4:
        _named(page, number, shown)


def _stands_in(text: str, other: str) -> bool:
    """Whether a line of eight letters or more is a part of a longer one."""
    return 8 <= len(text) < len(other) and text in other


def _named(page: _Page, number: int, shown: list[str]) -> None:
    """Whether the paragraphs around a short line say its words."""
    text = page.looks[number].text
    around = (("lead below", page.next_paragraph[number]), ("text above", page.last_paragraph[number]))
    shown += [f"in the {name}" for name, at in around if at >= 0 and text in page.looks[at].text[:_COMPARED]]


_lead_alike, _two_alike, _above_alike = (
    scale(name, _SHARES) for name in ("next lead alike", "next two alike", "texts above alike")
)
_words_in_lead = scale("words in the next lead", _COUNTS)
_turn = scale("turns to the text below", (-0.5, -0.2, -0.05, 0.05, 0.2, 0.5))
_lead_old, _second_old = (scale(name, (0.05, 0.1, 0.17, 0.25, 0.35)) for name in ("lead below old", "second below old"))


def _headline_words(page: _Page, number: int, shown: list[str]) -> None:
    """How alike a short line's words are to the paragraphs below and above."""
    own = page.stems[number]
    place = page.place[number]
    below = page.paragraphs[place : place + 2]
    new = 0.0
    if below and below[0] - number <= _LOOK_BELOW:
        lead, looks = page.stems[below[0]], page.looks[below[0]]
        new = alike(own, lead)
        shown.append(_lead_alike(new))
        shown.append(_words_in_lead(len(own & lead)))
        if len(below) > 1:
            shown.append(_two_alike(alike(own, lead | page.stems[below[1]])))
        if looks.goes_on:
            shown.append("next lead goes on")
        if looks.date or "says when" in looks.shown:
            shown.append("next lead says when")
    if place:
        above = page.three_to[place]
        old = alike(own, above)
        shown.append(_above_alike(old))
        if below:
            shown.append(_turn(new - old))
            shown.append(_lead_old(alike(page.stems[below[0]], above)))
            if len(below) > 1:
                shown.append(_second_old(alike(page.stems[below[1]], above)))


def _best_titles(page: _Page) -> list[str]:
    """For each short line whether its words are the likest to the paragraphs below among the lines of its group."""
    said = [""] * len(page.lines)
    number = 0
    while number < len(page.lines):
        if page.looks[number].paragraph:
            number += 1
            continue
        end = page.group_end[number]
        if end + 1 < len(page.lines):
            lead = page.stems[end + 1]
            first = max(number, end + 1 - 40)
            scores = {
                at: len(page.stems[at] & lead) + 0.5 * alike(page.stems[at], lead)
                for at in range(first, end + 1)
                if page.looks[at].may_head
            }
            best = max(scores.values(), default=0.0)
            candidates = len(scores)
            for at, score in scores.items():
                if best > 0 and score == best:
                    said[at] = "likest headline of several" if candidates > 1 else "only headline"
                else:
                    said[at] = "less like than another" if best > 0 else "no headline alike"
        number = end + 1
    return said


_LISTS = {sort.name: sort.name.lower() for sort in (Sort.RELATED, Sort.LINK, Sort.COMMENTS, Sort.TAGS)}
_ENDS = frozenset(sort.name for sort in ENDS)
_UNDER = {name: scale(f"under {name}", (2, 3, 6)) for name in _LISTS.values()}


def _labels_above(page: _Page) -> list[list[str]]:
    """For each line what labels stand above it in its group of short lines, or between it and the paragraph above."""
    found: list[list[str]] = []
    under = ""
    distance = 0
    ended = ""
    for number, looks in enumerate(page.looks):
        shown = []
        distance += 1
        if under:
            shown.append(f"under {under}")
            shown.append(_UNDER[under](distance))
        if ended:
            shown.append(f"below an end: {ended}" if looks.paragraph else f"after an end: {ended}")
        found.append(shown)
        if label := _list_label(looks):
            under, distance = label, 0
        elif looks.paragraph:
            under = ""
        if looks.label in _ENDS:
            ended = looks.label
        elif page.lines[number].ends:
            ended = "mark"
        elif looks.paragraph:
            ended = ""
    return found


def _list_label(looks: Looks) -> str:
    """Of what the line is the label, where a list may follow; empty for any other."""
    if looks.label in _LISTS:
        return _LISTS[looks.label]
    if "phrase=list/whole" in looks.shown:
        return "related"
    heads = not looks.paragraph and looks.words <= 5 and "phrase=list/head" in looks.shown
    return "related" if heads else ""


_next_alike, _last_alike = (scale(name, (0.03, 0.08, 0.15, 0.25, 0.4, 0.6)) for name in ("next alike", "last alike"))
_below_alike = scale("below alike", (0.08, 0.15, 0.25, 0.4, 0.55, 0.7))
_next_opening, _own_opening = (
    scale(name, (0.15, 0.3, 0.45, 0.6, 0.75)) for name in ("next opening in this", "opening in the last")
)
_shared_with_last = scale("shared with the last", _COUNTS)
_shared_above, _next_shared = (scale(name, (1, 2, 3, 4, 6)) for name in ("shared above", "shared above, next"))
_continues_old = scale("continues, old", (0.05, 0.1, 0.17, 0.25, 0.35))
# What an opening says that shares little with the paragraph above.
_STRANGE = {said: f"{said}, strange" for said in ("opens with a verb of news", "says when")}
_opens, _opens_directly = scale("opens", _SCORES), scale("opens directly", _SCORES)


def _paragraph_words(page: _Page, number: int, shown: list[str]) -> None:
    """How alike a paragraph's words are to those above and below, and whether its sentence was cut."""
    place = page.place[number]
    below = page.paragraphs[place + 1 : place + 4]
    if number and page.looks[number - 1].final in _OPEN and page.is_cut(number - 1):
        shown.append("carries on from above")
    if below:
        own = page.stems[number]
        shown.append(_next_alike(alike(own, page.stems[below[0]])))
        shown.append(_below_alike(alike(own, page.three_from[place + 1])))
        shown.append(_next_opening(alike(page.contents[below[0]].opening_stems, own)))
    if place:
        _words_above(page, number, below, shown)


def _words_above(page: _Page, number: int, below: Sequence[int], shown: list[str]) -> None:
    """How alike a paragraph's words are to those above; ``below`` are the next paragraphs."""
    looks, own, place = page.looks[number], page.stems[number], page.place[number]
    above = page.paragraphs[max(place - 4, 0) : place]
    last = page.stems[above[-1]]
    old = page.three_to[place] | page.stems[above[0]]
    shared, shared_above = len(own & last), len(own & old)
    size = len(own) or 1
    shown.append(_shared_with_last(shared))
    shown.append(_shared_above(shared_above))
    if below:
        shown.append(_next_shared(len(page.stems[below[0]] & old)))
    if shared < 2:
        shown += [_STRANGE[each] for each in looks.shown if each in _STRANGE]
    shown.append(_last_alike(shared / size))
    shown.append(_own_opening(alike(page.contents[number].opening_stems, last)))
    if looks.goes_on:
        shown.append("continues")
        shown.append(_continues_old(shared_above / size))
        return
    new = page.three_from[place + 1]
    score = lead_score(read_lead(page.read(number), page.read_all(below), page.read_all(above), new=new, old=old))
    shown.append(_opens(score))
    if number - above[-1] == 1:
        shown.append(_opens_directly(score))


_SIZES = (3, 6, 12, 24)


def _joint(page: _Page, number: int, shown: list[str]) -> None:
    """Evidence that counts together."""
    looks = page.looks[number]
    size = bisect_right(_SIZES, looks.words)
    below, above = page.next_paragraph[number], page.last_paragraph[number]
    place = "top" if above < 0 else "end" if below < 0 else "mid"
    shown.append(f"{place} {size} {looks.final}")
    shown.append(f"{place} {looks.label}")
    if not looks.paragraph:
        near = "" if below < 0 else " over the lead" if below - number == 1 else " near the lead"
        shown.append(f"{place} {size}{near}")
        _cut_short(page, number, place, shown)
    if looks.headline:
        shown.append(f"headline {place}")


def _cut_short(page: _Page, number: int, place: str, shown: list[str]) -> None:
    """Whether a short line is a part of the sentence above or below."""
    if number:
        last = page.looks[number - 1]
        if place != "end" and last.final in ("letter", "comma"):
            shown.append("below an open sentence" if last.paragraph else "below an open line")
        if last.final in _OPEN and page.is_cut(number - 1):
            shown.append("short, carries on from above")
    if number + 1 < len(page.lines) and page.is_cut(number):
        shown.append("short, breaks off")
