"""What ``aicall push-file`` refuses before it calls anybody; calls are in tests/integration."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from aicall_cli.exit_status import ExitStatus
from tests.cli.run_command import Runner
from tests.support.media_files import encode, sine, wav_bytes

NOBODY = ("--server", "ws://127.0.0.1:1", "--agent-id", "echo", "--record-dir", "kept")


def _refused(run: Runner, *arguments: str, status: ExitStatus = ExitStatus.USAGE) -> str:
    done = run("push-file", *arguments)
    sentence, *hints = done.err.splitlines()
    assert done.status == status
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
        (("tone", "--wait-reply", "inf"), "an answer cannot be awaited for inf s"),
        (("tone", "--wait-reply", "nan"), "--wait-reply"),
        (("tone", "--user-id", ""), "the user id is empty"),
        (("tone", "--timeout", "0"), "--timeout"),
        (("tone", "--timeout", "nan"), "--timeout"),
        (("tone", "--media-timeout", "0"), "--media-timeout"),
        (("tone", "--ice-server", "http://x"), "not an ICE server"),
        (("tone", "--agent-option", "x"), "'x' is no setting of an agent"),
        (("tone", "--agent-config", "none.toml"), "there is no file none.toml"),
        (("tone", "--agent-config", '{"Volume": 401}'), "Volume must be a whole number from 0 to"),
        (("tone", "--set", "Volume"), "a setting has a name, = and a value"),
        (("tone", "--set", "SpeachRate=2"), "did you mean TtsConfig.SpeechRate?"),
        (("tone", "--set", "TtsConfig.SpeechRate=3"), "TtsConfig.SpeechRate must be a number from"),
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


# --- inputs --------------------------------------------------------------------------------


def _pipe(path: Path) -> None:
    if sys.platform != "win32":
        os.mkfifo(path)


def _header_only(path: Path) -> None:
    path.write_bytes(wav_bytes(b""))


def _half_a_header(path: Path) -> None:
    path.write_bytes(wav_bytes(bytes(100))[:30])


def _no_format(path: Path) -> None:
    path.write_bytes(b"RIFF\x10\0\0\0WAVEdata\4\0\0\0\1\2\3\4")


def _zeros(path: Path) -> None:
    path.write_bytes(bytes(50_000))


def _playlist(path: Path) -> None:
    path.write_text("#EXTM3U\n#EXTINF:1,\n/etc/passwd\n#EXTINF:1,\nhttp://127.0.0.1:1/x\n")


def _damaged(path: Path) -> None:
    encode(path, "flac", "flac", sine(300, 16_000, 2).reshape(-1, 1), 16_000, "mono")
    data = path.read_bytes()
    path.write_bytes(data[:400] + bytes(len(data) - 400))


UNREADABLE: list[tuple[Callable[[Path], None], str]] = [
    (_pipe, "is not a regular file"),
    (_header_only, "holds no audio"),
    (_half_a_header, "ends within its header"),
    (_no_format, "does not say its format"),
    (_zeros, "not audio of a known kind"),
    (_playlist, "not audio of a known kind"),
    (_damaged, "holds no audio that can be decoded"),
]


@pytest.mark.parametrize(
    ("make", "said"), UNREADABLE, ids=[make.__name__ for make, _ in UNREADABLE]
)
def test_an_input_that_cannot_be_read(run: Runner, make: Callable[[Path], None], said: str) -> None:
    path = run.folder / "question"
    make(path)
    assert said in _refused(run, str(path), *NOBODY, status=ExitStatus.UNREADABLE_INPUT)


def test_a_hostile_name_stays_on_one_line(run: Runner) -> None:
    name = "a\x1b[31m\nb\u202ec.wav"
    said = _refused(run, name, *NOBODY, status=ExitStatus.UNREADABLE_INPUT)
    assert "\x1b" not in said
    assert "\u202e" not in said


@pytest.mark.parametrize("rate", [4_000, 200_000])
def test_a_file_of_an_impossible_rate(run: Runner, rate: int) -> None:
    path = run.folder / "question.wav"
    path.write_bytes(wav_bytes(bytes(1000), rate=rate))
    said = _refused(run, str(path), *NOBODY)
    assert f"question.wav has a sample rate of {rate} Hz" in said
