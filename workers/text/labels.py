"""What a line of a page is when it is not news: closed lists of the labels that Arabic news sites use.

The patterns are written in folded spelling (see :mod:`workers.text.fold`) and match folded lines.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from functools import lru_cache
from typing import NamedTuple

from workers.text.dates import is_date_line
from workers.text.fold import fold_text
from workers.text.furniture import LONGEST_FURNITURE, is_furniture

__all__ = ["ENDS", "Label", "Sort", "classify", "credited", "end_mark", "is_agency", "notice_owner"]


class Sort(Enum):
    """What a line is; all but TEXT, BULLET, SUMMARY and POINT (of a summary labelled above it) are boilerplate."""

    TEXT = auto()
    BULLET = auto()
    DATE = auto()
    SOURCE = auto()
    TAGS = auto()
    RELATED = auto()
    LINK = auto()
    NOTICE = auto()
    END = auto()
    CREDIT = auto()
    SUMMARY = auto()
    POINT = auto()
    BYLINE = auto()
    NOISE = auto()


# After one of these an article is over.
ENDS = frozenset({Sort.SOURCE, Sort.TAGS, Sort.NOTICE, Sort.END})


class Label(NamedTuple):
    """A classified line: its sort, the offset in it where the label's value or the bullet's text begins, a date."""

    sort: Sort
    value: int = 0
    date: str | None = None


def _any(alternatives: str) -> str:
    """A pattern's alternatives, written with spaces and line breaks around each bar, as one."""
    return "|".join(alternative.strip() for alternative in alternatives.split("|"))


