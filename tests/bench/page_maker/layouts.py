"""The layouts of pages: how many pieces, of what kind, and what tells them apart.

A layout writes everything from the first headline to the end of the last text; what stands above and below is the
page's. Its name is a group and a form; a form for training is not used for measuring on held-out pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.bench.page_maker import damage
from tests.bench.page_maker.page import Part

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.bench.page_maker.articles import Article
    from tests.bench.page_maker.pieces import Writer

Write = "Callable[[Writer, Sequence[Article]], None]"
_NUMBERS = ("{0}- ", "{0}. ", "{0}) ", "{0}_ ", "({0}) ")


@dataclass(frozen=True, slots=True)
class Layout:
    """A layout: its name (group.form), its split, its weight, and what writes it."""

    name: str
    split: str
    weight: int
    write: Callable[[Writer, Sequence[Article]], None]

    @property
    def group(self) -> str:
        """What the layout is a form of."""
        return self.name.split(".", maxsplit=1)[0]


LAYOUTS: dict[str, Layout] = {}


def layout(name: str, split: str, weight: int = 1) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a layout."""

    def register(write: Callable[..., None]) -> Callable[..., None]:
        LAYOUTS[name] = Layout(name, split, weight, write)
        return write

    return register


def of(split: str, group: str = "") -> list[Layout]:
    """The layouts of a split, all or those of a group."""
    found = [each for each in LAYOUTS.values() if split == "all" or each.split in {split, "both"}]
    return [each for each in found if not group or each.group == group]


# One story ------------------------------------------------------------------------------------------------------------


@layout("single.story", "both", 100)
def single(writer: Writer, articles: Sequence[Article]) -> None:
    """One story, with or without title."""
    titled = writer.values.maybe(0.7)
    inside = writer.rng.choice([0, 1, 1, 2, 3]) if writer.style.busy else writer.rng.choice([0, 0, 0, 0, 1])
    writer.story(articles[0], titled=titled, inside=inside, most=writer.rng.choice([4, 6, 9, 16]))


@layout("single.list", "both", 5)
def single_list(writer: Writer, articles: Sequence[Article]) -> None:
    """One story that is mostly a list: a lead, then points."""
    article = articles[0]
    found = damage.sentences(article.paragraphs)
    piece = writer.page.begin("story", article.title)
    writer.title(piece, article.title)
    writer.gap()
    writer.furniture("between", writer.rng.randint(0, 2))
    mark = writer.rng.choice(["• ", "- ", "* ", "#"])
    rows = [
        found[0] if found else article.paragraphs[0],
        *(_mark(mark, at) + each for at, each in enumerate(found[1:8], 1)),
    ]
    for row in rows:
        writer.note("text", row, piece)
        writer.gap(writer.style.text_gap if writer.values.maybe(0.5) else 0)


@layout("single.plain", "both", 25)
def plain(writer: Writer, articles: Sequence[Article]) -> None:
    """The whole article under its title, or without, with nothing else."""
    article = articles[0]
    piece = writer.page.begin("story", article.title if writer.values.maybe(0.8) else "")
    if writer.page.pieces[piece].title:
        writer.title(piece, article.title)
        writer.gap(writer.rng.choice([0, 1]))
    writer.text(piece, article.paragraphs)


@layout("ticker.only", "both", 1)
def ticker_only(writer: Writer, articles: Sequence[Article]) -> None:
    """A page that is only a ticker: no piece."""
    joint = writer.values.say("ticker_joint")
    rows = [each.title for each in articles * 2]
    if writer.values.maybe(0.6):
        writer.note("ticker", joint.join(rows))
    else:
        writer.rows([("ticker", row) for row in rows])


# Summaries ------------------------------------------------------------------------------------------------------------


def _after_summary(writer: Writer, article: Article, *, titled: bool, head: bool = False) -> None:
    writer.gap(max(writer.style.block_gap, 1) if writer.values.maybe(0.85) else 0)
    writer.story(article, titled=titled, head=head)


def _points(writer: Writer, article: Article, least: int = 2, most: int = 4) -> list[str]:
    return damage.digest(article.paragraphs, writer.rng, writer.rng.randint(least, most))


