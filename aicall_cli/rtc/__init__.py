"""Real-time transport over aiortc: peer, encoded track, receive path, ticker."""
