"""Signing in: one-time passwords, the lock, sessions; what a wrong password, a stranger and a leaver are told."""

import re
import statistics
from collections.abc import Callable
from datetime import date, datetime, timedelta
from threading import Thread
from time import perf_counter

import pytest
from sqlalchemy import Engine, func, select
from sqlmodel import Session, col

from models import Journal, Login, WebSession
from service import people, store
from service.access import SYSTEM
from service.errors import Forbidden, NotFound, Refused, Unknown
from service.signin import sessions as signin
from tests.service.towns import someone

PASSWORD = "山河无恙 2026!"


@pytest.fixture
def enrolled(town: Engine, now: datetime) -> Engine:
    """The town, where y01 can sign in with a password of her own."""
    with store.transaction(town) as session:
        signin.add_login(session, "y01", now=now, password=PASSWORD)
    return town


def cookie_of(engine: Engine, now: datetime, person: str = "y01", password: str = PASSWORD) -> str:
    return signin.sign_in(engine, person, password, now=now).cookie


def who(engine: Engine, cookie: str, now: datetime) -> str | None:
    with store.reading(engine) as session:
        actor = signin.who(session, cookie, now=now)
    return actor.person if actor else None


def test_a_one_time_password_opens_only_the_door_to_a_new_one(town: Engine, now: datetime) -> None:
    with store.transaction(town) as session:
        once = signin.add_login(session, "y01", now=now)
    assert re.fullmatch(r"[a-zA-Z0-9]{16}", once)
    assert not set(once) & set("0O1lIi5S8B2Z")
    signed = signin.sign_in(town, "y01", once, now=now)
    assert signed.must_change
    with store.reading(town) as session:
        visitor = signin.visitor(session, signed.cookie, now=now)
        assert visitor
        assert (visitor.actor.person, visitor.actor.holds, visitor.must_change) == ("y01", (), True)
    signin.change_password(town, "y01", once, PASSWORD, now=now, cookie=signed.cookie)
    with store.reading(town) as session:
        visitor = signin.visitor(session, signed.cookie, now=now)
        assert visitor
        assert (visitor.actor.holds, visitor.must_change) == ((("coordinator", "/district/yanjing/"),), False)
        assert (visitor.name, visitor.language) == ("镇协调员", "")
    with pytest.raises(Unknown):
        signin.sign_in(town, "y01", once, now=now)
    assert not signin.sign_in(town, "y01", PASSWORD, now=now).must_change


def test_nothing_that_opens_is_kept(enrolled: Engine, now: datetime) -> None:
    cookie = cookie_of(enrolled, now)
    with store.reading(enrolled) as session:
        assert session.execute(select(col(Login.password_hash))).scalar_one().startswith("$argon2id$")
        assert cookie not in session.execute(select(col(WebSession.key))).scalar_one()
        words = " ".join(f"{line.subject} {line.reason}" for line in session.execute(select(Journal)).scalars())
        assert cookie not in words
        assert PASSWORD not in words


def test_a_session_ends_at_its_hour_and_at_sign_out(enrolled: Engine, now: datetime) -> None:
    cookie = signin.sign_in(enrolled, "y01", PASSWORD, now=now, lasts_for=timedelta(hours=2)).cookie
    assert who(enrolled, cookie, now + timedelta(hours=2, seconds=-1)) == "y01"
    assert who(enrolled, cookie, now + timedelta(hours=2)) is None
    assert who(enrolled, cookie + "x", now) is None
    assert who(enrolled, "", now) is None
    with store.transaction(enrolled) as session:
        signin.sign_out(session, "unknown", now=now)
        signin.sign_out(session, cookie, now=now)
        signin.sign_out(session, cookie, now=now)
    assert who(enrolled, cookie, now) is None
    with store.reading(enrolled) as session:
        acts = select(col(Journal.act)).where(col(Journal.act) == "signed out")
        assert len(session.execute(acts).all()) == 1


def test_twelve_hours_unless_set_otherwise(enrolled: Engine, now: datetime) -> None:
    assert signin.sign_in(enrolled, "y01", PASSWORD, now=now).expires_at == now + timedelta(hours=12)


def test_all_refusals_sound_the_same(enrolled: Engine, now: datetime) -> None:
    with store.transaction(enrolled) as session:
        signin.add_login(session, "e02", now=now, password=PASSWORD)
        people.change_person(session, SYSTEM, "e02", {"left_on": date(2026, 11, 23)}, now=now)
    said = set()
    for person, password in (("y01", "wrong"), ("y02", PASSWORD), ("nobody", PASSWORD), ("e02", PASSWORD), ("", "")):
        with pytest.raises(Unknown) as unknown:
            signin.sign_in(enrolled, person, password, now=now)
        said.add(str(unknown.value))
    assert said == {signin.WRONG}


def test_five_failures_lock_for_a_quarter_of_an_hour(enrolled: Engine, now: datetime) -> None:
    def refused(at: datetime, password: str) -> bool:
        try:
            signin.sign_in(enrolled, "y01", password, now=at)
        except Unknown:
            return True
        return False

    assert [refused(now, "wrong") for _ in range(4)] == [True] * 4
    assert not refused(now, PASSWORD)  # the fifth try is good, and forgives the four
    assert [refused(now, "wrong") for _ in range(5)] == [True] * 5
    assert refused(now, PASSWORD)
    assert refused(now + timedelta(minutes=14, seconds=59), PASSWORD)
    assert not refused(now + timedelta(minutes=15), PASSWORD)
    with store.reading(enrolled) as session:
        tries = select(func.count()).select_from(Journal).where(col(Journal.act) == "tried to sign in")
        assert session.execute(tries).scalar_one() == 4 + 1 + 5 + 1  # none while it was locked


