"""Turn machines to begin with."""

from collections.abc import Callable
from typing import Any

import pytest

from aicall_cli.agent.hearing import Hearing
from aicall_cli.agent.turn_actions import (
    Action,
)
from aicall_cli.agent.turn_machine import (
    TurnMachine,
)
from aicall_cli.agent.turn_settings import TurnSettings

START = 100.0
Act = Callable[[TurnMachine, float], list[Action]]


def about(seconds: float) -> Any:
    return pytest.approx(seconds)


def hearing(turns: TurnMachine) -> Hearing:
    return turns.hearing


def machine(**settings: Any) -> TurnMachine:
    turns = TurnMachine(TurnSettings(**settings), START)
    turns.channel_opened(START)
    return turns


def speaking(**settings: Any) -> TurnMachine:
    turns = machine(**settings)
    turns.reply_started(START)
    turns.speech_started(START)
    return turns


def keyed() -> TurnMachine:
    turns = machine(push_to_talk=True)
    turns.start_push_to_talk(START + 1)
    return turns
