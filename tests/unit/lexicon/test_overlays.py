"""Overlays add and override entries, are named in the version, and end the start with a clear error when bad."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from workers.errors import UsageError
from workers.lexicon import load, loader
from workers.pipeline.build import build_tag, lexicon
from workers.settings import Settings
from workers.tagging import Tagger

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs" / "how-to" / "add-your-own-names.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", GUIDE, re.DOTALL)
HEAD = "  source: a test\n  checked: 2026-11-30\n"


def _overlay(folder: Path, text: str, name: str = "a.yaml") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def _actor(identity: str, name: str, more: str = "") -> str:
    return f"- id: {identity}\n  type: company\n  name: {name}\n  name_en: X\n{more}{HEAD}"


def _rasid(folder: Path, *args: str, dirs: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-m", "workers", *args],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "RASID_LEXICON_DIRS": dirs},
    )
    return done.stdout + done.stderr


def test_the_worked_example_does_what_the_guide_says(tmp_path: Path) -> None:
    texts = [text for kind, text in BLOCKS if kind == "text"]
    (entries,) = (text for kind, text in BLOCKS if kind == "yaml")
    _overlay(tmp_path / "watchlist", entries, "lebanon.yaml")
    (tmp_path / "note.txt").write_text(texts[1], encoding="utf-8")
    assert " 0 to mend" in _rasid(tmp_path, "lexicon", "check", "watchlist")
    changes = _rasid(tmp_path, "lexicon", "diff", "shipped", "watchlist")
    for line in texts[0].splitlines():
        assert line in changes
    assert "1 added, 0 removed, 1 changed" in changes
    explained = _rasid(tmp_path, "explain", "note.txt", dirs="watchlist")
    for line in texts[2].splitlines():
        assert line in explained
    assert re.search(r"lexicon: [0-9a-f]{12}\+watchlist\.[0-9a-f]{8}\n", explained)
    _overlay(tmp_path / "watchlist", entries.replace("type: company", "type: firm"), "lebanon.yaml")
    told = _rasid(tmp_path, "explain", "note.txt", dirs="watchlist")
    assert texts[3].splitlines()[0].rstrip("…") in told
    _overlay(tmp_path / "watchlist", entries.replace("الأرز للشحن البحري", "حزب الله"), "lebanon.yaml")
    assert texts[3].splitlines()[1] in _rasid(tmp_path, "explain", "note.txt", dirs="watchlist")


def test_an_overlay_adds_overrides_and_removes(tmp_path: Path) -> None:
    first = _overlay(
        tmp_path / "first",
        "country: SY\nremove: [murhaf-abu-qasra]\nactors:\n"
        + _actor("new-company", "شركة قاسيون للنقل")
        + _actor("anas-khattab", "أنس خطاب"),
    )
    second = _overlay(tmp_path / "second", "country: TR\nactors:\n" + _actor("new-company", "شركة بوغاز للنقل"))
    settings = Settings(lexicon_dirs=os.pathsep.join(map(str, (first, second))))
    laid = lexicon(settings)
    assert laid.actors["new-company"].country == "TR"
    assert laid.actors["anas-khattab"].type == "company"
    assert "murhaf-abu-qasra" not in laid.actors
    assert laid.overlay_of == {"anas-khattab": "first", "new-company": "second"}
    assert re.fullmatch(rf"{load().version}\+first\.[0-9a-f]{{8}}\+second\.[0-9a-f]{{8}}", laid.version)
    assert build_tag(settings).lexicon_version == laid.version
    tags = Tagger(laid).tag("", "قال بيان إن شركة بوغاز للنقل وقعت عقدا في أنقرة. وحضر مرهف أبو قصرة الحفل.").actors
    assert "new-company" in {tag.id for tag in tags}
    assert "murhaf-abu-qasra" not in {tag.id for tag in tags}
    assert len(load().actors) == len(laid.actors)
    assert load().overlay_of == {}
    assert load() is lexicon()


def test_an_overlay_overrides_a_country(tmp_path: Path) -> None:
    text = "country:\n  code: SY\n  name_en: Syria\n  name_ar: سوريا\n  places: [قرية النبع الأزرق]\n" + HEAD
    laid = lexicon(Settings(lexicon_dirs=str(_overlay(tmp_path / "places", text))))
    assert laid.overlay_of == {"SY": "places"}
    assert [tag.code for tag in Tagger(laid).tag("", "وصل الوفد إلى قرية النبع الأزرق أمس").countries] == ["SY"]


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "has no .yaml file: put entries there"),
        ({"a.yaml": "actors: ["}, "a.yaml: no YAML"),
        ({"a.yaml": "actors:\n- id: x\n"}, "a.yaml: x: actors.0.source: Field required (and 4 more"),
        (
            {"a.yaml": "country: XY\nactors:\n" + _actor("x-co", "شركة جديدة جدا")},
            "a.yaml: x-co: there is no country XY",
        ),
        ({"a.yaml": "country: SY\nactors:\n" + _actor("x-co", "قم")}, "a form has at least 3 letters"),
        ({"a.yaml": "remove: [nobody]\n"}, "remove: there is no actor nobody: take the line out"),
        ({"a.yaml": "remove: [akp]\n"}, "rules.yaml, homonyms: there is no actor akp"),
        (
            {"a.yaml": "actors:\n" + _actor("x-co", "اسم جديد"), "b.yaml": "actors:\n" + _actor("x-co", "اسم آخر")},
            "b.yaml: x-co stands in",
        ),
        (
            {"a.yaml": "country: SY\nactors:\n" + _actor("x-co", "أحمد الشرع")},
            "stands for ahmed-al-sharaa too (countries/SY.yaml): take it out of one of them",
        ),
    ],
)
def test_a_bad_overlay_ends_the_start(tmp_path: Path, files: dict[str, str], says: str) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=re.escape(says)) as caught:
        build_tag(Settings(lexicon_dirs=str(folder)))
    assert str(caught.value).startswith("RASID_LEXICON_DIRS: ")


@pytest.mark.parametrize("name", ["sites", "My List", "a+b"])
def test_a_name_that_cannot_stand_in_a_version_is_refused(tmp_path: Path, name: str) -> None:
    folder = _overlay(tmp_path / name, "actors: []\n")
    with pytest.raises(UsageError, match="rename it"):
        lexicon(Settings(lexicon_dirs=str(folder)))


def test_a_folder_that_is_not_there_is_a_setting_to_mend(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"RASID_LEXICON_DIRS: .*none is no folder"):
        lexicon(Settings(lexicon_dirs=str(tmp_path / "none")))


def test_a_comment_in_an_overlay_is_no_other_version(tmp_path: Path) -> None:
    text = "country: SY\nactors:\n" + _actor("x-co", "شركة قاسيون للنقل")
    folder = str(_overlay(tmp_path / "mine", text))
    before = lexicon(Settings(lexicon_dirs=folder)).version
    loader._load.cache_clear()
    _overlay(tmp_path / "mine", "# ours\n" + text)
    assert lexicon(Settings(lexicon_dirs=folder)).version == before
    loader._load.cache_clear()
    _overlay(tmp_path / "mine", text.replace("قاسيون", "بردى"))
    assert lexicon(Settings(lexicon_dirs=folder)).version != before
