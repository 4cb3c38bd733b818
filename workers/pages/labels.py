"""What a line of a page is when it is not news: closed lists of the labels that Arabic news sites use.

The patterns are written in folded spelling (see :mod:`workers.text.fold`) and match folded lines.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from workers.lexicon.names import is_agency, is_outlet, is_person, is_place, is_sure_agency
from workers.pages.datelines import find_dateline
from workers.pages.furniture import LONGEST_FURNITURE, is_furniture
from workers.text.dates import Moment, is_date_line, is_hijri_line
from workers.text.fold import fold, fold_line, fold_text
from workers.text.words import holding

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "ENDS",
    "Label",
    "Sort",
    "Tail",
    "classify",
    "credited",
    "head_of",
    "lists_tags",
    "source_name",
    "tail_of",
]


class Sort(Enum):
    """What a line is; all but TEXT, BULLET, SUMMARY and POINT (of a summary labelled above it) are boilerplate."""

    # An enum's own is a function of Python's.
    __hash__ = object.__hash__

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
    COMMENTS = auto()
    PROMPT = auto()
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
    date: Moment | None = None


_TEXT = Label(Sort.TEXT)


def _any(alternatives: str) -> str:
    """A pattern's alternatives, written with spaces around each bar and over several lines, as one."""
    return "|".join(re.sub(r"\n\s*", "", alternative.strip()) for alternative in alternatives.split("|"))


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
    كتب | كتبت | كتبه | تحرير | اعداد | ترجمه | ترجمه وتحرير | رييس التحرير | بقلم | المحرر | المحرره | الكاتب
    | الكاتبه | مراسل(?:نا|تنا|ه)? | حاوره
    | حاورته | حاورها | حاورتها | اجري (?:الحوار|المقابله) | اجرت (?:الحوار|المقابله) | حوار | تقرير | متابعه | رصد
    | رصد وتصوير | written by | reporting by | edited by | editing by | translated by | قراءه وتحرير | اعداد وتحرير
    | كتابه | by | author
""")
# These label more than people: what follows has to be a person's name.
_BYLINE_OR_NEWS = ("تقرير", "حوار", "متابعه", "رصد", "مراسل")
# A note on the writer below his column: "* writer and scholar from ...".
_WRITER = re.compile(
    r"[*•\-–—\s]+(?:كاتب|باحث|صحافي|صحفي|اكاديمي|محلل|خبير|استاذ|مستشار|سفير|محام|ناشط|اعلامي)ه?\b[^.؟!]{0,80}\.?$"
)
_BARE_BYLINE = re.compile(
    r"(?:كتبه?|كتبت|بقلم|اعداد|ترجمه|تحرير|تقرير|حوار|حاوره|حاورته|تصوير|رصد(?: وتصوير)?|متابعه|اعداد وتصوير)"
    r"(?: الصحفي| الصحفيه| الزميل| الزميله| الكاتب| الكاتبه| الدكتور)?\s?[-–—/\s]\s?(?P<name>[^:،.؟!]{4,50})$"
)
_REPORTER = re.compile(
    r"(?:مراسل|مراسله|موفد|موفده|مندوب|مندوبه|مكتب)\s(?P<outlet>[^:؟!]{2,30}?)(?:\sفي|\sلدي"
    r"|\s?[-–/،])\s?(?P<rest>[^:؟!]{2,40})$"
)
_REPORTERS_MOST_WORDS = 8
# "(Reporting by … ; editing by …)" as agencies' Arabic services end with.
_DESK = re.compile(
    r"\(?(?:اعداد|تغطيه صحفيه|كتابه|تقرير)[\s:][^()]{3,60}[-–؛،]\s?(?:تحرير|مراجعه|ترجمه)[\s:][^()]{3,40}\)?\.?$"
)
_OUTLETS = _any("""
    فيس ?بوك | facebook | تويتر | twitter | اكس | x | واتس ?اب | whatsapp | تيلي?[غج]رام | تلغرام | telegram
    | انست[غج]رام
    | instagram | يوتيوب | youtube | لينكد ?ان | linkedin | ماسنجر | messenger | بينتريست | pinterest | سناب شات
    | snapchat
    | تيك توك | tiktok | threads | reddit
