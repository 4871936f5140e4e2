"""Who may do what to a hazard now: the guards that every act passes, and the same asked ahead for whoever looks at it.

A guard raises what the act would raise; the act itself still looks at what is typed into its form.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session

from models.kinds import HazardLevel, HazardMode
from service.access import Actor
from service.errors import Conflict, Fault, Forbidden, Refused, Trouble
from service.hazards.found import Found, admitted, answerable, may
from service.rules import hazards as rules


class Attempt(NamedTuple):
    """Somebody is about to do something to a hazard that they read at `version` (None: whatever it is at).

    `answers_for` is who must see to it, where that is known already.
    """

    session: Session
    actor: Actor
    found: Found
    now: datetime
    version: int | None = None
    answers_for: tuple[str, ...] | None = None


def guard(act: str, session: Session, actor: Actor, found: Found, *, now: datetime, version: int | None = None) -> None:
    """Refuse an act that the actor may not do to the hazard now, or that its state does not admit."""
    GUARDS[act](Attempt(session, actor, found, now, version))


def allowed(session: Session, actor: Actor, found: Found, *, now: datetime) -> dict[str, Trouble | None]:
    """Each act on a hazard with why it can't be done now, None where it can; what its roles forbid is left out.

    Whoever looks at it is offered what they may do, and told what is still lacking, and the rest not at all.
    """
    answers: dict[str, Trouble | None] = {}
    attempt = Attempt(session, actor, found, now, answers_for=answerable(session, found.hazard))
    for act, check in GUARDS.items():
        try:
            check(attempt)
        except Forbidden:
            continue
        except Trouble as why:
            answers[act] = why
        else:
            answers[act] = None
    return answers


def holding(role_act: str, act: str) -> Callable[[Attempt], None]:
    """The guard of an act for which a role and the hazard's state are enough."""

    def check(on: Attempt) -> None:
        may(on.actor, role_act, on.found)
        admitted(on.found.hazard, act, on.version)

    return check


def begin(on: Attempt) -> None:
    by_the_rectifier(on)
    admitted(on.found.hazard, "begin", on.version)
    assured(on.found.hazard)


def submit(on: Attempt) -> None:
    by_the_rectifier(on)
    admitted(on.found.hazard, "submit", on.version)
    assured(on.found.hazard)


def by_the_rectifier(on: Attempt) -> None:
    """Refuse whoever neither answers for the hazard nor does such work on its unit."""
    hazard = on.found.hazard
    answers_for = answerable(on.session, hazard) if on.answers_for is None else on.answers_for
    mine = on.actor.person in answers_for
    on_spot = hazard.mode == HazardMode.on_spot and on.actor.person == hazard.found_by
    if not (mine or on_spot):
        may(on.actor, "rectify hazards", on.found)


def assured(hazard: Any) -> None:
    """Refuse a major hazard that lacks one of the five assurances."""
    lacking = rules.missing_assurances(hazard)
    if lacking:
        faults = [Fault(name, "a major hazard needs it: one of the five assurances") for name in lacking]
        raise Refused("The five assurances are not complete", faults=faults)


def reject(on: Attempt) -> None:
    may(on.actor, "accept hazards", on.found)
    admitted(on.found.hazard, "reject", on.version)
    not_ones_own(on)


def accept(on: Attempt) -> None:
    may(on.actor, "accept hazards", on.found)
    admitted(on.found.hazard, "accept", on.version)
    not_ones_own(on)
    if on.found.cycle.accepted_by:
        raise Conflict("It is accepted already and waits for the approval of the unit above")


def approve(on: Attempt) -> None:
    hazard = on.found.hazard
    may(on.actor, "decide hazards", on.found)
    above = on.found.path.removesuffix(f"{hazard.unit}/")
    if above != "/" and not on.actor.may("decide hazards", above):
        raise Forbidden("The supervising unit above approves the closing of a major hazard")
    admitted(hazard, "approve", on.version)
    not_ones_own(on)
    if hazard.level != HazardLevel.major or not on.found.cycle.accepted_by:
        raise Conflict("Only a major hazard that was accepted waits for approval")


def not_ones_own(on: Attempt) -> None:
    """Refuse whoever rectified a hazard, or answers for it, to judge it."""
    if on.actor.person in (on.found.cycle.submitted_by, on.found.hazard.responsible):
        raise Forbidden("Whoever rectified a hazard can't judge it")


def extend(on: Attempt) -> None:
    may(on.actor, "decide hazards", on.found)
    admitted(on.found.hazard, "extend", on.version)
    if on.actor.person == on.found.hazard.responsible:
        raise Forbidden("Whoever must rectify a hazard can't extend its deadline")
    if on.now >= on.found.hazard.due_at:
        raise Conflict("The deadline has passed; it can't be extended any more")


def delist(on: Attempt) -> None:
    hazard = on.found.hazard
    may(on.actor, "decide hazards", on.found)
    admitted(hazard, "delist", on.version)
    if hazard.supervised_on is None or hazard.delisted_on is not None:
        raise Conflict("The hazard is not listed for supervision")


# in the order in which they come in a hazard's life
GUARDS: Mapping[str, Callable[[Attempt], None]] = {
    "assign": holding("assign hazards", "assign"),
    "begin": begin,
    "submit": submit,
    "accept": accept,
    "approve": approve,
    "reject": reject,
    "extend": extend,
    "supervise": holding("decide hazards", "supervise"),
    "delist": delist,
    "rank": holding("assign hazards", "rank"),
    "void": holding("decide hazards", "void"),
}
