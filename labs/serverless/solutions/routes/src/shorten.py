import base64
import json

import api
import links
import store


@api.handler
def handler(event):
    url = _url(event)
    key = event["headers"].get("idempotency-key")
    with store.transaction() as cursor:
        link = links.make(cursor, url, key)
    if link is None:
        raise api.Refused(422, "this idempotency key was used for another URL")
    return api.answer(201, links.shown(link))


def _url(event):
    body = event.get("body") or ""
    try:
        if event.get("isBase64Encoded"):
            body = base64.b64decode(body).decode()
        given = json.loads(body)
    except ValueError:
        raise api.Refused(400, "the body isn't JSON") from None
    if not isinstance(given, dict) or "url" not in given:
        raise api.Refused(400, "`url` is missing")
    if not links.is_url(given["url"]):
        raise api.Refused(400, "`url` must be an absolute http or https URL")
    return given["url"]
