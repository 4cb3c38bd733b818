"""Split a scraped page into its articles.

A page is read line by line. What marks an article off, strongest first: a line that ends one (source, tags, copyright
notice, an agency's mark), a short line over a paragraph where the topic shifts, a blank line on a page that has few, a
dateline that names an agency. What speaks against a boundary: words of the article above, a paragraph that opens with
"and" or "for his part", a very short line (a crosshead); :mod:`workers.text.openings` weighs them. Nothing but a known
label is dropped outside a list of links and above the first title, so that no news is lost where the page is odd.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from workers.text.datelines import Dateline, find_dateline
from workers.text.fold import fold_text
from workers.text.labels import ENDS, Sort, credited, notice_owner, source_name
from workers.text.lines import Line, leads, read_lines
from workers.text.offsets import Builder, Mapped, Run
from workers.text.openings import PARAGRAPHS_BELOW, heads, lead_score, read_lead, read_signals
from workers.text.words import breaks_off, content_stems, continues, first_sentence, goes_on, opens_with_and, share

if TYPE_CHECKING:
    from workers.text.dates import Dated

__all__ = ["Kind", "PageArticle", "split_page"]

Kind = Literal["story", "teaser", "summary"]

_NEWS = (Sort.TEXT, Sort.BULLET, Sort.SUMMARY, Sort.POINT)
# Lines that stand below a title and never below a crosshead.
_BELOW_TITLES = (Sort.DATE, Sort.BYLINE)
# A line above a paragraph that shares this much of its words is its headline rather than half of its sentence.
_OVERLAP_SHARE = 0.5
# What a paragraph's lead_score must pass, by what else speaks for an opening: see there what these find.
_LEAD_WITH_AGENCY = -4.0
_LEAD_BELOW_GAP = -3.0
_LEAD_AFTER_LINKS = -2.5
_LEAD_AFTER_END = -7.0
_LEAD_ALONE = 1.0
_LEAD_ALONE_AMONG_TITLES = 2.5
_LEAD_CERTAIN = 2.5
_LEAD_AMONG_OTHERS = 0.5
_READ_MORE_TEXT = """
    اقرا المزيد | المزيد | للمزيد | التفاصيل | تفاصيل | اقرا التفاصيل | تابع القراءه | اكمل القراءه | متابعه القراءه
    | اقرا الخبر | لمزيد من التفاصيل | التفاصيل كامله | اقرا المقال | read more | continue reading | more
