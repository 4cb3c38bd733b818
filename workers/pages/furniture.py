"""What a site puts around its news: buttons, menus, sections, counters, notices of its own. Closed lists and shapes.

A line is furniture when it is made of nothing but phrases of furniture.txt, one or several in a row, or when it has the
shape of a counter, a stamp or a prompt. One word outside the lists, and the line counts as news.
"""

from __future__ import annotations

import re
from importlib.resources import files

from workers.text.fold import fold_text

__all__ = ["LONGEST_FURNITURE", "is_furniture"]

_WORD = re.compile(r"[^\W_]+")
_LIST = files(__package__).joinpath("furniture.txt").read_text(encoding="utf-8")
_PHRASES = frozenset(
    " ".join(_WORD.findall(fold_text(phrase)))
    for line in _LIST.splitlines()
    if line and not line.startswith("#")
    for phrase in line.split("|")
)
# By its first word, how many words the longest phrase has.
_LONGEST: dict[str, int] = {}
for _phrase in _PHRASES:
    _first, *_others = _phrase.split()
    _LONGEST[_first] = max(_LONGEST.get(_first, 0), 1 + len(_others))
# They only join phrases: a line of these alone is not furniture, nor one with more of them than phrases.
_JOINTS = frozenset(fold_text("على عبر في من مع إلى و أو لا خلال on via this the to in by with and or").split())
_AGO_UNITS = (
    "ثانيه|ثوان|ثواني|ثانيتين|دقيقه|دقايق|دقيقتين|ساعه|ساعات|ساعتين|يوم|يوما|ايام|يومين|اسبوع|اسابيع|اسبوعين|شهر|اشهر"
    "|شهور|شهرين|سنه|سنوات|سنتين|عام|اعوام|عامين"
    "|ثانيتان|دقيقتان|ساعتان|يومان|اسبوعان|شهران|سنتان|عامان"
)
_AGO = rf"(?:\d+\s)?(?:{_AGO_UNITS})(?:\s(?:واحده|واحد))?"
_STAMPED = "(?:اخر تحديث|تم التحديث|تحديث|نشرت?|تم النشر|updated|published)"
_COUNTED = (
    "مشاهده|مشاهدات|المشاهدات|قراءه|قراءات|القراءات|زياره|زيارات|الزيارات|تعليق|تعليقا|تعليقات|التعليقات|اعجاب|اعجابات"
    "|مشاركه|مشاركات|متابع|متابعين|صوت|نقره|views?|comments?|shares?|likes?|reads?|followers?"
)
_ADDRESS = r"(?:https?://|www\.|pic\.twitter\.com|t\.co/)\S*"
_GET = "(?:حمل|حملوا|نزل|نزلوا|تحميل|download)"
_JOIN = "(?:سجل|اشترك|اشتركوا|انضم|انضموا)"
_NUMBER = r"[\d,.٫٬]+\s?(?:الف|مليون|k|m)?"
# Folded lines. Each is the whole line; the figures in them are any.
_SHAPES = re.compile(
    "|".join(
        (
            # A clock, a stamp like "two hours ago", a player's time.
            r"[\s(\[|-]*\d{1,2}:\d\d(?::\d\d)?\s?(?:ص|م|صباحا|مساء|am|pm)?\s?(?:gmt|utc|بتوقيت \w+(?: \w+)?)?[\s)|-]*",
            r"[\d:]+\s?/\s?[\d:]+",
            rf"(?:{_STAMPED}\s?[:：-]?\s?)?(?:منذ|قبل)\s{_AGO}(?:\sو\s?{_AGO})*",
            rf"(?:{_STAMPED}\s?[:：-]?\s?)?(?:الان|just now|\d+\s?(?:s|m|h|d|sec|min|minutes?|hours?|days?)\sago)",
            r"(?:اخر تحديث|تم التحديث|تحديث)\s?[:：-]?\s?(?:في )?(?:الساعه )?[\d:]*\s?(?:ص|م|gmt)?",
            # Counters.
            rf"{_NUMBER}\s?(?:{_COUNTED})",
            rf"(?:عدد\s)?(?:{_COUNTED})\s?[:：(\[]*\s?{_NUMBER}\s?[)\]]*",
            r"(?:\d+|دقيقه|دقيقتان|دقيقتين|ثلاث|اقل من)?\s?(?:دقيقه|دقايق)?(?:\sواحده)?\s?(?:قراءه|للقراءه|من القراءه)",
            r"\d+\s(?:min|minutes?) read",
            r"(?:مده|وقت|زمن) القراءه.{0,30}",
            # Numbers of pages and of items.
            # A year is a crosshead.
            r"[\s\-–—.\[(|]*(?!(?:19|20)\d\d\b)\d{1,4}[\s\-–—.\])|]*",
            r"(?:صفحه|الصفحه|page)\s?\d{1,4}(?:\s?(?:من|of|/)\s?\d{1,4})?|\d{1,3}\s?(?:من|of|/)\s?\d{1,3}",
            # The way to the page.
            r"(?:الرييسيه|الصفحه الرييسيه|home)\s?[>»›/\\|:،-].{0,120}",
            r"(?:كود|رقم|معرف|رمز) (?:الخبر|الموضوع|المقال|الماده)\s?[:：]?.{0,20}",
            # Addresses, and lines that are only a link.
            rf"(?:(?:رابط مختصر|الرابط المختصر|رابط الخبر|short url|المصدر)\s?[:：]\s?)?{_ADDRESS}(?:\s{_ADDRESS})*",
            rf"(?:ل\w{{3,}}|رابط\S*|التفاصيل|المزيد|شاهد\S*|تابعونا|انضموا)(?:\s\S+){{0,5}}\s?[:：]?\s?{_ADDRESS}",
            r"[\w.-]+\.(?:com|net|org|info|news|tv)(?:/\S*)?",
            r"\S+@\s?\S+\.\w+",
            # What the site asks its reader for.
            r"(?:ادخل|اكتب|ضع|سجل) (?:عنوان )?(?:بريدك|ايميلك)\b.{0,60}",
            r"لن يتم نشر (?:عنوان )?بريدك.*|الحقول (?:الالزاميه|المطلوبه).{0,60}|your email address will not.*",
            r"(?:نحن )?(?:نستخدم|يستخدم|باستخدام|this (?:web)?site|we use).{0,60}(?:الارتباط|الكوكيز|cookies).{0,160}",
            rf"{_GET}(?: الان| مجانا| احدث نسخه من| our| the)* (?:التطبيق|تطبيق|تطبيقنا|app)\b.{{0,40}}",
            r"(?:متوفر|متاح|متوفره|متاحه) (?:الان )?(?:علي|في) (?:google|app|متجر|متاجر|جوجل|غوغل|اب ستور).{0,40}",
            rf"{_JOIN} (?:الان )?(?:في|الي|علي|مجانا)\b.{{0,20}}(?:نشرتنا|النشره|قناتنا|قناه|خدمه|قايمتنا).{{0,60}}",
            r"(?:تصلك|تصلكم|لتصلك|ليصلك|ليصلكم)\b.{0,60}",
            # Signs of an editor or a desk: initials.
            r"[\s/(-]*(?:[^\W\d_]\s?[./]\s?){1,5}[^\W\d_]?[\s/).-]*",
        )
    )
    + r"[\s.!]*"
)
LONGEST_FURNITURE = 220
"""Code points of the longest line that can be furniture."""


def is_furniture(folded: str) -> bool:
    """Whether a folded line is a site's own and not news. Lines over 220 code points never are."""
    if len(folded) > LONGEST_FURNITURE:
        return False
    folded = folded.strip()
    return _only_phrases(folded) or bool(_SHAPES.fullmatch(folded))


def _only_phrases(folded: str) -> bool:
    """Whether the words are phrases of the lists one after the other, the longest that fits each time."""
    first = _WORD.search(folded)
    if first is not None and not (first[0] in _LONGEST or first[0] in _JOINTS or first[0].isdecimal()):
        return False
    words = [word for word in _WORD.findall(folded) if not word.isdecimal()]
    at = phrases = joints = 0
    while at < len(words):
        if size := _phrase_at(words, at):
            phrases += 1
            at += size
        elif words[at] in _JOINTS:
            joints += 1
            at += 1
        else:
            return False
    return phrases > joints or (phrases > 0 and joints <= 1)


def _phrase_at(words: list[str], at: int) -> int:
    """How many words the longest phrase has that stands at a place; 0 without one."""
    for size in range(min(_LONGEST.get(words[at], 0), len(words) - at), 0, -1):
        if " ".join(words[at : at + size]) in _PHRASES:
            return size
    return 0
