"""What may come in about meetings, letters, documents, stores, teams, lists and projects, field by field."""

from typing import Annotated

from pydantic import Field, StrictInt

from models.kinds import AttendanceMark
from service.web.asks import Day, Instant
from service.web.forms import Act, Form, Key, Line, Number, Reasoned, Text, Version

Long = Annotated[str, Field(max_length=100_000)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Agenda(Form):
    """`version` is the meeting's own: 0 before anything was said of it."""

    agenda: Text
    place: Line = ""
    version: Version = None


class Attendee(Form):
    """Somebody on record (`person`) or from outside (`name`); `party`: whom they speak for."""

    person: Key | None = None
    name: Line = ""
    party: Line = ""


class Called(Form):
    people: list[Attendee] = Field(min_length=1, max_length=500)


class Marked(Form):
    mark: AttendanceMark
    reason: Text = Field("", description="needed for who is excused")


class Held(Form):
    held_at: Instant | None = Field(None, description="now where it is left out")


class Minutes(Form):
    text: Long
    version: Version = None


class NewLetter(Form):
    """The letter of a commitment activity for a year; `{unit}`, `{person}` and `{year}` are filled for who signs."""

    campaign: Key
    activity: Key
    year: StrictInt
    title: Line
    text: Annotated[str, Field(max_length=50_000)]


class Signing(Act):
    """`sha256` is that of the text that was read; `version` that of the task."""

    sha256: Sha256


class NewDocument(Form):
    unit: Key
    code: Key
    kind: Line
    title: Line
    revised_on: Day
    next_revision_on: Day | None = None
    keeper: Key | None = Field(None, description="who must see to it; else level 1 of the unit's chain")
    note: Text = ""


class DocumentChanges(Form):
    """Only what is given is changed."""

    version: Version = None
    kind: Line | None = None
    title: Line | None = None
    keeper: Key | None = None
    note: Text | None = None


class Revised(Act):
    revised_on: Day
    next_revision_on: Day | None = None
    note: Text = ""


class NewItem(Form):
    unit: Key
    name: Line
    unit_word: Annotated[str, Field(max_length=20)]
    quantity: Number
    spec: Line = ""
    place: Line = ""
    minimum: Number = 0
    expires_on: Day | None = None
    keeper: Key | None = None


class ItemChanges(Form):
    """Only what is given is changed."""

    version: Version = None
    minimum: Number | None = None
    keeper: Key | None = None
    unit_word: Annotated[str, Field(max_length=20)] | None = None


class Counted(Act):
    """A stock-take; where `expires_on` is left out it stays as it is, null takes it away."""

    quantity: Number
    expires_on: Day | None = None
    note: Text = ""


class NewMember(Form):
    unit: Key
    role: Key
    person: Key
    from_on: Day | None = Field(None, alias="from", description="today where it is left out")
    reason: Text = ""


class Left(Act):
    until_on: Day | None = Field(None, alias="until", description="the last day; today where it is left out")
    reason: Text = ""


class ListForm(Form):
    name: Line
    owner: Key
    basis: Line = ""
    version: Version = None


class Listed(Form):
    unit: Key
    from_on: Day | None = Field(None, alias="from", description="today where it is left out")
    reason: Text = ""


class TakenOff(Form):
    until_on: Day | None = Field(None, alias="until", description="the last day; today where it is left out")
    reason: Text = ""


class NewProject(Form):
    """`kind`: project (new works) or resumption; the event of that name is registered with it."""

    code: Key
    unit: Key
    name: Line
    kind: Line
    note: Text = ""


class Begun(Act):
    note: Text = ""


__all__ = [
    "Agenda", "Attendee", "Begun", "Called", "Counted", "DocumentChanges", "Held", "ItemChanges", "Left", "ListForm",
    "Listed", "Marked", "Minutes", "NewDocument", "NewItem", "NewLetter", "NewMember", "NewProject", "Reasoned",
    "Revised", "Signing", "TakenOff",
]  # fmt: skip
