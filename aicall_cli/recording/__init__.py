"""Recordings of calls: audio, events, transcripts and where they are kept."""