""")
_FOLLOW = _any("""
    تابعونا | تابعنا | لمتابعتنا | لمتابعتكم | انضموا الينا | انضم الينا | اشترك معنا | follow us | subscribe
    | sign up | join us
""")
# What others do too, in news: these need the site's own, or a network right behind them.
_FOLLOW_OR_NEWS = _any("""
    تابعوا | تابع | اشترك | اشتركوا | انضم | انضموا | لمتابعه | للاشتراك | لتصلك | سجل | سجلوا | احصل علي
    | احصلوا علي | join
""")
_FOLLOWED = _any("""
    موقعنا | موقع وتطبيق | تطبيق وموقع | قناتنا | قناتها | صفحتنا | صفحاتنا | حسابنا | حساباتنا | نشرتنا
    | النشره البريديه
    | تطبيقنا | منصاتنا | غوغل نيوز | جوجل نيوز | google news | newsletter
""")
_CAPTION = _any("""
    مصدر الصوره | تعليق الصوره | التعليق علي الصوره | صوره(?: ارشيفيه| تعبيريه)? | الصوره | تصوير | عدسه | photo | image
    | caption | credit | شرح الصوره
""")
_CONTENT = "(?:ال)?(?:محتوي|محتويات|مواد|ماده|خبر|مقال|مقالات|نص|موقع|صور|صوره|موضوع)"
_RIGHTS = "(?:ال)?(?:نشر|طبع|ملكيه|صور|صوره|بث|محتوي|موقع|تاليف|ماده)"
_SAYS = "(?:ت|ي)(?:عبر|مثل|عكس)(?:ان|ون)?"
_OPINION = "(?:راي|اراء|وجهه نظر|وجهات نظر|موقف|مواقف|سياسه|توجه|توجهات)"
_NOTICE = re.compile(
    _any(rf"""
    (?<!ان )(?:جميع|كافه|كل) الحقوق(?:\s(?:الفكريه|الادبيه|القانونيه))? محفوظه(?!\s(?:و|في|ب|علي|حتي)\w*\s)
    | حقوق {_RIGHTS}(?: و\w+)? (?:محفوظه|©) | ^(?:ال)?حقوق محفوظه
    | (?<!التي )(?<!الذي )(?<!انها )(?<!انه )(?:تمتلك|تملك|يملك|يمتلك|تحتفظ ب|يحتفظ ب) ?(?:جميع|كافه
    |كامل)? ?حقوق (?:ال)?(?:نشر|طبع|ملكيه)
    (?: و\w+)?\s?(?:$|[.،]|ل(?:هذ|جميع|كل|كافه|محتوي|لمحتوي|لماد)|في هذ|علي هذ)
    | ^تنبيه ?:.*حقوق
    | (?:يمنع|يحظر|لا يجوز|لا يسمح) (?:بنسخ|نسخ|نقل|اعاده نشر|اعاده توزيع|استخدام|اقتباس|نشر)
    (?: (?:او|و)\s?\w+)?(?: اي(?: جزء من)?)?(?: هذ[اه])? (?:{_CONTENT}|من هذ)
    | (?:المقالات|الاراء|التعليقات|المواد|وجهات النظر|الافكار) (?:المنشوره|الوارده|المعبر عنها
    |المذكوره).{{0,60}}{_SAYS}.{{0,40}}(?:{_OPINION}|كات|كتاب|صاحب|اصحاب)
    | لا {_SAYS}.{{0,20}}بالضروره.{{0,20}}{_OPINION} | لا {_SAYS} (?:عن )?{_OPINION}.{{0,60}}(?:بالضروره|$)
    | (?:يسمح بالاقتباس|يرجي الاشاره الي المصدر|(?:شريطه|بشرط|مع|يرجي)\s(?:ذكر|الاشاره الي)\sالمصدر[.\s]*$)
    | all rights reserved | copyright ?(?:©|\(c\)|\d{{4}}) | © ?\d{{4}} | ©.{{0,40}}\d{{4}} | ©\s
    | ^(?:تنويه|ملاحظه|تنبيه)\s?[:：].{{0,120}}(?:راي|مسووليه|مسووله|تعبر|يعبر)
    | ^(?:ظهرت?|نشرت?) (?:هذ[هاي] )?(?:ال)?(?:مقال|مقاله|خبر|تدوينه|موضوع|تقرير|ماده
    |قصه)\b.{{0,300}}(?:اولا (?:علي|في)|لاول مره علي)
    | ^(?:the|this) (?:post|article)\b.{{0,300}}(?:appeared first|first appeared)
    | ^هذا (?:الخبر|المقال|المحتوي|التقرير) (?:منقول|منشور|نشر) (?:من|عن|في|نقلا|بالتعاون|بالاتفاق|باتفاق)
    | ^(?:نشر|ينشر|تنشر)\s(?:هذ[اه]\s)?(?:(?:المقال|التقرير|النص|الماده)\s)?(?:بالتعاون|بالاتفاق|باتفاق
    |بترتيب) (?:مع|خاص)
    | ^(?:ان )?(?:(?:اداره|هييه تحرير)\s)?(?:ال)?(?:موقع|صحيفه|جريده|وكاله)\b.{{0,30}}(?:غير مسوول|لا تتحمل|لا يتحمل)
