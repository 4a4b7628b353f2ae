"""What AICallKit's checks of a caller's video tell, one class for each check (message 1018)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FrameMotion:
    """The picture has stood still, or shown nothing, for ``duration``."""

    duration: float


@dataclass(frozen=True, slots=True)
class PeopleCount:
    """So many people are in the picture."""

    count: int


@dataclass(frozen=True, slots=True)
class Equipment:
    """What the person in the picture has with them."""

    mobile_phones: int
    headphones: int
    watches: int


@dataclass(frozen=True, slots=True)
class HeadMotion:
    """What the person's head did."""

    nod_detected: bool
    shake_detected: bool


@dataclass(frozen=True, slots=True)
class LookAway:
    """How often the person looked away, and for how long."""

    count: int
    duration: float
