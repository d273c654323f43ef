#!/usr/bin/env python3
"""What the learner's alertmanager.yml makes of the alerts of the incident.

A second Alertmanager, here beside the judge, gets that file and, at once, the
alerts that fired. Its own API tells which of them it holds back, for which other,
and which make a notification together. Nothing has to be waited for.

Where prometheus.yml relabels alerts, a second Prometheus does it first.

Prints JSON: `mistakes`, each with what shows it, and `kinds`, one word for each.
"""

import http.server
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from datetime import datetime, timedelta, timezone

import yaml

CONFIGURATION = "/work/alertmanager/alertmanager.yml"
PROMETHEUS = "http://prometheus:9090/api/v1/"
#: Alerts of one cause, and those of others.
VISITORS, OTHERS = ["HighErrorRatio", "HighLatency", "BudgetBurn"], ["DiskAlmostFull", "TargetDown"]
#: Seconds that a notification may be held back, and that the next one may.
LONGEST = 10


def get(url):
    with urllib.request.urlopen(url, timeout=20) as answer:
        return json.load(answer)


def fired(configured):
    """The labels of the alerts that fired, as Prometheus sends them."""
    query = 'max_over_time(ALERTS{alertstate="firing"}[30m])'
    result = get(f"{PROMETHEUS}query?{urllib.parse.urlencode({'query': query})}")["data"]["result"]
    own = ({key: value for key, value in one["metric"].items() if key not in ("__name__", "alertstate")} for one in result)
    alerts = [labels for labels in own if labels["alertname"] in VISITORS + OTHERS]
    if "HighErrorRatio" not in {labels["alertname"] for labels in alerts}:
        fault("HighErrorRatio isn't among the alerts that fired")
    alerting = configured.get("alerting") or {}
    others = [one["alert_relabel_configs"] for one in alerting.get("alertmanagers") or [] if one.get("alert_relabel_configs")]
    if alerting.get("alert_relabel_configs") or others:
        return relabelled(alerts, configured, alerting.get("alert_relabel_configs") or [], others[0] if others else [])
    outside = (configured.get("global") or {}).get("external_labels") or {}
    return [{**outside, **labels} for labels in alerts]


class Server:
    """A program that runs here beside the judge, for as long as it is asked."""

    def __init__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder = tempfile.TemporaryDirectory()

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def __enter__(self):
        self.log = open(self.path("log"), "w+", encoding="utf-8")
        self.process = subprocess.Popen(self.command(), stdout=self.log, stderr=self.log)
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.log.close()
        self.folder.cleanup()

    def wait_for(self, what):
        for _ in range(300):
            if self.process.poll() is not None:
                self.log.seek(0)
                fault(f"the second {type(self).__name__} ended:\n{self.log.read()[-1000:]}")
            try:
                if found := what():
                    return found
            except OSError:
                pass
            time.sleep(0.1)
        return fault(f"the second {type(self).__name__} did nothing in time")


class Alertmanager(Server):
    def __init__(self):
        super().__init__()
        self.at = f"http://127.0.0.1:{self.port}/api/v2/"

    def command(self):
        command = ["prometheus-alertmanager", f"--config.file={CONFIGURATION}", f"--storage.path={self.folder.name}"]
        return command + ["--cluster.listen-address=", f"--web.listen-address=127.0.0.1:{self.port}"]

    def tell(self, alerts):
        ends = (datetime.now(timezone.utc) + timedelta(hours=1)).isoformat()
        body = json.dumps([{"labels": labels, "endsAt": ends} for labels in alerts]).encode()
        request = urllib.request.Request(f"{self.at}alerts", body, {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=20).close()

    def groups(self, count):
        """Who is told what together, once all are known and looked at."""
        groups = get(f"{self.at}alerts/groups")
        known = [one for group in groups for one in group["alerts"]]
        looked_at = all(one["status"]["state"] != "unprocessed" for one in known)
        return groups if looked_at and len({one["fingerprint"] for one in known}) >= count else None


class Prometheus(Server):
    """Fires these alerts, each second, and sends them to `receiver`, relabelled as prometheus.yml says."""

    def __init__(self, alerts, configured, everywhere, there, receiver):
        super().__init__()
        # What is text for Prometheus's templates, whatever it holds.
        text = lambda value: "{{ " + json.dumps(value, ensure_ascii=False) + " }}"
        rules = [
            {
                "alert": labels["alertname"],
                "expr": "vector(1)",
                "labels": {key: text(value) for key, value in labels.items() if key != "alertname"},
            }
            for labels in alerts
        ]
        target = {"static_configs": [{"targets": [receiver]}], "alert_relabel_configs": there}
        outside = (configured.get("global") or {}).get("external_labels") or {}
        document = {
            "global": {"evaluation_interval": "1s", "external_labels": outside},
            "rule_files": [self.path("rules.yml")],
            "alerting": {"alert_relabel_configs": everywhere, "alertmanagers": [target]},
        }
        for name, content in (("rules.yml", {"groups": [{"name": "fired", "rules": rules}]}), ("prometheus.yml", document)):
            with open(self.path(name), "w", encoding="utf-8") as file:
                yaml.safe_dump(content, file)

    def command(self):
        command = ["prometheus", f"--config.file={self.path('prometheus.yml')}", f"--storage.tsdb.path={self.path('data')}"]
        return command + ["--rules.alert.resend-delay=1s", f"--web.listen-address=127.0.0.1:{self.port}"]

    def number(self, metric):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=20) as answer:
            lines = answer.read().decode().splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith((f"{metric} ", f"{metric}{{")))


