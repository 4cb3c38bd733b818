"""Ids of Wikidata and GeoNames: each with its basis, none twice, and an export tells which are no longer right."""

import bz2
import gzip
import re

import orjson
import pytest

from schemas.models import Document, EnrichedEvent
from workers.lexicon import LexiconError, load
from workers.lexicon.source import read_source
from workers.lexicon.wikidata import check_ids, linked
from workers.pipeline.build import build_parse, build_tag
from workers.pipeline.enrich import Enricher, EveryArticle
from workers.settings import Settings

SOURCE = read_source()


def test_ids_have_a_basis_and_no_two_entries_share_one():
    entries = {**SOURCE.countries, **SOURCE.actors}
    links = [entry.wikidata for entry in entries.values() if entry.wikidata is not None]
    assert len(links) == len(linked(SOURCE)) == 1971
    assert all(link.basis and link.source and link.checked for link in links)
    # Rows that their own list calls likely at best were left out.
    assert SOURCE.countries["EH"].wikidata is None
    assert SOURCE.actors["eli-cohen"].wikidata is None


def test_the_lexicon_hands_ids_on():
    lexicon = load()
    assert lexicon.countries["SY"].wikidata == "Q858"
    assert lexicon.countries["SY"].geonames == 163843
    assert lexicon.actors["barack-obama"].wikidata == "Q76"
    assert lexicon.actors["eli-cohen"].wikidata is None


@pytest.mark.parametrize(
    ("code", "surface", "id_"),
    [
        ("SY", "حلب", 170063),
        ("SY", "دير الزور", 170794),
        ("SA", "رياض", 108410),
        ("SY", "بغداد", None),
        ("XX", "حلب", None),
    ],
)
def test_towns_have_the_id_of_their_country_alone(code, surface, id_):
    assert load().geonames(code, surface) == id_


def _item(id_, ar, *, kind="Q5", code=None):
    claims = {"P31": [{"mainsnak": {"datavalue": {"value": {"id": kind}}}}]}
    if code:
        claims["P297"] = [{"mainsnak": {"datavalue": {"value": code}}}]
    item = {
        "type": "item",
        "id": id_,
        "labels": {"ar": {"language": "ar", "value": ar}},
        "aliases": {},
        "claims": claims,
    }
    return orjson.dumps(item)


def _export(items):
    return b"[\n" + b",\n".join(items) + b"\n]\n"


def _sound():
    for key, entry in {**SOURCE.countries, **SOURCE.actors}.items():
        if entry.wikidata is not None:
            is_country = key in SOURCE.countries
            kind = "Q5" if not is_country and entry.type == "person" else "Q6256"
            name = entry.name_ar if is_country else entry.name
            yield entry.wikidata.id, _item(entry.wikidata.id, name, kind=kind, code=key if is_country else None)


def test_an_export_that_agrees_has_nothing_to_look_at(tmp_path):
    data = _export([_item("Q1", "الكون", kind="Q36906466"), *dict(_sound()).values()])
    for name, packed in (("a.json", data), ("a.json.gz", gzip.compress(data)), ("a.json.bz2", bz2.compress(data))):
        (tmp_path / name).write_bytes(packed)
        assert list(check_ids(SOURCE, tmp_path / name)) == []


def test_items_that_are_gone_or_are_something_else_are_told(tmp_path):
    items = dict(_sound())
    del items["Q76"]
    items["Q858"] = _item("Q858", "سوريا", kind="Q6256", code="LB")
    items["Q567"] = _item("Q567", "أنغيلا ميركل", kind="Q3305213")
    items["Q157"] = _item("Q157", "رجل آخر")
    (tmp_path / "a.json").write_bytes(_export(items.values()))
    assert set(check_ids(SOURCE, tmp_path / "a.json")) == {
        "countries/US.yaml: barack-obama: Q76 is not in the export: deleted, or merged into another item",
        "countries/SY.yaml: SY: Q858 is the country LB",
        "countries/DE.yaml: angela-merkel: Q567 is no human, the entry has type person",
        "countries/FR.yaml: francois-hollande: Q157 has none of the entry's names",
    }


@pytest.mark.parametrize(
    ("name", "data"), [("a.json.gz", b"no gzip"), ("a.json", b'{"id":"Q76", broken\n'), ("b.json", None)]
)
def test_an_export_that_cannot_be_read_is_refused(tmp_path, name, data):
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(LexiconError, match=re.escape(str(tmp_path / name))):
        list(check_ids(SOURCE, tmp_path / name))


def test_events_carry_the_ids():
    enricher = Enricher(build_parse(Settings()), EveryArticle(), build_tag(), clock=lambda: 1.7e9)
    text = "قال باراك أوباما إن الوفد وصل إلى حلب السورية. وأضاف آدم كوغلمان الباحث في المعهد أن الأمر مهم."
    (line,) = enricher.enrich(Document(document_id="a", title="أوباما في حلب", text=text))
    event = EnrichedEvent.model_validate_json(line)
    countries = {tag.code: tag for tag in event.countries}
    assert (countries["SY"].wikidata, countries["SY"].geonames) == ("Q858", 163843)
    towns = {mention.surface: mention.geonames for mention in countries["SY"].mentions}
    assert towns == {"حلب": 170063, "السورية": None}
    actors = {tag.name: tag.wikidata for tag in event.actors}
    assert actors == {"باراك أوباما": "Q76", "آدم كوغلمان": None}
