"""The forms of one page while it is filled in: an id for each field, and which form it is that was refused."""

import re
from typing import Protocol
from urllib.parse import unquote, urlsplit

NEITHER = re.compile(r"[^\w-]+", re.ASCII)


class Sent(Protocol):
    """A form that came back: the `path` it was sent to."""

    path: str


class FormMarks:
    """Ids of fields, no two of them alike on a page: `f-<act>-<name>` in the form that goes to `.../<act>`."""

    def __init__(self, typed: Sent | None = None) -> None:
        self.typed = typed
        self.act, self.action = "", ""
        self.given: set[str] = set()

    def begin(self, action: str) -> str:
        """From here on it is the form that goes to `action`; a second one of its name is numbered."""
        self.action = unquote(urlsplit(action).path)
        self.act = self._alone(marked(self.action.rpartition("/")[2]) or "form")
        return ""

    def end(self) -> str:
        self.act, self.action = "", ""
        return ""

    def mark(self, name: str) -> str:
        """The id of a field of this form; a second one of its name is numbered."""
        return self._alone("-".join(part for part in ("f", self.act, marked(name)) if part))

    def refused(self) -> bool:
        """Whether what was typed and what was wrong with it belong here: to this form, or to a page with one only."""
        return self.typed is None or not self.action or self.typed.path in ("", self.action)

    def _alone(self, wish: str) -> str:
        found, number = wish, 1
        while found in self.given:
            number += 1
            found = f"{wish}-{number}"
        self.given.add(found)
        return found


def marked(name: str) -> str:
    """A name as ids are written: `findings[0][due_on]` is `findings-0-due_on`."""
    return NEITHER.sub("-", name.replace("]", "")).strip("-")
