"""Which route of the HTTP API takes a request."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterable, NamedTuple
from urllib.parse import unquote

from .template import Route


class Match(NamedTuple):
    """A route, the function behind it, and what its path's names stand for."""

    route: Route
    function: str
    parameters: dict[str, str]


@dataclass(frozen=True)
class _Entry:
    route: Route
    function: str
    pattern: re.Pattern[str] | None
    #: Sorts as API Gateway chooses: literal before `{name}` before `{name+}`,
    #: a method before ANY, `$default` last.
    rank: tuple[object, ...]


class Router:
    """All routes of a template, the most specific first."""

    def __init__(self, routes: Iterable[tuple[Route, str]]) -> None:
        self._entries = sorted((_entry(route, function) for route, function in routes), key=lambda entry: entry.rank)

    def match(self, method: str, raw_path: str) -> Match | None:
        """The route for a request; `raw_path` is still percent-encoded."""
        for entry in self._entries:
            if entry.route.method not in (method, "ANY"):
                continue
            if entry.pattern is None:
                return Match(entry.route, entry.function, {})
            found = entry.pattern.fullmatch(raw_path)
            if found:
                names = _names(entry.route.path)
                return Match(entry.route, entry.function, dict(zip(names, map(unquote, found.groups()))))
        return None


def _names(path: str) -> list[str]:
    return [name.rstrip("+") for name in re.findall(r"\{([^}]+)\}", path)]


def _entry(route: Route, function: str) -> _Entry:
    if route.path == "$default":
        return _Entry(route, function, None, ((9,), 1))
    parts, rank = [], []
    for part in route.path.split("/")[1:]:
        if part.startswith("{") and part.endswith("+}"):
            parts.append("(.+)")
            rank.append(2)
        elif part.startswith("{"):
            parts.append("([^/]+)")
            rank.append(1)
        else:
            parts.append(re.escape(part))
            rank.append(0)
    pattern = re.compile("/" + "/".join(parts), re.DOTALL)
    return _Entry(route, function, pattern, (tuple(rank), 1 if route.method == "ANY" else 0))
