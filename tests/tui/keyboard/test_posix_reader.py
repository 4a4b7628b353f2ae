"""The reader in virtual time, with a pipe for a terminal; the real ones are in integration."""

import asyncio
import os
import sys
from collections.abc import Callable, Iterator

import pytest

from aicall_cli.tui.keyboard.key_event import (
    FocusChanged,
    KeyboardClosed,
    KeyboardInput,
    KeyEvent,
    KeyKind,
    ReleasesReported,
)
from aicall_cli.tui.keyboard.key_parser import ESCAPE_SECONDS
from aicall_cli.tui.keyboard.kitty import ANSWER_SECONDS
from aicall_cli.tui.keyboard.posix_reader import PosixReader

assert sys.platform != "win32"

ASK = "\x1b[?2004h\x1b[?u\x1b[c"
TALK = "\x1b[?1004h\x1b[>11u\x1b[?u"
WIN32 = "\x1b[?1004h\x1b[?9001h"
SPACE = KeyEvent("space", text=" ")


class FakeTerminal:
    """A terminal on a pipe; ``answers`` are given as soon as a question was written."""

    def __init__(self, answers: dict[str, bytes] | None = None) -> None:
        self._read_end, self._write_end = os.pipe()
        os.set_blocking(self._read_end, False)
        os.set_blocking(self._write_end, False)
        self._answers = answers or {}
        self.written: list[str] = []
        self.undo: Callable[[], str] = str
        self.closed = False

    def fileno(self) -> int:
        return self._read_end

    def enter(self, undo: Callable[[], str]) -> None:
        self.undo = undo

    def read(self) -> bytes | None:
        try:
            return os.read(self._read_end, 4096) or None
        except BlockingIOError:
            return b""

    def write(self, text: str) -> None:
        self.written.append(text)
        for question, answer in self._answers.items():
            if question in text:
                self.send(answer)

    def close(self) -> None:
        assert self.undo() == "", "something was not taken back"
        self.closed = True

    def send(self, data: bytes) -> None:
        os.write(self._write_end, data)

    def hang_up(self) -> None:
        if self._write_end >= 0:
            os.close(self._write_end)
            self._write_end = -1

    def give_back(self) -> None:
        self.hang_up()
        os.close(self._read_end)


@pytest.fixture
def terminals() -> Iterator[Callable[..., FakeTerminal]]:
    made: list[FakeTerminal] = []

    def make(answers: dict[str, bytes] | None = None) -> FakeTerminal:
        made.append(FakeTerminal(answers))
        return made[-1]

    yield make
    for terminal in made:
        assert terminal.closed
        terminal.give_back()


KITTY = {"\x1b[?u": b"\x1b[?11u", "\x1b[c": b"\x1b[?62c"}
PLAIN = {"\x1b[c": b"\x1b[?62c"}
MakeTerminal = Callable[..., FakeTerminal]


def reader_of(
    terminal: FakeTerminal, said: list[KeyboardInput], *, asks: bool = True
) -> PosixReader:
    reader = PosixReader(terminal, said.append, asks=asks)
    reader.set_talk_keys(active=True)
    return reader


async def look(seconds: float = 0.01) -> None:
    """Let the reader take what is there."""
    await asyncio.sleep(seconds)


async def test_kitty_is_found_used_and_taken_back(terminals: MakeTerminal) -> None:
    terminal = terminals(KITTY)
    said: list[KeyboardInput] = []
    async with reader_of(terminal, said):
        await look()
        assert terminal.written == [ASK, "\x1b[>1u" + TALK]
        terminal.send(b"\x1b[32u\x1b[32;1:3u")
        await look()
    assert said == [
        ReleasesReported(reported=True),
        SPACE,
        KeyEvent("space", kind=KeyKind.RELEASE),
    ]
    assert terminal.written[-1] == "\x1b[<2u\x1b[?1004l\x1b[?2004l\x1b[c"


async def test_without_an_answer_it_is_given_up_in_time(terminals: MakeTerminal) -> None:
    terminal = terminals()
    said: list[KeyboardInput] = []
    loop = asyncio.get_running_loop()
    begin = loop.time()
    async with reader_of(terminal, said):
        while not said:
            await look(0.001)
        assert loop.time() - begin == pytest.approx(ANSWER_SECONDS, abs=0.002)
        assert said == [ReleasesReported(reported=False)]
        assert terminal.written == [ASK, WIN32]
        left_at = loop.time()
    assert terminal.written[-1] == "\x1b[?9001l\x1b[?1004l\x1b[?2004l"
    assert loop.time() == left_at  # who never answers is not waited for


async def test_a_terminal_that_does_not_answer_any_more_is_left_in_time(
    terminals: MakeTerminal,
) -> None:
    terminal = terminals()
    loop = asyncio.get_running_loop()
    async with reader_of(terminal, []):
        terminal.send(b"\x1b[?62c")
        await look()
        left_at = loop.time()
    assert 0 < loop.time() - left_at < 2


