from aicall_cli.control.cloud_answer import CloudAnswer, HttpAnswer, revealed
from aicall_cli.secret import Secret


def test_tokens_at_any_depth_are_secret() -> None:
    fields = {
        "RequestId": "r",
        "Token": "t",
        "Instances": [{"RuntimeConfig": {"AuthToken": "a", "ChannelId": "c"}}, 5],
        "License": None,
    }
    answer = CloudAnswer.of(fields)
    assert answer.request_id == "r"
    assert answer.fields == {
        "Token": Secret("t"),
        "Instances": [{"RuntimeConfig": {"AuthToken": Secret("a"), "ChannelId": "c"}}, 5],
        "License": None,
    }
    del fields["RequestId"]
    assert revealed(dict(answer.fields)) == fields
    assert "'t'" not in repr(answer)


def test_an_answer_without_a_request_id_has_an_empty_one() -> None:
    assert CloudAnswer.of({"RequestId": None}).request_id == ""


def test_headers_are_read_as_they_are() -> None:
    answer = HttpAnswer(200, {"content-type": " Text/HTML ; charset=x", "date": "?"}, b"{}")
    assert (answer.content_type, answer.date, answer.fields) == ("text/html", None, {})
    assert HttpAnswer(200, {}, b"[]").fields is None
    assert HttpAnswer(200, {}, b"\xff").fields is None
