"""Whether it lives, whether it is ready, and its figures for Prometheus: at the root, without a sign-in."""

import ipaddress
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from models import Notice, Pulse, Task
from models.kinds import NoticeState, TaskState
from service import migrate, store
from service.errors import NotFound
from service.settings import settings
from service.web.deps import answer
from service.web.shown import Alive, Ready

router = APIRouter(tags=["health"])

SWEEPS_MISSED = 5  # a sweep may be late by a few rounds before somebody should be woken
COUNTED_FOR = timedelta(seconds=15)


@router.get("/healthz", responses={200: {"model": Alive}})
async def healthz() -> Response:
    """The process lives."""
    return answer({"alive": True})


@router.get("/readyz", responses={200: {"model": Ready}, 503: {"model": Ready}})
def readyz(request: Request) -> Response:
    """The database answers, its schema is the newest, and the last sweep is fresh; 503 with what is not."""
    state = request.app.state
    checks = checked(state.engine, state.clock(), migrated=getattr(state, "migrated", False))
    state.migrated = checks["migrations"]
    ready = all(checks.values())
    return answer({"ready": ready, **checks}, 200 if ready else 503)


def checked(engine: Engine, now: datetime, *, migrated: bool = False) -> dict[str, bool]:
    """Each condition of being ready, and whether it holds; a schema that was once the newest is not looked at again."""
    checks = {"database": False, "migrations": migrated, "sweep": False}
    reader = engine.execution_options(reads_only=True)
    try:
        with store.reading(engine) as session:
            session.execute(select(1))
            checks["database"] = True
            if not migrated:
                at, newest = migrate.revisions(reader)
                checks["migrations"] = at == newest
            swept_at = session.execute(select(func.max(col(Pulse.swept_at)))).scalar_one_or_none()
            fresh = timedelta(seconds=settings().sweep_seconds * SWEEPS_MISSED)
            checks["sweep"] = swept_at is not None and now - swept_at <= fresh
    except SQLAlchemyError:
        pass
    return checks


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def metrics(request: Request) -> Response:
    """Figures for Prometheus, to callers on this machine: tasks by state, notices owed, age of the last sweep.

    The tasks are counted once in fifteen seconds at most, whoever asks.
    """
    host = request.client.host if request.client else ""
    try:
        near = ipaddress.ip_address(host).is_loopback
    except ValueError:
        near = False
    if not near:
        raise NotFound("There is nothing at this address")
    now: datetime = request.app.state.clock()
    counted_at, text = getattr(request.app.state, "counted", (None, b""))
    if counted_at is None or not timedelta(0) <= now - counted_at < COUNTED_FOR:
        text = exposed(request.app.state.engine, now)
        request.app.state.counted = (now, text)
    return Response(text, 200, None, "text/plain; version=0.0.4; charset=utf-8")


def exposed(engine: Engine, now: datetime) -> bytes:
    """The figures in Prometheus' words."""
    from prometheus_client import CollectorRegistry, Gauge, generate_latest

    registry = CollectorRegistry()
    tasks = Gauge("zhiban_tasks", "Tasks by state", ["state"], registry=registry)
    owed = Gauge("zhiban_notices_owed", "Notices that have not arrived yet", registry=registry)
    age = Gauge(
        "zhiban_sweep_age_seconds", "Seconds since each sweep last ran to its end", ["sweep"], registry=registry
    )
    with store.reading(engine) as session:
        counts = dict(by_state(session.execute(select(col(Task.state), func.count()).group_by(col(Task.state)))))
        for state in TaskState:
            tasks.labels(state).set(counts.get(state, 0))
        waiting = (NoticeState.owed, NoticeState.sending)
        owed.set(session.execute(select(func.count()).where(col(Notice.state).in_(waiting))).scalar_one())
        for sweep, swept_at in session.execute(select(col(Pulse.key), col(Pulse.swept_at))):
            age.labels(sweep).set((now - swept_at).total_seconds())
    return generate_latest(registry)


def by_state(rows: Any) -> list[tuple[str, int]]:
    return [(str(state), int(count)) for state, count in rows]
