"""The README promises what the code has."""

import re
from pathlib import Path

from aicall_cli.exit_status import ExitStatus

_ROOT = Path(__file__).parents[1]
_README = (_ROOT / "README.md").read_text(encoding="utf-8")


def test_two_commands_near_the_top_do_everything() -> None:
    top = "\n".join(_README.splitlines()[:30])
    first, second = re.findall(r"^```sh\n(.*?)^```$", top, re.MULTILINE | re.DOTALL)
    assert "venv" in first
    assert "'.[agent]'" in first
    assert "aicall push-file recordings/samples/goforward.wav" in first
    assert "venv" in second
    assert "'.[dev]'" in second
    assert "pytest" in second
    assert all(len(command.splitlines()) == 1 for command in (first, second))


def test_the_exit_statuses_are_listed() -> None:
    listed = [int(number) for number in re.findall(r"^\| (\d+) \|", _README, re.MULTILINE)]
    assert listed == sorted(ExitStatus)


def test_its_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", _README)
    assert [link for link in links if not (_ROOT / link).exists()] == []


def test_no_heading_is_empty() -> None:
    lines = [line for line in _README.splitlines() if line.strip()]
    levels = [len(line) - len(line.lstrip("#")) if line.startswith("#") else 0 for line in lines]
    fenced = _fenced(lines)
    following = zip(lines, levels, [*levels[1:], 1], strict=True)
    empty = [
        line
        for number, (line, level, next_level) in enumerate(following)
        if level and 0 < next_level <= level and number not in fenced
    ]
    assert empty == []


def _fenced(lines: list[str]) -> set[int]:
    """Return the numbers of the lines inside code blocks, where ``#`` begins a comment."""
    inside, found = False, set()
    for number, line in enumerate(lines):
        if line.startswith("```"):
            inside = not inside
        elif inside:
            found.add(number)
    return found
