"""How well de-duplication works, against rivals, and what it costs.

    python -m tests.bench.dedupe quality DATA …     (a) judged pairs, (b) whole streams, (d) order
    python -m tests.bench.dedupe fit DATA …         learns the weights of the two scores from judged pairs
    python -m tests.bench.dedupe cost DATA …        (c) throughput, memory, recovery with up to a million articles
    python -m tests.bench.dedupe shards DATA …      (e) what splitting the one owner would gain and cost

DATA is a folder with ant_dev.jsonl.gz, saudi_dev.jsonl.gz, recent_dev.jsonl.gz and judged
pairs in labels/. Each part says more with --help.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.bench import dedupe_cost, dedupe_fit, dedupe_quality, dedupe_shards


def main() -> None:
    """Read the command line and run a part."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = parser.add_subparsers(required=True)
    for name, module, run in (
        ("quality", dedupe_quality, dedupe_quality.quality),
        ("fit", dedupe_fit, dedupe_fit.fit),
        ("cost", dedupe_cost, dedupe_cost.cost),
        ("shards", dedupe_shards, dedupe_shards.shards),
    ):
        part = parts.add_parser(name, description=module.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
        part.add_argument("data", type=Path, help="folder with articles and judged pairs")
        module.add_options(part)
        part.set_defaults(run=run)
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