async def test_answers_and_keys_on_the_way_out_are_nobodys(terminals: MakeTerminal) -> None:
    terminal = terminals(PLAIN)
    said: list[KeyboardInput] = []
    async with reader_of(terminal, said):
        await look()
        terminal.send(b"q")
        loop = asyncio.get_running_loop()
        begin = loop.time()
    assert said == [ReleasesReported(reported=False)]
    assert loop.time() - begin < 0.01


async def test_escape_is_a_key_after_its_time(terminals: MakeTerminal) -> None:
    terminal = terminals(PLAIN)
    said: list[KeyboardInput] = []
    loop = asyncio.get_running_loop()
    async with reader_of(terminal, said):
        await look()
        terminal.send(b"\x1b")
        begin = loop.time()
        while len(said) < 2:
            await look(0.001)
        assert said[1] == KeyEvent("escape")
        assert loop.time() - begin == pytest.approx(ESCAPE_SECONDS, abs=0.003)


async def test_a_release_shows_that_releases_are_reported(terminals: MakeTerminal) -> None:
    terminal = terminals(PLAIN)
    said: list[KeyboardInput] = []
    async with reader_of(terminal, said):
        await look()
        terminal.send(b"\x1b[32;57;32;1;0;1_")
        await look()
    assert said == [
        ReleasesReported(reported=False),
        ReleasesReported(reported=True),
        SPACE,
    ]


async def test_typing_and_talking_take_turns(terminals: MakeTerminal) -> None:
    terminal = terminals(PLAIN)
    said: list[KeyboardInput] = []
    async with reader_of(terminal, said) as reader:
        await look()
        terminal.send(b"\x1b[84;0;116;1;0;1_")
        await look()
        reader.set_talk_keys(active=False)
        reader.set_talk_keys(active=True)
        assert terminal.written[-2:] == ["\x1b[?9001l\x1b[?1004l", WIN32]
        terminal.send(b"\x1b[84;0;116;1;0;1_\x1b[O")
        await look()
    t = KeyEvent("t", text="t")
    assert said[2:] == [t, t, FocusChanged(focused=False)]
    reader.set_talk_keys(active=False)  # after its end it changes nothing
    assert "\x1b[?2004l" in terminal.written[-1]


async def test_a_terminal_that_is_gone_is_told_once(terminals: MakeTerminal) -> None:
    terminal = terminals(PLAIN)
    said: list[KeyboardInput] = []
    async with reader_of(terminal, said):
        await look()
        terminal.hang_up()
        await look()
        terminal.undo = str
    assert said == [ReleasesReported(reported=False), KeyboardClosed()]


async def test_a_terminal_that_goes_while_it_is_left_is_not_waited_for(
    terminals: MakeTerminal,
) -> None:
    terminal = terminals()
    said: list[KeyboardInput] = []
    loop = asyncio.get_running_loop()
    async with reader_of(terminal, said):
        loop.call_later(0.1, terminal.hang_up)
        begin = loop.time()
    assert loop.time() - begin == pytest.approx(0.1, abs=0.01)
    assert said == []


async def test_who_must_not_ask_writes_nothing(terminals: MakeTerminal) -> None:
    terminal = terminals()
    said: list[KeyboardInput] = []
    async with reader_of(terminal, said, asks=False) as reader:
        reader.set_talk_keys(active=False)
        terminal.send(b" ")
        await look()
    assert said == [ReleasesReported(reported=False), SPACE]
    assert "".join(terminal.written) == ""


async def test_what_it_writes_may_go_another_way_even_a_broken_one(
    terminals: MakeTerminal,
) -> None:
    terminal = terminals()
    written: list[str] = []

    def write(text: str) -> None:
        written.append(text)
        raise BrokenPipeError

    async with PosixReader(terminal, lambda item: None, write=write):
        await look()
    assert written[0] == ASK
    assert terminal.written == []


async def test_a_terminal_that_cannot_be_waited_for_is_given_back(
    terminals: MakeTerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = terminals()

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(asyncio.get_running_loop(), "add_reader", refuse)
    with pytest.raises(PermissionError):
        await PosixReader(terminal, lambda item: None).__aenter__()
    assert terminal.closed


@pytest.mark.parametrize("error", [RuntimeError, asyncio.CancelledError])
async def test_it_is_left_whatever_happens(
    terminals: MakeTerminal, error: type[BaseException]
) -> None:
    terminal = terminals(KITTY)

    async def fail() -> None:
        async with reader_of(terminal, []):
            await look()
            raise error

    with pytest.raises(error):
        await fail()
    assert "\x1b[<2u" in terminal.written[-1]


async def test_it_is_left_when_cancelled_while_it_leaves(terminals: MakeTerminal) -> None:
    terminal = terminals()

    async def read() -> None:
        async with reader_of(terminal, []):
            await asyncio.sleep(0.01)

    task = asyncio.create_task(read())
    await asyncio.sleep(0.1)  # it waits for the answer to its question
    assert not terminal.closed
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert terminal.closed
