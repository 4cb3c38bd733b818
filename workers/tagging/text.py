"""An article as the passes read it: both fields with their words and the lexicon's forms in them. It never changes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workers.tagging.tokens import Tokens
from workers.tagging.view import Stretches, View

if TYPE_CHECKING:
    from workers.lexicon import Hit, Lexicon
    from workers.lexicon.model import Words
    from workers.tagging.looks import Looks
    from workers.tagging.model import FieldName

__all__ = ["AnnotatedText", "Field", "annotate"]

# A bureau line that the parser left in place: a few words, an agency in brackets or between dashes, and dashes.
_BRACKETED = re.compile(r"(?m)^[^.()\n]{2,70}\([^()\n]{2,25}\)\s*[-–—ـ]{1,3}")
_DASHED = re.compile(
    r"[^.()\n\-–—:]{2,40}\s[-–—]\s(?:[^.()\n\-–—:]{2,25}[-–—:])?|[^.()\n\-–—:]{2,25}\s[-–—]\s?العربية[.]نت"
)
_MONTH = re.compile(r"\d{4}-\d\d-")
_QUOTES = frozenset('"“”«»')
_UNDATED_FROM = "2025-01"


class Field:
    """A title or a text: its letters, the lexicon's forms in them, where datelines stand, and its words.

    ``hits`` are in order of start, the longest first; ``datelines`` are stretches of the folded letters.
    """

    __slots__ = ("_excluded", "_looks", "_tokens", "datelines", "hits", "name", "view")

    def __init__(self, view: View, hits: list[Hit], datelines: tuple[tuple[int, int], ...], looks: Looks) -> None:
        """Take what was read; words are split when they are first asked for."""
        self.view, self.hits, self.datelines = view, hits, datelines
        self.name: FieldName = view.field
        self._looks = looks
        self._tokens: Tokens | None = None
        self._excluded: Stretches | None = None

    @property
    def tokens(self) -> Tokens:
        """The words, with what each may be."""
        if self._tokens is None:
            self._tokens = Tokens(self.view, self._looks)
        return self._tokens

    @property
    def excluded(self) -> Stretches:
        """The stretches that name nobody whom the lexicon lacks: datelines, and forms that mean something else."""
        if self._excluded is None:
            self._excluded = Stretches(len(self.view.plain))
            for hit in self.hits:
                if hit.form.block or hit.form.homonyms:
                    self._excluded.add(hit.start, hit.end)
            for begin, end in self.datelines:
                self._excluded.add(begin, end)
        return self._excluded

    def in_dateline(self, at: int) -> bool:
        """Tell whether a letter stands in a dateline."""
        return bool(self.datelines) and any(begin <= at < end for begin, end in self.datelines)

    def is_quoted(self, start: int, end: int) -> bool:
        """Tell whether a stretch stands between quotation marks, without anything else between them."""
        return self.view.clean[start - 1 : start] in _QUOTES and self.view.clean[end : end + 1] in _QUOTES

    def surface(self, start: int, end: int) -> str:
        """Return a stretch of the folded letters as it is written in the article."""
        begin, stop = self.view.place(start, end)
        return self.view.original[begin:stop]


@dataclass(frozen=True, slots=True, eq=False)
class AnnotatedText:
    """An article: its title and its text, the lexicon with its lists of words, and the month (YYYY-MM) of publication
    where that is known.
    """

    fields: tuple[Field, Field]
    lexicon: Lexicon
    words: Words
    month: str | None

    @property
    def is_titled(self) -> bool:
        """Whether the article has a title."""
        return bool(self.fields[0].view.original)

    def country_and_role(self, identity: str) -> tuple[str | None, str | None]:
        """Return the country and the role that a listed actor had when the article was published."""
        actor = self.lexicon.actors[identity]
        if self.month is None:
            return actor.country, actor.role
        post = self.lexicon.post(identity, self.month)
        if post is not None:
            return post.country, post.role
        # What the lexicon says without a date is of the year in which it was written.
        is_recent = self.month >= _UNDATED_FROM and identity not in self.lexicon.posts
        return actor.country, actor.role if is_recent or actor.type != "person" else None


def annotate(
    title: str, text: str, lexicon: Lexicon, looks: Looks, *, dateline: str | None, published_at: str | None
) -> AnnotatedText:
    """Return the annotated text of an article.

    ``dateline`` is the one that the parser read; it counts when the text begins with it. Of ``published_at`` (ISO 8601)
    the month is used; what is no date counts as none.
    """
    month = published_at[:7] if published_at and _MONTH.match(published_at) else None
    views = View("title", title), View("text", text)
    head, body = ((view, lexicon.matcher.find(view.plain, view.codes)) for view in views)
    datelines = _datelines(text, views[1].clean, dateline)
    return AnnotatedText((Field(*head, (), looks), Field(*body, datelines, looks)), lexicon, lexicon.words, month)


def _datelines(text: str, clean: str, dateline: str | None) -> tuple[tuple[int, int], ...]:
    """The stretches of the folded text that are datelines: at its start, and after a line that repeats the lead."""
    found = [match.span() for match in _BRACKETED.finditer(clean)] if "(" in clean else []
    if dateline and text.startswith(dateline):
        found.append((0, len(View("text", dateline).clean)))
    elif opening := _DASHED.match(clean):
        found.append(opening.span())
    return tuple(found)
