"""`rasid explain`: the raw page with its articles, its boilerplate and every mention, and why each is one."""

from __future__ import annotations

import html
import re
import time
from pathlib import Path  # noqa: TC003 - Typer reads the annotations of a command
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from schemas.models import CountryTag, EnrichedEvent
from workers.cli.console import EXIT_FOUND, out, warn, writing
from workers.cli.console import settings as read_settings
from workers.cli.marking import Segment, context, harmless, mark_page, tags_of
from workers.text.dates import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from schemas.models import ActorTag, Document
    from workers.pages.model import LineRole
    from workers.tagging import Outcome

__all__ = ["explain", "page_as_html", "page_in_terminal"]

_NO_OVERLAYS: Mapping[str, str] = MappingProxyType({})
_COLOURS = ("cyan", "green", "magenta", "yellow", "blue", "red")
_TINTS = ("#d9f0f7", "#e0f3dc", "#f6e1f5", "#fbf0cf", "#dfe6fb", "#fbe0dc")
#: A stretch of markup or scripts longer than this is folded.
_LONG = 400
#: So much of a line is shown beside its role.
_SHOWN = 80
# Nothing but tags and space; and a tag that ends a line on the screen.
_ONLY_TAGS = re.compile(r"\s*(?:<[^<>]*>\s*)+")
_BREAKS_LINE = re.compile(r"<(?!/?(?:a|b|em|font|i|mark|span|strong|sub|sup|time|u)[\s/>])", re.IGNORECASE)


def explain(
    file: Annotated[str, typer.Argument(help="A .txt, .html, .jsonl or .jsonl.gz file, or - for JSON lines on stdin.")],
    *,
    line: Annotated[
        int | None,
        typer.Option(help="Line of a .jsonl file, from 1, as errors name it; default: the first document.", min=1),
    ] = None,
    html_out: Annotated[
        Path | None, typer.Option("--html", help="Write one self-contained HTML page instead of printing.")
    ] = None,
) -> None:
    """Show a document as it is read: its articles, its boilerplate, every mention with the rule that found it, and the
    claims that it won against.

    Each article is tagged as if it were the first of its kind; whether it repeats another is for `rasid enrich`. In the
    terminal a mention stands in ⟦brackets⟧, with its tag and reason below its line. Exit code 1 when the stream would
    send the document to the dead letters.
    """
    from workers.pipeline.feed import read_fields  # noqa: PLC0415 - `rasid --help` should not load it
    from workers.replay.reader import Reading, read_line  # noqa: PLC0415 - same

    document = read_line(file, line, Reading(fields=read_fields(read_settings().feed_fields)))
    events, failures = _events(document)
    roles, overlays, claims = _roles(document), _overlays(), _claims(events)
    for failure in failures:
        warn(failure)
    if html_out is None:
        for each in page_in_terminal(document.document_id, document.raw_body, events, roles, overlays, claims):
            out.print(each)
    else:
        page = page_as_html(document.document_id, document.raw_body, events, roles, overlays, claims)
        with writing(html_out, "--html", [file]) as handle:
            handle.write(page.encode())
        out.print(f"wrote {html_out}")
    if failures:
        raise typer.Exit(EXIT_FOUND)


def _events(document: Document) -> tuple[list[EnrichedEvent], list[str]]:
    """Return the document's articles, tagged, in page order, and what went wrong."""
    from workers.pipeline.build import build_parse, build_tag  # noqa: PLC0415 - as above
    from workers.pipeline.enrich import Enricher, EveryArticle  # noqa: PLC0415 - as above

    settings = read_settings()
    enricher = Enricher(build_parse(settings), EveryArticle(), build_tag(settings), clock=time.time)
    events, failures = [], []
    for result in enricher.enrich(document):
        if isinstance(result, bytes):
            events.append(EnrichedEvent.model_validate_json(result))
        else:
            failures.append(str(result))
    return sorted(events, key=lambda event: event.ordinal), failures


def _overlays() -> Mapping[str, str]:
    """The overlay of each entry that comes from one."""
    from workers.pipeline.build import lexicon  # noqa: PLC0415 - as above

    return lexicon(read_settings()).overlay_of


def _claims(events: Iterable[EnrichedEvent]) -> list[tuple[Outcome, ...]]:
    """The claims behind each article's tags, won and lost."""
    from workers.pipeline.build import build_tag  # noqa: PLC0415 - as above

    tag = build_tag(read_settings())
    return [tag.explain(event) for event in events]


def _roles(document: Document) -> list[LineRole]:
    """The lines that the document was read as, each with its role and the evidence that spoke most for it."""
    from workers.pages.body import explain_body  # noqa: PLC0415 - as above
    from workers.pipeline.build import site_profiles  # noqa: PLC0415 - as above

    site = site_profiles(read_settings()).of(document.url, document.source)
    return explain_body(document.raw_body, title_length=document.title_length, site=site)


