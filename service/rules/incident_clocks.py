"""The clocks of incidents: how fast whom must be told, by jurisdiction; the levels upward; and how grave one is."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from models.kinds import IncidentKind, ReportForm, UnitKind
from service.rules.chain import ancestors


class ClockFacts(NamedTuple):
    """One row of the table of clocks; what it leaves None, a less particular row says. `unit` None: everywhere."""

    unit: str | None = None
    kind: str = ""
    category: str = ""
    basis: str = ""
    head_minutes: int | None = None
    office_minutes: int | None = None
    level_minutes: int | None = None
    phone_minutes: int | None = None
    levels: int | None = None
    changes_days: int | None = None


# 国务院令第493号: 9 (at once; within an hour), 10 and 11 (two hours a level), 13 (30 days; road and fire 7)
NATIONAL: tuple[ClockFacts, ...] = (
    ClockFacts(basis="国务院令第493号", head_minutes=0, office_minutes=60, level_minutes=120, changes_days=30),
    ClockFacts(category="road", changes_days=7),
    ClockFacts(category="fire", changes_days=7),
    ClockFacts(kind=IncidentKind.near_miss, levels=0),
)
# 国务院令第493号, 3: grade, deaths, injured gravely, direct loss in yuan; each from so many on
GRADES = (("gravest", 30, 100, 100_000_000), ("grave", 10, 50, 50_000_000), ("larger", 3, 10, 10_000_000))
ORDINARY = "ordinary"


class Clocks(NamedTuple):
    """The clocks of one incident, in minutes and days; `phone_minutes` None: no call ahead, `levels` None: all."""

    basis: str
    head_minutes: int
    office_minutes: int
    level_minutes: int
    phone_minutes: int | None
    levels: int | None
    changes_days: int


def clocks_for(rows: Iterable[ClockFacts], path: str, kind: str, category: str) -> Clocks:
    """The clocks in force at a unit: of the rows that fit, the nearest unit's first, the more particular before others.

    A jurisdiction's row thus shortens what it names, and leaves the rest as it is.
    """
    near = {code: place for place, code in enumerate(ancestors(path))}
    fitting = [
        row
        for row in (*rows, *NATIONAL)
        if (row.unit is None or row.unit in near) and row.kind in ("", kind) and row.category in ("", category)
    ]
    fitting.sort(key=lambda row: (near.get(row.unit or "", len(near)), not row.kind, not row.category))
    found: dict[str, Any] = {}
    for name in Clocks._fields:
        found[name] = next((said for row in fitting if (said := getattr(row, name)) not in (None, "")), None)
    return Clocks(**found)


class Office(NamedTuple):
    """A unit on the way up, the incident's own first."""

    code: str
    kind: str


class Level(NamedTuple):
    """One report upward: from whom to whom, after which one's making its clock begins, and how long it has."""

    place: int
    from_unit: str
    to_unit: str
    after_place: int
    within_minutes: int
    form: ReportForm = ReportForm.written


def levels_up(way: Sequence[Office], clocks: Clocks) -> list[Level]:
    """The reports that an incident owes upward, one for each level above its unit.

    All levels up to the county have the one time that the head of the unit has to tell the county; each above has its
    own, from when the one beneath was told. Where no county is above, the level right above stands in its place.
    """
    above = way[1:] if clocks.levels is None else way[1 : clocks.levels + 1]
    counties = [place for place, office in enumerate(way) if office.kind == UnitKind.district]
    county = counties[0] if counties else 1  # 0: the unit is a county itself
    found: list[Level] = []
    for place, office in enumerate(above, 1):
        near = place <= county
        after, within = (0, clocks.office_minutes) if near else (place - 1, clocks.level_minutes)
        if clocks.phone_minutes is not None and clocks.phone_minutes < within:
            call = Level(place, way[place - 1].code, office.code, after, clocks.phone_minutes, ReportForm.phone)
            found.append(call)
        found.append(Level(place, way[place - 1].code, office.code, after, within))
    return found


def grade_of(deaths: int, injured: int, loss_yuan: int) -> str:
    """How grave an accident is (国务院令第493号, 3): the gravest that any of the three makes it."""
    for grade, dead, hurt, lost in GRADES:
        if deaths >= dead or injured >= hurt or loss_yuan >= lost:
            return grade
    return ORDINARY
