"""``python -m aicall_cli`` and the console script ``aicall``."""

import sys

from aicall_cli.cli.standard_streams import fill_closed_streams
from aicall_cli.exit_status import ExitStatus


def main() -> None:
    """Run the command line and leave with its status."""
    fill_closed_streams()
    try:
        # Here, so that Ctrl-C while it is imported shows no traceback either.
        from aicall_cli.cli.main import main as run

        sys.exit(run())
    except KeyboardInterrupt:
        sys.exit(ExitStatus.INTERRUPTED)


if __name__ == "__main__":
    main()