"""
_READ_MORE = frozenset(phrase.strip() for phrase in _READ_MORE_TEXT.split("|"))
_OUTLET_BESIDE_TITLE = re.compile(r"\s*[|\-–—:«»]\s*([^|]{2,40})")
_LIST_NUMBER = re.compile(r"\(?\d{1,2}\s?[-–.):/]")
# Of each of the two texts below a lead this much is compared with the article above.
_FOLLOWING_HEAD = 300
# A page whose paragraphs have a blank line above in at most this share is single-spaced.
_GAPS_WHEN_SINGLE_SPACED = 0.3
_BYLINE_MOST_WORDS = 6
# A standfirst of four words says nothing; "name name - place", the commonest byline, has that many.
_BYLINE_MOST_WORDS_UNDER_TITLE = 4
# Readers write less.
_PARAGRAPH_AFTER_COMMENTS = 25
# After a line that ended an article, less is asked.
_OVERLAP_SHARE_AFTER_END = 0.25
# Crossheads are short: a mid-page headline has at least this many words.
_HEADLINE_LEAST_WORDS = 5
_LEAD_LEAST_WORDS = 12
_TEASER_MOST_WORDS = 90
# Two paragraphs of one story share more of their words than two teasers do.
_HANGS_TOGETHER_SHARE = 0.3
# Arabic news has 5.9 code points a word with its space; rounded down, so that fewer texts count as short.
_LETTERS_A_WORD = 5
# A standfirst and its byline may stand above the dateline.
_DATELINE_AMONG = 3
# Points and standfirsts are shorter.
_PARAGRAPH_LEAST_LETTERS = 200
# A lone headline with fewer words is a section's name.
_HEADLINE_ALONE_LEAST_WORDS = 4
_PUBLISHER_MOST_WORDS = 4
_LONGEST_SOURCE = 60
# Share of a summary's content words that its story has.
_SUMMARY_SHARE = 0.4
_STORY_HEAD = 600
_LINES_THAT_SHOW_SPACING = 8
# Lines of verse or of a list are shorter than headlines.
_VERSE_WORDS = 6


@dataclass(frozen=True, slots=True)
class PageArticle:
    """One article of a page. Offsets are code points of the body, ends exclusive."""

    kind: Kind
    title: str
    text: str
    title_map: tuple[Run, ...]
    text_map: tuple[Run, ...]
    span: tuple[int, int]
    publisher: str | None = None
    source: str | None = None
    dateline: str | None = None
    published: Dated | None = None
    summary_of: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def published_at(self) -> str | None:
        """The stated time in RFC 3339."""
        return None if self.published is None else self.published.moment.iso


@dataclass(slots=True)
class _Piece:
    """A stretch of the body that goes into a text, and what joins it to the one before."""

    start: int
    end: int
    joint: str = "\n"


@dataclass(slots=True)
class _Draft:
    """An article in the making.

    ``told`` says of a summary that a label or a collector's prefix calls it one, ``promotes`` that a link to more
    stands below its only paragraph; ``said`` are its paragraphs.
    """

    title: tuple[int, int] | None = None
    pieces: list[_Piece] = field(default_factory=list)
    source: str | None = None
    date: Dated | None = None
    kind: Kind | None = None
    after_end: bool = False
    set_off: bool = False
    closed: bool = False
    told: bool = False
    promotes: bool = False
    notes: list[str] = field(default_factory=list)
    said: set[str] = field(default_factory=set)
    has_paragraph: bool = False
    dateline: str | None = None

    def note(self, text: str) -> None:
        """Write down what was uncertain, once."""
        if text not in self.notes:
            self.notes.append(text)

    @property
    def start(self) -> int:
        return self.title[0] if self.title else self.pieces[0].start

    @property
    def text_start(self) -> int:
        return self.pieces[0].start if self.pieces else self.start

    @property
    def end(self) -> int:
        return self.pieces[-1].end if self.pieces else self.title[1] if self.title else 0


@dataclass(slots=True)
class _StatedDate:
    """A date line: labelled ones (published, updated) are the article's, others may be the page's."""

    date: Dated
    at: int
    labelled: bool


def _same_words(one: str, other: str) -> bool:
    return fold_text(one).split() == fold_text(other).split()


def _tells(lines: list[Line]) -> list[Line | None]:
    """For each line the next one that is news or ends an article; linear."""
    following: list[Line | None] = [None] * len(lines)
    below = None
    for index in range(len(lines) - 1, -1, -1):
        following[index] = below
        if lines[index].sort in _NEWS or lines[index].sort in ENDS:
            below = lines[index]
    return following


def _is_byline(line: Line) -> bool:
    """Whether a line between a title and its text is a name, a place or a desk: a standfirst has more words."""
    return not line.finished and len(line.text.split()) <= _BYLINE_MOST_WORDS_UNDER_TITLE and line.text[-1] not in "؟?!"


class _Splitter:
    """Goes through a page's lines once and collects drafts."""

    def __init__(
        self, body: str, lines: list[Line], *, title: tuple[int, int] | None, topic_threshold: float = _LEAD_ALONE
    ) -> None:
        self.topic_threshold = topic_threshold
        #: The highest score of a paragraph that nothing but its topic sets off.
        self.surest = float("-inf")
        self.body = body
        self.lines = lines
        self.next_text = leads(lines)
        self.next_telling = _tells(lines)
        # Paragraphs follow each other without blank lines: then a blank line sets something off.
        bodies = [line.gap for line in lines if line.body][1:]
        self.single_spaced = sum(bodies) <= len(bodies) * _GAPS_WHEN_SINGLE_SPACED
        self.drafts: list[_Draft] = []
        self.current: _Draft | None = None
        # The page gave title and text apart: its text is one story unless an end marker says otherwise.
        self.one_story = title is not None
        self.pending: list[Line] = []
        self.dates: list[_StatedDate] = []
        self.links = False
        self.publisher: str | None = None
        self.last: Line | None = None
        self.wants_source = False
        #: The line above asked the reader to follow, to subscribe, to open a link: what sites put below an article.
        self.prompted = False
        #: The line below one that was the same with an outlet's name.
        self.titled_twice = -1
        #: Inside readers' comments.
        self.comments = False
        #: An agency credited above the page's first paragraph.
        self.credit: str | None = None
        #: A dateline that stood there on a line of its own.
        self.bureau: str | None = None
        # The sentence of the last piece goes on in the next one.
        self.cut = False
        if title:
            self._open(_Draft(title))

    def run(self) -> None:
        for index, line in enumerate(self.lines):
            if self._is_comment(index, line):
                continue
            if line.sort is Sort.TEXT:
                self._text(index, line)
            elif line.sort is Sort.BULLET:
                self._bullet(index, line)
            elif line.sort is Sort.SUMMARY:
                self._summary(line)
            elif line.sort is Sort.POINT:
                self._point(index, line)
            else:
                self._boilerplate(index, line)
            if line.sort is Sort.PROMPT or line.sort in _NEWS:
                self.prompted = line.sort is Sort.PROMPT
            if line.ends_article and self.current and self.current.pieces:
                self.current.closed = True
                self.current.source = self.current.source or line.mark
        self._finish()

    def _is_comment(self, index: int, line: Line) -> bool:
        """Whether the line stands among readers' comments, which go on until a label or a headline over a paragraph."""
        if line.sort is Sort.COMMENTS:
            self._settle_pending()
            self.comments = self.current is not None and bool(self.current.pieces)
            return True
        if not self.comments:
            return False
        at = self._lead(index, line) if line.headline else index
        lead = self.lines[at] if at >= 0 else line
        paragraph = lead.body and lead.finished and len(lead.text.split()) >= _PARAGRAPH_AFTER_COMMENTS
        if paragraph or line.sort in ENDS or line.sort is Sort.RELATED:
            self.comments = False
            if self.current:
                self.current.closed = True
        return self.comments

    # Lines that are not news ------------------------------------------------------------------------------------------

    def _told(self, index: int, line: Line) -> None:
        """Take what a label tells: a date, a source, a publisher."""
        current = self.current
        if line.sort is Sort.DATE and line.date:
            if current and self._dates_what_is_above(current, index, line):
                current.date = line.date
            else:
                self.dates.append(_StatedDate(line.date, line.start, line.text[0].isalpha()))
        elif line.sort is Sort.SOURCE and current and current.pieces:
            value = source_name(self.body[line.value : line.end])
            current.source = value[:_LONGEST_SOURCE] or current.source
            self.wants_source = not value
        elif line.sort is Sort.CREDIT:
            self._credit(line)
        elif line.sort is Sort.NOTICE:
            self.publisher = self.publisher or notice_owner(line.text)

    def _boilerplate(self, index: int, line: Line) -> None:
        self._told(index, line)
        current = self.current
        if current and len(current.pieces) == 1 and fold_text(line.text).strip(" .…»<>") in _READ_MORE:
            current.closed = current.promotes = True
            return
        if self._stands_under_the_title(index):
            # Tags, credits and links to more stand there too; they end nothing.
            return
        if line.sort in ENDS:
            self._settle_pending()
            if self.current and self.current.pieces:
                self.current.closed = True
        elif line.sort is Sort.RELATED:
            self._settle_pending()
            self.links = self.current is not None

    def _dates_what_is_above(self, current: _Draft, index: int, line: Line) -> bool:
        """Whether a date stands right under an article's text, with space below it."""
        if not current.pieces or current.date is not None or line.gap or not self.single_spaced:
            return False
        return index + 1 == len(self.lines) or self.lines[index + 1].gap

    def _stands_under_the_title(self, index: int) -> bool:
        """Whether what the page has said so far is a title, and its text comes next."""
        titled = bool(self.pending) if self.current is None else not self.current.pieces and bool(self.current.title)
        if not titled:
            return False
        below = self.next_telling[index]
        return below is not None and below.sort is Sort.TEXT and below.body

    def _credit(self, line: Line) -> None:
        """A line with an agency's name alone credits the text around it."""
        agency, dateline = credited(line.text), find_dateline(line.text)
        bureau = dateline.text if dateline and dateline.place else None
        if self.current is None:
            self.credit, self.bureau = agency or self.credit, bureau or self.bureau
            return
        self.current.source = self.current.source or agency or None
        if not self.current.pieces:
            self.current.dateline = self.current.dateline or bureau

    def _bullet(self, index: int, line: Line) -> None:
        """A point of a list: a link under a label of links or after an article's end, else news like any other line."""
        if self.links:
            return
        if self.current and self.current.pieces and not (self.current.closed or self.prompted or line.ruled):
            self._append(line)
        elif line.body or self.prompted or line.ruled or self.current is None or not self.current.closed:
            self._text(index, line)

    def _summary(self, line: Line) -> None:
        if self.current and self.current.pieces and line.date is None and not line.labelled:
            # A list in the middle of a story.
            self._append(line)
            return
        self._title_above_summary()
        draft = _Draft(pieces=[_Piece(*point) for point in line.points], kind="summary", date=line.date)
        draft.told = line.labelled or line.date is not None
        self.drafts.append(draft)
        if self.current and self.current.pieces:
            # Spans do not overlap: what stands below the summary is another article.
            self.current, self.last, self.links = None, None, False

    def _point(self, index: int, line: Line) -> None:
        """A point on a line of its own: of the summary above the text, else of a list in a story."""
        if self.current and self.current.pieces:
            self._bullet(index, line)
            return
        if self.lines[index - 1].sort is not Sort.POINT:
            self._title_above_summary()
            self.drafts.append(_Draft(kind="summary", told=True))
        self.drafts[-1].pieces.append(_Piece(line.start, line.end))

    def _title_above_summary(self) -> None:
        """Let the headline above a machine summary wait for its story; headlines above that one are teasers."""
        headlines, self.pending = [line for line in self.pending if line.headline], []
        for line in headlines[:-1]:
            self.drafts.append(_Draft((line.start, line.end), kind="teaser", closed=True))
        for line in headlines[-1:]:
            self._open(_Draft((line.start, line.end)))

    # Lines of news ----------------------------------------------------------------------------------------------------

    def _text(self, index: int, line: Line) -> None:
        if self.wants_source and not line.body:
            self._late_source(line)
            return
        self.wants_source = False
        if self._is_title_with_outlet(index, line) or self._repeats_title(line) or self._repeats_paragraph(line):
            return
        current = self.current
        if line.body:
            self._body(index, line)
        elif current is None:
            self._before_text(line)
        elif current.closed or self.links:
            self._short_after_end(index, line)
        elif current.pieces and not self.one_story and self._opens_article(current, index, line):
            self._open(_Draft((line.start, line.end)))
        elif current.pieces or not _is_byline(line) or self._lead(index, line) < 0:
            self._append(line)
        else:
            current.note("a short line under the title was left out as a byline")

    def _late_source(self, line: Line) -> None:
        """The line below a bare source label is its value."""
        self.wants_source = False
        if self.current:
            self.current.source = line.text[:_LONGEST_SOURCE]

    def _repeats_title(self, line: Line) -> bool:
        """Whether the line is the title once more, above the text."""
        if line.body and not self.one_story:
            return False
        if self.current and self.current.title and not self.current.closed:
            return _same_words(self.body[slice(*self.current.title)], line.text)
        return self.current is None and any(_same_words(line.text, earlier.text) for earlier in self.pending[-2:])

    def _is_title_with_outlet(self, index: int, line: Line) -> bool:
        """Whether the line is the title below it with the outlet's name: what stands in a browser's title bar."""
        at = self.next_text[index]
        if line.body or at < 0 or not line.text.startswith(self.lines[at].text):
            return False
        outlet = _OUTLET_BESIDE_TITLE.fullmatch(line.text, len(self.lines[at].text))
        if outlet is None:
            return False
        self.publisher = self.publisher or outlet[1]
        self.titled_twice = at
        return True

    def _repeats_paragraph(self, line: Line) -> bool:
        """Whether the article has the same paragraph, letter for letter: a scraper's echo.

        A standfirst that the first paragraph repeats stays: it stands on the page as the outlet wrote it.
        """
        current = self.current
        if current is None or not line.body or len(current.pieces) < 2 or line.text not in current.said:
            return False
        current.note("a repeated paragraph was left out")
        return True

    def _before_text(self, line: Line) -> None:
        """A short line at the head of the page: its publisher, or a candidate for the title."""
        if line.text.endswith(":") and len(line.text.split()) <= _PUBLISHER_MOST_WORDS and not self.pending:
            self.publisher = self.publisher or line.text.rstrip(": ")
            return
        self.pending.append(line)

    def _body(self, index: int, line: Line) -> None:
        current = self.current
        if current is None:
            self._open_from_pending(line)
        elif (current.closed or self.links) and not self._goes_on(current, index, line):
            self._open(_Draft(after_end=True))
        elif current.pieces and not self.one_story and self._opened_by_gap(current, index, line):
            self._open(_Draft(set_off=True, notes=["opened by the blank line above alone"]))
        elif current.pieces and not self.one_story and self._opened_by_topic(current, index, line):
            self._open(_Draft(set_off=True, notes=["opened by its topic alone"]))
        elif current.pieces and self._agency_opens(current, index, line):
            self._open(_Draft(after_end=self.one_story, notes=["opened by its dateline alone"]))
        self.links = False
        self._append(line)

    def _goes_on(self, current: _Draft, index: int, line: Line) -> bool:
        """Whether a paragraph after an end marker, or after links, still belongs to the article above."""
        if not current.pieces and current.kind is None:
            return True
        if not current.pieces:
            return continues(line.text) or not current.closed
        score = self._lead_score(current, index, line)
        if current.closed:
            return continues(line.text) and score < _LEAD_AFTER_END
        # Only links stood between: the same article goes on unless it speaks of something else.
        return score < _LEAD_AFTER_LINKS

    def _lead_score(self, current: _Draft, index: int, line: Line) -> float:
        return lead_score(read_lead(line.text, self._paragraphs_below(index), self._texts_above(current)))

    def _paragraphs_below(self, index: int) -> list[str]:
        """The next paragraphs, or short lines where there are no more of them."""
        below: list[str] = []
        at = self.next_text[index]
        while at >= 0 and len(below) < PARAGRAPHS_BELOW:
            below.append(self.lines[at].text)
            at = self.next_text[at]
        return below

    def _texts_above(self, current: _Draft) -> list[str]:
        """The article so far: its title, its first and its last pieces."""
        pieces = current.pieces if len(current.pieces) <= 7 else current.pieces[:3] + current.pieces[-4:]
        texts = [self.body[piece.start : piece.end] for piece in pieces]
        return [self.body[slice(*current.title)], *texts] if current.title else texts

    def _opened_by_topic(self, current: _Draft, index: int, line: Line) -> bool:
        """Whether a paragraph with nothing that sets it off reads so clearly as another article's first that it is."""
        if self.last is None or not self.last.body or continues(line.text) or _LIST_NUMBER.match(line.text):
            return False
        score = self._lead_score(current, index, line)
        self.surest = max(self.surest, score)
        # Where one article has a headline, the others have too.
        titled = current.title is not None or self.drafts[0].title is not None
        return score > (max(self.topic_threshold, _LEAD_ALONE_AMONG_TITLES) if titled else self.topic_threshold)

    def _opened_by_gap(self, current: _Draft, index: int, line: Line) -> bool:
        """Whether a paragraph without a headline, set off by a blank line, reads as the first of another article."""
        if not self._set_off(line) or self.last is None or not self.last.body or _LIST_NUMBER.match(line.text):
            # What stands below a crosshead is that crosshead's, and a list goes on with its next number.
            return False
        return self._lead_score(current, index, line) > _LEAD_BELOW_GAP

    def _agency_opens(self, current: _Draft, index: int, line: Line) -> bool:
        """Whether a paragraph opens another article with an agency's dateline."""
        if self.one_story and (len(current.said) == 1 or not current.has_paragraph):
            # A standfirst, a byline under it or a list of points stands above the dateline of its own article.
            return False
        if len(current.pieces) == 1 and self.last is not None and not self.last.finished:
            return False
        dateline = find_dateline(line.text)
        return (
            dateline is not None
            and dateline.agency is not None
            and self._lead_score(current, index, line) > _LEAD_WITH_AGENCY
        )

    def _opens_article(self, current: _Draft, index: int, line: Line) -> bool:
        """Whether a short line in mid-page is the headline of another article."""
        if not line.headline or self.last is None:
            return False
        at = self._lead(index, line)
        if at < 0:
            return False
        lead = self.lines[at]
        if self.titled_twice == index or _same_words(self.lines[self.next_text[index]].text, line.text):
            # Only a title is said twice in a row: in the list of the page and over its own text.
            return True
        if self.lines[index + 1].sort in _BELOW_TITLES:
            return True
        if goes_on(line.text) or breaks_off(line.text, lead.text):
            # The first half of a sentence that was broken across lines.
            return False
        signals = read_signals(
            line.text, lead.text, self._below(at), self._words_above(current), after_paragraph=self.last.body
        )
        return heads(signals, set_off=self._set_off(line))

    def _below(self, lead: int) -> str:
        """The beginnings of the two texts below a lead."""
        first = self.next_text[lead]
        second = self.next_text[first] if first >= 0 else -1
        return " ".join(self.lines[at].text[:_FOLLOWING_HEAD] for at in (first, second) if at >= 0)

    def _set_off(self, line: Line) -> bool:
        """Whether more stands above than between two paragraphs: a gap on a page that has few, a rule, a prompt."""
        return line.ruled or self.prompted or (line.gap and self.single_spaced)

    def _words_above(self, current: _Draft) -> frozenset[str]:
        """Stems of the article so far: of its title, its first three and its last four pieces."""
        pieces = current.pieces if len(current.pieces) <= 7 else current.pieces[:3] + current.pieces[-4:]
        words = content_stems(self.body[slice(*current.title)]) if current.title else frozenset[str]()
        return words.union(*(content_stems(self.body[piece.start : piece.end]) for piece in pieces))

    def _short_after_end(self, index: int, line: Line) -> None:
        """A short line after an article's end: the next one's headline, a teaser, or a link."""
        if not line.headline:
            return
        at = self._lead(index, line)
        lead = self.lines[at] if at >= 0 else None
        # Under a label of links a headline must prove itself; after an article's end a paragraph below is enough.
        if (
            lead is not None
            and not continues(lead.text)
            and len(lead.text.split(maxsplit=_LEAD_LEAST_WORDS)) >= _LEAD_LEAST_WORDS
            and (not self.links or self._parts(index, line, lead))
        ):
            self._open(_Draft((line.start, line.end), after_end=True))
            return
        if not self.links and len(line.text.split()) >= _HEADLINE_ALONE_LEAST_WORDS:
            self._open(_Draft((line.start, line.end), after_end=True, closed=True, kind="teaser"))

    def _parts(self, index: int, line: Line, lead: Line) -> bool:
        """Whether a line under a label of links is the headline of the paragraph below, not one more link."""
        if self._overlap(line, lead)[1] >= _OVERLAP_SHARE_AFTER_END:
            return True
        current, below = self.current, self.next_text[index]
        if current is None or not current.pieces or self.lines[below] is not lead:
            # The line between is the headline, and this one a link above it.
            return False
        return self._lead_score(current, below, lead) > _LEAD_AFTER_LINKS

    @staticmethod
    def _overlap(headline: Line, lead: Line) -> tuple[int, float]:
        """How many, and which share, of the headline's content words come back in the lead's first sentence."""
        return share(headline.text, content_stems(first_sentence(lead.text)))

    def _lead(self, index: int, line: Line) -> int:
        """The paragraph that a headline stands over: the next text, past a copy of the headline or one short line.

        Returns its index, -1 when there is none.
        """
        at = self.next_text[index]
        for _ in range(3):
            if at < 0:
                return -1
            candidate = self.lines[at]
            if candidate.body:
                return at
            if len(candidate.text.split()) > _BYLINE_MOST_WORDS and not _same_words(candidate.text, line.text):
                return -1
            at = self.next_text[at]
        return -1

    # Drafts -----------------------------------------------------------------------------------------------------------

    def _open(self, draft: _Draft) -> None:
        self.current = draft
        self.drafts.append(draft)
        self.links = False
        self.last = None

    def _append(self, line: Line) -> None:
        current = self.current
        if current is None:
            return
        cut = self.cut or (self.last is not None and not self.last.finished and breaks_off(self.last.text, line.text))
        current.pieces.append(_Piece(line.start, line.end, " " if cut else "\n"))
        current.closed = self.cut = False
        if line.body:
            current.said.add(line.text)
            current.has_paragraph |= len(line.text) >= _PARAGRAPH_LEAST_LETTERS
        if line.wrapped:
            current.note("lines of one width were put together")
        current.date = current.date or line.date or self._take_date(current)
        self.last = line

    def _take_date(self, draft: _Draft) -> Dated | None:
        """The date that the lines above gave: a labelled one first, else the last one that is not the page's own."""
        dates, self.dates = self.dates, []
        if not dates:
            return None
        labelled = [stated for stated in dates if stated.labelled]
        own = labelled or [stated for stated in dates if draft.title is None or stated.at > draft.title[0]]
        if own:
            return own[0].date
        draft.note("published_at is the page's date line, above the title")
        return dates[-1].date

    def _open_from_pending(self, first: Line) -> None:
        """Open the page's first article: which of the short lines above its first paragraph is the title."""
        pending, self.pending = self.pending, []
        broken = bool(pending) and self._is_cut(pending[-1], first)
        candidates = [line for line in (pending[:-1] if broken else pending) if line.headline]
        draft = _Draft()
        if title := self._choose_title(candidates or pending[: len(pending) - broken][:1], first):
            draft.title = (title.start, title.end)
            if len(candidates) > 1:
                draft.note("the title is one of several short lines")
            # Above the title stand names of sections; below it a byline, or a standfirst that is news.
            pending = [line for line in pending if line.start > title.start]
            if any(map(_is_byline, pending)):
                draft.note("a short line under the title was left out as a byline")
                pending = [line for line in pending if not _is_byline(line)]
        draft.source, self.credit = self.credit, None
        draft.dateline, self.bureau = self.bureau, None
        self._open(draft)
        for line in pending:
            self._append(line)
        if broken:
            self.cut = True
            draft.note("the first sentence was cut across lines")

    @staticmethod
    def _choose_title(candidates: list[Line], first: Line) -> Line | None:
        """The first candidate whose words come back below it; a standfirst repeats more words, but stands lower."""
        if len(candidates) == 1:
            return candidates[0]
        for number, line in enumerate(candidates):
            below = content_stems(first_sentence(first.text))
            for later in candidates[number + 1 : number + 3]:
                below |= content_stems(later.text)
            if share(line.text, below)[1] >= _OVERLAP_SHARE_AFTER_END:
                return line
        return max(candidates, key=lambda line: len(line.text), default=None)

    def _is_cut(self, line: Line, following: Line) -> bool:
        """Whether the line above the first paragraph is the beginning of its sentence rather than a title."""
        if line.finished:
            return False
        if breaks_off(line.text, following.text):
            return True
        if not opens_with_and(following.text) or self.single_spaced:
            return False
        # A headline's words come back in the first sentence; the first half of a sentence is not said twice.
        return self._overlap(line, following)[1] < _OVERLAP_SHARE

    def _settle_pending(self) -> None:
        """Short lines with no paragraph below: one article in short lines, or a list of headlines, each a teaser."""
        pending, self.pending = self.pending, []
        if self.current is not None or not pending:
            return
        headlines = [line for line in pending if line.headline and len(line.text.split()) >= _HEADLINE_LEAST_WORDS]
        if self._is_one_article(pending):
            self._open(
                _Draft((pending[0].start, pending[0].end), kind="story", notes=["no paragraph ends in a full stop"])
            )
            for line in pending[1:]:
                self._append(line)
            return
        for line in headlines:
            self._open(_Draft((line.start, line.end), kind="teaser", closed=True))

    @staticmethod
    def _is_one_article(lines: list[Line]) -> bool:
        """Whether short lines are one article: a title and its caption, verse, or lines that speak of the same."""
        words = sum(len(line.text.split()) for line in lines)
        if len(lines) == 1 or words < _LEAD_LEAST_WORDS:
            return False
        below = frozenset[str]().union(*(content_stems(line.text) for line in lines[1:_LINES_THAT_SHOW_SPACING]))
        return (
            len(lines) == 2
            or words <= len(lines) * _VERSE_WORDS
            or share(lines[0].text, below)[1] >= _OVERLAP_SHARE_AFTER_END
        )

    def _finish(self) -> None:
        self._settle_pending()
        self._points_are_the_text()
        if self.current and self.dates and self.current.date is None:
            self.current.date = self._take_date(self.current)

    def _points_are_the_text(self) -> None:
        """Make a list of points the story that it is, when only its form calls it a summary and no other text is by."""
        lists = [draft for draft in self.drafts if draft.kind == "summary" and not draft.told]
        if len(lists) != 1 or any(draft.pieces for draft in self.drafts if draft is not lists[0]):
            return
        story = lists[0]
        story.kind = None
        titled = [draft for draft in self.drafts if draft.kind is None and draft.title and draft.start < story.start]
        for draft in titled[-1:]:
            story.title = draft.title
            self.drafts.remove(draft)
        self.current = story


