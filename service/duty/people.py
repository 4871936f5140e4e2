"""Who people are, for lists and tables of duty."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from models import Person
from service import units


class Card(NamedTuple):
    """A person's name, post and mobile number."""

    name: str
    post: str
    mobile: str


def cards_of(session: Session, codes: Iterable[str | None]) -> dict[str, Card]:
    """Code → card of the people there are."""
    found: dict[str, Card] = {}
    for batch in units.in_batches(sorted({code for code in codes if code})):
        statement = select(col(Person.key), col(Person.name), col(Person.post), col(Person.mobile))
        for code, *facts in session.execute(statement.where(col(Person.key).in_(batch))):
            found[code] = Card(*facts)
    return found
