"""A roster in use changed by its form: what is published is looked at first, and the file keeps what the form omits."""

import re
from html import unescape
from typing import Any

import pytest

from models import Notice, Roster, RosterVersion, Watch
from models.base import table_of
from models.duty import RosterMember
from service import store
from service.access import SYSTEM
from service.duty import ahead, publishing, rosters
from service.duty.file import document_of, read
from tests.service import worlds
from tests.service.duty_worlds import FILE
from tests.web.duty import keep
from tests.web.house import MORNING, Caller, House, statements
from tests.web.pages.rig import PAGE_BYTES_MOST
from tests.web.sending import faults_of, went

PAGE = "/duty/night/edit"


def form_on(text: str) -> dict[str, Any]:
    """The form of the page as a browser would send it, but for who is picked in its empty rows."""
    (form,) = re.findall(rf'<form method="post" action="{PAGE}".*?</form>', text, re.S)
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        told = {name: unescape(value) for name, value in re.findall(r'([a-z]+)="([^"]*)"', tag)}
        if told.get("type") not in ("checkbox", "radio"):
            found[told["name"]] = told.get("value", "")
        elif tag.endswith(" checked>"):
            found.setdefault(told["name"], []).append(told["value"])
    return found


def sent(browser: Caller, changes: dict[str, Any], page: str = PAGE) -> Any:
    """The form as it stands with some of it changed."""
    return browser.post(PAGE, data=form_on(browser.get(page).text) | changes)


def without(fields: dict[str, Any], role: str, *people: str) -> dict[str, Any]:
    return {f"{role}[members]": [one for one in fields[f"{role}[members]"] if one not in people]}


def night(house: House) -> Any:
    return worlds.row(house.engine, Roster, "night")


def to_serve(house: House, person: str) -> list[Any]:
    rows = worlds.rows(house.engine, Watch, table_of(Watch).c.served_by == person)
    return [row for row in rows if row.starts_at > MORNING]


def test_a_roster_is_changed_by_its_form_and_its_file_says_so(small_house: House) -> None:
    keep(small_house.engine)
    coord = small_house.browser("coord")
    before = night(small_house)
    fields = form_on(coord.get(PAGE).text)
    told = {
        "name": "夜间值班", "phone": "", "note": "手机畅通", "drafted_ahead_days": "45", "officer[rest_days]": "1",
        "officer[members]": [*fields["officer[members]"], "boss1"], "in_7_days": "3", "who-a": "mayor",
        "until-a": "2026-06-30",
    }  # fmt: skip
    fields = form_on(coord.get(f"{PAGE}?below=true").text)
    assert 'value="boss1"' in coord.get(f"{PAGE}?below=true").text
    assert went(coord.post(PAGE, data=fields | told)) == "/duty/night"
    after = night(small_house)
    assert (after.name, after.phone, after.note, after.drafted_ahead_days) == ("夜间值班", "", "手机畅通", 45)
    assert after.version > before.version
    document, was = document_of(after.text), document_of(before.text)
    assert document["roles"][0]["need"] == was["roles"][0]["need"]
    assert document["watch"] == was["watch"]
    problem = read(after.text).problem
    assert problem.roles[1].members[-1] == "boss1"
    assert problem.roles[1].rest_days == 1
    assert str(problem.people["mayor"].last) == "2026-06-30"
    (joined,) = worlds.rows(small_house.engine, RosterMember, table_of(RosterMember).c.person == "boss1")
    assert joined.joined_on == MORNING.date()


def test_who_is_taken_out_leaves_gaps_only_after_that_was_looked_at(small_house: House) -> None:
    keep(small_house.engine)
    coord = small_house.browser("coord")
    theirs = to_serve(small_house, "grid2")
    fields = form_on(coord.get(PAGE).text)
    first = coord.post(PAGE, data=fields | without(fields, "officer", "grid2"))
    assert first.status_code == 422
    assert night(small_house).text == FILE
    for watch in theirs:
        assert f"/watches/{watch.key.replace(':', '%3A')}" in first.text
    assert "/duty/night/versions/2" in first.text  # the draft that still seats them
    asked = form_on(first.text)
    assert (asked["officer[members]"], asked["published"]) == (["grid1", "staff", "inspector"], ["vacant"])
    went(coord.post(PAGE, data=asked))
    assert to_serve(small_house, "grid2") == []
    keys = {one.key for one in theirs}
    now = [one for one in worlds.rows(small_house.engine, Watch) if one.key in keys]
    assert {(one.state, one.turn_of) for one in now} == {("vacant", None)}
    told = [(one.kind, one.recipient) for one in worlds.rows(small_house.engine, Notice)]
    assert told.count(("duty_freed", "grid2")) == len(theirs)
    assert told.count(("duty_gap", "coord")) >= len(theirs)
    shown = coord.get("/duty/night").text
    assert f"Watches that are vacant now: {len(theirs)}" in shown
    assert "no longer serves on this roster" in coord.get(f"/watches/{theirs[0].key}").text


