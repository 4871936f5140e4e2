"""Evidence over the API: photos and notes go in, and come out as what they are, to whoever sees the place."""

import io

import pytest
from PIL import Image

from tests.web.house import V1, House, reasons
from tests.web.ledger import CLOSED_CODE, LOOK, settle


def photo(kind: str = "JPEG") -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(written, kind)
    return written.getvalue()


@pytest.fixture
def town(house: House) -> House:
    settle(house.engine)
    return house


SUBJECTS = (f"/hazards/{CLOSED_CODE}", f"/tasks/{V1}", f"/rechecks/{LOOK}")


@pytest.mark.parametrize("subject", SUBJECTS, ids=["hazard", "task", "recheck"])
def test_a_photo_and_a_note_come_back_as_what_they_are(town: House, subject: str) -> None:
    caller = town.caller("inspector")
    before = len(caller.api("GET", f"{subject}/evidence").json()["items"])
    files = {"photo": ("一.png", photo("PNG"), "text/html")}
    made = caller.api("POST", f"{subject}/evidence", files=files, data={"note": "整改后", "stage": "after"})
    assert made.status_code == 201, made.text
    kept = made.json()
    assert (kept["media_type"], kept["note"], kept["stage"], kept["made_by"]) == (
        "image/png", "整改后", "after", "inspector",
    )  # fmt: skip
    number = kept["key"].rpartition(":")[2]
    shown = caller.api("GET", f"{subject}/evidence/{number}")
    assert (shown.headers["content-type"], shown.headers["x-content-type-options"]) == ("image/png", "nosniff")
    assert len(shown.content) == kept["size"]
    with Image.open(io.BytesIO(shown.content)) as picture:
        assert (picture.format, picture.size) == ("PNG", (40, 20))
    noted = caller.api("POST", f"{subject}/evidence", json={"note": "<script>1</script>"}).json()
    text = caller.api("GET", f"{subject}/evidence/{noted['key'].rpartition(':')[2]}")
    assert (text.headers["content-type"], text.text) == ("text/plain; charset=utf-8", "<script>1</script>")
    assert len(caller.api("GET", f"{subject}/evidence").json()["items"]) == before + 2
    for path in (f"{subject}/evidence", f"{subject}/evidence/{number}"):
        assert town.caller("stranger").api("GET", path).status_code == 404
    assert caller.api("GET", f"{subject}/evidence/99").status_code == 404


def test_an_after_photo_lets_a_hazard_be_submitted(town: House) -> None:
    caller = town.caller("inspector")
    assert caller.api("POST", "/hazards/begun/submit", json={}).status_code == 422
    added = caller.api("POST", "/hazards/begun/evidence", files={"photo": photo()}, data={"stage": "after"})
    assert added.status_code == 201, added.text
    assert caller.api("POST", "/hazards/begun/submit", json={}).status_code == 200
    assert caller.api("GET", "/hazards/begun").json()["evidence"] == [added.json()]


def test_the_same_form_with_one_key_is_one_piece(town: House) -> None:
    caller = town.caller("inspector")
    sent = [
        caller.api("POST", "/hazards/begun/evidence", files={"photo": photo()}, headers={"Idempotency-Key": "k"})
        for _ in range(2)
    ]
    assert sent[0].headers["content-type"] == "application/json"
    assert sent[0].content == sent[1].content
    assert sent[1].headers["idempotency-replayed"] == "true"
    assert len(caller.api("GET", "/hazards/begun/evidence").json()["items"]) == 1


def test_what_is_no_evidence_is_named(small_house: House) -> None:
    settle(small_house.engine)
    caller = small_house.caller("inspector")
    path = "/hazards/new/evidence"
    assert reasons(caller.api("POST", path, json={})).keys() == {"note"}
    assert reasons(caller.api("POST", path, json={"note": "x", "stage": "later"})).keys() == {"stage"}
    assert reasons(caller.api("POST", path, json={"note": "x", "colour": "red"})).keys() == {"colour"}
    assert reasons(caller.api("POST", path, files={"photo": b"GIF89a"})).keys() == {"photo"}
    assert reasons(caller.api("POST", path, files={"photo": photo()[:200]})).keys() == {"photo"}
    assert reasons(caller.api("POST", path, files={"picture": photo()})).keys() == {"picture"}
    assert reasons(caller.api("POST", path, files={"note": (None, "x"), "photo": (None, "x")})).keys() == {"photo"}
    broken = caller.api(
        "POST", path, content=b"--x\r\nnothing", headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    assert broken.status_code == 422
    assert caller.api("POST", path, content=b"{").status_code == 422
    assert caller.api("POST", path, files={"photo": b"\xff\xd8\xff" + b"x" * 11_000_000}).status_code == 413
    assert len(caller.api("GET", path).json()["items"]) == 1


@pytest.mark.parametrize(
    "path", ["/tasks/new", f"/hazards/{LOOK}", "/rechecks/new", f"/rechecks/{V1}", f"/hazards/{V1}"]
)
def test_a_key_of_another_kind_finds_nothing(small_house: House, path: str) -> None:
    settle(small_house.engine)
    caller = small_house.caller("inspector")
    assert caller.api("GET", f"{path}/evidence").status_code == 404
    assert caller.api("POST", f"{path}/evidence", json={"note": "x"}).status_code == 404
