"""What an instance may use: a user of its own, limits, and an end for certain.

Each instance has a user id of its own, so that none reads another's
environment, none signals another, and one that forks without end meets its own
limit only. Killing all of a user's processes ends an instance whole, whatever
it did to hide.
"""

from __future__ import annotations

import asyncio
import os
import random
from dataclasses import dataclass

#: Processes and threads of one instance: RIE has about ten.
MOST_PROCESSES = 64
#: Bytes of one file that an instance writes.
MOST_FILE = 64 << 20
#: Where each instance has the folder that it knows as `/tmp`.
TEMPORARY = "/run/tmp"
#: Places where any user may write.
SHARED_PLACES = (TEMPORARY, "/dev/shm", "/dev/mqueue")
#: Makes the folder, opens it as descriptor 250, where `/tmp` leads, and runs the rest. Go
#: takes low numbers for its own between fork and exec (9 was lost in one start of ten).
_AT_HOME = 'mkdir -p -m 700 "$0" && exec 250<"$0" && exec "$@"'
EMULATOR = "/usr/local/bin/aws-lambda-rie"


@dataclass(frozen=True)
class Seat:
    """Where an instance runs: its user and its two ports on the loopback."""

    number: int
    user: int | None

    @property
    def emulator(self) -> str:
        return f"127.0.0.1:{20000 + 2 * self.number}"

    @property
    def runtime(self) -> str:
        return f"127.0.0.1:{20001 + 2 * self.number}"


class Seats:
    """Hands out seats in a circle, so that none is taken again at once."""

    COUNT = 1000

    def __init__(self) -> None:
        self._taken: set[int] = set()
        self._next = 0
        # Limits on processes count a user over all containers of the machine,
        # so each cloud has users of its own. Without root there is only one.
        base = 1 << 30 | random.SystemRandom().randrange(1 << 18) << 10
        self._base = base if os.geteuid() == 0 else None

    def take(self) -> Seat:
        for _ in range(self.COUNT):
            number, self._next = self._next, (self._next + 1) % self.COUNT
            if number not in self._taken:
                self._taken.add(number)
                return Seat(number, None if self._base is None else self._base + number)
        raise RuntimeError("no seat is free")

    def give_back(self, seat: Seat) -> None:
        self._taken.discard(seat.number)


def command(seat: Seat, memory: int, handler: str) -> list[str]:
    """The emulator under its limits, and Python under those of the function.

    Should memory run out, the kernel is to end an instance and not the cloud.
    The emulator doesn't enforce memory; the limit on data does.
    """
    return [
        "/bin/bash", "-c", _AT_HOME, f"{TEMPORARY}/{seat.number}",
        "choom", "-n", "500", "--",
        "prlimit", f"--nproc={MOST_PROCESSES}", f"--fsize={MOST_FILE}", "--core=0", "--",
        EMULATOR, "--log-level", "info",
        "--runtime-interface-emulator-address", seat.emulator, "--runtime-api-address", seat.runtime,
        "prlimit", f"--data={memory << 20}", "/usr/bin/python3", "-m", "awslambdaric", handler,
    ]  # fmt: skip


async def clear(seat: Seat) -> None:
    """Ends every process of a seat's user, and removes what they wrote."""
    if seat.user is None:
        return
    places = " ".join(SHARED_PLACES)
    script = f"kill -9 -1 2>/dev/null; exec find {places} -xdev -mindepth 1 -user {seat.user} -delete"
    process = await asyncio.create_subprocess_exec(
        "/bin/sh", "-c", script,
        user=seat.user, group=seat.user, extra_groups=(),
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    await process.wait()
