"""Letters of responsibility as they go out: their texts, signatures, and who lacks one."""

from datetime import datetime

from service.web.shown.base import Shown


class Letter(Shown):
    """One version of a letter's text."""

    key: str
    version: int
    activity: str
    year: int
    number: int
    title: str
    text: str
    made_at: datetime
    made_by: str


class Signature(Shown):
    key: str
    task: str
    letter: str
    unit: str
    person: str
    name: str
    text: str
    sha256: str
    signed_at: datetime


class ToSign(Shown):
    """The text as it would be signed, or was; `mine`: the caller is who is asked to."""

    task: str
    version: int
    state: str
    unit: str
    unit_name: str
    letter: str
    title: str
    text: str
    sha256: str
    mine: bool
    signature: Signature | None


class Owing(Shown):
    """One unit's letter: `lacking` until it is handed in, `signed` where that was done here."""

    key: str
    unit: str
    unit_name: str
    state: str
    assignee: str | None
    submitted_at: datetime | None
    signed: bool
    lacking: bool


class Coverage(Shown):
    """`rate` is filed / owed, null where nothing is owed."""

    owed: int
    filed: int
    signed: int
    rate: float | None
    units: list[Owing]
