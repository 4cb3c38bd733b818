"""Tagging: which countries and actors an article refers to, each with its proof. Pure functions."""

from workers.tagging.explained import Evidence, Outcome
from workers.tagging.model import Actor, Country, Found, Tags
from workers.tagging.tagger import Tagger

__all__ = ["Actor", "Country", "Evidence", "Found", "Outcome", "Tagger", "Tags"]
