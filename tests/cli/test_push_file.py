"""What ``aicall push-file`` refuses before it does anything; calls are in tests/integration."""

import pytest

from aicall_cli.exit_status import ExitStatus
from tests.cli.run_command import Done, Runner

NOBODY = ("--server", "ws://127.0.0.1:1", "--agent-id", "echo", "--record-dir", "kept")


def _refused(run: Runner, *arguments: str) -> str:
    done: Done = run("push-file", *arguments)
    sentence, *hints = done.err.splitlines()
    assert done.status == ExitStatus.USAGE
    assert sentence.startswith("aicall: ")
    assert all(hint.startswith("  ") for hint in hints)
    assert len(hints) <= 1
    assert done.out == ""
    assert not (run.folder / "kept").exists()
    return done.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "there is nothing to push"),
        (("tone", "--say", "hello"), "are two inputs"),
        (("--say", " "), "there is no text to speak"),
        (("a.wav", "--rate", "7999"), "7999 Hz"),
        (("a.wav", "--rate", "192001"), "192001 Hz"),
        (("a.wav", "--rate", "8000", "--channels", "0"), "0 channels"),
        (("a.wav", "--rate", "8000", "--format", "s17"), "there is no sample format 's17'"),
        (("a.wav", "--channels", "2"), "--rate"),
        (("a.wav", "--format", "u8"), "--rate"),
        (("tone", "--rate", "8000"), "tone has no raw samples"),
        (("--say", "hello", "--rate", "8000"), "--say has no raw samples"),
        (("tone:x",), "'tone:x' is not a generated input"),
        (("tone:1:2:3",), "takes fewer numbers"),
        (("tone:0:1",), "0.0 Hz is not possible"),
        (("tone:440:nan",), "nan"),
        (("silence:-1",), "-1.0 s"),
        (("-", "--repeat", "2"), "standard input can be read only once"),
        (("tone", "--repeat", "0"), "--repeat"),
        (("tone", "--gain", "nan"), "a gain of nan dB is not possible"),
        (("tone", "--lead-silence", "inf"), "inf s"),
        (("tone", "--push-size", "41"), "--push-size"),
        (("tone", "--retry-policy", "never"), "--retry-policy"),
        (("tone", "--wait-reply", "-1"), "--wait-reply"),
        (("tone", "--timeout", "0"), "--timeout"),
        (("tone", "--timeout", "nan"), "--timeout"),
        (("tone", "--media-timeout", "0"), "--media-timeout"),
        (("tone", "--ice-server", "http://x"), "not an ICE server"),
        (("tone", "--agent-option", "x"), "'x' is no setting of an agent"),
        (("tone", "--log-file", "no/such/folder"), "no/such/folder cannot be written"),
        (("tone", "--frobnicate"), "--frobnicate"),
        (("tone", "tone"), "unexpected extra argument"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_meant(run: Runner, arguments: tuple[str, ...], said: str) -> None:
    assert said in _refused(run, *arguments, *NOBODY)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1:80",
        "http://127.0.0.1",
        "ws://",
        "ws://127.0.0.1:99999",
        "ws://[::1",
        "wss:/x",
    ],
)
def test_what_is_no_address(run: Runner, address: str) -> None:
    said = _refused(run, "tone", "--server", address, "--agent-id", "echo", "--no-record")
    assert "ws://HOST:PORT" in said


def test_a_secret_in_what_is_refused_is_not_repeated(run: Runner) -> None:
    said = _refused(run, "tone", *NOBODY, "--ice-server", "turn:me:hunter2@")
    assert "hunter2" not in said
