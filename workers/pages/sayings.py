"""How pages name themselves: sentences of furniture with a place for the outlet's name, each with what it is worth.

Adding one is an entry here and a line in tests/unit/pages/test_outlets.py. An entry has what it is worth (3 is enough
by itself), stretches of which a line has at least one (looked for first: that costs little), and a pattern of unfolded
text with these words for their patterns:

    NAME    the outlet's name        QUOTED  that in quotation marks or brackets
    KIND    site, newspaper, agency  NETWORK Facebook and the like
    ON      on, by, in               TO      the end of the name: a sign, or the end of the line
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from workers.text.words import holding

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ANYWHERE", "FURNITURE", "KIND", "ORIGINALS", "TO_ITSELF", "names_in"]

KIND = "(?:موقع|صحيف[ةه]|جريد[ةه]|وكال[ةه]|بواب[ةه]|شبك[ةه]|قنا[ةه]|منص[ةه]|مجل[ةه]|[إا]ذاع[ةه])"
"""What says that an outlet's name follows."""
_QUOTED = r"[«\"“(]\s?(?P<name>[^\"»”«“()]{2,25})\s?[\"»”)]"
_WORDS = {
    "NAME": r"(?P<name>[^\d:،.«»\"“”()|]{2,30}?(?:\s?\d{2,3})?)",
    "QUOTED": _QUOTED,
    "KIND": KIND,
    "NETWORK": (
        r"(?:فيس\s?بوك|تويتر|[إا]كس|يوتيوب|[إا]نست[غجق]رام|تي?ل[يغج]{1,2}رام|تليغرام|واتس\s?[اآ]ب|تيك توك"
        r"|(?:غوغل|جوجل|قوقل) نيوز|google news|facebook|twitter|telegram|whatsapp|youtube)"
    ),
    "ON": "(?:على|علي|عبر|في)",
    "TO": r"(?:\s?[:،|(-]|\.|$)",
}


class Saying(NamedTuple):
    """What a saying is worth, stretches of which a line needs one (and the test), a pattern with a group ``name``."""

    worth: float
    needs: tuple[str, ...]
    may: Callable[[str], bool]
    pattern: re.Pattern[str]


def _saying(worth: float, needs: str, pattern: str) -> Saying:
    for word, meaning in _WORDS.items():
        pattern = pattern.replace(word, meaning)
    stretches = tuple(needs.split())
    return Saying(worth, stretches, holding(*stretches), re.compile(pattern, re.IGNORECASE))


class Sayings(NamedTuple):
    """Sayings that are looked for together, and a cheap test that a text with one of them passes."""

    may: Callable[[str], bool]
    each: tuple[Saying, ...]


def _together(*sayings: Saying) -> Sayings:
    return Sayings(holding(*dict.fromkeys(need for saying in sayings for need in saying.needs)), sayings)


def names_in(text: str, sayings: Sayings) -> list[tuple[str, float]]:
    """Return the names that sayings in a text give, each with what it is worth."""
    if not sayings.may(text):
        return []
    return [
        (found["name"], saying.worth)
        for saying in sayings.each
        if saying.may(text)
        for found in saying.pattern.finditer(text)
    ]


