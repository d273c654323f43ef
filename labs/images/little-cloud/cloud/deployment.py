"""What is deployed: read, packaged, and made anew when the files change."""

from __future__ import annotations

import asyncio
import shutil
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from . import package, template
from .instance import Answer
from .journal import Invocation, Journal, say
from .pool import Pool
from .refusal import Refusal, Refused
from .routes import Router
from .sandbox import Seats
from .schema import Schema, Unreachable
from .template import Function, Template

#: Instances of all functions together: memory is shared.
MOST_INSTANCES = 12
#: The lab's own function, which others are compared with.
HELLO = Function(
    name="lab-hello", line=1, handler="app.handler", code="", environment={}, timeout=3, memory=128,
    declared_timeout=None, declared_memory=None, log_format="Text", log_level="INFO", routes=(),
)  # fmt: skip
_PAUSE = 1.0


@dataclass(frozen=True)
class Settings:
    """Where things are."""

    workspace: Path
    scratch: Path
    hello: Path
    parameters: dict[str, str] = field(default_factory=dict)


@dataclass
class State:
    """One version of the learner's files, deployed or refused."""

    template: Template | None
    router: Router
    pools: dict[str, Pool]
    refusals: list[Refusal] = field(default_factory=list)
    trouble: str | None = None
    root: Path | None = None
    number: int = 0


