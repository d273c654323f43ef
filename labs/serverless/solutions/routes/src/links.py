"""Short links, as rows."""

import os
import secrets
from urllib.parse import urlsplit


def is_url(text):
    if not isinstance(text, str) or len(text) > 2000 or any(character.isspace() for character in text):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def make(cursor, url, key):
    """The link for a URL; with a key, the one that the key made. None when the
    key made another."""
    code = secrets.token_urlsafe(6)
    if key is not None:
        # Who comes first with a key inserts it. The others wait here until that
        # transaction has ended, and then find its row.
        cursor.execute("INSERT INTO keys (key, code, url) VALUES (%s, %s, %s) ON CONFLICT (key) DO NOTHING", (key, code, url))
        if cursor.rowcount == 0:
            cursor.execute("SELECT code, url FROM keys WHERE key = %s", (key,))
            row = cursor.fetchone()
            return find(cursor, row["code"]) if row["url"] == url else None
    cursor.execute("INSERT INTO links (code, url) VALUES (%s, %s)", (code, url))
    return find(cursor, code)


def find(cursor, code):
    cursor.execute("SELECT code, url, visits FROM links WHERE code = %s", (code,))
    return cursor.fetchone()


def visit(cursor, code):
    """Counts a visit where the rows are, so that none is lost between instances."""
    cursor.execute("UPDATE links SET visits = visits + 1 WHERE code = %s RETURNING url", (code,))
    return cursor.fetchone()


def shown(link):
    return {**link, "short": f"{os.environ['BASE_URL']}/r/{link['code']}"}
