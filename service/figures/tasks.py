"""Figures of tasks: inspections, supervision, patrols and visits; the roadmap of a campaign, and what is due."""

from models.kinds import ActivityKind, AnswerMark
from service.figures.base import Defined, Figure, Rate
from service.figures.unit_words import ENTRIES, HOUSEHOLDS, ITEM_TIMES, PEOPLE, PIECES, TIMES, UNITS, VISITS
from service.notices.words import N_

DONE, DUE, WHOLE = "tasks_done", "tasks_due", "tasks_whole"
INSPECTION, SELF_CHECK = (ActivityKind.inspection,), (ActivityKind.self_check,)
SUPERVISION, PATROL, VISIT = (ActivityKind.supervision,), (ActivityKind.patrol,), (ActivityKind.visit,)
VISITS_ARE = N_("Accepted tasks of this kind that were handed in during the period; each counts, however often a unit.")
UNITS_ARE = N_("Different units with an accepted task of this kind that was handed in during the period.")
DUE_IS = N_("Tasks that fall due in the period and were not called off.")
DUE_DONE_IS = N_("Of the tasks that fall due in the period, those handed in by its end and accepted.")

FIGURES: tuple[Defined, ...] = (
    Figure("inspections.visits", N_("Inspections made"), VISITS, DONE, VISITS_ARE, {"kind": INSPECTION}),
    Figure("inspections.units", N_("Units inspected"), UNITS, DONE, UNITS_ARE, {"kind": INSPECTION}, measure="units"),
    Figure(
        "inspections.items",
        N_("Items checked"),
        ITEM_TIMES,
        "answers",
        N_("Items of checklists answered at accepted inspections that were handed in during the period."),
        {"kind": INSPECTION},
        parts={"mark": ("inspections.items.passed", "inspections.items.failed", "inspections.items.na")},
    ),
    Figure(
        "inspections.items.passed",
        N_("Items passed"),
        ITEM_TIMES,
        "answers",
        N_("Items of checklists answered at accepted inspections that were handed in during the period."),
        {"kind": INSPECTION, "mark": (AnswerMark.passed,)},
    ),
    Figure(
        "inspections.items.failed",
        N_("Items failed"),
        ITEM_TIMES,
        "answers",
        N_("Items of checklists answered at accepted inspections that were handed in during the period."),
        {"kind": INSPECTION, "mark": (AnswerMark.failed,)},
    ),
    Figure(
        "inspections.items.na",
        N_("Items not applicable"),
        ITEM_TIMES,
        "answers",
        N_("Items of checklists answered at accepted inspections that were handed in during the period."),
        {"kind": INSPECTION, "mark": (AnswerMark.not_applicable,)},
    ),
    Figure("self_checks.done", N_("Self-checks made"), VISITS, DONE, VISITS_ARE, {"kind": SELF_CHECK}),
    Figure(
        "self_checks.units",
        N_("Units that checked themselves"),
        UNITS,
        DONE,
        UNITS_ARE,
        {"kind": SELF_CHECK},
        measure="units",
    ),
    Figure("supervision.times", N_("Supervision inspections"), TIMES, DONE, VISITS_ARE, {"kind": SUPERVISION}),
    Figure("supervision.units", N_("Units supervised"), UNITS, DONE, UNITS_ARE, {"kind": SUPERVISION}, measure="units"),
    Figure("patrols.times", N_("Patrols made"), TIMES, DONE, VISITS_ARE, {"kind": PATROL}),
    Figure("patrols.units", N_("Points patrolled"), UNITS, DONE, UNITS_ARE, {"kind": PATROL}, measure="units"),
    Figure("visits.times", N_("Welfare visits made"), TIMES, DONE, VISITS_ARE, {"kind": VISIT}),
    Figure(
        "visits.listed",
        N_("Households of the lists visited"),
        HOUSEHOLDS,
        DONE,
        N_("Different households (units of that kind) that had at least one visit handed in during the period."),
        {"kind": VISIT, "household": (1,)},
        measure="units",
    ),
    Figure(
        "roadmap.all",
        N_("Tasks of the roadmap"),
        ENTRIES,
        WHOLE,
        N_("All tasks that were not called off, whenever they fall due."),
    ),
    Figure(
        "roadmap.due",
        N_("Tasks due"),
        ENTRIES,
        DUE,
        DUE_IS,
        parts={"state": ("roadmap.done", "roadmap.left")},
    ),
    Figure("roadmap.done", N_("Tasks due and done"), ENTRIES, DUE, DUE_DONE_IS, {"done": (1,)}),
    Figure(
        "roadmap.left",
        N_("Tasks due and not done"),
        ENTRIES,
        DUE,
        N_("Of the tasks that fall due in the period, those not handed in by its end or not accepted."),
        {"done": (0,)},
    ),
    Figure(
        "roadmap.late",
        N_("Tasks done late"),
        ENTRIES,
        DONE,
        N_("Accepted tasks handed in during the period, after they were due."),
        {"late": (1,)},
    ),
    Figure(
        "campaigns.plans",
        N_("Overall plans"),
        PIECES,
        "campaigns",
        N_("Campaigns that stand by themselves and were under way on days of the period, drafts left out."),
        {"top": (1,)},
    ),
    Figure(
        "campaigns.subplans",
        N_("Sub-plans"),
        PIECES,
        "campaigns",
        N_("Campaigns that are part of another and were under way on days of the period, drafts left out."),
        {"top": (0,)},
    ),
    Figure(
        "teams.members",
        N_("Members of teams"),
        PEOPLE,
        "teams",
        N_("Places in the teams of units on days of the period; who holds two counts twice."),
    ),
    Rate(
        "roadmap.rate",
        N_("Rate of completion"),
        N_("Those done by the end of the period, of those due in it."),
        "roadmap.done",
        "roadmap.due",
    ),
)
