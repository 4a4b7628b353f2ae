import io
import wave
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from aicall_cli.speech import pocketsphinx_worker as wire
from aicall_cli.speech.pocketsphinx_worker import Transcriber, Utterance, Worker

_SAMPLE = Path(__file__).parents[2] / "recordings" / "samples" / "goforward.wav"


def _goforward() -> bytes:
    with wave.open(str(_SAMPLE)) as file:
        return bytes(file.readframes(file.getnframes()))


def _frame(kind: int, payload: bytes = b"") -> bytes:
    return wire.HEADER.pack(kind, len(payload)) + payload


def _begin(number: int) -> bytes:
    return _frame(wire.BEGIN, wire.NUMBER.pack(number))


def _audio(pcm: bytes, step: int = 3200) -> bytes:
    pieces = (pcm[at : at + step] for at in range(0, len(pcm), step))
    return b"".join(_frame(wire.AUDIO, piece) for piece in pieces)


def _answers(data: bytes) -> list[tuple[int, int, str]]:
    """Return (kind, number, text) of each frame but READY."""
    answers = []
    while data:
        kind, length = wire.HEADER.unpack_from(data)
        payload, data = data[wire.HEADER.size :][:length], data[wire.HEADER.size + length :]
        if kind != wire.READY:
            (number,) = wire.NUMBER.unpack_from(payload)
            answers.append((kind, number, payload[wire.NUMBER.size :].decode()))
    return answers


def _run(frames: bytes) -> list[tuple[int, int, str]]:
    sink = io.BytesIO()
    Worker(io.BytesIO(frames), sink).run()
    return _answers(sink.getvalue())


def test_partials_grow_into_the_final_text() -> None:
    answers = _run(_begin(7) + _audio(_goforward()) + _frame(wire.FINISH))
    kinds, numbers, texts = zip(*answers, strict=True)
    assert set(numbers) == {7}
    assert kinds == (wire.PARTIAL,) * (len(kinds) - 1) + (wire.FINAL,)
    assert texts[-1] == "go forward ten meters"
    assert "go forward" in texts
    assert all(one != other for one, other in pairwise(texts[:-1]))


def test_the_second_utterance_is_understood_like_the_first() -> None:
    quieter = (np.frombuffer(_goforward(), "<i2") // 3).astype("<i2").tobytes()
    frames = b"".join(
        _begin(number) + _audio(pcm) + _frame(wire.FINISH)
        for number, pcm in enumerate((_goforward(), quieter))
    )
    finals = [(number, text) for kind, number, text in _run(frames) if kind == wire.FINAL]
    assert finals == [(0, "go forward ten meters"), (1, "go forward ten meters")]


def test_what_was_cancelled_is_forgotten() -> None:
    cancelled = _begin(1) + _audio(_goforward()) + _frame(wire.CANCEL)
    answers = _run(cancelled + _begin(2) + _frame(wire.FINISH) + _audio(_goforward()))
    assert answers[-1] == (wire.FINAL, 2, "")
    assert wire.PARTIAL not in [kind for kind, number, _ in answers if number == 2]


def test_an_unfinished_utterance_makes_room_for_the_next() -> None:
    answers = _run(_begin(1) + _audio(_goforward()) + _begin(2) + _frame(wire.FINISH))
    assert answers[-1] == (wire.FINAL, 2, "")


def test_silence_is_no_words() -> None:
    assert _run(_begin(1) + _audio(bytes(64_000)) + _frame(wire.FINISH))[-1][2] == ""


@pytest.mark.parametrize(
    "frames",
    [
        b"",
        b"\x01",
        _frame(wire.AUDIO, bytes(100))[:-1],
        wire.HEADER.pack(wire.AUDIO, wire.MAX_PAYLOAD + 1) + bytes(wire.MAX_PAYLOAD + 1),
        _frame(99, b"?"),
        _frame(wire.CANCEL),
        _frame(wire.AUDIO, bytes(640)),
    ],
)
def test_an_input_that_ends_or_makes_no_sense_ends_the_work(frames: bytes) -> None:
    assert _run(frames) == []


@pytest.mark.parametrize(("divisor", "measured"), [(1, False), (4, True)])
def test_a_voice_unlike_the_last_is_decoded_with_its_own_mean(divisor: int, measured: bool) -> None:
    transcriber = Transcriber()
    before = transcriber._mean
    transcriber.begin()
    transcriber.hear((np.frombuffer(_goforward(), "<i2") // divisor).astype("<i2").tobytes())
    assert transcriber.finish() == "go forward ten meters"
    assert (transcriber._mean != before) == measured


def test_a_pause_begins_after_200_ms_of_quiet() -> None:
    loud = (np.sin(np.arange(16_000) / 5) * 8000).astype("<i2").tobytes()
    utterance = Utterance()
    assert not utterance.append(loud)
    assert not utterance.append(bytes(9 * 640))
    assert utterance.append(bytes(2 * 640))
    assert not utterance.append(bytes(20 * 640))
    assert not utterance.append(loud)
    assert utterance.append(bytes(20 * 640))


def test_no_pause_before_any_sound() -> None:
    assert not Utterance().append(bytes(64_000))
