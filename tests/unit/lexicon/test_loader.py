"""The shipped lexicon is whole, and data that contradict themselves are refused."""

from importlib import resources

import pytest
import yaml

from workers.lexicon import Lexicon, LexiconError, load
from workers.lexicon.loader import _FILES
from workers.text.fold import fold_text


def _files():
    folder = resources.files("workers.lexicon") / "data"
    return {name: (folder / name).read_bytes() for name in _FILES}


def _changed(name, change):
    files = _files()
    data = yaml.safe_load(files[name])
    change(data)
    files[name] = yaml.safe_dump(data, allow_unicode=True).encode()
    return files


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


def test_version_is_that_of_the_data():
    assert load().version == Lexicon(_files()).version
    assert len(load().version) == 12
    files = _files()
    files["actors.yaml"] += b"\n# a comment\n"
    assert Lexicon(files).version != load().version


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        ("countries.yaml", lambda d: d.append(dict(d[0])), "stands twice"),
        ("countries.yaml", lambda d: d[0]["names"].append("سوريا"), "give it a rule"),
        ("countries.yaml", lambda d: d[0]["names"].append("قم"), "at least 3 letters"),
        ("actors.yaml", lambda d: d.append(dict(d[0])), "stands twice"),
        ("actors.yaml", lambda d: d[1].update(spellings=["أحمد الشرع"]), "stands for"),
        ("actors.yaml", lambda d: d[0].update(id="Ahmed"), "slug"),
        ("actors.yaml", lambda d: d[0].update(type="state"), "type"),
        ("actors.yaml", lambda d: d[0].update(country="QQ"), "no country"),
        ("actors.yaml", lambda d: d[0].update(common=["اسم آخر"]), "a common name"),
        ("bodies.yaml", lambda d: d.append(dict(d[0])), "stands twice"),
        ("bodies.yaml", lambda d: d[0]["heads"].append("وزارة الدفاع"), "head of"),
        (
            "rules.yaml",
            lambda d: d["needs"].append({"forms": ["كلمة"], "before": [], "after": [], "anywhere": []}),
            "rule",
        ),
        ("rules.yaml", lambda d: d["homonyms"][0]["actors"].update(TR="nobody"), "no actor"),
    ],
)
def test_contradictions_are_refused(name, change, says):
    with pytest.raises(LexiconError, match=says):
        Lexicon(_changed(name, change))
