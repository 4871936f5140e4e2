"""Letters of responsibility on paper: each on a page of its own, as it was signed here, or to be signed by hand."""

import io
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from docx.enum.text import WD_ALIGN_PARAGRAPH
from sqlalchemy import select
from sqlmodel import Session, col

from models import Signature, Task
from models.base import table_of
from service.access import Actor
from service.papers.docx import add, named
from service.papers.docx_looks import Looks, dressed
from service.papers.words import date_said
from service.people.reading import names
from service.records import letters
from service.rules.letters import FILED, filled
from service.sheets.out import written
from service.steady import steady
from service.words import say

HAND = "_" * 12  # the line to sign on
# 一、责任目标: a line that is a heading and no sentence
HEADING = re.compile(r"[一二三四五六七八九十]{1,3}、[^。；：，]{1,24}")


class Sheet(NamedTuple):
    """One unit's letter: its text, and who signed it here and when, with the digest of what they read."""

    title: str
    unit_name: str
    text: str
    person: str
    signed_at: datetime | None = None
    sha256: str = ""


def to_print(session: Session, actor: Actor, key: str, *, task: str | None = None) -> list[Sheet]:
    """The letters of all units in sight that owe one, or of one task; NotFound for a letter out of sight."""
    letter = letters.find(session, actor, key)
    campaign, _, activity = letter.activity.rpartition(":")
    covered = letters.coverage(session, actor, campaign=campaign, activity=activity, year=letter.year).units
    owed = [one for one in covered if one["state"] != "cancelled" and task in (None, one["key"])]
    signed = signed_of(session, letter.activity)
    called = names(session, {str(one["assignee"]) for one in owed if one["assignee"]})
    made = []
    for one in owed:
        there = signed.get(one["key"]) if one["state"] in FILED else None
        person = called.get(one["assignee"] or "", "")
        if there is not None:
            made.append(Sheet(letter.title, one["unit_name"], there.text, there.name, there.signed_at, there.sha256))
        else:
            text = filled(letter.text, unit=one["unit_name"], person=person, year=letter.year)
            made.append(Sheet(letter.title, one["unit_name"], text, person))
    return made


def signed_of(session: Session, activity: str) -> dict[str, Any]:
    """The newest signature under each task of an activity."""
    statement = select(table_of(Signature)).join(Task, col(Signature.task) == col(Task.key))
    rows = session.execute(statement.where(col(Task.activity) == activity)).all()
    return {row.task: row for row in sorted(rows, key=lambda row: int(row.key.rpartition(":")[2]))}


def printed(sheets: Sequence[Sheet], zone: ZoneInfo, locale: str) -> bytes:
    """The letters as one .docx in the layout of official papers."""
    from docx import Document

    document = dressed(Document(), locale)
    named(document, sheets[0].title if sheets else "", "", locale)
    for number, sheet in enumerate(sheets):
        add(document, sheet.title, Looks.headline).paragraph_format.page_break_before = number > 0
        add(document, sheet.unit_name, Looks.remark)
        add(document, "", Looks.body)
        for line in filter(None, map(str.strip, sheet.text.split("\n"))):
            add(document, line, Looks.first if HEADING.fullmatch(line) else Looks.body)
        add(document, "", Looks.body).paragraph_format.keep_with_next = True
        *most, last = signing(sheet, zone, locale)
        for line in most:
            add(document, line, Looks.signed).paragraph_format.keep_with_next = True
        add(document, last, Looks.signed)
        if sheet.sha256:
            words = say("Digest of the text (SHA-256)", locale) + " " + sheet.sha256
            add(document, words, Looks.note).alignment = WD_ALIGN_PARAGRAPH.LEFT
    made = io.BytesIO()
    document.save(made)
    return steady(made.getvalue())


def signing(sheet: Sheet, zone: ZoneInfo, locale: str) -> tuple[str, ...]:
    """Who signed and on which day; or the lines to sign on by hand."""
    if sheet.signed_at is not None:
        on = date_said(sheet.signed_at.astimezone(zone), locale)
        return written(sheet.unit_name), say("Signed by {name}", locale, name=sheet.person), on
    return (
        say("{unit} (seal)", locale, unit=sheet.unit_name), say("Signature:", locale) + HAND,
        say("Year        month        day", locale),
    )  # fmt: skip