""")
)
# What asks the reader to open a link or to write in.
_OPEN = r"(?:اضغط|انقر|اضغطوا|انقروا|بالضغط|بالنقر|الضغط|النقر) \(?(?:هنا|علي (?:هذا )?(?:الرابط|العنوان))"
_PROMPT = re.compile(
    rf"^(?:لل\w{{3,10}}|ل[^\W\d_]{{3,9}}|من هنا)\b.{{0,110}}{_OPEN}.{{0,25}}$|^{_OPEN}\b.{{0,80}}$|^(?:click"
    rf"|tap) here\b.{{0,60}}$"
    r"|^(?:للتواصل|لمراسله|للاتصال|راسلوا|راسل)\b.{0,60}(?:@|\[?email|sms|\bرساله|رقم|هاتف).*"
    r"|^\S+@\S+?\s?(?:للتواصل|لمراسله)\b.*|^.{0,6}\d{5,6}\s?[,،-]?\s?(?:stc|mobily|zain|موبايلي|زين"
    r"|الاتصالات)\b.{0,60}$|^(?:الاتصالات|موبايلي|زين)\s?[,،]?\s?(?:\d{5,6}|تبدا ب).{0,60}$"
)
_ON_THE_WRITER = re.compile(
    r"^\W*(?:هذا? |ان هذا )?(?:ال)?(?:مقال|تقرير|تحليل|راي|ملاحظه المحرر)\b|^\W*(?:نشر|ينشر) هذا|ادناه"
)
_ON_THE_WRITER_HEAD = 200
# Cheap test on the unfolded line, so that only few lines are folded whole.
_has_notice_hint = holding(
    *("حقوق", "المنشورة", "بالضرورة", "©", "opyright", "ights reserved", "يمنع", "يُمنع", "يحظر", "يُحظر"),
    *("تنويه", "ملاحظة", "تنبيه", "أولا", "اولا", "لأول مرة", "ppeared", "منقول"),
    *("منشور", "غير مسؤول", "بالتعاون", "اتفاق", "الواردة", "المعبر عنها", "المصدر"),
)
_DENIES = re.compile("لا (?:يجوز|يسمح|يتحمل|[تي](?:عبر|عكس|مثل))")

# One alternation: the name of the group that matched is the sort.
_WHOLE_LINE = re.compile(
    rf"(?P<SOURCE>(?:المصدر|المصادر|مصدر الخبر|source)(?:{_COLON}.{{0,80}}|\s?[:：]?)$|[*•\-–\s]*(?:نقلا عن"
    rf"|منقول عن|بالاتفاق مع|خدمه (?=[«\"“]|(?:واشنطن بوست|نيويورك تايمز))) ?[^:]{{2,60}}$)"
    rf"|(?P<TAGS>(?:{_TAGS})(?:{_COLON}.*|$))"
    rf"|(?P<RELATED>[.…\s]*(?:{_RELATED}|{_RELATED_ALONE})\s?[:：.…»>]*$)"
    rf"|(?P<LINK>(?:{_RELATED})[\s:：|»>\-].*|(?:المزيد|للمزيد|للمزيد من التفاصيل)(?:{_COLON}|\s[-–]\s).*"
    rf"|(?:[#＃][^\s#]+\s*)+$"
    r"|رابط (?:الخبر|المقال|الموضوع)\b.*|(?:مقالات|مواضيع) اخري للكاتب.*"
    r"|للتواصل مع (?:الكاتب|المحرر).*|تبدا بالرمز .*)"
    rf"|(?P<SUMMARY>(?:{_SUMMARY})(?:{_COLON}.*|$))"
    rf"|(?P<BYLINE>(?:{_BYLINE})\s?[:：/]\s?[^:：]{{2,60}}$|(?:كتب|كتبت)\s\S+(?:\s\S+){{0,4}}\s?[:：]$)"
    rf"|(?P<END>\W*(?:انتهي|ا\s?\.?\s?ه)\s?[.)]?(?:\s?[/\-]+\s?[\w.:]{{1,8}}){{0,3}}\W*$"
    # Whom it was written for, not where it is from.
    rf"|\W*خاص ب ?[«\"“{{][^:]{{2,60}}$)"
    rf"|(?P<NOISE>(?:{_CAPTION})\s?[:：].*|صوره (?:ارشيفيه|تعبيريه|توضيحيه|من الارشيف)\b[^.؟!]{{0,80}}$"
    rf"|@\w{{2,}}(?:\s@\w+)*$|\((?:{_CAPTION})\s.{{0,40}}\)$"
    r"|(?:هل اعجبك|هل كان).{0,30}(?:مفيدا|المقال|الخبر|الموضوع)\s?[؟?]?$)"
    r"|(?P<COMMENTS>(?:ال)?تعليقات (?:القراء|الزوار|الاعضاء)\s?[:：]?$|(?:ال)?تعليقات\s?[(:\[]?\s?[1-9]\d*\s?[)\]]?$"
    r"|comments\s?\([1-9]\d*\)$)"
    rf"|(?P<PROMPT>(?:{_FOLLOW})\b.{{0,60}}\b(?:{_OUTLETS}|{_FOLLOWED}).*"
    rf"|(?:{_FOLLOW_OR_NEWS})\b.{{0,60}}\b(?:{_FOLLOWED})\b.*"
    rf"|(?:{_FOLLOW_OR_NEWS}) (?:\S+ ){{0,3}}(?:علي|عبر) (?:(?:موقع|منصه|تطبيق|صفحه"
    rf"|قناه) )?(?:{_OUTLETS})(?:[\s،,/|]|و|\.|:|{_OUTLETS})*$"
    rf"|يمكنكم? (?:متابعه|متابعتنا|استلام|تسلم|الاشتراك)\b.*(?:{_OUTLETS}|{_FOLLOWED}|تطبيق|اشعارات).*)"
)
_SOURCE_WORDS = re.compile(r"\W*(?:نقل[اًـ]*\s?عن|منقول عن|بالاتفاق مع|خدمة)\s*")
_WHOLE_LINE_LONGEST = 140
_LONG_LINE = re.compile(
    rf"(?P<SUMMARY>(?:{_SUMMARY_ABOVE_ALL})\s?[:：])|(?P<TAGS>(?:{_TAGS})\s?[:：])|(?P<LINK>(?:{_RELATED}|للمزيد)\s?[:：])"
    r"|(?P<NOISE>(?:تعليق الصوره|التعليق علي الصوره|مصدر الصوره)\s?[:：])"
)
_LONG_LINE_HEAD = 40
_LABELLED_LONGEST = 400
_SUMMARY_LONGEST = 2000
_NOTICE_LONGEST = 600
_BULLET = re.compile(r"[•▪●◦‣·∙■□▶►➤✔*]\uFE0F?\s*(?=\S)|[-–—]\s+(?=\S)")
_WORDLIKE = re.compile(r"[^\W_]")

# They stand where an agency's name would, and say that there is none.
_NO_AGENCY = frozenset({"خاص", "عواصم", "متابعات"})
_CREDIT_SIGNS = re.compile(r"[()\[\]/\-–—ـ,،+|«»]+|\s[-–—]\s")
_CREDIT_NOT = re.compile(r"[:：؟?!\d]")
_CREDIT_MOST_WORDS = 3
_CREDIT_LONGEST = 90
_AGENCY_LONGEST = 40
_CAPITALS = re.compile(r"[A-Zİ]{2,10}$")
# Tails --------------------------------------------------------------------------------------------------------------


def _ends_in_a_letter(text: str) -> bool:
    """Whether the last word is a single letter, as the last of initials is."""
    bare = text.rstrip(")/").rstrip().rstrip(".")
    return len(bare) > 1 and (bare[-2] in "./ـ" or bare[-2].isspace())


_LONGEST_NAME_AT_END = 27


def _ends_shortly(text: str) -> bool:
    """Whether little enough for a name stands behind the last full stop but the final one."""
    bare = text.rstrip().rstrip(".")
    stop = max(bare.rfind("."), bare.rfind("؟"), bare.rfind("!"), bare.rfind("…"))
    return stop >= 0 and len(bare[stop + 1 :].strip()) <= _LONGEST_NAME_AT_END


class _Tailing(NamedTuple):
    """A pattern of what stands behind a full stop, and a cheap test that each of its matches passes."""

    pattern: re.Pattern[str]
    may: Callable[[str], object]


# What stands behind a text's last full stop, unfolded; each takes off one thing, and the next is looked for before it.
# A straight quotation mark may also open one, so that a bare word behind it may be what is quoted.
_STOP = '(?<=[.؟!…»"”)])'
_SURE_STOP = "(?<=[.؟!…])"
_INITIALS = r"[^\W\d_a-z](?:\s?[./ـ]\s?[^\W\d_a-z](?!\w)|\s[^\W\d_a-z](?!\w)){1,7}\.?"
_END_WORDS = r"(?:انتهى|النهاي[ةه]|[أا]\s?\.?\s?هـ?|يتبع|للحديث بقية|###)"
_TAGS_ALONE = "(?:ال)?سمات|(?:ال)?وسوم|(?:ال)?كلمات (?:دلالية|مفتاحية)|الكلمات (?:الدلالية|المفتاحية)|[tT]ags"
_TAILS = (
    # An agency in brackets, between slashes or dashes: (رويترز), /أ ش أ/, --(بنا). Its name is looked up.
    _Tailing(
        re.compile(
            rf"{_STOP}\s*[-–—ـ]{{0,2}}\s*[(/\[]\s*(?:المصدر\s?[:：]\s?)?(?P<agency>[^()/\[\]:]{{2,40}}?)\s*[)/\]]\s*\.?\s*(?:{_INITIALS})?\s*$"
        ),
        re.compile(r"[(/\[]").search,
    ),
    # Without them: - رويترز, كونا.
    _Tailing(re.compile(rf"{_SURE_STOP}\s*[-–—*]?\s?(?P<agency>[^-–—()/.*:\"«»“”]{{2,25}})\.?\s*$"), _ends_shortly),
    _Tailing(
        re.compile(rf"{_SURE_STOP}\s*\*?\s?(?:المصدر\s?[:：]|نقل[اً]+\s?عن)\s?(?P<source>[^:]{{2,60}})$"),
        holding("المصدر", "نقل"),
    ),
    # The word that says it is over, with the desk's initials; the initials alone.
    _Tailing(
        re.compile(
            rf"(?:{_SURE_STOP}|(?<=[»”)])"
            rf"|(?<=[.؟!]\"))\s*[-–/(#ـ]*\s*(?P<end>{_END_WORDS})\s*[-/.)#ـ]*(?:\s*[-/]?\s*[\d\u0660-\u0669]+"
            rf"|\s*[-/]?\s*{_INITIALS})?\s*[-/.)#]*$"
        ),
        re.compile(rf"[.؟!…»”)\"]\s*[-–/(#ـ]*\s*{_END_WORDS}").search,
    ),
    _Tailing(re.compile(rf"{_SURE_STOP}\s+(?P<end>[(/]?\s?{_INITIALS}\s?[)/]?)$"), _ends_in_a_letter),
    _Tailing(
        re.compile(rf"{_SURE_STOP}\s+(?:{_TAGS_ALONE})\s?[:：]?\s(?P<tags>[^.؟!…:]{{2,120}})$"),
        holding("سمات", "وسوم", "كلمات", "ags"),
    ),
    # An address, a tweet's link, hashtags, a link that lost its target.
    _Tailing(
        re.compile(
            rf"(?:{_SURE_STOP}|(?<=[»”)]))(?:\s+(?P<more>(?:https?://|www\.|pic\.twitter\.com/|t\.co/)\S+"
            rf"|\S+@\S+\.\w{{2,4}}|\[email\sprotected\]|/\*\s*\*/"
            r"|(?:#\w+\s*)+)|\s*(?P<rest>(?:\.\.\.|…)\s?(?:المزيد|اقرأ المزيد|للمزيد)|(?:[اإ]ضافة )?[اإ]علان"
            r"|رابط (?:الخبر|المقال|التقرير|الفيديو)\s[^.؟!]{0,40}(?:تعليق|هنا|البايو)))\s*$"
        ),
        holding("http", "www.", "pic.", "t.co/", "@", "[email", "*", "#", "مزيد", "علان", "رابط"),
    ),
)
# A stop with something behind it that is no sign: all of them need it.
_STOP_INSIDE = re.compile(r"[.؟!…»\"”)](?=[^.؟!…»\"”)]*[\w#*])")
_TAGS_AT_HEAD = re.compile(rf"(?:{_TAGS_ALONE})\s[^.؟!…:]+$")
_QUOTES = re.compile('["«»“”]')
_TAIL_LONGEST = 150
# All of them have little behind the full stop, or one of these signs.
_TAIL_GATE = re.compile(
    r"[.؟!…»\"”)][^.؟!…»\"”)]{0,44}[.)\]/\-#ـ\s]*$|[@#]|://|www|twitter|المصدر|نقل|سمات|وسوم|الكلمات|كلمات|[tT]ags"
)
_TAILS_MOST = 5
# A link with its title, behind the last sentence.
_LINK_HINTS = re.compile("رابط|قر[أا]|شاهد|طالع|صلة|للمزيد|تابع|يهمك|يعجبك")
_LINK_TAIL = re.compile(
    rf"(?<=[.؟!…»\"”)])\s+(?:رابط (?:الخبر|المقال|الموضوع|المصدر)[^.:]{{0,40}}|(?:{_RELATED})"
    rf"|للمزيد)\s?[:|](?!//).{{0,250}}$"
)
_LINK_TAIL_LONGEST = 320
# Buttons of a gallery that a scraper put before the first word.
_HEADS = re.compile(
    "(?:(?:next|previous|prev)\\s+){2}(?=\\S)"
    "|(?:[\U0001f300-\U0001faff\u26a1\u2757\u2b50\u2b55\u203c]\ufe0f?\\s*)+(?=\\S)",
    re.IGNORECASE,
)


class Tail(NamedTuple):
    """What stands behind a text's last sentence: where it begins, whether it ends the article, the agency it names."""

    start: int
    ends: bool
    agency: str | None


