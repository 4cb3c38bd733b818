"""`python -m workers` is `rasid`."""

from workers.cli import main

main()
