"""What a field of a unit, a person or a link may hold: text as it came in, the value that is kept out, or why not."""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from models.kinds import Risk, Role, UnitKind
from service.access import SYSTEM
from service.errors import Fault, Refused
from service.settings import settings

CODE_AT_MOST = 64
TEXT_AT_MOST = 500
BLANKS = " \t\r\n\v\f\u00a0\u2002\u2003\u200b\u3000\ufeff"
LANGUAGES = ("zh_CN", "en")

# the words that sheets use for kinds; several may mean the same
KIND_WORDS: dict[str, str] = {
    "区县": UnitKind.district, "县": UnitKind.district, "区": UnitKind.district, "市": UnitKind.district,
    "乡镇": UnitKind.town, "镇": UnitKind.town, "乡": UnitKind.town, "街道": UnitKind.town, "镇街": UnitKind.town,
    "部门": UnitKind.department, "科室": UnitKind.department, "站所": UnitKind.department,
    "村": UnitKind.village, "社区": UnitKind.village, "村居": UnitKind.village, "行政村": UnitKind.village,
    "网格": UnitKind.grid, "企业": UnitKind.enterprise, "公司": UnitKind.enterprise,
    "工地": UnitKind.site, "施工现场": UnitKind.site, "学校": UnitKind.school, "幼儿园": UnitKind.school,
    "医院": UnitKind.hospital, "卫生院": UnitKind.hospital, "矿山": UnitKind.mine, "煤矿": UnitKind.mine,
    "隐患点": UnitKind.hazard_point, "地质灾害点": UnitKind.hazard_point, "地灾点": UnitKind.hazard_point,
    "住户": UnitKind.household, "农户": UnitKind.household, "场所": UnitKind.place,
}  # fmt: skip
RISK_WORDS: dict[str, str] = {"红": Risk.red, "橙": Risk.orange, "黄": Risk.yellow, "蓝": Risk.blue}

KINDS, RISKS, ROLES = frozenset(UnitKind), frozenset(Risk), frozenset(Role)

CODE = re.compile(r"[^\W_][\w.\-]*")
MOBILE = re.compile(r"(\+86)?1\d{10}")
PHONE = re.compile(r"\+?[\d\-()（）\s转,、/]{3,60}")
EMAIL = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\".]+(\.[^\s@<>,;\".]+)*")


class Unfit(ValueError):
    """A value that can't be kept; `reason` is an English msgid, `facts` fill it."""

    def __init__(self, reason: str, **facts: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts

    def fault(self, field: str) -> Fault:
        return Fault(field, self.reason, self.facts or None)


def text(value: Any, at_most: int = TEXT_AT_MOST) -> str:
    """One line of text without blanks around it."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unfit("must be text")
    kept = value.strip(BLANKS)
    if not kept.isprintable() and any(unshowable(sign) for sign in kept):
        raise Unfit("holds a line break or a character that can't be shown")
    if len(kept) > at_most:
        raise Unfit("is longer than {most} characters", most=at_most)
    return kept


def unshowable(sign: str) -> bool:
    """A control, half a character, or one of the two that are none: no sheet and no document can hold it."""
    return unicodedata.category(sign) in ("Cc", "Cs") or sign in "\ufffe\uffff"


def name(value: Any) -> str:
    """A name: text that is not empty."""
    return text(value, 200) or missing()


def missing() -> str:
    raise Unfit("is missing")


def code(value: Any) -> str:
    """A code: letters (Chinese ones too), digits, `-`, `_` and `.`, at most 64, a letter or digit first.

    Full-width letters and digits, which look the same on a printed sheet, are refused, so that one unit has one code.
    """
    kept = text(value) or missing()
    if len(kept) > CODE_AT_MOST:
        raise Unfit("is longer than {most} characters", most=CODE_AT_MOST)
    if not CODE.fullmatch(kept) or not unicodedata.is_normalized("NFKC", kept):
        raise Unfit("may hold letters, digits, - _ . only, and begins with a letter or digit")
    return kept


def is_code(value: str) -> bool:
    """Whether something could be the code of anything: what isn't need not be looked for."""
    return len(value) <= CODE_AT_MOST and CODE.fullmatch(value) is not None


def person_code(value: Any) -> str:
    """A staff number: a code, but not the name under which the journal writes what the service does by itself."""
    kept = code(value)
    if kept == SYSTEM.person:
        raise Unfit("is the name the service itself acts under")
    return kept


def optional_code(value: Any) -> str | None:
    """A code, or None where there is none."""
    return code(value) if text(value) else None


def unit_kind(value: Any) -> str:
    """The kind of a unit, from its identifier or its Chinese word."""
    kept = text(value) or missing()
    known = KIND_WORDS.get(kept) or (kept.lower() if kept.lower() in KINDS else "")
    if not known:
        raise Unfit("is no kind of unit: {word}", word=kept)
    return str(UnitKind(known))


def risk(value: Any) -> str:
    """The risk grade, from its identifier or its colour in Chinese; empty where none is set."""
    kept = text(value)
    known = RISK_WORDS.get(kept.removesuffix("色")) or kept.lower()
    if known and known not in RISKS:
        raise Unfit("is no risk grade: {word}", word=kept)
    return str(known)


def role(value: Any) -> Role:
    kept = text(value) or missing()
    if kept not in ROLES:
        raise Unfit("is no role: {word}", word=kept)
    return Role(kept)


def level(value: Any) -> int:
    """A level of the chain, 1 (nearest the ground) to 9."""
    kept = str(value).strip(BLANKS) if value is not None and not isinstance(value, bool) else ""
    if kept not in tuple("123456789"):
        raise Unfit("must be a level from 1 to 9")
    return int(kept)


def mobile(value: Any) -> str:
    """A mobile number, eleven digits from 1 on, `+86` before it or not; blanks and dashes inside are dropped."""
    kept = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text(value, 40)))
    if kept and not MOBILE.fullmatch(kept):
        raise Unfit("is no mobile number: eleven digits, +86 before them or not")
    return kept


