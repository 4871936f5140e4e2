"""A plan and its proof said in the reader's language: what the engine's answer means, seat by seat and as a whole."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from service.duty.breaches import N_
from service.duty.table_words import VACANT, role_name
from service.duty.wording import AND, BETWEEN, broken_words, contradiction_words, kept, lack_words
from service.words import say

if TYPE_CHECKING:
    from service.roster import Plan, Progress

# what the engine's answer means for a plan
PROOFS = {
    "optimal": N_("Proven: no plan is fairer"),
    "feasible": N_("Not proven to be the fairest: the time was up"),
    "infeasible": N_("Proven: no plan fills every seat"),
    "unfinished": N_("Some seats stay vacant, and it is not proven that they must: the time was up"),
}
SOURCES = {
    "counting": N_("by counting"), "flow": N_("by a flow"), "highs": N_("by HiGHS"), "cp-sat": N_("by CP-SAT"),
    "wishes": N_("by the wishes"), "highs box": N_("by HiGHS"), "highs relaxed": N_("by HiGHS, relaxed"),
}  # fmt: skip
KINDS_OF_DAY = {"total": N_("all watches"), "rest_day": N_("on rest days"), "holiday": N_("on holidays")}
SPREAD, BREAKS = N_("Spread between most and least, {role}: {told}"), N_("Rule broken: {text}")
WORTH, GAP = N_("objective {objective}, bound {bound} ({source})"), N_("gap {gap}, {seconds} s")
SO_FAR = N_("objective {objective}, bound {bound}, gap {gap}")
NOT_IN_TIME, NEVER = (
    N_("No whole plan was found in time; seats that stay vacant: {n}"),
    N_("No plan can be made in which every seat is filled; vacant at least: {n}"),
)


def plan_lines(plan: "Plan", locale: str) -> Iterator[str]:
    """The seats day by day, then the proof and the spread."""
    for seat in plan.assignments:
        yield f"{seat.date} {seat.watch} {role_name(seat.role, locale)} {seat.place}: {seat.person}"
    for empty in plan.vacancies:
        role = role_name(empty.role, locale)
        told = say(": ", locale).join((say(VACANT, locale), lack_words(empty.lack, locale)))
        yield f"{empty.date} {empty.watch} {role} {empty.place}: {told}"
    for code, by in plan.spread.items():
        told = say(AND, locale).join(f"{say(KINDS_OF_DAY[name], locale)} {value}" for name, value in by.items())
        yield say(SPREAD, locale, role=role_name(code, locale), told=told)
    for text in broken_words(plan.violations, locale):
        yield say(BREAKS, locale, text=text)
    yield say(PROOFS[plan.status], locale)
    source = source_words(plan.bound_source, locale)
    yield say(WORTH, locale, objective=plan.objective, bound=plan.bound, source=source)
    yield say(GAP, locale, gap=f"{plan.gap:.1%}", seconds=f"{plan.seconds:.1f}")


def source_words(source: str, locale: str) -> str:
    """Where a bound comes from, role by role."""
    told = []
    for one in source.split("; "):
        roles, _, by = one.partition(": ")
        names = "+".join(role_name(code, locale) for code in roles.split("+"))
        told.append(f"{names} {say(SOURCES.get(by, by), locale)}")
    return say(BETWEEN, locale).join(told)


def why_not_lines(plan: "Plan", locale: str) -> Iterator[str]:
    """The rules that can't hold together; or how many seats stay empty when no proof was found in time."""
    yield say(NEVER if plan.status == "infeasible" else NOT_IN_TIME, locale, n=len(plan.vacancies))
    if plan.status == "infeasible":
        yield from (f"  {contradiction_words(kept(one), locale)}" for one in plan.contradictions)


def progress_words(progress: "Progress", locale: str) -> str:
    """How far the planning is."""
    gap = "-" if progress.gap is None else f"{progress.gap:.1%}"
    value, bound = ("-" if one is None else one for one in (progress.objective, progress.bound))
    return say(SO_FAR, locale, objective=value, bound=bound, gap=gap)
