"""An estimate of how the call sounded: the E-model of ITU-T G.107 (06/2015), simplified.

``R = R0 − Id − Ie,eff``, every other parameter at its default (G.107 table 3): no echo, no
side tone, no circuit noise, no advantage factor. It is an estimate from network figures,
not a measurement of the audio.
"""

import math
from dataclasses import dataclass
from typing import Final

from aicall_cli.engine.enums import NetworkQuality

DEFAULT_R: Final = 93.2
"""R with all parameters at their defaults (G.107 §7.7): ``R0 − Is``."""


ENDS_SECONDS: Final = 0.060
"""Assumed for what both ends add to half the round trip: framing, encoding, playout."""
PLAYOUT_JITTERS: Final = 2.0
"""How many times the mean jitter a playout buffer waits, about, for what comes late."""
QUALITY_MARGIN: Final = 1.0
"""How far R must be past a boundary for a quality to become another: one packet of a hundred
that is lost makes nothing worse, the next that is not makes nothing better."""


@dataclass(frozen=True, slots=True)
class Equipment:
    """A codec with its concealment: ``Ie`` and packet-loss robustness ``Bpl`` (G.113)."""

    impairment: float
    loss_robustness: float


OPUS: Final = Equipment(impairment=0.0, loss_robustness=25.1)
"""Opus with concealment. The ITU has no figures for Opus on this scale, which ends at
telephone bandwidth: these are those of G.711 with packet loss concealment (G.113 appendix I,
table I.4), which Opus at 24 kbit/s and more should not sound worse than."""


def r_factor(
    one_way_delay: float | None, loss: float | None, equipment: Equipment = OPUS
) -> float | None:
    """Return R, 0 to 93.2, or None when a figure is absent.

    ``one_way_delay`` is mouth to ear in seconds (Ta of G.107), ``loss`` the share of packets
    lost at random and not recovered, 0 to 1.
    """
    if one_way_delay is None or loss is None:
        return None
    r = DEFAULT_R - delay_impairment(one_way_delay) - effective_impairment(loss, equipment)
    return max(0.0, r)


def delay_impairment(one_way_delay: float) -> float:
    """Return Id for an absolute delay in seconds without echo: Idd of G.107 §7.5."""
    if one_way_delay <= 0.1:
        return 0.0
    x = math.log2(one_way_delay / 0.1)
    return 25 * (_sixth_norm(x) - 3 * _sixth_norm(x / 3) + 2)


def _sixth_norm(x: float) -> float:
    return math.pow(1 + math.pow(x, 6), 1 / 6)


def effective_impairment(loss: float, equipment: Equipment = OPUS) -> float:
    """Return Ie,eff for random loss (BurstR = 1), ``loss`` from 0 to 1: G.107 §7.6."""
    percent = 100 * min(1.0, max(0.0, loss))
    share = percent / (percent + equipment.loss_robustness)
    return equipment.impairment + (95 - equipment.impairment) * share


def one_way_delay(round_trip: float | None, jitter: float | None = 0.0) -> float | None:
    """Return an estimate of mouth to ear in seconds, or None when a figure is absent.

    It is half the ``round_trip``, what both ends add, and the wait for what the ``jitter``
    (RFC 3550 §6.4.1) makes late; all in seconds.
    """
    if round_trip is None or jitter is None:
        return None
    return round_trip / 2 + ENDS_SECONDS + PLAYOUT_JITTERS * jitter


def mos(r: float | None) -> float | None:
    """Return the mean opinion score, 1 to 4.5, for R (G.107 annex B); None for None."""
    if r is None:
        return None
    if r <= 0:
        return 1.0
    if r >= 100:
        return 4.5
    return max(1.0, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6)


_CATEGORIES: Final = (
    (90.0, NetworkQuality.EXCELLENT),
    (80.0, NetworkQuality.GOOD),
    (70.0, NetworkQuality.POOR),
    (60.0, NetworkQuality.BAD),
)
"""The categories of ITU-T G.109 from their lowest R on: best, high, medium, low."""


def network_quality(r: float | None) -> NetworkQuality:
    """Return R as AICallKit's clients are told of it, by the categories of ITU-T G.109.

    A connection that is lost has no R: that it is ``DISCONNECTED`` is known otherwise.
    """
    if r is None:
        return NetworkQuality.UNKNOWN
    fitting = (quality for lowest, quality in _CATEGORIES if r >= lowest)
    return next(fitting, NetworkQuality.VERY_BAD)


def steady_quality(before: NetworkQuality, r: float | None) -> NetworkQuality:
    """Return what R makes of a quality that was ``before``: with ``QUALITY_MARGIN`` both ways."""
    if r is None or before in (NetworkQuality.UNKNOWN, NetworkQuality.DISCONNECTED):
        return network_quality(r)
    best, worst = network_quality(r + QUALITY_MARGIN), network_quality(r - QUALITY_MARGIN)
    return min(max(before, best), worst)
