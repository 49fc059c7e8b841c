"""Alerts and dashboards: their expressions are PromQL about metrics that there are, and each alert says what to do."""

import json
import re
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "deploy/observability/alerts.yml"
ALERTS: list[dict[str, Any]] = yaml.safe_load(FILE.read_text())["groups"][0]["rules"]
RUNBOOKS = (ROOT / "docs/runbooks.md").read_text()
OF_OTHERS = {"up", "rabbitmq_queue_messages"}
EACH = pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: str(alert["alert"]))


def metrics(expression: str) -> set[str]:
    return set(re.findall(r"\b(gigsta_\w+|rabbitmq_\w+|up)\b(?=[{\[) ])", expression))


@EACH
def test_it_is_promql_about_metrics_that_there_are(alert: dict[str, Any]) -> None:
    promql_parser.parse(alert["expr"])
    used = metrics(alert["expr"])
    assert used
    code = "".join(path.read_text() for path in ROOT.glob("*/**/gigsta_*/**/*.py"))
    ours = {re.sub(r"_(bucket|count|sum)$", "", name) for name in used - OF_OTHERS}
    assert not [name for name in ours if f'"{name}"' not in code]


@EACH
def test_it_says_what_it_is_and_how_urgent(alert: dict[str, Any]) -> None:
    assert set(alert) <= {"alert", "expr", "for", "labels", "annotations"}
    assert alert["labels"]["severity"] in ("page", "ticket")
    assert alert["annotations"]["summary"]


def test_each_alert_has_a_runbook_and_each_runbook_an_alert() -> None:
    names = [alert["alert"] for alert in ALERTS]
    assert len(names) == len(set(names))
    assert re.findall(r"^## (\w+)$", RUNBOOKS, re.MULTILINE) == names
    sections = re.split(r"^## \w+$", RUNBOOKS, flags=re.MULTILINE)[1:]
    assert all("*Means:*" in section and "\n1. " in section for section in sections)


def test_prometheus_reads_them() -> None:
    told = yaml.safe_load((ROOT / "deploy/observability/prometheus.yml").read_text())
    assert told["rule_files"] == ["alerts.yml"]
    compose = (ROOT / "docker-compose.yml").read_text()
    assert "./deploy/observability/alerts.yml:/etc/prometheus/alerts.yml:ro" in compose


def test_every_alert_reaches_somebody() -> None:
    told = yaml.safe_load((ROOT / "deploy/observability/prometheus.yml").read_text())
    [manager] = told["alerting"]["alertmanagers"]
    assert manager["static_configs"] == [{"targets": ["alertmanager:9093"]}]
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["alertmanager"]
    assert compose["profiles"] == ["observability"]
    [mounted] = compose["volumes"]
    assert "./deploy/observability/alertmanager.yml}:/etc/alertmanager/alertmanager.yml:ro" in mounted
    said = yaml.safe_load((ROOT / "deploy/observability/alertmanager.yml").read_text())
    receivers = {receiver["name"] for receiver in said["receivers"] if len(receiver) > 1}
    routes = {re.fullmatch('severity="(.+)"', route["matchers"][0])[1]: route for route in said["route"]["routes"]}  # type: ignore[index]
    for severity in {alert["labels"]["severity"] for alert in ALERTS}:
        assert routes.get(severity, said["route"])["receiver"] == severity
        assert severity in receivers


def panels() -> list[tuple[str, dict[str, Any]]]:
    """Every panel of every dashboard, with the kind of what it asks."""
    found = []
    for path in sorted((ROOT / "deploy/observability/grafana/dashboards").glob("*.json")):
        dashboard = json.loads(path.read_text())
        found += [(f"{path.stem}: {panel['title']}", panel) for panel in dashboard["panels"]]
    return found


@pytest.mark.parametrize(("title", "panel"), panels(), ids=[title for title, _ in panels()])
def test_a_panel_asks_a_source_that_there_is(title: str, panel: dict[str, Any]) -> None:
    sources = yaml.safe_load((ROOT / "deploy/observability/grafana/datasources/gigsta.yml").read_text())
    uids = {source["uid"]: source["type"] for source in sources["datasources"]}
    kind = uids[panel["datasource"]["uid"]]
    assert kind == panel["datasource"]["type"]
    assert panel["targets"]
    for target in panel["targets"]:
        if kind == "prometheus":
            promql_parser.parse(target["expr"])


def test_prometheus_asks_every_part_under_the_name_it_has_in_compose() -> None:
    told = yaml.safe_load((ROOT / "deploy/observability/prometheus.yml").read_text())
    targets = {t for job in told["scrape_configs"] for one in job["static_configs"] for t in one["targets"]}
    hosts = {target.partition(":")[0] for target in targets}
    services = {path.name for path in (ROOT / "services").iterdir() if path.is_dir()}
    assert hosts >= services | {"gateway"}
    assert hosts <= set(yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"])


def test_the_parser_refuses_what_is_no_promql() -> None:
    with pytest.raises(ValueError, match="unclosed left parenthesis"):
        promql_parser.parse("sum(rate(")
