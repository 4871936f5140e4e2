"""Workbooks and csv files, in and out."""
