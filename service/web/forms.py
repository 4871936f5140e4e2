"""What may come in: the body of every call, field by field. What a value means is for the service to say."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictFloat, StrictInt

from models.kinds import AnswerMark, Role, SeasonKind
from service.web.asks import Day, Instant

Line = Annotated[str, Field(max_length=500)]
Text = Annotated[str, Field(max_length=20_000)]
Key = Annotated[str, Field(min_length=1, max_length=200)]
Version = Annotated[StrictInt | None, Field(description="the version that was read; a stale one is refused (409)")]
Number = StrictInt | StrictFloat


class Form(BaseModel):
    """A body; a field it doesn't know is an error."""

    model_config = ConfigDict(extra="forbid")


class SignIn(Form):
    person: Line
    password: Line


class NewPassword(Form):
    old: Line
    new: Line


class NewToken(Form):
    person: Key | None = Field(None, description="whose; the caller's own where it is left out")
    role: Role
    unit: Key
    label: Line = ""
    expires_at: Instant | None = None


class NewGrant(Form):
    person: Key
    role: Role
    unit: Key


class NewUnit(Form):
    code: Key
    name: Line
    kind: Line
    parent: Key | None = None
    sector: Line = ""
    risk: Line = ""
    address: Line = ""
    phone: Line = ""
    zone: Line = ""
    tags: list[Line] = Field(default_factory=list, max_length=100)


class UnitChanges(Form):
    """Only what is given is changed; `tags`, where given, are all the unit carries from today on."""

    version: Version = None
    name: Line | None = None
    kind: Line | None = None
    parent: Key | None = None
    sector: Line | None = None
    risk: Line | None = None
    address: Line | None = None
    phone: Line | None = None
    zone: Line | None = None
    closed_on: Day | None = None
    tags: list[Line] | None = Field(None, max_length=100)


class NewPerson(Form):
    code: Key
    name: Line
    unit: Key
    post: Line = ""
    mobile: Line = ""
    email: Line = ""
    wecom: Line = ""
    language: Line = ""


class PersonChanges(Form):
    """Only what is given is changed; `left_on` ends their sessions, tokens and roles."""

    version: Version = None
    name: Line | None = None
    unit: Key | None = None
    post: Line | None = None
    mobile: Line | None = None
    email: Line | None = None
    wecom: Line | None = None
    language: Line | None = None
    left_on: Day | None = None


class Level(Form):
    """Who holds a level of the chain: at most two; nobody: it is inherited from above."""

    people: list[Key] = Field(max_length=10)
    version: Version = None


class NewSeason(Form):
    kind: SeasonKind
    name: Line = ""
    unit: Key | None = Field(None, description="the unit with everything beneath it; null: everywhere")
    from_on: Day = Field(alias="from")
    to_on: Day = Field(alias="to")


class SeasonChanges(Form):
    version: StrictInt
    name: Line
    from_on: Day = Field(alias="from")
    to_on: Day = Field(alias="to")


class Act(Form):
    """An act that needs no more than the version that was read."""

    version: Version = None


class Reasoned(Act):
    """An act that needs a reason."""

    reason: Text


class Reassignment(Reasoned):
    person: Key


class ItemAnswer(Form):
    mark: AnswerMark
    note: Text = ""


class Finding(Form):
    """A hazard found at a task, as the ledger takes it; without a deadline it is due as the campaign says."""

    description: Text
    level: Line = "general"
    mode: Line = "by_deadline"
    due_on: Day | None = None
    place: Line = ""
    category: Line = ""


class Submission(Act):
    """What is handed in: the figures asked for by name, the checklist's answers by item, what was found, a note."""

    figures: dict[Key, Number] = Field(default_factory=dict, max_length=100)
    answers: dict[Key, ItemAnswer] = Field(default_factory=dict, max_length=1_000)
    findings: list[Finding] = Field(default_factory=list, max_length=100)
    note: Text = ""


class NewEvent(Form):
    name: Key
    unit: Key
    happened_at: Instant | None = Field(None, description="now where it is left out")
    note: Text = ""


class ChecklistForm(Form):
    """A checklist whole: its items in their order."""

    name: Line
    owner: Key
    items: list[Line] = Field(min_length=1, max_length=500)
    version: Version = None


def given(form: BaseModel, *but: str) -> dict[str, Any]:
    """The fields that came, without some."""
    return form.model_dump(exclude_unset=True, exclude=set(but))
