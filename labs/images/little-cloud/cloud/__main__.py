"""Runs the cloud: reads where things are from the environment, and serves."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from pathlib import Path

import aiohttp
from aiohttp import web

from . import silent
from .control import Control
from .deployment import Deployment, Settings
from .gateway import Gateway
from .journal import say
from .schema import Database, Schema

#: The HTTP API, and what the lab asks.
API_PORT, CONTROL_PORT = 8080, 9001
#: Seconds that the database may take to start.
DATABASE_WITHIN = 20
#: `CLOUD_PARAMETER_BaseUrl=…` gives the template's parameter `BaseUrl` its value.
_PARAMETER = "CLOUD_PARAMETER_"


def _settings(environment: dict[str, str]) -> tuple[Settings, Schema]:
    given = {name.removeprefix(_PARAMETER): value for name, value in environment.items() if name.startswith(_PARAMETER)}
    url = environment.get("CLOUD_DATABASE_URL")
    database = None
    if url:
        users = tuple(filter(None, environment.get("CLOUD_DATABASE_USERS", "").split(",")))
        database = Database(url, environment.get("CLOUD_DATABASE_OWNER", "owner"), users)
    settings = Settings(
        workspace=Path(environment.get("CLOUD_WORKSPACE", "/work")),
        scratch=Path(environment.get("CLOUD_SCRATCH", "/run/cloud")),
        hello=Path(environment.get("CLOUD_HELLO", "/opt/hello")),
        parameters=given,
    )
    return settings, Schema(database)


async def main() -> None:
    settings, schema = _settings(dict(os.environ))
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    # The emulator takes one request at a time, so connections are never shared.
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    async with aiohttp.ClientSession(connector=connector) as session:
        deployment = Deployment(settings, schema, session)
        gateway = Gateway(deployment)
        quiet = await silent.serve()
        await schema.wait(DATABASE_WITHIN)
        await deployment.deploy()
        for application, port in ((gateway.application(), API_PORT), (Control(deployment, gateway).application(), CONTROL_PORT)):
            runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
            await runner.setup()
            await web.TCPSite(runner, "0.0.0.0", port).start()
        say("ready", api=API_PORT, control=CONTROL_PORT)
        watch = asyncio.create_task(deployment.watch())
        stopped = asyncio.create_task(ended.wait())
        # A watch that fails must not go unseen.
        done, _ = await asyncio.wait({watch, stopped}, return_when=asyncio.FIRST_COMPLETED)
        quiet.close()
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            if watch in done:
                watch.result()
    # Instances end with the container: its first process ends all of them.


if __name__ == "__main__":
    asyncio.run(main())
