"""China's holidays as the `holidays` library has them, read into plain facts; the only place that knows the library.

What the library is trusted with, and what not:
- A year is announced when the library has make-up workdays in it: every notice since 2001 had some. For a year without,
  the library goes on by rule and says nothing; those years are handed out as not announced.
- In such a year its days in lieu (补假) are kept beside the statutory ones. They are owed by law, only their dates are
  a guess: against 2008-2026 all 60 such guesses were days off, and leaving them out would be wrong on 60 days more.
"""

from datetime import date
from functools import lru_cache

from models.kinds import DayClass, Festival
from service.rules.days_known import DayFact, YearFacts

YEARS = range(2000, 2100)

NAMES: dict[str, Festival] = {
    "元旦": Festival.new_year,
    "春节": Festival.spring_festival,
    "农历除夕": Festival.spring_festival,
    "清明节": Festival.qingming,
    "劳动节": Festival.labour_day,
    "端午节": Festival.dragon_boat,
    "中秋节": Festival.mid_autumn,
    "国庆节": Festival.national_day,
}


@lru_cache(maxsize=1)
def library_years() -> tuple[YearFacts, ...]:
    """Every year the library can compute, with its days off and make-up workdays; read once per process."""
    import holidays  # reading it costs more than most commands take, and few commands need a calendar

    known = holidays.country_holidays("CN", years=YEARS, language="zh_CN")
    days: dict[int, list[DayFact]] = {year: [] for year in YEARS}
    for on, names in known.items():
        days[on.year].append(day_off(on, names.split("; ")))
    makeup = sorted(on for on in known.weekend_workdays if on.year in days)
    for on in makeup:
        days[on.year].append(DayFact(on, DayClass.makeup_workday))
    announced = {on.year for on in makeup}
    return tuple(YearFacts(year, year in announced, tuple(sorted(facts))) for year, facts in days.items())


def day_off(on: date, names: list[str]) -> DayFact:
    """A day off by the names the library gives it: a festival's own name is statutory, anything else is adjusted."""
    statutory = tuple(NAMES[name] for name in names if name in NAMES)
    if statutory:
        return DayFact(on, DayClass.statutory_holiday, statutory)
    # 春节（补假）is a day in lieu, 春节延长假期 the extension of 2020; 休息日（由 … 调休）names no festival
    stems = (name.removesuffix("（补假）").removesuffix("延长假期") for name in names)
    return DayFact(on, DayClass.adjusted_rest_day, tuple(NAMES[stem] for stem in stems if stem in NAMES))
