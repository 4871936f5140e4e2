"""A draft as an errand: the plan is sought outside the call that asked for it, and a page finds it after a reload."""

from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from models.kinds import ErrandState
from service import errands, store
from service.access import Actor, actor_for
from service.duty import drafting
from service.errors import Conflict

if TYPE_CHECKING:
    from service.roster.plan import Progress

KIND = "draft"
SOUGHT = "The fairest plan is being sought"
TOLD_EVERY_SECONDS = 2.0  # the waiting page looks no oftener


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


class Gauge:
    """Notes in an errand the value and the bound that the engine has so far, now and then."""

    def __init__(self, worker: errands.Worker) -> None:
        self.worker = worker
        self.told_after: float | None = None

    def tell(self, progress: "Progress") -> None:
        """What the engine calls, from one thread at a time; planning does not stop for a note that can't be made."""
        if progress.objective is None and progress.bound is None:
            return
        if self.told_after is not None and progress.seconds - self.told_after < TOLD_EVERY_SECONDS:
            return
        self.told_after = progress.seconds
        so_far = {"objective": progress.objective, "bound": progress.bound, "gap": progress.gap}
        with suppress(Conflict, OperationalError):
            self.worker.says(SOUGHT, so_far=so_far)


def work(worker: errands.Worker) -> None:
    """Seek the plan, and lay it down together with the errand's end."""
    from service.roster import solve  # the solvers take a while to import

    asked = worker.errand.asked
    worker.says("The rules and the days are being read", 5)
    with store.reading(worker.engine) as session:
        actor = actor_for(session, worker.errand.asked_by)
        world = drafting.to_be_planned(session, actor, asked["roster"], *stretch_of(asked), afresh=asked["afresh"])
    worker.says(SOUGHT)
    told = Gauge(worker).tell
    plan = solve(world.problem, seconds=asked["seconds"], workers=2, seed=asked["seed"], on_progress=told)
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
