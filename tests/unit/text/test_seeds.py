from pathlib import Path

import pytest

from workers.pages.reader import split_page

SEEDS = Path(__file__).parents[3] / "seeds"
BOILERPLATE = (
    "تنبيه:",
    "İLKHA",
    "المصدر:",
    "كلمات دلالية",
    "إقرأ أيضاً",
    "مقالات مشابهة",
    "إعلان",
    "•",
    "GMT",
    "date 20",
)

EXPECTED = {
    "000_cf06025ab8e113df.txt": [
        ("story", ""),
        ("story", "دمشق تنفي تسليم مقاتلين من الإيغور إلى الصين وتؤكد عدم صحة المعلومات المتداولة"),
        ("story", "فيدان: الوجود التركي في سوريا “أمر طبيعي تماما” ويستند إلى مصالح تاريخية واستراتيجية"),
        ("story", "بكين تؤكد استعدادها لدعم أمن سوريا واستقرارها والمساهمة في إعادة إعمارها"),
        ("story", "سوريا سوريا تسلّم لبنان 17 مواطناً ضُبطوا بعد دخولهم المياه الإقليمية بطريقة غير شرعية"),
        ("story", "داعش يوظف الذكاء الاصطناعي لتجنيد بريطانيين ويثير قلق أجهزة الاستخبارات"),
    ],
    "001_4cfdd0a6077df055.txt": [
        ("story", "وفد سوري رفيع يزور موسكو لبحث تعزيز التعاون العسكري والاقتصادي"),
        *[("teaser", "")] * 4,
    ],
    "002_ab9b39b6d50a4a3b.txt": [
        ("story", "مباحثات تركية روسية بشأن التطورات في سوريا"),
        ("story", "وزير الدفاع الأمريكي يتخذ قرارًا بشأن روسيا قد يهدد الأمن القومي لبلاده"),
    ],
    "003_f6b60ffa7a43042e.txt": [
        ("story", "انعقاد اجتماع أمني بين تركيا وسوريا لتعزيز التعاون وضمان استقرار المنطقة"),
        *[("teaser", "")] * 4,
    ],
    "004_3e12f717a23c4b45.txt": [("summary", ""), ("story", "")],
}
# Lines of each seed, from 1, that are news; read by eye.
NEWS_LINES = {
    "000_cf06025ab8e113df.txt": range(1, 62, 2),
    "001_4cfdd0a6077df055.txt": [*range(1, 10), *range(11, 15)],
    "002_ab9b39b6d50a4a3b.txt": [4, *range(10, 23, 2), 26, *range(34, 53, 2)],
    "003_f6b60ffa7a43042e.txt": [1, *range(3, 10), *range(11, 15)],
    "004_3e12f717a23c4b45.txt": [1, *range(3, 12, 2)],
}


def read(name):
    return (SEEDS / name).read_bytes().decode()


@pytest.mark.parametrize("name", EXPECTED)
def test_kinds_and_titles(name):
    assert [(article.kind, article.title) for article in split_page(read(name))] == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_no_word_of_news_is_lost_and_nothing_else_is_kept(name):
    body = read(name)
    found = " ".join(f"{article.title} {article.text}" for article in split_page(body)).split()
    lines = body.split("\n")
    news = " ".join(lines[number - 1] for number in NEWS_LINES[name]).replace("(İLKHA)", "")
    # The dashes between a summary's points and the collector's date before them are not words of news.
    news = news.replace(" date 2025-10-17 - ", "").replace(". - ", ". ")
    assert found == news.split()
    assert not any(label in " ".join(found) for label in BOILERPLATE)


def test_what_the_pages_state():
    first, second = split_page(read("002_ab9b39b6d50a4a3b.txt"))
    assert (first.publisher, first.source, first.published_at) == ("الجزيرة", "الجزيرة", "2025-02-01T00:00:00Z")
    assert second.published_at is None
    assert "خطر القرار على الأمن القومي" in second.text.split("\n")
    for name in ("001_4cfdd0a6077df055.txt", "003_f6b60ffa7a43042e.txt"):
        story = split_page(read(name))[0]
        assert (story.publisher, story.source) == ("وكالة إيلكا الإخبارية", "İLKHA")
    summary, story = split_page(read("004_3e12f717a23c4b45.txt"))
    assert (summary.published_at, summary.summary_of) == ("2025-10-17T00:00:00Z", 1)
    assert "هاكان فيدان ونظيره السوري" in story.text
    assert "the first sentence was cut across lines" in story.notes
