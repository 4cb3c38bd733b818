"""Alert rules and dashboard use only what workers export, and Prometheus's own promtool fires each alert."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from schemas.topics import WORKERS
from tests.compose.engine import call
from tests.compose.files import ROOT, external, runbook, services
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
SERIES = re.compile(r"\b(rasid_\w+|process_\w+|kafka_\w+|node_\w+|prometheus_\w+|up|ALERTS)\b(?:\{([^}]*)\})?")
#: Kafka's series, of the agent beside it, and their labels (test_kafka_service.py looks for each on a broker).
KAFKA = {
    rule["name"]: tuple(rule.get("labels", {}))
    for rule in yaml.safe_load((ROOT / "deploy" / "kafka" / "metrics.yml").read_text(encoding="utf-8"))["rules"]
}
#: Of programs that are not ours, as their documentation has them; make test-compose asks the running ones.
OTHERS = {
    **dict.fromkeys(
        ("node_filesystem_avail_bytes", "node_filesystem_size_bytes", "node_filesystem_readonly"),
        ("device", "fstype", "mountpoint"),
    ),
    "prometheus_notifications_errors_total": ("alertmanager",),
}


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


def labels(name: str) -> tuple[str, ...] | None:
    """Return the labels that a series has of its own, or None where nothing exports it."""
    if name in exported_names():
        return labels_of(name)
    return KAFKA.get(name, OTHERS.get(name))


@pytest.mark.parametrize(("place", "query"), queries().items())
def test_a_query_uses_only_exported_series_and_their_labels(place: str, query: str) -> None:
    assert not unknown_in(query), place
    used = SERIES.findall(query)
    assert used, f"{place} asks for nothing that is exported"
    own = {name: labels(name) for name, _ in used if name not in ALERTS}
    for name, selectors in used:
        if name in ALERTS:
            continue
        known = own[name]
        assert known is not None, f"{place}: nothing exports {name}"
        wanted = set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", selectors))
        assert wanted <= {*known, *ADDED}, f"{place}: {name} has no label {wanted - set(known)}"
    if own:
        grouped = {label for group in re.findall(r"by \(([^)]*)\)", query) for label in group.split(", ")}
        every = {label for known in own.values() for label in known or ()} | ADDED | {"alertname"}
        assert grouped <= every, f"{place} groups by {grouped - every}"


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
        for name, selectors in SERIES.findall(query):
            if name in {*KAFKA, *OTHERS}:
                continue
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


def config() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text(encoding="utf-8"))
    return loaded


def test_prometheus_asks_every_stage_at_the_port_of_its_workers() -> None:
    jobs = config()["scrape_configs"]
    assert [job["job_name"] for job in jobs] == [*WORKERS, "kafka", "disk", "prometheus"]
    for job in jobs[: len(WORKERS)]:
        (found,) = job["dns_sd_configs"]
        assert found["names"] == [job["job_name"]]
        assert str(found["port"]) == services()[job["job_name"]]["environment"]["RASID_HEALTH_PORT"]


def test_prometheus_asks_kafka_and_its_disk_where_the_compose_file_has_them() -> None:
    for name in ("kafka", "disk"):
        (job,) = (job for job in config()["scrape_configs"] if job["job_name"] == name)
        assert job["file_sd_configs"] == [{"files": [f"targets/{name}.yml"]}]
        ((target,),) = (group["targets"] for group in yaml.safe_load((PROMETHEUS / f"targets/{name}.yml").read_text()))
        service, _, port = target.partition(":")
        assert service == name
        assert services()[name]["expose"] == [port]
        assert set(services()[name]["networks"]) & set(services()["prometheus"]["networks"])
        # A Kafka elsewhere has none of these, and nothing fires for it.
        assert yaml.safe_load((PROMETHEUS / f"elsewhere/{name}.yml").read_text()) == []
    assert "./deploy/prometheus/elsewhere:/etc/prometheus/targets:ro" in external()["services"]["prometheus"]["volumes"]
    assert external()["services"]["disk"]["scale"] == 0
    (volume,) = services()["disk"]["volumes"]
    source, path, mode = volume.split(":")
    assert [source, mode] == ["kafka-data", "ro"]
    assert source in {each.partition(":")[0] for each in services()["kafka"]["volumes"]}
    asked = {found for query in queries().values() for found in re.findall(r'mountpoint="([^"]*)"', query)}
    assert asked == {path}


def test_alerts_reach_the_alertmanager_and_its_receiver_is_a_file() -> None:
    (manager,) = config()["alerting"]["alertmanagers"]
    assert manager == {"static_configs": [{"targets": ["alertmanager:9093"]}]}
    service = services()["alertmanager"]
    assert "--config.file=/etc/alertmanager/alertmanager.yml" in service["command"]
    told = yaml.safe_load((ROOT / "deploy" / "alertmanager" / "alertmanager.yml").read_text(encoding="utf-8"))
    (receiver,) = told["receivers"]
    assert told["route"]["receiver"] == receiver["name"]
    (webhook,) = receiver["webhook_configs"]
    (secret,) = service["secrets"]
    assert webhook["url_file"] == f"/run/secrets/{secret}"
    # It is not `internal`: what tells people must have a way out.
    assert service["networks"] == ["edge"]
    assert "edge" in services()["prometheus"]["networks"]
    names = {rule["alert"] for rule in rules()}
    for rule in told["inhibit_rules"]:
        stated = [matcher for key in ("source_matchers", "target_matchers") for matcher in rule[key]]
        assert {name for each in stated for name in re.search(r'"(.*)"', each)[1].split("|")} <= names  # type: ignore[index]


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
