"""Claims in words: won and lost, by what evidence and against what; always in step with the tags."""

from __future__ import annotations

from pathlib import Path

import pytest

from workers.lexicon import load
from workers.tagging import Evidence, Outcome, Tagger, Tags

TITLE = "وزير الخارجية الفرنسي يزور بيروت"
TEXT = (
    "وصل وزير الخارجية الفرنسي جان كلود فوستيل إلى بيروت أمس مع الأسد. وقالت وزارة الخارجية الفرنسية ذلك. "
    "وقال الوزير إن شركة أركونيكس فتحت فرعا قرب مطار رفيق الحريري. وقالت أركونيكس ذلك."
)


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger(load())


def explained(tagger: Tagger, text: str, title: str = "") -> list[Outcome]:
    return list(tagger.explain(title, text))


def one(outcomes: list[Outcome], surface: str, kind: str) -> Outcome:
    (found,) = [each for each in outcomes if (each.surface, each.kind) == (surface, kind) and each.field == "text"]
    return found


def mentions(tags: Tags) -> set[tuple[str, int, int, str]]:
    named = (
        *((tag.code, tag.mentions) for tag in tags.countries),
        *((tag.id, tag.mentions) for tag in tags.actors),
    )
    return {(each.field, each.start, each.end, identity) for identity, found in named for each in found}


def won(outcomes: list[Outcome]) -> set[tuple[str, int, int, str]]:
    return {
        (each.field, each.start, each.end, identity)
        for each in outcomes
        if each.won and each.kind != "post"
        for identity in each.candidate.split("+")
    }


def test_every_mention_of_a_tag_is_a_claim_that_won_and_every_won_name_is_a_mention(tagger: Tagger) -> None:
    outcomes = explained(tagger, TEXT, TITLE)
    assert won(outcomes) == mentions(tagger.tag(TITLE, TEXT))
    assert all((TITLE if each.field == "title" else TEXT)[each.start : each.end] == each.surface for each in outcomes)


def test_so_it_is_in_all_the_sentences_of_the_other_tests(tagger: Tagger) -> None:
    lines = (Path(__file__).parent / "traps.tsv").read_text(encoding="utf-8").splitlines()
    texts = [line.split("\t")[0] for line in lines if not line.startswith("#")]
    texts += [". ".join(texts[begin : begin + 20]) for begin in range(0, len(texts), 20)]
    for text in texts:
        assert won(explained(tagger, text)) == mentions(tagger.tag("", text)), text


def test_won_claims_say_by_what(tagger: Tagger) -> None:
    outcomes = explained(tagger, TEXT, TITLE)
    person = one([each for each in outcomes if each.won], "جان كلود فوستيل", "person")
    assert (person.rule, person.strength) == ("rule:title", 4)
    assert Evidence("behind", "وزير الخارجية الفرنسي") in person.evidence
    post = one(outcomes, "وزير الخارجية الفرنسي", "post")
    assert post.candidate == person.candidate
    assert Evidence("country in it", "الفرنسي") in post.evidence
    body = one(outcomes, "وزارة الخارجية الفرنسية", "body")
    assert body.candidate == "fr-ministry-of-foreign-affairs"
    assert Evidence("country beside it", "الفرنسية") in body.evidence
    assert one(outcomes, "الوزير", "later mention").candidate == person.candidate
    organisation = one(outcomes, "شركة أركونيكس", "organisation")
    assert organisation.evidence == (Evidence("type", "company"), Evidence("proper name", "أركونيكس"))
    assert one(outcomes, "أركونيكس", "later mention").evidence == (Evidence("repeats", "شركة أركونيكس"),)


def test_lost_claims_say_against_what(tagger: Tagger) -> None:
    outcomes = [each for each in explained(tagger, TEXT, TITLE) if not each.won]
    again = one(outcomes, "جان كلود فوستيل", "person")
    assert (again.rule, again.reason) == ("rule:name", "a stronger claim holds these words")
    assert again.rival.startswith("person x-")
    assert again.rival.endswith(": جان كلود فوستيل")
    assert one(outcomes, "رفيق الحريري", "listed actor").reason == "a place or a prize is named so"
    assert "does not name the actor in full" in one(outcomes, "الأسد", "listed actor").reason


@pytest.mark.parametrize(
    ("text", "surface", "reason", "rival"),
    [
        ("سجل ماتياس كروس هدفا", "روس", "it is a person's surname here", "person x-"),
        (
            "لعب في سانتياغو برنابيو أمس",
            "سانتياغو برنابيو",
            "the lexicon takes these words",
            "things: سانتياغو برنابيو",
        ),
    ],
)
def test_the_rival_is_named(tagger: Tagger, text: str, surface: str, reason: str, rival: str) -> None:
    (lost,) = [each for each in explained(tagger, text) if each.surface == surface]
    assert lost.reason.startswith(reason)
    assert lost.rival.startswith(rival)


def test_a_title_without_a_name_is_told_once(tagger: Tagger) -> None:
    outcomes = explained(tagger, "وقال وزير المالية إن الأمير سعيد")
    assert [(each.surface, each.kind, each.won) for each in outcomes if "وزير" in each.surface] == [
        ("وزير المالية", "later mention", False)
    ]
    rank = one(outcomes, "الأمير", "post")
    assert rank.reason == "no name stands beside it"


def test_an_empty_article_has_no_claims(tagger: Tagger) -> None:
    assert explained(tagger, "") == []
