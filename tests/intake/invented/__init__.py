"""The invented 2026: figures that nobody ever published, filled in, read back and printed."""
