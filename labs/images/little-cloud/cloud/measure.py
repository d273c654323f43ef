"""How long a request takes on new instances and on warm ones, and how much processor time
the first answer of a new one costs, against a hello function called in between: only the
ratio means something on any machine, and that of processor time on a busy one, too."""

from __future__ import annotations

import time
from dataclasses import dataclass

from .deployment import HELLO, Deployment, new_invocation
from .gateway import Gateway
from .payload import Request

#: Rounds at the most, each with a new instance of both.
MOST = 10


@dataclass(frozen=True)
class Wanted:
    """Which request, and how often."""

    method: str
    path: str
    times: int

    @staticmethod
    def read(given: dict[str, object]) -> Wanted:
        method, path, times = given.get("method", "GET"), given.get("path"), given.get("times", 3)
        if not isinstance(method, str) or not isinstance(path, str) or not path.startswith("/"):
            raise ValueError("`path` must begin with /")
        if not isinstance(times, int) or not 1 <= times <= MOST:
            raise ValueError(f"`times` must be from 1 to {MOST}")
        return Wanted(method, path, times)


async def run(deployment: Deployment, gateway: Gateway, wanted: Wanted) -> dict[str, object]:
    """The quickest in milliseconds, for it has the least of the machine's noise,
    and the ratio of each to the hello function's."""
    cold: list[float] = []
    cold_hello: list[float] = []
    work: list[float] = []
    work_hello: list[float] = []
    warm: list[float] = []
    warm_hello: list[float] = []
    statuses: list[int] = []
    raw_path, _, query = wanted.path.partition("?")
    request = Request(wanted.method, raw_path, query, [("host", "cloud")], b"")

    async def ours() -> float:
        begun = time.perf_counter()
        statuses.append((await gateway.answer(request)).status)
        return _since(begun)

    async def hello() -> float:
        begun = time.perf_counter()
        await deployment.invoke(HELLO.name, b"{}", new_invocation(HELLO.name))
        return _since(begun)

    pool = deployment.pool_of(wanted.method, raw_path)
    for _ in range(wanted.times):
        await deployment.recycle(None)
        cold_hello.append(await hello())
        cold.append(await ours())
        theirs = deployment.pool(HELLO.name)
        if pool is not None and theirs is not None:
            work.append(pool.cpu_ms)
            work_hello.append(theirs.cpu_ms)
    # Fill the pools, so that no call that follows is cold.
    for _ in range(2):
        await hello()
        await ours()
    for _ in range(wanted.times * 3):
        warm_hello.append(await hello())
        warm.append(await ours())
    return {
        # Others' noise is to speak for the function, as on a busy machine it speaks the loudest.
        "cold": _compared(cold, [max(cold_hello)]),
        "work": _compared(work, work_hello),
        "warm": _compared(warm, warm_hello),
        "statuses": sorted(set(statuses)),
    }


def _since(begun: float) -> float:
    return (time.perf_counter() - begun) * 1000


def _compared(mine: list[float], hello: list[float]) -> dict[str, float]:
    ours, theirs = min(mine, default=0.0), min(hello, default=0.0)
    # Where nothing could be counted, no ratio says anything.
    return {"mine": round(ours, 1), "hello": round(theirs, 1), "ratio": round(ours / theirs, 2) if theirs else 0.0}