def test_what_is_published_may_stand_and_a_last_day_ends_only_what_comes_after_it(small_house: House) -> None:
    keep(small_house.engine)
    coord = small_house.browser("coord")
    theirs = to_serve(small_house, "grid2")
    assert len(theirs) > 1
    last = theirs[0].on.isoformat()
    first = sent(coord, {"who-b": "grid2", "until-b": last})
    assert first.status_code == 422
    assert theirs[0].key.replace(":", "%3A") not in first.text
    assert all(one.key.replace(":", "%3A") in first.text for one in theirs[1:])
    went(coord.post(PAGE, data=form_on(first.text) | {"published": "stand"}))
    assert to_serve(small_house, "grid2") == theirs
    assert str(read(night(small_house).text).problem.people["grid2"].last) == last
    # they are out already as far as the roster goes: what stands is not asked after again
    went(sent(coord, {"name": "夜间值班"}))
    assert form_on(coord.get(PAGE).text)["until:grid2"] == last


def test_what_was_looked_at_and_no_more_is_done(small_house: House) -> None:
    keep(small_house.engine)
    coord = small_house.browser("coord")
    fields = form_on(coord.get(PAGE).text)
    first = coord.post(PAGE, data=fields | without(fields, "officer", "grid2"))
    more = form_on(first.text)
    again = coord.post(PAGE, data=more | without(more, "officer", "grid1"))
    assert again.status_code == 422
    assert form_on(again.text)["seen"] != more["seen"]
    assert night(small_house).text == FILE


def test_needs_that_published_days_do_not_have_are_said(small_house: House) -> None:
    keep(small_house.engine)
    coord = small_house.browser("coord")
    first = sent(coord, {"officer[default]": "2"})
    assert first.status_code == 422
    assert "Published days that would need more or fewer people: 18 (2026-03-03 – 2026-03-20)" in first.text
    assert 'name="published"' not in first.text
    went(coord.post(PAGE, data=form_on(first.text)))
    assert document_of(night(small_house).text)["roles"][1]["need"] == 2
    assert worlds.rows(small_house.engine, Watch, table_of(Watch).c.state == "vacant") == []


def test_what_is_wrong_stands_beside_its_field_and_leaves_nothing(small_house: House) -> None:
    keep(small_house.engine)
    coord = small_house.browser("coord")
    wrong = {
        "name": " ", "drafted_ahead_days": "400", "officer[default]": "-1", "leader[rest_days]": "x", "in_7_days": "y",
        "who-b": "mayor", "from-b": "2026-05-02", "until-b": "2026-05-01", "driver[default]": "1",
    }  # fmt: skip
    answer = sent(coord, wrong)
    assert sorted(faults_of(answer)) == sorted([
        "empty or too long", "400 is not between 0 and 366", "-1 is not between 0 and 500", "expected a whole number",
        "expected a whole number", "2026-05-01 is before 2026-05-02", "is missing",
    ])  # fmt: skip
    typed = form_on(answer.text)
    assert (typed["drafted_ahead_days"], typed["until:mayor"], typed["from-b"]) == ("400", "2026-05-01", "")
    assert faults_of(sent(coord, {"until-a": "2026-05-01"})) == ["is missing"]
    assert faults_of(sent(coord, {"officer[members]": ["grid1", "nobody"]})) == ["there is no person nobody"]
    assert "Nothing is changed" in sent(coord, {}).text
    assert night(small_house).text == FILE


def test_somebody_who_was_faster_is_not_written_over(small_house: House) -> None:
    keep(small_house.engine)
    coord = small_house.browser("coord")
    fields = form_on(coord.get(PAGE).text)
    went(sent(coord, {"phone": "13800130009"}))
    late = coord.post(PAGE, data=fields | {"note": "手机畅通"})
    assert late.status_code == 409
    assert form_on(late.text)["note"] == "手机畅通"
    assert (night(small_house).phone, night(small_house).note) == ("13800130009", "")
    assert "Read it as it stands now" in late.text
    # a draft kept in the browser brings what it was begun with, whatever version its page has now
    stale = coord.post(PAGE, data=form_on(coord.get(PAGE).text) | {"stood": fields["stood"], "note": "手机畅通"})
    assert stale.status_code == 409
    bare = {name: value for name, value in fields.items() if name != "stood"}
    assert coord.post(PAGE, data=bare).status_code == 409
    went(coord.post(PAGE, data=form_on(late.text)))


def test_a_sweep_that_looked_at_the_roster_is_nobody_who_was_faster(small_house: House) -> None:
    keep(small_house.engine)
    coord = small_house.browser("coord")
    fields = form_on(coord.get(PAGE).text)
    before = night(small_house)
    ahead.attend(small_house.engine, "night", MORNING)
    assert night(small_house).version > before.version
    went(coord.post(PAGE, data=fields | {"note": "手机畅通"}))
    assert night(small_house).note == "手机畅通"


