"""Who is there, what they may, what days it is, and how the service is."""

from datetime import date, datetime

from pydantic import Field

from service.web.shown.base import Shown


class Alive(Shown):
    alive: bool


class Ready(Shown):
    ready: bool
    database: bool
    migrations: bool
    sweep: bool


class Made(Shown):
    key: str


class Role(Shown):
    role: str
    path: str


class Me(Shown):
    """Who calls, and the roles they hold now (a token's are never more than its own)."""

    person: str
    holds: list[Role]


class Signed(Shown):
    person: str
    must_change: bool
    expires_at: datetime


class Token(Shown):
    key: str
    version: int
    person: str
    role: str
    unit: str
    label: str
    expires_at: datetime | None
    revoked_at: datetime | None


class Secret(Shown):
    """A new token, in the only moment that it can be read."""

    token: str


class Grant(Shown):
    key: str
    version: int
    person: str
    role: str
    unit: str


class Unit(Shown):
    key: str
    version: int
    name: str
    parent: str | None
    path: str
    kind: str
    sector: str
    risk: str
    address: str
    phone: str
    zone: str
    closed_on: date | None
    tags: list[str]


class Person(Shown):
    key: str
    version: int
    name: str
    unit: str
    post: str
    mobile: str
    email: str
    wecom: str
    language: str
    left_on: date | None


class Holder(Shown):
    person: str
    name: str
    post: str
    mobile: str


class Level(Shown):
    """`inherited_from`: the unit above that names them; null where this one does."""

    level: int
    people: list[Holder]
    inherited_from: str | None
    version: int


class Fault(Shown):
    field: str
    reason: str


class Imported(Shown):
    """What a sheet came to; `refused` and `faults` are filled by a dry run, an import with a fault is refused whole.

    `unread`: further sheets of the file that hold something and were not read.
    """

    read: int
    made: int
    changed: int
    unchanged: int
    removed: int
    refused: int
    faults: list[Fault]
    unread: list[Fault]


class Day(Shown):
    """`provisional`: the holiday notice of the year is not out yet."""

    on: date
    day_class: str = Field(alias="class")
    festival: str | None
    working: bool
    provisional: bool


class Notified(Shown):
    """A year's holiday notice as it was entered; `unnamed` are the festivals that it says nothing of."""

    year: int
    title: str
    days: int
    unnamed: list[str]


class Season(Shown):
    key: str
    version: int
    kind: str
    name: str
    unit: str | None
    from_on: date
    to_on: date
