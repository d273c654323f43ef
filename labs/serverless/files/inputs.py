"""Sends bodies, or URLs, of many kinds, and tells what was answered otherwise than
openapi.yaml says.

    inputs.py bodies NONCE    what is no request for a link
    inputs.py urls NONCE      URLs that are none, and URLs that are some

Prints JSON: `crashed` (5xx), `let_in` (accepted, and shouldn't be), `refused` (the
other way round) and `otherwise` (the right status, and something else is wrong), each a
list of texts with the request and its answer.
"""

import json
import os
import sys
import urllib.error
import urllib.request

API = os.environ["API_URL"]
WHAT, NONCE = sys.argv[1:]
#: What openapi.yaml lets a URL have.
LONGEST = 2000


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


opener = urllib.request.build_opener(NoRedirect)
found = {"crashed": [], "let_in": [], "refused": [], "otherwise": []}


def ask(method, path, body=None):
    """Status, text and headers of one request."""
    data = None if body is None else body.encode()
    request = urllib.request.Request(API + path, data, {"content-type": "application/json"}, method=method)
    try:
        answer = opener.open(request, timeout=40)
    except urllib.error.HTTPError as error:
        answer = error
    return answer.status, answer.read().decode(errors="replace"), answer.headers


def mapping(text):
    try:
        read = json.loads(text)
    except ValueError:
        read = None
    return read if isinstance(read, dict) else {}


def short(text):
    return text if len(text) <= 120 else f"{text[:60]}… ({len(text)} characters)"


def told(kind, asked, status, text, what=""):
    # What a link that was made looks like says nothing.
    found[kind].append(f"{asked} was answered with {status}{what}" + ("" if kind == "let_in" else f": {text[:200]}"))


def no_request(body, asked=None):
    asked = asked or f"POST /links with the body {short(body) or 'of no bytes'}"
    status, text, _ = ask("POST", "/links", body)
    message = mapping(text).get("message")
    if status >= 500:
        told("crashed", asked, status, text)
    elif status < 400:
        told("let_in", asked, status, text)
    elif status != 400:
        told("otherwise", asked, status, text)
    elif not isinstance(message, str) or not message.strip():
        told("otherwise", asked, status, text, " without a `message`")


def of(url):
    shown = short(url) if isinstance(url, str) and len(url) > 120 else json.dumps(url, ensure_ascii=False)
    return f"POST /links with the url {shown}"


def no_url(url):
    no_request(json.dumps({"url": url}), of(url))


def a_url(url):
    status, text, _ = ask("POST", "/links", json.dumps({"url": url}))
    link = mapping(text)
    if status >= 500:
        return told("crashed", of(url), status, text)
    if status != 201:
        return told("refused", of(url), status, text)
    if link.get("url") != url:
        return told("otherwise", of(url), status, text, " and another url")
    status, text, headers = ask("GET", f"/r/{link.get('code')}")
    if status != 302 or headers.get("location") != url:
        told("otherwise", f"{of(url)} was accepted, and its GET /r/", status, f"Location {short(str(headers.get('location')))}")


def perhaps_a_url(url):
    """What people and specifications disagree about: anything but a crash."""
    status, text, _ = ask("POST", "/links", json.dumps({"url": url}))
    if status not in (201, 400):
        told("crashed" if status >= 500 else "otherwise", of(url), status, text)


def filled(start, length):
    return start + "a" * (length - len(start))


if WHAT == "bodies":
    for body in ["", "[]", "null", "7", '"url"', "{}", json.dumps({"link": f"https://example.org/{NONCE}"}), f"url=https://example.org/{NONCE}"]:
        no_request(body)
    for url in [None, 7, True, [f"https://example.org/{NONCE}"], {"href": f"https://example.org/{NONCE}"}]:
        no_url(url)
else:
    for url in [
        "", NONCE, f"/{NONCE}", f"example.org/{NONCE}", f"//example.org/{NONCE}",
        f"javascript:alert('{NONCE}')", f"javascript://example.org/%0Aalert('{NONCE}')", f"data:text/html,{NONCE}",
        f"ftp://example.org/{NONCE}", f"httpx://example.org/{NONCE}", f"http-{NONCE}", "https", "http:", "http://",
        f"http:example-{NONCE}.org", f"https:///{NONCE}", f"https://?q={NONCE}", f"http://[::1/{NONCE}",
        filled(f"https://example.org/{NONCE}/", LONGEST + 1),
    ]:  # fmt: skip
        no_url(url)
    for url in [
        f"http://example-{NONCE}.org", f"https://example.org:8443/it's/{NONCE};a=b?c='d'&e=%20f+g#h-{NONCE}",
        f"https://example.org/twice/{NONCE}", f"https://example.org/twice/{NONCE}", f"https://example.org/{NONCE}?#", filled(f"https://example.org/{NONCE}/", LONGEST),
    ]:  # fmt: skip
        a_url(url)
    for url in [
        f"https://bücher-{NONCE}.example/", f"HTTPS://EXAMPLE.ORG/{NONCE}", f"https://example.org/a b/{NONCE}",
        f" https://example.org/{NONCE}", f"http://:80/{NONCE}", f"https://u@/{NONCE}",
    ]:  # fmt: skip
        perhaps_a_url(url)
json.dump(found, sys.stdout, indent=1, ensure_ascii=False)
