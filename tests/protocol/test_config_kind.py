from enum import IntEnum
from typing import Any

import pytest

from aicall_cli.errors import UsageError
from aicall_cli.exit_status import ExitStatus
from aicall_cli.protocol.config_kind import Choice, Flag, Kind, Member, Number, pascal


class _Speed(IntEnum):
    LOW = 1
    VERY_HIGH = 16


RATE = Number(0.5, 2, whole=False)
SILENCE = Number(200, 1200, unit="ms")
VAD = Number(200, 2000, unit="ms", zero=True)
TURNS = Number()
MODE = Choice(("Normal", "Semantic"))
SPEED = Member(_Speed)


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        (Flag(), True, True),
        (RATE, 1, 1.0),
        (RATE, 0.5, 0.5),
        (RATE, 2, 2.0),
        (RATE, -1, None),
        (SILENCE, 600.0, 600),
        (SILENCE, -1.0, None),
        (VAD, 0, 0),
        (TURNS, 2**31 - 1, 2**31 - 1),
        (MODE, "Normal", "Normal"),
        (SPEED, 16, _Speed.VERY_HIGH),
        (SPEED, "VeryHigh", _Speed.VERY_HIGH),
        (SPEED, _Speed.LOW, _Speed.LOW),
    ],
)
def test_what_is_taken(kind: Kind, value: object, kept: object) -> None:
    taken = kind.check(value, "X")
    assert taken == kept
    assert type(taken) is type(kept)


@pytest.mark.parametrize(
    ("kind", "value", "says"),
    [
        (Flag(), 1, "X must be true or false, not 1"),
        (RATE, 3, "X must be a number from 0.5 to 2, not 3"),
        (RATE, 0.49, "not 0.49"),
        (RATE, -2, "not -2"),
        (RATE, True, "not true"),
        (RATE, "1", "not '1'"),
        (RATE, float("nan"), "not nan"),
        (RATE, float("inf"), "not inf"),
        (RATE, [1], "not a list"),
        (RATE, {"a": 1}, "not an object"),
        (RATE, object(), "not of type object"),
        (SILENCE, 199, "X must be a whole number from 200 to 1200 ms, not 199"),
        (SILENCE, 300.5, "not 300.5"),
        (VAD, 100, "X must be a whole number from 200 to 2000 ms, or 0, not 100"),
        (TURNS, -7, "X must be a whole number from 0, not -7"),
        (MODE, "semantic", "X must be Normal or Semantic, not 'semantic'"),
        (MODE, "\x1b[2J" * 100, "not '\\x1b[2J"),
        (MODE, 0, "not 0"),
        (SPEED, 2, "X must be 1 (Low) or 16 (VeryHigh), not 2"),
        (SPEED, True, "not true"),
        (SPEED, "LOW", "not 'LOW'"),
    ],
)
def test_what_is_refused_by_name_with_what_may_be(kind: Kind, value: object, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        kind.check(value, "X")
    assert says in caught.value.message
    assert len(caught.value.message) < 120
    assert caught.value.exit_status is ExitStatus.USAGE


@pytest.mark.parametrize(
    ("kind", "text", "kept"),
    [
        (Flag(), "true", True),
        (Flag(), " False ", False),
        (RATE, "1.5", 1.5),
        (RATE, "-1", None),
        (SILENCE, "600", 600),
        (MODE, "Semantic", "Semantic"),
        (SPEED, "16", _Speed.VERY_HIGH),
        (SPEED, "Low", _Speed.LOW),
    ],
)
def test_what_a_text_says(kind: Kind, text: str, kept: object) -> None:
    assert kind.parse(text, "X") == kept


@pytest.mark.parametrize(
    ("kind", "text", "says"),
    [
        (Flag(), "yes", "not 'yes'"),
        (RATE, "fast", "X must be a number from 0.5 to 2, not 'fast'"),
        (RATE, "", "not ''"),
        (RATE, "3", "not 3"),
        (SILENCE, "1e999", "not inf"),
        (SPEED, "9" * 5000, "not '999"),
        (RATE, "9" * 5000, "not inf"),
    ],
)
def test_what_a_text_cannot_say(kind: Kind, text: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        kind.parse(text, "X")
    assert says in caught.value.message


@pytest.mark.parametrize(
    ("kind", "value", "plain"),
    [(RATE, 1.5, 1.5), (MODE, "Normal", "Normal"), (SPEED, _Speed.LOW, 1)],
)
def test_what_is_written(kind: Kind, value: Any, plain: object) -> None:
    assert kind.plain(value) == plain
    assert type(kind.plain(value)) is type(plain)


def test_a_number_of_more_digits_than_python_prints_is_refused() -> None:
    with pytest.raises(UsageError, match="not a huge number"):
        TURNS.check(16**6000, "X")


def test_names_in_pascal_case() -> None:
    assert pascal("asr_max_silence") == "AsrMaxSilence"
    assert pascal("VERY_HIGH") == "VeryHigh"
