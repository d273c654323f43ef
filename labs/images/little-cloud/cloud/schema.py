"""The learner's tables: `db/schema.sql`, applied before functions start."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import AsyncIterator, Awaitable, Callable, Mapping, Sequence

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from .refusal import Refusal, Refused

FILE = "db/schema.sql"
LARGEST = 256 << 10
#: Seconds between two looks whether the database is there.
_PAUSE = 0.03
_TABLES = """
    SELECT format('%%I.%%I', nspname, relname) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relkind IN ('r', 'p') AND NOT relispartition AND relowner = %s::regrole ORDER BY 1"""
_WAITING = "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()"


@dataclass(frozen=True)
class Database:
    """Who applies the schema (`url`), and whose the tables are (`owner`)."""

    url: str
    owner: str
    #: Roles that may use the schema, and own nothing in it.
    users: tuple[str, ...]


class Unreachable(Exception):
    """The database doesn't answer: nobody's mistake."""


class Schema:
    """Makes the database anew whenever the file's contents change."""

    def __init__(self, database: Database | None) -> None:
        self._database = database
        self._applied: str | None = None

    async def wait(self, within: float) -> None:
        """Waits until the database lets us in, `within` seconds at the most.

        Both start at once, and the database's first start is the longer one. If
        it doesn't answer, `apply` says so.
        """
        if self._database is None:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                while not await self._answers(self._database.url):
                    await asyncio.sleep(_PAUSE)

    async def _answers(self, url: str) -> bool:
        try:
            connection = await psycopg.AsyncConnection.connect(url, connect_timeout=5)
        except psycopg.OperationalError:
            return False
        await connection.close()
        return True

    async def apply(self, workspace: Path, changed: Mapping[str, str] = MappingProxyType({}), name: str | None = None) -> None:
        """Applies the file unless it is the one applied last, to the database of another
        `name` when that is given.

        Anew means from nothing: the schema is dropped and made again, so that
        what stands in the file is all that is there.
        """
        if self._database is None:
            return
        text = changed[FILE] if FILE in changed else _read(workspace / FILE)
        digest = hashlib.sha256(text.encode()).hexdigest()
        if digest == self._applied and name is None:
            return
        url = self._database.url if name is None else make_conninfo(self._database.url, dbname=name)
        try:
            connection = await psycopg.AsyncConnection.connect(url, connect_timeout=5, autocommit=True)
        except psycopg.OperationalError as error:
            raise Unreachable(str(error)) from None
        async with connection:
            if await self._is_there(connection, digest):
                self._applied = digest if name is None else self._applied
                return
            try:
                await self._make(connection, text, digest)
            except psycopg.OperationalError as error:
                if connection.broken:
                    raise Unreachable(str(error)) from None
                raise Refused(_refusal(text, error)) from None
            except psycopg.Error as error:
                raise Refused(_refusal(text, error)) from None
        self._applied = digest if name is None else self._applied

    async def tables(self) -> list[str]:
        """The learner's tables, each as SQL writes it."""
        if self._database is None:
            return []
        async with await psycopg.AsyncConnection.connect(self._database.url, connect_timeout=5, autocommit=True) as connection:
            found = await connection.execute(_TABLES, [self._database.owner])
            return [row[0] for row in await found.fetchall()]

    @contextlib.asynccontextmanager
    async def held(self, tables: Sequence[str]) -> AsyncIterator[Callable[[], Awaitable[int]]]:
        """Lets everybody read these tables and nobody write them, until it ends.

        Yields what counts those who wait for something in this database: for us, or
        for one who waits for us.
        """
        if self._database is None or not tables:
            yield _nobody
            return
        owner = sql.Identifier(self._database.owner)
        url = self._database.url
        async with await psycopg.AsyncConnection.connect(url, connect_timeout=5) as connection:
            await connection.execute(sql.SQL("SET LOCAL ROLE {}").format(owner))
            await connection.execute("SET LOCAL lock_timeout = '5s'")
            await connection.execute(f"LOCK TABLE {', '.join(tables)} IN SHARE MODE".encode())

            async def waiting() -> int:
                found = await connection.execute(_WAITING)
                row = await found.fetchone()
                return int(row[0]) if row else 0

            yield waiting
            await connection.rollback()

    async def _is_there(self, connection: psycopg.AsyncConnection, digest: str) -> bool:
        found = await connection.execute("SELECT obj_description('public'::regnamespace)")
        row = await found.fetchone()
        return row is not None and row[0] == f"schema.sql {digest}"

    async def _make(self, connection: psycopg.AsyncConnection, text: str, digest: str) -> None:
        assert self._database
        owner = sql.Identifier(self._database.owner)
        async with connection.transaction():
            # Functions may hold locks of tables that go.
            await connection.execute("SET LOCAL lock_timeout = '3s'")
            await connection.execute("SET LOCAL statement_timeout = '10s'")
            await connection.execute(sql.SQL("SET LOCAL ROLE {}").format(owner))
            await connection.execute("DROP SCHEMA public CASCADE")
            await connection.execute("CREATE SCHEMA public")
            for user in self._database.users:
                await connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(sql.Identifier(user)))
            comment = sql.SQL("COMMENT ON SCHEMA public IS {}").format(sql.Literal(f"schema.sql {digest}"))
            await connection.execute(comment)
            if text.strip():
                await connection.execute(text.encode())


async def _nobody() -> int:
    return 0


def _read(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return ""
    except OSError as error:
        name = "unreadable"
        raise Refused(Refusal(FILE, 1, name, FILE, f"the cloud can't read it ({error.strerror}): `chmod a+r {FILE}` may help")) from None
    if len(raw) > LARGEST:
        raise Refused(Refusal(FILE, 1, "too-large", FILE, f"more than {LARGEST >> 10} kB"))
    return raw.decode("utf-8", "replace")


def _refusal(text: str, error: psycopg.Error) -> Refusal:
    """Where PostgreSQL says that the mistake is, as a line of the file."""
    position = error.diag.statement_position
    line = text.count("\n", 0, int(position) - 1) + 1 if position else 1
    message = error.diag.message_primary or str(error).strip().splitlines()[0]
    return Refusal(FILE, line, "bad-sql", error.diag.sqlstate or "", f"PostgreSQL: {message}")
