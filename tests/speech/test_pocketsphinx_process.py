"""The owner's side of a worker process, shown with workers that misbehave."""

import asyncio
import sys
import textwrap
from pathlib import Path

import pytest

from aicall_cli.speech import pocketsphinx_process
from aicall_cli.speech.pocketsphinx_process import WorkerLostError, WorkerProcess

pytestmark = pytest.mark.real_time

# Enough of a worker to answer; what stands for the body sees `kind` and `payload`.
_FRAME = """
    import struct, sys, time
    def send(kind, payload):
        sys.stdout.buffer.write(struct.pack("<BI", kind, len(payload)) + payload)
        sys.stdout.buffer.flush()
    number = bytes(4)
"""


def write_worker(path: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """Make ``body`` the program of every worker that is started."""
    script = path / "worker.py"
    script.write_text(textwrap.dedent(_FRAME) + textwrap.dedent(body))
    monkeypatch.setattr(pocketsphinx_process, "WORKER_PATH", script)


async def _final() -> str:
    worker = await WorkerProcess.start()
    try:
        worker.begin(lambda text: None)
        worker.hear(bytes(640))
        return await worker.final()
    finally:
        await worker.close()


async def test_a_worker_that_ends_is_lost_with_its_status(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_worker(tmp_path, monkeypatch, "sys.exit(3)")
    with pytest.raises(WorkerLostError, match="ended with status 3"):
        await _final()


async def test_a_worker_that_fails_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_worker(tmp_path, monkeypatch, "send(14, b'no model\\x1b[2J')")
    with pytest.raises(WorkerLostError, match=r"it failed: no model\\x1b\[2J"):
        await _final()


async def test_a_worker_that_sends_too_much_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = "sys.stdout.buffer.write(b'\\xff' * 100_000); sys.stdout.flush(); time.sleep(60)"
    write_worker(tmp_path, monkeypatch, body)
    with pytest.raises(WorkerLostError, match="makes no sense"):
        await _final()


async def test_a_worker_that_does_not_answer_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pocketsphinx_process, "FINISH_SECONDS", 0.2)
    write_worker(tmp_path, monkeypatch, "time.sleep(60)")
    with pytest.raises(WorkerLostError, match=r"did not answer for 0\.2 s"):
        await _final()


async def test_a_worker_that_does_not_read_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_worker(tmp_path, monkeypatch, "time.sleep(60)")
    worker = await WorkerProcess.start()
    worker.begin(lambda text: None)
    for _ in range(400):
        worker.hear(bytes(16_000))
    assert worker.lost == "it does not keep up"
    with pytest.raises(WorkerLostError, match="keep up"):
        await worker.final()
    await worker.close()


async def test_frames_may_come_in_pieces_and_others_are_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = """
        number = struct.pack("<I", 1)
        send(11, b"")
        send(12, b"")
        send(12, struct.pack("<I", 9) + b"of another utterance")
        send(77, b"?")
        frame = struct.pack("<BI", 13, 7) + number + b"yes"
        sys.stdin.buffer.read(5)
        for byte in frame:
            sys.stdout.buffer.write(bytes([byte]))
            sys.stdout.buffer.flush()
            time.sleep(0.01)
        sys.stdin.buffer.read()
    """
    write_worker(tmp_path, monkeypatch, body)
    partials: list[str] = []
    worker = await WorkerProcess.start()
    worker.begin(partials.append)
    assert await worker.final() == "yes"
    assert partials == []
    await worker.close()


async def test_closing_twice_and_sending_after_it_are_harmless(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_worker(tmp_path, monkeypatch, "sys.stdin.buffer.read()")
    worker = await WorkerProcess.start()
    await worker.close()
    await worker.close()
    worker.begin(lambda text: None)
    worker.hear(bytes(640))
    worker.cancel()
    assert worker.lost == "it is closed"


async def test_a_worker_ends_with_the_end_of_its_input() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        str(pocketsphinx_process.WORKER_PATH),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate(b"")
    assert process.returncode == 0
    assert output == b"\x0b\x00\x00\x00\x00"
