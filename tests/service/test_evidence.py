"""Evidence: photos made anew without what else they carried, notes, and who may read them."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import Engine

from models import Evidence, Picture, Thumbnail
from models.base import table_of
from service import evidence, pictures, settings, store
from service.access import actor_for
from service.errors import Forbidden, NotFound, Refused
from tests.service import hazard_worlds as worlds
from tests.service.hazard_worlds import act, rows

ORIENTATION, ARTIST, GPS = 0x0112, 0x013B, 0x8825


@pytest.fixture
def county(engine: Engine) -> Engine:
    return worlds.found(engine)


def a_photo(kind: str = "JPEG", size: tuple[int, int] = (40, 20), mode: str = "RGB", **more: Any) -> bytes:
    picture = Image.new(mode, size, "red" if mode == "RGB" else None)
    picture.putpixel((0, 0), (0, 0, 255) if mode == "RGB" else (0, 0, 255, 0))
    written = io.BytesIO()
    picture.save(written, kind, **more)
    return written.getvalue()


def with_traces() -> bytes:
    """As a telephone takes it: lying on its side, with position, name and a comment."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[ARTIST] = 6, "张某"
    exif.get_ifd(GPS)[2] = (37.0, 25.0, 1.0)
    return a_photo(exif=exif, comment=b"who took it", quality=95)


def test_a_photo_is_turned_upright_and_carries_nothing_else() -> None:
    photo = evidence.read_photo(with_traces())
    with Image.open(io.BytesIO(photo.data)) as kept:
        assert (kept.size, kept.format, photo.media_type) == ((20, 40), "JPEG", "image/jpeg")
        assert dict(kept.getexif()) == {}
        assert "comment" not in kept.info
    assert "张某".encode() not in photo.data
    assert b"who took it" not in photo.data


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_each_kind_stays_its_kind(kind: str) -> None:
    photo = evidence.read_photo(a_photo(kind))
    assert photo.media_type == pictures.MEDIA_TYPES[kind]
    with Image.open(io.BytesIO(photo.data)) as kept:
        assert (kept.format, kept.size) == (kind, (40, 20))


def test_what_is_clear_stays_clear() -> None:
    photo = evidence.read_photo(a_photo("PNG", mode="RGBA"))
    with Image.open(io.BytesIO(photo.data)) as kept:
        assert kept.mode == "RGBA"
        assert kept.getpixel((0, 0)) == (0, 0, 255, 0)


BAD: list[tuple[str, Callable[[], bytes], str]] = [
    ("empty", lambda: b"", "photo: is no photo of the kind JPEG, PNG or WebP"),
    ("page", lambda: b"<html><script>alert(1)</script>", "photo: is no photo of the kind JPEG, PNG or WebP"),
    ("gif", lambda: a_photo("GIF"), "photo: is no photo of the kind JPEG, PNG or WebP"),
    ("svg", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "photo: is no photo of the kind JPEG, PNG or WebP"),
    (
        "only begins so",
        lambda: b"\xff\xd8\xff" + b"x" * 99,
        "photo: is damaged, or was not copied whole: choose another",
    ),
    ("large", lambda: b"\xff\xd8\xff" + bytes(10 * 1024 * 1024), "photo: is larger than 10 MB"),
    ("bomb", lambda: a_photo("PNG", (20_000, 4_000)), "photo: has more than 64 million pixels"),
]


