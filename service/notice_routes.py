"""How each recipient is reached: their own channels by rank, and after those the group of the nearest unit above."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from models import Channel, Person, Unit
from service.rules.chain import ancestors
from service.rules.notices import ChannelFacts, Route
from service.units import in_batches, paths_of

UNIT = "unit:"  # a notice to `unit:<code>` is for everybody there: it goes to the unit's group
FACTS = tuple(col(getattr(Channel, name)) for name in ChannelFacts._fields)


class Addressee(NamedTuple):
    """Somebody a message is for: the name, the mobile to be called up, the language, the path of their unit."""

    name: str = ""
    mobile: str = ""
    language: str = ""
    path: str = ""


NOBODY_KNOWN = Addressee()


def gather_addressees(session: Session, recipients: Iterable[str]) -> dict[str, Addressee]:
    """Recipient → who they are; a unit is nobody by name."""
    found: dict[str, Addressee] = {}
    named = set(recipients)
    for batch in in_batches(sorted(named)):
        columns = select(
            col(Person.key), col(Person.name), col(Person.mobile), col(Person.language), col(Unit.path)
        ).join(Unit, col(Person.unit) == col(Unit.key))
        for key, *facts in session.execute(columns.where(col(Person.key).in_(batch))):
            found[key] = Addressee(*facts)
    units = {one.removeprefix(UNIT) for one in named if one.startswith(UNIT)}
    found |= {UNIT + code: Addressee(path=path) for code, path in paths_of(session, units).items()}
    return found


def gather_routes(session: Session, addressees: dict[str, Addressee]) -> dict[str, Route]:
    """Recipient → the channels that lead to them, in the order they are tried."""
    own: dict[str, list[ChannelFacts]] = {}
    refused: set[str] = set()
    for batch in in_batches(sorted(addressees)):
        statement = select(*FACTS, col(Channel.person), col(Channel.refused)).where(col(Channel.person).in_(batch))
        for *facts, person, reason in session.execute(statement.order_by(col(Channel.rank), col(Channel.key))):
            if reason:
                refused.add(person)
            else:
                own.setdefault(person, []).append(ChannelFacts(*facts))
    groups, silent = gather_groups(session, {one.path for one in addressees.values() if one.path})
    routes: dict[str, Route] = {}
    for key, one in addressees.items():
        channels = (*own.get(key, ()), *groups.get(one.path, ()))
        routes[key] = Route(channels, not channels and (key in refused or one.path in silent))
    return routes


def gather_groups(session: Session, paths: set[str]) -> tuple[dict[str, tuple[ChannelFacts, ...]], set[str]]:
    """Path → the channels of the nearest unit on it whose group can be reached; and the paths whose groups refuse."""
    usable: dict[str, list[ChannelFacts]] = {}
    refused: set[str] = set()
    for batch in in_batches({code for path in paths for code in ancestors(path)}):
        statement = select(*FACTS, col(Channel.refused)).where(col(Channel.unit).in_(batch))
        for *facts, reason in session.execute(statement.order_by(col(Channel.rank), col(Channel.key))):
            channel = ChannelFacts(*facts)
            if reason:
                refused.add(str(channel.unit))
            else:
                usable.setdefault(str(channel.unit), []).append(channel)
    nearest: dict[str, tuple[ChannelFacts, ...]] = {}
    silent: set[str] = set()
    for path in paths:
        codes = ancestors(path)
        unit = next((code for code in codes if code in usable), None)
        if unit is not None:
            nearest[path] = tuple(usable[unit])
        elif refused.intersection(codes):
            silent.add(path)
    return nearest, silent
