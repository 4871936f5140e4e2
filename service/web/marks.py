"""`N_` marks a msgid that stands in a table, so that Babel finds it; it is said where the table is read."""


def N_(msgid: str) -> str:
    return msgid