def phone(value: Any) -> str:
    """A telephone number as it is printed: digits, dashes, brackets, an extension, several of them."""
    kept = text(value, 60)
    if kept and not PHONE.fullmatch(kept):
        raise Unfit("is no telephone number")
    return kept


def email(value: Any) -> str:
    kept = text(value, 200)
    if kept and not EMAIL.fullmatch(kept):
        raise Unfit("is no e-mail address")
    return kept


@cache
def known_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def zone(value: Any) -> str:
    """An IANA time zone, or empty for that of the place."""
    kept = text(value)
    if kept and kept not in known_zones():
        raise Unfit("is no time zone: {word}", word=kept)
    return kept


def language(value: Any) -> str:
    kept = text(value)
    if kept and kept not in LANGUAGES:
        raise Unfit("is no language known here: {word}", word=kept)
    return kept


def tag_list(value: Any) -> tuple[str, ...]:
    """Tags from a cell (separated by blanks, `,`, `、` or `;`) or a list, each once, in order."""
    given = re.split(rf"[{BLANKS},，、;；]+", value) if isinstance(value, str) else list(value or ())
    return tuple(sorted({code(tag) for tag in given if text(tag)}))


def optional_day(value: Any) -> date | None:
    """A civil date or an ISO date in text; None where there is none."""
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    try:
        return date.fromisoformat(value) if value else None
    except (TypeError, ValueError):
        raise Unfit("must be a date like 2023-04-01") from None


def fit_tags(value: Any) -> tuple[str, ...]:
    """Tags as they are kept, or Refused naming their field."""
    tags: tuple[str, ...] = fit_one("tags", tag_list, value)
    return tags


Fields = Mapping[str, Callable[[Any], Any]]

UNIT_FIELDS: Fields = {
    "name": name, "parent": optional_code, "kind": unit_kind, "sector": text, "risk": risk, "address": text,
    "phone": phone, "zone": zone, "closed_on": optional_day,
}  # fmt: skip
PERSON_FIELDS: Fields = {
    "name": name, "unit": code, "post": text, "mobile": mobile, "email": email, "wecom": text, "language": language,
    "left_on": optional_day,
}  # fmt: skip


def fit(fields: Fields, given: Mapping[str, Any], *, needed: Collection[str] = ()) -> dict[str, Any]:
    """The values as they are kept, or Refused naming every field that is unknown, missing or unfit."""
    faults = [Fault(field, "is missing") for field in needed if field not in given]
    kept: dict[str, Any] = {}
    for field, value in given.items():
        if field not in fields:
            faults.append(Fault(field, "there is no such field"))
            continue
        try:
            kept[field] = fields[field](value)
        except Unfit as wrong:
            faults.append(wrong.fault(field))
    if faults:
        raise Refused("Some fields are wrong", faults=faults)
    return kept


def fit_one(field: str, check: Callable[[Any], Any], value: Any) -> Any:
    """One value as it is kept, or Refused naming its field."""
    return fit({field: check}, {field: value})[field]


def today(now: datetime) -> date:
    """The civil date of an instant where the office is."""
    if now.tzinfo is None:
        raise ValueError("an instant must have its zone")
    return now.astimezone(settings().zone_info()).date()


def not_to_come(field: str, on: date, now: datetime) -> None:
    """Refuse a day after today: what has its last day set is over for all who ask, so it is entered once it came."""
    if on > today(now):
        raise Refused("Some fields are wrong", faults=[Fault(field, "is a day to come: enter it on that day")])
