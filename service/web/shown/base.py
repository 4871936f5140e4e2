"""What every description of an answer shares."""

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

Item = TypeVar("Item")


class Shown(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Listing(Shown, Generic[Item]):
    """A page; `next` is the `after` of the one that follows, null at the end."""

    items: list[Item]
    next: str | None