@layout("summary.dashes", "both", 6)
def summary_dashes(writer: Writer, articles: Sequence[Article]) -> None:
    """Points joined by dashes on one line, after the day of fetching or without it."""
    points = _points(writer, articles[0])
    values = writer.values
    piece = writer.page.begin("summary")
    stop = "." if values.maybe(0.8) else ""
    text = " - ".join(point + stop for point in points)
    dated = values.maybe(0.7)
    if dated:
        values.stated = True
    mark = "- " if values.maybe(0.6) else ""
    writer.put(*([Part(f" date {values.day()} ", "date")] if dated else []), Part(mark + text, "summary", piece))
    _after_summary(writer, articles[0], titled=values.maybe(0.35))


def _bulleted(writer: Writer, article: Article, mark: str, *, label: bool) -> None:
    """A title over a summary box, then the text: the title is the story's."""
    values = writer.values
    titled = values.maybe(0.6)
    number = len(writer.page.pieces)
    # The story's title stands above the summary, whose piece comes first.
    summary, story = number, number + 1
    if titled:
        writer.title(story, article.title)
        writer.gap()
        writer.furniture("between", writer.rng.randint(0, 2))
    if label:
        for name in ["summary_label"] + (["summary_widget"] if values.maybe(0.3) else []):
            writer.pooled(name)
    writer.page.begin("summary")
    stop = writer.rng.choice([".", ".", ""])
    for at, point in enumerate(_points(writer, article), 1):
        writer.note("summary", f"{_mark(mark, at)}{point}{stop}", summary)
        if writer.style.text_gap and values.maybe(0.2):
            writer.gap(1)
    writer.gap(max(writer.style.block_gap, 1) if values.maybe(0.8) else 0)
    writer.page.begin("story", article.title if titled else "")
    writer.text(story, writer.paragraphs(article), writer.before())


def _mark(mark: str, at: int) -> str:
    return mark.format(at)


@layout("summary.box", "both", 6)
def summary_box(writer: Writer, articles: Sequence[Article]) -> None:
    """Title, label, points with a mark, story."""
    _bulleted(writer, articles[0], writer.rng.choice(["- ", "• ", "* "]), label=True)


@layout("summary.points", "both", 3)
def summary_points(writer: Writer, articles: Sequence[Article]) -> None:
    """Points with a mark and no label before the story."""
    _bulleted(writer, articles[0], writer.rng.choice(["- ", "• ", "▪ "]), label=False)


@layout("summary.numbered", "held", 3)
def summary_numbered(writer: Writer, articles: Sequence[Article]) -> None:
    """Numbered points under a label."""
    _bulleted(writer, articles[0], writer.rng.choice(_NUMBERS), label=True)


@layout("summary.unmarked", "held", 3)
def summary_unmarked(writer: Writer, articles: Sequence[Article]) -> None:
    """Points without any mark under a label."""
    _bulleted(writer, articles[0], "", label=True)


@layout("summary.label", "train", 4)
def summary_label(writer: Writer, articles: Sequence[Article]) -> None:
    """A label on its own line, one paragraph, the story."""
    writer.pooled("summary_label")
    text = ". ".join(_points(writer, articles[0], 1, 3)) + "."
    writer.lines("summary", "summary", [("", text)])
    _after_summary(writer, articles[0], titled=writer.values.maybe(0.5))


@layout("summary.inline", "both", 4)
def summary_inline(writer: Writer, articles: Sequence[Article]) -> None:
    """A label before the paragraph on its line."""
    piece = writer.page.begin("summary")
    text = ". ".join(_points(writer, articles[0], 1, 3)) + "."
    writer.put(Part(writer.values.say("summary_prefix"), "summary_label"), Part(text, "summary", piece))
    _after_summary(writer, articles[0], titled=writer.values.maybe(0.5))


@layout("summary.sentence", "both", 4)
def summary_sentence(writer: Writer, articles: Sequence[Article]) -> None:
    """A sentence that tells the story, at times with a question behind it, then the story without a title."""
    values = writer.values
    text = ". ".join(_points(writer, articles[0], 1, 2))
    tail = values.say(writer.rng.choice(["question_tail", "promo_tail"])) if values.maybe(0.6) else "."
    writer.lines("summary", "summary", [("", text + tail)])
    _after_summary(writer, articles[0], titled=False)


