"""Rows of findings in a form: those in which nothing was written are left out, the others numbered anew from 0."""

import re
from collections.abc import Sequence

from service.pictures import Photo
from service.web.pages.posted import Brought, Posted

ROW = re.compile(r"findings\[(\d{1,4})\]\[(\w+)\]")
PHOTO = "photo"
CHOSEN = frozenset({"level", "mode"})  # what a row says before anybody has written in it
ROWS_MOST = 50


class Findings:
    """A form with its rows in order. `form` is the same form with its rows renumbered, `many` how many there are.

    A row counts once something is written in it or a photo was taken: what is chosen by itself says nothing.
    """

    def __init__(self, form: Posted) -> None:
        rows = {int(row[1]) for name in (*form.fields, *form.files) if (row := ROW.fullmatch(name))}
        kept = [row for row in sorted(rows) if written(form, row)][:ROWS_MOST]
        numbers = {row: number for number, row in enumerate(kept)}
        self.many = len(kept)
        fields = [(name, value) for name, values in form.fields.items() for value in values]
        files: list[tuple[str, Brought]] = [(name, file) for name, came in form.files.items() for file in came]
        self.form = Posted(
            [(renamed(name, numbers), value) for name, value in fields if renamed(name, numbers)],
            [(renamed(name, numbers), file) for name, file in files if renamed(name, numbers)],
            form.path,
        )

    def photo_field(self, number: int) -> str:
        return f"findings[{number}][{PHOTO}]"

    def photo_fields(self) -> list[str]:
        """The fields in which photos came."""
        return [name for name in (PHOTO, *map(self.photo_field, range(self.many))) if name in self.form.files]

    def photos(self, name: str) -> Sequence[Photo]:
        """The photos of a field once they were made anew; none where none came."""
        return self.form.photos(name) if name in self.form.files else ()


def written(form: Posted, row: int) -> bool:
    """Whether somebody wrote something in a row, or took a photo for it."""
    head = f"findings[{row}]["
    typed = (name for name in form.fields if name.startswith(head) and form.text(name).strip())
    return f"{head}{PHOTO}]" in form.files or any(name[len(head) : -1] not in CHOSEN for name in typed)


def renamed(name: str, numbers: dict[int, int]) -> str:
    """A field's name with its row's new number; nothing for one in a row that is left out."""
    row = ROW.fullmatch(name)
    if row is None:
        return name
    number = numbers.get(int(row[1]))
    return "" if number is None else f"findings[{number}][{row[2]}]"
