"""From the socket to an answer and back: one loop, the cache, headers, files, health."""
