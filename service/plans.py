"""The plan in force of a campaign: its newest file, read once and remembered."""

from functools import lru_cache

from sqlalchemy import and_, select
from sqlmodel import Session, col

from models import Campaign, CampaignPlan
from service.campaignfile import read
from service.errors import NotFound
from service.rules.plan import ActivityPlan, Plan

remembered = lru_cache(maxsize=256)(read)


def plan_of(session: Session, campaign: str) -> tuple[Plan, dict[str, ActivityPlan]]:
    """The plan, and its activities by the key of their row (`<campaign>:<activity>`); NotFound for no such campaign."""
    known: dict[str, tuple[Plan, dict[str, ActivityPlan]]] = session.info.setdefault("plans", {})
    if campaign not in known:
        statement = select(col(CampaignPlan.text)).join(
            Campaign,
            and_(col(CampaignPlan.campaign) == col(Campaign.key), col(CampaignPlan.number) == col(Campaign.plan)),
        )
        text = session.execute(statement.where(col(Campaign.key) == campaign)).scalar_one_or_none()
        if text is None:
            raise NotFound("There is no campaign {key}", key=campaign)
        suppose(session, remembered(text))
    return known[campaign]


def suppose(session: Session, plan: Plan) -> None:
    """Take a plan for the one in force, in this session, until it is forgotten."""
    known: dict[str, tuple[Plan, dict[str, ActivityPlan]]] = session.info.setdefault("plans", {})
    known[plan.key] = (plan, {f"{plan.key}:{activity.key}": activity for activity in plan.activities})


def forget(session: Session, campaign: str) -> None:
    """Read the campaign's file again at the next asking: it has just changed in this session."""
    session.info.get("plans", {}).pop(campaign, None)
