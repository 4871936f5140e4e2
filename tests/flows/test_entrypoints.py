"""What Prefect is told of the flows: names that resolve, one round at a time, every noun at its moment."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect import Flow
from prefect.client.schemas.objects import ConcurrencyLimitStrategy
from prefect.flows import load_flow_from_entrypoint

from flows import campaigns, dispatch, late
from flows.schedules import deployed
from flows.served import FLOWS
from service import sweeps

FILE: dict[str, Any] = yaml.safe_load((Path(__file__).parents[2] / "prefect.yaml").read_text())
DEPLOYMENTS: list[dict[str, Any]] = FILE["deployments"]


@pytest.mark.parametrize("one", DEPLOYMENTS, ids=lambda one: one["entrypoint"])
def test_an_entrypoint_is_a_flow_and_takes_its_parameters(one: dict[str, Any]) -> None:
    flow: Flow[Any, Any] = load_flow_from_entrypoint(one["entrypoint"])
    given = one.get("parameters", {})
    assert given.items() <= flow.validate_parameters(given).items()
    assert one["work_pool"]["name"] == "zhiban"


def test_chunks_go_to_deployments_that_there_are() -> None:
    names = {f"{load_flow_from_entrypoint(one['entrypoint']).name}/{one['name']}": one for one in DEPLOYMENTS}
    assert len(names) == len(DEPLOYMENTS)
    swept = [f"{flow.name}/chunk" for flow in FLOWS if "within" in flow.parameters.properties]
    assert names["dispatch/sweep"]["parameters"]["to"] == swept
    assert {f"{flow.name}/sweep" for flow in FLOWS if "within" not in flow.parameters.properties} <= names.keys()
    for chunk in (names[name] for name in names["dispatch/sweep"]["parameters"]["to"]):
        assert late.TICK not in chunk["tags"], "a chunk that waits for a worker must not be dropped as late"
        assert "concurrency_limit" not in chunk


@pytest.mark.parametrize("one", [one for one in DEPLOYMENTS if "schedules" in one], ids=lambda one: one["name"])
def test_what_is_scheduled_runs_alone_and_in_the_place_s_time(one: dict[str, Any]) -> None:
    assert late.TICK in one["tags"]
    assert one["concurrency_limit"]["limit"] == 1
    assert one["concurrency_limit"]["collision_strategy"] == "CANCEL_NEW"
    assert {schedule["timezone"] for schedule in one["schedules"]} == {"Asia/Shanghai"}


def test_a_served_flow_runs_alone_on_a_schedule_that_a_restart_leaves_as_it_was() -> None:
    first, again = (deployed(campaigns.campaigns, every=60, zone="Asia/Shanghai") for _ in range(2))
    assert first.concurrency_options is not None
    assert (first.concurrency_limit, first.concurrency_options.collision_strategy) == (
        1,
        ConcurrencyLimitStrategy.CANCEL_NEW,
    )
    assert [one.schedule for one in first.schedules or []] == [one.schedule for one in again.schedules or []]
    assert first.entrypoint is not None
    assert load_flow_from_entrypoint(first.entrypoint).name == "campaigns"
    assert late.TICK in first.tags


def test_every_noun_has_its_moment_in_the_order_of_a_whole_sweep() -> None:
    order = list(sweeps.NOUNS)
    swept = [getattr(import_module(flow.fn.__module__), "NOUNS", ()) for flow in FLOWS]
    assert {noun for nouns in swept for noun in nouns} == set(order)
    for nouns in swept:
        assert list(nouns) == sorted(nouns, key=order.index)


def test_dispatch_knows_where_chunks_go_by_itself() -> None:
    parameters = next(one for one in DEPLOYMENTS if one["entrypoint"] == "flows.dispatch.dispatch")["parameters"]
    defaults = dispatch.dispatch.parameters.properties
    assert {name: defaults[name]["default"] for name in parameters} == parameters


def test_outside_of_any_deployment_no_late_round_is_its_own() -> None:
    assert late.own() == {"deployment_id": {"any_": []}}
