"""Calls at once that are made to meet, over instances that are fake."""

import asyncio
import contextlib

import pytest
from aiohttp.test_utils import TestClient, TestServer
from cloud import race
from cloud.control import Control
from cloud.deployment import Deployment, Settings
from cloud.gateway import Gateway
from cloud.payload import Response
from cloud.pool import Pool
from cloud.race import NeverMet, Wanted
from cloud.schema import Schema


class Tables:
    """Two tables that a caller may write when nobody holds them."""

    def __init__(self):
        self.free, self.waits, self.holds = asyncio.Event(), 0, []
        self.free.set()

    async def tables(self):
        return ["a", "b"]

    @contextlib.asynccontextmanager
    async def held(self, tables):
        async def waiting():
            return self.waits

        self.holds.append(list(tables))
        self.free.clear()
        yield waiting
        self.free.set()

    async def write(self):
        self.waits += 1
        await self.free.wait()
        self.waits -= 1


class Counter:
    """A gateway whose function counts, in one step or by looking first."""

    def __init__(self, tables, in_one_step):
        self.tables, self.in_one_step, self.count = tables, in_one_step, 0

    async def answer(self, request):
        seen = self.count
        await self.tables.write()
        self.count = self.count + 1 if self.in_one_step else seen + 1
        return Response(200, b'{"code": "%s"}' % request.raw_path.encode())


class NoPools:
    def pool_of(self, *_):
        return None


def raced(in_one_step, **given):
    async def main():
        tables = Tables()
        gateway = Counter(tables, in_one_step)
        found = await race.run(NoPools(), gateway, tables, Wanted.read({"path": "/ROUND", **given}))
        return found, gateway, tables

    return asyncio.run(main())


def test_who_looks_first_loses_each_time_and_who_counts_in_one_step_never():
    for _ in range(50):
        found, gateway, _ = raced(in_one_step=False)
        assert gateway.count < found["calls"]
        found, gateway, _ = raced(in_one_step=True)
        assert gateway.count == found["calls"] == 9


def test_all_tables_are_held_and_then_each_alone():
    found, _, tables = raced(in_one_step=True, same="code")
    assert tables.holds == [["a", "b"], ["a"], ["b"]]
    assert [one["met"] for one in found["rounds"]] == [True] * 3
    assert [one["different"] for one in found["rounds"]] == [1] * 3
    assert [one["answers"][0]["body"]["code"] for one in found["rounds"]] == ["/1", "/2", "/3"]


def test_calls_that_never_meet_show_nothing(monkeypatch):
    monkeypatch.setattr(race, "_KEPT_ALL", 0.0)

    class Late(Counter):
        calls = 0

        async def answer(self, request):
            # The first of each round comes long before the others.
            self.calls += 1
            if self.calls % 3 == 1:
                return await super().answer(request)
            await asyncio.sleep(0.05)
            return Response(200)

    async def main():
        tables = Tables()
        with pytest.raises(NeverMet):
            await race.run(NoPools(), Late(tables, True), tables, Wanted.read({"path": "/"}))

    asyncio.run(main())


@pytest.mark.parametrize("given", [{}, {"path": "x"}, {"path": "/", "times": 0}, {"path": "/", "headers": {"a": 1}}, {"path": "/", "same": 1}])
def test_what_is_no_race_is_refused(given):
    with pytest.raises(ValueError):
        Wanted.read(given)


def test_calls_at_once_reach_the_functions(workspace, tmp_path, fake, monkeypatch):
    # The fake can't read the event that warms.
    monkeypatch.setattr(Pool, "warm", lambda _: asyncio.sleep(0))

    async def main():
        deployment = Deployment(Settings(workspace, tmp_path / "scratch", workspace, {"BaseUrl": "x"}), Schema(None), None)
        await deployment.deploy()
        control = TestClient(TestServer(Control(deployment, Gateway(deployment)).application()))
        await control.start_server()
        found = await (await control.post("/at-once", json={"path": "/hello/a", "times": 4})).json()
        assert found["count"] == 1 and found["calls"] == 4
        assert (await control.post("/at-once", json={})).status == 400
        await control.close()

    asyncio.run(main())
