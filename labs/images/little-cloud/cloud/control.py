"""What the lab asks of the cloud: deployments, direct calls, recycling, times.

Functions are called as by AWS's own Invoke API, so `aws lambda invoke` with an
`--endpoint-url` works too.
"""

from __future__ import annotations

import base64
import json
from typing import Awaitable, Callable

from aiohttp import web

from . import fault, measure, race
from .deployment import Deployment, new_invocation
from .gateway import Gateway
from .payload import MOST_BODY
from .pool import Full

#: Bytes of log that an answer carries; AWS gives 4 kB.
_TAIL = 4096
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Control:
    """The port that isn't the API's."""

    def __init__(self, deployment: Deployment, gateway: Gateway) -> None:
        self._deployment = deployment
        self._gateway = gateway

    def application(self) -> web.Application:
        application = web.Application(client_max_size=MOST_BODY, middlewares=[fault.told])
        application.router.add_get("/deployment", self._deployed)
        application.router.add_post("/deployment", self._deploy)
        application.router.add_get("/invocations", self._invocations)
        application.router.add_post("/recycle", self._recycle)
        application.router.add_post("/measure", self._measure)
        application.router.add_post("/at-once", self._at_once)
        application.router.add_post("/2015-03-31/functions/{name}/invocations", self._invoke)
        return application

    async def _deployed(self, _: web.Request) -> web.Response:
        return web.json_response(self._deployment.describe())

    async def _deploy(self, request: web.Request) -> web.Response:
        """`{"parameters": {"BaseUrl": "…"}}` replaces values that the lab gives, and
        `{"changed": {"src/a.py": "…"}}` files, for this deployment alone; `{"database":
        "…"}` has the tables made in another database."""
        given = await _body(request)
        parameters = given.get("parameters")
        if parameters is not None and not isinstance(parameters, dict):
            raise web.HTTPBadRequest(text="`parameters` must be a mapping")
        chosen = None if parameters is None else {str(name): str(value) for name, value in parameters.items()}
        changed = given.get("changed", {})
        if not isinstance(changed, dict) or not all(isinstance(text, str) for text in changed.values()):
            raise web.HTTPBadRequest(text="`changed` must be a mapping of paths to texts")
        database = given.get("database")
        if database is not None and not isinstance(database, str):
            raise web.HTTPBadRequest(text="`database` must be a name")
        state = await self._deployment.deploy(chosen, changed, database)
        return web.json_response(self._deployment.describe(), status=200 if state.template else 422)

    async def _invocations(self, request: web.Request) -> web.Response:
        query = request.query
        last = query.get("last", "100")
        if not last.isdigit():
            raise web.HTTPBadRequest(text="`last` must be a number")
        ids = set(filter(None, query.get("request-id", "").split(",")))
        found = self._deployment.journal.find(query.get("function"), ids, int(last))
        instances = sorted({record.instance for record in found})
        return web.json_response({"invocations": [record.as_json() for record in found], "instances": instances})

    async def _recycle(self, request: web.Request) -> web.Response:
        count = await self._deployment.recycle(request.query.get("function"))
        return web.json_response({"recycled": count})

    async def _measure(self, request: web.Request) -> web.Response:
        given = await _body(request)
        try:
            wanted = measure.Wanted.read(given)
        except ValueError as error:
            raise web.HTTPBadRequest(text=str(error)) from None
        return web.json_response(await measure.run(self._deployment, self._gateway, wanted))

    async def _at_once(self, request: web.Request) -> web.Response:
        """`{"path": "/r/abc", "times": 3}`, also `method`, `headers` and `json`; `ROUND` in
        them is the number of the round."""
        given = await _body(request)
        try:
            wanted = race.Wanted.read(given)
        except ValueError as error:
            raise web.HTTPBadRequest(text=str(error)) from None
        return web.json_response(await race.run(self._deployment, self._gateway, self._deployment.schema, wanted))

    async def _invoke(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        body = await request.read() or b"{}"
        if self._deployment.pool(name) is None:
            known = sorted(self._deployment.state.pools)
            message = f"Function not found: {name}; there are: {', '.join(known) or 'none'}"
            refused = [str(refusal) for refusal in self._deployment.state.refusals]
            return _aws_error(404, "ResourceNotFoundException", "; ".join([message, *refused]))
        try:
            json.loads(body)
        except ValueError as error:
            return _aws_error(400, "InvalidRequestContentException", f"Could not parse request body into json: {error}")
        if len(body) > MOST_BODY:
            return _aws_error(413, "RequestTooLargeException", f"Request must be smaller than {MOST_BODY} bytes")
        invocation = new_invocation(name)
        try:
            answer = await self._deployment.invoke(name, body, invocation)
        except Full:
            return _aws_error(429, "TooManyRequestsException", "Rate Exceeded.")
        assert answer is not None
        headers = {
            "X-Amz-Executed-Version": "$LATEST",
            "X-Amzn-RequestId": invocation.request_id,
            "X-Cloud-Instance": invocation.instance,
            "X-Cloud-Cold": "true" if invocation.cold else "false",
            "X-Cloud-Duration": f"{invocation.duration_ms:.2f}",
        }
        if request.headers.get("X-Amz-Log-Type", "").lower() == "tail":
            tail = "\n".join(invocation.log).encode()[-_TAIL:]
            headers["X-Amz-Log-Result"] = base64.b64encode(tail).decode()
        if answer.error is not None:
            headers["X-Amz-Function-Error"] = "Unhandled"
        return web.Response(body=answer.payload, headers=headers, content_type="application/json")


async def _body(request: web.Request) -> dict[str, object]:
    raw = await request.read()
    try:
        found = json.loads(raw) if raw else {}
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise web.HTTPBadRequest(text="the body must be a JSON mapping")
    return found


def _aws_error(status: int, kind: str, message: str) -> web.Response:
    body = {"Type": "User", "Message": message}
    return web.json_response(body, status=status, headers={"X-Amzn-ErrorType": kind})
