"""Hostile input, faults of machine and notebooks, kills, what fuzzing found."""
