"""Lines that a site puts around its news, and news that looks like them: a table that a person can extend."""

import pytest

from workers.pages.labels import Sort, classify, credited

FURNITURE = """
شارك | شارك المقال | شارك على فيسبوك | فيسبوك تويتر واتساب | Facebook Twitter WhatsApp | نسخ الرابط | تم نسخ الرابط
شارك الخبر: فيسبوك، تويتر | طباعة | أرسل إلى صديق | استمع إلى المقال | حجم الخط | حجم الخط: A A A | ع ع ع
الرئيسية | الرئيسية > سياسة | الرئيسية / أخبار / مصر | القائمة | تسجيل الدخول | من نحن - اتصل بنا - أعلن معنا
سياسة الخصوصية | الشروط والأحكام | العودة إلى الأعلى | تخطي إلى المحتوى | Skip to content | قبول | تحميل المزيد
أضف تعليقك | التعليقات (12) | لا توجد تعليقات | اترك تعليقاً | هل أعجبك المقال؟ | هل كان هذا المقال مفيداً؟
أدخل بريدك الإلكتروني | لن يتم نشر عنوان بريدك الإلكتروني. الحقول الإلزامية مشار إليها بـ * | info@example.com
نستخدم ملفات تعريف الارتباط لتحسين تجربتك على موقعنا | حمّل التطبيق الآن | متوفر على Google Play
فيديو | صور | بث مباشر | عاجل | رياضة | مال وأعمال | عربي ودولي | منوعات | مواقيت الصلاة | تغطية خاصة
12:35 | 12:35 م | منذ 3 ساعات | منذ يوم و ساعتان و 12 دقيقة | قبل دقيقتين | آخر تحديث منذ ساعتين | 0:00 / 3:20
2 hours ago
1234 مشاهدة | مشاهدات: 1,234 | عدد القراءات 55 | 12 تعليقاً | 3 دقائق قراءة | دقيقتان للقراءة | وقت القراءة: 3 دقائق
1/3 | صفحة 2 من 5 | - 12 - | كود الخبر: 12345 | رابط مختصر: https://example.org/1 | pic.twitter.com/abc | example.org
إعلان | - Advertisement - | مساحة إعلانية | سكرول للمتابعة | يتبع | صورة أرشيفية | Getty Images | (تصوير علي حسن)
تصوير: علي حسن | س.ع | م.ح / ع.أ | تابعنا على | تابعونا على غوغل نيوز | انضم إلى قناتنا على تلغرام
"""
NEWS = """
تويتر تغلق حسابات مزيفة | فيسبوك وتويتر أمام الكونغرس | شارك الرئيس في القمة العربية | سياسة الباب المفتوح
الرئيس يصل إلى باريس | أخبار سارة للمزارعين | صور الأقمار الصناعية تكشف الدمار | فيديو يظهر لحظة الانفجار
عاجل: انفجار يهز العاصمة | منذ ثلاث سنوات لم يسقط المطر | قبل الانتخابات بيومين | 12 قتيلا في انفجار
حمل الجنود جثمان زميلهم إلى المطار | الرئيسية في هذا الملف هي الحدود | تعليق الدراسة في ثلاث محافظات
الطقس السيئ يعطل الملاحة | بحث الوزيران سبل التعاون | سجل اللاعب هدفين | دخول المساعدات إلى المدينة
رد الحكومة على التقرير
حمل المسؤول الحكومة مسؤولية تطبيق القرار | تابع المدرب مباراة الفريق | المزيد من المعاناة | نعم للسلام
انتهى الاجتماع دون اتفاق | تقرير: ارتفاع عدد اللاجئين | رويترز: مقتل ثلاثة جنود | واشنطن - طهران
"""


def rows(table: str) -> list[str]:
    return [line.strip() for each in table.strip().splitlines() for line in each.split("|")]


@pytest.mark.parametrize("line", rows(FURNITURE))
def test_furniture_is_no_news(line: str) -> None:
    assert classify(line).sort in (Sort.NOISE, Sort.LINK, Sort.PROMPT, Sort.COMMENTS)


@pytest.mark.parametrize("line", rows(NEWS))
def test_news_is_no_furniture(line: str) -> None:
    assert classify(line).sort is Sort.TEXT


@pytest.mark.parametrize(
    ("line", "sort"),
    [
        ("انتهى", Sort.END),
        ("(انتهى)", Sort.END),
        ("أ هـ", Sort.END),
        ("انتهى/ 12", Sort.END),
        ("تنويه: التعليقات لا تعبر عن رأي الصحيفة", Sort.NOTICE),
        ("ظهرت المقالة اجتماع في القاهرة أولاً على موقع الأخبار.", Sort.NOTICE),
        ("The post Talks resume appeared first on News.", Sort.NOTICE),
        ("كتب محمد علي:", Sort.BYLINE),
        ("كتب/ محمد علي", Sort.BYLINE),
        ("إعداد وتحرير: منى سالم", Sort.BYLINE),
        ("المزيد حول هذا الموضوع", Sort.RELATED),
        ("نرشح لك", Sort.RELATED),
        ("قصص ذات صلة", Sort.RELATED),
        ("Most read", Sort.RELATED),
    ],
)
def test_labels(line: str, sort: Sort) -> None:
    assert classify(line).sort is sort


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("(رويترز)", "رويترز"),
        ("القاهرة - وكالات", "وكالات"),
        ("الرياض (واس)", "واس"),
        ("/أ ش أ/", "أ ش أ"),
        ("--(بنا)", "بنا"),
        ("رويترز - أرشيف", "رويترز"),
        ("خاص - القاهرة", ""),
        ("رويترز: مقتل ثلاثة جنود", None),
        ("رويترز - مقتل 3 جنود", None),
        ("واشنطن - طهران", None),
    ],
)
def test_a_credit_alone_names_its_agency(line: str, agency: str | None) -> None:
    assert credited(line) == agency
