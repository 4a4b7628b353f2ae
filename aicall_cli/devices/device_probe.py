"""A look at the machine's devices from a process of its own.

PortAudio has to be terminated before it sees a device that was plugged in, and open streams
do not survive that. A fresh process sees the devices as they are, and disturbs none.
"""

import json
import logging
import subprocess
import sys
from typing import Any

from aicall_cli.devices.audio_device import AudioDevice

logger = logging.getLogger(__name__)

_LOOK_SECONDS = 5.0


def describe(device: AudioDevice) -> list[Any]:
    """Return what tells one device of a listing from another, as JSON has it."""
    return [
        device.name,
        device.host_api,
        device.input_channels,
        device.output_channels,
        device.is_default_input,
        device.is_default_output,
    ]


def look_for_devices() -> list[Any] | None:
    """Return the description of each device that is there now; None where that failed.

    Blocks for the start of a Python process, some 0.3 s, and at most 5 s.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", "aicall_cli.devices.device_probe"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_LOOK_SECONDS,
            check=True,
        )
        described = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        logger.debug("the devices cannot be looked for: %s", error)
        return None
    return described if isinstance(described, list) else None


def main() -> None:
    """Print the description of each device as JSON."""
    from aicall_cli.devices.portaudio import PortAudio

    library = PortAudio()
    sys.stdout.write(json.dumps([describe(device) for device in library.devices()]))
    library.close()


if __name__ == "__main__":
    main()
