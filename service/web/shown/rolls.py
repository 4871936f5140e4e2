"""Teams, lists of units and duties counted, as they go out."""

from datetime import date

from service.web.shown.base import Shown


class Member(Shown):
    key: str
    version: int
    unit: str
    unit_name: str
    role: str
    person: str
    name: str
    mobile: str
    from_on: date
    until_on: date | None
    reason: str


class Gap(Shown):
    unit: str
    unit_name: str
    role: str


class UnitList(Shown):
    key: str
    version: int
    tag: str
    name: str
    owner: str
    basis: str


class UnitListCounted(UnitList):
    """`units`: how many in sight stand on it on the day asked for."""

    units: int


class Listed(Shown):
    key: str
    version: int
    unit: str
    unit_name: str
    from_on: date
    until_on: date | None
    reason: str
    until_reason: str


class DutyCount(Shown):
    role: str
    day_class: str
    person: str
    name: str
    watches: int


class DutyTotal(Shown):
    role: str
    day_class: str
    watches: int
    people: int


class DutyCounts(Shown):
    from_on: date
    to_on: date
    people: list[DutyCount]
    totals: list[DutyTotal]
