"""Surges as they were seen: each evaluation kept with its inputs, one wave told once, and live counts of today."""
