"""The facts zhiban keeps. Importing this package declares every table, so that migrations see them all."""

from models.alerts import Alert, AlertReceipt, AlertStep
from models.base import Row
from models.campaigns import Activity, Campaign, CampaignPlan, Checklist, ChecklistItem, Event
from models.cases import Case, CaseRung
from models.days import DayOverride, Season, YearNotice
from models.duty import (
    Absence,
    DutyLog,
    DutyTable,
    Feed,
    PresenceCheck,
    PresenceDraw,
    Roster,
    RosterVersion,
    Swap,
    Turn,
    Watch,
    Wish,
)
from models.errands import Errand
from models.hazards import (
    Enforcement,
    Evidence,
    Extension,
    Hazard,
    HazardCycle,
    Picture,
    PublicReport,
    Recheck,
    RecheckDraw,
)
from models.incidents import Incident, IncidentClock, IncidentLine, IncidentReport
from models.notices import Allowance, Answered, Journal, Notice, Pulse
from models.people import ChainLink, Channel, Grant, Login, Person, Token, Unit, UnitTag, WebSession
from models.tasks import Task, TaskAnswer, TaskFigure

__all__ = [
    "Absence",
    "Activity",
    "Alert",
    "AlertReceipt",
    "AlertStep",
    "Allowance",
    "Answered",
    "Campaign",
    "CampaignPlan",
    "Case",
    "CaseRung",
    "ChainLink",
    "Channel",
    "Checklist",
    "ChecklistItem",
    "DayOverride",
    "DutyLog",
    "DutyTable",
    "Enforcement",
    "Errand",
    "Event",
    "Evidence",
    "Extension",
    "Feed",
    "Grant",
    "Hazard",
    "HazardCycle",
    "Incident",
    "IncidentClock",
    "IncidentLine",
    "IncidentReport",
    "Journal",
    "Login",
    "Notice",
    "Person",
    "Picture",
    "PresenceCheck",
    "PresenceDraw",
    "PublicReport",
    "Pulse",
    "Recheck",
    "RecheckDraw",
    "Roster",
    "RosterVersion",
    "Row",
    "Season",
    "Swap",
    "Task",
    "TaskAnswer",
    "TaskFigure",
    "Token",
    "Turn",
    "Unit",
    "UnitTag",
    "Watch",
    "WebSession",
    "Wish",
    "YearNotice",
]
