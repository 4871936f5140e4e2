"""Claiming: what is due, grouped by where it goes, taken by one sender alone, and no more than its address may get."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import or_, select
from sqlmodel import Session, col

from models import Allowance, Notice, Person, Unit
from models.base import table_of
from models.kinds import NoticeState
from service import store
from service.couriers.addresses import SealBroken
from service.notices.routes import Addressee, gather_addressees, gather_routes
from service.rules import allowances
from service.rules import notices as rules
from service.rules.allowances import AllowanceFacts
from service.rules.notices import NOWHERE, Bundle, NoticeFacts, Outcome, Route
from service.rules.steps import Step, change, make
from service.units import among, in_batches

LOOKED_AT = 50_000
BATCH = 2_000
MESSAGES_AT_ONCE = 480
NOTICES_AT_ONCE = 4_000
WAITING = (NoticeState.owed, NoticeState.sending, NoticeState.unknown)
BY = "sender"
NO_CHANNEL = "\0"
NAMES_UNITS = ("unit", "to_unit", "from_unit")  # facts that are a unit's code and are said by its name
NAMES_PEOPLE = "person"  # the fact that is somebody's code: whose watch it is, who asks

Opens = Callable[[str], str]

# columns of the table and not of the model: there are many rows, and none becomes an object
NOTICE = table_of(Notice).c


class Terms(NamedTuple):
    """What a sender keeps to: how long its claims hold, the most an address gets in a minute, the quiet hours.

    On the kinds of channel in `never_twice`, what may have arrived is not sent again.
    """

    lease: timedelta = rules.LEASE_FOR
    a_minute: int = 20
    quiet: tuple[time, time] = rules.QUIET
    never_twice: frozenset[str] = frozenset()


class Chunk(NamedTuple):
    """Notices that are claimed together, and the channels they are going to; no message is split between two chunks."""

    keys: list[str]
    channels: set[str]


class Outlook(NamedTuple):
    """What is due, chunk by chunk, with what is known of those it is for."""

    chunks: list[Chunk]
    people: dict[str, Addressee]
    routes: dict[str, Route]
    addresses: dict[str, str]


class Called(NamedTuple):
    """What somebody is called, and where."""

    name: str
    mobile: str


class Claimed(NamedTuple):
    """What one sender has taken at an instant, and the names of the units and the people it is about."""

    bundles: list[Bundle]
    at: datetime
    unit_names: dict[str, str]
    called: dict[str, Called]


def put_off(session: Session, now: datetime, until_at: datetime) -> int:
    """Let what is not urgent wait for the end of the quiet hours; answers how many did, a batch at most."""
    statement = select(col(Notice.key), col(Notice.version)).where(col(Notice.attend_at) <= now)
    statement = statement.where(col(Notice.urgent).is_(False), col(Notice.state).in_(WAITING))
    rows = session.execute(locked(session, statement.order_by(col(Notice.attend_at)).limit(BATCH)))
    steps = [change(Notice, key, version, "put off", {"attend_at": until_at}) for key, version in rows]
    return store.apply(session, steps, now=now, by=BY, journal=False).applied


def locked(session: Session, statement: Any) -> Any:
    """The statement, leaving out what another sender is just taking (PostgreSQL; SQLite has one writer at a time)."""
    postgresql = session.get_bind().dialect.name == "postgresql"
    return statement.with_for_update(skip_locked=True, of=Notice) if postgresql else statement


def look(session: Session, now: datetime, unseal: Opens, only: Sequence[str] = ()) -> Outlook:
    """What is due at `now`, or with `only` the urgent ones of it named by key or subject; nothing is taken yet."""
    due: list[Any] = []
    statement = select(NOTICE.key, NOTICE.recipient, NOTICE.channel, NOTICE.urgent)
    statement = statement.where(NOTICE.attend_at <= now, NOTICE.state.in_(WAITING))
    statement = statement.order_by(NOTICE.attend_at, NOTICE.key).limit(LOOKED_AT)
    for named in in_batches(only) if only else [[]]:
        mine = or_(NOTICE.key.in_(named), NOTICE.subject.in_(named))
        due += session.execute(statement.where(mine, NOTICE.urgent) if named else statement).all()
    people = gather_addressees(session, {row.recipient for row in due})
    routes = gather_routes(session, people)
    places: dict[str, list[Any]] = {}
    for row in due:
        channel = rules.choose(routes.get(row.recipient, NOWHERE), row.channel)
        places.setdefault(channel.key if channel else f"{NO_CHANNEL}{row.recipient}", []).append(row)
    sealed = {channel.key: channel.sealed for route in routes.values() for channel in route.channels}
    return Outlook(list(chunks(places)), people, routes, opened(sealed, unseal))


def opened(sealed: Mapping[str, str], unseal: Opens) -> dict[str, str]:
    """Channel → its address; one that no key in force opens is left out."""
    found: dict[str, str] = {}
    for key, value in sealed.items():
        try:
            found[key] = unseal(value)
        except SealBroken:
            continue
    return found


def chunks(places: Mapping[str, Sequence[Any]]) -> Iterable[Chunk]:
    """The keys of what goes to one place stay together, unless they are urgent and so leave one by one anyway."""
    chunk, messages = Chunk([], set()), 0
    for place, rows in places.items():
        urgent = [row.key for row in rows if row.urgent]
        digest = [row.key for row in rows if not row.urgent]
        parts = [(keys, len(keys)) for keys in in_batches(urgent, MESSAGES_AT_ONCE)] + [(digest, 1)] * bool(digest)
        for keys, many in parts:
            full = messages + many > MESSAGES_AT_ONCE or len(chunk.keys) + len(keys) > NOTICES_AT_ONCE
            if chunk.keys and full:
                yield chunk
                chunk, messages = Chunk([], set()), 0
            chunk.keys.extend(keys)
            chunk.channels.update(set() if place.startswith(NO_CHANNEL) else {place})
            messages += many
    if chunk.keys:
        yield chunk


def claim(session: Session, now: datetime, chunk: Chunk, outlook: Outlook, terms: Terms) -> Claimed:
    """Take these notices for this sender alone, as far as nobody else has and their addresses may get them now.

    1. hold the allowances of the addresses they go to, in order of their keys: two senders never lock crosswise, and
       what goes to one address is never divided between them
    2. read the notices that are still due, and bundle them
    3. write the claims by compare-and-set: a lease on what leaves, a later instant on what must wait
    """
    hashes = {key: hashed(outlook.addresses[key]) for key in chunk.channels if key in outlook.addresses}
    books = gather_allowances(session, set(hashes.values()), now)
    found = reread(session, now, chunk.keys)
    never = {n.key for n in found if lapsed_for_good(n, outlook, terms)}
    steps = [step for n in found if n.key in never for step in given_up(n, outlook, now)]
    going: list[Bundle] = []
    by_address: dict[str, list[Bundle]] = {}
    for bundle in rules.bundles([n for n in found if n.key not in never], outlook.routes):
        place = bundle.channel.key if bundle.channel else ""
        if place in hashes:
            by_address.setdefault(hashes[place], []).append(bundle)
        elif not place or place not in outlook.addresses:
            going.append(bundle)  # there is no address that could get too much
    for address, group in by_address.items():
        free = allowances.free(books[address], now, terms.a_minute)
        leave, wait = rules.rationed(group, free.now)
        going += leave
        later = {"attend_at": max(free.next_at, now + allowances.MILLISECOND)}
        steps += [change(Notice, n.key, n.version, "must wait", later) for bundle in wait for n in bundle.notices]
        if leave:
            steps.append(allowances.spend(books[address], now, len(leave)))
    mark = uuid4().hex
    lease = {"state": NoticeState.sending, "claim": mark, "attend_at": now + terms.lease}
    for bundle in going:
        values = {**lease, "channel": bundle.channel.key if bundle.channel else ""}
        steps += [change(Notice, n.key, n.version, "claimed", values) for n in bundle.notices]
    done = store.apply(session, steps, now=now, by=BY, journal=False)
    if done.refused:  # another sender was faster with some of them
        going = kept(going, marked(session, chunk.keys, mark))
    codes = units_said(n for bundle in going for n in bundle.notices)
    people = {str(n.facts[NAMES_PEOPLE]) for bundle in going for n in bundle.notices if n.facts.get(NAMES_PEOPLE)}
    return Claimed(claimed(going), now, gather_names(session, codes), gather_called(session, people))


def reread(session: Session, now: datetime, keys: Sequence[str]) -> list[NoticeFacts]:
    """Those of the notices that are still due and that nobody is just taking."""
    statement = select(*(NOTICE[name] for name in NoticeFacts._fields))
    statement = statement.where(NOTICE.attend_at <= now, NOTICE.state.in_(WAITING)).order_by(NOTICE.key)
    return [
        NoticeFacts(*row)
        for batch in in_batches(sorted(keys))
        for row in session.execute(locked(session, statement.where(among(session, NOTICE.key, batch)))).all()
    ]


def marked(session: Session, keys: Sequence[str], mark: str) -> set[str]:
    """Those of the notices that bear this sender's mark."""
    statement = select(NOTICE.key).where(NOTICE.claim == mark)
    return {
        key
        for batch in in_batches(keys)
        for key in session.execute(statement.where(among(session, NOTICE.key, batch))).scalars()
    }