@layout("summary.excerpt", "held", 2)
def summary_excerpt(writer: Writer, articles: Sequence[Article]) -> None:
    """The page's description, cut by dots, the outlet and the day behind it; the story."""
    values = writer.values
    piece = writer.page.begin("summary")
    text = damage.cut_short(articles[0].paragraphs[0], writer.rng, 90, 180) + "..."
    writer.put(Part(text, "summary", piece), Part(f" {values.fill('{date}, {outlet}')}", "date"))
    _after_summary(writer, articles[0], titled=values.maybe(0.4))


@layout("summary.above_date", "train", 2)
def summary_above_date(writer: Writer, articles: Sequence[Article]) -> None:
    """A sentence above the date, the story below it."""
    writer.lines("summary", "summary", [("", _points(writer, articles[0], 1, 1)[0] + ".")])
    writer.furniture("between", 1, only=("date",))
    writer.story(articles[0], titled=False, head=False)


@layout("summary.below", "both", 2)
def summary_below(writer: Writer, articles: Sequence[Article]) -> None:
    """The story first, its points under a label below it."""
    writer.story(articles[0], titled=writer.values.maybe(0.7))
    writer.gap(1)
    writer.pooled("summary_label")
    mark = writer.rng.choice([*_NUMBERS, "- ", "• "])
    writer.lines(
        "summary",
        "summary",
        [("", _mark(mark, at) + point + ".") for at, point in enumerate(_points(writer, articles[0]), 1)],
    )


@layout("summary.intro", "both", 3)
def summary_intro(writer: Writer, articles: Sequence[Article]) -> None:
    """A long lead that names every item of a round-up, then the items under their headlines."""
    heads = [damage.condense(each.title, writer.rng, 9) for each in articles[:5]]
    if writer.values.maybe(0.4):
        writer.pooled("digest_title")
        writer.gap()
    joint = writer.rng.choice(["، ", "، و", ".. ", " - "])
    end = writer.rng.choice([".", "...", "، وأخبار أخرى", ". إليكم التفاصيل."])
    writer.lines("summary", "summary", [("", joint.join(heads) + end)])
    for article in articles[:5]:
        writer.gap(1)
        writer.story(article, titled=True, head=False, most=3)


@layout("summary.preview", "both", 4)
def summary_preview(writer: Writer, articles: Sequence[Article]) -> None:
    """A sentence that names the events of a week, then a paragraph for each, without headlines."""
    articles = articles[:5]
    heads = [damage.condense(each.title, writer.rng, 8) for each in articles]
    opening = writer.rng.choice(["بين ", "من ", "", ""])
    closing = writer.values.say("preview_end")
    writer.lines(
        "summary", "summary", [("", opening + writer.rng.choice(["، و", "، ثم ", " و"]).join(heads[:4]) + closing)]
    )
    for article in articles:
        writer.text_gap()
        piece = writer.page.begin("story")
        writer.note("text", " ".join(writer.paragraphs(article, 2)[:2]), piece)


# Several stories ------------------------------------------------------------------------------------------------------


@layout("second.label", "both", 6)
def second_label(writer: Writer, articles: Sequence[Article]) -> None:
    """A story, what stands below it, a label as of "read also", and one or two whole stories more."""
    values = writer.values
    writer.story(articles[0], titled=values.maybe(0.8), inside=1 if values.maybe(0.2) else 0)
    writer.gap()
    writer.furniture("below", writer.rng.randint(0, 2), only=("source", "tags", "share"))
    for article in articles[1 : writer.rng.randint(2, 4)]:
        if values.maybe(0.7):
            writer.pooled("second_label")
        if values.maybe(0.3):
            writer.furniture("between", 1, only=("share", "counter"))
        writer.gap()
        _short_head(writer, article, titled=values.maybe(0.85))
        writer.gap()


