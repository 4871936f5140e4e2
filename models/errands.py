"""Errands: long work that somebody asked for, so that a page can follow it and find it again after a reload."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, LargeBinary
from sqlmodel import Field

from models.base import Code, Row, Word
from models.kinds import ErrandState


class Errand(Row, table=True):
    """One piece of long work; `key` is random, and whoever asked for it alone may see it.

    `asked` is what was wanted, `found` what came of it; `content` are the bytes it works on, kept until it has ended.
    `percent` is null where nobody can tell; `seen_at` is when the worker was last heard of.
    """

    kind: str = Field(sa_type=Code)
    asked_by: str = Field(sa_type=Code, index=True)
    asked_at: datetime = Field(index=True)
    seen_at: datetime
    state: ErrandState = Field(default=ErrandState.running, sa_type=Word)
    step: str = ""
    percent: int | None = None
    asked: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    found: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    content: bytes | None = Field(default=None, sa_type=LargeBinary)
