"""What the pages of campaigns do and refuse, without a browser."""

import re
from html import unescape

from httpx import Response

from models import Campaign
from models.base import table_of
from tests.service import worlds
from tests.web.house import House
from tests.web.pages.rig import hidden_of
from tests.web.sending import faults_of, send, went

FLOOD = {
    "key": "flood-2026",
    "name": "汛期安全防范",
    "owner": "town",
    "from": "2026-04-01",
    "to": "2026-10-31",
    "within": "",
}


def text_on(answer: Response) -> str:
    """The file as a page carries it on."""
    found = re.search(r'<textarea name="text" hidden[^>]*>(.*?)</textarea>', answer.text, re.S)
    assert found is not None, answer.text[:3000]
    return unescape(found[1])


def test_a_campaign_from_a_template_is_foreseen_made_started_and_paused(house: House) -> None:
    coord = house.browser("coord")
    seen = send(coord, "/campaigns/+new/flood-season", "/campaigns/+new/flood-season", FLOOD)
    assert seen.status_code == 200
    assert "Nothing has been made yet" in seen.text
    assert worlds.rows(house.engine, Campaign, table_of(Campaign).c.key == "flood-2026") == []
    hidden = hidden_of(seen.text, "/campaigns/+apply")
    path = went(coord.post("/campaigns/+apply", data=hidden | {"text": text_on(seen)}))
    assert path == "/campaigns/flood-2026"
    assert worlds.row(house.engine, Campaign, "flood-2026").state == "draft"
    assert went(send(coord, path, f"{path}/activate", {})) == path
    assert "The campaign is running" in coord.get(path).text
    went(send(coord, path, f"{path}/pause", {}))
    went(send(coord, path, f"{path}/resume", {}))
    went(send(coord, path, f"{path}/close", {}))
    assert worlds.row(house.engine, Campaign, "flood-2026").state == "closed"
    assert coord.get(f"{path}/file").status_code == 200
    # a closed one is not changed: the file comes back with the reason
    changed = send(coord, "/campaigns/+file", "/campaigns/+file", {"text": text_on(seen) + "# x\n"})
    assert changed.status_code == 409


def test_templates_are_named_in_the_readers_language(small_house: House) -> None:
    coord = small_house.browser("coord")
    for page in ("/campaigns/+new", "/campaigns/+new/flood-season"):
        english, chinese = (coord.get(page, headers={"Accept-Language": to}).text for to in ("en", "zh-CN"))
        assert "Flood season" in english
        assert "Hazard spots checked" in english
        assert "汛前排查隐患点" not in english
        assert "汛前排查隐患点" in chinese
        assert "Flood season" not in chinese


def test_a_template_names_what_does_not_fit_beside_its_fields(small_house: House) -> None:
    coord = small_house.browser("coord")
    wrong = FLOOD | {"key": "Not A Key!", "from": "yesterday", "to": ""}
    answer = send(coord, "/campaigns/+new/flood-season", "/campaigns/+new/flood-season", wrong)
    assert faults_of(answer) == ["must be a date like 2023-04-01", "must be a date like 2023-04-01"]
    wrong = FLOOD | {"key": "Not A Key!"}
    answer = send(coord, "/campaigns/+new/flood-season", "/campaigns/+new/flood-season", wrong)
    assert len(faults_of(answer)) == 1
    assert 'value="Not A Key!"' in answer.text
    for field in ("owner", "within"):
        answer = send(coord, "/campaigns/+new/flood-season", "/campaigns/+new/flood-season", FLOOD | {field: "nowhere"})
        assert faults_of(answer) == ["there is no unit nowhere"]
        assert f'name="{field}" type="text" value="nowhere"' in answer.text
    assert coord.get("/campaigns/+new/nothing").status_code == 404


def test_a_template_for_a_part_of_the_town(small_house: House) -> None:
    coord = small_house.browser("coord")
    seen = send(coord, "/campaigns/+new/flood-season", "/campaigns/+new/flood-season", FLOOD | {"within": "v2"})
    assert seen.status_code == 200
    assert 'targets: {within: "v2"}' in text_on(seen)
    # h1 is beneath v2; there is no mine, so nothing is left without a target
    far = send(coord, "/campaigns/+new/flood-season", "/campaigns/+new/flood-season", FLOOD | {"within": "c1"})
    assert far.status_code in (403, 404, 422)


def test_a_faulty_file_is_shown_with_its_lines(small_house: House) -> None:
    coord = small_house.browser("coord", "zh-CN")
    bad = "key: x\nname: y\nowner: nowhere\nfrom: 2026-01-01\nto: 2025-01-01\nactivities: []\n"
    answer = send(coord, "/campaigns/+file", "/campaigns/+file", {"text": bad})
    assert answer.status_code == 422
    assert re.search(r'<li value="5" class="wrong"><code>to: 2025-01-01</code>', answer.text)
    assert "第5行" in answer.text
    assert bad.rstrip() in answer.text, "the whole file stays in the editor"
    brought = send(
        coord, "/campaigns/+file", "/campaigns/+file", {"text": ""}, files={"file": ("x.yaml", bad.encode())}
    )
    assert "第5行" in brought.text
    broken = send(coord, "/campaigns/+file", "/campaigns/+file", {"text": ""}, files={"file": ("x.yaml", b"\xff\xfe")})
    assert broken.status_code == 422


def test_a_changed_file_says_what_it_changes_and_who_was_quicker_wins(small_house: House) -> None:
    coord = small_house.browser("coord")
    text = worlds.drive(worlds.once("2026-03-20", "later", name="后来的"), worlds.once("2026-03-02", "check"))
    seen = send(coord, "/campaigns/+file", "/campaigns/+file", {"text": text})
    assert seen.status_code == 200
    assert "2 tasks are made" in seen.text
    assert "This changes the campaign drive" in seen.text
    hidden = hidden_of(seen.text, "/campaigns/+apply")
    worlds.apply(small_house.engine, worlds.drive(worlds.once("2026-03-25", "other")), small_house.now)
    late = coord.post("/campaigns/+apply", data=hidden | {"text": text})
    assert late.status_code == 409
    assert "Somebody else changed this" in late.text
    went(coord.post("/campaigns/+apply", data=hidden_of(late.text, "/campaigns/+apply") | {"text": text}))
    same = send(coord, "/campaigns/+file", "/campaigns/+file", {"text": text})
    assert "applying it changes nothing" in same.text


def test_who_only_looks_may_not_plan_and_strangers_see_nothing(small_house: House) -> None:
    viewer, stranger, staff = (small_house.browser(who) for who in ("viewer", "stranger", "staff"))
    page = viewer.get("/campaigns/drive")
    assert page.status_code == 200
    assert "/campaigns/drive/pause" not in page.text
    for path in (
        "/campaigns/+new",
        "/campaigns/+file",
        "/campaigns/drive/file",
        "/imports",
        "/units/+new",
        "/people/+new",
    ):
        assert viewer.get(path).status_code == 403, path
    for path in ("/campaigns/drive", "/campaigns/drive/file", "/units/v1", "/units/v1/edit", "/units/v1/chain",
                 "/units/v1/code.svg", "/people/grid1", "/people/grid1/edit", "/units?at=v1", "/units/+codes?within=v1",
                 "/journal?subject=v1", "/imports/nothing"):  # fmt: skip
        assert stranger.get(path).status_code == 404, path
    assert staff.get("/campaigns").status_code == 404
    assert staff.get("/people").status_code == 404
    assert staff.get("/journal").status_code == 404
    assert staff.get("/units").status_code == 200
