"""The HTTP API in front of the functions, as API Gateway's HTTP APIs behave.

Beyond what AWS answers, an error's body says under `cloud` what happened: here
one learns.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import string

from aiohttp import web

from . import fault
from .deployment import Deployment, new_invocation, now
from .payload import MOST_BODY, NotAResponse, Request, Response, event, response
from .pool import Full
from .template import Cors

#: Seconds that the gateway waits for a function, as on AWS; the function goes on.
LONGEST = 30.0
_LETTERS = string.ascii_letters + string.digits


class Gateway:
    """Answers whatever comes on the API's port."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment

    def application(self) -> web.Application:
        application = web.Application(client_max_size=MOST_BODY, middlewares=[fault.told])
        application.router.add_route("*", "/{path:.*}", self._handle)
        return application

    async def _handle(self, request: web.Request) -> web.Response:
        cors = self._deployment.state.template.cors if self._deployment.state.template else None
        origin = request.headers.get("Origin")
        if cors is not None and request.method == "OPTIONS":
            answer = Response(204, headers=preflight(cors, origin, request.headers.get("Access-Control-Request-Method")))
        else:
            try:
                body = await request.read()
            except web.HTTPRequestEntityTooLarge:
                answer = _message(413, "Request Entity Too Large")
            else:
                answer = await self.answer(_request(request, body))
        if cors is not None and request.method != "OPTIONS":
            # The gateway's word counts, not the function's.
            own = [(name, value) for name, value in answer.headers if not name.startswith("access-control-")]
            answer = Response(answer.status, answer.body, own + allowed(cors, origin))
        made = web.Response(status=answer.status, body=answer.body)
        if "content-type" in dict(answer.headers):
            made.headers.popall("Content-Type", None)
        for name, value in answer.headers:
            if name != fault.HEADER.lower():
                made.headers.add(name, value)
        return made

    async def answer(self, request: Request) -> Response:
        """What the function behind a request says, or the gateway itself."""
        state = self._deployment.state
        if state.template is None:
            why = [str(refusal) for refusal in state.refusals] or [state.trouble or "nothing is deployed yet"]
            return _message(503, "Service Unavailable", "; ".join(why[:3]))
        match = state.router.match(request.method, request.raw_path)
        if match is None:
            return _message(404, "Not Found")
        # API Gateway's ids look like this, and aren't the function's.
        mine = "".join(secrets.choice(_LETTERS) for _ in range(15)) + "="
        invocation = new_invocation(match.function, match.route.key, mine)
        made = json.dumps(event(request, match, mine, now())).encode()
        mark = [("apigw-requestid", mine)]
        if len(made) > MOST_BODY:
            return _message(413, "Request Entity Too Large", mark=mark)
        try:
            answer = await asyncio.wait_for(state.pools[match.function].call(made, invocation), LONGEST)
        except asyncio.TimeoutError:
            return _message(503, "Service Unavailable", f"{match.function} had no answer within {LONGEST:.0f} s, and the gateway waits no longer", mark)
        except Full:
            return _message(503, "Service Unavailable", f"all instances of {match.function} are busy", mark)
        if answer.error is not None:
            return _message(500, "Internal Server Error", f"{match.function}: {answer.error}: {answer.detail}", mark)
        try:
            given = response(json.loads(answer.payload, parse_constant=_no_number))
        except NotAResponse as error:
            return _message(500, "Internal Server Error", f"{match.function}: {error}", mark)
        except (ValueError, RecursionError):
            return _message(500, "Internal Server Error", f"{match.function}: what it returned isn't JSON", mark)
        return Response(given.status, given.body, given.headers + mark)


def _no_number(name: str) -> object:
    """`NaN` and its kin are Python's, and no JSON."""
    raise ValueError(name)


def _request(request: web.Request, body: bytes) -> Request:
    raw_path, _, query = request.raw_path.partition("?")
    headers = [(name.decode("latin-1"), value.decode("utf-8", "replace")) for name, value in request.raw_headers]
    return Request(request.method, raw_path, query, headers, body, request.remote or "127.0.0.1")


def _message(status: int, message: str, why: str | None = None, mark: list[tuple[str, str]] | None = None) -> Response:
    body = {"message": message} if why is None else {"message": message, "cloud": why[:1000]}
    return Response(status, json.dumps(body).encode(), [("content-type", "application/json"), *(mark or [])])


def allowed(cors: Cors, origin: str | None) -> list[tuple[str, str]]:
    """The headers that let a page of `origin` read an answer."""
    if origin is None or ("*" not in cors.origins and origin not in cors.origins):
        return []
    anyone = "*" in cors.origins and not cors.credentials
    found = [("access-control-allow-origin", "*" if anyone else origin)]
    if not anyone:
        found.append(("vary", "Origin"))
    if cors.credentials:
        found.append(("access-control-allow-credentials", "true"))
    if cors.expose:
        found.append(("access-control-expose-headers", ",".join(cors.expose)))
    return found


def preflight(cors: Cors, origin: str | None, method: str | None) -> list[tuple[str, str]]:
    """What a browser is told before it asks across origins."""
    found = allowed(cors, origin)
    if not found or method is None:
        return found
    found.append(("access-control-allow-methods", ",".join(cors.methods)))
    if cors.headers:
        found.append(("access-control-allow-headers", ",".join(cors.headers)))
    if cors.max_age is not None:
        found.append(("access-control-max-age", str(cors.max_age)))
    return found
