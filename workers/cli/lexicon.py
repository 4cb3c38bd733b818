"""`rasid lexicon`: validates, measures, compares and compiles what the tags come from."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from workers.cli.console import EXIT_FOUND, err, out
from workers.cli.console import settings as read_settings
from workers.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workers.lexicon.diff import Change
    from workers.lexicon.model import Content, Names
    from workers.lexicon.source import Source

app = typer.Typer(no_args_is_help=True)

_Folder = Annotated[Path | None, typer.Argument(help="A source folder, or an overlay. None: what workers read.")]
#: Of a list of words that went or came, so many are printed.
_SHOWN = 12
_SIGNS = {"added": "+", "removed": "-", "changed": "~"}


@app.callback()
def lexicon() -> None:
    """Validate, measure, compare and compile the lexicon.

    Its source is a folder of YAML files (docs/how-to/edit-the-lexicon.md); workers read the file compiled of it.
    """


@app.command()
def check(
    folder: Annotated[
        Path | None, typer.Argument(help="A source folder, or an overlay. None: what workers read.")
    ] = None,
) -> None:
    """Check a source: its schema, contradictions, spellings that say nothing new, and whether it is compiled.

    An overlay is checked over the lexicon that ships; without a folder, so are those of RASID_LEXICON_DIRS.

    What must be mended ends with exit code 1; a note is to be looked at, and changes no exit code.
    """
    from workers.lexicon.check import Finding, check_compiled, check_source  # noqa: PLC0415 - a command loads its own
    from workers.lexicon.files import COMPILED  # noqa: PLC0415 - same
    from workers.lexicon.model import LexiconError  # noqa: PLC0415 - same
    from workers.lexicon.source import read_source  # noqa: PLC0415 - same

    actors = 0
    try:
        source = _read(folder)
        actors = len(source.actors)
        findings = list(check_source(source))
        if folder is None and all(finding.is_note for finding in findings):
            findings += check_compiled(read_source(), COMPILED)
    except LexiconError as error:
        findings = list(map(Finding, error.problems))
    for finding in sorted(findings, key=lambda each: each.is_note):
        out.print(f"{'note: ' if finding.is_note else ''}{finding.text}")
    wrong = sum(not finding.is_note for finding in findings)
    err.print(f"{actors:,} actors read, {wrong} to mend, {len(findings) - wrong} notes")
    if wrong:
        raise typer.Exit(EXIT_FOUND)


@app.command()
def stats(
    folder: Annotated[
        Path | None, typer.Argument(help="A source folder, or an overlay. None: what workers read.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, with the ids unchecked.")] = False,
) -> None:
    """Print what the lexicon covers by country and by year, and how many entries nobody looked at for a year."""
    from workers.lexicon.stats import measure  # noqa: PLC0415 - a command loads its own

    found = measure(_source(folder), _today())
    if as_json:
        out.print(orjson.dumps(found, option=orjson.OPT_NON_STR_KEYS).decode())
        return
    out.print("country  actors  people  with posts  open posts  wikidata  no second source  unchecked for a year")
    for code, each in found.by_country.items():
        out.print(
            f"{code:7}{each.actors:8}{each.people:8}{each.with_posts:12}{each.open_posts:12}{each.wikidata:10}"
            f"{each.uncompared:18}{each.unchecked:22}"
        )
    out.print("\npeople with a dated post, by year")
    out.print("  ".join(f"{year} {number}" for year, number in found.by_year.items()))
    actors = sum(each.actors for each in found.by_country.values())
    out.print(f"\n{actors:,} actors; {len(found.unchecked)} entries unchecked for a year (--json lists them)")


@app.command()
def diff(
    a: Annotated[str, typer.Argument(help="A source folder, an overlay, a compiled file, or a git revision.")],
    b: Annotated[str, typer.Argument(help="What to compare it with: the same, or `shipped` for what workers read.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line a change, with every word.")] = False,
) -> None:
    """Print what B adds (+), removes (-) and changes (~) of the lexicon A."""
    from workers.lexicon.diff import compare  # noqa: PLC0415 - a command loads its own

    changes = list(compare(_lexicon(a), _lexicon(b)))
    for change in changes:
        if as_json:
            out.print(orjson.dumps(change).decode())
        else:
            _print_change(change)
    counts = {kind: sum(change.kind == kind for change in changes) for kind in _SIGNS}
    err.print(", ".join(f"{number} {kind}" for kind, number in counts.items()))


@app.command()
def wikidata(
    export: Annotated[Path, typer.Argument(help="A JSON export of Wikidata, an entity a line: .json, .gz or .bz2.")],
) -> None:
    """Check the lexicon's Wikidata ids against an export: items that are gone, of another kind, or of other names.

    Exit code 1 when there is something to look at. The export is read as a stream; a whole one takes hours.
    """
    from workers.lexicon.model import LexiconError  # noqa: PLC0415 - a command loads its own
    from workers.lexicon.wikidata import check_ids, linked  # noqa: PLC0415 - same

    source = _source(None)
    found = 0
    try:
        for text in check_ids(source, export):
            found += 1
            out.print(text)
    except LexiconError as error:
        raise UsageError(str(error)) from None
    err.print(f"{len(linked(source)):,} ids, {found} to look at")
    if found:
        raise typer.Exit(EXIT_FOUND)


@app.command(name="compile")
def compile_() -> None:
    """Compile the source that ships with Rasid: after every edit of it, and before a worker starts."""
    from workers.lexicon.compile import compile_file  # noqa: PLC0415 - a command loads its own
    from workers.lexicon.compiled import version_of  # noqa: PLC0415 - same
    from workers.lexicon.files import COMPILED  # noqa: PLC0415 - same
    from workers.lexicon.model import LexiconError  # noqa: PLC0415 - same
    from workers.lexicon.source import read_source  # noqa: PLC0415 - same

    try:
        data = compile_file(read_source())
        COMPILED.write_bytes(data)
    except LexiconError as error:
        raise UsageError(str(error)) from None
    except OSError as error:
        raise UsageError(f"{COMPILED}: {error.strerror}: compile where the package can be written") from error
    out.print(f"{COMPILED}: version {version_of(data)}, {len(data):,} bytes")


def _today() -> date:
    return datetime.now(UTC).date()


def _read(folder: Path | None) -> Source:
    """A whole source, or the shipped one with overlays: those of RASID_LEXICON_DIRS, or the one that is named."""
    from workers.lexicon.overlays import apply_overlays, is_overlay, read_overlay  # noqa: PLC0415 - as above
    from workers.lexicon.source import read_source  # noqa: PLC0415 - as above
    from workers.pipeline.build import overlay_folders  # noqa: PLC0415 - as above

    if folder is not None and not is_overlay(folder):
        return read_source(folder)
    folders = overlay_folders(read_settings()) if folder is None else (folder,)
    source = read_source()
    apply_overlays(source, [read_overlay(each) for each in folders])
    return source


def _source(folder: Path | None) -> Source:
    from workers.lexicon.model import LexiconError  # noqa: PLC0415 - as above

    try:
        return _read(folder)
    except LexiconError as error:
        raise UsageError(str(error)) from None


def _lexicon(name: str) -> tuple[Content, Names]:
    """What a folder, a compiled file or a git revision holds."""
    from workers.lexicon.compiled import mapped, read_content, read_names  # noqa: PLC0415 - as above
    from workers.lexicon.files import COMPILED  # noqa: PLC0415 - as above
    from workers.lexicon.model import LexiconError  # noqa: PLC0415 - as above

    path = COMPILED if name == "shipped" else Path(name)
    try:
        if path.is_dir():
            from workers.lexicon.compile import compile_file  # noqa: PLC0415 - for a folder alone

            data = compile_file(_source(path))
            return read_content(data), read_names(data)
        if path.is_file():
            with mapped(path) as data_:
                return read_content(data_), read_names(data_)
        data = _of_revision(name)
        return read_content(data), read_names(data)
    except LexiconError as error:
        raise UsageError(f"{name}: {error}") from None


def _of_revision(name: str) -> bytes:
    """The compiled file of a git revision."""
    from workers.build import file_at  # noqa: PLC0415 - as above
    from workers.lexicon.compiled import check_format  # noqa: PLC0415 - as above
    from workers.lexicon.files import COMPILED  # noqa: PLC0415 - as above
    from workers.lexicon.model import LexiconError  # noqa: PLC0415 - as above

    data = file_at(name, COMPILED)
    if data is None:
        raise UsageError(
            f"{name} is no folder, no file, and no git revision with a compiled lexicon: give one of the three"
        )
    try:
        check_format(data, name)
    except LexiconError:
        raise UsageError(
            f"{name}: another version of Rasid compiled its lexicon: give the folder of its source (git worktree)"
        ) from None
    return data


def _print_change(change: Change) -> None:
    label = f"  {change.label}" if change.label else ""
    out.print(f"{_SIGNS[change.kind]} {change.section} {change.key}{label}")
    for name, (before, after) in change.fields.items():
        if isinstance(before, list):
            parts = [*_some("-", before), *_some("+", after)]
            out.print(f"    {name}: {', '.join(parts)}")
        else:
            out.print(f"    {name}: {_said(before)} -> {_said(after)}")


def _some(sign: str, words: Iterable[Any]) -> list[str]:
    listed = [f"{sign}{word}" for word in words]
    return [*listed[:_SHOWN], *([f"{sign}{len(listed) - _SHOWN} more"] if len(listed) > _SHOWN else [])]


def _said(value: Any) -> str:
    return "none" if value is None else str(value)