def tail_of(paragraph: str) -> Tail | None:
    """Return what a paragraph has behind its last full stop that is not its own; None without it.

    That is an agency in brackets or between slashes (Latin capitals count: ``(İLKHA)``), the word انتهى and its like,
    the desk's initials, an address, a link with its title. Constant time.
    """
    length = len(paragraph)
    start, ends, agency = length, False, None
    for _ in range(_TAILS_MOST):
        tail = _last_tail(paragraph, start)
        if tail is None:
            break
        start, ends, agency = tail.start, ends or tail.ends, tail.agency or agency
    return Tail(start, ends, agency) if start < length else None


def _last_tail(paragraph: str, end: int) -> Tail | None:
    begin = max(end - _TAIL_LONGEST, 0)
    last = paragraph[begin:end]
    if _STOP_INSIDE.search(last):
        for tailing in _TAILS:
            found = tailing.pattern.search(last) if tailing.may(last) else None
            if found is None or not _TAIL_GATE.search(last):
                continue
            if tail := _tail_at(found, last, begin, bracketed=tailing is _TAILS[0]):
                return tail
    return _link_tail(paragraph, end)


def _tail_at(found: re.Match[str], last: str, begin: int, *, bracketed: bool) -> Tail | None:
    """The tail that a pattern found in the last part of a paragraph, which begins at ``begin``."""
    text = last[: found.start()].rstrip()
    if not text:
        return None
    groups = found.groupdict()
    named = groups.get("agency")
    if named and not _names_agency(named.strip(), bracketed=bracketed, stopped=text[-1] in ".؟!…"):
        return None
    agency = source_name(named or groups.get("source") or "") or None
    return Tail(begin + len(text), groups.keys().isdisjoint(("more", "rest")), agency)


