"""Loopback servers in the channels' place, for every test that sends: see `HttpSink` and `MailSink`."""

from tests.service.couriers.http_sink import HttpSink, Reply, Seen, dead_port
from tests.service.couriers.mail_sink import Mail, MailSink

__all__ = ["HttpSink", "Mail", "MailSink", "Reply", "Seen", "dead_port"]
