"""The facts zhiban keeps. Importing this package declares every table, so that migrations see them all."""

from models.base import Row
from models.campaigns import Activity, Campaign, CampaignPlan, Checklist, ChecklistItem, Event
from models.days import DayOverride, Season, YearNotice
from models.duty import Watch
from models.notices import Answered, Journal, Notice, Pulse
from models.people import ChainLink, Channel, Grant, Login, Person, Token, Unit, UnitTag, WebSession
from models.tasks import Task, TaskAnswer, TaskFigure

__all__ = [
    "Activity",
    "Answered",
    "Campaign",
    "CampaignPlan",
    "ChainLink",
    "Channel",
    "Checklist",
    "ChecklistItem",
    "DayOverride",
    "Event",
    "Grant",
    "Journal",
    "Login",
    "Notice",
    "Person",
    "Pulse",
    "Row",
    "Season",
    "Task",
    "TaskAnswer",
    "TaskFigure",
    "Token",
    "Unit",
    "UnitTag",
    "Watch",
    "WebSession",
    "YearNotice",
]
