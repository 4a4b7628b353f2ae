"""The terminal window is closed in mid-call: SIGHUP, and nothing can be written any more."""

import json
import os
import pty
import subprocess
import sys

from aicall_cli.exit_status import ExitStatus
from tests.integration.command import AICALL, Command
from tests.recording.stereo_wav import read_stereo

# Makes the terminal at its standard input the one that controls it, as a login does.
_LOGIN = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


def test_a_call_on_a_terminal_that_goes_is_hung_up(aicall: Command) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", _LOGIN, *AICALL, "push-file", "tone:300:60", "--agent-id", "echo"],
        cwd=aicall.home,
        env={**aicall.variables(), "TERM": "xterm"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        shown = b""
        while b"listening" not in shown:
            shown += os.read(ours, 4096)
        os.close(ours)
        assert process.wait() == ExitStatus.HANGUP
    summary = json.loads((aicall.recording / "summary.json").read_text())
    assert summary["reason"] == "hung_up"
    assert len(read_stereo(aicall.recording / "call.wav")) > 0
