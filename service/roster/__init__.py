"""The roster engine: a problem in, a plan with its proof out. Knows nothing of the database, the web or the clock."""

from service.roster.plan import Plan, Progress
from service.roster.problem import Problem, ProblemError, read
from service.roster.solving import solve

__all__ = ["Plan", "Problem", "ProblemError", "Progress", "read", "solve"]
