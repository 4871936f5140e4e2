"""Tasks: one occurrence of an activity at one unit."""

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlmodel import Field

from models.base import Code, Row, Word
from models.kinds import ActivityKind, AnswerMark, TaskState

HANDED_IN = text("state = 'submitted'")
UNDER_WAY = text("state = 'open'")
LATE = text("submitted_at > due_at")


class Task(Row, table=True):
    """What one unit owes for one occurrence, `key` = `campaign:<campaign>:<activity>:<date>:<unit>`.

    `planned_on` is the occurrence's own date (the festival's day, the rule's date), which never moves; the instants
    move with the calendar until the task opens. The window is `opens_at ≤ t < closes_at`; a submission after `due_at`
    is late. `attend_at` is when the sweep must look next, null once nothing more can happen by itself. `unplanned`:
    planning called it off because the plan asked for it no longer, and takes it up again when the plan does.
    """

    campaign: str = Field(sa_type=Code, foreign_key="campaign.key")
    activity: str = Field(sa_type=Code, foreign_key="activity.key")
    unit: str = Field(sa_type=Code, foreign_key="unit.key")
    kind: ActivityKind = Field(sa_type=Word)
    phase: str = ""
    planned_on: date
    opens_at: datetime
    due_at: datetime
    closes_at: datetime
    state: TaskState = Field(default=TaskState.planned, sa_type=Word)
    assignee: str | None = Field(default=None, sa_type=Code)
    co_assignee: str | None = Field(default=None, sa_type=Code)
    submitted_at: datetime | None = None
    submitted_by: str | None = Field(default=None, sa_type=Code)
    accepted_at: datetime | None = None
    accepted_by: str | None = Field(default=None, sa_type=Code)
    note: str = ""
    reason: str = ""
    unplanned: bool = False
    attend_at: datetime | None = None

    __table_args__ = (
        Index("ix_task_attend_at", "attend_at"),
        Index("ix_task_activity_opens_at", "activity", "opens_at"),
        Index("ix_task_unit_due_at_state", "unit", "due_at", "state"),
        Index("ix_task_assignee_due_at", "assignee", "due_at"),
        Index("ix_task_co_assignee", "co_assignee"),
        Index("ix_task_due_at_key", "due_at", "key"),
        Index("ix_task_campaign_due_at", "campaign", "due_at"),
        # how far a campaign is, counted from the index alone, group by group in its order
        Index("ix_task_campaign_unit_state_due_at", "campaign", "unit", "state", "due_at"),
        Index("ix_task_campaign_activity", "campaign", "activity", "phase", "kind", "state", "due_at", "unit"),
        Index(
            "ix_task_late", "campaign", "unit", "activity", "phase", "kind", postgresql_where=LATE, sqlite_where=LATE
        ),
        # and its figures: what was done of each kind, and what fell due
        Index("ix_task_counted", "campaign", "state", "kind", "submitted_at", "planned_on", "unit"),
        Index("ix_task_campaign_state_due_at", "campaign", "state", "due_at", "submitted_at"),
        # the few that wait for acceptance, found among a million others; a query must name the state literally
        Index("ix_task_handed_in", "due_at", "unit", postgresql_where=HANDED_IN, sqlite_where=HANDED_IN),
        # likewise those that are under way: what is overdue is among them
        Index("ix_task_under_way", "due_at", "unit", "campaign", postgresql_where=UNDER_WAY, sqlite_where=UNDER_WAY),
    )


class TaskFigure(Row, table=True):
    """A number asked for at submission (people sent, vehicles, copies), `key` = `<task>:figure:<name>`."""

    task: str = Field(sa_type=Code, foreign_key="task.key", index=True)
    name: str = Field(index=True)
    value: float


class TaskAnswer(Row, table=True):
    """One checklist item's answer at a submission, `key` = `<task>:answer:<item>`."""

    task: str = Field(sa_type=Code, foreign_key="task.key", index=True)
    item: str = Field(sa_type=Code)
    mark: AnswerMark = Field(sa_type=Word)
    note: str = ""
