"""The workers: pure parts (text, dedupe, lexicon, tagging), stages over them, replay, operations and the commands."""
