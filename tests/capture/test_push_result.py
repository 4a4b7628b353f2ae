import pytest

from aicall_cli.capture.push_result import PushResult


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (PushResult.OK, 0),
        (PushResult.BUFFER_FULL, 0x01070101),
        (PushResult.BAD_FORMAT, 0x01030103),
        (PushResult.TOO_LONG, 0x01030103),
        (PushResult.NOT_BEGUN, 0x01030204),
        (PushResult.REMOVED, 0x01030204),
    ],
)
def test_the_vendors_codes(result: PushResult, code: int) -> None:
    assert result.code == code


def test_each_refusal_has_a_name_and_a_reason_of_its_own() -> None:
    assert len(set(PushResult)) == 6
    assert len({result.reason for result in PushResult}) == 6


def test_buffer_full_in_the_vendors_decimal() -> None:
    assert PushResult.BUFFER_FULL.code == 17_236_225
