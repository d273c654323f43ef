"""Pli's API as one function behind one route, and the one for uploads."""

import base64
import json
import logging
import os
import random
import re
import string
from http import HTTPStatus
from urllib.parse import unquote, unquote_plus, urlparse

import psycopg

log = logging.getLogger()
log.setLevel(logging.INFO)
# The runtime's log lines are JSON (LoggingConfig) and carry the request's id.

ALPHABET = string.ascii_letters + string.digits


class Problem(Exception):
    def __init__(self, status, text):
        self.status, self.text = status, text


class Store:
    """One short connection for each request: nothing outlives an invocation."""

    def __init__(self):
        self.url = os.environ["PLI_STORE"]

    def run(self, *statements):
        """Runs statements in one transaction and returns the last one's rows."""
        with psycopg.connect(self.url, connect_timeout=2) as connection:
            with connection.cursor() as cursor:
                for sql, values in statements:
                    cursor.execute(sql, values)
                return cursor.fetchall() if cursor.description else cursor.rowcount

    def add(self, url, key):
        code = "".join(random.SystemRandom().choices(ALPHABET, k=8))
        # What is there already under the key stays, and is what we read back.
        rows = self.run(
            ("insert into link (code, url, idempotency_key) values (%s, %s, %s) on conflict (idempotency_key) do nothing", (code, url, key)),
            ("select code, url from link where code = %s or idempotency_key = %s", (code, key)),
        )
        code, known = rows[0]
        if known != url:
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "that key belongs to another URL")
        return self.get(code)

    def get(self, code):
        rows = self.run(
            ("select url, (select count(*) from visit where visit.link = link.id) from link where code = %s", (code,))
        )
        if not rows:
            raise Problem(HTTPStatus.NOT_FOUND, "no link has this code")
        url, visits = rows[0]
        return {"code": code, "url": url, "short": os.environ["PLI_PUBLIC"] + code, "visits": visits}

    def follow(self, code):
        rows = self.run(
            ("insert into visit (link) select id from link where code = %s", (code,)),
            ("select url from link where code = %s", (code,)),
        )
        if not rows:
            raise Problem(HTTPStatus.NOT_FOUND, "no link has this code")
        return rows[0][0]

    def totals(self):
        (links, visits), = self.run(("select (select count(*) from link), (select count(*) from visit)", ()))
        return {"links": links, "visits": visits}


def hello(event, name):
    return HTTPStatus.OK, {"message": "Hello, " + unquote(name) + "!"}


def add(event):
    raw = event.get("body") or ""
    if event["isBase64Encoded"]:
        raw = base64.b64decode(raw)
    try:
        url = json.loads(raw)["url"]
        parsed = urlparse(url)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Problem(HTTPStatus.BAD_REQUEST, "send JSON with a url")
    if not isinstance(url, str) or parsed.scheme not in {"http", "https"} or not parsed.netloc or len(url) > 2000:
        raise Problem(HTTPStatus.BAD_REQUEST, "the url must begin with http:// or https://")
    return HTTPStatus.CREATED, Store().add(url, event["headers"].get("idempotency-key"))


def show(event, code):
    return HTTPStatus.OK, Store().get(code)


def follow(event, code):
    return HTTPStatus.FOUND, {"location": Store().follow(code)}


def totals(event):
    return HTTPStatus.OK, Store().totals()


ROUTES = [
    ("GET", re.compile("/hello/([^/]+)"), hello),
    ("POST", re.compile("/links"), add),
    ("GET", re.compile("/links/([^/]+)"), show),
    ("GET", re.compile("/r/([^/]+)"), follow),
    ("GET", re.compile("/stats"), totals),
]


def dispatch(event):
    method, path = event["requestContext"]["http"]["method"], event["rawPath"]
    known = [(route, found) for verb, pattern, route in ROUTES if (found := pattern.fullmatch(path)) and verb == method]
    if known:
        route, found = known[0]
        return route(event, *found.groups())
    if any(pattern.fullmatch(path) for _, pattern, _ in ROUTES):
        raise Problem(HTTPStatus.METHOD_NOT_ALLOWED, f"{method} isn't for {path}")
    raise Problem(HTTPStatus.NOT_FOUND, "nothing is here")


def api(event, context):
    try:
        status, body = dispatch(event)
    except Problem as problem:
        status, body = problem.status, {"message": problem.text}
    except psycopg.OperationalError:
        status, body = HTTPStatus.SERVICE_UNAVAILABLE, {"message": "our database doesn't answer; please come back"}
    log.info("answered", extra={"status": int(status), "method": event["requestContext"]["http"]["method"]})
    headers = {"content-type": "application/json"}
    if "location" in body:
        headers["location"] = body["location"]
    return {"statusCode": int(status), "headers": headers, "body": json.dumps(body)}


def uploads(event, context):
    keys = [unquote_plus(record["s3"]["object"]["key"]) for record in event["Records"]]
    names = [f'{record["s3"]["bucket"]["name"]}/{key}' for record, key in zip(event["Records"], keys)]
    new = sum(Store().run(("insert into object (name) values (%s) on conflict do nothing", (name,))) for name in names)
    log.info("uploads", extra={"uploads": len(keys), "fresh": new})
    return {"keys": keys, "new": new}
