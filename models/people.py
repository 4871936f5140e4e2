"""Units, people, the chain of responsibility, roles on a subtree, and how a person signs in."""

from datetime import date, datetime

from sqlmodel import Field

from models.base import Code, Row, Word
from models.kinds import Role, UnitKind


class Unit(Row, table=True):
    """A unit of the tree; `key` is its code, `path` is `/root/…/code/`, which makes a subtree one range of an index."""

    name: str
    parent: str | None = Field(default=None, sa_type=Code, foreign_key="unit.key", index=True)
    path: str = Field(sa_type=Code, index=True, unique=True)
    kind: UnitKind = Field(sa_type=Word, index=True)
    sector: str = ""
    risk: str = ""
    address: str = ""
    phone: str = ""
    zone: str = ""
    closed_on: date | None = None


class UnitTag(Row, table=True):
    """A unit carried `tag` from `from_on` up to and including `until_on`: lists of key units keep their history.

    `reason` is why it was put on the list, `until_reason` why it was taken off.
    """

    unit: str = Field(sa_type=Code, foreign_key="unit.key", index=True)
    tag: str = Field(sa_type=Code, index=True)
    from_on: date
    until_on: date | None = None
    reason: str = ""
    until_reason: str = ""


class Person(Row, table=True):
    """Somebody who does, decides or is told; `key` is the staff number."""

    name: str
    unit: str = Field(sa_type=Code, foreign_key="unit.key", index=True)
    post: str = ""
    mobile: str = ""
    email: str = ""
    wecom: str = ""
    language: str = ""
    left_on: date | None = None


class Channel(Row, table=True):
    """One way to reach a person or a unit's group; `sealed` is the address, encrypted; lower `rank` is tried first."""

    person: str | None = Field(default=None, sa_type=Code, foreign_key="person.key", index=True)
    unit: str | None = Field(default=None, sa_type=Code, foreign_key="unit.key", index=True)
    kind: str
    sealed: str
    shown: str = ""
    rank: int = 1
    refused: str = ""


class ChainLink(Row, table=True):
    """`person` answers for `unit` at `level` (1 = nearest the ground). Two people may share a level."""

    unit: str = Field(sa_type=Code, foreign_key="unit.key", index=True)
    level: int
    person: str = Field(sa_type=Code, foreign_key="person.key", index=True)


class Grant(Row, table=True):
    """`person` holds `role` on `unit` and its whole subtree."""

    person: str = Field(sa_type=Code, foreign_key="person.key", index=True)
    role: Role = Field(sa_type=Word)
    unit: str = Field(sa_type=Code, foreign_key="unit.key", index=True)


class Login(Row, table=True):
    """How a person signs in; `key` is the staff number. A one-time password must be changed at first use."""

    password_hash: str
    one_time: bool = False
    failures: int = 0
    locked_until_at: datetime | None = None


class Token(Row, table=True):
    """A bearer token: `key` is its public half, `secret_hash` the SHA-256 of the rest. For one role on one unit."""

    secret_hash: str
    person: str = Field(sa_type=Code, foreign_key="person.key", index=True)
    role: Role = Field(sa_type=Word)
    unit: str = Field(sa_type=Code, foreign_key="unit.key")
    label: str = ""
    expires_at: datetime | None = None
    revoked_at: datetime | None = None


class WebSession(Row, table=True):
    """A browser that signed in: `key` is the SHA-256 of the cookie."""

    person: str = Field(sa_type=Code, foreign_key="person.key", index=True)
    expires_at: datetime
    revoked_at: datetime | None = None