def _names_agency(name: str, *, bracketed: bool, stopped: bool) -> bool:
    if bracketed:
        return is_agency(name) or (stopped and bool(_CAPITALS.match(name)))
    return is_sure_agency(name)


def lists_tags(line: str) -> bool:
    """Whether a page's last line, unfinished, opens as a list of tags does without a colon: وسوم مصر صحة."""
    return bool(_TAGS_AT_HEAD.match(line))


def source_name(stated: str) -> str:
    """Return a source as it is stated, without the signs around and the quotation marks in it; may be empty."""
    return _QUOTES.sub("", stated).strip(" :-،.*(){}[]/")


def _link_tail(paragraph: str, end: int) -> Tail | None:
    begin = max(end - _LINK_TAIL_LONGEST, 0)
    last = paragraph[begin:end]
    if (":" not in last and "|" not in last) or not _LINK_HINTS.search(last):
        return None
    folded = fold(last)
    found = _LINK_TAIL.search(folded.text)
    if found is None:
        return None
    at = found.start() + len(found[0]) - len(found[0].lstrip())
    return Tail(len(paragraph[: begin + folded.original(at, at + 1)[0]].rstrip()), False, None)


def head_of(line: str) -> int:
    """Return how many letters of a line are a gallery's buttons, or pictures of a font, before its first word."""
    found = _HEADS.match(line)
    return found.end() if found else 0


