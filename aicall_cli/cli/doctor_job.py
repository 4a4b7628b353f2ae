"""What ``aicall doctor`` does, once its options are read."""

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing

from aicall_cli.cli.checks.finding import Finding, State
from aicall_cli.cli.checks.installation import check_installation
from aicall_cli.cli.checks.loopback import check_loopback
from aicall_cli.cli.checks.sound import check_sound
from aicall_cli.cli.checks.terminal import check_keyboard, check_terminal
from aicall_cli.cli.checks.timing import check_clock, check_timer
from aicall_cli.cli.doctor_report import print_finding, print_finding_json
from aicall_cli.cli.environment import Environment
from aicall_cli.cli.signals import run_until_signal
from aicall_cli.control.settings import Settings
from aicall_cli.devices.audio_device import Direction
from aicall_cli.devices.device_thread import DeviceThread
from aicall_cli.errors import UsageError
from aicall_cli.exit_status import ExitStatus
from aicall_cli.tui.stderr_capture import StderrCapture

logger = logging.getLogger(__name__)


def run_doctor(environment: Environment, *, as_json: bool, listen: bool) -> int:
    """Print each finding as soon as it is there; return 1 where a needed part is broken."""
    show = print_finding_json if as_json else print_finding
    broken: list[Finding] = []

    def tell(finding: Finding) -> None:
        show(finding, environment)
        if finding.state is State.BROKEN:
            broken.append(finding)

    for finding in (*check_installation(environment), *check_terminal(environment), check_clock()):
        tell(finding)
    wanted = wanted_devices(environment)

    async def main() -> int:
        async with aclosing(_examine(environment, wanted, listen=listen)) as findings:
            async for finding in findings:
                tell(finding)
        return ExitStatus.CHECK_FAILED if broken else ExitStatus.OK

    return run_until_signal(main)


def wanted_devices(environment: Environment) -> dict[Direction, str]:
    """Return the devices that the settings name."""
    names = {Direction.INPUT: "input_device", Direction.OUTPUT: "output_device"}
    try:
        settings = Settings.read(environment.variables)
    except UsageError:  # which is a finding of its own
        return {}
    said = {direction: settings.resolve(name).value for direction, name in names.items()}
    return {direction: str(name) for direction, name in said.items() if name is not None}


async def _examine(
    environment: Environment, wanted: dict[Direction, str], *, listen: bool
) -> AsyncGenerator[Finding, None]:
    """Yield what takes a running loop to find out."""
    yield await check_keyboard(environment)
    yield await check_timer()
    yield await check_loopback()
    # PortAudio and ALSA say on descriptor 2 what they do not find on any machine.
    with StderrCapture(logger.debug):
        async with DeviceThread() as thread:
            async for finding in check_sound(thread, wanted, listen=listen):
                yield finding
