"""A draft as an errand: the plan is sought outside the call that asked for it, and a page finds it after a reload."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from models.kinds import ErrandState
from service import errands, store
from service.access import Actor, actor_for
from service.duty import drafting

KIND = "draft"


def ask(
    session: Session,
    actor: Actor,
    roster: str,
    from_on: date,
    to_on: date,
    *,
    now: datetime,
    seconds: float = drafting.USUAL_SECONDS,
    afresh: bool = False,
    seed: int | None = None,
    reason: str = "",
) -> str:
    """Have a stretch of days be planned; answers the errand's key. What can't be planned is refused at once."""
    drafting.to_be_planned(session, actor, roster, from_on, to_on, afresh=afresh)
    asked = {
        "roster": roster, "from": from_on.isoformat(), "to": to_on.isoformat(), "seconds": seconds, "afresh": afresh,
        "seed": seed, "reason": reason,
    }  # fmt: skip
    return errands.ask(session, actor.person, KIND, asked=asked, now=now)


def work(worker: errands.Worker) -> None:
    """Seek the plan, and lay it down together with the errand's end."""
    from service.roster import solve  # the solvers take a while to import

    asked = worker.errand.asked
    worker.says("The rules and the days are being read", 5)
    with store.reading(worker.engine) as session:
        actor = actor_for(session, worker.errand.asked_by)
        world = drafting.to_be_planned(session, actor, asked["roster"], *stretch_of(asked), afresh=asked["afresh"])
    worker.says("The fairest plan is being sought")
    plan = solve(world.problem, seconds=asked["seconds"], workers=2, seed=asked["seed"])
    with store.transaction(worker.engine) as session:
        actor = actor_for(session, worker.errand.asked_by)
        drafting.to_be_planned(session, actor, asked["roster"], *stretch_of(asked), afresh=asked["afresh"])
        version = drafting.lay(session, actor, world, plan, now=worker.clock(), reason=asked["reason"])
        worker.ends(session, ErrandState.done, {"number": int(version.rpartition(":")[2])})


def stretch_of(asked: dict[str, Any]) -> tuple[date, date]:
    return date.fromisoformat(asked["from"]), date.fromisoformat(asked["to"])


def set_out(engine: Engine, key: str, *, clock: errands.Clock) -> None:
    """Begin, or go on with, a draft; a short one is there when this returns."""
    errands.set_out(engine, key, work, clock=clock)
