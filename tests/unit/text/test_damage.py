"""Text that was damaged before it came is repaired where that is certain, and refused where its letters are lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.models import Document
from tests.work import grows_linearly
from workers.errors import DamagedText
from workers.pages.body import read_body
from workers.pipeline.parse import articles_of
from workers.text.damage import damage, repair
from workers.text.offsets import covering_span

# "The ministry of health in Cairo announced ...": a headline and two paragraphs, with marks that encodings differ in.
TITLE = "وزارة الصحة تبدأ حملة تطعيم في القاهرة"
TEXT = (
    "أعلنت وزارة الصحة في القاهرة، اليوم، بدء حملة تطعيم «واسعة» تشمل جميع المحافظات وتستمر أسبوعين (14 يوماً).\n\n"
    "وقال متحدث باسم الوزارة إن الفرق الطبية ستزور المدارس والقرى البعيدة خلال الأيام المقبلة، وإن اللقاح آمن."
)
SOUND = f"{TITLE}\n\n{TEXT}"
MISREAD = [
    ("utf-8", "latin-1"),
    ("utf-8", "windows-1256"),
    ("windows-1256", "windows-1252"),
    ("windows-1256", "latin-1"),
]


@pytest.mark.parametrize(("written", "read"), MISREAD)
def test_text_read_in_a_wrong_encoding_is_repaired_and_every_letter_leads_back(written: str, read: str) -> None:
    damaged = SOUND.encode(written).decode(read)
    repaired = repair(damaged)
    assert repaired is not None
    assert repaired.mapped.text == SOUND
    assert len(repaired.notes) == 1
    for at, letter in enumerate(SOUND):
        start, end = covering_span(repaired.mapped.runs, repaired.mapped.references, at, at + 1)
        assert damaged[start:end].encode(read).decode(written) == letter


def test_bytes_that_windows_does_not_define_are_lost_and_feh_is_known_all_the_same() -> None:
    damaged = SOUND.encode("utf-8").decode("windows-1252", errors="replace")
    assert "\ufffd" in damaged
    repaired = repair(damaged)
    assert repaired is not None
    assert repaired.mapped.text == SOUND


def test_text_that_was_misread_twice_is_repaired_twice() -> None:
    once = SOUND.encode("utf-8").decode("latin-1")
    repaired = repair(once.encode("utf-8").decode("latin-1"))
    assert repaired is not None
    assert repaired.mapped.text == SOUND
    assert len(repaired.notes) == 2


def test_a_damaged_title_over_a_sound_text_is_repaired_alone() -> None:
    repaired = repair(f"{TITLE.encode().decode('latin-1')}\n\n{TEXT}")
    assert repaired is not None
    assert repaired.mapped.text == SOUND


def test_text_in_visual_order_is_turned_with_its_numbers_as_they_are() -> None:
    turned = "\n".join(line[::-1] for line in SOUND.replace("14", "41").split("\n"))
    repaired = repair(turned)
    assert repaired is not None
    assert repaired.mapped.text == SOUND


@pytest.mark.parametrize(
    "text",
    [
        SOUND,
        # French, Turkish and Portuguese news, with the letters that misreadings leave.
        "Le ministère de la Santé a annoncé à Genève une campagne élargie à l'été, où près de 20 % des élèves…",
        "Sağlık Bakanlığı, İstanbul'da geniş çaplı bir aşı kampanyası başlattığını açıkladı; çocuklar önce gelecek.",
        "A operação não terá início até março, informou a comissão de habitação de São Paulo às câmaras.",
        "وصل المنتخب إلى طوكيو، وطلب الطاقم الطبي طعاماً خاصاً للاعبين بعد انقطاع الطيران ظهراً.",
        "ماذا حدث؟؟ ولماذا??? سأل كثيرون في القاهرة",
    ],
)
def test_sound_text_is_left_alone(text: str) -> None:
    assert repair(text) is None
    assert damage(text) is None


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("".join("\ufffd" if n % 2 and letter.isalpha() else letter for n, letter in enumerate(SOUND)), "U+FFFD"),
        ("".join("?" if letter.isalpha() else letter for letter in SOUND), "question marks"),
        (SOUND.encode("utf-8").decode("cp437"), None),
        ("ÐÑÒ ÓÔÕ ÖØÙ ÚÛÜ ÝÞß àáâ ãäå", "wrong encoding"),
    ],
)
def test_what_cannot_be_repaired_is_a_dead_letter_that_says_why(body: str, said: str | None) -> None:
    if said is None:
        # A misreading not known here: it is not Arabic any more, and never tagged as such.
        assert all(article.language != "ar" for article in articles_of(Document(document_id="1", body=body)))
        return
    with pytest.raises(DamagedText, match=said.replace("+", r"\+")):
        articles_of(Document(document_id="1", body=body))


def test_a_few_lost_letters_are_noted() -> None:
    found = articles_of(Document(document_id="1", body=SOUND.replace("آمن", "آم\ufffd")))
    assert [note for note in found[0].notes if "U+FFFD" in note] == [
        "letters of the body were lost before it came: 1 (U+FFFD)"
    ]


def test_a_title_given_apart_keeps_its_length_through_a_repair() -> None:
    title, text = (each.encode().decode("latin-1") for each in (TITLE, TEXT))
    (found,) = read_body(f"{title}\n\n{text}", title_length=len(title)).found
    assert found.article.page.title == TITLE


@given(st.text(alphabet="ØÙÂÃطظ\x80\x99¨§اأ ة\n\ufffd?aé", max_size=80))
def test_no_text_makes_it_fail_and_what_is_repaired_is_mapped_in_order(text: str) -> None:
    damage(text)
    repaired = repair(text)
    if repaired is not None:
        mapped = repaired.mapped
        for out, raw, length in mapped.runs:
            assert mapped.text[out : out + length] == text[raw : raw + length]


def test_the_work_grows_with_the_length() -> None:
    damaged = SOUND.encode("utf-8").decode("latin-1")
    assert grows_linearly(lambda size: repair(damaged * size), 20)
