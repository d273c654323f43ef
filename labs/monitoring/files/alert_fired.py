"""Whether an alerting rule really fired, by Prometheus's own account of it.

    alert_fired.py NAME SECONDS

A series named ALERTS is anybody's who exposes one. So the rule is asked for by
its name, and its own expression over the seconds that have passed: it fired when
it held for longer than the rule waits.
"""

import json
import sys
import urllib.parse
import urllib.request

PROMETHEUS = "http://prometheus:9090/api/v1/"


def ask(path, **query):
    with urllib.request.urlopen(f"{PROMETHEUS}{path}", urllib.parse.urlencode(query).encode() or None, timeout=5) as answer:
        return json.load(answer)["data"]


name, seconds = sys.argv[1], int(sys.argv[2])
rules = [rule for group in ask("rules?type=alert")["groups"] for rule in group["rules"] if rule["name"] == name]


def held(rule):
    """Whether one result of the expression was there for as long as the rule waits."""
    query = f"max(count_over_time((\n{rule['query']}\n)[{seconds}s:500ms])) * 0.5"
    result = ask("query", query=query)["result"]
    return bool(result) and float(result[0]["value"][1]) >= rule["duration"] - 1


json.dump(
    {"rules": len(rules), "held": any(held(rule) for rule in rules), "waits": bool(rules) and all(rule["duration"] > 0 for rule in rules)},
    sys.stdout,
)
