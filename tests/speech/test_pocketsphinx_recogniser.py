import importlib.util
import logging
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from aicall_cli.audio.format import Pcm
from aicall_cli.errors import UsageError
from aicall_cli.speech import pocketsphinx_process
from aicall_cli.speech.pocketsphinx_recogniser import PocketsphinxRecogniser
from aicall_cli.speech.recogniser import MAX_UTTERANCE_SECONDS, RECOGNISER_RATE, RecogniserError
from tests.speech.test_pocketsphinx_process import write_worker

pytestmark = pytest.mark.real_time

_SAMPLE = Path(__file__).parents[2] / "recordings" / "samples" / "goforward.wav"

# Ends the first time it runs; after that it counts the bytes of audio that it is given.
_CRASHES_ONCE = """
    from pathlib import Path
    mark = Path(__file__ + ".ran")
    if not mark.exists():
        mark.touch()
        sys.exit(1)
    heard = 0
    while True:
        kind, length = struct.unpack("<BI", sys.stdin.buffer.read(5))
        payload = sys.stdin.buffer.read(length)
        if kind == 1:
            number = payload
        heard += len(payload) if kind == 2 else 0
        if kind == 3:
            send(13, number + f"{heard} bytes".encode())
"""


def _goforward() -> Pcm:
    with wave.open(str(_SAMPLE)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


def _feed(recogniser: PocketsphinxRecogniser, pcm: Pcm) -> None:
    for start in range(0, len(pcm), 320):
        recogniser.feed(pcm[start : start + 320])


async def test_what_was_said_with_partials_on_the_way() -> None:
    partials: list[str] = []
    recogniser = PocketsphinxRecogniser()
    await recogniser.open()
    try:
        recogniser.start_utterance(partials.append)
        _feed(recogniser, _goforward())
        assert await recogniser.finish() == "go forward ten meters"
    finally:
        await recogniser.close()
    assert "go forward" in partials


async def test_a_cancelled_utterance_tells_nothing_more() -> None:
    cancelled: list[str] = []
    recogniser = PocketsphinxRecogniser()
    await recogniser.open()
    try:
        recogniser.start_utterance(cancelled.append)
        _feed(recogniser, _goforward())
        recogniser.cancel()
        recogniser.feed(_goforward())
        assert await recogniser.finish() == ""
        recogniser.start_utterance(lambda text: None)
        assert await recogniser.finish() == ""
    finally:
        await recogniser.close()
    assert cancelled == []


async def test_a_crash_is_made_good_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    write_worker(tmp_path, monkeypatch, _CRASHES_ONCE)
    recogniser = PocketsphinxRecogniser()
    await recogniser.open()
    recogniser.start_utterance(lambda text: None)
    recogniser.feed(np.zeros(1000, np.int16))
    with caplog.at_level(logging.WARNING):
        assert await recogniser.finish() == "2000 bytes"
    assert "ended with status 1" in caplog.text
    await recogniser.close()


async def test_a_second_crash_is_an_error_that_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_worker(tmp_path, monkeypatch, "sys.exit(1)")
    recogniser = PocketsphinxRecogniser()
    await recogniser.open()
    for _ in range(2):
        recogniser.start_utterance(lambda text: None)
        recogniser.feed(np.zeros(1000, np.int16))
        with pytest.raises(RecogniserError, match="lost again: its process ended with status 1"):
            await recogniser.finish()
    await recogniser.close()


async def test_an_endless_utterance_is_cut_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "worker.py.ran").touch()
    write_worker(tmp_path, monkeypatch, _CRASHES_ONCE)
    recogniser = PocketsphinxRecogniser()
    await recogniser.open()
    recogniser.start_utterance(lambda text: None)
    for _ in range(MAX_UTTERANCE_SECONDS + 2):
        recogniser.feed(np.zeros(RECOGNISER_RATE, np.int16))
    assert await recogniser.finish() == f"{MAX_UTTERANCE_SECONDS * RECOGNISER_RATE * 2} bytes"
    assert recogniser.ignored_samples == 2 * RECOGNISER_RATE
    await recogniser.close()


async def test_without_its_package_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aicall_cli.speech.availability.find_spec", lambda name: None)
    with pytest.raises(UsageError, match="pocketsphinx"):
        await PocketsphinxRecogniser().open()


async def test_a_process_that_cannot_be_started_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    with pytest.raises(RecogniserError, match="cannot be started"):
        await PocketsphinxRecogniser().open()


def test_the_owner_does_not_import_the_library() -> None:
    assert importlib.util.find_spec("pocketsphinx") is not None
    assert "pocketsphinx" not in vars(pocketsphinx_process)