def relabelled(alerts, configured, everywhere, there):
    """What Prometheus makes of the labels of these alerts before it sends them; it may drop some."""
    sent = []

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            sent.extend(one["labels"] for one in json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as receiver:
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        with Prometheus(alerts, configured, everywhere, there, f"127.0.0.1:{receiver.server_port}") as prometheus:
            # They are sent in the order of the rules: once more is after all of them.
            again = lambda: len(sent) > len(alerts)
            dropped = lambda: not sent and prometheus.number("prometheus_rule_group_iterations_total") >= 5
            prometheus.wait_for(lambda: again() or dropped())
        receiver.shutdown()
    return list({json.dumps(labels, sort_keys=True): labels for labels in sent}.values())


def fault(why):
    print(why, file=sys.stderr)
    sys.exit(3)


def routes(route, above):
    """All routes, with what they inherit."""
    own = {**above, **{key: value for key, value in route.items() if key not in ("routes", "matchers", "match", "match_re")}}
    yield own
    for below in route.get("routes") or []:
        yield from routes(below, own)


def seconds(text):
    units = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "y": 31536000}
    total, number, unit = 0.0, "", ""
    for letter in f"{text}0":
        if letter.isdigit() and unit:
            total, number, unit = total + float(number) * units.get(unit, 0), "", ""
        number, unit = (number + letter, unit) if letter.isdigit() else (number, unit + letter)
    return total


def main():
    with open(CONFIGURATION, encoding="utf-8") as file:
        configured = yaml.safe_load(file)
    talks = {
        one["name"] for one in configured.get("receivers") or [] if any(key.endswith("_configs") and one[key] for key in one)
    }
    alerts = fired(yaml.safe_load(get(f"{PROMETHEUS}status/config")["data"]["yaml"]) or {})
    if "HighErrorRatio" not in {labels.get("alertname") for labels in alerts}:
        # Relabelled away: that nobody is told of it shows at the receiver.
        return show([], [])
    with Alertmanager() as alertmanager:
        alertmanager.wait_for(lambda: get(f"{alertmanager.at}status"))
        alertmanager.tell(alerts)
        distinct = len({json.dumps(labels, sort_keys=True) for labels in alerts})
        groups = alertmanager.wait_for(lambda: alertmanager.groups(distinct))
    judge(groups, talks, configured)


def judge(groups, talks, configured):
    kinds, mistakes = [], []

    def say(kind, evidence):
        kinds.append(kind)
        mistakes.append(evidence)

    names = {one["fingerprint"]: one["labels"].get("alertname", "") for group in groups for one in group["alerts"]}
    held = {}
    for group in groups:
        for one in group["alerts"]:
            held.setdefault(one["labels"].get("alertname", ""), set()).update(names.get(by, "") for by in one["status"]["inhibitedBy"])
    told = [
        (group, {one["labels"].get("alertname", "") for one in group["alerts"] if not one["status"]["inhibitedBy"]})
        for group in groups
        if group["receiver"]["name"] in talks
    ]
    by = held["HighErrorRatio"] - {"HighErrorRatio"}
    if by:
        mutual = any("HighErrorRatio" in held.get(other, ()) for other in by)
        say("mutual" if mutual else "held-back", f"HighErrorRatio ← {', '.join(sorted(by))}")
    elif not any("HighErrorRatio" in some for _, some in told):
        receivers = sorted({group["receiver"]["name"] for group in groups if any(one["labels"].get("alertname", "") == "HighErrorRatio" for one in group["alerts"])})
        say("no-receiver", f"HighErrorRatio → {', '.join(receivers)}")
    told = [(group, some) for group, some in told if some]
    together = [(group, some & set(VISITORS)) for group, some in told if some & set(VISITORS)]
    if len(together) > 1:
        alone = [", ".join(sorted(some)) for _, some in together]
        budget = all(some == {"BudgetBurn"} or "BudgetBurn" not in some for _, some in together)
        rest = [some for _, some in together if some != {"BudgetBurn"}]
        say("budget-apart" if budget and len(rest) <= 1 else "apart", " | ".join(sorted(alone)))
    for other in OTHERS:
        if by := held.get(other, set()) & set(VISITORS):
            say("other-held-back", f"{other} ← {', '.join(sorted(by))}")
        if any(other in some and some & set(VISITORS) for _, some in told):
            say("other-together", f"{other} + {', '.join(sorted(next(some for _, some in told if other in some) - {other}))}")
    receivers = {group["receiver"]["name"] for group, some in told if "HighErrorRatio" in some}
    for key, usual in (("group_wait", "30s"), ("group_interval", "5m")):
        all_routes = list(routes(configured.get("route") or {}, {}))
        waits = [str(one.get(key, usual)) for one in all_routes if one.get("receiver") in receivers]
        least = min(waits, key=seconds, default="0s")
        if seconds(least) > LONGEST:
            say(key, f"{key}: {least} > {LONGEST}s")
    show(kinds, mistakes)


def show(kinds, mistakes):
    chosen = [(kind, evidence) for kind, evidence in zip(kinds, mistakes) if kind in sys.argv[1:]]
    json.dump({"kinds": sorted({kind for kind, _ in chosen}), "mistakes": [evidence for _, evidence in chosen]}, sys.stdout, ensure_ascii=False)
    print()


main()
