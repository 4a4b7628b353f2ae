"""The bounds of what one message may carry, for what we send and what we accept."""

MAX_TEXT = 8192
"""Characters in one text field. Six bytes each at worst (a JSON escape) stay below 64 KiB."""

MAX_ID = 256
"""Characters in an identifier: user id, agent id, call id."""

MAX_INTEGER = 2**53 - 1
"""The largest integer that every JSON implementation carries exactly (RFC 8259 §6)."""
