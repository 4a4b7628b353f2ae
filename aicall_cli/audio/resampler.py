"""Streaming conversion of any rate and channel count to mono at a call's rate.

A polyphase windowed-sinc filter with a lookahead of 32 source samples (2 ms at 16 kHz), so
that a pushed block is heard at once. (The block transforms of ``soxr`` keep up to 74 ms of
an 8 kHz stream and hand it out in lumps of 60 ms, which a 20 ms tick hears as underruns.)

Coefficients are dyadic fractions and samples integers, so every sum is exact in float64:
however a stream is cut into blocks, and on whatever machine, the output is bit for bit the
same.
"""

from functools import lru_cache
from math import ceil, gcd

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from aicall_cli.audio.format import SAMPLE_RATE, AudioFormat, Pcm
from aicall_cli.audio.mix import saturate

Samples = NDArray[np.float64]

HALF_WIDTH = 32
"""Zero crossings of the sinc on each side of its centre."""
KAISER_BETA = 8.0
"""About 80 dB of stop band attenuation."""
ROLLOFF = 0.945
"""Centre of the transition band as a part of the lower Nyquist frequency."""
COEFFICIENT_STEP = 2.0**-22
"""16-bit samples times 22-bit coefficients, summed over a window, stay below 53 bits."""
PHASES = 1024
"""Rows of the filter bank for ratios that are not small: the two nearest are interpolated."""
MAX_EXACT_UP = 640
"""Ratios up to this one (11 025 Hz to 48 kHz) have a row for each phase."""
BLOCK_OUTPUTS = 48
"""Output samples of one matrix row, or more: what makes a matrix product worth while."""
BLOCK_SAMPLES = 4096
"""Source samples filtered at a time, which bounds the working memory to some megabytes."""


