"""Faults under load on a real broker, and what became of every record: `python -m tests.chaos`, or `make chaos`."""
