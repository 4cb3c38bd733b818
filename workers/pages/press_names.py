"""Whether a few words may be an outlet's name, and how much they look like one.

Outlets that no list has are told by what their names are made of: a kind before it (وكالة, راديو), a word behind it
that only the press has (نيوز, برس, 24), or words that others have too (صوت, الآن), which need more beside them.
"""

from __future__ import annotations

import re

from workers.lexicon.names import (
    is_agency,
    is_country,
    is_frequent,
    is_outlet,
    is_place,
    opens_with_given,
    outlet_at,
    outlet_of_label,
)
from workers.text.fold import fold_text

__all__ = [
    "LONGEST_NAME",
    "MOST_WORDS",
    "SURE",
    "UNSURE",
    "clean",
    "is_known",
    "likeness",
    "looks_like_one",
    "may_name",
]

LONGEST_NAME, MOST_WORDS = 40, 4
SURE, UNSURE = 1.0, 0.5
"""Likeness of what is known or made as only outlets' names are; and of what is made as theirs and others' are."""
_FAINT, _UNLIKE = 0.25, -1.0

_NOT_A_NAME = re.compile(
    r"^(?:ال)?(?:حقوق|جميع|محفوظ|النشر|الطبع|سياسة|الموقع|موقعنا|قناتنا|صفحتنا|حسابنا|حساباتنا|قنواتنا"
    r"|تطبيقنا|نشرتنا|منصاتنا|تابعونا|تابعنا|تابعوا|all\b|rights|for\b|آخر|كل|هذا|هذه|خدمة|النشرة|اخر|المزيد|لدى)"
    r"|الحقوق|حقوق|وسائل التواصل"
    r"|^(?:ل|لل)?(?:ال)?(?:موقع|صحيفة|جريدة|وكالة|شبكة|بوابة|مجلة|منصة)(?:ها|ه|نا)?$"
    r"|^(?:ال)?(?:كاتب|كتاب|صاحب|أصحاب|ناشر|إدارة|هيئة|أسرة|محرر|محررو|مراسل|مراسلة|مراسلو|مندوب|قسم|فريق|مكتب|وحدة"
    r"|لجنة)(?:ها|ه|نا)?(?:\s|$)"
    r"|^(?:في|من|على|إلى|الى|عن|أو|او|مع|ب|و|ما|من خلال)\s|^هنا(?:$|\s\S+\s)"
    r"|^(?:المحرر|الكاتب|القسم|الصفحة|التطبيق|القناة|التحرير|النسخة|الموضوع|الخبر|المقال)$",
    re.IGNORECASE,
)
# What widgets show, and what buttons ask of the reader.
_BUTTON = re.compile(
    r"^(?:ال)?(?:متواجدون|متصلون|زوار|عاجل|يحدث|يعرض|يبث|بث|متصل)(?:\s|$)"
    r"|^(?:[اإ]نقر|[اإ]ضغط|انشر|شارك|شاركها|شاركه|تابع|اشترك|انضم|حمل|حمّل|تصفح|[اإ]قرأ|شاهد|سجل|[أا]رسل|اطبع|غرد|احفظ|انسخ"
    r"|علق|[أا]ضف|ابحث|استمع|احصل|تعرف|اكتشف|تحميل|مشاركة|[إا]رسال|طباعة|نسخ|للمزيد)(?:وا|ي)?(?:\s|$)"
    r"|^(?:share|copy|subscribe|follow|sign|log|read|view|click|listen|watch|leave|type|print|save|email|see|show)(?:\s|$)",
    re.IGNORECASE,
)
# Ours: مجموعتنا, قنواتنا. Names end so too (بلدنا), but not in the ending of a feminine noun.
_OURS = re.compile(r"^\S{3,}(?:ت|ات|ائ)نا$")
_SURE_SHAPE = re.compile(
    r"(?:^|\s)(?:نيوز|برس|بريس|بوست|أونلاين|اونلاين|أون لاين|اون لاين|تايمز|ميديا|بلس|بلوس|تي في|تيفي|لايف|الإخبارية"
    r"|الاخبارية|الإخباري|الاخباري|الإلكترونية|الالكترونية|للأنباء|للانباء|تلغراف|تليغراف|تليجراف|تيليغراف|تريبيون|جورنال"
    r"|أوبزرفر|أوبزيرفر|مونيتور|غازيت|توداي|تودي|سبورت|سبورتس|إف إم|اف ام|أف أم|دوت كوم|أنفو|إنفو"
    r"|news|press|presse|post|times|online|tv|media|fm|radio|daily|herald|tribune|gazette|journal|telegraph|observer"
    r"|today)$"
    r"|^(?:راديو|إذاعة|صحيفة|جريدة|شبكة|بوابة|وكالة|radio|daily)\s|[^\W\d_](?:24|365|21|360)$|[^\W\d_]\s(?:24|365|360)$"
    r"|^\w{3,}\.(?:كوم|نت|com|net|org|info|news)$",
    re.IGNORECASE,
)
_NO_OUTLET = re.compile(
    r"\b(?:google|breaking|latest|related|more|top|all|previous|next|recent|popular|featured|live|social|world|sports?"
    r"|fast|quick|hot|short|local|your|our|the)\b|غوغل|جوجل|قوقل|العاجلة"
    r"|^(?:ال)?(?:نشرة|نشره|خدمة|خدمات|قائمة|صفحات|مواقع|رسائل|رسالة|قناة|متابعات|تغطية|تغطيات|عناوين|مواد|مواضيع|قصص"
    r"|تقارير|فيديو|صحف)\b",
    re.IGNORECASE,
)
# Folded. Sections and headlines are made of these too: هنا عدن, صوت الوسط, تونس الآن, أديس مباشر.
_UNSURE_SHAPE = re.compile(
    r"^(?:صوت|صدي|عين|عيون|هنا|مرصد|نبض|مراه|مرايا|اضواء|انباء|دنيا|منبر|لسان|نداء|نافذه|منصه|مجله|موقع|قناه|تلفزيون"
    r"|فضاييه|يوميه|اسبوعيه|مركز) \S"
    r"|\S (?:الان|نت|مباشر|تايم|بالعربي|بالعربيه|عربي|عربيه|الحدث|الالكتروني|الغد|سكاي|سيتي|زووم|تيوب)$"
)
_OF_WORLD = re.compile(r"(?:ال)?عربيه?")
_THREE_LETTERS = re.compile(r"[^\W\d_]{3}")
_LEADING_KIND = re.compile(r"^(?:لموقع|لصحيفة|لجريدة|لوكالة|لقناة|لشبكة|لبوابة|موقع|شركة|مؤسسة)\s+")
_YEAR = re.compile(r"\b(?:19|20)\d\d$")
_HOST = re.compile(r"(?:www\.)?[a-z0-9-]+(?:\.[a-z]{2,})+", re.IGNORECASE)
_LATIN_WORD = re.compile(r"[a-z][a-z0-9-]{4,}", re.IGNORECASE)


