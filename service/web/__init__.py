"""The web: what comes in over HTTP, what goes out, and nothing of what it means."""
