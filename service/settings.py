"""Settings, from the environment only: every `ZHIBAN_*` name that exists is a field here, and any other is refused."""

import os
from collections.abc import Mapping
from datetime import time
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
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

    quiet_from: time = Field(default=time(21), description="when quiet hours begin: what is not urgent waits")
    quiet_to: time = Field(
        default=time(7), description="when quiet hours end; the same as their beginning: there are none"
    )
    messages_a_minute: int = Field(default=20, ge=1, le=1000, description="the most one address is sent in a minute")
    never_twice: str = Field(
        default="",
        description="kinds of channel (qq,wechat,…) on which a message that may have arrived is not sent again",
    )
    allowed_hosts: str = Field(
        default="", description="hosts that addresses may name: host, host:port, *.domain, with commas between them"
    )
    allow_private_hosts: bool = Field(default=False, description="whether those hosts may lie inside the network")
    gateways: str = Field(
        default="", description="gateways in the vendors' place: wecombot=http://gateway:8080,dingtalk=…"
    )
    photo_positions: bool = Field(
        default=False, description="keep in a photo where it was taken; what else its camera wrote is always dropped"
    )
    address: str = Field(
        default="", description="public address of the page, https://…: what links in messages begin with"
    )
    heartbeat_url: str = Field(default="", description="address called while the auditor finds everything in order")

    @field_validator("gateways")
    @classmethod
    def known_gateways(cls, value: str) -> str:
        for part in named(value):
            scheme, _, url = part.partition("=")
            if not (scheme.isalnum() and url.startswith(("http://", "https://"))):
                raise ValueError("must be like wecombot=http://gateway:8080, with commas between several")
        return value

    @field_validator("heartbeat_url")
    @classmethod
    def known_heartbeat(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value

    @field_validator("address")
    @classmethod
    def known_address(cls, value: str) -> str:
        if value and not (value.startswith(("http://", "https://")) and urlsplit(value).hostname):
            raise ValueError("must be like https://zhiban.example.com")
        if value and (urlsplit(value).query or urlsplit(value).fragment):
            raise ValueError("must be the beginning of an address, without ? and #")
        return value

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

    def quiet(self) -> tuple[time, time]:
        """From when to when it is quiet."""
        return self.quiet_from, self.quiet_to

    def gateway_urls(self) -> Mapping[str, str]:
        """Kind of robot → the address that stands in for the vendor's."""
        return {scheme: url for scheme, _, url in (part.partition("=") for part in named(self.gateways))}

    def kinds_never_twice(self) -> frozenset[str]:
        return frozenset(named(self.never_twice))

    def hosts(self) -> frozenset[str]:
        return frozenset(named(self.allowed_hosts))

    def zone_info(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


def named(text: str) -> list[str]:
    """What stands between the commas."""
    return [part.strip() for part in text.split(",") if part.strip()]


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
