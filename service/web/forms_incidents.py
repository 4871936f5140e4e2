"""What may come in about incidents, their clocks and alerts, field by field."""

from typing import Annotated

from pydantic import Field, StrictInt

from models.kinds import IncidentCategory, IncidentKind, UnitKind
from service.rules.alerts import USUAL_STEPS
from service.web.asks import Instant
from service.web.forms import Act, Form, Key, Line, Reasoned, Text, Version

Count = Annotated[StrictInt, Field(ge=0)]
Minutes = Annotated[StrictInt | None, Field(ge=0)]


class NewIncident(Form):
    """What happened, where, and to whom; the clocks begin when the head of the unit knew."""

    unit: Key
    kind: IncidentKind
    category: IncidentCategory = IncidentCategory.other
    happened_at: Instant
    known_at: Instant | None = Field(None, description="when the head of the unit was told; now where it is left out")
    place: Line = ""
    description: Text
    deaths: Count = 0
    injured: Count = 0
    missing: Count = 0
    loss_yuan: Count = 0


class Correction(Reasoned):
    """What is said anew, with its reason; what is left out stays as it was said before."""

    kind: IncidentKind | None = None
    category: IncidentCategory | None = None
    happened_at: Instant | None = None
    place: Line | None = None
    description: Text | None = None
    deaths: Count | None = None
    injured: Count | None = None
    missing: Count | None = None
    loss_yuan: Count | None = None


class ReportedUp(Act):
    """That a report upward was made: what it said, and when, if that was before now."""

    report: Annotated[str, Field(min_length=1, max_length=300)] = Field(description="the key of the report owed")
    text: Text = ""
    made_at: Instant | None = Field(None, description="now where it is left out")


class Clock(Form):
    """What a jurisdiction wants; what is left out, the rows above it and the national table say."""

    unit: Key | None = Field(None, description="the unit with everything beneath it; null: everywhere")
    kind: IncidentKind | None = Field(None, description="null: any")
    category: IncidentCategory | None = Field(None, description="null: any")
    basis: Line = ""
    head_minutes: Minutes = Field(None, description="from the site to the head of the unit; 0: at once")
    office_minutes: Minutes = Field(None, description="from the head of the unit to the county")
    level_minutes: Minutes = Field(None, description="for each level above the county")
    phone_minutes: Minutes = Field(None, description="for a call ahead of the paper")
    levels: Minutes = Field(None, description="how many levels up; null: all")
    changes_days: Minutes = Field(None, description="for how long changes of casualties are reported")
    version: Version = None


class Aimed(Form):
    """The units that an alert goes to: those at one and beneath it, narrowed by every list that is not empty."""

    unit: Key
    kinds: list[UnitKind] = Field(default_factory=list, max_length=20)
    tags: list[Line] = Field(default_factory=list, max_length=20)


class NewAlert(Aimed):
    """A warning. `chase`: after how many minutes of silence the next level is told; the last goes on and on."""

    title: Line
    text: Text
    level: Line = Field("", description="red, orange, yellow, blue, or nothing")
    chase: list[StrictInt] = Field(list(USUAL_STEPS), max_length=20)
    until_at: Instant | None = Field(None, description="when it ends by itself; without one, when somebody ends it")


class Received(Form):
    """That a unit has the warning; `person` is who there was reached, where another enters it."""

    unit: Key
    person: Key | None = None
    note: Text = ""


class Ended(Act):
    reason: Text = ""
