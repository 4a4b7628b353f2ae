"""What the terminal can do: size, colours, characters, and whether it tells of releases."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress

from rich.console import Console

from aicall_cli.cli.checks.finding import Figures, Finding, State
from aicall_cli.cli.environment import Environment
from aicall_cli.tui.keyboard.key_event import KeyboardInput, ReleasesReported
from aicall_cli.tui.keyboard.key_reader import KeyReader, Receive, open_key_reader

COLUMNS, ROWS = 60, 16
"""The smallest terminal that the interface has room in."""
ANSWER_SECONDS = 1.0
"""How long the terminal may take to say what its keyboard can; it is given up before."""


def check_terminal(environment: Environment) -> Iterator[Finding]:
    """Yield size, colours and characters; one finding where there is no terminal."""
    stream = environment.stdout
    console = Console(file=stream, _environ=environment.variables)
    if not stream.isatty():
        yield Finding(
            "terminal", State.NOTE, "none: a call prints lines", "commands come by --control then"
        )
        return
    yield judge_size(*console.size)
    yield _colours(console, environment)
    yield judge_encoding(console.encoding)


def judge_size(columns: int, rows: int) -> Finding:
    """Return whether the interface has room."""
    figures: Figures = {"columns": columns, "rows": rows}
    message = f"{columns} × {rows}"
    if columns < COLUMNS or rows < ROWS:
        advice = f"make the window larger: the interface needs {COLUMNS} × {ROWS}"
        return Finding("terminal", State.NOTE, message, advice, figures)
    return Finding("terminal", State.OK, message, figures=figures)


def judge_encoding(encoding: str) -> Finding:
    """Return whether the terminal takes the characters that are drawn."""
    figures: Figures = {"encoding": encoding}
    if not encoding.lower().startswith("utf"):
        advice = "use a UTF-8 locale, as LANG=C.UTF-8: a call prints plain lines without it"
        return Finding("characters", State.NOTE, encoding, advice, figures)
    return Finding("characters", State.OK, encoding, figures=figures)


async def check_keyboard(
    environment: Environment, open_reader: Callable[[Receive], KeyReader | None] | None = None
) -> Finding:
    """Ask the terminal whether it tells when a key is let go."""
    known: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def receive(item: KeyboardInput) -> None:
        if isinstance(item, ReleasesReported) and not known.done():
            known.set_result(item.reported)

    def usual(receive: Receive) -> KeyReader | None:
        return open_key_reader(receive, variables=environment.variables)

    reader = (open_reader or usual)(receive)
    if reader is None:
        return Finding("keyboard", State.NOTE, "none", "commands come by --control then")
    releases = False
    async with reader:
        reader.set_talk_keys(True)
        with suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS):
                releases = await known
    return judge_keyboard(releases=releases)


def judge_keyboard(*, releases: bool) -> Finding:
    """Return how push-to-talk works on this keyboard."""
    figures: Figures = {"releases": releases}
    if releases:
        return Finding(
            "keyboard", State.OK, "releases are told: hold the talk key", figures=figures
        )
    return Finding(
        "keyboard",
        State.NOTE,
        "releases are not told: press the talk key to begin, and again to end",
        "to hold it, use a terminal with the Kitty keyboard protocol, outside of tmux and screen",
        figures,
    )


def _colours(console: Console, environment: Environment) -> Finding:
    system = console.color_system
    figures: Figures = {"colours": system, "term": environment.variables.get("TERM")}
    if environment.variables.get("NO_COLOR"):
        return Finding("colours", State.OK, "none: NO_COLOR is set", figures=figures)
    if console.is_dumb_terminal or system is None:
        message = "none: a call prints plain lines"
        advice = "set TERM to what this terminal is, as xterm-256color"
        return Finding("colours", State.NOTE, message, advice, figures)
    return Finding("colours", State.OK, system, figures=figures)
