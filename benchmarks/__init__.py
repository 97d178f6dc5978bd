"""Speed and memory, always as a ratio to somebody else's in the same run."""
