"""Figures of enforcement: measures of every kind, fines, points, people interviewed."""

from models.kinds import EnforcementKind
from service.figures.base import Defined, Figure
from service.figures.unit_words import (
    CASES,
    COPIES,
    MONEY,
    PEOPLE,
    POINTS,
    TIMES,
    UNITS,
)
from service.notices.words import N_

TAKEN = N_("Measures of this kind taken on days of the period.")


def taken(key: str, label: str, unit_word: str, kind: EnforcementKind) -> Figure:
    return Figure(f"enforcement.{key}", label, unit_word, "enforcement", TAKEN, {"kind": (kind,)})


KINDS = tuple(f"enforcement.{kind}" for kind in EnforcementKind)
FIGURES: tuple[Defined, ...] = (
    Figure(
        "enforcement.all",
        N_("Measures of enforcement"),
        TIMES,
        "enforcement",
        N_("Measures of all kinds taken on days of the period."),
        parts={"kind": KINDS},
    ),
    taken("order", N_("Orders to rectify"), COPIES, EnforcementKind.order),
    taken("stop_work", N_("Orders to stop work"), COPIES, EnforcementKind.stop_work),
    taken("penalty", N_("Penalties"), TIMES, EnforcementKind.penalty),
    taken("filed_case", N_("Cases filed"), CASES, EnforcementKind.filed_case),
    taken("interview", N_("Interviews"), TIMES, EnforcementKind.interview),
    taken("yellow_warning", N_("Yellow warnings"), COPIES, EnforcementKind.yellow_warning),
    taken("red_warning", N_("Red warnings"), COPIES, EnforcementKind.red_warning),
    taken("deduction", N_("Deductions of points"), COPIES, EnforcementKind.deduction),
    taken("seizure", N_("Seizures"), TIMES, EnforcementKind.seizure),
    Figure(
        "enforcement.fines",
        N_("Fines"),
        MONEY,
        "enforcement",
        N_("The sum of the amounts of measures taken on days of the period."),
        measure="amount",
        ten_thousands=True,
    ),
    Figure(
        "enforcement.points",
        N_("Points deducted"),
        POINTS,
        "enforcement",
        N_("The sum of the points deducted on days of the period."),
        {"kind": (EnforcementKind.deduction,)},
        measure="points",
    ),
    Figure(
        "enforcement.interview.people",
        N_("People interviewed"),
        PEOPLE,
        "enforcement",
        N_("The people concerned by interviews on days of the period."),
        {"kind": (EnforcementKind.interview,)},
        measure="people",
    ),
    Figure(
        "enforcement.units",
        N_("Units under enforcement"),
        UNITS,
        "enforcement",
        N_("Different units against which a measure was taken in the period."),
        measure="units",
    ),
)
