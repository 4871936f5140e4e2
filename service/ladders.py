"""Ladders: who hears, and after how long, when something of a unit is overdue; and what a campaign's file asks for.

Where a campaign's file is silent its parent's counts, and where none of them says anything, what is usual.
"""

from collections.abc import Iterable
from typing import Any

from sqlmodel import Session

from service import units as tree
from service.campaigns.plans import plan_of
from service.errors import NotFound
from service.rules.cases import URGENT, USUAL, Ladder
from service.rules.chain import NOBODY, Chain, ancestors
from service.rules.hazards import USUAL_DEADLINES
from service.rules.plan import Lookback, Plan, Rung, Span
from service.rules.rechecks import USUAL_LOOKBACK

USUAL_POLICY = "usual"


def plans_above(session: Session, campaign: str | None) -> list[Plan]:
    """The plan of a campaign, its parent's, that one's parent's, and so on; none for no campaign."""
    found: dict[str, Plan] = {}
    while campaign is not None and campaign not in found:
        try:
            plan, _ = plan_of(session, campaign)
        except NotFound:  # a parent that was named before it was there
            break
        found[campaign] = plan
        campaign = plan.parent
    return list(found.values())


def said_of(session: Session, campaign: str | None, what: str) -> tuple[str, Any]:
    """What the nearest of a campaign's file and its parents' says of `what`, and the key of the one that says it."""
    for plan in plans_above(session, campaign):
        if (said := getattr(plan, what)) is not None:
            return plan.key, said
    return "", None


def policy_for(session: Session, campaign: str | None) -> tuple[str, tuple[Rung, ...]]:
    """The escalation in force for a campaign, and its name: the campaign whose file has it, or `usual`.

    A file with an empty list asks for nobody to be told, which is not the same as silence.
    """
    name, rungs = said_of(session, campaign, "escalation")
    return (USUAL_POLICY, USUAL) if rungs is None else (name, rungs)


def ladder_for(session: Session, campaign: str | None, units: Iterable[str]) -> dict[str, Ladder]:
    """Unit → the ladder that a missed thing of it climbs: the policy, its chain, and that of the office above.

    The levels a unit inherits come from above already, so the office above (上级) is the parent of the unit that the
    highest level asked for originates from; there is none above a root.
    """
    _, policy = policy_for(session, campaign)
    return ladders_of(session, policy, units)


def urgent_ladders(session: Session, units: Iterable[str]) -> dict[str, Ladder]:
    """Unit → the ladder of an emergency, which runs on wall clocks whatever campaigns ask for."""
    return ladders_of(session, URGENT, units)


def ladders_of(session: Session, policy: tuple[Rung, ...], units: Iterable[str]) -> dict[str, Ladder]:
    """Unit → the ladder that a policy makes there."""
    paths = tree.paths_of(session, units)
    chains = tree.gather_chains(session, paths)
    highest = max((rung.level for rung in policy if rung.level is not None and not rung.of_parent), default=0)
    above = {code: office_above(paths[code], chains.get(code, NOBODY), highest) for code in paths}
    offices = tree.gather_chains(session, {code for code in above.values() if code is not None})
    return {
        code: Ladder(policy, chains.get(code, NOBODY), None if office is None else offices.get(office))
        for code, office in above.items()
    }


def office_above(path: str, chain: Chain, highest: int) -> str | None:
    """The code of the unit right above the one that the highest level comes from; its own parent where none has."""
    codes = ancestors(path)
    top = chain.highest_from(highest)
    following = codes.index(top) + 1 if top in codes else 1
    return codes[following] if following < len(codes) else None


def deadlines_for(session: Session, campaign: str | None) -> dict[str, Span]:
    """Level → how long a hazard of it may take: each from the nearest file that names it, else what is usual."""
    found = dict(USUAL_DEADLINES)
    for plan in reversed(plans_above(session, campaign)):
        found |= plan.deadlines or {}
    return found


def lookback_for(session: Session, campaign: str | None) -> Lookback:
    """How what was closed is looked back at."""
    _, said = said_of(session, campaign, "lookback")
    return said or USUAL_LOOKBACK
