"""Released versions of the contract, each in a folder of its own, and whether what is generated now may follow them.

A consumer or a feed builds on a release. `problems` holds the present contract to the latest one: within a major
version only what schemas/compatibility.py allows may change, and a version that was released stays as it was.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas.compatibility import Break, compare
from schemas.models import INPUTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["DIRECTORY", "Version", "breaks", "latest", "problems", "read", "write"]

DIRECTORY = Path(__file__).parent / "released"

Version = tuple[int, int]
_ASYNCAPI = "asyncapi.json"
_SUFFIX = ".schema.json"


def latest(directory: Path = DIRECTORY) -> Version | None:
    """Return the highest version that has a folder in `directory`, None when there is none."""
    return max((_version(path.name) for path in directory.iterdir() if path.is_dir()), default=None)


def read(version: Version, directory: Path = DIRECTORY) -> dict[str, str]:
    """Return the text of every file of a release, by name."""
    folder = directory / _name(version)
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.json"))}


def write(files: Mapping[str, str], version: str, directory: Path = DIRECTORY) -> Path:
    """Write a release into a folder of its own and return that. Raises FileExistsError when it is there already."""
    folder = directory / version
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def problems(files: Mapping[str, str], version: str, directory: Path = DIRECTORY) -> list[str]:
    """Return one line for each reason why `files`, generated as `version`, may not follow the latest release."""
    last, now = latest(directory), _version(version)
    if last is None:
        return []
    released = read(last, directory)
    if now < last:
        return [f"SCHEMA_VERSION is {version}, but {_name(last)} is released: raise it"]
    lines = [] if now[0] > last[0] else [f"{file}: {each}" for file, each in breaks(released, files)]
    if lines:
        lines.append(f"take these back, or set SCHEMA_VERSION to {now[0] + 1}.0: they break release {_name(last)}")
    elif now == last and any(_bare(files.get(name)) != _bare(text) for name, text in released.items()):
        lines.append(
            f"the contract differs from what was released as {version}: set SCHEMA_VERSION to {now[0]}.{now[1] + 1}"
        )
    return lines


def breaks(released: Mapping[str, str], files: Mapping[str, str]) -> Iterator[tuple[str, Break]]:
    """Yield each incompatible change between two versions' files, with the file's name."""
    for name, text in released.items():
        old = json.loads(text)
        if name not in files:
            yield name, Break("", "removed-schema", "it is gone")
            continue
        new = json.loads(files[name])
        if name == _ASYNCAPI:
            for each in _topics(old, new):
                yield name, each
            continue
        for each in compare(old, new, "input" if name.removesuffix(_SUFFIX) in INPUTS else "output"):
            yield name, each


def _topics(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Break]:
    for topic, channel in old["channels"].items():
        if topic not in new["channels"]:
            yield Break(topic, "removed-topic", "it is gone")
        elif (before := list(channel["messages"])) != (now := list(new["channels"][topic]["messages"])):
            yield Break(topic, "other-message", f"{', '.join(before)} became {', '.join(now)}")
    before, now = (each["components"]["schemas"]["headers"] for each in (old, new))
    yield from compare(before, now, "output")


def _bare(text: str | None) -> Any:
    """Return a file's content without its words for people, which may be mended at any time."""

    def without(node: Any) -> Any:
        if isinstance(node, dict):
            return {
                key: without(value)
                for key, value in node.items()
                # A field may have such a name; its schema is no string.
                if not (key in ("description", "summary") and isinstance(value, str))
            }
        return [without(each) for each in node] if isinstance(node, list) else node

    return None if text is None else without(json.loads(text))


def _version(name: str) -> Version:
    major, minor = name.split(".")
    return int(major), int(minor)


def _name(version: Version) -> str:
    return ".".join(map(str, version))
