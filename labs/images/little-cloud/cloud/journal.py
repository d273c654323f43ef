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
    #: What the gateway calls the request, which is another id on AWS too.
    gateway_id: str | None = None
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
        """Whether a line of its log is a JSON mapping that holds an id of the request,
        the function's or the gateway's, wherever in it."""
        ids = [one for one in (self.request_id, self.gateway_id) if one]
        return any(_is_mapping(line) for line in self.log if any(one in line for one in ids))

    def summary(self) -> dict[str, object]:
        """All but the log."""
        found = asdict(self)
        found.pop("_kept")
        found["lines"] = len(found.pop("log"))
        return found

    def as_json(self) -> dict[str, object]:
        logged = f"it logged: {' / '.join(self.log)[:300]}" if self.log else "it logged nothing"
        return {**self.summary(), "tells_its_id": self.tells_its_id(), "log": self.log, "told": f"{self.route or self.function}: {logged}"}


def _is_mapping(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
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
            if function in (None, record.function) and (not request_ids or request_ids & {record.request_id, record.gateway_id})
        ]
        return found[-last:] if last else []


def say(kind: str, **fields: object) -> None:
    """One line of the cloud's own log."""
    print(json.dumps({"kind": kind, **fields}, ensure_ascii=False), file=sys.stdout, flush=True)
