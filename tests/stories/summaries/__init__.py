"""The four summaries as stories: each office's year built of its facts, replayed, reported, printed and found again."""
