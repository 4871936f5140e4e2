"""What a field of a hazard may hold, from a person, a sheet or a machine: the value that is kept, or why not."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from hashlib import sha256
from typing import Any

from models.kinds import EnforcementKind, HazardLevel, HazardMode, HazardSource, RecheckResult
from service.people import fields
from service.people.fields import BLANKS, Unfit

LONG_TEXT = 10_000
EARLIEST = date(1980, 1, 1)
FURTHEST_DAYS = 3_660  # ten years: a deadline further off is a slip of the pen
MONEY_AT_MOST = 2_000_000_000  # of yuan, which a database's integer still holds

LEVEL_WORDS = {"一般": HazardLevel.general, "重大": HazardLevel.major}
MODE_WORDS = {"即查即改": HazardMode.on_spot, "限期整改": HazardMode.by_deadline}
SOURCE_WORDS = {
    "检查": HazardSource.inspection, "执法检查": HazardSource.inspection, "排查": HazardSource.inspection,
    "自查": HazardSource.self_check, "企业自查": HazardSource.self_check, "督导": HazardSource.supervision,
    "督导检查": HazardSource.supervision, "督查": HazardSource.supervision, "巡查": HazardSource.patrol,
    "举报": HazardSource.public, "群众举报": HazardSource.public, "物联网": HazardSource.webhook,
    "监测预警": HazardSource.webhook, "导入": HazardSource.sheet, "其他": HazardSource.other,
}  # fmt: skip
RESULT_WORDS = {
    "合格": RecheckResult.held, "未反弹": RecheckResult.held, "保持": RecheckResult.held, "通过": RecheckResult.held,
    "反弹": RecheckResult.rebounded, "受阻": RecheckResult.blocked, "未能复查": RecheckResult.blocked,
}  # fmt: skip
ENFORCEMENT_WORDS = {
    "责令整改": EnforcementKind.order, "停工": EnforcementKind.stop_work, "停产": EnforcementKind.stop_work,
    "处罚": EnforcementKind.penalty, "罚款": EnforcementKind.penalty, "立案": EnforcementKind.filed_case,
    "约谈": EnforcementKind.interview, "黄色警示": EnforcementKind.yellow_warning,
    "红色警示": EnforcementKind.red_warning, "扣分": EnforcementKind.deduction, "查扣": EnforcementKind.seizure,
    "警示(黄)": EnforcementKind.yellow_warning, "警示（黄）": EnforcementKind.yellow_warning,
    "警示(红)": EnforcementKind.red_warning, "警示（红）": EnforcementKind.red_warning,
}  # fmt: skip


def long_text(value: Any, at_most: int = LONG_TEXT) -> str:
    """Text of several lines, without blanks around it; emoji and rare characters (𠮷) are characters like others."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unfit("must be text")
    kept = value.strip(BLANKS)
    if len(kept) > at_most:
        raise Unfit("is longer than {most} characters", most=at_most)
    if "\r" in kept:
        kept = kept.replace("\r\n", "\n").replace("\r", "\n")
    # isprintable is one fast look; only what fails it is looked at sign by sign
    plain = kept.replace("\n", "").replace("\t", "")
    if not plain.isprintable() and any(fields.unshowable(sign) for sign in plain):
        raise Unfit("holds a character that can't be shown")
    return kept


def description(value: Any) -> str:
    return long_text(value) or fields.missing()


def word(kind: type[StrEnum], words: Mapping[str, StrEnum], reason: str, value: Any) -> Any:
    """A word of an enum, as its identifier or as Chinese says it."""
    kept = fields.text(value) or fields.missing()
    known = words.get(kept)
    if known is None:
        try:
            known = kind(kept.lower())
        except ValueError:
            raise Unfit(reason, word=kept) from None
    return known


def level(value: Any) -> HazardLevel:
    kept = fields.text(value)
    known: HazardLevel = word(HazardLevel, LEVEL_WORDS, "is no level of a hazard: {word}", kept.removesuffix("隐患"))
    return known


