"""The plan in force of a campaign: its newest file, read once and remembered."""

from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy import and_, select
from sqlmodel import Session, col

from models import Campaign, CampaignPlan
from service.campaignfile import read
from service.errors import NotFound
from service.rules.plan import ActivityPlan, Plan
from service.units import in_batches

remembered = lru_cache(maxsize=256)(read)


Known = dict[str, tuple[Plan, dict[str, ActivityPlan]]]


def plan_of(session: Session, campaign: str) -> tuple[Plan, dict[str, ActivityPlan]]:
    """The plan, and its activities by the key of their row (`<campaign>:<activity>`); NotFound for no such campaign."""
    recall(session, (campaign,))
    known: Known = session.info["plans"]
    if campaign not in known:
        raise NotFound("There is no campaign {key}", key=campaign)
    return known[campaign]


def recall(session: Session, campaigns: Iterable[str]) -> None:
    """Read what is not known yet of the plans of some campaigns, all of it at once."""
    known: Known = session.info.setdefault("plans", {})
    missing = sorted(set(campaigns) - known.keys())
    newest = and_(col(CampaignPlan.campaign) == col(Campaign.key), col(CampaignPlan.number) == col(Campaign.plan))
    statement = select(col(CampaignPlan.text)).join(Campaign, newest)
    for batch in in_batches(missing):
        for text in session.execute(statement.where(col(Campaign.key).in_(batch))).scalars():
            suppose(session, remembered(text))


def suppose(session: Session, plan: Plan) -> None:
    """Take a plan for the one in force, in this session, until it is forgotten."""
    known: Known = session.info.setdefault("plans", {})
    known[plan.key] = (plan, {f"{plan.key}:{activity.key}": activity for activity in plan.activities})


def forget(session: Session, campaign: str) -> None:
    """Read the campaign's file again at the next asking: it has just changed in this session."""
    session.info.get("plans", {}).pop(campaign, None)
