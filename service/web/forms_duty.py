"""What may come in about rosters, watches, swaps, absences, presence checks and feeds, field by field."""

from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictFloat, StrictInt

from service.web.asks import Day
from service.web.forms import Act, Form, Key, Line, Reasoned, Text

MOST_SECONDS = 60
SEED_MOST = 2**31 - 1
Seed = Annotated[StrictInt, Field(ge=0, le=SEED_MOST)]


class Drafted(Form):
    """A stretch of days to be planned; `seconds` bound the engine's effort, and the answer says what was proven."""

    from_on: Day = Field(alias="from")
    to_on: Day = Field(alias="to")
    seconds: Annotated[StrictInt | StrictFloat, Field(ge=1, le=MOST_SECONDS)] = 20
    afresh: StrictBool = Field(False, description="plan again also what is published, but for what people changed")
    seed: Seed | None = Field(None, description="the roster file's own where it is left out")
    reason: Line = ""


class Edited(Act):
    """Somebody else, or nobody, in a seat of a draft; a rule it breaks is allowed with a reason."""

    seat: Key = Field(description="the seat's key")
    person: Key | None = None
    reason: Line = ""


class Numbered(Act):
    """One of a roster's versions by its number."""

    number: StrictInt
    reason: Line = ""


class TableDone(Act):
    """What became of a holiday's duty table."""

    how: Literal["printed", "posted", "sent"]
    note: Line = ""


class HandedOver(Act):
    note: Text = ""


class Taken(Form):
    person: Key | None = Field(default=None, description="the caller where it is left out; somebody else: by a planner")
    reason: Line = ""


class Substituted(Form):
    person: Key
    reason: Line = ""


class Logged(Form):
    """A line of the duty log; a `matter` stays open, from watch to watch, until it is settled."""

    text: Text
    matter: StrictBool = False


class Away(Form):
    """Days away, both included."""

    person: Key | None = Field(None, description="the caller where it is left out")
    from_on: Day = Field(alias="from")
    to_on: Day = Field(alias="to")
    reason: Line = ""


class Wished(Form):
    """A day one would rather be off, or (`want`) rather serve."""

    person: Key | None = Field(None, description="the caller where it is left out")
    on: Day
    want: StrictBool = False
    weight: StrictInt = 1


class Asked(Form):
    """Somebody is asked to serve a watch, perhaps for one of theirs."""

    watch: Key
    asked_of: Key
    in_return: Key | None = None
    reason: Line = ""


class Answered(Form):
    """A planner's reason lets a swap stand that breaks a rule."""

    reason: Line = ""


class CheckDraw(Form):
    """So many of a day's watches to be checked; without a seed the house's own secret gives one."""

    roster: Key
    on: Day
    count: StrictInt = 1
    seed: Seed | None = None


class Checked(Form):
    present: StrictBool
    note: Line = ""


class NewFeed(Form):
    """A calendar address of a person, a roster or a unit: exactly one of them."""

    person: Key | None = None
    roster: Key | None = None
    unit: Key | None = None
    language: Literal["", "zh_CN", "en"] = Field("", description="empty: the person's own, else that of the place")
    with_tasks: StrictBool = Field(False, description="with the tasks and look-backs of the person")
    remind_minutes: Annotated[StrictInt, Field(ge=0, le=40_320)] | None = Field(None, description="null: no reminder")


__all__ = [
    "Answered", "Asked", "Away", "CheckDraw", "Checked", "Drafted", "Edited", "HandedOver", "Logged", "NewFeed",
    "Numbered", "Reasoned", "Substituted", "TableDone", "Taken", "Wished",
]  # fmt: skip