# Sentences that no story says: they count in every line.
ANYWHERE = _together(
    _saying(4, "موقع", r"(?:طُ?بع|نُ?شر) (?:هذا )?(?:من|في) موقع NAME\s*(?:بتاريخ|في|يوم|$)"),
    _saying(
        4,
        "محررو تحرير أخبار",
        r"\b(?:محررو|(?:أسرة|هيئة|فريق) تحرير|غرفة أخبار)\s(?!الشام)(?:KIND\s)?NAME(?:\s(?:وقد|وتم|قد|أو)\b|TO)",
    ),
    _saying(
        4,
        "لكم معكم زوار لقرائ لمتابعي",
        r"(?:[نتي]قدم|[تي]جمع|[تي]ستعرض|[تي]نشر|[تي]رصد|[تي]وفر|و?يتابع)\s"
        r"(?:لكم|معكم|لقرائ\S+|زوارنا|لزوار\S+|لمتابعي\S+)\s(?:\S+\s){0,2}(?:عبر\s)?KIND\sNAME\s"
        r"(?:[أا]هم|[أا]برز|[آا]خر|[أا]حدث|كل|جميع|تفاصيل|تغطية|طوال|من|ON)\b",
    ),
    _saying(
        3,
        "لك لكم معكم بكم ليكم نصحك دعوك",
        r"^(?:KIND\s)?NAME\s(?:[تي](?:رشح|قترح|ختار|قدم|وفر|رحب|نقل|هدي|تيح|جمع)\s(?:لك|معك|بك|[إا]لي)(?:ك|كم|م)?|[تي](?:نصح|دعو)كم?)\b",
    ),
    _saying(
        3,
        "ppeared",
        r"\b(?:post|article)\b.{0,250}(?:appeared first on|first appeared (?:on|in))\s(?P<name>[^.]{2,40})",
    ),
    _saying(
        3,
        "ظهر نشر نُشر",
        r"^(?:ظهرت?|نُ?شرت?)\s.{0,250}(?:[أا]ولاً?|لأول مرة)\sON\s(?:KIND\s)?(?P<name>[^.()«»\"]{2,30})\.?$",
    ),
    _saying(
        3,
        "صحيفة جريدة وكالة بوابة موقع شبكة منصة مؤسسة مجلة قناة نشرة مدونة",
        r"^(?:KIND\s)?NAME[\s،,:-]+(?:هي\s|هو\s)?(?:KIND|مؤسسة|نشرة|مدونة)\s(?:\S+\s)?"
        r"(?:يومي|[أا]سبوعي|[إا]خباري|[إا]لكتروني|سياسي|مستقل|عربي|شامل|صح[فا]{1,2}ي|[إا]علامي|رقمي|ثقافي|اقتصادي|رياضي)",
    ),
    _saying(
        3.5,
        "شكر Thank thank",
        r"^(?:شكرا?ً?ا?\s(?:لكم\s)?(?:على\s)?ل?(?:قراءة|قراءتكم?|متابعة|متابعتكم?)|thanks? (?:you )?for reading)\s"
        r"(?:KIND\s)?(?P<name>[^!.،:()]{2,30})(?:[!.،]|$)",
    ),
)
# These count in furniture alone.
FURNITURE = _together(
    # Who credits himself with an agency is the page's own: the agency alone would be a source.
    _saying(2, "المصدر", r"^المصدر\s?:\s?(?:KIND\s)?(?P<name>[^\d:،.+/|]{2,25}?)\s?\+\s?\S"),
    _saying(3, "فريق وحدة قسم مكتب خدمة غرفة", r"^NAME\s*[-–/|]\s*(?:فريق|وحدة|قسم|مكتب|خدمة|غرفة)\s\S+(?:\s\S+)?$"),
    _saying(
        3,
        "فريق محررو أسرة قسم",
        r"^(?:فريق|محررو|أسرة|قسم \S+(?:\s\S+)? (?:في|ب))\s(?:KIND\s)?NAME\s(?:[تي]ختار|[تي]قدم|[تي]عد|[تي]رصد|[تي]جمع"
        r"|[تي]نتقي|[تي]تابع|[تي]لخص|[تي]نشر)(?:ون)?\s",
    ),
    # It may be said of another outlet too.
    _saying(1.5, "المزيد", r"^المزيد (?:من|على|في|عبر)\s(?:KIND\s)?NAME\s?[:：]?$"),
    _saying(3, "الأكثر الاكثر الأعلى الأحدث الأبرز", r"^ال[أا](?:كثر|على|حدث|برز) \S+ (?:على|علي|عبر) NAME$"),
    _saying(2.5, "الأكثر الاكثر الأعلى الأحدث الأبرز", r"^ال[أا](?:كثر|على|حدث|برز) \S+ في NAME$"),
    _saying(2.5, "كتب إعداد اعداد تقرير نشر", r"^(?:كتبت?|[إا]عداد|تقرير|نشر)\s?[-–/|]\s?(?P<name>[^:،.]{2,30})$"),
    _saying(
        3,
        "تابع شترك نضم اشتراك لانضمام",
        r"\b(?:تابعوا|تابع|تابعونا|لمتابعة|اشتركوا|اشترك|انضموا?|للاشتراك|للانضمام)\s(?:[إا]لى\s|في\s)?"
        r"(?:آخر الأخبار على\s|أخبار\s)?(?:تطبيق|قناة|قنوات|موقع|صفحة|صفحات|حساب|حسابات|نشرة|منصات)?\s?"
        r"NAME\s(?!في)ON\s",
    ),
    _saying(
        3,
        "تطبيق",
        r"(?:تطبيق|التطبيق الرسمي ل)\s?NAME"
        r"(?:\sالآن$|\sو[^\W\d_]+\b.*|\s(?:على|علي|من|مجانا|عبر|للحصول|لمتابعة)\b.*|$)",
    ),
    _saying(3, "صفح قنا حساب", r"(?:صفحة|صفحات|قناة|حساب|حسابات)\sNAME\sON\sNETWORK"),
    _saying(3, "على علي عبر", r"^NAME\s(?!في)ON\sNETWORK"),
    _saying(3, '« " “', r"[«\"“]NETWORK\sNAME[»\"”]"),
    _saying(
        3,
        "متابع تحرير التحرير خاص الأخبار رصد ترجم محرر",
        r"^NAME\s*[-–/|_]\s*(?:متابعة|متابعات|فريق التحرير|خاص|هيئة التحرير|غرفة الأخبار|التحرير|تحرير|رصد|ترجمة|ترجمات"
        r"|محرر.*)$",
    ),
    _saying(
        3,
        "خاص متابع حصري رصد تحرير ترجم",
        r"^(?:خاص|متابعات?|متابعة|حصري|رصد|تحرير|ترجمة|ترجمات)\s*[-–/|:]\s*(?P<name>[^:،.]{2,30})$",
    ),
    _saying(3, "رابط", r"^رابط (?:الخبر|المقال|الموضوع)\s(?:ب|في\s)KIND\sNAMETO"),
    _saying(3, "خاص", r"^خاص\s(?:ب|لـ?|ل)?\s?QUOTED$"),
    _saying(3, "نشر نُشر كتب", r"^NAME\s?(?:نشر في|نُشر في|كتب في)\s?:"),
    _saying(2, "برمجة", r"^(?:تصميم وبرمجة|برمجة وتصميم)\s?[:：]\s?NAME$"),
    _saying(3, "صوت موقع جريدة صحيفة أخبار بوابة يومية وكالة", r"^NAME\s[-–|]\s(?:صوت|أخبار|يومية|KIND)\s"),
    _saying(
        3,
        "جريدة صحيفة بوابة وكالة شبكة موقع",
        r"^(?P<name>(?:جريدة|صحيفة|بوابة|وكالة|شبكة|موقع) [^\d:،.]{3,28}?)"
        r"(?:[\s-]+(?:رئيس|مدير|المشرف|يومية|اليومية|تصدر|العدد|عدد).*)?$",
    ),
    _saying(
        3,
        "أخبار اخبار",
        r"^(?:لمتابعة|للاطلاع على|لمعرفة|لقراءة)\s(?:(?:[آأا]خر|[أا]حدث|[أا]هم|جميع|كل)\s)?[أا]خبار\s(?:KIND\s)?NAME\s"
        r"(?:[اإ]ضغط|[اإ]نقر|[اإ]دخل|هنا|من هنا)",
    ),
    _saying(
        2.5,
        "قروب جروب مجموع قنا",
        r"(?:[اإ]?نضموا?|[اإ]شتركوا?|للانضمام|للاشتراك)\s(?:[إا]لى\s|ل|في\s|ب)?(?:قروب|جروب|مجموعة|قناة|مجموعات|قنوات)\s"
        r"(?:KIND\s)?NAMETO",
    ),
    _saying(3, "تحرير إدارة ناشر", r"(?:رئيس تحرير|رئيس مجلس إدارة|مدير تحرير|ناشر)\s(?:KIND\s)?NAMETO"),
    _saying(3, "نشرة موجز أخبار", r"(?:نشرة|موجز|أخبار)\s\((?P<name>[^()]{2,20})\)"),
    _saying(
        2,
        "نشرة نشرتنا إشعارات تنبيهات أخبار",
        r"(?:النشرة (?:البريدية|الإخبارية)|نشرتنا|إشعارات|تنبيهات|أحدث أخبار|آخر أخبار)\s(?:من|ل|لـ)\s?QUOTED",
    ),
    _saying(
        3,
        "رأي آراء موقف نظر سياسة توجه",
        r"(?:رأي|آراء|موقف|وجهة نظر|سياسة|توجه|توجهات)\s(?:KIND\s)?[«\"“(]?(?P<name>[^\d:،.«»\"“”()|]{3,25})[»\"”)]?"
        r"(?:\s(?:بل|وإنما|وانما|أو|او|ولا)\b|[.،]|$)",
    ),
    _saying(
        3,
        "مسؤول تحمل حتفظ لتزم رحب",
        r"^(?:إن\s)?(?:إدارة\s)?KIND\sNAME\s(?:غير مسؤول|لا [تي]تحمل|[تي]حتفظ|[تي]لتزم|[تي]رحب)",
    ),
    _saying(3, "ستخدم", r"[تي]ستخدم\s(?:KIND\s)?NAME\s(?:ملفات|الكوكيز|cookies)"),
    _saying(2.5, "عن حول نحن", r"^(?:عن|حول|من نحن\s?[-–|:])\s(?P<name>(?:KIND\s)[^\d:،.]{2,25})$"),
)
# What is said or shown to the outlet itself, in a story.
TO_ITSELF = _together(
    _saying(
        4, "لقراء لقرائ لمتابعي لزوار لمشاهدي لمستمعي", r"ل(?:قر[اّ]ء|قرائ|متابعي|زوار|مشاهدي|مستمعي)\s(?:KIND\s)?QUOTED"
    ),
    _saying(3, "تابع رصد طالع", r"(?:تابع|رصد|طالع)ت?ها?\s(?:KIND\s)?[\"«“](?P<name>[^\"»”]{3,25})[\"»”]"),
    _saying(3, "طلع طّلع حصل تلقت", r"(?:(?:اطّ?لعت?|حصلت?) عليها?|تلقتها?)\s[\"«“](?P<name>[^\"»”]{3,25})[\"»”]"),
    _saying(1.5, 'ل" ل« ل“ لـ', r"(?<![^\W_])لـ?\s?[\"«“](?P<name>[^\"»”]{3,25})[\"»”]"),
    _saying(
        1,
        'ل" ل« ل“ لـ لوكال لصحيف لقنا لموقع لشبك',
        r"(?:مصدر|مصادر|تصريح|تصريحات|مقابلة|حديث|حوار)(?:\s[^\s.؟!«\"“]+){0,4}[،,]?\s"
        r"ل(?:ـ|KIND)?\s?[\"«“](?P<name>[^\"»”]{3,25})[\"»”]",
    ),
)
# Sentences of rewriters and of those who disclaim: whose report a page shows. They count in every line;
# where one is worth less than 1, the name has to look like an outlet's.
ORIGINALS = _together(
    _saying(
        1,
        "بتاريخ يوم",
        r"^(?:نُ?شرت?ه|(?:نُ?شرت?|منشورة?|وردت?)\sON)\s(?:KIND\s)?"
        r"(?P<name>(?!يوم\b|تاريخ|الساعة|ال[أا]حد|ال[إا]ثنين|الثلاثاء|ال[أا]ربعاء|الخميس|الجمعة|السبت)[^\d:،.()]{2,30}?)"
        r"\s(?:بتاريخ|يوم)\s?:?\s?\d",
    ),
    _saying(
        0.5,
        "تنويه إشارة اشارة تنبيه ملاحظة ننوه نشير",
        r"^(?:\S+\s)?(?:تنويه|[إا]شارة|تنبيه|ملاحظة|و?ننوه|و?نشير)\b.{0,200}?\s"
        r"(?:منقولة?|نقلا?ً?|نقلناه|منشورة?|نشرت?ه?|ورد(?:ت)?|م[أا]خوذة?|مصدره)\s(?:\S+\s){0,2}?(?:(?:في|عن|من|على|عبر)\s)?"
        r"(?:KIND\s)?QUOTED",
    ),
    _saying(
        1,
        "أصل اصل",
        r"(?:^|\s)(?:إن\s|ان\s|أن\s)?[أا]صل\s(?:هذ[اه]\s)?(?:الخبر|المقال|الموضوع|التقرير|المادة)\s(?:منشور\s|نشر\s)?(?:ON|من|عن)\s"
        r"(?:KIND\s)?(?P<name>[^.،:()]{2,30}?)(?=\s(?:وقد|وتم|ولا|و\S+ه)\b|[.،():]|$)",
    ),
    _saying(
        1,
        "الأصلي الاصلي",
        r"(?:الخبر|المقال|التقرير|الموضوع|المصدر) ال[أا]صلي\s(?:منشور\s|نشر\s)?(?:من|عن|هو|:|ON)\s?"
        r"(?:KIND\s)?(?P<name>[^.،:()]{2,30}?)(?=\s(?:وقد|وتم|ولا|ويمكن|قد)\b|[.،():]|$)",
    ),
    _saying(1, "الأصلي الاصلي", r"(?:موقعه|موقعها|مصدره|مصدرها|رابطه)\s(?:ال[أا]صلي)ة?\s?[:：]?\s?QUOTED"),
    _saying(
        1,
        "نشر نُشر منشور",
        r"(?:نشر|نُشر|ينشر|منشور)\s(?:[أا]ولاً?\s|لأول مرة\s)?ON\s(?:KIND\s)?QUOTED\s?(?:ولا|لا|وقد|$)",
    ),
    _saying(
        1,
        "منقول مقتبس نقل نُقل",
        r"هذ[اه] (?:الخبر|المقال|المحتوى|المحتوي|المادة|التقرير) (?:منقول|منقولة|مقتبس|نقل|نُقل)\s(?:من|عن)\s"
        r"(?:KIND\s)?(?P<name>[^.،:()]{2,30}?)(?=\s(?:وقد|وتم|ولا|والمصدر)\b|[.،():]|$)",
    ),
)
