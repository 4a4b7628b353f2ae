"""Options of the commands in which a person talks: sound, push-to-talk, control."""

from typing import Annotated

import typer

from aicall_cli.tui.keyboard.talk_key import TalkMode

_SOUND = "Microphone and speaker"
_TALK = "Push-to-talk"

InputDevice = Annotated[
    str | None,
    typer.Option(help="Microphone: index or part of its name.", rich_help_panel=_SOUND),
]
OutputDevice = Annotated[
    str | None,
    typer.Option(help="Speaker: index or part of its name.", rich_help_panel=_SOUND),
]
Input = Annotated[
    str | None,
    typer.Option(
        "--input",
        help="Instead of the microphone: an audio file, - for standard input, tone, noise "
        "or silence.",
        rich_help_panel=_SOUND,
    ),
]
Say = Annotated[
    str | None,
    typer.Option(help="Speak this text instead of a microphone.", rich_help_panel=_SOUND),
]
Output = Annotated[
    str | None,
    typer.Option(
        help="Instead of the speaker: null, or a WAV file to write.", rich_help_panel=_SOUND
    ),
]
Rate = Annotated[
    int | None,
    typer.Option(help="--input is raw PCM of this rate in Hz.", rich_help_panel=_SOUND),
]
Channels = Annotated[
    int | None, typer.Option(help="Its channels.", show_default="1", rich_help_panel=_SOUND)
]
SampleFormat = Annotated[
    str | None,
    typer.Option("--format", help="Its samples.", show_default="s16le", rich_help_panel=_SOUND),
]
Enable3a = Annotated[
    bool | None,
    typer.Option(
        "--3a/--no-3a",
        help="Echo cancellation, noise suppression and gain control. Default: on where "
        "both ends are devices and the extra aec is there; off is best with a headset.",
        show_default=False,
        rich_help_panel=_SOUND,
    ),
]
Ptt = Annotated[
    bool,
    typer.Option("--ptt/--no-ptt", help="Begin in push-to-talk mode.", rich_help_panel=_TALK),
]
PttMode = Annotated[
    TalkMode | None,
    typer.Option(
        help="Hold the talk key, or press it to begin and to end. Default: hold where the "
        "terminal tells when a key is let go.",
        show_default=False,
        rich_help_panel=_TALK,
    ),
]
PttKey = Annotated[
    str | None,
    typer.Option(help="The talk key.", show_default="space", rich_help_panel=_TALK),
]
PttPreroll = Annotated[
    int,
    typer.Option(
        metavar="MS",
        min=0,
        max=200,
        help="Audio from before the talk key that is sent; 0 is off.",
        rich_help_panel=_TALK,
    ),
]
Control = Annotated[
    bool,
    typer.Option("--control", help="Read commands from standard input, one JSON object a line."),
]
