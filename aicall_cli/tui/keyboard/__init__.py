"""The keyboard of a terminal: what it sends, what the keys mean, and the terminal's settings."""