def _short_head(writer: Writer, article: Article, *, titled: bool, most: int = 6) -> None:
    """A story below the first: its title, a date at times, its text after a bureau at times."""
    piece = writer.page.begin("story", article.title if titled else "")
    writer.values.article = article
    if titled:
        writer.title(piece, article.title)
        writer.gap(min(writer.style.block_gap, 1))
        writer.repeat_title(piece, article.title)
    if writer.values.maybe(0.15):
        writer.furniture("between", 1, only=("date", "bureau", "caption"))
    before = writer.values.say("bureau_glued") if writer.values.maybe(0.25) else ""
    writer.text(piece, writer.paragraphs(article, most), before)


@layout("second.bare", "both", 3)
def second_bare(writer: Writer, articles: Sequence[Article]) -> None:
    """A second story below the first with a title over it or a bureau before it, and no label."""
    writer.story(articles[0], titled=writer.values.maybe(0.7))
    writer.gap(2 if writer.values.maybe(0.4) else 1)
    writer.values.article = articles[1]
    if writer.values.maybe(0.25):
        writer.furniture("between", 1, only=("caption", "bureau", "date"))
    _short_head(writer, articles[1], titled=writer.values.maybe(0.6))


@layout("second.inline", "held", 2)
def second_inline(writer: Writer, articles: Sequence[Article]) -> None:
    """A second story under a headline that stands among the paragraphs like a sub-head."""
    first = writer.page.begin("story")
    writer.text(first, writer.paragraphs(articles[0]), writer.before())
    piece = writer.page.begin("story", articles[1].title)
    writer.title(piece, articles[1].title)
    writer.text(piece, writer.paragraphs(articles[1]))


def _digest(writer: Writer, articles: Sequence[Article], mark: str, *, most: int = 3) -> None:
    """A digest: a headline of its own and a word to the reader at times, then items under marked headlines."""
    values = writer.values
    gallery = writer.rng.choice([0.0, 0.05, 0.1, 0.9])
    if values.maybe(0.5):
        writer.pooled("digest_title") if values.maybe(0.5) else writer.note(
            "navigation", ".. ".join(a.title for a in articles[:3])
        )
        writer.gap()
        if values.maybe(0.4):
            writer.furniture(
                "between", writer.rng.randint(1, 3), only=("date", "byline", "caption", "share", "counter")
            )
    if values.maybe(0.4):
        writer.pooled("digest_intro")
        writer.gap()
    for at, article in enumerate(articles, 1):
        values.article = article
        if values.maybe(0.2):
            writer.pooled("item_label")
        if values.maybe(gallery):
            writer.furniture("inside", 1, only=("caption", "ad", "read_more"))
        piece = writer.page.begin("story", article.title)
        writer.title(piece, article.title, prefix=_mark(mark, at))
        writer.gap(writer.style.block_gap)
        writer.text(piece, writer.paragraphs(article, most))
        writer.gap(max(writer.style.block_gap, 1) if values.maybe(0.75) else 0)
    if values.maybe(0.25):
        writer.pooled("digest_close")


@layout("digest.contents", "both", 2)
def digest_contents(writer: Writer, articles: Sequence[Article]) -> None:
    """The headlines as a list under a label, then each over its item."""
    articles = articles[:5]
    if writer.values.maybe(0.6):
        writer.pooled("digest_title")
        writer.gap()
    writer.pooled("digest_contents")
    mark = writer.rng.choice(["- ", "• ", "", "* "])
    for article in articles:
        writer.note("related", mark + article.title)
        writer.gap(writer.style.text_gap if writer.values.maybe(0.5) else 0)
    writer.gap(1)
    _digest(writer, articles, "")


@layout("digest.headed", "both", 8)
def digest_headed(writer: Writer, articles: Sequence[Article]) -> None:
    """Items under plain headlines."""
    _digest(writer, articles, "")


@layout("digest.numbered", "train", 3)
def digest_numbered(writer: Writer, articles: Sequence[Article]) -> None:
    """Items under numbered headlines."""
    _digest(writer, articles, writer.rng.choice(_NUMBERS[:3]))


@layout("digest.starred", "train", 2)
def digest_starred(writer: Writer, articles: Sequence[Article]) -> None:
    """Items under headlines with a star or a dash."""
    _digest(writer, articles, writer.rng.choice(["* ", "- ", "*", "• ", "🔹 ", "▪️ "]))


