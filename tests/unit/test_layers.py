"""Data flows one way: the pure parts know nothing of Faust, of Kafka, or of the layers above them."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PURE = ("text", "pages", "dedupe", "lexicon", "tagging")
#: What each layer may import of the project, and of Kafka's libraries.
ALLOWED = {
    "schemas": {"schemas"},
    "workers/text": {"workers.text"},
    # Of the lexicon, the lists that datelines, bylines and credits are made of.
    "workers/pages": {"workers.pages", "workers.lexicon.names", "workers.text"},
    "workers/lexicon": {"workers.lexicon", "workers.text"},
    "workers/dedupe": {"workers.dedupe", "workers.text"},
    "workers/tagging": {"workers.tagging", "workers.lexicon", "workers.text"},
    "workers/pipeline": {"workers.pipeline", *(f"workers.{name}" for name in PURE), "workers.errors", "schemas"},
}
#: Type hints alone may name the settings.
HINTS = {"workers/pipeline": {"workers.settings"}}


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def under(name: str, roots: set[str]) -> bool:
    return any(name == root or name.startswith(f"{root}.") for root in roots)


@pytest.mark.parametrize("layer", ALLOWED)
def test_a_layer_imports_only_what_lies_below_it(layer: str) -> None:
    files = list((ROOT / layer).rglob("*.py"))
    assert files
    allowed = ALLOWED[layer] | HINTS.get(layer, set())
    for path in files:
        for name in imports(path):
            assert not under(name, {"faust", "aiokafka", "mode"}), f"{path.relative_to(ROOT)} imports {name}"
            if under(name, {"workers", "schemas", "tests"}):
                assert under(name, allowed), f"{path.relative_to(ROOT)} imports {name}"


def test_the_whole_pipeline_runs_without_faust_and_kafka_in_memory() -> None:
    program = (
        "import sys; from workers.pipeline import parse, dedupe, tag, enrich; "
        "sys.exit(', '.join(m for m in sys.modules if m.split('.')[0] in ('faust', 'aiokafka', 'mode')) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
