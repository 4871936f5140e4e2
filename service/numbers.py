"""Running numbers of a year, `H-2026-000017`: two who write at once get two of them, on both engines."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from service import store
from service.errors import Conflict
from service.rules.steps import Step

WIDTHS = (6, 7, 8)  # six digits sort as they count; a year with a million entries goes on with seven
TRIES = 50
LOOKED_AT = 100  # codes that only look like running numbers may stand among them


def write_numbered(
    session: Session, letter: str, year: int, step_for: Callable[[str], Step], *, now: datetime, by: str
) -> str:
    """Write the step made for the next free number and answer that number.

    Who finds the number taken meanwhile (the database waits for the other to commit) takes the one after it. Raises
    Conflict if that happened too often.
    """
    head = f"{letter}-{year}-"
    for _ in range(TRIES):
        code = following(session, step_for(head).table, head)
        if store.apply(session, [step_for(code)], now=now, by=by).applied:
            return code
    raise Conflict("Too many were entered at the same moment; try again")


def following(session: Session, table: Any, head: str) -> str:
    """The number after the highest that stands."""
    key = col(table.key)
    for width in WIDTHS:
        last = f"{head}{'9' * width}"
        numbered = select(key).where(key > head, key <= last, func.length(key) == len(last))
        keys = session.execute(numbered.order_by(key.desc()).limit(LOOKED_AT)).scalars()
        highest = next((int(found.removeprefix(head)) for found in keys if found.removeprefix(head).isdecimal()), 0)
        if highest < 10**width - 1:
            return f"{head}{max(highest + 1, 10 ** (width - 1) if width > WIDTHS[0] else 1):0{width}}"
    raise Conflict("The numbers of this year are used up")
