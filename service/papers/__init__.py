"""Papers: a report's snapshot printed as .docx in the official layout, .xlsx, Markdown, HTML or JSON.

The same snapshot is the same bytes, in every format, for ever.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from service.errors import NotFound

FORMATS: dict[str, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "md": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
}
# what prints each format stands in a file of its own, read when it is asked for: two of them take half a second
PRINTERS = {"docx": "docx", "xlsx": "xlsx", "md": "markdown", "html": "html", "json": "plain"}


def render(snapshot: dict[str, Any], format: str, locale: str) -> bytes:
    """A snapshot (`zhiban-report/1`) as the bytes of a file. NotFound for a format that there is not."""
    if format not in PRINTERS:
        raise NotFound("There is no format {name}", name=format)
    printer: Callable[[dict[str, Any], str], bytes] = import_module(f"service.papers.{PRINTERS[format]}").printed
    return printer(snapshot, locale)