@layout("digest.marked", "held", 4)
def digest_marked(writer: Writer, articles: Sequence[Article]) -> None:
    """Items under headlines with a sign that training pages do not have."""
    _digest(writer, articles, writer.rng.choice(["### ", "🔴 ", "◉ ", "■ ", "» ", "** ", "📌 ", *_NUMBERS[3:]]))


@layout("digest.colon", "train", 3)
def digest_colon(writer: Writer, articles: Sequence[Article]) -> None:
    """Headline, colon and text on one line, a star before it at times; an agency in brackets behind."""
    _colon(writer, articles, writer.rng.choice(["*", "- ", "", "• "]), ": ")


@layout("digest.bar", "held", 2)
def digest_bar(writer: Writer, articles: Sequence[Article]) -> None:
    """The same with other signs."""
    _colon(writer, articles, writer.rng.choice(["◆ ", "+ ", ""]), writer.rng.choice([" | ", " .. ", " – "]))


def _colon(writer: Writer, articles: Sequence[Article], mark: str, joint: str) -> None:
    values = writer.values
    if values.maybe(0.6):
        writer.pooled("digest_intro")
    agency = values.maybe(0.4)
    for article in articles:
        if values.maybe(0.3):
            writer.pooled("item_label")
        title = damage.condense(article.title, writer.rng, 9).replace(":", "")
        piece = writer.page.begin("story", title)
        text, *others = writer.paragraphs(article, 2)[:2]
        tail = values.fill(" ({agency})") if agency else ""
        parts = [
            Part(mark, "navigation"),
            Part(title, "title", piece),
            Part(joint, "navigation"),
            Part(text, "text", piece),
        ]
        writer.put(*[part for part in parts if part.text])
        for line in others:
            writer.note("text", line + tail, piece)
        writer.gap(writer.style.text_gap)


@layout("digest.labels", "both", 4)
def digest_labels(writer: Writer, articles: Sequence[Article]) -> None:
    """A section's name over each item instead of a headline."""
    for article in articles:
        writer.pooled("item_label")
        if writer.style.text_gap:
            writer.gap(1)
        writer.text(writer.page.begin("story"), writer.paragraphs(article, 3))
        writer.gap(max(writer.style.block_gap, 1) if writer.values.maybe(0.6) else 0)


@layout("roundup.connected", "both", 5)
def roundup(writer: Writer, articles: Sequence[Article]) -> None:
    """A paragraph an event, no headlines; words such as "in another context" open some."""
    for at, article in enumerate(articles):
        opening = writer.values.say("connector") if at and writer.values.maybe(0.6) else ""
        piece = writer.page.begin("story")
        text = " ".join(writer.paragraphs(article, 2)[:2])
        writer.note("text", opening + text, piece)
        writer.gap(writer.style.text_gap)


@layout("joined.blank", "both", 6)
def joined_blank(writer: Writer, articles: Sequence[Article]) -> None:
    """Untitled stories, line by line, a blank line between two; or blank lines everywhere."""
    for article in articles[:5]:
        writer.text(
            writer.page.begin("story"), writer.paragraphs(article, writer.rng.choice([2, 3, 5])), writer.before()
        )
        writer.gap(max(writer.style.text_gap, 1))


@layout("joined.lines", "both", 6)
def joined_lines(writer: Writer, articles: Sequence[Article]) -> None:
    """Untitled stories with no blank line anywhere."""
    for article in articles[:5]:
        lines = writer.paragraphs(article, writer.rng.choice([2, 3, 5]))
        piece = writer.page.begin("story")
        for line in lines:
            writer.note("text", line, piece)


@layout("joined.titled", "both", 6)
def joined_titled(writer: Writer, articles: Sequence[Article]) -> None:
    """Whole stories under their headlines, one after another."""
    doubled = writer.values.maybe(0.2)
    bullet = writer.rng.choice(["", "", "  • ", "● "]) if doubled else ""
    behind = writer.rng.choice(["tags", "source"]) if writer.values.maybe(0.2) else ""
    gap = writer.rng.choice([0, 1, 1, 2])
    for article in articles[:5]:
        piece = writer.page.begin("story", article.title)
        writer.title(piece, article.title, prefix=bullet)
        writer.gap(min(gap, 1))
        if doubled:
            writer.title(piece, article.title)
            writer.gap(min(gap, 1))
        writer.text(piece, writer.paragraphs(article, writer.rng.choice([2, 3, 5])))
        if behind:
            writer.values.article = article
            writer.furniture("below", 1, only=(behind,))
            writer.used.clear()
        writer.gap(gap)
    if writer.values.maybe(0.3):
        writer.pooled("pager")


