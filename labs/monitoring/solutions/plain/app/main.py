"""Pli, the link shortener, as a small web service.
Pli, le raccourcisseur de liens, en petit service web.

    POST /api/links   {"url": "https://…"}  ->  201 {"slug": "…"}
    GET  /<slug>      ->  302 to the URL, 404 for an unknown slug
    GET  /healthz     ->  200, for those who watch over it

The links are in a store, another service. When it fails, Pli answers 503.
Les liens sont dans un stockage, un autre service. S'il échoue, Pli répond 503.
"""

import json
import os
import secrets
import time
import urllib.error
import urllib.parse
import urllib.request

from flask import Flask, g, jsonify, redirect, request
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest
from waitress import serve

STORE = os.environ["STORE_URL"]

app = Flask(__name__)

REQUESTS = Counter("http_requests_total", "Requests answered.", ["method", "route", "status"])
DURATION = Histogram("http_request_duration_seconds", "Time until the answer.", ["route"])
# Asked by machines: no part of what visitors get.
UNMEASURED = {"/metrics", "/healthz"}


@app.before_request
def begin():
    g.begun = time.perf_counter()


@app.after_request
def measure(response):
    # The rule, such as /<slug>, and never the path: each id would be a series.
    route = request.url_rule.rule if request.url_rule else "none"
    if route not in UNMEASURED:
        REQUESTS.labels(request.method, route, response.status_code).inc()
        DURATION.labels(route).observe(time.perf_counter() - g.begun)
    return response


@app.get("/metrics")
def metrics():
    return generate_latest(), {"Content-Type": CONTENT_TYPE_LATEST}


class StoreFailed(Exception):
    """The store gave no usable answer."""


def ask_store(method, slug, body=None):
    """What the store knows of a slug; None when it knows nothing."""
    data = json.dumps(body).encode() if body else None
    url = f"{STORE}/links/{urllib.parse.quote(slug, safe='')}"
    question = urllib.request.Request(url, data=data, method=method)
    try:
        with urllib.request.urlopen(question, timeout=3) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise StoreFailed from error
    except OSError as error:
        raise StoreFailed from error


@app.errorhandler(StoreFailed)
def store_failed(_):
    return jsonify(error="the store doesn't answer, try again later"), 503


@app.get("/")
def home():
    return "Pli. Shorter links. Des liens plus courts.\n"


@app.get("/healthz")
def healthz():
    return jsonify(status="ok")


@app.post("/api/links")
def shorten():
    wanted = request.get_json(silent=True)
    if not isinstance(wanted, dict) or not str(wanted.get("url", "")).startswith(("http://", "https://")):
        return jsonify(error="a JSON object with a url is expected"), 400
    slug = secrets.token_hex(4)
    ask_store("PUT", slug, {"url": wanted["url"]})
    return jsonify(slug=slug), 201


@app.get("/<slug>")
def follow(slug):
    link = ask_store("GET", slug)
    if link is None:
        return jsonify(error="no such link"), 404
    return redirect(link["url"])


if __name__ == "__main__":
    serve(app, host="0.0.0.0", port=8000, threads=16)
