"""Alert rules and dashboard use only what workers export, and Prometheus's own promtool fires each alert."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from schemas.topics import STAGES
from tests.compose.engine import call
from tests.compose.files import ROOT, runbook, services
from tests.compose.promtool import NoPromtool, promtool
from tests.compose.run import NEEDS_IMAGES
from workers.ops.metrics import METRICS, exported_names, labels_of, unknown_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PROMETHEUS = ROOT / "deploy" / "prometheus"
DASHBOARD = json.loads((ROOT / "deploy" / "grafana" / "dashboards" / "rasid.json").read_text(encoding="utf-8"))
#: What Prometheus adds to each series of a worker.
ADDED = {"job", "instance"}
#: Prometheus's own series, of the alerts.
ALERTS = {"ALERTS"}
SERIES = re.compile(r"\b(rasid_\w+|process_\w+|up|ALERTS)\b(?:\{([^}]*)\})?")


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((PROMETHEUS / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    return [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]


def queries() -> dict[str, str]:
    """Return every query, by the alert or the panel that it belongs to."""
    found = {rule["alert"]: rule["expr"] for rule in rules()}
    for panel in panels():
        for target in panel["targets"]:
            found[f"{panel['title']} {target['refId']}"] = target["expr"]
    return found


@pytest.mark.parametrize(("place", "query"), queries().items())
def test_a_query_uses_only_exported_series_and_their_labels(place: str, query: str) -> None:
    assert not unknown_in(query), place
    used = SERIES.findall(query)
    assert used, f"{place} asks for nothing that is exported"
    for name, selectors in used:
        if name in ALERTS:
            continue
        assert name in exported_names(), place
        wanted = set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", selectors))
        assert wanted <= {*labels_of(name), *ADDED}, f"{place}: {name} has no label {wanted - set(labels_of(name))}"
    if sole := {name for name, _ in used}.intersection(exported_names()):
        grouped = {label for group in re.findall(r"by \(([^)]*)\)", query) for label in group.split(", ")}
        known = {label for name in sole for label in labels_of(name)} | ADDED | {"alertname"}
        assert grouped <= known, f"{place} groups by {grouped - known}"


@pytest.mark.parametrize("value", ["parse", "original", "no_such_value"])
def test_values_of_labels_in_queries_are_declared(value: str) -> None:
    declared = {
        each
        for metric in METRICS
        for stage in metric.stages
        for label in metric.labels
        for each in metric.values(label, stage)
    }
    given = set()
    for query in queries().values():
        for _, selectors in SERIES.findall(query):
            for label, values in re.findall(r'(\w+)\s*(?:=~|!~|!=|=)\s*"([^"$]+)"', selectors):
                if label not in {"job", "alertstate"}:
                    given |= set(values.split("|"))
    assert given
    assert given <= declared
    assert (value in declared) == (value != "no_such_value")


def test_every_alert_says_how_bad_it_is_and_where_to_read_on() -> None:
    anchors = {
        re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^#+ (.*)$", (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8"), re.MULTILINE)
    }
    names = [rule["alert"] for rule in rules()]
    assert len(set(names)) == len(names)
    for rule in rules():
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert rule["annotations"]["summary"]
        file, _, anchor = rule["annotations"]["runbook"].partition("#")
        assert file == "docs/runbook.md"
        assert anchor == rule["alert"].lower()
        assert anchor in anchors, f"docs/runbook.md has no section {rule['alert']}"


def test_the_runbook_says_of_every_error_what_mends_it() -> None:
    text = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    section = text.partition("\n## Dead letters\n")[2].partition("\n## ")[0]
    rows = " ".join(line.split("|")[1] for line in section.splitlines() if line.startswith("| "))
    (metric,) = (each for each in METRICS if each.name == "rasid_dead_letters_total")
    errors = {error for stage in metric.stages for error in metric.values("error", stage)}
    assert "Defect" in errors
    assert set(re.findall(r"`(\w+)`", rows)) == errors


def test_each_alert_has_recorded_series_on_which_it_fires_and_a_time_at_which_it_does_not() -> None:
    tests = yaml.safe_load((PROMETHEUS / "alerts_test.yml").read_text(encoding="utf-8"))["tests"]
    fired, quiet = set(), set()
    for test in tests:
        for line in test.get("alert_rule_test", ()):
            (fired if line.get("exp_alerts") else quiet).add(line["alertname"])
        for series in test["input_series"]:
            assert not unknown_in(series["series"])
    names = {rule["alert"] for rule in rules()}
    assert fired == names
    assert quiet == names
    assert tests[0]["name"] == "healthy"


@pytest.fixture(scope="session")
def check() -> Callable[..., None]:
    """Run promtool beside the rules, and fail when it finds something."""
    try:
        program = promtool()
    except NoPromtool as exc:
        pytest.skip(str(exc))

    def run(*arguments: str) -> None:
        done = call([str(program), *arguments], cwd=PROMETHEUS)
        assert done.returncode == 0, done.stdout + done.stderr

    return run


def test_promtool_takes_the_configuration_and_fires_every_alert(check: Callable[..., None]) -> None:
    check("check", "config", "prometheus.yml")
    check("test", "rules", "alerts_test.yml")


def test_promtool_takes_every_query_of_the_dashboard(check: Callable[..., None], tmp_path: Path) -> None:
    file = tmp_path / "rules.yml"
    filled = [
        query.replace("$__rate_interval", "5m").replace("$replayed", ".*")
        for panel in panels()
        for query in (target["expr"] for target in panel["targets"])
    ]
    recorded = [{"record": f"query:{number}", "expr": query} for number, query in enumerate(filled)]
    file.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": recorded}]}))
    check("check", "rules", str(file))


def test_prometheus_asks_every_stage_at_the_port_of_its_workers() -> None:
    jobs = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text(encoding="utf-8"))["scrape_configs"]
    assert [job["job_name"] for job in jobs] == list(STAGES)
    for job in jobs:
        (found,) = job["dns_sd_configs"]
        assert found["names"] == [job["job_name"]]
        assert str(found["port"]) == services()[job["job_name"]]["environment"]["RASID_HEALTH_PORT"]


def test_the_dashboard_can_be_read_and_says_what_each_panel_is_for() -> None:
    (source,) = yaml.safe_load(
        (ROOT / "deploy/grafana/provisioning/datasources/prometheus.yml").read_text(encoding="utf-8")
    )["datasources"]
    assert source["url"] == "http://prometheus:9090"
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(ids)) == len(ids)
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert max(x for x, _ in cells) < 24
        assert taken.isdisjoint(cells), f"{panel['title']} lies over another panel"
        taken |= cells
    for panel in panels():
        assert panel["description"], panel["title"]
        assert panel["datasource"]["uid"] == source["uid"]
        for target in panel["targets"]:
            assert target["datasource"]["uid"] == source["uid"]
    shown = " ".join(queries().values())
    assert {metric.name for metric in METRICS if not any(name in shown for name in metric.series)} == set()


def test_grafana_is_given_the_dashboard_where_it_looks_for_it() -> None:
    (provider,) = yaml.safe_load(
        (ROOT / "deploy/grafana/provisioning/dashboards/rasid.yml").read_text(encoding="utf-8")
    )["providers"]
    grafana = services()["grafana"]
    mounts = dict(volume.split(":")[:2][::-1] for volume in grafana["volumes"])
    assert mounts[provider["options"]["path"]] == "./deploy/grafana/dashboards"
    assert mounts["/etc/grafana/provisioning"] == "./deploy/grafana/provisioning"


def test_the_runbook_s_commands_are_those_that_test_compose_runs() -> None:
    script = (ROOT / "tests" / "compose" / "run.py").read_text(encoding="utf-8")
    run = {*re.findall(r'stack\.block\("([\w-]+)"\)', script), *NEEDS_IMAGES}
    assert set(runbook()) == run
    # A block without a name would be a command that nobody has tried.
    text = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    assert len(re.findall(r"^```", text, re.MULTILINE)) == 2 * len(runbook())
    assert NEEDS_IMAGES.keys() <= services().keys()
