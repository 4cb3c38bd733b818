"""Pages in our own words with a role for each line: what the reader must not unlearn, and what its tests ask of it.

A line is (role, text); a role is a state's name as in workers/pages/weights.tsv (``+`` before furniture that stands
inside an article). Each page is written with single line breaks and with blank lines.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench.page_maker.page import junk_of
from tests.unit.text.test_pages import CLINIC, HEADLINE, LEAD, NEXT, OTHER_HEADLINE, OTHER_LEAD, PORT

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["FOLDER", "PAGES", "TAUGHT", "is_taught", "whole_pages"]

FOLDER = Path(__file__).parent / "written"
"""Whole pages, after the layouts of many kinds of sites; see its README.md."""
TAUGHT = "abcdefghij"
"""The files that the reader learns from, by the letter that their names begin with; the others measure it."""

# What a page says of its first article, before its lines.
_FIELD = re.compile(r"# (?P<name>published|publisher|source): (?P<value>.+)")
LAST = "ويحصل الأطفال دون الخامسة على جرعتين من اللقاح في المراكز الصحية مجانا، بحسب بيان الوزارة."
_CROSSHEAD = "حملة تطعيم تشمل جميع المدارس والمحافظات"
_AGAIN = "تشمل حملة وزارة الصحة جميع المدارس في المحافظات، وتستمر الفرق الطبية في القرى أسبوعين كاملين."
_END = "وستعلن الوزارة نتائج الحملة في مؤتمر صحفي تعقده نهاية الشهر."
_NOTICE = "تنبيه: وكالة الأفق الإخبارية تمتلك جميع حقوق نشر الأخبار والصور وأشرطة الفيديو على موقعها."
# A headline that says nothing of its lead, and hours of a night inside an analysis.
_SURPRISE = "نهاية مثيرة للجولة الأخيرة من الدوري"
_MATCH = "تغلب فريق الساحل على مضيفه بثلاثة أهداف ظهر السبت، فاقترب من الصدارة قبل أسبوع من ختام الموسم."
_GOALS = "وافتتح القائد المخضرم التسجيل من ضربة جزاء، قبل أن يضيف البديل هدفين في الدقائق الأخيرة."
_HOURS = [
    ("22:40", "سمع السكان دويا قرب المرفأ، وانقطعت الكهرباء عن الأحياء الشرقية دقائق قليلة."),
    ("23:15", "أغلقت الشرطة الطريق الساحلي، وطلبت من السائقين العودة من حيث أتوا."),
    ("00:05", "وصلت فرق الإطفاء من ثلاث مدن مجاورة، وبدأت تبريد خزانات الوقود."),
    ("01:30", "أعلن المحافظ السيطرة على الحريق، ونفى سقوط ضحايا بين العاملين."),
]
_TEASER = "افتتح وزير الثقافة متحفا جديدا للفنون الإسلامية يضم ألف قطعة نادرة جمعت من ست مدن."

PAGES: list[list[tuple[str, str]]] = [
    [("title", HEADLINE), ("text", LEAD), ("text", NEXT), ("title", OTHER_HEADLINE), ("text", OTHER_LEAD)],
    [("title", HEADLINE), ("text", LEAD), ("text", NEXT), ("text", _CROSSHEAD), ("text", _AGAIN)],
    [("title", HEADLINE), ("text", LEAD), ("+read_more", f"اقرأ أيضا: {OTHER_HEADLINE}"), ("text", NEXT)],
    [("title", HEADLINE), ("text", LEAD), ("+list_label", "أبرز النقاط:"), ("text", f"• {NEXT}"), ("text", _END)],
    [
        ("title", HEADLINE),
        ("text", LEAD),
        ("text", NEXT),
        ("repeat", OTHER_HEADLINE),
        ("title", OTHER_HEADLINE),
        ("text", NEXT),
    ],
    [
        ("title", HEADLINE),
        ("text", LEAD),
        ("text", NEXT),
        ("title", "حملة جديدة في القرى البعيدة"),
        ("+date", "2 مارس 2024"),
        ("text", NEXT),
    ],
    [
        ("title", HEADLINE),
        ("text", LEAD),
        ("text", NEXT),
        ("title", "حملة جديدة في القرى البعيدة"),
        ("+byline", "بقلم: سمير حداد"),
        ("text", NEXT),
    ],
    [("title", HEADLINE), ("text", "الحملة تشمل جميع المحافظات وتستمر أسبوعين"), ("text", LEAD)],
    [
        ("title", HEADLINE),
        ("text", LEAD),
        ("text", "إلى ذلك حذرت هيئة الأرصاد الجوية من عاصفة قوية على"),
        ("text", OTHER_LEAD),
    ],
    [("title", HEADLINE), ("+summary", f"date 2024-01-02 - {LEAD} - {OTHER_LEAD}"), ("text", LEAD), ("text", NEXT)],
    [
        ("title", HEADLINE),
        ("+summary_label", "أبرز النقاط:"),
        ("+summary", f"• {LEAD}"),
        ("+summary", f"• {NEXT}"),
        ("text", LEAD),
        ("text", NEXT),
    ],
    [("summary", f"ملخص الخبر: {LEAD} {NEXT}"), ("title", HEADLINE), ("text", LEAD), ("text", NEXT)],
    [
        ("title", HEADLINE),
        ("text", LEAD),
        ("text", NEXT),
        ("notice", _NOTICE),
        ("begin", OTHER_LEAD),
        ("begin", _TEASER),
    ],
    [
        ("title", HEADLINE),
        ("text", LEAD),
        ("text", f"{NEXT} (إيلكا)"),
        ("notice", _NOTICE),
        ("begin", OTHER_LEAD),
        ("begin", _TEASER),
        ("begin", PORT[0]),
    ],
    [
        ("title", HEADLINE),
        ("text", LEAD),
        ("text", NEXT),
        ("source", "المصدر: رويترز"),
        ("title", OTHER_HEADLINE),
        ("text", OTHER_LEAD),
        ("title", "افتتاح متحف جديد للفنون الإسلامية"),
        ("text", _TEASER),
    ],
    [("begin", CLINIC[0]), *(("text", each) for each in CLINIC[1:]), ("begin", PORT[0])]
    + [("text", each) for each in PORT[1:]],
    [("title", HEADLINE), ("+tags", "وسوم: صحة"), ("text", LEAD), ("text", NEXT)],
    [("title", HEADLINE), ("+byline", "سمير حداد - بيروت"), ("text", LEAD), ("text", NEXT)],
    [("title", HEADLINE), ("text", LEAD), ("text", "حملة في المدارس"), ("text", NEXT), ("text", LAST)],
    [
        ("title", HEADLINE),
        ("text", LEAD),
        ("text", NEXT),
        ("text", LAST),
        ("list_label", "مواضيع ذات صلة"),
        ("related", OTHER_HEADLINE),
        ("related", "افتتاح متحف جديد للفنون الإسلامية"),
    ],
    [
        ("title", HEADLINE),
        ("text", LEAD),
        ("+list_label", "اقرأ المزيد:"),
        ("+related", f"• {OTHER_HEADLINE}"),
        ("+related", "• البنك المركزي يرفع سعر الفائدة للمرة الثالثة هذا العام"),
        ("text", NEXT),
        ("text", LAST),
    ],
    [("ticker", "   ".join((HEADLINE, OTHER_HEADLINE, "افتتاح متحف جديد للفنون الإسلامية", _CROSSHEAD)))],
    [
        ("title", HEADLINE),
        ("text", LEAD),
        ("text", NEXT),
        ("title", _SURPRISE),
        ("text", _MATCH),
        ("text", _GOALS),
    ],
    [
        ("title", OTHER_HEADLINE),
        ("text", OTHER_LEAD),
        ("text", "تسلسل الأحداث ساعة بساعة"),
        *(("text", line) for hour in _HOURS for line in hour),
    ],
    [("widget", "شارك"), ("title", HEADLINE), ("text", LEAD), ("text", NEXT), ("widget", "شارك")],
]


def is_taught(page: dict[str, Any]) -> bool:
    """Whether a written page is one that the reader learns from."""
    return str(page["document_id"])[0] in TAUGHT


def whole_pages(folder: Path = FOLDER) -> Iterator[dict[str, Any]]:
    """Yield the pages of a folder's text files in the form of made ones (see page_maker.page.Page.record).

    Raises ValueError with the file and line for a line of the files that has no role or stands outside a page.
    """
    for path in sorted(folder.glob("*.txt")):
        page: _Page | None = None
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.startswith("==="):
                if page is not None:
                    yield page.record()
                page = _Page(f"{path.stem}:{number}")
            elif page is not None and not page.lines and (field := _FIELD.fullmatch(line)):
                page.fields[field["name"]] = field["value"]
            elif page is None or (line.strip() not in ("", "-") and "\t" not in line):
                raise ValueError(f"{path}, line {number}: expected ROLE<tab>TEXT, - or === NAME, found {line[:40]!r}")
            else:
                page.add(line)
        if page is not None:
            yield page.record()


class _Page:
    """A page being read: its body so far, lines with roles, pieces with kinds."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.body = ""
        self.lines: list[dict[str, Any]] = []
        self.pieces: list[dict[str, Any]] = []
        self.fields: dict[str, str | None] = dict.fromkeys(("published", "publisher", "source"))
        self.open = -1

    def add(self, line: str) -> None:
        """Add a line of the file."""
        if line.strip() in ("", "-"):
            self.body += "\n"
            return
        role, text = line.split("\t", 1)
        if not role.startswith("+"):
            self.body += "\n" if self.body else ""
        role, _, kind = role.removeprefix("+").partition(":")
        start = len(self.body)
        self.body += text
        place = {"start": start, "end": len(self.body)}
        self.lines.append({"role": "text" if role == "begin" else role, "piece": self._piece(role, kind), **place})

    def _piece(self, role: str, kind: str) -> int | None:
        """Which piece a line is of; a title, a text without one and a summary open one."""
        if role in ("title", "begin"):
            self.pieces.append({"kind": kind or "story"})
            self.open = len(self.pieces) - 1
        elif role == "summary":
            last = self.lines[-1] if self.lines else {"role": ""}
            if last["role"] != "summary":
                self.pieces.append({"kind": "summary"})
            return len(self.pieces) - 1 if last["role"] != "summary" else int(last["piece"])
        elif role not in ("text", "deck", "subhead"):
            return None
        return self.open if self.open >= 0 else None

    def record(self) -> dict[str, Any]:
        """The page as a made one; its pieces with their titles and places, its furniture as strings."""
        furniture, own = (
            [self._text(line) for line in self.lines if (line["piece"] is None) == apart] for apart in (True, False)
        )
        return {
            "document_id": self.name,
            "body": self.body,
            "lines": self.lines,
            "pieces": [{**piece, **self._place(number)} for number, piece in enumerate(self.pieces)],
            "junk": junk_of(furniture, own),
            **self.fields,
        }

    def _place(self, number: int) -> dict[str, Any]:
        """The title of a piece, and where its text stands; of a piece without text, where its title does."""
        own = [line for line in self.lines if line["piece"] == number]
        titles = [line for line in own if line["role"] == "title"]
        text = [line for line in own if line["role"] != "title"] or titles
        return {
            "title": self._text(titles[-1]) if titles else "",
            "start": text[0]["start"],
            "end": text[-1]["end"],
            "first": self._text(text[0]),
        }

    def _text(self, line: dict[str, Any]) -> str:
        return self.body[line["start"] : line["end"]]