@layout("joined.dated", "both", 4)
def joined_dated(writer: Writer, articles: Sequence[Article]) -> None:
    """A day's line over each story, a headline under it at times."""
    form = writer.rng.choice(["{date}", "{date}", "{section} : {date}", "{date} - {section}", "{isoday} | {clock}"])
    for article in articles[:5]:
        writer.note("date", writer.values.fill(form))
        writer.gap()
        titled = writer.values.maybe(0.5)
        piece = writer.page.begin("story", article.title if titled else "")
        if titled:
            writer.title(piece, article.title)
            writer.gap()
        writer.text(piece, writer.paragraphs(article, writer.rng.choice([2, 3, 5])))
        writer.gap()


@layout("joined.ruled", "both", 3)
def joined_ruled(writer: Writer, articles: Sequence[Article]) -> None:
    """Stories with a rule of signs between two, under headlines at times."""
    rule = writer.values.say("rule")
    titled = writer.values.maybe(0.6)
    for number, article in enumerate(articles[:5]):
        if number:
            writer.gap(writer.style.block_gap)
            writer.note("widget", rule)
            writer.gap(writer.style.block_gap)
        piece = writer.page.begin("story", article.title if titled else "")
        if titled:
            writer.title(piece, article.title)
            writer.gap()
        writer.text(piece, writer.paragraphs(article, 4), writer.before())


@layout("joined.outlets", "both", 4)
def joined_outlets(writer: Writer, articles: Sequence[Article]) -> None:
    """Outlet and day over each headline: a feed or an aggregator's page."""
    form = writer.rng.choice(
        [
            "{othername} / {date}",
            "{othername}⏎{date}",
            "{othername} - {date}",
            "{othername} منذ {n} ساعات",
            "- {section}⏎- {othername}",
        ]
    )
    for article in articles[:6]:
        for row in form.split("⏎"):
            writer.note("source", writer.values.fill(row))
        piece = writer.page.begin("story", article.title)
        writer.title(piece, article.title)
        writer.gap()
        text = " ".join(writer.paragraphs(article, 3))
        writer.note("text", damage.cut_short(text, writer.rng, 200, 500) if writer.values.maybe(0.6) else text, piece)
        writer.gap(1)


@layout("joined.more", "both", 3)
def joined_more(writer: Writer, articles: Sequence[Article]) -> None:
    """A day's archive: section, headline, text, a word that leads on."""
    for article in articles[:6]:
        titled = writer.values.maybe(0.85)
        if writer.values.maybe(0.7):
            writer.note("kicker", writer.values.say("section"))
            writer.gap()
        piece = writer.page.begin("story", article.title if titled else "")
        if titled:
            writer.title(piece, article.title)
            writer.gap()
        writer.text(piece, writer.paragraphs(article, 2))
        writer.gap()
        writer.pooled("more")
        writer.gap()


@layout("twice.text", "both", 1)
def twice(writer: Writer, articles: Sequence[Article]) -> None:
    """The whole text printed twice."""
    lines = writer.paragraphs(articles[0], 4)
    for _ in range(2):
        writer.text(writer.page.begin("story"), lines)
        writer.furniture("below", 1, only=("source", "initials"))
        writer.used.clear()
        writer.gap()


@layout("review.labels", "both", 3)
def review(writer: Writer, articles: Sequence[Article]) -> None:
    """A press review: a paper's name over each report, a headline under it at times."""
    writer.pooled("review_title")
    writer.gap()
    if writer.values.maybe(0.4):
        writer.pooled("review_intro")
        writer.gap()
    for article in articles[:5]:
        writer.pooled("review_label")
        titled = writer.values.maybe(0.6)
        if writer.values.maybe(0.6):
            writer.gap()
        piece = writer.page.begin("story", article.title if titled else "")
        if titled:
            writer.title(piece, article.title)
            writer.gap(writer.style.text_gap)
        writer.text(piece, writer.paragraphs(article, 3))
        writer.gap(1)


