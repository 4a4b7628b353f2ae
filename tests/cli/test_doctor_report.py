import io
import json

import pytest

from aicall_cli.cli.checks.finding import Finding, State
from aicall_cli.cli.doctor_report import print_finding, print_finding_json
from aicall_cli.cli.environment import Environment

BROKEN = Finding("settings", State.BROKEN, "they are \x1b[2J broken", "mend\nthem", {"line": 3})


class _Screen(io.StringIO):
    """A terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def _printed(finding: Finding, stream: io.StringIO, **variables: str) -> str:
    print_finding(finding, Environment(stdout=stream, variables={"TERM": "xterm", **variables}))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("state", "mark"), [(State.OK, "ok  "), (State.NOTE, "note"), (State.BROKEN, "FAIL")]
)
def test_a_finding_is_a_line(state: State, mark: str) -> None:
    finding = Finding("python", state, "3.11")
    assert _printed(finding, io.StringIO()) == f"{mark}  python          3.11\n"


def test_advice_stands_below_and_nothing_harms_the_terminal() -> None:
    assert _printed(BROKEN, io.StringIO()).splitlines() == [
        "FAIL  settings        they are \\x1b[2J broken",
        "                      → mend them",
    ]


def test_a_terminal_gets_colours_unless_it_does_not_want_them() -> None:
    assert "\x1b[1;31mFAIL" in _printed(BROKEN, _Screen())
    assert "\x1b[1;31m" not in _printed(BROKEN, _Screen(), NO_COLOR="1")


def test_json_has_everything() -> None:
    stream = io.StringIO()
    print_finding_json(BROKEN, Environment(stdout=stream, variables={}))
    assert json.loads(stream.getvalue()) == {
        "schema": 1,
        "subject": "settings",
        "state": "broken",
        "message": "they are \x1b[2J broken",
        "advice": "mend\nthem",
        "figures": {"line": 3},
    }
    assert "\x1b" not in stream.getvalue()
