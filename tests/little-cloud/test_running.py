"""Instances in turn, deployments, and the two ports, over instances that are fake."""

import asyncio
import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from aiohttp.test_utils import TestClient, TestServer
from cloud import pool as pool_module
from cloud.control import Control
from cloud.deployment import Deployment, Settings
from cloud.gateway import Gateway
from cloud.journal import KEPT, Invocation, Journal
from cloud.pool import Full, Pool
from cloud.sandbox import Seats
from cloud.schema import Database, Schema
from cloud import template


RUNTIME = Path(__file__).parents[2] / "labs/images/little-cloud/runtime"


async def nothing():
    pass


def a_pool(text):
    function = template.read(text, {"BaseUrl": "x"}).functions["Hello"]
    return Pool(function, None, Seats(), None, Journal(), nothing)


async def call(pool, **event):
    invocation = Invocation("Hello", "id")
    await pool.call(json.dumps(event).encode(), invocation)
    return invocation


def test_the_first_calls_each_get_an_instance_of_their_own_and_then_take_turns(text, fake):
    async def main():
        pool = a_pool(text)
        found = [await call(pool) for _ in range(7)]
        assert [one.instance for one in found] == [f"Hello-{number}" for number in (1, 2, 3, 1, 2, 3, 1)]
        assert [one.cold for one in found] == [True] * 3 + [False] * 4

    asyncio.run(main())


def test_twenty_calls_at_once_use_three_instances_one_call_each(text, fake):
    async def main():
        pool = a_pool(text)
        found = await asyncio.gather(*(call(pool) for _ in range(20)))
        assert len({one.instance for one in found}) == 3
        assert fake.most_busy == 3

    asyncio.run(main())


def test_an_instance_that_died_is_replaced_also_for_those_who_wait(text, fake):
    async def main():
        pool = a_pool(text)
        found = await asyncio.gather(*(call(pool, die=number < 3, sleep=0.01) for number in range(9)))
        assert sum(one.error is not None for one in found) == 3
        assert sum(one.stopped for one in fake.made) == 3
        assert pool.alive == 3

    asyncio.run(main())


def test_recycling_ends_idle_instances_and_busy_ones_after_their_call(text, fake):
    async def main():
        pool = a_pool(text)
        await call(pool)
        busy = asyncio.create_task(call(pool, sleep=0.05))
        await asyncio.sleep(0.02)
        assert await pool.recycle() == 2
        assert (await busy).error is None
        assert all(one.stopped for one in fake.made) and pool.alive == 0
        assert (await call(pool)).cold

    asyncio.run(main())


def test_a_full_queue_turns_calls_away(text, fake, monkeypatch):
    monkeypatch.setattr(pool_module, "MOST_WAITING", 2)
    monkeypatch.setattr(pool_module, "LONGEST_WAIT", 0.05)

    async def main():
        pool = a_pool(text)
        found = await asyncio.gather(*(call(pool, sleep=0.3) for _ in range(6)), return_exceptions=True)
        assert sum(isinstance(one, Full) for one in found) == 3
        assert not (await call(pool)).cold

    asyncio.run(main())


def test_who_asked_may_go_and_the_call_still_ends(text, fake):
    async def main():
        pool = a_pool(text)
        task = asyncio.create_task(call(pool, sleep=0.05))
        await asyncio.sleep(0.02)
        task.cancel()
        await asyncio.sleep(0.1)
        assert fake.made[0].calls == 1 and not fake.made[0].running
        assert await pool.recycle() == 1

    asyncio.run(main())


def test_a_log_is_kept_up_to_its_cap():
    invocation = Invocation("F", "id")
    for _ in range(100):
        invocation.add_line("x" * 1000)
    assert sum(map(len, invocation.log)) <= KEPT
    assert invocation.dropped >= 100 * 1000 - KEPT - 100


@pytest.mark.parametrize(
    ("line", "tells"),
    [('{"a": {"id": "id-1"}}', True), ('["id-1"]', False), ("id-1", False), ('{"a": "of id-1"}', True), ('{"a": "of id-2"}', False), ("{" * 5000 + "id-1", False)],
)
def test_a_log_tells_its_request_when_a_line_is_json_with_its_id(line, tells):
    assert Invocation("F", "id-1", log=["start", line]).tells_its_id() is tells


class Away:
    """A database that lets in the n-th who asks."""

    def __init__(self, asked_until_there):
        self.left, self.closed = asked_until_there, 0

    async def connect(self, url, **_):
        self.left -= 1
        if self.left > 0:
            raise psycopg.OperationalError("connection refused")
        return self

    async def close(self):
        self.closed += 1


