"""A secret shows its value to nobody who does not ask for it by name."""

import copy
import logging
import pickle
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.secret import Secret

VALUE = "sk-4f9a"


def test_no_way_of_printing_shows_it() -> None:
    secret = Secret(VALUE)
    ways = [repr(secret), str(secret), f"{secret}", f"{secret!r:>20}", str([secret])]
    ways += [way % (secret,) for way in ("%s", "%r", "%a")]
    for shown in ways:
        assert VALUE not in shown
        assert "***" in shown


def test_a_dataclass_and_a_log_do_not_show_it(caplog: pytest.LogCaptureFixture) -> None:
    @dataclass
    class Login:
        token: Secret

    logging.getLogger("aicall").error("login %s", Login(Secret(VALUE)))
    assert "Secret(***)" in caplog.text
    assert VALUE not in caplog.text


def test_only_reveal_gives_the_value() -> None:
    secret = Secret(VALUE)
    assert secret.reveal() == VALUE
    assert not hasattr(secret, "__dict__")


@given(
    a=st.text(st.characters(exclude_categories=())), b=st.text(st.characters(exclude_categories=()))
)
def test_secrets_compare_by_value(a: str, b: str) -> None:
    assert (Secret(a) == Secret(b)) == (a == b)
    assert Secret(a) == Secret(a)
    assert hash(Secret(a)) == hash(Secret(a))
    assert bool(Secret(a)) == bool(a)


def test_a_secret_is_not_its_value() -> None:
    assert Secret(VALUE) != VALUE


def test_it_can_be_copied_and_sent_to_a_worker() -> None:
    assert copy.deepcopy(Secret(VALUE)) == Secret(VALUE)
    assert pickle.loads(pickle.dumps(Secret(VALUE))) == Secret(VALUE)
