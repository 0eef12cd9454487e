"""公表: numbers for people outside, from a table of 集計 to what may be printed of it, looked at, approved and kept."""
