"""The learner's code, copied to where its functions run, as a deployment does."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path
from types import MappingProxyType
from typing import Iterator, Mapping

from .refusal import Refusal, Refused
from .template import FILE, Function

#: What one `CodeUri` may hold.
MOST_BYTES, MOST_FILES = 48 << 20, 2000
#: Folders that aren't code: made by tools, or hidden.
_SKIPPED = {"__pycache__", "node_modules", "venv"}


def fingerprint(workspace: Path, codes: set[str]) -> tuple[object, ...]:
    """Changes whenever a file changes that a deployment reads.

    The time of the last status change is in it, for an edit of the same size
    may keep the time of modification.
    """
    found: list[object] = []
    for name in (FILE, "db/schema.sql"):
        found.append((name, _stamp(workspace / name)))
    for code in sorted(codes):
        root = workspace / code
        for path in _files(root):
            found.append((str(path), _stamp(path)))
            if len(found) > MOST_FILES:
                break
    return tuple(found)


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


def pack(workspace: Path, function: Function, target: Path, changed: Mapping[str, str] = MappingProxyType({})) -> None:
    """Copies a function's `CodeUri` to `target`, readable by all, or raises `Refused`.

    Files that are `changed`, by their path in the workspace, have that text."""
    root = workspace / function.code
    if not _within(root, workspace) or not root.is_dir():
        raise Refused(_refusal(function, "no-code", f"`CodeUri: {function.code}` is no folder of yours"))
    left, files = MOST_BYTES, 0
    target.mkdir(parents=True, mode=0o755)
    for path in _files(root):
        copy = target / path.relative_to(root)
        try:
            if not _within(path, workspace) or not path.is_file():
                raise Refused(_refusal(function, "bad-link", f"`{path.relative_to(workspace)}` leads nowhere within your folder"))
            left -= path.stat().st_size
            files += 1
            if left < 0 or files > MOST_FILES:
                raise Refused(_refusal(function, "too-large", f"`CodeUri: {function.code}` holds more than {MOST_BYTES >> 20} MB or {MOST_FILES} files"))
            copy.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
            shutil.copyfile(path, copy)
            if (text := changed.get(str(path.relative_to(workspace)))) is not None:
                copy.write_text(text)
            copy.chmod(0o755 if path.stat().st_mode & 0o111 else 0o644)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise Refused(_refusal(function, "too-large", "all `CodeUri` together hold more than there is room for")) from None
            if not isinstance(error, PermissionError):
                raise
            name = path.relative_to(workspace)
            raise Refused(_refusal(function, "unreadable", f"the cloud can't read `{name}`: `chmod a+r {name}` lets it")) from None


def _files(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED and not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and not name.endswith(".pyc"):
                yield Path(folder, name)


def _within(path: Path, root: Path) -> bool:
    return path.resolve().is_relative_to(root.resolve())


def _refusal(function: Function, code: str, message: str) -> Refusal:
    return Refusal(FILE, function.line, code, function.code, f"function `{function.name}`: {message}")