def _is_teaser(draft: _Draft) -> bool:
    """Whether an article after the end of another is a sentence or two that promote another page."""
    words = sum(piece.end - piece.start for piece in draft.pieces) // _LETTERS_A_WORD
    return len(draft.pieces) == 1 and words <= _TEASER_MOST_WORDS and draft.source is None


def _part_teasers(body: str, drafts: list[_Draft]) -> list[_Draft]:
    """Part the paragraphs that stand without a headline after an article's end, where each is a teaser of its own.

    They are one article when they hang together: one opens as only a later paragraph does, or repeats the words above.
    """
    parted: list[_Draft] = []
    for draft in drafts:
        ends_page = draft.set_off and draft is drafts[-1]
        if (draft.after_end or ends_page) and draft.title is None and _stand_apart(body, draft.pieces):
            parted += [_Draft(pieces=[piece], after_end=True, date=draft.date) for piece in draft.pieces]
        else:
            parted.append(draft)
    return parted


def _stand_apart(body: str, pieces: list[_Piece]) -> bool:
    above: frozenset[str] = frozenset()
    for number, piece in enumerate(pieces):
        text = body[piece.start : piece.end]
        if len(text) > _TEASER_MOST_WORDS * _LETTERS_A_WORD:
            return False
        opening = first_sentence(text)
        if number and (continues(text) or share(opening, above)[1] >= _HANGS_TOGETHER_SHARE):
            return False
        above = content_stems(opening)
    return len(pieces) > 1


