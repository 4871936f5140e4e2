"""The reports of lower units that a report sums, and what became of them since."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import and_, select
from sqlmodel import Session, col

from models import Report, ReportEdition, ReportFigure, Unit
from service.access import beneath
from service.figures.folding import Lower
from service.reports.asked import Asked
from service.rules.figures import Number, tidy
from service.units import in_batches


def lowers(session: Session, asked: Asked) -> list[Lower]:
    """The newest frozen editions of the very same days and campaign, of the units beneath; one for each unit.

    A unit with several reports of those days is summed by the one that holds the most figures (of as many, the one that
    was frozen first).
    """
    edition = and_(col(ReportEdition.report) == col(Report.key), col(ReportEdition.number) == col(Report.edition))
    columns = (Report.unit, Unit.path, Unit.name, Report.key, Report.edition, ReportEdition.sha256)
    statement = select(*(col(one) for one in columns), col(ReportEdition.key).label("edition_key"))
    statement = statement.select_from(Report).join(Unit, col(Report.unit) == col(Unit.key)).join(ReportEdition, edition)
    campaign = col(Report.campaign) == asked.campaign if asked.campaign else col(Report.campaign).is_(None)
    statement = statement.where(
        beneath(asked.path), col(Unit.key) != asked.unit, campaign,
        col(Report.from_on) == asked.stretch.from_on, col(Report.to_on) == asked.stretch.to_on,
    )  # fmt: skip
    rows = session.execute(statement.order_by(col(Unit.path), col(ReportEdition.frozen_at), col(Report.key))).all()
    numbers = figures_of(session, [row.edition_key for row in rows])
    best: dict[str, Lower] = {}
    for row in rows:
        one = Lower(row.unit, row.path, row.name, row.key, row.edition, row.sha256, numbers[row.edition_key])
        if row.unit not in best or len(one.figures) > len(best[row.unit].figures):
            best[row.unit] = one
    return list(best.values())


def figures_of(session: Session, editions: Iterable[str]) -> dict[str, dict[str, Number]]:
    """Edition → its numbers by their ids."""
    found: dict[str, dict[str, Number]] = defaultdict(dict)
    for batch in in_batches(editions):
        statement = select(col(ReportFigure.edition_key), col(ReportFigure.figure), col(ReportFigure.value))
        for edition, name, value in session.execute(statement.where(col(ReportFigure.edition_key).in_(batch))):
            found[edition][name] = tidy(value)
    return found


def corrected_below(session: Session, sources: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of a snapshot's sources that have a newer edition now."""
    found: list[dict[str, Any]] = []
    numbers: dict[str, int] = {}
    for batch in in_batches(sorted({one["report"] for one in sources})):
        rows = session.execute(select(col(Report.key), col(Report.edition)).where(col(Report.key).in_(batch)))
        numbers |= dict(rows.tuples().all())
    for one in sources:
        now = numbers.get(one["report"], one["edition"])
        if now > one["edition"]:
            found.append(
                {
                    "kind": "corrected_below",
                    "unit": one["unit"],
                    "name": one["name"],
                    "report": one["report"],
                    "edition": one["edition"],
                    "now": now,
                }
            )
    return found
