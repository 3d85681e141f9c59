"""From bytes to text: the declared encoding, or the one that the bytes are most likely in."""
