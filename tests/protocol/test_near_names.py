import pytest

from aicall_cli.protocol.near_names import near_names

KNOWN = ("Volume", "TtsConfig.SpeechRate", "TtsConfig.VoiceId", "AsrConfig.AsrMaxSilence")


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("volum", ["Volume"]),
        ("TtsConfig.SpeachRate", ["TtsConfig.SpeechRate"]),
        ("tts_config.speech_rate", ["TtsConfig.SpeechRate"]),
        ("SpeechRate", ["TtsConfig.SpeechRate"]),
        ("AsrConfig.SpeechRate", ["TtsConfig.SpeechRate"]),
        ("colour", []),
        ("", []),
    ],
)
def test_names_that_may_be_meant(name: str, near: list[str]) -> None:
    assert near_names(name, KNOWN) == near


def test_there_are_at_most_three() -> None:
    known = [f"{group}.Enabled" for group in "ABCDE"]
    assert len(near_names("enabled", known)) == 3