def _settle_kinds(drafts: list[_Draft]) -> None:
    stories = 0
    among_teasers = False
    front = sum(draft.promotes and _is_teaser(draft) for draft in drafts) > 1
    for draft in drafts:
        if front and draft.kind is None and draft.promotes and _is_teaser(draft):
            # The front of a section: each of its stories stands whole on a page of its own.
            draft.kind = "teaser"
        if draft.kind is None:
            # A teaser's headline opens the next one without another end between them.
            promotes = (draft.after_end or among_teasers) and stories > 0 and _is_teaser(draft)
            draft.kind = "teaser" if promotes or not draft.pieces else "story"
            if draft.kind == "story" and draft.after_end and draft.title is None:
                draft.note("begins after the end of another article, without a title")
        stories += draft.kind == "story"
        among_teasers = draft.kind == "teaser"


def _says_the_same(body: str, summary: _Draft, story: _Draft) -> bool:
    words = content_stems(" ".join(body[piece.start : piece.end][:_STORY_HEAD] for piece in story.pieces[:2]))
    return share(body[summary.start : summary.end], words)[1] >= _SUMMARY_SHARE


def _link_summaries(body: str, drafts: list[_Draft]) -> dict[int, int]:
    """Pair each machine summary with the story that says the same: the next one below, else the next one above.

    The story takes its date when the page gives no other.
    """
    pairs: dict[int, int] = {}
    below: list[int | None] = [None] * len(drafts)
    for number in range(len(drafts) - 2, -1, -1):
        below[number] = below[number + 1] if drafts[number + 1].kind == "summary" else number + 1
    above: int | None = None
    for number, draft in enumerate(drafts):
        if draft.kind != "summary":
            above = number
            continue
        beside = (at for at in (below[number], above) if at is not None and drafts[at].kind == "story")
        story = next((at for at in beside if _says_the_same(body, draft, drafts[at])), None)
        if story is None:
            draft.note("no story beside it says the same")
            continue
        pairs[number] = story
        if draft.date and drafts[story].date is None:
            drafts[story].date = draft.date._replace(origin="summary")
            drafts[story].note("published_at is the summary's")
    return pairs