class StreamResampler:
    """Turn blocks of shape ``(n, channels)`` into mono blocks of shape ``(m,)``.

    Output sample ``k`` stands at source time ``k * source_rate / target_rate``: there is no
    delay to compensate, only a lookahead that ``flush`` fills with silence. After ``flush``
    exactly ``ceil(n * target_rate / source_rate)`` samples have come out of ``n``.
    """

    def __init__(self, source: AudioFormat, target_rate: int = SAMPLE_RATE) -> None:
        if target_rate < 1:
            raise ValueError(f"cannot resample {source} to {target_rate} Hz")
        divisor = gcd(source.sample_rate, target_rate)
        self._up = target_rate // divisor
        self._down = source.sample_rate // divisor
        self._channels = source.channels
        self._identity = self._up == self._down
        self._half = 0 if self._identity else _half_width(self._up, self._down)
        # So many outputs come from so many source samples, by the same coefficients each time.
        periods = ceil(BLOCK_OUTPUTS / self._up) if self._up <= MAX_EXACT_UP else 0
        self._block_out, self._block_in = periods * self._up, periods * self._down
        self.clear()

    @property
    def lookahead(self) -> int:
        """Source samples that must follow a sample before it can come out."""
        return self._half

    @property
    def pending(self) -> int:
        """Output samples that ``flush`` would return now."""
        return self._total(self._received) - self._produced

    def clear(self) -> None:
        """Forget the stream and start a new one."""
        self._received = 0
        self._produced = 0
        self._start = -max(self._half - 1, 0)
        # The window of the first output reaches back before the stream, into silence.
        self._history: Samples = np.zeros(-self._start)

    def process(self, samples: Pcm) -> Pcm:
        """Take int16 ``(n, channels)``, return the int16 ``(m,)`` that can be told by now."""
        if samples.ndim != 2 or samples.shape[1] != self._channels:
            raise ValueError(f"samples must have shape (n, {self._channels}), not {samples.shape}")
        mono = samples.sum(axis=1, dtype=np.float64)
        if self._identity:
            self._received += len(mono)
            self._produced = self._received
            return samples[:, 0].copy() if self._channels == 1 else saturate(mono / self._channels)
        starts = range(0, len(mono), BLOCK_SAMPLES) or (0,)
        blocks = [self._filter_block(mono[start : start + BLOCK_SAMPLES]) for start in starts]
        return blocks[0] if len(blocks) == 1 else np.concatenate(blocks)

    def flush(self) -> Pcm:
        """Return the rest as if silence followed, and start a new stream."""
        end = self._total(self._received)
        tail = self._advance(np.zeros(self._half + 1), end)
        self.clear()
        return tail

    def growth(self, samples: int) -> int:
        """Return how many output samples ``samples`` more will become, sooner or later."""
        return self._total(self._received + samples) - self._total(self._received)

    def _total(self, received: int) -> int:
        return -(-received * self._up // self._down)

    def _ready(self, received: int) -> int:
        """Outputs whose window, up to ``base + half``, lies within what was received."""
        last_base = received - 1 - self._half
        if last_base < 0:
            return 0
        return self._total(last_base + 1)

    def _filter_block(self, mono: Samples) -> Pcm:
        self._received += len(mono)
        return self._advance(mono, self._ready(self._received))

    def _advance(self, mono: Samples, end: int) -> Pcm:
        self._history = np.concatenate((self._history, mono))
        if end <= self._produced:
            return np.zeros(0, dtype=np.int16)
        summed = self._by_blocks(end) if self._block_out else self._interpolated(end)
        self._produced = end
        return saturate(summed / self._channels)

    def _by_blocks(self, end: int) -> Samples:
        """Multiply the whole blocks around the wanted outputs by one matrix.

        What lies beyond the history counts as silence, in outputs that are not wanted yet.
        """
        matrix = _block_matrix(self._up, self._down, self._block_out)
        first, last = self._produced // self._block_out, -(-end // self._block_out)
        self._forget(first * self._block_in - (self._half - 1))
        reach = (last - 1 - first) * self._block_in + matrix.shape[1]
        history = np.pad(self._history, (0, max(reach - len(self._history), 0)))
        windows = sliding_window_view(history, matrix.shape[1])[:: self._block_in]
        blocks = np.ascontiguousarray(windows[: last - first]) @ matrix.T
        skipped = first * self._block_out
        return np.asarray(blocks.ravel()[self._produced - skipped : end - skipped])

    def _interpolated(self, end: int) -> Samples:
        """Weigh a window for each output by the two rows of the bank next to its position."""
        bank = filter_bank(self._up, self._down, PHASES)
        ticks = np.arange(self._produced, end, dtype=np.int64) * self._down
        base, step = np.divmod(ticks, self._up)
        self._forget(int(base[0]) - (self._half - 1))
        windows = sliding_window_view(self._history, 2 * self._half)[base - base[0]]
        position = step * (PHASES / self._up)
        phase = position.astype(np.int64)
        low = np.einsum("ij,ij->i", windows, bank[phase])
        high = np.einsum("ij,ij->i", windows, bank[phase + 1])
        return np.asarray(low + (position - phase) * (high - low))

    def _forget(self, needed: int) -> None:
        drop = max(needed - self._start, 0)
        self._history = self._history[drop:]
        self._start += drop


def resample(samples: Pcm, source: AudioFormat, target_rate: int = SAMPLE_RATE) -> Pcm:
    """Convert a whole ``(n, channels)`` block to mono ``(m,)`` at once."""
    resampler = StreamResampler(source, target_rate)
    return np.concatenate((resampler.process(samples), resampler.flush()))


def _half_width(up: int, down: int) -> int:
    return ceil(HALF_WIDTH * max(1.0, down / up))


@lru_cache(maxsize=32)
def filter_bank(up: int, down: int, phases: int) -> Samples:
    """Return ``(phases + 1, 2 * half)`` coefficients, one row for each sub-sample position.

    Row ``p`` weighs the source samples ``base - half + 1 … base + half`` for an output that
    stands ``p / phases`` of a sample after ``base``. Every row sums to 1, so that a constant
    signal stays constant.
    """
    half = _half_width(up, down)
    cutoff = ROLLOFF * min(1.0, up / down)
    offsets = np.arange(1 - half, half + 1)[None, :] - (np.arange(phases + 1) / phases)[:, None]
    inside = np.clip(1.0 - (offsets / half) ** 2, 0.0, None)
    bank = np.sinc(cutoff * offsets) * np.i0(KAISER_BETA * np.sqrt(inside))
    bank /= bank.sum(axis=1, keepdims=True)
    bank = np.rint(bank / COEFFICIENT_STEP)
    bank[:, half - 1] += 1 / COEFFICIENT_STEP - bank.sum(axis=1)
    bank *= COEFFICIENT_STEP
    bank.flags.writeable = False
    return bank


@lru_cache(maxsize=32)
def _block_matrix(up: int, down: int, outputs: int) -> Samples:
    """Return the bank laid out so that one product makes ``outputs`` samples, whole periods."""
    bank = filter_bank(up, down, up)
    width = bank.shape[1]
    matrix = np.zeros((outputs, outputs // up * down + width - 1))
    for output in range(outputs):
        base, step = divmod(output * down, up)
        matrix[output, base : base + width] = bank[step]
    matrix.flags.writeable = False
    return matrix
