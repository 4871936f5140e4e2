"""The names of our cookies."""

COOKIE = "zhiban_session"
LANGUAGE = "zhiban_language"
SAID = "zhiban_said"
TOURED = "zhiban_toured"
