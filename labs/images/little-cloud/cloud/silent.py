"""A database that takes connections and never says a word, as one behind a broken
network does: whoever connects waits as long as they are willing to."""

from __future__ import annotations

import asyncio

#: Its port, on the loopback. PostgreSQL's own is 5432.
PORT = 5433


async def serve() -> asyncio.Server:
    return await asyncio.start_server(_ignore, "127.0.0.1", PORT)


async def _ignore(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while await reader.read(4096):
            pass
    except OSError:
        pass
    finally:
        writer.close()
