"""Who and where a ledger's sheet means: units, campaigns and people by their codes, or by names that only one bears."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models import Campaign, Person, Unit
from service.access import Actor, in_scope, units_beneath
from service.imports.rows import Entry, Reading

SEVERAL = ""  # a name that more than one bears


class Names:
    """What the sheet may name: code or name → code; a name that several bear leads nowhere."""

    def __init__(self, units: Iterable[Any], campaigns: Iterable[Any], people: Iterable[Any]) -> None:
        rows, everybody = list(units), list(people)
        self.units = by_either((row.key, row.name) for row in rows)
        self.closed = {row.key for row in rows if row.closed_on is not None}
        self.campaigns = by_either((row.key, row.name) for row in campaigns)
        self.people = by_either((row.key, row.name) for row in everybody if row.left_on is None)
        # of two who bear a name, one of whom left, the other is meant
        self.ever = by_either((row.key, row.name) for row in everybody if row.left_on is not None) | self.people

    def resolve(self, reading: Reading, entry: Entry, *, stands: bool = False) -> None:
        """Put codes in the place of names; what leads nowhere is a fault where somebody must be found by it.

        Who inspected or accepted long ago may be anybody, and so may whoever answered for what is closed now. Of what
        `stands` in the ledger only the unit is compared.
        """
        values = entry.values
        self.put(reading, entry, "unit", self.units, "there is no unit {name}")
        if stands:
            return
        self.put(reading, entry, "responsible_unit", self.units, "there is no unit {name}")
        self.put(reading, entry, "campaign", self.campaigns, "there is no campaign {name}")
        over = bool(values.get("closed_on") or values.get("accepted_on"))
        people = self.ever if over else self.people
        for column in ("responsible", "supervisor"):
            self.put(reading, entry, column, people, "there is nobody of the number or name {name}", loose=over)
        for column in ("found_by", "accepted_by"):
            self.put(reading, entry, column, self.ever, "", loose=True)
        if not over and values.get("unit") in self.closed:
            reading.fault(entry, "unit", "is closed")

    @staticmethod
    def put(
        reading: Reading, entry: Entry, column: str, known: dict[str, str], reason: str, *, loose: bool = False
    ) -> None:
        values = entry.values
        if column not in values:
            return
        name = values[column]
        if not name:
            if column == "unit":
                reading.fault(entry, column, "is missing")
                del values[column]
            else:
                values[column] = None
            return
        code = known.get(name)
        if code:
            values[column] = code
        elif not loose:
            del values[column]
            more = "{name} is the name of more than one: give the code" if code == SEVERAL else reason
            reading.fault(entry, column, more, name=name)


def by_either(rows: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Code → code, and name → code where the name is nobody else's code or name."""
    known: dict[str, str] = {}
    codes: dict[str, str] = {}
    for code, name in rows:
        codes[code] = code
        known[name] = SEVERAL if known.get(name, code) != code else code
    return known | codes


def gather_names(session: Session, actor: Actor, act: str) -> Names:
    """The units where the actor may do this, the campaigns there are, and the people in the actor's sight, ever."""
    here = select(col(Unit.key), col(Unit.name), col(Unit.closed_on)).where(units_beneath(actor.paths(act)))
    people = select(col(Person.key), col(Person.name), col(Person.left_on))
    people = people.where(in_scope(Person.unit, actor.paths("see units")))
    return Names(
        session.execute(here),
        session.execute(select(col(Campaign.key), col(Campaign.name))),
        session.execute(people),
    )
