import pytest

from aicall_cli.agent.call_options import CallOptions
from aicall_cli.agent.portions import ANY_SIZE, Portions, PortionSize, portion_size_of
from aicall_cli.errors import UsageError

TEXT = "One. Two. Three is longer. Four"


def test_sentences_come_one_by_one_unless_more_is_wanted() -> None:
    portions = Portions()
    assert list(portions.feed(TEXT, 0.0)) == ["One. ", "Two. ", "Three is longer. "]
    assert portions.deadline is None
    assert list(portions.flush()) == ["Four"]
    assert list(portions.flush()) == []


def test_short_sentences_are_put_together() -> None:
    portions = Portions(PortionSize(10))
    assert list(portions.feed(TEXT, 0.0)) == ["One. Two. ", "Three is longer. "]
    assert list(portions.flush()) == ["Four"]
    assert list(portions.feed("Five. Six", 0.0)) == []
    assert list(portions.flush()) == ["Five. Six"]


def test_what_is_kept_for_too_long_is_given_out() -> None:
    portions = Portions(PortionSize(100, delay=2.0))
    assert list(portions.feed("One. Tw", 5.0)) == []
    assert list(portions.feed("o. Th", 6.0)) == []
    assert [portions.deadline, *portions.overdue(6.9)] == [7.0]
    assert list(portions.overdue(7.0)) == ["One. Two. "]
    assert [portions.deadline] == [None]
    assert list(portions.overdue(9.0)) == []
    assert list(portions.flush()) == ["Th"]


def test_options() -> None:
    assert portion_size_of(CallOptions({})) == ANY_SIZE
    options = CallOptions({"output_min_length": 20, "output_max_delay_ms": 1500})
    assert portion_size_of(options) == PortionSize(20, 1.5)
    with pytest.raises(UsageError, match="output_min_length is 101"):
        portion_size_of(CallOptions({"output_min_length": 101}))
