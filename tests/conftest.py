"""A hostile suite: coroutines in virtual time, leaks, blocking calls and CI skips fail.

Examples of hypothesis are the same in every run, and no clock of a shared machine fails one.
"""

from hypothesis import settings

settings.register_profile("aicall", deadline=None, derandomize=True, database=None)
settings.load_profile("aicall")

pytest_plugins = [
    "tests.support.coroutine_tests",
    "tests.support.leaks",
    "tests.support.blocking",
    "tests.support.log_levels",
    "tests.support.pulse",
    "tests.support.skips",
]
