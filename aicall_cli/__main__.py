"""``python -m aicall_cli`` and the console script ``aicall``."""

import sys

from aicall_cli.cli.early_interrupt import interrupt_ends_at_once
from aicall_cli.cli.standard_streams import fill_closed_streams
from aicall_cli.exit_status import ExitStatus


def main() -> None:
    """Run the command line and leave with its status."""
    fill_closed_streams()
    with interrupt_ends_at_once():
        from aicall_cli.cli.main import main as run
    try:
        sys.exit(run())
    except KeyboardInterrupt:
        sys.exit(ExitStatus.INTERRUPTED)


if __name__ == "__main__":
    main()
