"""Signing in with a password: one-time passwords, sessions of a browser, and the lock after too many failures.

Passwords are kept as argon2id, cookies as SHA-256. Hashing happens outside every transaction, so that a sign-in never
holds up a writer; that is why `sign_in` and `change_password` take the engine and open short transactions themselves.
Don't call them while a transaction of your own is open.
"""

import secrets
from datetime import datetime, timedelta
from time import monotonic, sleep
from typing import NamedTuple

from sqlalchemy import Engine, bindparam, select
from sqlmodel import Session, col

from models import Grant, Login, Person, Unit, WebSession
from service.access import Actor, actor_for, holding, is_top
from service.errors import Fault, Forbidden, NotFound, Refused, Unknown
from service.notices.words import N_
from service.people.fields import is_code
from service.people.person_acts import visible_person
from service.rules.steps import Step, change, make
from service.settings import settings
from service.signin.passwords import digest, fit_password, one_time_password, stand_in, verified
from service.signin.tokens import TokenRecord, digest_of, issue_token, revoke_token, token_actor, tokens
from service.store import apply, reading, require, transaction

__all__ = [
    "SignedIn", "TokenRecord", "Visitor", "add_login", "change_password", "enrol", "issue_token", "may_enrol",
    "revoke_token", "sign_in", "sign_out", "token_actor", "tokens", "visitor", "who",
]  # fmt: skip

FAILURES_AT_MOST = 5
LOCKED_FOR = timedelta(minutes=15)
# the same words for a wrong number, a wrong password and a locked login, so that nobody learns which numbers exist
WRONG = N_("The staff number or the password is wrong; after five failures wait fifteen minutes")

FAILS_AFTER_SECONDS = 0.15  # no failure is told sooner, so that its time says nothing of its reason


class SignedIn(NamedTuple):
    """The cookie's secret, shown to the browser once, and whether the password must be changed before anything else."""

    cookie: str
    must_change: bool
    expires_at: datetime


class Visitor(NamedTuple):
    """Who stands behind a cookie. While `must_change` is set the actor holds nothing: all they can do is change it."""

    actor: Actor
    name: str
    language: str
    must_change: bool


def add_login(session: Session, person: str, *, now: datetime, password: str | None = None, by: str = "zhiban") -> str:
    """Let a person sign in, or again after they forgot; answers the password, which can't be shown again.

    Without `password` a random one is made that must be changed at first use. Sessions that are open end. Raises
    NotFound for an unknown person, Refused for one who left or an unfit password. Who may do this for whom is the
    caller's to check: whoever sets a password can act as that person.
    """
    statement = select(col(Person.left_on)).where(col(Person.key) == person)
    left = session.execute(statement).one_or_none() if is_code(person) else None
    if left is None:
        raise NotFound("There is nobody with the staff number {code}", code=person)
    if left.left_on is not None:
        raise Refused("Some fields are wrong", faults=[Fault("person", "has left")])
    if password is not None:
        fit_password(person, password)
    plain = password or one_time_password()
    values = {
        "password_hash": digest(plain), "one_time": password is None, "failures": 0, "locked_until_at": None,
    }  # fmt: skip
    stands = session.execute(select(col(Login.version)).where(col(Login.key) == person)).scalar_one_or_none()
    if stands is None:
        steps = [make(Login, person, "login added", values)]
    else:
        steps = [change(Login, person, stands, "login reset", values), *close_sessions(session, person, now)]
    require(session, steps, now=now, by=by)
    return plain


def enrol(session: Session, actor: Actor, person: str, *, now: datetime) -> str:
    """Let somebody sign in with a one-time password, or reset theirs; answers the password.

    Whoever hands out a password could use it, so this takes the right to grant roles over the person's own unit and
    over everything they hold. Raises NotFound, Forbidden, and Refused for one who left.
    """
    if not may_enrol(session, actor, person):
        raise Forbidden("Your role does not allow this here")
    return add_login(session, person, now=now, by=actor.person)


def may_enrol(session: Session, actor: Actor, person: str) -> bool:
    """Whether the actor may let somebody sign in; NotFound where there is nobody that they may see."""
    places = [visible_person(session, actor, person).path, *(path for _, path in actor_for(session, person).holds)]
    return all(actor.may("grant", path) for path in places)


def sign_in(
    engine: Engine, person: str, password: str, *, now: datetime, lasts_for: timedelta | None = None
) -> SignedIn:
    """A new session for a person who gives their password.

    The attempt is counted before the password is looked at, so that many at once don't get more than five. Raises
    Unknown, with the same words and after the same time whether the number, the password or the lock is the reason.
    """
    count_attempt(engine, person, password, now=now)
    lasts_for = lasts_for or timedelta(hours=settings().session_hours)
    cookie, expires_at = secrets.token_urlsafe(32), now + lasts_for
    with transaction(engine) as session:
        login = session.execute(
            select(col(Login.version), col(Login.one_time)).where(col(Login.key) == person).with_for_update()
        ).one()
        steps = [
            change(Login, person, login.version, "signed in", {"failures": 0, "locked_until_at": None}),
            make(WebSession, digest_of(cookie), "opened", {"person": person, "expires_at": expires_at}),
        ]
        require(session, steps, now=now, by=person)
    return SignedIn(cookie, login.one_time, expires_at)


