"""What a site repeats is learned from its archive, whatever it says; news is not, and reprints teach nothing."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import orjson
import pytest
from typer.testing import CliRunner

from schemas.models import Document, EnrichedEvent
from workers.cli.main import app
from workers.errors import UsageError
from workers.pages.reader import explain_page, split_page
from workers.pages.sites import (
    LEAST_PAGES,
    Learner,
    SiteProfile,
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
    assert {each.label: each.says for each in profile.labels}["تاريخ النشر"] == "date"
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


@pytest.mark.parametrize("text", ["a: [", "[]", "site: x", "site: x\ndocuments: 1\nfurniture: [{share: 1}]"])
def test_a_file_that_is_no_profile_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=r"sites/x\.yaml"):
        parse_profile(text, "sites/x.yaml")


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
