"""Alive, ready, counted; and an application that opens and closes what it needs."""

import asyncio
from datetime import timedelta

import pytest

from service import settings, sweeps
from service.web.app import create
from tests.web.house import House


def test_ready_is_a_database_at_its_newest_and_a_fresh_sweep(house: House) -> None:
    nobody = house.caller()
    sweeps.sweep(house.engine, house.now)
    ready = nobody.get("/readyz")
    assert (ready.status_code, ready.json()) == (
        200, {"ready": True, "database": True, "migrations": True, "sweep": True},
    )  # fmt: skip
    house.now += timedelta(hours=2)
    late = nobody.get("/readyz")
    assert (late.status_code, late.json()["sweep"]) == (503, False)
    assert nobody.get("/healthz").json() == {"alive": True}


def test_not_ready_without_a_schema(small_house: House) -> None:
    with small_house.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
    answer = small_house.caller().get("/readyz")
    assert (answer.status_code, answer.json()["migrations"]) == (503, False)


def test_figures_for_this_machine_only(house: House) -> None:
    counted = house.caller().get("/metrics")
    assert counted.status_code == 200
    assert 'zhiban_tasks{state="open"} 2.0' in counted.text
    assert "zhiban_notices_owed" in counted.text
    assert 'zhiban_sweep_age_seconds{sweep="' in counted.text
    house.host = "203.0.113.9"
    assert house.caller().get("/metrics").status_code == 404


def test_the_application_opens_the_database_of_the_settings(
    small_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHIBAN_DATABASE_URL", str(small_house.engine.url))
    settings.settings.cache_clear()

    async def live() -> str:
        app = create()
        async with app.router.lifespan_context(app):
            return str(app.state.engine.url)

    assert asyncio.run(live()) == str(small_house.engine.url)


def test_the_description_is_whole(small_house: House) -> None:
    described = small_house.caller().get("/api/openapi.json").json()
    text = str(described)
    assert "HTTPValidationError" not in text
    for path, calls in described["paths"].items():
        for method, call in calls.items():
            answers = set(call["responses"])
            assert any(status.startswith("2") for status in answers), (method, path)
            if path.startswith("/api/v1/"):
                signed_in = set() if "/public/" in path else {"401", "403"}
                assert signed_in | {"404", "422", "500", "503"} <= answers, (method, path)
                assert method == "get" or {"409", "413"} <= answers, (method, path)
                names = {one["name"] for one in call.get("parameters", ())}
                assert ("Idempotency-Key" in names) == (method == "post" and path != "/api/v1/session"), (method, path)
    assert small_house.caller().get("/docs").status_code == 404