_COLON = r"\s?[:：|]\s?"
_RELATED = _any(r"""
    اقرا(?:ي|وا)? (?:ايضا|كذلك|المزيد) | اقريي ايضا | شاهد(?:وا)? (?:ايضا|كذلك|المزيد) | طالع (?:ايضا|المزيد)
    | انظر ايضا
    | تابع ايضا | (?:ال)?(?:مقالات|مواضيع|موضوعات|اخبار|تقارير|روابط|محتوي) (?:ال)?(?:مشابهه|متعلقه|مرتبطه|مقترحه)
    | (?:ال)?(?:مقالات|مواضيع|موضوعات|اخبار|تقارير|روابط|محتوي) ذات (?:ال)?صله | ذات صله
    | قد (?:يهمك|يعجبك|تهمك)(?: ايضا)?
    | ربما يهمك | مواضيع قد تهمك | اخبار اخري | read (?:more|also|next) | related(?: \w+)? | see also | more on this
    | (?:قصص|مواد|قضايا|عناوين|فيديوهات|موضوع|مقال|خبر) (?:ذات (?:ال)?صله|مقترحه|متعلقه|مشابهه|ذو صله)
    | (?:مقالات|قصص|اخبار) قد (?:تهمك|تعجبك|يهمك) | نرشح لك(?:م)? | ننصحك(?:م)? بقراءه | نوصي ب(?:قراءه)?
    | اقراوا ايضا | اقرا كذلك | اقرا في | اقرا المزيد | تابع المزيد
""")
# Only as the whole line: in a longer one these words may be news.
_RELATED_ALONE = _any(r"""
    المزيد | للمزيد | المزيد من (?:الاخبار|التفاصيل) | (?:الاخبار )?الاكثر (?:قراءه|مشاهده|تداولا|شعبيه) | اخر الاخبار
    | (?:اهم|احدث|ابرز) (?:الاخبار|العناوين|المقالات) | اخترنا لك(?:م)? | مختارات(?: لك| لكم| من .{2,20})?
    | (?:الاخبار |المقالات |المواضيع )?الاكثر (?:تعليقا|شيوعا|تفاعلا|بحثا|رواجا|زياره) | قد تعجبك (?:هذه|ايضا).{0,20}
    | (?:المزيد )?(?:حول|عن) هذا (?:الموضوع|الخبر) | في نفس (?:القسم|السياق) | من نفس القسم | ايضا في .{2,20}
    | المزيد (?:في|عن|حول) \S+(?: \S+)? | المزيد من (?:ال)?(?:اخبار|تفاصيل|تقارير|مقالات|مواضيع|قصص|صور) ?\S*
    | (?:مقالات|مواضيع|اخبار) اخري | اخبار متعلقه
    | you may also like | recommended(?: for you)? | most (?:read|viewed|popular|watched|shared) | latest(?: news)?
    | popular | editor'?s? picks? | more (?:from|in|news|stories).{0,20}
""")
_TAGS = _any("""
    (?:ال)?كلمات (?:ال)?(?:دلاليه|مفتاحيه|بحث) | (?:ال)?وسوم | (?:ال)?سمات | (?:ال)?علامات | تاجات | هاشتاجات
    | مواضيع | tags?
    | keywords | topics
""")
_SUMMARY = _any("""
    (?:ال)?ملخص(?: الخبر| المقال| بالذكاء الاصطناعي)? | (?:ال)?خلاصه(?: الخبر)? | (?:ابرز|اهم) النقاط | النقاط الرييسيه
    | (?:ai )?summary | key points
""")
# As the head of a long line; an article's last paragraph may open with the other labels.
_SUMMARY_ABOVE_ALL = _any("""
    (?:ال)?ملخص(?: الخبر| المقال| بالذكاء الاصطناعي)? | (?:ai )?summary | key points
""")
_BYLINE = _any("""
    كتب | كتبت | كتبه | تحرير | اعداد | ترجمه | بقلم | المحرر | الكاتب | مراسل(?:نا|تنا)? | written by
    | reporting by | edited by | قراءه وتحرير | اعداد وتحرير | كتابه | by | author
""")
_OUTLETS = _any("""
    فيس ?بوك | facebook | تويتر | twitter | اكس | x | واتس ?اب | whatsapp | تيلي?[غج]رام | تلغرام | telegram
    | انست[غج]رام
    | instagram | يوتيوب | youtube | لينكد ?ان | linkedin | ماسنجر | messenger | بينتريست | pinterest | سناب شات
    | snapchat
    | تيك توك | tiktok | threads | reddit
""")
_FOLLOW = _any("""
    تابعونا | تابعنا | تابعوا | تابع | اشترك | اشتركوا | انضم | انضموا | لمتابعه | لمتابعتنا
    | للاشتراك | لتصلك
    | follow us | subscribe | sign up | join
""")
_FOLLOWED = _any("""
    موقعنا | موقع وتطبيق | قناتنا | قناتها | صفحتنا | صفحاتنا | حسابنا | حساباتنا | نشرتنا | النشره البريديه
    | تطبيق | جوجل | غوغل نيوز
    | google | newsletter
""")
_CAPTION = _any("""
    مصدر الصوره | تعليق الصوره | التعليق علي الصوره | صوره(?: ارشيفيه| تعبيريه)? | الصوره | تصوير | عدسه | photo | image
    | caption | credit | شرح الصوره
""")
_NOTICE = re.compile(
    _any(r"""
    (?:جميع|كافه|كل) (?:ال)?حقوق\b.{0,40}?\bمحفوظه | حقوق (?:النشر|الطبع|الملكيه)(?: والنشر)? (?:محفوظه|©)
    | الحقوق محفوظه
    | (?:تمتلك|تملك|يملك|تحتفظ ب|يحتفظ ب) ?(?:جميع|كافه|كامل)? ?حقوق (?:ال)?(?:نشر|طبع|ملكيه) | ^تنبيه ?:.*حقوق
    | (?:يمنع|يحظر|لا يجوز|لا يسمح) (?:نسخ|نقل|اعاده نشر|اعاده توزيع|استخدام) (?:اي|هذه|هذا|المواد|محتوي|المحتوي)
    | (?:المقالات|الاراء|التعليقات|المواد) المنشوره.{0,40}(?:تمثل|تعبر|يعبر).{0,40}(?:راي|اراء|وجهه نظر)
    | لا (?:تعبر|يعبر|تمثل).{0,30}بالضروره | all rights reserved | copyright ?(?:©|\(c\)|\d{4}) | © ?\d{4}
    | ©.{0,40}\d{4} | ©\s
    | ^(?:تنويه|ملاحظه|تنبيه)\s?[:：].{0,120}(?:راي|مسووليه|مسووله|تعبر|يعبر)
    | ^(?:ظهرت?|نشرت?)\b.{0,300}(?:اولا (?:علي|في)|لاول مره علي)
    | ^(?:the|this) (?:post|article)\b.{0,300}(?:appeared first|first appeared)
    | ^هذا (?:الخبر|المقال|المحتوي) (?:منقول|منشور) (?:من|عن|في|نقلا)
    | ^(?:ان )?(?:اداره |هييه تحرير )?(?:ال)?(?:موقع|صحيفه|جريده|وكاله)\b.{0,30}(?:غير مسوول|لا تتحمل|لا يتحمل)
""")
)
# Cheap test on the unfolded line, so that only few lines are folded whole.
_NOTICE_HINTS = re.compile(
    "حقوق|المنشورة|بالضرورة|©|opyright|ights reserved|يمنع|يُمنع|يحظر|يُحظر|لا يجوز|لا يسمح|تنويه|ملاحظة|تنبيه|أولا|اولا"
    "|لأول مرة|ppeared|منقول|منشور|غير مسؤول|لا يتحمل"
)
_OWNER = re.compile(r"(?:تنبيه\s*[:：]\s*)?([^:،.\n]{3,60}?)\s+(?:تمتلك|تملك|يملك|تحتفظ|يحتفظ)\s")
_OWNER_AFTER = re.compile(r"محفوظة\s*(?:©|\(c\))?\s*(?:ل(?:موقع|صحيفة|وكالة|قناة)\s|لدى\s|ل(?=\S))([^©\d.،\n]{3,40})")

