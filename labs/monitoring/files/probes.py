#!/usr/bin/env python3
"""The probes of a URL, as Prometheus knows them: with which module, and whether
they succeed. Those that don't are made once more by hand, for their reason.

    probes.py URL

Prints JSON: `succeed`, how many do, and `fail`, what is known of the others.
"""

import json
import sys
import urllib.parse
import urllib.request

PROMETHEUS = "http://prometheus:9090/api/v1/"


def ask(path, **query):
    with urllib.request.urlopen(f"{PROMETHEUS}{path}?{urllib.parse.urlencode(query)}", timeout=20) as answer:
        return json.load(answer)["data"]


def reason(url):
    """The last error that the exporter's own log of a probe tells."""
    try:
        with urllib.request.urlopen(f"{url}&debug=true", timeout=20) as answer:
            lines = answer.read().decode(errors="replace").splitlines()
    except OSError as error:
        return str(error)
    words = ("Invalid HTTP response status code", "Error for HTTP request", "Unknown module", "Probe failed")
    return next((line.split(" msg=", 1)[-1] for word in words for line in lines if word in line), "")


succeed, fail = 0, []
for target in ask("targets", state="active")["activeTargets"]:
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(target["scrapeUrl"]).query)
    if sys.argv[1] not in query.get("target", []):
        continue
    labels = ",".join(f"{key}={json.dumps(value)}" for key, value in target["labels"].items())
    result = ask("query", query=f"probe_success{{{labels}}}")["result"]
    if result and all(float(one["value"][1]) == 1 for one in result):
        succeed += 1
    else:
        fail.append(f"module {', '.join(query.get('module', ['http_2xx']))}: {reason(target['scrapeUrl'])}")
json.dump({"succeed": succeed, "fail": fail}, sys.stdout, ensure_ascii=False)
print()