def _is_notice(line: str) -> bool:
    return bool((_has_notice_hint(line) or _DENIES.search(line)) and _NOTICE.search(fold_text(line)))


# Sites say the same around every page: a cache of short lines spares most of the work on them.
@lru_cache(maxsize=4096)
def _classify_short(line: str) -> Label | None:
    """What a short line is; None for text."""
    folded = fold_line(line).strip()
    found = _WHOLE_LINE.match(folded)
    if found and found.lastgroup and not (found.lastgroup == "BYLINE" and _is_headline(folded)):
        return Label(Sort[found.lastgroup], _value_at(line))
    if not _WORDLIKE.search(folded):
        return Label(Sort.NOISE)
    if date := is_date_line(line):
        return Label(Sort.DATE, 0, date)
    if sort := _sort_by_words(line, folded):
        return Label(sort)
    return _notice(line) if _is_notice(line) else None


def _sort_by_words(line: str, folded: str) -> Sort | None:
    """What a short line is that has no label and is no date."""
    if is_furniture(folded) or is_hijri_line(line):
        return Sort.NOISE
    if _PROMPT.search(folded):
        return Sort.PROMPT
    if _is_byline(folded):
        return Sort.BYLINE
    return None if credited(line) is None else Sort.CREDIT


def _is_headline(folded: str) -> bool:
    """Whether a byline's label stands before something that is no name: تقرير: ارتفاع عدد اللاجئين."""
    if not folded.startswith(_BYLINE_OR_NEWS):
        return False
    value = re.split(r"[-–/،,]", folded.split(":", 1)[-1])[0]
    return not is_person(value) and not is_agency(value)


