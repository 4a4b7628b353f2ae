"""What a call leaves behind in figures: ``summary.json`` and the last line of ``--json``."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from aicall_cli.engine.events import RECORD_VERSION, CallEnded
from aicall_cli.session.statistics import CallStatistics, PushStatistics


@dataclass(frozen=True, slots=True)
class CallSummary:
    """One call, after its end; times are in seconds, absent figures None."""

    agent_id: str
    call_id: str | None
    ended: CallEnded | None
    statistics: CallStatistics
    pushes: PushStatistics
    recording: Path | None

    def as_json(self) -> dict[str, Any]:
        """Return the summary as a JSON object (its version is the events' ``schema``)."""
        return {
            "schema": RECORD_VERSION,
            "event": "summary",
            "agent_id": self.agent_id,
            "call_id": self.call_id,
            "reason": self.ended.reason.value if self.ended else None,
            "message": self.ended.message if self.ended else None,
            "recording": str(self.recording) if self.recording else None,
            "pushes": asdict(self.pushes),
            **asdict(self.statistics),
        }