# One alternation: the name of the group that matched is the sort.
_WHOLE_LINE = re.compile(
    rf"(?P<SOURCE>(?:المصدر|المصادر|مصدر الخبر|source)(?:{_COLON}.{{0,80}}|\s?[:：]?)$|نقلا عن .{{2,60}}$)"
    rf"|(?P<TAGS>(?:{_TAGS})(?:{_COLON}.*|$))"
    rf"|(?P<RELATED>(?:{_RELATED}|{_RELATED_ALONE})\s?[:：.…»>]*$)"
    rf"|(?P<LINK>(?:{_RELATED})[\s:：|»>\-].*|(?:المزيد|للمزيد|للمزيد من التفاصيل){_COLON}.*|(?:[#＃][^\s#]+\s*)+$"
    r"|رابط (?:الخبر|المقال|الموضوع)\b.*|(?:مقالات|مواضيع) اخري للكاتب.*"
    r"|للتواصل مع (?:الكاتب|المحرر).*|تبدا بالرمز .*)"
    rf"|(?P<SUMMARY>(?:{_SUMMARY})(?:{_COLON}.*|$))"
    rf"|(?P<BYLINE>(?:{_BYLINE})\s?[:：/]\s?[^:：]{{2,60}}$|(?:كتب|كتبت)\s\S+(?:\s\S+){{0,4}}\s?[:：]$)"
    rf"|(?P<END>\W*(?:انتهي|ا\s?\.?\s?ه)\s?[.)]?(?:\s?[/\-]\s?[\w.]{{1,6}}){{0,3}}\W*$)"
    rf"|(?P<NOISE>(?:{_CAPTION})\s?[:：].*|\((?:{_CAPTION})\s.{{0,40}}\)$|(?:{_FOLLOW})\b.{{0,40}}\b(?:{_OUTLETS}|{_FOLLOWED}).*"
    rf"|يمكنكم (?:متابعه|استلام|تسلم|الاشتراك)\b.*(?:{_OUTLETS}|{_FOLLOWED}).*"
    r"|(?:هل اعجبك|هل كان).{0,30}(?:مفيدا|المقال|الخبر|الموضوع)\s?[؟?]?$)"
)
_WHOLE_LINE_LONGEST = 140
_LONG_LINE = re.compile(
    rf"(?P<SUMMARY>(?:{_SUMMARY_ABOVE_ALL})\s?[:：])|(?P<TAGS>(?:{_TAGS})\s?[:：])|(?P<LINK>(?:{_RELATED}|للمزيد)\s?[:：])"
    r"|(?P<NOISE>(?:تعليق الصوره|التعليق علي الصوره|مصدر الصوره)\s?[:：])"
)
_LONG_LINE_HEAD = 40
_LABELLED_LONGEST = 400
_SUMMARY_LONGEST = 2000
_BULLET = re.compile(r"[•▪●◦‣·∙■□▶►➤✔*]\s*(?=\S)|[-–—]\s+(?=\S)")
_WORDLIKE = re.compile(r"[^\W_]")

# Agencies and outlets as they stand in datelines and end marks, folded, without dots.
_AGENCY_NAMES = """
    رويترز|رويتر|ا ف ب|اف ب|فرانس برس|وكاله فرانس برس|واس|وام|د ب ا|الاناضول|وكاله الاناضول|سانا|قنا|كونا|بنا|بترا
    | ا ب|اسوشيتد برس
    |وكالات|الوكالات|سي ان ان|بي بي سي|شينخوا|تاس|سبوتنيك|نوفوستي|انترفاكس|ا ش ا|سبا|وفا|معا|سونا|وات|وال|لانا
    | بلومبرغ|عواصم|خاص
    |متابعات|ap|afp|reuters|cnn|bbc|dpa|upi|ilkha|xinhua|anadolu|aa|tass|wam|spa|efe|ansa|bloomberg
"""
_AGENCIES = frozenset(name.strip() for name in _AGENCY_NAMES.split("|"))
# They stand where an agency's name would, and say that there is none.
_NO_AGENCY = frozenset({"خاص", "عواصم", "متابعات"})
_CREDIT_SIGNS = re.compile(r"[()\[\]/\-–—ـ,،+|«»]+|\s[-–—]\s")
_CREDIT_NOT = re.compile(r"[:：؟?!\d]")
_CREDIT_MOST_WORDS = 3
_END_MARK = re.compile(r"(?<=[.؟!…»\"”])\s*(\(\s*([^()]{2,25})\s*\)\s*\.?|[-/]?\s*انتهى\s*[-/.]?)$")
_MARK_ENDS = (")", ").", "انتهى", "-", "/")
_CAPITALS = re.compile(r"[^\W\d_a-z]{2,10}$")


