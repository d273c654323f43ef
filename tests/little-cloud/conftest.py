"""The cloud's own modules, and an instance that needs no emulator."""

import asyncio
import contextlib
import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "labs/images/little-cloud"))

from cloud import pool as pool_module  # noqa: E402
from cloud.instance import Answer  # noqa: E402

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Parameters:
  BaseUrl: {Type: String}
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: src/
      Environment: {Variables: {BASE_URL: !Ref BaseUrl}}
      Events:
        Hello: {Type: HttpApi, Properties: {Path: "/hello/{name}", Method: get}}
"""


@pytest.fixture
def text():
    return TEMPLATE


@pytest.fixture
def workspace(tmp_path):
    """A learner's folder that can be deployed."""
    folder = tmp_path / "work"
    (folder / "src").mkdir(parents=True)
    (folder / "template.yaml").write_text(TEMPLATE)
    (folder / "src/app.py").write_text("def handler(event, context): return None\n")
    return folder


class FakeInstance:
    """Answers by what its function's handler is called, and remembers its calls."""

    made: list["FakeInstance"] = []
    busy = 0
    most_busy = 0

    def __init__(self, name, function, task_root, seat, session):
        self.name, self.function, self.seat = name, function, seat
        self.born = self.used = 0.0
        self.healthy, self.stopped, self.calls, self.running = True, False, 0, False
        self.broken = asyncio.Event()
        FakeInstance.made.append(self)

    async def start(self):
        import time

        self.born = self.used = time.monotonic()
        await asyncio.sleep(0.005)

    async def call(self, event, invocation):
        assert not self.running, "a second call while one runs"
        assert not self.stopped, "a call after the end"
        self.running = True
        self.calls += 1
        FakeInstance.busy += 1
        FakeInstance.most_busy = max(FakeInstance.most_busy, FakeInstance.busy)
        given = json.loads(event)
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self.broken.wait(), given.get("sleep", 0.002))
        FakeInstance.busy -= 1
        self.running = False
        if given.get("die"):
            self.healthy = False
            return Answer(b"", "Runtime.ExitError", "it died")
        if "returns" in given:
            return Answer(json.dumps(given["returns"]).encode())
        return Answer(json.dumps({"statusCode": 200, "body": self.name}).encode())

    def cpu_ms(self):
        return 7.0 if self.function.name == "lab-hello" else 21.0

    async def stop(self):
        # What runs breaks off.
        self.broken.set()
        self.stopped = True
        self.healthy = False


@pytest.fixture
def fake(monkeypatch):
    FakeInstance.made, FakeInstance.busy, FakeInstance.most_busy = [], 0, 0
    monkeypatch.setattr(pool_module, "Instance", FakeInstance)
    return FakeInstance