def clean(stated: str) -> str:
    """Return a name without the signs around it and the word that says what it names; of an address, whose it is."""
    name = " ".join(stated.strip(" :'-–—|.،,©®™«»\"“”()[]/").split())
    name = _LEADING_KIND.sub("", name)
    if _HOST.fullmatch(name):
        return outlet_at(name) or name
    return (_LATIN_WORD.fullmatch(name) and not is_known(name) and outlet_of_label(name)) or name


def is_known(name: str) -> bool:
    """Whether a list has the name, be it an everyday word as well."""
    return is_outlet(name, beside_place=True) or is_agency(name)


def looks_like_one(name: str) -> bool:
    """Whether a name that no list knows is made as only outlets' names are."""
    return bool(_SURE_SHAPE.search(name)) and not _NO_OUTLET.search(name)


def likeness(name: str) -> float:
    """How much a name looks like an outlet's: SURE when it is known; less than nothing for a frequent word alone."""
    if is_known(name) or looks_like_one(name):
        return SURE
    folded = fold_text(name)
    if " " not in folded:
        return _UNLIKE if is_frequent(folded) else 0.0
    if _NO_OUTLET.search(name):
        return 0.0
    if _UNSURE_SHAPE.search(folded):
        return UNSURE
    return _FAINT if _is_of_a_country(folded.rpartition(" ")[2]) else 0.0


def _is_of_a_country(word: str) -> bool:
    """Whether a folded word says of what country something is: السوداني, مغربية."""
    if _OF_WORLD.fullmatch(word):
        return True
    stem = word.removeprefix("ال").removesuffix("ه")
    if len(stem) < 4 or not stem.endswith("ي"):
        return False
    stem = stem[:-1]
    names = (stem, f"ال{stem}", f"{stem}يا", f"{stem}يه", f"ال{stem}يه")
    return any(is_country(name) or is_place(name) for name in names)


def may_name(name: str) -> bool:
    """Whether words may be an outlet's name: few, with letters enough, no phrase of furniture, no year, no person."""
    if not 2 <= len(name) <= LONGEST_NAME or len(name.split()) > MOST_WORDS or _NOT_A_NAME.search(name):
        return False
    if is_known(name):
        return True
    if _BUTTON.match(name):
        return False
    if looks_like_one(name):
        return True
    if not _THREE_LETTERS.search(name) or _OURS.match(name) or _YEAR.search(name):
        return False
    return not (" " in name and opens_with_given(name))
