import json
import re

from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.engine.enums import Party
from aicall_cli.engine.transcript import TranscriptEntry
from aicall_cli.recording.transcript_files import WRITERS, to_json, to_srt, to_text, to_vtt


def _entry(
    text: str,
    source: Party = Party.CALLER,
    started: float = 0.0,
    ended: float = 1.0,
    *,
    interrupted: bool = False,
) -> TranscriptEntry:
    return TranscriptEntry(source, 7, text, started, ended, final=True, interrupted=interrupted)


CALL = [
    _entry("go forward ten meters", started=1.25, ended=3.5),
    _entry("Going forward.", Party.AGENT, started=3661.0004, ended=3662.0, interrupted=True),
]


def test_text() -> None:
    assert to_text(CALL) == (
        "[00:00:01.250] Caller: go forward ten meters\n"
        "[01:01:01.000] Agent: Going forward. [interrupted]\n"
    )


def test_srt() -> None:
    assert to_srt(CALL) == (
        "1\n00:00:01,250 --> 00:00:03,500\nCaller: go forward ten meters\n\n"
        "2\n01:01:01,000 --> 01:01:02,000\nAgent: Going forward. [interrupted]\n\n"
    )


def test_vtt() -> None:
    assert to_vtt(CALL) == (
        "WEBVTT\n\n"
        "00:00:01.250 --> 00:00:03.500\n<v Caller>go forward ten meters</v>\n\n"
        "01:01:01.000 --> 01:01:02.000\n<v Agent>Going forward. [interrupted]</v>\n\n"
    )


def test_json() -> None:
    parsed = json.loads(to_json(CALL))
    assert parsed["schema"] == 1
    assert parsed["entries"][0] == {
        "source": "caller",
        "sentence_id": 7,
        "text": "go forward ten meters",
        "started": 1.25,
        "ended": 3.5,
        "final": True,
        "interrupted": False,
    }


def test_a_call_in_which_nothing_was_said() -> None:
    assert [to_text([]), to_srt([]), to_vtt([])] == ["", "", "WEBVTT\n\n"]
    assert json.loads(to_json([]))["entries"] == []


def test_what_was_said_is_never_markup_of_the_subtitles() -> None:
    hostile = "a --> b\n\n2\n00:00:00.000 --> 09:00:00.000\r<b>bold</b> & \x1b[31mred\u2028end"
    cue = (
        "a --&gt; b  2 00:00:00.000 --&gt; 09:00:00.000 "
        "&lt;b&gt;bold&lt;/b&gt; &amp; \\x1b[31mred\\u2028end"
    )
    assert f"\nCaller: {cue}\n" in to_srt([_entry(hostile)])
    assert f"\n<v Caller>{cue}</v>\n" in to_vtt([_entry(hostile)])


def test_a_cue_is_shown_for_a_moment_and_begins_in_the_call() -> None:
    text = to_vtt([_entry("hi", started=2.0, ended=2.0), _entry("before", started=-1, ended=-0.7)])
    assert "00:00:02.000 --> 00:00:02.500" in text
    assert "00:00:00.000 --> 00:00:00.500" in text


def test_cues_are_in_the_order_of_their_beginnings() -> None:
    entries = [_entry("second", started=2.0), _entry("first", started=1.0)]
    for text in (to_srt(entries), to_vtt(entries)):
        assert text.index("first") < text.index("second")


def test_a_long_text_is_not_cut() -> None:
    for write in WRITERS.values():
        assert "x" * 60_000 in write([_entry("x" * 60_000)])


def test_the_files_are_the_four_of_a_recording() -> None:
    assert list(WRITERS) == [f"transcript.{kind}" for kind in ("json", "txt", "srt", "vtt")]


_ENTRIES = st.lists(
    st.builds(
        TranscriptEntry,
        source=st.sampled_from(Party),
        sentence_id=st.integers(),
        text=st.text(st.characters(codec=None, categories=None)),
        started=st.floats(-10, 1e6),
        ended=st.floats(0, 1e6),
        final=st.booleans(),
        interrupted=st.booleans(),
    ),
    max_size=8,
)
_SPAN = re.compile(r"(\d\d+:\d\d:\d\d[.,]\d{3}) --> (\d\d+:\d\d:\d\d[.,]\d{3})")


@given(_ENTRIES)
def test_any_text_gives_one_cue_an_entry(entries: list[TranscriptEntry]) -> None:
    assert len(to_text(entries).splitlines()) == len(entries)
    for text in (to_srt(entries), to_vtt(entries).removeprefix("WEBVTT\n\n")):
        cues = text.split("\n\n")
        assert cues.pop() == ""
        assert len(cues) == len(entries)
        for cue in cues:
            lines = cue.split("\n")
            span = _SPAN.fullmatch(lines[-2])
            assert span is not None
            assert (len(span[1]), span[1]) < (len(span[2]), span[2])
            assert "-->" not in lines[-1]
    loaded = json.loads(to_json(entries))["entries"]
    assert [entry["text"] for entry in loaded] == [entry.text for entry in entries]
