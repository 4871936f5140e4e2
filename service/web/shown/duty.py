"""What duty gives out: tables for the wall, calendar addresses."""

from datetime import date, datetime

from service.web.shown.base import Shown


class DutyTable(Shown):
    key: str
    version: int
    roster: str
    from_on: date
    to_on: date
    due_at: datetime
    state: str
    how: str
    done_at: datetime | None
    done_by: str | None
    note: str


class TableCell(Shown):
    """`watch` is the key of the watch, `hours` its hours where a day has several; `person` null where nobody serves."""

    person: str | None
    name: str
    post: str
    mobile: str
    watch: str
    hours: str


class TableRow(Shown):
    """A day of the table: `weekday` 1 is Monday; `label` the festival where it is one, `marks` what is said of it."""

    on: date
    weekday: int
    label: str
    day_class: str
    seats: dict[str, list[TableCell]]
    marks: list[str]


class Table(Shown):
    """A month of a roster as it hangs on the wall; `roles` are its columns in their order."""

    roster: str
    title: str
    unit: str
    phone: str
    note: str
    month: str
    roles: list[str]
    rows: list[TableRow]


class Feed(Shown):
    key: str
    version: int
    person: str | None
    roster: str | None
    unit: str | None
    made_by: str
    language: str
    with_tasks: bool
    remind_minutes: int | None
    made_at: datetime
    revoked_at: datetime | None


class FeedMade(Shown):
    """Told once: the address holds the secret. `qr` is an SVG of the `webcal` link."""

    feed: Feed
    url: str
    webcal: str
    qr: str
