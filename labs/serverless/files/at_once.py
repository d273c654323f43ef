"""Sends one request ten times at once, and tells what came of it as JSON.

Arguments: the idempotency key, and the URL to shorten.
"""

import concurrent.futures
import json
import os
import sys
import threading
import urllib.error
import urllib.request

API, TIMES = os.environ["API_URL"], 10
start = threading.Barrier(TIMES)


def ask(path, body=None, headers=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(API + path, data, {"content-type": "application/json", **(headers or {})})
    try:
        answer = urllib.request.urlopen(request, timeout=20)
    except urllib.error.HTTPError as error:
        answer = error
    text = answer.read()
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    return answer.status, found if isinstance(found, dict) else {}


def send(_):
    start.wait()
    return ask("/links", {"url": sys.argv[2]}, {"Idempotency-Key": sys.argv[1]})


before = ask("/stats")[1].get("links")
with concurrent.futures.ThreadPoolExecutor(TIMES) as pool:
    answers = list(pool.map(send, range(TIMES)))
after = ask("/stats")[1].get("links")
print(
    json.dumps(
        {
            "statuses": sorted({status for status, _ in answers}),
            "codes": len({link.get("code") for _, link in answers}),
            "made": after - before if isinstance(before, int) and isinstance(after, int) else None,
        }
    )
)
