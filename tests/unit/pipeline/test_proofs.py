"""Whatever stands in a page, each mention is where it says it is."""

from __future__ import annotations

from itertools import count

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.models import Document
from workers.pipeline.build import build_parse, build_tag
from workers.pipeline.enrich import Enricher, EveryArticle
from workers.settings import Settings

# Bidi marks, tatweel, harakat, joiners, emoji, NUL, and all that ends a line, to be strewn into news.
ODD = st.sampled_from(
    [
        *"\u200e\u200f\u202b\u202c\u2066\u2069ـ\u064e\u0651\u0670\u200c\u200d\u00ad\ufeff\x00\t\u00a0🇸🇾👩‍🔬",
        *("\r\n", "\n\n", "\n", "\u2028", "\x85", "ﷺ", "ﻻ", "<b>", "&amp;"),
    ]
)
NEWS = st.sampled_from(
    [
        *(
            "سوريا",
            "السُّورية",
            "ســوريا",
            "وروسيا",
            "لأمريكا",
            "بالأردن",
            "#العراق",
            "ﺗﺮﻛﻴﺎ",
            "إسرائيل",
            "فلسطین",
            "كوريا الجنوبية",
        ),
        *("فلاديمير بوتين", "وزارة الخارجية التركية", "قال", "الرئيس", "في بيان اليوم", "إن", "الوفد وصل إلى العاصمة."),
        *("المصدر: وكالات", "اقرأ أيضا: خبر", "دبي (رويترز) -", "• ", "1/3", "2024-03-03"),
    ]
)
BODIES = st.lists(st.one_of(NEWS, NEWS, ODD, st.text(max_size=4)), min_size=3, max_size=40).flatmap(
    lambda parts: st.sampled_from([" ", "", "\n", "\r\n"]).map(lambda joint: joint.join(parts))
)
ENRICHER = Enricher(build_parse(Settings()), EveryArticle(), build_tag(), clock=lambda: 1.7e9)
NUMBERS = count()


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BODIES, st.booleans())
def test_every_mention_is_proved_in_the_text_and_in_the_raw_body(body: str, apart: bool) -> None:
    number = f"d{next(NUMBERS)}"
    if apart:
        title, _, text = body.partition("\n")
        document = Document(document_id=number, title=title, text=text)
    else:
        document = Document(document_id=number, body=body)
    raw = document.raw_body
    for line in ENRICHER.enrich(document):
        if not isinstance(line, bytes):
            assert line.error in ("NoArticle", "DamagedText")
            continue
        event = orjson.loads(line)
        for tag in [*event.get("countries", []), *event.get("actors", [])]:
            for mention in tag["mentions"]:
                assert event[mention["field"]][mention["start"] : mention["end"]] == mention["surface"]
                stretch = raw[mention["raw_start"] : mention["raw_end"]]
                # A mention across lines that were put together has their ends in the raw body, HTML its tags.
                assert (
                    "".join(stretch.split()) == "".join(mention["surface"].split()) or "<" in stretch or "&" in stretch
                )
