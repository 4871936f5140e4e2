"""Passwords: which are fit, how they are hashed and compared, and the random ones that are used once."""

import secrets
from functools import cache
from threading import BoundedSemaphore

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from service.errors import Fault, Refused

PASSWORD_AT_LEAST = 10
PASSWORD_AT_MOST = 200
PLAIN_SIGNS = "abcdefghjkmnpqrstuvwxyzACDEFGHJKLMNPQRTUVWXY34679"  # none that looks like another in print
ONE_TIME_SIGNS = 16

# OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, two rounds, one lane
hashing = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1),))
few_at_once = BoundedSemaphore(2)  # a flood of sign-ins must not take the whole machine


def one_time_password() -> str:
    return "".join(secrets.choice(PLAIN_SIGNS) for _ in range(ONE_TIME_SIGNS))


def fit_password(person: str, password: str) -> None:
    """Refuse a password that anybody could guess."""
    reason = ""
    if len(password) < PASSWORD_AT_LEAST:
        reason = "is shorter than {least} characters"
    elif len(password) > PASSWORD_AT_MOST:
        reason = "is longer than {most} characters"
    elif password.casefold() == person.casefold():
        reason = "is the staff number"
    elif len(set(password)) < 4:
        reason = "repeats the same few characters"
    if reason:
        facts = {"least": PASSWORD_AT_LEAST, "most": PASSWORD_AT_MOST}
        raise Refused("Some fields are wrong", faults=[Fault("new", reason, facts)])


def digest(password: str) -> str:
    with few_at_once:
        return hashing.hash(password.encode("utf-8", "surrogatepass"))


def verified(password: str, kept: str) -> bool:
    with few_at_once:
        given = password if len(password) <= PASSWORD_AT_MOST else ""
        return hashing.verify(given.encode("utf-8", "surrogatepass"), kept)


@cache
def stand_in() -> str:
    """A hash that no password has."""
    return digest(secrets.token_urlsafe(32))
