"""Roll-up: the same definitions at each level; a lower unit's frozen report is what the upper one sums."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from service import store
from service.access import SYSTEM
from service.errors import Forbidden, NotFound, Refused
from service.reports import behind, files, keys, shown, wording, writing
from tests.service import hazard_worlds as ledger
from tests.service import report_worlds as world
from tests.service.hazard_worlds import FOUND, act, told

LATER = FOUND + timedelta(days=1)


@pytest.fixture
def county(engine: Engine) -> Engine:
    """A county: two hazards in the town beneath the village, one in the other town."""
    ledger.found(engine)
    ledger.closed(engine)
    ledger.report(engine)
    ledger.report(engine, SYSTEM, unit="other")
    return engine


def figure(engine: Engine, key: str, unit: str = "county") -> dict[str, object]:
    found: dict[str, object] = world.drawing(engine, unit)["figures"][key]
    return found


def test_without_reports_records_are_summed_at_every_level(county: Engine) -> None:
    by_level = {unit: figure(county, "hazards.found", unit)["value"] for unit in ("county", "town", "v1", "other")}
    assert by_level == {"county": 3, "town": 2, "v1": 2, "other": 1}
    snapshot = world.drawing(county, "county")
    assert world.value(snapshot, "hazards.found@unit=town") == 2
    assert world.value(snapshot, "hazards.found@unit=other") == 1


def test_a_frozen_report_below_is_what_is_summed_above(county: Engine) -> None:
    below = world.frozen(county, "town")
    ledger.report(county, now=LATER)
    found = figure(county, "hazards.found")
    assert found["value"] == 3  # the town's two as it reported them, and the other's one from its records
    assert found["from"] == {"records": 1, "reports": [{"unit": "town", "report": below, "edition": 1, "value": 2}]}
    above = world.frozen(county, "county", "above")
    snapshot = json.loads(world.bytes_of(county, above))
    assert [(one["report"], one["edition"]) for one in snapshot["sources"]] == [(below, 1)]
    assert world.value(snapshot, "hazards.found@unit=town") == 2
    # the lines by sector and by campaign, which the town's report does not have, are of the records and say three
    assert {one["by"] for one in snapshot["findings"]} == {"sector", "campaign"}
    assert all(one["off"] == "-1" for one in (finding["shown"] for finding in snapshot["findings"]))


def test_a_correction_below_is_flagged_above_and_its_coordinators_hear_of_it(county: Engine) -> None:
    below = world.sent(county, "town")
    above = world.frozen(county, "county", "above")
    assert shown.since(county, SYSTEM, above, now=FOUND).corrected_below == []
    ledger.report(county, now=LATER)
    world.correct(county, below, now=LATER)
    since = shown.since(county, SYSTEM, above, now=LATER)
    name = since.corrected_below[0]["name"]
    flagged = {"kind": "corrected_below", "unit": "town", "name": name, "report": below, "edition": 1, "now": 2}
    assert since.corrected_below == [flagged]
    assert name in wording.finding({}, flagged, "zh_CN")
    assert ("hazards.found", 3, 4) in since.figures
    # the county's coordinator received the report itself and hears once
    assert (told(county, "report_corrected"), told(county, "report_corrected_below")) == (["above"], [])


def test_who_never_received_it_but_summed_it_hears_too(county: Engine) -> None:
    below = world.frozen(county, "town")
    world.frozen(county, "county", "above")
    world.correct(county, below)
    assert told(county, "report_corrected_below") == ["above"]


def test_the_uppermost_report_counts_where_several_lie_above_one_another(county: Engine) -> None:
    world.frozen(county, "v1", "keeper")
    ledger.report(county, now=LATER)
    key = world.frozen(county, "town")
    assert figure(county, "hazards.found", "town")["value"] == 2  # the village's report stands for its three
    assert figure(county, "hazards.found")["from"] == {
        "records": 1, "reports": [{"unit": "town", "report": key, "edition": 1, "value": 2}],
    }  # fmt: skip


def test_only_reports_of_the_very_same_days_and_campaign_count(county: Engine) -> None:
    world.frozen(county, "town", first=FOUND.date(), template_key="town_summary")
    ledger.campaign(county)
    world.frozen(county, "town", campaign="drive")
    assert figure(county, "hazards.found")["from"] == {"records": 3, "reports": []}


def test_a_stated_figure_below_no_longer_fits_its_parts_above(county: Engine) -> None:
    key = world.begin(county, "town")
    act(county, writing.state, "coord", key, figure="hazards.found", value=20, source="镇级台账", now=FOUND)
    world.freeze(county, key)
    snapshot = world.drawing(county, "county")
    assert world.value(snapshot, "hazards.found") == 21
    broken = {(one["figure"], one["by"]) for one in snapshot["findings"]}
    assert ("hazards.found", "level") in broken  # the levels still sum to three
    assert ("hazards.found", "unit") not in broken  # the lines of the table are the town's twenty and the other's one


def taken(engine: Engine, raw: bytes, who: str = "above") -> str:
    return str(act(engine, files.take, who, raw, now=LATER))


def file_of(engine: Engine, unit: str = "town") -> bytes:
    """The file that a unit's own deployment would send."""
    act(engine, keys.share, SYSTEM, unit, now=FOUND, given="一把双方共享的密钥，应当足够长才行")
    key = world.sent(engine, unit)
    with store.reading(engine) as session:
        return files.written(session, SYSTEM, key)


