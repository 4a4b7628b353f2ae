import io
import os
import subprocess
import sys

from aicall_cli.cli.standard_streams import flush_or_discard

CLOSED = """
import os, sys
for descriptor in (0, 1, 2):
    os.close(descriptor)
sys.stdin = sys.stdout = sys.stderr = None
from aicall_cli.cli.standard_streams import fill_closed_streams
fill_closed_streams()
first_free = os.open(os.devnull, os.O_RDONLY)
print("nobody sees this")
print("nor this", file=sys.stderr)
sys.exit(first_free + 40 if sys.stdin.read(1) == "" else 1)
"""


def test_closed_streams_are_filled_so_that_nothing_gets_their_numbers() -> None:
    done = subprocess.run([sys.executable, "-c", CLOSED], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (43, b"", b"")


def test_what_can_be_written_is_written() -> None:
    stream = io.StringIO()
    stream.write("text")
    flush_or_discard(stream)
    assert stream.getvalue() == "text"


def test_what_nobody_reads_any_more_is_discarded() -> None:
    read, write = os.pipe()
    stream = os.fdopen(write, "w")
    os.close(read)
    stream.write("text")
    flush_or_discard(stream)
    stream.close()  # flushes once more


def test_a_stream_without_a_descriptor_is_left_alone() -> None:
    class Full(io.StringIO):
        def flush(self) -> None:
            raise OSError("full")

    flush_or_discard(Full())
