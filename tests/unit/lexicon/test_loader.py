"""The shipped lexicon is whole, it is what its source compiles to, and data that contradict themselves are refused."""

import re
import shutil
from datetime import date

import pytest
import yaml

from workers.lexicon import LexiconError, load
from workers.lexicon.check import check_compiled, check_source
from workers.lexicon.compile import compile_file, compile_source
from workers.lexicon.compiled import dump, mapped, read_content, read_names, version_of
from workers.lexicon.files import COMPILED, LATIN, SOURCE
from workers.lexicon.schema import CountryEntry
from workers.lexicon.source import Source, read_source
from workers.lexicon.stats import measure
from workers.text.fold import fold_text


@pytest.fixture(scope="module")
def shipped() -> Source:
    return read_source()


@pytest.fixture
def folder(tmp_path):
    """A copy of the source with the files of two countries, for changes."""
    for name in ("countries/SY.yaml", "countries/TR.yaml"):
        (tmp_path / "source" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(SOURCE / name, tmp_path / "source" / name)
    for path in SOURCE.iterdir():
        if path.is_file():
            shutil.copy(path, tmp_path / "source" / path.name)
    return tmp_path / "source"


def _change(folder, name, change):
    data = yaml.safe_load((folder / name).read_bytes())
    change(data)
    (folder / name).write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")


def test_every_country_is_there():
    countries = load().countries
    assert len(countries) == 250
    assert "XK" in countries


def test_ids_and_forms():
    lexicon = load()
    assert len(lexicon.actors) >= 300
    forms = lexicon.forms()
    assert len({form.text for form in forms}) == len(forms)
    assert all(form.text == fold_text(form.text) for form in forms)
    assert all(len(form.text.replace(" ", "")) >= 3 for form in forms)


def test_the_compiled_file_is_what_the_source_gives(shipped):
    assert list(check_compiled(shipped, COMPILED)) == []


def test_compiling_and_reading_lose_nothing(shipped):
    content = compile_source(shipped)
    with mapped(COMPILED) as data:
        assert read_content(data).forms == content.forms
        assert read_content(data).posts == content.posts
        assert read_content(data).actors == content.actors
        again = dump(read_content(data), read_names(data), LATIN.read_bytes())
        assert again == data[:]
        assert load().version == version_of(data)
    assert len(load().version) == 12


def test_the_source_has_nothing_to_mend(shipped):
    assert [finding for finding in check_source(shipped) if not finding.is_note] == []


def test_the_files_are_for_people():
    files = sorted(SOURCE.rglob("*.yaml"))
    assert len(files) >= 250
    for path in files:
        assert [line for line in path.read_text(encoding="utf-8").splitlines() if len(line) > 120] == [], path
    for path in (SOURCE / "words.yaml", SOURCE / "grammar.yaml"):
        lines = path.read_text(encoding="utf-8").splitlines()
        lists = [n for n, line in enumerate(lines) if re.match(r"[a-z_]+:", line)]
        assert [lines[n] for n in lists if not lines[n - 1].startswith("#")] == []


def test_a_countrys_file_bears_its_code(shipped):
    assert {code: shipped.where[code] for code in shipped.countries} == {
        code: f"countries/{code}.yaml" for code in shipped.countries
    }
    assert all(isinstance(country, CountryEntry) for country in shipped.countries.values())


def test_a_comment_changes_no_version(folder):
    _change(folder, "bodies.yaml", lambda d: [entry.update(only=[]) for entry in d])
    _change(folder, "rules.yaml", _without_other_countries)
    (folder / "gazetteer.tsv").write_text("SY\tcity\tحلب الجديدة\n", encoding="utf-8")
    (folder / "international.yaml").write_text("actors: []\n", encoding="utf-8")
    before = version_of(compile_file(read_source(folder)))
    path = folder / "countries" / "SY.yaml"
    path.write_bytes(path.read_bytes() + b"\n# a comment\n")
    assert version_of(compile_file(read_source(folder))) == before
    _change(folder, "countries/SY.yaml", lambda d: d["actors"][0].update(role="رئيس"))
    assert version_of(compile_file(read_source(folder))) != before


def _without_other_countries(rules):
    for name in ("weak", "shared", "pairs", "needs", "never", "letters", "homonyms"):
        rules[name] = []


SYRIA = "countries/SY.yaml"


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        (SYRIA, lambda d: d["country"].update(colour="red"), "countries/SY.yaml: SY: country.colour: Extra inputs"),
        (SYRIA, lambda d: d["actors"][0].update(id="Ahmed"), "actors.0.id: String should match"),
        (SYRIA, lambda d: d["actors"][0].update(type="state"), "actors.0.type: Input should be 'person'"),
        (SYRIA, lambda d: d["actors"][0].pop("source"), "ahmed-al-sharaa: actors.0.source: Field required"),
        (SYRIA, lambda d: d["actors"][0]["posts"][1].pop("as_of"), "either its last month"),
        (SYRIA, lambda d: d["actors"][0]["posts"][1].update(as_of="2024"), "not in order"),
        (SYRIA, lambda d: d["actors"][0]["posts"].reverse(), "stands after"),
        (SYRIA, lambda d: d["actors"].append(dict(d["actors"][0])), "ahmed-al-sharaa stands twice"),
        ("bodies.yaml", lambda d: d[0].update(only=[False]), "bodies.yaml: ministry-of-foreign-affairs: 0.only.0"),
        ("rules.yaml", lambda d: d["needs"].append({"forms": ["كلمة"]}), "before: Field required"),
        ("words.yaml", lambda d: d.update(posts="وزير"), "words.yaml: posts"),
    ],
)
def test_the_schema_refuses(folder, name, change, says):
    _change(folder, name, change)
    with pytest.raises(LexiconError, match=re.escape(says)):
        read_source(folder)


