"""Incidents: the reports owed upward about one, what time brings to them, how they stand, and two periods compared."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from models import IncidentReport
from models.kinds import IncidentState, ReportForm, ReportSeries
from service.rules.incident_clocks import Level
from service.rules.steps import Step, Telling, change, make

NAME_LENGTH = 80
CASUALTIES = ("deaths", "injured", "missing")
COUNTED = ("count", *CASUALTIES, "loss_yuan")
WAITING, OWED, OVERDUE, MADE, LATE, OMITTED = "waiting", "owed", "overdue", "made", "late", "omitted"


def report_key(incident: str, series: str, nth: int, level: Level) -> str:
    name = f"{series}{nth}" if nth else str(series)
    call = ":phone" if level.form == ReportForm.phone else ""
    return f"incident:{incident}:{name}:{level.place}{call}"


def owed_up(
    incident: str, series: ReportSeries, levels: Sequence[Level], base_at: datetime, *, nth: int = 0, asked: bool = True
) -> list[Step]:
    """The reports of a series as they are owed from `base_at` on, each at the latest that the clocks allow.

    What begins only with the making of another one waits for it, and is looked at by nobody until then. `asked` says
    that whoever owes them is told right now; otherwise the sweep asks when they are owed.
    """
    limits: dict[int, datetime] = {0: base_at}
    for level in levels:
        if level.form == ReportForm.written:
            limits[level.place] = limits[level.after_place] + timedelta(minutes=level.within_minutes)
    act = "report owed" if asked else "report to come"
    steps: list[Step] = []
    for level in levels:
        owed_at = limits[level.after_place]
        due_at = owed_at + timedelta(minutes=level.within_minutes)
        values = level._asdict() | {
            "incident": incident, "series": series, "nth": nth, "owed_at": owed_at, "due_at": due_at,
            "limit_at": due_at, "attend_at": None if level.after_place else due_at if asked else base_at,
        }  # fmt: skip
        steps.append(make(IncidentReport, report_key(incident, series, nth, level), act, values))
    return steps


class ReportFacts(NamedTuple):
    """A report owed upward, with what its notices say of the incident."""

    key: str
    version: int
    incident: str
    series: str
    nth: int
    place: int
    form: str
    from_unit: str
    to_unit: str
    after_place: int
    within_minutes: int
    owed_at: datetime
    due_at: datetime
    made_at: datetime | None
    attend_at: datetime | None


class About(NamedTuple):
    """What is said of an incident wherever it is named."""

    key: str
    unit: str
    kind: str
    description: str
    place: str
    happened_at: datetime
    deaths: int
    injured: int
    missing: int

    @property
    def name(self) -> str:
        """The first line of its description, shortened."""
        line = self.description.splitlines()[0]
        return line if len(line) <= NAME_LENGTH else line[: NAME_LENGTH - 1] + "…"

    def told(self, **more: Any) -> dict[str, Any]:
        """The facts of a notice."""
        return {
            "name": self.name, "unit": self.unit, "code": self.key, "incident": self.kind, "place": self.place,
            "deaths": self.deaths, "injured": self.injured, "missing": self.missing,
            "happened_at": self.happened_at.isoformat(),
        } | more  # fmt: skip


def series_of(report: Any) -> tuple[str, int]:
    return report.series, report.nth


def begun(report: ReportFacts, reports: Iterable[ReportFacts]) -> bool:
    """Whether a report's clock runs: it waits for none before it, or that one is made."""
    return report.after_place == 0 or any(
        one.place == report.after_place and one.made_at is not None and series_of(one) == series_of(report)
        for one in reports
    )