def test_many_tries_at_once_get_no_more_than_five(enrolled: Engine, now: datetime) -> None:
    outcomes: list[str] = []

    def attempt(number: int) -> None:
        try:
            signin.sign_in(enrolled, "y01", PASSWORD if number == 11 else "wrong", now=now)
            outcomes.append("in")
        except Unknown:
            outcomes.append("refused")

    for _ in range(5):
        attempt(0)
    threads = [Thread(target=attempt, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert outcomes == ["refused"] * 17
    with store.reading(enrolled) as session:
        tries = select(func.count()).select_from(Journal).where(col(Journal.act) == "tried to sign in")
        assert session.execute(tries).scalar_one() == 5


def test_every_try_is_counted_however_many_come_at_once(enrolled: Engine, now: datetime) -> None:
    faults: list[BaseException] = []

    def attempt() -> None:
        try:
            signin.sign_in(enrolled, "y01", "wrong", now=now)
        except Unknown:
            return
        except BaseException as fault:
            faults.append(fault)

    threads = [Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not faults
    with store.reading(enrolled) as session:
        tries = select(func.count()).select_from(Journal).where(col(Journal.act) == "tried to sign in")
        assert session.execute(tries).scalar_one() == 5


def test_every_failure_is_told_after_the_same_time(enrolled: Engine, now: datetime) -> None:
    def took(person: str, at: datetime) -> float:
        started = perf_counter()
        with pytest.raises(Unknown):
            signin.sign_in(enrolled, person, "wrong", now=at)
        return perf_counter() - started

    took("nobody", now)  # makes the stand-in that strangers are compared with
    strangers = statistics.median(took("nobody", now) for _ in range(3))
    wrong = statistics.median(took("y01", now) for _ in range(5))
    locked = statistics.median(took("y01", now) for _ in range(3))
    assert min(strangers, wrong, locked) >= signin.FAILS_AFTER_SECONDS


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        ("short", "is shorter than 10"), ("x" * 201, "is longer than 200"), ("aaaaaaaaaaaa", "repeats"),
        (PASSWORD, "is the old password"),
    ],
)  # fmt: skip
def test_a_poor_new_password_is_refused(enrolled: Engine, now: datetime, new: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        signin.change_password(enrolled, "y01", PASSWORD, new, now=now)
    assert reason in str(refused.value.faults[0])
    assert cookie_of(enrolled, now)


def test_the_staff_number_is_no_password(town: Engine, now: datetime) -> None:
    with store.transaction(town) as session:
        people.add_person(session, SYSTEM, now=now, code="Staff-0042-A", name="某", unit="xicun")
        with pytest.raises(Refused) as refused:
            signin.add_login(session, "Staff-0042-A", now=now, password="staff-0042-a")
    assert refused.value.faults[0].reason == "is the staff number"


def test_a_new_password_ends_the_other_sessions(enrolled: Engine, now: datetime) -> None:
    here, there = cookie_of(enrolled, now), cookie_of(enrolled, now)
    with pytest.raises(Unknown):
        signin.change_password(enrolled, "y01", "not the old one", "a new password", now=now, cookie=here)
    signin.change_password(enrolled, "y01", PASSWORD, "a new password", now=now, cookie=here)
    assert (who(enrolled, here, now), who(enrolled, there, now)) == ("y01", None)


def test_a_forgotten_password_is_reset(enrolled: Engine, now: datetime) -> None:
    cookie = cookie_of(enrolled, now)
    for _ in range(5):
        with pytest.raises(Unknown):
            cookie_of(enrolled, now, password="forgotten")
    with store.transaction(enrolled) as session:
        once = signin.add_login(session, "y01", now=now, by="d01")
    assert who(enrolled, cookie, now) is None
    assert signin.sign_in(enrolled, "y01", once, now=now).must_change
    with store.reading(enrolled) as session:
        line = select(col(Journal.by)).where(col(Journal.act) == "login reset")
        assert session.execute(line).scalar_one() == "d01"


def test_who_leaves_is_out_at_once(enrolled: Engine, now: datetime) -> None:
    cookie = cookie_of(enrolled, now)
    with store.transaction(enrolled) as session:
        people.change_person(session, SYSTEM, "y01", {"left_on": date(2026, 11, 23)}, now=now)
        refusals: list[tuple[Callable[[Session], object], type[Exception]]] = [
            (lambda s: signin.add_login(s, "y01", now=now), Refused),
            (lambda s: signin.add_login(s, "nobody", now=now), NotFound),
        ]
        for act, refusal in refusals:
            with pytest.raises(refusal):
                act(session)
    assert who(enrolled, cookie, now) is None
    with pytest.raises(Unknown):
        cookie_of(enrolled, now)


def test_a_password_is_handed_out_only_by_who_could_grant_all_the_person_holds(town: Engine, now: datetime) -> None:
    with store.transaction(town) as session:
        once = signin.enrol(session, someone(session, "y03"), "e01", now=now)
        people.grant(session, SYSTEM, "e01", "viewer", "bailu", now=now)
        for who_asks, person, refusal in (
            ("y03", "e01", Forbidden), ("y01", "e01", Forbidden), ("y03", "d01", NotFound), ("b01", "e02", NotFound),
            ("e01", "e01", Forbidden),
        ):  # fmt: skip
            with pytest.raises(refusal):
                signin.enrol(session, someone(session, who_asks), person, now=now)
        assert signin.enrol(session, someone(session, "d01"), "e01", now=now) != once
        by = select(col(Journal.by)).where(col(Journal.subject) == "e01", col(Journal.act).like("login%"))
        assert session.execute(by.order_by(col(Journal.id))).scalars().all() == ["y03", "d01"]