def test_a_role_that_goes_is_not_left_with_gaps_that_nobody_could_fill(small_house: House) -> None:
    keep(small_house.engine)
    coord = small_house.browser("coord")
    first = sent(coord, {"officer[default]": "", "officer[members]": []})
    assert "Published days that would need more or fewer people: 18" in first.text
    assert 'name="published"' not in first.text
    went(coord.post(PAGE, data=form_on(first.text) | {"officer[members]": []}))
    assert [role["role"] for role in document_of(night(small_house).text)["roles"]] == ["leader"]
    ahead.attend(small_house.engine, "night", MORNING)
    proposed = worlds.rows(small_house.engine, RosterVersion, table_of(RosterVersion).c.reason == ahead.CHANGED)
    assert [(str(one.from_on), str(one.to_on)) for one in proposed] == [("2026-03-03", "2026-03-20")]
    with store.transaction(small_house.engine) as session:
        publishing.publish(session, SYSTEM, proposed[0].key, now=MORNING)
    late = worlds.rows(small_house.engine, Watch, table_of(Watch).c.role == "officer")
    assert {one.state for one in late if one.starts_at > MORNING} == {"cancelled"}


def test_who_stands_in_a_rule_of_the_file_is_not_taken_out_behind_its_back(small_house: House) -> None:
    keep(small_house.engine)
    with store.transaction(small_house.engine) as session:
        rosters.apply_file(session, SYSTEM, f"{FILE}pairs: {{apart: [[grid1, grid2]]}}  # they quarrel\n", now=MORNING)
    coord = small_house.browser("coord")
    fields = form_on(coord.get(PAGE).text)
    answer = coord.post(PAGE, data=fields | without(fields, "officer", "grid2"))
    assert answer.status_code == 422
    assert "grid2 stands in a rule of who serves together: change that in the file first" in answer.text
    went(sent(coord, {"name": "夜间值班"}))
    assert night(small_house).text.endswith("pairs: {apart: [[grid1, grid2]]}  # they quarrel\n")


def test_a_retired_roster_comes_back_with_its_form(small_house: House) -> None:
    keep(small_house.engine)
    coord = small_house.browser("coord")
    leader = small_house.browser("leader")
    page = coord.get("/duty/night/file").text
    fields = dict(re.findall(r'name="(token|once|version)" value="([^"]+)"', page))
    went(coord.post("/duty/night/retire", data=fields | {"reason": "合并"}))
    assert leader.get(PAGE).status_code == 403
    assert "a change brings it back" in coord.get(PAGE).text
    went(sent(coord, {}))
    assert not night(small_house).retired


@pytest.mark.parametrize(("person", "status"), [("viewer", 403), ("leader", 403), ("stranger", 404), ("boss1", 404)])
def test_the_form_is_for_who_plans_there(small_house: House, person: str, status: int) -> None:
    keep(small_house.engine)
    browser = small_house.browser(person)
    fields = dict(re.findall(r'name="(token|once)" value="([^"]+)"', browser.get("/password").text))
    filled = form_on(small_house.browser("coord").get(PAGE).text) | fields | {"name": "别名"}
    assert browser.get(PAGE).status_code == status
    assert browser.post(PAGE, data=filled).status_code == status
    assert night(small_house).text == FILE


def test_the_form_of_a_large_roster_is_light_and_asks_little(small_house: House) -> None:
    people = [f"officer{n}" for n in range(300)]
    worlds.write(small_house.engine, *worlds.person_steps([(code, "v1") for code in people]))
    text = FILE.replace("[grid1, grid2, staff, inspector]", f"[{', '.join(people)}]")
    with store.transaction(small_house.engine) as session:
        rosters.apply_file(session, SYSTEM, text, now=MORNING)
    coord = small_house.browser("coord")
    assert len(coord.get(f"{PAGE}?below=true").content) < PAGE_BYTES_MOST
    assert statements(coord, [PAGE])[PAGE] <= 4
    went(sent(coord, {"phone": "13800130009"}))
    assert len(read(night(small_house).text).problem.roles[1].members) == len(people)


def test_needs_by_watch_are_called_by_their_hours_and_stay_by_watch(small_house: House) -> None:
    day, night_watch = '{code: day, starts: "08:00", hours: 12}', '{code: night, starts: "20:00", hours: 12}'
    text = FILE.replace('watch: {starts: "08:00", hours: 24}', f"watches: [{day}, {night_watch}]")
    text = text.replace("role: officer, need: 1", "role: officer, need: {default: {day: 1, night: 2}}")
    with store.transaction(small_house.engine) as session:
        rosters.apply_file(session, SYSTEM, text, now=MORNING)
    coord = small_house.browser("coord")
    assert "On usual days: 20:00–08:00" in coord.get(PAGE).text
    went(sent(coord, {"officer[default:night]": "3", "officer[holiday]": "4"}))
    need = document_of(night(small_house).text)["roles"][1]["need"]
    assert need == {"default": {"day": 1, "night": 3}, "holiday": 4}
