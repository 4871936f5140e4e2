"""Which flows are served, and how often each has its moment."""

from typing import Any

from prefect import Flow

from flows.auditor import audit
from flows.campaigns import campaigns
from flows.duty import duty
from flows.ladder import ladder
from flows.notices import deliver
from flows.reports import reports

# every so many times `sweep_seconds`; rounds send what they owe themselves, `deliver` is the net beneath them
FLOWS: dict[Flow[Any, Any], int] = {campaigns: 1, ladder: 1, duty: 1, reports: 1, deliver: 5, audit: 5}
