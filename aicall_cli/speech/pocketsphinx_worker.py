"""The process in which PocketSphinx recognises speech; run by its path, not imported as such.

PocketSphinx holds the interpreter's lock for up to 190 ms, which a loop with ticks to send
cannot bear. This file runs alone: it imports nothing of aicall, so that it starts at once.

Wire: frames of one kind byte, a little-endian u32 of the payload's length, and the payload,
on standard input and output. An utterance has a number, so that what is told of one that was
cancelled is known as such. The end of standard input ends the process.

Accuracy: what PocketSphinx understands depends on the mean cepstrum that it subtracts, and
for the first 8 s of an utterance that is the mean it begins with. So partials are told with
the last utterance's mean, and as soon as the speaker pauses, in any case at the end, the
utterance's own mean is measured; where it is another one, the utterance is decoded again
with it. (Over 18 variants of three recordings, 27 wrong words instead of 68.) Its second
search over the result (``fwdflat``) is off: it took longer and understood less.
"""

import array
import contextlib
import math
import os
import signal
import struct
import sys
from typing import Any, BinaryIO

HEADER = struct.Struct("<BI")
BEGIN, AUDIO, FINISH, CANCEL = 1, 2, 3, 4
"""To the worker: u32 number; s16le mono 16 kHz; nothing; nothing."""
READY, PARTIAL, FINAL, FAILED = 11, 12, 13, 14
"""From the worker: nothing; u32 number and UTF-8 text, twice; UTF-8 text."""
NUMBER = struct.Struct("<I")
MAX_PAYLOAD = 64 * 1024

_RATE = 16_000
_STEP_BYTES = _RATE // 50 * 2
_PAUSE_STEPS = 10
"""Steps of 20 ms below the pause's level that make a pause."""
_PAUSE_LEVEL = 0.1
"""Level of a pause, as a part of the loudest step's."""
_SHORTEST_MEASURED_BYTES = _RATE // 2 * 2
_LONGEST_MEASURED_BYTES = 10 * _RATE * 2
"""Longer utterances are not decoded twice: it would take seconds, and the mean adapts."""
_FIRST_MEAN = "40,-5,0.5,6,2.7,-3,-2,-2,-5,-2,-6,-1,1"
"""Mean that the first utterance begins with: a headset's at a good level in a quiet room.

What is recorded like that, as the shipped ``goforward.wav`` is, need not be decoded twice.
The library's own mean is not near any recording that was tried.
"""
_SAME_MEAN = 6.0
"""Distance of two means that make no difference; halving the volume moves it by 7."""
_NICENESS = 5


class Cepstra:
    """Measures the mean cepstrum of an utterance, without recognising it."""

    def __init__(self, decoder: type[Any]) -> None:
        # A grammar of one made-up word is the least that the library starts with.
        self._decoder = decoder(
            lm=None, dict=os.devnull, fwdflat=False, bestpath=False, loglevel="FATAL"
        )
        self._decoder.add_word("a", "AH", True)
        self._decoder.add_jsgf_string("a", "#JSGF V1.0; grammar a; public <a> = a;")
        self._decoder.activate_search("a")

    def mean(self, pcm: bytes) -> str:
        """Return the mean in the library's notation."""
        self._decoder.start_utt()
        self._decoder.process_raw(pcm, True, True)
        mean = str(self._decoder.get_cmn(False))
        self._decoder.end_utt()
        return mean


class Utterance:
    """The audio of one utterance, and where its speaker pauses."""

    def __init__(self) -> None:
        self.pcm = bytearray()
        self._judged = 0
        self._loudest = 0.0
        self._quiet_steps = 0

    def append(self, pcm: bytes) -> bool:
        """Take the next samples; return whether a pause began among them."""
        self.pcm += pcm
        paused = False
        while self._judged + _STEP_BYTES <= len(self.pcm):
            step = array.array("h", self.pcm[self._judged : self._judged + _STEP_BYTES])
            self._judged += _STEP_BYTES
            level = math.sqrt(sum(sample * sample for sample in step) / len(step))
            self._loudest = max(self._loudest, level)
            quiet = level < _PAUSE_LEVEL * self._loudest
            self._quiet_steps = self._quiet_steps + 1 if quiet else 0
            paused |= self._quiet_steps == _PAUSE_STEPS
        return paused


