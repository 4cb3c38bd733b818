"""What a person types for a country or an actor, and the codes and ids that it may mean."""

from __future__ import annotations

import pytest

from workers.lexicon import load
from workers.lexicon.lookup import is_actor, is_country, like_actor, like_country

LEXICON = load()


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Syria", ["SY"]),
        ("syria", ["SY"]),
        ("سوريا", ["SY"]),
        ("سورية", ["SY"]),
        ("السورية", ["SY"]),
        ("Siria", ["SY"]),
        ("Turkey", ["TR"]),
        ("UK", ["GB"]),
        ("USA", ["US"]),
        ("الكوريتان", ["KP", "KR"]),
        ("nowhere", []),
        ("", []),
    ],
)
def test_a_country_is_found_by_its_names_and_near_misses(text: str, codes: list[str]) -> None:
    found = like_country(LEXICON, text)
    assert list(found) == codes
    assert all(LEXICON.countries[code].name_en == name for code, name in found.items())


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Bashar al-Assad", "bashar-al-assad"),
        ("بشار الأسد", "bashar-al-assad"),
        ("bashar-al-asad", "bashar-al-assad"),
        ("Hamas", "hamas"),
        ("sy-ministry-of-defense", "sy-ministry-of-defence"),
        ("nobody of that name", None),
    ],
)
def test_an_actor_is_found_by_its_names_and_near_misses(text: str, first: str | None) -> None:
    assert next(iter(like_actor(LEXICON, text)), None) == first


def test_who_shares_a_name_is_among_the_suggestions() -> None:
    assert {"bashar-al-assad", "hafez-al-assad"} <= like_actor(LEXICON, "الأسد").keys()
    assert all("sharaa" in identity for identity in like_actor(LEXICON, "Sharaa"))


def test_what_events_may_carry_is_known() -> None:
    assert is_country(LEXICON, "SY")
    assert not is_country(LEXICON, "Syria")
    for identity in ("bashar-al-assad", "sy-ministry-of-defence", "x-0123456789abcdef"):
        assert is_actor(LEXICON, identity)
    for identity in ("Assad", "zz-ministry-of-defence", "sy-nothing", "x-01", ""):
        assert not is_actor(LEXICON, identity)
