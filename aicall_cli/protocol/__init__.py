"""Pure codecs between wire bytes and engine events and commands."""
