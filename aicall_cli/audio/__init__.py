"""Pure media: formats, levels, mixing, schedules, buffers, Opus and WAV. No clock, no device."""
