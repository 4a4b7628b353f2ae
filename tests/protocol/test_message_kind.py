import pytest

from aicall_cli.engine.commands import EnablePushToTalk, StopAgent
from aicall_cli.engine.events import MessageIgnored
from aicall_cli.protocol.json_object import JsonObject
from aicall_cli.protocol.message_kind import (
    MessageTable,
    bare,
    bounded,
    identifier,
    switch,
    within,
)

_TABLE: MessageTable[EnablePushToTalk | StopAgent] = MessageTable(
    (switch(12, EnablePushToTalk), bare(7, StopAgent))
)


def test_a_table_knows_its_messages_by_number_and_by_meaning() -> None:
    assert [kind.number for kind in _TABLE.kinds] == [7, 12]
    assert _TABLE.body(StopAgent()) == (7, {})
    assert _TABLE.body(EnablePushToTalk(False)) == (12, {"enable": False})
    data = JsonObject({"enable": 1}, "data")
    assert _TABLE.read(7, data) == StopAgent()
    assert _TABLE.read(12, data) == EnablePushToTalk(True)
    assert _TABLE.read(8, data) == MessageIgnored(8, "unknown type")


def test_what_is_written_is_bounded() -> None:
    assert bounded("abc", 3) == "abc"
    with pytest.raises(ValueError, match="a text of 4 characters; a message carries 3"):
        bounded("abcd", 3)
    assert identifier("u" * 256) == "u" * 256
    with pytest.raises(ValueError, match="a text of 257 characters"):
        identifier("u" * 257)
    assert within(3, 3, 3) == 3
    for value in (2, 4, float("nan")):
        with pytest.raises(ValueError, match="is not between 3 and 3"):
            within(value, 3, 3)
