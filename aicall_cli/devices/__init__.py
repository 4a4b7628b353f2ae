"""Microphones and speakers: the one owner of PortAudio."""
