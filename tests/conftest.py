"""A hostile suite: coroutines in virtual time, leaks, blocking calls and CI skips fail."""

pytest_plugins = [
    "tests.support.coroutine_tests",
    "tests.support.leaks",
    "tests.support.blocking",
    "tests.support.pulse",
    "tests.support.skips",
]
