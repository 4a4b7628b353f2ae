from pathlib import Path

from aicall_cli.exit_status import ExitStatus
from aicall_cli.recording.failure import recording_error


def test_it_names_the_path_and_the_reason_and_what_to_do() -> None:
    error = recording_error(Path("here/call.wav"), OSError(28, "No space left on device"))
    assert (
        error.message
        == f"Cannot write the recording {Path('here/call.wav')}: No space left on device."
    )
    assert "--no-record" in (error.hint or "")
    assert error.exit_status is ExitStatus.RECORDING


def test_an_error_without_a_reason_is_named_by_its_kind() -> None:
    assert recording_error(Path("x"), TimeoutError()).message.endswith(": TimeoutError.")