def _joined(body: str, pieces: list[_Piece]) -> Mapped:
    builder = Builder(body)
    for number, piece in enumerate(pieces):
        if number:
            builder.insert(piece.joint)
        _take(builder, body, piece)
    return builder.build()


def _dateline(text: str) -> Dateline | None:
    """The dateline that a text opens with; below a standfirst one that names an agency."""
    paragraphs = text.split("\n", _DATELINE_AMONG)[:_DATELINE_AMONG]
    for number, paragraph in enumerate(paragraphs):
        dateline = find_dateline(paragraph)
        if dateline and (not number or dateline.agency):
            return dateline
    return None


def _take(builder: Builder, body: str, piece: _Piece) -> None:
    """Take a piece; where lines of one paragraph were put together, a space joins them."""
    at = piece.start
    for number, row in enumerate(body[piece.start : piece.end].splitlines(keepends=True)):
        text = row.strip()
        start = at + len(row) - len(row.lstrip())
        if number and text:
            builder.insert(" ")
        builder.take(start, start + len(text))
        at += len(row)


def _build(
    body: str, draft: _Draft, span: tuple[int, int], publisher: str | None, summary_of: int | None
) -> PageArticle:
    text = _joined(body, draft.pieces)
    title = _joined(body, [_Piece(*draft.title)] if draft.title else [])
    dateline = _dateline(text.text) if draft.kind == "story" else None
    return PageArticle(
        kind=draft.kind or "story",
        title=title.text,
        text=text.text,
        title_map=title.runs,
        text_map=text.runs,
        span=span,
        publisher=publisher,
        source=draft.source or (dateline.agency if dateline else None),
        dateline=dateline.text if dateline else draft.dateline,
        published=draft.date,
        summary_of=summary_of,
        notes=tuple(draft.notes),
    )