@pytest.mark.parametrize(("name", "made", "fault"), BAD, ids=[name for name, _, _ in BAD])
def test_what_is_no_photo_is_refused(name: str, made: Callable[[], bytes], fault: str) -> None:
    with pytest.raises(Refused) as refused:
        evidence.read_photo(made())
    assert [str(one) for one in refused.value.faults] == [fault]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_cut_off_is_refused(kind: str) -> None:
    whole = a_photo(kind, (300, 300))
    with pytest.raises(Refused):
        evidence.read_photo(whole[: len(whole) // 2])


def test_photos_and_notes_are_kept_and_read(county: Engine) -> None:
    code = worlds.report(county)
    photo = evidence.read_photo(a_photo())
    first = act(county, evidence.add, "inspector", code, photo=photo, stage="before")
    second = act(county, evidence.add, "boss", code, photo=photo, note="同一张", stage="after")
    third = act(county, evidence.add, "boss", code, note="说明𠮷")
    assert [first, second, third] == [f"{code}:evidence:{n}" for n in (1, 2, 3)]
    assert len(rows(county, Picture)) == 1  # the same photo once
    with store.reading(county) as session:
        viewer = actor_for(session, "viewer")
        assert [(row.stage, row.size) for row in evidence.listed(session, viewer, code)] == [
            ("before", len(photo.data)), ("after", len(photo.data)), ("", 0),
        ]  # fmt: skip
        assert evidence.read(session, viewer, first) == ("image/jpeg", photo.data)
        assert evidence.read(session, viewer, third) == ("text/plain; charset=utf-8", "说明𠮷".encode())
        for who in ("stranger", "nobody", "staff"):
            for verb, what in ((evidence.read, first), (evidence.listed, code)):
                with pytest.raises(NotFound):
                    verb(session, actor_for(session, who), what)
        with pytest.raises(NotFound):
            evidence.read(session, viewer, f"{code}:9")


def test_a_viewer_and_a_stranger_add_nothing(county: Engine) -> None:
    code = worlds.report(county)
    with pytest.raises(Forbidden):
        act(county, evidence.add, "viewer", code, note="看到了")
    for who in ("stranger", "nobody"):
        with pytest.raises(NotFound):
            act(county, evidence.add, who, code, note="看到了")
    assert rows(county, Evidence) == []


@pytest.mark.parametrize(
    ("what", "fault"),
    [
        ({}, "note: a photo or a note is needed"),
        ({"note": "a", "stage": "later"}, "stage: must be before, during or after"),
        ({"note": "a" * 10_001}, "note: is longer than 10000 characters"),
    ],
)
def test_what_is_not_evidence_is_refused(county: Engine, what: Any, fault: str) -> None:
    code = worlds.report(county)
    with pytest.raises(Refused) as refused:
        act(county, evidence.add, "inspector", code, **what)
    assert [str(one) for one in refused.value.faults] == [fault]


def test_rechecks_and_tasks_have_evidence_too(county: Engine) -> None:
    code = worlds.closed(county)
    worlds.sweep(county, worlds.at("2026-04-01"))
    key = f"hazard:{code}:recheck:1.1"
    assert act(county, evidence.add, "inspector", key, note="复查照片见附件") == f"{key}:evidence:1"
    worlds.campaign(county)
    worlds.sweep(county, worlds.at("2026-12-31 09:00"))
    (task,) = [row.key for row in rows(county, worlds.Task) if row.unit == "e1"]
    assert (
        act(county, evidence.add, "boss", task, note="检查现场", now=worlds.at("2026-12-31 10:00"))
        == f"{task}:evidence:1"
    )
    with pytest.raises(NotFound):
        act(county, evidence.add, "inspector", "campaign:none", note="无")


def test_a_subject_takes_no_more_than_its_share(county: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "AT_MOST", 2)
    code = worlds.report(county)
    for n in range(2):
        act(county, evidence.add, "inspector", code, note=str(n))
    with pytest.raises(Refused):
        act(county, evidence.add, "inspector", code, note="3")


def test_a_position_is_kept_where_the_settings_say_so_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIBAN_PHOTO_POSITIONS", "true")
    settings.settings.cache_clear()
    try:
        photo = evidence.read_photo(with_traces())
    finally:
        monkeypatch.undo()
        settings.settings.cache_clear()
    with Image.open(io.BytesIO(photo.data)) as kept:
        assert kept.size == (20, 40)
        assert dict(kept.getexif().get_ifd(GPS)) == {2: (37.0, 25.0, 1.0)}
        assert set(kept.getexif()) == {GPS}
    assert "张某".encode() not in photo.data


@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "RGB"), ("PNG", "RGBA"), ("WEBP", "RGB")])
def test_a_small_one_is_kept_beside_it(county: Engine, kind: str, mode: str) -> None:
    code = worlds.report(county)
    photo = evidence.read_photo(a_photo(kind, (2_000, 1_000), mode))
    key = act(county, evidence.add, "inspector", code, photo=photo)
    with store.reading(county) as session:
        row = evidence.one(session, actor_for(session, "inspector"), key)
        small = evidence.small(session, row.sha256)
    with Image.open(io.BytesIO(small)) as shown:
        assert (shown.format, shown.size) == ("JPEG", (480, 240))
    assert len(small) < 40_000
    with store.transaction(county) as session:
        session.execute(table_of(Thumbnail).delete())
    with store.reading(county) as session:
        again = evidence.small(session, row.sha256)
    with Image.open(io.BytesIO(again)) as shown:
        assert (shown.format, shown.size) == ("JPEG", (480, 240))
