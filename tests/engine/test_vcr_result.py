from dataclasses import is_dataclass

import pytest

from aicall_cli.engine.vcr_result import Equipment, FrameMotion, HeadMotion, LookAway, PeopleCount


@pytest.mark.parametrize("kind", [FrameMotion, PeopleCount, Equipment, HeadMotion, LookAway])
def test_results_are_slotted_values(kind: type) -> None:
    assert is_dataclass(kind)
    assert "__slots__" in vars(kind)


def test_results_are_compared_by_what_they_say() -> None:
    assert LookAway(1, 2.0) == LookAway(1, 2.0) != LookAway(2, 2.0)