def change_password(
    engine: Engine, person: str, old: str, new: str, *, now: datetime, cookie: str | None = None
) -> None:
    """A new password for a person who gives the old one; their other sessions end, that of `cookie` stays.

    Raises Refused for a new password that is too short, the staff number or the old one; Unknown for a wrong old one,
    counted like a failed sign-in.
    """
    fit_password(person, new)
    if new == old:
        raise Refused("Some fields are wrong", faults=[Fault("new", "is the old password")])
    count_attempt(engine, person, old, now=now)
    hashed = digest(new)
    with transaction(engine) as session:
        stands = session.execute(
            select(col(Login.version)).where(col(Login.key) == person).with_for_update()
        ).scalar_one()
        values = {"password_hash": hashed, "one_time": False, "failures": 0, "locked_until_at": None}
        steps = [change(Login, person, stands, "password changed", values)]
        steps += close_sessions(session, person, now, but=digest_of(cookie) if cookie else None)
        require(session, steps, now=now, by=person)


def visitor(session: Session, cookie: str, *, now: datetime) -> Visitor | None:
    """Who stands behind a cookie, with the roles they hold now; None when it has ended or they left."""
    rows = session.execute(BEHIND_COOKIE, {"cookie": digest_of(cookie)}).all()
    if not rows or rows[0].expires_at <= now:
        return None
    first = rows[0]
    must_change = bool(first.one_time)
    held = () if must_change else ((row.role, row.path, row.top) for row in rows)
    return Visitor(holding(first.person, held), first.name, first.language, must_change)


def who(session: Session, cookie: str, *, now: datetime) -> Actor | None:
    """The actor behind a cookie; None when nobody is."""
    found = visitor(session, cookie, now=now)
    return found.actor if found else None


def sign_out(session: Session, cookie: str, *, now: datetime) -> None:
    """The session behind the cookie ends; an unknown one is let be."""
    open_ones = select(col(WebSession.version), col(WebSession.person))
    open_ones = open_ones.where(col(WebSession.key) == digest_of(cookie), col(WebSession.revoked_at).is_(None))
    found = session.execute(open_ones).one_or_none()
    if found:
        step = change(WebSession, digest_of(cookie), found.version, "signed out", {"revoked_at": now})
        apply(session, [step], now=now, by=found.person)


BEHIND_COOKIE = (
    select(col(WebSession.person), col(WebSession.expires_at), col(Person.name), col(Person.language))
    .add_columns(col(Login.one_time), col(Grant.role), col(Unit.path), is_top(Unit))
    .join(Person, col(WebSession.person) == col(Person.key))
    .outerjoin(Login, col(Login.key) == col(Person.key))
    .outerjoin(Grant, col(Grant.person) == col(Person.key))
    .outerjoin(Unit, col(Grant.unit) == col(Unit.key))
    .where(
        col(WebSession.key) == bindparam("cookie"), col(WebSession.revoked_at).is_(None), col(Person.left_on).is_(None)
    )
    .order_by(col(Grant.key))
)


def count_attempt(engine: Engine, person: str, password: str, *, now: datetime) -> None:
    """Count one more attempt, then look at the password; Unknown when it is wrong or the login is locked."""
    started = monotonic()
    known = kept = None
    if is_code(person):
        with reading(engine) as session:
            known = session.execute(select(col(Login.key)).where(col(Login.key) == person)).one_or_none()
    if known:
        with transaction(engine) as session:
            kept = counted(session, person, now)
    # a stand-in is verified where there is nothing to verify: the answer takes as long
    right = verified(password, kept or stand_in())
    if not (kept and right):
        sleep(max(0.0, FAILS_AFTER_SECONDS - (monotonic() - started)))
        raise Unknown(WRONG)


def counted(session: Session, person: str, now: datetime) -> str | None:
    """The hash to compare with, once the attempt stands in the books; None while the login is locked or they left."""
    statement = select(col(Login.version), col(Login.failures), col(Login.locked_until_at), col(Login.password_hash))
    statement = statement.join(Person, col(Login.key) == col(Person.key)).where(col(Person.left_on).is_(None))
    login = session.execute(statement.where(col(Login.key) == person).with_for_update(of=Login)).one_or_none()
    if login is None or (login.locked_until_at is not None and login.locked_until_at > now):
        return None
    tries = login.failures + 1
    locked = tries >= FAILURES_AT_MOST
    values = {"failures": 0 if locked else tries, "locked_until_at": now + LOCKED_FOR if locked else None}
    require(session, [change(Login, person, login.version, "tried to sign in", values)], now=now, by=person)
    return str(login.password_hash)


def close_sessions(session: Session, person: str, now: datetime, *, but: str | None = None) -> list[Step]:
    """The steps that end a person's sessions."""
    open_ones = select(col(WebSession.key), col(WebSession.version))
    open_ones = open_ones.where(col(WebSession.person) == person, col(WebSession.revoked_at).is_(None))
    return [
        change(WebSession, key, version, "signed out", {"revoked_at": now})
        for key, version in session.execute(open_ones)
        if key != but
    ]