def making(
    report: ReportFacts, reports: Sequence[ReportFacts], *, made_at: datetime, by: str, text: str
) -> tuple[list[Step], list[ReportFacts]]:
    """The steps of a report that is made, and those reports whose clocks begin with it, as they stand then.

    The paper stands for the call that was to go ahead of it. Whoever is told first starts the clock of the next level.
    """
    same = [one for one in reports if series_of(one) == series_of(report)]
    covered = [
        one
        for one in same
        if one.place == report.place and one.made_at is None
        and (one.key == report.key or report.form == ReportForm.written)
    ]  # fmt: skip
    values = {"made_at": made_at, "made_by": by, "attend_at": None}
    steps = [
        change(IncidentReport, one.key, one.version, "reported upward", values | {"text": text}) for one in covered
    ]
    first = not any(one.place == report.place and one.made_at is not None for one in same)
    begins: list[ReportFacts] = []
    for one in same:
        if first and one.after_place == report.place and one.made_at is None:
            due_at = made_at + timedelta(minutes=one.within_minutes)
            begins.append(one._replace(owed_at=made_at, due_at=due_at, attend_at=due_at))
    for one in begins:
        moved = {"owed_at": one.owed_at, "due_at": one.due_at, "attend_at": one.attend_at}
        steps.append(change(IncidentReport, one.key, one.version, "clock begins", moved))
    return steps, begins


def advance(report: ReportFacts, about: About, people: Iterable[str], now: datetime) -> Step | None:
    """What time brings to a report that is not made: it is asked for when it is owed, and late when it was due.

    Late is a step without notices: the ladder of its case, which the sweep adds, tells. None if nothing has come.
    """
    if report.made_at is not None or report.attend_at is None or report.attend_at > now:
        return None
    if report.due_at <= now:
        return change(IncidentReport, report.key, report.version, "report late", {"attend_at": None})
    told = asking(report, about, people, report.owed_at)
    return change(IncidentReport, report.key, report.version, "report owed", {"attend_at": report.due_at}, tell=told)


def asking(report: ReportFacts, about: About, people: Iterable[str], at: datetime) -> tuple[Telling, ...]:
    """The notices to those who owe a report: to whom, and by when."""
    facts = about.told(
        unit=report.from_unit, to_unit=report.to_unit, form=report.form, series=report.series,
        due_at=report.due_at.isoformat(), report=report.key,
    )  # fmt: skip
    return tuple(Telling("incident_report_due", person, at, facts, urgent=True) for person in dict.fromkeys(people))


def telling(
    kind: str, people: Iterable[str], about: About, at: datetime, *, urgent: bool = True, nth: str = "", **more: Any
) -> tuple[Telling, ...]:
    """The same notice about an incident to several people, once to each."""
    facts = about.told(**more)
    return tuple(Telling(kind, person, at, facts, urgent, nth) for person in dict.fromkeys(people))


def standing(report: Any, reports: Iterable[Any], state: str, ends_at: datetime, now: datetime) -> str:
    """How a report stands: waiting, owed, overdue, made, late (made too late), or omitted.

    Omitted is what nobody made although the office above it was told, or its incident is closed. "At once" names no
    minutes, so what is owed within none can be early or late of nothing.
    """
    same = [one for one in reports if series_of(one) == series_of(report)]
    if report.made_at is not None:
        return LATE if report.within_minutes and report.made_at > report.due_at else MADE
    skipped = any(one.place > report.place and one.made_at is not None for one in same)
    if skipped or state != IncidentState.open:
        return OMITTED
    if not begun(report, same) or report.owed_at > now:
        return WAITING
    return OVERDUE if report.due_at <= now else OWED


def change_of(now: int, before: int) -> Decimal | None:
    """The change against an earlier count in percent, half up to two decimals; None where there was nothing before."""
    if before == 0:
        return None
    return (Decimal(now - before) * 100 / before).quantize(Decimal("0.01"), ROUND_HALF_UP)


def compared(now: Mapping[str, int], before: Mapping[str, int]) -> dict[str, dict[str, Any]]:
    """Each counted thing in two periods, with its change."""
    found: dict[str, dict[str, Any]] = {}
    for name in COUNTED:
        change = change_of(now[name], before[name])
        found[name] = {
            "now": now[name], "before": before[name], "change": None if change is None else float(change),
        }  # fmt: skip
    return found
