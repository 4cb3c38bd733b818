"""The lexicon: which words of an Arabic text may name a country, an actor or a government body.

People read and edit the files of source/; they are compiled to lexicon.compiled, which load() reads. Nothing here
decides what an article is about: that is workers.tagging.
"""

from workers.lexicon.compiled import FORMAT
from workers.lexicon.loader import Lexicon, load
from workers.lexicon.matcher import Hit, Matcher, longest
from workers.lexicon.model import Actor, Body, Country, Form, LexiconError

__all__ = ["FORMAT", "Actor", "Body", "Country", "Form", "Hit", "Lexicon", "LexiconError", "Matcher", "load", "longest"]
