"""The database: one connection for each instance, renewed when it died."""

import contextlib
import os

import psycopg2
from psycopg2.extras import RealDictCursor

_connection = None


class Away(Exception):
    """The database doesn't answer."""


@contextlib.contextmanager
def transaction():
    """A cursor in a transaction, on a connection that lives.

    A connection is asked for a sign of life before it is used: an instance may
    have slept while the database was restarted.
    """
    global _connection
    try:
        if _connection is None or not _alive(_connection):
            _connection = psycopg2.connect(os.environ["DATABASE_URL"], connect_timeout=2, cursor_factory=RealDictCursor)
        with _connection, _connection.cursor() as cursor:
            yield cursor
    except (psycopg2.OperationalError, psycopg2.InterfaceError):
        _connection = None
        raise Away from None


def _alive(connection):
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except psycopg2.Error:
        return False
    return True
