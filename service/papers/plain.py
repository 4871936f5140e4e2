"""A snapshot as JSON: its keys in order, the same bytes for the same content."""

from typing import Any

from service.reports.writing import bytes_of


def printed(snapshot: dict[str, Any], locale: str) -> bytes:
    return bytes_of(snapshot)
