"""What the lexicon knows of actors, as records: deterministic, with the ids that an actor had before."""

from workers.lexicon import load
from workers.pipeline.reference import encoded, references
from workers.tagging.ids import derived_id, earlier_id

LEXICON = load()


def test_records_are_deterministic_and_each_id_stands_once():
    found = list(references(LEXICON))
    assert len({each.id for each in found}) == len(found)
    assert encoded(LEXICON) == encoded(LEXICON)


def test_aliases_lead_to_one_actor_and_are_no_ids():
    found = {each.id: each for each in references(LEXICON)}
    aliases = [alias for each in found.values() for alias in each.aliases]
    assert len(set(aliases)) == len(aliases)
    assert not found.keys() & set(aliases)


def test_an_actor_follows_the_ids_that_it_had():
    found = {each.id: each for each in references(LEXICON)}
    assert "us-ministry-of-defence" in found["pentagon"].aliases
    name = "باراك اوباما"
    assert name in found["barack-obama"].names
    assert {earlier_id(name), derived_id(name, "person", None, LEXICON.words)} <= set(found["barack-obama"].aliases)
