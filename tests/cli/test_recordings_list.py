import io
from pathlib import Path

import pytest

from aicall_cli.cli.environment import Environment
from aicall_cli.cli.recordings_list import print_list, print_recording
from aicall_cli.recording.library import list_recordings
from tests.recording.kept_calls import keep_call


class _Screen(io.StringIO):
    """A terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def _environment(stream: io.TextIOBase, **variables: str) -> Environment:
    assert isinstance(stream, io.StringIO | io.TextIOWrapper)
    return Environment(stdout=stream, variables={"TERM": "xterm", **variables})


def test_a_terminal_gets_colours_and_its_own_width(tmp_path: Path) -> None:
    keep_call(tmp_path, finished=False)
    calls = list_recordings(tmp_path)
    screen = _Screen()
    print_list(calls, _environment(screen))
    assert "\x1b[33munfinished\x1b[0m" in screen.getvalue()
    screen = _Screen()
    print_recording(calls[0], _environment(screen, COLUMNS="60"))
    assert screen.getvalue().count("▇") == pytest.approx(48 / 2, abs=2)


def test_no_color_is_honoured(tmp_path: Path) -> None:
    keep_call(tmp_path, finished=False)
    screen = _Screen()
    print_list(list_recordings(tmp_path), _environment(screen, NO_COLOR="1"))
    assert "\x1b[33m" not in screen.getvalue()


def test_a_stream_without_block_characters_gets_plainer_ones(tmp_path: Path) -> None:
    keep_call(tmp_path)
    data = io.BytesIO()
    stream = io.TextIOWrapper(data, encoding="ascii")
    print_recording(list_recordings(tmp_path)[0], _environment(stream))
    stream.flush()
    text = data.getvalue().decode("ascii")
    assert "####" in text
    assert "...." in text
    assert "\\u" not in text
