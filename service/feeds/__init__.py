"""Calendars that phones subscribe to: secret addresses, rows as iCalendar bytes, and what is kept of them in memory."""
