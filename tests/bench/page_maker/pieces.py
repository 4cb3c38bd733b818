"""Writes pieces and furniture on a page, in the style that holds for the whole page."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.bench.page_maker import damage
from tests.bench.page_maker.page import OWN, Page, Part
from tests.bench.page_maker.wording import kinds

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    from tests.bench.page_maker.articles import Article
    from tests.bench.page_maker.page import Kind
    from tests.bench.page_maker.values import Values

_SUBHEAD_WORDS = 10
_LONG_STORY = 9
_WIDE = 240
_MARKS = ".،:؛\"'“”«»()"
_STOPS = '.؟!…"”»)'


@dataclass(frozen=True, slots=True)
class Style:
    """How a page is laid out: blank lines between paragraphs and between blocks, what stands in them, the indent."""

    text_gap: int
    block_gap: int
    blank: str
    indent: str
    busy: bool
    joint: str
    uneven: bool
    spread: bool

    @classmethod
    def draw(cls, rng: random.Random, busy_share: float) -> Style:
        """Draw a style."""
        text_gap = rng.choices([0, 1, 2], [35, 58, 7])[0]
        return cls(
            text_gap=text_gap,
            block_gap=rng.choices([0, 1, 2], [50, 45, 5] if text_gap == 0 else [12, 76, 12])[0],
            blank=rng.choices(["", " ", "\xa0"], [86, 9, 5])[0],
            indent=rng.choices(["", "    ", "  ", "\t"], [93, 4, 2, 1])[0],
            busy=rng.random() < busy_share,
            joint=rng.choices(["lines", "one_line", "glued", "wrapped", "links"], [82, 6, 6, 3, 3])[0],
            uneven=rng.random() < 0.12,
            spread=rng.random() < 0.12,
        )


@dataclass(slots=True)
class Writer:
    """A page, its values and its style."""

    page: Page
    values: Values
    style: Style
    harm: Callable[[str, random.Random], str] | None = None
    used: set[str] = field(default_factory=set)

    @property
    def rng(self) -> random.Random:
        """The page's source of chance."""
        return self.values.rng

    # Rows -------------------------------------------------------------------------------------------------------------

    def gap(self, lines: int | None = None) -> None:
        """A gap between blocks, unless the page begins here or a blank line stands above."""
        rows = self.page.rows
        if rows and rows[-1].parts:
            self.page.gap(self.style.block_gap if lines is None else lines, self.style.blank)

    def text_gap(self) -> None:
        """A gap between paragraphs; on uneven pages more or fewer blank lines at times."""
        extra = self.rng.choice([-1, 0, 0, 1, 1, 2]) if self.style.uneven and self.values.maybe(0.35) else 0
        self.gap(max(self.style.text_gap + extra, 0))

    def put(self, *parts: Part) -> None:
        """Write a line with the page's indent."""
        first, *others = parts
        self.page.write(Part(self.style.indent + first.text, *first[1:]), *others)

    def note(self, role: str, text: str, piece: int | None = None) -> None:
        """Write a line of one part."""
        self.put(Part(text, role, piece))

    def rows(self, rows: Sequence[tuple[str, str]], *, spread: bool = False) -> None:
        """Write the rows of a wording; ``spread`` puts blank lines between them."""
        for number, (role, text) in enumerate(rows):
            if not text.strip():
                self.gap(1)
                continue
            if number and spread:
                self.gap(1)
            self.note(role, text.rstrip(), None)

    def pooled(self, name: str) -> None:
        """Write the rows of a pool."""
        self.page.kinds.add(f"word:{name}")
        self.rows(self.values.pooled(name))

    def furniture(self, place: str, count: int, only: Sequence[str] = (), but: Sequence[str] = ()) -> None:
        """Write some kinds of furniture of a place, each once a page but for those inside a text."""
        for _ in range(count):
            choice = [
                kind
                for kind in kinds(place, self.values.split)
                if (not only or kind.name in only)
                and kind.name not in but
                and (place == "inside" or f"{place}:{kind.name}" not in self.used)
            ]
            if not choice:
                return
            kind = self.rng.choices(choice, [each.weight for each in choice])[0]
            self.used.add(f"{place}:{kind.name}")
            self.page.kinds.add(f"{place}:{kind.name}")
            self.rows(
                self.values.rows(self.rng.choice(kind.wordings)),
                spread=self.style.text_gap > 0 and self.rng.random() < (0.95 if self.style.spread else 0.2),
            )
            if self.rng.random() < 0.8:
                self.gap()

    # Titles -----------------------------------------------------------------------------------------------------------

    def title(self, piece: int, title: str, prefix: str = "", tail: str = "", role: str = "title") -> None:
        """Write a title, furniture before and behind it on its line."""
        self.put(
            *([Part(prefix, "date" if prefix.startswith(" date") else "navigation")] if prefix else []),
            Part(title, role, piece),
            *([Part(tail, "navigation")] if tail else []),
        )

    def repeat_title(self, piece: int, title: str) -> None:
        """Sometimes write the title again, once or twice, with or without furniture between."""
        if not self.values.maybe(0.3 if self.style.busy else 0.07):
            return
        self.page.kinds.add("title:repeated")
        if self.values.maybe(0.3):
            self.furniture("between", 1, only=("date", "byline"))
        for _ in range(1 if self.values.maybe(0.8) else 2):
            tail = self.values.say("title_tail") if self.values.maybe(0.15) else ""
            self.title(piece, title, tail=tail)
            self.gap()

    # Texts ------------------------------------------------------------------------------------------------------------

    def paragraphs(self, article: Article, most: int = _LONG_STORY) -> list[str]:
        """The paragraphs of an article that a page shows: its first ones, damaged as the page is, at times cut."""
        lines = list(article.paragraphs)
        if len(lines) == 1:
            lines = self._parted(lines[0])
        whole = most >= _LONG_STORY and self.values.maybe(0.12)
        if not whole:
            lines = self._budget(lines[: self.rng.randint(min(2, most), max(most, 2))], most)
        while len(lines) > 1 and not lines[-1].endswith(tuple(_STOPS)):
            lines.pop()
        if self.harm and self.values.maybe(0.8):
            lines = [self.harm(line, self.rng) if self.values.maybe(0.6) else line for line in lines]
        if self.values.maybe(0.22):
            self.page.kinds.add("text:cut")
            lines[-1] = damage.cut_short(lines[-1], self.rng, 80, max(len(lines[-1]) - 5, 90))
        return [line for line in lines if line.strip()]

    def _budget(self, lines: list[str], most: int) -> list[str]:
        """Lines until there is about as much text as a page of this kind has; a line that is much too long is cut."""
        budget = self.rng.randint(130, 260) * self.rng.randint(1, most)
        kept: list[str] = []
        for line in lines:
            if kept and sum(map(len, kept)) + len(line) > budget * 1.3:
                break
            kept.append(line)
        if len(kept[0]) > 2 * budget:
            found = damage.sentences(kept[:1])
            kept[0] = (
                " ".join(found[: max(sum(len(" ".join(found[:n])) < budget for n in range(1, len(found))), 1)])
                or kept[0]
            )
        return kept

    def _parted(self, text: str) -> list[str]:
        """Part a long line into paragraphs of a few sentences, or leave it."""
        found = damage.sentences([text])
        if len(found) < 4 or self.values.maybe(0.25):
            return [text]
        size = self.rng.randint(1, 3)
        return [" ".join(found[at : at + size]) for at in range(0, len(found), size)]

    def text(self, piece: int, lines: Sequence[str], before: str = "", *, inside: int = 0, role: str = "text") -> None:
        """Write the paragraphs of a story: furniture glued before the first, blocks of furniture between some.

        Short lines without a full stop inside an article are sub-heads.
        """
        lines = self._joined(list(lines))
        places = sorted(self.rng.sample(range(1, len(lines)), min(inside, max(len(lines) - 1, 0))))
        wrapped = self.style.joint in {"wrapped", "links"}
        subheads = {} if wrapped else self._subhead_places(lines)
        for at, line in enumerate(lines):
            if at:
                self.text_gap()
            if at in places:
                self.furniture("inside", 1)
                self.gap(self.style.text_gap)
            if at in subheads:
                self.note("subhead", subheads[at], piece)
                self.gap(self.style.text_gap if self.values.maybe(0.6) else 0)
            kind = "subhead" if role == "text" and not wrapped and self._is_subhead(line, at, len(lines)) else role
            parts = [Part(before if not at else "", "dateline"), Part(line, kind, piece)]
            if self.style.busy and role == "text" and at < len(lines) - 1 and self.values.maybe(0.03):
                self.page.kinds.add("inside:glued_ad")
                parts.append(Part(self.values.say("glued_ad"), "widget"))
            if role == "text" and at == len(lines) - 1:
                parts += self._end(piece)
            self.put(*[part for part in parts if part.text])

    def _end(self, piece: int) -> list[Part]:
        """What stands behind a story's last words at times: an agency in brackets, or a mark that it ends there."""
        if self.values.maybe(0.03):
            self.page.kinds.add("text:agency_behind")
            return [Part(f" ({self.values.fill('{source}')})", "text", piece)]
        if self.values.maybe(0.03):
            self.page.kinds.add("word:end_glued")
            return [Part(self.values.say("end_glued"), "source")]
        return []

    @staticmethod
    def _is_subhead(line: str, at: int, count: int) -> bool:
        return (
            0 < at < count - 1
            and len(line.split()) <= _SUBHEAD_WORDS
            and not line.rstrip().endswith(tuple(_STOPS + ".،:"))
        )

    def _subhead_places(self, lines: list[str]) -> dict[int, str]:
        """Sub-heads to write before some paragraphs."""
        if len(lines) < 3 or not self.values.maybe(0.22):
            return {}
        self.page.kinds.add("text:subheads")
        mark = self.rng.choices(["", "* ", "● ", "- "], [85, 5, 5, 5])[0]
        first = 0 if self.values.maybe(0.12) else 1
        places = self.rng.sample(range(first, len(lines)), min(self.rng.randint(1, 2), len(lines) - 1))
        return {
            at: mark + (self.values.say("subhead") if self.values.maybe(0.4) else self._subhead_of(lines[at]))
            for at in places
        }

    def _subhead_of(self, line: str) -> str:
        """Some words of a paragraph as a sub-head: a phrase, a clause, or who says what."""
        form = self.rng.choice(["phrase", "phrase", "clause", "clause", "quoted"])
        found = damage.sentences([line])
        if form != "phrase" and found:
            words = damage.condense(self.rng.choice(found), self.rng, 9).split()
            clause = " ".join(words[: self.rng.randint(3, 7)]).strip(_MARKS)
            return clause if form == "clause" else f"{self.values.fill('{tag}')}: {clause}"
        words = line.split()
        starts = [at for at, word in enumerate(words[:-3]) if word.startswith("ال")] or [0]
        at = self.rng.choice(starts)
        return " ".join(words[at : at + self.rng.randint(2, 4)]).strip(_MARKS)

    def _joined(self, lines: list[str]) -> list[str]:
        """Join or break the lines as the page's style asks."""
        if self.style.joint in {"one_line", "glued"} and len(lines) > 1:
            self.page.kinds.add(f"text:{self.style.joint}")
            space = " " if self.style.joint == "one_line" else ""
            size = self.rng.randint(2, len(lines))
            return [space.join(lines[at : at + size]) for at in range(0, len(lines), size)]
        if self.style.joint == "wrapped":
            self.page.kinds.add("text:wrapped")
            width = self.rng.randint(70, 130)
            return [row for line in lines for row in textwrap.wrap(line, width, break_on_hyphens=False)]
        if self.style.joint == "links":
            self.page.kinds.add("text:links")
            return [row for line in lines for row in self._link_rows(line)]
        return lines

    def _link_rows(self, line: str) -> list[str]:
        """A paragraph whose linked words stand on lines of their own, as some converters leave them."""
        words = line.split()
        rows: list[list[str]] = [[]]
        linked = False
        for word in words:
            if not linked and rows[-1] and word.startswith("ال") and self.values.maybe(0.12):
                rows.append([word])
                linked = True
            elif linked:
                rows.append([word])
                linked = False
            else:
                rows[-1].append(word)
        return [" ".join(row) for row in rows if row]

    def before(self) -> str:
        """Furniture glued before the first words of a story: a bureau, an agency, a rewriter's line, or nothing."""
        if not self.values.maybe(0.16):
            return ""
        name = self.rng.choices(["bureau_glued", "rewriter", "bureau_bare"], [80, 14, 6])[0]
        self.page.kinds.add(f"word:{name}")
        return self.values.say(name)

    def deck(self, piece: int, article: Article) -> None:
        """Sometimes write a deck: a sentence about the story, shorter than its lead."""
        if self.values.maybe(0.12):
            self.page.kinds.add("title:deck")
            self.note(
                "deck",
                damage.condense(self.rng.choice(damage.sentences(article.paragraphs) or [article.title]), self.rng, 18),
                piece,
            )
            self.gap()

    # Whole pieces -----------------------------------------------------------------------------------------------------

    def story(
        self, article: Article, *, titled: bool, most: int = _LONG_STORY, head: bool = True, inside: int = 0
    ) -> int:
        """Write a story: its title and what stands between title and text when ``head``, its text."""
        values = self.values
        values.article = article
        piece = self.page.begin("story", article.title if titled else "")
        labels = head and values.maybe(0.02)
        if titled:
            late_kicker = values.maybe(0.03)
            tail = values.say("title_tail") if values.maybe(0.05) else ""
            self.title(piece, article.title, prefix=values.say("field_title") if labels else "", tail=tail)
            self.gap()
            if late_kicker:
                self.furniture("top", 1, only=("kicker",))
        if head:
            if titled:
                self.repeat_title(piece, article.title)
                self.deck(piece, article)
            self.furniture("between", self.rng.randint(1, 5) if self.style.busy else self.rng.choice([0, 1, 1, 2, 2]))
        if titled:
            self.gap()
        before = self.before() if head or values.maybe(0.3) else ""
        self.text(piece, self.paragraphs(article, most), values.say("field_text") if labels else before, inside=inside)
        return piece

    def lines(self, kind: Kind, role: str, lines: Sequence[tuple[str, str]], title: str = "") -> int:
        """Write a piece whose lines are given: a mark that belongs to nothing, and the text."""
        piece = self.page.begin(kind, title)
        for mark, line in lines:
            self.put(*([Part(mark, role, piece)] if mark else []), Part(line, role, piece))
        return piece

    def is_own(self) -> bool:
        """Whether the last line belongs to a piece."""
        return bool(self.page.rows and self.page.rows[-1].parts and self.page.rows[-1].main.role in OWN)
