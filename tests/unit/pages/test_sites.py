"""What a site repeats is learned from its archive, whatever it says; news is not, and reprints teach nothing."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from typing import TYPE_CHECKING

import orjson
import pytest
from typer.testing import CliRunner

from schemas.models import Document, EnrichedEvent
from workers.cli.main import app
from workers.errors import UsageError
from workers.pages.body import read_body
from workers.pages.reader import explain_page, split_page
from workers.pages.site_learner import LEAST_PAGES, Learner
from workers.pages.sites import (
    Label,
    SiteProfile,
    TitlePlace,
    dump_profile,
    load_profiles,
    parse_profile,
    shape_of,
    site_of,
)
from workers.pipeline.build import build_parse, build_tag
from workers.pipeline.enrich import Enricher, EveryArticle
from workers.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from workers.pages.model import PageArticle

MENU = "الرئيسية | محليات | رياضة"
COUNTER = "عدد المشاهدات: {n}"
NOTICE = "تنبيه: الآراء الواردة في التعليقات لا تعبر عن رأي الصحيفة، وتحتفظ الإدارة بحق حذف ما يخالف شروط النشر."
URL = "https://www.news.example/{n}"


def pages(count: int, *, seed: int = 1) -> list[dict[str, str]]:
    """Stories of our own, each under a menu and a dated line, over a counter, a source and a notice."""
    words = random.Random(seed)  # noqa: S311 - made-up text

    def sentence(length: int) -> str:
        return " ".join("".join(words.choices("ابتثجحخدرسعفقكلمنهوي", k=5)) for _ in range(length)) + "."

    made = []
    for n in range(count):
        title, story = sentence(8).rstrip("."), "\n".join(sentence(30) for _ in range(3))
        body = "\n".join(
            (
                MENU,
                f"{title} | صحيفة الميناء",
                f"تاريخ النشر: {n % 28 + 1} فبراير 2025",
                story,
                COUNTER.format(n=n * 37),
                f"المصدر: {('رويترز', 'الأناضول', 'وكالات')[n % 3]}{' ' * (n % 2)}",
                NOTICE,
            )
        )
        made.append({"body": body, "url": URL.format(n=n), "title": title, "story": f"{title}\n{story}"})
    return made


def learn(made: list[dict[str, str]]) -> list[SiteProfile]:
    learner = Learner()
    for each in made:
        learner.add(each["body"], url=each["url"])
    return list(learner.profiles())


def test_lines_and_shapes_that_recur_are_furniture_and_the_news_is_not() -> None:
    made = pages(40)
    (profile,) = learn(made)
    assert (profile.site, profile.documents) == ("news.example", 40)
    assert profile.furniture[shape_of(MENU)] == 1.0
    assert profile.furniture[shape_of(COUNTER.format(n=3))] == 1.0
    assert profile.furniture[shape_of(NOTICE)] == 1.0
    news = {shape_of(line) for each in made for line in each["story"].split("\n")}
    assert not news & set(profile.furniture)


def test_labels_and_the_outlets_name_are_learned() -> None:
    (profile,) = learn(pages(40))
    assert {each.label: each.says for each in profile.labels} == {
        "تاريخ النشر": "published",
        "عدد المشاهدات": "other",
        "المصدر": "source",
    }
    assert profile.outlet == "صحيفة الميناء"


def test_reprints_of_one_story_teach_nothing() -> None:
    assert learn(pages(1) * 50) == []
    (profile,) = learn(pages(LEAST_PAGES) + pages(1) * 50)
    assert profile.documents == LEAST_PAGES


def test_a_headline_given_as_a_title_stays_news_however_often_it_is_listed() -> None:
    made = pages(20)
    headline = made[0]["title"]
    learner = Learner()
    for each in made:
        learner.add(f"{each['body']}\n{headline}", url=each["url"], title=each["title"])
    (profile,) = learner.profiles()
    assert shape_of(headline) not in profile.furniture


def test_pages_in_html_are_read_by_their_blocks() -> None:
    made = pages(10)
    for each in made:
        each["body"] = (
            "<html><body>" + "".join(f"<p>{line}</p>" for line in each["body"].split("\n")) + "</body></html>"
        )
    (profile,) = learn(made)
    assert shape_of(NOTICE) in profile.furniture


@pytest.mark.parametrize(
    ("url", "source", "site"),
    [
        ("https://www.news.example/a?b=1", None, "news.example"),
        ("http://m.news.example:8080/", "الميناء", "m.news.example"),
        (None, " الميناء ", "الميناء"),
        ("no address", None, None),
        ("http://[", None, None),
    ],
)
def test_a_site_is_a_host_else_a_source(url: str | None, source: str | None, site: str | None) -> None:
    assert site_of(url, source) == site


def test_a_profile_is_read_as_it_was_written() -> None:
    (profile,) = learn(pages(40))
    assert parse_profile(dump_profile(profile), "x") == profile


WRONG = {
    "a: [": "not YAML",
    "[]": "no profile of a site",
    "documents: 1": "site: missing",
    "site: x\noutlets: y": "unknown key 'outlets': known are site, documents, outlet, title, labels, furniture",
    "site: x\ndocuments: many": "documents: 'many' is no number",
    "site: x\noutlet: 24": "outlet: 24 is no name: write the outlet's name in quotation marks",
    "site: x\nfurniture: a line": "furniture: no list",
    "site: x\nfurniture: [{share: 1}]": "furniture, entry 1: shape None: write the words",
    "site: x\nfurniture: [{shape: a}, {shape: b, share: 7}]": "furniture, entry 2: share 7: write a number above 0",
    "site: x\nlabels: [المصدر]": "labels, entry 1: 'المصدر' has no keys",
    "site: x\nlabels: [{label: a, says: dat}]": "labels, entry 1: says 'dat': choose one of published, updated, visit",
    "site: x\nlabels: [{label: a, says: visit, where: top}]": "where 'top': choose one of above, head, below",
    "site: x\nlabels: [{label: '', says: source}]": "an empty label stands for a bare date",
    "site: x\ntitle: [{line: 0}]": "title, entry 1: line 0: write a number from 1",
    "site: x\ntitle: [{below: menu}]": "write `line: N`, or `lines: N` with either `below` or `above`",
    "site: x\ntitle: [{lines: 1, below: []}]": "below has no word",
    "site: x\ntitle: [{heading: 9}]": "heading 9: write a number from 1 to 6",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_with_a_profile_is_said_with_its_file_and_key(text: str) -> None:
    with pytest.raises(ValueError, match=r"^sites/x\.yaml: ") as raised:
        parse_profile(text, "sites/x.yaml")
    assert WRONG[text] in str(raised.value)


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_bytes("site: الميناء".encode("windows-1256"))
    with pytest.raises(ValueError, match=r"x\.yaml: not UTF-8"):
        load_profiles(tmp_path)


def test_a_folders_version_changes_with_its_profiles(tmp_path: Path) -> None:
    assert load_profiles(None).version == ""
    (profile,) = learn(pages(40))
    path = tmp_path / "news.example.yaml"
    path.write_text(dump_profile(profile), encoding="utf-8")
    before = load_profiles(tmp_path)
    assert before.of("https://news.example/7", None) == profile
    assert before.of("https://other.example/7", "news.example") is None
    path.write_text(dump_profile(profile) + "# read by a person\n", encoding="utf-8")
    assert load_profiles(tmp_path).version != before.version
    versions = {before.version}
    for entry in ("outlet: x", "title: [{line: 1}]", "labels: [{label: x, says: visit}]", "furniture: [{shape: x}]"):
        path.write_text(f"site: news.example\n{entry}\n", encoding="utf-8")
        versions.add(load_profiles(tmp_path).version)
    assert len(versions) == 5
    path.write_text(dump_profile(profile), encoding="utf-8")
    (tmp_path / "twice.yaml").write_text(dump_profile(profile), encoding="utf-8")
    with pytest.raises(ValueError, match="already"):
        load_profiles(tmp_path)


def test_the_command_writes_profiles_and_keeps_what_a_person_changed(tmp_path: Path) -> None:
    archive = tmp_path / "archive.jsonl"
    archive.write_bytes(
        b"\n".join(
            orjson.dumps({"document_id": str(n), "body": each["body"], "url": each["url"]})
            for n, each in enumerate(pages(20))
        )
    )
    run = CliRunner()
    done = run.invoke(app, ["sites", "learn", str(archive), "--out", str(tmp_path / "sites")])
    assert done.exit_code == 0, done.output
    path = tmp_path / "sites" / "news.example.yaml"
    assert parse_profile(path.read_text(encoding="utf-8"), "x").documents == 20
    path.write_text("site: news.example\ndocuments: 20\nfurniture: []\n", encoding="utf-8")
    again = run.invoke(app, ["sites", "learn", str(archive), "--out", str(tmp_path / "sites")])
    assert "kept as it was" in again.output
    assert "furniture: []" in path.read_text(encoding="utf-8")
    run.invoke(app, ["sites", "learn", str(archive), "--out", str(tmp_path / "sites"), "--overwrite"])
    assert "furniture: []" not in path.read_text(encoding="utf-8")


def test_an_archive_without_addresses_says_what_is_missing(tmp_path: Path) -> None:
    archive = tmp_path / "archive.jsonl"
    archive.write_bytes(orjson.dumps({"document_id": "1", "body": pages(1)[0]["body"]}))
    done = CliRunner().invoke(app, ["sites", "learn", str(archive), "--out", str(tmp_path / "sites")])
    assert done.exit_code != 0
    assert "1 without url and source" in str(done.exception)


def test_every_kind_of_entry_comes_back_from_the_file_and_has_an_example_behind_it() -> None:
    places = (
        TitlePlace(2, share=0.5),
        TitlePlace(1, ("محليات", "رياضه"), share=0.4),
        TitlePlace(1, above=("نشر #date",)),
        TitlePlace(heading=1),
    )
    labels = (Label("نشر", "published"), Label("", "visit", 0.5, "above"), Label("عن", "source"), Label("قسم", "other"))
    examples: dict[Label | TitlePlace, str] = {places[0]: "عنوان\u2028\u200f أول\x00 #", labels[0]: "نشر: 3 مارس 2025"}
    profile = SiteProfile("a: b.example", 7, "24: نيوز", {"# ا": 0.5}, labels, places, examples)
    text = dump_profile(profile)
    assert parse_profile(text, "x") == profile
    assert "- {line: 2, share: 0.5}  # عنوان أول #" in text
    assert "- {label: نشر, says: published, share: 1.0}  # نشر: 3 مارس 2025" in text


def test_what_an_older_profile_calls_a_date_is_that_of_publishing() -> None:
    profile = parse_profile("site: x\nlabels: [{label: 'تاريخ النشر:', says: date, share: 0.9}]", "x")
    assert profile.labels == (Label("تاريخ النشر", "published", 0.9),)


# What is learned of labels, titles and names ------------------------------------------------------------------------

NEWS = (
    "أعلنت وزارة {0} اليوم خطة جديدة لتحسين خدمات {1} في المدن والقرى خلال الأشهر الستة المقبلة بعد مشاورات طويلة.",
    "وقال مسؤول في الوزارة إن الخطة تشمل {1} وتمولها الحكومة، وإن العمل فيها يبدأ مطلع الشهر المقبل في كل المحافظات.",
)
SUBJECTS = ("الصحة", "النقل", "التعليم", "الزراعة", "المياه", "السياحة", "العمل", "الطاقة", "البيئة", "الثقافة")


def archive(count: int, layout: str) -> list[str]:
    """Pages of one site: ``layout`` has slots for title, text, day, later day, section and source."""
    made = []
    for n in range(count):
        one, other = SUBJECTS[n % 10], SUBJECTS[(n // 10 * 3 + n + 1) % 10]
        made.append(
            layout.format(
                title=f"وزارة {one} تعلن خطة جديدة تشمل {other} في {n + 2} مدن",
                text="\n".join(line.format(one, f"{other} في {n + 2} مدن") for line in NEWS),
                day=f"{n % 27 + 1} مارس 2024",
                later=f"{n % 27 + 2} مارس 2024",
                section=("محليات", "رياضة", "منوعات")[n % 3],
                source=("رويترز", "الأناضول", "صحيفة الحصن")[n % 3],
            )
        )
    return made


def learned(layout: str, **record: str) -> SiteProfile:
    learner = Learner()
    for n, body in enumerate(archive(20, layout)):
        learner.add(body, url=URL.format(n=n), **{key: value.format(day=n % 27 + 1) for key, value in record.items()})
    (profile,) = learner.profiles()
    return profile


def says(profile: SiteProfile) -> dict[tuple[str, str | None], str]:
    return {(each.label, each.where): each.says for each in profile.labels}


def test_of_two_labelled_dates_the_earlier_is_that_of_publishing() -> None:
    assert says(learned("{title}\nروجع يوم {later}\nدخل الموقع {day}\n{text}")) == {
        ("روجع", None): "updated",
        ("دخل الموقع", None): "published",
    }


def test_what_records_state_says_more_of_a_date_than_its_words() -> None:
    profile = learned("{title}\nآخر تحديث {day}\n{text}", published="2024-03-{day:0>2}")
    assert says(profile) == {("اخر تحديث", None): "published"}


def test_one_day_over_a_whole_archive_is_that_of_the_visit() -> None:
    assert says(learned("الأحد 5 مايو 2024\n{title}\n{day}\n{text}\nقسم {section}"))[("", "head")] == "published"
    profile = learned("{section} | 5 مايو 2024\n{title}\nنشر: {day}\n{text}")
    assert says(profile)[("نشر", None)] == "published"


def test_words_before_names_of_agencies_are_a_label_of_sources_whatever_they_say() -> None:
    assert says(learned("{title}\n{text}\nالناقل: {source}"))[("الناقل", None)] == "source"
    assert says(learned("{title}\n{text}\nبالتعاون مع {source}"))[("بالتعاون مع", None)] == "source"
    assert says(learned("{title}\n{text}\nصاحب الخبر\n{source}"))[("صاحب الخبر", None)] == "source"
    assert says(learned("{title}\n{text}\nالصورة: {source}")).get(("الصوره", None), "other") == "other"


def test_where_titles_stand_is_learned_from_what_most_pages_agree_on() -> None:
    places = learned("الرئيسية\nالبث المباشر\n{section}\n{title}\n{day}\n{text}").titles
    assert TitlePlace(4, share=1.0) in places
    assert TitlePlace(1, ("محليات", "رياضه", "منوعات"), share=1.0) in places or any(
        place.above == ("#date",) for place in places
    )


def test_the_heading_that_holds_titles_is_the_one_with_other_words_on_each_page() -> None:
    page = "<html><body><h1>الميناء</h1><h2>{title}</h2><p>{text}</p><h3>تابعونا</h3></body></html>"
    assert learned(page).titles == (TitlePlace(heading=2, share=1.0),)


def test_a_name_for_which_each_page_says_a_little_is_the_outlets() -> None:
    layout = "{title}\n{text}\nالميناء برس"
    assert split_page(archive(1, layout)[0])[0].publisher in (None, "الميناء برس")
    assert learned(layout).outlet == "الميناء برس"
    assert learned("{title}\n{text}\nمصدر الخبر | {source}").outlet is None


def test_the_same_archive_gives_the_same_files_in_every_process(tmp_path: Path) -> None:
    path = tmp_path / "archive.jsonl"
    layout = "الرئيسية\n{section}\n{title}\nدخل الموقع {day}\nروجع {later}\n{text}\nالناقل: {source}\n© الميناء برس"
    path.write_bytes(
        b"\n".join(
            orjson.dumps({"document_id": str(n), "body": body, "url": URL.format(n=n)})
            for n, body in enumerate(archive(30, layout))
        )
    )
    texts = set()
    for seed in ("1", "2"):
        out = tmp_path / seed
        done = subprocess.run(
            [sys.executable, "-m", "workers", "sites", "learn", str(path), "--out", str(out)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        texts.add((out / "news.example.yaml").read_text(encoding="utf-8"))
    (text,) = texts
    assert "outlet: الميناء برس" in text
    assert "says: source" in text


# Reading with a profile ---------------------------------------------------------------------------------------------

LEAD = "أعلنت وزارة الصحة في القاهرة اليوم بدء حملة تطعيم واسعة تشمل جميع المحافظات وتستمر أسبوعين كاملين."
MORE = "وأضافت الوزارة في بيان أن الفرق الطبية ستزور المدارس والقرى البعيدة خلال الأيام المقبلة مع متطوعين من الأهالي."
HEADLINE = "وزارة الصحة تبدأ حملة تطعيم واسعة في جميع المحافظات"
#: Nothing in their words says that they are no news: "The port opens its third quay", and the like.
LISTED = (
    "الميناء يفتح رصيفه الثالث أمام السفن الكبيرة",
    "البلدية تؤجل أعمال الحفر في السوق القديم",
    "نادي الساحل يتعاقد مع مدرب جديد حتى نهاية الموسم",
)
NEW = "مدرسة الشاطئ تستقبل تلاميذها بعد شهر من الإغلاق"
#: A site on itself, in a sentence like any other: "The harbour fund of the town supports families of fishermen ...".
OWN = "وتدعم جمعية الميناء أسر الصيادين في البلدة، وتقدم لها منذ سنوات طويلة مساعدات شهرية من تبرعات الأهالي والتجار."
SITE = SiteProfile("news.example", 40, "صحيفة الميناء", {shape_of(line): 0.5 for line in (*LISTED, OWN)}, ())


def read(body: str, *, title: str | None = None, site: SiteProfile | None = SITE) -> list[PageArticle]:
    whole = body if title is None else f"{title}\n\n{body}"
    return split_page(whole, title_length=len(title or ""), site=site)


def test_what_a_profile_names_is_in_no_text_and_the_story_stays_whole() -> None:
    listed = "\n".join((*LISTED[:2], NEW, LISTED[2]))
    body = f"{listed}\n{LEAD}\n{OWN}\n{MORE}"
    (without,) = read(body, title=HEADLINE, site=None)
    assert OWN in without.text
    (found,) = read(body, title=HEADLINE)
    assert found.text == f"{LEAD}\n{MORE}"


def test_a_title_that_the_document_gives_apart_stays_though_the_site_lists_it() -> None:
    (found,) = read(f"{LEAD}\n{MORE}", title=LISTED[0])
    assert found.title == LISTED[0]


def test_explain_says_that_a_line_is_the_sites() -> None:
    body = f"{HEADLINE}\n{LEAD}\n{MORE}\n{LISTED[0]}"
    line = next(each for each in explain_page(body, site=SITE) if body[each.start : each.end] == LISTED[0])
    assert line.role not in ("text", "title")
    assert line.reasons[0][0] == "printed on 50% of the pages of news.example"


def test_parse_reads_profiles_and_tag_writes_their_version(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(dump_profile(SITE), encoding="utf-8")
    settings = Settings(sites_dir=tmp_path)
    body = "\n".join((*LISTED, LEAD, MORE))
    enricher = Enricher(build_parse(settings), EveryArticle(), build_tag(settings), clock=lambda: 1.7e9)
    (result,) = enricher.enrich(Document(document_id="1", title=HEADLINE, text=body, url="https://news.example/1"))
    event = EnrichedEvent.model_validate_json(result)
    assert event.text == f"{LEAD}\n{MORE}"
    assert event.publisher == "صحيفة الميناء"
    assert event.lexicon_version.endswith(f"+sites.{load_profiles(tmp_path).version}")


def test_a_folder_that_is_not_there_is_a_setting_to_mend(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="RASID_SITES_DIR"):
        build_parse(Settings(sites_dir=tmp_path / "none"))


# What a profile says of fields ----------------------------------------------------------------------------------------


def profile_of(text: str) -> SiteProfile:
    return parse_profile(f"site: news.example\n{text}", "x")


def first(body: str, profile: str | None) -> PageArticle:
    return split_page(body, site=profile_of(profile) if profile else None)[0]


STORY = f"{LEAD}\n{MORE}"


def test_the_profiles_outlet_outweighs_what_one_page_says() -> None:
    body = f"{HEADLINE} | الخليج برس\n{STORY}\nجميع الحقوق محفوظة © الخليج برس 2024"
    assert first(body, None).publisher == "الخليج برس"
    named = first(body, "outlet: أوراق المدينة")
    assert named.publisher == "أوراق المدينة"
    assert first(body, "outlet: موقع الخليج برس").publisher == "موقع الخليج برس"


def test_the_profiles_outlet_is_no_source_and_no_part_of_a_title() -> None:
    found = first(f"{HEADLINE} - مرايا\n{STORY}", "outlet: مرايا")
    assert (found.title, found.publisher, found.source) == (HEADLINE, "مرايا", None)


@pytest.mark.parametrize("line", ["أدرج يوم الأحد 3 مارس 2024", "أدرج: 3 مارس 2024", "أدرج\n3 مارس 2024"])
def test_a_label_says_which_date_is_that_of_publishing(line: str) -> None:
    body = f"{HEADLINE}\nنشر: 9 مارس 2024\n{line}\n{STORY}"
    assert first(body, None).published_at == "2024-03-09T00:00:00Z"
    label = "أدرج يوم" if "يوم" in line else "أدرج"
    labels = f"labels: [{{label: نشر, says: updated}}, {{label: {label.replace(' يوم', '')}, says: published}}]"
    assert first(body, labels).published_at == "2024-03-03T00:00:00Z"


def test_two_dates_on_one_line_are_told_apart_by_their_labels() -> None:
    body = f"{HEADLINE}\nتنقيح: 9 مارس 2024 | إدراج: 3 مارس 2024\n{STORY}"
    assert first(body, None).published_at == "2024-03-09T00:00:00Z"
    found = first(body, "labels: [{label: إدراج, says: published}, {label: تنقيح, says: updated}]")
    assert found.published_at == "2024-03-03T00:00:00Z"


def test_a_date_that_is_the_visits_or_none_of_these_dates_no_article() -> None:
    body = f"الأحد 9 مارس 2025\n{HEADLINE}\n{STORY}"
    assert first(body, None).published_at == "2025-03-09T00:00:00Z"
    for said in ("visit", "other"):
        assert first(body, f"labels: [{{label: '', where: above, says: {said}}}]").published_at is None
    assert first(body, "labels: [{label: '', where: below, says: visit}]").published_at == "2025-03-09T00:00:00Z"


@pytest.mark.parametrize("sign", [": ", " | ", "\n", " "])
def test_a_label_says_who_is_the_source(sign: str) -> None:
    body = f"{HEADLINE}\n{STORY}\nالناقل{sign}صحيفة الحصن"
    assert first(body, None).source is None
    found = first(body, "labels: [{label: الناقل, says: source}]")
    assert (found.source, found.text) == ("صحيفة الحصن", STORY)


def test_a_label_that_a_person_corrects_leads_to_no_source() -> None:
    body = f"{HEADLINE}\n{STORY}\nالمصدر: أرشيف المدينة"
    assert first(body, None).source == "أرشيف المدينة"
    assert first(body, "labels: [{label: المصدر, says: other}]").source is None


def test_a_label_says_who_wrote_it() -> None:
    body = f"{HEADLINE}\nالقلم: نوار زهران\n{STORY}"
    assert first(body, "labels: [{label: القلم, says: author}]").authors == ("نوار زهران",)


def test_a_title_is_found_where_the_profile_has_it_stand() -> None:
    other = "البنك المركزي يرفع سعر الفائدة للمرة الثالثة هذا العام"
    body = f"الرئيسية\nمحليات\n{HEADLINE}\n{other}\n{STORY}"
    assert first(body, "title: [{lines: 2, below: محليات}]").title == other
    assert first(body, "title: [{line: 3}]").title == HEADLINE
    dated = f"{HEADLINE}\n{other}\nالأحد 3 مارس 2024\n{STORY}"
    assert first(dated, "title: [{lines: 2, above: '#date'}]").title == HEADLINE
    assert first(dated, "title: [{lines: 1, above: '#date'}]").title == other


def test_a_place_that_holds_on_few_pages_says_little_and_a_paragraph_is_no_title() -> None:
    body = f"{HEADLINE}\n{STORY}"
    assert first(body, "title: [{line: 2}]").title == HEADLINE
    assert first(body, "title: [{line: 9}, {lines: 1, above: محليات}]").title == HEADLINE


def test_a_title_between_a_menu_and_a_row_of_buttons_is_none_of_a_list() -> None:
    body = f"الرئيسية\nمحليات\n{HEADLINE}\nشارك المادة\n{STORY}"
    assert first(body, "furniture: [{shape: الرئيسية}, {shape: محليات}, {shape: شارك المادة}]").title == HEADLINE


def test_explain_names_labels_and_places_of_titles() -> None:
    body = f"محليات\n{HEADLINE}\nأدرج: 3 مارس 2024\n{STORY}"
    profile = profile_of("title: [{line: 2}]\nlabels: [{label: أدرج, says: published}]")
    reasons = {body[each.start : each.end]: each.reasons for each in explain_page(body, site=profile)}
    assert reasons[HEADLINE][0][0] == "where titles of news.example stand"
    assert reasons["أدرج: 3 مارس 2024"][0][0] == "label of news.example: published"


def page_in_html(*blocks: str) -> str:
    return f"<html><head><title>أخبار</title></head><body>{''.join(blocks)}</body></html>"


def test_in_html_the_heading_of_the_profile_holds_the_title_and_its_labels_are_kept() -> None:
    text = "".join(f"<p>{line}</p>" for line in (LEAD, MORE))
    body = page_in_html(
        "<h1>بوابة المدينة القديمة وأخبارها</h1>", f"<h2>{HEADLINE}</h2>", "<p>أدرج: 3 مارس 2024</p>", text
    )
    body = body.replace("</body>", "<p>الناقل: صحيفة الحصن</p></body>")
    profile = profile_of(
        "title: [{heading: 2}]\nlabels: [{label: أدرج, says: published}, {label: الناقل, says: source}]"
    )
    (found,) = read_body(body, site=profile).found
    page = found.article.page
    assert (page.title, page.published_at, page.source) == (HEADLINE, "2024-03-03T00:00:00Z", "صحيفة الحصن")
