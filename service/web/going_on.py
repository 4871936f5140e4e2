"""Errands whose process is gone go on by themselves: once a while this server looks for those that fell silent."""

import logging
from threading import Event, Thread

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from service import errands
from service.duty import draft_errand
from service.imports import errand as imports_errand

WORKS = {draft_errand.KIND: draft_errand.work, imports_errand.KIND: imports_errand.work}
LOOKS_EVERY_SECONDS = 30.0

log = logging.getLogger(__name__)


class GoingOn:
    """Looks again and again, in a thread of its own, until it is stopped."""

    def __init__(self, engine: Engine, clock: errands.Clock, every: float = LOOKS_EVERY_SECONDS) -> None:
        self.engine, self.clock, self.every = engine, clock, every
        self.over = Event()
        self.thread = Thread(target=self.look, name="going-on", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def look(self) -> None:
        while not self.over.wait(self.every):
            try:
                errands.resume(self.engine, WORKS, clock=self.clock)
            except OperationalError:  # the database is away: the next look finds them
                log.warning("errands could not be looked at")

    def stop(self) -> None:
        self.over.set()
        self.thread.join()
