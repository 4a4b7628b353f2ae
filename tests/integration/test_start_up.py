"""What asks for help or the version does not wait for what a call needs."""

import subprocess
import sys

import pytest

# What takes the most time to import; `tests/bench` has the whole of it in seconds.
HEAVY = (
    "aioice",
    "aiortc",
    "asyncio",
    "av",
    "httpx",
    "numpy",
    "pocketsphinx",
    "sounddevice",
    "starlette",
    "uvicorn",
    "websockets",
)
PROGRAM = f"""
import sys
from aicall_cli.cli.main import main
status = main(sys.argv[1:])
print(*(name for name in {HEAVY} if name in sys.modules), file=sys.stderr)
sys.exit(status)
"""


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_nothing_of_a_call_is_imported_for(option: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, option], capture_output=True, text=True, check=True
    )
    assert "aicall" in done.stdout
    assert done.stderr.split() == []
