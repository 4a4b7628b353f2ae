"""AICallKit's message 1018: what the checks of the caller's video found.

Each check has an object of its own and is left out when it found nothing new.
"""

from typing import Any

from aicall_cli.engine.agent_events import VcrResultReceived
from aicall_cli.engine.vcr_result import Equipment, FrameMotion, HeadMotion, LookAway, PeopleCount
from aicall_cli.protocol.json_object import JsonObject


def vcr_result_data(event: VcrResultReceived) -> dict[str, Any]:
    """Return ``data`` of the message."""
    data: dict[str, Any] = {}
    if (still := event.still_frame_motion) is not None:
        data["stillFrameMotion"] = {"duration": still.duration}
    if (invalid := event.invalid_frame_motion) is not None:
        data["invalidFrameMotion"] = {"duration": invalid.duration}
    if (people := event.people_count) is not None:
        data["peopleCount"] = {"count": people.count}
    if (equipment := event.equipment) is not None:
        data["equipment"] = {
            "mobilePhoneCount": equipment.mobile_phones,
            "headPhoneCount": equipment.headphones,
            "watchCount": equipment.watches,
        }
    if (head := event.head_motion) is not None:
        data["headMotion"] = {
            "nodDetected": head.nod_detected,
            "shakeDetected": head.shake_detected,
        }
    if (away := event.look_away) is not None:
        data["lookAway"] = {"count": away.count, "duration": away.duration}
    return data


def read_vcr_result(data: JsonObject) -> VcrResultReceived:
    """Read ``data`` of the message; a figure that is absent is 0, and false."""
    people = data.optional("peopleCount")
    return VcrResultReceived(
        still_frame_motion=_frame_motion(data.optional("stillFrameMotion")),
        invalid_frame_motion=_frame_motion(data.optional("invalidFrameMotion")),
        people_count=None if people is None else PeopleCount(_count(people, "count")),
        equipment=_equipment(data.optional("equipment")),
        head_motion=_head_motion(data.optional("headMotion")),
        look_away=_look_away(data.optional("lookAway")),
    )


def _frame_motion(data: JsonObject | None) -> FrameMotion | None:
    return None if data is None else FrameMotion(data.number("duration", 0.0))


def _equipment(data: JsonObject | None) -> Equipment | None:
    if data is None:
        return None
    return Equipment(
        mobile_phones=_count(data, "mobilePhoneCount"),
        headphones=_count(data, "headPhoneCount"),
        watches=_count(data, "watchCount"),
    )


def _head_motion(data: JsonObject | None) -> HeadMotion | None:
    if data is None:
        return None
    return HeadMotion(data.boolean("nodDetected", False), data.boolean("shakeDetected", False))


def _look_away(data: JsonObject | None) -> LookAway | None:
    return None if data is None else LookAway(_count(data, "count"), data.number("duration", 0.0))


def _count(data: JsonObject, key: str) -> int:
    return data.integer(key, 0, low=0)
