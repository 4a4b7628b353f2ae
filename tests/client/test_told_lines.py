import os
from collections.abc import Iterator

import pytest

from aicall_cli.client import told_lines
from aicall_cli.client.told_lines import MAX_LINE_BYTES, MAX_LINES, ToldLines


class Told:
    """The writing end of a pipe, and who reads it."""

    def __init__(self) -> None:
        reading, self._writing = os.pipe()
        self.lines = ToldLines(os.fdopen(reading, "rb"))
        self._open = True

    def write(self, data: bytes) -> None:
        os.write(self._writing, data)

    def close(self) -> None:
        if self._open:
            self._open = False
            os.close(self._writing)
        self.lines.finish()


@pytest.fixture
def told() -> Iterator[Told]:
    told = Told()
    yield told
    told.close()


def test_each_line_is_kept_also_a_last_one_without_an_end(told: Told) -> None:
    told.write("first\n\n  zwölf".encode()[:-3])
    told.write("ölf \r\nlast".encode()[1:])
    told.close()
    assert told.lines.lines == ("first", "zwölf", "last")


def test_what_says_nothing_has_no_lines(told: Told) -> None:
    told.close()
    assert told.lines.lines == ()


def test_more_lines_than_are_kept_are_counted(told: Told) -> None:
    told.write(b"".join(b"%d\n" % number for number in range(MAX_LINES + 7)))
    told.close()
    *kept, last = told.lines.lines
    assert kept == [str(number) for number in range(MAX_LINES)]
    assert last == "and 7 more lines"


def test_a_flood_without_an_end_is_read_and_cut(told: Told) -> None:
    for _ in range(100):  # many times what a pipe holds: who writes never waits for long
        told.write(b"x" * 65_536)
    told.write(b"\nthen\n")
    told.close()
    assert told.lines.lines == ("x" * MAX_LINE_BYTES, "then")


def test_bytes_that_are_no_text_are_replaced(told: Told) -> None:
    told.write(b"a\xff\x00b\n")
    told.close()
    assert told.lines.lines == ("a\ufffd\x00b",)


def test_a_pipe_that_somebody_else_keeps_open_is_not_waited_for(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(told_lines, "_JOIN_SECONDS", 0.05)
    told.write(b"so far\n")
    told.lines.finish()
    assert told.lines.lines in ((), ("so far",))
