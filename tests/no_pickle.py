"""No code that turns bytes into objects of any class: `python -m tests.no_pickle` reads every file of the project.

ruff's S rules know pickle, marshal, shelve and yaml.load; they do not know Faust's codecs, numpy's allow_pickle, nor
the loaders of other libraries. What comes over Kafka is others' bytes, and an unpickled one runs their code.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
MODULES = {"pickle", "cPickle", "_pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "jsonpickle"}
SERIALIZERS = {"key_serializer", "value_serializer", "serializer", "broker_serializer"}
UNSAFE_YAML = {"load", "load_all", "unsafe_load", "unsafe_load_all", "full_load", "full_load_all"}
SAFE_LOADERS = {"SafeLoader", "CSafeLoader"}


def findings(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and reason of everything in `source` that unpickles or could."""
    tree = ast.parse(source)
    # A module's own name for one of the safe loaders.
    safe = SAFE_LOADERS | {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign) and _names_safe_loaders_alone(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names]
            yield from ((node.lineno, f"imports {name}") for name in names if name.partition(".")[0] in MODULES)
        elif isinstance(node, ast.Call):
            yield from ((node.lineno, why) for why in _call(node, safe))


def _names_safe_loaders_alone(node: ast.AST) -> bool:
    words = {str(getattr(each, key, "")) for each in ast.walk(node) for key in ("id", "attr", "value")}
    named = {word for word in words if re.fullmatch(r"\w*Loader", word)}
    return bool(named) and named <= SAFE_LOADERS


def _call(node: ast.Call, safe: set[str]) -> Iterator[str]:
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    owner = node.func.value.id if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name) else ""
    given = {each.arg: each.value for each in node.keywords}
    allow = given.get("allow_pickle")
    if allow is not None and not (isinstance(allow, ast.Constant) and allow.value is False):
        yield "allow_pickle is not False"
    for name in SERIALIZERS & given.keys():
        value = given[name]
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and "pickle" in value.value:
            yield f"{name}={value.value!r}"
    if called == "read_pickle":
        yield "read_pickle"
    if called in {"import_module", "__import__"} and node.args and getattr(node.args[0], "value", None) in MODULES:
        yield "imports pickle by name"
    if owner == "yaml" and called in UNSAFE_YAML:
        loaders = [*node.args[1:2], *(value for name, value in given.items() if name == "Loader")]
        if not any(getattr(each, "attr", getattr(each, "id", "")) in safe for each in loaders):
            yield f"yaml.{called} without SafeLoader"


def main() -> int:
    """Print what is found in the project's own files; the exit code is 1 when there is something."""
    count = 0
    for folder in ("workers", "schemas", "tests"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for line, why in findings(path.read_text(encoding="utf-8")):
                count += 1
                sys.stdout.write(f"{path.relative_to(ROOT)}:{line}: {why}: read JSON, or a form of our own\n")
    return int(count > 0)


if __name__ == "__main__":
    sys.exit(main())
