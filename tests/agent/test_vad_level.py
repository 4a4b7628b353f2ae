import itertools

from aicall_cli.agent.vad_level import MAX_VAD_LEVEL, VAD_LEVELS, VadLevel
from aicall_cli.speech.voice_detector import FLOOR_DBFS, MODE


def test_there_is_a_detector_for_each_level_and_the_highest_is_our_own() -> None:
    assert len(VAD_LEVELS) == MAX_VAD_LEVEL + 1
    assert VAD_LEVELS[MAX_VAD_LEVEL] == VadLevel(MODE, FLOOR_DBFS)


def test_each_level_is_harder_to_interrupt_than_the_one_before() -> None:
    for easier, harder in itertools.pairwise(VAD_LEVELS[:MAX_VAD_LEVEL]):
        assert easier.mode <= harder.mode
        assert easier.floor_dbfs < harder.floor_dbfs
