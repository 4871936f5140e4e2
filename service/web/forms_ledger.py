"""What may come in about hazards, rechecks, enforcement, cases, channels and reports from outside, field by field."""

from typing import Annotated

from pydantic import Field, StrictInt

from service.web.asks import Day, Instant
from service.web.forms import Act, Form, Key, Line, Number, Reasoned, Text, Version

Address = Annotated[str, Field(min_length=1, max_length=2_000)]


class NewHazard(Form):
    """A hazard as it was found; words may be identifiers (`major`) or Chinese (`重大`)."""

    unit: Key
    description: Text
    level: Line = "general"
    mode: Line = "by_deadline"
    source: Line = "other"
    found_on: Day | None = Field(None, description="today where it is left out")
    due_on: Day | None = Field(None, description="as the campaign says for the level where it is left out")
    place: Line = ""
    category: Line = ""
    rank: StrictInt | None = None
    note: Text = ""
    code: Key | None = Field(None, description="a running number of the year where it is left out")
    campaign: Key | None = None
    task: Annotated[str, Field(max_length=300)] | None = None
    found_by: Key | None = Field(None, description="the caller where it is left out")


class Assignment(Act):
    """Who rectifies it and how; what is left out stays as it is."""

    responsible: Key | None = None
    responsible_unit: Key | None = None
    measures: Text | None = None
    funds_yuan: StrictInt | None = None
    contingency: Text | None = None


class Rectified(Act):
    note: Text = Field("", description="what was done; a photo or note kept as `after` will do instead")


class Extended(Reasoned):
    due_on: Day


class Supervised(Act):
    supervisor: Key


class Delisted(Act):
    reason: Text = ""


class Ranked(Act):
    rank: StrictInt | None = Field(description="1 before 2; null takes the rank away")


class LookedBack(Act):
    """What the look-back found: held, rebounded or blocked; the latter two need a note."""

    result: Line
    note: Text = ""


class Draw(Form):
    """A sample of what a campaign closed between two days, both included."""

    campaign: Key
    from_on: Day = Field(alias="from")
    to_on: Day = Field(alias="to")
    share: Number = Field(description="over 0 and at most 1")
    seed: StrictInt | None = Field(None, description="the draw's own key gives one where it is left out")


class NewEnforcement(Form):
    unit: Key
    kind: Line
    on: Day | None = Field(None, description="today where it is left out")
    hazard: Key | None = Field(None, description="the code of a hazard of this unit")
    amount_yuan: StrictInt = 0
    points: StrictInt = 0
    goods: Line = ""
    document: Line = ""
    people: StrictInt = 0
    note: Text = ""


class Acknowledged(Act):
    """Somebody is at it: the case is quiet until then, two weeks ahead at most."""

    until_at: Instant
    note: Text = ""


class NewChannel(Form):
    """A way to reach a person, or a unit's group; the address is kept sealed and never shown whole."""

    address: Address
    person: Key | None = None
    unit: Key | None = None
    rank: StrictInt = 1


class ChannelChanges(Form):
    version: Version = None
    address: Address | None = None
    rank: StrictInt | None = None


class EvidenceNote(Form):
    """What comes with a photo, or stands by itself."""

    note: Text = ""
    stage: Line = Field("", description="before, during, after or nothing")


class Sighted(Form):
    """What a platform saw; the same `ref` of one token is one hazard, however often it comes."""

    ref: Line | StrictInt
    unit: Key
    description: Text
    level: Line | None = None
    place: Line | None = None
    found_at: Instant | None = None


class PublicReport(Form):
    unit: Key
    text: Text
    contact: Line = Field("", description="how to ask back; kept apart from the ledger")
