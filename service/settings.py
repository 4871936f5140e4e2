"""Settings, from the environment only: every `ZHIBAN_*` name that exists is a field here, and any other is refused."""

import os
from functools import cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from service.errors import Fault, Refused

PREFIX = "ZHIBAN_"


class Settings(BaseSettings):
    """Where the data are and how the place lives. `data` is a folder; without `database_url` SQLite is kept in it."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    data: Path = Field(
        default=Path("data"), description="folder of the embedded database, its keys and Prefect's state"
    )
    database_url: str = Field(
        default="", description="SQLAlchemy address of PostgreSQL; empty: SQLite in the data folder"
    )
    zone: str = Field(default="Asia/Shanghai", description="IANA time zone in which days begin and end")
    locale: Literal["zh_CN", "en"] = Field(default="zh_CN", description="language where a reader has set none")
    secret: str = Field(default="", description="key of cookies and sealed addresses; empty: made once, kept in data")
    ahead_days: int = Field(default=45, ge=1, le=400, description="how many days ahead tasks are made")
    session_hours: int = Field(default=12, ge=1, le=720, description="how long a sign-in lasts")
    secure_cookies: bool = Field(default=False, description="send the cookie over https only; set it behind TLS")
    sweep_seconds: int = Field(default=60, ge=5, le=3600, description="how often Prefect sweeps")
    pool_size: int = Field(default=5, ge=1, le=100, description="database connections a process keeps (PostgreSQL)")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="least level that is logged"
    )
    prefect_port: int = Field(
        default=4210, ge=0, le=65535, description="port of the embedded Prefect server; 0: a free one"
    )

    @field_validator("zone")
    @classmethod
    def known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"no such time zone: {value}")
        return value

    @field_validator("database_url")
    @classmethod
    def known_engine(cls, value: str) -> str:
        if value.startswith(("postgresql://", "postgres://")):
            return "postgresql+psycopg://" + value.split("://", 1)[1]
        if value and not value.startswith(("postgresql+psycopg://", "sqlite:///")):
            raise ValueError("only postgresql:// and sqlite:/// addresses are understood")
        return value

    def database(self) -> str:
        """The SQLAlchemy address in force."""
        return self.database_url or f"sqlite:///{(self.data / 'zhiban.sqlite').absolute()}"

    def zone_info(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


@cache
def settings() -> Settings:
    """The settings of this process; raises Refused naming every wrong or unknown variable."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    faults = [
        Fault(name, "there is no such setting")
        for name in sorted(os.environ)
        if name.startswith(PREFIX) and name not in known
    ]
    try:
        made = Settings()
    except ValidationError as wrong:
        faults += [
            Fault(
                PREFIX + str(one["loc"][0]).upper() if one["loc"] else PREFIX, one["msg"].removeprefix("Value error, ")
            )
            for one in wrong.errors()
        ]
        raise Refused("Some settings are wrong", faults=faults) from None
    if faults:
        raise Refused("Some settings are wrong", faults=faults)
    return made
