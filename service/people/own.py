"""What people set for themselves, whatever their role: the language they read in."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from models import Person
from service.access import Actor
from service.people import fields
from service.people.fields import fit_one
from service.rules.steps import change
from service.store import require


def speak(session: Session, actor: Actor, language: str, *, now: datetime) -> None:
    """Pages and messages are in this language from now on; Refused for one that nobody has words for."""
    language = fit_one("language", fields.language, language)
    statement = select(col(Person.version), col(Person.language)).where(col(Person.key) == actor.person)
    row = session.execute(statement).one()
    if row.language != language:
        step = change(Person, actor.person, row.version, "language chosen", {"language": language})
        require(session, [step], now=now, by=actor.person)