@layout("review.secrets", "both", 2)
def review_secrets(writer: Writer, articles: Sequence[Article]) -> None:
    """A paper's name over several sentences about unlike things, a word over some: each paper's are one piece."""
    writer.pooled("review_title")
    cues = writer.values.maybe(0.4)
    for _ in range(writer.rng.randint(2, 4)):
        writer.pooled("review_label")
        piece = writer.page.begin("story")
        for article in writer.rng.sample(writer.values.articles, writer.rng.randint(2, 3)):
            if cues and writer.values.maybe(0.6):
                writer.note("subhead", writer.values.say("cue"), piece)
            writer.note("text", (damage.sentences(article.paragraphs) or [article.title])[0], piece)
        writer.gap()


@layout("review.brackets", "both", 3)
def review_brackets(writer: Writer, articles: Sequence[Article]) -> None:
    """A press review: the paper's name in brackets behind each headline, or behind each text."""
    writer.pooled("review_title")
    writer.gap()
    if writer.values.maybe(0.4):
        writer.pooled("review_intro")
        writer.gap()
    behind = writer.values.maybe(0.6)
    for article in articles[:6]:
        paper = f" ({writer.values.say('paper')})"
        piece = writer.page.begin("story", article.title)
        writer.title(piece, article.title, tail=paper if behind else "")
        writer.gap(writer.style.text_gap)
        text = " ".join(writer.paragraphs(article, 2)[:2])
        writer.put(Part(text, "text", piece), *([] if behind else [Part(paper, "source")]))
        writer.gap(max(writer.style.block_gap, 1))


@layout("bulletin.cities", "train", 3)
def bulletin_cities(writer: Writer, articles: Sequence[Article]) -> None:
    """City, dash, a sentence or two, for each item."""
    _bulletin(writer, articles, writer.rng.choice(["{city} - ", "{city} – ", "{city}: "]))


@layout("bulletin.brackets", "held", 2)
def bulletin_brackets(writer: Writer, articles: Sequence[Article]) -> None:
    """The same with other signs."""
    _bulletin(
        writer, articles, writer.rng.choice(["({city}) ", "{city} / ", "{clock} {city} ", "{city} ({agency}) - "])
    )


def _bulletin(writer: Writer, articles: Sequence[Article], form: str) -> None:
    if writer.values.maybe(0.7):
        writer.pooled("digest_title")
        writer.gap()
    for article in articles[:7]:
        piece = writer.page.begin("story")
        found = damage.sentences(article.paragraphs) or list(article.paragraphs)
        writer.put(
            Part(writer.values.fill(form), "dateline"),
            Part(" ".join(found[: writer.rng.choice([1, 1, 2])]), "text", piece),
        )
        writer.gap(writer.style.text_gap)


@layout("bulletin.dashes", "both", 3)
def bulletin_dashes(writer: Writer, articles: Sequence[Article]) -> None:
    """Items with a dash, parts of the programme between them."""
    mark = writer.rng.choice(["- ", "• ", "* "])
    writer.pooled("digest_title")
    for article in articles[:6]:
        if writer.values.maybe(0.3):
            writer.pooled("bulletin_part")
        piece = writer.page.begin("story")
        first, *others = writer.paragraphs(article, 2)[:2]
        writer.note("text", mark + first, piece)
        for line in others:
            writer.note("text", line, piece)
        writer.gap(writer.style.text_gap)


def more_teasers(writer: Writer, articles: Sequence[Article]) -> None:
    """Teasers of other stories, below whatever a page holds."""
    writer.gap(1)
    if writer.values.maybe(0.6):
        writer.pooled("teaser_label")
        writer.gap()
    tail = writer.rng.choice(("", "", *_TAILS))
    _teasers(writer, articles, titled=writer.values.maybe(0.5), end=_end(writer), tail=tail)


# Teasers --------------------------------------------------------------------------------------------------------------


def _lead(writer: Writer, article: Article, end: str) -> str:
    """A teaser's text: its first sentence, whole or cut."""
    text = (damage.sentences(article.paragraphs) or [article.paragraphs[0]])[0]
    if end == "whole":
        return text
    if len(text) < 130 or writer.values.maybe(0.2):
        text = " ".join(article.paragraphs)[:600]
    return damage.cut_short(text, writer.rng, 80, writer.rng.choice([190, 190, 300])) + end


