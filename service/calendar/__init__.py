"""The calendar of a jurisdiction: day classes, holiday notices, seasons."""
