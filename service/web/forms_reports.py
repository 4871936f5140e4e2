"""What may come in about reports."""

from typing import Annotated

from pydantic import Field

from service.web.asks import Day
from service.web.forms import Act, Form, ItemAnswer, Key, Line, Number, Reasoned, Text

__all__ = [
    "Choice", "NewReport", "Reasoned", "Sent", "SharedKey", "StatedFigure", "WrittenText",
]  # fmt: skip
Longer = Annotated[str, Field(max_length=200_000)]


class NewReport(Form):
    """A report of a unit and everything beneath it, of days both included; frozen at once unless `draft`."""

    unit: Key
    from_on: Day = Field(alias="from")
    to_on: Day = Field(alias="to")
    template: Key | None = Field(None, description="the one for its stretch of days where it is left out")
    campaign: Key | None = Field(None, description="only what belongs to it and its sub-plans")
    draft: bool = False


class WrittenText(Act):
    """A part that people write; empty takes it back. What is too long is refused by the service, by its name."""

    text: Longer


class StatedFigure(Act):
    """A figure stated otherwise than the records have it, and from where; null takes it back."""

    value: Number | None
    source: Line = ""


class Choice(Act):
    template: Key
    campaign: Key | None = None


class Sent(Act):
    """`figures`: the numbers that the task asks for and the report does not have; `answers`: those to its checklist."""

    figures: dict[Key, Number] = Field(default_factory=dict, max_length=100)
    answers: dict[Key, ItemAnswer] = Field(default_factory=dict, max_length=1_000)
    note: Text = ""


class SharedKey(Form):
    """The key for a unit's report files; made here where none is given."""

    unit: Key
    secret: Line | None = None
