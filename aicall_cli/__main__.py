"""``python -m aicall_cli`` and the console script ``aicall``."""

import sys

from aicall_cli.cli.main import main as run


def main() -> None:
    """Run the command line and leave with its status."""
    sys.exit(run())


if __name__ == "__main__":
    main()