def _is_byline(folded: str) -> bool:
    bare = _BARE_BYLINE.match(folded)
    if bare and is_person(re.split(r"[-–/،,]", bare["name"])[0]):
        return True
    reporter = _REPORTER.match(folded)
    if reporter and len(folded.split()) <= _REPORTERS_MOST_WORDS and folded[-1] != ".":
        return is_outlet(reporter["outlet"], beside_place=True) or is_agency(reporter["outlet"])
    return bool(_DESK.match(folded) or _WRITER.match(folded))


def credited(line: str) -> str | None:
    """Return the agency or outlet of a line that is nothing but a credit; None for any other line.

    ``(رويترز)``, ``القاهرة - وكالات``, ``الرياض (واس)``, ``/أ ش أ/``, ``فرانس24/ أ ف ب``. A headline that an agency's
    name opens has a colon, figures or more words. It is empty when the line names none (خاص, a reporter and a city).
    """
    if len(line) > _CREDIT_LONGEST or line[-1] in ":：":
        return None
    dateline = find_dateline(line)
    if dateline and dateline.end == len(line):
        return dateline.agency or ""
    # Longest first: an agency of two words between the signs, then its parts.
    if len(line) <= _AGENCY_LONGEST and is_sure_agency(line):
        return source_name(line)
    return _credited_from(line) if " من " in line else _credited_parts(line)


