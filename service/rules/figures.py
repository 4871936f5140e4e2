"""Numbers as the offices print them: rates half up, rounding words, comparisons, and whether parts make their total."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

Number = int | float
YUAN_IN_TEN_THOUSAND = 10_000
NEAR = Decimal("0.02")  # so close beneath a round number, people say 近
TENS, HUNDREDS, THOUSANDS, MANY = "tens", "hundreds", "thousands", "ten thousands"


class About(NamedTuple):
    """A number in rounding words: `word` is over (余), near (近), exact, or a vague tens, hundreds, thousands …"""

    word: str
    number: int


def tidy(value: Number | Decimal) -> Number:
    """A sum without the dust of binary fractions: whole where it is whole, else three decimals, half up."""
    exact = Decimal(str(value)).quantize(Decimal("0.001"), ROUND_HALF_UP)
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def rate(part: Number, whole: Number, decimals: int) -> float | None:
    """A share in percent, half up (461 of 464 with one decimal is 99.4); None of nothing."""
    if not whole:
        return None
    return float(rounded(Decimal(str(part)) * 100 / Decimal(str(whole)), decimals))


def change(now: Number, before: Number, decimals: int) -> float | None:
    """By how many percent a number rose or fell against an earlier one, half up; None where there was nothing."""
    if not before:
        return None
    return float(rounded((Decimal(str(now)) - Decimal(str(before))) * 100 / Decimal(str(before)), decimals))


def rounded(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def digits(value: Number | None, *, decimals: int | None = None, ten_thousands: bool = False) -> str:
    """The digits of a number as it is printed: rates with all their decimals, sums of money in 10,000 yuan."""
    if value is None:
        return "—"
    exact = Decimal(str(value))
    if ten_thousands:
        exact /= YUAN_IN_TEN_THOUSAND
    if decimals is not None:
        return str(rounded(exact, decimals))
    text = format(exact, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def about(value: Number) -> About:
    """A number in the words of rule: 81 is over 80, 495 is near 500, 50 is 50.

    What lies two hundredths or less beneath a round number (one leading digit) is near it; else it is over the number
    of two leading digits beneath it, or of one for numbers under a hundred. Under ten it is said as it is.
    """
    whole = int(value)
    if whole < 10:
        return About("exact", whole)
    lead = 10 ** (len(str(whole)) - 1)
    following = (whole // lead + 1) * lead
    if value > whole // lead * lead and following - value <= NEAR * following:
        return About("near", following)
    step = lead if whole < 100 else lead // 10
    floor = whole // step * step
    return About("exact" if floor == value else "over", floor)


def vague(value: Number) -> About:
    """A number that only its size is said of: 数十, 上百, 数百, 数千, 数万; under twenty as `about` says it."""
    whole = int(value)
    if whole < 20:
        return about(whole)
    for word, size in ((TENS, 10), (HUNDREDS, 100), (THOUSANDS, 1_000), (MANY, 10_000)):
        if whole < size * 10:
            return About("over a hundred", 100) if size == 100 and whole < 200 else About(word, size)
    return about(whole)


class Footing(NamedTuple):
    """A total beside the sum of its parts; `off` is the total less the sum."""

    total: Number
    sum: Number
    off: Number

    @property
    def sums(self) -> bool:
        return self.off == 0


def foot(total: Number | None, parts: Iterable[Number | None]) -> Footing | None:
    """Whether parts make their total; None where one of them is not known."""
    known = list(parts)
    if total is None or any(part is None for part in known):
        return None
    summed = tidy(sum(Decimal(str(part)) for part in known))
    return Footing(total, summed, tidy(Decimal(str(total)) - Decimal(str(summed))))
