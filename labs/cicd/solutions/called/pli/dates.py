"""Days, as the site shows them."""

from datetime import UTC, datetime


def day(moment: str) -> str:
    """The day of a moment, the same one wherever the site is built."""
    when = datetime.fromisoformat(moment).astimezone(UTC)
    return f"{when.day} {when:%B %Y}"
