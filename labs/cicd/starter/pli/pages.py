"""Pages: a head of `name: value` lines, an empty line, then HTML."""

from dataclasses import dataclass

from pli.dates import day


@dataclass(frozen=True)
class Page:
    name: str
    title: str
    date: str | None
    body: str


def parse(name: str, text: str) -> Page:
    head, _, body = text.partition("\n\n")
    fields = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    if "title" not in fields:
        raise ValueError(f"{name}: a page needs a title, a first line `title: …`")
    return Page(name, fields["title"], fields.get("date"), body)


def newest_first(notes: list[Page]) -> list[Page]:
    return sorted(notes, key=lambda note: note.date or "", reverse=True)


def listed(notes: list[Page]) -> str:
    lines = [
        f'<li><a href="notes/{note.name}.html">{note.title}</a>'
        f' <time datetime="{note.date}">{day(note.date)}</time></li>'
        for note in newest_first(notes)
        if note.date
    ]
    return "<ul>\n" + "\n".join(lines) + "\n</ul>"


def fill(frame: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        frame = frame.replace(f"@{name}@", value)
    return frame