def test_a_report_file_is_taken_in_and_summed(county: Engine) -> None:
    raw = json.loads(file_of(county))
    with store.reading(county) as session:
        secret = keys.key_for(session, "town")
    snapshot = raw["snapshot"]
    snapshot["period"] = {"from": "2025-01-01", "to": "2025-12-31", "kind": "year"}
    snapshot["figures"]["hazards.found"]["value"] = 81
    sealed = json.dumps({**raw, "seal": files.sealed_by(secret, snapshot)}).encode()
    key = taken(county, sealed)
    assert taken(county, sealed) == key  # the same file again changes nothing
    whole = world.whole(county, key)
    assert (whole.report["by_file"], whole.report["edition"], whole.report["state"]) == (True, 1, "sent")
    with store.reading(county) as session:
        found = behind.behind(session, SYSTEM, key, "hazards.found")
    assert (found.items, found.kept, found.live) == ([], False, None)  # they stand where it came from
    above = world.drawing(
        county, "county", first=FOUND.date().replace(2025, 1, 1), last=FOUND.date().replace(2025, 12, 31)
    )
    assert above["figures"]["hazards.found"]["from"]["reports"][0]["value"] == 81
    snapshot["figures"]["hazards.found"]["value"] = 80
    snapshot["reason"] = "多报一条"
    assert taken(county, json.dumps({**raw, "seal": files.sealed_by(secret, snapshot)}).encode()) == key
    assert [(one.number, one.reason) for one in world.whole(county, key).editions] == [(1, ""), (2, "多报一条")]


@pytest.mark.parametrize(
    ("break_it", "field"),
    [
        (lambda file: file["snapshot"]["figures"]["hazards.found"].update(value=9_999), "seal"),
        (lambda file: file.update(seal="00"), "seal"),
        (lambda file: file.update(format="poem/1"), "format"),
        (lambda file: file.update(snapshot=[]), "snapshot"),
        (lambda file: file["snapshot"]["unit"].update(code="other"), "unit"),
        (lambda file: file["snapshot"]["unit"].update(code=7), "snapshot"),
    ],
)
def test_what_was_tampered_with_is_refused_whole(county: Engine, break_it: object, field: str) -> None:
    file = json.loads(file_of(county))
    break_it(file)  # type: ignore[operator]
    with pytest.raises(Refused) as refused:
        taken(county, json.dumps(file).encode())
    assert [fault.field for fault in refused.value.faults] == [field]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"format": "other"}, "snapshot.format"),
        ({"template": "poem"}, "snapshot.template"),
        ({"figures": []}, "snapshot.figures"),
        ({"figures": {"poems": {"figure": "poems", "value": 1}}}, "snapshot.figures.poems"),
        (
            {"figures": {"hazards.found": {"figure": "hazards.found", "value": "many"}}},
            "snapshot.figures.hazards.found",
        ),
        ({"campaign": "x"}, "snapshot.campaign"),
        ({"period": {"from": "2025-13-01"}}, "snapshot.period"),
        ({"period": {"from": "2025-02-01", "to": "2025-01-01", "kind": "other"}}, "to"),
        ({"sections": [{"blocks": [{"kind": "table"}]}]}, "snapshot"),
    ],
)
def test_a_sealed_file_that_is_no_report_is_refused_by_field(
    county: Engine, change: dict[str, object], field: str
) -> None:
    file = json.loads(file_of(county))
    with store.reading(county) as session:
        secret = keys.key_for(session, "town")
    snapshot = file["snapshot"] | change
    with pytest.raises(Refused) as refused:
        taken(county, json.dumps({**file, "snapshot": snapshot, "seal": files.sealed_by(secret, snapshot)}).encode())
    assert [fault.field for fault in refused.value.faults] == [field]


@pytest.mark.parametrize(("raw", "field"), [(b"{", "file"), (b"7", "format"), (b" " * 1_000_001, "file")])
def test_what_is_no_file_is_refused(county: Engine, raw: bytes, field: str) -> None:
    with pytest.raises(Refused) as refused:
        taken(county, raw)
    assert [fault.field for fault in refused.value.faults] == [field]


def test_a_key_that_was_taken_back_opens_nothing(county: Engine) -> None:
    raw = file_of(county)
    act(county, keys.take_back, SYSTEM, "town", now=LATER)
    with pytest.raises(Refused) as refused:
        taken(county, raw)
    assert [fault.field for fault in refused.value.faults] == ["unit"]
    with pytest.raises(NotFound):
        act(county, keys.take_back, SYSTEM, "town", now=LATER)
    with pytest.raises(Forbidden):
        act(county, keys.take_back, "coord", "town", now=LATER)


def test_keys_are_for_admins_and_kept_sealed(county: Engine) -> None:
    with store.transaction(county) as session:
        made = keys.share(session, SYSTEM, "town", now=FOUND)
    assert len(made) > 30
    with store.reading(county) as session:
        assert keys.key_for(session, "town") == made
        with pytest.raises(Refused):
            keys.key_for(session, "v1")
        assert [(one.unit, one.made_by) for one in keys.listed(session, SYSTEM).items] == [("town", "zhiban")]
        assert keys.listed(session, world.actor(county, "coord")).items == []
    with pytest.raises(Refused):
        act(county, keys.share, SYSTEM, "town", now=FOUND, given="short")
