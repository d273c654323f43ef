"""What Pli knows of its store."""

import json
import os
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

ADDRESS = os.environ["STORE_URL"]


class StoreFailed(Exception):
    """The store gave no usable answer."""


def find(slug):
    return _ask("GET", slug)


def keep(slug, url):
    _ask("PUT", slug, {"url": url})


def _ask(method, slug, body=None):
    data = None if body is None else json.dumps(body).encode()
    try:
        with urlopen(Request(f"{ADDRESS}/links/{quote(slug, safe='')}", data, method=method), timeout=3) as answer:
            return json.load(answer)
    except HTTPError as error:
        if error.code == 404:
            return None
        raise StoreFailed from error
    except (OSError, HTTPException) as error:
        raise StoreFailed from error
