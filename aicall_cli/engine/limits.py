"""The bounds of what one message may carry, for what we send and what we accept."""

MAX_TEXT = 8192
"""Characters in one text field. Six bytes each at worst (a JSON escape) stay below 64 KiB."""

MAX_OPTION = 32_768
"""Characters of one setting of an agent, the longest a system prompt and a dialogue (AICallKit)."""

MAX_ID = 256
"""Characters in an identifier: user id, agent id, call id."""

MAX_INTEGER = 2**53 - 1
"""The largest integer that every JSON implementation carries exactly (RFC 8259 §6)."""

MAX_USER_DATA = 2048
"""Characters of the data that go with a text (AICallKit 1113): both fit one message."""

MIN_ASR_SILENCE, MAX_ASR_SILENCE = 200, 1200
"""Milliseconds of silence after which the caller's sentence is over (AICallKit 1118)."""

MIN_SPEECH_RATE, MAX_SPEECH_RATE = 0.5, 2.0
"""How fast the agent may be told to speak; 1 is its own pace (AICallKit 1120)."""

MAX_CAPTURE_SECONDS = 86_400
"""Of a custom capture of images, and between two of them (AICallKit 1113)."""

MAX_CAPTURE_IMAGES = 100
"""Images that are taken at a time (AICallKit 1113)."""