@pytest.mark.parametrize(("asked_until_there", "within", "let_in"), [(3, 30, 1), (10**9, 0.2, 0)])
def test_a_database_that_starts_is_waited_for_up_to_a_limit(monkeypatch, asked_until_there, within, let_in):
    database = Away(asked_until_there)
    monkeypatch.setattr(psycopg.AsyncConnection, "connect", database.connect)
    asyncio.run(Schema(Database("postgresql://db/app", "owner", ())).wait(within))
    assert database.closed == let_in and database.left <= asked_until_there - 3


class Served:
    """A deployment of a folder with both ports."""

    def __init__(self, workspace, tmp_path):
        self.workspace, self.scratch = workspace, tmp_path / "scratch"

    async def __aenter__(self):
        settings = Settings(self.workspace, self.scratch, self.workspace, {"BaseUrl": "https://a.example"})
        self.deployment = Deployment(settings, Schema(None), None)
        gateway = Gateway(self.deployment)
        await self.deployment.deploy()
        self.api = TestClient(TestServer(gateway.application()))
        self.control = TestClient(TestServer(Control(self.deployment, gateway).application()))
        await self.api.start_server()
        await self.control.start_server()
        return self

    async def __aexit__(self, *_):
        await self.api.close()
        await self.control.close()

    async def described(self):
        return await (await self.control.get("/deployment")).json()


def served(workspace, tmp_path, scenario):
    async def main():
        async with Served(workspace, tmp_path) as cloud:
            await scenario(cloud)

    asyncio.run(main())


def test_a_request_reaches_its_function_and_a_record_is_kept(workspace, tmp_path, fake):
    async def scenario(cloud):
        answer = await cloud.api.get("/hello/a")
        assert (answer.status, await answer.text()) == (200, "Hello-1")
        mark = answer.headers["apigw-requestid"]
        found = await (await cloud.control.get(f"/invocations?request-id={mark}")).json()
        (record,) = found["invocations"]
        assert (record["function"], record["cold"], record["route"]) == ("Hello", True, "GET /hello/{name}")
        assert (await cloud.api.get("/nope")).status == 404
        assert (await cloud.api.post("/hello/a")).status == 404

    served(workspace, tmp_path, scenario)


def test_the_gateways_id_is_not_the_functions(workspace, tmp_path, fake):
    async def scenario(cloud):
        mark = (await cloud.api.get("/hello/a")).headers["apigw-requestid"]
        (record,) = (await (await cloud.control.get(f"/invocations?request-id={mark}")).json())["invocations"]
        assert record["gateway_id"] == mark != record["request_id"]
        own = Invocation("F", "function-id", gateway_id=mark, log=['{"id": "%s"}' % mark])
        assert own.tells_its_id() and not Invocation("F", "function-id", log=own.log).tells_its_id()

    served(workspace, tmp_path, scenario)


def test_the_gateway_waits_as_long_as_on_aws(workspace, tmp_path, fake, monkeypatch):
    monkeypatch.setattr("cloud.gateway.LONGEST", 0.02)
    monkeypatch.setattr("cloud.gateway.event", lambda *_: {"sleep": 0.2})

    async def scenario(cloud):
        answer = await cloud.api.get("/hello/a")
        assert (answer.status, (await answer.json())["message"]) == (503, "Service Unavailable")
        await asyncio.sleep(0.3)
        assert fake.made[0].calls == 1 and not fake.made[0].running and fake.made[0].healthy

    served(workspace, tmp_path, scenario)


def test_a_call_that_doesnt_end_holds_up_no_deployment(text, fake, monkeypatch):
    monkeypatch.setattr(pool_module, "LAST_CALL", 0.05)

    async def main():
        pool = a_pool(text)
        busy = asyncio.create_task(call(pool, sleep=60))
        await asyncio.sleep(0.02)
        assert await pool.recycle() == 1
        await busy
        assert pool.alive == 0

    asyncio.run(main())


def test_programs_of_a_function_have_its_tmp(tmp_path):
    """`/tmp` is a link to what descriptor 250 has open: programs must inherit it."""
    script = (
        "import subprocess;"
        "print(*(subprocess.run(c, shell=s, capture_output=True, text=True).stdout.split() for c, s in"
        " [('readlink /proc/self/fd/250', True), (['readlink', '/proc/self/fd/250'], False)]))"
    )
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(RUNTIME)}
    opened = ["bash", "-c", 'exec 250<"$HOME" && exec "$@"', "tmp", sys.executable, "-B", "-c", script]
    ran = subprocess.run(opened, capture_output=True, text=True, env=environment)
    assert ran.stdout.split() == [f"['{tmp_path}']"] * 2, ran.stderr


def test_a_body_that_is_too_large_is_refused_in_front(workspace, tmp_path, fake):
    async def scenario(cloud):
        text = (workspace / "template.yaml").read_text().replace("Method: get", "Method: any")
        (workspace / "template.yaml").write_text(text)
        await cloud.control.post("/deployment")
        assert (await cloud.api.post("/hello/a", data=b"x" * (6 << 20))).status == 413
        assert fake.made == []

    served(workspace, tmp_path, scenario)


