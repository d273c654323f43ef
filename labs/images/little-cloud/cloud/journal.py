"""What happened: one record for each invocation, for checks and for `lab logs`."""

from __future__ import annotations

import json
import sys
from collections import deque
from dataclasses import asdict, dataclass, field

#: Invocations that are remembered.
REMEMBERED = 2000
#: Bytes of a function's output kept for one invocation, and lines of it shown.
KEPT, SHOWN = 64 << 10, 40


@dataclass
class Invocation:
    """One invocation of a function."""

    function: str
    request_id: str
    instance: str = ""
    route: str | None = None
    cold: bool = False
    #: From the call to the answer, the start of a new instance included.
    duration_ms: float = 0.0
    #: The module's import, when this invocation did it.
    init_ms: float | None = None
    error: str | None = None
    detail: str | None = None
    log: list[str] = field(default_factory=list)
    #: Bytes of output beyond what is kept.
    dropped: int = 0
    _kept: int = field(default=0, repr=False)

    def add_line(self, line: str) -> None:
        """Keeps a line of output, up to the cap."""
        room = KEPT - self._kept
        if len(line) > room:
            self.dropped += len(line) - max(room, 0)
            line = line[: max(room, 0)]
        if line:
            self.log.append(line)
            self._kept += len(line) + 1

    def tells_its_id(self) -> bool:
        """Whether a line of its log is JSON that holds the request's id."""
        return any(_holds(line, self.request_id) for line in self.log if self.request_id in line)

    def summary(self) -> dict[str, object]:
        """All but the log."""
        found = asdict(self)
        found.pop("_kept")
        found["lines"] = len(found.pop("log"))
        return found

    def as_json(self) -> dict[str, object]:
        return {**self.summary(), "tells_its_id": self.tells_its_id(), "log": self.log}


def _holds(line: str, text: str) -> bool:
    """Whether a line is a JSON mapping with this text as a value, at any depth."""
    try:
        waiting = [json.loads(line)]
    except (ValueError, RecursionError):
        return False
    if not isinstance(waiting[0], dict):
        return False
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif value == text:
            return True
    return False


class Journal:
    """The last invocations, also written to standard output as they end."""

    def __init__(self) -> None:
        self._records: deque[Invocation] = deque(maxlen=REMEMBERED)

    def add(self, invocation: Invocation) -> None:
        self._records.append(invocation)
        for line in invocation.log[:SHOWN]:
            say("log", function=invocation.function, instance=invocation.instance, message=line[:2000])
        say("invocation", **invocation.summary())

    def find(self, function: str | None, request_ids: set[str], last: int) -> list[Invocation]:
        """The newest invocations that fit, oldest first; without ids any does."""
        found = [
            record
            for record in self._records
            if function in (None, record.function) and (not request_ids or record.request_id in request_ids)
        ]
        return found[-last:] if last else []


def say(kind: str, **fields: object) -> None:
    """One line of the cloud's own log."""
    print(json.dumps({"kind": kind, **fields}, ensure_ascii=False), file=sys.stdout, flush=True)
