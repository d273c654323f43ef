#!/usr/bin/env python3
"""Visits to Pli, for `lab do` and for the checks: it shortens links, follows
them, and mistypes a few.

    visits.py --seconds 20          about ten visits a second, for twenty seconds
    visits.py --strangers 1000      that many visits of all kinds at once, each with a
                                    path, a query, a browser and an address of its own
"""

import argparse
import http.client
import json
import random
import secrets
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

HOST = "app:8000"


def ask(connection, method, path, body=None, headers=()):
    """The status and what was answered; 0 when nothing was. Connections are kept."""
    headers = dict(headers) | ({"Content-Type": "application/json"} if body else {})
    try:
        connection.request(method, path, body and json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        connection.close()
        return 0, b""


def visits(seconds):
    connection = http.client.HTTPConnection(HOST, timeout=10)
    statuses = Counter()
    slugs = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        dice = random.random()
        if dice < 0.1 or not slugs:
            link = {"url": f"https://example.org/{secrets.token_hex(3)}"}
            status, body = ask(connection, "POST", "/api/links", link)
            if status == 201:
                slugs.append(json.loads(body)["slug"])
        elif dice < 0.2:
            status, _ = ask(connection, "GET", "/")
        elif dice < 0.25:
            status, _ = ask(connection, "GET", f"/{secrets.token_hex(3)}")
        else:
            status, _ = ask(connection, "GET", f"/{random.choice(slugs)}")
        statuses[status] += 1
        time.sleep(0.08)
    return statuses


def stranger(connection, number):
    """One visit; the kinds take turns, so that twenty of them hold each."""
    drawn = secrets.token_hex(4)
    link = {"url": f"https://{drawn}.example.org/{drawn}"}
    headers = {
        "User-Agent": f"Browser/{drawn}",
        "Referer": f"https://{drawn}.example.org/",
        "Accept-Language": f"x-{drawn}",
        "X-Forwarded-For": f"2001:db8::{drawn[:4]}:{drawn[4:]}",
    }
    kinds = [
        *((method, f"/stranger-{drawn}", None) for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")),
        *((method, f"/api/{drawn}/stranger", None) for method in ("GET", "POST", "PUT", "DELETE")),
        ("GET", f"/?visit={drawn}", None),
        ("GET", "/api/links", None),
        ("POST", "/api/links", {"url": drawn}),
    ]
    if number % 20 < len(kinds):
        return ask(connection, *kinds[number % 20], headers)[0]
    status, body = ask(connection, "POST", "/api/links", link, headers)
    if status == 201 and number % 2:
        return ask(connection, "GET", f"/{json.loads(body)['slug']}", None, headers)[0]
    return status


def strangers(count, hands=8):
    def some(numbers):
        connection = http.client.HTTPConnection(HOST, timeout=10)
        return Counter(stranger(connection, number) for number in numbers)

    with ThreadPoolExecutor(hands) as pool:
        parts = pool.map(some, [range(start, count, hands) for start in range(hands)])
    return sum(parts, Counter())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--strangers", type=int)
    arguments = parser.parse_args()
    statuses = strangers(arguments.strangers) if arguments.strangers else visits(arguments.seconds or 20)
    json.dump({"answers": sum(statuses.values()) - statuses[0], "statuses": statuses}, sys.stdout)
    print()


main()
