import json

from aicall_cli.engine.limits import MAX_ID, MAX_INTEGER, MAX_TEXT


def test_a_text_and_two_ids_fit_a_message_of_64_kib_in_any_escape() -> None:
    longest = len(json.dumps("\x00").strip('"'))
    assert longest * (MAX_TEXT + 2 * MAX_ID) < 64 * 1024


def test_integers_are_exact_as_floating_point_too() -> None:
    assert int(float(MAX_INTEGER)) == MAX_INTEGER
    assert int(float(MAX_INTEGER + 2)) != MAX_INTEGER + 2
