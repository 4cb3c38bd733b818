"""The lexicon: which words of an Arabic text may name a country, an actor or a government body.

Data in data/*.yaml are made to be read and edited by people; load() checks them and builds the matcher. Nothing here
decides what an article is about: that is workers.tagging.
"""

from workers.lexicon.loader import FORMAT, Lexicon, load
from workers.lexicon.matcher import Hit, Matcher, longest
from workers.lexicon.model import Actor, Body, Country, Form, LexiconError

__all__ = ["FORMAT", "Actor", "Body", "Country", "Form", "Hit", "Lexicon", "LexiconError", "Matcher", "load", "longest"]
