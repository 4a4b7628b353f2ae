import pytest

from aicall_cli.agent.control_error import ControlError
from aicall_cli.agent.rpc_request import MAX_PARAMETERS
from tests.agent.rpc_requests import request

FORM = {"Content-Type": "Application/X-WWW-Form-Urlencoded; charset=utf-8"}


def test_parameters_stand_in_the_query_and_in_a_form() -> None:
    read = request("a=1&b=%C3%A4+", FORM, b"c=3&a=other")
    assert read.parameters == {"a": "1", "b": "ä ", "c": "3"}
    assert request("a=1", {}, b"c=3").parameters == {"a": "1"}


def test_a_header_is_known_by_its_lower_case_name() -> None:
    assert request("", {"X-Acs-Date": " now "}).headers == {"x-acs-date": "now"}


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("a=%ff", b""),
        ("a=1&a=2", b""),
        ("&".join(f"p{n}=1" for n in range(MAX_PARAMETERS + 1)), b""),
        ("", b"a=\xc3\xa4"),
        ("", b"a=%ff"),
    ],
    ids=["no UTF-8", "twice", "too many", "not encoded", "no UTF-8 in the form"],
)
def test_what_is_no_request_is_refused(query: str, body: bytes) -> None:
    with pytest.raises(ControlError, match="InvalidParameter"):
        request(query, FORM, body)