def units_said(notices: Iterable[NoticeFacts]) -> set[str]:
    """The codes of the units that the words of these notices call by their names."""
    return {str(one.facts[name]) for one in notices for name in NAMES_UNITS if one.facts.get(name)}


def gather_names(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """Unit code → name."""
    statement = select(col(Unit.key), col(Unit.name))
    return {
        key: name
        for batch in in_batches(codes)
        for key, name in session.execute(statement.where(among(session, col(Unit.key), batch)))
    }


def gather_called(session: Session, codes: Iterable[str]) -> dict[str, Called]:
    """Person code → name and number."""
    statement = select(col(Person.key), col(Person.name), col(Person.mobile))
    return {
        key: Called(name, mobile)
        for batch in in_batches(codes)
        for key, name, mobile in session.execute(statement.where(among(session, col(Person.key), batch)))
    }


def kept(bundles: Iterable[Bundle], keys: set[str]) -> list[Bundle]:
    """What is left of the bundles when a race took some of their notices."""
    left = [Bundle(b.channel, tuple(n for n in b.notices if n.key in keys)) for b in bundles]
    return [bundle for bundle in left if bundle.notices]


def claimed(bundles: Iterable[Bundle]) -> list[Bundle]:
    """The bundles, each notice at the version that its claim has made."""
    return [Bundle(b.channel, tuple(n._replace(version=n.version + 1) for n in b.notices)) for b in bundles]


GIVEN_UP = Outcome("unknown", "lease", "its sender was lost; on this kind of channel nothing is sent twice", final=True)


def lapsed_for_good(notice: NoticeFacts, outlook: Outlook, terms: Terms) -> bool:
    """Whether a notice may have arrived on a kind of channel where twice is worse than never."""
    channel = rules.choose(outlook.routes.get(notice.recipient, NOWHERE), notice.channel)
    return notice.again and channel is not None and channel.kind in terms.never_twice


def given_up(notice: NoticeFacts, outlook: Outlook, now: datetime) -> list[Step]:
    """What becomes of a notice that may have arrived and must not be sent again."""
    channel = rules.choose(outlook.routes.get(notice.recipient, NOWHERE), notice.channel)
    return rules.settle(Bundle(channel, (notice,)), GIVEN_UP, outlook.routes, now)


def hashed(address: str) -> str:
    """The name under which an address's allowance stands: nothing secret can be read from it."""
    return sha256(address.encode()).hexdigest()


def gather_allowances(session: Session, hashes: set[str], now: datetime) -> dict[str, AllowanceFacts]:
    """Hash → what its address has lately been sent, held for this sender until its transaction ends."""
    fresh: dict[str, Any] = {"sent": [], "blocked_until_at": None}
    postgresql = session.get_bind().dialect.name == "postgresql"
    found: dict[str, AllowanceFacts] = {}
    for batch in in_batches(sorted(hashes)):
        table = table_of(Allowance)
        standing = select(table.c.key).where(among(session, table.c.key, batch))
        missing = set(batch) - set(session.execute(standing).scalars())
        store.apply(session, [make(Allowance, key, "made", fresh) for key in missing], now=now, by=BY, journal=False)
        statement = select(*(table.c[name] for name in AllowanceFacts._fields)).where(
            among(session, table.c.key, batch)
        )
        rows = session.execute(statement.order_by(table.c.key).with_for_update() if postgresql else statement).all()
        found.update((row.key, AllowanceFacts(*row)) for row in rows)
    return found
