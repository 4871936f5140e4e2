"""The application: `app` for uvicorn, `create()` for whoever brings an engine and a clock of their own."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from fastapi import FastAPI
from sqlalchemy import Engine

from service import clock, store
from service.settings import settings
from service.web import api, calendars, health, pages
from service.web.edge import Edge
from service.web.going_on import GoingOn
from service.web.openapi import describe
from service.web.problems import answer_problems
from service.web.statics import STATICS


def create(engine: Engine | None = None, now: Callable[[], datetime] = clock.now) -> FastAPI:
    """The application; without an engine it opens that of the settings when it starts, and closes it when it stops."""

    @asynccontextmanager
    async def alive(app: FastAPI) -> AsyncIterator[None]:
        serve_from(app, engine or opened())
        if engine is not None:
            yield
            return
        going_on = GoingOn(app.state.engine, now)
        going_on.start()
        yield
        going_on.stop()
        app.state.engine.dispose()

    app = FastAPI(
        title="zhiban", version="1", openapi_url="/api/openapi.json", docs_url=None, redoc_url=None, lifespan=alive,
        redirect_slashes=False,
    )  # fmt: skip
    app.state.clock = now
    calendars.serve_calendars(app)
    for router in api.ROUTERS:
        app.include_router(router, prefix="/api/v1")
    app.include_router(health.router)
    app.include_router(pages.router)
    app.mount("/static", STATICS, name="static")
    app.add_middleware(Edge)
    answer_problems(app)
    pages.show_the_door(app)
    describe(app)
    return app


def serve_from(app: FastAPI, engine: Engine) -> None:
    """Have the application use this database.

    What is only glanced at is asked of `reader`. On PostgreSQL that is without BEGIN and ROLLBACK, two trips less: at
    READ COMMITTED each statement sees a snapshot of its own with them or without.
    """
    app.state.engine = engine
    app.state.shelf.watch(engine)
    swift = {"isolation_level": "AUTOCOMMIT"} if engine.dialect.name == "postgresql" else {"reads_only": True}
    app.state.reader = engine.execution_options(**swift)


def opened() -> Engine:
    made = settings()
    if not made.database_url:
        made.data.mkdir(parents=True, exist_ok=True)
    return store.open_engine(made.database(), pool_size=made.pool_size)


app = create()
