"""Voice detection, recognition and synthesis."""
