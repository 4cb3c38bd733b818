from __future__ import annotations

import subprocess
import sys

import pytest

from tests.no_pickle import ROOT, findings, main


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from pickle import loads",
        "import dill as d",
        "import os, shelve",
        "__import__('pickle')",
        "importlib.import_module('marshal')",
        "np.load(path, allow_pickle=True)",
        "np.load(path, allow_pickle=flag)",
        "app.topic('t', value_serializer='pickle')",
        "app.topic('t', key_serializer='json|pickle')",
        "pd.read_pickle(path)",
        "yaml.load(text)",
        "yaml.load(text, yaml.Loader)",
        "yaml.unsafe_load(text)",
        "L = getattr(yaml, 'CSafeLoader', yaml.Loader); yaml.load(text, Loader=L)",
    ],
)
def test_every_way_to_unpickle_is_found(source: str) -> None:
    assert [line for line, _ in findings(f"\n{source}\n")] == [2]


@pytest.mark.parametrize(
    "source",
    [
        "yaml.safe_load(text)",
        "yaml.load(text, Loader=yaml.CSafeLoader)",
        "L = getattr(yaml, 'CSafeLoader', yaml.SafeLoader); yaml.load(text, Loader=L)",
        "np.load(path, allow_pickle=False)",
        "app.topic('t', value_serializer='raw')",
        "orjson.loads(data)",
    ],
)
def test_what_is_safe_passes(source: str) -> None:
    assert list(findings(source)) == []


def test_the_project_has_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 0, capsys.readouterr().out


def test_ruff_bites_too() -> None:
    source = "import pickle\nimport yaml\n\npickle.loads(b'')\nyaml.load('', yaml.Loader)\n"
    command = [sys.executable, "-m", "ruff", "check", "--output-format=concise", "--stdin-filename=workers/x.py", "-"]
    done = subprocess.run(command, input=source, capture_output=True, text=True, check=False, cwd=ROOT)
    assert all(rule in done.stdout for rule in (" S301 ", " S506 "))
