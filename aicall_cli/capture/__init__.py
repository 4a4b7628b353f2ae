"""Custom capture: external audio streams, the mixer and the sources that push into them."""
