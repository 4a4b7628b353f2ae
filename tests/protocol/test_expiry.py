import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.protocol.expiry import MAX_TIME, Expiry


def test_a_moment_is_read_in_utc() -> None:
    expiry = Expiry.parse("2027-01-15 08:00:00")
    assert expiry == Expiry(1_800_000_000)
    assert expiry.utc.isoformat() == "2027-01-15T08:00:00+00:00"
    assert str(expiry) == "2027-01-15 08:00:00"


def test_a_token_is_refused_from_that_moment_on() -> None:
    expiry = Expiry(100)
    assert (expiry.left(99.5), expiry.is_past(99.5)) == (0.5, False)
    assert (expiry.left(100.0), expiry.is_past(100.0)) == (0.0, True)
    assert (expiry.left(101.0), expiry.is_past(101.0)) == (-1.0, True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "2027-01-15",
        "2027-02-30 08:00:00",
        "2027-01-15 24:00:00",
        "2027-01-15 08:00:61",
        "2027-01-15 08:00:00Z",
        "10000-01-01 00:00:00",
        "2027-01-15 08:00:00\x00",
    ],
)
def test_what_is_no_moment(text: str) -> None:
    with pytest.raises(ValueError):
        Expiry.parse(text)


@given(st.integers(-62_135_596_800, MAX_TIME))
def test_every_moment_is_written_as_it_is_read(seconds: int) -> None:
    assert Expiry.parse(str(Expiry(seconds))) == Expiry(seconds)