def test_a_refused_template_is_told_on_both_ports_and_mends_itself(workspace, tmp_path, fake, monkeypatch):
    monkeypatch.setattr("cloud.deployment._PAUSE", 0.02)
    good = (workspace / "template.yaml").read_text()
    (workspace / "template.yaml").write_text(good.replace("python3.13", "go1.x"))

    async def scenario(cloud):
        described = await cloud.described()
        assert not described["deployed"] and described["refused"][0]["line"] == 8
        answer = await cloud.api.get("/hello/a")
        assert answer.status == 503 and "template.yaml, line 8" in (await answer.json())["cloud"]
        watch = asyncio.create_task(cloud.deployment.watch())
        (workspace / "template.yaml").write_text(good)
        for _ in range(100):
            await asyncio.sleep(0.02)
            if (await cloud.described())["deployed"]:
                break
        assert (await cloud.api.get("/hello/a")).status == 200
        watch.cancel()

    served(workspace, tmp_path, scenario)


def test_code_is_copied_and_a_new_deployment_ends_the_old_instances(workspace, tmp_path, fake):
    async def scenario(cloud):
        await cloud.api.get("/hello/a")
        assert (cloud.scratch / "1/1/app.py").exists()
        (workspace / "src/app.py").write_text("def handler(event, context): return {}\n")
        await cloud.control.post("/deployment", json={"parameters": {"BaseUrl": "https://b.example"}})
        await asyncio.sleep(0.05)
        assert fake.made[0].stopped and not (cloud.scratch / "1").exists()
        await cloud.api.get("/hello/a")
        assert fake.made[1].function.environment == {"BASE_URL": "https://b.example"}

    served(workspace, tmp_path, scenario)


@pytest.mark.parametrize("code", ["nope/", "../", "src/app.py"])
def test_code_must_be_a_folder_of_the_learners(workspace, tmp_path, fake, code):
    text = (workspace / "template.yaml").read_text()
    (workspace / "template.yaml").write_text(text.replace("CodeUri: src/", f"CodeUri: {code}"))

    async def scenario(cloud):
        assert [one["code"] for one in (await cloud.described())["refused"]] == ["no-code"]

    served(workspace, tmp_path, scenario)


def test_a_link_that_leads_out_is_refused(workspace, tmp_path, fake):
    (workspace / "src/passwd.py").symlink_to("/etc/passwd")

    async def scenario(cloud):
        assert [one["code"] for one in (await cloud.described())["refused"]] == ["bad-link"]

    served(workspace, tmp_path, scenario)


def test_the_invoke_api_tells_error_log_and_times(workspace, tmp_path, fake):
    async def scenario(cloud):
        path = "/2015-03-31/functions/Hello/invocations"
        answer = await cloud.control.post(path, json={"returns": {"a": 1}}, headers={"X-Amz-Log-Type": "Tail"})
        assert await answer.json() == {"a": 1}
        assert answer.headers["X-Cloud-Cold"] == "true"
        assert base64.b64decode(answer.headers["X-Amz-Log-Result"]) == b""
        failed = await cloud.control.post(path, json={"die": True})
        assert failed.status == 200 and failed.headers["X-Amz-Function-Error"] == "Unhandled"
        missing = await cloud.control.post("/2015-03-31/functions/Nope/invocations", json={})
        assert missing.status == 404 and "Hello" in (await missing.json())["Message"]
        assert (await cloud.control.post(path, data="{")).status == 400

    served(workspace, tmp_path, scenario)


def test_measuring_compares_with_hello_on_new_and_on_warm_instances(workspace, tmp_path, fake):
    async def scenario(cloud):
        found = await (await cloud.control.post("/measure", json={"path": "/hello/a", "times": 2})).json()
        assert found["statuses"] == [200]
        assert found["cold"]["mine"] > found["warm"]["mine"] > 0
        assert found["work"] == {"mine": 21.0, "hello": 7.0, "ratio": 3.0}
        assert (await cloud.control.post("/measure", json={"path": "x"})).status == 400
        assert (await cloud.control.post("/measure", json={"path": "/", "times": 99})).status == 400

    served(workspace, tmp_path, scenario)


def test_what_fails_in_the_cloud_itself_is_no_answer_of_the_functions(workspace, tmp_path, fake, monkeypatch):
    async def scenario(cloud):
        good = await cloud.api.get("/hello/a")
        assert good.status == 200 and "Lab-Fault" not in good.headers
        monkeypatch.setattr("cloud.gateway.event", lambda *_: {}["a bug"])
        answer = await cloud.api.get("/hello/a")
        assert (answer.status, answer.headers["Lab-Fault"]) == (500, "the little cloud: KeyError")

    served(workspace, tmp_path, scenario)
