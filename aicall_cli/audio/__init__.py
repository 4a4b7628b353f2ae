"""Pure media: formats, levels, mixing, schedules, buffers, Opus and WAV. No I/O but WAV files, no clock."""
