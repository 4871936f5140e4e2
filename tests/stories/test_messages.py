"""Processes that sweep and send are killed at random moments, and several work at once: nothing is lost or doubled."""

import multiprocessing
import random
import sys
import time
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Engine

from models import Case, CaseRung, Journal, Notice, Task
from models.kinds import CaseState, NoticeState, RungState, TaskState
from service import auditor, store, sweeps
from service.couriers import CourierDesk
from service.notices.render import Reader, line_of
from service.notices.sending import Sender
from service.rules.notices import NoticeFacts
from tests.service.worlds import SHANGHAI, rows
from tests.sinks import HttpSink, MailSink
from tests.stories.posts import BEGAN, LASTS, TASKS, UNITS, World, beginner, owed, settle

KILLS = 100
LEASE = timedelta(minutes=90)  # as long as three of the processes live, in the world's time
NAMES = {unit: unit for unit in UNITS}
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def say(figures: str) -> None:
    """Print the figures of a run, for whoever runs it with -s."""
    sys.stdout.write(f"\n{figures}\n")


class Arrival(NamedTuple):
    """One message as a sink took it: for whom, when, and what it said."""

    person: str
    at: float
    text: str


class Post:
    """The sinks of both kinds, which write down when each message came."""

    def __init__(self, http: HttpSink, mail: MailSink) -> None:
        self.http = http
        self.mail = mail
        self.arrived: list[Arrival] = []
        http_answer, mail_take = http.answer, mail.take

        def answer(request: Any) -> Any:
            time.sleep(0.005)  # a robot on the other side of the country
            person = request.path.rpartition("robot-")[2]
            self.arrived.append(Arrival(person, time.monotonic(), request.json["content"]["text"]))
            return http_answer(request)

        def take(letter: Any) -> Any:
            person = letter.receivers[0].partition("@")[0]
            self.arrived.append(Arrival(person, time.monotonic(), letter.text.replace("\r\n", "\n")))
            return mail_take(letter)

        http.answer, mail.take = answer, take  # type: ignore[method-assign]

    def of(self, notice: Any) -> list[Arrival]:
        """The messages in which a notice arrived."""
        facts = NoticeFacts(*(getattr(notice, name) for name in NoticeFacts._fields))
        line = line_of(facts, Reader("en", SHANGHAI, NAMES))
        return [one for one in self.arrived if one.person == notice.recipient and line in one.text]


@contextmanager
def posted() -> Iterator[Post]:
    with HttpSink() as http, MailSink() as mail:
        yield Post(http, mail)


def world_of(engine: Engine, post: Post, lease: timedelta) -> World:
    settle(engine, post.mail.place)
    return World(engine.url.render_as_string(hide_password=False), post.http.url, lease, time.monotonic())


def drain(engine: Engine, world: World) -> None:
    """What is still owed when the last process is gone: sweep once, and send as the leases of the dead end."""
    sweeps.sweep(engine, BEGAN + LASTS, only=("tasks", "cases"))
    with CourierDesk(base_urls={"feishu": world.robots}) as desk:
        for leases in range(1, 6):
            Sender(engine, BEGAN + LASTS + leases * world.lease, desk, str, world.terms, timedelta).deliver()


def every_step_stands_once(engine: Engine) -> None:
    """Each task, case and rung has come to its end, and exactly what was owed has been promised."""
    assert {task.state for task in rows(engine, Task)} == {TaskState.missed}
    cases = rows(engine, Case)
    assert len(cases) == TASKS
    assert {case.state for case in cases} == {CaseState.ended}
    rungs = rows(engine, CaseRung)
    assert len(rungs) == 3 * TASKS
    assert {rung.state for rung in rungs} == {RungState.taken}
    assert all(rung.taken_at >= rung.due_at for rung in rungs)
    taken = [line.subject for line in rows(engine, Journal) if line.act == "taken"]
    assert sorted(taken) == sorted(rung.key for rung in rungs), "each rung was taken exactly once"
    must, may = owed()
    told = {one.key for one in rows(engine, Notice)}
    assert must <= told, "nothing owed is missing"
    assert told <= may, "nothing is promised that is not owed"
    assert {one.state for one in rows(engine, Notice)} == {NoticeState.delivered}
    with store.reading(engine) as session:
        assert all(finding.well for finding in auditor.audit(session, BEGAN + LASTS + 6 * LEASE))


def live_and_die(world: World, kills: int) -> list[float]:
    """One process after the other sweeps and sends, each for its part of the world's time, until it is killed."""
    chance, died, part = random.Random(20260304), list[float](), LASTS / kills
    begin = beginner()
    for number in range(kills):
        ready, told = multiprocessing.Pipe(duplex=False)
        at = BEGAN + number * part
        began = time.monotonic()
        child = begin(world._replace(at=at, until=at + part), True, True, told)
        assert ready.poll(60), "it never came to work"
        # the slower the machine just now, the longer it may live: from dying at its first step to some rounds
        time.sleep(chance.uniform(0, chance.choice((0.2, 0.6, 1.5)) * (time.monotonic() - began)))
        child.kill()
        child.join()
        died.append(time.monotonic())
        ready.close()
        told.close()
    return died


def test_killed_a_hundred_times_it_loses_nothing(engine: Engine) -> None:
    with posted() as post:
        world = world_of(engine, post, LEASE)
        kills = live_and_die(world, KILLS)
        left = sum(one.attend_at is not None for one in rows(engine, Notice))
        before = len(post.arrived)
        drain(engine, world)
    every_step_stands_once(engine)
    notices = rows(engine, Notice)
    came = {one.key: post.of(one) for one in notices}
    assert not [key for key, arrivals in came.items() if not arrivals], "each message reached the sink at least once"
    twice = [pair for arrivals in came.values() for pair in pairwise(arrivals)]
    for first, second in twice:
        assert bisect_right(kills, second.at) > bisect_right(kills, first.at), "doubled without a kill in between"
        assert "Sent again" in second.text
    say(
        f"{engine.dialect.name}: {len(kills)} kills, {len(notices)} notices in {len(post.arrived)} messages, 0 lost, "
        f"{len(twice)} arrived twice (each across a kill, marked); {before} messages while dying, {left} left for after"
    )


def test_two_sweepers_and_three_senders_at_once(engine: Engine) -> None:
    with posted() as post:
        world = world_of(engine, post, timedelta(days=9))
        begin = beginner()
        roles = [(True, False)] * 2 + [(False, True)] * 3
        workers = [begin(world, *role) for role in roles]
        for worker in workers:
            worker.join(400)
        assert [worker.exitcode for worker in workers] == [0] * 5, "no deadlock, no error"
    every_step_stands_once(engine)
    notices = rows(engine, Notice)
    assert {len(post.of(one)) for one in notices} == {1}, "each arrived exactly once"
    say(f"{engine.dialect.name}: 2 sweepers and 3 senders at once, {len(notices)} notices, each once")
