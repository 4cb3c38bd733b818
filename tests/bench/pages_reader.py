"""Reads pages for the benchmark in a process of its own: a page a line in, its articles a line out.

    python -m tests.bench.pages_reader [--tag]

Run with another checkout first on PYTHONPATH, it reads as that checkout does: it uses nothing but the parse stage, and
with ``--tag`` the tag stage. ``seconds`` is the processor time of parse alone.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from schemas.models import Document
from workers.errors import NoArticle
from workers.pipeline.build import build_parse, build_tag
from workers.pipeline.enrich import Enricher, EveryArticle
from workers.pipeline.parse import articles_of
from workers.settings import Settings


def main() -> None:
    """Answer each line of standard input with one on standard output."""
    enricher = None
    if "--tag" in sys.argv:
        enricher = Enricher(build_parse(Settings()), EveryArticle(), build_tag(), clock=time.time)
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        document = Document(document_id=asked["document_id"], body=asked["body"])
        begin = time.process_time()
        try:
            found = articles_of(document)
        except NoArticle:
            found = []
        seconds = time.process_time() - begin
        # As the parse stage sends them: a summary after the story that it repeats.
        found = sorted(found, key=lambda article: article.kind == "summary")
        articles: list[dict[str, Any]] = [article.model_dump(mode="json") for article in found]
        if enricher is not None:
            articles = [json.loads(each) for each in enricher.enrich(document) if isinstance(each, bytes)]
        sys.stdout.write(json.dumps({"seconds": seconds, "articles": articles}, ensure_ascii=False) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