class Deployment:
    """The cloud's one stack. `deploy` is the only thing that changes it."""

    def __init__(self, settings: Settings, schema: Schema, session: aiohttp.ClientSession) -> None:
        self.journal = Journal()
        self._settings = settings
        self.schema = schema
        self._session = session
        self._seats = Seats()
        self._parameters = dict(settings.parameters)
        self._lock = asyncio.Lock()
        self._seen: tuple[object, ...] | None = None
        self._number = 0
        self._retiring: set[asyncio.Task[None]] = set()
        self._hello = self._pool(HELLO, settings.hello)
        self.state = State(None, Router([]), {})

    def _pool(self, function: Function, root: Path) -> Pool:
        return Pool(function, root, self._seats, self._session, self.journal, self._make_room)

    async def deploy(
        self, parameters: dict[str, str] | None = None, changed: dict[str, str] | None = None, database: str | None = None
    ) -> State:
        """Deploys the files as they are now, but for those that are given. What ran before ends after its
        calls; where the files can't be deployed nothing runs, and the state
        says why."""
        async with self._lock:
            if parameters is not None:
                self._parameters = {**self._settings.parameters, **parameters}
            before, self._number = self.state, self._number + 1
            self._seen = await asyncio.to_thread(self._fingerprint, before.template)
            self.state = await self._made(self._number, changed or {}, database)
            if self.state.template is not None:
                self._seen = await asyncio.to_thread(self._fingerprint, self.state.template)
            self._retire(before)
            refused = [str(refusal) for refusal in self.state.refusals]
            say("deployment", number=self._number, functions=sorted(self.state.pools), refused=refused, trouble=self.state.trouble)
            return self.state

    async def _made(self, number: int, changed: dict[str, str], database: str | None) -> State:
        root = self._settings.scratch / str(number)
        try:
            text = await asyncio.to_thread(self._text)
            read = template.read(text, self._parameters)
            folders = await asyncio.to_thread(self._pack, read, root, changed)
            await self.schema.apply(self._settings.workspace, changed, database)
        except Refused as refused:
            shutil.rmtree(root, ignore_errors=True)
            return State(None, Router([]), {}, refusals=refused.refusals, number=number)
        except (Unreachable, OSError) as error:
            shutil.rmtree(root, ignore_errors=True)
            return State(None, Router([]), {}, trouble=str(error), number=number)
        pools = {name: self._pool(function, folders[function.code]) for name, function in read.functions.items()}
        routes = [(route, name) for name, function in read.functions.items() for route in function.routes]
        return State(read, Router(routes), pools, root=root, number=number)

    def _text(self) -> str:
        path = self._settings.workspace / template.FILE
        try:
            return path.read_bytes()[: 1 << 20].decode("utf-8", "replace")
        except FileNotFoundError:
            raise Refused(Refusal(template.FILE, 1, "no-template", template.FILE, "there is no such file")) from None
        except PermissionError:
            message = f"the cloud can't read it: `chmod a+r {template.FILE}` lets it"
            raise Refused(Refusal(template.FILE, 1, "unreadable", template.FILE, message)) from None

    def _pack(self, read: Template, root: Path, changed: dict[str, str]) -> dict[str, Path]:
        """Where the code of each `CodeUri` has been copied to."""
        refusals: list[Refusal] = []
        folders: dict[str, Path] = {}
        for function in read.functions.values():
            if function.code in folders:
                continue
            folders[function.code] = root / str(len(folders) + 1)
            try:
                package.pack(self._settings.workspace, function, folders[function.code], changed)
            except Refused as refused:
                refusals += refused.refusals
        if refusals:
            raise Refused(*refusals)
        return folders

    def _retire(self, state: State) -> None:
        async def retire() -> None:
            await asyncio.gather(*(pool.recycle() for pool in state.pools.values()))
            if state.root is not None:
                await asyncio.to_thread(shutil.rmtree, state.root, ignore_errors=True)

        task = asyncio.create_task(retire())
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)

    def _fingerprint(self, read: Template | None) -> tuple[object, ...]:
        codes = {function.code for function in read.functions.values()} if read else set()
        return package.fingerprint(self._settings.workspace, codes)

    async def watch(self) -> None:
        """Deploys again whenever the learner saves a file, and ends old instances."""
        while True:
            await asyncio.sleep(_PAUSE)
            # No file has changed when a database was away: it is tried again.
            if self.state.trouble is not None or await asyncio.to_thread(self._fingerprint, self.state.template) != self._seen:
                await self.deploy()
            for pool in [self._hello, *self.state.pools.values()]:
                await pool.end_old()

    def pool(self, name: str) -> Pool | None:
        return self._hello if name == HELLO.name else self.state.pools.get(name)

    def pool_of(self, method: str, raw_path: str) -> Pool | None:
        """The instances that would get a request; none where no route takes it."""
        match = self.state.router.match(method, raw_path)
        return None if match is None else self.state.pools.get(match.function)

    async def invoke(self, name: str, event: bytes, invocation: Invocation) -> Answer | None:
        """Runs a function once; none when there is no such function."""
        pool = self.pool(name)
        return None if pool is None else await pool.call(event, invocation)

    async def recycle(self, name: str | None) -> int:
        """Ends the instances of one function, or of all; how many there were."""
        pools = [*self.state.pools.values(), self._hello] if name is None else [self.pool(name)]
        return sum(await asyncio.gather(*(pool.recycle() for pool in pools if pool is not None)))

    async def _make_room(self) -> None:
        """Ends the instance that rests longest, where there are too many."""
        pools = [self._hello, *self.state.pools.values()]
        if sum(pool.alive for pool in pools) < MOST_INSTANCES:
            return
        resting = [(pool.idle_since, number) for number, pool in enumerate(pools) if pool.idle_since is not None]
        if resting:
            await pools[min(resting)[1]].end_one()

    def describe(self) -> dict[str, object]:
        """All that a check may want to know of what is deployed."""
        state = self.state
        functions = [
            {
                "name": name,
                "handler": pool.function.handler,
                "timeout": pool.function.declared_timeout,
                "memory": pool.function.declared_memory,
                "routes": [route.key for route in pool.function.routes],
                "instances": pool.alive,
            }
            for name, pool in sorted(state.pools.items())
        ]
        return {
            "deployed": state.template is not None,
            "number": state.number,
            "functions": functions,
            "refused": [refusal.as_json() for refusal in state.refusals],
            "trouble": state.trouble,
        }


def new_invocation(function: str, route: str | None = None, gateway_id: str | None = None) -> Invocation:
    """A record with a request id of its own: the emulator takes ours, and only ours."""
    return Invocation(function, str(uuid.uuid4()), route=route, gateway_id=gateway_id)


def now() -> float:
    return time.time()
