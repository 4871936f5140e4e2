"""Figures of what follows: look-backs with their results, and letters of responsibility with their coverage."""

from models.kinds import ActivityKind, RecheckResult, RecheckState
from service.figures.base import Defined, Figure, Rate
from service.figures.unit_words import (
    COPIES,
    ENTRIES,
    UNITS,
)
from service.notices.words import N_

LOOKED = N_("Look-backs made in the period with this result.")
LOOKS_DUE = N_("Look-backs that fall due in the period.")
OWED = N_("Commitments planned for days of the period that were not called off.")
COMMITMENT = (ActivityKind.commitment,)


def looked(key: str, label: str, result: RecheckResult) -> Figure:
    return Figure(f"rechecks.{key}", label, ENTRIES, "rechecks_done", LOOKED, {"result": (result,)})


FIGURES: tuple[Defined, ...] = (
    Figure(
        "rechecks.done",
        N_("Look-backs made"),
        ENTRIES,
        "rechecks_done",
        N_("Look-backs made in the period."),
        parts={"result": ("rechecks.held", "rechecks.rebounded", "rechecks.blocked")},
    ),
    looked("held", N_("Look-backs that found it held"), RecheckResult.held),
    looked("rebounded", N_("Hazards rebounded"), RecheckResult.rebounded),
    looked("blocked", N_("Look-backs that could not be made"), RecheckResult.blocked),
    Figure("rechecks.due", N_("Look-backs due"), ENTRIES, "rechecks_due", LOOKS_DUE),
    Figure(
        "rechecks.missed",
        N_("Look-backs missed"),
        ENTRIES,
        "rechecks_due",
        LOOKS_DUE,
        {"state": (RecheckState.missed,)},
    ),
    Rate(
        "rechecks.rate",
        N_("Rate of rebound"),
        N_("Look-backs that found the hazard again, of those made in the period."),
        "rechecks.rebounded",
        "rechecks.done",
    ),
    Figure("commitments.owed", N_("Commitments owed"), COPIES, "tasks_planned", OWED, {"kind": COMMITMENT}),
    Figure(
        "commitments.done",
        N_("Commitments made"),
        COPIES,
        "tasks_planned",
        N_("Of the commitments planned for days of the period, those handed in by its end and accepted."),
        {"kind": COMMITMENT, "done": (1,)},
    ),
    Figure(
        "commitments.units",
        N_("Units that committed themselves"),
        UNITS,
        "tasks_planned",
        N_("Different units whose commitment of the period was handed in by its end and accepted."),
        {"kind": COMMITMENT, "done": (1,)},
        measure="units",
    ),
    Rate(
        "commitments.rate",
        N_("Coverage of commitments"),
        N_("Commitments made, of those owed."),
        "commitments.done",
        "commitments.owed",
    ),
    Figure(
        "rechecks.units",
        N_("Units looked back at"),
        UNITS,
        "rechecks_done",
        N_("Different units looked back at in the period."),
        measure="units",
    ),
)
