"""Names in the place of codes where an import finds the code again: whoever shares a name stands with the code."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models import Campaign, Person, Unit
from service.imports.hazards_names import by_either


class Names:
    """What units, campaigns and people are called in a sheet."""

    def __init__(
        self, units: Iterable[Any], campaigns: Iterable[Any], left: Iterable[Any], here: Iterable[Any]
    ) -> None:
        self.units = sayable(list(units))
        self.campaigns = sayable(list(campaigns))
        self.people = sayable(list(left), list(here))

    def unit(self, code: str | None) -> str:
        return self.units.get(code or "", code or "")

    def campaign(self, code: str | None) -> str:
        return self.campaigns.get(code or "", code or "")

    def person(self, code: str | None) -> str:
        """A person, or what stands in the place of one: who inspected long ago may be anybody."""
        return self.people.get(code or "", code or "")


def sayable(*layers: list[Any]) -> Mapping[str, str]:
    """Code → name, for those whose name leads back to them; a later layer is meant before an earlier one."""
    meant: dict[str, str] = {}
    for rows in layers:
        meant |= by_either((row.key, row.name) for row in rows)
    return {row.key: row.name for rows in layers for row in rows if meant[row.name] == row.key}


def gather_names(session: Session) -> Names:
    """The names of all there are: one that is somebody else's out of sight is no good either."""
    people = select(col(Person.key), col(Person.name))
    return Names(
        session.execute(select(col(Unit.key), col(Unit.name))),
        session.execute(select(col(Campaign.key), col(Campaign.name))),
        session.execute(people.where(col(Person.left_on).is_not(None))),
        session.execute(people.where(col(Person.left_on).is_(None))),
    )
