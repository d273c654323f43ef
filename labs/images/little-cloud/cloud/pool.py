"""The instances of one function: started on demand, used in turn, recycled."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections import deque
from pathlib import Path
from typing import Awaitable, Callable

import aiohttp

from .instance import Answer, Instance
from .journal import Invocation, Journal
from .sandbox import Seats
from .template import Function

#: How many instances a function has at the most.
INSTANCES = 3
#: Calls that wait for an instance; more are turned away.
MOST_WAITING = 100
#: Seconds that a call waits for an instance.
LONGEST_WAIT = 10.0
#: Seconds that a recycled instance has left for its call.
LAST_CALL = 35.0
#: Seconds after which an idle instance goes, and any.
IDLE, LIFETIME = 240.0, 900.0


#: An event that no handler ever gets: the runtime imports the module, and can't read this.
WARM = b"!"


class Full(Exception):
    """No instance came free in time, or too many wait already."""


class Pool:
    """Calls of one function."""

    def __init__(
        self,
        function: Function,
        task_root: Path,
        seats: Seats,
        session: aiohttp.ClientSession,
        journal: Journal,
        make_room: Callable[[], Awaitable[None]],
    ) -> None:
        self.function = function
        self._make_room = make_room
        self._task_root = task_root
        self._seats = seats
        self._session = session
        self._journal = journal
        self._alive: set[Instance] = set()
        self._idle: deque[Instance] = deque()
        self._waiting: deque[asyncio.Future[Instance | None]] = deque()
        self._running: set[asyncio.Task[Answer]] = set()
        self._generation = 0
        self._born_in: dict[Instance, int] = {}
        self._made = 0
        self._slots = 0

    @property
    def alive(self) -> int:
        return len(self._alive)

    @property
    def idle_since(self) -> float | None:
        """When its longest idle instance was last used."""
        return self._idle[0].used if self._idle else None

    async def warm(self) -> None:
        """Makes all instances that there may be, with their modules imported."""
        await asyncio.gather(*(self.call(WARM, Invocation(self.function.name, str(uuid.uuid4()))) for _ in range(INSTANCES)))

    @property
    def cpu_ms(self) -> float:
        """Processor time of the youngest instance that rests."""
        return max(self._idle, key=lambda one: one.born).cpu_ms() if self._idle else 0.0

    async def call(self, event: bytes, invocation: Invocation) -> Answer:
        """Runs the handler in an instance of its own for that time.

        The call goes on to its end even if who asked has gone.
        """
        task = asyncio.create_task(self._call(event, invocation))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def _call(self, event: bytes, invocation: Invocation) -> Answer:
        begun = time.perf_counter()
        instance = await self._get()
        waited = time.perf_counter()
        invocation.cold = instance is None
        if instance is None:
            instance = await self._start()
            if instance is None:
                return self._record(event, invocation, begun, Answer(b"", "Sandbox.Failure", "no instance could be started"))
        invocation.instance = instance.name
        answer = await instance.call(event, invocation)
        self._record(event, invocation, begun if invocation.cold else waited, answer)
        await self._give_back(instance)
        return answer

    def _record(self, event: bytes, invocation: Invocation, begun: float, answer: Answer) -> Answer:
        invocation.duration_ms = round((time.perf_counter() - begun) * 1000, 2)
        invocation.error, invocation.detail = answer.error, answer.detail
        if event is not WARM:
            self._journal.add(invocation)
        return answer

    async def _get(self) -> Instance | None:
        """An idle instance, or none where a new one is to be started.

        As long as there are fewer than there may be, each call gets a new one:
        so state that is kept in one of them is missed at once. Then the one
        that rested longest is taken, so that all of them are used.
        """
        if self._slots < INSTANCES:
            self._slots += 1
            return None
        if self._idle:
            return self._idle.popleft()
        if len(self._waiting) >= MOST_WAITING:
            raise Full
        turn: asyncio.Future[Instance | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            return await asyncio.wait_for(asyncio.shield(turn), LONGEST_WAIT)
        except asyncio.TimeoutError:
            if turn.done():
                return turn.result()
            self._waiting.remove(turn)
            raise Full from None

    async def _start(self) -> Instance | None:
        await self._make_room()
        seat = self._seats.take()
        self._made += 1
        instance = Instance(f"{self.function.name}-{self._made}", self.function, self._task_root, seat, self._session)
        self._alive.add(instance)
        self._born_in[instance] = self._generation
        try:
            await instance.start()
        except (OSError, RuntimeError):
            await self._end(instance)
            self._free_slot()
            return None
        return instance

    async def _give_back(self, instance: Instance) -> None:
        outlived = time.monotonic() - instance.born > LIFETIME
        if not instance.healthy or outlived or self._born_in[instance] != self._generation:
            await self._end(instance)
            self._free_slot()
            return
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(instance)
                return
        self._idle.append(instance)

    def _free_slot(self) -> None:
        """An instance is gone: who waits first may start another."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._slots -= 1

    async def _end(self, instance: Instance) -> None:
        await instance.stop()
        self._alive.discard(instance)
        self._born_in.pop(instance, None)
        self._seats.give_back(instance.seat)

    async def recycle(self) -> int:
        """Ends all instances, busy ones after their call; how many there were."""
        self._generation += 1
        count = len(self._alive)
        idle = list(self._idle)
        self._idle.clear()
        await asyncio.gather(*map(self._end, idle))
        for _ in idle:
            self._free_slot()
        if self._running:
            _, late = await asyncio.wait(set(self._running), timeout=LAST_CALL)
            if late:
                # Their calls break off with them.
                await asyncio.gather(*(instance.stop() for instance in self._alive))
                await asyncio.wait(late)
        return count

    async def end_one(self) -> None:
        """Ends the instance that has been idle longest."""
        if self._idle:
            await self._end_idle(self._idle[0])

    async def end_old(self) -> None:
        """Ends instances that have been idle too long, or lived too long."""
        now = time.monotonic()
        for instance in list(self._idle):
            if instance in self._idle and (now - instance.used > IDLE or now - instance.born > LIFETIME):
                await self._end_idle(instance)

    async def _end_idle(self, instance: Instance) -> None:
        self._idle.remove(instance)
        await self._end(instance)
        self._free_slot()
