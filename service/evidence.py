"""Evidence: photos, files and notes that prove, of hazards, tasks, rechecks and documents; within one's sight."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from models import Evidence, Hazard, Picture, PlanDocument, Recheck, Task, Thumbnail, Unit
from models.base import table_of
from service import store
from service.access import Actor
from service.errors import Conflict, Fault, Forbidden, NotFound, Refused
from service.hazards import fields as known
from service.hazards.found import concerns
from service.people.fields import fit_one
from service.pictures import Photo, read_paper, read_photo, small_from
from service.records import kept
from service.rules.steps import make

__all__ = ["Photo", "add", "enter", "listed", "one", "photos_or_note", "read", "read_file", "read_photo", "small"]

DOCUMENTS = "plan:"  # what the key of a document begins with
STAGES = ("", "before", "during", "after")
TRIES = 20
AT_MOST = 200  # of one subject
SHOWN = ("key", "subject", "cycle", "stage", "media_type", "sha256", "size", "note", "made_at", "made_by")


class Subject(NamedTuple):
    """What evidence is about: the path of its unit, its time round, and whether the actor has to do with it."""

    path: str
    cycle: int
    own: bool


def about(session: Session, actor: Actor, subject: str) -> Subject:
    """The hazard (by its code), recheck, task or document that evidence is about; NotFound also out of sight."""
    table: Any = Hazard
    if subject.startswith(DOCUMENTS):
        row = kept.find(session, actor, PlanDocument, subject, "keeper", to_read=True)
        return Subject(row.path, 1, row.keeper == actor.person)
    if ":" in subject:
        table = Recheck if subject.startswith("hazard:") else Task
    statement = select(table_of(table), col(Unit.path)).join(Unit, col(table.unit) == col(Unit.key))
    row = session.execute(statement.where(col(table.key) == subject)).one_or_none()
    if row is None:
        raise NotFound("There is nothing of that name here")
    own = concerns(session, actor, row) if table is Hazard else actor.person in (row.assignee, row.co_assignee)
    if not (own or actor.may("see", row.path)):
        raise NotFound("There is nothing of that name here")
    return Subject(row.path, 1 if table is Task else row.cycle, own)


def read_file(subject: str, data: bytes) -> Photo:
    """What was brought for a subject, fit to be kept: of a document a PDF or a photo, of anything else a photo."""
    return read_paper(data) if subject.startswith(DOCUMENTS) else read_photo(data)


def add(
    session: Session,
    actor: Actor,
    subject: str,
    *,
    now: datetime,
    photo: Photo | None = None,
    note: str = "",
    stage: str = "",
) -> str:
    """Add a photo or file (read outside this transaction), a note, or both; answers its key.

    `photo` is what `read_file` made of it. `stage` is before, during, after or nothing; what is `after` lets a hazard
    be submitted. It belongs to the time round in force. The same photo again is kept once. Raises Refused where there
    is neither photo nor note.
    """
    note = fit_one("note", known.long_text, note)
    faults = [] if photo or note else [Fault("note", "a photo or a note is needed")]
    if stage not in STAGES:
        faults.append(Fault("stage", "must be before, during or after"))
    if faults:
        raise Refused("Some fields are wrong", faults=faults)
    found = about(session, actor, subject)
    if not (found.own or actor.may("report hazards", found.path)):
        raise Forbidden("Your role does not allow this here")
    return enter(session, actor, subject, found.cycle, now=now, photo=photo, note=note, stage=stage)


def enter(
    session: Session,
    actor: Actor,
    subject: str,
    cycle: int,
    *,
    now: datetime,
    photo: Photo | None,
    note: str,
    stage: str,
) -> str:
    """Enter a piece of evidence for whoever was let in already; answers its key."""
    if photo is not None:
        keep(session, photo)
    values = {
        "subject": subject, "cycle": cycle, "stage": stage, "media_type": photo.media_type if photo else "",
        "sha256": photo.sha256 if photo else "", "size": len(photo.data) if photo else 0, "note": note, "made_at": now,
        "made_by": actor.person,
    }  # fmt: skip
    for _ in range(TRIES):
        counted = select(func.count()).select_from(Evidence).where(col(Evidence.subject) == subject)
        number = int(session.execute(counted).scalar_one()) + 1
        if number > AT_MOST:
            fault = Fault("subject", "has {most} pieces of evidence already", {"most": AT_MOST})
            raise Refused("Some fields are wrong", faults=[fault])
        key = f"{subject}:evidence:{number}"
        if store.apply(session, [make(Evidence, key, "evidence", values)], now=now, by=actor.person).applied:
            return key
    raise Conflict("Too many were entered at the same moment; try again")


def photos_or_note(photos: Sequence[Photo]) -> Sequence[Photo | None]:
    """What is added one by one: each photo, or nothing but the note that comes with it."""
    return photos or (None,)


def keep(session: Session, photo: Photo) -> None:
    """Keep the bytes of a photo and of its small one, once however often it is shown."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    for table, data in ((Picture, photo.data), (Thumbnail, photo.small)):
        statement: Any = dialect.insert(table_of(table)).values(sha256=photo.sha256, data=data)
        session.execute(statement.on_conflict_do_nothing())


def listed(session: Session, actor: Actor, subject: str) -> Sequence[Any]:
    """The evidence about a subject, in the order in which it came, without the bytes."""
    about(session, actor, subject)
    statement = select(*(col(getattr(Evidence, name)) for name in SHOWN)).where(col(Evidence.subject) == subject)
    return session.execute(statement.order_by(col(Evidence.made_at), col(Evidence.key))).all()


def read(session: Session, actor: Actor, key: str) -> tuple[str, bytes]:
    """The media type and the bytes of a piece of evidence; a note's are its text."""
    row = one(session, actor, key)
    if not row.sha256:
        return "text/plain; charset=utf-8", row.note.encode()
    data = session.execute(select(col(Picture.data)).where(col(Picture.sha256) == row.sha256)).scalar_one()
    return row.media_type, bytes(data)


def one(session: Session, actor: Actor, key: str) -> Any:
    """A piece of evidence without its bytes; NotFound for one that is out of sight."""
    row = session.execute(select(table_of(Evidence)).where(col(Evidence.key) == key)).one_or_none()
    if row is None:
        raise NotFound("There is no evidence {key}", key=key)
    about(session, actor, row.subject)
    return row


def small(session: Session, sha256: str) -> bytes:
    """The small JPEG of a photo, for whoever may see it."""
    kept = session.execute(select(col(Thumbnail.data)).where(col(Thumbnail.sha256) == sha256)).scalar_one_or_none()
    if kept is not None:
        return bytes(kept)
    return small_from(session.execute(select(col(Picture.data)).where(col(Picture.sha256) == sha256)).scalar_one())