def _reasons(role: LineRole) -> str:
    return ", ".join(f"{harmless(name)} {weight:+.1f}" for name, weight in role.reasons)


def _claim_facts(claim: Outcome) -> str:
    """Where a claim stands, what it says, by which rule, and how sure that is."""
    said = " ".join(filter(None, (claim.kind, claim.candidate)))
    return f"{claim.field} {claim.start}-{claim.end}  {said}  {claim.rule}, strength {claim.strength:d}"


def _claim_reasons(claim: Outcome) -> list[str]:
    """What speaks for a claim, and why it is lost, if it is."""
    lines = [f"{each.name}: {harmless(each.value)}" for each in claim.evidence if each.value]
    if claim.reason:
        rival = f"; {harmless(claim.rival)}" if claim.rival else ""
        lines.append(f"lost: {claim.reason}{rival}")
    return lines


def _claims_heading(claims: Sequence[Outcome]) -> str:
    won = sum(claim.won for claim in claims)
    return f"claims: {won} won, {len(claims) - won} lost; place, what is claimed, rule, strength from 0 to 5"


def _facts(event: EnrichedEvent) -> list[tuple[str, str]]:
    """What an article says of itself, by name; only what is there."""
    facts = [
        ("published", event.published_at and shown(event.published_at, event.published_precision)),
        ("written as", event.published_raw),
        ("publisher", event.publisher),
        ("source", event.source),
        ("authors", ", ".join(event.authors)),
        ("dateline", event.dateline),
        ("language", event.language),
        ("summary of", event.summary_of),
        ("lexicon", event.lexicon_version),
        ("raw body", f"{event.span.start} to {event.span.end}"),
        *(("note", note) for note in event.notes),
    ]
    return [(name, harmless(value)) for name, value in facts if value]


def _from_overlay(tag: CountryTag | ActorTag, overlays: Mapping[str, str]) -> str:
    """What names the overlay that a tag's entry comes from; empty for the lexicon's own."""
    name = overlays.get(tag.code if isinstance(tag, CountryTag) else tag.id)
    return "" if name is None else f" [overlay {name}]"


def _named(tag: CountryTag | ActorTag) -> tuple[str, str]:
    """A tag's Arabic name, and the role that an actor has."""
    if isinstance(tag, CountryTag):
        return harmless(tag.name_ar), ""
    return harmless(tag.name), harmless(tag.role or "")


def _scores(tag: CountryTag | ActorTag) -> str:
    """A tag's score; of an actor also the confidence."""
    if isinstance(tag, CountryTag) or tag.confidence is None:
        return f"{tag.score:.2f}"
    return f"{tag.score:.2f}, confidence {tag.confidence:.2f}"


# In a terminal --------------------------------------------------------------------------------------------------------


def page_in_terminal(
    name: str,
    body: str,
    events: Sequence[EnrichedEvent],
    roles: Sequence[LineRole] = (),
    overlays: Mapping[str, str] = _NO_OVERLAYS,
    claims: Sequence[Sequence[Outcome]] = (),
) -> list[Text]:
    """Return the lines to print: the page, then each article with its tags and their proof, and its claims.

    `overlays` gives the overlay of a country's or an actor's entry, by code and id; `claims` are those of each event.

    Arabic stands on lines of its own, or at a line's end, so that a terminal that turns it round disturbs no label.
    """
    lines = [Text(f"{name}: {len(events)} articles in {len(body)} characters", style="bold"), Text()]
    lines += _page_lines(body, mark_page(body, events), events)
    for number, event in enumerate(events):
        lines += _article_lines(number, event, overlays)
        lines += _claim_lines(claims[number] if claims else ())
    lines += _role_lines(body, roles)
    return lines


def _claim_lines(claims: Sequence[Outcome]) -> Iterator[Text]:
    """Each claim of an article, what speaks for it, and against what it lost."""
    if claims:
        yield Text(f"  {_claims_heading(claims)}", style="bold")
    for claim in claims:
        yield Text(f"    {'won ' if claim.won else 'lost'}  {_claim_facts(claim)}", style="" if claim.won else "dim")
        yield Text(f"      ⟦{harmless(claim.surface)}⟧", style="" if claim.won else "dim")
        for reason in _claim_reasons(claim):
            yield Text(f"      {reason}", style="dim")


def _role_lines(body: str, roles: Sequence[LineRole]) -> Iterator[Text]:
    """Each line of the page with its role, and what spoke most for it."""
    if roles:
        yield Text()
        yield Text("lines: role, place in the raw body, the strongest evidence with its weight", style="bold")
    for each in roles:
        yield Text(f"  {each.role:14} {each.start}-{each.end}  {_reasons(each)}", style="dim")
        yield Text(f"    {harmless(body[each.start : min(each.end, each.start + _SHOWN)])}")


