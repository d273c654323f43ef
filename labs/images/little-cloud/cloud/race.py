"""The same request in several instances at once, made to meet in the database.

Two requests that come at the same moment mostly miss each other by a
millisecond, so a race is lost once in a while. Here it is always run: while the
calls begin, the database lets everybody read and nobody write. Who reads a value
first and writes it later has read before any other wrote. Who lets the database
do it in one step, or takes a lock, isn't harmed: they wait a moment longer.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass
from typing import AsyncContextManager, Awaitable, Callable, Protocol, Sequence

from .deployment import Deployment
from .gateway import Gateway
from .payload import Request
from .pool import INSTANCES

#: What stands for the round's number in a path, a header or a body.
ROUND = "ROUND"
#: Calls of a round at the most, and rounds in which all calls may miss each other.
MOST, TRIES = 20, 5
#: Seconds between two looks, and that a round may take to begin.
_PAUSE, _BEGINS = 0.01, 20.0
#: Seconds that writers are kept for the others at the most: where all tables are held,
#: everybody comes to wait, however slow the machine; where one is, some may look again and
#: again for what a writer makes, and aren't kept from it for long.
_KEPT_ALL, _KEPT_ONE = 4.0, 1.0

#: How many wait to write just now.
Waiting = Callable[[], Awaitable[int]]


class Tables(Protocol):
    """What a race needs of the database."""

    async def tables(self) -> list[str]: ...

    def held(self, tables: Sequence[str]) -> AsyncContextManager[Waiting]: ...


@dataclass(frozen=True)
class Wanted:
    """Which request, and how often at once."""

    method: str
    path: str
    headers: dict[str, str]
    body: str
    times: int
    #: The member of the answers that is to be the same in a round.
    same: str | None

    @staticmethod
    def read(given: dict[str, object]) -> Wanted:
        method, path, headers = given.get("method", "GET"), given.get("path"), given.get("headers", {})
        times, same = given.get("times", INSTANCES), given.get("same")
        if not isinstance(method, str) or not isinstance(path, str) or not path.startswith("/"):
            raise ValueError("`path` must begin with /")
        if not isinstance(headers, dict) or not all(isinstance(value, str) for value in headers.values()):
            raise ValueError("`headers` must be a mapping of names to texts")
        if not isinstance(times, int) or not 1 <= times <= MOST:
            raise ValueError(f"`times` must be from 1 to {MOST}")
        if same is not None and not isinstance(same, str):
            raise ValueError("`same` must be the name of a member")
        body = json.dumps(given["json"]) if "json" in given else ""
        return Wanted(method, path, {"content-type": "application/json", **headers}, body, times, same)

    def request(self, number: int) -> Request:
        def of(text: str) -> str:
            return text.replace(ROUND, str(number))

        raw_path, _, query = of(self.path).partition("?")
        headers = [(name.lower(), of(value)) for name, value in {"host": "cloud", **self.headers}.items()]
        return Request(self.method, raw_path, query, headers, of(self.body).encode())


class NeverMet(Exception):
    """The machine was too slow for the calls to meet: nothing was shown."""


async def run(deployment: Deployment, gateway: Gateway, tables: Tables, wanted: Wanted) -> dict[str, object]:
    """Rounds with all tables held, until the calls met in one, and one more with each
    table held alone, which finds what is done in two steps."""
    pool = deployment.pool_of(wanted.method, wanted.request(0).raw_path)
    longest = _KEPT_ALL
    if pool is not None:
        await pool.warm()
        # A call has to end within its function's own time.
        longest = pool.function.timeout * 0.4
    rounds: list[dict[str, object]] = []

    async def play(held: Sequence[str], kept: float) -> bool:
        request = wanted.request(len(rounds) + 1)
        async with tables.held(held) as waiting:
            calls = [asyncio.create_task(gateway.answer(request)) for _ in range(wanted.times)]
            met = await _meet(calls, waiting, min(kept, longest))
        answers = [{"status": one.status, "body": _read(one.body)} for one in await asyncio.gather(*calls)]
        different = {json.dumps(_member(one["body"], wanted.same), sort_keys=True) for one in answers}
        rounds.append({"held": list(held), "met": met, "answers": answers, "different": len(different)})
        return met

    names = await tables.tables()
    for _ in range(TRIES):
        if await play(names, _KEPT_ALL):
            break
    else:
        raise NeverMet
    for name in names if len(names) > 1 else []:
        await play([name], _KEPT_ONE)
    return {"count": len(rounds), "calls": len(rounds) * wanted.times, "rounds": rounds}


async def _meet(calls: list[asyncio.Task[object]], waiting: Waiting, kept: float) -> bool:  # type: ignore[type-arg]
    """Waits until every call that runs waits for a table, for as long as may be; whether at
    least two did, for two are a race."""
    begun, first = time.monotonic(), None
    while time.monotonic() - begun < _BEGINS:
        left = sum(not call.done() for call in calls)
        wait = await waiting()
        if wait >= min(left, INSTANCES):
            return True
        if wait and first is None:
            first = time.monotonic()
        if first is not None and time.monotonic() - first > kept:
            return wait > 1
        await asyncio.sleep(_PAUSE)
    return False


def _member(body: object, name: str | None) -> object:
    return body.get(name) if name is not None and isinstance(body, dict) else body


def _read(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode(errors="replace")[:500]