class Transcriber:
    """Recognises one utterance after the other."""

    def __init__(self) -> None:
        from pocketsphinx import Decoder

        self._cepstra = Cepstra(Decoder)
        # 3000 models a frame instead of 30000: the same words in two thirds of the time.
        self._decoder = Decoder(fwdflat=False, maxhmmpf=3000, loglevel="FATAL")
        self._mean = _FIRST_MEAN
        self._utterance: Utterance | None = None

    def begin(self) -> None:
        """Begin an utterance; one that is not finished is forgotten."""
        self.cancel()
        self._utterance = Utterance()
        self._start()

    def hear(self, pcm: bytes) -> str:
        """Take the next samples; return the text so far."""
        if self._utterance is None:
            return ""
        paused = self._utterance.append(pcm)
        self._decoder.process_raw(pcm)
        if paused:
            self._settle(self._utterance)
        return self._text()

    def finish(self) -> str:
        """End the utterance; return its text."""
        if self._utterance is None:
            return ""
        self._settle(self._utterance)
        self.cancel()
        return self._text()

    def cancel(self) -> None:
        """Forget the utterance."""
        if self._utterance is not None:
            self._utterance = None
            self._decoder.end_utt()

    def _settle(self, utterance: Utterance) -> None:
        if not _SHORTEST_MEASURED_BYTES <= len(utterance.pcm) <= _LONGEST_MEASURED_BYTES:
            return
        pcm = bytes(utterance.pcm)
        mean = self._cepstra.mean(pcm)
        if _distance(mean, self._mean) < _SAME_MEAN:
            return
        self._mean = mean
        self._decoder.end_utt()
        self._start()
        self._decoder.process_raw(pcm)

    def _start(self) -> None:
        self._decoder.set_cmn(self._mean)
        self._decoder.start_utt()

    def _text(self) -> str:
        hypothesis = self._decoder.hyp()
        return hypothesis.hypstr if hypothesis is not None else ""


def _distance(one: str, other: str) -> float:
    a, b = ([float(number) for number in mean.split(",")] for mean in (one, other))
    return math.dist(a, b)


class Worker:
    """Reads frames, recognises, writes frames."""

    def __init__(self, source: BinaryIO, sink: BinaryIO) -> None:
        self._source = source
        self._sink = sink
        self._number = 0
        self._told = ""

    def run(self) -> None:
        """Work until the input ends or makes no sense."""
        transcriber = Transcriber()
        self._send(READY, b"")
        while (frame := self._read()) is not None:
            kind, payload = frame
            if kind == BEGIN:
                (self._number,) = NUMBER.unpack(payload)
                self._told = ""
                transcriber.begin()
            elif kind == AUDIO:
                self._tell(transcriber.hear(payload))
            elif kind == FINISH:
                self._send_text(FINAL, transcriber.finish())
            elif kind == CANCEL:
                transcriber.cancel()

    def _tell(self, text: str) -> None:
        if text and text != self._told:
            self._told = text
            self._send_text(PARTIAL, text)

    def _read(self) -> tuple[int, bytes] | None:
        header = self._source.read(HEADER.size)
        if len(header) < HEADER.size:
            return None
        kind, length = HEADER.unpack(header)
        if length > MAX_PAYLOAD:
            return None
        payload = self._source.read(length)
        return (kind, payload) if len(payload) == length else None

    def _send_text(self, kind: int, text: str) -> None:
        self._send(kind, NUMBER.pack(self._number) + text.encode()[: MAX_PAYLOAD - NUMBER.size])

    def _send(self, kind: int, payload: bytes) -> None:
        self._sink.write(HEADER.pack(kind, len(payload)) + payload)
        self._sink.flush()

    def fail(self, error: Exception) -> None:
        """Tell the owner why the process ends."""
        self._send(FAILED, f"{type(error).__name__}: {error}".encode()[:1000])


def main() -> None:
    """Run as the worker process."""
    # Ctrl-C reaches the whole process group; the owner hangs up first and then closes the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Calls have ticks to send; where processors are few, recognition comes after them.
    if sys.platform != "win32":
        os.nice(_NICENESS)
    # What a C library prints must not get among the frames.
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    worker = Worker(sys.stdin.buffer, sink)
    with contextlib.suppress(BrokenPipeError):
        try:
            worker.run()
        except Exception as error:  # noqa: BLE001 - a process's edge: the owner is told
            worker.fail(error)


if __name__ == "__main__":
    main()
