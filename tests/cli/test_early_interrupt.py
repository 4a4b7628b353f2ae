import signal
import subprocess
import sys

import pytest

from aicall_cli.cli.early_interrupt import interrupt_ends_at_once
from aicall_cli.exit_status import ExitStatus

INTERRUPTED = """
import signal
from aicall_cli.cli.early_interrupt import interrupt_ends_at_once
with interrupt_ends_at_once():
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        print("it was raised")
print("it goes on")
"""


def test_it_ends_the_process_with_the_status_of_ctrl_c() -> None:
    done = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (ExitStatus.INTERRUPTED, b"", b"")


def test_after_it_ctrl_c_is_what_it_was() -> None:
    with interrupt_ends_at_once():
        assert signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_a_ctrl_c_that_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with interrupt_ends_at_once():
            signal.raise_signal(signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
