"""Signing in: passwords, sessions of a browser, and bearer tokens."""
