"""Notices: promises to tell somebody, claimed, carried and settled."""
