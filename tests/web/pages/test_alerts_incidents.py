"""Pages of warnings and incidents: seen by people, worked through with a mouse, and without a single script."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from models import Alert, AlertReceipt, Incident, IncidentLine, IncidentReport
from service import settings
from service.alerts.links import signed
from service.couriers import MemoryCourier
from service.notices import delivery
from tests.service.worlds import row, rows
from tests.web.pages.conftest import copied
from tests.web.pages.rig import COORDINATOR, DESK, INSPECTOR, LEADER, PHONE, VIEWER, Eyes, Town
from tests.web.pages.warned_town import ALERT, INCIDENT, TOWN, VILLAGE, quieten, warn

pytestmark = pytest.mark.browser

PAGES = (
    ("/alerts", COORDINATOR, "alerts"),
    ("/alerts?state=ended", COORDINATOR, "alerts-none"),
    ("/alerts/new", LEADER, "alert-new"),
    (f"/alerts/{ALERT}", COORDINATOR, "alert"),
    ("/incidents", COORDINATOR, "incidents"),
    ("/incidents?state=void", COORDINATOR, "incidents-none"),
    ("/incidents/new", INSPECTOR, "incident-new"),
    (f"/incidents/{INCIDENT}", COORDINATOR, "incident"),
    ("/incidents/I-2025-000001", VIEWER, "incident-past"),
    (f"/incidents/compared?unit={TOWN}", VIEWER, "incidents-compared"),
)


@pytest.fixture(scope="module")
def warned(town_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The sample town with a warning out and an accident reported, only looked at."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("warned")
        patch.setenv("ZHIBAN_DATA", str(folder))
        settings.settings.cache_clear()
        with copied(town_file, folder) as town:
            quieten(town.engine)
            warn(town.engine, town.now, COORDINATOR)
            yield town
    settings.settings.cache_clear()


@pytest.fixture(scope="module")
def warned_eyes(warned: Town, browser: Browser) -> Iterator[Eyes]:
    eyes = Eyes(warned, browser)
    yield eyes
    eyes.close()


@pytest.fixture
def town(town_file: Path, tmp_path: Path) -> Iterator[Town]:
    """The sample town before anybody warned of anything."""
    with copied(town_file, tmp_path) as made:
        quieten(made.engine)
        yield made


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> MemoryCourier:
    """What leaves right after the commit: nobody is rung by a test."""
    memory = MemoryCourier()
    monkeypatch.setattr(delivery, "desk", lambda: memory)
    return memory


@pytest.mark.parametrize(("path", "person", "name"), PAGES, ids=[name for _, _, name in PAGES])
def test_a_page_looks_right(warned_eyes: Eyes, path: str, person: str, name: str) -> None:
    warned_eyes.look_at(path, person, name)


def test_the_page_of_a_link_looks_right(warned: Town, warned_eyes: Eyes) -> None:
    receipts = {one.acknowledged_at is None: one for one in rows(warned.engine, AlertReceipt)}
    for silent, name in ((True, "tap"), (False, "tap-done")):
        warned_eyes.look_at(f"/a/{signed(receipts[silent].key, receipts[silent].person, warned.now)}", None, name)


@pytest.mark.parametrize("path", ["/alerts", f"/alerts/{ALERT}", "/incidents", f"/incidents/{INCIDENT}"])
def test_a_page_asks_little_of_the_database(warned: Town, path: str) -> None:
    with warned.visitor(COORDINATOR) as coordinator:
        assert len(coordinator.statements(path)) <= 26


def test_a_warning_can_be_watched_live_and_made_to_stand_still(warned: Town) -> None:
    with warned.visitor(VIEWER, "en") as viewer:
        live, still = viewer.get(f"/alerts/{ALERT}?live=1"), viewer.get(f"/alerts/{ALERT}")
    assert (live.headers["refresh"], "refresh" in still.headers) == ("10", False)
    assert "looks again every 10 seconds" in live.text
    assert "<form" not in live.text.split("<main", 1)[1].split("</main>")[0]


def test_a_warning_is_looked_over_sent_acknowledged_and_ended(town: Town, eyes: Eyes, sent: MemoryCourier) -> None:
    page = eyes.page(LEADER, "en", DESK)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/alerts/new")
    page.get_by_label("Title").fill("大风蓝色预警")
    page.get_by_label("What is to be done").fill("加固棚屋")
    page.get_by_label("blue").check()
    page.get_by_label("To the units at and beneath").fill(TOWN)
    ends = (town.now + timedelta(hours=12)).replace(second=0, microsecond=0)
    page.get_by_label("Valid until").fill(ends.astimezone(settings.settings().zone_info()).strftime("%Y-%m-%dT%H:%M"))
    page.get_by_role("button", name="See whom it reaches").click()
    page.get_by_text("units would be told").wait_for()
    assert rows(town.engine, Alert) == [], "nothing is sent by looking"
    page.get_by_role("button", name="Send it now").click()
    page.wait_for_url("**/alerts/A-2026-000001?live=1")
    assert row(town.engine, Alert, ALERT).until_at == ends
    many = len(rows(town.engine, AlertReceipt))
    assert many == row(town.engine, Alert, ALERT).units > 1
    page.get_by_role("link", name="Stand still, to act").click()
    page.locator("summary", has_text="Acknowledge").first.click()
    page.get_by_label("How they were reached").first.fill("电话")
    page.get_by_role("button", name="They have it").first.click()
    page.get_by_text("It is acknowledged").wait_for()
    assert sum(one.acknowledged_at is not None for one in rows(town.engine, AlertReceipt)) == 1
    page.locator("summary", has_text="The danger is over").click()
    page.get_by_role("button", name="End the warning").click()
    page.get_by_text("everybody who had been told hears it").wait_for()
    assert row(town.engine, Alert, ALERT).state == "ended"
    assert len({message.key for _, message in sent.got}) >= many


def test_one_tap_on_a_telephone_without_scripts(town: Town, eyes: Eyes) -> None:
    warn(town.engine, town.now, COORDINATOR)
    silent = next(one for one in rows(town.engine, AlertReceipt) if one.acknowledged_at is None)
    page = eyes.page(None, "zh_CN", PHONE, scripts=False)
    page.goto(f"/a/{signed(silent.key, silent.person, town.now)}")
    assert row(town.engine, AlertReceipt, silent.key).acknowledged_at is None
    page.get_by_role("button", name="签收").click()
    page.get_by_text("签收。").wait_for()
    assert row(town.engine, AlertReceipt, silent.key).how == "link"


def test_an_incident_is_reported_reported_upward_corrected_and_closed(
    town: Town, eyes: Eyes, sent: MemoryCourier
) -> None:
    page = eyes.page(COORDINATOR, "en", DESK)
    page.goto("/incidents/new")
    page.get_by_label("Account").fill("村道货车侧翻")
    page.get_by_label("Unit", exact=False).first.fill(VILLAGE)
    page.get_by_label("Injured").fill("2")
    page.get_by_role("button", name="Report it").click()
    page.wait_for_url(f"**/incidents/{INCIDENT}")
    assert {message.urgent for _, message in sent.got} == {True}
    page.locator("summary", has_text="Record that it is made").first.click()
    page.get_by_label("What it said").first.fill("已报镇应急办")
    page.get_by_role("button", name="The report is made").first.click()
    page.get_by_text("The report upward is made").wait_for()
    made = [one for one in rows(town.engine, IncidentReport) if one.made_at is not None and one.place]
    assert [one.text for one in made] == ["已报镇应急办"]
    page.locator("summary", has_text="Say it anew").click()
    page.get_by_label("Deaths").fill("1")
    page.get_by_label("Why it is said anew").fill("一人不治")
    page.get_by_role("button", name="Say it anew").click()
    page.get_by_text("the lines before it stay").wait_for()
    assert [one.deaths for one in rows(town.engine, IncidentLine)] == [0, 1]
    page.locator("summary", has_text="Close it before").click()
    page.locator("details.fold[open]").get_by_label("Reason").fill("处置完毕")
    page.get_by_role("button", name="Close it", exact=True).click()
    page.get_by_text("It is closed").wait_for()
    assert row(town.engine, Incident, INCIDENT).state == "closed"


def test_bad_forms_come_back_with_what_was_typed(town: Town, sent: MemoryCourier) -> None:
    bad = {"unit": VILLAGE, "kind": "accident", "description": "侧翻", "happened_at": "2030-01-01T00:00"}
    warning = {"unit": TOWN, "title": "大风", "text": "加固", "chase": "10, 5", "do": "send"}
    with town.visitor(COORDINATOR, "en") as coordinator:
        answer = coordinator.send_form("/incidents/new", "/incidents/new", bad)
        assert answer.status_code == 422
        assert "2030-01-01T00:00" in answer.text
        assert "侧翻" in answer.text
        odd = coordinator.send_form("/incidents/new", "/incidents/new", bad | {"happened_at": "yesterday"})
        assert odd.status_code == 422
        answer = coordinator.send_form("/alerts/new", "/alerts/new", warning)
        assert answer.status_code == 422
        assert "10, 5" in answer.text
        look = coordinator.send_form("/alerts/new", "/alerts/new", {"unit": "nowhere", "do": "look"})
        assert look.status_code == 422
        assert "There is no unit nowhere" in look.text
    assert rows(town.engine, Alert) == rows(town.engine, Incident) == []


def test_who_may_not_sees_no_form_and_is_refused(town: Town) -> None:
    warn(town.engine, town.now, COORDINATOR)
    with town.visitor(VIEWER, "en") as viewer, town.visitor() as nobody:
        for path in (f"/alerts/{ALERT}", f"/incidents/{INCIDENT}"):
            text = viewer.get(path).text
            assert not re.search(r'<form[^>]*action="/(alerts|incidents)/', text)
        assert viewer.get("/alerts/new").status_code == 404
        assert viewer.get("/incidents/new").status_code == 404
        assert nobody.get("/alerts").status_code == 303


def test_each_report_that_is_owed_is_named_where_it_happened(warned: Town) -> None:
    with warned.visitor(COORDINATOR) as visitor:
        text = visitor.get(f"/incidents/{INCIDENT}").text
    lines = re.findall(r"<li><time.*?(?:应|届时)上报(.*?)</li>", text[text.index('class="journal"') :], re.DOTALL)
    assert all("墩墩滩村" in line or "研经镇 → 井研县" in line for line in lines), lines
    assert len(set(lines)) == 6, "first, follow-up and closing report, each from the village and from the town"
