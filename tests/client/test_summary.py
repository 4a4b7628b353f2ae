import json

from aicall_cli.client.summary import CallSummary
from tests.tui.calls import NOTHING_KNOWN, SUMMARY


def test_a_summary_is_json_with_the_schema_of_the_events() -> None:
    value = json.loads(json.dumps(SUMMARY.as_json()))
    assert value["schema"] == 1
    assert value["event"] == "summary"
    assert value["reason"] == "hung_up"
    assert value["message"] == "hung up"
    assert value["turns"][0]["latency"] == 0.62
    assert value["pushes"]["pushed"] == 107
    assert value["ticks"]["skipped"] == 0
    assert value["network"]["packets_lost"] == 0
    assert value["recording"].startswith("recordings/")


def test_what_is_not_known_is_null() -> None:
    value = NOTHING_KNOWN.as_json()
    for name in ("call_id", "reason", "message", "recording", "network", "opinion_score"):
        assert value[name] is None


def test_both_have_the_same_fields() -> None:
    def names(summary: CallSummary) -> list[str]:
        return sorted(summary.as_json())

    assert names(SUMMARY) == names(NOTHING_KNOWN)