def split_page(body: str, *, title_length: int = 0) -> list[PageArticle]:
    """Return the articles of a page, in its order; linear in its length, and never raises for any text.

    Args:
        body: the raw body, any Unicode text.
        title_length: when the document gave title and text apart, how many code points of the body are the title. What
            follows is then one story, except what stands after a line that ends an article.

    Returns:
        Stories, teasers and machine summaries; an empty list when no line is news. Spans lie inside the body and do not
        overlap.
    """
    title = None
    if title_length > 0:
        head = body[:title_length]
        start = len(head) - len(head.lstrip())
        title = (start, start + len(head.strip())) if head.strip() else None
    lines = read_lines(body, title_length)
    splitter = _Splitter(body, lines, title=title)
    splitter.run()
    if splitter.surest > _LEAD_CERTAIN:
        # A page with one such joint has more of them.
        splitter = _Splitter(body, lines, title=title, topic_threshold=_LEAD_AMONG_OTHERS)
        splitter.run()
    drafts = sorted(_part_teasers(body, splitter.drafts), key=lambda draft: draft.text_start)
    _settle_kinds(drafts)
    pairs = _link_summaries(body, drafts)
    articles: list[PageArticle] = []
    floor = 0
    for number, draft in enumerate(drafts):
        # A title above a machine summary stays outside its story's span: spans do not overlap.
        span = (draft.start if draft.start >= floor else draft.text_start, draft.end)
        floor = span[1]
        articles.append(_build(body, draft, span, splitter.publisher, pairs.get(number)))
    return articles
