"""The answer to one push into an external audio stream."""

from enum import Enum


class PushResult(Enum):
    """Whether a frame was taken. Nothing but ``OK`` leaves any part of the frame behind.

    ``code`` is the number that AliVCSDK_ARTC returns for the same answer (seed 000, and the
    error enumeration of its headers); the vendor has one number for some that differ here.
    """

    OK = "the frame was taken"
    BUFFER_FULL = "the queue is full: wait and push the same frame again"
    BAD_FORMAT = "the frame's rate or channels are not those of the stream"
    TOO_LONG = "one push holds more than 40 ms"
    NOT_BEGUN = "the call has not begun"
    REMOVED = "the stream was removed or the call is over"

    @property
    def code(self) -> int:
        """The vendor's numeric code."""
        return _VENDOR_CODES[self]

    @property
    def reason(self) -> str:
        """One phrase for people."""
        return self.value


_VENDOR_CODES = {
    PushResult.OK: 0,
    PushResult.BUFFER_FULL: 0x01070101,
    PushResult.BAD_FORMAT: 0x01030103,
    PushResult.TOO_LONG: 0x01030103,
    PushResult.NOT_BEGUN: 0x01030204,
    PushResult.REMOVED: 0x01030204,
}
