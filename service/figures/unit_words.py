"""The words that a number is counted in (量词): distinct units and visits, people and people-times are never mixed."""

from service.notices.words import N_

UNITS = N_("units (count)")  # 家
VILLAGES = N_("villages (count)")  # 个
VISITS = N_("unit-visits")  # 家次
PEOPLE_TIMES = N_("people-times")  # 人次
PEOPLE = N_("people (count)")  # 人
ITEM_TIMES = N_("item-times")  # 项次
ITEMS = N_("items (hazards)")  # 条
ENTRIES = N_("entries")  # 项
PIECES = N_("pieces")  # 个
CASES = N_("cases (count)")  # 宗
PLACES = N_("places (count)")  # 处
SESSIONS = N_("sessions (count)")  # 场
COPIES = N_("copies (count)")  # 份
POSTS = N_("posts (count)")  # 条
TIMES = N_("times (count)")  # 次
VEHICLES = N_("vehicles (count)")  # 台
POINTS = N_("points (count)")  # 分
MONEY = N_("ten thousand yuan")  # 万元
HOUSEHOLDS = N_("households (count)")  # 户
ACCIDENTS = N_("accidents (count)")  # 起
TURNS = N_("watches (count)")  # 班次
PERCENT = "%"
