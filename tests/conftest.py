from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def seeds() -> list[Path]:
    """The five seed documents, as given."""
    return sorted((ROOT / "seeds").glob("*.txt"))
