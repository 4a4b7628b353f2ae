from aicall_cli.cli.checks.finding import Finding, State, finding_of
from aicall_cli.errors import DeviceError


def test_an_error_is_a_finding_with_its_hint_as_advice() -> None:
    error = DeviceError("there is none", hint="plug one in")
    assert finding_of("input", error, State.NOTE) == Finding(
        "input", State.NOTE, "there is none", "plug one in"
    )
