"""The JSON API, `/api/v1`: one file a resource, each with its `router`; `ROUTERS` is what the application serves."""

from fastapi import APIRouter

from service.web.api import (
    campaigns,
    cases,
    chain,
    channels,
    checklists,
    days,
    enforcement,
    events,
    evidence,
    grants,
    hazards,
    imports,
    journal,
    notices,
    people,
    rechecks,
    reports_in,
    session,
    tasks,
    tokens,
    units,
)

ROUTERS: tuple[APIRouter, ...] = (
    tasks.router,  # first: it is asked most, and routes are tried in their order
    session.router,
    tokens.router,
    grants.router,
    units.router,
    chain.router,
    people.router,
    imports.router,
    days.router,
    campaigns.router,
    events.router,
    checklists.router,
    hazards.router,
    rechecks.router,
    evidence.router,
    enforcement.router,
    cases.router,
    reports_in.router,
    channels.router,
    notices.router,
    journal.router,
)
