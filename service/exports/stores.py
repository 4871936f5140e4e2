"""Stores row by row, in the columns that their import reads."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from sqlmodel import Session

from service.access import Actor
from service.exports.columns import Heading
from service.records import stores
from service.sheets.out import Value

COLUMNS = (
    Heading("unit", "单位编码", 18), Heading("name", "物资", 20), Heading("spec", "规格", 16),
    Heading("quantity", "数量", 10), Heading("unit_word", "计量单位", 10), Heading("place", "存放地点", 22),
    Heading("expires_on", "有效期", 12), Heading("minimum", "最低数量", 10), Heading("person", "管理员", 12),
)  # fmt: skip
AT_ONCE = 500


def rows(session: Session, actor: Actor, *, now: datetime, unit: str | None = None) -> Iterator[Sequence[Value]]:
    """The items in the books of units in sight."""
    after: str | None = None
    while True:
        page = stores.listed(session, actor, now=now, unit=unit, limit=AT_ONCE, after=after)
        for one in page.items:
            yield (
                one.unit, one.name, one.spec, exact(one.quantity), one.unit_word, one.place, one.expires_on,
                exact(one.minimum), one.keeper,
            )  # fmt: skip
        after = page.next
        if after is None:
            return


def exact(amount: float) -> Value:
    """A quantity as it is printed: whole where it is whole."""
    return int(amount) if amount == int(amount) else Decimal(str(amount))
