"""What a POST with an Idempotency-Key was answered: claimed before the act, kept with it in one transaction."""

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from models import Answered
from service import store
from service.errors import Fault, Refused
from service.rules.steps import change, make, remove
from service.store import Applied

KEPT_FOR = timedelta(days=2)
BATCH = 2_000
KEY_MOST = 200
CLAIMED = 0


class Given(NamedTuple):
    """The answer that was given the first time."""

    status: int
    body: bytes


class Claim(NamedTuple):
    """The right to answer a call: `key` names who called what with which Idempotency-Key, `request` what they sent."""

    key: str
    request: str
    seal: bytes


def claim_for(person: str, route: str, idempotency_key: str, content: bytes) -> Claim:
    """The claim of a call. Refused for an Idempotency-Key that is empty, too long or not plain text.

    Answers are sealed with the caller's own Idempotency-Key, of which only a hash is kept: some hold a secret.
    """
    if not (0 < len(idempotency_key) <= KEY_MOST and idempotency_key.isascii() and idempotency_key.isprintable()):
        fault = Fault("Idempotency-Key", "must be 1 to {most} plain letters", {"most": KEY_MOST})
        raise Refused("Some fields are wrong", faults=[fault])
    named = "\0".join((person, route, idempotency_key)).encode()
    return Claim(
        sha256(named).hexdigest(), sha256(content).hexdigest(), urlsafe_b64encode(sha256(b"seal\0" + named).digest())
    )


def seal_of(claim: Claim) -> Any:
    """What seals the claim's answer."""
    from cryptography.fernet import Fernet  # only calls with an Idempotency-Key need it

    return Fernet(claim.seal)


def answer_to(session: Session, claim: Claim, *, now: datetime) -> Given | None:
    """The answer this very call was given before; None when it is the first, which then holds the claim.

    A duplicate that comes while the first is at work waits for it. Refused when the key came with another body.
    """
    values = {"request_hash": claim.request, "status": CLAIMED, "body": "", "made_at": now}
    done = store.apply(session, [make(Answered, claim.key, "claimed", values)], now=now, by="", journal=False)
    if done.applied:
        return None
    columns = select(col(Answered.request_hash), col(Answered.status), col(Answered.body))
    return given_by(session.execute(columns.where(col(Answered.key) == claim.key)).one(), claim)


def before(session: Session, claim: Claim) -> Given | None:
    """The answer this very call was given before, if it was; nothing is claimed. Refused as `answer_to` refuses."""
    columns = select(col(Answered.request_hash), col(Answered.status), col(Answered.body))
    stands = session.execute(columns.where(col(Answered.key) == claim.key)).one_or_none()
    return None if stands is None else given_by(stands, claim)


def given_by(stands: Any, claim: Claim) -> Given:
    """What stands, opened for the call that it answered."""
    if stands.request_hash != claim.request:
        fault = Fault("Idempotency-Key", "was used for another call before")
        raise Refused("Some fields are wrong", faults=[fault])
    return Given(stands.status, seal_of(claim).decrypt(stands.body.encode()))


def keep(session: Session, claim: Claim, given: Given, *, now: datetime) -> None:
    """Keep the answer, in the transaction of the act that it tells of."""
    values = {"status": given.status, "body": seal_of(claim).encrypt(given.body).decode()}
    store.apply(session, [change(Answered, claim.key, 1, "answered", values)], now=now, by="", journal=False)


def sweep(engine: Engine, now: datetime, *, within: Sequence[str] = ()) -> Applied:
    """Forget the answers that are older than two days."""
    total = Applied()
    while True:
        with store.transaction(engine) as session:
            old = select(col(Answered.key), col(Answered.version)).where(col(Answered.made_at) < now - KEPT_FOR)
            rows = session.execute(old.order_by(col(Answered.made_at)).limit(BATCH)).all()
            steps = [remove(Answered, key, version, "forgotten") for key, version in rows]
            total += store.apply(session, steps, now=now, by="sweep", journal=False)
        if len(rows) < BATCH:
            return total
