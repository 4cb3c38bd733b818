"""What the lexicon knows of actors, as records: deterministic, with the ids that an actor had before."""

import pytest

from workers.lexicon import Lexicon, load
from workers.lexicon.compile import compile_source
from workers.lexicon.files import parse_yaml
from workers.lexicon.schema import ActorEntry
from workers.lexicon.source import read_source
from workers.pipeline.reference import encoded, references
from workers.tagging import Tagger
from workers.tagging.aliases import aliases_of
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


def tagged(lexicon: Lexicon, text: str) -> dict[str, tuple[str, ...]]:
    return {tag.id: tag.same_as for tag in Tagger(lexicon).tag("", text).actors}


def test_events_carry_the_aliases_of_the_reference():
    found = {each.id: each for each in references(LEXICON)}
    same_as = tagged(LEXICON, "التقى باراك أوباما مسؤولين في البنتاغون، وقالت الحكومة السورية ذلك.")
    assert same_as.keys() == {"barack-obama", "pentagon", "sy-government"}
    assert all(list(ids) == found[identity].aliases for identity, ids in same_as.items())


def learnt(country: str, entry: str) -> Lexicon:
    """The lexicon with one more actor, as an overlay gives it."""
    source = read_source()
    actor = ActorEntry.model_validate(parse_yaml(entry.encode()))
    source.actors[actor.id], source.country_of[actor.id] = actor, country
    return Lexicon(compile_source(source), "1")


@pytest.mark.parametrize(
    ("text", "country", "kind", "name"),
    [
        ("وصل كيليان فورتمان أمس.", "FR", "person", "كيليان فورتمان"),
        ("أعلنت شركة «قاسيون» للنقل ذلك.", "SY", "company", "شركة قاسيون للنقل"),
        ("أعلنت الرابطة التونسية للخزافين ذلك.", "TN", "ngo", "الرابطة التونسية للخزافين"),
    ],
)
def test_the_id_of_an_unlisted_actor_leads_to_its_entry_once_the_lexicon_has_it(text, country, kind, name):
    ((before, earlier),) = tagged(LEXICON, text).items()
    entry = f"{{id: learnt, type: {kind}, name: {name}, name_en: Learnt, source: this test, checked: 2026-11-01}}"
    ((now, same_as),) = tagged(learnt(country, entry), text).items()
    assert now == "learnt"
    assert before in same_as
    # Contract 1.0 took quotation marks for a part of the name.
    assert "«" in text or set(earlier) <= set(same_as)


def test_ids_that_went_into_an_entry_are_its_aliases():
    entry = (
        "{id: learnt, type: person, name: كيليان فورتمان, name_en: Kylian Fortman, merged: [k-fortman, fortmann], "
        "source: this test, checked: 2026-11-01}"
    )
    lexicon = learnt("FR", entry)
    assert {"k-fortman", "fortmann"} <= set(aliases_of("learnt", lexicon))
    (record,) = (each for each in references(lexicon) if each.id == "learnt")
    assert record.aliases == list(aliases_of("learnt", lexicon))


def test_names_that_others_bear_and_those_without_a_head_have_no_derived_id():
    common = next(form for form in LEXICON.forms() if form.common and len(form.full) == 1)
    assert derived_id(common.text, "person", None, LEXICON.words) not in aliases_of(common.full[0], LEXICON)
    heads = LEXICON.words.heads
    headless = [
        actor.id
        for actor in LEXICON.actors.values()
        if actor.type == "company"
        and heads.keys().isdisjoint(form.text.split(" ")[0].removeprefix("ال") for form in LEXICON.full_forms(actor.id))
    ]
    assert headless
    assert {aliases_of(identity, LEXICON) for identity in headless} == {()}
    assert aliases_of("sy-government", LEXICON) == ()
