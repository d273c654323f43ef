"""Between HTTP and functions: payload format 2.0 of API Gateway's HTTP APIs."""

from __future__ import annotations

import base64
import binascii
import json
import re
import time
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from .routes import Match

#: Bytes of a request's body, and of an event: RIE cuts longer ones in silence.
MOST_BODY = 6 << 20
#: What comes as it is; all else, forms too, comes in base64, as on AWS.
_TEXT = re.compile(r"text/|application/(json|javascript|xml)|[^;]*\+(json|xml)")


@dataclass(frozen=True)
class Request:
    """A request as it came."""

    method: str
    raw_path: str
    query: str
    headers: list[tuple[str, str]]
    body: bytes
    source: str = "127.0.0.1"


@dataclass(frozen=True)
class Response:
    """An answer to send."""

    status: int
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)


class NotAResponse(Exception):
    """A function returned what can't be made an HTTP answer."""


def event(request: Request, match: Match, request_id: str, now: float) -> dict[str, object]:
    """The event that a function gets for a request."""
    headers: dict[str, str] = {}
    cookies: list[str] = []
    for name, value in request.headers:
        name = name.lower()
        if name == "cookie":
            cookies += [part.strip() for part in value.split(";") if part.strip()]
        else:
            headers[name] = f"{headers[name]},{value}" if name in headers else value
    query: dict[str, str] = {}
    for name, value in parse_qsl(request.query, keep_blank_values=True):
        query[name] = f"{query[name]},{value}" if name in query else value
    made: dict[str, object] = {
        "version": "2.0",
        "routeKey": match.route.key,
        "rawPath": request.raw_path,
        "rawQueryString": request.query,
        "headers": headers,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "local",
            "domainName": headers.get("host", ""),
            "domainPrefix": "local",
            "http": {
                "method": request.method,
                "path": request.raw_path,
                "protocol": "HTTP/1.1",
                "sourceIp": request.source,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": request_id,
            "routeKey": match.route.key,
            "stage": "$default",
            "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
            "timeEpoch": int(now * 1000),
        },
        "isBase64Encoded": False,
    }
    if cookies:
        made["cookies"] = cookies
    if query:
        made["queryStringParameters"] = query
    if match.parameters:
        made["pathParameters"] = match.parameters
    if request.body:
        text = _as_text(request.body) if _TEXT.match(headers.get("content-type", "text/plain")) else None
        made["body"] = base64.b64encode(request.body).decode() if text is None else text
        made["isBase64Encoded"] = text is None
    return made


def _as_text(body: bytes) -> str | None:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


def response(returned: object) -> Response:
    """What a function returned, as HTTP. Without a `statusCode` all of it is
    the body, as format 2.0 has it."""
    if not isinstance(returned, dict) or "statusCode" not in returned:
        if returned is None:
            raise NotAResponse("the function returned nothing (None)")
        return Response(200, json.dumps(returned).encode(), [("content-type", "application/json")])
    status = returned["statusCode"]
    if isinstance(status, str) and status.isdigit():
        status = int(status)
    if isinstance(status, bool) or not isinstance(status, int) or not 200 <= status <= 599:
        raise NotAResponse(f"`statusCode` must be a number such as 200, not {json.dumps(returned['statusCode'])[:80]}")
    body = _body(returned.get("body"), returned.get("isBase64Encoded") is True)
    headers: list[tuple[str, str]] = []
    given = returned.get("headers") or {}
    if not isinstance(given, dict):
        raise NotAResponse("`headers` must be a mapping of names to texts")
    for name, value in given.items():
        if isinstance(value, (dict, list)) or value is None:
            raise NotAResponse(f"the header `{name}` must be a text")
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name) or re.search(r"[\r\n\0]", text):
            raise NotAResponse(f"`{name[:40]}` can't be sent as a header")
        headers.append((name.lower(), text))
    if not any(name == "content-type" for name, _ in headers):
        headers.append(("content-type", "text/plain;charset=UTF-8"))
    cookies = returned.get("cookies") or []
    if not isinstance(cookies, list) or not all(isinstance(cookie, str) and not re.search(r"[\r\n\0]", cookie) for cookie in cookies):
        raise NotAResponse("`cookies` must be a list of texts")
    headers += [("set-cookie", cookie) for cookie in cookies]
    # These follow from the body and the connection.
    dropped = {"content-length", "transfer-encoding", "connection"}
    return Response(status, body, [(name, value) for name, value in headers if name not in dropped])


def _body(body: object, encoded: bool) -> bytes:
    if body is None:
        return b""
    if not isinstance(body, str):
        kind = "a mapping" if isinstance(body, dict) else "a list" if isinstance(body, list) else "no text"
        raise NotAResponse(f"`body` must be a text, and it is {kind}: `json.dumps(…)` makes one of it")
    if not encoded:
        return body.encode("utf-8", "replace")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise NotAResponse("`isBase64Encoded` is true and `body` isn't base64") from None
