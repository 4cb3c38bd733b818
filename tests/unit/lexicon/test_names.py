"""One list of places, countries and outlets: what the tagger knows, datelines know too."""

import pytest

from workers.lexicon import LexiconError, load
from workers.lexicon.names import (
    is_agency,
    is_country,
    is_frequent,
    is_outlet,
    is_place,
    is_wire,
    outlet_at,
    outlet_of_label,
)
from workers.lexicon.outlets import read_outlets
from workers.lexicon.source import read_source

SOURCE = read_source()
COUNTRIES = SOURCE.countries.values()
OUTLETS = read_outlets(SOURCE.lists["outlets.yaml"])


def test_datelines_know_every_country():
    unknown = [name for entry in COUNTRIES for name in (entry.name_ar, *entry.names) if not is_country(name)]
    assert len(COUNTRIES) == 250
    assert unknown == []


def test_datelines_know_every_capital():
    capitals = [name for entry in COUNTRIES for name in entry.capital]
    assert len(capitals) >= 240
    assert [name for name in capitals if not (is_place(name) or is_place(name, everyday=True))] == []


@pytest.mark.parametrize(
    "city", ["كانو", "لايبزيغ", "أوساكا", "بورتسودان", "غازي عنتاب", "تل أبيب", "القدس", "الكويت", "تونس"]
)
def test_datelines_know_the_gazetteers_cities(city):
    assert is_place(city)


@pytest.mark.parametrize("word", ["الجديد", "دولة", "الصور", "بسيط", "هوية", "سلطات"])
def test_a_city_that_is_a_frequent_word_is_no_place(word):
    assert not is_place(word)
    assert not is_place(word, everyday=True)


def test_outlets_are_known_by_every_sure_form_and_by_everyday_ones_beside_a_place():
    assert len(OUTLETS) >= 1700
    for outlet in OUTLETS:
        assert outlet.sure or outlet.everyday, outlet.name
        for form in outlet.sure:
            assert is_agency(form) if outlet.credited else is_outlet(form), form
        for form in outlet.everyday:
            assert is_agency(form) or is_outlet(form, beside_place=True), form


def test_a_form_is_sure_or_everyday():
    sure = {form for outlet in OUTLETS for form in outlet.sure}
    assert sorted(sure & {form for outlet in OUTLETS for form in outlet.everyday}) == []


def test_a_site_belongs_to_one_outlet():
    sites = [site for outlet in OUTLETS for site in outlet.sites]
    assert len(sites) == len(set(sites))
    assert not [site for site in sites if site != site.lower() or site.startswith("www.") or "/" in site]


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("www.aljazeera.net", "الجزيرة نت"),
        ("ArAbic.cnn.com", "سي إن إن"),
        ("edition.cnn.com", "سي إن إن"),
        ("net", None),
        ("example.org", None),
        ("notaljazeera.net", None),
    ],
)
def test_an_outlet_is_known_by_its_site(host, name):
    assert outlet_at(host) == name


@pytest.mark.parametrize(
    ("name", "wire"),
    [("رويترز", True), ("وكالة رويترز", True), ("سبوتنيك - أ ف ب", True), ("وفا", False), ("CNN", False)],
)
def test_wires_are_what_others_print(name, wire):
    assert is_wire(name) is wire


def test_outlets_named_like_countries_are_none_in_running_text():
    forms = {form.text: form for form in load().forms()}
    assert forms["الامارات اليوم"].block == "media"
    assert forms["هارتس"].block == "media"
    # These words also stand together in a sentence, and this one is the adjective of a country.
    assert "بغداد اليوم" not in forms
    assert forms["العمانيه"].country == ("OM",)


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({"name": "اسم", "kind": "blog"}, "a kind is one of"),
        ({"name": "اسم", "kind": "site", "alias": ["آخر"]}, "there is no key alias"),
    ],
)
def test_a_wrong_entry_is_refused(entry, says):
    with pytest.raises(LexiconError, match=says):
        read_outlets({"group": [entry]})


@pytest.mark.parametrize(
    ("word", "name"),
    [("ShoroukNews", "الشروق"), ("youm7", "اليوم السابع"), ("news", None), ("Tilal", None)],
)
def test_an_outlet_is_known_by_the_first_label_of_its_site(word, name):
    assert outlet_of_label(word) == name


def test_frequent_words_are_those_of_news():
    assert is_frequent("صوره")
    assert not is_frequent("تلال")