def _heading(number: int | None, field: str, events: Sequence[EnrichedEvent]) -> Text:
    if number is None:
        return Text("-- boilerplate", style="dim")
    return Text(f"== article {number + 1}, {events[number].kind}: {field}", style=f"bold {_colour(number)}")


def _colour(number: int) -> str:
    return _COLOURS[number % len(_COLOURS)]


def _page_lines(body: str, segments: Iterable[Segment], events: Sequence[EnrichedEvent]) -> Iterator[Text]:
    shown: tuple[int | None, str] | None = None
    line, marks = Text(), dict[str, None]()
    for segment in segments:
        text = body[segment.start : segment.end]
        part = (segment.article, segment.field)
        if segment.article is None and not text.strip():
            text = "\n" if "\n" in text else text
        elif segment.article is None and _ONLY_TAGS.fullmatch(text):
            # Tags between an article's words need no heading of their own.
            text = "\n" if _BREAKS_LINE.search(text) else ""
        elif part != shown:
            text = f"\n{text}"
        for number, each in enumerate(harmless(_folded(text) if segment.article is None else text).split("\n")):
            if number:
                yield from _flush(line, marks)
                line, marks = Text(), {}
                if number == 1 and part != shown and text.strip():
                    shown = part
                    yield _heading(segment.article, segment.field, events)
            _append(line, each, segment)
        for mark in segment.marks:
            marks[f"{mark.label}  {mark.entry}  {harmless(mark.surface)}"] = None
    yield from _flush(line, marks)


def _append(line: Text, text: str, segment: Segment) -> None:
    if not text:
        return
    if segment.article is None:
        line.append(text, style="dim")
        return
    colour = _colour(segment.article)
    if segment.marks:
        opens = "⟦" * sum(mark.start == segment.start for mark in segment.marks)
        closes = "⟧" * sum(mark.end == segment.end for mark in segment.marks)
        line.append(f"{opens}{text}{closes}", style=f"bold reverse {colour}")
    else:
        line.append(text, style=colour)


def _flush(line: Text, marks: Iterable[str]) -> Iterator[Text]:
    if line.plain.strip():
        yield line
    for mark in marks:
        yield Text(f"    {mark}", style="dim")


