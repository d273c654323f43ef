"""One instance of a function: the runtime interface emulator and its Python.

Measured of the emulator (1.170.0): a second request while one runs crashes it,
so there is exactly one, always read to its end; the timeout is enforced in
whole seconds, init included; an exception is status 200 with `errorType`, an
exit or a crash 502; all that the function prints comes on its standard output,
between `START` and `REPORT` of the request.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Callable

import aiohttp

from . import sandbox
from .journal import Invocation
from .sandbox import Seat
from .template import Function
from .values import REGION

_PATH = "/2015-03-31/functions/function/invocations"
_INIT = re.compile(rb"INIT REPORT\(durationMs: ([\d.]+)\)")
_MARK = re.compile(rb"(START|END|REPORT) RequestId: ([0-9a-f-]{36})")
#: What the runtime says before every traceback of an import, at length.
_NOISE = "LAMBDA_WARNING: Unhandled exception."
#: Bytes of a line beyond which it is cut.
_LONGEST = 16 << 10
#: How long it may take to listen, to answer after its timeout, and to hand
#: over the end of its log.
_LISTENS, _GRACE, _DRAINS = 15.0, 5.0, 0.25


@dataclass(frozen=True)
class Answer:
    """What a function gave: its bytes, or an error."""

    payload: bytes
    error: str | None = None
    detail: str | None = None


class Instance:
    """Started once, called many times, stopped for good."""

    def __init__(self, name: str, function: Function, task_root: Path, seat: Seat, session: aiohttp.ClientSession) -> None:
        self.name = name
        self.seat = seat
        self.born = self.used = time.monotonic()
        self.healthy = True
        self.calls = 0
        self._function = function
        self._task_root = task_root
        self._session = session
        self._process: asyncio.subprocess.Process | None = None
        self._pumps: list[asyncio.Task[None]] = []
        self._current: Invocation | None = None
        self._begun = False
        self._drained = asyncio.Event()

    async def start(self) -> None:
        """Starts the emulator and waits until it listens."""
        user = self.seat.user
        self._process = await asyncio.create_subprocess_exec(
            *sandbox.command(self.seat, self._function.memory, self._function.handler),
            env=self._environment(),
            cwd=self._task_root,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            user=user,
            group=user,
            extra_groups=None if user is None else (),
        )
        assert self._process.stdout and self._process.stderr
        self._pumps = [
            asyncio.create_task(self._pump(self._process.stdout, self._take_output)),
            asyncio.create_task(self._pump(self._process.stderr, self._take_remark)),
        ]
        host, port = self.seat.emulator.split(":")
        until = time.monotonic() + _LISTENS
        while time.monotonic() < until and self._process.returncode is None:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection(host, int(port))
                writer.close()
                return
            await asyncio.sleep(0.003)
        self.healthy = False
        raise RuntimeError(f"the emulator of {self.name} didn't start")

    def _environment(self) -> dict[str, str]:
        function = self._function
        own = dict(function.environment)
        path = ":".join(filter(None, ["/opt/runtime", own.pop("PYTHONPATH", "")]))
        return {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "TZ": ":UTC",
            "HOME": "/tmp",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
            **own,
            "PYTHONPATH": path,
            "LAMBDA_TASK_ROOT": str(self._task_root),
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(function.timeout),
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
            "AWS_LAMBDA_LOG_FORMAT": function.log_format,
            "AWS_LAMBDA_LOG_LEVEL": function.log_level,
        }

    async def call(self, event: bytes, invocation: Invocation) -> Answer:
        """Runs the handler once. Never two at a time, never abandoned."""
        self.calls += 1
        self._current, self._begun = invocation, False
        self._drained.clear()
        answer = await self._ask(event, invocation.request_id)
        with contextlib.suppress(asyncio.TimeoutError):
            if answer.error is None or self.healthy:
                await asyncio.wait_for(self._drained.wait(), _DRAINS)
            else:
                # After an exit there is no end mark; what was printed is near.
                await asyncio.sleep(0.02)
        self._current = None
        self.used = time.monotonic()
        return self._placed(answer, invocation)

    def _placed(self, answer: Answer, invocation: Invocation) -> Answer:
        """An error, with the last place in the learner's own code."""
        if answer.error is None:
            return answer
        detail = answer.detail or ""
        frames = re.findall(rf'File "{re.escape(str(self._task_root))}/([^"]+)",? (?i:line) (\d+)', "\n".join(invocation.log))
        if frames and f"{frames[-1][0]}, line " not in detail:
            detail = f"{detail} ({frames[-1][0]}, line {frames[-1][1]})".lstrip()
        return replace(answer, detail=detail)

    async def _ask(self, event: bytes, request_id: str) -> Answer:
        headers = {"X-Amzn-RequestId": request_id, "Content-Type": "application/json"}
        limit = aiohttp.ClientTimeout(total=self._function.timeout + _GRACE)
        try:
            async with self._session.post(f"http://{self.seat.emulator}{_PATH}", data=event, headers=headers, timeout=limit) as got:
                return self._judge(got.status, await got.read())
        except asyncio.TimeoutError:
            self.healthy = False
            return Answer(b"", "Sandbox.Timedout", f"no answer {_GRACE:.0f} s after its timeout")
        except aiohttp.ClientError as error:
            self.healthy = False
            return Answer(b"", "Sandbox.Failure", f"the emulator broke off: {type(error).__name__}")

    def _judge(self, status: int, body: bytes) -> Answer:
        if body.startswith(b"Task timed out after "):
            self.healthy = False
            text = f"Task timed out after {self._function.timeout} seconds"
            return Answer(_error("Sandbox.Timedout", text), "Sandbox.Timedout", text)
        if status != 200:
            # The runtime ended: what starts next would be a new one anyway.
            self.healthy = False
            found = _mapping(body)
            kind = str(found.get("errorType") or "Runtime.ExitError")
            return Answer(_error(kind, str(found.get("errorMessage", ""))), kind, str(found.get("errorMessage", "")))
        # An error has these three; a function that returns them means one.
        if body.startswith(b'{"errorMessage"') and (found := _mapping(body)).keys() >= {"errorMessage", "errorType", "requestId"}:
            return Answer(body, str(found["errorType"]), str(found["errorMessage"]))
        return Answer(body)

    def cpu_ms(self) -> float:
        """Processor time of the function's own process so far: what others take of the
        machine isn't in it. Nothing before its first call or after its end."""
        return 0.0 if self._process is None else sum(map(_cpu_ms, _children(self._process.pid)))

    async def stop(self) -> None:
        """Ends all its processes."""
        self.healthy = False
        await sandbox.clear(self.seat)
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        for pump in self._pumps:
            pump.cancel()

    async def _pump(self, stream: asyncio.StreamReader, take: Callable[[bytes], None]) -> None:
        """Reads all that comes, for a full pipe would stop the function, and
        hands over lines of a bounded length."""
        rest = b""
        while chunk := await stream.read(1 << 16):
            data, invocation = rest + chunk, self._current
            if (invocation is None or invocation.dropped) and b"RequestId: " not in data:
                # The cap is reached: only the marks matter still.
                if invocation is not None:
                    invocation.dropped += len(chunk)
                rest = data[-100:]
                continue
            *lines, rest = data.split(b"\n")
            if len(rest) > _LONGEST:
                lines.append(rest)
                rest = b""
            for line in lines:
                take(line)
        if rest:
            take(rest)

    def _take_output(self, line: bytes) -> None:
        mark = _MARK.search(line)
        if mark and self._current is not None and mark[2].decode() == self._current.request_id:
            # What came before START is left of an earlier call.
            self._begun = self._begun or mark[1] == b"START"
            if mark[1] == b"REPORT":
                self._drained.set()
        elif not mark and self._begun and self._current is not None and line.strip():
            # The runtime writes a traceback as one line, with carriage returns
            # and no-break spaces in it.
            text = line[:_LONGEST].decode("utf-8", "replace").replace("\u00a0", " ")
            if _NOISE not in text:
                for part in text.split("\r"):
                    self._current.add_line(part)

    def _take_remark(self, line: bytes) -> None:
        found = _INIT.search(line)
        if found and self._current is not None:
            self._current.init_ms = round(float(found[1]), 1)


def _children(parent: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            # After the name, which may hold anything: the state, then the parent.
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(folder.name))
    return found


def _cpu_ms(process: int) -> float:
    """By the scheduler's count in nanoseconds: that of `stat` is in steps of ten milliseconds."""
    spent = 0
    for thread in Path(f"/proc/{process}/task").glob("*/schedstat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            spent += int(thread.read_text().split()[0])
    return spent / 1e6


def _mapping(body: bytes) -> dict[str, object]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _error(kind: str, message: str) -> bytes:
    return json.dumps({"errorType": kind, "errorMessage": message}).encode()
