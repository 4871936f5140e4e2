"""Pages of registered projects and of duties counted, as a browser without scripts sees them."""

import re
from collections import Counter

from models import Project, Watch
from service import store
from service.access import SYSTEM
from service.campaigns import acts as campaigns
from service.duty.counted import UNSERVED
from tests.service.worlds import drive, row, rows
from tests.web.pages.rig import COORDINATOR, VILLAGE_HEAD, Town

GATE = {
    "key": "parties", "kind": "meeting", "name": "开工前四方约谈", "when": {"event": "project"}, "due": {"days": 3},
    "assignee": {"person": COORDINATOR}, "targets": {"within": "yanjing"},
}  # fmt: skip
NEW = {"code": "bridge", "unit": "yanjing", "name": "集镇便民桥加固", "kind": "project", "note": ""}


def test_works_begin_only_after_their_meeting(town: Town) -> None:
    with store.transaction(town.engine) as session:
        campaigns.apply_file(session, SYSTEM, drive(GATE, key="gates", owner="yanjing"), now=town.now)
        campaigns.run(session, SYSTEM, "gates", "activate", now=town.now)
    with town.visitor(COORDINATOR, "en") as me:
        wrong = me.send_form("/projects/+new", "/projects/+new", NEW | {"unit": "", "kind": "x"})
        assert wrong.status_code == 422
        assert 'id="f-new-unit-fault"' in wrong.text
        answer = me.send_form("/projects/+new", "/projects/+new", NEW)
        assert (answer.status_code, answer.headers["location"]) == (303, "/projects/bridge")
        page = me.get("/projects/bridge").text
        assert "the meeting has to be held first" in page
        refused = me.send_form("/projects/bridge", "/projects/bridge/begin", {"note": "等不及了"})
        assert refused.status_code == 409
        assert "等不及了" in refused.text
        assert row(town.engine, Project, "project:bridge").began_at is None
        assert "集镇便民桥加固" in me.get("/projects?begun=no").text
        assert "集镇便民桥加固" not in me.get("/projects?begun=yes").text
    with town.visitor(VILLAGE_HEAD) as head:
        assert head.get("/projects/bridge").status_code == 404


def test_without_a_meeting_planned_the_page_says_how_to_plan_one(town: Town) -> None:
    with town.visitor(COORDINATOR, "en") as me:
        assert me.send_form("/projects/+new", "/projects/+new", NEW).status_code == 303
        assert "no campaign plans a meeting for this event" in me.get("/projects/bridge").text


def test_duties_are_counted_as_they_were_served(town: Town) -> None:
    begun = [one for one in rows(town.engine, Watch) if one.starts_at <= town.now and one.state not in UNSERVED]
    served = Counter(one.served_by for one in begun if one.starts_at.year == 2026 and one.unit == "yanjing")
    person, many = served.most_common(1)[0]
    with town.visitor(COORDINATOR, "en") as me:
        page = me.get("/duties", params={"unit": "yanjing", "from": "2026-01-01"})
        assert page.status_code == 200
        lines = re.findall(rf'<span class="note">{person}</span>.*?<strong>(\d+)</strong>', page.text, re.S)
        assert sum(map(int, lines)) == many
        assert len(me.statements("/duties")) <= 14
        asked = me.get("/duties", params={"role": "officer"}).text
        assert '<option value="officer" selected>Duty officer</option>' in asked
        assert '<option value="leader">Leader on duty</option>' in asked
        backwards = me.get("/duties", params={"from": "2026-03-01", "to": "2026-02-01"})
        assert backwards.status_code == 422
        assert "must lie within" in backwards.text
        assert me.get("/duties?unit=nowhere").status_code == 404
    with town.visitor(VILLAGE_HEAD) as head:
        assert head.get("/duties").status_code == 200
