"""Pages in our own words with a role for each line: what the reader must not unlearn, and what its tests ask of it.

A line is (role, text); a role is a state's name as in workers/pages/weights.tsv (``+`` before furniture that stands
inside an article). Each page is written with single line breaks and with blank lines.
"""

from __future__ import annotations

from tests.unit.text.test_pages import CLINIC, HEADLINE, LEAD, NEXT, OTHER_HEADLINE, OTHER_LEAD, PORT

__all__ = ["PAGES"]

LAST = "ويحصل الأطفال دون الخامسة على جرعتين من اللقاح في المراكز الصحية مجانا، بحسب بيان الوزارة."
_CROSSHEAD = "حملة تطعيم تشمل جميع المدارس والمحافظات"
_AGAIN = "تشمل حملة وزارة الصحة جميع المدارس في المحافظات، وتستمر الفرق الطبية في القرى أسبوعين كاملين."
_END = "وستعلن الوزارة نتائج الحملة في مؤتمر صحفي تعقده نهاية الشهر."
_NOTICE = "تنبيه: وكالة الأفق الإخبارية تمتلك جميع حقوق نشر الأخبار والصور وأشرطة الفيديو على موقعها."
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
    [("widget", "شارك"), ("title", HEADLINE), ("text", LEAD), ("text", NEXT), ("widget", "شارك")],
]