def _end(writer: Writer) -> str:
    return writer.rng.choice(["whole", "whole", "...", "…", "", " ...", " [...]"])


def _teasers(writer: Writer, articles: Sequence[Article], *, titled: bool, end: str, tail: str = "") -> None:
    """Teasers; ``tail`` names what stands under each, or above each: nothing, a day, a word that leads on, an age."""
    head, tail = ("", tail) if tail == "more" or writer.values.maybe(0.6) else (tail, "")
    gap = max(writer.style.text_gap, writer.rng.choice([0, 1]))
    labelled = writer.values.maybe(0.2)
    for article in articles:
        if labelled:
            writer.note("kicker", writer.values.say("section" if writer.values.maybe(0.7) else "country"))
        if head:
            writer.note("date" if "day" in head else "widget", writer.values.fill(head))
        piece = writer.page.begin("teaser", article.title if titled else "")
        if titled:
            writer.title(piece, article.title, role="teaser_title")
            writer.gap(min(gap, writer.rng.choice([0, 1])))
        writer.note("teaser", _lead(writer, article, end), piece)
        if tail == "more":
            writer.pooled("more")
        elif tail:
            writer.note("date" if "day" in tail else "widget", writer.values.fill(tail))
        writer.gap(gap)


_TAILS = ("", "", "more", "{isoday}", "منذ {n} ساعات", "{otherday}", "{latinname}", "منذ {n} ايام و {n} دقائق")


@layout("teasers.listing", "both", 8)
def listing(writer: Writer, articles: Sequence[Article]) -> None:
    """A category or tag page: headline and a cut lead, again and again."""
    if writer.values.maybe(0.4):
        writer.note("navigation", writer.values.say("section"))
        writer.gap()
    _teasers(writer, articles[:6], titled=True, end=_end(writer), tail=writer.rng.choice(_TAILS))
    if writer.values.maybe(0.6):
        writer.pooled("pager")


@layout("teasers.leads", "both", 6)
def leads(writer: Writer, articles: Sequence[Article]) -> None:
    """Leads without headlines, one after another."""
    _teasers(writer, articles[:6], titled=False, end=_end(writer), tail=writer.rng.choice(["", "", *_TAILS]))
    if writer.values.maybe(0.5):
        writer.pooled("pager")


@layout("teasers.below", "both", 8)
def teasers_below(writer: Writer, articles: Sequence[Article]) -> None:
    """Below a story, under a label: headline and sentence."""
    _below(writer, articles, titled=True, label=True)


@layout("teasers.unheaded", "both", 8)
def teasers_unheaded(writer: Writer, articles: Sequence[Article]) -> None:
    """Below a story: sentences without headlines, with a label, a notice, or no sign at all above them."""
    _below(writer, articles, titled=False, label=writer.values.maybe(0.35))


@layout("teasers.unlabelled", "both", 4)
def teasers_unlabelled(writer: Writer, articles: Sequence[Article]) -> None:
    """Below a story with no label: headline and sentence."""
    _below(writer, articles, titled=True, label=False)


def _below(writer: Writer, articles: Sequence[Article], *, titled: bool, label: bool) -> None:
    values = writer.values
    writer.story(articles[0], titled=values.maybe(0.8), most=6)
    writer.gap()
    if values.maybe(0.55):
        writer.furniture("below", 1, only=("copyright", "source", "share", "tags"))
    if label:
        writer.pooled("teaser_label")
        writer.gap()
    _teasers(writer, articles[1:4], titled=titled, end=_end(writer), tail=writer.rng.choice(("", "", *_TAILS)))


@layout("teasers.above", "both", 2)
def teasers_above(writer: Writer, articles: Sequence[Article]) -> None:
    """Leads of other stories before the page's own, which has no title."""
    for article in articles[1:4]:
        writer.note("teaser", _lead(writer, article, "whole"), writer.page.begin("teaser"))
        writer.gap(writer.style.text_gap)
    writer.text(writer.page.begin("story"), writer.paragraphs(articles[0]))