def _credited_from(line: str) -> str | None:
    """A credit as إيلاف من لندن: an outlet or a person, and where from."""
    who, _, place = line.partition(" من ")
    if not is_place(place):
        return None
    return "" if is_person(who) else who if is_outlet(who) else None


def _credited_parts(line: str) -> str | None:
    """A credit whose agency stands between signs, with few words beside it, as a reporter's and a city's."""
    signs = _CREDIT_SIGNS.search(line)
    if signs is None or signs.start() > _AGENCY_LONGEST or _CREDIT_NOT.search(line):
        return None
    parts = list(filter(None, [part.strip(" .") for part in _CREDIT_SIGNS.split(line)]))
    named = [part for part in parts if is_agency(part)]
    beside = [part for part in parts if part not in named and fold_text(part) not in _NO_AGENCY]
    if len(" ".join(beside).split()) > _CREDIT_MOST_WORDS:
        return None
    return next(iter(named), "" if len(beside) < len(parts) else None)


def classify(line: str) -> Label:
    """Say what a line (stripped, not empty) is. Constant time for lines over 2,000 code points."""
    label = _classify_short(line) if len(line) <= _WHOLE_LINE_LONGEST else _classify_long(line)
    if label is not None:
        return label
    bullet = _BULLET.match(line)
    return Label(Sort.BULLET, bullet.end()) if bullet else _TEXT


def _classify_long(line: str) -> Label | None:
    """What a line is that is too long for a label alone; None for text."""
    length = len(line)
    if length > _SUMMARY_LONGEST:
        return None
    found = _LONG_LINE.match(fold_text(line[:_LONG_LINE_HEAD]))
    if found and found.lastgroup and (length <= _LABELLED_LONGEST or found.lastgroup == "SUMMARY"):
        return Label(Sort[found.lastgroup], _value_at(line))
    if length <= _NOTICE_LONGEST and _is_notice(line):
        return _notice(line)
    return Label(Sort.NOISE) if length <= LONGEST_FURNITURE and is_furniture(fold_text(line)) else None


def _notice(line: str) -> Label:
    """The label of a notice. A note on the writer may stand above the text: it ends nothing."""
    return Label(Sort.NOISE if _ON_THE_WRITER.search(fold_text(line[:_ON_THE_WRITER_HEAD])) else Sort.NOTICE)


def _value_at(line: str) -> int:
    """Where a label's value begins: after its first colon or the words of a source, else at the end."""
    source = _SOURCE_WORDS.match(line)
    if source:
        return source.end()
    for at, character in enumerate(line):
        if character in ":：|":
            return at + 1
    return len(line)
