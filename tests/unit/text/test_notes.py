"""Consumers may read notes: what the parser says is what the documentation lists."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SAID = re.compile(r"""(?:note\(|notes=\[|problem=f?|notes, |frozenset\(\), )"([^"(]+?)(?: \(|")""")
#: Where the notes of other modules are written.
ELSEWHERE = {
    "the text was repaired": "text/damage.py",
    "letters of the body were lost before it came": "pages/body.py",
    "Arabic in Latin letters": "pipeline/parse.py",
    "published_at is in the future": "pipeline/parse.py",
}
LISTED = re.compile(r"^\| ([^|]+) \| [^|]+ \|$", re.MULTILINE)


def test_every_note_is_documented_and_every_documented_one_is_said() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = page.partition("| note begins |")[2].partition("\n## ")[0]
    sources = "".join(
        (ROOT / "workers" / "pages" / name).read_text(encoding="utf-8") for name in ("reader.py", "html.py")
    )
    said = set(SAID.findall(sources)) | {"the extractor found no main text"}
    for phrase, name in ELSEWHERE.items():
        assert phrase in (ROOT / "workers" / name).read_text(encoding="utf-8")
        said.add(phrase)
    assert set(LISTED.findall(table)) == said