def test_every_fault_is_told_at_once(folder):
    _change(folder, SYRIA, lambda d: d["actors"][0].update(type="state"))
    _change(folder, "countries/TR.yaml", lambda d: d["actors"][0].update(type="state"))
    (folder / "words.yaml").write_text("posts: [", encoding="utf-8")
    with pytest.raises(LexiconError, match=r"rasid lexicon check lists them") as caught:
        read_source(folder)
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda s: _entry(s.countries, "SY", names=("تركيا",)), "give it a rule"),
        (lambda s: _entry(s.countries, "SY", names=("قم",)), "at least 3 letters"),
        (lambda s: _entry(s.actors, "asaad-al-shaibani", spellings=("أحمد الشرع",)), "stands for ahmed-al-sharaa"),
        (lambda s: s.country_of.update({"ahmed-al-sharaa": "QQ"}), "no country QQ"),
        (lambda s: _entry(s.actors, "ahmed-al-sharaa", common=("اسم آخر",)), "a common name"),
        (lambda s: setattr(s, "bodies", (*s.bodies, s.bodies[0])), "stands twice in bodies.yaml"),
        (
            lambda s: setattr(s, "bodies", (*s.bodies, s.bodies[0].model_copy(update={"key": "other"}))),
            "is a head of",
        ),
        (lambda s: s.lists["rules.yaml"]["homonyms"][0]["actors"].update(TR="nobody"), "no actor nobody"),
        (lambda s: s.lists["rules.yaml"]["pairs"][0].update(codes=("QQ",)), "no country QQ"),
        (
            lambda s: s.lists["rules.yaml"].update(
                needs=({"forms": ("كلمة",), "demonyms": (), "before": (), "after": (), "anywhere": ()},)
            ),
            "a rule speaks of",
        ),
    ],
)
def test_contradictions_are_refused(change, says):
    source = read_source()
    change(source)
    with pytest.raises(LexiconError, match=says):
        compile_source(source)


def _entry(entries, key, **changed):
    entries[key] = entries[key].model_copy(update=changed)


def test_check_finds_spellings_that_say_nothing_new_and_roles_beside_open_posts():
    source = read_source()
    _entry(source.actors, "ahmed-al-sharaa", spellings=("احمد الشرع", "أبو محمد الجولاني"), role="رئيس")
    _entry(source.actors, "asaad-al-shaibani", beside=("nobody",))
    texts = [finding.text for finding in check_source(source) if not finding.is_note]
    assert [text for text in texts if "spellings: احمد الشرع is read as another spelling" in text]
    assert [text for text in texts if "role رئيس stands beside the open post الرئيس السوري" in text]
    assert [text for text in texts if "beside: there is no actor nobody" in text]
    assert len(texts) == 3


def test_check_notes_two_holders_of_one_post():
    source = read_source()
    post = source.actors["ahmed-al-sharaa"].posts[1]
    _entry(source.actors, "mazloum-abdi", posts=(post,))
    notes = [finding.text for finding in check_source(source) if finding.is_note]
    assert any("ahmed-al-sharaa" in note and "mazloum-abdi both hold it from 2025-01 to now" in note for note in notes)


def test_a_file_of_another_format_is_refused(tmp_path):
    path = tmp_path / "lexicon.compiled"
    path.write_bytes(b"# format\n[\n1\n]\n")
    with (
        pytest.raises(LexiconError, match=r"has format \[1\], this version reads \[7\]: run"),
        mapped(path),
    ):
        pass
    path.write_bytes(b"")
    with pytest.raises(LexiconError, match="run rasid lexicon compile"), mapped(path):
        pass


def test_an_open_post_is_what_an_article_without_a_date_says():
    lexicon = load()
    assert lexicon.actors["hakan-fidan"].role == lexicon.posts["hakan-fidan"][-1].role == "وزير الخارجية التركي"
    assert lexicon.posts["hakan-fidan"][-1].as_of == "2025"
    assert lexicon.actors["mevlut-cavusoglu"].role == "وزير خارجية سابق"


def test_stats_count_what_is_covered_and_what_is_old(shipped):
    found = measure(shipped, date(2026, 12, 1))
    assert found.by_country["SY"].people > 60
    assert found.by_year[2018] > 700
    assert found.unchecked == []
    assert len(measure(shipped, date(2028, 1, 1)).unchecked) == len(shipped.actors) + len(shipped.countries)