def _folded(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[: _LONG // 2]} … {len(text) - _LONG} more … {text[-_LONG // 2 :]}"


def _article_lines(number: int, event: EnrichedEvent, overlays: Mapping[str, str]) -> Iterator[Text]:
    yield Text()
    yield Text(f"article {number + 1}: {event.kind}", style=f"bold {_colour(number)}")
    if event.title:
        yield Text(harmless(event.title), style="bold")
    for name, value in _facts(event):
        yield Text(f"  {name}: {value}")
    for label, tag in tags_of(event):
        origin = _from_overlay(tag, overlays)
        yield Text(f"  {label}{origin}  {_scores(tag)}  {' '.join(_named(tag)).rstrip()}", style="bold")
        for mention in tag.mentions:
            before, surface, after = map(harmless, context(event, mention))
            yield Text(f"    {mention.field} {mention.start}-{mention.end}  {mention.entry}", style="dim")
            yield Text(f"      {before}⟦{surface}⟧{after}")


# As HTML --------------------------------------------------------------------------------------------------------------

_STYLE = """
body { font: 17px/1.9 "Noto Naskh Arabic", "Amiri", "Segoe UI", Tahoma, sans-serif; margin: 2rem auto; max-width: 60rem;
  padding: 0 1rem; color: #1c1c1c; background: #fff }
.page { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid #ccc; padding: 1rem; unicode-bidi: plaintext }
.boilerplate { color: #6b6b6b; unicode-bidi: plaintext } details { display: inline } summary { cursor: pointer }
.title { font-weight: bold }
mark { background: #ffd54d; border-bottom: 2px solid #b26a00; cursor: help }
.ltr { direction: ltr; unicode-bidi: isolate; font: 13px/1.6 ui-monospace, monospace; color: #444 }
section { border-inline-start: .4rem solid #ccc; padding: .1rem 1rem; margin: 1.5rem 0 }
.lost { color: #6b6b6b }
.legend span { padding: .1rem .5rem; margin-inline-end: .5rem } ul { margin: 0 } dt { float: right; margin-left: .5rem }
"""


def _escaped(text: str) -> str:
    return html.escape(harmless(text))


def page_as_html(
    name: str,
    body: str,
    events: Sequence[EnrichedEvent],
    roles: Sequence[LineRole] = (),
    overlays: Mapping[str, str] = _NO_OVERLAYS,
    claims: Sequence[Sequence[Outcome]] = (),
) -> str:
    """Return one self-contained page: no script, nothing fetched; what comes from the document is escaped.

    `overlays` gives the overlay of a country's or an actor's entry, by code and id; `claims` are those of each event.
    """
    tints = "".join(f".a{number} {{ background: {tint} }} " for number, tint in enumerate(_TINTS))
    legend = "".join(
        f'<span class="{_tint(number)}">article {number + 1}: {event.kind}</span>'
        for number, event in enumerate(events)
    )
    return "\n".join(
        (
            '<!DOCTYPE html>\n<html lang="ar" dir="rtl">\n<head>\n<meta charset="utf-8">',
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
            f"<title>rasid explain: {_escaped(name)}</title>",
            f"<style>{_STYLE}{tints}</style>\n</head>\n<body>",
            f'<h1 class="ltr">{_escaped(name)}: {len(events)} articles in {len(body)} characters</h1>',
            f'<p class="legend ltr">{legend}<span class="boilerplate">boilerplate</span>',
            "<mark>mention: point at it for its tag and reason</mark></p>",
            f'<div class="page">{"".join(_spans(body, mark_page(body, events)))}</div>',
            *(
                _section(number, event, overlays, claims[number] if claims else ())
                for number, event in enumerate(events)
            ),
            _role_table(body, roles),
            "</body>\n</html>\n",
        )
    )


def _role_table(body: str, roles: Sequence[LineRole]) -> str:
    if not roles:
        return ""
    rows = "".join(
        f'<li><span class="ltr">{each.role}: {_escaped(_reasons(each))}</span>'
        f" {_escaped(body[each.start : min(each.end, each.start + _SHOWN)])}</li>"
        for each in roles
    )
    heading = '<span class="ltr">lines: role and the strongest evidence</span>'
    return f"<details><summary>{heading}</summary><ul>{rows}</ul></details>"


def _tint(number: int) -> str:
    return f"a{number % len(_TINTS)}"


def _spans(body: str, segments: Iterable[Segment]) -> Iterator[str]:
    for segment in segments:
        text = _escaped(body[segment.start : segment.end])
        if segment.article is None:
            if len(text) > _LONG:
                size = segment.end - segment.start
                text = f'<details><summary class="ltr">{size} characters</summary>{text}</details>'
            yield f'<span class="boilerplate">{text}</span>' if text.strip() else text
            continue
        if segment.marks:
            reasons = "\n".join(f"{_escaped(mark.label)}: {_escaped(mark.entry)}" for mark in segment.marks)
            text = f'<mark title="{reasons}">{text}</mark>'
        yield f'<span class="{_tint(segment.article)} {segment.field}">{text}</span>'


def _section(number: int, event: EnrichedEvent, overlays: Mapping[str, str], claims: Sequence[Outcome]) -> str:
    parts = [f'<section><h2><span class="ltr {_tint(number)}">article {number + 1}: {event.kind}</span>']
    parts.append(f" {_escaped(event.title)}</h2><dl>")
    parts += [
        f'<dt class="ltr">{html.escape(key)}</dt><dd><bdi>{html.escape(value)}</bdi></dd>'
        for key, value in _facts(event)
    ]
    parts.append("</dl>")
    for label, tag in tags_of(event):
        origin = _from_overlay(tag, overlays)
        name = html.escape(" ".join(_named(tag)).rstrip())
        parts.append(f'<h3>{name} <span class="ltr">{_escaped(label + origin)} {_scores(tag)}</span></h3><ul>')
        for mention in tag.mentions:
            before, surface, after = map(_escaped, context(event, mention))
            where = f"{mention.field} {mention.start}-{mention.end} {mention.entry}"
            parts.append(f'<li>{before}<mark>{surface}</mark>{after} <span class="ltr">{_escaped(where)}</span></li>')
        parts.append("</ul>")
    return "".join((*parts, _claim_list(claims), "</section>"))


def _claim_list(claims: Sequence[Outcome]) -> str:
    if not claims:
        return ""
    rows = []
    for claim in claims:
        verdict = "won" if claim.won else "lost"
        reasons = "".join(f"<br>{html.escape(reason)}" for reason in _claim_reasons(claim))
        told = f"{verdict} {_escaped(_claim_facts(claim))}{reasons}"
        rows.append(f'<li class="{verdict}"><bdi>{_escaped(claim.surface)}</bdi> <span class="ltr">{told}</span></li>')
    heading = f'<span class="ltr">{_claims_heading(claims)}</span>'
    return f"<details><summary>{heading}</summary><ul>{''.join(rows)}</ul></details>"
