from aicall_cli.engine.agent_events import VcrResultReceived
from aicall_cli.engine.vcr_result import FrameMotion, PeopleCount
from aicall_cli.protocol.json_object import JsonObject
from aicall_cli.protocol.vcr_message import read_vcr_result, vcr_result_data


def test_a_check_that_found_nothing_is_left_out() -> None:
    assert vcr_result_data(VcrResultReceived()) == {}
    assert read_vcr_result(JsonObject({}, "data")) == VcrResultReceived()
    result = VcrResultReceived(invalid_frame_motion=FrameMotion(2.5), people_count=PeopleCount(0))
    data = {"invalidFrameMotion": {"duration": 2.5}, "peopleCount": {"count": 0}}
    assert vcr_result_data(result) == data
    assert read_vcr_result(JsonObject(data, "data")) == result
