"""Bar, level and time as characters of a known width."""

from collections.abc import Sequence
from typing import Final

from rich.text import Text

from aicall_cli.audio.level import MAX_VOLUME

_STEPS: Final = "▁▂▃▄▅▆▇█"
_LOUD: Final = 6
"""Steps from here on are near full scale."""


def bar(share: float, width: int) -> Text:
    """Return a bar of ``width`` cells of which ``share`` (0 to 1) is filled."""
    halves = round(min(max(share, 0.0), 1.0) * 2 * width)
    full, half = divmod(halves, 2)
    return Text.assemble(
        ("━" * full + "╸" * half, "green"), ("─" * (width - full - half), "bright_black")
    )


def meter(volumes: Sequence[int], width: int) -> Text:
    """Return the last ``width`` of ``volumes`` (0–255), the newest on the right."""
    recent = [0] * width + list(volumes)
    text = Text()
    for volume in recent[len(recent) - width :]:
        step = min(max(volume, 0), MAX_VOLUME) * len(_STEPS) // (MAX_VOLUME + 1)
        style = "bright_black" if volume <= 0 else "yellow" if step >= _LOUD else "green"
        text.append(_STEPS[step], style)
    return text


def progress_time(position: float, duration: float | None) -> str:
    """Return seconds as ``2.4 / 4.0 s``, or as ``1:02 / 3:45`` where they last a minute.

    The width stays the same up to ``duration``, so that what stands beside it does not move.
    """
    if duration is None:
        return f"{position:.1f} s" if position < 60 else clock_time(position)
    write = clock_time if duration >= 60 else "{:.1f}".format
    end = write(duration)
    unit = "" if duration >= 60 else " s"
    return f"{write(position):>{len(end)}} / {end}{unit}"


def clock_time(seconds: float) -> str:
    """Return seconds as ``0:02``, ``12:34`` or ``1:02:03``."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
