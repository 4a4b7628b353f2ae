from dataclasses import FrozenInstanceError, is_dataclass
from typing import get_args

import pytest

from aicall_cli.engine.commands import Command, SendText


@pytest.mark.parametrize("kind", get_args(Command))
def test_commands_are_slotted_dataclasses(kind: type) -> None:
    assert "__slots__" in vars(kind)
    assert is_dataclass(kind)


def test_a_command_is_frozen() -> None:
    command = SendText("hello")
    assert command.enable_interrupt
    with pytest.raises(FrozenInstanceError):
        command.text = "bye"  # type: ignore[misc]
