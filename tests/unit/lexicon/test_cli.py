"""`rasid lexicon` says what is wrong, what is covered and what differs, in lines and exit codes."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import orjson
import pytest
from typer.testing import CliRunner

from workers.cli.lexicon import app
from workers.errors import UsageError
from workers.lexicon import load
from workers.lexicon.files import COMPILED, SOURCE

if TYPE_CHECKING:
    from pathlib import Path

RUN = CliRunner()


def test_the_shipped_lexicon_is_sound() -> None:
    done = RUN.invoke(app, ["check"])
    assert done.exit_code == 0
    assert " 0 to mend" in done.output
    assert all(line.startswith("note: ") for line in done.stdout.splitlines())


def test_faults_are_listed_and_end_with_1(tmp_path: Path) -> None:
    folder = shutil.copytree(SOURCE, tmp_path / "source")
    path = folder / "countries" / "SY.yaml"
    text = path.read_text(encoding="utf-8").replace("name: أسعد الشيباني", "name: أسعد الشيباني\n  colour: red")
    path.write_text(text.replace("id: murhaf-abu-qasra", "id: Murhaf"), encoding="utf-8")
    done = RUN.invoke(app, ["check", str(folder)])
    assert done.exit_code == 1
    assert "asaad-al-shaibani: actors.1.colour: Extra inputs are not permitted" in done.stdout
    assert "actors.2.id: String should match pattern" in done.stdout


def test_an_id_that_went_into_an_entry_is_that_of_nothing_else(tmp_path: Path) -> None:
    folder = shutil.copytree(SOURCE, tmp_path / "source")
    path = folder / "countries" / "SY.yaml"
    lines = path.read_text(encoding="utf-8")
    for identity, merged in (
        ("asaad-al-shaibani", "barack-obama, old-one"),
        ("murhaf-abu-qasra", "old-one, sy-government"),
    ):
        lines = lines.replace(f"- id: {identity}\n", f"- id: {identity}\n  merged: [{merged}]\n")
    path.write_text(lines, encoding="utf-8")
    done = RUN.invoke(app, ["check", str(folder)])
    assert done.exit_code == 1
    assert "asaad-al-shaibani: merged: barack-obama is an entry still: take one of the two out" in done.stdout
    assert "murhaf-abu-qasra: merged: old-one went into asaad-al-shaibani already: keep one" in done.stdout
    assert "murhaf-abu-qasra: merged: sy-government is a body of bodies.yaml: say so by bodies" in done.stdout


def test_stats_as_a_table_and_as_json() -> None:
    table = RUN.invoke(app, ["stats"]).stdout
    assert table.startswith("country  actors  people  with posts  open posts  wikidata")
    assert f"{len(load().actors):,} actors; " in table
    found = orjson.loads(RUN.invoke(app, ["stats", "--json"]).stdout)
    assert found["by_country"]["SY"]["actors"] > 100
    assert found["by_year"]["2018"] > 700


def test_diff_of_a_compiled_file_and_a_folder(tmp_path: Path) -> None:
    shutil.copy(COMPILED, tmp_path / "old.compiled")
    done = RUN.invoke(app, ["diff", str(tmp_path / "old.compiled"), str(SOURCE)])
    assert (done.exit_code, done.output) == (0, "0 added, 0 removed, 0 changed\n")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a.yaml").write_text("remove: [hakan-fidan]\n", encoding="utf-8")
    done = RUN.invoke(app, ["diff", "shipped", str(tmp_path / "mine"), "--json"])
    changes = [orjson.loads(line) for line in done.stdout.splitlines()]
    assert [(change["kind"], change["section"], change["key"]) for change in changes] == [
        ("removed", "actors", "hakan-fidan")
    ]


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["diff", "no-such-thing", "shipped"], "no-such-thing is no folder, no file, and no git revision"),
        (["diff", __file__, "shipped"], "run rasid lexicon compile"),
        (["stats", "/none"], "/none/international.yaml: No such file or directory"),
        (["wikidata", "/none.json"], "give a JSON export of Wikidata"),
    ],
)
def test_what_cannot_be_read_is_told(args: list[str], says: str) -> None:
    done = RUN.invoke(app, args)
    assert isinstance(done.exception, UsageError)
    assert says in str(done.exception)
