"""Campaigns: planned from one file, changed, followed and scored."""
