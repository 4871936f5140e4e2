"""`zhiban up`: everything in one go. This file imports nothing: the supervisor stays light."""
