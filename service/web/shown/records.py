"""Documents and stores as they go out, with what became of them."""

from datetime import date, datetime

from service.web.shown.base import Shown
from service.web.shown.ledger import Evidence
from service.web.shown.work import Line


class Document(Shown):
    key: str
    version: int
    unit: str
    unit_name: str
    kind: str
    title: str
    keeper: str | None
    revised_on: date
    next_revision_on: date | None
    due_at: datetime | None
    retired_on: date | None
    note: str


class Revision(Shown):
    key: str
    number: int
    revised_on: date
    next_revision_on: date | None
    note: str
    made_at: datetime
    made_by: str


class DocumentWhole(Shown):
    document: Document
    revisions: list[Revision]
    evidence: list[Evidence]
    journal: list[Line]


class Item(Shown):
    """`expiry_due_at`: when it counts as expired; `short_due_at`: until when too small a stock must be made up."""

    key: str
    version: int
    unit: str
    unit_name: str
    name: str
    spec: str
    place: str
    unit_word: str
    quantity: float
    minimum: float
    expires_on: date | None
    keeper: str | None
    takes: int
    counted_at: datetime
    expiry_due_at: datetime | None
    short_since_at: datetime | None
    short_due_at: datetime | None
    gone_on: date | None


class Take(Shown):
    key: str
    number: int
    before: float
    quantity: float
    expires_on: date | None
    note: str
    counted_at: datetime
    counted_by: str


class ItemWhole(Shown):
    item: Item
    takes: list[Take]
    journal: list[Line]
