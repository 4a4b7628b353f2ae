"""The statuses are a contract with scripts: their numbers never move."""

from aicall_cli.exit_status import ExitStatus


def test_the_numbers() -> None:
    assert {status.name: int(status) for status in ExitStatus} == {
        "OK": 0,
        "CHECK_FAILED": 1,
        "USAGE": 2,
        "CANNOT_CONNECT": 3,
        "CREDENTIALS_REFUSED": 4,
        "AGENT_FAILED": 5,
        "NO_REPLY": 6,
        "DEVICE": 7,
        "UNREADABLE_INPUT": 8,
        "CONNECTION_LOST": 9,
        "RECORDING": 10,
        "INTERNAL": 70,
        "HANGUP": 129,
        "INTERRUPTED": 130,
        "OUTPUT_CLOSED": 141,
        "TERMINATED": 143,
    }


def test_no_two_names_share_a_number() -> None:
    assert len(ExitStatus.__members__) == len(set(ExitStatus))