def mode(value: Any) -> HazardMode:
    known: HazardMode = word(HazardMode, MODE_WORDS, "is no way to rectify: {word}", value)
    return known


def source(value: Any) -> HazardSource:
    known: HazardSource = word(HazardSource, SOURCE_WORDS, "is no source of hazards: {word}", value)
    return known


def result(value: Any) -> RecheckResult:
    known: RecheckResult = word(RecheckResult, RESULT_WORDS, "is no result of a recheck: {word}", value)
    return known


def enforcement_kind(value: Any) -> EnforcementKind:
    known: EnforcementKind = word(EnforcementKind, ENFORCEMENT_WORDS, "is no kind of enforcement: {word}", value)
    return known


def whole(value: Any, at_most: int = MONEY_AT_MOST) -> int:
    """A whole number from 0 on."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unfit("must be a whole number")
    if not 0 <= value <= at_most:
        raise Unfit("must be from 0 to {most}", most=at_most)
    return value


def optional_whole(value: Any) -> int | None:
    return None if value is None else whole(value)


def rank(value: Any) -> int | None:
    """What to do first: 1 before 2; None takes the rank away."""
    if value is None:
        return None
    if whole(value, 9_999) == 0:
        raise Unfit("must be from 1 on")
    return int(value)


def points(value: Any) -> int:
    return whole(value, 1_000)


def people(value: Any) -> int:
    return whole(value, 100_000)


def ten_thousand_yuan(cell: str) -> int | None:
    """Yuan from a cell in 万元; None where it is empty."""
    kept = re.sub(r"[\s,，]|万元?$", "", unicodedata.normalize("NFKC", cell))
    if not kept:
        return None
    try:
        yuan = Decimal(kept) * 10_000
        if not yuan.is_finite() or yuan != yuan.to_integral_value():
            raise Unfit("must be an amount in 万元 with four decimals at most")
        return whole(int(yuan))
    except InvalidOperation:
        raise Unfit("must be an amount in 万元 with four decimals at most") from None


def past_day(value: Any) -> date:
    """A civil date that a record may bear."""
    kept = fields.optional_day(value)
    if kept is None:
        raise Unfit("is missing")
    if not EARLIEST <= kept <= date(9000, 1, 1):
        raise Unfit("is no day of these times")
    return kept


def optional_day(value: Any) -> date | None:
    return None if value is None else past_day(value)


# -- cells of a sheet --------------------------------------------------------------------------------------------------

ON_SPOT = "on the spot"
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?( 0{1,2}:00(:00)?)?")
ON_SPOT_WORDS = frozenset({"即查即改", "立即整改", "立查立改", "立行立改", "现场整改", "当场整改"})


def sheet_optional_day(cell: str) -> date | None:
    """A civil date from a cell, however offices write it: 2026-03-02, 2026/3/2, 2026.3.2, 2026年3月2日."""
    if not cell:
        return None
    found = DAY.fullmatch(unicodedata.normalize("NFKC", cell))
    try:
        return past_day(date(int(found[1]), int(found[2]), int(found[3]))) if found else past_day(cell)
    except ValueError as wrong:
        raise wrong if isinstance(wrong, Unfit) else Unfit("must be a date like 2023-04-01") from None


def sheet_day(cell: str) -> date:
    day = sheet_optional_day(cell)
    if day is None:
        raise Unfit("is missing")
    return day


def sheet_deadline(cell: str) -> date | str | None:
    """A deadline from a cell: a day, `ON_SPOT` for what is fixed at once, None where the cell is empty."""
    return ON_SPOT if cell in ON_SPOT_WORDS else sheet_optional_day(cell)


def code_from(unit: str, found_on: date, place: str, text: str) -> str:
    """The code of a hazard that came without one: the same finding has the same, in whichever sheet it stands."""
    digest = sha256("\n".join((unit, found_on.isoformat(), place, text)).encode()).hexdigest()
    return f"S-{found_on.year}-{digest[:20]}"
