"""When a call is recorded: from its beginning or later, and not when it was told not to be."""

import asyncio
from pathlib import Path

import pytest

from aicall_cli.client.call import Call
from aicall_cli.errors import CommandRefused
from tests.client.calls import call_to
from tests.support.fake_backend import FakeBackend


def folders(parent: Path) -> list[Path]:
    return list(parent.iterdir())


def is_recorded(call: Call) -> bool:
    return call.recording


async def until_there_is_a_recording(call: Call) -> None:
    for _ in range(200):
        if call.recording_directory is not None:
            return
        await asyncio.sleep(0.01)


@pytest.mark.real_time
async def test_a_recording_that_is_stopped_before_it_began_records_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with call_to(monkeypatch, FakeBackend(), tmp_path, record_from_start=False) as call:
        call.set_recording(True)
        call.set_recording(True)  # it is asked for already
        call.set_recording(False)
        await until_there_is_a_recording(call)
        assert not is_recorded(call)
        call.set_recording(True)
        assert is_recorded(call)
    assert len(folders(tmp_path)) == 1


@pytest.mark.real_time
async def test_who_wants_no_recording_says_so_before_the_call(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    call = call_to(monkeypatch, FakeBackend(), tmp_path)
    call.set_recording(False)
    async with call:
        assert call.recording_directory is not None
        assert not call.recording


async def test_no_recording_begins_outside_of_the_call(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    call = call_to(monkeypatch, FakeBackend(), tmp_path, record_from_start=False)
    with pytest.raises(CommandRefused, match="not before or after"):
        call.set_recording(True)
    async with call:
        call.hang_up()
        with pytest.raises(CommandRefused, match="not before or after"):
            call.set_recording(True)
    with pytest.raises(CommandRefused, match="not before or after"):
        call.set_recording(True)
    assert folders(tmp_path) == []
