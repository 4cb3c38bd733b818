"""Who owns the rights by a copyright line, whatever its order and its words: what is left without those of the law."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workers.pages.furniture import is_furniture
from workers.pages.press_names import clean, is_known, may_name
from workers.text.fold import fold_text

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["owner_of"]

_KEEPS = "(?:تمتلك|تملك|يملك|يمتلك|تحتفظ|يحتفظ)"
_SIGN = re.compile(
    r"©|®|\(c\)|&copy;|copyright|all rights|(?:حقوق|مواد|محتو).{0,60}(?:محفوظ[ةه]|مملوك[ةه])|محفوظ[ةه] الحقوق"
    r"|حقوق (?:ال)?(?:نشر|طبع|ملكية)|(?:يسمح|يُسمح) ب(?:الاقتباس|النقل|إعادة النشر)"
    rf"|^{_KEEPS}\s.{{2,40}}\sب?(?:جميع|كافة|كل|كامل)\s(?:ال)?حقوق",
    re.IGNORECASE,
)
_KINDS = "(?:ال)?(?:نشر|طبع|ملكية|فكرة|فكرية|أدبية|قانونية|تأليف|موقع|محتوى|توزيع|طباعة)"
_OF_THE_LAW = re.compile(
    rf"(?:ب?جميع|ب?كافة|كل)?\s?(?:ال)?(?:مواد|حقوق)(?:\s(?:هذا\s)?و?{_KINDS})*(?:\s(?:المنشورة|لهذا الموقع))?"
    r"(?:\s?(?:©|®|\(c\))?\s?(?:محفوظ[ةه]|مملوك[ةه]))?|محفوظ[ةه](?: الحقوق)?|مملوك[ةه]|©|®|™|\(c\)|&copy;"
    rf"|{_KEEPS}\s.*|copyrights?|all rights? reserved\b|\breserved\b|نشر بإذن|^ملكية\b"
    r"|(?:بموجب|وفق|وفقا|وفقاً|حسب|طبقا)\s?ل?(?:القانون|شروط|قانون|قوانين|سياسة)\b[^.|]{0,30}"
    r"|(?:يُ?سمح|لا يجوز|يُ?منع|يُ?حظر)\s.*|(?:19|20)\d\d(?:\s?[-–/]\s?(?:(?:19|20)\d\d|\d\d))?م?"
    r"|\b14\d\d(?:هـ?)?(?=\s|$)|[\u0661\u0662][\u0660-\u0669]{3}م?",
    re.IGNORECASE,
)
_OWNS = re.compile(rf"^{_KEEPS}\s(?P<name>.{{2,40}}?)\s(?:ب|بجميع|بكافة|بكل|جميع|كافة|كل|كامل|حقوق)\s?.*")
_NOTE = re.compile(r"^(?:تنبيه|تنويه|ملاحظة)\s?[:：]\s?")
_MADE_BY = re.compile(
    r"(?:powered|designed|developed|made) by.*|(?:تصميم|برمجة|تطوير|استضافة|الدعم الفني|بواسطة)\b.*", re.IGNORECASE
)
_PARTS = re.compile(r"\s*[|،,\u0000•·]\s*|\s+[-–—]\s+|\.\s+|^\s*[-–—.:]\s*")
_TO = re.compile(
    r"^(?:لدى\s|[إا]لى\s|على\s|ل(?:صالح|ـ)?\s?(?=موقع|صحيفة|جريدة|وكالة|قناة|شبكة|مؤسسة|بوابة|شركة)|لـ\s?|ل\s"
    r"|for\s|by\s|to\s)",
    re.IGNORECASE,
)


def owner_of(text: str) -> str | None:
    """Return who owns the rights by a line about them, when it names one: one that a list has, else the first."""
    if not _SIGN.search(text) or "حقوق الصور" in text:
        return None
    noted = _NOTE.sub("", text)
    owns = _OWNS.match(noted)
    rest = owns["name"] if owns else _OF_THE_LAW.sub("\0", _MADE_BY.sub("", noted))
    parts = (each.strip(" .:-–—_/()[]") for each in _PARTS.split(rest))
    owners = [name for part in parts if part for name in _names(part)]
    return next(filter(is_known, owners), next(iter(owners), None))


def _names(part: str) -> Iterator[str]:
    """The name that a part of a line is, if it may be one; without the word or letter for "to"."""
    name = _TO.sub("", part)
    if name.startswith("لل") and not is_known(name):
        name = "ال" + name[2:]
    elif name[:1] == "ل" and len(name) > 3 and not is_known(name):
        name = name[1:]
    name = clean(name)
    if may_name(name) and not is_furniture(fold_text(name)):
        yield name