def is_agency(name: str) -> bool:
    """Whether ``name`` is a news agency or outlet as datelines and end marks write it."""
    return " ".join(fold_text(name).replace(".", " ").split()) in _AGENCIES


def end_mark(paragraph: str) -> tuple[int, str | None] | None:
    """Return where the agency's mark at the end of a finished paragraph begins, and the agency; None without one.

    A mark is an agency in brackets, or bracketed Latin capitals (``(İLKHA)``), after the full stop, or the word انتهى.
    """
    if not paragraph.endswith(_MARK_ENDS):
        return None
    tail = max(len(paragraph) - 60, 0)
    found = _END_MARK.search(paragraph, tail)
    if found is None:
        return None
    name = found[2]
    if name is None:
        return found.start(), None
    name = name.strip()
    if is_agency(name) or (_CAPITALS.match(name) and name.isupper()):
        return found.start(), name
    return None


def notice_owner(notice: str) -> str | None:
    """Return who owns the rights by a copyright notice, when it says so in one of the usual ways."""
    found = _OWNER.match(notice) or _OWNER_AFTER.search(notice)
    return found[1].strip() if found else None


def _is_notice(line: str) -> bool:
    return _NOTICE_HINTS.search(line) is not None and bool(_NOTICE.search(fold_text(line)))


# Sites say the same around every page: a cache of short lines spares most of the work on them.
@lru_cache(maxsize=4096)
def _classify_short(line: str) -> Label | None:
    folded = fold_text(line)
    found = _WHOLE_LINE.match(folded.lstrip())
    if found and found.lastgroup:
        return Label(Sort[found.lastgroup], _value_at(line))
    if not _WORDLIKE.search(folded):
        return Label(Sort.NOISE)
    date = is_date_line(line)
    if date:
        return Label(Sort.DATE, 0, date)
    if is_furniture(folded):
        return Label(Sort.NOISE)
    return Label(Sort.CREDIT) if credited(line) else None


def credited(line: str) -> str | None:
    """Return the agency of a line that is nothing but its credit, with a place or a word beside it; else None.

    ``(رويترز)``, ``القاهرة - وكالات``, ``الرياض (واس)``, ``/أ ش أ/``. A headline that an agency's name opens has a
    colon, figures or more words. The agency is empty when the words in its place name none (خاص).
    """
    parts = [part.strip(" .") for part in _CREDIT_SIGNS.split(line) if part.strip(" .")]
    named = [part for part in parts if is_agency(part)]
    beside = [part for part in parts if part not in named]
    if not named or sum(len(part.split()) for part in beside) > _CREDIT_MOST_WORDS or _CREDIT_NOT.search(line):
        return None
    own = [part for part in named if " ".join(fold_text(part).split()) not in _NO_AGENCY]
    return own[0] if own else ""


def classify(line: str) -> Label:
    """Say what a line (stripped, not empty) is. Constant time for lines over 2,000 code points."""
    length = len(line)
    if length <= _WHOLE_LINE_LONGEST:
        label = _classify_short(line)
        if label:
            return label
    elif length <= _SUMMARY_LONGEST:
        found = _LONG_LINE.match(fold_text(line[:_LONG_LINE_HEAD]))
        if found and found.lastgroup and (length <= _LABELLED_LONGEST or found.lastgroup == "SUMMARY"):
            return Label(Sort[found.lastgroup], _value_at(line))
    if length <= 600 and _is_notice(line):
        return Label(Sort.NOTICE)
    if _WHOLE_LINE_LONGEST < length <= LONGEST_FURNITURE and is_furniture(fold_text(line)):
        return Label(Sort.NOISE)
    bullet = _BULLET.match(line)
    return Label(Sort.BULLET, bullet.end()) if bullet else Label(Sort.TEXT)


def _value_at(line: str) -> int:
    """Where a label's value begins: after its first colon, else at the end."""
    for at, character in enumerate(line):
        if character in ":：|":
            return at + 1
    return len(line)
