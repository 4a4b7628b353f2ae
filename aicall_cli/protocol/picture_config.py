"""What an AICallKit agent shows and sees: avatar and visual checks; only video calls use them."""

from dataclasses import dataclass, field

from aicall_cli.protocol.config_group import ConfigGroup
from aicall_cli.protocol.config_setting import setting

__all__ = ["AvatarConfig", "FrameCheck", "VcrConfig", "VisualCheck"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AvatarConfig(ConfigGroup):
    """Who is seen."""

    avatar_id: str | None = setting()


@dataclass(frozen=True, slots=True, kw_only=True)
class VisualCheck(ConfigGroup):
    """One thing that is looked for."""

    enabled: bool | None = setting(default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameCheck(ConfigGroup):
    """A fault of the picture, told when it lasts."""

    enabled: bool | None = setting(default=False)
    callback_delay: int | None = setting(low=200, high=5000, unit="ms", default=3000)


@dataclass(frozen=True, slots=True, kw_only=True)
class VcrConfig(ConfigGroup):
    """What the agent tells of the caller's picture (message 1018); 1116 changes it in the call."""

    still_frame_motion: FrameCheck = field(default_factory=FrameCheck)
    invalid_frame_motion: FrameCheck = field(default_factory=FrameCheck)
    people_count: VisualCheck = field(default_factory=VisualCheck)
    equipment: VisualCheck = field(default_factory=VisualCheck)
    head_motion: VisualCheck = field(default_factory=VisualCheck)
    look_away: VisualCheck = field(default_factory=VisualCheck)
