"""How each recipient is reached: their own channels by rank, and after those the group of the nearest unit above."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from models import Channel, Person, Unit
from models.base import table_of
from service.rules.chain import ancestors
from service.rules.notices import ChannelFacts, Route
from service.units import among, in_batches, paths_of

UNIT = "unit:"  # a notice to `unit:<code>` is for everybody there: it goes to the unit's group
CHANNEL, PERSON, PLACE = table_of(Channel).c, table_of(Person).c, table_of(Unit).c
FACTS = tuple(CHANNEL[name] for name in ChannelFacts._fields)


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
        columns = select(PERSON.key, PERSON.name, PERSON.mobile, PERSON.language, PLACE.path).join(
            table_of(Unit), PERSON.unit == PLACE.key
        )
        for key, *facts in session.execute(columns.where(among(session, PERSON.key, batch))).all():
            found[key] = Addressee(*facts)
    units = {one.removeprefix(UNIT) for one in named if one.startswith(UNIT)}
    found |= {UNIT + code: Addressee(path=path) for code, path in paths_of(session, units).items()}
    return found


def gather_routes(session: Session, addressees: dict[str, Addressee]) -> dict[str, Route]:
    """Recipient → the channels that lead to them, in the order they are tried."""
    own: dict[str, list[ChannelFacts]] = {}
    refused: set[str] = set()
    for batch in in_batches(sorted(addressees)):
        statement = select(*FACTS, CHANNEL.person, CHANNEL.refused).where(among(session, CHANNEL.person, batch))
        for *facts, person, reason in session.execute(statement.order_by(CHANNEL.rank, CHANNEL.key)).all():
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
        statement = select(*FACTS, CHANNEL.refused).where(among(session, CHANNEL.unit, batch))
        for *facts, reason in session.execute(statement.order_by(CHANNEL.rank, CHANNEL.key)).all():
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
