"""Bearer tokens: `zb_<public>_<secret>`, shown once, kept as a SHA-256, good for one role on one subtree.

A token never does more than its person may at the moment it is presented.
"""

import secrets
import string
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from typing import NamedTuple

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models import Grant, Person, Token, Unit
from service.access import Actor, actor_for, holding, in_scope, is_top, narrowed
from service.errors import Fault, Forbidden, NotFound, Refused, Unknown
from service.people import fields
from service.people.fields import fit_one
from service.people.person_acts import visible_person
from service.people.unit_acts import visible_unit
from service.rules.steps import change, make
from service.store import require

PREFIX = "zb"
SIGNS = string.ascii_letters + string.digits
PUBLIC_SIGNS = 12
SECRET_SIGNS = 43  # 256 bits
NOT_VALID = "This token is not valid"


class TokenRecord(NamedTuple):
    """A token as it may be shown: `key` is its public half."""

    key: str
    version: int
    person: str
    role: str
    unit: str
    label: str
    expires_at: datetime | None
    revoked_at: datetime | None


def issue_token(
    session: Session,
    actor: Actor,
    person: str,
    role: str,
    unit: str,
    *,
    now: datetime,
    expires_at: datetime | None = None,
    label: str = "",
) -> str:
    """A new token for a person, in the only form that opens anything; it is not kept and can't be shown again.

    Everybody may issue their own; somebody else's takes the right to grant roles on the unit. Raises Refused when the
    person doesn't hold the role there, or `expires_at` has passed.
    """
    role = fit_one("role", fields.role, role)
    label = fit_one("label", fields.text, label)
    found = visible_unit(session, actor, unit)
    if actor.person != person:
        actor.must("grant", found.path, see="see units")
    if visible_person(session, actor, person).left_on is not None:
        raise Refused("Some fields are wrong", faults=[Fault("person", "has left")])
    holder = actor if actor.person == person else actor_for(session, person)
    if not narrowed(holder, role, found.path).holds:
        raise Refused("Some fields are wrong", faults=[Fault("role", "is not held by this person there")])
    if expires_at is not None and expires_at <= now:
        raise Refused("Some fields are wrong", faults=[Fault("expires_at", "has passed")])
    public, secret = random_signs(PUBLIC_SIGNS), random_signs(SECRET_SIGNS)
    values = {
        "secret_hash": digest_of(secret), "person": person, "role": role, "unit": unit, "label": label,
        "expires_at": expires_at,
    }  # fmt: skip
    require(session, [make(Token, public, "issued", values, label)], now=now, by=actor.person)
    return f"{PREFIX}_{public}_{secret}"


def token_actor(session: Session, presented: str, *, now: datetime) -> Actor:
    """The person behind a token, narrowed to its role and unit and to what they hold themselves now; one statement.

    Raises Unknown for what is no token, a wrong secret, an expired or revoked one, or a person who left.
    """
    prefix, _, rest = presented.partition("_")
    public, _, secret = rest.partition("_")
    rows = session.execute(BEHIND_TOKEN, {"public": public}).all() if prefix == PREFIX and is_public(public) else []
    if not rows:
        raise Unknown(NOT_VALID)
    first = rows[0]
    if not compare_digest(first.secret_hash, digest_of(secret)):
        raise Unknown(NOT_VALID)
    if first.expires_at is not None and first.expires_at <= now:
        raise Unknown(NOT_VALID)
    holder = holding(first.person, ((row.held_role, row.held_path, row.top) for row in rows))
    return narrowed(holder, first.role, first.path)


def revoke_token(session: Session, actor: Actor, key: str, *, now: datetime) -> None:
    """The token opens nothing from now on; its person may do that, and who may grant roles on its unit.

    NotFound for one the actor can't see; nothing happens when it is revoked already.
    """
    statement = select(col(Token.version), col(Token.person), col(Token.revoked_at), col(Unit.path))
    statement = statement.join(Unit, col(Token.unit) == col(Unit.key)).where(col(Token.key) == key)
    found = session.execute(statement).one_or_none() if is_public(key) else None
    if found is None or not (found.person == actor.person or actor.may("see", found.path)):
        raise NotFound("There is no token {key}", key=key)
    if found.person != actor.person and not actor.may("grant", found.path):
        raise Forbidden("Your role does not allow this here")
    if found.revoked_at is None:
        step = change(Token, key, found.version, "revoked", {"revoked_at": now})
        require(session, [step], now=now, by=actor.person)


def tokens(session: Session, actor: Actor, *, person: str | None = None, revoked: bool = False) -> list[TokenRecord]:
    """The actor's own tokens, and those on the units where they may grant roles; of one person, or of all."""
    statement = select(*(col(getattr(Token, name)) for name in TokenRecord._fields))
    statement = statement.where(
        or_(col(Token.person) == actor.person, in_scope(Token.unit, actor.paths("grant")))
    ).order_by(col(Token.person), col(Token.key))
    if person is not None:
        statement = statement.where(col(Token.person) == fit_one("person", fields.code, person))
    if not revoked:
        statement = statement.where(col(Token.revoked_at).is_(None))
    return [TokenRecord(*row) for row in session.execute(statement)]


HELD = aliased(Unit)
BEHIND_TOKEN = (
    select(col(Token.secret_hash), col(Token.person), col(Token.role), col(Token.expires_at), col(Unit.path))
    .add_columns(col(Grant.role).label("held_role"), col(HELD.path).label("held_path"), is_top(HELD))
    .join(Person, col(Token.person) == col(Person.key))
    .join(Unit, col(Token.unit) == col(Unit.key))
    .outerjoin(Grant, col(Grant.person) == col(Token.person))
    .outerjoin(HELD, col(Grant.unit) == col(HELD.key))
    .where(col(Token.key) == bindparam("public"), col(Token.revoked_at).is_(None), col(Person.left_on).is_(None))
    .order_by(col(Grant.key))
)


def random_signs(count: int) -> str:
    return "".join(secrets.choice(SIGNS) for _ in range(count))


def is_public(text: str) -> bool:
    """Whether something could be the public half of a token."""
    return len(text) == PUBLIC_SIGNS and text.isascii() and text.isalnum()


def digest_of(secret: str) -> str:
    """What is kept of a random secret: its SHA-256 (it needs no salt and no slowness, being long and random)."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
